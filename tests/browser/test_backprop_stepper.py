"""The backprop stepper in the browser: its numbers are NumPy's, and it works by keyboard in JupyterLab."""

import numpy as np
import pytest
from driving import control, eventually, functions, press, shown, until_shown, widget

from utils.widgets import BackpropStepper
from utils.widgets.backprop_stepper import OPERATIONS

TITLE = "Backprop stepper"


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_every_number_equals_numpy(page, activation):
    functions(page, "backprop_stepper")
    generator = np.random.default_rng(17)
    for _ in range(100):
        values = generator.normal(0, generator.choice([0.5, 3, 20]), 12).clip(-100, 100).tolist()
        stepper = BackpropStepper(
            inputs=values[:2],
            hidden_weights=values[2:6],
            hidden_bias=values[6:8],
            output_weights=values[8:10],
            output_bias=values[10],
            target=values[11],
            activation=activation,
        )
        found = page.evaluate("(state) => stepperQuantities(state)", stepper.state())
        expected = stepper.quantities()
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


def test_both_sides_know_the_same_operations(page):
    functions(page, "backprop_stepper")
    assert page.evaluate("() => OPERATIONS") == list(OPERATIONS)
    numbers = BackpropStepper().quantities()
    text = page.evaluate("(all) => operationText('gradient z1', 'relu', all)", numbers)
    assert text == "∂C/∂z₁ = ∂C/∂a₁ · slope of ReLU at z₁ = 4 × 1"
    text = page.evaluate("(all) => operationText('a1', 'relu', {...all, z1: -2})", numbers)
    assert text == "a₁ = max(0, z₁) = max(0, −2)"


@pytest.fixture(scope="module")
def lab(open_cells):
    """A notebook with one stepper."""
    notebook = open_cells("from utils.widgets import BackpropStepper\nstepper = BackpropStepper()\nstepper")
    notebook.run_all()
    widget(notebook, TITLE).wait_for(timeout=90_000)
    return notebook


def test_predict_and_reveal_by_keyboard_and_python_follows(lab):
    until_shown(lab, TITLE, "Forward, operation 1 of 20: z₁ = x₁ · w₁₁ + x₂ · w₂₁ + b₁ = 1 × 1 + 2 × 0.5 + (−0.5) = ?")
    assert widget(lab, TITLE).locator('[data-quantity="z1"]').count() == 0, "nothing is told before it is revealed"
    field = control(lab, TITLE, "guess")
    press(field, "1", ",", "5", "Enter")
    until_shown(lab, TITLE, "✓ You predicted 1.5.")
    press(field, "a", "Enter")
    until_shown(lab, TITLE, "Not a number, try again.")
    press(field, "Backspace")
    press(field, "-", "2", "Enter")
    until_shown(lab, TITLE, "✗ You predicted −2. a₁ = max(0, z₁) = max(0, 1.5) = 1.5.")
    eventually(lab, "[stepper.step, stepper.guess, stepper.guess_is_right]", [2, [-2.0], False])
    press(widget(lab, TITLE).get_by_role("button", name="Back"), "Enter")
    eventually(lab, "[stepper.step, stepper.guess]", [1, []])
    press(field, *["Enter"] * 6)
    until_shown(lab, TITLE, "Backward, operation 8 of 20: ∂C/∂v₁ = ?")
    press(widget(lab, TITLE).get_by_role("button", name="Show the formula"), "Enter")
    until_shown(lab, TITLE, "Backward, operation 8 of 20: ∂C/∂v₁ = ∂C/∂p · a₁ = 2 × 1.5 = ?")
    press(field, "3", "Enter")
    until_shown(lab, TITLE, "✓ You predicted 3. ∂C/∂v₁ = ∂C/∂p · a₁ = 2 × 1.5 = 3.")
    until_shown(lab, TITLE, "Backward, operation 9 of 20: ∂C/∂v₂ = ?")
    press(control(lab, TITLE, "preset"), "A")
    eventually(lab, "[stepper.step, stepper.hidden_bias]", [0, [-0.5, -1.5]])
    press(control(lab, TITLE, "preset"), "ArrowUp")
    eventually(lab, "stepper.hidden_bias", [-0.5, -0.5])
    press(widget(lab, TITLE).get_by_role("button", name="Reveal all"), "Space")
    until_shown(lab, TITLE, "All 20 operations are revealed.")
    press(control(lab, TITLE, "x2"), *["ArrowRight"] * 2)
    press(control(lab, TITLE, "activation"), "s")
    eventually(lab, "[stepper.step, stepper.inputs, stepper.activation]", [20, [1.0, 2.5], "sigmoid"])
    for name, value in lab.value("stepper.quantities()").items():
        if name != "step":
            assert shown(lab, TITLE, name) == pytest.approx(value, abs=1e-9), name
    press(widget(lab, TITLE).get_by_role("button", name="Reset"), "Enter")
    eventually(lab, "[stepper.step, stepper.inputs]", [0, [1.0, 2.0]])


def test_the_question_is_answered_with_the_controls(lab):
    page = widget(lab, TITLE)
    press(page.get_by_role("radio").nth(1), "Space")
    page.get_by_role("button", name="Set it up").press("Enter")
    eventually(lab, "[stepper.outcome, stepper.hidden_bias]", ["predicted", [-0.5, -1.5]])
    press(page.get_by_role("button", name="Reveal all"), "Enter")
    until_shown(lab, TITLE, "✓ Right, it is 0.")
    eventually(lab, "stepper.outcome", "right")
