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
#     lesson: 01_neuron
#     minutes: 120
#     title: One neuron
# ---

# %% [markdown]
# # One neuron
#
# You build the smallest network there is, first by hand and then in Keras, and let it discover how Celsius becomes Fahrenheit.
#
# **After this lesson you can**
#
# - compute what a neuron answers: inputs, weights, bias, weighted sum, activation;
# - say what the bias is for, and use an activation as a threshold for a decision;
# - compute a fully connected layer with one matrix product, and count its weights;
# - build, compile, train and read a Keras model with one neuron;
# - explain why its training stops short of the exact answer, and make it fast.
#
# **Time** 120 minutes. **Builds on** lesson 00: shapes, broadcasting, mean squared error, checks.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/01_neuron/neuron.ipynb)
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

runtime.start("01_neuron")

import time

import keras
import numpy as np

from utils import data, plots, training
from utils.check import check, exercise, hint, hints, random_inputs
from utils.widgets import LineFitter, ModelChecker, NeuronExplorer

# %% [markdown]
# ## What a neuron computes
#
# An artificial **neuron** takes some numbers, its **inputs**, and gives one number, its **output**. It has one **weight** for
# each input, which says how strongly, and in which direction, that input counts. It has one **bias**, a number that does not
# depend on the inputs. It multiplies, adds up, and adds the bias. That is the **weighted sum**:
#
# $$z = x_1 w_1 + x_2 w_2 + \dots + b$$
#
# A last step, the **activation**, turns the weighted sum into the output. In the simplest case it changes nothing.
#
# A worked example. Should we take an umbrella? Three inputs: clouds from 0 to 1, chance of rain from 0 to 1, and hours we
# will be outside. **Predict first:** which input matters most here, and is the sum positive?

# %%
inputs = np.array([0.8, 0.3, 2.0])
weights = np.array([1.0, 4.0, 1.0])
bias = -2.5
products = inputs * weights
print("products:    ", products)
print("weighted sum:", products.sum() + bias)

# %% [markdown]
# The hours matter most: they bring 2.0, although rain has the largest weight. The sum is 1.5, above 0: take the umbrella.
#
# Play with it. Move the sliders with the mouse or with the arrow keys, and watch every product, the sum and the output. Leave the
# activation at *identity*, which changes nothing; the others come later. The question under the picture asks you to predict before
# you try.

# %%
NeuronExplorer("Umbrella")

# %% [markdown]
# ### Exercise `neuron` (easy, 4 minutes)
#
# Compute the weighted sum of one neuron. It must work for any number of inputs.
#
# | | shape |
# |---|---|
# | `inputs`, `weights` | (inputs,) |
# | `bias` | one number |
# | returned | one number |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "neuron",
    "Multiply each input with its own weight. What do you do with the products?",
    "`inputs * weights` gives the products; the neuron needs their sum, and then the bias.",
    "This sum of products is called the dot product of two arrays; NumPy writes it `x @ w` or `np.dot(x, w)`.",
)


# %% nbgrader={"grade": false, "grade_id": "neuron", "locked": false, "schema_version": 3, "solution": true, "task": false}
def neuron(inputs, weights, bias):
    """Weighted sum of one neuron.

    inputs, weights: arrays (inputs,); bias: one number.

    Returns one number: every input times its own weight, added up, plus the bias.
    """
    ### BEGIN SOLUTION
    return np.dot(inputs, weights) + bias
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_neuron", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("neuron"):
    check_inputs, check_weights = np.array([1.0, 2.0]), np.array([3.0, 0.5])
    check(neuron).given(check_inputs, check_weights, 0.0).returns(
        4.0, because="1 · 3 + 2 · 0.5 = 4"
    )
    check(neuron).given(check_inputs, check_weights, -1.5).returns(
        2.5, because="the same sum, and then the bias: 4 − 1.5 = 2.5"
    )
    check(neuron).given(np.array([0.8, 0.3, 2.0]), np.array([1.0, 4.0, 1.0]), -2.5).returns(
        1.5, because="0.8 + 1.2 + 2 − 2.5 = 1.5"
    )
    check(neuron).given(np.array([0.25, -1.5]), np.array([0.125, 2.0]), 0.5).returns(
        -2.46875, because="0.03125 − 3 + 0.5 = −2.46875, neither rounded nor cut off at 0"
    )
    ### BEGIN HIDDEN TESTS
    for check_length in ["n", 1, 12]:
        check(neuron).equals(
            lambda inputs, weights, bias: sum(inputs * weights) + bias,
            on=random_inputs((check_length,), (check_length,), ()),
            because="inputs times weights, added up, plus the bias, for any number of inputs",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A decision, and what the bias is for
#
# To decide between yes and no we need a threshold. The **step** activation answers 1 when the weighted sum is 0 or more, and 0
# otherwise. With it the bias is a threshold in disguise: $x w + b \ge 0$ means the same as $x w \ge -b$. A bias of −2.5 says: the
# inputs together must bring at least 2.5 before the neuron says yes.
#
# Without a bias, a neuron with one input can only say $x w$: a line through the origin, whatever the weight. **Predict first:**
# can a line through the origin pass near our seven temperatures, where 0 °C is 32 °F?

# %%
temperatures = data.load("celsius_to_fahrenheit")
celsius, fahrenheit = temperatures.features, temperatures.targets
best_without_bias = np.sum(celsius * fahrenheit) / np.sum(celsius * celsius)
best_with_bias = np.polyfit(celsius[:, 0], fahrenheit[:, 0], deg=1)
plots.lines(
    celsius,
    fahrenheit,
    {"best weight alone": (best_without_bias, 0), "weight and bias": best_with_bias},
    xlabel="temperature (°C)",
    ylabel="temperature (°F)",
    title="Seven temperatures, with and without a bias",
)

# %% [markdown]
# It cannot. The best line without a bias runs 21 to 43 °F below all seven; with a bias the best line misses none by more than 0.5 °F.

# %% [markdown]
# The bias moves the line up and down; the weight only tilts it. That is the flexibility a bias adds.

# %% [markdown]
# ### Exercise `and_gate` (easy, 5 minutes)
#
# Choose the two weights and the bias of a neuron with a step activation so that it answers 1 only when *both* inputs are 1. Such a neuron is called
# an AND gate. (You can try numbers in the neuron explorer above: its preset *Gate to repair* answers 1 too often.)
#
# | x₁ | x₂ | output |
# |---|---|---|
# | 0 | 0 | 0 |
# | 0 | 1 | 0 |
# | 1 | 0 | 0 |
# | 1 | 1 | 1 |
#
# Returned: a tuple `(weight_1, weight_2, bias)` of three numbers. The step answers 1 when the weighted sum is 0 or more. There are
# many right answers; the check accepts all of them.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "and_gate",
    "Write down the weighted sum for all four rows. Which must be below 0, and which must not?",
    "With both weights 1, the four sums before the bias are 0, 1, 1 and 2. Where must the threshold lie?",
    "The bias is minus the threshold, and the threshold must be above 1 and at most 2.",
)


# %% nbgrader={"grade": false, "grade_id": "and_gate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def and_gate():
    """Weights and bias of an AND gate: a neuron with two inputs and a step activation.

    Returns a tuple (weight_1, weight_2, bias) of three numbers.
    """
    ### BEGIN SOLUTION
    return 1.0, 1.0, -1.5
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_and_gate", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("and_gate"):
    check(and_gate).given().has(
        shape=(3,), because="two weights and a bias are three numbers"
    )
    check_w1, check_w2, check_b = check(and_gate).given().result()
    for check_x1, check_x2, check_side, check_rule in [
        (0, 0, "below 0", lambda total: total < -1e-9),
        (0, 1, "below 0", lambda total: total < -1e-9),
        (1, 0, "below 0", lambda total: total < -1e-9),
        (1, 1, "0 or more", lambda total: total >= -1e-9),
    ]:
        check(
            float(check_x1 * check_w1 + check_x2 * check_w2 + check_b),
            f"the weighted sum for the inputs {check_x1} and {check_x2}",
        ).satisfies(
            f"it is {check_side}",
            check_rule,
            because=f"the neuron must answer {check_x1 * check_x2} for these inputs",
            hint=f"The sum is {check_x1} · weight_1 + {check_x2} · weight_2 + bias.",
        )

# %% [markdown]
# ## A layer of neurons
#
# Neurons that look at the same inputs form a **layer**; the number of neurons is the layer's number of **units**. When every
# neuron is connected to every input, the layer is **fully connected**; Keras calls it `Dense`. Layers one after another are a **neural network**.
#
# The picture shows a network with 3 inputs, a layer of 2 units and a layer of 1 unit, in short 3-2-1. The layer in the middle is a **hidden layer**:
# its outputs are seen by the next layer only. Each line is one weight.
# **Predict first:** how many lines are there?

# %%
plots.network([3, 2, 1], title="The 3-2-1 network: every line is one weight")

# %% [markdown]
# 3 × 2 lines lead into the first layer and 2 × 1 into the second: **8 weights**. Each of the three units also has a bias, so a
# training has 8 + 3 = 11 numbers to find. (Some texts count only the 8 weights. Keras counts all 11 and calls them *parameters*.)
#
# For the arithmetic we put the weights of a layer into one table, one *column* for each unit. The **matrix product**, written `@`, takes
# each row of the left table and each column of the right one, multiplies number by number, and adds up: all neurons for all examples of
# a batch at once. A worked example with two examples, three inputs and two units:

# %%
# batch (batch, inputs) = (2, 3), weights (inputs, units) = (3, 2), bias (units,) = (2,)
batch = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
weights = np.array([[0.5, 1.0], [0.0, -1.0], [1.0, 0.0]])
bias = np.array([10.0, 20.0])
print(batch @ weights + bias)
by_hand = 1 * 0.5 + 2 * 0.0 + 3 * 1.0 + 10
print("first example, first unit: 1 · 0.5 + 2 · 0 + 3 · 1 + 10 =", by_hand)

# %% [markdown]
# ### Exercise `dense_forward` (medium, 6 minutes)
#
# Compute a fully connected layer, with an activation at the end. `activation` is a function that takes an array and returns one
# of the same shape; when it is `None`, the weighted sums themselves are the output.
#
# | | shape |
# |---|---|
# | `inputs` | (batch, inputs) |
# | `weights` | (inputs, units) |
# | `bias` | (units,) |
# | returned | (batch, units) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "dense_forward",
    "The worked example above holds the whole arithmetic. What is left is the activation.",
    "The bias has the shape (units,), so broadcasting adds it to every row.",
    "Keep the weighted sums in a variable; return them as they are if `activation is None`, else pass them to `activation`.",
)


# %% nbgrader={"grade": false, "grade_id": "dense_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_forward(inputs, weights, bias, activation=None):
    """Output of a fully connected layer.

    inputs: (batch, inputs); weights: (inputs, units); bias: (units,);
    activation: a function that takes and returns an array of one shape, or None for none.

    Returns an array (batch, units).
    """
    ### BEGIN SOLUTION
    weighted_sums = inputs @ weights + bias
    return weighted_sums if activation is None else activation(weighted_sums)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_dense_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("dense_forward"):
    check_inputs = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    check_weights = np.array([[0.5, 1.0], [0.0, -1.0], [1.0, 0.0]])
    check(dense_forward).given(check_inputs, check_weights, np.array([10.0, 20.0])).returns(
        np.array([[13.5, 19.0], [10.0, 19.0]]), because="this is the worked example above"
    )
    check(dense_forward).given(
        check_inputs, check_weights, np.array([-3.0, 0.0]), activation=np.abs
    ).returns(
        np.array([[0.5, 1.0], [3.0, 1.0]]),
        because="the activation, here the absolute value, comes last",
    )

    def check_keras_dense(inputs, weights, bias):
        """The same layer in Keras, holding the same weights and bias."""
        layer = keras.layers.Dense(weights.shape[1], dtype="float64")
        layer.build(inputs.shape)
        layer.set_weights([weights, bias])
        return layer(inputs)

    check(dense_forward).equals(
        check_keras_dense,
        on=random_inputs(("batch", "inputs"), ("inputs", "units"), ("units",)),
        rounds=3,
        because="Keras's Dense layer with these weights and this bias gives it",
    )
    ### BEGIN HIDDEN TESTS
    for check_shapes in [
        [("batch", "inputs"), ("inputs", "units"), ("units",)],
        [(1, "inputs"), ("inputs", 1), (1,)],
        [(3, 3), (3, 3), (3,)],
    ]:
        check(dense_forward).equals(
            check_keras_dense,
            on=random_inputs(*check_shapes),
            because="Keras's Dense layer with these weights and this bias gives it",
        )
    check(dense_forward).given(
        check_inputs, check_weights, np.array([-3.0, 0.0]), activation=np.tanh
    ).returns(
        np.tanh(np.array([[0.5, -1.0], [-3.0, -1.0]])),
        because="the activation that is passed in is the one to apply, here np.tanh",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise `count_parameters` (medium, 5 minutes)
#
# How many numbers does training have to find in a network of fully connected layers? The first and the last line are there.
#
# | | what it is |
# |---|---|
# | `sizes` | list of whole numbers: the inputs first, then the units of each layer, such as `[3, 2, 1]` |
# | returned | a tuple `(weights, biases)` of two whole numbers; `(8, 3)` for `[3, 2, 1]` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "count_parameters",
    "Between two neighbouring layers, every unit on the right has one weight for every unit on the left.",
    "The inputs are no neurons: they have no bias. Every other unit has one.",
    "`zip(sizes[:-1], sizes[1:])` gives the pairs of neighbours.",
)


# %% nbgrader={"grade": false, "grade_id": "count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_parameters(sizes):
    """How many weights and biases a network of fully connected layers has.

    sizes: list of whole numbers, at least two: the inputs, then the units of each layer.

    Returns a tuple (weights, biases) of two whole numbers.
    """
    weights, biases = 0, 0
    ### BEGIN SOLUTION
    for inputs, units in zip(sizes[:-1], sizes[1:]):
        weights = weights + inputs * units
        biases = biases + units
    ### END SOLUTION
    return weights, biases


# %% nbgrader={"grade": true, "grade_id": "check_count_parameters", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("count_parameters"):
    check(count_parameters).given([3, 2, 1]).returns(
        (8, 3), because="3 · 2 + 2 · 1 lines in the picture, and 2 + 1 units"
    )
    check(count_parameters).given([1, 1]).returns((1, 1), because="one neuron, one input")
    check(count_parameters).given([5, 4, 3, 2]).returns(
        (38, 9), because="5 · 4 + 4 · 3 + 3 · 2 weights, and 4 + 3 + 2 units"
    )
    ### BEGIN HIDDEN TESTS
    for check_length in (2, 3, 7):
        check_sizes = np.random.default_rng().integers(1, 20, size=check_length).tolist()
        check_sizes.append(check_sizes[-1])  # two layers of the same size
        check(count_parameters).given(check_sizes).returns(
            (
                int(np.dot(check_sizes[:-1], check_sizes[1:])),
                sum(check_sizes) - check_sizes[0],
            ),
            because="every pair of neighbours counts, also where two sizes are equal",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras.** A model is a list of layers. It finds its own starting weights, and it agrees with the counts above. Give it
# weights of ours, and it gives the numbers that NumPy gives, layer after layer:

# %%
network = keras.Sequential(
    [keras.Input(shape=(3,)), keras.layers.Dense(2), keras.layers.Dense(1)]
)
print("parameters of the 3-2-1 network:", network.count_params())

batch = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
hidden_weights = np.array([[0.5, 1.0], [0.0, -1.0], [1.0, 0.0]])
hidden_bias = np.array([10.0, 20.0])
output_weights = np.array([[2.0], [-1.0]])
output_bias = np.array([0.5])
network.set_weights([hidden_weights, hidden_bias, output_weights, output_bias])

hidden = batch @ hidden_weights + hidden_bias
ours = hidden @ output_weights + output_bias
from_keras = network(batch).numpy()
print("NumPy:", ours[:, 0], " Keras:", from_keras[:, 0])
print("largest difference between NumPy and Keras:", np.abs(ours - from_keras).max())

# %% [markdown]
# **Two models side by side.** Where a check compares models, it draws yours beside the one that is asked for and marks the first
# difference. You can ask for that picture yourself, here for `sketch`, as if an exercise had asked for `network`. **Predict first:** where
# do these two differ first?

# %%
sketch = keras.Sequential(
    [keras.Input(shape=(3,)), keras.layers.Dense(2), keras.layers.Dense(2)]
)
ModelChecker(sketch, network)

# %% [markdown]
# In the last layer: `sketch` has 2 units there, `network` has 1.

# %% [markdown]
# ## From Celsius to Fahrenheit
#
# Now a neuron learns. What goes in is called a **feature**, here degrees Celsius. What should come out is the **label**, here degrees
# Fahrenheit (our data sets call it the *target*). We have seven **samples** of both. The rule is $f = 1.8\,c + 32$, but the neuron does not know it.

# %%
for c, f in zip(celsius[:, 0], fahrenheit[:, 0]):
    print(f"{c:6.0f} °C  is {f:6.0f} °F")
print("features", celsius.shape, "labels", fahrenheit.shape)

# %% [markdown]
# Three steps, and you will see them in every lesson from here on:
#
# 1. **Build** a model: `keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])`. One input, one neuron. (Older texts write
#    `Dense(1, input_shape=[1])`. Keras 3 warns about that and asks for `keras.Input`.)
# 2. **Compile** it: choose the **loss**, which measures how wrong the model is, and the **optimizer**, which changes weights and bias to
#    make the loss smaller. `"mse"` is the mean squared error you wrote in lesson 00. `"sgd"`, gradient descent (lesson 04), takes small
#    steps towards a smaller loss; the **learning rate** sets their size.
# 3. **Fit** it: show it the samples again and again. One pass over all samples is an **epoch**. `fit` returns a **history**, an object whose
#    `history["loss"]` lists the loss of every epoch. Then **predict**.
#
# A worked example on other data, kilometres to miles, with `"sgd"` and `"mse"`. **Predict first:** after 40 epochs on five samples, will
# the model say
# 1.86 miles for 3 km?

# %%
kilometres = np.array([[0.0], [2.0], [4.0], [6.0], [8.0]])
miles = kilometres * 0.621371


def miles_model():
    """One input, one neuron, plain gradient descent; not trained yet."""
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    return model


keras.utils.set_random_seed(0)
patient = miles_model()
start = time.perf_counter()
history = patient.fit(
    kilometres,
    miles,
    epochs=40,
    shuffle=False,
    verbose=0,
    callbacks=[training.Progress()],
)
seconds_of_fit = time.perf_counter() - start
losses = history.history["loss"]
print(f"loss: {losses[0]:.4f} at first, {losses[-1]:.6f} after 40 epochs (square miles)")
prediction = patient.predict(np.array([[3.0]]), verbose=0)  # a batch of one sample
print(f"3 km are {prediction[0, 0]:.2f} miles (1.86 would be right)")

# %% [markdown]
# Near, and not right: the training is not finished. Keep that in mind. What it has learned so far can be read from the model:
# `get_weights()` returns two arrays, the weights, of shape (inputs, units), which Keras calls the *kernel* (it has nothing to do with the
# notebook's kernel), and the bias, of shape (units,).

# %%
kernel, bias = patient.get_weights()
print("kernel", kernel.shape, "bias", bias.shape)
print(f"weight {kernel[0, 0]:.3f} (0.621 would be right), bias {bias[0]:.3f} (0)")

# %% [markdown]
# ### Why that took so long, and what we do about it
#
# Those 40 epochs did 40 updates on five numbers, hardly any arithmetic, and still took a moment. Before each epoch, `fit` prepares
# the data anew: it cuts batches and starts an input pipeline. With thousands of samples nobody notices. With five, nearly
# all the time goes there. When all samples fit into one batch, we can prepare once and let the updates run.
# `training.fit_full_batch` does that. It makes the same updates in the same order. **Predict first:** how many times faster is it?

# %%
keras.utils.set_random_seed(0)
quick = miles_model()
start = time.perf_counter()
training.fit_full_batch(quick, kilometres, miles, epochs=40)
seconds_of_full_batch = time.perf_counter() - start
differences = [
    np.abs(a - b).max() for a, b in zip(patient.get_weights(), quick.get_weights())
]
print(f"fit: {seconds_of_fit:.2f} s, fit_full_batch: {seconds_of_full_batch:.2f} s")
print(f"largest difference between their weights and biases: {max(differences):.1e}")

# %% [markdown]
# Here `fit_full_batch` needs about a tenth of the time, and the gain grows with the number of epochs, since it prepares only once. Weights and biases
# agree up to rounding.

# %% [markdown]
# ### Exercise `build_converter` (medium, 10 minutes)
#
# Write two functions. `build_converter()` returns a compiled model: one input, one `Dense` unit without activation, loss `"mse"`, optimizer
# Adam with a learning rate of 0.1 (`keras.optimizers.Adam(0.1)`; lesson 04 explains what Adam does).
# `train_converter(model, celsius, fahrenheit)` trains that model for 500 epochs with `training.fit_full_batch(model, x, y, epochs=...)`, which returns a history as `fit`
# does, reads its weight and its bias, and asks it for 100 °C. Its last line is there.
#
# | | what it is |
# |---|---|
# | `celsius`, `fahrenheit` | arrays (samples, 1), in °C and °F |
# | returned by `build_converter` | a compiled Keras model |
# | returned by `train_converter` | a tuple of four: the list of 500 losses (°F²), the weight (°F per °C), the bias (°F), and what the model predicts for 100 °C (°F) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "build_converter",
    "The worked example with kilometres has every step. Which of its words must change?",
    'Pass both to `compile` by name: `optimizer=..., loss=...`. The losses are in `history.history["loss"]`.',
    "A single number sits in the kernel at `[0, 0]` and in the bias at `[0]`. `predict` wants a batch, here `np.array([[100.0]])`, and returns one of shape (1, 1).",
)


# %% nbgrader={"grade": false, "grade_id": "build_converter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_converter():
    """A compiled model: one input, one neuron, mean squared error, Adam(0.1)."""
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.1), loss="mse")
    return model
    ### END SOLUTION


def train_converter(model, celsius, fahrenheit):
    """Train a converter for 500 epochs and read what it has learned.

    model: compiled, one input and one neuron; celsius, fahrenheit: (samples, 1), °C and °F.

    Returns (losses, weight, bias, prediction): 500 losses in °F², the weight in °F per °C,
    the bias in °F, and the prediction for 100 °C in °F.
    """
    ### BEGIN SOLUTION
    history = training.fit_full_batch(model, celsius, fahrenheit, epochs=500)
    losses = history.history["loss"]
    kernel, biases = model.get_weights()
    weight, bias = kernel[0, 0], biases[0]
    prediction = model.predict(np.array([[100.0]]), verbose=0)[0, 0]
    ### END SOLUTION
    return losses, weight, bias, prediction


# %% nbgrader={"grade": true, "grade_id": "check_build_converter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("build_converter"):
    check(build_converter).given().is_model(
        like=keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)]),
        because="one number goes in, and one neuron answers",
    )
    check(build_converter).given().is_compiled(
        loss="mse",
        optimizer="adam",
        learning_rate=0.1,
        because="the experiment is with Adam(0.1) and the mean squared error",
    )
    check_seven = data.load("celsius_to_fahrenheit")
    check_model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    check_model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
    check_model.set_weights([np.array([[0.5]]), np.array([0.0])])
    check_answer = (
        check(train_converter)
        .given(check_model, check_seven.features, check_seven.targets)
        .result()
    )
    check(check_answer, "what train_converter returns").satisfies(
        "it holds four things: losses, weight, bias, prediction",
        lambda it: len(it) == 4,
        expects="a tuple of four",
    )
    check_losses, check_weight, check_bias, check_prediction = check_answer
    check(check_losses, "the losses").has(
        shape=(500,),
        because="500 epochs, one loss each",
        hint='They are in `history.history["loss"]`.',
    )
    check(check_losses[0], "the first loss").returns(
        np.mean((0.5 * check_seven.features - check_seven.targets) ** 2),
        tolerance=0.001,
        because="it is the loss of the model you are given, before its first update",
        hint="Train the model you are given, once: `celsius` is the input, `fahrenheit` the label.",
    )
    check(check_weight, "the weight").returns(
        check_model.get_weights()[0][0, 0],
        because="it is in the kernel of the trained model, shape (1, 1)",
    )
    check(check_bias, "the bias").returns(
        check_model.get_weights()[1][0],
        because="it is the trained model's bias, shape (1,)",
    )
    check(check_prediction, "the prediction for 100 °C").returns(
        100 * check_weight + check_bias,
        tolerance=1e-4,
        because="a neuron without activation gives weight · 100 + bias",
    )
    check(check_losses[-1], "the last loss").returns(
        np.mean(
            (check_weight * check_seven.features + check_bias - check_seven.targets) ** 2
        ),
        tolerance=0.1,
        because="one update later the model's error is nearly the same",
        hint="Are the losses those of all 500 epochs, and of no others?",
    )
    check(check_prediction, "the prediction for 100 °C").lies_between(
        209, 213, because="after 500 epochs it is near 211", hint="Is `celsius` the input?"
    )
    ### BEGIN HIDDEN TESTS
    check_x = np.linspace(-1, 1, 9).reshape(-1, 1)
    check_answer = (
        check(train_converter).given(build_converter(), check_x, 3 * check_x - 1).result()
    )
    check(check_answer[3], "the prediction for 100 after other data").lies_between(
        298, 300, because="the data are exactly 3 x − 1, which is 299 for 100"
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Now we train it, look at the loss, ask for 100 °C, and read what the neuron has learned. The experiment comes from an article, *Build our
# first deep learning basic model using Keras, Python and TensorFlow* (Analytics Vidhya on Medium); it reports 211.305 °F for 100 °C, a
# weight of 1.824 and a bias of 28.81. (It counts 500 · 7 = 3,500 trainings. But all seven samples fit into one batch, so there are 500
# updates, one an epoch.) The curve's vertical axis is logarithmic: from one line to the next the loss falls to a tenth. (The cell uses its
# own copy of the model, so that the notebook runs on before your exercise is finished.)

# %%
keras.utils.set_random_seed(0)
converter = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
converter.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
history = training.fit_full_batch(converter, celsius, fahrenheit, epochs=500)
plots.learning_curves(
    history,
    title="The converter learns for 500 epochs",
    loss_label="mean squared error (°F²)",
)
kernel, bias = converter.get_weights()
answer = converter.predict(np.array([[100.0]]), verbose=0)[0, 0]
print("            ours   article   the rule")
print(f"100 °C  {answer:8.3f}   211.305    212.000")
print(f"weight  {kernel[0, 0]:8.3f}     1.824      1.800")
print(f"bias    {bias[0]:8.3f}    28.810     32.000")

# %% [markdown]
# ## Why it stops at 1.82 and 28.8
#
# About 211 looks close to 212, but the bias is off by three degrees. **Predict first:** is the model unable to do better, are the data
# too few, or is the training not finished?

# %%
for epochs_more in (500, 1000):
    training.fit_full_batch(converter, celsius, fahrenheit, epochs=epochs_more)
    kernel, bias = converter.get_weights()
    print(f"{epochs_more} epochs more: weight {kernel[0, 0]:.4f}, bias {bias[0]:.4f}")
print(
    f"the best line there is: weight {best_with_bias[0]:.4f}, bias {best_with_bias[1]:.4f}"
)

# %% [markdown]
# The training was simply not finished. (The best line is not exactly 1.8 and 32, because the seven labels are rounded: 8 °C is 46.4 °F, not 46.)
#
# But why does the bias take so long? Move weight and bias yourself. The right-hand picture shows the loss for every pair, as rings of
# equal loss. Its two axes are stretched to fit; tick *Same scale for weight and bias* and you see what the optimizer sees: a long, narrow
# valley. Then take steps of gradient descent and watch which of the two numbers arrives first.

# %%
LineFitter()

# %% [markdown]
# Two reasons meet here.
#
# **The way is long.** One update of Adam moves each number by about the learning rate at most, 0.1. From 0 to 32 that is at least 320
# updates. And Adam's steps shrink near the end, because it divides by the larger slopes it remembers.
#
# **The valley is narrow.** At the best line, make the weight too high by 1 °F per °C. Every prediction is then wrong by $1 \cdot c$, so the
# loss rises by the average of $c^2$. Make the bias too high by 1 °F, and every prediction is wrong by 1 °F: the loss rises by 1 °F². The
# next exercise asks how far these two are apart.

# %% [markdown]
# ### Exercise `loss_rise` (medium, 4 minutes)
#
# How much does the mean squared error of the best line rise when its weight is too high by 1, and when its bias is too high by 1?
#
# | | what it is |
# |---|---|
# | `celsius` | array (samples, 1), in °C |
# | returned | a tuple of two numbers, in °F²: `(rise for the weight, rise for the bias)` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "loss_rise",
    "The text above says it in words, and neither number needs the Fahrenheit values.",
    "`celsius**2` squares every value. What is left to do with the squares?",
)


# %% nbgrader={"grade": false, "grade_id": "loss_rise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def loss_rise(celsius):
    """How much the mean squared error of the best line rises if a parameter is too high by 1.

    celsius: array (samples, 1), in °C.

    Returns (rise for the weight, rise for the bias), two numbers in °F².
    """
    ### BEGIN SOLUTION
    return np.mean(celsius**2), 1.0
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_loss_rise", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("loss_rise"):
    check(loss_rise).given(np.array([[1.0], [3.0]])).returns(
        (5.0, 1.0), because="(1² + 3²) / 2 = 5, and 1² = 1"
    )
    check(loss_rise).given(np.array([[-2.0], [0.0], [0.5]])).returns(
        (4.25 / 3, 1.0), because="(4 + 0 + 0.25) / 3: squares are never negative"
    )
    ### BEGIN HIDDEN TESTS
    check(loss_rise).equals(
        lambda celsius: (np.sum(celsius**2) / celsius.size, 1.0),
        on=random_inputs(("samples", 1)),
        because="the average of the squared inputs, and 1",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# For our seven temperatures these are 559.6 and 1. Plain `"sgd"` has one step size for both. Small enough for the steep direction, it
# crawls in the flat one; large enough for the flat one, it explodes in the steep one. **Predict first:** what do five epochs with its usual
# learning rate, 0.01, do?

# %%
keras.utils.set_random_seed(0)
exploding = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
exploding.compile(optimizer="sgd", loss="mse")
losses = training.fit_full_batch(exploding, celsius, fahrenheit, epochs=5).history["loss"]
print("losses with sgd (°F²):", ", ".join(f"{loss:.3g}" for loss in losses))

# %% [markdown]
# They explode: each loss is about a hundred times the one before.
#
# The cure is to **scale the input**: subtract its mean and divide by its standard deviation, a measure of how far the values spread. A worked
# example with five heights. **Predict first:** what is the average of the scaled heights, and what the average of their squares?

# %%
heights = np.array([[150.0], [160.0], [170.0], [180.0], [190.0]])
mean, deviation = heights.mean(), heights.std()
scaled = (heights - mean) / deviation
print(f"mean {mean:.1f} cm, standard deviation {deviation:.2f} cm")
print("scaled:", scaled[:, 0].round(2), "(no unit any more)")
print(f"their average: {np.mean(scaled):.0f}")
print(f"average of the squares before: {np.mean(heights**2):.0f} cm²")
print(f"average of the squares after:  {np.mean(scaled**2):.0f}")

# %% [markdown]
# The scaled values average 0, and their squares average 1. So weight and bias are now equally steep, and one step size fits both. Try
# *Scale the inputs* in the line fitter.

# %% [markdown]
# A neuron that learned from scaled inputs $u = (c - m) / s$ has found $f = w u + b$. Put $u$ in, and you see the line over degrees Celsius:
#
# $$f = \frac{w}{s}\,c + \left(b - \frac{w\,m}{s}\right)$$
#
# The weight of the scaled input has the unit °F; divided by $s$, in °C, it becomes °F per °C. As a function, which you may use from here on:


# %%
def line_over_celsius(weight, bias, mean, deviation):
    """(weight, bias) over degrees Celsius, °F per °C and °F, of a line over the scaled input.

    weight, bias: of the scaled input, in °F; mean, deviation: what it was scaled by, in °C.
    """
    return weight / deviation, bias - weight * mean / deviation


print("for example:", line_over_celsius(weight=18.0, bias=50.0, mean=10.0, deviation=10.0))

# %% [markdown]
# ### Exercise `solve_converter` (hard, 12 minutes)
#
# Find the line with at most 500 updates: scale the input with its mean and standard deviation, train one neuron on the scaled input with
# `keras.optimizers.SGD(0.1)`, with `model.fit` or, much faster, `training.fit_full_batch`, and turn its weight and bias into those of a line over
# degrees Celsius.
#
# Why not Adam? Scaling alone does not cure it: each of its steps is still about 0.1 at most, and the weight must travel from near 0 to
# 41.7, the bias to
# 40.4.
#
# | | what it is |
# |---|---|
# | `celsius`, `fahrenheit` | arrays (samples, 1), in °C and °F |
# | returned | `(weight, bias, losses)`: °F per °C, °F, and all losses of the training (°F²) as a list or an array |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "solve_converter",
    "Mean and standard deviation of `celsius` first, as in the example with the heights. 100 epochs are enough.",
    "Then build, compile and train as before, with the scaled values in place of `celsius`.",
    'The losses are in `history.history["loss"]`. For the way back pass `kernel[0, 0]` and `bias[0]` to `line_over_celsius`.',
)


# %% nbgrader={"grade": false, "grade_id": "solve_converter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def solve_converter(celsius, fahrenheit):
    """The line from °C to °F, found by a neuron that is trained on scaled input.

    celsius, fahrenheit: (samples, 1), in °C and °F.

    Returns (weight, bias, losses): the line over degrees Celsius in °F per °C and °F, and
    the losses of all updates, at most 500, in °F².
    """
    ### BEGIN SOLUTION
    mean, deviation = celsius.mean(), celsius.std()
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
    history = training.fit_full_batch(
        model, (celsius - mean) / deviation, fahrenheit, epochs=100
    )
    kernel, bias = model.get_weights()
    weight, bias = line_over_celsius(kernel[0, 0], bias[0], mean, deviation)
    return weight, bias, history.history["loss"]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_solve_converter", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("solve_converter"):
    check_seven = data.load("celsius_to_fahrenheit")
    check_answer = (
        check(solve_converter).given(check_seven.features, check_seven.targets).result()
    )
    check(check_answer, "solve_converter(celsius, fahrenheit)").satisfies(
        "it holds three things: weight, bias, losses",
        lambda it: len(it) == 3,
        expects="a tuple of three",
    )
    check_weight, check_bias, check_losses = check_answer
    check(check_losses, "the losses").satisfies(
        "they are at most 500 numbers, one for each update",
        lambda it: 0 < np.size(it) <= 500 and np.ndim(it) == 1 and np.isfinite(it).all(),
        expects="a list of numbers",
        hint='They are in `history.history["loss"]`. Are there too many? Use fewer epochs.',
    )
    check(check_weight, "the weight over degrees Celsius").lies_between(
        1.79,
        1.81,
        because="the best line has 1.798 °F per °C",
        hint="Is the input scaled, the optimizer SGD(0.1), and the weight divided by the deviation? Or train a little longer.",
    )
    check(check_bias, "the bias over degrees Celsius").lies_between(
        31.85,
        32.05,
        because="the best line has 31.95 °F at 0 °C",
        hint="Did you turn the bias into that of a line over degrees Celsius? Or train a little longer.",
    )
    check_error = np.mean(
        (check_weight * check_seven.features + check_bias - check_seven.targets) ** 2
    )
    check(check_losses[-1], "the last loss").returns(
        check_error,
        tolerance=0.005,
        because="it is nearly the mean squared error of your line, one update earlier",
        hint="Are these the losses of this training? Or train a little longer.",
    )
    check(check_losses[0], "the first loss").lies_between(
        1000,
        4000,
        because="an untrained neuron is off by tens of degrees, and these are squares",
        hint="Return all losses, from the first update to the last.",
    )
    ### BEGIN HIDDEN TESTS
    check_rng = np.random.default_rng()
    check_x = check_rng.uniform(-20, 60, size=(11, 1))
    check_slope, check_offset = check_rng.uniform(1, 3), check_rng.uniform(-50, 50)
    check_weight, check_bias, check_losses = (
        check(solve_converter).given(check_x, check_slope * check_x + check_offset).result()
    )
    check(check_weight, "the weight for another line").returns(
        check_slope, tolerance=0.01, because="the points lie exactly on that line"
    )
    check(check_bias, "the bias for another line").returns(
        check_offset, tolerance=0.15, because="the points lie exactly on that line"
    )
    check(check_losses, "the losses for another line").satisfies(
        "they fall from the untrained neuron's to nearly nothing, in at most 500 updates",
        lambda it: 2 < len(it) <= 500 and it[0] > 20 and it[-1] < 0.1,
        expects="a list of numbers",
        because="the points lie exactly on a line",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# For our seven temperatures the loss is about 560 times as steep in the weight as in the bias. Scaled, both are equally steep, and 100 plain steps
# reach what 2,000 steps of Adam reached before. And the last digits, 1.7979 instead of 1.8, 31.95 instead of 32? They come from the rounded
# labels. With exact labels the same 100 steps find the rule:

# %%
exact = 1.8 * celsius + 32
mean, deviation = celsius.mean(), celsius.std()
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
training.fit_full_batch(model, (celsius - mean) / deviation, exact, epochs=100)
kernel, bias = model.get_weights()
weight, bias = line_over_celsius(kernel[0, 0], bias[0], mean, deviation)
print(f"weight {weight:.4f}, bias {bias:.4f}")

# %% [markdown]
# ## A broken model: good on warm days only
#
# The **symptom**: somebody trained a converter on the same seven samples, and patiently. The loss falls to 228.6 and not a step further,
# however long the training. The predictions for warm days are excellent. (`"relu"` is an activation: it turns every weighted sum below 0 into 0 and
# leaves the others as they are.) **Predict first**, from the code alone: what goes wrong at −40 °C?


# %%
def broken_converter():
    """A converter with a bug."""
    model = keras.Sequential(
        [keras.Input(shape=(1,)), keras.layers.Dense(1, activation="relu")]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
    return model


keras.utils.set_random_seed(0)
broken = broken_converter()
losses = training.fit_full_batch(broken, celsius, fahrenheit, epochs=3000).history["loss"]
predicted = broken.predict(celsius, verbose=0)
print(f"loss after 1000 epochs: {losses[999]:.1f} °F², after 3000: {losses[-1]:.1f} °F²")
plots.prediction_against_truth(
    fahrenheit[:, 0], predicted[:, 0], unit="°F", title="The converter with a bug"
)

# %% [markdown]
# ### Exercise `repaired_converter` (medium, 8 minutes, a broken model to diagnose)
#
# Find the cause, name it, and repair it. `diagnosis()` returns one letter:
#
# - `"a"`: the learning rate is so high that the loss explodes
# - `"b"`: the activation cannot give the values that the labels have
# - `"c"`: seven samples are too few for two parameters
# - `"d"`: the loss compares the wrong shapes, a silent broadcast
#
# `repaired_converter()` returns the compiled model without the bug. Change nothing else.
#
# Returned: one text, and one compiled Keras model.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "repaired_converter",
    "Look at the predictions: what is the smallest one? What is the smallest label?",
    "Which part of the code turns a weighted sum into the output? What can it never give?",
    "A number that may have any sign needs no activation at the output. Keep input, units, loss and optimizer.",
)


# %% nbgrader={"grade": false, "grade_id": "repaired_converter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnosis():
    """The cause of the bug.

    Returns one letter, as a text: "a", "b", "c" or "d".
    """
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


def repaired_converter():
    """The converter without the bug: one input, one neuron, Adam(0.1), mean squared error.

    Returns a compiled Keras model.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_repaired_converter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("repaired_converter"):
    check(diagnosis).given().chooses(
        "a",
        "b",
        "c",
        "d",
        right="97715c88",
        hint="Compare the predictions with the true values, one point of the figure after the other.",
    )
    check(repaired_converter).given().is_model(
        like=keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)]),
        because="nothing else was to change",
        hint="Which values can the output take?",
    )
    check(repaired_converter).given().is_compiled(
        loss="mse",
        optimizer="adam",
        learning_rate=0.1,
        because="loss and optimizer were not the bug",
    )
    ### BEGIN HIDDEN TESTS
    check_seven = data.load("celsius_to_fahrenheit")
    check_model = check(repaired_converter).given().result()
    training.fit_full_batch(
        check_model, check_seven.features, check_seven.targets, epochs=500
    )
    check(
        check_model.predict(np.array([[-40.0]]), verbose=0)[0, 0],
        "the prediction for −40 °C after 500 epochs",
    ).lies_between(-46, -40, because="without the bug the coldest day is learned too")
    ### END HIDDEN TESTS

# %% [markdown]
# The name of this bug is *an output that cannot reach the labels*. `relu` gives nothing below zero, so for −40 °C the best it can do is 0, and
# where its output is flat that sample sends no signal back. The other six find the right line; the one error that is left, 40 degrees,
# squared and averaged over seven samples, is 1600 / 7 = 228.6. Lesson 02 is about activations.

# %% [markdown]
# ## Train the full model
#
# First the article's experiment in full: five different starting weights, 500 epochs as in the article and 2,000, and the scaled input.
# Then the same neuron on 10,000 heights (inches) and weights (pounds) from a book's example data, so regular that they were probably
# simulated. They come from the internet (420 kB) unless they are in your data folder already; without a network the cell says what to do
# and goes on with the seven temperatures.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

if runtime.full_training(TRAIN_IN_FULL):
    print("                     weight     bias   100 °C")
    print("article, 500 epochs   1.824   28.810  211.305")
    experiments = [
        ("500 epochs", keras.optimizers.Adam, 500, 0.0, 1.0),
        ("2000 epochs", keras.optimizers.Adam, 2000, 0.0, 1.0),
        ("100 epochs, scaled", keras.optimizers.SGD, 100, celsius.mean(), celsius.std()),
    ]
    for name, optimizer, epochs, mean, deviation in experiments:
        for seed in range(5):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
            model.compile(optimizer=optimizer(0.1), loss="mse")
            inputs = (celsius - mean) / deviation
            training.fit_full_batch(model, inputs, fahrenheit, epochs=epochs)
            kernel, bias = model.get_weights()
            weight, bias = line_over_celsius(kernel[0, 0], bias[0], mean, deviation)
            at_100 = 100 * weight + bias
            print(f"{name:19}  {weight:6.4f}  {bias:7.4f}  {at_100:7.3f}  (seed {seed})")
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes about 20 seconds."
    )

# %% [markdown]
# Five starting weights (Keras starts every bias at 0), one story: after 500 epochs the bias lies between 28.6 and 29.3, and the article's
# 28.81 lies in that range. With the input scaled, every start ends on the same line.

# %% tags=["full-training"]
if runtime.full_training(TRAIN_IN_FULL):
    people = data.load("heights_weights", fallback="celsius_to_fahrenheit")
    columns = np.column_stack([people.features, people.targets])
    names = [*people.feature_names, people.target_name]
    inputs, labels = columns[:, :1], columns[:, 1:2]  # heights and weights
    mean, deviation = inputs.mean(), inputs.std()
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    history = training.fit_full_batch(
        model, (inputs - mean) / deviation, labels, epochs=100
    )
    unit = people.units[names[1]]
    plots.learning_curves(
        history,
        title=f"From {names[0]} to {names[1]}",
        loss_label=f"mean squared error ({unit}²)",
    )

    kernel, bias = model.get_weights()
    neuron_line = line_over_celsius(kernel[0, 0], bias[0], mean, deviation)
    best_line = np.polyfit(inputs[:, 0], labels[:, 0], deg=1)
    print(f"{people.name}: {people.rows} samples, trained on {runtime.device()}")
    for name, (slope, offset) in [
        ("the neuron", neuron_line),
        ("least squares", best_line),
    ]:
        print(f"{name:14} {names[1]} = {slope:.3f} * {names[0]} {offset:+.2f}")
    typical_error = history.history["loss"][-1] ** 0.5
    print(f"typical error of a prediction: {typical_error:.2f} {unit}")

# %% [markdown]
# One neuron without activation *is* a line, so on any data with one feature it ends where the best line ends (`np.polyfit` finds it
# directly, by *least squares*). The error that is left, about 12 pounds for the 10,000 weights, 0.25 °F for the seven temperatures, is in
# the data and not in the training.

# %% [markdown]
# ## Recap
#
# 1. A neuron multiplies inputs with weights, adds the products and a bias, and applies an activation.
# 2. The bias moves the line, or the threshold; without it everything passes through the origin.
# 3. A fully connected layer is one matrix product: (batch, inputs) @ (inputs, units) + (units,).
# 4. Build, compile, fit, predict: the loss measures, the optimizer improves, the learning rate sets the size of the steps.
# 5. An input that is not scaled makes the loss a narrow valley, and training slow; scaling the input cures it.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. A fully connected layer has 4 inputs and 3 units. How many weights and biases does it have?</summary>
#
# 4 · 3 = 12 weights and 3 biases, 15 parameters together.
# </details>
#
# <details><summary>2. A neuron with a step activation has the weights 1 and 1. Which biases make it answer 1 when at least one input is 1?</summary>
#
# The sums before the bias are 0, 1, 1 and 2. The threshold must be above 0 and at most 1, so the bias is from −1 up to, but not including, 0.
# That is an OR gate.
# </details>
#
# <details><summary>3. Training stops at a bias of 28.8 instead of 32. What tells you that it is not finished?</summary>
#
# Train on and look: the loss goes on falling and the bias goes on rising. A loss that still falls, however slowly, is the sign.
# </details>
#
# ## What comes next
#
# One neuron draws one straight line. Lesson 02 shows what activations add, and why many neurons without them are no better than one.
