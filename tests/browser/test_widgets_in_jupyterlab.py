"""The first lessons' widgets in a real JupyterLab: keyboard, numbers, and what Python sees of it."""

import math

import numpy as np
import pytest
from driving import control, eventually, press, shown, until_quantity, until_shown, widget

from utils.widgets import line_fitter, neuron_explorer

SETUP = """
from pathlib import Path
from types import SimpleNamespace as Plain
import keras
from utils import progress
from utils.widgets import LessonMap, LineFitter, ModelChecker, NeuronExplorer

def lesson(id, minutes, builds_on, *exercises):
    named = [Plain(name=name, points=1) for name in exercises]
    notebook = Path(f"{id}.ipynb")
    return Plain(id=id, title=f"Lesson {id}", minutes=minutes, builds_on=builds_on, exercises=named, notebook=notebook)

def model(*units):
    return keras.Sequential([keras.Input((2,)), *[keras.layers.Dense(count) for count in units]])

LESSONS = [lesson("00_first", 40, [], "a", "b"), lesson("01_second", 60, ["00_first"], "c")]
for name in ("00_first", "01_second"):
    Path(f"{name}.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
"""
CELLS = {
    "neuron": "neuron = NeuronExplorer()\nneuron",
    "line": "line = LineFitter()\nline",
    "plan": "plan = LessonMap(LESSONS)\nplan",
    "checker": "checker = ModelChecker(model(3, 1), model(2, 1))\nchecker",
}
NEURON, LINE, PLAN, CHECKER = "Neuron explorer", "Line fitter", "Lesson map", "Model checker"


@pytest.fixture(scope="module")
def lab(open_cells):
    """A notebook in which all four widgets are drawn."""
    notebook = open_cells(SETUP, *CELLS.values())
    notebook.problems = []
    notebook.page.on("pageerror", lambda error: notebook.problems.append(str(error)))
    notebook.run_all()
    notebook.page.locator(".lbl-widget").nth(3).wait_for(timeout=90_000)
    return notebook


@pytest.fixture(autouse=True)
def fresh(lab):
    """Every test starts from the widgets as they were made."""
    yield
    lab.python("for widget in (neuron, line, plan, checker): widget.reset()")


def test_the_neuron_follows_the_arrow_keys_and_python_follows_the_neuron(lab):
    press(control(lab, NEURON, "bias"), *["ArrowRight"] * 10)
    until_shown(lab, NEURON, "sum = 1 × 1 + 1 × 1 + (−0.5) = 1.5")
    press(control(lab, NEURON, "input 2"), "ArrowLeft")
    press(control(lab, NEURON, "activation"), "t")
    eventually(lab, "neuron.bias", -0.5)
    eventually(lab, "neuron.inputs", [1.0, 0.0])
    eventually(lab, "neuron.activation", "tanh")
    assert shown(lab, NEURON, "output") == pytest.approx(math.tanh(0.5), abs=1e-9)


def test_the_picture_follows_python(lab):
    lab.python("neuron.apply_preset('Celsius to Fahrenheit')")
    until_shown(lab, NEURON, "temperature in °F = identity(212) = 212")
    picture = widget(lab, NEURON).locator("svg[role=img]")
    assert "100 × 1.8 + 32 = 212" in picture.get_attribute("aria-label")
    lab.python("neuron.apply_preset('Majority of three')")
    until_shown(lab, NEURON, "sum = 1 × 1 + 1 × 1 + 0 × 1 + (−1.5) = 0.5")


@pytest.mark.parametrize("activation", list(neuron_explorer.ACTIVATIONS))
def test_the_neuron_shows_the_numbers_of_numpy(lab, activation):
    inputs, weights, bias = [0.37, -1.91, 2.3], [1.13, 0.77, -0.41], -0.29
    sliders = ", ".join(f"{name}_slider=[-3, 3, 0.01]" for name in ("input", "weight", "bias"))
    lab.python(f"neuron.set(inputs={inputs}, weights={weights}, bias={bias}, activation={activation!r}, {sliders})")
    until_quantity(lab, NEURON, "sum", np.dot(inputs, weights) + bias)
    until_shown(lab, NEURON, f"= {activation}(")
    expected = neuron_explorer.neuron_output(inputs, weights, bias, activation)
    assert shown(lab, NEURON, "output") == pytest.approx(expected, abs=1e-9)
    for place in range(3):
        assert shown(lab, NEURON, f"product {place + 1}") == pytest.approx(inputs[place] * weights[place], abs=1e-9)


def test_gradient_steps_by_keyboard_are_those_of_numpy(lab):
    page = widget(lab, LINE)
    press(page.get_by_role("button", name="One gradient step"), "Enter")
    press(page.get_by_role("button", name="Take the steps"), "Space")
    until_shown(lab, LINE, "after 101 gradient steps")
    x, y = np.array(line_fitter.CELSIUS), np.array(line_fitter.FAHRENHEIT)
    expected = (0.0, 0.0)
    for _ in range(101):
        expected = line_fitter.gradient_step(x, y, *expected, 0.001)
    eventually(lab, "line.weight", expected[0])
    eventually(lab, "line.bias", expected[1])
    assert shown(lab, LINE, "loss") == pytest.approx(line_fitter.mean_squared_error(x, y, *expected), rel=1e-9)
    press(control(lab, LINE, "scaled"), "Space")
    eventually(lab, "line.scaled", True)
    weight = shown(lab, LINE, "weight")
    assert weight == pytest.approx(expected[0] * x.std(), rel=1e-9)
    press(control(lab, LINE, "weight"), "ArrowRight")
    eventually(lab, "line.steps", 0)


def test_a_learning_rate_that_is_too_large_is_named(lab):
    press(control(lab, LINE, "learning_rate"), *["ArrowDown"] * 3)
    eventually(lab, "line.learning_rate", 0.01)
    press(widget(lab, LINE).get_by_role("button", name="Take the steps"), "Enter")
    until_shown(lab, LINE, "The loss grows: the learning rate is too large.")


def test_the_question_is_answered_with_the_controls(lab):
    page = widget(lab, NEURON)
    answers = page.get_by_role("radio")
    press(answers.nth(0), "Space")
    page.get_by_role("button", name="Set it up").press("Enter")
    eventually(lab, "[neuron.outcome, neuron.inputs]", ["predicted", [1.0, 0.0]])
    press(control(lab, NEURON, "bias"), *["ArrowRight"] * 10)
    until_shown(lab, NEURON, "✗ Not 0.")
    eventually(lab, "[neuron.prediction, neuron.outcome]", ["0", "wrong"])
    assert answers.nth(0).is_disabled()
    page.get_by_role("button", name="Ask again").press("Enter")
    eventually(lab, "neuron.outcome", "not predicted")
    press(answers.nth(2), "Space")
    until_shown(lab, NEURON, "✓ Right, it is 1.")
    eventually(lab, "neuron.outcome", "right")


def test_presets_and_reset_work_by_keyboard(lab):
    press(control(lab, LINE, "preset"), "A")
    eventually(lab, "[line.weight, line.bias]", [1.82, 28.8])
    press(widget(lab, LINE).get_by_role("button", name="Reset"), "Enter")
    eventually(lab, "[line.weight, line.bias]", [0.0, 0.0])


def test_the_map_reads_the_progress_again_and_plans_the_day(lab):
    until_shown(lab, PLAN, "0 of 3 points earned.")
    lab.python("progress.record('00_first', 'a', 'right')\nprogress.record('00_first', 'b', 'not yet')")
    press(widget(lab, PLAN).get_by_role("button", name="Refresh"), "Enter")
    until_shown(lab, PLAN, "1 of 3 points earned.")
    until_shown(lab, PLAN, "not yet right, 1 point")
    press(control(lab, PLAN, "minutes"), *["ArrowRight"] * 4)
    until_shown(lab, PLAN, "1 open lesson fits into 20 minutes.")
    until_shown(lab, PLAN, "fits into your 20 minutes")
    eventually(lab, "plan.minutes", 20)


def test_a_lesson_opens_in_a_tab_of_its_own(lab):
    with lab.page.context.expect_page() as opened:
        widget(lab, PLAN).get_by_role("link", name="Lesson 01_second").press("Enter")
    try:
        tab = opened.value.locator(".lm-TabBar-tabLabel", has_text="01_second.ipynb")
        tab.first.wait_for(timeout=90_000)
    finally:
        opened.value.close()


def test_the_checker_marks_the_first_difference_and_draws_a_new_model(lab):
    until_shown(lab, CHECKER, "✗ First difference: Layer 1 (Dense) has 3 units; the exercise asks for 2.")
    marks = widget(lab, CHECKER).locator("li[data-mark]")
    assert [mark.get_attribute("data-mark") for mark in marks.all()] == ["same", "differs", "later"]
    press(control(lab, CHECKER, "samples"), *["ArrowRight"] * 5)
    until_shown(lab, CHECKER, "(5, 3)")
    lab.python("checker.check(model(2, 1))")
    until_shown(lab, CHECKER, "✓ The model is what the exercise asks for: all 2 layers agree.")
    lab.python("checker.check(None)")
    until_shown(lab, CHECKER, "Expected a Keras model, got None.")
    lab.python("checker.check(model(3, 1))")


def test_nothing_went_wrong_in_the_page(lab):
    assert lab.problems == []
    shown_errors = lab.page.locator(
        ".jp-OutputArea-output[data-mime-type*='stderr'], .jp-RenderedText pre .ansi-red-fg"
    )
    assert shown_errors.count() == 0


def test_the_saved_notebook_keeps_the_text(lab):
    notebook = lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.toJSON()")
    outputs = [cell["outputs"][0]["data"] for cell in notebook["cells"][1:]]
    assert "sum = (1 × 1)" in "".join(outputs[0]["text/plain"])
    assert all("application/vnd.jupyter.widget-view+json" in data for data in outputs)
