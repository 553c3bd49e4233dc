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
#     builds_on: []
#     lesson: 00_start_here
#     minutes: 60
#     title: Start here
# ---

# %% [markdown]
# # Start here
#
# In one hour you meet the words, the tools and the working rhythm of this course: read, predict, run, write, check.
#
# **After this lesson you can**
#
# - read a check, ask for a hint, and hand in a notebook;
# - say how deep learning sits inside machine learning and artificial intelligence;
# - say what TensorFlow and Keras are, and which tensor holds a sound, a text, an image, a time series or a video;
# - read the shape and dtype of an array, and use broadcasting without being surprised by it;
# - find out whether you compute on a CPU or a GPU, and whether your data fit into its memory.
#
# **Time** 60 minutes. **Builds on** nothing but a little Python: functions, lists, and the word *array*.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/00_start_here/start_here.ipynb)

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

runtime.start("00_start_here")

import keras
import numpy as np
import tensorflow as tf
from matplotlib.patches import Circle

from utils import data, plots, training
from utils.check import check, demonstration, exercise, hint, hints, random_inputs
from utils.widgets import LessonMap

# %% [markdown]
# ## How this course works
#
# This page is a notebook: a column of cells. **Shift + Enter** runs the cell you are in and moves to the next one.
# Run them in order, from the top. The Python that runs them, and that remembers your variables, is called the **kernel**. If something
# looks strange later, choose *Kernel → Restart Kernel* from the menu and run the cells again. After a restart nothing is remembered:
# `NameError: name 'exercise' is not defined`, or the like, means that the first cell wants to be run again.
#
# An exercise always has the same four parts: a text that says what to write, hints that stay closed until you open them,
# a cell for your answer, and a cell that checks it. A check has three outcomes:
#
# | outcome | what it means |
# |---|---|
# | ○ Not attempted | there is no answer yet |
# | ✗ Not yet | it says what was expected, what came, and where to look |
# | ✓ Right | every check in this notebook passed; the grader repeats them and may ask a few more questions |
#
# You can check as often as you like. Only the last answer counts. A harder exercise is worth more: each gives 1 to 3 **points**, all or
# nothing, and the map at the end of this lesson shows them.
#
# Here is a check that fails on purpose. The function below should turn degrees Celsius into degrees Fahrenheit, and
# somebody has swapped two digits. **Predict first:** what will it return for 0 °C?


# %%
def careless_fahrenheit(celsius):
    """Degrees Fahrenheit for degrees Celsius, with a slip of the keyboard."""
    return celsius * 1.8 + 23


with demonstration("careless_fahrenheit"):
    check(careless_fahrenheit).given(0.0).returns(
        32.0, because="water freezes at 0 °C, which is 32 °F"
    )

# %% [markdown]
# Read the card from the top. It names the call, `careless_fahrenheit(0.0)`. It says what it expected, 32.0, and what it
# got, 23.0. It gives the reason. That is enough to find the swapped digits.
#
# An error inside your code appears in the same place, with its name and with the line that caused it:


# %%
def mistyped_fahrenheit(celsius):
    """Degrees Fahrenheit for degrees Celsius, with a mistyped NumPy function."""
    return np.ad(celsius * 1.8, 32)


with demonstration("mistyped_fahrenheit"):
    check(mistyped_fahrenheit).given(0.0).returns(32.0)

# %% [markdown]
# ### Exercise `fahrenheit` (easy, 3 minutes)
#
# Now the correct one. Replace the line `raise NotImplementedError()` with your code; keep the line that begins with `def`.
#
# | | what it is |
# |---|---|
# | `celsius` | a number, or an array of any shape |
# | returned | degrees Fahrenheit, in the same shape |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "fahrenheit",
    "One degree Celsius is 1.8 degrees Fahrenheit, and the two scales do not start at the same place.",
    "Multiply first, then add the Fahrenheit temperature of freezing water.",
    "NumPy applies `*` and `+` to every number of an array, so the same line serves numbers and arrays.",
)


# %% nbgrader={"grade": false, "grade_id": "fahrenheit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fahrenheit(celsius):
    """Degrees Fahrenheit for `celsius`, a number or an array of degrees Celsius."""
    ### BEGIN SOLUTION
    return celsius * 1.8 + 32
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_fahrenheit", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("fahrenheit"):
    check(fahrenheit).given(0.0).returns(
        32.0, because="water freezes at 0 °C, which is 32 °F"
    )
    check(fahrenheit).given(100.0).returns(
        212.0, because="water boils at 100 °C, which is 212 °F"
    )
    check(fahrenheit).given(np.array([-40.0, 37.0])).returns(np.array([-40.0, 98.6]))
    ### BEGIN HIDDEN TESTS
    check(fahrenheit).equals(
        lambda celsius: celsius * 9 / 5 + 32,
        on=random_inputs(("days", "hours"), low=-60, high=60),
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Stuck? Open the hints above the answer, one after another, or call `hint("fahrenheit")` in a cell of your own: each call
# gives the next hint.
#
# **To hand in a lesson**, save the notebook (**Ctrl + S**) and send this one file, `start_here.ipynb`, the way your
# instructor asks for it. Keep the file's name. Where nbgrader's *Assignment List* is set up, press *Submit* there.
# In Colab, first choose *File → Download → Download .ipynb*. (nbgrader is the program that many instructors collect and grade with.)
# Before you hand in, choose *Kernel → Restart Kernel and Run All Cells…* and look at the cards once more: a grader runs your notebook
# from the top, in a fresh kernel, so a variable that only lives in your session does not help.

# %% [markdown]
# ## Rules we write, rules a machine finds
#
# **Artificial intelligence** is the widest word: any program that does something we would call clever in a person.
# The rules in it may be written by hand, as in a chess program of the 1970s.
#
# **Machine learning** is the part of it in which the rules are found from examples. We choose the form of the rule; an
# algorithm looks at data and fills in the numbers.
#
# **Deep learning** is the part of machine learning in which the rule is a network of many simple units in layers, one after
# another. Each layer works on what the layer before it found.
#
# So the three are circles, one inside the other:

# %%
figure, axes = plots.diagram("Deep learning is a part of machine learning")
for radius, name, height in [
    (3.0, "Artificial intelligence", 4.6),
    (2.0, "Machine learning", 2.8),
    (1.0, "Deep learning", 1.0),
]:
    axes.add_patch(Circle((0, radius), radius, fill=False, linewidth=2))
    axes.text(0, height, name, ha="center", va="center")
axes.set(xlim=(-3.2, 3.2), ylim=(-0.2, 6.2))
plots.show(
    figure,
    alt="Three nested circles: deep learning in machine learning in artificial intelligence.",
)

# %% [markdown]
# The difference between writing a rule and finding one fits into a cell. Above, we *wrote* 1.8 and 32. Below, we give seven
# pairs of temperatures to an algorithm and let it *find* the two numbers. (`np.polyfit` looks for the straight line with the smallest sum
# of squared errors. What goes in, degrees Celsius, are the data's `features`; what should come out are its `targets`, also called
# *labels*.) **Predict first:** the seven Fahrenheit values are rounded to whole degrees. Will the algorithm find exactly 1.8 and 32?

# %%
temperatures = data.load("celsius_to_fahrenheit")
slope, offset = np.polyfit(temperatures.features[:, 0], temperatures.targets[:, 0], deg=1)
print(f"found from seven examples: fahrenheit = {slope:.4f} * celsius + {offset:.4f}")

# %% [markdown]
# Close, and not exact: a rule that is found from data can only be as good as the data. In lesson 01 a neuron finds these two
# numbers, and you will see precisely why it stops where it stops.

# %% [markdown]
# ### Exercise `circles` (easy, 4 minutes)
#
# Put five programs into the *innermost* circle they belong to. Return a dictionary with these five keys, and as values the
# texts `"AI"` (artificial intelligence, but rules written by hand), `"ML"` (machine learning, but not deep) or `"DL"` (deep learning).
#
# | key | program |
# |---|---|
# | `"chess"` | plays chess with rules and opening moves that experts wrote down |
# | `"line"` | finds slope and offset from examples, as we just did |
# | `"faces"` | recognises faces with a network of thirty layers, learned from photographs |
# | `"spam"` | weighs the words of a mail with weights found from 10,000 mails, one weight per word |
# | `"speech"` | turns sound into text with a deep network learned from recordings |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "circles",
    "Ask two questions of each program. Were its numbers found from examples? If so, is there more than one layer?",
    "No examples at all means that only the outermost circle remains.",
    "One weight per word is a single layer: it learns, but it is not deep.",
)


# %% nbgrader={"grade": false, "grade_id": "circles", "locked": false, "schema_version": 3, "solution": true, "task": false}
def circles():
    """The innermost circle of each program: a dictionary with five keys, such as "chess"."""
    ### BEGIN SOLUTION
    return {"chess": "AI", "line": "ML", "faces": "DL", "spam": "ML", "speech": "DL"}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_circles", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("circles"):
    programs = ["chess", "faces", "line", "spam", "speech"]
    check(circles).given().satisfies(
        f"the keys are {programs}", lambda it: sorted(it) == programs
    )
    answer, circle = circles(), ("AI", "ML", "DL")
    check(answer["chess"], "the chess program").chooses(
        *circle, right="64e0bfda", hint="Who found the rules, a person or an algorithm?"
    )
    check(answer["line"], "the line").chooses(
        *circle,
        right="db85fde8",
        hint="Were its numbers found from examples? In how many layers?",
    )
    check(answer["faces"], "the face recogniser").chooses(
        *circle, right="e4d3e5a8", hint="It has thirty layers."
    )
    check(answer["spam"], "the spam filter").chooses(
        *circle, right="5b718fc3", hint="One weight per word: how many layers are that?"
    )
    check(answer["speech"], "the speech recogniser").chooses(
        *circle,
        right="84e84345",
        hint="Its network is deep, and it learned from recordings.",
    )

# %% [markdown]
# ## TensorFlow and Keras
#
# **TensorFlow** is a library for computing with tables of numbers of any number of dimensions, its *tensors*. It runs the
# same program on a CPU or a GPU, and it can tell how a result changes when an input changes a little, which is what
# learning needs. **Keras** is the part we talk to: layers, models, training. Since version 3, Keras is a package of its own, and
# TensorFlow is the engine under it.
#
# Five kinds of work make up most of what people do with them. In each, the data arrive as one tensor, and the first axis
# counts the examples of a *batch*:
#
# | work | one batch holds | axes |
# |---|---|---|
# | time series: sales, temperatures, prices | examples × time steps × measured values | 3 |
# | speech and sound | examples × time steps × 1 value of the sound wave | 3 |
# | text | examples × positions, each a whole number that stands for a word | 2 |
# | images | examples × height × width × colour channels | 4 |
# | video | examples × frames × height × width × colour channels | 5 |
#
# A worked example: 32 colour photographs of 64 by 48 pixels (width by height). We say height first.

# %%
photographs = np.zeros((32, 48, 64, 3), dtype="uint8")
print("axes: ", photographs.ndim)
print("shape:", photographs.shape)
print("dtype:", photographs.dtype)
print("bytes:", photographs.nbytes)

# %% [markdown]
# ### Exercise `batch_shape` (easy, 5 minutes)
#
# Write the shape of one batch for each kind of data. Every batch has `examples` examples. Use these sizes:
#
# | `kind` | one example |
# |---|---|
# | `"time series"` | 60 days, 5 measured values a day |
# | `"speech"` | one second of sound, 16000 values a second, one microphone |
# | `"text"` | 200 words |
# | `"image"` | grey picture, 28 pixels high and 28 wide: one channel |
# | `"video"` | 16 frames of colour pictures, 90 pixels high and 120 wide |
#
# Returned: a tuple of whole numbers, such as `(32, 200)`.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "batch_shape",
    "The first number is always `examples`. The table in the text lists the axes that follow.",
    "A grey picture still has a channel axis; it is just 1 long. So has sound from one microphone.",
    'A dictionary from kind to tuple is one neat way: `{"text": (examples, 200), ...}[kind]`.',
)


# %% nbgrader={"grade": false, "grade_id": "batch_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_shape(kind, examples):
    """Shape, a tuple, of a batch of `examples` examples of this `kind` of data."""
    ### BEGIN SOLUTION
    shapes = {
        "time series": (60, 5),
        "speech": (16000, 1),
        "text": (200,),
        "image": (28, 28, 1),
        "video": (16, 90, 120, 3),
    }
    return (examples, *shapes[kind])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_batch_shape", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("batch_shape"):
    for kind, wanted, because in [
        ("text", (32, 200), "32 texts of 200 words: two axes"),
        ("image", (32, 28, 28, 1), "the channel axis is there even for grey pictures"),
        ("time series", (32, 60, 5), "examples, then days, then measured values"),
        ("speech", (32, 16000, 1), "examples, then time steps, then one value"),
        (
            "video",
            (32, 16, 90, 120, 3),
            "height comes before width, and channels come last",
        ),
    ]:
        check(batch_shape).given(kind, 32).returns(wanted, because=because)
    check(batch_shape).given("text", 8).returns(
        (8, 200), because="now there are 8 examples"
    )
    ### BEGIN HIDDEN TESTS
    check(batch_shape).given("video", 2).returns((2, 16, 90, 120, 3))
    ### END HIDDEN TESTS

# %% [markdown]
# ## Arrays and tensors
#
# NumPy calls its tables *arrays*, TensorFlow calls them *tensors*. For us they are the same thing seen from two sides: both
# have a **shape** (the length of every axis) and a **dtype** (how each number is stored), and each turns into the other.

# %%
array = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype="float32")
tensor = tf.constant(array)
print("array: ", array.shape, array.dtype)
print("tensor:", tuple(tensor.shape), tensor.dtype.name)
print("equal: ", np.array_equal(array, tensor.numpy()))

# %% [markdown]
# The dtype matters. Pictures come as `uint8`, whole numbers from 0 to 255. **Predict first:** what is 250 + 10 there?

# %%
brightness = np.array([250], dtype="uint8")
print("uint8:  ", brightness + np.uint8(10))
print("float32:", brightness.astype("float32") + 10)

# %% [markdown]
# There is no 260 in eight bits, so the count starts again at 0 and the bright pixel turns almost black. Keras computes in `float32`:
# numbers with a fractional part and about seven correct digits. Convert pictures first.

# %% [markdown]
# ### Exercise `as_batch` (medium, 6 minutes)
#
# A camera gives one grey picture as `uint8`. Make a batch of one example from it, ready for Keras: four axes, `float32`, and
# brightness from 0 to 1 instead of 0 to 255.
#
# | | shape | dtype |
# |---|---|---|
# | `picture` | (height, width) | uint8 |
# | returned | (1, height, width, 1) | float32 |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "as_batch",
    "Three steps: change the dtype, divide by 255, add two axes.",
    '`picture.astype("float32")` returns a converted copy. Dividing that by 255 keeps float32.',
    "`x[np.newaxis, :, :, np.newaxis]` puts an axis of length 1 on both ends; `x.reshape(...)` can do it too.",
)


# %% nbgrader={"grade": false, "grade_id": "as_batch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def as_batch(picture):
    """The uint8 `picture` (height, width) as a float32 batch (1, height, width, 1)."""
    ### BEGIN SOLUTION
    brightness = picture.astype("float32") / 255
    return brightness[np.newaxis, :, :, np.newaxis]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_as_batch", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("as_batch"):
    small = np.array([[0, 51, 102], [153, 204, 51]], dtype="uint8")
    check(as_batch).given(small).has(
        shape=(1, 2, 3, 1), because="one example, 2 high, 3 wide, one channel"
    )
    check(as_batch).given(small).has(dtype="float32", because="Keras computes in float32")
    check(as_batch).given(small).returns(
        np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.2]).reshape(1, 2, 3, 1),
        because="0 becomes 0.0 and 255, though not in this picture, becomes 1.0",
    )
    ### BEGIN HIDDEN TESTS
    tall = np.random.default_rng().integers(0, 256, size=(7, 4)).astype("uint8")
    check(as_batch).given(tall).returns((tall / 255).reshape(1, 7, 4, 1), dtype="float32")
    ### END HIDDEN TESTS

# %% [markdown]
# ## CPU or GPU
#
# A CPU has a few fast cores that can do anything. A GPU has thousands of simple ones that all do the same arithmetic at once,
# which is what large tables of numbers need. Everything in this course runs on a CPU; the longer trainings are faster on a GPU,
# and TensorFlow uses one by itself when it finds one. This is where you are now:

# %%
runtime.report()

# %% [markdown]
# The GPU's own memory is small, and a tensor that does not fit stops the program. A `float32` takes 4 bytes, a `uint8` takes 1.
# A worked example: 60,000 grey pictures of 28 × 28 pixels.

# %%
numbers = 60_000 * 28 * 28
print(
    f"{numbers:,} numbers: "
    f"{numbers * 1 / 1e6:.0f} MB as uint8, {numbers * 4 / 1e6:.0f} MB as float32"
)

# %% [markdown]
# ### Exercise `fits` (medium, 6 minutes)
#
# Will a tensor fit into the memory of a device? Return `True` when it needs no more than `memory` bytes, `False` otherwise.
#
# | | what it is |
# |---|---|
# | `shape` | tuple of whole numbers, possibly empty: `()` is the shape of one number |
# | `dtype` | name of a dtype, such as `"float32"` |
# | `memory` | bytes |
# | returned | `True` or `False` |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "fits",
    "Bytes needed = how many numbers × bytes per number.",
    "`np.dtype(dtype).itemsize` is the number of bytes of one number.",
    "`math.prod(shape)`, after `import math`, multiplies the lengths of all axes; for () it gives 1.",
)


# %% nbgrader={"grade": false, "grade_id": "fits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fits(shape, dtype, memory):
    """True if a tensor of this `shape` and `dtype` needs at most `memory` bytes."""
    ### BEGIN SOLUTION
    numbers = 1
    for length in shape:
        numbers = numbers * length
    return numbers * np.dtype(dtype).itemsize <= memory
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_fits", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("fits"):
    for shape, dtype, memory, wanted, because in [
        ((1000, 1000), "float32", 4_000_000, True, "a million numbers of 4 bytes just fit"),
        ((1000, 1000), "float32", 3_999_999, False, "one byte is missing"),
        ((1000, 1000), "uint8", 1_000_000, True, "a uint8 takes one byte"),
        (
            (10, 28, 28, 1),
            "float64",
            62_719,
            False,
            "7,840 numbers of 8 bytes are 62,720 bytes",
        ),
        ((), "float64", 8, True, "() is the shape of one number, here of 8 bytes"),
    ]:
        check(fits).given(shape, dtype, memory).returns(wanted, because=because)
    ### BEGIN HIDDEN TESTS
    large = (60_000, 28, 28, 1)
    check(fits).given(large, "float16", 94_080_000).returns(
        True, because="a float16 takes 2 bytes"
    )
    check(fits).given(large, "float16", 94_079_999).returns(
        False, because="one byte is missing"
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Broadcasting
#
# NumPy and TensorFlow can combine arrays of different shapes. They line the shapes up from the *right*; where one of them has
# an axis of length 1, or none, that axis is repeated. Nothing is copied, and no loop is needed:

# %%
prices = np.array(
    [[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]]
)  # shape (2, 3): two days, three shops
reduction = np.array(
    [1.0, 2.0, 3.0]
)  # shape (3,): one number per shop, repeated for both days
print(prices - reduction)

# %% [markdown]
# **Predict first:** one shape is `(3, 1)`, the other `(4,)`. Does the sum exist, and what is its shape?

# %%
column = np.array([[0.0], [10.0], [20.0]])
row = np.array([1.0, 2.0, 3.0, 4.0])
print(column + row)
print("shape:", (column + row).shape)

# %% [markdown]
# Both were stretched: the column to four columns, the row to three rows. This is handy when you mean it, and it is a trap when
# you do not, as we shall see in a moment. Lengths that differ, with neither of them 1, do not fit, and NumPy says so:

# %%
try:
    np.ones(3) + np.ones(4)
except ValueError as problem:
    print(problem)

# %% [markdown]
# The last line of such a message holds the two shapes. Line them up from the right and you see what does not fit.

# %% [markdown]
# ### Exercise `center_columns` (medium, 6 minutes)
#
# Subtract from every column its own mean, so that each column has mean 0. Do not write a loop. (In lesson 08 this becomes
# the first half of *standardising* data.)
#
# | | shape |
# |---|---|
# | `table` | (examples, features) |
# | returned | (examples, features) |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "center_columns",
    "You need one mean per column. Which axis disappears when you average over the examples?",
    "`table.mean(axis=0)` has the shape (features,).",
    "Shapes line up from the right, so (examples, features) minus (features,) does what you want.",
)


# %% nbgrader={"grade": false, "grade_id": "center_columns", "locked": false, "schema_version": 3, "solution": true, "task": false}
def center_columns(table):
    """`table` (examples, features), minus the mean of each column; same shape."""
    ### BEGIN SOLUTION
    return table - table.mean(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_center_columns", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("center_columns"):
    check(center_columns).given(np.array([[1.0, 10.0], [3.0, 30.0], [8.0, 50.0]])).returns(
        np.array([[-3.0, -20.0], [-1.0, 0.0], [4.0, 20.0]]),
        because="the means of the columns are 4 and 30",
    )
    check(center_columns).given(np.arange(12.0).reshape(4, 3) ** 2).satisfies(
        "every column has mean 0", lambda result: np.allclose(result.mean(axis=0), 0)
    )
    ### BEGIN HIDDEN TESTS
    check(center_columns).equals(
        lambda table: table - np.ones((len(table), 1)) @ table.mean(axis=0, keepdims=True),
        on=random_inputs(("examples", "features")),
    )
    check(center_columns).equals(
        lambda table: table - table.mean(axis=0, keepdims=True), on=random_inputs((5, 5))
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A broken model: perfect predictions, and an error above zero
#
# Here is the **symptom**. A model predicts seven temperatures exactly. Its mean squared error, the average of the squared
# differences between prediction and truth, must be 0. **Predict first**, then look:


# %%
def broken_mean_squared_error(truth, prediction):
    """Average of the squared differences, or so it seems."""
    return np.mean((prediction - truth) ** 2)


truth = temperatures.targets[:, 0]  # shape (7,), as a table column often comes
prediction = temperatures.targets  # shape (7, 1), as a Keras model returns it
print("error of a perfect model:", broken_mean_squared_error(truth, prediction))

# %% [markdown]
# Nothing raised an error. To **find** the cause, look at the shapes of what is being averaged:

# %%
print("truth:     ", truth.shape)
print("prediction:", prediction.shape)
print("difference:", (prediction - truth).shape)

# %% [markdown]
# Seven minus seven gave 49 numbers: every prediction minus *every* truth. A model trained with such an error learns the mean of
# all labels and nothing else, and no message ever tells you. Its **name** in this course is *the silent broadcast*; you will
# meet it again.

# %% [markdown]
# ### Exercise `mean_squared_error` (medium, 8 minutes, a broken model to diagnose)
#
# Write the error so that the silent broadcast cannot happen: truth and prediction may each come as `(examples,)` or as
# `(examples, 1)`. Where they do not hold the same *number* of examples, raise a `ValueError` that says so.
#
# | | shape |
# |---|---|
# | `truth`, `prediction` | (examples,) or (examples, 1), each on its own |
# | returned | one number |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "mean_squared_error",
    "Bring both to the same shape before you subtract. Which method turns any array into one with a single axis?",
    "`np.ravel(truth)` has the shape (examples,), whatever came in.",
    'Compare the two lengths with `if` and `raise ValueError("...")`; then subtract, square and average.',
)


# %% nbgrader={"grade": false, "grade_id": "mean_squared_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_squared_error(truth, prediction):
    """Mean squared error, one number, of `prediction` for `truth`.

    Each of the two has the shape (examples,) or (examples, 1).

    Raises ValueError where the numbers of examples differ.
    """
    ### BEGIN SOLUTION
    truth, prediction = np.ravel(truth), np.ravel(prediction)
    if truth.shape != prediction.shape:
        raise ValueError(f"{truth.size} true values, but {prediction.size} predictions")
    return np.mean((prediction - truth) ** 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_mean_squared_error", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("mean_squared_error"):
    flat, other = np.array([1.0, 3.0]), np.array([1.0, 1.0])
    check(mean_squared_error).given(flat, other).returns(2.0, because="(0² + 2²) / 2 = 2")
    for truth_shape, prediction_shape in [((2,), (2, 1)), ((2, 1), (2,)), ((2, 1), (2, 1))]:
        check(mean_squared_error).given(
            flat.reshape(truth_shape), flat.reshape(prediction_shape)
        ).returns(0.0, because="a perfect prediction has no error, whatever its shape")
    check(mean_squared_error).given(np.zeros(3), np.zeros(1)).raises(
        ValueError,
        hint="One prediction for three truths is a mistake, though NumPy could stretch it.",
    )
    ### BEGIN HIDDEN TESTS
    check(mean_squared_error).given(np.zeros((4, 1)), np.zeros(2)).raises(ValueError)
    check(mean_squared_error).equals(
        lambda truth, prediction: np.sum((truth - prediction.ravel()) ** 2) / truth.size,
        on=random_inputs(("n",), ("n", 1)),
    )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras.** Keras's own loss is careful here: where the shapes differ only by an axis of length 1, it adds that axis before it
# subtracts. The silent broadcast happens in code like ours, not there. On equal shapes both give the same number:

# %%
mean_squared = keras.losses.MeanSquaredError()
perfect = float(mean_squared(temperatures.targets[:, 0], temperatures.targets))
print("Keras, shapes (7,) and (7, 1), a perfect model:", perfect)

truth = np.array([[14.0], [32.0], [46.0]], dtype="float32")
prediction = np.array([[10.0], [32.0], [49.0]], dtype="float32")
ours = np.mean((prediction - truth) ** 2)
keras_says = float(mean_squared(truth, prediction))
print(f"ours {ours:.6f}, Keras {keras_says:.6f}, difference {abs(ours - keras_says):.1e}")

# %% [markdown]
# ## Train the full model
#
# To see where the course is going, here is a network that reads handwritten digits: 1,797 real pictures of 8 × 8 pixels.
# You need not understand these lines yet. By lesson 09 you will write them yourself, and by lesson 17 a better version.
#
# The training below is short, but like every *full training* in this course it only runs when you ask for it, and never while
# your notebook is graded. Set `TRAIN_IN_FULL` to `True` and run the cell.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

if runtime.full_training(TRAIN_IN_FULL):
    digits = data.load("digits")
    pictures, labels = digits.features.reshape(-1, 64) / 16, digits.targets
    network = keras.Sequential(
        [
            keras.Input(shape=(64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = network.fit(
        pictures[:1500],
        labels[:1500],
        epochs=40,
        verbose=0,
        callbacks=[training.Progress()],
        validation_data=(pictures[1500:], labels[1500:]),
    )
    plots.learning_curves(history)
    _, accuracy = network.evaluate(pictures[1500:], labels[1500:], verbose=0)
    print(
        f"{accuracy:.1%} of the 297 pictures it never saw are read correctly, "
        f"trained on {runtime.device()}"
    )
    guesses = network.predict(pictures[1500:1510], verbose=0).argmax(axis=1)
    plots.images(
        digits.features[1500:1510],
        labels=[f"reads {guess}" for guess in guesses],
        columns=5,
    )
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes a few seconds."
    )

# %% [markdown]
# ## Where you are
#
# The map shows every lesson, its exercises and your points. Each exercise has a mark for its outcome: ○ not attempted,
# ✗ not yet, ✓ right. Press *Refresh* after a check.

# %%
LessonMap()

# %% [markdown]
# ## Recap
#
# 1. Artificial intelligence contains machine learning, which finds rules from data; deep learning does it with many layers.
# 2. TensorFlow computes with tensors on a CPU or a GPU; Keras is how we describe models to it.
# 3. A tensor has a shape and a dtype; its first axis counts the examples of a batch.
# 4. Broadcasting lines shapes up from the right and repeats axes of length 1, wanted or not.
# 5. A check says what was expected, what came and where; a hint opens when you ask for it.
#
# ## Quiz
#
# Answer each question for yourself, then open it.
#
# <details><summary>1. What is the result's shape when you subtract an array of shape (5,) from one of shape (5, 1)?</summary>
#
# (5, 5). The axis of length 1 is stretched to 5, and the missing axis of the other array is too. This is the silent broadcast.
# </details>
#
# <details><summary>2. A program finds one weight per word from 10,000 mails. Is it deep learning?</summary>
#
# No. It learns from examples, so it is machine learning, but it has a single layer. Deep means several layers, each working
# on what the one before it found.
# </details>
#
# <details><summary>3. Your check is right, but the grader gives no point. Name one likely reason.</summary>
#
# Your answer uses something that only lives in your session, such as a variable from a cell you have deleted since. The grader
# starts from the top in an empty kernel. Or it failed one of the grader's extra questions: the visible check tries only some inputs.
# </details>
#
# ## What comes next
#
# In lesson 01 you build one neuron by hand, then in Keras, and let it discover how Celsius becomes Fahrenheit.
