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
        *("Activation explorer", "ActivationExplorer('ReLU and its relatives')", "ELU(-1.5, alpha 1) = -0.77687"),
        *("z", "output"),
    ),
    Example(
        *("Backprop stepper", "BackpropStepper(step=20)", "dC/dw11 = 4, dC/dw21 = 8, dC/db1 = 4, dC/da2 = -2"),
        *("x1", "x1"),
    ),
    Example(
        *("Depth histograms", "DepthHistograms('Variance 1 with ReLU')", "relu; initialisation variance 1, times 1"),
        *("factor", "spread"),
    ),
    Example(
        *("Neuron explorer", "NeuronExplorer('Celsius to Fahrenheit')", "sum = (100 × 1.8) + (32) = 212"),
        *("bias", "sum"),
    ),
    Example(
        *("Line fitter", "LineFitter(weight=1.8, bias=28.8)", "temperature in °F = 1.8 × temperature in °C + (28.8)"),
        *("weight", "loss"),
    ),
    Example(
        *("Loss explorer", "LossExplorer('A number, far off')", "mean squared error 49"),
        *("target", "mean squared error"),
    ),
    Example(
        *("Loss-landscape stepper", "LandscapeStepper(steps=20)", "momentum: loss 0.4129"),
        *("steps", "SGD loss"),
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
