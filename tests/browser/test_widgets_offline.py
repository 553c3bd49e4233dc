"""The JavaScript of the widgets outside Jupyter: equal to NumPy, self-contained, readable."""

import json
import math

import numpy as np
import pytest
from driving import functions
from widget_examples import made

from utils.widgets import LineFitter, NeuronExplorer, lesson_map, line_fitter, neuron_explorer
from utils.widgets.question import judge

WIDTHS = (320, 640, 1280)


@pytest.mark.parametrize("activation", list(neuron_explorer.ACTIVATIONS))
def test_the_neuron_equals_numpy(page, activation):
    functions(page, "neuron_explorer")
    generator = np.random.default_rng(7)
    states = []
    for _ in range(200):
        count, size = generator.integers(1, 4), generator.choice([1, 10, 1000])
        inputs, weights = generator.normal(0, size, (2, count)).tolist()
        states.append(
            {
                "inputs": inputs,
                "weights": weights,
                "bias": float(generator.normal()),
                "activation": activation,
            }
        )
    found = page.evaluate("(states) => states.map((state) => neuron(state).output)", states)
    expected = [neuron_explorer.neuron_output(**state) for state in states]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("rate", [0.0001, 0.001, 0.01, 0.5])
def test_gradient_descent_equals_numpy(page, rate, scaled):
    functions(page, "line_fitter")
    generator = np.random.default_rng(11)
    own = {"x": generator.normal(3, 20, 30).tolist(), "y": generator.normal(0, 5, 30).tolist()}
    for points in ({}, own):
        fitter = LineFitter(**points, learning_rate=rate, scaled=scaled, weight=0.3, bias=-2)
        state = fitter.state()
        for count in (1, 10, 100, 1000):
            state |= page.evaluate("([state, count]) => afterSteps(state, count)", [state, count])
            fitter.take_steps(count)
            assert state["steps"] == fitter.steps
            np.testing.assert_allclose(
                [state["weight"], state["bias"]], [fitter.weight, fitter.bias], rtol=1e-9, atol=1e-9
            )
            np.testing.assert_allclose(state["path"], fitter.path, rtol=1e-9, atol=1e-9)
        found = page.evaluate("(state) => lineQuantities(state)", state)
        assert found.keys() == fitter.quantities().keys()
        for name, value in fitter.quantities().items():
            assert found[name] == pytest.approx(value, rel=1e-8, abs=1e-9), name
        assert page.evaluate("(s) => leastSquares(s.x, s.y)", state) == pytest.approx(
            line_fitter.least_squares(np.array(state["x"]), np.array(state["y"])), rel=1e-9
        )


def test_the_plan_equals_numpy(page):
    functions(page, "lesson_map")
    generator = np.random.default_rng(3)
    for _ in range(50):
        left = (generator.integers(0, 90, 8) * generator.integers(0, 2, 8)).tolist()
        available = int(generator.integers(0, 400))
        entries = [{"id": str(place), "left": minutes} for place, minutes in enumerate(left)]
        found = page.evaluate("([lessons, minutes]) => lessonsThatFit(lessons, minutes).length", [entries, available])
        assert found == lesson_map.lessons_that_fit(left, available)


@pytest.mark.parametrize(
    ("left", "minutes", "words"),
    [
        ([20, 60], 0, "Move “Minutes you have” to see which open lessons fit into today."),
        ([0, 60], 45, "No open lesson fits into 45 minutes: the next one, Lesson 1, needs 60."),
        ([20, 60], 30, "1 open lesson fits into 30 minutes."),
        ([20, 60], 80, "2 open lessons fit into 80 minutes."),
        ([0, 0], 30, ""),
    ],
)
def test_the_plan_in_words(page, left, minutes, words):
    functions(page, "lesson_map")
    entries = [{"id": str(place), "title": f"Lesson {place}", "left": each} for place, each in enumerate(left)]
    assert page.evaluate("(all) => planText(...all)", [entries, minutes]) == words


def test_another_preset_takes_the_verdict_away_and_the_question_keeps_its_way_back(page, tmp_path):
    explorer = NeuronExplorer()
    explorer.prediction = "0"
    explorer.set(inputs=[1, 0], bias=-0.5)
    page.goto(explorer.export_html(tmp_path / "page.html").as_uri())
    page.get_by_text("✗ Not 0.").wait_for()
    page.locator('[data-control="preset"]').select_option("Majority of three")
    page.get_by_text("✗ Not 0.").wait_for(state="hidden")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_text("sum = 1 × 1 + 0 × 1 + (−1.5) = −0.5").wait_for()


def test_the_browser_judges_as_python_does(page):
    functions(page, "neuron_explorer")
    question = neuron_explorer.AND_TO_OR.as_state()
    for bias in (-1.5, -0.5):
        for prediction in ("", "0", "0.5", "1"):
            explorer = NeuronExplorer(inputs=[1, 0], bias=bias)
            numbers = {name: value for name, value in explorer.quantities().items() if not math.isnan(value)}
            found = page.evaluate("(all) => judge(...all)", [question, numbers, prediction])
            assert found == judge(question, explorer.quantities(), prediction)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Every widget as a page: {title: path}."""
    folder = tmp_path_factory.mktemp("pages")
    return {title: widget.export_html(folder / f"{title}.html") for title, widget in made().items()}


def test_an_exported_page_reacts_and_asks_nobody(page, exported):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(exported["Line fitter"].as_uri())
    slider = page.locator('[data-control="weight"]')
    before = float(page.locator("p [data-quantity=loss]").get_attribute("data-value"))
    slider.focus()
    slider.press("ArrowRight")
    page.get_by_text("Scale the inputs").click()
    page.get_by_role("button", name="Take the steps").click()
    page.get_by_text("after 100 gradient steps, with").wait_for()
    assert float(page.locator("p [data-quantity=loss]").get_attribute("data-value")) < before
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(f"document.querySelector('p [data-quantity=loss]').dataset.value == {json.dumps(before)}")
    assert requests == [exported["Line fitter"].as_uri()]


def test_every_exported_page_draws_its_widget(page, exported):
    for path in exported.values():
        page.goto(path.as_uri())
        assert page.locator(".lbl-widget").bounding_box()["height"] > 250


def test_links_of_an_exported_map_are_relative(page, exported):
    page.goto(exported["Lesson map"].as_uri())
    links = [link.get_attribute("href") for link in page.locator("a").all()]
    assert [link.rpartition("/")[2] for link in links] == ["start.ipynb", "neuron.ipynb"]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_when_the_page_is_narrow_or_zoomed(page, exported, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name, path in exported.items():
        page.goto(path.as_uri())
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than a page of {width} px"


# Relative luminance and contrast as in WCAG 2.2; text on the nearest opaque background.
CONTRASTS = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour) => {
        const [r, g, b] = rgba(colour).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (node) => {
        const colour = getComputedStyle(node).backgroundColor;
        return rgba(colour)[3] === 255 ? colour : behind(node.parentElement);
    };
    const texts = [...document.querySelectorAll(".lbl-widget *")].filter((node) =>
        [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())
        && node.getClientRects().length && !node.closest("option, :disabled"));
    return texts.map((node) => {
        const style = getComputedStyle(node);
        const ink = node instanceof SVGElement ? style.fill : style.color;
        const [dark, light] = [luminance(ink), luminance(behind(node))].sort((a, b) => a - b);
        return [(light + 0.05) / (dark + 0.05), node.textContent.trim()];
    });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_background(page, exported, scheme):
    page.emulate_media(color_scheme=scheme)
    for path in exported.values():
        page.goto(path.as_uri())
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 15
        worst = min(contrasts)
        assert worst[0] >= 4.5, worst
