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
#     minutes: 90
#     title: Start here
# ---

# %% [markdown]
# # Start here
#
# In an hour and a half you meet the words, the tools and the working rhythm of this course: read, predict, run, write, check.
#
# **After this lesson you can**
#
# - read a check, ask for a hint, and hand in a notebook;
# - say how deep learning sits inside machine learning and artificial intelligence;
# - say what TensorFlow and Keras are, and which tensor holds a sound, a text, an image, a time series or a video;
# - read the shape and dtype of an array, and use broadcasting without being surprised by it;
# - find out whether you compute on a CPU or a GPU, and whether your data fit into its memory.
#
# **Time** 90 minutes. **Builds on** a little Python (functions, lists, tuples, dictionaries, and raising an exception such as `ValueError`) and
# the first steps in NumPy: making an array and computing with it. What else an exercise needs is shown before it.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/layer-by-layer/layer-by-layer/blob/v0.1.0/course/00_start_here/start_here.ipynb)
#
# **Run the folded cell below first**: click it and press **Shift + Enter**. It prepares this page and imports what the lesson uses, such as NumPy as
# `np`. In Colab it also fetches the course; it changes no installed package.

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

runtime.start("00_start_here")

import keras
import numpy as np
import tensorflow as tf

from utils import data, plots, training
from utils.check import check, demonstration, exercise, hint, hints, random_inputs
from utils.widgets import LessonMap

# %% [markdown]
# ## How this course works
#
# This page is a notebook: a column of cells. **Shift + Enter** runs the cell you are in and moves to the next one. Run them in order, from
# the top. The Python that runs them, and that remembers your variables, is called the **kernel**. If something looks strange later, choose
# *Kernel → Restart Kernel* from the menu (in Colab *Runtime → Restart session*) and run the cells again. After a restart nothing is
# remembered: `NameError: name 'exercise' is not defined`, or the like, means that the first cell wants to be run again.
#
# An exercise always has the same four parts: a text that says what to write, hints that stay closed until you open them,
# a cell for your answer, and a cell that checks it. A check has three outcomes:
#
# | outcome | what it means |
# |---|---|
# | ○ Not attempted | there is no answer yet |
# | ✗ Not yet | it says what was expected, what came, and where to look |
# | ✓ Right | every check in this cell passed; the grader repeats them and may ask a few more questions |
#
# You can check as often as you like. Only the last answer counts. An easy exercise is worth 1 **point**, a medium one 1 or 2, a hard one 2 or 3,
# all or nothing. The map at the end of this lesson shows them.
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
# An error inside your code appears in the same place. Run the next cell and read its card: in which line is the mistake, and which name is wrong?


# %%
def mistyped_fahrenheit(celsius):
    """Degrees Fahrenheit for degrees Celsius, with a mistyped NumPy function."""
    scaled = np.multipy(celsius, 1.8)
    return scaled + 32


with demonstration("mistyped_fahrenheit"):
    check(mistyped_fahrenheit).given(0.0).returns(32.0)

# %% [markdown]
# The mistake is in line 3, and the name is `multipy`: NumPy has no such function. Python suggests `multiply`, and here it is right. It only
# compares spellings, though, so read its suggestions as guesses.

# %% [markdown]
# ### Exercise `fahrenheit` (easy, 3 minutes)
#
# Now the correct one. Replace the line `raise NotImplementedError()` with your code; keep the line that begins with `def`.
#
# | | what it is |
# |---|---|
# | `celsius` | a number, or an array of any shape |
# | returned | degrees Fahrenheit, in the same shape, not rounded |

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
    """Degrees Fahrenheit for degrees Celsius.

    celsius: a number, or an array of any shape, in °C.

    Returns the same temperatures in °F, in the same shape, not rounded.
    """
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
    check(fahrenheit).given(21.4375).returns(
        70.5875, because="21.4375 · 1.8 = 38.5875; nothing is rounded"
    )
    check(fahrenheit).given(np.array([-40.0, 37.0])).returns(
        np.array([-40.0, 98.6]),
        because="an array of temperatures works like one temperature",
    )
    ### BEGIN HIDDEN TESTS
    check(fahrenheit).equals(
        lambda celsius: celsius * 9 / 5 + 32,
        on=random_inputs(("days", "hours"), low=-60, high=60),
        because="any table of temperatures will do, and every value is c · 1.8 + 32",
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Stuck? Open the hints above the answer, one after another, or call `hint("fahrenheit")` in a cell of your own: each call
# gives the next hint.
#
# **To hand in a lesson**, save the notebook (**Ctrl + S**) and send this one file, `start_here.ipynb`, the way your
# instructor asks for it. Keep the file's name. Where nbgrader's *Assignment List* is set up, press *Submit* there.
# In Colab, first choose *File → Download → Download .ipynb*. (nbgrader is the program that many instructors collect and grade with.)
# Before you hand in, choose *Kernel → Restart Kernel and Run All Cells…* (in Colab *Runtime → Restart session and run all*) and look at the
# cards once more: a grader runs your notebook from the top, in a fresh kernel, so a variable that only lives in your session does not help.

# %% [markdown]
# ## Rules we write, rules a machine finds
#
# **Artificial intelligence** is the widest word: any program that does something we would call clever in a person.
# The rules in it may be written by hand, as in a chess program of the 1970s.
#
# **Machine learning** is the part of it in which the rules are found from examples. We choose the form of the rule; an
# algorithm looks at data and fills in the numbers.
#
# **Deep learning** is the part of machine learning in which the rule is a **neural network**: many simple units in layers, one after
# another. Each layer works on what the layer before it found.
#
# A rule with numbers in it that are found from data is called a **model**, and a number in it by which something is multiplied is a **weight**.
#
# So the three are circles, one inside the other:

# %%
plots.nested_circles(
    ["Artificial intelligence", "Machine learning", "Deep learning"],
    title="Deep learning is a part of machine learning",
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
    """The innermost circle of each program.

    Returns a dictionary with the keys "chess", "line", "faces", "spam" and "speech"; each
    value is one of the texts "AI", "ML" and "DL".
    """
    ### BEGIN SOLUTION
    return {"chess": "AI", "line": "ML", "faces": "DL", "spam": "ML", "speech": "DL"}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_circles", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("circles"):
    check(circles).given().has_keys(
        "chess", "line", "faces", "spam", "speech", because="every program has its key"
    )
    check_answer, check_options = check(circles).given().result(), ("AI", "ML", "DL")
    check(check_answer["chess"], "the chess program").chooses(
        *check_options,
        right="64e0bfda",
        hint="Who found the rules, a person or an algorithm?",
    )
    check(check_answer["line"], "the line").chooses(
        *check_options,
        right="db85fde8",
        hint="Were its numbers found from examples? In how many layers?",
    )
    check(check_answer["faces"], "the face recogniser").chooses(
        *check_options, right="e4d3e5a8", hint="How many layers does it have?"
    )
    check(check_answer["spam"], "the spam filter").chooses(
        *check_options,
        right="5b718fc3",
        hint="One weight per word: how many layers are that?",
    )
    check(check_answer["speech"], "the speech recogniser").chooses(
        *check_options,
        right="84e84345",
        hint="What kind of network is it, and what did it learn from?",
    )

# %% [markdown]
# ## TensorFlow and Keras
#
# **TensorFlow** is a library for computing with tables of numbers of any number of dimensions, its *tensors*. It runs the
# same program on a CPU or a GPU, and it can tell how a result changes when an input changes a little, which is what
# learning needs. **Keras** is the part we talk to: layers, models, training. Since version 3 it can run on several engines, TensorFlow, JAX or
# PyTorch; in this course it runs on TensorFlow.
#
# Five kinds of work make up most of what people do with them. In each, the data arrive as one tensor. An **axis** of a tensor is one
# direction in which it extends, as a table extends down its rows and across its columns. The first axis counts the examples of a **batch**, which
# is a number of examples that go through a model together. A **channel** is one of several values at the same place: a colour picture has
# three, for red, green and blue.
#
# | work | one batch holds | axes |
# |---|---|---|
# | time series: sales, temperatures, prices | examples × time steps × measured values | 3 |
# | speech and sound | examples × time steps × 1 value of the sound wave | 3 |
# | text | examples × positions, each a whole number that stands for a word | 2 |
# | images | examples × height × width × colour channels | 4 |
# | video | examples × frames × height × width × colour channels | 5 |
#
# A worked example: 32 colour photographs of 64 by 48 pixels (width by height). We say height first. **Predict first:** what is the shape,
# and how many bytes is that at one byte for each number?

# %%
photographs = np.zeros((32, 48, 64, 3), dtype="uint8")
print("axes: ", photographs.ndim)
print("shape:", photographs.shape)
print("dtype:", photographs.dtype)
print("bytes:", photographs.nbytes)

# %% [markdown]
# Four axes, and 32 · 48 · 64 · 3 = 294,912 numbers of one byte each.

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
# Returned: a tuple of whole numbers, such as `(32, 200)` for 32 texts. The first entry of the dictionary is there already.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "batch_shape",
    "The first number is always `examples`. The table in the text lists the axes that follow.",
    "A grey picture still has a channel axis; it is just 1 long. So has sound from one microphone.",
    "Add one entry for each kind, `kind: (examples, ...)`, and return the one that was asked for: `shapes[kind]`.",
)


# %% nbgrader={"grade": false, "grade_id": "batch_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_shape(kind, examples):
    """Shape of one batch of data.

    kind: "time series", "speech", "text", "image" or "video"; examples: a whole number.

    Returns a tuple of whole numbers, with `examples` first.
    """
    shapes = {"text": (examples, 200)}
    ### BEGIN SOLUTION
    shapes["time series"] = (examples, 60, 5)
    shapes["speech"] = (examples, 16000, 1)
    shapes["image"] = (examples, 28, 28, 1)
    shapes["video"] = (examples, 16, 90, 120, 3)
    return shapes[kind]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_batch_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("batch_shape"):
    check_kinds = {
        "text": ((200,), "examples, then words: two axes"),
        "image": ((28, 28, 1), "the channel axis is there even for grey pictures"),
        "time series": ((60, 5), "examples, then days, then measured values"),
        "speech": ((16000, 1), "examples, then time steps, then one value"),
        "video": ((16, 90, 120, 3), "height comes before width, and channels come last"),
    }
    for check_kind, (check_rest, check_why) in check_kinds.items():
        check(batch_shape).given(check_kind, 8).returns((8, *check_rest), because=check_why)
    check(batch_shape).given("text", 1).returns(
        (1, 200), because="a batch of one example keeps its first axis"
    )
    ### BEGIN HIDDEN TESTS
    for check_kind, (check_rest, _) in check_kinds.items():
        check_count = int(np.random.default_rng().integers(2, 500))
        check(batch_shape).given(check_kind, check_count).returns(
            (check_count, *check_rest), because=f"now there are {check_count} examples"
        )
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
#
# Often an axis of length 1 is missing. `np.newaxis` between the brackets adds one at that place:

# %%
x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print("x:                 ", x.shape)
print("x[np.newaxis]:     ", x[np.newaxis].shape)
print("x[:, np.newaxis]:  ", x[:, np.newaxis].shape)
print("x[..., np.newaxis]:", x[..., np.newaxis].shape, "(... stands for all other axes)")

# %% [markdown]
# ### Exercise `as_batch` (medium, 6 minutes)
#
# A camera gives one grey picture as `uint8`. Make a batch of one example from it, ready for Keras: a tensor with four axes, `float32`, and
# brightness from 0 to 1 instead of 0 to 255. The first and the last line are there; what is between them?
#
# | | what it is | shape | dtype |
# |---|---|---|---|
# | `picture` | an array | (height, width) | uint8 |
# | returned | a TensorFlow tensor | (1, height, width, 1) | float32 |

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints(
    "as_batch",
    "Two steps are missing: from 0 … 255 to 0 … 1, and from two axes to four. The last line wants the result in `batch`.",
    "Dividing a float32 array by 255 keeps float32.",
    "`x[np.newaxis, :, :, np.newaxis]` puts an axis of length 1 on both ends; `x.reshape(...)` can do it too.",
)


# %% nbgrader={"grade": false, "grade_id": "as_batch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def as_batch(picture):
    """A grey picture as a batch of one example.

    picture: array (height, width), dtype uint8, brightness from 0 to 255.

    Returns a TensorFlow tensor (1, height, width, 1), dtype float32, brightness from 0 to 1.
    """
    brightness = picture.astype("float32")
    ### BEGIN SOLUTION
    brightness = brightness / 255
    batch = brightness[np.newaxis, :, :, np.newaxis]
    ### END SOLUTION
    return tf.constant(batch)


# %% nbgrader={"grade": true, "grade_id": "check_as_batch", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("as_batch"):
    check_small = np.array([[0, 51, 102], [153, 204, 51]], dtype="uint8")
    check(as_batch).given(check_small).has(
        shape=(1, 2, 3, 1), because="one example, 2 high, 3 wide, one channel"
    )
    check(as_batch).given(check_small).has(
        dtype="float32", because="Keras computes in float32"
    )
    check(as_batch).given(check_small).returns(
        np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.2]).reshape(1, 2, 3, 1),
        because="0 becomes 0.0, 51 becomes 51 / 255 = 0.2, and 255 would become 1.0",
    )
    check(as_batch).given(check_small).satisfies(
        "it is a TensorFlow tensor",
        tf.is_tensor,
        hint="`tf.constant(batch)`, the last line of the stub, makes a tensor of an array.",
    )
    ### BEGIN HIDDEN TESTS
    for check_shape in [(7, 4), (1, 5), (6, 6)]:
        check_grey = np.random.default_rng().integers(0, 256, size=check_shape)
        check(as_batch).given(check_grey.astype("uint8")).returns(
            (check_grey / 255).reshape(1, *check_shape, 1),
            dtype="float32",
            because="a picture of any height and width works, in float32",
        )
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
# The GPU's own memory is small, and a tensor that does not fit stops the program. A `float32` takes 4 bytes, a `uint8` takes 1. NumPy knows
# the size of every dtype, by its name. A worked example: 60,000 grey pictures of 28 × 28 pixels. **Predict first:** do they fit into 100 MB
# (a megabyte, MB, is a million bytes) as `uint8`, and as `float32`?

# %%
numbers = 60_000 * 28 * 28
for dtype in ("uint8", "float32"):
    size = np.dtype(dtype).itemsize
    print(f"{numbers:,} numbers of {size} byte(s), {dtype}: {numbers * size / 1e6:.0f} MB")

# %% [markdown]
# As `uint8` they fit into 100 MB, as `float32` they take four times as much and do not.

# %% [markdown]
# ### Exercise `fits` (medium, 6 minutes)
#
# Will a tensor fit into the memory of a device? Return `True` when it needs no more than `memory` bytes, `False` otherwise.
#
# | | what it is |
# |---|---|
# | `shape` | tuple of whole numbers, possibly empty: `()` is the shape of one number |
# | `dtype` | name of a dtype of numbers, such as `"float32"`, or `"bool"` |
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
    """Whether a tensor fits into a memory.

    shape: tuple of whole numbers, () for one number; dtype: a name such as "float32";
    memory: how many bytes there are.

    Returns True if the tensor needs at most `memory` bytes, False otherwise.
    """
    ### BEGIN SOLUTION
    numbers = 1
    for length in shape:
        numbers = numbers * length
    return numbers * np.dtype(dtype).itemsize <= memory
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_fits", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("fits"):
    check(fits).given((1000, 1000), "float32", 4_000_000).returns(
        True, because="a million numbers of 4 bytes just fit"
    )
    check(fits).given((1000, 1000), "float32", 3_999_999).returns(
        False, because="one byte is missing"
    )
    check(fits).given((1000, 1000), "uint8", 1_000_000).returns(
        True, because="a uint8 takes one byte"
    )
    check(fits).given((10, 28, 28, 1), "float64", 62_719).returns(
        False, because="7,840 numbers of 8 bytes are 62,720 bytes"
    )
    check(fits).given((), "float64", 8).returns(
        True, because="() is the shape of one number, here of 8 bytes"
    )
    ### BEGIN HIDDEN TESTS
    check(fits).given((60_000, 28, 28, 1), "float16", 94_080_000).returns(
        True, because="a float16 takes 2 bytes"
    )
    check(fits).given((60_000, 28, 28, 1), "float16", 94_079_999).returns(
        False, because="one byte is missing"
    )
    check(fits).given((70_000, 70_000), "float32", 10**10).returns(
        False, because="4.9 billion numbers of 4 bytes are 19.6 billion bytes"
    )
    check(fits).given((10, 10), "bool", 100).returns(
        True, because="a truth value takes one byte", hint="Ask NumPy for the bytes."
    )
    check(fits).given((10, 10), "bool", 99).returns(False, because="one byte is missing")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Broadcasting
#
# NumPy and TensorFlow can combine arrays of different shapes. They line the shapes up from the *right*; where one of them has
# an axis of length 1, or none, that axis is repeated. Nothing is copied, and no loop is needed:

# %%
# Prices of two days in three shops, shape (2, 3), and a reduction for each shop, shape (3,).
prices = np.array([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]])
reduction = np.array([1.0, 2.0, 3.0])
print(prices - reduction)

# %% [markdown]
# **Predict first:** one shape is `(3, 1)`, the other `(4,)`. Does the sum exist, and what is its shape?

# %%
column = np.array([[0.0], [10.0], [20.0]])
row = np.array([1.0, 2.0, 3.0, 4.0])
print("shape:", (column + row).shape)
plots.broadcasting(column, row, title="A column plus a row")

# %% [markdown]
# The sum exists, with the shape (3, 4). Both were stretched: the column to four columns, the row to three rows; what is repeated is grey.
# This is handy when you mean it, and it is a trap when you do not, as we shall see in a moment. Lengths that differ, with neither of them
# 1, do not fit, and NumPy says so:

# %%
try:
    np.ones(3) + np.ones(4)
except ValueError as problem:
    print(problem)

# %% [markdown]
# The last line of such a message holds the two shapes. Line them up from the right and you see what does not fit.
#
# Functions such as `mean` and `sum` take the number of an axis, counted from 0. That axis disappears: along it, everything becomes one number.

# %%
print("prices:             ", prices.shape)
print("prices.mean():      ", prices.mean())
print("prices.mean(axis=0):", prices.mean(axis=0), "one for each shop")
print("prices.mean(axis=1):", prices.mean(axis=1), "one for each day")

# %% [markdown]
# ### Exercise `center_columns` (medium, 6 minutes)
#
# Subtract from every column its own mean, so that each column has mean 0. You need no loop. (In lesson 08 this becomes
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
    """The table with the mean of every column moved to 0.

    table: array (examples, features).

    Returns an array (examples, features): each column minus its own mean.
    """
    ### BEGIN SOLUTION
    return table - table.mean(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_center_columns", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("center_columns"):
    check(center_columns).given(np.array([[1.0, 10.0], [3.0, 30.0], [8.0, 50.0]])).returns(
        np.array([[-3.0, -20.0], [-1.0, 0.0], [4.0, 20.0]]),
        because="the means of the columns are 4 and 30",
    )
    check_table = np.arange(12.0).reshape(4, 3) ** 2
    check(center_columns).given(check_table).has(
        shape=(4, 3), because="subtracting a mean changes no shape"
    )
    check(center_columns).given(check_table).satisfies(
        "every column has mean 0",
        lambda result: np.allclose(np.mean(result, axis=0), 0),
        expects="a table of numbers",
        because="each column lost its own mean",
    )
    ### BEGIN HIDDEN TESTS
    for check_shape in [("examples", "features"), (5, 5), (9, 4), (30, 1)]:
        check(center_columns).equals(
            lambda table: table - np.mean(table, axis=0, keepdims=True),
            on=random_inputs(check_shape),
            because="every column minus its own mean, in a table of any size",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## A broken model: perfect predictions, and an error above zero
#
# Here is the **symptom**. A model predicts seven temperatures exactly. Its **mean squared error**, the average of the squared differences
# between prediction and truth, must be 0. (A number that says how wrong a model is, such as this one, is called a **loss**; training makes
# it small.) **Predict first:** what will the function below say? Then look:


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
#
# One way out is to give both the same single axis first. `np.ravel` does that with any array:

# %%
print("prediction:          ", prediction.shape)
print("np.ravel(prediction):", np.ravel(prediction).shape)

# %% [markdown]
# ### Exercise `mean_squared_error` (medium, 8 minutes, a broken model to diagnose)
#
# Write the error so that the silent broadcast cannot happen: truth and prediction may each come as `(examples,)` or as
# `(examples, 1)`. Where they do not hold the same *number* of examples, raise a `ValueError` that says so in words of yours. This time you
# begin with an empty function.
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
    """Mean squared error of predictions.

    truth, prediction: arrays (examples,) or (examples, 1), each on its own.

    Returns one number. Raises ValueError, in words, where the numbers of examples differ.
    """
    ### BEGIN SOLUTION
    truth, prediction = np.ravel(truth), np.ravel(prediction)
    if truth.shape != prediction.shape:
        raise ValueError(f"{truth.size} true values, but {prediction.size} predictions")
    return np.mean((prediction - truth) ** 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_mean_squared_error", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with exercise("mean_squared_error"):
    check_flat = np.array([1.0, 3.0])
    check_column = np.array([[1.0], [3.0]])
    check(mean_squared_error).given(check_flat, np.array([1.0, 1.0])).returns(
        2.0, because="(0² + 2²) / 2 = 2"
    )
    for check_truth, check_prediction in [
        (check_flat, check_column),
        (check_column, check_flat),
        (check_column, check_column),
    ]:
        check(mean_squared_error).given(check_truth, check_prediction).returns(
            0.0, because="a perfect prediction has no error, whatever its shape"
        )
    for check_truth, check_prediction in [
        (np.zeros(3), np.zeros(1)),
        (np.zeros(1), np.zeros(3)),
    ]:
        check(mean_squared_error).given(check_truth, check_prediction).raises(
            ValueError,
            worded=True,
            because="one value for three is a mistake, though NumPy could stretch it",
        )
    ### BEGIN HIDDEN TESTS
    for check_truth, check_prediction in [
        (np.zeros((4, 1)), np.zeros(2)),
        (np.zeros(5), np.zeros((4, 1))),
        (np.zeros((2, 1)), np.zeros((6, 1))),
    ]:
        check(mean_squared_error).given(check_truth, check_prediction).raises(
            ValueError, worded=True, because="the numbers of examples differ"
        )
    for check_shapes in [(("n",), ("n", 1)), (("n", 1), ("n",)), ((40,), (40,))]:
        check(mean_squared_error).equals(
            lambda truth, prediction: np.mean(
                (np.ravel(truth) - np.ravel(prediction)) ** 2
            ),
            on=random_inputs(*check_shapes),
            because="the average of the squared differences, example by example",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# **The same in Keras.** Keras's own loss is more careful than ours was: where one shape lacks a last axis of length 1, it adds that axis before it
# subtracts. It is not proof against everything. **Predict first:** will it notice that one of the two is lying on its side?

# %%
mean_squared = keras.losses.MeanSquaredError()
column = temperatures.targets
print("(7,) and (7, 1):  ", float(mean_squared(column[:, 0], column)))
print("(7, 1) and (1, 7):", round(float(mean_squared(column, column.T)), 1))

# %% [markdown]
# It does not: (7, 1) and (1, 7) have as many axes, so they are broadcast in silence, and a perfect model gets a large loss. Look at shapes before you
# trust a loss. On equal shapes ours and Keras's are the same number, up to rounding:

# %%
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
#
# You will see two curves in each picture. *Training* is measured on the 1,500 pictures that the network learns from, *validation* on 297
# pictures that it is not trained on. The second is what counts: it says how well the network reads what it has never seen. The accuracy is
# the share of pictures that are read correctly.

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
    plots.learning_curves(history, title="A network learns to read digits")
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
        title="Ten digits it never saw, and what it reads",
    )
else:
    print(
        "Skipped. Set TRAIN_IN_FULL = True and run this cell again; it takes a few seconds."
    )

# %% [markdown]
# ## Where you are
#
# The map shows every lesson, its exercises and your points. Each exercise has a mark for its outcome: ○ not attempted,
# ✗ not yet, ✓ right. Press *Refresh* after a check. Move *Minutes you have* to see which lessons fit into today.

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
# (5, 5). The axis of length 1 is stretched to 5, and the missing axis of the other array is too. Where nobody meant it, this is the silent broadcast.
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
