"""Figures: what is drawn, what the alternative text says, and what bad input is told."""

import base64
import html
import io
import itertools
import re
import subprocess
import sys
import types

import IPython.display
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import alt_text, plots

pytestmark = pytest.mark.filterwarnings("error", "ignore::DeprecationWarning")
X = np.linspace(-1, 1, 7)[:, None]
POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
PICTURES = np.arange(60).reshape(3, 4, 5)


def first_feature(points):
    return points[:, 0]


DRAWINGS = {
    "learning_curves": lambda **k: plots.learning_curves({"loss": [3, 1], "accuracy": [0.5, 0.9]}, **k),
    "prediction_against_truth": lambda **k: plots.prediction_against_truth(X, X + 0.1, **k),
    "line_fit": lambda **k: plots.line_fit(X, 2 * X, lambda x: 2 * x, **k),
    "decision_boundary": lambda **k: plots.decision_boundary(first_feature, POINTS, [0, 1, 0, 1], **k),
    "network": lambda **k: plots.network([3, 2, 1], **({"title": "A network"} | k)),
    "nested_circles": lambda **k: plots.nested_circles(["wide", "narrow"], **({"title": "Circles"} | k)),
    "lines": lambda **k: plots.lines(X, 2 * X + 1, {"steep": (3, 0), "right": (2, 1)}, **k),
    "broadcasting": lambda **k: plots.broadcasting(np.ones((3, 1)), np.ones(4), **k),
    "images": lambda **k: plots.images(PICTURES, labels=["a", "b", "c"], **k),
}
every_drawing = pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)


@pytest.fixture
def shown(monkeypatch):
    """The figures and alternative texts that reached `show`."""
    seen, real = [], plots.show

    def show(figure, alt):
        seen.append((figure, alt))
        real(figure, alt)

    monkeypatch.setattr(plots, "show", show)
    return seen


@pytest.fixture
def notebook(monkeypatch):
    """What a notebook would have received from `display`."""
    received = []
    monkeypatch.setattr("IPython.get_ipython", lambda: types.SimpleNamespace(kernel=True))
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: received.append(bundle))
    return received


# Every drawing


@every_drawing
def test_every_drawing_is_labelled_described_and_shown_once(draw, shown, notebook, capfd):
    assert draw() is None
    ((figure, alt),) = shown
    (output,) = notebook
    assert output["text/plain"] == alt
    assert f'alt="{html.escape(alt)}"' in output["text/html"]
    assert figure.get_suptitle() or figure.axes[0].get_title(loc="left")
    for ax in figure.axes:
        assert not ax.axison or (ax.get_xlabel() and ax.get_ylabel())
    assert capfd.readouterr() == ("", "")


@every_drawing
def test_title_and_alternative_text_can_be_given(draw, shown):
    draw(title="My title")
    draw(alt="My own words")
    assert shown[0][1].startswith("My title. ")
    assert shown[1][1] == "My own words"
    with pytest.raises(ValueError, match="alt is empty"):
        draw(alt="")


@every_drawing
def test_nothing_global_changes(draw, shown):
    before, figures = dict(matplotlib.rcParams), plt.get_fignums()
    draw()
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == figures


@every_drawing
def test_outside_a_notebook_the_description_is_printed(draw, shown, capfd):
    draw()
    output = capfd.readouterr()
    assert output.out == shown[0][1] + "\n"
    assert output.err == ""


def test_lines_differ_without_colour():
    assert len(set(plots.LINES)) == len(plots.LINES) == len(plots.COLOURS)
    assert len(set(plots.MARKERS)) == len(plots.MARKERS) == len(set(plots.HATCHES))


# show and axes


def test_show_sends_a_white_image_that_fits_the_page_and_closes_the_figure(notebook):
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.plot([1, 2])
    plots.show(figure, 'Loss "falls" <b>fast</b>')
    assert not plt.fignum_exists(figure.number)
    page = notebook[0]["text/html"]
    assert 'alt="Loss &quot;falls&quot; &lt;b&gt;fast&lt;/b&gt;"' in page
    assert 'width="400" style="max-width:100%;height:auto;background:white"' in page
    pixels = plt.imread(io.BytesIO(base64.b64decode(re.search('base64,([^"]+)', page)[1])))
    assert pixels.shape[:2] == (450, 600)
    assert pixels[0, 0].tolist() == [1, 1, 1, 1]


def test_show_refuses_what_it_can_not_show():
    figure, ax = plots.axes("t", "x", "y")
    with pytest.raises(ValueError, match="Say in a sentence what the figure shows"):
        plots.show(figure, "  ")
    with pytest.raises(TypeError, match="must be a Matplotlib Figure, got Axes"):
        plots.show(ax, "A line")


def test_characters_that_the_font_lacks_make_no_noise(notebook, capfd):
    figure, _ = plots.axes("損失", "x", "y")
    plots.show(figure, "Empty axes")
    assert capfd.readouterr().err == ""


def test_axes_carry_the_style_without_touching_pyplot():
    fignums = plt.get_fignums()
    _, ax = plots.axes("Title", "time (s)", "height (m)")
    first, second = (ax.plot([0, 1])[0] for _ in range(2))
    assert (first.get_color(), first.get_linestyle()) == (plots.BLUE, "-")
    assert (second.get_color(), second.get_linestyle()) == (plots.VERMILLION, "--")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left")) == ("time (s)", "height (m)", "Title")
    assert plt.get_fignums() == fignums
    with pytest.raises(ValueError, match="ylabel is empty"):
        plots.axes("Title", "x", "")


def test_importing_leaves_pyplot_and_keras_alone():
    code = "import sys, utils.plots; print({'matplotlib.pyplot', 'keras', 'tensorflow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")


# Learning curves


def test_learning_curves_accept_a_history_a_dict_and_a_list(shown):
    history = types.SimpleNamespace(epoch=[5, 6], history={"loss": [3247.0, 8.5]})
    plots.learning_curves(history)
    plots.learning_curves({"loss": [3247.0, 8.5]})
    plots.learning_curves([3247.0, 8.5])
    assert shown[0][1] == "Learning curves. Loss falls from 3247 at epoch 6 to 8.5 at epoch 7."
    assert shown[1][1] == shown[2][1] == "Learning curves. Loss falls from 3247 at epoch 1 to 8.5 at epoch 2."


def test_learning_curves_put_each_quantity_in_its_panel(shown):
    history = {"accuracy": [0.5, 0.9], "loss": [3, 1], "val_accuracy": [0.4, 0.7], "val_loss": [3, 2]}
    plots.learning_curves(history, loss_label="cross-entropy (nats)")
    loss, accuracy = shown[0][0].axes
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("cross-entropy (nats)", "accuracy")
    assert [text.get_text() for text in loss.get_legend().texts] == ["loss", "validation loss"]
    assert "Validation accuracy rises from 0.4 at epoch 1 to 0.7 at epoch 2." in shown[0][1]


@pytest.mark.parametrize(
    ("losses", "scale"),
    [([500, 50, 4], "log"), ([500, 50, 6], "linear"), ([1, 0, 500], "linear"), ([-5, 1, 999], "linear")],
)
def test_a_large_range_gets_a_logarithmic_axis(losses, scale, shown):
    plots.learning_curves(losses)
    assert shown[0][0].axes[0].get_yscale() == scale


def test_values_that_are_not_finite_are_marked_and_said(shown):
    plots.learning_curves([1.0, 40.0, np.inf, np.nan])
    figure, alt = shown[0]
    assert alt.endswith("to 40 at epoch 2. Loss is not a finite number from epoch 3 on.")
    mark = figure.axes[0].lines[1]
    assert mark.get_xdata() == [3]
    assert mark.get_label() == "loss not finite from epoch 3"


def test_curves_without_any_number_and_with_one_epoch_are_shown(shown):
    plots.learning_curves([np.nan, np.nan])
    plots.learning_curves([5.0])
    assert shown[0][1] == "Learning curves. Loss is never a finite number."
    assert shown[1][1] == "Learning curves. Loss is 5 at epoch 1."


@pytest.mark.parametrize(
    ("history", "error", "says"),
    [
        ([], ValueError, "history is empty: train the model first"),
        ({}, ValueError, "history is empty"),
        ({"loss": [1, 2], "mae": [1]}, ValueError, "as many epochs for each curve, got loss 2, mae 1"),
        (np.ones((3, 2)), ValueError, r"one number per epoch, got shape \(3, 2\)"),
        ("loss", TypeError, "a Keras History, a dict of lists of numbers, or a list of losses; got str"),
        (None, TypeError, "got NoneType"),
    ],
)
def test_learning_curves_say_what_is_wrong(history, error, says):
    with pytest.raises(error, match=says):
        plots.learning_curves(history)


# Predictions, lines, boundaries


def test_prediction_against_truth_measures_the_errors(shown):
    plots.prediction_against_truth([[0], [10], [20]], [0, 13, 16], unit="°F")
    figure, alt = shown[0]
    assert "3 samples. The root mean squared error is 2.887 °F." in alt
    assert "furthest off, by -4 °F, where the truth is 20 °F." in alt
    assert figure.axes[0].get_xlabel() == "true value (°F)"
    assert figure.axes[0].get_xlim() == figure.axes[0].get_ylim()


def test_prediction_against_truth_leaves_out_what_is_not_finite(shown):
    plots.prediction_against_truth([0, 1, 2], [0, np.nan, 2])
    plots.prediction_against_truth([0, 1], [np.nan, np.inf])
    assert shown[0][1].endswith("1 sample left out, with a value that is not finite.")
    assert shown[1][1].endswith("2 samples. 2 samples left out, with a value that is not finite.")


def test_line_fit_reads_slope_and_intercept_from_the_model(shown):
    plots.line_fit(X, 1.8 * X + 32, lambda x: 1.8 * x + 31, "temperature (°C)", "temperature (°F)")
    figure, alt = shown[0]
    assert "straight line of slope 1.8 and value 31 at x = 0; its root mean squared error is 1." in alt
    assert "temperature (°F) from 30.2 to 33.8 over temperature (°C) from -1 to 1." in alt
    assert [line.get_label() for line in figure.axes[0].lines] == ["model", "data"]


def test_line_fit_tells_a_curve_from_a_line_and_needs_no_model(shown):
    plots.line_fit(X, X**2, lambda x: x**2)
    plots.line_fit(X, X**2)
    assert "a curve from" in shown[0][1]
    assert "model" not in shown[1][1].removeprefix("Data and model")
    assert shown[1][0].axes[0].get_legend() is None


def test_keras_models_are_drawn_as_functions_are(shown):
    import keras

    line = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    line.set_weights([np.array([[1.8]]), np.array([32.0])])
    plots.line_fit(X, 1.8 * X + 32, line)
    assert "slope 1.8 and value 32 at x = 0" in shown[0][1]
    classes = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3)])
    classes.set_weights([np.array([[1.0, -1, 0], [0, 0, 0]]), np.array([0.0, 0, -9])])
    plots.decision_boundary(classes, POINTS - 0.5, [1, 0, 1, 0])
    assert "4 of 4 lie in the region of their own class (100.0 %)" in shown[1][1]


def test_decision_boundary_rings_the_wrong_ones(shown):
    plots.decision_boundary(first_feature, POINTS, [0, 1, 1, 1], class_names=["no", "yes"])
    figure, alt = shown[0]
    assert "4 samples (1 of no, 3 of yes). 3 of 4 lie in the region of their own class (75.0 %)." in alt
    ring = figure.axes[0].lines[-1]
    assert ring.get_label() == "wrongly classified"
    assert ring.get_xydata().tolist() == [[0.0, 1.0]]


def test_decision_boundary_of_a_model_that_knows_one_class_only(shown):
    plots.decision_boundary(lambda x: np.zeros(len(x)), POINTS, [0, 1, 0, 1])
    assert "2 of 4" in shown[0][1]


# Images


def test_images_share_one_brightness_scale(shown):
    plots.images(np.stack([np.zeros((2, 2)), np.full((2, 2), 8.0), np.full((2, 2), 16.0)])[..., None], columns=2)
    figure, alt = shown[0]
    drawn = [ax.images[0].get_array().mean() for ax in figure.axes if ax.images]
    assert drawn == [0.0, 0.5, 1.0]
    assert len(figure.axes) == 4
    assert alt == "Images. 3 grey images of 2 by 2 pixels in 2 rows of 2."


@pytest.mark.parametrize("largest", [1.0, 255])
def test_colour_images_keep_their_colours(largest, shown):
    plots.images(np.full((1, 2, 3, 3), [largest, 0, 0]), labels=["red"])
    assert shown[0][0].axes[0].images[0].get_array()[0, 0].tolist() == [1, 0, 0]
    assert shown[0][1] == "Images. 1 colour image of 2 by 3 pixels. Labels: red."


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plots.prediction_against_truth([1, 2], [1]), "truth and prediction .* got 2 and 1"),
        (lambda: plots.prediction_against_truth(POINTS, POINTS), r"truth must have shape .* got \(4, 2\)"),
        (lambda: plots.line_fit([], []), "features is empty"),
        (lambda: plots.line_fit([1, np.nan], [1, 2]), "features hold values that are NaN"),
        (lambda: plots.line_fit(X, X, lambda x: x[:3]), r"answer must have shape \(200, 1\).*got \(3, 1\)"),
        (lambda: plots.decision_boundary(first_feature, X, X), r"features must have shape \(samples, 2\)"),
        (
            lambda: plots.decision_boundary(first_feature, POINTS, [0, 0.5, 1, 1]),
            "labels must be class indices",
        ),
        (
            lambda: plots.decision_boundary(first_feature, POINTS, np.eye(4)),
            r"labels must have shape .*\(4, 4\)",
        ),
        (
            lambda: plots.decision_boundary(first_feature, POINTS, [0, 1, 2, 2], class_names="ab"),
            "name all 3",
        ),
        (lambda: plots.images(np.zeros((8, 8))), r"got \(8, 8\). For one picture use picture\[None\]"),
        (lambda: plots.images(np.zeros((101, 2, 2))), "holds 101 images, at most 100"),
        (lambda: plots.images([np.zeros((2, 2)), np.zeros((3, 3))]), "rows differ in shape"),
        (lambda: plots.images(PICTURES, labels=[1]), "one entry per picture, 3, got 1"),
        (lambda: plots.images(PICTURES, columns=0), "columns must be a whole number"),
    ],
)
def test_wrong_values_are_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_wrong_types_are_named():
    with pytest.raises(TypeError, match="truth must hold numbers, got <U1"):
        plots.prediction_against_truth(["a"], [1])
    with pytest.raises(TypeError, match="a Keras model or a function, got ndarray"):
        plots.line_fit(X, X, model=X)


# Words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3247.4, "3247"),
        (8.4700, "8.47"),
        (0.0, "0"),
        (1.23e-7, "1.23e-07"),
        (123456.7, "123500"),
        (np.inf, "infinite"),
    ],
)
def test_numbers_are_short(value, text):
    assert alt_text.number(value) == text


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([3.0, 1.0, 2.0], "falls from 3 at epoch 1 to 2 at epoch 3. The lowest is 1 at epoch 2."),
        ([1.0, 9.0, 2.0], "rises from 1 at epoch 1 to 2 at epoch 3. The highest is 9 at epoch 2."),
        ([2.0, 2.0], "is 2 at epoch 1 and again at epoch 2."),
        ([3.0, np.nan, 1.0], "to 1 at epoch 3. Loss is not finite in 1 epoch, first in epoch 2."),
    ],
)
def test_curves_are_told_with_their_turning_points(values, says):
    told = alt_text.curve(np.arange(len(values)) + 1, "loss", np.array(values))
    assert told.startswith("Loss ")
    assert told.endswith(says)


def test_lines_say_how_far_they_are_from_the_samples(shown):
    plots.lines([0, 1], [1, 3], {"low": (0, -1), "near": (2, 0.5), "exact": (2, 1)})
    ((figure, alt),) = shown
    assert "The line low: 0.00 x − 1.00 runs 2 to 4 below all of them." in alt
    assert "The line near: 2.00 x + 0.50 runs 0.5 to 0.5 below all of them." in alt
    assert "The line exact: 2.00 x + 1.00 misses none by more than 0." in alt
    assert len(figure.axes[0].lines) == 4


@pytest.mark.parametrize("sizes", [[3, 2, 1], [1, 1], [4, 4, 2, 2]])
def test_a_network_has_a_line_for_every_weight(shown, sizes):
    plots.network(sizes, "A network")
    ((figure, alt),) = shown
    weights = sum(a * b for a, b in itertools.pairwise(sizes))
    assert len(figure.axes[0].lines) == weights
    assert f": {weights} line" in alt


def test_broadcasting_draws_what_is_repeated_in_grey(shown):
    plots.broadcasting([[0], [10], [20]], [1, 2, 3, 4])
    ((figure, alt),) = shown
    texts = figure.axes[0].texts
    grey = [text for text in texts if text.get_color() == plots.GREY]
    assert len(grey) == 9 + 8
    assert {"shape (3, 1)", "shape (4,)", "shape (3, 4)", "24"} <= {text.get_text() for text in texts}
    assert "(3, 4)" in alt


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: plots.network([3], "A"), "at least two whole numbers"),
        (lambda: plots.network([3, 0], "A"), "from 1 to 12"),
        (lambda: plots.nested_circles(["a"], "A"), "two to five"),
        (lambda: plots.broadcasting(np.ones(3), np.ones(3)), "got shape"),
        (lambda: plots.broadcasting(np.ones(3), np.ones(4)), "could not be broadcast"),
    ],
)
def test_drawings_of_ideas_name_what_does_not_fit(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()
