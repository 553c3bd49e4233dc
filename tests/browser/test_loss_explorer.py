"""The loss explorer: its JavaScript equals NumPy, and it works by keyboard and pointer in a real JupyterLab."""

import numpy as np
import pytest
from driving import control, eventually, functions, press, shown, until_quantity, until_shown, widget

from utils.widgets import LossExplorer
from utils.widgets.loss_explorer import TASKS, number_losses

TITLE = "Loss explorer"


def test_every_loss_equals_numpy(page):
    functions(page, "loss_explorer")
    generator = np.random.default_rng(5)
    explorers = [LossExplorer(target=target, output=output) for target, output in [(0, 0), (0, 3), (4, 0), (10, 10)]]
    for _ in range(100):
        explorers.append(
            LossExplorer(
                task=str(generator.choice(TASKS)),
                target=generator.uniform(0, 10),
                output=generator.uniform(0, 10),
                label=int(generator.integers(2)),
                score=generator.uniform(-8, 8),
                true_class=int(generator.integers(3)),
                scores=generator.uniform(-8, 8, 3),
            )
        )
    found = page.evaluate("(states) => states.map(lossQuantities)", [explorer.state() for explorer in explorers])
    for numbers, explorer in zip(found, explorers, strict=True):
        expected = explorer.quantities()
        assert numbers.keys() == expected.keys()
        for name, value in expected.items():
            assert numbers[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


@pytest.fixture(scope="module")
def lab(open_cells):
    """A notebook in which the explorer is drawn."""
    notebook = open_cells("from utils.widgets import LossExplorer", "losses = LossExplorer()\nlosses")
    notebook.run_all()
    notebook.page.locator(".lbl-widget").wait_for(timeout=90_000)
    return notebook


@pytest.fixture(autouse=True)
def fresh(request):
    """Every test in JupyterLab starts from the explorer as it was made."""
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").python("losses.reset()")


def test_the_losses_follow_the_arrow_keys_and_python_follows_the_losses(lab):
    press(control(lab, TITLE, "output"), *["ArrowRight"] * 7)
    until_shown(lab, TITLE, "error = output − target = 5.7 − 3 = 2.7")
    eventually(lab, "losses.output", 5.7)
    for name, loss in number_losses(3.0, 5.7).items():
        assert shown(lab, TITLE, name) == pytest.approx(loss, rel=1e-9)
    press(control(lab, TITLE, "task"), "y")
    press(control(lab, TITLE, "label"), "n")
    press(control(lab, TITLE, "score"), "ArrowLeft")
    eventually(lab, "[losses.task, losses.label]", ["yes or no", 0])
    until_quantity(lab, TITLE, "hinge", 3.9)
    press(control(lab, TITLE, "task"), "t")
    press(control(lab, TITLE, "score C"), "ArrowRight")
    press(control(lab, TITLE, "true_class"), "B")
    eventually(lab, "[losses.true_class, losses.varied]", [1, 2])
    eventually(lab, "losses.scores", [0.0, 5.0, 0.1])
    until_shown(lab, TITLE, "score of C (wrong)")


def test_a_plot_can_be_dragged(lab):
    picture = widget(lab, TITLE).locator("svg.lbl-picture")
    picture.scroll_into_view_if_needed()
    area = picture.bounding_box()
    lab.page.mouse.move(area["x"] + area["width"] * 0.6, area["y"] + 100)
    lab.page.mouse.down()
    lab.page.mouse.move(area["x"] + area["width"] * (272 + 44 + 218) / 816, area["y"] + 100, steps=4)
    eventually(lab, "losses.output", 10.0)
    lab.page.mouse.up()
    lab.page.mouse.move(area["x"] + area["width"] * 0.5, area["y"] + 100)
    eventually(lab, "losses.output", 10.0)


def test_the_question_is_answered_by_keyboard(lab):
    answers = widget(lab, TITLE).get_by_role("radio")
    press(answers.nth(2), "Space")
    widget(lab, TITLE).get_by_role("button", name="Set it up").press("Enter")
    press(control(lab, TITLE, "output"), *["ArrowRight"] * 20)
    eventually(lab, "losses.outcome", "right")
