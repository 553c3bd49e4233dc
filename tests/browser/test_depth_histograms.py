"""Depth histograms: the browser's numbers are NumPy's, and the controls work by keyboard in a real JupyterLab."""

import numpy as np
import pytest
from driving import control, eventually, functions, press, shown, until_shown, widget

from utils.widgets import DepthHistograms, depth_histograms

TITLE = "Depth histograms"
NAMES = ("initialization", "activation", "factor", "depth", "width", "seed")


def random_state(generator, **fixed):
    """Settings of the network, drawn anew."""
    return {
        "initialization": str(generator.choice(list(depth_histograms.INITIALIZATIONS))),
        "activation": str(generator.choice(list(depth_histograms.ACTIVATIONS))),
        "factor": float(np.round(generator.uniform(0.1, 3), 1)),
        "depth": int(generator.integers(2, 21)),
        "width": int(generator.integers(4, 65)),
        "seed": int(generator.integers(0, 1000)),
    } | fixed


def test_the_numbers_are_those_of_numpy(page):
    functions(page, "depth_histograms")
    generator = np.random.default_rng(5)
    chaotic = {"initialization": "variance 1", "activation": "tanh", "factor": 3.0, "depth": 20, "width": 64}
    states = [random_state(generator, **chaotic)] + [random_state(generator) for _ in range(25)]
    for state in states:
        explorer = DepthHistograms(**state, layer=int(generator.integers(1, 21)))
        found = page.evaluate("(state) => depthQuantities(state)", explorer.state())
        assert found == pytest.approx(explorer.quantities(), rel=1e-9), state
        everything = page.evaluate(
            """(state) => {
                const { spread, flat, gradient } = networkOf(state);
                return [spread, flat, gradient];
            }""",
            state,
        )
        np.testing.assert_allclose(everything, explorer.by_depth(), rtol=1e-9)


def test_every_activation_and_gradient_is_numpys(page):
    functions(page, "depth_histograms")
    generator = np.random.default_rng(6)
    for activation in depth_histograms.ACTIVATIONS:
        state = random_state(generator, activation=activation, depth=6, width=9)
        found = page.evaluate(
            """(state) => {
                const { sums, activations, slopes, gradients } = networkOf(state);
                return [sums, activations, slopes, gradients].map((all) => all.map((layer) => [...layer]));
            }""",
            state,
        )
        expected = depth_histograms.run(*(state[name] for name in NAMES))
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_allclose(mine, theirs.reshape(6, -1), rtol=1e-12, atol=0)


def test_histograms_are_numpys(page):
    functions(page, "depth_histograms")
    values = np.random.default_rng(7).normal(size=500)
    found = page.evaluate("(values) => histogram(values, -2, 1.5)", values.tolist())
    assert found == depth_histograms.histogram(values, -2, 1.5).tolist()


@pytest.fixture(scope="module")
def lab(open_cells):
    """A notebook in which the widget is drawn."""
    notebook = open_cells("from utils.widgets import DepthHistograms", "deep = DepthHistograms()\ndeep")
    notebook.run_all()
    widget(notebook, TITLE).wait_for(timeout=90_000)
    return notebook


def test_controls_work_by_keyboard_and_python_follows(lab):
    lab.python("deep.reset()")
    press(control(lab, TITLE, "initialization"), "ArrowDown", "ArrowDown")
    eventually(lab, "deep.initialization", "Glorot normal")
    press(control(lab, TITLE, "activation"), "t")
    press(control(lab, TITLE, "factor"), "ArrowRight", "ArrowRight")
    press(control(lab, TITLE, "width"), "ArrowLeft")
    press(control(lab, TITLE, "depth"), "ArrowLeft", "ArrowLeft")
    press(widget(lab, TITLE).get_by_role("button", name="Draw new weights"), "Enter")
    eventually(lab, "[deep.activation, deep.width, deep.depth, deep.seed]", ["tanh", 63, 18, 1])
    eventually(lab, "deep.factor", 1.2)
    until_shown(lab, TITLE, "Layer 18 of 18")
    press(control(lab, TITLE, "layer"), "ArrowLeft")
    until_shown(lab, TITLE, "Layer 17 of 18")
    eventually(lab, "deep.layer", 17)
    expected = lab.value("deep.quantities()")
    for name in ("spread", "flat", "gradient"):
        assert shown(lab, TITLE, name) == pytest.approx(expected[name], rel=1e-9)


def test_the_question_is_answered_with_the_controls(lab):
    lab.python("deep.reset()")
    answers = widget(lab, TITLE).get_by_role("radio")
    press(answers.nth(2), "Space")
    widget(lab, TITLE).get_by_role("button", name="Set it up").press("Enter")
    press(control(lab, TITLE, "initialization"), "ArrowDown", "ArrowDown")
    until_shown(lab, TITLE, "✓ Right, it is about a thousandth.")
    eventually(lab, "deep.outcome", "right")
