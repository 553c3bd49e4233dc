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
#     - 02_activations
#     - 04_gradient_descent
#     - 05_backpropagation
#     lesson: 06_initialization
#     minutes: 140
#     title: Initialization
# ---

# %% [markdown]
# # Initialization
#
# You choose the random numbers that a network starts with, and bring a network of 20 layers to life that no optimizer could train.
#
# **After this lesson you can**
#
# - say how the variance of the weights decides about the variance of a weighted sum, and when units start saturated;
# - explain vanishing and exploding gradients as products of many factors;
# - write the initialisations of Glorot (Xavier), He and LeCun, and choose one with `kernel_initializer`;
# - measure signals and gradients by depth, and rescue a network that does not learn;
# - say why zeros are fine for biases and not for the weights of a layer, and set an output bias on purpose.
#
# **Time** 140 minutes. **Builds on** lessons 02, 04 and 05: activations and their slopes, gradient descent, backpropagation and `tf.GradientTape`.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/06_initialization/initialization.ipynb)
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

runtime.start("06_initialization")

import keras
import numpy as np
import tensorflow as tf

from utils import data, plots, training
from utils.check import check, exercise, hint, hints
from utils.widgets import DepthHistograms

# %% [markdown]
# ## Random weights, and what they do to a sum
#
# Before the first update every weight already has a value. Something has to choose it: the **initialisation**. One of our source articles says that
# the weights are typically drawn from a normal distribution with mean 0 and standard deviation 1. We try that.
#
# The **variance** of numbers is the mean of their squared distances from their mean; the standard deviation you know is its square root. Two rules
# are all we need:
#
# - a number of variance $v$, multiplied by a fixed $x$, has the variance $x^2 v$;
# - the variance of a sum of *independent* numbers is the sum of their variances.
#
# So for given inputs the weighted sum $z = x_1 w_1 + \dots + x_n w_n$ of a neuron with random weights has the variance $x_1^2 v + \dots + x_n^2 v$.
#
# A worked example: 250 inputs, all of them 1, and weights of variance 1. **Predict first:** how large is the weighted sum, typically: about 1, about
# 16, or about 250?

# %%
rng = np.random.default_rng(0)
ones = np.ones(250)
weighted_sums = rng.normal(0.0, 1.0, size=(10_000, 250)) @ ones  # 10,000 neurons
print("some weighted sums:", weighted_sums[:5].round(1))
print(f"variance {weighted_sums.var():.1f}, standard deviation {weighted_sums.std():.1f}")

# %% [markdown]
# About 16: the variances of 250 weights add up to 250, and the square root of 250 is 15.8. In lesson 02 a unit was *saturated* where its slope is
# below 0.05. For the sigmoid that is beyond 2.89 on both sides:


# %%
def sigmoid(z):
    """The sigmoid of an array, safe for large values."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def slope_of_sigmoid(z):
    """The derivative of the sigmoid at z, an array."""
    return sigmoid(z) * (1.0 - sigmoid(z))


tamed_sums = rng.normal(0.0, np.sqrt(1 / 250), size=(10_000, 250)) @ ones
for name, sums in [("variance 1", weighted_sums), ("variance 1/250", tamed_sums)]:
    flat = np.mean(slope_of_sigmoid(sums) < 0.05)
    print(f"weights of {name:15} slope below 0.05 in {flat:.1%} of the neurons")

figure, axes = plots.axes(
    "10,000 neurons with 250 inputs, before any training",
    "weighted sum",
    "share of the neurons (for each unit of the axis)",
)
bins = np.linspace(-50, 50, 101)
axes.hist(
    weighted_sums, bins, density=True, color=plots.BLUE, label="weights of variance 1"
)
axes.hist(
    tamed_sums,
    bins,
    density=True,
    histtype="step",
    hatch="//",
    color=plots.VERMILLION,
    label="weights of variance 1/250",
)
axes.axvspan(2.89, 50, color="0.9", zorder=0, label="sigmoid saturated: slope below 0.05")
axes.axvspan(-50, -2.89, color="0.9", zorder=0)
axes.set(xlim=(-50, 50), ylim=(0, 0.5))
axes.legend(loc="upper right")
plots.show(
    figure,
    alt=(
        "With weights of variance 1 the weighted sums spread from about -45 to 45, and most of "
        "them lie where the sigmoid is saturated, beyond 2.89 on both sides. With weights of "
        "variance 1/250 nearly all lie in a narrow hill around 0, between the two saturated zones."
    ),
)

# %% [markdown]
# A saturated unit learns slowly. The gradient of each of its weights is *input × slope × what arrives from above*, and with a slope below 0.05
# little arrives: at a sum of 16 it is a ten-millionth. If such a unit answers 1 where 0 would be right, its weights need many updates to notice. So the variance of the weighted
# sum must be brought down, and the only thing that we choose is the variance of the weights.

# %% [markdown]
# ### Exercise `variance_of_sum` (easy, 4 minutes)
#
# The variance of the weighted sum of one neuron. The weights are independent, with mean 0 and variance `weight_variance`; the inputs are
# given numbers, and there is no bias.
#
# | | what it is |
# |---|---|
# | `inputs` | array of shape (inputs,), any numbers |
# | `weight_variance` | one number, 0 or more |
# | returned | one number, the variance of the weighted sum |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "variance_of_sum",
    "Each product `inputs[i] * weight` has a variance of its own. What is it for the input 3?",
    "The input counts squared: twice the input, four times the variance. The sign does not matter.",
    "Add up the squares of the inputs, and multiply with the variance of one weight.",
)


# %% nbgrader={"grade": false, "grade_id": "variance_of_sum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def variance_of_sum(inputs, weight_variance):
    """Variance, one number, of the weighted sum of one neuron with random weights.

    inputs: array (inputs,), fixed numbers; weight_variance: the variance of each of the
    independent weights, one number, 0 or more.
    """
    ### BEGIN SOLUTION
    return weight_variance * np.sum(inputs**2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_variance_of_sum", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("variance_of_sum"):
    check(variance_of_sum).given(np.ones(250), 1.0).returns(
        250.0,
        because="250 inputs of 1: the variances of 250 weights add up",
        hint="The variance, not the standard deviation.",
    )
    check(variance_of_sum).given(np.array([3.0, -4.0, 0.0]), 0.5).returns(
        12.5,
        because="0.5 · (3² + 4² + 0²) = 12.5",
        hint="An input of 3 makes the variance 3² times as large, and −4 counts like 4.",
    )
    check(variance_of_sum).given(np.array([-2.0]), 3.0).returns(
        12.0, because="2² · 3 = 12", hint="The variance of a weight enters as it is."
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    for check_size in check_rng.integers(1, 60, size=6):
        check_inputs = check_rng.normal(0.3, 2.0, size=check_size)
        check_variance = check_rng.uniform(0.0, 3.0)
        check(variance_of_sum).given(check_inputs, check_variance).returns(
            sum(x * x * check_variance for x in check_inputs),
            because="the variances x² · v of all products add up",
            hint="Does it work for any number of inputs?",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Gradients are products of many factors
#
# What happens in 20 layers, one after the other? Take the smallest deep network: one tanh neuron in each layer, without biases,
#
# $$a_0 = x, \qquad z_l = w_l\, a_{l-1}, \qquad a_l = \tanh(z_l).$$
#
# With one unit in each layer, the small number counts layers here.
#
# How does the last output change when $x$ changes a little? By the chain rule of lesson 05 each layer contributes one factor, its weight times its
# slope:
#
# $$\frac{d a_L}{d x} = \big(w_1 \tanh'(z_1)\big) \cdot \big(w_2 \tanh'(z_2)\big) \cdots \big(w_L \tanh'(z_L)\big), \qquad \tanh'(z) = 1 - \tanh(z)^2.$$
#
# The gradients of the weights contain the same products. Whatever each factor is, 20 of them are multiplied. **Predict first:** a factor of 0.5
# looks harmless, and so does 1.5. What is left after 20 layers, roughly?

# %%
for factor in (0.5, 0.9, 1.0, 1.1, 1.5):
    print(f"{factor} to the power 20: {factor**20:.3g}")

# %% [markdown]
# Half of everything, 20 times, leaves a millionth. That is a **vanishing gradient**: the first layers hear nothing of the loss. One and a half, 20
# times, gives 3325: an **exploding gradient**, and updates that throw the weights far away. Only factors close to 1 survive depth.

# %% [markdown]
# ### Exercise `chain_factors` (medium, 8 minutes)
#
# Compute the factors of such a chain, one for each layer. The first line of the loop is written already.
#
# | | what it is |
# |---|---|
# | `x` | one number, the input |
# | `weights` | array of shape (layers,): the weight of each layer, first layer first |
# | returned | array or list of shape (layers,): the factor $w_l \tanh'(z_l)$ of each layer, first layer first |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "chain_factors",
    "`signal` is what enters a layer. What must it be when the next turn of the loop begins?",
    "After the weighted sum: the signal becomes `np.tanh(weighted_sum)`, and the slope is 1 minus its square.",
    "Append `weight * (1 - signal**2)`, with the new signal.",
)


# %% nbgrader={"grade": false, "grade_id": "chain_factors", "locked": false, "schema_version": 3, "solution": true, "task": false}
def chain_factors(x, weights):
    """Factors, weight times slope, of a chain of tanh neurons without biases.

    x: the input, one number; weights: (layers,), one weight for each layer, first layer first.
    Returns an array or list (layers,) whose product is the derivative of the output by x.
    """
    signal = x
    factors = []
    for weight in weights:
        weighted_sum = weight * signal
        ### BEGIN SOLUTION
        signal = np.tanh(weighted_sum)
        factors.append(weight * (1 - signal**2))
        ### END SOLUTION
    return factors


# %% nbgrader={"grade": true, "grade_id": "check_chain_factors", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("chain_factors"):
    check(chain_factors).given(0.0, np.array([2.0, -3.0])).returns(
        [2.0, -3.0],
        because="tanh is steepest at 0, with slope 1: each factor is the weight",
        hint="One factor for each layer: the weight times the slope.",
    )
    check(chain_factors).given(1.0, np.array([0.5, 2.0])).returns(
        [
            0.5 * (1 - np.tanh(0.5) ** 2),
            2.0 * (1 - np.tanh(2.0 * np.tanh(0.5)) ** 2),
        ],
        because="the second layer's input is tanh(0.5 · 1), and its sum is 2 · tanh(0.5)",
        hint="The slope is 1 − tanh(z)², where z is the weighted sum of that layer.",
    )
    check(chain_factors).given(10.0, np.array([2.0, 1.0])).satisfies(
        "the first unit is saturated: its factor lies between 0 and 0.000001",
        lambda factors: 0 <= factors[0] < 1e-6,
        because="at the weighted sum 20 the slope of tanh is practically 0",
        hint="Take the slope at the weighted sum, not at the input or the weight.",
        expects="two numbers",
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    for check_layers in (1, 3, 3, 20):
        check_x = check_rng.normal()
        check_weights = check_rng.uniform(-2.0, 2.0, size=check_layers)
        check_signals = [check_x]
        for check_weight in check_weights:
            check_signals.append(np.tanh(check_weight * check_signals[-1]))
        check(chain_factors).given(check_x, check_weights).returns(
            [w * (1 - a * a) for w, a in zip(check_weights, check_signals[1:])],
            tolerance=1e-9,
            because="each layer contributes its weight times its slope",
            hint="Does the signal go on from layer to layer?",
        )
    check_step = 1e-5
    check_weights = np.array([1.5, -1.2, 1.8])
    check_ends = []
    for check_x in (0.2 + check_step, 0.2 - check_step):
        for check_weight in check_weights:
            check_x = np.tanh(check_weight * check_x)
        check_ends.append(check_x)
    check(
        np.prod(check(chain_factors).given(0.2, check_weights).result()),
        "the product of the factors",
    ).returns(
        (check_ends[0] - check_ends[1]) / (2 * check_step),
        tolerance=1e-5,
        because="it is the derivative, measured by moving x a little up and down",
        hint="Multiply your factors: do they give the slope of the whole chain?",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Three chains of 20 layers, and what `tf.GradientTape` says about them:


# %%
def slope_of_chain(x, weight, layers):
    """Derivative of a chain of equal tanh neurons by its input, from `tf.GradientTape`."""
    signal = start = tf.constant(x, dtype="float64")
    with tf.GradientTape() as tape:
        tape.watch(start)
        for _ in range(layers):
            signal = tf.tanh(weight * signal)
    return float(tape.gradient(signal, start))


for x, weight in [(0.0, 0.5), (0.0, 1.0), (0.0, 1.5), (1.0, 1.5)]:
    print(f"x = {x}, all weights {weight}: slope {slope_of_chain(x, weight, 20):.3g}")

# %% [markdown]
# At $x = 0$ every unit has the slope 1, and only the weights decide: vanishing, steady, exploding. The last line has the exploding weights, but
# another input: now the units are partly saturated, their slopes bring the factors below 1, and the gradient vanishes. One chain, two dangers:
# weights that are too large or too small, and saturation.

# %% [markdown]
# ## Signals through many layers
#
# Real layers have many units. Forwards, the weighted sums of one layer have the variance *inputs × variance of a weight × mean square of the
# inputs*. That is one factor for each layer again. So we measure: send random inputs through a stack of layers and write down the variance of all
# weighted sums in each layer.
#
# A worked example with one layer. **Predict first:** 100 inputs of variance 1 and weights of variance 0.04: what is the variance of the weighted
# sums?

# %%
inputs = rng.normal(size=(500, 100))  # (batch, inputs)
kernel = rng.normal(0.0, 0.2, size=(100, 80))  # (inputs, units), variance 0.2² = 0.04
print(f"variance of the weighted sums: {np.var(inputs @ kernel):.2f}")

# %% [markdown]
# 100 · 0.04 · 1 = 4. Keras calls the weights of a layer its *kernel*, and so do we from here on, to keep them apart from the biases, which all
# start at 0.

# %% [markdown]
# ### Exercise `signal_by_depth` (medium, 7 minutes)
#
# Send a batch through fully connected layers without biases, and return the variance of *all* weighted sums of each layer, over samples and units
# together, before the activation.
#
# | | what it is |
# |---|---|
# | `inputs` | array (batch, inputs) |
# | `kernels` | list of arrays (inputs of the layer, units of the layer), first layer first |
# | `activation` | a function of an array that returns one of the same shape, applied after every layer |
# | returned | list of numbers, one variance for each layer, first layer first |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "signal_by_depth",
    "It is the forward pass of lesson 05, with a note taken in every layer.",
    "`np.var(weighted_sums)` without an axis is the variance of all numbers in the table.",
    "The next layer's input is `activation(weighted_sums)`, but the note is taken before the activation.",
)


# %% nbgrader={"grade": false, "grade_id": "signal_by_depth", "locked": false, "schema_version": 3, "solution": true, "task": false}
def signal_by_depth(inputs, kernels, activation):
    """Variances of the weighted sums, a list with one number for each layer, first layer first.

    inputs: (batch, inputs); kernels: list of arrays (inputs of the layer, units of the layer);
    activation: function of an array, applied to the weighted sums of every layer.
    """
    signal = inputs
    variances = []
    ### BEGIN SOLUTION
    for kernel in kernels:
        weighted_sums = signal @ kernel
        variances.append(np.var(weighted_sums))
        signal = activation(weighted_sums)
    ### END SOLUTION
    return variances


# %% nbgrader={"grade": true, "grade_id": "check_signal_by_depth", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("signal_by_depth"):
    check_inputs = np.array([[1.0, -1.0], [2.0, 0.0], [0.0, 3.0]])
    check_kernel = np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 1.0]])
    check(signal_by_depth).given(check_inputs, [check_kernel], np.abs).returns(
        [32 / 9],
        because="the sums are 1, 1, 1, 2, 0, 4, 0, −3 and 3: mean 1, mean square 41/9",
        hint="The variance of all weighted sums of the layer, before the activation.",
    )
    check(signal_by_depth).given(
        np.array([[1.0], [-3.0]]), [np.array([[2.0]]), np.array([[0.5]])], np.abs
    ).returns(
        [16.0, 1.0],
        because="the sums are 2 and −6, then with the absolute value 0.5 · 2 and 0.5 · 6",
        hint="The activation stands between the layers.",
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    for check_activation in (np.tanh, np.abs, np.tanh):
        check_sizes = check_rng.integers(2, 9, size=6)
        check_kernels = [
            check_rng.normal(0.2, 1.0, size=pair)
            for pair in zip(check_sizes[:-1], check_sizes[1:])
        ]
        check_signal = check_rng.normal(size=(7, check_sizes[0]))
        check_given = check_signal.copy()
        check_variances = []
        for check_kernel in check_kernels:
            check_sums = np.einsum("bi,iu->bu", check_signal, check_kernel)
            check_variances.append(np.mean(check_sums**2) - np.mean(check_sums) ** 2)
            check_signal = check_activation(check_sums)
        check(signal_by_depth).given(check_given, check_kernels, check_activation).returns(
            check_variances,
            because="five layers of random sizes, with another reckoning of the variance",
            hint="Is the signal of each layer the activation of the sums of the one before?",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Which variance keeps the signal?
#
# From one layer to the next the variance of the weighted sums is multiplied by *inputs × variance of a weight × (mean square of the activations /
# variance of the sums before)*. We want that to be 1.
#
# - **tanh** is close to the identity for small sums, so the last part is about 1, and $n_{in} \cdot v = 1$ is wanted: $v = 1/n_{in}$. This is
#   **LeCun's** rule.
# - **ReLU** throws the negative half of the sums away, and with it half of the mean square. So $\tfrac12 n_{in} \cdot v = 1$: $v = 2/n_{in}$. This
#   is **He's** rule.
# - **Backwards** the gradient of a unit's input is a sum over the layer's *units*: there $n_{out} \cdot v = 1$ is wanted. Both wishes cannot be
#   met, unless the layer is square. **Glorot's** rule takes the middle: $v = 2/(n_{in} + n_{out})$. After Glorot's first name it is also called
#   **Xavier's** rule.
#
# | rule | variance $v$ of a weight | made for |
# |---|---|---|
# | LeCun | $1 / n_{in}$ | tanh, only the way forwards |
# | Glorot, Xavier | $2 / (n_{in} + n_{out})$ | tanh, both ways; what Keras takes if you say nothing |
# | He | $2 / n_{in}$ | ReLU and its relatives |
#
# For a `Dense` layer $n_{in}$, the **fan-in**, is the number of its inputs, `kernel.shape[0]`; $n_{out}$, the **fan-out**, is the number of its
# units, `kernel.shape[1]`. The article prints $2/n$ below the heading *Xavier*, and then $2/(n_{in} + n_{out})$. The second one is Xavier's. The
# first, with $n = n_{in}$, is He's. Its "weight = √(2/n)" is the standard deviation: numbers of variance 1, multiplied by √(2/n), have the variance
# $2/n$. Keras does not start from variance 1 whatever the layer, as the article suggests: the default of `Dense` is
# `"glorot_uniform"`.
#
# Is it true that ReLU keeps half of the mean square?

# %%
sums = rng.normal(0.0, 3.0, size=1_000_000)
kept = np.mean(np.maximum(sums, 0) ** 2) / np.mean(sums**2)
print(f"ReLU keeps {kept:.3f} of the mean square")

# %% [markdown]
# ### Drawn from which distribution?
#
# Only the variance matters, and there are two usual ways to get it:
#
# - **uniform**, every number from $-c$ to $c$ equally likely. The variance is $c^2/3$, so $c = \sqrt{3 v}$.
# - **truncated normal**: normal with standard deviation $s$, and every number beyond $2s$ is drawn again, so that no weight starts far out. The cut
#   makes the spread smaller: what is left has the standard deviation $0.87963\,s$. To end with the variance $v$ we must start with
#   $s = \sqrt{v} / 0.87963$.
#
# A worked example for the cut, with $s = 1$. The loop draws again what lies outside until nothing does:

# %%
numbers = rng.normal(0.0, 1.0, size=1_000_000)
outside = np.abs(numbers) > 2
print(f"beyond two standard deviations: {outside.mean():.2%}")
while outside.any():
    numbers[outside] = rng.normal(0.0, 1.0, size=outside.sum())
    outside = np.abs(numbers) > 2
print(f"standard deviation of what is left: {numbers.std():.4f}")

# %% [markdown]
# ### Exercise `initial_weights` (hard, 14 minutes)
#
# Write two functions. `weight_variance(rule, n_in, n_out)` is the table above. `initial_weights(rule, distribution, n_in, n_out, seed)` draws the
# kernel of a layer with that variance. Begin with `rng = np.random.default_rng(seed)` and draw from it, so that the same seed gives the same
# weights.
#
# | | what it is |
# |---|---|
# | `rule` | `"lecun"`, `"glorot"` or `"he"` |
# | `distribution` | `"uniform"`, or `"normal"` for the truncated normal: no weight beyond two standard deviations $s$ |
# | `n_in`, `n_out` | whole numbers, the layer's inputs and units |
# | `seed` | a whole number |
# | returned by `weight_variance` | one number |
# | returned by `initial_weights` | array of shape (`n_in`, `n_out`) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "initial_weights",
    "`weight_variance`: three cases, each one line of the table. Read again what n_in and n_out stand for.",
    "Uniform: `rng.uniform(-limit, limit, size=(n_in, n_out))`, where limit² / 3 must be the variance.",
    "Normal: `s = np.sqrt(variance) / 0.87963`, then the loop of the worked example with `s` in place of 1.",
)


# %% nbgrader={"grade": false, "grade_id": "initial_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weight_variance(rule, n_in, n_out):
    """Variance of a weight, one number; rule: "lecun", "glorot" or "he".

    n_in, n_out: inputs and units of the layer, whole numbers.
    """
    ### BEGIN SOLUTION
    if rule == "lecun":
        return 1 / n_in
    if rule == "he":
        return 2 / n_in
    return 2 / (n_in + n_out)
    ### END SOLUTION


def initial_weights(rule, distribution, n_in, n_out, seed):
    """Random kernel (n_in, n_out) of a layer; the same seed gives the same weights.

    rule: "lecun", "glorot" or "he"; distribution: "uniform" or "normal" (truncated at two
    standard deviations); n_in, n_out, seed: whole numbers.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    variance = weight_variance(rule, n_in, n_out)
    if distribution == "uniform":
        limit = np.sqrt(3 * variance)
        return rng.uniform(-limit, limit, size=(n_in, n_out))
    deviation = np.sqrt(variance) / 0.87963
    weights = rng.normal(0.0, deviation, size=(n_in, n_out))
    outside = np.abs(weights) > 2 * deviation
    while outside.any():
        weights[outside] = rng.normal(0.0, deviation, size=outside.sum())
        outside = np.abs(weights) > 2 * deviation
    return weights
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_initial_weights", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("initial_weights"):
    check(weight_variance).given("lecun", 300, 100).returns(
        1 / 300, because="1 / n_in, and n_in is 300", hint="Which of the two is the fan-in?"
    )
    check(weight_variance).given("glorot", 300, 100).returns(
        2 / 400, because="2 / (300 + 100)", hint="Both numbers count, with a 2 above them."
    )
    check(weight_variance).given("he", 300, 100).returns(
        2 / 300, because="2 / n_in, and n_in is 300", hint="Which of the two is the fan-in?"
    )

    def check_draw(rule, distribution, n_in, n_out):
        """Check shape, mean, variance and ends of a kernel against the rule."""
        check_formulas = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}
        check_variance = check_formulas[rule]
        check_seed = int(np.random.default_rng().integers(10**6))
        call = f"initial_weights({rule!r}, {distribution!r}, {n_in}, {n_out}, {check_seed})"
        weights = (
            check(initial_weights)
            .given(rule, distribution, n_in, n_out, check_seed)
            .result()
        )
        check(weights, call).has(
            shape=(n_in, n_out),
            because="one row for each input and one column for each unit",
            hint="The size of what you draw is (n_in, n_out).",
        )
        weights = np.asarray(weights, dtype="float64")
        check(
            float(weights.var() / check_variance), f"variance ratio of {call}"
        ).lies_between(
            0.93,
            1.07,
            because=f"the variance is {weights.var():.3g}, the rule asks for {check_variance:.3g}",
            hint="Uniform: c² / 3 is the variance. Normal: the cut shrinks the spread.",
        )
        check(
            float(weights.mean() / np.sqrt(check_variance)),
            f"mean of {call}, in deviations",
        ).lies_between(
            -0.05, 0.05, because="as many weights are negative as positive", hint="Mean 0."
        )
        check_end = 3**0.5 if distribution == "uniform" else 2 / 0.87963
        check(
            float(np.abs(weights).max() / np.sqrt(check_variance)),
            f"largest size in {call}, in deviations",
        ).lies_between(
            0.95 * check_end,
            1.001 * check_end,
            because="a uniform draw ends at √3 deviations, a truncated normal at 2 / 0.87963",
            hint="Normal: draw again what lies beyond 2 s. Uniform: from −c to c.",
        )
        return weights

    check_draw("he", "uniform", 400, 50)
    check_draw("he", "normal", 400, 50)
    check_draw("glorot", "uniform", 60, 300)
    check_draw("glorot", "normal", 60, 300)
    check_twice = [initial_weights("he", "normal", 20, 30, seed) for seed in (7, 7, 8)]
    check(check_twice[0], "initial_weights(..., seed=7), the second time").returns(
        np.array(check_twice[1]),
        because="the same seed gives the same weights",
        hint="Begin with `rng = np.random.default_rng(seed)` and draw from `rng` only.",
    )
    check(check_twice[2], "initial_weights(..., seed=8)").satisfies(
        "another seed gives other weights",
        lambda weights: np.abs(weights - check_twice[0]).max() > 0,
        hint="Does the seed reach `np.random.default_rng`?",
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    for check_rule in ("lecun", "glorot", "he", "he"):
        check_n_in, check_n_out = (int(n) for n in check_rng.integers(1, 900, size=2))
        check_wanted = {
            "lecun": 1 / check_n_in,
            "glorot": 2 / (check_n_in + check_n_out),
            "he": 2 / check_n_in,
        }
        check(weight_variance).given(check_rule, check_n_in, check_n_out).returns(
            check_wanted[check_rule],
            tolerance=1e-9,
            because="it is the table of the three rules",
            hint="Does it hold for any two numbers?",
        )
        for check_distribution in ("uniform", "normal"):
            check_n_in, check_n_out = (int(n) for n in check_rng.integers(100, 400, size=2))
            check_kernel = check_draw(
                check_rule, check_distribution, check_n_in, check_n_out
            )
            check_number = len(np.unique(check_kernel)) / check_kernel.size
            check(check_number, "share of different weights").lies_between(
                0.99,
                1,
                because="clipping piles weights up at the two ends",
                hint="Draw again what lies beyond 2 s; do not clip it.",
            )
    check(initial_weights).given("glorot", "normal", 1, 1, 3).has(
        shape=(1, 1),
        because="one input and one unit",
        hint="Two axes, also for one weight.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras.** Each rule has a name, and `kernel_initializer` passes it to a layer. It takes the name or an object such as
# `keras.initializers.HeNormal(seed=0)`. Here is what Keras draws for a layer of 300 inputs and 100 units, beside the rule:

# %%
print("kernel_initializer      variance of the kernel   the rule   largest weight")
for name, variance in [
    ("lecun_normal", 1 / 300),
    ("lecun_uniform", 1 / 300),
    ("glorot_normal", 2 / 400),
    ("glorot_uniform", 2 / 400),
    ("he_normal", 2 / 300),
    ("he_uniform", 2 / 300),
]:
    layer = keras.layers.Dense(100, kernel_initializer=name)
    layer.build((None, 300))
    kernel = layer.get_weights()[0]
    print(f"{name:23} {kernel.var():22.5f} {variance:10.5f} {np.abs(kernel).max():16.4f}")
default = keras.layers.Dense(100)
print("without kernel_initializer:", type(default.kernel_initializer).__name__)

# %% [markdown]
# Keras divides by 0.87963 just as we did, so its *normal* initialisers have the variance of the rule and end at two of their standard deviations
# $s$. (`keras.initializers.TruncatedNormal(stddev=...)`, in contrast, cuts without making up for it: its weights spread 12 % less than the `stddev`
# you pass.)
#
# One trap. A *name* draws anew for every layer. An initialiser *object* draws the same numbers every time it is asked for the same shape:

# %%
for title, choice in [
    ("the name", "he_normal"),
    ("one object for both layers", keras.initializers.HeNormal()),
]:
    pair = keras.Sequential([keras.Input(shape=(50,))])
    pair.add(keras.layers.Dense(50, kernel_initializer=choice))
    pair.add(keras.layers.Dense(50, kernel_initializer=choice))
    first, second = (layer.get_weights()[0] for layer in pair.layers)
    print(f"{title:27} both kernels equal: {np.array_equal(first, second)}")

# %% [markdown]
# So we write a name, or make a new object for every layer.
#
# Now 20 layers of 200 units, with six choices. The model `probe` returns the weighted sums of all layers at once. **Predict first:** which of the
# six keep the variance between 0.01 and 100?

# %%
figure, axes = plots.axes(
    "Variance of the weighted sums in 20 layers of 200 units",
    "layer",
    "variance (logarithmic)",
    size=(8.5, 4.6),
)
inputs = rng.normal(size=(500, 200)).astype("float32")
depths = np.arange(1, 21)
settings = [
    ("variance 1, ReLU", keras.initializers.RandomNormal, {"stddev": 1.0}, "relu"),
    ("variance 1, tanh", keras.initializers.RandomNormal, {"stddev": 1.0}, "tanh"),
    ("He, ReLU", keras.initializers.HeNormal, {}, "relu"),
    ("Glorot, tanh", keras.initializers.GlorotNormal, {}, "tanh"),
    ("Glorot, ReLU", keras.initializers.GlorotNormal, {}, "relu"),
    ("variance 0.0001, tanh", keras.initializers.RandomNormal, {"stddev": 0.01}, "tanh"),
]
keras.utils.set_random_seed(0)
ends = []
for number, (name, initializer, options, activation) in enumerate(settings):
    stack = keras.Sequential([keras.Input(shape=(200,))])
    for _ in depths:
        stack.add(keras.layers.Dense(200, kernel_initializer=initializer(**options)))
        stack.add(keras.layers.Activation(activation))
    probe = keras.Model(stack.inputs[0], [layer.output for layer in stack.layers[::2]])
    variances = [np.var(sums, dtype="float64") for sums in probe(inputs)]
    print(f"{name:22} layer 1: {variances[0]:9.3g}   layer 20: {variances[-1]:9.3g}")
    ends.append(f"{name} {variances[-1]:.2g}")
    axes.semilogy(depths, variances, marker=plots.MARKERS[number], label=name)
axes.set_xticks(depths[1::2])
axes.set_yticks([1e-30, 1e-20, 1e-10, 1.0, 1e10, 1e20, 1e30, 1e40])
axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
plots.show(
    figure,
    alt="Six lines over 20 layers. In layer 20 they stand at: " + "; ".join(ends) + ".",
)

# %% [markdown]
# Two of them: He with ReLU, and Glorot with tanh. *Variance 1 with tanh* hardly changes either, at nearly 200, and that is no good news: tanh cannot
# leave the range from −1 to 1, so its units sit at the two ends, saturated.
#
# The next picture shows both ways, signals on the left and gradients on the right, as one histogram for each layer. A unit is *flat* where its
# slope is below 0.05, so saturated or, with ReLU, switched off. Choose presets, then move *weights times* with the arrow keys. The question below
# the picture asks you to predict before you try.

# %%
DepthHistograms("Variance 1 with tanh")

# %% [markdown]
# With variance 1 and tanh about 77 % of the units are flat, and yet the gradient *grows* by a factor of about 600,000 on its way back from layer 20
# to layer 1. Each unit hears from 64 others through large weights, and the units that are not flat pass on too much. Saturated and exploding: a bad
# start can be both at once.
#
# And the question: Glorot with ReLU loses half of the variance in every layer, and $0.5^{19}$ is about 0.000002. The spread is the root of that, about
# 0.0014.

# %% [markdown]
# ## Where biases start
#
# Biases start at 0, also in Keras, and that is fine: they add nothing to the variance, and random weights are enough to make the units different.
# One bias is worth a thought: that of the **output**. It decides what the network says before it has learned anything, and so the **first loss**.
# A check and a setting that cost nothing:
#
# - A classifier with $k$ classes that knows nothing should give each the probability $1/k$. Its cross-entropy is $-\ln(1/k) = \ln k$ ($\ln$ is the
#   natural logarithm, lesson 03): 2.303 for ten classes. A first loss far above says that the starting weights are too large.
# - If one of two classes is rare, knowing nothing means to answer its share $p$, not one half. A sigmoid answers $p$ when its weighted sum is the
#   **log-odds** $\ln\frac{p}{1-p}$. That is a good start for the output bias.
#
# A worked example: the first loss on ten classes, with small and with large starting weights. **Predict first** both losses.

# %%
digits = data.load("digits")
pixels = digits.features.reshape(-1, 64)
pixels = (pixels - pixels.mean()) / pixels.std()  # scaled as in lesson 01
labels = digits.targets
for title, stddev in [("standard deviation 0.01", 0.01), ("standard deviation 1", 1.0)]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(64,))])
    for units, activation in [(64, "relu"), (10, "softmax")]:
        initializer = keras.initializers.RandomNormal(stddev=stddev)
        model.add(keras.layers.Dense(units, activation, kernel_initializer=initializer))
    model.compile(loss="sparse_categorical_crossentropy")
    first = model.evaluate(pixels, labels, verbose=0)
    print(f"{title:24} first loss {first:6.2f}, ln 10 = {np.log(10):.3f}")

# %% [markdown]
# 2.30 is ln 10: small weights give every digit nearly the same probability. 74 is a network that is sure of itself and wrong, before it has seen
# anything.

# %% [markdown]
# ### Exercise `output_start` (easy, 6 minutes)
#
# Write two functions: the first loss of a classifier that gives every class the same probability, and the log-odds of class 1.
#
# | | what it is |
# |---|---|
# | `classes` | whole number, 2 or more |
# | `labels` | array of shape (samples,) or (samples, 1) of 0 and 1, with at least one of each |
# | returned by `first_loss` | one number, the cross-entropy in natural logarithms |
# | returned by `output_bias` | one number, $\ln\frac{p}{1-p}$, where $p$ is the share of 1 |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "output_start",
    "`np.log` is the natural logarithm.",
    "With labels of 0 and 1 the share of 1 is their mean.",
    "If three of four labels are 0, the odds of class 1 are one to three, and their logarithm is negative.",
)


# %% nbgrader={"grade": false, "grade_id": "output_start", "locked": false, "schema_version": 3, "solution": true, "task": false}
def first_loss(classes):
    """Cross-entropy, one number, of equal probabilities for `classes` classes (2 or more)."""
    ### BEGIN SOLUTION
    return -np.log(1 / classes)
    ### END SOLUTION


def output_bias(labels):
    """Log-odds of class 1, one number; labels: (samples,) or (samples, 1), of 0 and 1."""
    ### BEGIN SOLUTION
    share = np.mean(labels)
    return np.log(share / (1 - share))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_output_start", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("output_start"):
    check(first_loss).given(10).returns(
        2.302585093,
        because="−ln(1/10) = ln 10, with the natural logarithm",
        hint="The natural logarithm is `np.log`.",
    )
    check(first_loss).given(2).returns(
        0.69314718, because="−ln(1/2)", hint="A loss is never negative here."
    )
    check(output_bias).given(np.array([0, 0, 1, 0])).returns(
        -1.09861229,
        because="class 1 has a share of 1/4, so the odds are 1 to 3, and ln(1/3) = −1.0986",
        hint="The odds of class 1: its share divided by the share of class 0.",
    )
    check(output_bias).given(np.array([[1.0], [0.0], [1.0], [0.0]])).returns(
        0.0,
        because="as many ones as zeros: odds 1, and ln 1 = 0",
        hint="One number, also for labels of shape (samples, 1).",
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    for check_zeros, check_ones in check_rng.integers(1, 2000, size=(5, 2)):
        check_labels = check_rng.permutation(
            np.repeat([0.0, 1.0], [check_zeros, check_ones])
        )
        check(output_bias).given(check_labels).returns(
            np.log(check_ones) - np.log(check_zeros),
            because="the logarithm of ones divided by zeros",
            hint="Is it right for rare and for frequent ones?",
        )
    for check_classes in check_rng.integers(2, 2000, size=4):
        check(first_loss).given(int(check_classes)).returns(
            np.log(float(check_classes)),
            because="−ln(1/k) = ln k",
            hint="Is it right for any number of classes?",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras**: `bias_initializer`. One sigmoid neuron for 2,000 samples, of which about 3 % are of class 1. (A single neuron may start
# with weights of 0; why a layer may not, we see below.)

# %%
rare = (rng.random(2000) < 0.03).astype("float32")
features = rng.normal(size=(2000, 20)).astype("float32") + 0.8 * rare[:, None]
log_odds = float(np.log(rare.mean() / (1 - rare.mean())))
for title, bias in [("bias 0", 0.0), (f"bias {log_odds:.2f}", log_odds)]:
    model = keras.Sequential(
        [
            keras.Input(shape=(20,)),
            keras.layers.Dense(
                1,
                activation="sigmoid",
                kernel_initializer="zeros",
                bias_initializer=keras.initializers.Constant(bias),
            ),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy")
    history = training.fit_full_batch(
        model, features, rare[:, None], epochs=51, progress=False
    )
    losses = history.history["loss"]
    print(f"{title:11} loss " + ", ".join(f"{losses[n]:.3f}" for n in (0, 10, 20, 50)))
print("            after 0, 10, 20 and 50 updates")

# %% [markdown]
# With the bias 0 the neuron needs its first updates to learn one number, how rare class 1 is. With the log-odds it knows that from the start, and
# learns the rest.
#
# ## The gradient by depth
#
# Now the way back. `tf.GradientTape` gives the gradient of every kernel; one number tells its size, the root of the mean square of its entries.

# %% [markdown]
# ### Exercise `gradient_by_depth` (medium, 8 minutes)
#
# Return the size of the loss's gradient for the kernel of every layer. The loss is given in the first line: the mean cross-entropy on logits, as in
# lesson 05.
#
# | | what it is |
# |---|---|
# | `model` | a Keras model of `Dense` layers, from (batch, inputs) to logits (batch, classes) |
# | `inputs`, `labels` | arrays (batch, inputs) and (batch,), labels are whole numbers |
# | returned | list of numbers: for each layer, first layer first, the root of the mean of the squared entries of its kernel's gradient |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "gradient_by_depth",
    "Inside `with tf.GradientTape() as tape:` stand the forward pass, `model(inputs)`, and the loss.",
    "`tape.gradient(loss, kernels)` gives a list of gradients, one for each kernel.",
    "For each of them: `float(np.sqrt(np.mean(gradient.numpy() ** 2)))`.",
)


# %% nbgrader={"grade": false, "grade_id": "gradient_by_depth", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_by_depth(model, inputs, labels):
    """Sizes of the kernels' gradients, a list with one number for each layer, first layer first.

    model: Keras model of Dense layers, from (batch, inputs) to logits (batch, classes);
    inputs: (batch, inputs); labels: (batch,), whole numbers. Size: root mean square.
    """
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    kernels = [layer.kernel for layer in model.layers]
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, model(inputs))
    gradients = tape.gradient(loss, kernels)
    return [float(np.sqrt(np.mean(gradient.numpy() ** 2))) for gradient in gradients]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_gradient_by_depth", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("gradient_by_depth"):
    check_model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(2)])
    check_model.set_weights([np.zeros((2, 2)), np.array([np.log(3.0), 0.0])])
    check_inputs = np.array([[1.0, -2.0], [3.0, 0.0]], dtype="float32")
    check(gradient_by_depth).given(check_model, check_inputs, np.array([1, 0])).returns(
        [np.sqrt((0.75**2 + 0.75**2) / 4)],
        tolerance=1e-5,
        because="the kernel's gradient is [[0, 0], [−0.75, 0.75]]",
        hint="Square, mean, root, in this order, and only of the kernel's gradient.",
    )

    def check_sizes_by_hand(model, inputs, labels):
        """The same sizes by NumPy in float64, for tanh layers below a layer of logits."""
        weights = [array.astype("float64") for array in model.get_weights()]
        kernels, biases = weights[0::2], weights[1::2]
        signals = [inputs.astype("float64")]
        for kernel, bias in zip(kernels[:-1], biases[:-1]):
            signals.append(np.tanh(signals[-1] @ kernel + bias))
        logits = signals[-1] @ kernels[-1] + biases[-1]
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        arriving = exponentials / exponentials.sum(axis=1, keepdims=True)
        arriving[np.arange(len(labels)), labels] -= 1
        arriving /= len(labels)
        sizes = []
        for number in range(len(kernels) - 1, -1, -1):
            sizes.insert(0, np.sqrt(np.mean((signals[number].T @ arriving) ** 2)))
            arriving = (arriving @ kernels[number].T) * (1 - signals[number] ** 2)
        return sizes

    def check_network(sizes):
        """A network with tanh layers and logits, its inputs and its labels, all random."""
        layers = [keras.layers.Dense(units, activation="tanh") for units in sizes[1:-1]]
        model = keras.Sequential(
            [keras.Input(shape=(sizes[0],)), *layers, keras.layers.Dense(sizes[-1])]
        )
        rng = np.random.default_rng()
        for layer in model.layers:
            kernel = rng.normal(size=layer.kernel.shape)
            layer.set_weights([kernel, rng.normal(size=kernel.shape[1])])
        inputs = rng.normal(size=(9, sizes[0])).astype("float32")
        return model, inputs, rng.integers(0, sizes[-1], size=9)

    check_given = check_network([4, 6, 5, 3])
    check(gradient_by_depth).given(*check_given).returns(
        check_sizes_by_hand(*check_given),
        tolerance=1e-4,
        because="backpropagation by hand, in NumPy, gives these sizes",
        hint="First layer first, kernels only, and the whole forward pass on the tape.",
    )
    ### BEGIN HIDDEN TESTS
    for check_sizes in ([3, 2], [5, 8, 8, 8, 4], [7, 3, 9, 2]):
        check_given = check_network(check_sizes)
        check_before = check_given[0].get_weights()
        check_wanted = check_sizes_by_hand(*check_given)
        check(gradient_by_depth).given(*check_given).returns(
            check_wanted,
            tolerance=1e-4,
            because="backpropagation by hand, in NumPy, gives these sizes",
            hint="Does it work for any number of layers?",
        )
        check(check_given[0].get_weights(), "the model's weights afterwards").returns(
            check_before,
            because="measuring a gradient changes no weight",
            hint="Do not take a training step.",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# Sigmoid or ReLU, 20 layers deep: what reaches the first layer? The widget's numbers are there in Python too; `by_depth()` returns the spread of
# the sums, the share of flat units and the size of the gradient by the weighted sums, in every layer. **Predict first:** the sigmoid's slope is at
# most 0.25. How large is the gradient in layer 1, if it is about 1 at the end?

# %%
figure, axes = plots.axes(
    "Size of the gradient in 20 layers of 64 units",
    "layer",
    "gradient by the weighted sums (logarithmic)",
    size=(8.5, 4.6),
)
starts = []
for number, preset in enumerate(
    ["Variance 1 with ReLU", "He with ReLU", "Glorot with ReLU", "Glorot with sigmoid"]
):
    spread, flat, gradient = DepthHistograms(preset).by_depth()
    print(f"{preset:21} layer 1: {gradient[0]:8.2g}   layer 20: {gradient[-1]:8.2g}")
    starts.append(f"{preset} {gradient[0]:.2g}")
    axes.semilogy(depths, gradient, marker=plots.MARKERS[number], label=preset)
axes.set_xticks(depths[1::2])
axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
plots.show(
    figure,
    alt="Four lines that end below 1 in layer 20. In layer 1: " + "; ".join(starts) + ".",
)

# %% [markdown]
# For the sigmoid even Glorot's rule does not help: each layer multiplies the gradient by about 0.23, the mean slope, and 19 such factors leave less
# than a billionth. That is why deep networks of sigmoids were so hard to train, and why hidden layers use ReLU or its relatives today. With ReLU
# the slope is 1 or 0, and He's rule makes up for the zeros.

# %% [markdown]
# ## Rescue a network of 20 layers
#
# Here is a patient: 19 hidden layers of 64 ReLU units and an output of 10, for the handwritten digits. Its author wanted "small random numbers" and
# chose a standard deviation of 0.01. The **symptom** is a loss that hardly moves. Do you recognise the number?


# %%
def stuck_network():
    """20 layers for the digits, compiled; all weights start with standard deviation 0.01."""
    model = keras.Sequential([keras.Input(shape=(64,))])
    for _ in range(19):
        initializer = keras.initializers.RandomNormal(stddev=0.01)
        model.add(keras.layers.Dense(64, "relu", kernel_initializer=initializer))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        optimizer=keras.optimizers.RMSprop(0.0005),
        loss="sparse_categorical_crossentropy",
    )
    return model


keras.utils.set_random_seed(0)
stuck = stuck_network()
few_pixels, few_labels = pixels[:100], labels[:100]
history = training.fit_full_batch(stuck, few_pixels, few_labels, epochs=60, progress=False)
losses = history.history["loss"]
answers = stuck.predict(few_pixels, verbose=0).argmax(axis=1)
print(f"loss: {losses[0]:.3f} at first, {losses[-1]:.3f} after 60 updates")
print(f"right: {np.sum(answers == few_labels)} of 100; it answers {np.unique(answers)}")

# %% [markdown]
# It is ln 10, the loss of a network that knows nothing, and it answers the same digit for every picture: whatever the picture, the signal is gone
# before it reaches the output.

# %% [markdown]
# ### Exercise `rescued_network` (hard, 12 minutes)
#
# Write `rescued_network()` from a blank cell. It returns the patient, compiled, with other starting weights:
#
# - an input of 64 numbers, 19 hidden `Dense` layers of 64 units with `relu`, an output `Dense` layer of 10 units with `softmax`;
# - loss `"sparse_categorical_crossentropy"`, optimizer `keras.optimizers.RMSprop(0.0005)`;
# - starting weights of your choice, other ones in every layer, random anew at each call, such that the variance of the weighted sums stays within a
#   factor of 1000 from the first hidden layer to the last.
#
# The check trains a copy of your network with 60 updates on 100 digits. Its loss must fall below 0.7 on the way, and where it is lowest, at least 80
# of the 100 must be right (a good start gets 95 or more).
#
# Returned: one compiled Keras model.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "rescued_network",
    "Which rule keeps the variance of the weighted sums when the activation is ReLU?",
    "The keyword is `kernel_initializer`, and a name such as those in the table above draws anew for every layer.",
    'Hidden layers: `keras.layers.Dense(64, activation="relu", kernel_initializer="he_normal")`, 19 times in a loop.',
)


# %% nbgrader={"grade": false, "grade_id": "rescued_network", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rescued_network():
    """The compiled network of 20 layers for the digits, with starting weights that suit ReLU."""
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(shape=(64,))])
    for _ in range(19):
        model.add(keras.layers.Dense(64, activation="relu", kernel_initializer="he_normal"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=0.0005),
        loss="sparse_categorical_crossentropy",
    )
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_rescued_network", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("rescued_network"):
    check_model = check(rescued_network).given().result()
    check_layers = [keras.layers.Dense(64, activation="relu") for _ in range(19)]
    check(check_model, "rescued_network()").is_model(
        like=keras.Sequential(
            [
                keras.Input(shape=(64,)),
                *check_layers,
                keras.layers.Dense(10, activation="softmax"),
            ]
        ),
        because="only the starting weights may differ from the patient's",
        hint="Count the layers: 19 hidden ones and the output.",
    )
    check(check_model, "rescued_network()").is_compiled(
        loss="sparse_categorical_crossentropy", optimizer="rmsprop", learning_rate=0.0005
    )
    check_digits = data.load("digits")
    check_pixels = check_digits.features[:100].reshape(100, 64)
    check_pixels = (check_pixels - check_pixels.mean()) / check_pixels.std()
    check_labels = check_digits.targets[:100]
    check_kernels = check_model.get_weights()[0:38:2]
    check(
        len({float(np.abs(kernel).sum()) for kernel in check_kernels}),
        "the number of hidden layers with weights of their own",
    ).returns(
        19,
        because="one initialiser object draws the same weights for all layers of one shape",
        hint="Use a name, or make a new object for every layer.",
    )
    check_signal, check_variances = check_pixels, []
    for check_kernel in check_kernels:
        check_sums = check_signal @ check_kernel
        check_variances.append(float(np.var(check_sums)) + 1e-38)
        check_signal = np.maximum(check_sums, 0)
    check(
        check_variances[-1] / check_variances[0],
        "the variance of the sums in hidden layer 19, divided by that in layer 1",
    ).lies_between(
        0.001,
        1000,
        because="with ReLU each layer keeps half of the mean square, and 18 layers multiply that",
        hint="Which rule has the variance 2 / n_in?",
    )

    def check_training(weights, inputs, labels, updates):
        """Losses, and numbers of right answers, in `updates` updates by RMSprop(0.0005)."""
        kernels = [array.astype("float64") for array in weights[0::2]]
        biases = [array.astype("float64") for array in weights[1::2]]
        squares = [np.zeros_like(array) for array in kernels + biases]
        samples = np.arange(len(labels))
        losses, right = [], []
        for _ in range(updates):
            signals = [inputs]
            for kernel, bias in zip(kernels[:-1], biases[:-1]):
                signals.append(np.maximum(signals[-1] @ kernel + bias, 0))
            logits = signals[-1] @ kernels[-1] + biases[-1]
            right.append(int(np.sum(logits.argmax(axis=1) == labels)))
            logits = logits - logits.max(axis=1, keepdims=True)
            exponentials = np.exp(logits)
            sums = exponentials.sum(axis=1, keepdims=True)
            losses.append(float(np.mean((np.log(sums) - logits)[samples, labels])))
            arriving = exponentials / sums
            arriving[samples, labels] -= 1
            arriving /= len(labels)
            gradients = [None] * len(squares)
            for layer in range(len(kernels) - 1, -1, -1):
                gradients[layer] = signals[layer].T @ arriving
                gradients[len(kernels) + layer] = arriving.sum(axis=0)
                arriving = (arriving @ kernels[layer].T) * (signals[layer] > 0)
            for array, square, gradient in zip(kernels + biases, squares, gradients):
                square += 0.1 * (gradient**2 - square)
                array -= 0.0005 * gradient / np.sqrt(square + 1e-7)
        return losses, right

    check_losses, check_right = check_training(
        check_model.get_weights(), check_pixels, check_labels, updates=60
    )
    check(min(check_losses), "the lowest loss of 60 updates").lies_between(
        0,
        0.7,
        because="a network that knows nothing has the loss ln 10 = 2.303",
        hint="Is the first loss near 2 or 3? A much larger one comes from weights that are too large.",
    )
    check(
        check_right[int(np.argmin(check_losses))], "right answers of 100 at the lowest loss"
    ).lies_between(
        80,
        100,
        because="the patient gets 12 right, and a start by the rule for ReLU 95 or more",
        hint="Does the output layer start with weights of a reasonable size?",
    )
    ### BEGIN HIDDEN TESTS
    check_others = rescued_network().get_weights()[0:38:2]
    check(
        float(np.abs(check_others[0] - check_kernels[0]).max()),
        "the difference between the weights of two calls",
    ).satisfies(
        "two calls give other starting weights",
        lambda difference: difference > 0,
        hint="No seed inside the function, please.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A broken model: more units do not help
#
# The **symptom**: a network for the two moons gets between 86 and 87 % right, and no more. Its author has tried 4, 16 and 64 hidden units: hardly
# one sample of 400 is answered differently. Read the code before you run it: what do you suspect?


# %%
def moons_network(units=16):
    """A classifier for the two moons, compiled, with a bug."""
    model = keras.Sequential(
        [
            keras.Input(shape=(2,)),
            keras.layers.Dense(
                units,
                activation="tanh",
                kernel_initializer=keras.initializers.Constant(0.5),
            ),
            keras.layers.Dense(
                1,
                activation="sigmoid",
                kernel_initializer=keras.initializers.Constant(0.5),
            ),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    return model


moons = data.load("two_moons")


def share_right(model):
    """Share of the moons that `model` classifies right."""
    answers = model(moons.features).numpy()[:, 0] > 0.5
    return np.mean(answers == moons.targets)


for units in (1, 4, 16, 64):
    patient = moons_network(units)
    training.fit_full_batch(
        patient, moons.features, moons.targets, epochs=200, progress=False
    )
    print(f"{units:2} hidden units: {share_right(patient):.1%} right")
    if units == 16:
        print("kernel of the first 4 of 16 units:")
        print(patient.get_weights()[0][:, :4].round(3))

# %% [markdown]
# One tool for measuring: `np.unique(table, axis=1)` keeps each different column of a table once, wherever it stands.

# %%
print(np.unique(np.array([[3.0, 1.0, 3.0, 2.0], [5.0, 4.0, 5.0, 5.0]]), axis=1))

# %% [markdown]
# ### Exercise `repaired_network` (medium, 9 minutes, a broken model to diagnose)
#
# Measure, name the cause, and repair it.
#
# - `distinct_units(kernel)` returns how many *different* units a layer has: the number of different columns of its kernel, each number rounded to 4
#   decimals.
# - `diagnosis()` returns one letter:
#   - `"a"`: the learning rate is so high that training jumps about
#   - `"b"`: all hidden units start with the same weights, get the same gradient, and stay the same
#   - `"c"`: the hidden units are saturated from the start
#   - `"d"`: a network with one hidden layer cannot separate the moons
# - `repaired_network()` returns the compiled model without the bug, with 16 hidden units. Change nothing but starting weights, and start all 16 hidden
#   units different. The biases stay at 0. The check trains up to three of your models with 200 updates each; in one of them at least 94 % of the
#   moons must be right.
#
# | | what it is |
# |---|---|
# | `kernel` | array (inputs, units) |
# | returned | one whole number; one text; one compiled Keras model |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "repaired_network",
    "Look at the printed kernel. In what do the units differ? How many units does such a network have, really?",
    "Two units with the same weights in and the same weight out have the same gradient, at every update.",
    "`np.unique(table, axis=1)` keeps each different column once. For the repair, what does `Dense` do without a `kernel_initializer`?",
)


# %% nbgrader={"grade": false, "grade_id": "repaired_network", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distinct_units(kernel):
    """Number of different columns of `kernel` (inputs, units), rounded to 4 decimals."""
    ### BEGIN SOLUTION
    return np.unique(np.round(kernel, 4), axis=1).shape[1]
    ### END SOLUTION


def diagnosis():
    """The letter of the cause: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


def repaired_network():
    """The compiled model for the two moons, without the bug."""
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input(shape=(2,)),
            keras.layers.Dense(16, activation="tanh"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_repaired_network", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("repaired_network"):
    check(distinct_units).given(np.array([[1.0, 2.0, 1.0], [3.0, 3.0, 3.0]])).returns(
        2,
        because="the first and the third column are the same unit",
        hint="Each column is one unit: compare whole columns.",
    )
    check(distinct_units).given(
        np.array([[0.5, 0.50001], [0.1, 0.1], [-2.0, -2.0]])
    ).returns(
        1,
        because="rounded to 4 decimals both columns are the same",
        hint="Round first: the last digits of a training are noise.",
    )
    check(distinct_units).given(np.array([[0.3, -0.3, 0.1], [0.1, 0.1, 0.3]])).returns(
        3,
        because="a sign, or the order of the weights, makes another unit",
        hint="Compare whole columns, number by number, with their signs.",
    )
    check(distinct_units).given(np.zeros((2, 16))).returns(
        1,
        because="a layer of zeros is one unit",
        hint="Zeros count like any other numbers.",
    )
    check(diagnosis).given().chooses(
        "a",
        "b",
        "c",
        "d",
        right="97715c88",
        hint="Does the result jump from run to run? Are the sums large? What do 1 and 64 units share?",
    )
    check_model = check(repaired_network).given().result()
    check_layers = [
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    check(check_model, "repaired_network()").is_model(
        like=keras.Sequential([keras.Input(shape=(2,)), *check_layers]),
        because="only starting weights may differ",
        hint="16 hidden units with tanh, one output with a sigmoid.",
    )
    check(check_model, "repaired_network()").is_compiled(
        loss="binary_crossentropy", optimizer="adam", learning_rate=0.05
    )
    check(
        len(np.unique(np.round(check_model.get_weights()[0], 4), axis=1)[0]),
        "the number of different hidden units before training",
    ).returns(
        16,
        because="units that start equal part only if their weights out differ",
        hint="Whose `kernel_initializer` makes the hidden units equal?",
    )
    check(
        float(
            max(np.abs(check_bias).max() for check_bias in check_model.get_weights()[1::2])
        ),
        "the largest bias before training",
    ).returns(
        0.0,
        because="only the weights are started anew, and nothing is trained yet",
        hint="Return the compiled model as it is before any training, with biases of 0.",
    )
    check_moons = data.load("two_moons")
    check_share = 0.0
    for check_trial in range(3):
        if check_trial:
            check_model = repaired_network()
        training.fit_full_batch(
            check_model,
            check_moons.features,
            check_moons.targets,
            epochs=200,
            progress=False,
        )
        check_answers = check_model(check_moons.features).numpy()[:, 0] > 0.5
        check_share = max(check_share, float(np.mean(check_answers == check_moons.targets)))
        if check_share >= 0.94:
            break
    check(check_share, "the largest share of moons right").lies_between(
        0.94,
        1,
        because="16 different units bend the boundary; one alone gets 86.5 %",
        hint="Are the starting weights random and of a reasonable size?",
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    for check_inputs, check_units in ((1, 30), (5, 8), (3, 200)):
        check_table = check_rng.integers(-2, 3, size=(check_inputs, check_units)) / 10
        check(distinct_units).given(check_table).returns(
            len({tuple(column) for column in check_table.T.tolist()}),
            because="equal columns count once, wherever they stand",
            hint="Equal columns need not stand side by side.",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# The name of this bug is **symmetry**. Units with the same weights in and out compute the same, get the same gradient, and move together for ever:
# 64 of them are one unit, written 64 times. A random start *breaks the symmetry*. What about zeros, or a constant in one layer only?

# %%
choices = {
    "zeros": lambda: "zeros",
    "constant 0.5": lambda: keras.initializers.Constant(0.5),
    "random": lambda: "glorot_uniform",
}
print("hidden kernel  output kernel  different units  right after 200 updates")
for hidden, output in [
    ("zeros", "zeros"),
    ("constant 0.5", "constant 0.5"),
    ("constant 0.5", "random"),
    ("random", "constant 0.5"),
    ("random", "random"),
]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(2,))])
    for units, activation, choice in [(16, "tanh", hidden), (1, "sigmoid", output)]:
        model.add(
            keras.layers.Dense(units, activation, kernel_initializer=choices[choice]())
        )
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    training.fit_full_batch(
        model, moons.features, moons.targets, epochs=200, progress=False
    )
    different = np.unique(np.round(model.get_weights()[0], 4), axis=1).shape[1]
    print(f"{hidden:13}  {output:13}  {different:15}  {share_right(model):6.1%}")

# %% [markdown]
# Zeros everywhere are the worst: the gradient of each layer contains the weights or the activations of the other, all of them 0, so nothing moves
# at all. (The output bias could move, but with two equally large classes its gradient is 0 too.) One random layer breaks the symmetry, above or
# below: different weights out send different gradients back. The check asked for different hidden units even so, because they need no help from
# the next layer. And the biases may start at 0, because they need not break anything.

# %% [markdown]
# ## Train the full model
#
# The patient and three other starts, on all 1,797 digits: three seeds each, 150 updates on 1,437 digits, and the share of right answers on 360
# others (lesson 08 says why we keep some apart). The digits come with scikit-learn, so nothing is downloaded. The article gives the rules and no
# measurement, so there is no figure of its own to put beside ours.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

if runtime.full_training(TRAIN_IN_FULL):
    order = np.random.default_rng(0).permutation(len(labels))
    known, others = order[:1437], order[1437:]
    starts = [
        ("He", keras.initializers.HeNormal, {}),
        ("Glorot", keras.initializers.GlorotUniform, {}),
        ("deviation 0.01", keras.initializers.RandomNormal, {"stddev": 0.01}),
        ("deviation 1", keras.initializers.RandomNormal, {"stddev": 1.0}),
    ]
    figure, axes = plots.axes(
        "A network of 20 layers, three starts",
        "update",
        "loss",
        size=(8.5, 4.6),
    )
    print(f"trained on {runtime.device()}")
    print("start           first loss   last loss   right of 360 others")
    for number, (name, initializer, options) in enumerate(starts):
        for seed in range(3):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([keras.Input(shape=(64,))])
            for units, activation in [(64, "relu")] * 19 + [(10, "softmax")]:
                start = initializer(**options)
                model.add(keras.layers.Dense(units, activation, kernel_initializer=start))
            model.compile(
                optimizer=keras.optimizers.RMSprop(0.0005),
                loss="sparse_categorical_crossentropy",
            )
            history = training.fit_full_batch(
                model, pixels[known], labels[known], epochs=150, progress=False
            )
            losses = history.history["loss"]
            answers = model.predict(pixels[others], verbose=0).argmax(axis=1)
            right = np.mean(answers == labels[others])
            print(
                f"{name:15} {losses[0]:10.3g} {losses[-1]:11.3g} "
                f"{right:15.1%} (seed {seed})"
            )
            if losses[0] < 10:  # the others would press these to the bottom
                axes.plot(
                    losses,
                    color=plots.COLOURS[number],
                    linestyle=plots.LINES[number],
                    label=name if seed == 0 else None,
                )
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    plots.show(
        figure,
        alt=(
            "Loss over 150 updates from three starts, three lines each. He falls fastest, below "
            "0.5, with some peaks. Glorot stays at 2.3 for a while and then falls slowly, to "
            "about 1. Deviation 0.01 stays flat at 2.3."
        ),
    )
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes one to two minutes."
    )

# %% [markdown]
# Nothing differs but the starting weights. He's rule gets at least four fifths of the other digits right. Glorot's, made for tanh, begins with a
# signal that is all but gone and learns late. With deviation 0.01 nothing is learned at all. With deviation 1, which would not fit into the
# picture, the first loss is about $10^{15}$. RMSprop takes steps of the same length however large the gradient, so nothing flies apart, and about
# half of the digits become right; but the weights are far from where they should be, and the loss shows it.
#
# ## Recap
#
# 1. A weighted sum of $n$ inputs of equal size has $n$ times the variance of one product; weights of variance 1 saturate wide layers.
# 2. Signals and gradients are products of one factor for each layer; only factors close to 1 survive depth.
# 3. Glorot: $2/(n_{in} + n_{out})$, for tanh. He: $2/n_{in}$, for ReLU. Keras: `kernel_initializer="he_normal"`.
# 4. Equal starting weights keep units equal; random ones break the symmetry. Biases may start at 0.
# 5. Look at the first loss: $\ln k$ for $k$ classes, and the output bias at the log-odds for a rare class.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. A Dense layer has 800 inputs and 200 units with ReLU. Which variance gives He, and which Glorot?</summary>
#
# He: 2 / 800 = 0.0025. Glorot: 2 / (800 + 200) = 0.002. For a square layer He's variance would be twice Glorot's.
# </details>
#
# <details><summary>2. The first loss of a classifier with 100 classes is 4.6. Is something wrong?</summary>
#
# No: ln 100 = 4.605. It knows nothing yet, and says so. If the loss stayed there, the gradient would be the next thing to look at.
# </details>
#
# <details><summary>3. Why is it no good news when the variance of the weighted sums stays at 200 in every layer of a tanh network?</summary>
#
# At sums of 14 and more, tanh is saturated: its output is 1 or −1 and its slope nearly 0. The variance stays only because tanh cannot go beyond −1
# and 1.
# </details>
#
# ## What comes next
#
# You can start a network so that it learns. Lesson 07 builds networks of many shapes in Keras, and reads what is inside them.
