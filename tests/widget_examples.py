"""One example of every widget, for the tests that hold for all of them.

`SETUP` makes the names that the examples use; each example's `code` is one expression, which the tests evaluate in
their own process and in the kernel of a real JupyterLab.
"""

from dataclasses import dataclass

SETUP = """
from pathlib import Path
import keras
import numpy as np
from utils.lessons import Exercise, Lesson
from utils.widgets import *

LESSONS = [
    Lesson("00_start", "Start here", 40, (), (Exercise("first", 1), Exercise("third", 1)), Path("start.ipynb")),
    Lesson(
        *("01_neuron", "A title that is rather long, to see it break", 60, ("00_start",)),
        *((Exercise("a_second_one", 2),), Path("neuron.ipynb")),
    ),
]

def model(*units):
    return keras.Sequential([keras.Input((2,)), *[keras.layers.Dense(count) for count in units]])
"""


@dataclass(frozen=True)
class Example:
    """A widget: its title, the expression that makes it, a part of its text, and a control with a number it moves."""

    title: str
    code: str
    text: str
    control: str | None = None
    quantity: str | None = None


EXAMPLES = [
    Example(
        *("Neuron explorer", "NeuronExplorer('Celsius to Fahrenheit')", "sum = (100 × 1.8) + (32) = 212"),
        *("bias", "sum"),
    ),
    Example(
        *("Line fitter", "LineFitter(weight=1.8, bias=28.8)", "temperature in °F = 1.8 × temperature in °C + (28.8)"),
        *("weight", "loss"),
    ),
    Example(
        "Lesson map",
        "LessonMap(LESSONS, {'00_start': {'first': 'right', 'third': 'not yet'}}, minutes=30)",
        "1 of 4 points",
    ),
    Example(
        "Model checker", "ModelChecker(model(300, 1), model(2, 1))", "Dense: output (300,), 900 parameters, units 300"
    ),
]


def made():
    """Every example's widget, made in this process: {title: widget}."""
    names = {}
    exec(SETUP, names)
    return {example.title: eval(example.code, names) for example in EXAMPLES}
