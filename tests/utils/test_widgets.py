"""The widgets without a browser: traits, NumPy functions, text, question, presets, reset, the page to keep."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import traitlets
from widget_examples import EXAMPLES, made

import utils.widgets
from utils.lessons import Exercise, Lesson
from utils.widgets import (
    Choice,
    LessonMap,
    LineFitter,
    ModelChecker,
    NeuronExplorer,
    Question,
    lesson_map,
    line_fitter,
    model_checker,
    neuron_explorer,
)
from utils.widgets.question import judge

REPOSITORY = Path(__file__).resolve().parents[2]
LESSONS = [
    Lesson(
        "00_start",
        "Start",
        40,
        (),
        (Exercise("shape", 1), Exercise("dtype", 1)),
        Path("00_start/start.ipynb"),
    ),
    Lesson("01_next", "Next", 60, ("00_start",), (Exercise("mse", 2),), Path("01_next/next.ipynb")),
]
DONE = {"00_start": {"shape": "right", "dtype": "not yet"}}


def lessons():
    return LessonMap(LESSONS, DONE)


# NumPy functions


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("identity", -0.5),
        ("step", 0.0),
        ("sigmoid", 1 / (1 + np.exp(0.5))),
        ("relu", 0.0),
        ("tanh", np.tanh(-0.5)),
    ],
)
def test_a_neuron_gives_the_activation_of_its_weighted_sum(activation, expected):
    output = neuron_explorer.neuron_output([1.0, 2.0], [0.5, -1.0], 1.0, activation)
    assert output == pytest.approx(expected, abs=1e-12)


def test_the_step_fires_from_zero_and_the_sigmoid_is_stable():
    assert neuron_explorer.neuron_output([0.0], [1.0], 0.0, "step") == 1.0
    with np.errstate(all="raise", under="ignore"):
        assert neuron_explorer.neuron_output([1.0], [1000.0], 0.0, "sigmoid") == 1.0
        assert neuron_explorer.neuron_output([1.0], [-1000.0], 0.0, "sigmoid") == 0.0


def test_the_gradient_is_that_of_finite_differences():
    x, y = np.array(line_fitter.CELSIUS), np.array(line_fitter.FAHRENHEIT)
    step = 1e-5
    for weight, bias in [(0.0, 0.0), (1.8, 32.0), (-2.0, 7.0)]:
        numeric = [line_fitter.mean_squared_error(x, y, weight + step * i, bias + step * (1 - i)) for i in (1, 0)]
        numeric_below = [line_fitter.mean_squared_error(x, y, weight - step * i, bias - step * (1 - i)) for i in (1, 0)]
        slopes = (np.array(numeric) - numeric_below) / (2 * step)
        np.testing.assert_allclose(line_fitter.gradient(x, y, weight, bias), slopes, rtol=1e-6, atol=1e-5)


def test_least_squares_is_what_numpy_finds():
    x, y = np.array(line_fitter.CELSIUS), np.array(line_fitter.FAHRENHEIT)
    np.testing.assert_allclose(line_fitter.least_squares(x, y), np.polyfit(x, y, 1), rtol=1e-12)
    assert line_fitter.least_squares(x, y) == pytest.approx((1.7979, 31.9525), abs=5e-5)


def test_minutes_left_and_the_lessons_that_fit():
    left = lesson_map.minutes_left([40, 60, 30], [1, 0, 0], [2, 3, 0])
    assert left.tolist() == [20, 60, 30]
    assert lesson_map.lessons_that_fit([20, 0, 60, 30], 79) == 1
    assert lesson_map.lessons_that_fit([20, 0, 60, 30], 80) == 2
    assert lesson_map.lessons_that_fit([0, 0], 500) == 0


def test_output_values_multiply_the_batch_with_the_shape():
    assert model_checker.output_values((4, 4, 8), 32) == 32 * 128
    assert model_checker.output_values((), 5) == 5


# Traits


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: NeuronExplorer(bias="a"), "bias must be a finite number"),
        (lambda: NeuronExplorer(bias=float("nan")), "bias must be a finite number"),
        (lambda: NeuronExplorer(bias=True), "bias must be a finite number"),
        (
            lambda: NeuronExplorer(inputs=[1, 2, 3, 4], weights=[1] * 4),
            "inputs must be 1 to 3 finite numbers",
        ),
        (lambda: NeuronExplorer(weights="ab"), "weights must be 1 to 3 finite numbers, got 'ab'"),
        (lambda: NeuronExplorer(inputs=[1, 2, 3]), "inputs and weights must be equally many numbers, got 3 and 2"),
        (lambda: NeuronExplorer(activation="softsign"), "activation must be one of 'identity', 'step'"),
        (lambda: NeuronExplorer(bias_slider=[3, -3, 1]), "bias_slider must be [lowest, highest, step]"),
        (
            lambda: NeuronExplorer(bias=9, bias_slider=[0, 1, 1]),
            "bias must be between 0 and 1 (see bias_slider)",
        ),
        (lambda: LineFitter([1, 2, 3], [1, 2]), "x and y must be equally many numbers, got 3 and 2"),
        (lambda: LineFitter([1, 1], [1, 2]), "x must hold at least two different numbers"),
        (
            lambda: LineFitter(learning_rate=0),
            "learning_rate must be a finite number from 1e-06 to 10, got 0",
        ),
        (lambda: LineFitter(scaled=1), "scaled must be True or False, got 1"),
        (
            lambda: LessonMap(LESSONS, DONE, minutes=601),
            "minutes must be a whole number from 0 to 600, got 601",
        ),
        (
            lambda: LessonMap(LESSONS, DONE, minutes=1.5),
            "minutes must be a whole number from 0 to 600, got 1.5",
        ),
    ],
)
def test_a_value_that_does_not_fit_names_its_trait_and_what_is_allowed(make, says):
    with pytest.raises(traitlets.TraitError) as caught:
        make()
    assert says in str(caught.value)


def test_a_later_value_that_does_not_fit_changes_nothing():
    explorer = NeuronExplorer()
    before = explorer.state()
    with pytest.raises(traitlets.TraitError, match="bias must be between -3 and 3"):
        explorer.bias = 99
    with pytest.raises(traitlets.TraitError, match="weights must be"):
        explorer.set(bias=1, weights=[1, 2, 3])
    assert explorer.state() == before


def test_unknown_names_are_told_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"NeuronExplorer has no 'biass'\. It has activation, bias"):
        NeuronExplorer(biass=1)
    with pytest.raises(AttributeError, match="no 'wieght'"):
        LineFitter().set(wieght=1)
    with pytest.raises(KeyError, match="AND gate, OR gate"):
        NeuronExplorer(preset="XOR gate")
    with pytest.raises(KeyError, match="Weight 0, bias 0"):
        LineFitter().apply_preset("best")
    with pytest.raises(ValueError, match="both x and y"):
        LineFitter(x=[1, 2])


def test_sliders_reach_the_values_that_were_asked_for():
    explorer = NeuronExplorer(inputs=np.array([0.5, 7.2]), weights=[1, -12], bias=32)
    assert explorer.input_slider == [0, 8, 0.1]
    assert explorer.weight_slider == [-12, 3, 0.1]
    assert explorer.bias_slider[1] == 32
    assert NeuronExplorer(inputs=[1, 0, 1], weights=[1, 1, 1]).input_names == [
        "input 1",
        "input 2",
        "input 3",
    ]


# Presets, reset, gradient steps


@pytest.mark.parametrize("name", list(neuron_explorer.PRESETS))
def test_every_preset_of_the_neuron_is_valid_and_can_be_left(name):
    explorer = NeuronExplorer()
    before = explorer.state()
    explorer.apply_preset(name)
    assert explorer.state() != before or name == "AND gate"
    explorer.reset()
    assert explorer.state() == before


@pytest.mark.parametrize(("preset", "truth"), [("AND gate", lambda a, b: a and b), ("OR gate", lambda a, b: a or b)])
def test_the_gates_are_gates(preset, truth):
    explorer = NeuronExplorer(preset)
    for a in (0, 1):
        for b in (0, 1):
            explorer.inputs = [a, b]
            assert explorer.output == truth(a, b)


def test_the_answer_of_the_exercise_is_not_in_the_list_of_presets():
    names = [preset["name"] for preset in NeuronExplorer("Umbrella").presets]
    assert "AND gate" not in names and "Gate to repair" in names
    repair = NeuronExplorer("Gate to repair")
    assert (repair.weights, repair.bias, repair.output) == ([1, 1], 0, 1)


def test_each_input_may_have_a_range_of_its_own():
    explorer = NeuronExplorer("Umbrella")
    explorer.inputs = [1, 0, 3]
    with pytest.raises(traitlets.TraitError, match=r"inputs must be between 0 and 1 \(see input_sliders\)"):
        explorer.inputs = [2, 0, 3]
    explorer.apply_preset("Celsius to Fahrenheit")
    explorer.inputs = [-40]
    assert NeuronExplorer("Umbrella", inputs=[5, 1, 1]).inputs == [5, 1, 1]


def test_a_preset_forgets_the_prediction():
    explorer = NeuronExplorer()
    explorer.prediction = "1"
    explorer.set(inputs=[1, 0], bias=-0.5)
    assert explorer.outcome == "right"
    explorer.apply_preset("Majority of three")
    assert (explorer.prediction, explorer.outcome) == ("", "not predicted")


def test_celsius_to_fahrenheit_and_the_presets_of_the_line():
    assert NeuronExplorer("Celsius to Fahrenheit").output == pytest.approx(212.0)
    fitter = LineFitter()
    names = [preset["name"] for preset in fitter.presets]
    assert names == ["Weight 0, bias 0", "Article: 1.82 / 28.8", "Least squares: 1.7979 / 31.9525"]
    losses = []
    for name in names:
        fitter.apply_preset(name)
        losses.append(fitter.loss)
    assert losses == sorted(losses, reverse=True)
    assert len(LineFitter([0, 1], [1, 2]).presets) == 2


@pytest.mark.parametrize("scaled", [False, True])
def test_gradient_steps_are_those_of_a_plain_loop(scaled):
    x, y = np.array(line_fitter.CELSIUS), np.array(line_fitter.FAHRENHEIT)
    mean, spread = (x.mean(), x.std()) if scaled else (0.0, 1.0)
    weight = bias = 0.0
    for _ in range(250):
        error = weight * (x - mean) / spread + bias - y
        step = np.mean(2 * error * (x - mean) / spread), np.mean(2 * error)
        weight, bias = weight - 0.001 * step[0], bias - 0.001 * step[1]
    fitter = LineFitter(scaled=scaled, learning_rate=0.001)
    fitter.take_steps(100)
    fitter.take_steps(150)
    assert fitter.steps == 250
    np.testing.assert_allclose(fitter.parameters, (weight, bias), rtol=1e-9)
    np.testing.assert_allclose((fitter.weight, fitter.bias), (weight / spread, bias - weight * mean / spread))


def test_scaling_the_inputs_keeps_the_line_and_reaches_the_answer():
    fitter = LineFitter(weight=1.5, bias=20)
    loss = fitter.loss
    fitter.scaled = True
    assert fitter.loss == loss
    fitter.learning_rate = 0.1
    fitter.take_steps(100)
    assert (fitter.weight, fitter.bias) == pytest.approx((1.7979, 31.9525), abs=1e-3)


def test_a_diverging_run_stops_before_the_numbers_overflow():
    fitter = LineFitter(learning_rate=0.01)
    fitter.take_steps(1000)
    assert 0 < fitter.steps < 1000
    assert abs(fitter.weight) <= line_fitter.LIMIT
    assert np.isfinite(fitter.loss)


def test_the_path_is_thinned_and_forgotten_when_the_line_is_moved():
    fitter = LineFitter()
    for count in (3, 100, 4000):
        fitter.take_steps(count)
    assert fitter.steps == 4103
    assert len(fitter.path) < 300
    assert fitter.path[0] == [0, 0]
    assert fitter.path[-1] == [fitter.weight, fitter.bias]
    fitter.weight = 1.0
    assert (fitter.steps, fitter.path) == (0, [])


def test_new_points_bring_new_presets():
    fitter = LineFitter()
    fitter.set(x=[0, 1, 2], y=[1, 3, 5])
    fitter.apply_preset("Least squares: 2.0000 / 1.0000")
    assert fitter.loss == pytest.approx(0)


# The question


def test_a_prediction_is_judged_once_the_state_answers_it():
    explorer = NeuronExplorer()
    assert explorer.outcome == "not predicted"
    explorer.prediction = "0"
    assert explorer.outcome == "predicted"
    explorer.set(inputs=[1, 0], bias=-0.5)
    assert explorer.outcome == "wrong"
    explorer.prediction = "1"
    assert explorer.outcome == "wrong", "a verdict stays until the question is asked again"
    explorer.reset()
    assert (explorer.prediction, explorer.outcome) == ("", "not predicted")
    explorer.prediction = "1"
    explorer.set(inputs=[1, 0], bias=-0.5)
    assert explorer.outcome == "right"


@pytest.mark.parametrize(("scaled", "outcome"), [(False, "right"), (True, "predicted")])
def test_the_line_is_judged_from_its_gradient_steps(scaled, outcome):
    fitter = LineFitter(scaled=scaled)
    fitter.prediction = "the weight"
    fitter.take_steps(99)
    assert fitter.outcome == "predicted"
    fitter.take_steps(1)
    assert fitter.outcome == outcome


def test_the_plan_is_judged_from_the_minutes():
    plan = lessons()
    minutes = plan.question["when"]["minutes"][0]
    right = lesson_map.lessons_that_fit([20, 60], minutes)
    plan.prediction = str(right)
    plan.minutes = minutes - 1
    assert plan.outcome == "predicted"
    plan.minutes = minutes
    assert plan.outcome == "right"


@pytest.mark.parametrize("make", [NeuronExplorer, LineFitter, lessons])
def test_every_question_has_exactly_one_right_answer(make):
    def outcome_of(choice):
        widget = make()
        widget.prediction = choice["text"]
        widget.set(**widget.question["start"])
        bring_about(widget)
        return widget.outcome

    outcomes = [outcome_of(choice) for choice in make().question["choices"]]
    assert sorted(outcomes) == ["right"] + ["wrong"] * (len(outcomes) - 1)


def bring_about(widget):
    if isinstance(widget, NeuronExplorer):
        widget.bias = -0.5
    elif isinstance(widget, LineFitter):
        widget.take_steps(100)
    else:
        widget.minutes = widget.question["when"]["minutes"][0]


def test_a_question_of_ones_own():
    question = Question(
        text="What is 2 × 2?",
        choices=(Choice.exactly("4", 4), Choice("more", 5, None)),
        instruction="Set both to 2.",
        when={"weight 1": (2, 2), "input 1": (2, 2)},
        decided_by="output",
        explanation="Twice two.",
    )
    explorer = NeuronExplorer(question=question, inputs=[1], weights=[1], bias=0, activation="identity")
    explorer.prediction = "4"
    explorer.set(weights=[2], input_slider=[0, 2, 1], inputs=[2])
    assert explorer.outcome == "right"


def test_an_open_range_has_no_end():
    question = {
        "when": {"a": [None, 0]},
        "decided_by": "b",
        "choices": [{"text": "x", "low": 1, "high": None}],
    }
    assert judge(question, {"a": -9, "b": 1e30}, "x") == "right"
    assert judge(question, {"a": 1, "b": 1e30}, "x") == "predicted"
    assert judge(question, {"a": -9, "b": 0}, "x") == "wrong"
    assert judge(question, {"a": -9, "b": 0}, "") == "not predicted"


# Lesson map


def test_the_map_shows_outcomes_points_and_links():
    plan = lessons()
    assert plan.points == (1, 4)
    assert [exercise["outcome"] for exercise in plan.lessons[0]["exercises"]] == ["right", "not yet"]
    assert plan.lessons[1]["exercises"][0]["outcome"] == "not attempted"
    assert plan.lessons[0]["link"] == "00_start/start.ipynb"
    assert "00_start: Start (40 minutes): 1 of 2 points; 1 not yet, 1 right" in plan.summary()


def test_links_lead_to_the_copy_of_the_course_that_is_open(monkeypatch, tmp_path):
    for lesson in LESSONS:
        copy = tmp_path / lesson.id / lesson.notebook.name
        copy.parent.mkdir()
        copy.touch()
    monkeypatch.chdir(tmp_path / "00_start")
    entry = lessons().lessons[1]
    assert entry["link"] == "../01_next/next.ipynb"
    assert entry["notebook"] == (tmp_path / "01_next" / "next.ipynb").resolve().as_posix()


def test_refresh_reads_the_progress_file_again(monkeypatch, tmp_path):
    from utils import progress

    monkeypatch.setenv("LAYER_BY_LAYER_PROGRESS", str(tmp_path / "progress.jsonl"))
    plan = LessonMap(LESSONS)
    assert plan.points[0] == 0
    progress.record("01_next", "mse", "right")
    plan.refreshes += 1
    assert plan.points[0] == 2
    plan.reset()
    assert plan.points[0] == 2, "reset puts the plan back, not the progress"


def test_links_of_an_exported_map_lead_from_the_file(tmp_path):
    page = lessons().export_html(tmp_path / "map.html").read_text(encoding="utf-8")
    (link,) = set(re.findall(r'"link": "([^"]*00_start/start.ipynb)"', page))
    assert (tmp_path / link).resolve() == Path("00_start/start.ipynb").resolve()
    assert '"home": ""' in page


# Model checker


@pytest.fixture(scope="module")
def keras_models():
    import keras

    def model(*units):
        return keras.Sequential([keras.Input((2,)), *[keras.layers.Dense(count) for count in units]])

    return model


def test_the_checker_marks_the_first_difference(keras_models):
    checker = ModelChecker(keras_models(3, 1), keras_models(2, 1))
    assert not checker.matches
    assert checker.difference["row"] == 0
    assert "Layer 1 (Dense) has 3 units; the exercise asks for 2." in repr(checker)
    assert [layer["parameters"] for layer in checker.made] == [9, 4]
    checker.check(keras_models(2, 1))
    assert checker.matches
    assert "The model is what the exercise asks for." in repr(checker)


def test_the_checker_asks_nothing_where_that_is_wanted(keras_models):
    assert ModelChecker(keras_models(1), keras_models(1)).question
    assert not ModelChecker(keras_models(1), keras_models(1), ask=False).question


@pytest.mark.parametrize("thing", [None, "model", 3, [1]])
def test_the_checker_shows_what_is_no_model(keras_models, thing):
    checker = ModelChecker(thing, keras_models(1))
    assert checker.made == []
    assert "Expected a Keras model" in repr(checker)
    assert not checker.question


def test_the_batch_question_is_judged_from_the_samples(keras_models):
    checker = ModelChecker(keras_models(4, 3), keras_models(4, 3))
    checker.prediction = "96"
    checker.samples = 31
    assert checker.outcome == "predicted"
    checker.samples = 32
    assert checker.outcome == "right"


# Text and the page to keep


@pytest.fixture(scope="module")
def widgets():
    return made()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_widget_shows_its_state_as_text(widgets, example):
    text = widgets[example.title]._repr_mimebundle_()[0]["text/plain"]
    assert text.startswith(example.title)
    assert example.text in text


def test_every_widget_has_an_example(widgets):
    assert {type(widget).__name__ for widget in widgets.values()} == set(utils.widgets.__all__) - {"Choice", "Question"}


@pytest.mark.parametrize("title", [example.title for example in EXAMPLES])
def test_every_widget_can_be_drawn(widgets, title):
    pytest.importorskip("anywidget")
    data, _ = widgets[title]._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "export default { render };" in widgets[title]._esm
    assert not re.search(r"^\s*import\b|\bimport\(|fetch\(", widgets[title]._esm, re.MULTILINE)


@pytest.mark.parametrize("title", [example.title for example in EXAMPLES])
def test_the_page_needs_nothing_from_anywhere(widgets, title, tmp_path):
    widget = widgets[title]
    text = widget.export_html(tmp_path / "page.html").read_text(encoding="utf-8")
    addresses = set(re.findall(r"\bhttps?://[^\s\"'`)<]+", text)) - {"http://www.w3.org/2000/svg"}
    assert not addresses
    assert not re.search(r"\b(src|href)\s*=\s*[\"'](?!#)", text), "nothing is loaded by the page"
    assert not re.search(r"@import|url\((?!#)", text)
    assert "default-src 'none'" in text
    state = json.loads(re.search(r"^const state = (.*);$", text, re.MULTILINE)[1])
    assert state.keys() == widget.state().keys()
    if not isinstance(widget, LessonMap):
        assert state == json.loads(json.dumps(widget.state()))


def test_the_page_keeps_hostile_text_as_text(tmp_path):
    explorer = NeuronExplorer(output_name="</script><script>alert(1)</script>")
    assert "</script><script>alert" not in explorer.export_html(tmp_path / "page.html").read_text()


WITHOUT = """
import sys
for name in ("anywidget", "ipywidgets"):
    sys.modules[name] = None
from utils.widgets import NeuronExplorer, LineFitter
explorer = NeuronExplorer()
explorer.prediction = "1"
explorer.set(inputs=[1, 0], bias=-0.5)
fitter = LineFitter()
fitter.take_steps(10)
bundle, _ = explorer._repr_mimebundle_()
assert list(bundle) == ["text/plain"], bundle
assert "output = step(0.5) = 1" in bundle["text/plain"], bundle
assert explorer.outcome == "right"
assert fitter.steps == 10
explorer.export_html(sys.argv[1])
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
print("fine")
"""


def test_without_anywidget_the_same_classes_work_as_text(tmp_path):
    command = [sys.executable, "-c", WITHOUT, str(tmp_path / "page.html")]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "fine", done.stderr
    assert (tmp_path / "page.html").stat().st_size > 10_000
