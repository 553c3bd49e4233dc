"""Figures in one style, each with a text that says what it shows.

Colours are those of Okabe and Ito, chosen to stay apart for colour-blind readers; line style and marker
differ as well, so a figure reads in grey. The background is white, also on a dark page. Matplotlib's own
settings are never changed outside these functions, and figures are not registered with `pyplot`, so
nothing is shown twice.

`show` displays any Matplotlib figure as an image with an alternative text. The other functions draw,
compute a description from the numbers, and show both; `alt=` replaces the description. They return None.
"""

import base64
import html
import io
import itertools
import math
import sys
import warnings

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator

from utils import alt_text, notebook

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, BLACK, GREY = "#56B4E9", "#CC79A7", "#000000", "#6B6B6B"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 3)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
HATCHES = (None, "//", "..", "\\\\", "xx", "--", "++", "oo", "||", "**")

PIXELS_PER_INCH = 100  # on the page
SHARPNESS = 1.5  # image pixels per pixel on the page, for sharp screens
STYLE = {
    "figure.figsize": (7.0, 4.0),
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "axes.facecolor": "white",
    "axes.prop_cycle": cycler(color=COLOURS, linestyle=LINES) + cycler(linewidth=[2.0] * len(COLOURS)),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "axes.titlepad": 10,
    "axes.labelsize": 11,
    "axes.unicode_minus": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "lines.markersize": 7,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "text.usetex": False,
}
LOG_SCALE_FROM = 100  # ratio of largest to smallest value
LARGEST_GRID = 100  # images in one figure
REGION_STEPS = 200  # predictions per axis of a decision boundary
PREDICTION_BATCH = 4096


def show(figure, alt):
    """Display a Matplotlib figure as an image with the alternative text `alt`, and close the figure.

    figure: matplotlib.figure.Figure. alt: one or two sentences that say what a reader should see.

    Raises TypeError if figure is no Figure, ValueError if alt is empty.
    """
    if not isinstance(figure, Figure):
        raise TypeError(
            f"figure must be a Matplotlib Figure, got {type(figure).__name__}: "
            "pass `fig` of `fig, ax = plots.axes(...)`."
        )
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            "alt is empty. Say in a sentence what the figure shows, for those who can't see it, "
            'such as alt="Loss falls from 3247 to 8.5 in 500 epochs".'
        )
    width = round(figure.get_size_inches()[0] * PIXELS_PER_INCH)
    image = base64.b64encode(_png(figure)).decode("ascii")
    notebook.show(
        f'<img src="data:image/png;base64,{image}" alt="{html.escape(alt, quote=True)}" '
        f'width="{width}" style="max-width:100%;height:auto;background:white">',
        alt,
    )
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)


def axes(title, xlabel, ylabel, size=(7.0, 4.0)):
    """An empty figure in the course's style: `fig, ax = axes(...)`, draw on `ax`, then `show(fig, alt)`.

    title, xlabel, ylabel: texts; name the units in the labels, as in "temperature (°C)".
    size: width and height in inches of 100 pixels.

    Returns (Figure, Axes). Raises ValueError if a text is empty.
    """
    for name, text in (("title", title), ("xlabel", xlabel), ("ylabel", ylabel)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} is empty: a figure without it can't be read.")
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=size)
        ax = figure.add_subplot()
        ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return figure, ax


def diagram(title, size=(6.0, 4.0)):
    """An empty drawing without axes, one unit as long across as up: `fig, ax = diagram(...)`, then `show`.

    title: text; size: width and height in inches of 100 pixels.

    Returns (Figure, Axes). Raises ValueError if the title is empty.
    """
    figure, ax = axes(title, "across", "up", size)
    ax.set_axis_off()
    ax.set_aspect("equal")
    return figure, ax


def learning_curves(history, title="Learning curves", loss_label="loss", alt=None):
    """Loss by epoch, with validation loss and metrics if there are any: one panel per quantity.

    history: Keras History, a dict of lists by name (`val_` marks validation), or a list of losses.
    loss_label: label of the loss axis, with its unit: "mean squared error (°F²)".

    The vertical axis is logarithmic if the largest value is over 100 times the smallest. Values that are
    NaN or infinite leave a gap, are marked at the top, and are named in the alternative text.

    Raises TypeError if history is none of these, ValueError if it is empty or the lists differ in length.
    """
    epochs, curves = _curves(history)
    panels = _panels(curves)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.0, 4.0) if len(panels) == 1 else (10.0, 3.8 * math.ceil(len(panels) / 2)))
        grid = figure.subplots(math.ceil(len(panels) / 2), min(2, len(panels)), squeeze=False)
        for ax, (name, members) in zip(grid.flat, panels.items(), strict=False):
            _draw_curves(ax, epochs, members)
            ax.set(xlabel="epoch", ylabel=loss_label if name == "loss" else name.replace("_", " "))
        for ax in grid.flat[len(panels) :]:
            ax.remove()
        _set_title(figure, grid.flat[0], title, alone=len(panels) == 1)
    sentences = (alt_text.curve(epochs, _curve_name(name), values) for name, values in curves.items())
    _show_described(figure, alt, title, " ".join(sentences))


def prediction_against_truth(truth, prediction, unit="", title="Prediction against truth", alt=None):
    """Each sample's prediction over its true value; on the dashed diagonal both are equal.

    truth, prediction: arrays (samples,) or (samples, 1). unit: of both, as in "°F".

    Raises ValueError if the shapes don't fit, TypeError if the values aren't numbers.
    """
    truth, prediction = _column(truth, "truth"), _column(prediction, "prediction")
    _require_same_length(truth, prediction, "truth", "prediction")
    finite = np.isfinite(truth) & np.isfinite(prediction)
    label = f" ({unit})" if unit else ""
    figure, ax = axes(title, f"true value{label}", f"predicted value{label}", size=(5.6, 5.2))
    with matplotlib.rc_context(STYLE):
        _draw_diagonal(ax, truth[finite], prediction[finite])
        _scatter(ax, truth[finite], prediction[finite], label="samples")
        _legend(ax)
    _show_described(figure, alt, title, alt_text.predictions(truth, prediction, unit))


def line_fit(features, targets, model=None, xlabel="feature", ylabel="target", title="Data and model", alt=None):
    """Samples with one feature and, if a model is given, the curve of its predictions between them.

    features, targets: arrays (samples,) or (samples, 1).
    model: Keras model, or a function from features (points, 1) to predictions (points,) or (points, 1).
    xlabel, ylabel: with units, as in "temperature (°C)".

    Raises ValueError if the shapes don't fit or the model's answer has another shape, TypeError if the
    values aren't numbers.
    """
    features, targets = _column(features, "features"), _column(targets, "targets")
    _require_same_length(features, targets, "features", "targets")
    _require_finite(features, "features")
    description = alt_text.samples_over(features, targets, xlabel, ylabel)
    figure, ax = axes(title, xlabel, ylabel)
    with matplotlib.rc_context(STYLE):
        if model is not None:
            at = _spread(features)
            answers = _outputs(model, at[:, None], columns=1)[:, 0]
            errors = _outputs(model, features[:, None], columns=1)[:, 0] - targets
            ax.plot(at, answers, color=VERMILLION, linestyle="-", linewidth=2.0, label="model", zorder=2)
            description += " " + alt_text.fitted(at, answers, errors)
        _scatter(ax, features, targets, label="data")
        _legend(ax)
    _show_described(figure, alt, title, description)


def lines(features, targets, lines, xlabel="feature", ylabel="target", title="Data and lines", alt=None):
    """Samples with one feature, and straight lines to compare with them.

    features, targets: arrays (samples,) or (samples, 1).
    lines: {label: (weight, bias)}; each is drawn with its numbers in the legend.
    xlabel, ylabel: with units, as in "temperature (°C)".

    Raises ValueError if the shapes don't fit, TypeError if the values aren't numbers.
    """
    features, targets = _column(features, "features"), _column(targets, "targets")
    _require_same_length(features, targets, "features", "targets")
    _require_finite(features, "features")
    at, description = _spread(features), [alt_text.samples_over(features, targets, xlabel, ylabel)]
    figure, ax = axes(title, xlabel, ylabel)
    with matplotlib.rc_context(STYLE):
        for place, (label, (weight, bias)) in enumerate(lines.items(), start=1):
            name = f"{label}: {weight:.2f} x{f' {bias:+.2f}' if bias else ''}".replace("+", "+ ").replace(" -", " − ")
            style = LINES[place % len(LINES)]
            ax.plot(at, weight * at + bias, color=COLOURS[place % len(COLOURS)], linestyle=style, label=name, zorder=2)
            description.append(alt_text.line_errors(name, weight * features + bias - targets))
        _scatter(ax, features, targets, label=alt_text.count(len(features), "sample"))
        _legend(ax)
    _show_described(figure, alt, title, " ".join(description))


def network(sizes, title, alt=None):
    """Layers of a fully connected network as columns of circles, with a line for every weight.

    sizes: whole numbers from 1 to 12: the inputs (named x), then the units of each layer (named a, the last one y).

    Raises ValueError if there are fewer than two sizes or one lies outside of that range.
    """
    sizes = [int(size) for size in sizes]
    if len(sizes) < 2 or not all(1 <= size <= 12 for size in sizes):
        raise ValueError(f"sizes must be at least two whole numbers from 1 to 12, got {sizes}.")
    names = ["x", *["a"] * (len(sizes) - 2), "y"]
    columns = [[(2.0 * layer, (size - 1) / 2 - row) for row in range(size)] for layer, size in enumerate(sizes)]
    reach = max(sizes) / 2
    figure, ax = diagram(title, size=(1.6 * len(sizes) + 1.6, max(2.6, max(sizes) + 0.6)))
    with matplotlib.rc_context(STYLE):
        for left, right in itertools.pairwise(columns):
            for start, end in itertools.product(left, right):
                ax.plot(*zip(start, end, strict=True), "-", color=GREY, linewidth=1.4, zorder=1)
        for name, column in zip(names, columns, strict=True):
            for number, (x, y) in enumerate(column, start=1):
                ax.scatter(x, y, s=900, color="white", edgecolor=BLACK, zorder=2)
                ax.text(x, y, f"${name}_{number}$", ha="center", va="center", zorder=3)
        ax.set(xlim=(-0.7, 2 * len(sizes) - 1.3), ylim=(-reach - 0.1, reach + 0.1))
    _show_described(figure, alt, title, alt_text.network(sizes))


def broadcasting(first, second, title="Broadcasting", alt=None):
    """The sum of two small tables of different shapes; what NumPy repeats is drawn in grey.

    first, second: arrays with one or two axes whose shapes fit, with at most 8 rows and columns in the sum.

    Raises ValueError, with NumPy's words, if the shapes do not fit, or if the sum is larger.
    """
    first, second = np.asarray(first), np.asarray(second)
    total = first + second
    if total.ndim != 2 or max(total.shape) > 8:
        raise ValueError(f"the sum must be a table of at most 8 by 8 numbers, got shape {total.shape}.")
    parts = [(first, np.broadcast_to(first, total.shape)), (second, np.broadcast_to(second, total.shape))]
    rows, columns = total.shape
    figure, ax = diagram(title, size=(0.62 * (3 * columns + 2), 0.62 * rows + 1.0))
    with matplotlib.rc_context(STYLE):
        for place, (own, shown) in enumerate([*parts, (total, total)]):
            left = place * (columns + 1)
            _draw_table(ax, left, shown, np.atleast_2d(own).shape)
            ax.text(left + columns / 2, rows + 0.25, f"shape {own.shape}", ha="center", va="bottom")
            if place:
                ax.text(left - 0.5, rows / 2, "+="[place - 1], ha="center", va="center", fontsize=16)
        ax.set(xlim=(-0.1, 3 * columns + 2.1), ylim=(-0.1, rows + 0.9))
    _show_described(figure, alt, title, alt_text.broadcast(first.shape, second.shape, total.shape))


def nested_circles(names, title, alt=None):
    """Circles, each inside the one before it, with a name in each: the first name is the widest.

    names: two to five texts.

    Raises ValueError for fewer or more.
    """
    names = list(names)
    if not 2 <= len(names) <= 5:
        raise ValueError(f"names must be two to five texts, got {len(names)}.")
    figure, ax = diagram(title)
    with matplotlib.rc_context(STYLE):
        for radius, name in zip(range(len(names), 0, -1), names, strict=True):
            ax.add_patch(Circle((0, radius), radius, fill=False, linewidth=2))
            ax.text(0, 2 * radius - 1, name, ha="center", va="center")
        ax.set(xlim=(-len(names) - 0.2, len(names) + 0.2), ylim=(-0.2, 2 * len(names) + 0.2))
    nested = ", which lies inside ".join(reversed(names))
    _show_described(figure, alt, title, f"{alt_text.count(len(names), 'circle')}: {nested}.")


def decision_boundary(
    model,
    features,
    labels,
    feature_names=("feature 1", "feature 2"),
    class_names=None,
    title="Decision boundary",
    alt=None,
):
    """Which class a classifier predicts where, over two features, and the samples with their true classes.

    model: Keras model, or a function from features (points, 2) to one probability of class 1 per point,
        (points,) or (points, 1), or one score per class, (points, classes).
    features: array (samples, 2). labels: class indices, array (samples,) or (samples, 1).
    feature_names: axis labels, with units. class_names: one per class.

    Regions differ in hatching as well as colour, classes in marker; wrongly classified samples are ringed.

    Raises ValueError if a shape doesn't fit or labels aren't class indices.
    """
    features, labels = _two_features(features), _class_indices(labels)
    _require_same_length(features, labels, "features", "labels")
    across, up = (_spread(values) for values in features.T)
    points = np.stack([values.ravel() for values in np.meshgrid(across, up)], axis=1)
    region = _classes(_outputs(model, points)).reshape(len(up), len(across))
    predicted = _classes(_outputs(model, features))
    names = _names_of_classes(class_names, 1 + max(labels.max(), region.max(), predicted.max()))

    figure, ax = axes(title, *feature_names, size=(7.0, 5.0))
    with matplotlib.rc_context(STYLE):
        _draw_regions(ax, across, up, region, len(names))
        _draw_classes(ax, features, labels, predicted, names)
        figure.legend(loc="outside right upper")
    _show_described(figure, alt, title, alt_text.boundary(labels, predicted, names))


def images(pictures, labels=None, columns=None, title="Images", alt=None):
    """A grid of pictures on one common brightness scale, each with its label above it.

    pictures: array (images, height, width), (images, height, width, 1) for grey, or
        (images, height, width, 3) for colour, 0 to 1 or 0 to 255.
    labels: one text or number per picture. columns: pictures per row, at most 10 if not given.

    Raises ValueError if a shape doesn't fit or there are over 100 pictures, TypeError if the values aren't
    numbers.
    """
    pictures = _pictures(pictures)
    labels = _picture_labels(labels, len(pictures))
    columns = _columns(columns, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    cell = min(2.4, 10.0 / columns)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(max(3.0, cell * columns), 0.5 + (cell + 0.25 * (labels is not None)) * rows))
        grid = figure.subplots(rows, columns, squeeze=False)
        for ax in grid.flat:
            ax.set_axis_off()
        for index, (ax, picture) in enumerate(zip(grid.flat, pictures, strict=False)):
            ax.imshow(picture, cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
            if labels is not None:
                ax.set_title(labels[index], loc="center", fontsize=10, fontweight="normal", pad=4)
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
    _show_described(figure, alt, title, alt_text.pictures(pictures.shape, rows, columns, labels))


# Rendering --------------------------------------------------------------------------------------------


def _show_described(figure, alt, title, description):
    """Show the figure with the caller's alternative text, or with its title and the computed description."""
    show(figure, f"{title}. {description}" if alt is None else alt)


def _png(figure):
    """The figure as PNG bytes, without a word on standard error about missing glyphs."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format="png", dpi=SHARPNESS * PIXELS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()


# Drawing ----------------------------------------------------------------------------------------------


def _scatter(ax, x, y, label):
    few = len(x) <= 50
    ax.plot(
        x,
        y,
        linestyle="none",
        marker="o",
        color=BLUE,
        markersize=8 if few else 5,
        markeredgecolor="white",
        markeredgewidth=0.8,
        alpha=1.0 if few else 0.6,
        label=label,
        zorder=3,
    )


def _draw_diagonal(ax, truth, prediction):
    values = np.concatenate([truth, prediction]) if len(truth) else np.array([0.0, 1.0])
    low, high = values.min(), values.max()
    margin = 0.05 * (high - low) or 1.0
    ends = [low - margin, high + margin]
    ax.plot(ends, ends, color=BLACK, linestyle="--", linewidth=1.4, label="prediction = truth", zorder=2)
    ax.set(xlim=ends, ylim=ends, aspect="equal")


def _draw_curves(ax, epochs, curves):
    """Each curve in its own style; a cross at the top edge where values stop being finite."""
    _set_scale(ax, np.concatenate(list(curves.values())))
    for index, (name, values) in enumerate(curves.items()):
        finite, label = np.isfinite(values), _curve_name(name)
        colour, line = COLOURS[index % len(COLOURS)], LINES[index % len(LINES)]
        marker = MARKERS[index % len(MARKERS)] if len(values) <= 20 else None
        shown = np.where(finite, values, np.nan)
        ax.plot(epochs, shown, color=colour, linestyle=line, linewidth=2.0, marker=marker, label=label)
        if not finite.all():
            _mark_at_top(ax, epochs[~finite][0], colour, f"{label} not finite from epoch {epochs[~finite][0]}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    margin = max(0.5, 0.01 * len(epochs))
    ax.set_xlim(epochs[0] - margin, epochs[-1] + margin)
    _legend(ax)


def _set_scale(ax, values):
    """Logarithmic where the values span more than two powers of ten; no numbers where there are none."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        ax.set_yticks([])
    elif finite.min() > 0 and finite.max() > LOG_SCALE_FROM * finite.min():
        ax.set_yscale("log")


def _mark_at_top(ax, epoch, colour, label):
    ax.plot(
        [epoch],
        [0.97],
        transform=ax.get_xaxis_transform(),
        linestyle="none",
        marker="x",
        markeredgewidth=2.5,
        markersize=10,
        color=colour,
        label=label,
    )


def _draw_table(ax, left, values, own_shape):
    """A table of numbers from x = `left`; numbers beyond `own_shape` (rows, columns), the repeated ones, are grey."""
    rows, columns = values.shape
    for row, column in np.ndindex(rows, columns):
        own = row < own_shape[0] and column < own_shape[1]
        low = rows - 1 - row
        edge = {"edgecolor": BLACK if own else GREY, "linestyle": "-" if own else ":"}
        ax.add_patch(Rectangle((left + column, low), 1, 1, fill=False, linewidth=1.2, **edge))
        colour = BLACK if own else GREY
        ax.text(left + column + 0.5, low + 0.5, f"{values[row, column]:g}", ha="center", va="center", color=colour)


def _legend(ax):
    """A legend where there is more than one thing to tell apart."""
    if len(ax.get_legend_handles_labels()[1]) > 1:
        ax.legend()


def _set_title(figure, ax, title, alone):
    if alone:
        ax.set_title(title)
    else:
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")


def _draw_regions(ax, across, up, region, classes):
    """One tint and hatching per class, and a black line around the region where it is predicted."""
    for index in range(classes):
        inside = (region == index).astype(float)
        if not inside.any():
            continue
        with matplotlib.rc_context({"hatch.color": "#C4C4C4", "hatch.linewidth": 0.6}):
            tint, hatch = _tint(COLOURS[index % len(COLOURS)]), HATCHES[index % len(HATCHES)]
            ax.contourf(across, up, inside, levels=[0.5, 1.5], colors=[tint], hatches=[hatch])
        if not inside.all():
            ax.contour(across, up, inside, levels=[0.5], colors=BLACK, linewidths=1.4, linestyles="-")
    ax.grid(False)


def _tint(colour, strength=0.18):
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return tuple(1 - strength * (1 - part) for part in (red, green, blue))


def _draw_classes(ax, features, labels, predicted, names):
    for index, name in enumerate(names):
        chosen = features[labels == index]
        ax.plot(
            *chosen.T,
            linestyle="none",
            marker=MARKERS[index % len(MARKERS)],
            markersize=6,
            color=COLOURS[index % len(COLOURS)],
            markeredgecolor="white",
            markeredgewidth=0.6,
            label=name,
        )
    wrong = features[labels != predicted]
    if len(wrong):
        ax.plot(
            *wrong.T,
            linestyle="none",
            marker="o",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=BLACK,
            markeredgewidth=1.3,
            label="wrongly classified",
        )


# Reading arguments ------------------------------------------------------------------------------------


def _curves(history):
    """Epoch numbers from 1 (epochs,), and float arrays (epochs,) by name."""
    epochs = getattr(history, "epoch", None)
    values = getattr(history, "history", history)
    if not isinstance(values, dict):
        values = {"loss": values}
    try:
        curves = {str(name): np.array(list(curve), dtype=float) for name, curve in values.items()}
    except (TypeError, ValueError) as error:
        raise TypeError(
            "history must be a Keras History, a dict of lists of numbers, or a list of losses; "
            f"got {type(history).__name__}."
        ) from error
    for name, curve in curves.items():
        if curve.ndim != 1:
            raise ValueError(f"history[{name!r}] must be one number per epoch, got shape {curve.shape}.")
    lengths = {len(curve) for curve in curves.values()}
    if lengths in (set(), {0}):
        raise ValueError("history is empty: train the model first.")
    if len(lengths) > 1:
        found = ", ".join(f"{name} {len(curve)}" for name, curve in curves.items())
        raise ValueError(f"history must have as many epochs for each curve, got {found}.")
    (length,) = lengths
    return (np.asarray(epochs) if epochs else np.arange(length)) + 1, curves


def _panels(curves):
    """Curves grouped by quantity: training and validation share a panel."""
    panels = {}
    for name, values in curves.items():
        panels.setdefault(name.removeprefix("val_"), {})[name] = values
    return dict(sorted(panels.items(), key=lambda panel: panel[0] != "loss"))


def _curve_name(name):
    if name.startswith("val_"):
        return f"validation {name.removeprefix('val_')}".replace("_", " ")
    return name.replace("_", " ")


def _array(values, name):
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be one array, but its rows differ in shape.") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}.")
    if array.size == 0:
        raise ValueError(f"{name} is empty (shape {array.shape}).")
    return array


def _column(values, name):
    array = _array(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (samples,) or (samples, 1), got {array.shape}.")
    return array.astype(float)


def _two_features(values):
    array = _array(values, "features")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"features must have shape (samples, 2), got {array.shape}.")
    _require_finite(array, "features")
    return array.astype(float)


def _require_finite(array, name):
    if not np.isfinite(array).all():
        raise ValueError(f"{name} hold values that are NaN or infinite: remove them first.")


def _class_indices(values):
    labels = _column(values, "labels")
    if not np.isfinite(labels).all() or (labels != labels.astype(int)).any() or labels.min() < 0:
        raise ValueError(
            f"labels must be class indices 0, 1, 2, …, got {labels[:5].tolist()}… "
            "For one-hot rows use np.argmax(labels, axis=1)."
        )
    return labels.astype(int)


def _require_same_length(first, second, first_name, second_name):
    if len(first) != len(second):
        raise ValueError(
            f"{first_name} and {second_name} must have as many samples, got {len(first)} and {len(second)}."
        )


def _spread(values):
    """Points of the grid along one axis, a little beyond the samples."""
    margin = 0.08 * np.ptp(values) or 1.0
    return np.linspace(values.min() - margin, values.max() + margin, REGION_STEPS)


def _outputs(model, points, columns=None):
    """The model's or function's answers for `points` (points, features), as array (points, outputs)."""
    points = points.astype(np.float32)
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(model, keras.Model):
        answers = model.predict(points, batch_size=PREDICTION_BATCH, verbose=0)
    elif callable(model):
        answers = model(points)
    else:
        raise TypeError(f"model must be a Keras model or a function, got {type(model).__name__}.")
    answers = _array(answers, "the model's answer")
    if answers.ndim == 1:
        answers = answers[:, None]
    if answers.ndim != 2 or len(answers) != len(points) or columns not in (None, answers.shape[1]):
        wanted = "outputs" if columns is None else str(columns)
        raise ValueError(
            f"the model's answer must have shape ({len(points)}, {wanted}) for features of shape "
            f"{points.shape}, got {answers.shape}."
        )
    return answers.astype(float)


def _classes(outputs):
    """Class indices (points,) from one probability of class 1, or from one score per class."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0.5).astype(int)
    return outputs.argmax(axis=1)


def _names_of_classes(class_names, classes):
    names = [f"class {index}" for index in range(classes)] if class_names is None else list(class_names)
    if len(names) < classes:
        raise ValueError(f"class_names must name all {classes} classes, got {len(names)}: {names}.")
    return names


def _pictures(values):
    """Pictures as floats from 0 to 1: grey (images, height, width), colour (images, height, width, 3)."""
    array = _array(values, "pictures")
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[3] != 3):
        raise ValueError(
            "pictures must have shape (images, height, width), (images, height, width, 1) or "
            f"(images, height, width, 3), got {array.shape}. For one picture use picture[None]."
        )
    if len(array) > LARGEST_GRID:
        raise ValueError(
            f"pictures holds {len(array)} images, at most {LARGEST_GRID} fit: take some, as in pictures[:20]."
        )
    return _brightness(array)


def _brightness(array):
    """Values brought to 0 to 1: colour by its usual range, grey from the smallest to the largest value."""
    array = np.nan_to_num(array.astype(float))
    if array.ndim == 4:
        return np.clip(array / (255.0 if array.max() > 1 else 1.0), 0.0, 1.0)
    low, high = array.min(), array.max()
    return (array - low) / ((high - low) or 1.0)


def _picture_labels(labels, count):
    if labels is None:
        return None
    texts = [str(label) for label in np.asarray(labels).reshape(-1)]
    if len(texts) != count:
        raise ValueError(f"labels must have one entry per picture, {count}, got {len(texts)}.")
    return texts


def _columns(columns, count):
    if columns is None:
        return min(10, count)
    if isinstance(columns, bool) or not isinstance(columns, int | np.integer) or columns < 1:
        raise ValueError(f"columns must be a whole number of at least 1, got {columns!r}.")
    return min(int(columns), count)
