"""The activation explorer: its JavaScript equals NumPy, and it works by keyboard in a real JupyterLab."""

import numpy as np
import pytest
from driving import control, eventually, functions, press, shown, until_shown, widget

from utils.widgets import ActivationExplorer
from utils.widgets.activation_explorer import NAMES, activation, derivative, saturation_zones

TITLE = "Activation explorer"


def test_the_numbers_equal_numpy(page):
    functions(page, "activation_explorer")
    generator = np.random.default_rng(5)
    for name in NAMES:
        z = np.concatenate([generator.normal(0, 3, 60), [0.0, -1000.0, 1000.0, 30.0, -30.0]])
        for alpha in (0.0, 0.1, float(generator.uniform(0, 2)), 2.0):
            state = {"leaky_alpha": alpha, "elu_alpha": alpha}
            call = "([state, name, all]) => all.map((z) => Object.values(activationAt(state, name, z)))"
            found = np.array(page.evaluate(call, [state, name, z.tolist()]), dtype=float)
            expected = np.stack([activation(name, z, alpha), derivative(name, z, alpha)], axis=1)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=name)
            zones = page.evaluate("([name, alpha]) => saturationZones(name, alpha)", [name, alpha])
            for ours, theirs in zip(np.ravel(saturation_zones(name, alpha)), np.ravel(zones), strict=True):
                assert ours == theirs or ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_the_quantities_equal_numpy(page):
    functions(page, "activation_explorer")
    generator = np.random.default_rng(6)
    for _ in range(30):
        explorer = ActivationExplorer(
            function=str(generator.choice(list(NAMES))),
            z=float(generator.uniform(-8, 8)),
            leaky_alpha=float(generator.uniform(0, 1)),
            elu_alpha=float(generator.uniform(0, 2)),
        )
        found = page.evaluate("(state) => activationQuantities(state)", explorer.state())
        expected = explorer.quantities()
        assert found.keys() == expected.keys()
        np.testing.assert_allclose(list(found.values()), [expected[name] for name in found], rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="module")
def lab(open_cells):
    """A notebook in which the explorer is drawn."""
    notebook = open_cells("from utils.widgets import ActivationExplorer", "explorer = ActivationExplorer()\nexplorer")
    notebook.run_all()
    widget(notebook, TITLE).wait_for(timeout=90_000)
    return notebook


@pytest.fixture(autouse=True)
def fresh(request):
    """Every test in JupyterLab starts from the widget as it was made."""
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").python("explorer.reset()")


def test_every_control_works_by_keyboard_and_python_follows(lab):
    press(control(lab, TITLE, "z"), *["ArrowRight"] * 5)
    eventually(lab, "explorer.z", 2.0)
    press(control(lab, TITLE, "function"), "E")
    eventually(lab, "explorer.function", "elu")
    press(control(lab, TITLE, "compare leaky_relu"), "Space")
    eventually(lab, "explorer.compared", ["leaky_relu"])
    press(control(lab, TITLE, "leaky_alpha"), *["ArrowRight"] * 3)
    eventually(lab, "explorer.leaky_alpha", 0.13)
    press(control(lab, TITLE, "elu_alpha"), *["ArrowLeft"] * 10)
    eventually(lab, "explorer.elu_alpha", 0.9)
    press(control(lab, TITLE, "z"), *["ArrowLeft"] * 30)
    eventually(lab, "explorer.z", -1.0)
    until_shown(lab, TITLE, "ELU (alpha 0.9) at z = −1")
    assert shown(lab, TITLE, "output") == pytest.approx(float(activation("elu", -1.0, 0.9)), abs=1e-9)
    assert shown(lab, TITLE, "derivative leaky_relu") == pytest.approx(0.13, abs=1e-9)


def test_the_picture_follows_python_and_says_where_it_saturates(lab):
    lab.python("explorer.set(function='tanh', compared=['sigmoid'], z=-3)")
    until_shown(lab, TITLE, "Saturated: less than a twentieth of it comes through.")
    described = widget(lab, TITLE).locator("svg[role=img]").first.get_attribute("aria-label")
    assert "tanh, sigmoid. tanh at z = −3: output −0.9951" in described


def test_the_question_is_answered_with_the_controls(lab):
    page = widget(lab, TITLE)
    press(page.get_by_role("radio").nth(2), "Space")
    page.get_by_role("button", name="Set it up").press("Enter")
    eventually(lab, "[explorer.outcome, explorer.z]", ["predicted", 2.0])
    press(control(lab, TITLE, "z"), *["ArrowLeft"] * 20)
    until_shown(lab, TITLE, "✗ Not 1.")
    eventually(lab, "explorer.outcome", "wrong")
