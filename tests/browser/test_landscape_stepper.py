"""The loss-landscape stepper in the browser: its numbers are NumPy's, and the keyboard works it."""

import numpy as np
import pytest
from driving import control, eventually, functions, press, shown, until_quantity, until_shown, widget

from utils.widgets import LandscapeStepper, landscape_stepper

TITLE = "Loss-landscape stepper"


def states(count):
    """Random states of the widget, seeded; some of them diverge."""
    generator = np.random.default_rng(5)
    for _ in range(count):
        yield {
            "landscape": str(generator.choice(list(landscape_stepper.LANDSCAPES))),
            "learning_rate": float(generator.choice([0.0001, 0.01, 0.05, 0.1, 0.2])),
            "batch_size": int(generator.choice([1, 3, 4, 16, 63, 64])),
            "seed": int(generator.integers(1, 100)),
            "start_p": float(generator.uniform(-2, 2)),
            "start_q": float(generator.uniform(-2, 2)),
            "steps": int(generator.integers(0, 120)),
        }


def test_the_paths_equal_numpy(page):
    functions(page, "landscape_stepper")
    for state in states(40):
        stepper = LandscapeStepper(**state)
        for name in landscape_stepper.OPTIMIZERS:
            found = page.evaluate("([state, name]) => descend(state, name, state.steps)", [stepper.state(), name])
            np.testing.assert_allclose(found, stepper.path(name), rtol=1e-9, atol=1e-9, err_msg=f"{name} {state}")
        numbers = page.evaluate("(state) => stepperQuantities(state)", stepper.state())
        assert numbers.keys() == stepper.quantities().keys()
        for name, value in stepper.quantities().items():
            assert numbers[name] == pytest.approx(value, rel=1e-9, abs=1e-9), (name, state)


def test_samples_and_batches_equal_numpy(page):
    functions(page, "landscape_stepper")
    for name in landscape_stepper.LANDSCAPES:
        made = page.evaluate("(name) => samplesOf(name)", name)
        np.testing.assert_allclose([made["x"], made["y"]], landscape_stepper.samples(name), rtol=1e-12, atol=1e-12)
    for batch_size, seed in [(1, 1), (5, 99), (64, 3)]:
        found = page.evaluate(
            "([size, seed]) => { const batch = miniBatches(size, seed); return [...Array(90).keys()].map(batch); }",
            [batch_size, seed],
        )
        assert found == [landscape_stepper.mini_batch(step, batch_size, seed).tolist() for step in range(90)]


@pytest.fixture(scope="module")
def lab(open_cells):
    """A notebook in which the stepper is drawn."""
    notebook = open_cells("from utils.widgets import LandscapeStepper\nstepper = LandscapeStepper()\nstepper")
    notebook.run_all()
    widget(notebook, TITLE).wait_for(timeout=90_000)
    return notebook


def test_the_keyboard_works_every_control_and_python_follows(lab):
    press(control(lab, TITLE, "steps"), *["ArrowRight"] * 3)
    press(widget(lab, TITLE).get_by_role("button", name="Ten steps"), "Enter")
    press(widget(lab, TITLE).get_by_role("button", name="One step", exact=True), "Space")
    press(widget(lab, TITLE).get_by_role("button", name="One step back"), "Enter")
    eventually(lab, "stepper.steps", 13)
    press(control(lab, TITLE, "batch_size"), "4")
    press(control(lab, TITLE, "learning_rate"), "ArrowDown")
    press(control(lab, TITLE, "seed"), "ArrowRight")
    press(control(lab, TITLE, "start_p"), "ArrowRight")
    press(control(lab, TITLE, "start_q"), "ArrowLeft")
    press(control(lab, TITLE, "adam"), "Space")
    settings = (
        "[stepper.batch_size, stepper.learning_rate, stepper.seed, stepper.start_p, stepper.start_q, stepper.adam]"
    )
    eventually(lab, settings, [4, 0.1, 2, -0.19, 3.49, False])
    expected = LandscapeStepper(batch_size=4, learning_rate=0.1, seed=2, start_p=-0.19, start_q=3.49, steps=13).losses
    for name, value in expected.items():
        until_quantity(lab, TITLE, f"{name} loss", value)
    press(control(lab, TITLE, "landscape"), "s")
    eventually(lab, "[stepper.landscape, stepper.steps]", ["saddle", 0])
    press(widget(lab, TITLE).get_by_role("button", name="Reset"), "Enter")
    eventually(lab, "[stepper.landscape, stepper.batch_size, stepper.adam]", ["narrow valley", 64, True])


def test_the_question_is_answered_by_stepping(lab):
    page = widget(lab, TITLE)
    press(page.get_by_role("radio").nth(3), "Space")
    eventually(lab, "stepper.outcome", "predicted")
    page.get_by_role("button", name="Set it up").press("Enter")
    ten = page.get_by_role("button", name="Ten steps")
    ten.press("Enter")
    ten.press("Enter")
    until_shown(lab, TITLE, "✗ Not Adam.")
    eventually(lab, "stepper.outcome", "wrong")


def test_a_run_that_diverges_is_named(lab):
    lab.python("stepper.apply_preset('Narrow valley, rate too high'); stepper.steps = 60")
    until_shown(lab, TITLE, "It diverged and was stopped.")
    assert shown(lab, TITLE, "SGD loss") > 1e6
