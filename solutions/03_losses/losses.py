# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: nbgrader,tags,jupyter,cellView,-all
#     notebook_metadata_filter: layer_by_layer,-jupytext.text_representation.jupytext_version
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   layer_by_layer:
#     builds_on:
#     - 01_neuron
#     - 02_activations
#     lesson: 03_losses
#     minutes: 150
#     title: Losses
# ---

# %% [markdown]
# # Losses
#
# You write the fourteen classic losses of Keras yourself, see what each of them punishes, and learn which one belongs to which output.
#
# **After this lesson you can**
#
# - say what a loss measures, and compute it for one sample and for a batch;
# - choose between squared, absolute, relative and logarithmic errors when the answer is a number;
# - write hinge losses and cross-entropies, and say why categorical and sparse cross-entropy are the same loss;
# - compute a cross-entropy from raw scores, so that it stays right where probabilities give up;
# - pair every output with its loss, and repair a pair that does not fit.
#
# **Time** 150 minutes; after the hinge losses is a good place for a break. **Builds on** lesson 01: neuron, batch, compile and fit. Lesson 02:
# sigmoid, softmax, softplus.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/03_losses/losses.ipynb)
#
# **Run the folded cell below first**: click it and press **Shift + Enter**.

# %% tags=["setup"] jupyter={"source_hidden": true} cellView="form"
# @title Set-up: run this cell first
try:
    from utils import runtime
except ImportError:
    import pathlib
    import subprocess
    import sys

    course = pathlib.Path.home() / "layer-by-layer"
    if not course.exists():
        address = "https://github.com/layer-by-layer/layer-by-layer"
        clone = "git -c advice.detachedHead=false clone --quiet --depth=1 --branch=v0.1.0"
        subprocess.run([*clone.split(), address, str(course)], check=True)
    sys.modules.pop("utils", None)
    sys.path.insert(0, str(course))
    from utils import runtime

runtime.start("03_losses")

import keras
import numpy as np

from utils import data, plots, training
from utils.check import check, exercise, hint, hints, random_inputs
from utils.widgets import LossExplorer

# %% [markdown]
# ## What a loss measures
#
# A model gives an output; the label, or target, says what the output should have been. Keras calls them `y_pred` and `y_true`. The **error** is
# the difference, output minus target. A positive error says too much, a negative one too little.
#
# A loss turns the errors of one sample into one number. One loss you know already: the mean squared error averages the squares of the
# errors. The **mean absolute error** averages their sizes, without the sign. (Some texts write the *sum* of the squares. It grows with the number of
# outputs; the mean does not.)
#
# A worked example: one sample with three outputs. **Predict first:** the second error is six times as large as the first. How much of the squared
# error is its doing, about 60, 85 or 97 percent?

# %%
target = np.array([3.0, 1.0, 2.0])
output = np.array([2.5, 4.0, 2.0])
errors = output - target
print("errors         ", errors)
print("squares        ", errors**2, f"mean {np.mean(errors**2):.4f}")
print("absolute values", np.abs(errors), f"mean {np.mean(np.abs(errors)):.4f}")
print(f"share of the second in the squares: {errors[1] ** 2 / np.sum(errors**2):.0%}")
print(
    f"share in the absolute values:       {np.abs(errors[1]) / np.sum(np.abs(errors)):.0%}"
)

# %% [markdown]
# 97 percent. Squaring makes large errors count more, and errors below 1 count less.
#
# A batch has one row for each sample. The functions in `keras.losses` average along a row and give one loss *per sample*. Training then takes the
# mean over the batch, and that is the one number it prints. We keep to the same two steps, with the arguments in Keras's order: `y_true` first.

# %% [markdown]
# ### Exercise `error_measures` (easy, 6 minutes)
#
# Write the error and the two losses of the example with NumPy, now for a whole batch.
#
# | | shape |
# |---|---|
# | `y_true`, `y_pred` | (batch, outputs) |
# | returned by `error` | (batch, outputs) |
# | returned by `mean_squared_error`, `mean_absolute_error` | (batch,), one loss for each sample |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "error_measures",
    "Output minus target: which of the two arguments is the output?",
    "`np.mean(..., axis=-1)` averages along the last axis, so each row becomes one number.",
    "Both losses can call your `error`: square it, or take `np.abs` of it, and then average.",
)


# %% nbgrader={"grade": false, "grade_id": "error_measures", "locked": false, "schema_version": 3, "solution": true, "task": false}
def error(y_true, y_pred):
    """Output minus target, (batch, outputs), for `y_true` and `y_pred` of that shape."""
    ### BEGIN SOLUTION
    return y_pred - y_true
    ### END SOLUTION


def mean_squared_error(y_true, y_pred):
    """Mean of the squared errors of each sample: (batch, outputs) twice in, (batch,) out."""
    ### BEGIN SOLUTION
    return np.mean(error(y_true, y_pred) ** 2, axis=-1)
    ### END SOLUTION


def mean_absolute_error(y_true, y_pred):
    """Mean size of the errors of each sample: (batch, outputs) twice in, (batch,) out."""
    ### BEGIN SOLUTION
    return np.mean(np.abs(error(y_true, y_pred)), axis=-1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_error_measures", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("error_measures"):
    check_true = np.array([[3.0, 1.0, 2.0], [0.0, 4.0, 5.0]])
    check_pred = np.array([[2.5, 4.0, 2.0], [0.0, 4.0, 4.0]])
    check(error).given(check_true, check_pred).returns(
        np.array([[-0.5, 3.0, 0.0], [0.0, 0.0, -1.0]]),
        because="the error is output − target: the first one is 2.5 − 3 = −0.5",
    )
    check(mean_squared_error).given(check_true, check_pred).returns(
        np.array([9.25 / 3, 1 / 3]),
        because="(0.25 + 9 + 0) / 3 for the first sample, (0 + 0 + 1) / 3 for the second",
        hint="One number for each row: `axis=-1`.",
    )
    check(mean_absolute_error).given(check_true, check_pred).returns(
        np.array([3.5 / 3, 1 / 3]),
        because="(0.5 + 3 + 0) / 3 for the first sample, (0 + 0 + 1) / 3 for the second",
        hint="One number for each row: `axis=-1`.",
    )
    check_rows = random_inputs(("batch", "outputs"), ("batch", "outputs"))
    check_same = "it is what the function of this name in keras.losses gives"
    for check_loss, check_keras in [
        (mean_squared_error, keras.losses.mean_squared_error),
        (mean_absolute_error, keras.losses.mean_absolute_error),
    ]:
        check(check_loss).equals(
            check_keras, on=check_rows, rounds=3, tolerance=1e-5, because=check_same
        )
    for check_loss in (error, mean_squared_error, mean_absolute_error):
        check(check_loss).given(check_true, check_pred).satisfies(
            "the result is an array of NumPy, no tensor of Keras",
            lambda losses: not keras.ops.is_tensor(losses),
            hint="Write it with `np.` functions; `keras.losses` is only there to compare.",
        )
    ### BEGIN HIDDEN TESTS
    check_square = random_inputs(("n", "n"), ("n", "n"), low=-1e6, high=1e6)
    check_long = random_inputs((40, 1), (40, 1))
    for check_on in (check_square, check_long):
        check(error).equals(
            lambda y_true, y_pred: y_pred - y_true, on=check_on, because="output − target"
        )
        for check_loss, check_keras in [
            (mean_squared_error, keras.losses.mean_squared_error),
            (mean_absolute_error, keras.losses.mean_absolute_error),
        ]:
            check(check_loss).equals(
                check_keras, on=check_on, tolerance=1e-5, because=check_same
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## When the answer is a number
#
# A loss also decides what a good compromise is. Five flats cost 500, 520, 540, 560 and 5,000 euros a month; the last one may be a slip of the
# keyboard. One number has to stand for all five. **Predict first:** which number makes the mean squared error smallest, and which the mean
# absolute error?
#
# A third loss joins them, **log-cosh**: the logarithm of the hyperbolic cosine of the error, $\ln\frac{e^{x} + e^{-x}}{2}$. For a small error $x$ it is nearly
# $x^2 / 2$, for a large one nearly $|x| - \ln 2$. So it is smooth at zero like a square, and grows like an absolute value. The cell uses
# `np.logaddexp(a, b)`, which is $\ln(e^a + e^b)$ without overflow.

# %%
rents = np.array([500.0, 520.0, 540.0, 560.0, 5000.0])
answers = np.arange(400.0, 1601.0)
differences = answers[:, np.newaxis] - rents
average_losses = {
    "mean squared error": np.mean(differences**2, axis=1),
    "mean absolute error": np.mean(np.abs(differences), axis=1),
    "log-cosh": np.mean(np.logaddexp(differences, -differences) - np.log(2), axis=1),
}
figure, axes = plots.axes(
    "What each loss thinks of one answer for five rents",
    "answer (euros a month)",
    "loss / its smallest value",
)
for name, values in average_losses.items():
    best = answers[np.argmin(values)]
    axes.plot(answers, values / values.min(), label=f"{name}: best at {best:.0f} euros")
    print(f"{name:20} smallest at {best:.0f} euros")
axes.legend()
plots.show(
    figure,
    alt=(
        "The mean squared error is smallest at 1424 euros. The mean absolute error and "
        "log-cosh lie nearly on one line and are smallest at about 540 euros."
    ),
)
print(f"mean {np.mean(rents):.0f}, median {np.median(rents):.0f}")

# %% [markdown]
# The squared error wants the *mean*, 1,424 euros, which is no flat's rent at all. The absolute error wants the *median*, the rent in the middle.
# One far-off label moves the mean as far as it likes and leaves the median alone.
#
# Two more losses ask how large an error is *compared with the target*:
#
# - The **mean absolute percentage error** divides each absolute error by the target's size, and multiplies by 100.
# - The **mean squared logarithmic error** squares the difference of $\ln(1 + y)$ for output and target. It compares by ratio, and is made for
#   values that are not negative.
#
# **Predict first:** 110 instead of 100, 1,100 instead of 1,000. For which of the two is the logarithmic error larger, and how much?

# %%
for target, output in [(100.0, 110.0), (1000.0, 1100.0), (1000.0, 1010.0)]:
    percentage = 100 * np.abs(output - target) / target
    logarithmic = (np.log(1 + output) - np.log(1 + target)) ** 2
    print(
        f"{output:6.0f} instead of {target:5.0f}: squared {(output - target) ** 2:6.0f}, "
        f"percentage {percentage:4.1f}, logarithmic {logarithmic:.5f}"
    )

# %% [markdown]
# Ten percent are ten percent: both relative losses are nearly the same for the first two lines, where the squared error differs a hundredfold.
#
# But what is a percentage of a target of 0, and what is the logarithm of a negative number? Keras keeps away from both with a small number, its
# **epsilon**: for the percentage a target's size counts as at least epsilon; for the logarithm target and output do, before 1 is added.

# %%
EPSILON = keras.config.epsilon()
print("epsilon:", EPSILON)
zero_target, small_output = np.array([[0.0]]), np.array([[0.5]])
percentage = keras.losses.mean_absolute_percentage_error(zero_target, small_output)
print(f"0.5 instead of 0: {percentage.numpy()[0]:,.0f} percent")

# %% [markdown]
# Half a unit beside a target of 0 counts as 500 million percent. Use the percentage error only where no target is near 0.
#
# Here are all six losses for a number; Poisson comes later in this lesson. Move the output with the mouse or with the arrow keys. Try the presets *A number,
# far off* and *A target of zero*.

# %%
LossExplorer("A number")

# %% [markdown]
# ### Exercise `regression_losses` (medium, 10 minutes)
#
# Write the three losses with NumPy. With $t$ for a target (Keras: `y_true`), $y$ for an output (`y_pred`), $\varepsilon$ = `EPSILON`, and the mean over each row:
#
# - percentage: $100 \cdot \text{mean}\left(|y - t| \,/\, \max(|t|, \varepsilon)\right)$
# - logarithmic: $\text{mean}\left((\ln(1 + \max(y, \varepsilon)) - \ln(1 + \max(t, \varepsilon)))^2\right)$
# - log-cosh: $\text{mean}(\ln \cosh(y - t))$. It must also be right for errors of 1,000 and more, where $\cosh$ is too large for a computer's number.
#
# | | shape |
# |---|---|
# | `y_true`, `y_pred` | (batch, outputs) |
# | returned by each | (batch,), one loss for each sample |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "regression_losses",
    "`np.maximum(a, b)` takes the larger of two numbers, place by place. `np.max` would take the largest of a whole array.",
    "For log-cosh write ln((e^x + e^−x) / 2) as ln(e^x + e^−x) − ln 2. Which NumPy function adds powers of e and stays stable?",
    "`np.logaddexp(x, -x)` is ln(e^x + e^−x), also for x = 1000.",
)


# %% nbgrader={"grade": false, "grade_id": "regression_losses", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_absolute_percentage_error(y_true, y_pred):
    """Mean error of each sample in percent of the target: (batch, outputs) in, (batch,) out.

    A target's size counts as at least EPSILON.
    """
    ### BEGIN SOLUTION
    sizes = np.maximum(np.abs(y_true), EPSILON)
    return 100 * np.mean(np.abs(y_pred - y_true) / sizes, axis=-1)
    ### END SOLUTION


def mean_squared_logarithmic_error(y_true, y_pred):
    """Mean squared difference of ln(1 + y) of each sample: (batch, outputs) in, (batch,) out.

    Outputs and targets count as at least EPSILON.
    """
    ### BEGIN SOLUTION
    logs_true = np.log(1 + np.maximum(y_true, EPSILON))
    logs_pred = np.log(1 + np.maximum(y_pred, EPSILON))
    return np.mean((logs_pred - logs_true) ** 2, axis=-1)
    ### END SOLUTION


def log_cosh(y_true, y_pred):
    """Mean ln(cosh(error)) of each sample, for errors of any size: (batch, outputs) in, (batch,) out."""
    ### BEGIN SOLUTION
    errors = y_pred - y_true
    return np.mean(np.logaddexp(errors, -errors) - np.log(2), axis=-1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_regression_losses", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("regression_losses"):
    check(mean_absolute_percentage_error).given(
        np.array([[100.0, -50.0, 10.0], [4.0, 2.0, 1.0]]),
        np.array([[110.0, -40.0, 10.0], [4.0, 3.0, 1.0]]),
    ).returns(
        np.array([10.0, 50 / 3]),
        tolerance=1e-5,
        because="10, 20 and 0 percent for the first sample, 0, 50 and 0 for the second",
        hint="Is the size of the target in the denominator, also for −50?",
    )
    check(mean_absolute_percentage_error).given(
        np.array([[0.0, 2.0], [1e-7, 2.0]]), np.array([[0.5, 2.0], [0.5, 2.0]])
    ).returns(
        np.full(2, 2.5e8),
        tolerance=1e-5,
        because="targets of 0 and of 1e-7 count as 1e-7: 100 · 0.5 / 1e-7 = 5e8, and 0 "
        "for the other output",
        hint="The epsilon takes the place of a smaller size; it is not added.",
    )
    check(mean_squared_logarithmic_error).given(
        np.array([[0.0, 1.0], [3.0, 7.0]]), np.array([[1.0, 3.0], [3.0, 1.0]])
    ).returns(
        np.array([np.log(2) ** 2, np.log(4) ** 2 / 2]),
        tolerance=1e-5,
        because="1 + y doubles twice in the first sample: ln(2)²; in the second it is "
        "the same once, and a quarter once: ln(4)² / 2",
    )
    check(mean_squared_logarithmic_error).given(
        np.array([[1.0], [-2.0]]), np.array([[-3.0], [1.0]])
    ).returns(
        np.full(2, np.log(2) ** 2),
        tolerance=1e-5,
        because="a negative number counts as 1e-7, whether it is an output or a target",
        hint="`np.maximum(..., EPSILON)` inside both logarithms.",
    )
    check(log_cosh).given(
        np.array([[0.0, 0.0], [1.0, 3.0]]), np.array([[1.0, -1.0], [1.0, 1.0]])
    ).returns(
        np.array([np.log(np.cosh(1)), np.log(np.cosh(2)) / 2]),
        tolerance=1e-5,
        because="cosh(1) = cosh(−1) = 1.5431, and ln 1.5431 = 0.4338",
    )
    check(log_cosh).given(
        np.array([[0.0], [0.0]]), np.array([[1000.0], [-1000.0]])
    ).returns(
        np.full(2, 1000 - np.log(2)),
        tolerance=1e-5,
        because="for a large error log-cosh is its size minus ln 2",
        hint="e^1000 is too large for a computer's number. Rewrite the logarithm first.",
    )
    for check_loss in (
        mean_absolute_percentage_error,
        mean_squared_logarithmic_error,
        log_cosh,
    ):
        check(check_loss).given(np.array([[1.0, 2.0]]), np.array([[1.5, 2.0]])).satisfies(
            "the result is an array of NumPy, no tensor of Keras",
            lambda losses: not keras.ops.is_tensor(losses),
            hint="Write it with `np.` functions; `keras.losses` is only there to compare.",
        )
    ### BEGIN HIDDEN TESTS
    check_same = "it is what the function of this name in keras.losses gives"
    for check_loss, check_keras in [
        (mean_absolute_percentage_error, keras.losses.mean_absolute_percentage_error),
        (mean_squared_logarithmic_error, keras.losses.mean_squared_logarithmic_error),
        (log_cosh, keras.losses.log_cosh),
    ]:
        for check_on in (
            random_inputs(("batch", "outputs"), ("batch", "outputs"), low=-4, high=9),
            random_inputs(("n", "n"), ("n", "n"), low=0, high=1e5),
            random_inputs((30, 1), (30, 1)),
        ):
            check(check_loss).equals(
                check_keras, on=check_on, tolerance=1e-5, because=check_same
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Yes or no by a margin
#
# For a yes-or-no question we can write the label as 1 and −1 and let the sign of the output, the **score**, be the answer. The product of label and score is the
# **margin**. It is positive where the answer is right, and large where the model is also sure. The **hinge loss** is content with a margin
# of 1 and asks for no more:
#
# $$\text{hinge} = \max(0,\; 1 - \text{label} \cdot \text{score})$$
#
# The **squared hinge** squares this. **Predict first:** the label is 1. Which of the scores 3, 0.5 and −1 cost nothing?

# %%
label = 1.0
for score in (3.0, 1.0, 0.5, -1.0, -3.0):
    missing = max(0.0, 1 - label * score)
    print(f"score {score:4.1f}: hinge {missing:.1f}, squared hinge {missing**2:5.2f}")

# %% [markdown]
# Only the 3. The score 0.5 is right, but not right by the margin of 1.
#
# Most data sets write yes and no as 1 and 0. Keras looks at the labels: where all of them are 0 or 1, it takes −1 for every 0.
#
# With several classes there is one score for each, and a **one-hot** label: 1 at the right class, 0 elsewhere. The **categorical hinge** wants the right
# class to lead by 1: $\max(0,\; 1 + \text{best wrong score} - \text{right score})$. Keras finds the best wrong score as the largest of
# $(1 - \text{label}) \cdot \text{score}$. In that product the right class stands with a 0, so the result is never below 0, even where all
# wrong scores are.

# %%
one_hot = np.array([1.0, 0.0, 0.0])
for scores in ([2.0, 1.5, -1.0], [3.0, 1.5, -1.0], [0.5, -2.0, -3.0]):
    scores = np.array(scores)
    best_wrong = np.max((1 - one_hot) * scores)
    right_score = np.sum(one_hot * scores)
    print(
        f"scores {scores}: best wrong {best_wrong:.1f}, right {right_score:.1f}, "
        f"loss {max(0.0, 1 + best_wrong - right_score):.1f}"
    )

# %% [markdown]
# ### Exercise `hinge_losses` (medium, 12 minutes)
#
# Four functions, with NumPy. `signed_labels` translates labels; the two hinge losses call it already, and the rest of them is yours. For both, take the mean over
# each row. The categorical hinge has one result for each row anyway.
#
# | | shape, and what it is |
# |---|---|
# | `labels` in `signed_labels` | any shape; either all 0 and 1, or all −1 and 1. Leave the array itself unchanged |
# | `y_true` | (batch, outputs) with such labels; for the categorical hinge (batch, classes), one-hot rows |
# | `y_pred` | the scores, of the same shape |
# | returned by `signed_labels` | −1 and 1, of the same shape |
# | returned by the losses | (batch,) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "hinge_losses",
    "`np.where(condition, a, b)` makes a new array: `a` where the condition holds, `b` elsewhere. Which labels must change?",
    "`np.maximum(0, 1 - signs * y_pred)` is what is missing to the margin. Square it before you average, not after.",
    "Categorical hinge: `np.max((1 - y_true) * y_pred, axis=-1)` and `np.sum(y_true * y_pred, axis=-1)`, then the formula.",
)


# %% nbgrader={"grade": false, "grade_id": "hinge_losses", "locked": false, "schema_version": 3, "solution": true, "task": false}
def signed_labels(labels):
    """Labels −1 and 1, as a new array, for `labels` (any shape) of 0 and 1, or of −1 and 1."""
    ### BEGIN SOLUTION
    return np.where(labels == 0, -1.0, labels)
    ### END SOLUTION


def hinge(y_true, y_pred):
    """Mean of max(0, 1 − label · score) of each sample: (batch, outputs) twice in, (batch,) out."""
    signs = signed_labels(y_true)
    ### BEGIN SOLUTION
    return np.mean(np.maximum(0.0, 1 - signs * y_pred), axis=-1)
    ### END SOLUTION


def squared_hinge(y_true, y_pred):
    """Mean of max(0, 1 − label · score)² of each sample: (batch, outputs) twice in, (batch,) out."""
    signs = signed_labels(y_true)
    ### BEGIN SOLUTION
    return np.mean(np.maximum(0.0, 1 - signs * y_pred) ** 2, axis=-1)
    ### END SOLUTION


def categorical_hinge(y_true, y_pred):
    """max(0, 1 + best wrong score − right score): one-hot rows and scores (batch, classes) in, (batch,) out."""
    ### BEGIN SOLUTION
    best_wrong = np.max((1 - y_true) * y_pred, axis=-1)
    right_score = np.sum(y_true * y_pred, axis=-1)
    return np.maximum(0.0, 1 + best_wrong - right_score)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_hinge_losses", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("hinge_losses"):
    check_labels = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    check_signs = np.array([[-1.0, 1.0, -1.0], [1.0, 1.0, -1.0]])
    check(signed_labels).given(check_labels).returns(
        check_signs, because="a label 0 becomes −1, a label 1 stays 1"
    )
    check(signed_labels).given(check_signs).returns(
        check_signs, because="labels that are −1 and 1 already stay as they are"
    )
    signed_labels(check_labels)
    check(check_labels, "the array that was given to signed_labels").returns(
        np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]),
        because="the labels belong to the caller: return a new array",
    )
    check_scores = np.array([[-3.0, 0.5, 2.0], [1.0, -1.0, -0.5]])
    for check_same_labels in (check_labels, check_signs):
        check(hinge).given(check_same_labels, check_scores).returns(
            np.array([3.5 / 3, 2.5 / 3]),
            because="to the margin 0, 0.5 and 3 are missing, then 0, 2 and 0.5",
        )
        check(squared_hinge).given(check_same_labels, check_scores).returns(
            np.array([9.25 / 3, 4.25 / 3]),
            because="the squares are 0, 0.25 and 9, then 0, 4 and 0.25; then the mean",
        )
    check(categorical_hinge).given(
        np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
        np.array([[2.0, 1.5, -1.0], [4.0, 0.0, 1.0], [0.0, 5.0, 1.0], [0.5, -2.0, -3.0]]),
    ).returns(
        np.array([0.5, 4.0, 0.0, 0.5]),
        because="1 + 1.5 − 2, 1 + 4 − 1, nothing, and 1 + 0 − 0.5, where both wrong "
        "scores are below 0",
        hint="Take the largest of (1 − y_true) · y_pred in each row.",
    )
    for check_loss in (hinge, squared_hinge, categorical_hinge):
        check(check_loss).given(np.array([[1.0, 0.0]]), np.array([[0.5, 2.0]])).satisfies(
            "the result is an array of NumPy, no tensor of Keras",
            lambda losses: not keras.ops.is_tensor(losses),
            hint="Write it with `np.` functions; `keras.losses` is only there to compare.",
        )
    ### BEGIN HIDDEN TESTS
    check_same = "it is what the function of this name in keras.losses gives"
    check_rng = np.random.default_rng()
    for check_shape in [(2, 5), (4, 4), (30, 1), (1, 3)] * 2:
        check_labels = check_rng.integers(0, 2, size=check_shape)
        check(signed_labels).given(check_labels).returns(
            2 * check_labels - 1, because="whole numbers 0 and 1 become −1 and 1"
        )
        check_scores = check_rng.normal(scale=2, size=check_shape)
        for check_loss, check_keras in [
            (hinge, keras.losses.hinge),
            (squared_hinge, keras.losses.squared_hinge),
        ]:
            for check_labels_now in (check_labels, 2.0 * check_labels - 1):
                check(check_loss).given(check_labels_now, check_scores).returns(
                    check_keras(check_labels_now, check_scores).numpy(),
                    tolerance=1e-5,
                    because=check_same,
                )
    for check_classes in (2, 3, 7):
        check_labels = np.eye(check_classes)[check_rng.integers(0, check_classes, size=7)]
        for check_scale in (1, 1000):
            check_scores = check_rng.normal(scale=check_scale, size=(7, check_classes))
            check(categorical_hinge).given(check_labels, check_scores).returns(
                keras.losses.categorical_hinge(check_labels, check_scores).numpy(),
                tolerance=1e-5,
                because=check_same,
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Cross-entropy: the price of a probability
#
# Where the output is a probability, from a sigmoid or a softmax, one question decides: how probable did the model call what came true?
# The **cross-entropy** of that probability $p$ is $-\ln p$. **Predict first:** a model has no idea and gives each of ten classes the probability 0.1. What
# does it pay?

# %%
for probability in (1.0, 0.99, 0.5, 0.1, 0.01, 0.001):
    print(f"probability {probability:5.3f}: -ln p = {-np.log(probability) + 0:.3f}")

# %% [markdown]
# It pays $-\ln 0.1 = 2.303$. An untrained classifier with ten classes should start near that number; if yours starts at 20, look for a bug.
# Certainty in the right answer is free, and certainty in the wrong one has no upper limit. Where Keras is given plain probabilities, it keeps them
# between epsilon and 1 − epsilon: then no sample costs more than $-\ln 10^{-7} = 16.118$.
#
# There are three spellings of this one loss.
#
# - **Categorical cross-entropy** takes one-hot labels: $-\sum_k t_k \ln p_k$. Only the term of the right class is not zero. The labels may also be
#   shares, such as 0.7 and 0.3.
# - **Sparse categorical cross-entropy** takes the class number instead, and picks that class's probability. It is the same loss on different labels.
# - **Binary cross-entropy** takes 0 or 1 and the probability $p$ of a 1: $-(t \ln p + (1 - t) \ln(1 - p))$, and the mean over the outputs.

# %%
probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
one_hot_labels = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
class_numbers = np.array([0, 1])
for row, label, number in zip(probabilities, one_hot_labels, class_numbers):
    print(
        f"one-hot {label}: {-np.sum(label * np.log(row)):.4f}   "
        f"class {number}: {-np.log(row[number]):.4f}"
    )

# %% [markdown]
# ### Exercise `crossentropies` (medium, 10 minutes)
#
# Write all three with NumPy. Keep the probabilities between `EPSILON` and `1 - EPSILON` first.
#
# | | shape, and what it is |
# |---|---|
# | `y_pred` | probabilities: (batch, classes), each row sums to 1; for binary (batch, outputs) |
# | `y_true` in `categorical_crossentropy` | (batch, classes): one-hot rows, or shares that sum to 1 |
# | `y_true` in `sparse_categorical_crossentropy` | (batch,): whole numbers from 0 to classes − 1 |
# | `y_true` in `binary_crossentropy` | (batch, outputs): 0 or 1, or a share between them |
# | returned by each | (batch,), one loss for each sample |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "crossentropies",
    "`np.clip(values, low, high)` keeps values between two bounds. The rest is the three formulas, along `axis=-1`.",
    "One class number per row: `y_pred[np.arange(len(y_true)), y_true]` picks from row 0 the entry y_true[0], and so on.",
    "Categorical and sparse sum over the classes, where only one term is not zero; binary takes the mean over its outputs.",
)


# %% nbgrader={"grade": false, "grade_id": "crossentropies", "locked": false, "schema_version": 3, "solution": true, "task": false}
def categorical_crossentropy(y_true, y_pred):
    """−Σ t ln p of each sample: labels and probabilities (batch, classes) in, (batch,) out."""
    ### BEGIN SOLUTION
    y_pred = np.clip(y_pred, EPSILON, 1 - EPSILON)
    return -np.sum(y_true * np.log(y_pred), axis=-1)
    ### END SOLUTION


def sparse_categorical_crossentropy(y_true, y_pred):
    """−ln p of each sample's class: numbers (batch,), probabilities (batch, classes) in, (batch,) out."""
    ### BEGIN SOLUTION
    y_pred = np.clip(y_pred, EPSILON, 1 - EPSILON)
    return -np.log(y_pred[np.arange(len(y_true)), y_true])
    ### END SOLUTION


def binary_crossentropy(y_true, y_pred):
    """Mean of −(t ln p + (1 − t) ln(1 − p)) of each sample: (batch, outputs) twice in, (batch,) out."""
    ### BEGIN SOLUTION
    y_pred = np.clip(y_pred, EPSILON, 1 - EPSILON)
    losses = y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred)
    return -np.mean(losses, axis=-1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_crossentropies", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("crossentropies"):
    check_chances = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    check(categorical_crossentropy).given(np.eye(3)[[0, 1]], check_chances).returns(
        -np.log([0.7, 0.3]),
        tolerance=1e-5,
        because="the right classes have the probabilities 0.7 and 0.3: −ln 0.7, −ln 0.3",
    )
    check(categorical_crossentropy).given(
        np.array([[0.0, 0.5, 0.5]]), np.array([[0.5, 0.4, 0.1]])
    ).returns(
        np.array([-(np.log(0.4) + np.log(0.1)) / 2]),
        tolerance=1e-5,
        because="the label is shared by two classes: −0.5 ln 0.4 − 0.5 ln 0.1",
    )
    check(categorical_crossentropy).given(
        np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    ).returns(
        np.array([-np.log(1e-7)]),
        tolerance=1e-5,
        because="a probability of 0 counts as 1e-7, and −ln 1e-7 = 16.118",
        hint="Clip the probabilities before you take the logarithm.",
    )
    check(sparse_categorical_crossentropy).given(np.array([0, 1]), check_chances).returns(
        -np.log([0.7, 0.3]),
        tolerance=1e-5,
        because="class 0 of the first row has 0.7, class 1 of the second row 0.3",
    )
    check(sparse_categorical_crossentropy).given(
        np.array([2, 2, 0]), np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0], [0.2, 0.8, 0.0]])
    ).returns(
        -np.log([1.0, 1e-7, 0.2]),
        tolerance=1e-5,
        because="class 2 has 1 and then 0, which counts as 1e-7; class 0 has 0.2",
    )
    check(binary_crossentropy).given(
        np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.9, 0.4], [1.0, 0.5]])
    ).returns(
        np.array([-(np.log(0.9) + np.log(0.6)) / 2, -(np.log(1e-7) + np.log(0.5)) / 2]),
        tolerance=1e-5,
        because="a label 0 pays −ln(1 − p): here −ln 0.6, and for p = 1 −ln 1e-7",
        hint="Both terms, t ln p and (1 − t) ln(1 − p), and the mean over the outputs.",
    )
    for check_loss, check_labels in [
        (categorical_crossentropy, np.eye(3)[[0, 1]]),
        (sparse_categorical_crossentropy, np.array([0, 1])),
        (binary_crossentropy, np.eye(3)[[0, 1]]),
    ]:
        check(check_loss).given(check_labels, check_chances).satisfies(
            "the result is an array of NumPy, no tensor of Keras",
            lambda losses: not keras.ops.is_tensor(losses),
            hint="Write it with `np.` functions; `keras.losses` is only there to compare.",
        )
    ### BEGIN HIDDEN TESTS
    check_same = "it is what the function of this name in keras.losses gives"
    check_rng = np.random.default_rng()
    for check_batch, check_classes in [(1, 2), (5, 5), (9, 4), (3, 8)]:
        check_powers = np.exp(check_rng.normal(scale=4, size=(check_batch, check_classes)))
        check_chances = check_powers / check_powers.sum(axis=1, keepdims=True)
        check_numbers = check_rng.integers(0, check_classes, size=check_batch)
        check_one_hot = np.eye(check_classes)[check_numbers]
        for check_loss, check_keras, check_labels in [
            (
                categorical_crossentropy,
                keras.losses.categorical_crossentropy,
                check_one_hot,
            ),
            (
                categorical_crossentropy,
                keras.losses.categorical_crossentropy,
                (check_one_hot + check_chances) / 2,
            ),
            (
                sparse_categorical_crossentropy,
                keras.losses.sparse_categorical_crossentropy,
                check_numbers,
            ),
            (binary_crossentropy, keras.losses.binary_crossentropy, check_one_hot),
            (
                binary_crossentropy,
                keras.losses.binary_crossentropy,
                (check_one_hot + check_chances) / 2,
            ),
        ]:
            check(check_loss).given(check_labels, check_chances).returns(
                check_keras(check_labels, check_chances).numpy(),
                tolerance=1e-5,
                because=check_same,
            )
    ### END HIDDEN TESTS

# %% [markdown]
# Now with scores to move. The question is about a model that is sure and wrong.

# %%
LossExplorer("Three classes, sure and wrong")

# %% [markdown]
# ## From scores, not from probabilities
#
# The scores that go into a sigmoid or a softmax are the logits of lesson 02. Take a yes-or-no model that is wrong and very sure: the label is 0, the score
# is large. The exact loss of a score $s$ is then $\ln(1 + e^{s})$, which is nearly $s$ itself. **Predict first:** what does the way over the probability say
# for the score 1,000?

# %%
print("score   over the probability   from the score")
for score in (5.0, 10.0, 20.0, 1000.0):
    probability = np.clip(np.exp(-np.logaddexp(0, -score)), EPSILON, 1 - EPSILON)
    print(
        f"{score:5.0f}   {-np.log(1 - probability):20.4f}   {np.logaddexp(0, score):14.4f}"
    )

# %% [markdown]
# From a score of about 16 on, the probability is 1 as far as the clipping can tell. The loss stays at 16.118, whether the score is 20 or 1,000. A
# loss that does not change has slope 0, and training (lesson 04) follows the slope: the worst samples are the ones that teach nothing.
#
# The way out is to compute the loss from the logits in one formula, and never to form the probability. Keras calls that `from_logits=True`. With $z$ for the logits
# of a sample and $c$ for its class:
#
# $$-\ln \text{softmax}(z)_c = \ln \sum_k e^{z_k} - z_c
# \qquad\qquad
# -\ln \text{sigmoid} \text{ for the label } t:\;\; \ln(1 + e^{z}) - t\,z$$
#
# Both still contain $e^z$, which is too large for a computer's number from $z = 710$ on. The cure is that of lesson 02. Take the largest logit $m$ out
# of the sum: $\ln \sum_k e^{z_k} = m + \ln \sum_k e^{z_k - m}$. And $\ln(1 + e^z)$ is softplus.

# %%
logits = np.array([1000.0, 998.0, 0.0])
with np.errstate(over="ignore"):
    naive = np.log(np.sum(np.exp(logits)))
largest = np.max(logits)
print("naive: ", naive)
print(f"stable: {largest + np.log(np.sum(np.exp(logits - largest))):.4f}")

# %% [markdown]
# ### Exercise `crossentropy_from_logits` (hard, 12 minutes)
#
# Write both losses from logits with NumPy. They must be right for scores of ±1,000.
#
# | | shape, and what it is |
# |---|---|
# | `logits` | (batch, classes) for sparse, (batch, outputs) for binary: any numbers |
# | `y_true` in `sparse_crossentropy_from_logits` | (batch,): class numbers |
# | `y_true` in `binary_crossentropy_from_logits` | (batch, outputs): 0 or 1, or a share between them |
# | returned by each | (batch,): the loss of each sample; for binary the mean over its outputs |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "crossentropy_from_logits",
    "Start from the formulas above: a logarithm of a sum, minus one score. There is no softmax and no clipping any more.",
    "The largest logit of each row: `np.max(logits, axis=-1, keepdims=True)`. Subtract it before `np.exp`.",
    "After the shift, each row is `np.log(np.sum(np.exp(shifted), axis=-1)) - shifted[rows, y_true]`: the shift cancels.",
    "`np.logaddexp(0, z)` is ln(1 + e^z) without overflow.",
)


# %% nbgrader={"grade": false, "grade_id": "crossentropy_from_logits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sparse_crossentropy_from_logits(y_true, logits):
    """Cross-entropy of softmax(logits), for class numbers `y_true` (batch,): (batch,) out.

    logits: (batch, classes), numbers of any size.
    """
    ### BEGIN SOLUTION
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    log_sums = np.log(np.sum(np.exp(shifted), axis=-1))
    return log_sums - shifted[np.arange(len(y_true)), y_true]
    ### END SOLUTION


def binary_crossentropy_from_logits(y_true, logits):
    """Mean cross-entropy of sigmoid(logits) of each sample: (batch, outputs) twice in, (batch,) out.

    y_true: 0 or 1, or a share between them; logits: numbers of any size.
    """
    ### BEGIN SOLUTION
    return np.mean(np.logaddexp(0, logits) - y_true * logits, axis=-1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_crossentropy_from_logits", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("crossentropy_from_logits"):
    check_logits = np.log([[7.0, 2.0, 1.0], [1.0, 3.0, 6.0]])
    check_because = "the softmax of these logits is 0.7, 0.2, 0.1 and 0.1, 0.3, 0.6"
    check(sparse_crossentropy_from_logits).given(np.array([0, 1]), check_logits).returns(
        -np.log([0.7, 0.3]), tolerance=1e-5, because=check_because
    )
    check(sparse_crossentropy_from_logits).given(
        np.array([0, 1]), check_logits + 500
    ).returns(
        -np.log([0.7, 0.3]),
        tolerance=1e-5,
        because="500 more on every logit of a row changes no probability",
    )
    check(sparse_crossentropy_from_logits).given(
        np.array([0, 1, 1]), np.array([[1000.0, 0.0], [1000.0, 0.0], [-1000.0, -1000.0]])
    ).returns(
        np.array([0.0, 1000.0, np.log(2)]),
        tolerance=1e-5,
        because="right and sure costs nothing, wrong and sure the distance of the scores",
        hint="Subtract the largest logit of each row before the powers; clip nothing.",
    )
    check(binary_crossentropy_from_logits).given(
        np.array([[1.0, 0.0], [1.0, 1.0]]), np.log([[9.0, 1.5], [1.0, 3.0]])
    ).returns(
        np.array([-(np.log(0.9) + np.log(0.4)) / 2, -(np.log(0.5) + np.log(0.75)) / 2]),
        tolerance=1e-5,
        because="the sigmoid of these logits is 0.9, 0.6 and 0.5, 0.75",
    )
    check(binary_crossentropy_from_logits).given(
        np.array([[0.0], [1.0], [1.0], [0.0]]),
        np.array([[1000.0], [-1000.0], [1000.0], [-1000.0]]),
    ).returns(
        np.array([1000.0, 1000.0, 0.0, 0.0]),
        tolerance=1e-5,
        because="wrong and sure costs the size of the score, right and sure nothing",
        hint="`np.exp(1000)` is infinite. Which function gives ln(1 + e^z) without it?",
    )
    for check_loss, check_labels in [
        (sparse_crossentropy_from_logits, np.array([0, 1])),
        (binary_crossentropy_from_logits, np.eye(3)[[0, 1]]),
    ]:
        check(check_loss).given(check_labels, check_logits).satisfies(
            "the result is an array of NumPy, no tensor of Keras",
            lambda losses: not keras.ops.is_tensor(losses),
            hint="Write it with `np.` functions; `keras.losses` is only there to compare.",
        )
    ### BEGIN HIDDEN TESTS
    check_same = "it is what keras.losses gives with from_logits=True"
    check_rng = np.random.default_rng()
    for check_batch, check_classes in [(1, 2), (6, 6), (11, 3), (2, 9)]:
        for check_scale in (1, 300):
            check_logits = check_rng.normal(
                scale=check_scale, size=(check_batch, check_classes)
            )
            check_numbers = check_rng.integers(0, check_classes, size=check_batch)
            check(sparse_crossentropy_from_logits).given(
                check_numbers, check_logits
            ).returns(
                keras.losses.sparse_categorical_crossentropy(
                    check_numbers, check_logits, from_logits=True
                ).numpy(),
                tolerance=1e-5,
                because=check_same,
            )
            for check_labels in (
                np.eye(check_classes)[check_numbers],
                check_rng.uniform(size=(check_batch, check_classes)),
            ):
                check(binary_crossentropy_from_logits).given(
                    check_labels, check_logits
                ).returns(
                    keras.losses.binary_crossentropy(
                        check_labels, check_logits, from_logits=True
                    ).numpy(),
                    tolerance=1e-5,
                    because=check_same,
                )
    ### END HIDDEN TESTS

# %% [markdown]
# And Keras? **Predict first:** class 1 is right, and class 0 leads by 1,000. Which of these three lines give the true loss, 1,000?

# %%
wrong_and_sure = np.array([[1000.0, 0.0, 0.0]])
right_class = np.array([1])
crossentropy = keras.losses.sparse_categorical_crossentropy
as_tensor = keras.activations.softmax(keras.ops.convert_to_tensor(wrong_and_sure))
as_numbers = np.array(as_tensor)
print(
    "logits, from_logits=True:       ",
    crossentropy(right_class, wrong_and_sure, from_logits=True).numpy().round(3),
)
print(
    "softmax as a Keras tensor:      ",
    crossentropy(right_class, as_tensor).numpy().round(3),
)
print(
    "the same softmax, plain numbers:",
    crossentropy(right_class, as_numbers).numpy().round(3),
)

# %% [markdown]
# The second line is a kindness. On TensorFlow, Keras ties the logits to the result of its own softmax or sigmoid, and its cross-entropies use them. So inside
# a model, `Dense(3, activation="softmax")` with `"sparse_categorical_crossentropy"` is stable too. Plain numbers carry no logits.

# %% [markdown]
# ## Distributions, counts, directions
#
# Three losses are left.
#
# The **Kullback–Leibler divergence** compares two distributions, the shares $t$ that should be and the shares $p$ that are: $\sum_k t_k \ln \frac{t_k}{p_k}$. It
# is the cross-entropy minus the smallest value that the cross-entropy can have for these $t$, so it is 0 where both agree. Keras keeps both between
# epsilon and 1.
#
# The **Poisson loss** is for counts, such as calls in an hour: $\text{mean}(y - t \ln(y + \varepsilon))$. It is smallest where $y = t$. There it need not be 0, and it can be
# negative.
#
# The **cosine similarity** compares directions: the sum of the products of both rows, each divided by its length. Length is the square
# root of the sum of squares. As a loss Keras gives it a *minus* sign, so −1 is the best: the same direction. A row of zeros has no direction and gives 0.
#
# **Predict first:** what is the cosine loss of the output (2, 4) for the target (1, 2)?

# %%
shares, answer = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.3, 0.2])
crossentropy_now = -np.sum(shares * np.log(answer))
smallest = -np.sum(shares * np.log(shares))
print(f"cross-entropy {crossentropy_now:.4f}, at best {smallest:.4f}")
print(
    f"KL divergence {np.sum(shares * np.log(shares / answer)):.4f}, the difference of both"
)
for calls in (1.0, 3.0, 6.0):
    print(
        f"Poisson, target 3, output {calls:.0f}: {calls - 3 * np.log(calls + EPSILON):.4f}"
    )
target = np.array([1.0, 2.0])
for output in ([2.0, 4.0], [2.0, -1.0], [-1.0, -2.0]):
    output = np.array(output)
    lengths = np.sqrt(np.sum(target**2)) * np.sqrt(np.sum(output**2))
    cosine = np.sum(target * output) / lengths
    print(f"cosine loss, target {target}, output {output}: {0 - cosine:.1f}")

# %% [markdown]
# −1: the direction is right, and the length does not count.

# %% [markdown]
# ### Exercise `distribution_losses` (medium, 10 minutes)
#
# Write the three from the text above with NumPy.
#
# | | shape, and what it is |
# |---|---|
# | `y_true`, `y_pred` in `kl_divergence` | (batch, classes): rows of shares; both are kept between `EPSILON` and 1 |
# | in `poisson` | (batch, outputs): counts, and outputs of 0 or more |
# | in `cosine_similarity` | (batch, outputs): any numbers; a row of zeros gives 0 |
# | returned by each | (batch,), one loss for each sample |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "distribution_losses",
    "Divergence and cosine sum over a row, Poisson takes its mean. The worked example shows all three for one row.",
    "Lengths of all rows, as a column that broadcasts: `np.sqrt(np.sum(rows**2, axis=-1, keepdims=True))`.",
    "A row of zeros has the length 0. `np.maximum(length, EPSILON)` avoids dividing by it, and 0 / EPSILON is 0.",
)


# %% nbgrader={"grade": false, "grade_id": "distribution_losses", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kl_divergence(y_true, y_pred):
    """Σ t ln(t / p) of each sample: shares (batch, classes) twice in, (batch,) out."""
    ### BEGIN SOLUTION
    y_true = np.clip(y_true, EPSILON, 1)
    y_pred = np.clip(y_pred, EPSILON, 1)
    return np.sum(y_true * np.log(y_true / y_pred), axis=-1)
    ### END SOLUTION


def poisson(y_true, y_pred):
    """Mean of y − t ln(y + EPSILON) of each sample: (batch, outputs) twice in, (batch,) out."""
    ### BEGIN SOLUTION
    return np.mean(y_pred - y_true * np.log(y_pred + EPSILON), axis=-1)
    ### END SOLUTION


def cosine_similarity(y_true, y_pred):
    """Minus the cosine of the angle between target and output: (batch, outputs) twice in, (batch,) out.

    −1 for the same direction, 0 for a right angle or a row of zeros, 1 for the opposite direction.
    """
    ### BEGIN SOLUTION
    length_true = np.sqrt(np.sum(y_true**2, axis=-1))
    length_pred = np.sqrt(np.sum(y_pred**2, axis=-1))
    lengths = np.maximum(length_true, EPSILON) * np.maximum(length_pred, EPSILON)
    return -np.sum(y_true * y_pred, axis=-1) / lengths
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_distribution_losses", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("distribution_losses"):
    check(kl_divergence).given(
        np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]]),
        np.array([[0.25, 0.5, 0.25], [0.2, 0.3, 0.5]]),
    ).returns(
        np.array([0.5 * np.log(2), 0.0]),
        tolerance=1e-5,
        because="0.5 ln(0.5 / 0.25) = 0.5 ln 2, the rest is 0; equal shares give 0",
        hint="Keep both arguments between EPSILON and 1, and mind which is divided by which.",
    )
    check(kl_divergence).given(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])).returns(
        np.array([-np.log(1e-7)]),
        tolerance=1e-5,
        because="an output of 0 counts as 1e-7: 1 · ln(1 / 1e-7) = 16.118",
    )
    check(poisson).given(
        np.array([[3.0, 0.0], [2.0, 2.0]]), np.array([[1.0, 4.0], [np.e, 1.0]])
    ).returns(
        np.array([2.5, (np.e - 2 + 1) / 2]),
        tolerance=1e-5,
        because="1 − 3 ln 1 = 1 and 4 − 0 = 4, mean 2.5; then e − 2 ln e and 1 − 2 ln 1",
        hint="The logarithm is that of the output; the target multiplies it.",
    )
    check(poisson).given(np.array([[2.0, 0.0]]), np.array([[0.0, 0.0]])).returns(
        np.array([-np.log(1e-7)]),
        tolerance=1e-5,
        because="an output of 0 becomes 1e-7 inside the logarithm",
    )
    check(cosine_similarity).given(
        np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 0.0]]),
        np.array([[2.0, 4.0], [2.0, -1.0], [-3.0, 4.0]]),
    ).returns(
        np.array([-1.0, 0.0, 0.6]),
        tolerance=1e-5,
        because="the same direction, a right angle, and −(1 · (−3) + 0 · 4) / (1 · 5) = 0.6",
        hint="Minus the sum of the products, divided by both lengths of that row.",
    )
    check(cosine_similarity).given(
        np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [0.0, 0.0]])
    ).returns(
        np.array([0.0, 0.0]),
        tolerance=1e-5,
        because="a row of zeros has no direction, and gives 0",
        hint="0 / 0 is not a number. Let a length be EPSILON at least.",
    )
    for check_loss in (kl_divergence, poisson, cosine_similarity):
        check(check_loss).given(np.array([[0.5, 0.5]]), np.array([[0.2, 0.8]])).satisfies(
            "the result is an array of NumPy, no tensor of Keras",
            lambda losses: not keras.ops.is_tensor(losses),
            hint="Write it with `np.` functions; `keras.losses` is only there to compare.",
        )
    ### BEGIN HIDDEN TESTS
    check_same = "it is what the function of this name in keras.losses gives"
    check_rng = np.random.default_rng()
    for check_shape in [(1, 2), (5, 5), (8, 3), (2, 10)] * 2:
        check_powers = np.exp(check_rng.normal(scale=3, size=(2, *check_shape)))
        check_shares = check_powers / check_powers.sum(axis=-1, keepdims=True)
        check_counts = check_rng.poisson(4, size=check_shape)
        check_rates = check_rng.uniform(0, 9, size=check_shape)
        check_rows = check_rng.normal(size=(2, *check_shape)) * [[[1e3]], [[1e-2]]]
        for check_loss, check_keras, check_true, check_pred in [
            (kl_divergence, keras.losses.kl_divergence, *check_shares),
            (poisson, keras.losses.poisson, check_counts, check_rates),
            (cosine_similarity, keras.losses.cosine_similarity, *check_rows),
        ]:
            check(check_loss).given(check_true, check_pred).returns(
                check_keras(check_true, check_pred).numpy(),
                tolerance=1e-5,
                because=check_same,
            )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras.** Your fourteen functions carry the names of Keras 3. Three of those names are new; older texts, the article among them, use the
# left-hand ones:
#
# | older name | Keras 3 |
# |---|---|
# | `kullback_leibler_divergence` | `kl_divergence` |
# | `cosine_proximity` | `cosine_similarity` |
# | `logcosh` | `log_cosh` |

# %%
for name in ("kullback_leibler_divergence", "cosine_proximity", "logcosh"):
    print(f"keras.losses has {name}:", hasattr(keras.losses, name))
for name in ("kl_divergence", "cosine_similarity", "log_cosh"):
    print(f"keras.losses has {name}:", hasattr(keras.losses, name))

# %% [markdown]
# All fourteen beside Keras, on one random batch. Run the cell again for another one. (Functions that you have not written yet are left out.)

# %%
rng = np.random.default_rng()
batch, classes = rng.integers(3, 9, size=2)
numbers = rng.uniform(0.5, 9, size=(2, batch, classes))
scores = rng.normal(size=(batch, classes))
chances = numbers / numbers.sum(axis=-1, keepdims=True)
class_numbers = rng.integers(0, classes, size=batch)
one_hot_labels = np.eye(classes)[class_numbers]
print(f"random batch of shape ({batch}, {classes})")
for ours, y_true, y_pred in [
    (mean_squared_error, *numbers),
    (mean_absolute_error, *numbers),
    (mean_absolute_percentage_error, *numbers),
    (mean_squared_logarithmic_error, *numbers),
    (log_cosh, *numbers),
    (hinge, one_hot_labels, scores),
    (squared_hinge, one_hot_labels, scores),
    (categorical_hinge, one_hot_labels, scores),
    (categorical_crossentropy, one_hot_labels, chances[1]),
    (sparse_categorical_crossentropy, class_numbers, chances[1]),
    (binary_crossentropy, one_hot_labels, chances[1]),
    (kl_divergence, *chances),
    (poisson, *numbers),
    (cosine_similarity, *numbers),
]:
    from_keras = getattr(keras.losses, ours.__name__)(y_true, y_pred).numpy()
    try:
        difference = np.abs(ours(y_true, y_pred) - from_keras).max()
        print(f"{ours.__name__:32} largest difference {difference:.1e}")
    except NotImplementedError:
        print(f"{ours.__name__:32} not written yet")

# %% [markdown]
# What is left is rounding. (Log-cosh differs a little more than the others: Keras keeps its $\ln 2$ in `float32`.)
#
# ## Which loss goes with which output
#
# | the model should answer with | last layer | loss |
# |---|---|---|
# | any number | `Dense(1)`, no activation | mean squared error; mean absolute error or log-cosh where a few labels are far off |
# | a number above 0, compared by ratio | `Dense(1, "softplus")` | mean squared logarithmic error; percentage error where no target is near 0 |
# | a count | `Dense(1, "exponential")`, which is $e^z$ | Poisson |
# | yes or no, as a probability | `Dense(1, "sigmoid")` | binary cross-entropy |
# | several yes-or-no answers at once | `Dense(n, "sigmoid")` | binary cross-entropy |
# | one of n classes, as probabilities | `Dense(n, "softmax")` | categorical cross-entropy for one-hot labels, sparse for class numbers |
# | one of n classes, as logits | `Dense(n)` | the same two, with `from_logits=True` |
# | shares of n classes | `Dense(n, "softmax")` | KL divergence |
# | yes or no, one of n; no probability wanted | `Dense(1)`, `Dense(n)` | hinge or squared hinge, categorical hinge |
# | a direction | `Dense(n)` | cosine similarity |
#
# A pair fits when two things hold: the output can take the values that the loss expects, and a very wrong output is pushed back strongly. The
# second is why a sigmoid goes with cross-entropy and not with the squared error. The label is yes. **Predict first:** the score falls from −2 to −8,
# so the answer becomes worse. Does the squared error become steeper or flatter?


# %%
def squared_error_of_sigmoid(score):
    """Squared error of sigmoid(score) for the label 1, a number."""
    return (1 - np.exp(-np.logaddexp(0, -score))) ** 2


def crossentropy_of_sigmoid(score):
    """Cross-entropy of sigmoid(score) for the label 1, a number."""
    return np.logaddexp(0, -score)


def slope(loss, score, step=1e-4):
    """How fast `loss` changes at `score`, measured by a small step to both sides."""
    return (loss(score + step) - loss(score - step)) / (2 * step)


print("score   slope of squared error   slope of cross-entropy")
for score in (4.0, 0.0, -2.0, -4.0, -8.0):
    squared = slope(squared_error_of_sigmoid, score)
    print(f"{score:5.0f}   {squared:22.5f}   {slope(crossentropy_of_sigmoid, score):22.5f}")

# %% [markdown]
# Flatter, nearly flat: its slope goes to 0, because the sigmoid is saturated there. The cross-entropy makes up for it: its slope goes to −1.
#
# Now a pair from the article, *Deep learning fundamental concepts with Keras code*: two classes, two *sigmoid* outputs, sparse categorical
# cross-entropy. We train its layers on the two moons, with a larger learning rate than the article's 0.0001 to save time. **Predict first:** the
# sigmoids do not fit this loss. Will the training fail?

# %%
moons = data.load("two_moons")
keras.utils.set_random_seed(0)
article = keras.Sequential(
    [
        keras.Input(shape=(2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(2, activation="sigmoid"),
    ]
)
article.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = training.fit_full_batch(
    article, moons.features, moons.targets, epochs=100, progress=False
)
outputs = article.predict(moons.features, verbose=0)
sums = outputs.sum(axis=1)
print(
    f"last loss {history.history['loss'][-1]:.3f}, "
    f"share of right answers {history.history['accuracy'][-1]:.3f}"
)
print(f"the two outputs add up to {sums.min():.2f} at least, {sums.max():.2f} at most")
print("one sample:", outputs[np.argmax(np.abs(sums - 1))].round(2))

# %% [markdown]
# It does not fail: the training went well, because Keras took the logits under the sigmoids and computed the loss as if there were a softmax. What `predict` gives is still two
# sigmoids: no probabilities of two classes. The pair *looks* healthy in every curve. With `"softmax"` it is.

# %% [markdown]
# ### Exercise `matching_pairs` (medium, 8 minutes)
#
# Nine tasks, nine pairs of last layer and loss. Return a dictionary with one letter for each task; each letter is used once.
#
# | key | the task |
# |---|---|
# | `"rent"` | the rent of a flat; in a few labels a zero too many was typed |
# | `"spam"` | the probability that a mail is spam; labels 0 and 1 |
# | `"sign"` | yes or no, no probability needed; labels −1 and 1 |
# | `"calls"` | how many calls come in the next hour |
# | `"digit"` | the probabilities of ten digits; labels 0 to 9 |
# | `"one_hot_digit"` | the same, with one-hot labels |
# | `"digit_logits"` | the raw scores of ten digits; labels 0 to 9 |
# | `"topics"` | which of ten topics an article touches, often several; labels such as 0 1 1 0 0 0 0 1 0 0 |
# | `"votes"` | how the votes of a town are shared by ten parties; the loss must be 0 for a perfect answer |
#
# | letter | last layer | loss |
# |---|---|---|
# | a | `Dense(10)` | `SparseCategoricalCrossentropy(from_logits=True)` |
# | b | `Dense(10, "softmax")` | `"kl_divergence"` |
# | c | `Dense(1)` | `"hinge"` |
# | d | `Dense(10, "sigmoid")` | `"binary_crossentropy"` |
# | e | `Dense(1)` | `"mean_absolute_error"` |
# | f | `Dense(10, "softmax")` | `"categorical_crossentropy"` |
# | g | `Dense(1, "exponential")` | `"poisson"` |
# | h | `Dense(10, "softmax")` | `"sparse_categorical_crossentropy"` |
# | i | `Dense(1, "sigmoid")` | `"binary_crossentropy"` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "matching_pairs",
    "First sort by the size of the last layer: four tasks need one output, five need ten.",
    "With ten outputs: do they exclude each other (softmax), or may several be true at once (sigmoid)?",
    "Then look at the labels: class numbers are sparse, one-hot rows are categorical, shares that must cost 0 are KL divergence.",
)


# %% nbgrader={"grade": false, "grade_id": "matching_pairs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def matching_pairs():
    """One letter from "a" to "i" for each task: a dictionary with the nine keys of the table."""
    ### BEGIN SOLUTION
    return {
        "rent": "e",
        "spam": "i",
        "sign": "c",
        "calls": "g",
        "digit": "h",
        "one_hot_digit": "f",
        "digit_logits": "a",
        "topics": "d",
        "votes": "b",
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_matching_pairs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("matching_pairs"):
    check(matching_pairs).given().has_keys(
        "rent",
        "spam",
        "sign",
        "calls",
        "digit",
        "one_hot_digit",
        "digit_logits",
        "topics",
        "votes",
        because="there is one key for each task, spelled as in the table",
        hint="Return one pair of curly brackets with nine entries.",
    )
    check_pairs = check(matching_pairs).given().result()
    for check_task, check_right, check_hint in [
        (
            "rent",
            "a28c8d6e",
            "Any number; which loss is not ruled by a few far-off labels?",
        ),
        ("spam", "fcc982a4", "One output between 0 and 1, read as a probability."),
        ("sign", "c257bf24", "Which loss takes labels −1 and 1 and a raw score?"),
        ("calls", "b74aa600", "A count: an output above 0, and the loss for counts."),
        (
            "digit",
            "b12d0018",
            "Probabilities that exclude each other; labels are class numbers.",
        ),
        (
            "one_hot_digit",
            "2a300e5f",
            "As for the digit, but what do the labels look like?",
        ),
        (
            "digit_logits",
            "49698c76",
            "Raw scores: no activation. What must the loss be told?",
        ),
        ("topics", "08ab1ddd", "Ten answers of yes or no that do not exclude each other."),
        (
            "votes",
            "b66e7272",
            "A cross-entropy of shares is above 0 even where both agree.",
        ),
    ]:
        check(check_pairs[check_task], f'matching_pairs()["{check_task}"]').chooses(
            *"abcdefghi", right=check_right, hint=check_hint
        )

# %% [markdown]
# ## A broken model: stuck at another height each time
#
# Three clouds of points, three classes. Somebody built a classifier. Its **symptom**: the training stops far from its goal, differently at every start, and more epochs
# change little. **Predict first**, from the code alone: what is wrong?


# %%
def three_clouds(seed=0):
    """Features (150, 2) and class numbers (150,) of three clouds of points."""
    rng = np.random.default_rng(seed)
    centres = np.array([[0.0, 6.0], [-6.0, -3.0], [6.0, -3.0]])
    classes = np.repeat([0, 1, 2], 50)
    return centres[classes] + rng.normal(size=(150, 2)), classes


def broken_classifier():
    """A classifier of three classes with a bug."""
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(3)])
    model.compile(
        optimizer=keras.optimizers.Adam(0.02),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


points, classes = three_clouds()
losses = {}
for seed in range(3):
    keras.utils.set_random_seed(seed)
    broken = broken_classifier()
    history = training.fit_full_batch(
        broken, points, classes, epochs=300, progress=False
    ).history
    losses[f"start {seed}"] = history["loss"]
    print(
        f"start {seed}: loss {history['loss'][99]:.3f} after 100 epochs, "
        f"{history['loss'][-1]:.3f} after 300; right answers {history['accuracy'][-1]:.0%}"
    )
outputs = broken.predict(points, verbose=0)
print(f"outputs from {outputs.min():.1f} to {outputs.max():.1f}")

figure, axes = plots.axes(
    "Three starts of the broken classifier", "epoch", "cross-entropy as Keras reports it"
)
for name, values in losses.items():
    axes.plot(np.arange(1, 301), values, label=name)
axes.legend()
plots.show(
    figure,
    alt=(
        "The loss of three trainings over 300 epochs. Each falls or jumps at first and "
        "then stays level, well above zero, at another height for each start."
    ),
)

# %% [markdown]
# ### Exercise `repaired_pair` (medium, 10 minutes, a broken model to diagnose)
#
# Find the cause, name it, and repair it in two ways. `diagnosis()` returns one letter:
#
# - `"a"`: the loss takes the outputs for probabilities, but they are raw scores
# - `"b"`: one layer without an activation cannot separate three clouds
# - `"c"`: the learning rate is too high, so the updates jump over the goal
# - `"d"`: this loss needs one-hot labels, and gets class numbers
#
# `repaired_loss()` returns the compiled model with another loss and the same layer; `repaired_output()` returns it with another activation and the
# same loss. Change nothing else: the optimizer stays Adam with 0.02, and the metric may stay or go.
#
# Returned: one text, and two compiled Keras models.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "repaired_pair",
    "Look at the outputs: could they be probabilities? What does the clipping do to those above 1 and below 0, and to the slope there?",
    "The loss can be told that it gets scores: `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`.",
    "Or the layer can make probabilities of its scores: `activation=` which function, for three classes that exclude each other?",
)


# %% nbgrader={"grade": false, "grade_id": "repaired_pair", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnosis():
    """The letter of the cause: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "a"
    ### END SOLUTION


def repaired_loss():
    """The compiled model with the same layer, Dense(3) without activation, and another loss."""
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(3)])
    model.compile(
        optimizer=keras.optimizers.Adam(0.02),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


def repaired_output():
    """The compiled model with the same loss, and a layer that gives probabilities."""
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [keras.Input(shape=(2,)), keras.layers.Dense(3, activation="softmax")]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.02),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_repaired_pair", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("repaired_pair"):
    check(diagnosis).given().chooses(
        "a",
        "b",
        "c",
        "d",
        right="8f65bb89",
        hint="Did the loss explode? Does the repaired network have more layers? Did the labels raise an error?",
    )
    check_points = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -2.0], [2.0, 1.0]])
    check_classes = np.array([0, 1, 2, 1])
    check_kernel = np.array([[2.0, -1.0, 0.5], [-1.0, 1.5, -0.5]])
    check_scores = check_points @ check_kernel + np.array([0.1, 0.2, -0.3])
    check_sums = np.log(np.sum(np.exp(check_scores), axis=1))
    check_expected = np.mean(check_sums - check_scores[np.arange(4), check_classes])
    for check_repaired, check_activation in [
        (repaired_loss, None),
        (repaired_output, "softmax"),
    ]:
        check(check_repaired).given().is_model(
            like=keras.Sequential(
                [
                    keras.Input(shape=(2,)),
                    keras.layers.Dense(3, activation=check_activation),
                ]
            ),
            hint="`repaired_loss` keeps the layer as it is; `repaired_output` makes probabilities.",
        )
        check(check_repaired).given().is_compiled(
            loss="sparse_categorical_crossentropy", optimizer="adam", learning_rate=0.02
        )
        check_model = check(check_repaired).given().result()
        check_model.set_weights([check_kernel, np.array([0.1, 0.2, -0.3])])
        check_outputs = np.array(check_model(check_points))
        check_loss = keras.losses.get(check_model.loss)(check_classes, check_outputs)
        check(
            float(np.mean(check_loss)),
            f"the loss that {check_repaired.__name__}() computes",
        ).returns(
            float(check_expected),
            tolerance=1e-4,
            because="with known weights, it is the cross-entropy of the softmax of the scores",
            hint="`from_logits=True` belongs to raw scores, and only to raw scores.",
        )

# %% [markdown]
# The name of this bug is *scores taken for probabilities*. A `Dense(3)` without activation gives logits, and Keras takes them for probabilities unless we say
# `from_logits=True`. It clips every score to the range from 0 to 1. Where it clips, the slope is 0, and a sample whose scores are clipped teaches nothing.
# With either repair all starts reach the goal:

# %%
crossentropy_of_scores = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
for activation, loss in [
    (None, crossentropy_of_scores),
    ("softmax", "sparse_categorical_crossentropy"),
]:
    for seed in range(2):
        keras.utils.set_random_seed(seed)
        healthy = keras.Sequential(
            [keras.Input(shape=(2,)), keras.layers.Dense(3, activation=activation)]
        )
        healthy.compile(
            optimizer=keras.optimizers.Adam(0.02), loss=loss, metrics=["accuracy"]
        )
        history = training.fit_full_batch(
            healthy, points, classes, epochs=300, progress=False
        ).history
        print(
            f"{activation or 'raw scores':10} start {seed}: loss {history['loss'][-1]:.4f}, "
            f"right answers {history['accuracy'][-1]:.0%}"
        )

# %% [markdown]
# ## Train the full model
#
# What does the choice of a loss change at the end of a training? The article lists the losses and reports no results for them, so the figures here are ours. First
# handwritten digits, 8 by 8 pixels: one network, 32 hidden units, nine losses, five starts each. A fifth of the digits is kept aside and asked only at the end.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

if runtime.full_training(TRAIN_IN_FULL):
    digits = data.load("digits")
    pixels = digits.features.reshape(len(digits.features), -1) / 16
    order = np.random.default_rng(0).permutation(len(pixels))
    train, kept_aside = order[:1437], order[1437:]
    one_hot_digits = np.eye(10, dtype="float32")[digits.targets]
    print("loss                              output     right answers on digits kept aside")
    for loss, activation in [
        ("categorical_crossentropy", "softmax"),
        ("sparse_categorical_crossentropy", "softmax"),
        ("kl_divergence", "softmax"),
        ("poisson", "softmax"),
        ("mean_squared_error", "softmax"),
        ("cosine_similarity", "softmax"),
        ("binary_crossentropy", "sigmoid"),
        ("categorical_hinge", None),
        ("squared_hinge", None),
    ]:
        labels = digits.targets if loss.startswith("sparse") else one_hot_digits
        shares = []
        for seed in range(5):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential(
                [
                    keras.Input(shape=(64,)),
                    keras.layers.Dense(32, activation="relu"),
                    keras.layers.Dense(10, activation=activation),
                ]
            )
            model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
            training.fit_full_batch(
                model, pixels[train], labels[train], epochs=200, progress=False
            )
            answers = model.predict(pixels[kept_aside], verbose=0).argmax(axis=1)
            shares.append(np.mean(answers == digits.targets[kept_aside]))
        print(
            f"{loss:32}  {activation or 'raw':8}  {np.mean(shares):.3f} "
            f"(from {min(shares):.3f} to {max(shares):.3f})"
        )
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes about a minute."
    )

# %% [markdown]
# On clean data all nine get about the same share right. Even the squared error, which pushes back weakly, arrives in 200 epochs. Categorical, sparse and KL agree as they
# must: for one-hot labels they are one loss. Poisson equals them because its first term is constant behind a softmax, and Adam, which divides by the size of the slopes (lesson 04), does not see a
# constant factor. So choose the pair that fits the question you ask, not the one with the best name.
#
# Then a line through heights (inches) and weights (pounds) of 10,000 people, where somebody has typed a zero too many into one weight in twenty. The data come
# from the internet (420 kB) unless they are in your data folder already; without a network the cell says what to do and takes the two moons.

# %% tags=["full-training"]
if runtime.full_training(TRAIN_IN_FULL):
    people = data.load("heights_weights", fallback="two_moons")
    heights, weights = people.features[:, :1], people.features[:, 1:2]
    typed = weights.copy()
    typed[np.random.default_rng(0).random(len(typed)) < 0.05] *= 10
    scaled = (heights - heights.mean()) / heights.std()
    clean_line = np.polyfit(scaled[:, 0], weights[:, 0], deg=1)
    print(f"{people.name}, {people.rows} samples, trained on {runtime.device()}")
    print("slopes per standard deviation of the feature; heights of the lines at its mean")
    print(
        f"{'clean weights, least squares':32} slope {clean_line[0]:5.1f}, at the mean {clean_line[1]:6.1f}"
    )
    shown = np.random.default_rng(1).choice(
        len(typed), size=min(400, len(typed)), replace=False
    )
    figure, axes = plots.axes(
        "Three losses and one label in twenty ten times too large",
        people.label(people.feature_names[0]),
        people.label(people.feature_names[1]),
    )
    axes.plot(
        heights[shown], weights[shown], ".", color="0.6", label="some of the clean data"
    )
    across = np.array([[heights.min()], [heights.max()]])
    for loss in ("mean_squared_error", "mean_absolute_error", "log_cosh"):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(1.0), loss=loss)
        training.fit_full_batch(model, scaled, typed, epochs=600, progress=False)
        kernel, bias = model.get_weights()
        line = kernel[0, 0] * (across - heights.mean()) / heights.std() + bias[0]
        axes.plot(across, line, label=loss.replace("_", " "))
        print(f"{loss:32} slope {kernel[0, 0]:5.1f}, at the mean {bias[0]:6.1f}")
    axes.legend()
    plots.show(
        figure,
        alt=(
            "Points and three lines. The line of the mean squared error lies above the "
            "points, mostly far; those of the mean absolute error and of log-cosh run "
            "through them."
        ),
    )

# %% [markdown]
# The squared error pays for every false zero, and its line lies above everybody, mostly far. The other two stay with the people.

# %% [markdown]
# ## Recap
#
# 1. The error is output minus target; a loss turns a sample's errors into one number, and training takes the mean over the batch.
# 2. Squares want the mean and fear far-off labels; absolute errors want the median; relative errors need targets away from 0.
# 3. Cross-entropy is −ln of the probability of what came true; categorical, sparse and binary differ in their labels.
# 4. From logits the loss stays right, and its slope alive, where a clipped probability says 16.118 for ever.
# 5. Output and loss are a pair: the output must give what the loss expects, and a wrong answer must be pushed back.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. A classifier with four classes has not been trained yet. Near which number should its cross-entropy start?</summary>
#
# Near −ln 0.25 = 1.386: without knowledge, each class gets about a quarter.
# </details>
#
# <details><summary>2. The labels are 0 to 9, and the compiled loss is categorical cross-entropy. What are the two ways out?</summary>
#
# Take sparse categorical cross-entropy, or make the labels one-hot. The loss is the same in both cases.
# </details>
#
# <details><summary>3. The last layer is `Dense(1, "sigmoid")` and the loss is the mean squared error. The model is sure and wrong. Why does it learn slowly?</summary>
#
# Where the sigmoid is saturated its slope is nearly 0, and the squared error's slope is multiplied by it. The cross-entropy's slope keeps a size near 1.
# </details>
#
# ## What comes next
#
# A loss says how wrong a model is. Lesson 04 asks in which direction to change the weights, and how far: gradient descent.
