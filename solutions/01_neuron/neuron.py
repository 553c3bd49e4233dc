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
#     minutes: 75
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
# **Time** 75 minutes. **Builds on** lesson 00: shapes, broadcasting, checks.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/01_neuron/neuron.ipynb)

# %% tags=["setup"]
# Run this cell first. In Colab it fetches the course; it changes no installed package.
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
print("weighted sum:", round(float(products.sum() + bias), 2))

# %% [markdown]
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
    """Weighted sum, one number, of `inputs` (inputs,) with `weights` (inputs,) and a `bias`."""
    ### BEGIN SOLUTION
    return np.dot(inputs, weights) + bias
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_neuron", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("neuron"):
    two_inputs, two_weights = np.array([1.0, 2.0]), np.array([3.0, 0.5])
    check(neuron).given(two_inputs, two_weights, 0.0).returns(
        4.0, because="1 · 3 + 2 · 0.5 = 4"
    )
    check(neuron).given(two_inputs, two_weights, -1.5).returns(
        2.5, because="the same sum, and then the bias: 4 − 1.5 = 2.5"
    )
    check(neuron).given(np.array([0.8, 0.3, 2.0]), np.array([1.0, 4.0, 1.0]), -2.5).returns(
        1.5, because="0.8 + 1.2 + 2 − 2.5 = 1.5"
    )
    ### BEGIN HIDDEN TESTS
    check(neuron).equals(
        lambda inputs, weights, bias: sum(x * w for x, w in zip(inputs, weights)) + bias,
        on=random_inputs(("n",), ("n",), ()),
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

figure, axes = plots.axes(
    "A neuron without a bias passes through the origin",
    "temperature (°C)",
    "temperature (°F)",
)
axes.plot(celsius, fahrenheit, "o", label="seven pairs")
axes.plot(
    celsius,
    best_without_bias * celsius,
    "--",
    label=f"best weight alone: {best_without_bias:.2f} x",
)
axes.plot(
    celsius,
    np.polyval(best_with_bias, celsius),
    "-",
    label=f"weight and bias: {best_with_bias[0]:.2f} x + {best_with_bias[1]:.2f}",
)
axes.legend()
plots.show(
    figure,
    alt=(
        "Seven temperature pairs rise in a straight line that crosses 0 °C at 32 °F. "
        "A line through the origin misses them "
        "all on the same side near zero; a line with a bias passes through every one."
    ),
)

# %% [markdown]
# The bias moves the line up and down; the weight only tilts it. That is the flexibility a bias adds.

# %% [markdown]
# ### Exercise `and_gate` (easy, 5 minutes)
#
# Choose the two weights and the bias of a neuron with a step activation so that it answers 1 only when *both* inputs are 1.
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
    """(weight_1, weight_2, bias) of a neuron that answers 1 only for the inputs 1 and 1."""
    ### BEGIN SOLUTION
    return 1.0, 1.0, -1.5
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_and_gate", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("and_gate"):
    check(and_gate).given().has(
        shape=(3,), because="two weights and a bias are three numbers"
    )
    for x1, x2, wanted in [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)]:
        check(and_gate).given().satisfies(
            f"the neuron answers {wanted} for the inputs {x1} and {x2}",
            lambda answer: (x1 * answer[0] + x2 * answer[1] + answer[2] >= 0) == wanted,
            hint=f"Is {x1} · weight_1 + {x2} · weight_2 + bias at least 0?",
        )

# %% [markdown]
# ## A layer of neurons
#
# Neurons that look at the same inputs form a **layer**; the number of neurons is the layer's number of **units**. When every
# neuron is connected to every input, the layer is **fully connected**; Keras calls it `Dense`.
#
# The picture shows a network with 3 inputs, a layer of 2 units and a layer of 1 unit, in short 3-2-1. Each line is one weight.
# **Predict first:** how many lines are there?

# %%
sizes = [3, 2, 1]
figure, axes = plots.diagram("The 3-2-1 network: every line is one weight")
centres = [
    [(2.0 * layer, row - (size - 1) / 2) for row in range(size)]
    for layer, size in enumerate(sizes)
]
for left, right in zip(centres[:-1], centres[1:]):
    for x1, y1 in left:
        for x2, y2 in right:
            axes.plot([x1, x2], [y1, y2], "-", color="0.5", zorder=1)
for column, name in zip(centres, ["x", "a", "y"]):
    for number, (x, y) in enumerate(reversed(column), start=1):
        axes.scatter(x, y, s=900, color="white", edgecolor="black", zorder=2)
        axes.text(x, y, f"${name}_{number}$", ha="center", va="center", zorder=3)
axes.set(xlim=(-0.7, 4.7), ylim=(-1.5, 1.5))
plots.show(
    figure,
    alt="Three inputs, each joined to two units, and those joined to one output: 8 lines.",
)

# %% [markdown]
# 3 × 2 lines lead into the first layer and 2 × 1 into the second: **8 weights**. Each of the three units also has a bias, so a
# training has 8 + 3 = 11 numbers to find. (Some texts count only the 8 weights. Keras counts all 11 and calls them *parameters*.)
#
# For the arithmetic we put the weights of a layer into one table, one *column* for each unit. The **matrix product**, written `@`, takes
# each row of the left table and each column of the right one, multiplies number by number, and adds up: all neurons for all examples of
# a batch at once. A worked example with two examples, three inputs and two units:

# %%
batch = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])  # (batch, inputs) = (2, 3)
weights = np.array([[0.5, 1.0], [0.0, -1.0], [1.0, 0.0]])  # (inputs, units) = (3, 2)
bias = np.array([10.0, 20.0])  # (units,) = (2,)
print(batch @ weights + bias)
print(
    "first example, first unit: 1 · 0.5 + 2 · 0 + 3 · 1 + 10 =",
    1 * 0.5 + 2 * 0.0 + 3 * 1.0 + 10,
)

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
    """Output (batch, units) of a fully connected layer.

    inputs: (batch, inputs); weights: (inputs, units); bias: (units,);
    activation: a function of an array, or None.
    """
    ### BEGIN SOLUTION
    weighted_sums = inputs @ weights + bias
    return weighted_sums if activation is None else activation(weighted_sums)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_dense_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("dense_forward"):
    batch = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    weights = np.array([[0.5, 1.0], [0.0, -1.0], [1.0, 0.0]])
    check(dense_forward).given(batch, weights, np.array([10.0, 20.0])).returns(
        np.array([[13.5, 19.0], [10.0, 19.0]]), because="this is the worked example above"
    )
    check(dense_forward).given(
        batch, weights, np.array([-3.0, 0.0]), activation=np.abs
    ).returns(
        np.array([[0.5, 1.0], [3.0, 1.0]]),
        because="the activation, here the absolute value, comes last",
    )

    def keras_dense(inputs, weights, bias):
        """The same layer in Keras, holding the same weights and bias."""
        layer = keras.layers.Dense(weights.shape[1], dtype="float64")
        layer.build(inputs.shape)
        layer.set_weights([weights, bias])
        return layer(inputs)

    check(dense_forward).equals(
        keras_dense,
        on=random_inputs(("batch", "inputs"), ("inputs", "units"), ("units",)),
        rounds=3,
    )
    ### BEGIN HIDDEN TESTS
    check(dense_forward).equals(
        keras_dense,
        on=random_inputs(("batch", "inputs"), ("inputs", "units"), ("units",)),
        rounds=10,
    )
    check(dense_forward).equals(
        keras_dense, on=random_inputs((1, "inputs"), ("inputs", 1), (1,)), rounds=2
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise `count_parameters` (medium, 5 minutes)
#
# How many numbers does training have to find in a network of fully connected layers?
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
    """(weights, biases) of dense layers; `sizes`: the inputs, then each layer's units."""
    ### BEGIN SOLUTION
    weights = sum(inputs * units for inputs, units in zip(sizes[:-1], sizes[1:]))
    return weights, sum(sizes[1:])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_count_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("count_parameters"):
    check(count_parameters).given([3, 2, 1]).returns(
        (8, 3), because="3 · 2 + 2 · 1 lines in the picture, and 2 + 1 units"
    )
    check(count_parameters).given([1, 1]).returns((1, 1), because="one neuron, one input")
    check(count_parameters).given([5, 4, 3, 2]).returns(
        (38, 9), because="5 · 4 + 4 · 3 + 3 · 2 weights, and 4 + 3 + 2 units"
    )
    ### BEGIN HIDDEN TESTS
    check(count_parameters).given([300, 250, 150, 100, 10]).returns(
        (300 * 250 + 250 * 150 + 150 * 100 + 100 * 10, 510)
    )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras.** A model is a list of layers. It finds its own starting weights, and it agrees with the counts above. Give it
# our weights, and it gives our numbers:

# %%
network = keras.Sequential(
    [keras.Input(shape=(3,)), keras.layers.Dense(2), keras.layers.Dense(1)]
)
print("parameters of the 3-2-1 network:", network.count_params())

weights = np.array([[0.5, 1.0], [0.0, -1.0], [1.0, 0.0]], dtype="float32")
bias = np.array([10.0, 20.0], dtype="float32")
batch = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]], dtype="float32")
network.layers[0].set_weights([weights, bias])
ours, from_keras = batch @ weights + bias, network.layers[0](batch).numpy()
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
#    `Dense(1, input_shape=[1])`. Keras 3 has an `Input` of its own.)
# 2. **Compile** it: choose the **loss**, which measures how wrong the model is, and the **optimizer**, which changes weights and bias to
#    make the loss smaller. `"mse"` is the mean squared error you wrote in lesson 00. `"sgd"`, gradient descent (lesson 04), takes small
#    steps downhill; the **learning rate** says how large they are.
# 3. **Fit** it: show it the samples again and again. One pass over all samples is an **epoch**. `fit` returns a **history**, an object whose
#    `history["loss"]` lists the loss of every epoch. Then **predict**.
#
# A worked example on other data, kilometres to miles, with `"sgd"` and `"mse"`:

# %%
kilometres = np.array([[0.0], [2.0], [4.0], [6.0], [8.0]])
miles = kilometres * 0.621371
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
history = model.fit(
    kilometres, miles, epochs=40, verbose=0, callbacks=[training.Progress()]
)
print(
    f"loss: {history.history['loss'][0]:.4f} at first, "
    f"{history.history['loss'][-1]:.6f} after 40 epochs"
)
print(
    f"3 km are {model.predict(np.array([[3.0]]), verbose=0)[0, 0]:.2f} miles "
    f"(1.86 would be right)"
)

# %% [markdown]
# The prediction is near and not right: the training is not finished. Keep that in mind.
#
# ### Why that took so long, and what we do about it
#
# Those 40 epochs did 40 updates on five numbers, hardly any arithmetic, and still took a moment. Before each epoch, `fit` prepares
# the data anew: it shuffles, cuts batches, and starts an input pipeline. With thousands of samples nobody notices. With seven, nearly
# all the time goes there. When all samples fit into one batch, we can prepare once and let the updates run.
# `training.fit_full_batch` does that. It makes the same updates in the same order; **predict** how much faster it is:


# %%
def miles_model():
    """The model of the worked example, always with the same starting weight."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    return model


patient, quick = miles_model(), miles_model()
start = time.perf_counter()
patient.fit(kilometres, miles, epochs=40, verbose=0, callbacks=[training.Progress()])
middle = time.perf_counter()
training.fit_full_batch(quick, kilometres, miles, epochs=40)
end = time.perf_counter()
same = all(np.array_equal(a, b) for a, b in zip(patient.get_weights(), quick.get_weights()))
print(
    f"fit: {middle - start:.1f} s, fit_full_batch: {end - middle:.1f} s, "
    f"same weights to the last bit: {same}"
)

# %% [markdown]
# ### Exercise `build_converter` (medium, 8 minutes)
#
# Write two functions. `build_converter()` returns a compiled model: one input, one `Dense` unit without activation, loss `"mse"`, optimizer Adam with a
# learning rate of 0.1 (`keras.optimizers.Adam(0.1)`; lesson 04 explains what Adam does). `train_converter(model, celsius, fahrenheit)`
# trains that model for 500 epochs with `training.fit_full_batch(model, x, y, epochs=...)` and returns the history that it gives back.
#
# | | what it is |
# |---|---|
# | `celsius`, `fahrenheit` | (samples, 1) |
# | returned by `build_converter` | a compiled Keras model |
# | returned by `train_converter` | the history of 500 epochs |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "build_converter",
    "The worked example with kilometres has all three steps. Which of its words must change?",
    "Pass both to `compile` by name: `optimizer=..., loss=...`.",
    "Do not forget to return: the model from the first function, the history from the second.",
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
    """The history of 500 epochs of `model` on `celsius`, `fahrenheit`: (samples, 1) each."""
    ### BEGIN SOLUTION
    return training.fit_full_batch(model, celsius, fahrenheit, epochs=500)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_build_converter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("build_converter"):
    wanted = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    check(build_converter).given().is_model(like=wanted)
    check(build_converter).given().is_compiled(
        loss="mse", optimizer="adam", learning_rate=0.1
    )
    seven = data.load("celsius_to_fahrenheit")
    model = build_converter()
    check(train_converter).given(model, seven.features, seven.targets).is_history(
        epochs=500, below=30
    )
    check(
        model.predict(np.array([[100.0]]), verbose=0)[0, 0], "the prediction for 100 °C"
    ).lies_between(
        209,
        213,
        hint="Train the model you are given: `celsius` is the input, `fahrenheit` the label.",
    )
    ### BEGIN HIDDEN TESTS
    x = np.linspace(-1, 1, 9).reshape(-1, 1)
    check(train_converter).given(build_converter(), x, 3 * x - 1).is_history(
        epochs=500, below=0.001
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Now we train it, look at the loss, ask for 100 °C, and read what the neuron has learned. The experiment comes from an article, *Build your
# first deep learning basic model* (Analytics Vidhya on Medium); it reports 211.305 °F for 100 °C, a weight of 1.824 and a bias of 28.81. The
# curve's vertical axis is logarithmic: from one line to the next the loss falls to a tenth. (The cell uses its own copy of the model, so that
# the notebook runs on before your exercise is finished.)

# %%
keras.utils.set_random_seed(0)
converter = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
converter.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
history = training.fit_full_batch(converter, celsius, fahrenheit, epochs=500)
plots.learning_curves(history)
kernel, bias = converter.get_weights()
answer = converter.predict(np.array([[100.0]]), verbose=0)[0, 0]
print("            ours   article   the rule")
print(f"100 °C  {answer:8.3f}   211.305    212.000")
print(f"weight  {kernel[0, 0]:8.3f}     1.824      1.800")
print(f"bias    {bias[0]:8.3f}    28.810     32.000")

# %% [markdown]
# ### Exercise `read_converter` (easy, 5 minutes)
#
# Read a trained model. `model.get_weights()` returns two arrays: the weights, of shape (inputs, units), which Keras calls the *kernel* (it
# has nothing to do with the notebook's kernel), and the bias, of shape (units,).
#
# | | what it is |
# |---|---|
# | `model` | a Keras model with one input and one neuron |
# | `celsius` | one number |
# | returned | a tuple of three numbers: `(weight, bias, what the model predicts for celsius)` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "read_converter",
    "Print `converter.get_weights()` in a cell of your own and look at the brackets.",
    "A single number sits in the kernel at `[0, 0]` and in the bias at `[0]`.",
    "`predict` wants a batch, here `np.array([[celsius]])`, and returns one of shape (1, 1). Pass `verbose=0`.",
)


# %% nbgrader={"grade": false, "grade_id": "read_converter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_converter(model, celsius):
    """(weight, bias, prediction for the number `celsius`) of a `model` of one neuron."""
    ### BEGIN SOLUTION
    kernel, bias = model.get_weights()
    prediction = model.predict(np.array([[celsius]]), verbose=0)
    return kernel[0, 0], bias[0], prediction[0, 0]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_read_converter", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("read_converter"):
    known = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    known.set_weights([np.array([[2.0]]), np.array([30.0])])
    check(read_converter).given(known, 100.0).returns(
        (2.0, 30.0, 230.0),
        because="the weight is 2, the bias is 30, and 2 · 100 + 30 = 230",
    )
    check(read_converter).given(known, -40.0).returns(
        (2.0, 30.0, -50.0), because="the same model, and 2 · (−40) + 30 = −50"
    )
    ### BEGIN HIDDEN TESTS
    w, b = np.random.default_rng().normal(size=2).astype("float32")
    known.set_weights([np.array([[w]]), np.array([b])])
    check(read_converter).given(known, -40.0).returns((w, b, -40 * w + b), tolerance=1e-4)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Why it stops at 1.82 and 28.8
#
# 211.3 looks close to 212, but the bias is off by three degrees. **Predict first:** is the model unable to do better, are the data
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
# updates, and the steps shrink as the slope gets flatter.
#
# **The valley is narrow.** At the best line, make the weight too high by 1. Every prediction is wrong by $1 \cdot c$, so the loss rises by the
# average of $c^2$. Make the bias too high by 1, and every prediction is wrong by 1: the loss rises by 1. The next exercise asks how far
# these two are apart. Plain `"sgd"` has one step size for both. Small enough for the steep direction, it crawls in the flat one; large
# enough for the flat one, it explodes in the steep one:

# %%
keras.utils.set_random_seed(0)
exploding = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
exploding.compile(optimizer="sgd", loss="mse")  # learning rate 0.01
losses = training.fit_full_batch(exploding, celsius, fahrenheit, epochs=5).history["loss"]
print("losses with sgd:", ", ".join(f"{loss:.3g}" for loss in losses))

# %% [markdown]
# The cure is to **scale the input**: subtract its mean and divide by its standard deviation, a measure of how far the values spread. The
# scaled values average 0, and their squares average 1. Now weight and bias are equally steep, and one step size fits both. Try
# *Scale the inputs* in the line fitter. A worked example with five heights:

# %%
heights = np.array([[150.0], [160.0], [170.0], [180.0], [190.0]])
mean, deviation = heights.mean(), heights.std()
scaled = (heights - mean) / deviation
print(f"mean {mean:.1f}, standard deviation {deviation:.2f}")
print("scaled:", scaled.ravel().round(2))
print(
    f"average of the squares: before {np.mean(heights**2):.0f}, after {np.mean(scaled**2):.0f}"
)

# %% [markdown]
# A neuron that learned from scaled inputs $z = (c - m) / s$ has found $f = w z + b$. In degrees Celsius this is the line
#
# $$f = \frac{w}{s}\,c + \left(b - \frac{w\,m}{s}\right)$$

# %% [markdown]
# ### Exercise `solve_converter` (hard, 12 minutes)
#
# `loss_rise(celsius)` returns how much the mean squared error of the best line rises when the weight is too high by 1, and when the bias is
# too high by 1, as a tuple of two numbers.
#
# `solve_converter(celsius, fahrenheit)` finds the line with at most 500 updates: scale the input, train one neuron on it (with
# `keras.optimizers.SGD(0.1)`, say), and turn its weight and bias back into degrees Celsius.
#
# | | what it is |
# |---|---|
# | `celsius`, `fahrenheit` | (samples, 1) |
# | returned by `loss_rise` | `(rise for the weight, rise for the bias)`, two numbers |
# | returned by `solve_converter` | `(weight, bias, losses)`: two numbers, for degrees Celsius, and the list of all losses |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "solve_converter",
    "`loss_rise`: the text above says it in words, and neither number needs `fahrenheit`.",
    "`solve_converter`: mean and standard deviation of `celsius` first, then build, compile, fit on the scaled values.",
    'The history\'s losses are in `history.history["loss"]`. For the way back use the formula above, with w and b from `get_weights()`.',
)


# %% nbgrader={"grade": false, "grade_id": "solve_converter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def loss_rise(celsius):
    """(rise for a weight, rise for a bias) that is too high by 1; celsius: (samples, 1)."""
    ### BEGIN SOLUTION
    return np.mean(celsius**2), 1.0
    ### END SOLUTION


def solve_converter(celsius, fahrenheit):
    """(weight, bias, losses) of a neuron trained on scaled input, in degrees Celsius."""
    ### BEGIN SOLUTION
    mean, deviation = celsius.mean(), celsius.std()
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
    history = training.fit_full_batch(
        model, (celsius - mean) / deviation, fahrenheit, epochs=100
    )
    kernel, bias = model.get_weights()
    weight = kernel[0, 0] / deviation
    return weight, bias[0] - weight * mean, history.history["loss"]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_solve_converter", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with exercise("solve_converter"):
    check(loss_rise).given(np.array([[1.0], [3.0]])).returns(
        (5.0, 1.0), because="(1² + 3²) / 2 = 5, and 1² = 1"
    )
    seven = data.load("celsius_to_fahrenheit")
    answer = check(solve_converter).given(seven.features, seven.targets).result()
    check(answer, "solve_converter(celsius, fahrenheit)").satisfies(
        "it is a tuple of three: weight, bias, losses", lambda it: len(it) == 3
    )
    weight, bias, losses = answer
    check(losses, "the losses").satisfies(
        "it is a list of at most 500 numbers, one for each update",
        lambda it: isinstance(it, list) and 0 < len(it) <= 500 and float(it[0]) >= 0,
        hint='They are in `history.history["loss"]`.',
    )
    check(weight, "the weight").lies_between(
        1.79, 1.81, hint="Is the input scaled, and the weight divided by the deviation?"
    )
    check(bias, "the bias").lies_between(
        31.9, 32.1, hint="Did you turn the bias back into degrees Celsius?"
    )
    error = np.mean((weight * seven.features + bias - seven.targets) ** 2)
    check(losses[-1], "the last loss").returns(
        error, tolerance=0.001, because="it is the mean squared error of your line"
    )
    ### BEGIN HIDDEN TESTS
    rng = np.random.default_rng()
    x, slope, offset = (
        rng.uniform(-20, 60, size=(11, 1)),
        rng.uniform(-3, 3),
        rng.uniform(-50, 50),
    )
    weight, bias, losses = check(solve_converter).given(x, slope * x + offset).result()
    check(weight, "the weight for another line").returns(slope, tolerance=0.01)
    check(bias, "the bias for another line").returns(offset, tolerance=0.1)
    check(len(losses), "the number of losses").lies_between(1, 500)
    check(loss_rise).equals(
        lambda celsius: (np.sum(celsius**2) / celsius.size, 1.0),
        on=random_inputs(("samples", 1)),
    )
    ### END HIDDEN TESTS

# %% [markdown]
# For our seven temperatures the weight is about 560 times as steep as the bias. Scaled, both are equally steep, and 100 plain steps
# reach what 2,000 steps of Adam reached before. And the last digits, 1.7979 instead of 1.8, 31.95 instead of 32? They come from the rounded
# labels. With exact labels the same 100 steps find exactly the rule:

# %%
exact = 1.8 * celsius + 32
scaled = (celsius - celsius.mean()) / celsius.std()
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
training.fit_full_batch(model, scaled, exact, epochs=100)
kernel, bias = model.get_weights()
weight = kernel[0, 0] / celsius.std()
print(f"weight {weight:.4f}, bias {bias[0] - weight * celsius.mean():.4f}")

# %% [markdown]
# ## A broken model: it never says anything below zero
#
# The **symptom**: somebody trained a converter on the same seven samples, and patiently. The loss falls to 228.6 and not a step further,
# however long the training. The predictions for warm days are excellent. **Predict first**, from the code alone: what goes wrong at −40 °C?


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
print(f"loss after 1000 epochs: {losses[999]:.1f}, after 3000: {losses[-1]:.1f}")
plots.prediction_against_truth(fahrenheit[:, 0], predicted[:, 0], unit="°F")

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
    "The activation `relu` replaces everything below zero by zero. What does that do to −40 °F, and to its gradient?",
    "A number that may have any sign needs no activation at the output. Keep input, units, loss and optimizer.",
)


# %% nbgrader={"grade": false, "grade_id": "repaired_converter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnosis():
    """The letter of the cause: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


def repaired_converter():
    """The compiled model, without the bug."""
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
        hint="Did the loss explode? Do two points fix a line? Are both shapes (7, 1)?",
    )
    check(repaired_converter).given().is_model(
        like=keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)]),
        hint="Which values can the output take?",
    )
    check(repaired_converter).given().is_compiled(
        loss="mse", optimizer="adam", learning_rate=0.1
    )
    ### BEGIN HIDDEN TESTS
    seven = data.load("celsius_to_fahrenheit")
    model = repaired_converter()
    training.fit_full_batch(model, seven.features, seven.targets, epochs=500)
    check(
        model.predict(np.array([[-40.0]]), verbose=0)[0, 0], "the prediction for −40 °C"
    ).lies_between(-46, -40)
    ### END HIDDEN TESTS

# %% [markdown]
# The name of this bug is *an output that cannot reach the labels*. `relu` gives nothing below zero, so for −40 °C the best it can do is 0, and
# where its output is flat that sample sends no signal back. The other six find the right line; the one error that is left, 40 degrees,
# squared and averaged over seven samples, is 1600 / 7 = 228.6. Lesson 02 is about activations.

# %% [markdown]
# ## Train the full model
#
# First the article's experiment in full: five different starting weights, 500 epochs as in the article and 2,000, and the scaled input.
# Then the same neuron on real measurements: heights in inches and weights in pounds of 10,000 people. They come from the internet (420 kB) unless they are in
# your data folder already; without a network the cell says what to do and goes on.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

if runtime.full_training(TRAIN_IN_FULL):
    print("                     weight     bias   100 °C")
    print("article, 500 epochs   1.824   28.810  211.305")
    scaled = (celsius - celsius.mean()) / celsius.std()
    experiments = [
        ("500 epochs", celsius, keras.optimizers.Adam, 500),
        ("2000 epochs", celsius, keras.optimizers.Adam, 2000),
        ("100 epochs, scaled", scaled, keras.optimizers.SGD, 100),
    ]
    for name, inputs, optimizer, epochs in experiments:
        for seed in range(5):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
            model.compile(optimizer=optimizer(0.1), loss="mse")
            training.fit_full_batch(model, inputs, fahrenheit, epochs=epochs)
            (weight,), bias = model.get_weights()[0][0], model.get_weights()[1][0]
            if inputs is scaled:
                weight, bias = (
                    weight / celsius.std(),
                    bias - weight * celsius.mean() / celsius.std(),
                )
            print(
                f"{name:19}  {weight:6.4f}  {bias:7.4f}  {100 * weight + bias:7.3f}  (seed {seed})"
            )
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes about 20 seconds."
    )

# %% [markdown]
# Five starting points, one story: after 500 epochs the bias lies between 28.6 and 29.3, wherever it began, and the article's 28.81 lies in that
# range. With the input scaled, every start ends on the same line.

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
    plots.learning_curves(history)

    kernel, bias = model.get_weights()
    weight = kernel[0, 0] / deviation
    neuron_line = weight, bias[0] - weight * mean
    best_line = np.polyfit(inputs[:, 0], labels[:, 0], deg=1)
    print(f"{people.name}: {people.rows} samples, trained on {runtime.device()}")
    for name, (slope, offset) in [
        ("the neuron", neuron_line),
        ("least squares", best_line),
    ]:
        print(f"{name:14} {names[1]} = {slope:.3f} * {names[0]} + {offset:.2f}")
    print(
        f"typical error of a prediction of {names[1]}: {history.history['loss'][-1] ** 0.5:.2f}"
    )

# %% [markdown]
# One neuron without activation *is* a line, so on real data it ends where the best line ends (`np.polyfit` finds it directly, by *least
# squares*). The error that is left, about 12 pounds for the 10,000 people, is in the people and not in the training.

# %% [markdown]
# ## Recap
#
# 1. A neuron multiplies inputs with weights, adds the products and a bias, and applies an activation.
# 2. The bias moves the line, or the threshold; without it everything passes through the origin.
# 3. A fully connected layer is one matrix product: (batch, inputs) @ (inputs, units) + (units,).
# 4. Build, compile, fit, predict: the loss measures, the optimizer improves, the learning rate says how boldly.
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
