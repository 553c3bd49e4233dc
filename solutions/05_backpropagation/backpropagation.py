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
#     - 04_gradient_descent
#     lesson: 05_backpropagation
#     minutes: 200
#     title: Backpropagation
# ---

# %% [markdown]
# # Backpropagation
#
# You find out, for every weight of a network, how the loss moves when that weight moves: first with a pencil, then in NumPy, and you
# learn how to catch a mistake that no error message shows.
#
# **After this lesson you can**
#
# - carry a gradient by hand from the loss through an output unit and a hidden unit to every weight;
# - read and write the notation for layers, units, weighted sums and outputs;
# - write the forward pass with a cache, and the backward step of a dense layer, of ReLU, of sigmoid, and of softmax with cross-entropy;
# - check a gradient numerically, and say how exact the check is and where it misleads;
# - get the same gradients from `tf.GradientTape`, and train a network in plain NumPy.
#
# **Time** 200 minutes. **Builds on** lessons 01 to 04: layers, activations, losses, gradient descent.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/05_backpropagation/backpropagation.ipynb)
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

runtime.start("05_backpropagation")

import time

import keras
import numpy as np
import tensorflow as tf

from utils import data, plots, training
from utils.check import check, exercise, hint, hints, random_inputs
from utils.widgets import BackpropStepper

# %% [markdown]
# ## A network with numbers in it
#
# In lesson 04 you computed the gradient of one neuron. In a network, a weight of the first layer has no direct line to the loss: what it
# does passes through other units first. **Backpropagation** finds the derivative of the loss by every weight, layer by layer, from the loss
# back to the inputs. Gradient descent then uses these derivatives.
#
# We begin with the smallest network that has all the parts, 2-2-1: two inputs, two hidden units with ReLU, one output without activation.
# Here is one sample with its target, and these are the letters:
#
# | letter | what it is |
# |---|---|
# | $x_1, x_2$ | the inputs |
# | $w_{12}$ | the weight *from* input 1 *to* hidden unit 2; as in lesson 01's table of weights: row 1 (from), column 2 (to) |
# | $b_1, b_2$ | the biases of the hidden units |
# | $z_1, z_2$ | the weighted sums of the hidden units |
# | $a_1, a_2$ | the outputs of the hidden units, $a = \max(0, z)$ |
# | $v_1, v_2, c$ | the weights and the bias of the output unit |
# | $p, y, C$ | the prediction, the target, and the loss $C = (p - y)^2$ |
#
# The **forward pass** computes from left to right, and the loss comes last:

# %%
x1, x2, y = 1.0, 2.0, 1.0
w11, w12, b1 = 1.0, -1.0, -0.5
w21, w22, b2 = 0.5, 1.0, -0.5
v1, v2, c = 2.0, -1.0, -0.5

z1 = x1 * w11 + x2 * w21 + b1
z2 = x1 * w12 + x2 * w22 + b2
a1, a2 = max(0.0, z1), max(0.0, z2)
p = a1 * v1 + a2 * v2 + c
C = (p - y) ** 2
print(f"z1 = {z1}, a1 = {a1}")
print(f"z2 = {z2}, a2 = {a2}")
print(f"p = {p}, C = {C}")

# %% [markdown]
# Now we move one weight a little and look at the loss. **Predict first:** $v_1$ rises by 0.001. Then $p$ rises by $0.001 \cdot a_1$. Does the
# loss rise or fall, and by about how much?


# %%
def loss_of_small_network(x, w, b, v, c, y):
    """Loss of the 2-2-1 network: x (2,), w (2, 2) from input to unit, b (2,), v (2,)."""
    a = np.maximum(0.0, x @ w + b)
    return (a @ v + c - y) ** 2


sample = np.array([x1, x2])
w = np.array([[w11, w12], [w21, w22]])
b, v = np.array([b1, b2]), np.array([v1, v2])
before = loss_of_small_network(sample, w, b, v, c, y)
after = loss_of_small_network(sample, w, b, v + np.array([0.001, 0.0]), c, y)
print(f"the loss goes from {before} to {after:.6f}")
print(f"change of the loss / change of v1 = {(after - before) / 0.001:.3f}")

# %% [markdown]
# The loss rises by almost exactly 3 times the nudge. Such a number is what we want for each of the nine parameters. Nudging all nine, and
# running the network again each time, would do it. Backpropagation gets all nine from one walk back.
#
# ### The walk back, in numbers
#
# Ask of each number: *if it rises by a tiny bit, how many times that bit does the loss rise?* Start at the loss and go left.
#
# - **The prediction.** $C = (p - y)^2$ has the slope $2(p - y) = 2(2 - 1) = 2$.
# - **An output weight.** When $v_1$ rises, $p$ rises $a_1 = 1.5$ times as fast, and the loss 2 times as fast as $p$. Together $2 \cdot 1.5 = 3$: the
#   number from above. For the bias $c$ it is $2 \cdot 1 = 2$.
# - **A hidden output.** When $a_1$ rises, $p$ rises $v_1 = 2$ times as fast: $2 \cdot 2 = 4$.
# - **Through the activation.** ReLU has the slope 1 where $z > 0$ and 0 elsewhere. Here $z_1 = 1.5$, so the 4 passes unchanged: $4 \cdot 1 = 4$.
# - **A hidden weight.** When $w_{21}$ rises, $z_1$ rises $x_2 = 2$ times as fast: $4 \cdot 2 = 8$.
#
# Slopes along a path multiply. That is the **chain rule**, and it is the only rule we need. In code, with `d_p` for "the derivative of the
# loss by p":

# %%
d_p = 2 * (p - y)
d_v1, d_v2, d_c = d_p * a1, d_p * a2, d_p
d_a1, d_a2 = d_p * v1, d_p * v2
d_z1 = d_a1 * (1.0 if z1 > 0 else 0.0)
d_z2 = d_a2 * (1.0 if z2 > 0 else 0.0)
d_w11, d_w21, d_b1 = d_z1 * x1, d_z1 * x2, d_z1
d_w12, d_w22, d_b2 = d_z2 * x1, d_z2 * x2, d_z2
print("output unit:  ", {"v1": d_v1, "v2": d_v2, "c": d_c})
print("hidden unit 1:", {"w11": d_w11, "w21": d_w21, "b1": d_b1})
print("hidden unit 2:", {"w12": d_w12, "w22": d_w22, "b2": d_b2})

# %% [markdown]
# Now you. The stepper holds the same network. It asks for one operation at a time, forward and then backward: type the number you expect,
# press Enter, and compare. On the way back the formula is yours to find; a button tells it. Then change the numbers. The question under it is about a hidden unit that is off.

# %%
BackpropStepper()

# %% [markdown]
# ### Exercise `backprop_by_hand` (easy, 12 minutes)
#
# Another 2-2-1 network, and the same walk with pencil and paper. One of its units is off.
#
# | | |
# |---|---|
# | inputs, target | $x_1 = 3$, $x_2 = -1$, $y = 2.5$ |
# | hidden unit 1 | $w_{11} = 0.5$, $w_{21} = -1$, $b_1 = -0.5$ |
# | hidden unit 2 | $w_{12} = 1$, $w_{22} = 2$, $b_2 = -1.5$ |
# | output | $v_1 = -0.5$, $v_2 = 3$, $c = 2$ |
#
# The hidden units have ReLU, the output has no activation, and the loss is $C = (p - y)^2$.
#
# Returned: a tuple `(d_w, d_b, d_v, d_c)` with the derivatives of the loss.
#
# | | shape |
# |---|---|
# | `d_w` | (2, 2), as in `[[d_w11, d_w12], [d_w21, d_w22]]` |
# | `d_b`, `d_v` | (2,) |
# | `d_c` | one number |
#
# The check moves each parameter a little and looks whether the loss follows your number.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "backprop_by_hand",
    "Forward first, and write every number down: z1, a1, z2, a2, p. Which of the two units is off?",
    "The prediction is too small, so p − y is negative. Keep the sign from here on.",
    "For unit 2, a2 = 0 makes d_v2 = 0, and the slope 0 of ReLU makes d_w12, d_w22 and d_b2 zero. For unit 1, go d_p, d_a1, d_z1 and then d_w11 = d_z1 · x1.",
)


# %% nbgrader={"grade": false, "grade_id": "backprop_by_hand", "locked": false, "schema_version": 3, "solution": true, "task": false}
def backprop_by_hand():
    """(d_w, d_b, d_v, d_c): derivatives of the loss, of shapes (2, 2), (2,), (2,) and ()."""
    ### BEGIN SOLUTION
    # z1 = 2, a1 = 2, z2 = -0.5, a2 = 0, p = 1, so d_p = 2 * (1 - 2.5) = -3
    d_v, d_c = [-6.0, 0.0], -3.0
    # d_a1 = -3 * -0.5 = 1.5 and passes; d_a2 = -3 * 3 = -9 and does not
    d_w, d_b = [[4.5, 0.0], [-1.5, 0.0]], [1.5, 0.0]
    return np.array(d_w), np.array(d_b), np.array(d_v), d_c
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_backprop_by_hand", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("backprop_by_hand"):
    check_answer = check(backprop_by_hand).given().result()
    check(check_answer, "backprop_by_hand()").satisfies(
        "it is a tuple of four: d_w, d_b, d_v, d_c",
        lambda it: isinstance(it, (tuple, list)) and len(it) == 4,
        because="there are four groups of parameters",
        hint="End with `return d_w, d_b, d_v, d_c`.",
    )
    check(check_answer[0], "d_w").has(
        shape=(2, 2), because="there are two inputs and two hidden units"
    )
    check(check_answer[1], "d_b").has(shape=(2,), because="each hidden unit has a bias")
    check(check_answer[2], "d_v").has(shape=(2,), because="each hidden unit has a line out")
    check(check_answer[3], "d_c").has(shape=(), because="there is one output bias")

    def check_loss(moved):
        """Loss of the exercise's network after its nine parameters moved by `moved` (9,)."""
        hidden = np.array([[0.5, 1.0], [-1.0, 2.0]]) + moved[:4].reshape(2, 2)
        outputs = np.maximum(0, np.array([3.0, -1.0]) @ hidden + [-0.5, -1.5] + moved[4:6])
        return (outputs @ (np.array([-0.5, 3.0]) + moved[6:8]) + 2.0 + moved[8] - 2.5) ** 2

    check_given = np.concatenate([np.ravel(part) for part in check_answer]).astype(float)
    check_hints = {
        "v": "d_v = d_p · a, with d_p = 2 · (p − y).",
        "c": "p rises as fast as c, so d_c is d_p = 2 · (p − y).",
        "b": "d_b is d_z: the derivative by the weighted sum, behind the activation's slope.",
        "w": "d_w = d_z · x: the derivative by the unit's weighted sum, times the input. "
        "Row = input, column = unit.",
    }
    check_names = ["w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c"]
    for check_place in [6, 7, 8, 4, 5, 0, 1, 2, 3]:
        check_name = check_names[check_place]
        check_nudge = 1e-4 * (np.arange(9) == check_place)
        check_slope = (check_loss(check_nudge) - check_loss(-check_nudge)) / 2e-4
        check(check_given[check_place], f"d_{check_name}").satisfies(
            f"when {check_name} moves by 0.0001, the loss moves by 0.0001 times this number",
            lambda it: abs(it - check_slope) < 1e-3,
            because="that is what a derivative says",
            hint=check_hints[check_name[0]],
        )

# %% [markdown]
# ## The same in symbols: three observations
#
# An article on the basics (*Deep learning fundamental concepts with Keras code*, Analytics Vidhya on Medium) lists three observations on
# which backpropagation rests: how we express the loss, how we express a node's input and output, and how we differentiate the loss. It
# stops there; we carry them out. A **node** is a unit. The layers are numbered $l = 1, \dots, L$, the inputs are layer 0, and $L$ is the output layer.
#
# | symbol | what it is | here |
# |---|---|---|
# | $w_{kj}^{(l)}$ | weight from node $k$ of layer $l-1$ to node $j$ of layer $l$ | `weights[k, j]` |
# | $b_j^{(l)}$ | bias of node $j$ | `bias[j]` |
# | $z_j^{(l)}$ | the node's input: its weighted sum | $z_1, z_2$, and $p$ at the output |
# | $g^{(l)}$ | the layer's activation | ReLU, identity |
# | $a_j^{(l)}$ | the node's output; $a_k^{(0)}$ is the input $x_k$ | $a_1, a_2$ and $p$ |
# | $y_j$, $C$ | target of output node $j$, loss of one sample | $y$, $C$ |
#
# (Many texts write the two small numbers the other way round, $w_{jk}$. Ours are in the order of NumPy's and Keras's tables.)
#
# **Observation 1, the loss.** It is a function of the last layer's outputs; with squared errors $C = \sum_j \big(a_j^{(L)} - y_j\big)^2$.
#
# **Observation 2, a node.** Its input is a sum over the layer before, its output the activation of that:
# $$z_j^{(l)} = \sum_k a_k^{(l-1)} w_{kj}^{(l)} + b_j^{(l)} \qquad\qquad a_j^{(l)} = g^{(l)}\big(z_j^{(l)}\big)$$
#
# **Observation 3, differentiating.** So $C$ depends on $w$ through $z$ and through $a$, and the slopes multiply. For a weight of the **output layer**:
# $$\frac{\partial C}{\partial w_{kj}^{(L)}} = \frac{\partial C}{\partial a_j^{(L)}} \cdot \frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} \cdot \frac{\partial z_j^{(L)}}{\partial w_{kj}^{(L)}}
# = 2\big(a_j^{(L)} - y_j\big) \cdot g'\big(z_j^{(L)}\big) \cdot a_k^{(L-1)}$$
#
# For a **hidden layer** the last two factors look the same; only the first is new. The output of a hidden node reaches the loss through
# *every* node of the next layer, so what comes back along these lines **adds up**:
# $$\frac{\partial C}{\partial a_k^{(l-1)}} = \sum_j \frac{\partial C}{\partial z_j^{(l)}} \; w_{kj}^{(l)}$$
#
# This holds at every layer. With it we step back from $L$. At each layer, the step from $a$ to $z$, to the bias and to the weights is
# $$\frac{\partial C}{\partial z_j^{(l)}} = \frac{\partial C}{\partial a_j^{(l)}} \cdot g'\big(z_j^{(l)}\big) \qquad
# \frac{\partial C}{\partial b_j^{(l)}} = \frac{\partial C}{\partial z_j^{(l)}} \qquad
# \frac{\partial C}{\partial w_{kj}^{(l)}} = a_k^{(l-1)} \cdot \frac{\partial C}{\partial z_j^{(l)}}$$
#
# So every derivative is computed once. For a batch, the loss
# is the average over its samples, and so is the gradient.
#
# A worked example of the sum: one hidden output $a = 1.5$ feeds two output nodes with weights 2 and −1. **Predict first:** the two derivatives $\partial C / \partial z$
# are 4 and 6. What is the derivative by $a$?

# %%
hidden_output = 1.5
to_outputs, targets = np.array([2.0, -1.0]), np.array([1.0, -4.5])
outputs = hidden_output * to_outputs
by_sums = 2 * (outputs - targets)
print("derivatives by the two weighted sums:", by_sums)
print("along the two lines:", by_sums * to_outputs)
print("added up:", by_sums @ to_outputs)
nudged = np.sum(((hidden_output + 1e-6) * to_outputs - targets) ** 2)
print(f"measured: {(nudged - np.sum((outputs - targets) ** 2)) / 1e-6:.4f}")

# %% [markdown]
# 4 · 2 + 6 · (−1) = 2. The two lines bring 8 and −6: most of the first is cancelled by the second.

# %% [markdown]
# ## Forward, and remember
#
# Look at the walk back once more: it used $a$ for the output weights, $x$ for the hidden weights, and $z$ for the slope of ReLU. All of them come from
# the forward pass. So the forward pass keeps them, in a **cache**: for each layer what went in, and its weighted sums. This is one
# reason why training needs more memory than predicting.
#
# From here on we work with whole batches, one sample per row. A worked example with one layer of two units, for three samples:


# %%
def sigmoid(z):
    """1 / (1 + e^-z), without overflow (lesson 02)."""
    return np.exp(-np.logaddexp(0.0, -z))


def relu(z):
    """The larger of 0 and each value."""
    return np.maximum(z, 0.0)


def identity(z):
    """The values themselves."""
    return z


ACTIVATIONS = {"identity": identity, "relu": relu, "sigmoid": sigmoid}

batch = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])  # (batch, inputs) = (3, 2)
weights, bias = np.array([[1.0, -1.0], [0.5, 1.0]]), np.array([-0.5, -0.5])
weighted_sums = batch @ weights + bias
print("kept for later, what went in:\n", batch)
print("kept for later, the weighted sums:\n", weighted_sums)
print("handed on to the next layer:\n", ACTIVATIONS["relu"](weighted_sums))

# %% [markdown]
# ### Exercise `forward_with_cache` (easy, 9 minutes)
#
# Run a batch through any number of layers, and keep what the way back will need. You may use `ACTIVATIONS` from above.
#
# | | what it is |
# |---|---|
# | `inputs` | array (batch, inputs) |
# | `layers` | list of tuples `(weights, bias, activation)`: arrays (inputs, units) and (units,), and one of the texts `"identity"`, `"relu"`, `"sigmoid"` |
# | returned | a tuple `(outputs, cache)` |
# | `outputs` | array (batch, units of the last layer) |
# | `cache` | list with one tuple for each layer, the first layer first: `(what went into the layer, its weighted sums)` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "forward_with_cache",
    "What comes out of one layer goes into the next. Which variable carries it through the loop?",
    "Start with an empty list. In the loop: weighted sums, append the pair, then the activation.",
    "`for weights, bias, activation in layers:` and, inside, `ACTIVATIONS[activation](weighted_sums)` gives what goes into the next layer.",
)


# %% nbgrader={"grade": false, "grade_id": "forward_with_cache", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward_with_cache(inputs, layers):
    """(outputs, cache) of a network of dense layers.

    inputs: (batch, inputs); layers: list of (weights (inputs, units), bias (units,), activation).
    cache: list of (what went into the layer, its weighted sums), first layer first.
    """
    ### BEGIN SOLUTION
    cache = []
    for weights, bias, activation in layers:
        weighted_sums = inputs @ weights + bias
        cache.append((inputs, weighted_sums))
        inputs = ACTIVATIONS[activation](weighted_sums)
    return inputs, cache
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_forward_with_cache", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("forward_with_cache"):
    check_batch = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])
    check_weights = np.array([[1.0, -1.0], [0.5, 1.0]])
    check_bias = np.array([-0.5, -0.5])
    check_sums = np.array([[1.5, 0.5], [0.0, 0.5], [2.0, -4.5]])

    def check_forward(layers, sums, outputs, because, hint):
        """What comes out, and each layer's pair in the cache; sums, outputs: of each layer."""
        answer = check(forward_with_cache).given(check_batch, layers).result()
        check(answer, "forward_with_cache(inputs, layers)").satisfies(
            "it is a tuple of two: outputs, cache",
            lambda it: isinstance(it, (tuple, list)) and len(it) == 2,
            because="the way back needs the cache",
            hint="End with `return outputs, cache`.",
        )
        check(answer[1], "the cache").satisfies(
            f"it is a list with one pair for each layer: {len(layers)}",
            lambda it: len(it) == len(layers) and all(len(pair) == 2 for pair in it),
            because="each layer needs its own inputs and weighted sums on the way back",
            expects="a list of pairs",
            hint="In the loop: `cache.append((inputs, weighted_sums))`.",
        )
        for number, went_in in enumerate([check_batch, *outputs[:-1]]):
            check(answer[1][number][0], f"the cache, layer {number}, what went in").returns(
                went_in, because="the pair is (what went in, weighted sums)", hint=hint
            )
            check(
                answer[1][number][1], f"the cache, layer {number}, weighted sums"
            ).returns(sums[number], because=because, hint=hint)
        check(answer[0], "the outputs").returns(outputs[-1], because=because, hint=hint)

    check_forward(
        [(check_weights, check_bias, "identity")],
        [check_sums],
        [check_sums],
        because="this is the worked example, without its activation",
        hint="The cache holds one pair (inputs, weighted sums) for each layer, first layer first.",
    )
    check_active = np.maximum(check_sums, 0.0)
    check_forward(
        [(check_weights, check_bias, "relu")],
        [check_sums],
        [check_active],
        because="the cache keeps the weighted sums as they are before the activation",
        hint="The slope of the activation is needed at the weighted sums: keep these.",
    )
    check_forward(
        [
            (check_weights, check_bias, "relu"),
            (np.array([[2.0], [-1.0]]), np.array([-0.5]), "identity"),
        ],
        [check_sums, np.array([[2.0], [-1.0], [3.5]])],
        [check_active, np.array([[2.0], [-1.0], [3.5]])],
        because="the first row is the network of the worked example: its prediction is 2",
        hint="What comes out of the first layer goes into the second, and into the cache.",
    )

    def check_network(rng, sizes, activations, batch):
        """Random inputs and layers, and what the same network answers in Keras."""
        inputs = rng.normal(size=(batch, sizes[0]))
        layers = [
            (rng.normal(size=(ins, units)), rng.normal(size=units), activation)
            for ins, units, activation in zip(sizes[:-1], sizes[1:], activations)
        ]
        outputs = inputs
        for weights, bias, activation in layers:
            keras_name = {"identity": "linear"}.get(activation, activation)
            dense = keras.layers.Dense(len(bias), activation=keras_name, dtype="float64")
            dense.build(outputs.shape)
            dense.set_weights([weights, bias])
            outputs = dense(outputs)
        return inputs, layers, outputs.numpy()

    check_rng = np.random.default_rng()
    check_inputs, check_layers, check_outputs = check_network(
        check_rng, [3, 4, 2], ["sigmoid", "identity"], 5
    )
    check(
        check(forward_with_cache).given(check_inputs, check_layers).result()[0],
        "the outputs for a 3-4-2 network",
    ).returns(
        check_outputs,
        because="the same network in Keras gives these numbers",
        hint="Did every layer get its own activation?",
    )
    ### BEGIN HIDDEN TESTS
    for check_sizes, check_activations, check_rows in [
        ([4, 3, 5, 2], ["relu", "sigmoid", "relu"], 6),
        ([2, 7, 7, 1], ["sigmoid", "identity", "sigmoid"], 1),
        ([1, 1], ["relu"], 3),
    ]:
        check_inputs, check_layers, check_outputs = check_network(
            check_rng, check_sizes, check_activations, check_rows
        )
        check_result = check(forward_with_cache).given(check_inputs, check_layers).result()
        check(check_result[0], f"the outputs of a network {check_sizes}").returns(
            check_outputs, because="the same network in Keras gives these numbers"
        )
        check(len(check_result[1]), "the number of entries in the cache").returns(
            len(check_layers), because="there is one pair for each layer"
        )
        for check_number, check_layer in enumerate(check_layers):
            check_pair = check_result[1][check_number]
            check(check_pair[1], f"the cache, layer {check_number}, weighted sums").returns(
                check_pair[0] @ check_layer[0] + check_layer[1],
                because="they belong to the inputs beside them",
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Backward through one layer
#
# The way back is a chain of small functions. Each gets the derivative of the loss by *what its step gave out*, and returns the derivative by
# *what its step took in*. The array that travels back has the shape of the array that travelled forward at the same place.
#
# **An activation** works number by number, so its backward step is one product: the derivative that arrives, times the activation's slope
# at the weighted sums. For ReLU the slope is 1 where the sum is above 0, else 0 (at 0 itself there is none; like TensorFlow we take 0). For
# sigmoid it is $s(z)\,(1 - s(z))$, as in lesson 02.
#
# **A dense layer** $Z = X W + b$ takes three things in, so three derivatives come out. Let $G$ be the derivative by $Z$, an array (batch, units):
#
# | derivative by | formula | shape | why |
# |---|---|---|---|
# | the inputs $X$ | $G\,W^T$ | (batch, inputs) | the sum over all lines out of a node, as above |
# | the weights $W$ | $X^T G$ | (inputs, units) | input times derivative, added over the samples |
# | the bias $b$ | column sums of $G$ | (units,) | the bias enters every sample with factor 1 |
#
# $W^T$, in NumPy `weights.T`, is the **transposed** table: rows become columns. You need not memorise where the $T$ stands: only one order fits the shapes.
# Do not divide here: the $1/n$ of the mean loss is already in $G$.
#
# A worked example with one sample is the 2-2-1 network again. Its derivatives by $z_1$ and $z_2$ were 4 and −2. They give the six numbers of the hidden layer
# that we found by hand:

# %%
sums_gradient = np.array([[4.0, -2.0]])  # (batch, units) = (1, 2)
one_sample = np.array([[1.0, 2.0]])  # (batch, inputs) = (1, 2)
print("by the weights:\n", one_sample.T @ sums_gradient)
print("by the bias:", sums_gradient.sum(axis=0))
print("by w21 with the symbols:", sum(one_sample[:, 1] * sums_gradient[:, 0]))

# %% [markdown]
# ### Exercise `layer_backward` (medium, 18 minutes)
#
# Write the three backward steps. `output_gradient` is always the derivative of the loss by what the step gave out. Leave the arguments as they are.
#
# | function | arguments | returned |
# |---|---|---|
# | `relu_backward` | `output_gradient`, `weighted_sums`: (batch, units) | (batch, units) |
# | `sigmoid_backward` | `output_gradient`, `weighted_sums`: (batch, units) | (batch, units) |
# | `dense_backward` | `output_gradient` (batch, units), `inputs` (batch, inputs), `weights` (inputs, units) | a tuple `(inputs_gradient, weights_gradient, bias_gradient)` of shapes (batch, inputs), (inputs, units), (units,) |
#
# The check also compares your functions with TensorFlow, which can differentiate by itself; how it does that comes later in this lesson.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "layer_backward",
    "An activation: multiply what arrives by the slope. `weighted_sums > 0` is an array of True and False, which count as 1 and 0.",
    "Sigmoid: compute `sigmoid(weighted_sums)` once and use it twice. Do not square anything.",
    "Dense: write the shapes beside each other. `(inputs, batch) @ (batch, units)` gives (inputs, units); `(batch, units) @ (units, inputs)` gives (batch, inputs). The bias: `sum(axis=0)`.",
)


# %% nbgrader={"grade": false, "grade_id": "layer_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu_backward(output_gradient, weighted_sums):
    """Derivative by the weighted sums (batch, units), behind a ReLU.

    output_gradient: (batch, units), derivative of the loss by the outputs of the ReLU.
    weighted_sums: (batch, units), what went into the ReLU. The slope at 0 is 0.
    """
    ### BEGIN SOLUTION
    return output_gradient * (weighted_sums > 0)
    ### END SOLUTION


def sigmoid_backward(output_gradient, weighted_sums):
    """Derivative by the weighted sums (batch, units), behind a sigmoid.

    output_gradient: (batch, units), derivative of the loss by the outputs of the sigmoid.
    weighted_sums: (batch, units), what went into the sigmoid.
    """
    ### BEGIN SOLUTION
    outputs = sigmoid(weighted_sums)
    return output_gradient * outputs * (1 - outputs)
    ### END SOLUTION


def dense_backward(output_gradient, inputs, weights):
    """(inputs_gradient, weights_gradient, bias_gradient) of a dense layer without activation.

    output_gradient: (batch, units), derivative of the loss by the weighted sums.
    inputs: (batch, inputs); weights: (inputs, units).
    Returned shapes: (batch, inputs), (inputs, units), (units,).
    """
    ### BEGIN SOLUTION
    inputs_gradient = output_gradient @ weights.T
    weights_gradient = inputs.T @ output_gradient
    bias_gradient = output_gradient.sum(axis=0)
    return inputs_gradient, weights_gradient, bias_gradient
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_layer_backward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("layer_backward"):
    check_gradient = np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, 6.0]])
    check_sums = np.array([[0.5, -1.0, 0.0], [2.0, 0.1, -7.0]])
    check(relu_backward).given(check_gradient, check_sums).returns(
        np.array([[1.0, 0.0, 0.0], [-4.0, 5.0, 0.0]]),
        because="the derivative passes where the weighted sum is above 0",
        hint="`output_gradient` times slope. The slope is decided by `weighted_sums` alone: 1 above "
        "0, else 0; the slope at exactly 0 is 0.",
    )
    check(sigmoid_backward).given(np.array([[4.0, -8.0]]), np.array([[0.0, 0.0]])).returns(
        np.array([[1.0, -2.0]]),
        because="sigmoid(0) = 0.5, and its slope is 0.5 · (1 − 0.5)",
        hint="`output_gradient` times slope, with the slope s · (1 − s) and s = sigmoid(weighted_sums).",
    )
    check(sigmoid_backward).given(
        np.array([[1.0, -1.0, 2.0]]), np.array([[2.0, -2.0, 1000.0]])
    ).returns(
        np.array([[0.10499359, -0.10499359, 0.0]]),
        because="sigmoid(2) = 0.8808 and 0.8808 · 0.1192 = 0.1050; at 1000 it is flat",
        hint="The slope is s · (1 − s) with s = sigmoid(weighted_sums).",
    )
    check_outputs_gradient = np.array([[1.0, 0.0], [2.0, -1.0]])
    check_inputs = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]])
    check_weights = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
    check(dense_backward).given(
        check_outputs_gradient, check_inputs, check_weights
    ).returns(
        (
            np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 5.5]]),
            np.array([[1.0, 0.0], [4.0, -1.0], [1.0, 1.0]]),
            np.array([3.0, -1.0]),
        ),
        because="by the inputs G Wᵀ, by the weights Xᵀ G, by the bias the column sums of G",
        hint="The order is inputs, weights, bias. Sum over the samples, do not average.",
    )

    def check_slope(activation):
        """TensorFlow's derivative of `activation`, times the gradient that arrives."""

        def reference(output_gradient, weighted_sums):
            variable = tf.constant(weighted_sums)
            with tf.GradientTape() as tape:
                tape.watch(variable)
                loss = tf.reduce_sum(activation(variable) * output_gradient)
            return tape.gradient(loss, variable).numpy()

        return reference

    def check_dense(output_gradient, inputs, weights):
        """TensorFlow's derivatives of a dense layer by inputs, weights and bias."""
        taken = [tf.constant(inputs), tf.constant(weights)]
        taken.append(tf.zeros(weights.shape[1], "float64"))
        with tf.GradientTape() as tape:
            tape.watch(taken)
            loss = tf.reduce_sum((taken[0] @ taken[1] + taken[2]) * output_gradient)
        return tuple(part.numpy() for part in tape.gradient(loss, taken))

    check_two = random_inputs(("batch", "units"), ("batch", "units"))
    check_three = random_inputs(
        ("batch", "units"), ("batch", "inputs"), ("inputs", "units")
    )
    check_words = "TensorFlow's own derivative"
    check(relu_backward).equals(check_slope(tf.nn.relu), on=check_two, because=check_words)
    check(sigmoid_backward).equals(
        check_slope(tf.sigmoid), on=check_two, because=check_words
    )
    check(dense_backward).equals(check_dense, on=check_three, because=check_words)

    def check_kept(function, names, *arguments):
        """The arguments hold the same numbers after a call as before it."""
        lent = [array.copy() for array in arguments]
        function(*lent)
        for name, before, after in zip(names, arguments, lent):
            check(after, f"`{name}` after the call of {function.__name__}").returns(
                before,
                because="a function leaves its arguments as they were",
                hint="Make a new array, with `*` or `.copy()`, instead of changing the old one.",
            )

    for check_function in (relu_backward, sigmoid_backward):
        check_kept(
            check_function, ["output_gradient", "weighted_sums"], check_gradient, check_sums
        )
    check_kept(
        dense_backward,
        ["output_gradient", "inputs", "weights"],
        check_outputs_gradient,
        check_inputs,
        check_weights,
    )
    ### BEGIN HIDDEN TESTS
    check_far = random_inputs((1, 4), (1, 4), low=-1000, high=1000)
    check(relu_backward).equals(check_slope(tf.nn.relu), on=check_far, rounds=10)
    check(sigmoid_backward).equals(check_slope(tf.sigmoid), on=check_far, rounds=10)
    check(sigmoid_backward).equals(check_slope(tf.sigmoid), on=check_two, rounds=10)
    check(dense_backward).equals(check_dense, on=check_three, rounds=10)
    check(dense_backward).equals(
        check_dense, on=random_inputs((1, 3), (1, 3), (3, 3)), rounds=3
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Where the way back begins: softmax and cross-entropy
#
# For a classifier, lesson 03 took the cross-entropy from the **logits**, the weighted sums of the output layer, with softmax inside the loss. One
# sample with the true class $t$ has the loss
#
# $$C = -\ln \frac{e^{z_t}}{\sum_j e^{z_j}} = -z_t + \ln \sum_j e^{z_j}$$
#
# The slope of the first term is −1 for $j = t$ and 0 for the others. The slope of the second is $e^{z_j} / \sum_i e^{z_i}$, which is the softmax $p_j$ itself. So
#
# $$\frac{\partial C}{\partial z_j} = p_j - 1 \text{ for the true class, and } p_j \text{ for the others}$$
#
# What comes back is simply *predicted minus true*. A network that is very wrong gets nearly −1 for the true class: nothing saturates.
# **Predict first:** three classes, probabilities 0.25, 0.5 and 0.25, and class 1 is the true one. Which entries are negative, and what do
# the three add up to?

# %%
logits = np.log(np.array([1.0, 2.0, 1.0]))
probabilities = np.exp(logits) / np.exp(logits).sum()
by_logits = probabilities - np.array([0.0, 1.0, 0.0])
print("probabilities:", probabilities)
print("gradient:     ", by_logits, "sum", by_logits.sum())
h = 1e-6
for place in range(3):
    moved = logits + h * (np.arange(3) == place)
    rise = -np.log(np.exp(moved[1]) / np.exp(moved).sum()) + np.log(probabilities[1])
    print(f"measured by moving logit {place}: {rise / h:.4f}")

# %% [markdown]
# Only the true class has a negative entry, and the three add up to 0: one logit is pushed up, the others down, by as much together.

# %% [markdown]
# ### Exercise `cross_entropy_with_gradient` (medium, 15 minutes)
#
# The loss of a batch and its gradient, in one function. The loss is the average over the samples, so the gradient of each sample is divided by the
# number of samples too. Logits of ±1000 must neither overflow nor give NaN. Leave `logits` as they are.
#
# | | what it is |
# |---|---|
# | `logits` | array (batch, classes) |
# | `labels` | array (batch,) of whole numbers, the true class of each sample |
# | returned | a tuple `(loss, gradient)`: one number, and an array (batch, classes) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "cross_entropy_with_gradient",
    "Subtract the largest logit of each row first: the softmax stays the same (lesson 02), and no exponential can overflow.",
    "The loss needs the logarithm of one probability per row: `shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))` gives all of them without log(0).",
    "`table[np.arange(len(labels)), labels]` picks one entry per row. `np.eye(classes)[labels]` is a table with a 1 at each true class.",
)


# %% nbgrader={"grade": false, "grade_id": "cross_entropy_with_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cross_entropy_with_gradient(logits, labels):
    """(loss, gradient): mean cross-entropy of a softmax, and its derivative by the logits.

    logits: (batch, classes); labels: (batch,), whole numbers from 0 to classes - 1.
    Returns one number and an array (batch, classes).
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probabilities[np.arange(len(labels)), labels].mean()
    one_hot = np.eye(logits.shape[1])[labels]
    return loss, (np.exp(log_probabilities) - one_hot) / len(labels)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_cross_entropy_with_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("cross_entropy_with_gradient"):
    check(cross_entropy_with_gradient).given(
        np.log(np.array([[1.0, 2.0, 1.0]])), np.array([1])
    ).returns(
        (np.log(2.0), np.array([[0.25, -0.5, 0.25]])),
        because="this is the worked example: −ln 0.5, and probabilities minus (0, 1, 0)",
        hint="Subtract 1 at the true class only. Average the loss: it is one number.",
    )
    check(cross_entropy_with_gradient).given(np.zeros((2, 4)), np.array([3, 0])).returns(
        (
            np.log(4.0),
            np.array([[0.125, 0.125, 0.125, -0.375], [-0.375, 0.125, 0.125, 0.125]]),
        ),
        because="equal logits give each of 4 classes 0.25; the average over 2 samples halves",
        hint="The loss is an average over the samples: the gradient is divided by their number. "
        "One entry per row: `p[np.arange(n), labels]`.",
    )
    check(cross_entropy_with_gradient).given(
        np.array([[1000.0, 0.0, -1000.0], [0.0, 1000.0, 0.0]]), np.array([1, 1])
    ).returns(
        (500.0, np.array([[0.5, -0.5, 0.0], [0.0, 0.0, 0.0]])),
        because="the first sample is wrong by 1000, the second right; no e¹⁰⁰⁰ is needed",
        hint="Subtract the largest logit of each row before `np.exp`, and avoid log(0).",
    )
    check(cross_entropy_with_gradient).given(
        np.array([[1000.0, 0.0], [-1000.0, -1000.0]]), np.array([0, 1])
    ).returns(
        (np.log(2.0) / 2, np.array([[0.0, 0.0], [0.25, -0.25]])),
        because="the first sample is right, and the second has two equal logits: loss ln 2",
        hint="The largest logit of each row, not of the table.",
    )
    check_before = np.array([[1.0, 2.0], [4.0, 3.0]])
    check_lent = check_before.copy()
    cross_entropy_with_gradient(check_lent, np.array([0, 1]))
    check(check_lent, "`logits` after the call").returns(
        check_before,
        because="a function leaves its arguments as they were",
        hint="`logits = logits - ...` makes a new array, `logits -= ...` changes the old one.",
    )

    def check_cross_entropy(logits, labels):
        """TensorFlow's loss and its own derivative by the logits."""
        variable = tf.constant(logits)
        with tf.GradientTape() as tape:
            tape.watch(variable)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels, variable)
            )
        return float(loss), tape.gradient(loss, variable).numpy()

    check_rng = np.random.default_rng()
    for check_rows, check_classes in [(5, 3), (1, 6), (7, 2)]:
        check_logits = check_rng.normal(0, 3, size=(check_rows, check_classes))
        check_labels = check_rng.integers(0, check_classes, size=check_rows)
        check(cross_entropy_with_gradient).given(check_logits, check_labels).returns(
            check_cross_entropy(check_logits, check_labels),
            because="TensorFlow's own loss and derivative",
            hint="Does each row use its own label?",
        )
    ### BEGIN HIDDEN TESTS
    for check_rows in range(1, 9):
        check_classes = int(check_rng.integers(2, 9))
        check_logits = check_rng.normal(0, 100, size=(check_rows, check_classes))
        check_labels = check_rng.integers(0, check_classes, size=check_rows)
        check(cross_entropy_with_gradient).given(check_logits, check_labels).returns(
            check_cross_entropy(check_logits, check_labels),
            because="TensorFlow's own loss and derivative",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Check it: the numeric gradient, and where it lies
#
# (Half of the lesson is behind you. This is a good place for a break.)
#
# A wrong gradient raises no error. The loss may even fall. So we measure: move one number up by a small step $h$, then down by $h$, and divide the
# difference of the two losses by $2h$. This **central difference** needs no calculus, so it is a fair judge of the backward pass:
#
# $$\frac{\partial C}{\partial w} \approx \frac{C(w + h) - C(w - h)}{2h}$$
#
# How small should $h$ be? **Predict first:** we measure the slope of the sigmoid at 0.7 with steps from 1 down to $10^{-15}$. Is the smallest step the most exact?

# %%
step_sizes = 10.0 ** np.arange(-15, 0.1, 0.5)
exact = sigmoid(0.7) * (1 - sigmoid(0.7))
central = (sigmoid(0.7 + step_sizes) - sigmoid(0.7 - step_sizes)) / (2 * step_sizes)
one_sided = (sigmoid(0.7 + step_sizes) - sigmoid(0.7)) / step_sizes
short = np.float32(step_sizes)
coarse = (sigmoid(np.float32(0.7) + short) - sigmoid(np.float32(0.7) - short)) / (2 * short)

figure, axes = plots.axes(
    "How exact a measured slope is", "step size h (no unit)", "relative error"
)
described = []
for measured, style, name in [
    (one_sided, "s--", "one-sided, float64"),
    (central, "o-", "central, float64"),
    (coarse, "^:", "central, float32"),
]:
    error = np.maximum(np.abs(measured / exact - 1), 1e-13)
    axes.loglog(step_sizes, error, style, markersize=5, label=name)
    described.append(
        f"{name}: {error[0]:.0e} at the shortest step, least {error.min():.0e} at "
        f"h = {step_sizes[error.argmin()]:.0e}, {error[-1]:.0e} at h = 1"
    )
axes.legend()
plots.show(
    figure,
    alt="Relative error of three measured slopes over the step size, both axes logarithmic. "
    + "; ".join(described)
    + ".",
)
best = np.argmin(np.abs(central - exact))
print(f"central, float64: best near h = {step_sizes[best]:.0e}")
print(f"central, float32: best relative error {np.abs(coarse / exact - 1).min():.0e}")
for h in (1e-1, 1e-5, 1e-12):
    place = np.argmin(np.abs(step_sizes - h))
    print(f"h = {h:.0e}: relative error {abs(central[place] / exact - 1):.0e}")

# %% [markdown]
# No: each curve is a V. On its right side the step is too long for the curve, and the error of the central difference shrinks with $h^2$. On its left side the two losses
# agree in almost all of their 16 digits, and the difference keeps only what is left: the smaller $h$, the more it is rounding. In float64 the valley lies
# near $h = 10^{-5}$. In float32, which Keras uses, even the best step leaves an error about a million times larger: **check gradients in float64.**
#
# **Which tolerance?** We compare whole arrays by the **relative error**: the largest difference between the two, divided by the largest number in either. With
# central differences, float64 and $h = 10^{-5}$ we say:
#
# | relative error | verdict |
# |---|---|
# | below $10^{-6}$ | the gradient is right |
# | $10^{-6}$ to $10^{-3}$ | look closer: a kink, or numbers of very different size |
# | above $10^{-3}$ | a bug |
#
# **Where the check lies.** A **kink** is a point where the slope jumps, as that of ReLU does at 0. If the kink lies between $z - h$ and $z + h$, the
# measured slope is a mixture of 0 and 1, and the backward pass is right although the two disagree. Here for $z = 0.0003$, where the slope is 1:

# %%
z = 0.0003
for h in (0.01, 0.001, 0.0001, 0.00001):
    measured = (relu(z + h) - relu(z - h)) / (2 * h)
    print(f"h = {h:.5f}: measured slope {measured:.4f}")

# %% [markdown]
# A step longer than the distance to the kink gives a slope that is nowhere. The cure is a smaller step, or another random input.

# %% [markdown]
# ### Exercise `numeric_gradient` (medium, 15 minutes)
#
# Build the checker: four functions.
#
# | function | arguments | returned |
# |---|---|---|
# | `numeric_gradient` | `function`, which takes an array like `at` and returns one number; `at`, an array of floats of any shape; `step` | array of the shape of `at`: the central difference for each of its entries |
# | `relative_error` | `gradient`, `numeric`: two arrays of the same shape | one number: the largest absolute difference, divided by the largest absolute value in either array; 0.0 if both are all zero |
# | `straddles_kink` | `weighted_sums`, an array of any shape; `step` | array of True and False: is the kink of ReLU nearer to this sum than `step`? |
# | `verdict` | `error`, one number, a relative error | one text, after the table above: `"right"` below $10^{-6}$, `"bug"` above $10^{-3}$, else `"look closer"` |
#
# After the call, `at` must hold the same numbers as before.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "numeric_gradient",
    "`for index in np.ndindex(at.shape):` visits each place of an array of any shape; `array[index]` is the entry there.",
    "Make two copies, `up = at.copy()` and `down = at.copy()`, move one entry of each, call the function on both, and divide by twice the step.",
    "`relative_error`: `np.abs(a).max()` is the largest absolute value. Test for 0 before you divide. `straddles_kink`: the distance to 0 is `np.abs(weighted_sums)`. `verdict`: two comparisons, with `1e-6` and `1e-3`.",
)


# %% nbgrader={"grade": false, "grade_id": "numeric_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def numeric_gradient(function, at, step=1e-5):
    """Central differences of `function` at the array `at`: an array of the same shape.

    function: takes an array like `at` and returns one number; at: floats, any shape, unchanged
    after the call; step: how far each entry is moved up and down.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (function(up) - function(down)) / (2 * step)
    return gradient
    ### END SOLUTION


def relative_error(gradient, numeric):
    """Largest absolute difference over the largest absolute value in either array, one number.

    gradient, numeric: arrays of the same shape. 0.0 if both are all zero.
    """
    ### BEGIN SOLUTION
    largest = max(np.abs(gradient).max(), np.abs(numeric).max())
    return np.abs(gradient - numeric).max() / largest if largest > 0 else 0.0
    ### END SOLUTION


def straddles_kink(weighted_sums, step):
    """True where a weighted sum lies nearer to ReLU's kink at 0 than `step`, else False.

    weighted_sums: array of any shape; returned: array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.abs(weighted_sums) < step
    ### END SOLUTION


def verdict(error):
    """What a relative error says of a gradient: "right", "look closer" or "bug".

    error: one number, 0 or more; below 1e-6 the gradient is right, above 1e-3 it is a bug.
    """
    ### BEGIN SOLUTION
    if error < 1e-6:
        return "right"
    return "bug" if error > 1e-3 else "look closer"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_numeric_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("numeric_gradient"):

    def check_squares(array):
        """The sum of the squares."""
        return np.sum(array**2)

    def check_cubes(array):
        """The sum of the cubes."""
        return np.sum(array**3)

    check(numeric_gradient).given(check_squares, np.array([1.0, -3.0, 0.5])).returns(
        np.array([2.0, -6.0, 1.0]),
        because="the slope of x² is 2x, one for each entry",
        hint="Move each entry up and down by `step`, and divide by twice the step.",
    )
    check(numeric_gradient).given(check_cubes, np.array([1.0, -2.0]), 0.1).returns(
        np.array([3.01, 12.01]),
        because="a central difference with step 0.1: (1.1³ − 0.9³) / 0.2 = 3.01",
        hint="The step is an argument: use it as it comes.",
    )
    check_table = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    check(numeric_gradient).given(
        lambda array: np.sum(array * check_table), np.zeros((2, 3))
    ).returns(
        check_table,
        because="the slope of a sum of products is the other factor, in the same place",
        hint="Move one entry at a time, and start each time from the numbers of `at`.",
    )
    check_at = check_table.copy()
    numeric_gradient(check_squares, check_at)
    check(check_at, "`at` after the call").returns(
        check_table, because="the function must leave `at` as it was", hint="Move a copy."
    )
    check(relative_error).given(np.array([1.0, -4.0]), np.array([1.0, -3.0])).returns(
        0.25,
        because="the largest difference is 1, the largest absolute value is 4",
        hint="Take absolute values first, of the differences and of both arrays.",
    )
    check(relative_error).given(np.array([[0.1, 2.0]]), np.array([[0.5, 2.0]])).returns(
        0.2,
        because="the largest difference is 0.4, the largest value is 2",
        hint="Find the largest difference and the largest value first, and divide once.",
    )
    check(relative_error).given(np.zeros((2, 2)), np.zeros((2, 2))).returns(
        0.0, because="two arrays of zeros agree", hint="Test for 0 before you divide."
    )
    check(straddles_kink).given(np.array([[0.0003, -0.02], [0.0, 1.5]]), 0.001).returns(
        np.array([[True, False], [True, False]]),
        because="only 0.0003 and 0 are nearer to 0 than 0.001",
        hint="The distance to 0 counts, on both sides of it: take the absolute value.",
    )
    check(straddles_kink).given(np.array([-0.0003, 0.002, -0.002]), 0.001).returns(
        np.array([True, False, False]),
        because="−0.0003 + 0.001 lies on the other side of the kink",
        hint="The distance to 0 counts, on both sides of it: −0.0003 is near.",
    )
    for check_error, check_word in [
        (3e-11, "right"),
        (2e-5, "look closer"),
        (0.3, "bug"),
        (2e-6, "look closer"),
        (9e-4, "look closer"),
    ]:
        check(verdict).given(check_error).returns(
            check_word,
            because="below 1e-6 the gradient is right, above 1e-3 it is a bug",
            hint="Compare with 1e-6 first, then with 1e-3, and spell the texts as in the table.",
        )
    ### BEGIN HIDDEN TESTS
    for check_error, check_word in [
        (0.0, "right"),
        (9e-7, "right"),
        (2e-3, "bug"),
        (1.0, "bug"),
        (1e-4, "look closer"),
    ]:
        check(verdict).given(check_error).returns(
            check_word, because="below 1e-6 the gradient is right, above 1e-3 it is a bug"
        )
    check_rng = np.random.default_rng()
    for check_shape in [(4,), (3, 2), (3, 1, 4)]:
        check_at = check_rng.normal(size=check_shape)
        check(numeric_gradient).given(
            lambda array: np.sum(np.sin(array)), check_at
        ).returns(
            np.cos(check_at),
            tolerance=1e-8,
            because="the slope of the sine is the cosine, to eight digits with a step of 1e-5",
        )
    check(numeric_gradient).given(lambda array: array * 7.0, np.array(2.0)).returns(
        np.array(7.0), because="an array without axes has one entry"
    )
    check_pair = random_inputs(("rows", "columns"), ("rows", "columns"))
    check(relative_error).equals(
        lambda gradient, numeric: (
            np.max(np.abs(gradient - numeric))
            / max(np.max(np.abs(gradient)), np.max(np.abs(numeric)))
        ),
        on=check_pair,
        rounds=10,
    )
    check(relative_error).given(np.array([0.0, 0.0]), np.array([0.0, -2.0])).returns(
        1.0, because="the largest value may be in either array"
    )
    check(relative_error).given(np.array([0.0, -2.0]), np.array([0.0, 0.0])).returns(
        1.0, because="the largest value may be in either array"
    )
    check_sums = check_rng.normal(size=(3, 4, 2))
    check(straddles_kink).given(check_sums, 0.5).returns(
        (check_sums < 0.5) & (check_sums > -0.5), because="the distance to 0 is below 0.5"
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A broken model: it learns, and it is wrong
#
# The data are two moons: 400 points on two half circles that no straight line separates. The network is 2-16-2 with sigmoid units. Somebody
# wrote its backward pass.
#
# The **symptom**: no error, and a loss that falls to less than half. But the accuracy, the share of points in the right class, stays near that of a
# straight line, as if there were no hidden layer. **Predict first**, from the code alone: where is the mistake?

# %%
moons = data.two_moons(rows=400, noise=0.15, seed=0)
points, moon = moons.features.astype("float64"), moons.targets


def start_parameters(seed):
    """Random parameters of a 2-16-2 network, by name (lesson 06 says why they are scaled so)."""
    generator = np.random.default_rng(seed)
    return {
        "hidden weights": generator.normal(size=(2, 16)),
        "hidden bias": np.zeros(16),
        "output weights": generator.normal(size=(16, 2)) / 4,
        "output bias": np.zeros(2),
    }


def broken_gradients(parameters, inputs, labels):
    """(loss, gradients by name) of a network with one hidden layer of sigmoid units."""
    hidden_sums = inputs @ parameters["hidden weights"] + parameters["hidden bias"]
    hidden = sigmoid(hidden_sums)
    logits = hidden @ parameters["output weights"] + parameters["output bias"]

    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probabilities[np.arange(len(labels)), labels].mean()
    one_hot = np.eye(logits.shape[1])[labels]

    by_logits = (np.exp(log_probabilities) - one_hot) / len(labels)
    by_hidden = by_logits @ parameters["output weights"].T
    by_sums = by_hidden * sigmoid(hidden) * (1 - sigmoid(hidden))
    return loss, {
        "hidden weights": inputs.T @ by_sums,
        "hidden bias": by_sums.sum(axis=0),
        "output weights": hidden.T @ by_logits,
        "output bias": by_logits.sum(axis=0),
    }


def train_moons(gradients_of, seed, updates=1000):
    """(parameters, losses) after gradient descent with a learning rate of 1, full batch."""
    parameters, losses = start_parameters(seed), []
    for _ in range(updates):
        loss, gradients = gradients_of(parameters, points, moon)
        losses.append(loss)
        for name in parameters:
            parameters[name] = parameters[name] - gradients[name]
    return parameters, losses


def share_right(parameters, inputs, labels):
    """Accuracy, from 0 to 1."""
    hidden = sigmoid(inputs @ parameters["hidden weights"] + parameters["hidden bias"])
    logits = hidden @ parameters["output weights"] + parameters["output bias"]
    return np.mean(logits.argmax(axis=1) == labels)


parameters, losses = train_moons(broken_gradients, seed=0)
with_ones = np.column_stack([points, np.ones(len(points))])
line = np.linalg.lstsq(with_ones, 2.0 * moon - 1, rcond=None)[0]
print(f"loss: {losses[0]:.4f} at first, {losses[-1]:.4f} before the last update")
print(f"lowest loss: {min(losses):.4f}, before update {np.argmin(losses) + 1}")
print(f"accuracy of the broken network: {share_right(parameters, points, moon):.3f}")
print(f"accuracy of the best straight line: {np.mean((with_ones @ line > 0) == moon):.3f}")
plots.learning_curves(
    losses,
    title="The loss of the broken network",
    loss_label="cross-entropy",
)

# %% [markdown]
# (An epoch is one update here, on all points.) Look closely: after about 430 updates the loss creeps up, from 0.282 to 0.292. Repaired, it never does, as you will see. But who
# would notice? The gradient check does, and it says *where*: it compares one array after the other, and the bug lies
# between the last array that agrees and the first that does not. The next cell uses your `numeric_gradient`, `relative_error` and `verdict`.


# %%
def gradient_report(gradients_of):
    """Print relative error and verdict for each array of gradients, on 20 points."""
    parameters = start_parameters(seed=1)
    few, labels = points[:20], moon[:20]
    _, gradients = gradients_of(parameters, few, labels)
    for name in parameters:

        def loss_of(array):
            """The loss with `array` in place of the parameters `name`."""
            return gradients_of({**parameters, name: array}, few, labels)[0]

        numeric = numeric_gradient(loss_of, parameters[name])
        error = relative_error(gradients[name], numeric)
        print(f"{name:15} relative error {error:.0e}: {verdict(error)}")


try:
    gradient_report(broken_gradients)
except (NotImplementedError, NameError):
    print("Write numeric_gradient and its three companions first, and run their cell.")

# %% [markdown]
# ### Exercise `repaired_gradients` (medium, 12 minutes, a broken model to diagnose)
#
# Find the cause, name it, and repair it. `cause()` returns one letter:
#
# - `"a"`: the average over the batch is taken twice, so the updates are too small
# - `"b"`: the gradient leaves the output layer through the wrong weights
# - `"c"`: the slope of the sigmoid is taken at the units' outputs instead of at their weighted sums
# - `"d"`: the gradient of the output layer forgets to subtract the true class
#
# `repaired_gradients` is `broken_gradients` without the bug, with the same arguments and the same kind of result.
#
# | | what it is |
# |---|---|
# | `parameters` | dictionary of arrays: `"hidden weights"` (inputs, units), `"hidden bias"` (units,), `"output weights"` (units, classes), `"output bias"` (classes,) |
# | `inputs`, `labels` | (batch, inputs), and (batch,) of whole numbers |
# | returned by `cause` | one text |
# | returned by `repaired_gradients` | a tuple `(loss, gradients)`: one number, and a dictionary with the keys and shapes of `parameters` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "repaired_gradients",
    "The report finds the output layer right. Which lines lie between `by_logits`, which is right, and the two hidden arrays, which are not?",
    "`sigmoid(...)` appears twice in the line of `by_sums`. What should it be applied to, and what is it applied to?",
    "The slope is s · (1 − s) with s = sigmoid(hidden_sums), and s has a name already: it is `hidden`. Your functions from above do it too: `sigmoid_backward(by_hidden, hidden_sums)`.",
)


# %% nbgrader={"grade": false, "grade_id": "repaired_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cause():
    """The letter of the cause: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "c"
    ### END SOLUTION


def repaired_gradients(parameters, inputs, labels):
    """(loss, gradients by name) of a network with one hidden layer of sigmoid units.

    parameters: dictionary with "hidden weights" (inputs, units), "hidden bias" (units,),
    "output weights" (units, classes), "output bias" (classes,); inputs: (batch, inputs);
    labels: (batch,), whole numbers.
    """
    ### BEGIN SOLUTION
    hidden_sums = inputs @ parameters["hidden weights"] + parameters["hidden bias"]
    hidden = sigmoid(hidden_sums)
    logits = hidden @ parameters["output weights"] + parameters["output bias"]
    loss, by_logits = cross_entropy_with_gradient(logits, labels)
    by_hidden, output_weights, output_bias = dense_backward(
        by_logits, hidden, parameters["output weights"]
    )
    by_sums = sigmoid_backward(by_hidden, hidden_sums)
    _, hidden_weights, hidden_bias = dense_backward(
        by_sums, inputs, parameters["hidden weights"]
    )
    return loss, {
        "hidden weights": hidden_weights,
        "hidden bias": hidden_bias,
        "output weights": output_weights,
        "output bias": output_bias,
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_repaired_gradients", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("repaired_gradients"):
    check(cause).given().chooses(
        "a",
        "b",
        "c",
        "d",
        right="c9ea191c",
        hint="Which arrays does the report call right? Which line stands between them and the others?",
    )

    def check_by_tape(parameters, inputs, labels):
        """Loss and gradients of the same network, differentiated by TensorFlow."""
        watched = {name: tf.constant(array) for name, array in parameters.items()}
        with tf.GradientTape() as tape:
            tape.watch(watched)
            hidden = tf.sigmoid(inputs @ watched["hidden weights"] + watched["hidden bias"])
            logits = hidden @ watched["output weights"] + watched["output bias"]
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            )
        gradients = tape.gradient(loss, watched)
        return float(loss), {name: array.numpy() for name, array in gradients.items()}

    def check_draw(rng, samples, inputs, units, classes):
        """Random parameters, inputs and labels for a network inputs-units-classes."""
        parameters = {
            "hidden weights": rng.normal(size=(inputs, units)),
            "hidden bias": rng.normal(size=units),
            "output weights": rng.normal(size=(units, classes)),
            "output bias": rng.normal(size=classes),
        }
        labels = rng.integers(0, classes, size=samples)
        return parameters, rng.normal(size=(samples, inputs)), labels

    def check_repaired(parameters, inputs, labels, because, hint=""):
        """Loss and gradients beside those of TensorFlow, one array after the other."""
        answer = check(repaired_gradients).given(parameters, inputs, labels).result()
        check(answer, "repaired_gradients(parameters, inputs, labels)").satisfies(
            "it is a tuple of two: loss, gradients",
            lambda it: isinstance(it, (tuple, list)) and len(it) == 2,
            because="the result is of the same kind as that of broken_gradients",
            hint="End with `return loss, {...}`.",
        )
        loss, gradients = check_by_tape(parameters, inputs, labels)
        check(answer[0], "the loss").returns(loss, because=because, hint=hint)
        check(answer[1], "the gradients").returns(gradients, because=because, hint=hint)

    check_rng = np.random.default_rng()
    for check_sizes in [(4, 2, 3, 2), (5, 3, 4, 3)]:
        check_repaired(
            *check_draw(check_rng, *check_sizes),
            because="TensorFlow's own derivatives of the same network",
            hint="Run `gradient_report(repaired_gradients)` in a cell of your own.",
        )
    ### BEGIN HIDDEN TESTS
    for check_sizes in [(1, 2, 16, 2), (9, 5, 1, 4), (6, 6, 6, 6), (3, 1, 2, 2)]:
        check_repaired(
            *check_draw(check_rng, *check_sizes),
            because="TensorFlow's own derivatives of the same network",
        )
    check_drawn = check_draw(check_rng, 4, 3, 5, 2)
    check_repaired(
        check_drawn[0],
        300 * check_drawn[1],
        check_drawn[2],
        because="saturated units, without overflow",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# The name of this bug is *a slope at the wrong place*. For outputs between 0 and 1 the wrong slope lies between 0.197 and 0.25: almost a constant. So the
# hidden layer is pushed in roughly the right direction, and never learns that a saturated unit should be left alone. The same network, the same
# start, with your repaired gradients:

# %%
try:
    gradient_report(repaired_gradients)
    parameters, losses = train_moons(repaired_gradients, seed=0)
    print(f"loss before update {len(losses)}: {losses[-1]:.3f}")
    print(f"updates after which the loss rose: {np.sum(np.diff(losses) > 0)}")
    print(f"accuracy: {share_right(parameters, points, moon):.3f}")
except (NotImplementedError, NameError):
    print("Write numeric_gradient and repaired_gradients first, and run their cells.")

# %% [markdown]
# **Why not measure always?** A numeric gradient runs the forward pass twice for each number. This network has 2 · 16 + 16 + 16 · 2 + 2 = 82 parameters. **Predict first:**
# how many forward passes is that, and how many times longer does it take than one forward and one backward pass?


# %%
def seconds_of(action, times):
    """Average seconds of `times` calls of `action`."""
    start = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - start) / times


parameters = start_parameters(seed=0)
both_passes = seconds_of(lambda: broken_gradients(parameters, points, moon), times=200)
count = sum(array.size for array in parameters.values())
print(f"{count} parameters, {2 * count} forward passes for the numeric gradient")
print(f"one forward and one backward pass:   {1000 * both_passes:.2f} ms")
print(f"at most, for the numeric gradient:   {1000 * both_passes * 2 * count:.0f} ms")

# %% [markdown]
# At most 164 times as long: 164 passes instead of one forward and one backward, and a forward pass alone is the cheaper part. The cost of measuring grows with the number of parameters; the cost of the backward pass is about that of one or two forward passes, whether there are 82
# parameters or 82 million. So we measure once, on a small network, and then trust the backward pass.

# %% [markdown]
# ## The same in Keras: `tf.GradientTape`
#
# TensorFlow and Keras write the backward pass for you. A `tf.GradientTape` records the operations of the forward pass: it is the cache. Its method `gradient` walks
# back through the recorded operations, each with its own backward function, just as you did. (The article, written for an older Keras, calls
# `K.gradients(loss, input)`. The `keras.backend` of Keras 3 has no such function; the tape replaces it, with the forward pass inside a `with` block.)
#
# Our 2-2-1 network as a Keras model, with the same numbers. **Predict first:** what is the derivative by $w_{21}$?

# %%
print("keras.backend has gradients:", hasattr(keras.backend, "gradients"))

small = keras.Sequential(
    [
        keras.Input(shape=(2,)),
        keras.layers.Dense(2, activation="relu"),
        keras.layers.Dense(1),
    ]
)
small.set_weights([w, b, v.reshape(2, 1), np.array([c])])
with tf.GradientTape() as tape:
    prediction = small(np.array([[x1, x2]]))
    loss = tf.reduce_mean((prediction - y) ** 2)
from_tape = [array.numpy() for array in tape.gradient(loss, small.trainable_variables)]

by_hand = [[[d_w11, d_w12], [d_w21, d_w22]], [d_b1, d_b2], [[d_v1], [d_v2]], [d_c]]
names = ["hidden weights", "hidden bias", "output weights", "output bias"]
for name, tape_part, hand_part in zip(names, from_tape, by_hand):
    difference = np.abs(tape_part - np.array(hand_part)).max()
    print(f"{name:15} {tape_part.tolist()}, largest difference to by hand: {difference}")

# %% [markdown]
# Three habits for the tape. Everything from the variables to the loss happens *inside* the `with` block. The model is *called*, `model(inputs)`: `predict`
# returns NumPy arrays, which the tape cannot follow. And a gradient of `None` means that the loss does not depend on that variable in a way the tape has seen.

# %% [markdown]
# ### Exercise `tape_gradients` (medium, 8 minutes)
#
# Loss and gradients of a Keras classifier whose last layer gives logits. The loss is the mean cross-entropy of lesson 03, which Keras calls
# `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`: an object that you call with labels and logits, in this order.
#
# | | what it is |
# |---|---|
# | `model` | a Keras model from (batch, inputs) to logits (batch, classes) |
# | `inputs`, `labels` | arrays (batch, inputs) and (batch,), labels are whole numbers |
# | returned | a tuple `(loss, gradients)`: one number, and a list with one array for each of `model.trainable_variables`, in that order |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "tape_gradients",
    "The worked example has all of it. What must change is the model, the loss, and what is returned.",
    "Inside the `with` block: logits from `model(inputs)`, then the loss from labels and logits.",
    "`[gradient.numpy() for gradient in tape.gradient(loss, model.trainable_variables)]`, and `float(loss)`.",
)


# %% nbgrader={"grade": false, "grade_id": "tape_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tape_gradients(model, inputs, labels):
    """(loss, gradients) of a Keras classifier with logits, by `tf.GradientTape`.

    model: from (batch, inputs) to logits (batch, classes); inputs: (batch, inputs);
    labels: (batch,), whole numbers. Returns one number (mean cross-entropy) and a list of
    arrays, one for each of `model.trainable_variables`.
    """
    ### BEGIN SOLUTION
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, model(inputs))
    gradients = tape.gradient(loss, model.trainable_variables)
    return float(loss), [gradient.numpy() for gradient in gradients]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_tape_gradients", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("tape_gradients"):
    check_model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(2)])
    check_model.set_weights([np.zeros((2, 2)), np.array([np.log(3.0), 0.0])])
    check_inputs = np.array([[1.0, -2.0], [3.0, 0.0]], dtype="float32")

    def check_none(model, inputs, labels):
        """What becomes of a call: "no gradient" where the tape gives None, else "gradients"."""
        try:
            answer = tape_gradients(model, inputs, labels)
        except NotImplementedError:
            raise
        except Exception as error:
            none = "NoneType" in str(error) or "None values" in str(error)
            return "no gradient" if none else "another error"
        found = answer[1] if isinstance(answer, (tuple, list)) and len(answer) == 2 else []
        nothing = isinstance(found, (tuple, list)) and any(part is None for part in found)
        return "no gradient" if nothing else "gradients"

    check_outcome = check_none(check_model, check_inputs, np.array([1, 0]))
    check(check_outcome, "the gradients of the tape").satisfies(
        "none of them is None",
        lambda it: it != "no gradient",
        because="every weight of the model has a line to the loss",
        hint="A gradient of None: is everything from `model(inputs)` to the loss inside `with`?",
    )
    check_start = [np.zeros((2, 2)), np.array([np.log(3.0), 0.0])]
    check(check_model.get_weights(), "the weights of the model after the call").returns(
        check_start,
        because="the function measures, it does not train",
        hint="Return the gradients, and leave the update to the caller.",
    )
    check(tape_gradients).given(check_model, check_inputs, np.array([1, 0])).returns(
        (
            np.log(4.0) - np.log(3.0) / 2,
            [np.array([[0.0, 0.0], [-0.75, 0.75]]), np.array([0.25, -0.25])],
        ),
        tolerance=1e-5,
        because="both samples have the probabilities 0.75 and 0.25; the gradient is Xᵀ G",
        hint="Is the loss told that it gets logits? Is it the average over the samples?",
    )

    def check_by_hand(model, inputs, labels):
        """Loss and gradients of a network with one ReLU layer, by NumPy in float64."""
        w1, b1, w2, b2 = [array.astype("float64") for array in model.get_weights()]
        sums = inputs @ w1 + b1
        logits = np.maximum(sums, 0) @ w2 + b2
        logits = logits - logits.max(axis=1, keepdims=True)
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -np.log(p[rows, labels]).mean()
        p[rows, labels] -= 1
        p /= len(labels)
        back = (p @ w2.T) * (sums > 0)
        return loss, [
            inputs.T @ back,
            back.sum(axis=0),
            np.maximum(sums, 0).T @ p,
            p.sum(axis=0),
        ]

    check_model = keras.Sequential(
        [
            keras.Input(shape=(3,)),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(3),
        ]
    )
    check_rng = np.random.default_rng()
    check_inputs = check_rng.normal(size=(5, 3)).astype("float32")
    check_labels = check_rng.integers(0, 3, size=5)
    check(tape_gradients).given(check_model, check_inputs, check_labels).returns(
        check_by_hand(check_model, check_inputs, check_labels),
        tolerance=1e-4,
        because="the backward pass in NumPy gives these numbers",
        hint="One array for each of `model.trainable_variables`, in their order.",
    )
    ### BEGIN HIDDEN TESTS
    for check_rows in (1, 8):
        check_model.set_weights(
            [check_rng.normal(size=array.shape) for array in check_model.get_weights()]
        )
        check_inputs = check_rng.normal(size=(check_rows, 3)).astype("float32")
        check_labels = check_rng.integers(0, 3, size=check_rows)
        check(tape_gradients).given(check_model, check_inputs, check_labels).returns(
            check_by_hand(check_model, check_inputs, check_labels),
            tolerance=1e-4,
            because="the backward pass in NumPy gives these numbers",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A network of your own
#
# You have all the parts: a forward pass that remembers, a loss with its gradient, backward steps, and a checker. What is left is to put them together
# and to walk downhill, as in lesson 04. With two layers the walk back has four steps:
# gradient of the loss by the logits, dense backward of layer 2, activation backward of layer 1, dense backward of layer 1.
#
# Why two logits for two classes? One logit with a sigmoid and binary cross-entropy would do as well (lesson 03). Two are the general case. And the
# weights must not start equal: **predict first**, what do hidden units with equal weights learn from equal gradients?
# (The next cell uses `broken_gradients`. That does not matter: its mistake is the same for every unit.)

# %%
equal = start_parameters(0)
equal["hidden weights"] = np.full((2, 16), 0.5)
equal["output weights"] = np.tile([0.5, -0.5], (16, 1))
_, gradients = broken_gradients(equal, points, moon)
columns = gradients["hidden weights"]
print("gradients of the first three hidden units, one column each:")
print(columns[:, :3].round(5))
print("all 16 columns equal:", bool(np.allclose(columns, columns[:, :1])))

# %% [markdown]
# As long as the weights out of the units are equal too, they stay equal for ever: 16 copies of one unit. So we start from random weights. Lesson 06 is about how large they should be; normally
# distributed numbers times $\sqrt{2 / \text{inputs}}$ serve us here, where *inputs* counts what goes into the layer.

# %% [markdown]
# ### Exercise `learn_moons` (hard, 25 minutes)
#
# From a blank cell: train a network in NumPy that puts at least 97 % of *fresh* points on the right moon. Choose the hidden layer, the activation, the
# learning rate and the number of updates (at most 5,000) yourself; use your functions from above. It should take a second at most.
#
# | | what it is |
# |---|---|
# | `inputs`, `labels` | arrays (samples, 2) and (samples,); the labels are 0 and 1 |
# | returned | a tuple `(layers, losses)` |
# | `layers` | list of tuples `(weights, bias, activation)` as in `forward_with_cache`; the last has 2 units and `"identity"`, and gives the logits |
# | `losses` | list with the loss on *all* samples before each update |
#
# The check asks your network about 2,000 points that it has never seen. Of the losses only the first and the last are looked at: the first must be that of an untrained network, the
# last that of the layers you return, up to one update.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "learn_moons",
    "Start with two layers: 2 to 16 with ReLU, 16 to 2 with identity. In the loop: forward with cache, loss and gradient, backward, update.",
    "The cache gives you `(inputs, hidden_sums)` for the first layer and `(hidden, logits)` for the second. Go back with `dense_backward`, `relu_backward`, `dense_backward`.",
    "Plain gradient descent with a learning rate of 1 and 1,000 updates on all samples is enough. Compute all gradients before you change any weights.",
)


# %% nbgrader={"grade": false, "grade_id": "learn_moons", "locked": false, "schema_version": 3, "solution": true, "task": false}
def learn_moons(inputs, labels):
    """(layers, losses) of a NumPy network trained to tell two moons apart.

    inputs: (samples, 2); labels: (samples,), 0 or 1.
    layers: list of (weights (inputs, units), bias (units,), activation), the last with 2 units
    and "identity"; losses: list of the mean cross-entropy on all samples, before each of at most
    5,000 updates.
    """
    ### BEGIN SOLUTION
    generator = np.random.default_rng(0)
    w1, b1 = generator.normal(size=(2, 16)) * np.sqrt(2 / 2), np.zeros(16)
    w2, b2 = generator.normal(size=(16, 2)) * np.sqrt(2 / 16), np.zeros(2)
    losses = []
    for _ in range(1000):
        logits, cache = forward_with_cache(inputs, [(w1, b1, "relu"), (w2, b2, "identity")])
        (_, hidden_sums), (hidden, _) = cache
        loss, by_logits = cross_entropy_with_gradient(logits, labels)
        losses.append(float(loss))
        by_hidden, d_w2, d_b2 = dense_backward(by_logits, hidden, w2)
        _, d_w1, d_b1 = dense_backward(relu_backward(by_hidden, hidden_sums), inputs, w1)
        w1, b1 = w1 - d_w1, b1 - d_b1  # a learning rate of 1
        w2, b2 = w2 - d_w2, b2 - d_b2
    return [(w1, b1, "relu"), (w2, b2, "identity")], losses
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_learn_moons", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("learn_moons"):

    def check_logits(layers, inputs):
        """What the layers answer, computed here."""
        for weights, bias, activation in layers:
            sums = inputs @ np.asarray(weights) + np.asarray(bias)
            inputs = {
                "identity": lambda z: z,
                "relu": lambda z: np.maximum(z, 0),
                "sigmoid": lambda z: np.exp(-np.logaddexp(0, -z)),
            }[activation](sums)
        return inputs

    def check_cross_entropy(logits, labels):
        """Mean cross-entropy."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -logs[np.arange(len(labels)), labels].mean()

    def check_training(train_seed, flipped):
        """Train on one set of moons, with the labels swapped or not, and judge on another."""
        known = data.two_moons(rows=400, noise=0.15, seed=train_seed)
        inputs = known.features.astype("float64")
        labels = 1 - known.targets if flipped else known.targets
        answer = check(learn_moons).given(inputs, labels).result()
        check(answer, "learn_moons(inputs, labels)").satisfies(
            "it is a tuple of two: layers, losses",
            lambda it: (
                isinstance(it, (tuple, list))
                and len(it) == 2
                and not any(isinstance(part, str) for part in it[0])
            ),
            because="the check asks the layers, and compares the losses with them",
            expects="two lists",
            hint="End with `return layers, losses`.",
        )
        layers, losses = answer
        check(layers, "the layers").satisfies(
            "each layer is a tuple of three: weights, bias, activation",
            lambda it: len(it) > 0 and all(len(layer) == 3 for layer in it),
            because="the check computes the logits from them",
            expects="a list of layers",
            hint="One tuple for each layer, as in `forward_with_cache`.",
        )
        check([layer[2] for layer in layers], "the activations").satisfies(
            'each is "identity", "relu" or "sigmoid", and the last is "identity"',
            lambda it: set(it) <= {"identity", "relu", "sigmoid"} and it[-1] == "identity",
            because="the last layer gives logits; the softmax is inside the loss",
            expects="texts",
            hint="`cross_entropy_with_gradient` takes logits: leave the softmax to it.",
        )
        check(layers, "the layers").satisfies(
            "they lead from 2 inputs to 2 logits",
            lambda it: check_logits(it, inputs).shape == (400, 2),
            because="there is one logit for each of the two moons",
            expects="layers that fit on each other",
            hint="Weights (inputs, units), bias (units,).",
        )
        check(losses, "the losses").satisfies(
            "it is a list of 2 to 5000 numbers, one for each update",
            lambda it: (
                isinstance(it, list)
                and 2 <= len(it) <= 5000
                and np.asarray(it, dtype=float).ndim == 1
            ),
            because="the text allows 5,000 updates",
            expects="a list of numbers",
            hint="Append `float(loss)` once in each turn of the loop.",
        )
        check(np.sum(~np.isfinite(losses)), "how many losses are infinite or NaN").returns(
            0,
            because="the losses are finite; they overflowed",
            hint="Did you add the gradients? Downhill is against them: subtract.",
        )
        check(losses[0], "the first loss").lies_between(
            0.2,
            5.0,
            because="an untrained network has about ln 2 = 0.69",
            hint="Append the loss before the first update. Did the weights start very large?",
        )
        check(losses, "the losses").satisfies(
            "the last is smaller than the first",
            lambda it: it[-1] < it[0],
            because="training makes the loss smaller",
            hint="Subtract the gradients: downhill is against them. If the loss does not move at "
            "all: did the weights start equal?",
        )
        check(losses[-1], "the last loss").returns(
            check_cross_entropy(check_logits(layers, inputs), labels),
            tolerance=0.02,
            because="it is the loss of the layers you return on all samples, up to one update",
            hint="Return the layers after the last update. If your bookkeeping is right, the "
            "training is jumping: check the gradients.",
        )
        fresh = data.two_moons(rows=2000, noise=0.15, seed=train_seed + 1000)
        truth = 1 - fresh.targets if flipped else fresh.targets
        found = check_logits(layers, fresh.features.astype("float64")).argmax(axis=1)
        check(
            np.mean(found == truth), "the share of fresh points on the right moon"
        ).lies_between(
            0.97,
            1.0,
            because="these points come from the same two moons, and were not trained on",
            hint="Check your gradients first. Then try more updates, a hidden layer of 16, "
            "a learning rate of 1, or another seed.",
        )

    check_training(train_seed=1, flipped=False)
    ### BEGIN HIDDEN TESTS
    check_training(train_seed=int(np.random.default_rng().integers(2, 900)), flipped=True)
    ### END HIDDEN TESTS

# %% [markdown]
# What did it learn? The next cell trains your network on our points, and draws which moon it predicts where.

# %%
try:
    start = time.perf_counter()
    layers, losses = learn_moons(points, moon)
    seconds = time.perf_counter() - start
    fresh = data.two_moons(rows=2000, noise=0.15, seed=123)
    answers = forward_with_cache(fresh.features.astype("float64"), layers)[0]
    share = np.mean(answers.argmax(axis=1) == fresh.targets)
    print(
        f"{len(losses)} updates in {seconds:.2f} s, {share:.1%} of 2,000 fresh points right"
    )
    plots.decision_boundary(
        lambda grid: forward_with_cache(grid, layers)[0],
        points,
        moon,
        class_names=moons.classes,
        title="Two moons, learned in NumPy",
    )
except (NotImplementedError, NameError):
    print("Write forward_with_cache and learn_moons first, and run their cells.")

# %% [markdown]
# ## Train the full model
#
# The same backward pass on something larger: 1,797 handwritten digits of 8 × 8 pixels, a network 64-32-10 with 2,410 parameters, 500 updates on 1,437 of them, and the other 360 to
# judge it. NumPy and Keras start from the same weights and make the same updates. (The article gives no figure for this chapter, so Keras
# is our yardstick.) **Predict first:** Keras computes in float32, our NumPy in float64. Will the two curves part after 500 updates?

# %% tags=["full-training"]
TRAIN_IN_FULL = False


def digits_gradients(arrays, inputs, labels):
    """(loss, gradients) of a network 64-32-10; arrays: its two weights and two biases in turn."""
    w1, b1, w2, b2 = arrays
    sums = inputs @ w1 + b1
    hidden = np.maximum(sums, 0)
    logits = hidden @ w2 + b2
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    by_logits = (np.exp(logs) - np.eye(10)[labels]) / len(labels)
    by_sums = (by_logits @ w2.T) * (sums > 0)
    loss = -logs[np.arange(len(labels)), labels].mean()
    return loss, [
        inputs.T @ by_sums,
        by_sums.sum(0),
        hidden.T @ by_logits,
        by_logits.sum(0),
    ]


if runtime.full_training(TRAIN_IN_FULL):
    digits = data.load("digits")
    pixels = digits.features.reshape(-1, 64).astype("float64") / 16
    order = np.random.default_rng(0).permutation(len(pixels))
    known, fresh = order[:1437], order[1437:]

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input(shape=(64,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(0.5),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    arrays = [array.astype("float64") for array in model.get_weights()]

    losses = []
    for update in range(500):
        if update % 100 == 0:
            print(f"NumPy: {update} of 500 updates done ...", flush=True)
        loss, gradients = digits_gradients(arrays, pixels[known], digits.targets[known])
        losses.append(loss)
        arrays = [array - 0.5 * gradient for array, gradient in zip(arrays, gradients)]
    print("Keras: 500 updates ...", flush=True)
    history = training.fit_full_batch(
        model, pixels[known], digits.targets[known], epochs=500, progress=False
    )

    w1, b1, w2, b2 = arrays
    ours = (np.maximum(pixels[fresh] @ w1 + b1, 0) @ w2 + b2).argmax(axis=1)
    theirs = model.predict(pixels[fresh], verbose=0).argmax(axis=1)
    print(f"trained on {runtime.device()}, {len(known)} digits, judged on {len(fresh)}")
    print(
        f"NumPy: last loss {losses[-1]:.4f}, right {np.mean(ours == digits.targets[fresh]):.3f}"
    )
    print(
        f"Keras: last loss {history.history['loss'][-1]:.4f}, "
        f"right {np.mean(theirs == digits.targets[fresh]):.3f}"
    )
    apart = np.abs(np.array(losses) - history.history["loss"]).max()
    print(f"largest difference between the two losses, over all updates: {apart:.0e}")

    figure, axes = plots.axes("Digits: the same updates twice", "update", "cross-entropy")
    axes.semilogy(losses, "-", linewidth=6, alpha=0.4, label="NumPy, our backward pass")
    axes.semilogy(history.history["loss"], "--", label="Keras")
    axes.legend()
    plots.show(
        figure,
        alt=(
            f"Cross-entropy over 500 updates on a logarithmic axis: NumPy from {losses[0]:.4f} to "
            f"{losses[-1]:.4f}, Keras from {history.history['loss'][0]:.4f} to "
            f"{history.history['loss'][-1]:.4f}; largest difference {apart:.0e}."
        ),
    )
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes up to 40 seconds."
    )

# %% [markdown]
# They do not part: in 500 updates the losses differ by less than a millionth. What `fit` does behind its one line is what you have written: forward, loss, backward, update.

# %% [markdown]
# ## Recap
#
# 1. The gradient says for each parameter how many times its own movement the loss moves; slopes along a path multiply, and paths add up.
# 2. Three observations carry it: express the loss, express a node's input and output, differentiate from the output layer back.
# 3. The forward pass keeps inputs and weighted sums in a cache; each backward step turns the derivative by its output into that by its input.
# 4. Softmax with cross-entropy starts the way back with *predicted minus true*, divided by the number of samples.
# 5. Check gradients with central differences, float64, a step of 1e-5 and a tolerance of 1e-6, and beware of kinks; `tf.GradientTape` gives the same.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. A dense layer gets a batch of 32 samples with 10 inputs and has 4 units. Which shape has the derivative of the loss by its weights, and by its inputs?</summary>
#
# (10, 4) and (32, 10): each has the shape of what it belongs to. The samples are summed in the first and stay apart in the second.
# </details>
#
# <details><summary>2. A hidden ReLU unit has a negative weighted sum for every sample of the data. What do its weights learn?</summary>
#
# Nothing. The slope of ReLU is 0 at every sample, so all its derivatives are 0, and gradient descent leaves the weights as they are.
# </details>
#
# <details><summary>3. You make the step of a numeric gradient smaller, from 1e-5 to 1e-13, and the check fails. Is the backward pass wrong?</summary>
#
# Not for that reason. With so small a step the two losses agree in nearly all their digits, and their difference is mostly rounding. Go
# back to 1e-5.
# </details>
#
# ## What comes next
#
# On its way back the gradient is multiplied at every layer, by weights and by slopes. Many factors below one make it vanish, many above one make it
# explode. Lesson 06 shows both, and which random weights to start from.
