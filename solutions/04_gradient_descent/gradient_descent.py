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
#     - 03_losses
#     lesson: 04_gradient_descent
#     minutes: 145
#     title: Gradient descent
# ---

# %% [markdown]
# # Gradient descent
#
# You write the rule by which every network in this course learns, see what learning rate and batch size do to it, and build the three
# optimizers that improve on it, equal to those of Keras.
#
# **After this lesson you can**
#
# - say what an objective and an optimizer are, and compute the gradient of a neuron's loss by hand;
# - update weights and bias with a learning rate, and tell a rate that is too low from one that is too high;
# - cut a training set into shuffled mini-batches, and count the updates of a training;
# - say, from measurements, what a larger batch costs and brings;
# - write momentum, RMSprop and Adam in NumPy, equal to Keras step by step;
# - find out why a training diverges.
#
# **Time** 145 minutes. **Builds on** lesson 01: the neuron; lesson 02: activations and their derivatives; lesson 03: losses.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/04_gradient_descent/gradient_descent.ipynb)
#
# **Run the folded cell below first**: click it and press **Shift + Enter**. It prepares this page and imports what the lesson uses. In
# Colab it also fetches the course; it changes no installed package.

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

runtime.start("04_gradient_descent")

import math
import time

import keras
import numpy as np

from utils import data, plots, training
from utils.check import check, exercise, hint, hints, random_inputs
from utils.status_line import StatusLine
from utils.widgets import LandscapeStepper

# %% [markdown]
# ## What a training is after
#
# While a network trains, its data stay the same and its weights change. So the loss is a function of the weights, and training looks for
# the weights where that function is smallest. The function to be made small is the **objective**; the method that does it is the
# **optimizer**. We start with the oldest, gradient descent.
#
# The smallest objective there is has one weight. Take a neuron with a bias fixed at 1, two samples, and the mean squared error:
#
# | input x | target y | error at weight w |
# |---|---|---|
# | 1 | 3 | w · 1 + 1 − 3 = w − 2 |
# | 2 | 5 | w · 2 + 1 − 5 = 2 (w − 2) |
#
# The loss is the average of the two squares, $\frac{1}{2}\left((w-2)^2 + 4(w-2)^2\right) = 2.5\,(w-2)^2$. Its derivative, the slope, is
# $5\,(w-2)$. Where the slope is negative the loss falls to the right, so the weight should grow; where it is positive the weight should
# shrink. That is the whole idea: **go against the slope**.

# %%
x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])


def loss_of(weight):
    """Mean squared error of the neuron weight · x + 1 on the two samples, one number."""
    return np.mean((weight * x + 1 - y) ** 2)


for weight in (0.0, 1.0, 2.0, 3.0):
    measured = (loss_of(weight + 0.001) - loss_of(weight - 0.001)) / 0.002
    print(
        f"weight {weight}: loss {loss_of(weight):4.1f}, slope measured {measured:5.1f}, "
        f"by the formula {5 * (weight - 2):5.1f}"
    )

# %% [markdown]
# How far should one step go? As far as the slope is steep, times a small number, the learning rate:
#
# $$w_{\text{new}} = w_{\text{old}} - \text{learning rate} \cdot \text{slope}$$
#
# **Predict first:** we start at weight 0 and take six steps. With a learning rate of 0.1 the weight walks to 2. What happens at 0.02, and
# what at 0.42?

# %%
figure, axes = plots.axes("Six steps down the same loss", "weight", "mean squared error")
curve = np.linspace(-1.5, 5.5, 200)
axes.plot(curve, [loss_of(weight) for weight in curve], "-", color=plots.GREY, label="loss")
for learning_rate, style in [(0.02, "^:"), (0.1, "o-"), (0.42, "s--")]:
    weight, path = 0.0, [0.0]
    for _ in range(6):
        weight = weight - learning_rate * 5 * (weight - 2)
        path.append(weight)
    print(f"learning rate {learning_rate}:", ", ".join(f"{w:.2f}" for w in path))
    axes.plot(
        path, [loss_of(w) for w in path], style, label=f"learning rate {learning_rate}"
    )
axes.legend(loc="lower left")
plots.show(
    figure,
    alt=(
        "A parabola with its lowest point at weight 2. With rate 0.02 the steps cover less than half "
        "of the way, with 0.1 they end close to 2, with 0.42 they jump from side to side and climb."
    ),
)

# %% [markdown]
# At 0.02 every step covers a tenth of the way that is left; at 0.1 it covers half. At 0.42 it jumps over the lowest point and lands *farther
# away* than it started, on the other side, again and again: the training **diverges**. The limit follows from the numbers: this slope changes by 5 for
# each unit of weight, and beyond a rate of 2 / 5 = 0.4 every step makes things worse. For the seven temperatures of lesson 01 the slope
# changed by about 1120 for each unit of weight. The limit was 2 / 1120, about 0.0018; `"sgd"` with its usual 0.01 had to explode.

# %% [markdown]
# ## The gradient of a neuron's loss
#
# With several weights and a bias there is a slope for each of them. All slopes together are the **gradient**. It points to where the loss rises
# fastest, and **gradient descent** steps the other way. From here on $p$ is the prediction and $y$ the target (lesson 03 wrote $y$ and $t$). For a neuron without activation, with predictions $p = x_1 w_1 + x_2 w_2 + \dots + b$
# and the mean squared error, the chain is short. For one sample:
#
# - the loss $(p - y)^2$ changes by $2\,(p - y)$ for each unit of the prediction;
# - the prediction changes by $x_1$ for each unit of $w_1$, and by 1 for each unit of the bias.
#
# Multiply along the chain, and average over the samples:
#
# $$\frac{\partial\,\text{loss}}{\partial w_1} = \text{mean of } 2\,(p - y)\,x_1 \qquad \frac{\partial\,\text{loss}}{\partial b} = \text{mean of } 2\,(p - y)$$
#
# A worked example with the same two samples, and weight and bias both at 0:
#
# | x | y | p | p − y | 2 (p − y) x | 2 (p − y) |
# |---|---|---|---|---|---|
# | 1 | 3 | 0 | −3 | −6 | −6 |
# | 2 | 5 | 0 | −5 | −20 | −10 |
# | | | | mean | **−13** | **−8** |
#
# Both slopes are negative, so both numbers must grow. With a learning rate of 0.1 the new weight is 0 − 0.1 · (−13) = 1.3, the new bias
# 0 − 0.1 · (−8) = 0.8, and the loss falls:

# %%
print("loss before:", np.mean((0.0 * x + 0.0 - y) ** 2))
print("loss after: ", round(np.mean((1.3 * x + 0.8 - y) ** 2), 3))

# %% [markdown]
# ### Exercise `one_update` (easy, 8 minutes)
#
# Two functions. `mse_gradient` computes the gradient of the mean squared error of a neuron without activation, with any number of inputs.
# Its first two lines are there already. `one_update` takes one step of gradient descent:
# new value = old value − learning rate × gradient, for the weights and for the bias. It returns new values; those that it was given stay as
# they are.
#
# | | shape |
# |---|---|
# | `inputs` | (samples, inputs) |
# | `targets` | (samples,) |
# | `weights` | (inputs,) |
# | `bias`, `learning_rate` | one number each |
# | `gradient` | what `mse_gradient` returns |
# | returned by `mse_gradient` | a tuple: slopes for the weights (inputs,), slope for the bias (one number) |
# | returned by `one_update` | a tuple: new weights (inputs,), new bias (one number) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "one_update",
    "`mse_gradient`: the worked example has one input. With several, every column of `inputs` gets a slope of its own.",
    "The slope of a weight is the mean of 2 · error · input over the samples. `errors` has one number for each row of `inputs`.",
    "`inputs.T @ errors` multiplies and adds up over the samples, one number for each input; divide by the number of samples.",
    "`one_update`: `weight_slopes, bias_slope = gradient`, and `weights - learning_rate * ...` makes a new array. `weights -= ...` "
    "would change the old one.",
)


# %% nbgrader={"grade": false, "grade_id": "one_update", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mse_gradient(inputs, targets, weights, bias):
    """Gradient of the mean squared error: (slopes for the weights, slope for the bias).

    inputs: (samples, inputs); targets: (samples,); weights: (inputs,); bias: one number.
    Returns an array (inputs,) and one number.
    """
    predictions = inputs @ weights + bias
    errors = predictions - targets
    ### BEGIN SOLUTION
    return 2 * inputs.T @ errors / len(errors), 2 * np.mean(errors)
    ### END SOLUTION


def one_update(weights, bias, gradient, learning_rate):
    """(new weights, new bias) after one step of gradient descent; the old ones stay unchanged.

    weights: (inputs,); bias: one number; learning_rate: one number;
    gradient: (slopes for the weights, slope for the bias), as `mse_gradient` returns it.
    """
    ### BEGIN SOLUTION
    weight_slopes, bias_slope = gradient
    return weights - learning_rate * weight_slopes, bias - learning_rate * bias_slope
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_one_update", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("one_update"):
    check(mse_gradient).given(
        np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([0.0]), 0.0
    ).returns(
        (np.array([-13.0]), -8.0),
        because="this is the worked example above",
        hint="Is each slope a mean over the samples, with the 2 and the sign of the errors?",
    )
    check(mse_gradient).given(
        np.array([[1.0, 0.0], [0.0, 2.0], [1.0, -1.0]]),
        np.array([0.0, 0.0, 0.0]),
        np.array([3.0, 1.0]),
        1.0,
    ).returns(
        (np.array([14.0 / 3, 2.0]), 20.0 / 3),
        because="the errors are 4, 3 and 3: 2 (4 · 1 + 3 · 0 + 3 · 1) / 3, 2 (4 · 0 + 3 · 2 − 3 · 1) / 3, 2 · 10 / 3",
        hint="Every input has a slope of its own: a mean over the samples, not over the inputs.",
    )
    check(one_update).given(
        np.array([0.0, 2.0]), 1.0, (np.array([-13.0, 4.0]), -8.0), 0.1
    ).returns(
        (np.array([1.3, 1.6]), 1.8),
        because="0 − 0.1 · (−13), 2 − 0.1 · 4 and 1 − 0.1 · (−8)",
        hint="Old value minus learning rate times gradient, for the weights and for the bias.",
    )
    check_old_weights, check_old_slopes = np.array([0.0, 2.0]), np.array([-13.0, 4.0])
    one_update(check_old_weights, 1.0, (check_old_slopes, -8.0), 0.1)
    check(check_old_weights, "the old weights, after one_update").returns(
        np.array([0.0, 2.0]),
        because="one_update returns new values and leaves the old ones as they are",
        hint="`weights -= ...` changes the array that was given; `weights - ...` makes a new one.",
    )
    check(check_old_slopes, "the slopes in the gradient, after one_update").returns(
        np.array([-13.0, 4.0]),
        because="one_update uses the gradient and leaves it as it is",
        hint="`slopes *= ...` changes the array that was given; `slopes * ...` makes a new one.",
    )
    ### BEGIN HIDDEN TESTS

    def check_random_updates():
        """Random numbers of weights, random slopes, random learning rates."""
        rng = np.random.default_rng()
        for count in (1, 2, 5):
            weights, slopes = rng.normal(size=(2, count))
            bias, slope, rate = map(float, rng.normal(size=3))
            check(one_update).given(weights, bias, (slopes, slope), rate).returns(
                (weights - rate * slopes, bias - rate * slope),
                because="old value − learning rate · gradient, for every number",
                hint="Is the learning rate the one that was given?",
            )

    check(mse_gradient).equals(
        lambda inputs, targets, weights, bias: (
            np.mean(2 * (inputs @ weights + bias - targets)[:, None] * inputs, axis=0),
            np.mean(2 * (inputs @ weights + bias - targets)),
        ),
        on=random_inputs(("samples", "inputs"), ("samples",), ("inputs",), ()),
        rounds=10,
        because="each slope is the mean of 2 · error · input, or of 2 · error, over the samples",
        hint="Try it with as many samples as inputs, and with one sample.",
    )
    check(mse_gradient).equals(
        lambda inputs, targets, weights, bias: (
            2 * (inputs @ weights + bias - targets)[0] * inputs[0],
            2 * (inputs @ weights + bias - targets)[0],
        ),
        on=random_inputs((1, "inputs"), (1,), ("inputs",), ()),
        rounds=2,
        because="with one sample the mean is that sample",
        hint="Divide by the number of samples, not by the number of inputs.",
    )
    check_random_updates()
    ### END HIDDEN TESTS

# %% [markdown]
# ## The gradient through an activation
#
# A neuron that answers yes or no ends in a sigmoid (lesson 02) and is judged by the binary cross-entropy (lesson 03). With
# $z = x_1 w_1 + \dots + b$ and the output $a = \mathrm{sigmoid}(z)$ the chain has three links. For one sample with target $y$, 0 or 1:
#
# | link | how much it changes | at z = 0 with y = 1 |
# |---|---|---|
# | the loss with the output a | (a − y) / (a (1 − a)) | −0.5 / 0.25 = −2 |
# | the output with the sum z | a (1 − a) | 0.25 |
# | the sum z with the weight w₁ | x₁ | x₁ |
# | the product of all three | **(a − y) x₁** | −0.5 x₁ |
#
# Two of the links cancel, and what is left is as short as before: error times input. **Predict first:** why should one cancel them on paper,
# and not let the computer multiply all three? Look at a weighted sum of 800:


# %%
def sigmoid(z):
    """The sigmoid of an array or number, without overflow for any z (lesson 02)."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


for z in (0.0, 5.0, 800.0):
    a = sigmoid(z)
    print(
        f"z = {z:5.1f}: a = {a:.4f}, a − y for y = 0: {a:.4f}, a (1 − a) = {a * (1 - a):.4f}"
    )

# %% [markdown]
# At 800 the output is exactly 1 in the computer's arithmetic. The first link divides by a (1 − a) = 0, and infinity times 0 is no number. The
# short form gives 1 · x₁: the neuron is sure and wrong, and learns at full strength.

# %% [markdown]
# ### Exercise `logistic_gradient` (medium, 9 minutes)
#
# Compute the gradient of the binary cross-entropy of a sigmoid neuron, averaged over the samples. It must also give numbers where a weighted sum
# is 1000 or −1000. You may use `sigmoid` from the cell above.
#
# | | shape |
# |---|---|
# | `inputs` | (samples, inputs) |
# | `targets` | (samples,), each 0 or 1 |
# | `weights` | (inputs,) |
# | `bias` | one number |
# | returned | a tuple: slopes for the weights (inputs,), slope for the bias (one number) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "logistic_gradient",
    "Which lines of `mse_gradient` stay the same, and what stands in the place of its error?",
    "The outputs are `sigmoid(inputs @ weights + bias)`, and the error of a sample is its output minus its target.",
    "There is no 2 here: the 2 of the other gradient came from the square.",
)


# %% nbgrader={"grade": false, "grade_id": "logistic_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logistic_gradient(inputs, targets, weights, bias):
    """Gradient of the mean binary cross-entropy of a sigmoid neuron.

    inputs: (samples, inputs); targets: (samples,), each 0 or 1; weights: (inputs,);
    bias: one number. Returns (slopes for the weights (inputs,), slope for the bias).
    """
    ### BEGIN SOLUTION
    errors = sigmoid(inputs @ weights + bias) - targets
    return inputs.T @ errors / len(errors), np.mean(errors)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_logistic_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("logistic_gradient"):

    def check_slopes(inputs, targets, weights, bias, step=1e-6):
        """The gradient measured: each weight and the bias a little up and down."""

        def loss(weights, bias):
            z = inputs @ weights + bias
            return np.mean(np.logaddexp(0.0, z) - targets * z)

        slopes = [
            (loss(weights + move, bias) - loss(weights - move, bias)) / (2 * step)
            for move in step * np.eye(len(weights))
        ]
        bias_slope = (loss(weights, bias + step) - loss(weights, bias - step)) / (2 * step)
        return np.array(slopes), bias_slope

    def check_measured(samples, inputs):
        """Compare with the measured slopes on random numbers of these shapes."""
        rng = np.random.default_rng()
        drawn = rng.normal(size=(samples, inputs)), rng.integers(0, 2, size=samples) * 1.0
        given = *drawn, rng.normal(size=inputs), float(rng.normal())
        check(logistic_gradient).given(*given).returns(
            check_slopes(*given),
            tolerance=1e-5,
            because="measured by moving each weight and the bias a little up and down",
            hint="(a − y) · x for each weight, (a − y) for the bias, averaged over the samples.",
        )

    check(logistic_gradient).given(
        np.array([[2.0, -4.0]]), np.array([1.0]), np.array([0.0, 0.0]), 0.0
    ).returns(
        (np.array([-1.0, 2.0]), -0.5),
        because="a = 0.5 and y = 1, so a − y = −0.5, times 2 and times −4",
        hint="Output minus target, times the input.",
    )
    check_measured(5, 3)
    check(logistic_gradient).given(
        np.array([[1000.0], [-1000.0]]), np.array([0.0, 1.0]), np.array([1.0]), 0.0
    ).returns(
        (np.array([1000.0]), 0.0),
        because="both are sure and wrong: a − y is 1 and −1, and (1 · 1000 + (−1) · (−1000)) / 2 = 1000",
        hint="Cancel a (1 − a) on paper before you write the code.",
    )
    ### BEGIN HIDDEN TESTS
    for check_samples, check_inputs in [(1, 4), (4, 1), (3, 3), (7, 2), (2, 6)]:
        check_measured(check_samples, check_inputs)
    check(logistic_gradient).given(
        np.array([[1000.0], [-1000.0]]), np.array([1.0, 0.0]), np.array([1.0]), 0.0
    ).returns(
        (np.array([0.0]), 0.0),
        because="both are sure and right, so there is nothing to learn",
        hint="Is the sigmoid a number at 1000 and at −1000?",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Learning rates from 0.0001 to 0.1
#
# Now more data: 1,000 samples with three inputs, made by a known rule plus noise of standard deviation 0.5. No line can predict the noise, so
# no training can push the loss much below 0.5² = 0.25. The least-squares line shows how far exactly.


# %%
def make_samples(count=1000, seed=0):
    """Inputs (count, 3) and targets (count, 1) of a linear rule with noise."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, 3))
    targets = inputs @ np.array([2.0, -1.0, 0.5]) + 3.0 + rng.normal(0.0, 0.5, size=count)
    return inputs.astype("float32"), targets[:, None].astype("float32")


inputs, targets = make_samples()
with_ones = np.column_stack([inputs, np.ones(len(inputs))])
best_line = np.linalg.lstsq(with_ones, targets)[0]
lowest_loss = np.mean((with_ones @ best_line - targets) ** 2)
print("the lowest loss that a line can reach:", round(float(lowest_loss), 4))

# %% [markdown]
# **The same in Keras:** `keras.optimizers.SGD(learning_rate=...)` is the update rule that you wrote. (SGD is short for *stochastic gradient
# descent*; what is stochastic about it comes in the next section. Older texts write `lr=`; Keras 3 knows only `learning_rate=`.) First the proof, with weights and bias
# that start at 0, one update on all samples:


# %%
def linear_neuron(learning_rate, loss="mse"):
    """A compiled neuron with three inputs, all its numbers 0, and plain SGD."""
    neuron = keras.layers.Dense(1, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input(shape=(3,)), neuron])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=loss)
    return model


errors = 0.0 - targets[:, 0]  # the predictions are 0 before the first update
by_hand = -0.1 * 2 * inputs.T @ errors / len(errors), -0.1 * 2 * np.mean(errors)
model = linear_neuron(learning_rate=0.1)
model.train_on_batch(inputs, targets)
kernel, bias = model.get_weights()
print("by hand: weights", by_hand[0].round(4), "bias", round(float(by_hand[1]), 4))
print("Keras:   weights", kernel[:, 0].round(4), "bias", round(float(bias[0]), 4))
print(
    f"largest difference: {max(np.abs(kernel[:, 0] - by_hand[0]).max(), abs(bias[0] - by_hand[1])):.1e}"
)

# %% [markdown]
# A common recommendation is a rate between 0.01 and 0.0001. **Predict first:** after 200 updates on all samples, which of 0.0001, 0.001, 0.01 and
# 0.1 has the lowest loss? And what does 1.2 do?

# %%
figure, axes = plots.axes(
    "Four learning rates, 200 updates each", "update", "mean squared error (log scale)"
)
for learning_rate, line in zip([0.0001, 0.001, 0.01, 0.1, 1.2], plots.LINES):
    model = linear_neuron(learning_rate)
    history = training.fit_full_batch(model, inputs, targets, epochs=200, progress=False)
    losses = history.history["loss"]
    print(
        f"learning rate {learning_rate}: first loss {losses[0]:.2f}, last loss {losses[-1]:.4g}"
    )
    if learning_rate < 1:
        axes.plot(losses, linestyle=line, label=f"learning rate {learning_rate}")
axes.axhline(lowest_loss, color=plots.GREY, linewidth=1, label="lowest loss there is")
axes.set_yscale("log")
axes.legend()
plots.show(
    figure,
    alt=(
        "Four falling curves. With rate 0.0001 the loss hardly moves from 13, with 0.001 it falls "
        "to about half, with 0.01 it nearly reaches the lowest loss after 200 updates, with 0.1 it is "
        "there after about 25."
    ),
)

# %% [markdown]
# Here the boldest of the four is best by far: 0.1 arrives after about 25 updates, 0.001 is half-way after 200, and 0.0001 has hardly left. At 1.2 the loss grows until
# the numbers overflow. So 0.01 to 0.0001 is no law. The usual search is the one you just watched: try rates that differ by
# a factor of ten, and take the largest that still falls steadily. What the limit is depends on the data: here the inputs are scaled, so that it lies
# near 1. For another network it may be a hundred times lower.
#
# ## Epochs, batches, updates
#
# So far every update looked at all samples. With a million samples that is a long look for one small step. A **mini-batch**, or batch for short, is a
# handful of samples; the gradient over a batch is a rough but cheap estimate of the gradient over all. **Stochastic gradient descent**, SGD, updates after every
# batch. *Stochastic* means random: the samples are shuffled before they are cut into batches.
#
# One pass over the training set is an epoch. The **batch size** is the number of samples in a batch, and
#
# $$\text{batches per epoch} = \frac{\text{samples in the training set}}{\text{batch size}}, \text{ rounded up}$$
#
# Rounded up, because the samples that are left over form a last, smaller batch. (The article that this lesson draws on, *Deep learning fundamental concepts with Keras code*, Analytics Vidhya on Medium, leaves the rounding out.) The number of updates is batches per epoch times epochs.
# A worked example: the article's batches of 10 and 20 epochs, on the 8,000 samples of this lesson's end. And ours:

# %%
for samples, batch_size, epochs in [(8000, 10, 20), (1000, 64, 3), (1000, 1000, 3)]:
    batches = math.ceil(samples / batch_size)
    last = samples - (batches - 1) * batch_size
    print(
        f"{samples} samples, batch size {batch_size}: batches per epoch {batches}, "
        f"size of the last {last}, updates in {epochs} epochs {batches * epochs}"
    )

# %% [markdown]
# What the noise of small batches looks like: the rings are lines of equal loss over two weights. The gradient of one step comes from the batch, the
# contours from all 64 samples. **Predict first:** with one sample at a time, does the path come to rest in the middle? Take some steps, also with
# the arrow keys on the slider *steps*; then compare the batch sizes 1, 4, 16 and 64, and the learning rates.

# %%
LandscapeStepper(
    "Round bowl, one sample at a time",
    question=None,
    momentum=False,
    rmsprop=False,
    adam=False,
)

# %% [markdown]
# It does not rest. Near the middle the gradient over all samples is almost 0, but the gradient of one sample is not: the path keeps trembling. A smaller rate or a
# larger batch makes it tremble less.

# %% [markdown]
# ### Exercise `mini_batches` (medium, 12 minutes)
#
# Three functions. `batches_per_epoch` returns how many batches an epoch has. `mini_batches` cuts one epoch into shuffled batches: every sample comes exactly once, together with
# its target, and the last batch may be smaller. It returns a list of pairs, or yields them one after the other with `yield`; both are right. For the order use
# `np.random.default_rng(seed)`, so that the same seed gives the same order and another seed another one. `inputs` and `targets` themselves stay in their order.
#
# A fair comparison of two batch sizes gives both of them the same number of updates. `fair_epochs` takes a training with `batch_size` over `epochs` epochs, and returns how many whole
# epochs the other batch size needs to make at least as many updates; not one epoch more. An example: 10 samples in batches of 4 over 4 epochs make 3 · 4 = 12 updates. Batches
# of 5 make 2 in an epoch, so they need 6 epochs. Batches of 1 make 10 in an epoch: 1 epoch is too short, and 2 are enough.
#
# | | what it is |
# |---|---|
# | `samples`, `batch_size`, `other_batch_size`, `epochs` | whole numbers, at least 1 |
# | `inputs` | (samples, inputs) |
# | `targets` | (samples,) or (samples, 1) |
# | `seed` | a whole number |
# | returned by `batches_per_epoch`, `fair_epochs` | one whole number |
# | returned by `mini_batches` | pairs `(inputs of the batch, targets of the batch)`: arrays with `batch_size` rows, or fewer in the last |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "mini_batches",
    "`batches_per_epoch`: `math.ceil` rounds up. `samples // batch_size` alone would forget the last, smaller batch.",
    "`mini_batches`: shuffle once, then slice. Shuffle the row numbers and not the rows, so that a sample keeps its target.",
    "`order = np.random.default_rng(seed).permutation(len(inputs))` is a random order of the row numbers.",
    "For each `start` in `range(0, len(inputs), batch_size)`, `rows = order[start : start + batch_size]`; a slice that is too long simply ends.",
    "`fair_epochs`: the updates of the first training are its batches per epoch times its epochs. Divide by the batches per epoch of the other size, and round up.",
)


# %% nbgrader={"grade": false, "grade_id": "mini_batches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batches_per_epoch(samples, batch_size):
    """How many batches of `batch_size` an epoch over `samples` has; a whole number."""
    ### BEGIN SOLUTION
    return math.ceil(samples / batch_size)
    ### END SOLUTION


def mini_batches(inputs, targets, batch_size, seed):
    """The shuffled batches of one epoch, as pairs (inputs, targets) of a batch.

    inputs: (samples, inputs); targets: (samples,) or (samples, 1);
    batch_size: whole number, at least 1; seed: whole number that decides the order.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(inputs))
    for start in range(0, len(inputs), batch_size):
        rows = order[start : start + batch_size]
        yield inputs[rows], targets[rows]
    ### END SOLUTION


def fair_epochs(samples, batch_size, other_batch_size, epochs):
    """How many epochs another batch size needs for at least as many updates; a whole number.

    All arguments are whole numbers, at least 1: a training on `samples` samples in batches of
    `batch_size` runs for `epochs` epochs; another one is to use batches of `other_batch_size`.
    """
    ### BEGIN SOLUTION
    updates = batches_per_epoch(samples, batch_size) * epochs
    return math.ceil(updates / batches_per_epoch(samples, other_batch_size))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_mini_batches", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("mini_batches"):

    def check_epoch(samples, batch_size, seed=0, columns=()):
        """Ask about every batch of one epoch; return the order of the samples, a list."""
        inputs = np.column_stack([np.arange(1.0 * samples), -np.arange(1.0 * samples)])
        targets = 100.0 + np.arange(samples).reshape(samples, *columns)
        call = f"mini_batches({samples} samples, batch_size={batch_size}, seed={seed})"
        answer = mini_batches(inputs, targets, batch_size, seed)
        check(answer, call).satisfies(
            "it is a list of pairs, or yields pairs",
            lambda it: hasattr(it, "__iter__") and not hasattr(it, "keys"),
            hint="Collect the pairs in a list and return it, or `yield` each of them.",
        )
        pairs = list(answer)
        check(len(pairs), f"the number of batches of {call}").returns(
            -(-samples // batch_size),
            because=f"{samples} samples in batches of {batch_size}, rounded up",
            hint="The samples that are left over form a last, smaller batch.",
        )
        order = []
        for number, pair in enumerate(pairs):
            name = f"batch {number} of {call}"
            size = min(batch_size, samples - number * batch_size)
            check(pair, name).satisfies(
                "it is a pair: the inputs of the batch and their targets",
                lambda it: len(it) == 2,
                hint="One batch is `(inputs[rows], targets[rows])`.",
            )
            check(pair[0], f"the inputs of {name}").has(
                shape=(size, 2), because="the last batch may be smaller, the others not"
            )
            check(pair[1], f"the targets of {name}").has(
                shape=(size, *columns), because="there is one target for each input"
            )
            rows = np.asarray(pair[0])[:, 0]
            check(pair[1], f"the targets of {name}").returns(
                (100.0 + rows).reshape(size, *columns),
                because="every sample keeps its own target",
                hint="Use the same row numbers for inputs and targets.",
            )
            order += rows.tolist()
        check(sorted(order), f"the samples of {call}, sorted").returns(
            list(range(samples)),
            because="every sample comes exactly once in an epoch",
            hint="Shuffle once before you cut, with a permutation: it has no repetitions.",
        )
        check(inputs[:, 0].tolist(), "the inputs, after mini_batches").returns(
            list(range(samples)),
            because="mini_batches must leave `inputs` and `targets` in their order",
            hint="Shuffle row numbers; `shuffle(inputs)` would shuffle the data themselves.",
        )
        check(targets.ravel().tolist(), "the targets, after mini_batches").returns(
            list(range(100, 100 + samples)),
            because="mini_batches must leave `inputs` and `targets` in their order",
            hint="Make a new array, `targets[order]`; do not write into `targets`.",
        )
        return order

    check(batches_per_epoch).given(1000, 64).returns(
        16, because="1000 / 64 = 15.625, rounded up", hint="`math.ceil` rounds up."
    )
    check(batches_per_epoch).given(1000, 50).returns(
        20,
        because="1000 / 50 = 20 leaves nothing over",
        hint="Do not add 1 where nothing is left.",
    )
    check_epoch(10, 4)
    check(check_epoch(40, 8, seed=0), "the order of 40 samples").satisfies(
        "the samples are shuffled",
        lambda order: len(set(np.diff(order).tolist())) > 2,
        hint="`np.random.default_rng(seed).permutation(...)` gives a random order; an order that only starts elsewhere is none.",
    )
    check(
        [check_epoch(40, 8, 1), check_epoch(40, 8, 2)], "the orders for two seeds"
    ).satisfies(
        "another seed gives another order",
        lambda orders: orders[0] != orders[1],
        hint="Pass `seed` on to `np.random.default_rng`.",
    )
    check(fair_epochs).given(10, 4, 5, 4).returns(
        6,
        because="the training makes 3 · 4 = 12 updates, and batches of 5 make 2 in an epoch",
        hint="Count updates. The ratio of the batch sizes does not know of the last, smaller batch.",
    )
    check(fair_epochs).given(1000, 8, 64, 3).returns(
        24,
        because="125 · 3 = 375 updates, 16 in an epoch: 375 / 16 = 23.4, and 23 epochs make only 368",
        hint="At least as many updates: round up.",
    )
    ### BEGIN HIDDEN TESTS
    check(
        [check_epoch(40, 8, 3), check_epoch(40, 8, 3)], "the orders for one seed twice"
    ).satisfies(
        "the same seed gives the same order",
        lambda orders: orders[0] == orders[1],
        hint="Make the generator inside the function, with `np.random.default_rng(seed)`.",
    )
    for check_samples, check_size, check_columns in [
        (1, 1, ()),
        (6, 6, (1,)),
        (5, 9, ()),
        (7, 1, ()),
        (23, 5, (1,)),
    ]:
        check_epoch(check_samples, check_size, 5, check_columns)
    check_orders = [[it // 10 for it in check_epoch(40, 10, seed)] for seed in (1, 2, 3)]
    check(check_orders, "which tens the samples come from").satisfies(
        "samples of one batch come from all over the training set",
        lambda orders: all(len(set(order[:10])) > 1 for order in orders),
        hint="Shuffle the samples, not the batches.",
    )
    for check_samples, check_size in [(1, 1), (7, 7), (7, 8), (8000, 10), (60001, 32)]:
        check(batches_per_epoch).given(check_samples, check_size).returns(
            -(-check_samples // check_size),
            because="training set / batch size, rounded up",
            hint="Rounding up differs from rounding, and from adding 1.",
        )
    for check_given in [
        (10, 4, 1, 4),
        (1000, 64, 1000, 3),
        (7, 9, 8, 5),
        (60001, 1, 32, 7),
    ]:
        check_samples, check_size, check_other, check_count = check_given
        check_updates = -(-check_samples // check_size) * check_count
        check(fair_epochs).given(*check_given).returns(
            -(-check_updates // -(-check_samples // check_other)),
            because="updates of the one training / batches per epoch of the other size, rounded up",
            hint="The other batch size may be the smaller one; then it needs fewer epochs.",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# Now all parts are there: a gradient, an update, batches. The next exercise puts them together.

# %% [markdown]
# ### Exercise `train_neuron` (hard, 14 minutes)
#
# From a blank cell. `train_neuron` trains a neuron without activation with the mean squared error and mini-batches. Weights and bias start at 0. In every epoch
# the samples are shuffled anew (`mini_batches` with another seed for every epoch), and each batch brings one update. After each epoch, note the loss over *all* samples.
#
# The objective is this loss over all samples. `best_rate` trains with each of several learning rates, `seed` left at 0, and returns the one at which the objective ends lowest: its value after the last epoch counts, not the lowest on the way. A rate at which the training diverges, until the numbers overflow to
# infinity or to `nan` (not a number), never wins. At least one rate does not diverge.
#
# | | what it is |
# |---|---|
# | `inputs`, `targets` | (samples, inputs) and (samples,) |
# | `learning_rate`, `batch_size`, `epochs` | a number and two whole numbers |
# | `seed` | a whole number: the same seed gives the same training, another seed another order of the samples |
# | `rates` | a list of learning rates |
# | returned by `train_neuron` | a tuple `(weights, bias, losses)`: (inputs,), one number, a list of `epochs` numbers |
# | returned by `best_rate` | one of `rates` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "train_neuron",
    "Two loops: one over the epochs, inside it one over the batches. The update stands in the inner loop, the note of the loss in the outer one.",
    "`for batch_inputs, batch_targets in mini_batches(inputs, targets, batch_size, seed + epoch):`, then `mse_gradient` of the batch, then `one_update`.",
    "`losses.append(np.mean((inputs @ weights + bias - targets) ** 2))` after the inner loop.",
    "`best_rate`: `nan` is neither smaller nor larger than any number, which confuses `min` and `np.argmin`. Replace what is not finite "
    "(`np.isfinite`) by infinity, `np.inf`, first; or use `np.nanargmin`.",
)


# %% nbgrader={"grade": false, "grade_id": "train_neuron", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_neuron(inputs, targets, learning_rate, batch_size, epochs, seed=0):
    """Train a neuron without activation: mean squared error, mini-batches, start at 0.

    inputs: (samples, inputs); targets: (samples,); learning_rate: a number;
    batch_size, epochs: whole numbers, at least 1; seed: whole number.
    Returns (weights (inputs,), bias, losses): losses is a list with the mean squared
    error over all samples after each epoch.
    """
    ### BEGIN SOLUTION
    weights, bias, losses = np.zeros(inputs.shape[1]), 0.0, []
    for epoch in range(epochs):
        for x, y in mini_batches(inputs, targets, batch_size, seed + epoch):
            gradient = mse_gradient(x, y, weights, bias)
            weights, bias = one_update(weights, bias, gradient, learning_rate)
        losses.append(np.mean((inputs @ weights + bias - targets) ** 2))
    return weights, bias, losses
    ### END SOLUTION


def best_rate(inputs, targets, rates, batch_size, epochs):
    """The learning rate in the list `rates` at which the objective ends lowest.

    The other arguments are those of `train_neuron`. A rate that diverges never wins.
    """
    ### BEGIN SOLUTION
    last = [
        train_neuron(inputs, targets, rate, batch_size, epochs)[2][-1] for rate in rates
    ]
    return rates[int(np.argmin(np.where(np.isfinite(last), last, np.inf)))]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train_neuron", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("train_neuron"):

    def check_trained(*given, wanted, because):
        """Train with `given` and compare weights, bias and losses."""
        answer = check(train_neuron).given(*given).result()
        check(answer, "train_neuron(...)").satisfies(
            "it is a tuple of three: weights, bias, losses",
            lambda it: isinstance(it, (tuple, list)) and len(it) == 3,
            hint="`return weights, bias, losses`",
        )
        hint = "Start at 0; one update after every batch; the loss over all samples after every epoch."
        check(answer[2], "the losses").returns(wanted[2], because=because, hint=hint)
        check(answer[0], "the weights").returns(wanted[0], because=because, hint=hint)
        check(answer[1], "the bias").returns(wanted[1], because=because, hint=hint)

    check_trained(
        *(np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), 0.1, 2, 1),
        wanted=(np.array([1.3]), 0.8, [1.685]),
        because="one epoch in one batch is the single update of the worked example",
    )
    check_trained(
        *(np.tile([1.0, 0.0], (5, 1)), np.full(5, 2.0), 0.1, 2, 2),
        wanted=(np.array([0.953344, 0.0]), 0.953344, [0.186624, 0.093312**2]),
        because="5 equal samples in batches of 2 make 3 updates in each epoch, and each update "
        "leaves 0.6 of the error: after 3 updates 2 · 0.6³, after 6 updates 2 · 0.6⁶",
    )
    check_x = np.random.default_rng(1).normal(size=(60, 3))
    check_y = check_x @ np.array([1.0, -2.0, 0.5]) + 4.0
    check(best_rate).given(check_x, check_y, [0.0001, 0.001, 0.01, 0.1], 16, 10).returns(
        0.1,
        because="these samples have no noise, and 40 updates with 0.01 or less are not enough",
        hint="Compare the values of the objective after the last epoch: the last losses.",
    )
    with np.errstate(over="ignore", invalid="ignore"):
        check(best_rate).given(check_x, check_y, [1e9, 0.01, 0.1, 0.001], 16, 10).returns(
            0.1,
            because="at a rate of 1e9 the loss overflows, and such a rate never wins",
            hint="What do `min` and `np.argmin` do with `nan`?",
        )
    ### BEGIN HIDDEN TESTS

    def check_full_batch(samples, inputs, epochs):
        """With one batch per epoch the order does not matter, and every number is known."""
        rng = np.random.default_rng()
        x, y = rng.normal(size=(samples, inputs)), rng.normal(size=samples)
        ones, line, losses = (
            np.column_stack([x, np.ones(samples)]),
            np.zeros(inputs + 1),
            [],
        )
        for _ in range(epochs):
            line = line - 0.05 * 2 * ones.T @ (ones @ line - y) / samples
            losses.append(np.mean((ones @ line - y) ** 2))
        check_trained(
            *(x, y, 0.05, samples, epochs),
            wanted=(line[:-1], line[-1], losses),
            because="with all samples in one batch there is one update per epoch",
        )

    for check_shape in [(6, 2, 3), (3, 3, 4), (1, 2, 2), (9, 1, 1)]:
        check_full_batch(*check_shape)
    check_weights, check_bias, check_losses = train_neuron(
        check_x, check_y, 0.05, 7, 60, seed=3
    )
    check(check_weights, "the weights after 60 epochs").returns(
        np.array([1.0, -2.0, 0.5]),
        tolerance=1e-3,
        because="the samples follow this rule exactly",
    )
    check(check_bias, "the bias after 60 epochs").returns(4.0, tolerance=1e-3)
    check(len(check_losses), "the number of losses").returns(
        60, because="one for each epoch"
    )
    check(
        [train_neuron(check_x, check_y, 0.05, 7, 2, seed=3)[1] for _ in range(2)],
        "the bias of two trainings with the same seed",
    ).satisfies(
        "the same seed gives the same training",
        lambda it: abs(float(it[0]) - float(it[1])) < 1e-9,
        hint="Use `seed` for the order of the samples, and nothing else that is random.",
    )
    check(
        [train_neuron(check_x, check_y, 0.05, 7, 2, seed=seed)[1] for seed in (3, 30)],
        "the bias of two trainings with the seeds 3 and 30",
    ).satisfies(
        "another seed gives another training",
        lambda it: abs(float(it[0]) - float(it[1])) > 1e-9,
        hint="Pass `seed` on to `mini_batches`, such as `seed + epoch`.",
    )
    # At this rate each update fits its one sample exactly, so the loss tells which one came last.
    check_ends = train_neuron(np.ones((4, 1)), np.array([0.0, 0.0, 0.0, 2.0]), 0.25, 1, 40)[
        2
    ]
    check([round(float(it)) for it in check_ends], "the losses after 40 epochs").satisfies(
        "not every epoch ends with the same sample: the samples are shuffled anew each time",
        lambda it: set(it) == {1, 3},
        hint="Use another seed in every epoch, such as `seed + epoch`.",
    )
    check(best_rate).given(check_x, check_y, [0.001, 0.3, 0.9], 60, 20).returns(
        0.3,
        because="0.001 is too slow for 20 updates, and 0.9 too bold",
        hint="The largest rate is not always the best.",
    )
    # At 0.5 one update removes the errors of bias and second weight, but the tiny error of the first doubles.
    check_x = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]) * [3**0.5, 1.0]
    check_y = check_x @ np.array([0.01, 1.0]) + 1.0
    check(best_rate).given(check_x, check_y, [0.5, 0.1], 4, 8).returns(
        0.1,
        because="at a rate of 0.5 the objective dips to 0.0012 in the first epoch and then climbs to 19.7; at 0.1 it ends at 0.056",
        hint="The last value of the objective decides, not the lowest on the way.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## What a larger batch costs and brings
#
# The same article says: the larger the batch, the faster the training, but the quality suffers. We measure. The same 1,000 samples, three epochs each, learning rate
# 0.01; only the batch size differs. **Predict first:** which batch size ends lowest? Is it the smallest?


# %%
def timed_training(batch_size, learning_rate, epochs=3):
    """(seconds, loss on all samples) of a training from 0, after a short one to warm up."""
    keras.utils.set_random_seed(0)
    model = linear_neuron(learning_rate)
    start_values = model.get_weights()
    some = 2 * batch_size
    model.fit(inputs[:some], targets[:some], batch_size=batch_size, verbose=0)
    model.set_weights(start_values)
    start = time.perf_counter()
    model.fit(
        *(inputs, targets),
        batch_size=batch_size,
        epochs=epochs,
        verbose=0,
    )
    seconds = time.perf_counter() - start
    return seconds, model.evaluate(inputs, targets, batch_size=1000, verbose=0)


print("batch size   rate   updates   seconds     loss")
for batch_size in [2, 8, 64, 512, 1000]:
    seconds, loss = timed_training(batch_size, learning_rate=0.01)
    updates = 3 * math.ceil(1000 / batch_size)
    print(f"{batch_size:10}   0.01   {updates:7}   {seconds:7.1f}   {loss:6.3f}")
print(f"lowest loss there is: {lowest_loss:.3f}")

# %% [markdown]
# So the article seems to be right: large batches are quick, and end badly. And the smallest batch is not the best either: it trembles around the lowest point,
# as in the picture. But look at the column *updates*. A batch of 1,000 made 3 updates, a batch of 8 made 375, each of them with the same learning
# rate. The large batch did not lose quality; it was stopped before it arrived. Its gradient is far less noisy, so it can afford larger steps.
# **Predict first:** what happens in the same three epochs, if the learning rate grows with the batch, for those that were not finished?

# %%
print("batch size   rate   updates   seconds     loss")
for batch_size, learning_rate in [(64, 0.1), (512, 0.4), (1000, 0.4)]:
    seconds, loss = timed_training(batch_size, learning_rate)
    updates = 3 * math.ceil(1000 / batch_size)
    print(
        f"{batch_size:10}   {learning_rate:4.3g}   {updates:7}   {seconds:7.1f}   {loss:6.3f}"
    )
print(f"lowest loss there is: {lowest_loss:.3f}")

model = linear_neuron(learning_rate=0.01)
training.fit_full_batch(model, inputs, targets, epochs=375, progress=False)
loss = model.evaluate(inputs, targets, batch_size=1000, verbose=0)
print(f"batches of 1000, rate 0.01 as at first, but 375 updates: {loss:.3f}")

# %% [markdown]
# Now these three also end within a hundredth of the lowest loss, with 48, 6 and 3 updates instead of 375. And with the old rate, but as many updates as the batches of 8 had, a batch of 1,000 arrives as well. What is lost with a large batch is *updates*, not quality: give it a larger rate
# or more epochs. There are limits on both sides. The rate cannot grow for ever (1.2 diverged above), so at some size a larger batch brings nothing more; and a batch of one pays the fixed
# cost of an update, here one to three milliseconds, for each sample. Batches of 32 to 256 are usual.
#
# ## A broken model: the same rate, another batch size
#
# The **symptom**: somebody trains on our 1,000 samples, with the learning rate 0.02. With batches of 8 all is well. To save time they take batches of
# 64, change nothing else, and the loss explodes. Even with batches of 8 something is odd: the loss that `fit` reports is nine times the lowest loss there is, 0.253,
# although the neuron is nearly right. **Predict first**, from the code alone: why?


# %%
def broken_model():
    """A neuron with three inputs, and a bug."""
    neuron = keras.layers.Dense(1, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input(shape=(3,)), neuron])
    loss = keras.losses.MeanSquaredError(reduction="sum")
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.02), loss=loss)
    return model


for batch_size in (8, 64):
    keras.utils.set_random_seed(0)
    broken = broken_model()
    history = broken.fit(inputs, targets, batch_size=batch_size, epochs=5, verbose=0)
    losses = history.history["loss"]
    print(f"batch size {batch_size}: losses", ", ".join(f"{loss:.3g}" for loss in losses))

# %% [markdown]
# ### Exercise `repaired_model` (medium, 8 minutes, a broken model to diagnose)
#
# Find the cause, name it, and repair it. `cause()` returns one letter:
#
# - `"a"`: the learning rate 0.02 is too high for these samples
# - `"b"`: the inputs are not scaled
# - `"c"`: the last batch of an epoch is smaller than the others
# - `"d"`: the loss adds up the errors of a batch instead of averaging them
#
# `repaired_model()` returns the compiled model without the bug: it trains with batches of 8 and of 64 alike. Change nothing else.
#
# Returned: one text, and one compiled Keras model.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "repaired_model",
    "Which learning rates did these samples stand above, with all 1,000 in one batch? Which of the four causes would a batch of 8 survive?",
    "How large is the gradient of a batch of 64, compared with that of a batch of 8, if the errors are added up?",
    'Without `reduction=`, `keras.losses.MeanSquaredError()` averages; `"mse"` does so too. Keep the neuron, SGD and its rate.',
)


# %% nbgrader={"grade": false, "grade_id": "repaired_model", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cause():
    """The letter of the cause: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "d"
    ### END SOLUTION


def repaired_model():
    """The compiled model, without the bug."""
    ### BEGIN SOLUTION
    neuron = keras.layers.Dense(1, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input(shape=(3,)), neuron])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.02), loss="mse")
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_repaired_model", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("repaired_model"):
    check(cause).given().chooses(
        "a",
        "b",
        "c",
        "d",
        right="6d26de29",
        hint="Did 0.1 diverge above? Are the inputs of about the size 1? What changes when the batch grows from 8 to 64?",
    )
    check(repaired_model).given().is_model(
        like=keras.Sequential(
            [keras.Input(shape=(3,)), keras.layers.Dense(1, kernel_initializer="zeros")]
        ),
        hint="The layers had no bug: one neuron, three inputs.",
    )
    check(repaired_model).given().is_compiled(
        loss="mse",
        optimizer="sgd",
        learning_rate=0.02,
        hint="A smaller rate would hide the bug; the rate was fine.",
    )
    check(
        float(repaired_model().optimizer.momentum), "the momentum of the optimizer"
    ).returns(
        0.0,
        because="the optimizer had no bug: plain SGD",
        hint="Change the loss only.",
    )

    def check_loss(*errors):
        """The loss of the model for these errors, one number."""
        wrong_by = np.array(errors, dtype="float32")[:, None]
        return float(repaired_model().compute_loss(y=0 * wrong_by, y_pred=wrong_by))

    check(check_loss(1.0, 3.0), "the loss for the errors 1 and 3").returns(
        5.0, because="(1² + 3²) / 2 = 5, an average", hint="What does `reduction` do?"
    )
    ### BEGIN HIDDEN TESTS
    check(check_loss(2.0, 2.0, 2.0, 2.0, 2.0), "the loss for five errors of 2").returns(
        4.0,
        because="the average does not grow with the batch",
        hint="What does `reduction` do?",
    )
    check_x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    check_y = check_x @ np.array([[1.0], [2.0], [3.0]], dtype="float32")
    check_history = training.fit_full_batch(repaired_model(), check_x, check_y, epochs=50)
    check(
        check_history.history["loss"][-1], "the loss after 50 updates with 64 samples"
    ).lies_between(
        0.0,
        0.5 * float(np.mean(check_y**2)),
        because="with 0.02 the loss falls steadily",
        hint="Does the loss average over the batch?",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# The name of this bug is *a step that grows with the batch*. With a sum, a batch of 64 has a gradient 64 times that of the average: the rate of 0.02 acted like 1.28, and
# 1.2 already diverged above. With 8 it acted like 0.16 and worked, by luck. The average keeps the size of the step apart from the size of the batch.
# And `fit` reported a sum over 8 samples: 8 · 0.285 = 2.28, nine times 0.253. It is 0.285 and not 0.253, because at a rate of 0.16 the neuron trembles.
#
# ## Better optimizers
#
# In lesson 01 you met a narrow valley: steep across, flat along. One learning rate cannot suit both. Three ideas help, and each is two or three lines of code.
# Try them first. All four optimizers start at the same point and see the same batches.

# %%
LandscapeStepper()

# %% [markdown]
# ### Momentum
#
# Do not forget the last step. **Momentum** keeps a *velocity*, a step that is carried on: each update keeps a share of it, usually 0.9, and adds the new gradient step.
#
# $$v_{\text{new}} = \text{momentum} \cdot v_{\text{old}} - \text{learning rate} \cdot \text{gradient} \qquad w_{\text{new}} = w_{\text{old}} + v_{\text{new}}$$
#
# Across the valley the gradients change sign and cancel; along it they agree and add up. A worked example: the gradient is always 1, the learning rate 0.1,
# momentum 0.9. The velocities are −0.1, then 0.9 · (−0.1) − 0.1 = −0.19, then −0.271, and so on. **Predict first:** where does this end?

# %%
velocity = 0.0
for update in range(1, 61):
    velocity = 0.9 * velocity - 0.1 * 1.0
    if update in (1, 2, 3, 10, 30, 60):
        print(f"velocity after {update:2} updates: {velocity:.4f}")

# %% [markdown]
# It approaches −1: ten times the plain step, because 1 / (1 − 0.9) = 10. Momentum also carries noise on, so with small batches it wants a smaller rate.
#
# A variant, *Nesterov momentum*, looks one step ahead. In the form that Keras computes, the velocity is the same, and the weights move by
# momentum · v_new − learning rate · gradient instead of v_new.

# %% [markdown]
# ### Exercise `momentum_step` (medium, 7 minutes)
#
# One update with momentum, both variants. The line for the velocity is there already.
#
# | | what it is |
# |---|---|
# | `weights`, `velocity`, `gradient` | arrays of one shape, any shape |
# | `learning_rate`, `momentum` | one number each |
# | `nesterov` | `False`: move by the new velocity; `True`: move by momentum · new velocity − learning rate · gradient |
# | returned | a tuple `(new weights, new velocity)`, both of that shape |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "momentum_step",
    "Two cases, and in both you add something to `weights`. What is it in each?",
    "The velocity already contains the minus sign: add it.",
    "With `nesterov`, add `momentum * velocity - learning_rate * gradient`, where `velocity` is the new one. Return the new velocity in both cases.",
)


# %% nbgrader={"grade": false, "grade_id": "momentum_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def momentum_step(weights, velocity, gradient, learning_rate, momentum=0.9, nesterov=False):
    """(new weights, new velocity) after one update with momentum.

    weights, velocity, gradient: arrays of one shape; learning_rate, momentum: numbers;
    nesterov: True for the variant that looks one step ahead.
    """
    velocity = momentum * velocity - learning_rate * gradient
    ### BEGIN SOLUTION
    if nesterov:
        return weights + momentum * velocity - learning_rate * gradient, velocity
    return weights + velocity, velocity
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_momentum_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("momentum_step"):
    check(momentum_step).given(
        np.array([1.0, 1.0, 1.0]),
        np.array([0.0, -0.5, 0.5]),
        np.array([1.0, -2.0, 0.0]),
        0.1,
    ).returns(
        (np.array([0.9, 0.75, 1.45]), np.array([-0.1, -0.25, 0.45])),
        because="the velocities are 0.9 · 0 − 0.1 · 1, 0.9 · (−0.5) + 0.1 · 2 and 0.9 · 0.5, and the weights move by them",
        hint="The velocity has its sign already: add it.",
    )
    check(momentum_step).given(
        np.array([1.0, 1.0]), np.array([0.0, -0.5]), np.array([1.0, -2.0]), 0.1, 0.9, True
    ).returns(
        (np.array([0.81, 0.975]), np.array([-0.1, -0.25])),
        because="Nesterov moves by 0.9 · (−0.1) − 0.1 = −0.19 and 0.9 · (−0.25) + 0.2 = −0.025; the velocities are the same",
        hint="momentum · new velocity − learning rate · gradient",
    )

    def check_against_keras(shape, momentum, nesterov):
        """Four updates with random gradients, each compared with Keras's SGD."""
        rng = np.random.default_rng()
        weights, velocity = rng.normal(size=shape), np.zeros(shape)
        theirs = keras.Variable(weights, dtype="float64")
        optimizer = keras.optimizers.SGD(0.125, momentum=momentum, nesterov=nesterov)
        for update in range(1, 5):
            gradient = rng.normal(size=shape)
            optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
            step = check(momentum_step).given(
                weights, velocity, gradient, 0.125, momentum, nesterov
            )
            name = f"the weights after update {update}, momentum={momentum}, nesterov={nesterov}"
            weights, velocity = step.result()
            check(weights, name).returns(
                theirs.numpy(),
                because="keras.optimizers.SGD gets these weights from the same gradients",
                hint="Are `momentum` and `learning_rate` the ones that were given?",
            )

    check_against_keras((2, 3), 0.875, False)
    check_against_keras((4,), 0.875, True)
    ### BEGIN HIDDEN TESTS
    for check_shape in [(), (3, 3), (2, 1, 4)]:
        check_against_keras(check_shape, 0.5, False)
        check_against_keras(check_shape, 0.75, True)
    check_old = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    check_gradient = np.array([2.0, 3.0])
    momentum_step(*check_old, check_gradient, 0.1)
    check(check_gradient, "the gradient, after momentum_step").returns(
        np.array([2.0, 3.0]),
        because="the function uses the gradient and leaves it as it is",
        hint="`gradient *= ...` changes the array that was given; `gradient * ...` makes a new one.",
    )
    check(np.array(check_old), "the old weights and velocity, after momentum_step").returns(
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        because="the function returns new arrays and leaves the old ones as they are",
        hint="`weights += ...` changes the array that was given.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ### RMSprop
#
# Give every weight a step of its own. **RMSprop** keeps, for each weight, a moving average of the *squares* of its gradients, and divides each gradient by
# the root of that average. So it divides by the typical size of the gradient, and a weight in a flat direction moves as far as one in a steep direction.
#
# $$s_{\text{new}} = \rho \, s_{\text{old}} + (1 - \rho)\, \text{gradient}^2 \qquad w_{\text{new}} = w_{\text{old}} - \frac{\text{learning rate} \cdot \text{gradient}}{\sqrt{s_{\text{new}} + \varepsilon}}$$
#
# The share $\rho$ (rho) is usually 0.9, and $\varepsilon$ (epsilon), 0.0000001, keeps the division from failing where a gradient is 0. In Keras 3 it stands *inside* the root.
# Other texts put it outside; that matters only where gradients are tiny.
#
# A worked example with two weights, a learning rate of 0.1, $s$ at 0 and gradients of 100 and 1: the averages become 1000 and 0.1, their roots 31.6 and 0.316, and both
# weights move by 0.1 · 100 / 31.6 = 0.1 · 1 / 0.316 = 0.316.

# %% [markdown]
# ### Exercise `rmsprop_step` (medium, 6 minutes)
#
# One update of RMSprop, as Keras 3 computes it.
#
# | | what it is |
# |---|---|
# | `weights`, `mean_square`, `gradient` | arrays of one shape, any shape; `mean_square` is $s$ |
# | `learning_rate`, `rho`, `epsilon` | one number each |
# | returned | a tuple `(new weights, new mean_square)`, both of that shape |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "rmsprop_step",
    "First the new moving average, then the update, which uses the new one.",
    "`mean_square = rho * mean_square + (1 - rho) * gradient**2`",
    "The gradient itself, with its sign, stands above the line; `np.sqrt(mean_square + epsilon)` below it.",
)


# %% nbgrader={"grade": false, "grade_id": "rmsprop_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rmsprop_step(weights, mean_square, gradient, learning_rate, rho=0.9, epsilon=1e-7):
    """(new weights, new mean_square) after one update of RMSprop.

    weights, mean_square, gradient: arrays of one shape; learning_rate, rho, epsilon: numbers.
    """
    ### BEGIN SOLUTION
    mean_square = rho * mean_square + (1 - rho) * gradient**2
    return weights - learning_rate * gradient / np.sqrt(mean_square + epsilon), mean_square
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_rmsprop_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("rmsprop_step"):
    check(rmsprop_step).given(
        np.zeros(3), np.zeros(3), np.array([100.0, -1.0, 0.0]), 0.1
    ).returns(
        (np.array([-0.1 / 0.1**0.5, 0.1 / 0.1**0.5, 0.0]), np.array([1000.0, 0.1, 0.0])),
        because="the averages are 0.1 · 100², 0.1 · 1² and 0, and two weights move by 0.316, each against its gradient",
        hint="The new average first; then the gradient divided by the root of it.",
        tolerance=1e-5,
    )
    check(rmsprop_step).given(
        np.array([0.0, 1.0]), np.array([4.0, 0.0]), np.array([0.0, 2.0]), 0.5, 0.75, 3.0
    ).returns(
        (np.array([0.0, 0.5]), np.array([3.0, 1.0])),
        because="the averages are 0.75 · 4 + 0 = 3 and 0 + 0.25 · 2² = 1; the second weight moves by 0.5 · 2 / √(1 + 3) = 0.5",
        hint="Epsilon stands inside the root.",
    )

    def check_against_keras(shape, rho, epsilon):
        """Four updates with random gradients, each compared with Keras's RMSprop."""
        rng = np.random.default_rng()
        weights, mean_square = rng.normal(size=shape), np.zeros(shape)
        theirs = keras.Variable(weights, dtype="float64")
        optimizer = keras.optimizers.RMSprop(0.125, rho=rho, epsilon=epsilon)
        for update in range(1, 5):
            gradient = rng.normal(size=shape)
            optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
            step = check(rmsprop_step).given(
                weights, mean_square, gradient, 0.125, rho, epsilon
            )
            weights, mean_square = step.result()
            check(
                weights, f"the weights after update {update}, rho={rho}, epsilon={epsilon}"
            ).returns(
                theirs.numpy(),
                because="keras.optimizers.RMSprop gets these weights from the same gradients",
                hint="Are `rho`, `epsilon` and `learning_rate` the ones that were given?",
            )

    check_against_keras((2, 3), 0.875, 2.0**-20)
    ### BEGIN HIDDEN TESTS
    for check_shape in [(), (3, 3), (2, 1, 4)]:
        check_against_keras(check_shape, 0.5, 2.0**-2)
    check(rmsprop_step).given(np.zeros(3), np.zeros(3), np.zeros(3), 0.1).returns(
        (np.zeros(3), np.zeros(3)), because="without a gradient nothing moves"
    )
    check_old = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    check_gradient = np.array([2.0, 3.0])
    rmsprop_step(*check_old, check_gradient, 0.1)
    check(check_gradient, "the gradient, after rmsprop_step").returns(
        np.array([2.0, 3.0]),
        because="the function uses the gradient and leaves it as it is",
        hint="`gradient *= ...` changes the array that was given; `gradient * ...` makes a new one.",
    )
    check(
        np.array(check_old), "the old weights and mean_square, after rmsprop_step"
    ).returns(
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        because="the function returns new arrays and leaves the old ones as they are",
        hint="`mean_square *= ...` changes the array that was given.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Adam
#
# **Adam** joins both ideas: a moving average $m$ of the gradients, as momentum has it, divided by the root of a moving average $s$ of their squares, as RMSprop has it. Both averages start at 0, so at first
# they are far too small. After one update $m$ is 0.1 times the gradient, and $s$ is 0.001 times its square. Adam corrects for that with the number $t$ of the update, 1 for the first:
#
# $$m_{\text{new}} = \beta_1 m_{\text{old}} + (1 - \beta_1)\, \text{gradient} \qquad s_{\text{new}} = \beta_2 s_{\text{old}} + (1 - \beta_2)\, \text{gradient}^2$$
#
# $$w_{\text{new}} = w_{\text{old}} - \text{learning rate} \cdot \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \cdot \frac{m_{\text{new}}}{\sqrt{s_{\text{new}}} + \varepsilon}$$
#
# Usual are $\beta_1 = 0.9$, $\beta_2 = 0.999$ and $\varepsilon = 0.0000001$. Here Keras puts epsilon *outside* the root. (The paper that introduced Adam corrects $m$ and $s$ one by one, and adds epsilon to the
# corrected root. It names the form above as the faster one; they differ only in what epsilon weighs.)
#
# The first update is the worked example. **Predict first:** how far does the first update move a weight whose gradient is 0.001, and one whose gradient is 1000? The learning rate is 0.1.

# %%
print("gradient         SGD   RMSprop      Adam")
for gradient in (0.001, 1.0, 1000.0):
    moves = []
    for kind in (keras.optimizers.SGD, keras.optimizers.RMSprop, keras.optimizers.Adam):
        weight = keras.Variable(0.0)
        kind(learning_rate=0.1).apply([keras.ops.convert_to_tensor(gradient)], [weight])
        moves.append(float(weight.numpy()))
    print(f"{gradient:8}  {moves[0]:10.4f}  {moves[1]:8.4f}  {moves[2]:8.4f}")

# %% [markdown]
# SGD moves a million times as far in the last row as in the first. RMSprop moves by 0.32, or 0.22 in the first row, where the average of the squares is as small as epsilon. Adam moves by 0.1 in every row
# (0.0997 in the first, where epsilon shows). With a gradient $g$, $m$ is 0.1 g and the root of $s$ is √0.001 · |g|. The correction is √0.001 / 0.1. All of it cancels but the sign of $g$.
#
# So Adam's first step is as long as the learning rate, and with steady gradients no later one is longer. That is why Adam with 0.1
# needed at least 320 updates to bring a bias from 0 to 32 in lesson 01, and why its usual rate, 0.001, suits so many networks.

# %% [markdown]
# ### Exercise `adam_step` (hard, 10 minutes)
#
# One update of Adam, as Keras 3 computes it, from a blank cell.
#
# | | what it is |
# |---|---|
# | `weights`, `mean`, `mean_square`, `gradient` | arrays of one shape, any shape; `mean` is $m$, `mean_square` is $s$ |
# | `step` | whole number $t$: 1 for the first update |
# | `learning_rate`, `beta_1`, `beta_2`, `epsilon` | one number each |
# | returned | a tuple `(new weights, new mean, new mean_square)`, all of that shape |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "adam_step",
    "Four lines: the two averages, the corrected rate, the new weights.",
    "Both averages have the form `beta * old + (1 - beta) * new`: of the gradient with `beta_1`, of its square with `beta_2`.",
    "The corrected rate is `learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)`. It is only for this update: the averages "
    "that you return are not corrected.",
    "The last line divides by `np.sqrt(mean_square) + epsilon`.",
)


# %% nbgrader={"grade": false, "grade_id": "adam_step", "locked": false, "schema_version": 3, "solution": true, "task": false}


def adam_step(
    weights,
    mean,
    mean_square,
    gradient,
    step,
    learning_rate,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
):
    """(new weights, new mean, new mean_square) after one update of Adam.

    weights, mean, mean_square, gradient: arrays of one shape; step: number of the update,
    1 for the first; learning_rate, beta_1, beta_2, epsilon: numbers.
    """
    ### BEGIN SOLUTION
    mean = beta_1 * mean + (1 - beta_1) * gradient
    mean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2
    rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return weights - rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_adam_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("adam_step"):
    check(adam_step).given(
        np.array([1.0, 1.0]), np.zeros(2), np.zeros(2), np.array([3.0, -1000.0]), 1, 0.1
    ).returns(
        (np.array([0.9, 1.1]), np.array([0.3, -100.0]), np.array([0.009, 1000.0])),
        because="the first update moves each weight by the learning rate, against the sign of its gradient",
        hint="The averages start at 0; the correction makes up for it in the first update.",
    )
    check(adam_step).given(
        np.array([1.0]),
        np.array([2.0]),
        np.zeros(1),
        np.array([4.0]),
        1,
        0.5,
        0.5,
        0.75,
        1.0,
    ).returns(
        (np.array([0.5]), np.array([3.0]), np.array([4.0])),
        because="m = 0.5 · 2 + 0.5 · 4 = 3, s = 0.25 · 4² = 4, the correction is √0.25 / 0.5 = 1, and 0.5 · 3 / (√4 + 1) = 0.5",
        hint="Epsilon is added to the root of s, and the averages are returned uncorrected.",
    )

    def check_against_keras(shape, beta_1, beta_2, epsilon):
        """Five updates with random gradients, each compared with Keras's Adam."""
        rng = np.random.default_rng()
        weights, mean, mean_square = (
            rng.normal(size=shape),
            np.zeros(shape),
            np.zeros(shape),
        )
        theirs = keras.Variable(weights, dtype="float64")
        optimizer = keras.optimizers.Adam(0.125, beta_1, beta_2, epsilon)
        for update in range(1, 6):
            gradient = rng.normal(size=shape)
            optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
            step = check(adam_step).given(
                *(
                    weights,
                    mean,
                    mean_square,
                    gradient,
                    update,
                    0.125,
                    beta_1,
                    beta_2,
                    epsilon,
                )
            )
            weights, mean, mean_square = step.result()
            check(
                weights, f"the weights after update {update}, betas {beta_1} and {beta_2}"
            ).returns(
                theirs.numpy(),
                because="keras.optimizers.Adam gets these weights from the same gradients",
                hint="Does the correction use `step`, and are the returned averages uncorrected?",
            )

    check_against_keras((2, 3), 0.875, 0.96875, 2.0**-20)
    ### BEGIN HIDDEN TESTS
    for check_shape in [(), (3, 3), (2, 1, 4)]:
        check_against_keras(check_shape, 0.5, 0.75, 2.0**-2)
    check_old = [np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])]
    check_gradient = np.array([2.0, 3.0])
    adam_step(*check_old, check_gradient, 2, 0.1)
    check(check_gradient, "the gradient, after adam_step").returns(
        np.array([2.0, 3.0]),
        because="the function uses the gradient and leaves it as it is",
        hint="`gradient *= ...` changes the array that was given; `gradient * ...` makes a new one.",
    )
    check(np.array(check_old), "the old weights and averages, after adam_step").returns(
        np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        because="the function returns new arrays and leaves the old ones as they are",
        hint="`mean *= ...` changes the array that was given.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras, once more side by side.** Thirty random gradients for four weights, through your functions and through `keras.optimizers`, all with their usual
# settings. This cell needs your three functions; until they are there it says so.


# %%
def keras_weights(optimizer, gradients):
    """The four weights, 0 at first, after a Keras optimizer has seen all gradients."""
    weights = keras.Variable(np.zeros(4))
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [weights])
    return weights.numpy()


def your_weights(gradients):
    """The same with your functions: {name: weights (4,)}, learning rate 0.1."""
    zeros = np.zeros(4)
    plain, nesterov, rms, adam = (
        (zeros, zeros),
        (zeros, zeros),
        (zeros, zeros),
        (zeros,) * 3,
    )
    for step, gradient in enumerate(gradients, start=1):
        plain = momentum_step(*plain, gradient, 0.1)
        nesterov = momentum_step(*nesterov, gradient, 0.1, nesterov=True)
        rms = rmsprop_step(*rms, gradient, 0.1)
        adam = adam_step(*adam, gradient, step, 0.1)
    return {
        "momentum": plain[0],
        "Nesterov": nesterov[0],
        "RMSprop": rms[0],
        "Adam": adam[0],
    }


gradients = np.random.default_rng(0).normal(size=(30, 4))
optimizers = {
    "momentum": keras.optimizers.SGD(0.1, momentum=0.9),
    "Nesterov": keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "RMSprop": keras.optimizers.RMSprop(0.1),
    "Adam": keras.optimizers.Adam(0.1),
}
try:
    for name, weights in your_weights(gradients).items():
        theirs = keras_weights(optimizers[name], gradients)
        print(
            f"{name:9} yours {weights.round(3)}, largest difference {np.abs(weights - theirs).max():.0e}"
        )
except NotImplementedError:
    print(
        "Not yet: finish momentum_step, rmsprop_step and adam_step, then run this cell again."
    )

# %% [markdown]
# The differences lie in the last digits of single precision, in which Keras computes. Adam's is the largest, because 1 − 0.999 loses three more digits there.
#
# Which optimizer is the best? There is no answer without a problem and a learning rate, as the landscape shows: at 0.05 momentum wins the question in the narrow valley, and at 0.2 SGD
# explodes there, momentum and Adam arrive, and RMSprop trembles at a loss of 0.36 (the lowest is 0.254). What momentum, RMSprop and Adam buy is a wider range of learning rates that work. Adam with 0.001 is a good first try.

# %% [markdown]
# ## Train the full model
#
# Now the article's own network and settings (with softmax in place of its two sigmoids, see lesson 03) on real data: heights and weights of 10,000 people, from which two hidden layers of 16 and 32 units
# tell women from men (420 kB from the internet, unless they are in your data folder already). The article trains with Adam at 0.0001 and batches of 10, for 20 epochs. It shows no result, so we put its batch size and rate beside larger ones. 8,000 people are for training;
# the accuracy is the share of the other 2,000, whom the network never saw, that it gets right. That is the quality which large batches are said to lose. Three starts each.
# **Predict first:** which row is fastest, and which loses quality?

# %% tags=["full-training"]
TRAIN_IN_FULL = False


def show_epoch(epoch, logs):
    """Say how far the full training is, in one line that is replaced."""
    if status.due():
        status.show(
            f"Batches of {batch_size}, start {seed + 1} of 3: {epoch + 1} of 20 epochs"
        )


if runtime.full_training(TRAIN_IN_FULL):
    people = data.load("heights_weights", fallback="two_moons")
    order = np.random.default_rng(0).permutation(people.rows)
    cut = people.rows * 8 // 10
    features, labels = people.features[order], people.targets[order]
    features = (features - features[:cut].mean(axis=0)) / features[:cut].std(axis=0)
    curves = {}
    status = StatusLine(silent_seconds=2.0)
    print(f"{people.name}: {cut} samples to train, {people.rows - cut} to test")
    print("batch size     rate   updates   seconds   test accuracy, three starts")
    for batch_size, rate in [
        (10, 1e-4),
        (100, 1e-4),
        (1000, 1e-4),
        (100, 1e-3),
        (1000, 1e-2),
    ]:
        start, accuracies = time.perf_counter(), []
        for seed in range(3):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential(
                [
                    keras.Input(shape=(2,)),
                    keras.layers.Dense(16, activation="relu"),
                    keras.layers.Dense(32, activation="relu"),
                    keras.layers.Dense(2, activation="softmax"),
                ]
            )
            model.compile(
                optimizer=keras.optimizers.Adam(learning_rate=rate),
                loss="sparse_categorical_crossentropy",
                metrics=["accuracy"],
            )
            history = model.fit(
                *(features[:cut], labels[:cut]),
                batch_size=batch_size,
                epochs=20,
                verbose=0,
                callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show_epoch)],
            )
            accuracies.append(model.evaluate(features[cut:], labels[cut:], verbose=0)[1])
        seconds = (time.perf_counter() - start) / 3
        curves[f"batches of {batch_size}, rate {rate:g}"] = history.history["loss"]
        print(
            f"{batch_size:10}   {rate:6g}   {20 * math.ceil(cut / batch_size):7}   {seconds:7.1f}   "
            + ", ".join(f"{accuracy:.3f}" for accuracy in accuracies)
        )
    status.finish(f"Done after {status.seconds:.0f} seconds.")
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes a few minutes."
    )

# %% tags=["full-training"]
if runtime.full_training(TRAIN_IN_FULL):
    figure, axes = plots.axes(
        "Loss on the training set, third start", "epoch", "cross-entropy"
    )
    for (name, losses), line in zip(curves.items(), plots.LINES):
        axes.plot(range(1, 21), losses, linestyle=line, label=name)
    axes.set_xticks(range(0, 21, 5))
    axes.legend()
    plots.show(
        figure,
        alt="Cross-entropy over 20 epochs. "
        + "; ".join(f"{name}: ends at {losses[-1]:.3f}" for name, losses in curves.items())
        + ".",
    )

# %% [markdown]
# Fastest are the batches of 1,000. At the article's rate they are indeed worse, and unevenly so: 160 updates of at most about 0.0001 each cannot carry the weights far. Give them a rate of 0.01, and they reach the accuracy of batches of 10 in about
# a tenth of the time. The quality was never in the batch size. (For very large networks and batches there are differences that a rate alone does not mend; on data like these we find none.)

# %% [markdown]
# ## Recap
#
# 1. Training makes the objective, the loss as a function of the weights, small; the optimizer says how.
# 2. The gradient holds the slope for every weight; new weight = old weight − learning rate × gradient.
# 3. Too low a rate hardly moves, too high a rate diverges; rates are tried in factors of ten.
# 4. Batches per epoch = samples / batch size, rounded up; a larger batch makes fewer, less noisy updates and can take a larger rate.
# 5. Momentum adds up gradients, RMSprop divides by their size, Adam does both and corrects its start.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. A training set has 300 samples, the batch size is 32, and you train for 10 epochs. How many updates is that?</summary>
#
# 300 / 32 = 9.375, rounded up 10 batches per epoch, the last of 12 samples. 10 · 10 = 100 updates.
# </details>
#
# <details><summary>2. A weight is 0.5, its gradient −4, the learning rate 0.01. What is the new weight with SGD, and what with Adam in the first update?</summary>
#
# SGD: 0.5 − 0.01 · (−4) = 0.54. Adam's first step is the learning rate, against the sign of the gradient: 0.5 + 0.01 = 0.51.
# </details>
#
# <details><summary>3. You raise the batch size from 32 to 256, leave all else as it is, and the loss after 20 epochs is higher. What do you try first?</summary>
#
# There were only an eighth of the updates. Raise the learning rate, or train for more epochs, before you blame the batch size.
# </details>
#
# ## What comes next
#
# We computed the gradient of one neuron by hand. A network has thousands of weights in layers behind each other. Lesson 05 carries the chain of slopes through all of them:
# backpropagation.
