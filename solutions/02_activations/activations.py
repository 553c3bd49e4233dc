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
#     - 00_start_here
#     - 01_neuron
#     lesson: 02_activations
#     minutes: 150
#     title: Activations
# ---

# %% [markdown]
# # Activations
#
# You build the functions that make a network more than one long weighted sum, each with its derivative, and you find out where each of them
# goes flat.
#
# **After this lesson you can**
#
# - show that two layers without an activation are worth one, and why that matters;
# - write binary step, sigmoid, tanh, ReLU, leaky ReLU, PReLU, ELU, softplus and softmax with their derivatives, and the derivatives of
#   identity and arctan;
# - say where an activation saturates, and what a saturated unit does to learning;
# - write a sigmoid, a softplus and a softmax that are right at 1000 and at −1000;
# - pick the activation of the output, and write it in Keras as an argument or as a layer of its own.
#
# **Time** 150 minutes; a good place for a pause is after the exercise `softplus`. **Builds on** lessons 00 and 01: broadcasting, neurons, fully connected layers.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/02_activations/activations.ipynb)
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

runtime.start("02_activations")

import keras
import numpy as np

from utils import data, plots, training
from utils.check import check, exercise, hint, hints, random_inputs
from utils.widgets import ActivationExplorer, activation_explorer

# %% [markdown]
# ## Why a network needs activations
#
# Lesson 01 ended with a neuron that could only draw a line. Do more layers help? Take two neurons in a row, without an activation. The
# first computes $h = 2x + 1$, the second $y = 3h - 4$. **Predict first:** what kind of curve is $y$ over $x$?

# %%
x = np.array([-1.0, 0.0, 1.0, 2.0])
h = 2 * x + 1
print("two neurons:", 3 * h - 4)
print("one neuron: ", 6 * x - 1)

# %% [markdown]
# A line again. $3(2x + 1) - 4 = 6x - 1$: the weights multiply, and the first bias passes through the second weight. Two **linear** layers
# (layers without an activation) collapse into one. The same holds for whole layers and their matrices, as you will show in a moment.
#
# So something must stand between the layers that is *not* a straight line. An **activation function**, activation for short, is applied to
# every weighted sum of a layer. The most used one in this course, and in most networks for pictures, is **ReLU** (rectified linear unit). It
# replaces what is below zero by zero: $\max(0, z)$. Three such neurons and an output that weights them 1, −2, 1 and adds already make a tent:

# %%
x = np.linspace(-2, 2, 201)
hidden = np.maximum(0, np.stack([x + 1, x, x - 1]))  # (units, points) = (3, 201)
tent = 1 * hidden[0] - 2 * hidden[1] + 1 * hidden[2]
without = 1 * (x + 1) - 2 * x + 1 * (x - 1)

figure, axes = plots.axes("The same weights with ReLU and without", "input x", "output")
axes.plot(x, tent, "-", label="three ReLU units, weighted and added")
axes.plot(x, without, "--", label="the same three units without activation")
axes.set_ylim(-0.1, 1.6)
axes.legend(loc="upper left")
plots.show(
    figure,
    alt=(
        "With ReLU the output is a tent: 0 up to x = −1, up to 1 at x = 0, back to 0 at x = 1. "
        "Without an activation the same weights give a straight line, here at 0."
    ),
)

# %% [markdown]
# Each ReLU adds one bend. With enough bends a network can come as close as we like to any curve without jumps, over a limited range. With
# none it stays a line, however many layers it has.

# %% [markdown]
# ### Exercise `collapse` (easy, 6 minutes)
#
# Two layers without an activation follow each other: first `inputs @ weights_1 + bias_1`, then the result `@ weights_2 + bias_2`. Find the
# one layer that gives the same output for every input.
#
# | | shape |
# |---|---|
# | `weights_1`, `bias_1` | (inputs, hidden) and (hidden,) |
# | `weights_2`, `bias_2` | (hidden, outputs) and (outputs,) |
# | returned | a tuple `(weights, bias)` of shapes (inputs, outputs) and (outputs,) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "collapse",
    "Write the second layer's formula, put the first layer's formula into it, and multiply out.",
    "(x @ weights_1 + bias_1) @ weights_2 is a sum of two products. Which part still holds x, and which does not?",
    "The part without x is the new bias: the first bias goes through the second weights, and the second bias is added.",
)


# %% nbgrader={"grade": false, "grade_id": "collapse", "locked": false, "schema_version": 3, "solution": true, "task": false}
def collapse(weights_1, bias_1, weights_2, bias_2):
    """(weights, bias) of one linear layer that does what two in a row do.

    weights_1: (inputs, hidden); bias_1: (hidden,); weights_2: (hidden, outputs);
    bias_2: (outputs,). Returns arrays (inputs, outputs) and (outputs,).
    """
    ### BEGIN SOLUTION
    return weights_1 @ weights_2, bias_1 @ weights_2 + bias_2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_collapse", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("collapse"):
    check(collapse).given(
        np.array([[2.0]]), np.array([1.0]), np.array([[3.0]]), np.array([-4.0])
    ).returns(
        (np.array([[6.0]]), np.array([-1.0])),
        because="3 · (2x + 1) − 4 = 6x − 1",
        hint="The bias is 1 · 3 − 4: the first bias is multiplied too.",
    )
    check(collapse).given(
        np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]),
        np.array([1.0, 0.0, -1.0]),
        np.array([[1.0, 1.0], [0.0, 2.0], [3.0, 0.0]]),
        np.array([10.0, 20.0]),
    ).returns(
        (np.array([[7.0, 1.0], [-3.0, 2.0]]), np.array([8.0, 21.0])),
        because="2 inputs, 3 hidden units and 2 outputs leave a (2, 2) matrix and 2 biases",
        hint="The hidden axis is summed away: (inputs, hidden) with (hidden, outputs).",
    )

    def check_two_linear_layers(weights_1, bias_1, weights_2, bias_2):
        """Weights and bias read off two Keras layers: the output for 0, and for each unit."""
        first = keras.layers.Dense(weights_1.shape[1], dtype="float64")
        second = keras.layers.Dense(weights_2.shape[1], dtype="float64")
        first.build((None, weights_1.shape[0]))
        second.build((None, weights_1.shape[1]))
        first.set_weights([weights_1, bias_1])
        second.set_weights([weights_2, bias_2])
        at_zero = np.asarray(second(first(np.zeros((1, weights_1.shape[0])))))[0]
        at_ones = np.asarray(second(first(np.eye(weights_1.shape[0]))))
        return at_ones - at_zero, at_zero

    check(collapse).equals(
        check_two_linear_layers,
        on=random_inputs(
            ("inputs", "hidden"), ("hidden",), ("hidden", "outputs"), ("outputs",)
        ),
        rounds=2,
        because="two Keras layers with these weights are this one layer",
        hint="Multiply out (x @ weights_1 + bias_1) @ weights_2 + bias_2.",
    )
    ### BEGIN HIDDEN TESTS
    check(collapse).equals(
        check_two_linear_layers,
        on=random_inputs((4, 4), (4,), (4, 4), (4,)),
        rounds=1,
        because="square matrices hide a wrong order of the product, so they are tried too",
        hint="The first layer's weights stand on the left.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# And ten layers? A straight function is known once we know its output for 0 (that is the bias) and for a 1 in each input alone (minus the
# bias, that is one row of weights). **Predict first:** ten Keras layers of 8 units have 8 × 8 × 10 weights. We read 8 × 8 weights and 8
# biases off from outside in this way. How well do these replace the ten layers on new inputs?

# %%
keras.utils.set_random_seed(0)
deep = keras.Sequential([keras.Input(shape=(8,))])
for _ in range(10):
    deep.add(keras.layers.Dense(8, bias_initializer="normal"))

bias_of_one = deep.predict(np.zeros((1, 8)), verbose=0)[0]
weights_of_one = deep.predict(np.eye(8), verbose=0) - bias_of_one
inputs = np.random.default_rng(0).normal(size=(1000, 8)).astype("float32")
outputs = deep.predict(inputs, verbose=0)
difference = np.abs(inputs @ weights_of_one + bias_of_one - outputs).max()
print(f"parameters: {deep.count_params()} and {weights_of_one.size + bias_of_one.size}")
print(f"outputs up to {np.abs(outputs).max():.2f}, largest difference {difference:.1e}")

# %% [markdown]
# 72 numbers do what 720 did, up to rounding in `float32`. What holds for two holds for ten: collapse the first two, then the result with
# the third, and so on. Without an activation, depth is bought for nothing.

# %% [markdown]
# ## The derivative: how much of a change comes through
#
# A network learns by small changes: change a weight a little, and see how the loss changes. Such a change has to pass the activation. The
# **derivative** of a function at $z$ is its slope there: the change of the output, divided by a very small change of the input. We can
# measure it by moving the input a little up and a little down. The result is called a **numeric derivative**:


# %%
def numeric_derivative(function, z, step=1e-6):
    """Slope of `function` at every number of the array `z`, measured; same shape."""
    return (function(z + step) - function(z - step)) / (2 * step)


z = np.array([-2.0, -0.5, 0.5, 2.0])
print("identity:", numeric_derivative(lambda z: z, z).round(6))
print("square:  ", numeric_derivative(np.square, z).round(6))

# %% [markdown]
# The **identity** hands its input on unchanged, which is what a layer "without activation" does: slope 1 everywhere. The square has the
# slope $2z$, as the printed numbers show. Now three activations and their slopes:
#
# | activation | output | derivative | use |
# |---|---|---|---|
# | identity | $z$ | 1 | output of any sign; called `"linear"` in Keras |
# | **binary step** | 1 if $z \ge 0$, else 0 | 0 (see below for $z = 0$) | the decision of lesson 01; no learning |
# | ReLU | $\max(0, z)$ | 1 if $z > 0$, else 0 | the usual first choice in hidden layers |
#
# The binary step is flat on both sides of its jump. (At the jump itself there is no slope; we write 0.) A small change of a weight changes
# nothing, so nothing tells the network which way to go: that is why a network that learns does not use it, and why Keras has no such
# activation. ReLU has a corner at 0, where the slope is 0
# on the left and 1 on the right. We take the left one, 0, and so does Keras.
#
# For such functions NumPy has `np.where(condition, a, b)`. It chooses number by number: `a` where the condition holds, else `b`.

# %%
z = np.array([-2.0, 0.0, 3.0])
print(np.where(z > 1, 10.0, z))  # 10 where z is above 1, else z itself

# %% [markdown]
# ### Exercise `relu` (easy, 7 minutes)
#
# Write the three activations and their derivatives; `identity` is there already, the other five are yours. Each works on an array of any
# shape and leaves it as it is. At the corner or jump, $z = 0$, the step answers 1, and both derivatives are 0.
#
# | | shape |
# |---|---|
# | `z` | any, such as (batch, units) |
# | returned by all six | an array of the same shape |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "relu",
    "The table above says what each of the six answers. `np.ones_like(z)` makes ones in the shape of `z`.",
    "`np.where(condition, a, b)` chooses number by number: a where the condition holds, else b.",
    "`np.maximum(z, 0)` compares number by number; `np.max(z)` finds one largest number.",
)


# %% nbgrader={"grade": false, "grade_id": "relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def identity(z):
    """The array `z`, unchanged; same shape."""
    return z


def identity_derivative(z):
    """Slope of the identity at every number of `z`; same shape."""
    ### BEGIN SOLUTION
    return np.ones_like(z)
    ### END SOLUTION


def binary_step(z):
    """1 where `z` is 0 or more, else 0; same shape."""
    ### BEGIN SOLUTION
    return np.where(z >= 0, 1.0, 0.0)
    ### END SOLUTION


def binary_step_derivative(z):
    """Slope of the binary step at every number of `z`, 0 where it jumps; same shape."""
    ### BEGIN SOLUTION
    return np.zeros_like(z)
    ### END SOLUTION


def relu(z):
    """`z` where it is above 0, else 0; same shape."""
    ### BEGIN SOLUTION
    return np.maximum(z, 0)
    ### END SOLUTION


def relu_derivative(z):
    """1 where `z` is above 0, else 0; same shape."""
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, 0.0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_relu", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("relu"):
    check_z = np.array([[-2.0, 0.0, 3.0], [0.5, -0.1, 40.0]])
    for check_function, check_expected, check_why, check_hint in [
        (
            identity,
            [[-2.0, 0.0, 3.0], [0.5, -0.1, 40.0]],
            "the identity changes nothing",
            "`identity` was given: leave it as it was.",
        ),
        (
            identity_derivative,
            np.ones((2, 3)),
            "a change comes out as large as it went in",
            "A 1 for each number of z, in the shape of z.",
        ),
        (
            binary_step,
            [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]],
            "0 or more gives 1",
            "Look at z = 0: it belongs to the right side. The two values are 0 and 1.",
        ),
        (
            binary_step_derivative,
            np.zeros((2, 3)),
            "the step is flat on both sides",
            "A 0 for each number of z. Look at z = 0: there we write 0 as well.",
        ),
        (
            relu,
            [[0.0, 0.0, 3.0], [0.5, 0.0, 40.0]],
            "what is below 0 becomes 0",
            "Compare each number of z with 0 and keep the larger one.",
        ),
        (
            relu_derivative,
            [[0.0, 0.0, 1.0], [1.0, 0.0, 1.0]],
            "flat up to 0, then slope 1",
            "Look at z = 0: there the slope of the left side counts, 0.",
        ),
    ]:
        check(check_function).given(check_z).returns(
            np.array(check_expected), because=check_why, hint=check_hint
        )
    check_changed = check_z.copy()
    relu(check_changed)
    check(check_changed, "z, after relu(z) was called").returns(
        check_z,
        because="the learning of the next lessons needs z again",
        hint="Make a new array instead of writing into `z`.",
    )
    check(relu).equals(
        keras.activations.relu,
        on=random_inputs(("batch", "units")),
        because="this is what Keras answers",
        hint="Compare each number with 0.",
    )
    check(relu_derivative).is_gradient_of(
        lambda z: float(keras.ops.sum(keras.activations.relu(z))),
        on=random_inputs(("batch", "units")),
        hint="The slope is 1 where the output grows with z, and 0 where it stays 0.",
    )
    ### BEGIN HIDDEN TESTS
    for check_shape in [("n",), ("a", "b", "c"), (1, 1)]:
        for check_function, check_reference in [
            (identity_derivative, lambda z: z**0),
            (binary_step, lambda z: np.heaviside(z, 1.0)),
            (binary_step_derivative, lambda z: 0 * z),
            (relu, lambda z: np.clip(z, 0, None)),
            (relu_derivative, lambda z: np.heaviside(z, 0.0)),
        ]:
            check(check_function).equals(
                check_reference,
                on=random_inputs(check_shape, low=-1e6, high=1e6),
                because="any shape, and large numbers too",
                hint="One answer for each number of z, in the shape of z.",
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## The sigmoid, and saturation
#
# The **sigmoid** squeezes any number into the range from 0 to 1, so that it can be read as a probability. There are two ways to write it,
# and they are equal: multiply numerator and denominator of the first by $e^z$ to get the second.
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^z}{e^z + 1}$$
#
# Its derivative can be said with the sigmoid itself: $\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$. A worked example, with the slope measured
# as well:


# %%
def sigmoid_1(z):
    """The sigmoid, first form."""
    return 1 / (1 + np.exp(-z))


def sigmoid_2(z):
    """The sigmoid, second form."""
    return np.exp(z) / (np.exp(z) + 1)


z = np.array([-10.0, -4.0, 0.0, 4.0, 10.0])
with np.printoptions(precision=5, suppress=True):
    print("z         :", z)
    print("first form:", sigmoid_1(z))
    print("second    :", sigmoid_2(z))
    print("σ · (1−σ) :", sigmoid_1(z) * (1 - sigmoid_1(z)))
    print("measured  :", numeric_derivative(sigmoid_1, z))

# %% [markdown]
# Look at the ends. From $z = -10$ to $-4$ the output hardly moves, and the derivative is nearly 0. There the sigmoid is **saturated**:
# whatever happens to $z$, next to nothing of it comes out. We draw the line at a derivative of 0.05, so that less than a twentieth of a
# change comes through. (The number is our choice; there is no agreed one.)
#
# Move $z$ with the arrow keys, watch the slope, and find the edges of the shaded zones. Then answer the question under the picture.

# %%
ActivationExplorer()

# %% [markdown]
# In a deep network a change passes one activation after another, and the slopes multiply. (Weights multiply in too; lessons 05 and 06 add them.)
# Even if every sigmoid stands at its steepest point, where the slope is 0.25, little is left (`9.5e-07` stands for 0.00000095):

# %%
for layers in (1, 2, 5, 10, 20):
    print(
        f"{layers:2} layers: at z = 0 {0.25**layers:8.1e}, at z = 4 {0.0177**layers:8.1e}"
    )

# %% [markdown]
# ### The sigmoid at ±1000
#
# Computers hold numbers up to about $10^{308}$ in `float64`, and $e^{710}$ is larger than that: it **overflows** to infinity, which NumPy
# prints as `inf`. **Predict first:** at $z = 1000$ and $z = -1000$, which of the two forms gives which answer?

# %%
with np.errstate(over="ignore", invalid="ignore"):  # we know that it overflows here
    print("e^1000     =", np.exp(1000.0), "  e^-1000 =", np.exp(-1000.0))
    print("first form :", sigmoid_1(np.array([1000.0, -1000.0])))
    print("second form:", sigmoid_2(np.array([1000.0, -1000.0])))

# %% [markdown]
# The second form turns $\infty / \infty$ into `nan`, *not a number*, and one `nan` in an output makes the loss `nan` and, after the next
# update, the weights too. The first form happens to survive, because $1 / \infty = 0$, but it overflows on the way and NumPy warns. A
# function that gives the right number for every input, without overflow on the way, is called **numerically stable**. The recipe: take the
# form whose exponent is negative. $e^{-|z|}$ lies between 0 and 1 and cannot overflow; above zero it fits into the first form, below zero
# into the second.

# %% [markdown]
# ### Exercise `sigmoid` (medium, 8 minutes)
#
# Write the sigmoid and its derivative so that they are right for every `z`, also at 1000 and −1000. The check shows a remark if your code
# still overflows on the way to a right answer; aim for a card without one.
#
# | | shape |
# |---|---|
# | `z` | any |
# | returned by both | an array of the same shape; no `nan`, no `inf` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "sigmoid",
    "Begin with `e = np.exp(-np.abs(z))`. For z ≥ 0 this is the e^−z of the first form, for z < 0 the e^z of the second.",
    "So the denominator is `1 + e` in both cases; the numerator is 1 for z ≥ 0, and `e` for z < 0.",
    "The derivative can call your `sigmoid`. Written with the sigmoid alone it needs no exponential of its own.",
)


# %% nbgrader={"grade": false, "grade_id": "sigmoid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sigmoid(z):
    """The sigmoid of every number of `z`, from 0 to 1; same shape, right for every size of z."""
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
    ### END SOLUTION


def sigmoid_derivative(z):
    """Slope of the sigmoid at every number of `z`, from 0 to 0.25; same shape."""
    ### BEGIN SOLUTION
    s = sigmoid(z)
    return s * (1 - s)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_sigmoid", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("sigmoid"):
    check(sigmoid).given(np.array([[0.0, 4.0]])).returns(
        np.array([[0.5, 0.98201379]]),
        because="1 / (1 + e^0) = 0.5, and 1 / (1 + e^−4) = 0.982",
        hint="Look at the sign of the exponent: a large z gives an output near 1.",
    )
    check(sigmoid).given(np.array([[-4.0, -1.0]])).returns(
        np.array([[0.01798621, 0.26894142]]),
        because="the sigmoid is symmetrical: at 4 it is 0.982, so at −4 it is 0.018",
        hint="Below 0 the numerator is e, not 1.",
    )
    check(sigmoid).given(np.array([1000.0, -1000.0])).returns(
        np.array([1.0, 0.0]),
        because="the sigmoid goes to 1 on the right and to 0 on the left",
        hint="e^1000 overflows. Use e^−|z|, which lies between 0 and 1.",
    )
    check(sigmoid).equals(
        keras.activations.sigmoid,
        on=random_inputs(("batch", "units"), low=-12, high=12),
        because="this is what Keras answers",
        hint="Print both forms for the z of this message. Which half of them differs?",
    )
    check(sigmoid_derivative).given(np.array([0.0, 1000.0, -1000.0])).returns(
        np.array([0.25, 0.0, 0.0]),
        because="0.5 · (1 − 0.5) = 0.25 in the middle, and flat at both ends",
        hint="σ · (1 − σ), with the σ that you have just made safe.",
    )
    check(sigmoid_derivative).is_gradient_of(
        lambda z: float(keras.ops.sum(keras.activations.sigmoid(z))),
        on=random_inputs(("batch", "units"), low=-4, high=4),
        hint="`z` is the input of the sigmoid, not its output: σ(z) · (1 − σ(z)).",
    )
    ### BEGIN HIDDEN TESTS
    for check_shape in [("n",), ("a", "b", "c"), (1,), (4, 4)]:
        check(sigmoid).equals(
            keras.activations.sigmoid,
            on=random_inputs(check_shape, low=-1000, high=1000),
            because="this is what Keras answers, for inputs of any size",
            hint="Use e^−|z|, which lies between 0 and 1.",
        )
        check(sigmoid_derivative).is_gradient_of(
            lambda z: float(keras.ops.sum(keras.activations.sigmoid(z))),
            on=random_inputs(check_shape, low=-9, high=9),
            rounds=1,
            hint="σ(z) · (1 − σ(z)) for every number, in any shape.",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# The article *Deep learning fundamental concepts with Keras code*, which writes the sigmoid in the second form, says that the sigmoid
# turns most negative inputs into numbers very close to 0. How negative must they be? The sigmoid is below 0.01 only from −4.6 downwards,
# since $e^{-4.6} \approx 0.01$. Between −1 and 1 it is close to a straight line. Whether a unit saturates depends on the size of
# its inputs and weights.

# %% [markdown]
# ## Tanh, arctan and softplus
#
# Three more smooth ones. **Tanh** is a sigmoid that was stretched to run from −1 to 1: $\tanh(z) = 2\,\sigma(2z) - 1$, or with exponentials
#
# $$\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}, \qquad \tanh'(z) = 1 - \tanh^2(z)$$
#
# **Arctan** answers the angle, in radians, whose tangent is $z$: from $-\pi/2$ to $\pi/2$, about −1.57 to 1.57. Its derivative is
# $1 / (1 + z^2)$. **Softplus**, $\ln(1 + e^z)$, is a ReLU with its corner rounded off: near 0 on the left, near $z$ on the right, and above
# 0 everywhere. (The logarithm $\ln$ is `np.log`.)
#
# **Predict first:** tanh and arctan both have slope 1 at 0. Which one is flatter at $z = 5$?

# %%
z = np.array([0.0, 1.0, 5.0])
with np.printoptions(precision=5, suppress=True):
    print("tanh         :", np.tanh(z))
    print("2 σ(2z) − 1  :", 2 * sigmoid_1(2 * z) - 1)
    print("tanh, slope  :", numeric_derivative(np.tanh, z))
    print("arctan       :", np.arctan(z))
    print("arctan, slope:", numeric_derivative(np.arctan, z))

# %% [markdown]
# Tanh is far flatter: at 5 the slope of arctan is still 0.038, that of tanh 0.00018, about two hundred times less. See it in the explorer:
# choose the preset *Sigmoid, tanh and arctan*, and compare where each curve leaves the bottom of the right-hand picture.
#
# And softplus? $e^{1000}$ overflows again, though $\ln(1 + e^{1000})$ is simply 1000. The cure is the same: pull the large part out before
# you compute.
#
# $$\ln(1 + e^z) = \max(z, 0) + \ln\left(1 + e^{-|z|}\right)$$

# %% [markdown]
# ### Exercise `softplus` (medium, 9 minutes)
#
# Write tanh, softplus, and three derivatives, all of them right at ±1000. In `tanh` the first line is written for you: it is the
# exponential that cannot overflow. Divide the numerator and the denominator of the formula by the larger exponential, and you can write
# tanh with `e` alone, for $z \ge 0$; for $z < 0$ only the sign changes. (You may use `np.tanh` instead; the derivatives are yours in any
# case.)
#
# | | shape |
# |---|---|
# | `z` | any |
# | returned by all five | an array of the same shape; no `nan`, no `inf` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "softplus",
    "`tanh`: for z ≥ 0 divide everything by e^z. What remains is (1 − e^−2z) / (1 + e^−2z). `np.sign(z)` gives the sign.",
    "`softplus`: the formula above, word by word. `np.log1p(e)` is ln(1 + e), precise for a small e.",
    "The derivative of softplus is a function that you have written already: compare their pictures in the explorer.",
)


# %% nbgrader={"grade": false, "grade_id": "softplus", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tanh(z):
    """The hyperbolic tangent of every number of `z`, from −1 to 1; same shape."""
    e = np.exp(-2 * np.abs(z))
    ### BEGIN SOLUTION
    return np.sign(z) * (1 - e) / (1 + e)
    ### END SOLUTION


def tanh_derivative(z):
    """Slope of tanh at every number of `z`, from 0 to 1; same shape."""
    ### BEGIN SOLUTION
    return 1 - tanh(z) ** 2
    ### END SOLUTION


def arctan_derivative(z):
    """Slope of `np.arctan` at every number of `z`, from 0 to 1; same shape."""
    ### BEGIN SOLUTION
    return 1 / (1 + z**2)
    ### END SOLUTION


def softplus(z):
    """ln(1 + e^z) of every number of `z`, never below 0; same shape."""
    ### BEGIN SOLUTION
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    ### END SOLUTION


def softplus_derivative(z):
    """Slope of softplus at every number of `z`, from 0 to 1; same shape."""
    ### BEGIN SOLUTION
    return sigmoid(z)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_softplus", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("softplus"):
    check_far = np.array([0.0, -1.0, 1000.0, -1000.0])
    check(tanh).given(check_far).returns(
        np.array([0.0, -0.76159416, 1.0, -1.0]),
        because="tanh is 0 at 0, odd, and goes to 1 and −1",
        hint="(1 − e) / (1 + e), and the sign of z in front.",
    )
    check(tanh_derivative).given(check_far).returns(
        np.array([1.0, 0.41997434, 0.0, 0.0]),
        because="1 − tanh², and tanh² is 0 at 0 and 1 far out",
        hint="Square the output of tanh, not the input.",
    )
    check(arctan_derivative).given(np.array([0.0, -2.0, 3.0, 1000.0])).returns(
        np.array([1.0, 0.2, 0.1, 1e-6]),
        because="1 / (1 + 2²) = 0.2, on both sides of 0",
        hint="Square z first, then add 1.",
    )
    check(softplus).given(check_far).returns(
        np.array([0.69314718, 0.31326169, 1000.0, 0.0]),
        because="ln(1 + e^0) = ln 2 = 0.693, and far out it is z or 0",
        hint="max(z, 0) + ln(1 + e^−|z|) has no large exponential.",
    )
    check(softplus_derivative).given(check_far).returns(
        np.array([0.5, 0.26894142, 1.0, 0.0]),
        because="softplus is steep on the right, flat on the left, and half as steep at 0",
        hint="Which activation runs from 0 through 0.5 to 1?",
    )
    for check_function, check_reference in [
        (tanh_derivative, keras.ops.tanh),
        (arctan_derivative, keras.ops.arctan),
        (softplus_derivative, keras.activations.softplus),
    ]:
        check(check_function).is_gradient_of(
            lambda z: float(keras.ops.sum(check_reference(z))),
            on=random_inputs(("batch", "units"), low=-4, high=4),
            rounds=1,
            hint="Compare with `numeric_derivative` from above.",
        )
    ### BEGIN HIDDEN TESTS
    for check_shape in [("n",), ("a", "b", "c"), (3, 3)]:
        for check_function, check_reference, check_reach in [
            (tanh, keras.activations.tanh, 30),
            (tanh_derivative, lambda z: 1 / np.cosh(z) ** 2, 30),
            (arctan_derivative, lambda z: 1 / (1 + z * z), 30),
            (softplus, keras.activations.softplus, 900),
            (softplus_derivative, keras.activations.sigmoid, 900),
        ]:
            check(check_function).equals(
                check_reference,
                on=random_inputs(check_shape, low=-check_reach, high=check_reach),
                rounds=2,
                because="any shape, and inputs of any size",
                hint="Compare with `numeric_derivative` from above.",
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## ReLU and its relatives
#
# ReLU does not saturate above 0, and it costs one comparison. Another article, *Deep learning with TensorFlow*, shows the usual activations
# in one picture, and this lesson follows that list. It calls ReLU the most used one, above all in convolutional networks (part 3), and a
# good first choice. That is still good advice for hidden layers. It has one
# weakness. A unit whose weighted sum is below 0 for *every* sample answers 0 and has slope 0 for every sample: no change comes through, so
# its own weights get no message to change. It is called a **dead** ReLU:

# %%
samples = np.random.default_rng(0).normal(size=(1000, 3))
sums = (
    samples @ np.array([0.5, -1.0, 0.8]) - 10.0
)  # one unit with a bias that is far too low
print(f"sums from {sums.min():.1f} to {sums.max():.1f}")
print(f"share of samples with ReLU slope 0: {np.mean(sums <= 0):.2f}")

# %% [markdown]
# Its relatives leave a little slope below 0. Above 0 all of them are the identity, with slope 1.
#
# | activation | below 0 | slope below 0 |
# |---|---|---|
# | **leaky ReLU** | $\alpha z$ | $\alpha$, a fixed small number such as 0.1 |
# | **PReLU** (parametric ReLU) | $\alpha z$ | $\alpha$, learned like a weight, one for each unit |
# | **ELU** (exponential linear unit) | $\alpha\,(e^z - 1)$ | $\alpha\,e^z$ |
#
# Leaky ReLU and PReLU have the same formula; what differs is who chooses $\alpha$. To learn $\alpha$ the network also needs the derivative
# by $\alpha$: how much the output changes when $\alpha$ changes by a little. A worked example at $z = -3$: with $\alpha = 0.1$ the output
# is −0.3, with $\alpha = 0.2$ it is −0.6. So 0.1 more of $\alpha$ brings −0.3, and the derivative is −0.3 / 0.1 = −3: below 0 it is $z$
# itself, above 0 it is 0.
#
# **Predict first**, with the question under the picture, then move $z$:

# %%
ActivationExplorer("ReLU and its relatives")

# %% [markdown]
# ### Exercise `elu` (medium, 9 minutes)
#
# Write leaky ReLU and ELU with their derivatives, and the derivative of PReLU by `alpha`. At $z = 0$ the formula for *below 0* counts, so
# there the slope is `alpha`. `alpha` may be any number, also above 1 or below 0; for PReLU it comes as an array with one number per unit.
#
# | | shape |
# |---|---|
# | `z` | any |
# | `alpha` | one number; in `leaky_relu` and its derivative also (units,), for `z` of shape (batch, units) |
# | returned by all five | an array of the shape of `z`; `z` is left as it is |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "elu",
    "`np.where(z > 0, above, below)`, with one formula for each side, serves for all five.",
    "`alpha * z` broadcasts: (units,) with (batch, units). No loop over the units is needed.",
    "`np.where` computes both sides for every number, so e^z overflows for a large z. `np.exp(np.minimum(z, 0))` does not.",
)


# %% nbgrader={"grade": false, "grade_id": "elu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def leaky_relu(z, alpha):
    """`z` above 0, `alpha * z` below; same shape.

    z: array of any shape; alpha: one number, or (units,) for z of shape (batch, units).
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, z, alpha * z)
    ### END SOLUTION


def leaky_relu_derivative(z, alpha):
    """Slope of leaky ReLU by `z`: 1 above 0, else `alpha`; arguments as above, shape of `z`."""
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, alpha)
    ### END SOLUTION


def prelu_alpha_derivative(z):
    """Change of `leaky_relu(z, alpha)` for a small change of `alpha`; shape of `z`."""
    ### BEGIN SOLUTION
    return np.minimum(z, 0)
    ### END SOLUTION


def elu(z, alpha):
    """`z` above 0, `alpha * (e^z − 1)` below; z: any shape, alpha: one number; shape of `z`."""
    ### BEGIN SOLUTION
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
    ### END SOLUTION


def elu_derivative(z, alpha):
    """Slope of the ELU by `z`: 1 above 0, else `alpha * e^z`; shape of `z`."""
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_elu", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("elu"):
    check_z = np.array([[-2.0, 3.0], [-1000.0, 1000.0], [0.5, -1.0]])
    check(leaky_relu).given(check_z, 0.1).returns(
        np.array([[-0.2, 3.0], [-100.0, 1000.0], [0.5, -0.1]]),
        because="above 0 nothing changes; below 0 the slope is 0.1",
        hint="z > 0 decides, number by number.",
    )
    check(leaky_relu).given(np.array([-2.0, 3.0]), 2.0).returns(
        np.array([-4.0, 3.0]),
        because="alpha may be above 1: −2 · 2 = −4",
        hint="The larger of z and alpha · z is right only for alpha up to 1. Ask z > 0.",
    )
    check(leaky_relu).given(check_z, np.array([0.5, 0.25])).returns(
        np.array([[-1.0, 3.0], [-500.0, 1000.0], [0.5, -0.25]]),
        because="PReLU: each column, one unit, has an alpha of its own",
        hint="Let broadcasting do it: alpha · z.",
    )
    check(leaky_relu_derivative).given(np.array([-2.0, 0.0, 3.0]), 0.1).returns(
        np.array([0.1, 0.1, 1.0]),
        because="the slope is alpha up to and at 0, and 1 above",
        hint="At 0 the left side counts: ask z > 0.",
    )
    check(leaky_relu_derivative).given(check_z, np.array([0.5, -2.0])).returns(
        np.array([[0.5, 1.0], [0.5, 1.0], [1.0, -2.0]]),
        because="one alpha for each column",
        hint="`np.where` broadcasts alpha as well.",
    )
    check(prelu_alpha_derivative).given(np.array([-3.0, 0.0, 2.0])).returns(
        np.array([-3.0, 0.0, 0.0]),
        because="the worked example: at −3 the output changes by −3 for each 1 of alpha",
        hint="Below 0 the output is alpha · z. What multiplies alpha there?",
    )
    check(elu).given(check_z, 1.0).returns(
        np.array([[-0.86466472, 3.0], [-1.0, 1000.0], [0.5, -0.63212056]]),
        because="e^−2 − 1 = −0.865, and far out on the left it is −alpha",
        hint="Below 0: alpha · (e^z − 1); above 0: z.",
    )
    check(elu).given(np.array([-2.0, -1000.0, 3.0]), 0.25).returns(
        np.array([-0.21616618, -0.25, 3.0]),
        because="0.25 · (e^−2 − 1) = −0.216: alpha multiplies the whole bracket",
        hint="Where does alpha stand in alpha · (e^z − 1)?",
    )
    check(elu_derivative).given(np.array([-1000.0, -1.0, 0.0, 1000.0]), 2.0).returns(
        np.array([0.0, 0.73575888, 2.0, 1.0]),
        because="2 · e^−1 = 0.736, at 0 the left side counts, and above 0 the slope is 1",
        hint="Below 0 the slope is alpha · e^z.",
    )
    for check_name, check_function, check_arguments in [
        ("leaky_relu(z, 0.1)", leaky_relu, (0.1,)),
        ("leaky_relu_derivative(z, 0.1)", leaky_relu_derivative, (0.1,)),
        ("prelu_alpha_derivative(z)", prelu_alpha_derivative, ()),
        ("elu(z, 1.0)", elu, (1.0,)),
        ("elu_derivative(z, 1.0)", elu_derivative, (1.0,)),
    ]:
        check_changed = check_z.copy()
        check_function(check_changed, *check_arguments)
        check(check_changed, f"z, after {check_name}").returns(
            check_z,
            because="z is needed again",
            hint="Make a new array instead of writing into `z`.",
        )

    def check_prelu(z, alpha):
        """PReLU in Keras, holding these alphas."""
        layer = keras.layers.PReLU(dtype="float64")
        layer.build(z.shape)
        layer.set_weights([alpha])
        return layer(z)

    check(leaky_relu).equals(
        check_prelu,
        on=random_inputs(("batch", "units"), ("units",)),
        rounds=3,
        because="this is what the layer PReLU of Keras answers for these alphas",
        hint="One alpha for each column of z.",
    )
    ### BEGIN HIDDEN TESTS
    for check_shape in [("n",), ("a", "b", "c"), (4, 4)]:
        for check_alpha in [0.0, 0.25, 1.5, -0.5]:
            (check_at,) = random_inputs(check_shape, low=-6, high=6).draw(
                np.random.default_rng()
            )
            for check_function, check_expected in [
                (
                    leaky_relu,
                    np.maximum(check_at, 0) + check_alpha * np.minimum(check_at, 0),
                ),
                (
                    leaky_relu_derivative,
                    np.heaviside(check_at, 0) * (1 - check_alpha) + check_alpha,
                ),
                (elu, np.asarray(keras.activations.elu(check_at, alpha=check_alpha))),
                (
                    elu_derivative,
                    np.heaviside(check_at, 0)
                    + check_alpha * np.heaviside(-check_at, 0) * np.exp(check_at),
                ),
            ]:
                check(check_function).given(check_at, check_alpha).returns(
                    check_expected,
                    because="any shape and any alpha",
                    hint="z > 0 decides, number by number.",
                )
    check(prelu_alpha_derivative).equals(
        lambda z: (
            (
                check_prelu(z, np.full(z.shape[1], 0.5))
                - check_prelu(z, np.full(z.shape[1], 0.25))
            )
            / 0.25
        ),
        on=random_inputs(("batch", "units")),
        because="measured by changing alpha of the layer PReLU",
        hint="Below 0 the output is alpha · z.",
    )
    check(leaky_relu_derivative).equals(
        lambda z, alpha: np.heaviside(z, 0) * (1 - alpha) + alpha,
        on=random_inputs(("batch", "units"), ("units",)),
        rounds=2,
        because="one alpha for each column, in any table",
        hint="`np.where` broadcasts alpha as well.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Did the question surprise you? An ELU starts steeper below 0, and saturates: for $\alpha = 1$ its slope falls below 0.05 at $z = -3$.
# With $\alpha = 0.1$ the leaky ReLU keeps its slope at every input; with $\alpha$ below 0.05 it too would count as saturated.

# %% [markdown]
# ## Softmax: from scores to probabilities
#
# All activations so far look at one number. **Softmax** looks at all outputs of a layer together and turns them into probabilities: each
# above 0, all of them adding up to 1. Its inputs, any numbers, are called scores or **logits**.
#
# $$p_i = \frac{e^{z_i}}{e^{z_1} + e^{z_2} + \dots + e^{z_k}}$$
#
# A worked example with three scores. **Predict first:** what happens to the probabilities when all three scores rise by 100?

# %%
scores = np.array([2.0, 1.0, -1.0])
for shift in (0, 100):
    exponentials = np.exp(scores + shift)
    probabilities = exponentials / exponentials.sum()
    print(f"scores + {shift:3}: {probabilities.round(4)}, sum {probabilities.sum():.4f}")

# %% [markdown]
# Nothing happens: every exponential grows by the same factor $e^{100}$, and the factor cancels. That is the way to a stable softmax.
# Subtract the largest score from all of them first: the largest exponent is then 0, and nothing can overflow.
#
# *Deep learning with TensorFlow* says that softmax pushes one result close to 1 and the others close to 0. It depends on how far the scores lie apart:

# %%
for scores in ([1.0, 1.1], [1.0, 3.0], [1.0, 7.0]):
    exponentials = np.exp(scores)
    print(scores, "->", (exponentials / exponentials.sum()).round(4))

# %% [markdown]
# With two classes only the difference $d$ of the scores counts, and softmax is the sigmoid of it:
# $e^{a} / (e^{a} + e^{b}) = 1 / (1 + e^{-(a - b)})$. The sigmoid of $1.1 - 1.0 = 0.1$ is 0.525, as in the first line.
#
# The derivative of softmax is a table, because each output depends on every score. Row $i$, column $j$ says how much $p_i$ changes with
# $z_j$:
#
# $$\frac{\partial p_i}{\partial z_j} = p_i\,(1 - p_i) \text{ if } i = j, \qquad -p_i\,p_j \text{ if not}$$
#
# Raise one score, and its own probability rises while all others fall. Such a table of derivatives is called a **Jacobian**. For two equal
# scores, $p = (0.5, 0.5)$, it is $\begin{pmatrix} 0.25 & -0.25 \\ -0.25 & 0.25 \end{pmatrix}$.
#
# One thing about NumPy before you write it. In a batch each row has a largest score of its own. `axis=-1` takes it along the last axis, and
# `keepdims=True` keeps that axis, with length 1, so that the result broadcasts against the batch:

# %%
batch = np.array([[2.0, 1.0, -1.0], [5.0, 7.0, 6.0]])  # (batch, classes) = (2, 3)
print("without keepdims:", batch.max(axis=-1).shape, batch.max(axis=-1))
print("with keepdims:   ", batch.max(axis=-1, keepdims=True).shape)
print(batch / batch.max(axis=-1, keepdims=True))

# %% [markdown]
# ### Exercise `softmax` (hard, 12 minutes)
#
# Write the stable softmax over the last axis, and the Jacobian for one row of scores. Both must be right at ±1000.
#
# | | shape |
# |---|---|
# | `scores` in `softmax` | (classes,), (batch, classes), or with more axes in front; left as it is |
# | returned by `softmax` | the same shape; it adds up to 1 along the last axis |
# | `scores` in `softmax_jacobian` | (classes,) |
# | returned by `softmax_jacobian` | (classes, classes) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "softmax",
    "Which axis holds the classes? `scores.max(axis=-1, keepdims=True)` keeps an axis of length 1, so that broadcasting fits.",
    "Three lines: subtract the largest score, take the exponentials, divide by their sum along the same axis.",
    "Jacobian: `np.outer(p, p)` holds all products p_i · p_j, and `np.diag(p)` puts p on the diagonal of a table of zeros.",
)


# %% nbgrader={"grade": false, "grade_id": "softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax(scores):
    """Probabilities along the last axis of `scores` (..., classes); same shape."""
    ### BEGIN SOLUTION
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
    ### END SOLUTION


def softmax_jacobian(scores):
    """Derivative (classes, classes) of the probability in each row by the score in each column.

    scores: (classes,).
    """
    ### BEGIN SOLUTION
    p = softmax(scores)
    return np.diag(p) - np.outer(p, p)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_softmax", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("softmax"):
    check(softmax).given(np.array([0.0, np.log(3.0)])).returns(
        np.array([0.25, 0.75]),
        because="e^0 = 1 and e^ln 3 = 3, and together they are 4",
        hint="Divide each exponential by the sum of all.",
    )
    check_scores = np.array([[2.0, 1.0, -1.0], [0.0, 0.0, 0.0]])
    check(softmax).given(check_scores).satisfies(
        "every row adds up to 1",
        lambda it: np.shape(it) == (2, 3) and np.allclose(np.sum(it, axis=1), 1),
        because="each row holds the probabilities of one example",
        hint="The classes are on the last axis: sum with axis=-1 and keepdims=True.",
    )
    check(softmax).given(
        np.array([[1000.0, -1000.0], [-1000.0, -1000.0], [1000.0, 999.0]])
    ).returns(
        np.array([[1.0, 0.0], [0.5, 0.5], [0.73105858, 0.26894142]]),
        because="only differences count: 1000 and 999 are like 1 and 0",
        hint="Subtract the largest score of each row before you take exponentials.",
    )
    check(softmax).equals(
        keras.activations.softmax,
        on=random_inputs((2, 2, 3)),
        rounds=1,
        because="with axes in front, the classes are still on the last axis",
        hint="Count from the end: axis=-1 is right for any number of axes.",
    )
    check_changed = check_scores.copy()
    softmax(check_changed)
    check(check_changed, "scores, after softmax(scores) was called").returns(
        check_scores,
        because="the scores are needed again",
        hint="`-=` writes into the argument; make a new array.",
    )
    check(softmax).equals(
        keras.activations.softmax,
        on=random_inputs(("batch", "classes")),
        because="this is what Keras answers",
        hint="The classes are on the last axis.",
    )
    check(softmax_jacobian).given(np.array([0.0, 0.0])).returns(
        np.array([[0.25, -0.25], [-0.25, 0.25]]),
        because="p = (0.5, 0.5): 0.5 · 0.5 on the diagonal, −0.5 · 0.5 beside it",
        hint="p on a diagonal, minus all products p_i · p_j.",
    )
    check(softmax_jacobian).given(np.array([1000.0, -1000.0, 0.0])).returns(
        np.zeros((3, 3)),
        because="one probability is 1 and stays 1: softmax saturates too",
        hint="Call your stable `softmax`.",
    )

    def check_measured_jacobian(scores):
        """Column j: what a small change of score j does to Keras's softmax."""
        steps = 1e-5 * np.eye(len(scores))
        up = np.asarray(keras.activations.softmax(scores + steps))
        down = np.asarray(keras.activations.softmax(scores - steps))
        return ((up - down) / 2e-5).T

    check(softmax_jacobian).equals(
        check_measured_jacobian,
        on=random_inputs(("classes",)),
        because="measured by moving each score a little up and down",
        hint="Diagonal: p_i · (1 − p_i). Elsewhere: −p_i · p_j.",
    )
    ### BEGIN HIDDEN TESTS
    for check_shape in [("n",), (4, 4), ("a", "b", "classes"), (2, 2)]:
        for check_reach in (3, 2000):
            check(softmax).equals(
                keras.activations.softmax,
                on=random_inputs(check_shape, low=-check_reach, high=check_reach),
                rounds=2,
                because="any number of axes, and scores of any size",
                hint="Largest score and sum are both taken along axis=-1, with keepdims=True.",
            )
    check(softmax).given(np.array([[5.0], [-3.0]])).returns(
        np.array([[1.0], [1.0]]),
        because="with one class there is no choice",
        hint="Largest score and sum are both taken along axis=-1, with keepdims=True.",
    )
    check(softmax_jacobian).equals(
        check_measured_jacobian,
        on=random_inputs((7,)),
        because="measured by moving each score a little up and down",
        hint="Diagonal: p_i · (1 − p_i). Elsewhere: −p_i · p_j.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## The same in Keras
#
# The checks compared your functions with Keras, on random shapes. Here is the comparison once more, in numbers, for the NumPy functions
# that the explorer computes with, at 1,000 random inputs and at ±1000. Keras has no binary step; there we compare with
# `keras.ops.heaviside`, which is no activation but an operation. Its arctan is an operation too.

# %%
z = np.append(np.random.default_rng(1).normal(0, 4, size=1000), [1000.0, -1000.0])
in_keras = {
    "identity": keras.activations.linear,
    "step": lambda z: keras.ops.heaviside(z, 1.0),
    "sigmoid": keras.activations.sigmoid,
    "tanh": keras.activations.tanh,
    "arctan": keras.ops.arctan,
    "relu": keras.activations.relu,
    "leaky_relu": lambda z: keras.activations.leaky_relu(z, negative_slope=0.25),
    "elu": lambda z: keras.activations.elu(z, alpha=0.25),
    "softplus": keras.activations.softplus,
}
for name, function in in_keras.items():
    ours = activation_explorer.activation(name, z, alpha=0.25)
    print(
        f"{name:10} largest difference {np.abs(ours - np.asarray(function(z))).max():.1e}"
    )

# %% [markdown]
# Two things to know. First, the default $\alpha$ of leaky ReLU is not the same everywhere in Keras, so always write it down:

# %%
minus_one = np.array([[-1.0]])
print(
    "keras.activations.leaky_relu:",
    round(float(keras.activations.leaky_relu(minus_one)[0, 0]), 6),
)
print(
    "keras.layers.LeakyReLU      :",
    round(float(keras.layers.LeakyReLU()(minus_one)[0, 0]), 6),
)

# %% [markdown]
# Second, an activation can stand in two places: as an **argument** of the layer whose sums it takes, or as a **layer of its own** after it.
# The article on fundamental concepts writes both with `input_shape=(3,)` in the first layer; Keras 3 has an `Input` for that. With the same
# weights both give the same numbers:

# %%
keras.utils.set_random_seed(0)
as_argument = keras.Sequential(
    [keras.Input(shape=(3,)), keras.layers.Dense(5, activation="relu")]
)
as_layer = keras.Sequential(
    [keras.Input(shape=(3,)), keras.layers.Dense(5), keras.layers.Activation("relu")]
)
as_layer.set_weights(as_argument.get_weights())
inputs = np.random.default_rng(0).normal(size=(100, 3))
difference = as_argument.predict(inputs, verbose=0) - as_layer.predict(inputs, verbose=0)
print("layers:", len(as_argument.layers), "and", len(as_layer.layers))
print("largest difference:", np.abs(difference).max())

# %% [markdown]
# The argument is shorter. The layer of its own is needed where something stands between sum and activation, or where the activation has
# weights. Where it has settings it is the clearer way: `keras.layers.LeakyReLU(negative_slope=0.1)`, `keras.layers.ELU(alpha=0.5)`,
# `keras.layers.Softmax()`. PReLU exists only as a layer, because it has weights: one $\alpha$ per unit. **Predict first:** what is $\alpha$
# before training, so which activation is an untrained PReLU?

# %%
prelu = keras.layers.PReLU()
print("output:", np.asarray(prelu(np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]]))))
print("parameters:", prelu.count_params())

# %% [markdown]
# $\alpha$ starts at 0, so an untrained PReLU is a ReLU. The five parameters are one $\alpha$ for each of the 5 units.

# %% [markdown]
# ## Pick the activation of the output
#
# In hidden layers the activation is a matter of what trains well: ReLU first, a relative if units die. At the output it is a matter of
# *which values the answer can take*. Lesson 01 showed a converter that could not say −40 °F because its output was a ReLU.
#
# | the answer is | units | activation |
# |---|---|---|
# | a number of any sign | 1 | identity, `"linear"` |
# | a number that is always above 0, without an upper end | 1 | `"softplus"` |
# | a number between −1 and 1 | 1 | `"tanh"` |
# | yes or no: one probability | 1 | `"sigmoid"` |
# | exactly one of $k$ classes | $k$ | `"softmax"` |
# | each of $k$ labels may be true or not, on its own | $k$ | `"sigmoid"` |
#
# The last two are often confused. The article on fundamental concepts ends a network for *one of two* classes with two sigmoid units; such outputs need not
# add up to 1. A worked example with the scores 2 and 1:

# %%
scores = np.array([2.0, 1.0])
print("two sigmoids:", sigmoid_1(scores).round(3), "sum", sigmoid_1(scores).sum().round(3))
exponentials = np.exp(scores)
probabilities = exponentials / exponentials.sum()
print("softmax     :", probabilities.round(3), "sum", probabilities.sum().round(3))

# %% [markdown]
# 0.881 and 0.731 are fine for two tags that may both be true, and wrong for cat *or* dog.

# %% [markdown]
# ### Exercise `build_network` (medium, 12 minutes)
#
# `output_for(task)` picks the output: how many units, and which activation.
#
# | `task` | the answer |
# |---|---|
# | `"temperature"` | tomorrow's temperature in °C |
# | `"rain"` | the probability that it rains |
# | `"animal"` | one of cat, dog, lizard, llama |
# | `"tags"` | which of 5 tags fit a picture; several may fit, or none |
# | `"steering"` | how far to turn the wheel, from −1 (left) to 1 (right) |
# | `"waiting"` | minutes until the bus comes, always above 0, without an upper end |
#
# `build_network(task, own_layers)` builds the network for it, in the manner of the article's 3-5-2 network: 3 inputs, a `Dense` layer of 5
# units with ReLU, then a `Dense` output layer as `output_for` picked it. With `own_layers=False` the activations are arguments. With
# `own_layers=True` no `Dense` has an activation, and each activation is a layer of its own. (A layer for `"linear"` may be there or not.)
#
# Returned: by `output_for` a tuple `(units, activation)`, a whole number and one of the texts `"linear"`, `"softplus"`, `"tanh"`,
# `"sigmoid"`, `"softmax"`, `"relu"`; by `build_network` a Keras model. It need not be compiled.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "build_network",
    "Ask of each task: can the answer be negative? Has it an end? Is exactly one thing true, or may several be?",
    "A dictionary from task to tuple is one neat way for `output_for`.",
    'Own layers: `keras.layers.Dense(5)`, then `keras.layers.Activation("relu")`, and the same for the output. An `if own_layers:` with two lists will do.',
)


# %% nbgrader={"grade": false, "grade_id": "build_network", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_for(task):
    """(units, activation) of the output layer for a `task` of the table, such as "rain"."""
    ### BEGIN SOLUTION
    outputs = {
        "temperature": (1, "linear"),
        "rain": (1, "sigmoid"),
        "animal": (4, "softmax"),
        "tags": (5, "sigmoid"),
        "steering": (1, "tanh"),
        "waiting": (1, "softplus"),
    }
    return outputs[task]
    ### END SOLUTION


def build_network(task, own_layers):
    """A Keras model: 3 inputs, 5 ReLU units, and the output for `task`.

    own_layers: True for activations as layers of their own, False for arguments of Dense.
    """
    ### BEGIN SOLUTION
    units, activation = output_for(task)
    model = keras.Sequential([keras.Input(shape=(3,))])
    for size, function in [(5, "relu"), (units, activation)]:
        if own_layers:
            model.add(keras.layers.Dense(size))
            model.add(keras.layers.Activation(function))
        else:
            model.add(keras.layers.Dense(size, activation=function))
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_build_network", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("build_network"):
    for check_task, check_units, check_right, check_hint in [
        ("temperature", 1, "313428d9", "It may be −20 or 35: any sign, no end."),
        ("rain", 1, "2744d069", "One probability, from 0 to 1."),
        ("animal", 4, "6f8694b4", "Exactly one of the four is right, so they share 1."),
        (
            "tags",
            5,
            "92b7a14a",
            "Each tag is a yes or no of its own; they need not add up to 1.",
        ),
        ("steering", 1, "7f05b813", "Which activation runs from −1 to 1?"),
        ("waiting", 1, "e17cb63e", "Never 0 or below, and no upper end."),
    ]:
        check(output_for).given(check_task).satisfies(
            "it is a tuple of two: units and activation",
            lambda it: isinstance(it, (tuple, list)) and len(it) == 2,
            because="the number of units and the activation are chosen together",
            hint='Such as (1, "linear").',
        )
        check_output = output_for(check_task)
        check(check_output[0], f'the units for "{check_task}"').returns(
            check_units,
            because="one unit for each number of the answer",
            hint="How many numbers does the answer have?",
        )
        check(check_output[0], f'the units for "{check_task}"').satisfies(
            "it is a whole number, 1 and not 1.0",
            lambda it: isinstance(it, (int, np.integer)),
            because="a Dense layer counts its units",
            hint="Write it without a point.",
        )
        check(check_output[1], f"the activation for {check_task}").chooses(
            "linear",
            "softplus",
            "tanh",
            "sigmoid",
            "softmax",
            "relu",
            right=check_right,
            hint=check_hint,
        )

    def check_network(units, activation, own_layers):
        """The network that is asked for, in the way that `own_layers` says."""
        layers = [keras.Input(shape=(3,))]
        for size, function in [(5, "relu"), (units, activation)]:
            if own_layers:
                layers += [keras.layers.Dense(size), keras.layers.Activation(function)]
            else:
                layers += [keras.layers.Dense(size, activation=function)]
        return keras.Sequential(layers)

    def check_layers(model):
        """The layers of a model without its input."""
        return [it for it in model.layers if not isinstance(it, keras.layers.InputLayer)]

    for check_task in ("animal", "temperature", "rain", "tags", "steering", "waiting"):
        for check_own in (False, True):
            check_like = check_network(*output_for(check_task), check_own)
            check_model = check(build_network).given(check_task, check_own).result()
            check_name = f"build_network({check_task!r}, {check_own})"
            if check_own:
                check(check_model, check_name).satisfies(
                    "the Dense layers have no activation: each is a layer of its own",
                    lambda it: all(
                        layer.get_config()["activation"] == "linear"
                        for layer in it.layers
                        if isinstance(layer, keras.layers.Dense)
                    ),
                    because="both ways are asked for, each where `own_layers` says so",
                    hint="`own_layers` says which of the two ways is wanted.",
                    expects="a Keras model",
                )
                check(check_model, check_name).satisfies(
                    "after the Dense layer of 5 units stands a layer of its own for ReLU",
                    lambda it: (
                        not isinstance(
                            [*check_layers(it), None, None][1],
                            (keras.layers.Dense, type(None)),
                        )
                    ),
                    because="without it the two Dense layers collapse into one",
                    hint='`keras.layers.Activation("relu")` or `keras.layers.ReLU()`.',
                    expects="a Keras model",
                )
            check(check_model, check_name).is_model(
                like=check_like,
                because="it is the 3-5-2 network with another output",
                hint="An activation that is missing is wanted as a layer of its own, behind its Dense."
                if check_own
                else "3 inputs, 5 units with ReLU, then the units and the activation of `output_for`.",
            )
            if not check_own:
                check(check_model, check_name).satisfies(
                    "there are two layers: each activation is an argument of its Dense",
                    lambda it: len(check_layers(it)) == 2,
                    because="both ways are asked for, each where `own_layers` says so",
                    hint="`own_layers` says which of the two ways is wanted.",
                )
    ### BEGIN HIDDEN TESTS
    for check_task in ("rain", "tags", "steering", "waiting"):
        for check_own in (False, True):
            check_model = check(build_network).given(check_task, check_own).result()
            check(len(check_layers(check_model)), "the number of layers").returns(
                4 if check_own else 2,
                because="two Dense layers, and two more where activations are layers",
                hint="`own_layers` says which of the two ways is wanted.",
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A broken model: a barometer that does not learn
#
# A barometer shows less pressure the higher you are. 90 stations between 100 and 9,000 metres report their height and the pressure, in
# parts of the pressure at sea level; it falls like $e^{-h / 8400}$. A small network shall learn the curve: 16 tanh units and a linear
# output.
#
# The **symptom**: the loss stops at 0.0349 and stays there. **Predict first:** what does this network answer for 100 m, and what for 9,000 m?


# %%
altitude = np.linspace(100.0, 9000.0, 90).reshape(-1, 1)  # metres, (stations, 1)
pressure = np.exp(-altitude / 8400)  # in parts of the pressure at sea level


def broken_barometer():
    """A network with a bug."""
    model = keras.Sequential(
        [
            keras.Input(shape=(1,)),
            keras.layers.Dense(16, activation="tanh"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    return model


keras.utils.set_random_seed(0)
broken = broken_barometer()
history = training.fit_full_batch(broken, altitude, pressure, epochs=500, progress=False)
losses = history.history["loss"]
print(f"loss after 100 updates {losses[99]:.4f}, after 500 {losses[-1]:.4f}")
print(f"variance of the labels {pressure.var():.4f}")
answers = broken.predict(altitude, verbose=0)
print(f"smallest answer {answers.min():.3f}, largest {answers.max():.3f}")

figure, axes = plots.axes(
    "Pressure over height, after 500 updates",
    "height (m)",
    "pressure (sea level = 1)",
)
axes.plot(altitude, pressure, "o", markersize=4, label="stations")
axes.plot(altitude, answers, "--", label="the network's answer")
axes.legend()
plots.show(
    figure,
    alt=(
        "The stations' pressure falls from 0.99 at 100 m to 0.34 at 9000 m. "
        "The network answers 0.61 at every height."
    ),
)

# %% [markdown]
# It answers nearly the same everywhere. The loss is the variance of the labels, the mean squared error of always saying their mean. To find
# the cause, look inside. Here are the weighted sums of the 16 hidden units, for all 90 stations:

# %%
weights, bias = broken.layers[0].get_weights()
sums = altitude @ weights + bias  # (stations, units) = (90, 16)
print(f"weights from {weights.min():.2f} to {weights.max():.2f}")
print(
    f"size of the sums: smallest {np.abs(sums).min():.1f}, largest {np.abs(sums).max():.0f}"
)

# %% [markdown]
# ### Exercise `repaired_barometer` (hard, 14 minutes, a broken model to diagnose)
#
# Find the cause, measure it, and repair it. `diagnosis()` returns one letter:
#
# - `"a"`: the learning rate is too low, the training is not finished
# - `"b"`: the hidden units are saturated, so no change comes through
# - `"c"`: two linear layers have collapsed into one, which can only draw a line
# - `"d"`: the output activation cannot give the values that the labels have
#
# `saturated_share(sums)` returns the share, from 0 to 1, of the weighted sums at which the slope of tanh is below 0.05.
#
# `repaired_barometer()` returns the compiled model without the bug. It still takes heights in metres. Keep the 16 tanh units, the linear
# output, the loss and the optimizer; you may add one layer that has no weights to learn. `keras.layers.Rescaling(factor)` is one: it
# multiplies its input with a number. The check trains your model with 500 updates and asks for a loss below 0.005.
#
# | | what it is |
# |---|---|
# | `sums` | an array of any shape |
# | returned | one text; one number; one compiled Keras model |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "repaired_barometer",
    "The printed sums are far from 0. Put tanh on such an input in the explorer: what are its output and its slope?",
    "`np.mean` of an array of truth values is the share of `True`. The slope is a function that you have written.",
    "Heights up to 9,000 should reach the hidden units as numbers of about 1. By which factor? The layer stands first.",
)


# %% nbgrader={"grade": false, "grade_id": "repaired_barometer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnosis():
    """The letter of the cause: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


def saturated_share(sums):
    """Share, from 0 to 1, of the numbers in `sums` at which the slope of tanh is below 0.05."""
    ### BEGIN SOLUTION
    return np.mean(1 - np.tanh(sums) ** 2 < 0.05)
    ### END SOLUTION


def repaired_barometer():
    """The compiled model, without the bug; its input is a height in metres."""
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input(shape=(1,)),
            keras.layers.Rescaling(1 / 9000),
            keras.layers.Dense(16, activation="tanh"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_repaired_barometer", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("repaired_barometer"):
    check_letter = check(diagnosis).given().result()
    check_hints = {
        "a": "Did the loss still fall from update 100 to 500?",
        "b": "What does tanh answer for a sum of 1000, and what is its slope there?",
        "c": "Is there an activation between the two layers?",
        "d": "The labels lie between 0.34 and 0.99. Which values can a linear output give?",
    }
    check(diagnosis).given().chooses(
        "a",
        "b",
        "c",
        "d",
        right="97715c88",
        hint=check_hints.get(str(check_letter), "One small letter, as a text."),
    )
    check(saturated_share).given(
        np.array([[0.0, 1.0, 2.1, -0.5], [2.3, -2.3, -900.0, 0.2]])
    ).returns(
        0.375,
        because="at ±2.3 the slope is 0.040, at −900 it is 0: three of eight are below 0.05",
        hint="A share lies between 0 and 1. The slope of tanh is 1 − tanh²; large negative sums saturate too.",
    )
    check_barometer = check(repaired_barometer).given().result()
    check(check_barometer, "repaired_barometer()").is_compiled(
        loss="mse",
        optimizer="adam",
        learning_rate=0.01,
        because="the training of the broken model was not its fault",
        hint="Keep the compile line as it was.",
    )
    check(
        [layer.get_config().get("units") for layer in check_barometer.layers], "the units"
    ).satisfies(
        "it ends with a Dense layer of 16 units and a Dense layer of 1",
        lambda it: [units for units in it if units] == [16, 1],
        because="the network itself is to stay as it is",
        hint="Keep both Dense layers; add at most a layer without units, in front.",
    )
    check(
        [layer.get_config().get("activation") for layer in check_barometer.layers],
        "the activations of the layers",
    ).satisfies(
        "tanh is the only one besides linear",
        lambda it: set(it) - {None, "linear"} == {"tanh"},
        because="the exercise asks to keep the tanh units and the linear output",
        hint="The activation is innocent.",
    )
    check(
        sum(int(np.prod(weight.shape)) for weight in check_barometer.trainable_weights),
        "the number of weights and biases to learn",
    ).returns(
        49,
        because="16 + 16 in the hidden layer, 16 + 1 at the output",
        hint="The layer that you add must have no weights to learn.",
    )
    check_altitude = np.linspace(100.0, 9000.0, 90).reshape(-1, 1)
    check_pressure = np.exp(-check_altitude / 8400)
    check_losses = training.fit_full_batch(
        check_barometer, check_altitude, check_pressure, epochs=500, progress=False
    ).history["loss"]
    check(check_losses[-1], "the loss after 500 updates on heights in metres").lies_between(
        0,
        0.005,
        because="the broken model stays at 0.0349",
        hint="How large are the numbers that reach the hidden layer?",
    )
    ### BEGIN HIDDEN TESTS
    check(saturated_share).equals(
        lambda sums: float(np.mean(np.abs(sums) > np.arctanh(np.sqrt(0.95)))),
        on=random_inputs(("stations", "units"), low=-5, high=5),
        because="tanh has the slope 0.05 at ±2.18",
        hint="Both sides count, and the share is taken over all numbers.",
    )
    check(saturated_share).given(np.zeros(7)).returns(
        0.0, because="at 0 tanh is steepest", hint="Below 0.05, not above."
    )
    check(
        np.asarray(check_barometer(np.array([[5000.0]])))[0, 0],
        "the pressure that the trained model predicts at 5000 m",
    ).lies_between(
        0.45,
        0.65,
        because="e^(−5000 / 8400) = 0.55",
        hint="The input is a height in metres.",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# The name of this bug is *saturated hidden units*. Even the sums nearest to 0 lie where tanh is within 0.001 of 1 or −1, so each unit gives
# nearly the same answer for all stations. The output layer can only add up 16 constants, so the network says one number, and the best one
# number is the mean. The slope is nearly 0, so the hidden weights get hardly any message to change, however long the training. The cure is
# lesson 01's: scale the input. The bug was that *all* units were flat at *all* stations; a few bends in range are enough. With the factor
# 1/100 about four fifths of the sums are still saturated at the start, but each unit is steep at some stations, and the network learns the
# curve even better than with 1/9000.

# %% [markdown]
# ## Train the full model
#
# Now the claims of this lesson, in a real training. The data are two interleaved half circles, 400 points, which no straight line
# separates. For each of seven activations we train networks with 1, 2 and 8 hidden layers of 16 units, from three starting points each,
# with 200 updates of Adam(0.01). The articles give no figures for this comparison, only the advice "ReLU first"; here are ours. The number
# is the share of points on the right side (the *accuracy*): the mean of three trainings, and in brackets the worst.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

moons = data.load("two_moons")
labels = moons.targets.reshape(-1, 1)


def classifier(activation, hidden_layers):
    """A compiled network for the two moons; the output is the probability of class 1."""
    model = keras.Sequential([keras.Input(shape=(2,))])
    for _ in range(hidden_layers):
        model.add(keras.layers.Dense(16, activation=activation))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model


if runtime.full_training(TRAIN_IN_FULL):
    print("activation     1 hidden layer  2 hidden layers  8 hidden layers")
    for activation in [
        "linear",
        "sigmoid",
        "tanh",
        "softplus",
        "elu",
        "leaky_relu",
        "relu",
    ]:
        print(f"{activation:12}", end="")
        for hidden_layers in (1, 2, 8):
            results = []
            for seed in range(3):
                keras.utils.set_random_seed(seed)
                model = classifier(activation, hidden_layers)
                history = training.fit_full_batch(
                    model, moons.features, labels, epochs=200, progress=False
                )
                results.append(history.history["accuracy"][-1])
            print(f"   {np.mean(results):.3f} ({min(results):.3f})", end="", flush=True)
        print()
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes one to three minutes."
    )

# %% [markdown]
# Read the first line against the last. **Predict first**, before you run the next cell: what does the border between the two classes look
# like for eight linear layers, and what for two layers with ReLU?

# %% tags=["full-training"]
if runtime.full_training(TRAIN_IN_FULL):
    for activation, hidden_layers in [("linear", 8), ("relu", 2)]:
        keras.utils.set_random_seed(0)
        model = classifier(activation, hidden_layers)
        training.fit_full_batch(model, moons.features, labels, epochs=200)
        plots.decision_boundary(
            model,
            moons.features,
            moons.targets,
            feature_names=moons.feature_names,
            class_names=moons.classes,
            title=f"{hidden_layers} hidden layers, {activation}",
        )

# %% [markdown]
# A straight line, and a curve that follows the moons. Without an activation the accuracy is 0.865 with 1, 2 and 8 layers, from every
# starting point: depth is worth nothing. With the sigmoid it is hardly better after 200 updates. A sigmoid network can bend, but it learns
# slowly, and one reason is that so little of a change comes through each layer. Softplus is slow here too. ReLU, leaky ReLU, ELU and tanh
# reach about 0.97 or more with two layers, and with a single layer ReLU is ahead. Tanh keeps up although it saturates: its slope at 0 is 1
# and not 0.25, and these inputs are small, unlike the heights of the barometer. So "ReLU first" is good advice, and no law.

# %% [markdown]
# ## Recap
#
# 1. Without activations any number of layers collapses into one; each ReLU unit adds a bend.
# 2. The derivative says how much of a small change comes through; where it is near 0 the activation is saturated, and nothing can be learned through it.
# 3. Sigmoid, tanh and arctan saturate on both sides, ELU and softplus on the left, ReLU is flat on the left, leaky ReLU and PReLU nowhere, as long as $\alpha$ is not too small.
# 4. A stable function never takes the exponential of a large positive number: use $e^{-|z|}$, or subtract the largest score.
# 5. Hidden layers: ReLU first. The output: what values can the answer take? An activation may be an argument or a layer of its own.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. A network has 20 hidden layers, all without activation, and a sigmoid at the output. What kind of border between two classes can it draw?</summary>
#
# A straight one. The 20 layers collapse into one weighted sum, and the sigmoid passes 0.5 where that sum is 0.
# </details>
#
# <details><summary>2. A sigmoid unit answers 0.999. How large is its derivative there, and what does that mean for learning?</summary>
#
# 0.999 · (1 − 0.999) = 0.000999. About a thousandth of a small change comes through: the unit is saturated and learns very slowly.
# </details>
#
# <details><summary>3. Softmax answers 0.5 and 0.5 for the scores 3 and 3. What does it answer for 1003 and 1003, and what does a naive program answer?</summary>
#
# Again 0.5 and 0.5, because only differences count. A program that computes $e^{1003}$ gets infinity divided by infinity, `nan`.
# </details>
#
# ## What comes next
#
# The output now has the right form. Lesson 03 asks how wrong it is: losses, and which loss belongs to which output.
