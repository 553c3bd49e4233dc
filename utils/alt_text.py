"""Sentences that say what a figure shows, computed from the numbers in it.

Pure functions: arrays in, text out. `utils.plots` uses them for those who can't see the figure.
"""

import itertools
import math

import numpy as np


def number(value):
    """A number for reading aloud, four significant digits: 3247, 8.47, 0.0123, 1.2e-07."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    rounded = float(f"{value:.4g}")
    if rounded == 0 or 1e-4 <= abs(rounded) < 1e7:
        return np.format_float_positional(rounded, trim="-")
    return f"{rounded:g}"


def count(amount, noun):
    """ "1 sample", "7 samples"."""
    return f"{amount} {noun}{'' if amount == 1 else 's'}"


def curve(epochs, name, values):
    """Start, end and a turning point of a learning curve, and where it is not finite.

    epochs, values: arrays (epochs,). "Loss falls from 3247 at epoch 1 to 8.47 at epoch 500."
    """
    subject = name[:1].upper() + name[1:]
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return f"{subject} is never a finite number."
    first, last = finite[0], finite[-1]
    start, end = number(values[first]), number(values[last])
    if first == last:
        text = f"{subject} is {start} at epoch {epochs[first]}."
    elif start == end:
        text = f"{subject} is {start} at epoch {epochs[first]} and again at epoch {epochs[last]}."
    else:
        verb = "falls" if values[last] < values[first] else "rises"
        text = f"{subject} {verb} from {start} at epoch {epochs[first]} to {end} at epoch {epochs[last]}."
    return text + _turning_points(epochs, values, finite) + _gap(epochs, values, subject)


def predictions(truth, prediction, unit):
    """How far predictions lie from the truth; both arrays (samples,), in `unit`."""
    finite = np.isfinite(truth) & np.isfinite(prediction)
    missing = len(truth) - int(finite.sum())
    left_out = f" {count(missing, 'sample')} left out, with a value that is not finite." if missing else ""
    samples = f"{count(len(truth), 'sample')}."
    if missing == len(truth):
        return samples + left_out
    errors = (prediction - truth)[finite]
    worst = np.argmax(np.abs(errors))
    unit = f" {unit}" if unit else ""
    return (
        f"{samples} The root mean squared error is {number(np.sqrt(np.mean(errors**2)))}{unit}. "
        f"The prediction is furthest off, by {number(errors[worst])}{unit}, "
        f"where the truth is {number(truth[finite][worst])}{unit}.{left_out}"
    )


def samples_over(features, targets, xlabel, ylabel):
    """What one-feature data, arrays (samples,), spans."""
    x, y = (
        f"{label} from {number(np.nanmin(values))} to {number(np.nanmax(values))}"
        for label, values in ((xlabel, features), (ylabel, targets))
    )
    return f"{count(len(features), 'sample')}: {y} over {x}."


def fitted(at, answers, errors):
    """The shape of a model's curve `answers` (points,) over `at` (points,), and its `errors` (samples,)."""
    if not np.isfinite(answers).all():
        return "The model predicts values that are not finite."
    slope = (answers[-1] - answers[0]) / (at[-1] - at[0])
    straight = answers[0] + slope * (at - at[0])
    if np.abs(answers - straight).max() <= 0.01 * max(np.ptp(answers), 1e-12):
        at_zero = number(answers[0] - slope * at[0])
        shape = f"a straight line of slope {number(slope)} and value {at_zero} at x = 0"
    else:
        shape = f"a curve from {number(answers[0])} to {number(answers[-1])}"
    error = number(np.sqrt(np.nanmean(errors**2)))
    return f"The model is {shape}; its root mean squared error is {error}."


def line_errors(name, errors):
    """How far a line, by its name, lies from the samples; errors: line minus sample (samples,)."""
    low, high = float(np.min(errors)), float(np.max(errors))
    if low > 0 or high < 0:
        near, far = sorted((abs(low), abs(high)))
        side = "above" if low > 0 else "below"
        return f"The line {name} runs {number(near)} to {number(far)} {side} all of them."
    return f"The line {name} misses none by more than {number(max(abs(low), abs(high)))}."


def network(sizes):
    """The layers of a fully connected network, whole numbers of units, inputs first."""
    weights = sum(left * right for left, right in itertools.pairwise(sizes))
    columns = ", ".join(count(size, "circle") for size in sizes)
    return f"Columns of {columns}; every circle is joined to all of the next column: {count(weights, 'line')}."


def broadcast(first, second, total):
    """Two shapes and the shape of their sum."""
    return f"Tables of shapes {first} and {second}, stretched with repeated numbers, add up to one of shape {total}."


def boundary(labels, predicted, names):
    """How many samples, with class indices (samples,), lie in the region of their own class."""
    per_class = ", ".join(f"{int((labels == index).sum())} of {name}" for index, name in enumerate(names))
    right = int((labels == predicted).sum())
    return (
        f"{count(len(labels), 'sample')} ({per_class}). {right} of {len(labels)} lie in the region of their "
        f"own class ({100 * right / len(labels):.1f} %)."
    )


def pictures(shape, rows, columns, labels):
    """Number, size and labels of a grid of pictures of shape (images, height, width) or (…, 3)."""
    kind = "colour image" if len(shape) == 4 else "grey image"
    grid = f" in {rows} rows of {columns}" if rows > 1 else ""
    told = f" Labels: {', '.join(labels)}." if labels is not None else ""
    return f"{count(shape[0], kind)} of {shape[1]} by {shape[2]} pixels{grid}.{told}"


def _turning_points(epochs, values, finite):
    """The lowest and the highest value on the way, where they lie clearly beyond both ends."""
    inside, ends = values[finite], values[finite[[0, -1]]]
    lowest, highest = finite[np.argmin(inside)], finite[np.argmax(inside)]
    clearly = 0.05 * np.ptp(inside)
    parts = []
    if ends.min() - values[lowest] > clearly:
        parts.append(f"lowest is {number(values[lowest])} at epoch {epochs[lowest]}")
    if values[highest] - ends.max() > clearly:
        parts.append(f"highest is {number(values[highest])} at epoch {epochs[highest]}")
    return f" The {' and the '.join(parts)}." if parts else ""


def _gap(epochs, values, subject):
    broken = np.flatnonzero(~np.isfinite(values))
    if not len(broken):
        return ""
    if len(broken) == len(values) - broken[0]:
        return f" {subject} is not a finite number from epoch {epochs[broken[0]]} on."
    return f" {subject} is not finite in {count(len(broken), 'epoch')}, first in epoch {epochs[broken[0]]}."
