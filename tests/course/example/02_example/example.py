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
#     lesson: 02_example
#     minutes: 20
#     title: An example
# ---

# %% [markdown]
# # An example
#
# The smallest lesson that keeps all the rules; the tests of the rules break it in every way they know.
#
# **After this lesson you can**
#
# - say what a lesson consists of;
# - see which rule finds which fault.
#
# **Time** 20 minutes. **Builds on** lesson 01.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/example/course/blob/v1.0.0/course/02_example/example.ipynb)

# %% tags=["setup"] jupyter={"source_hidden": true} cellView="form"
# @title Set-up: run this cell first
try:
    from utils import runtime
except ImportError:
    address, release = "https://github.com/example/course", "v1.0.0"
    raise SystemExit(f"fetch {address} at {release}") from None

runtime.start("02_example")

import numpy as np

from utils.check import check, exercise, hints

# %% [markdown]
# ## Doubling
#
# **Predict first:** is twice one more than one? Then run the cell, and compare with the same in Keras.

# %%
print(2 * np.ones(1))

# %% [markdown]
# ### Exercise `double` (easy, 2 minutes)
#
# Double the values. The result is returned in the same shape.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints("double", "Multiply.", "Multiply by 2.")


# %% nbgrader={"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, "solution": true, "task": false}
def double(values):
    """`values`, an array of any shape, times 2."""
    ### BEGIN SOLUTION
    return 2 * values
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_double", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("double"):
    check(double).given(1.0).returns(2.0)
    ### BEGIN HIDDEN TESTS
    check(double).given(10.0).returns(20.0)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise `triple` (easy, 2 minutes)
#
# Triple the values. The result is returned in the same shape.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints("triple", "Multiply.", "Multiply by 3.")


# %% nbgrader={"grade": false, "grade_id": "triple", "locked": false, "schema_version": 3, "solution": true, "task": false}
def triple(values):
    """`values`, an array of any shape, times 3."""
    ### BEGIN SOLUTION
    return 3 * values
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_triple", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("triple"):
    check(triple).given(1.0).returns(3.0)
    ### BEGIN HIDDEN TESTS
    check(triple).given(10.0).returns(30.0)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise `quadruple` (easy, 2 minutes)
#
# Quadruple the values. The result is returned in the same shape.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints("quadruple", "Multiply.", "Multiply by 4.")


# %% nbgrader={"grade": false, "grade_id": "quadruple", "locked": false, "schema_version": 3, "solution": true, "task": false}
def quadruple(values):
    """`values`, an array of any shape, times 4."""
    ### BEGIN SOLUTION
    return 4 * values
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_quadruple", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("quadruple"):
    check(quadruple).given(1.0).returns(4.0)
    ### BEGIN HIDDEN TESTS
    check(quadruple).given(10.0).returns(40.0)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise `quintuple` (easy, 2 minutes, a broken model to diagnose)
#
# Somebody has multiplied by six; repair it. The result is returned in the same shape.

# %% tags=["hints"] jupyter={"source_hidden": true} cellView="form"
# @title Hints
hints("quintuple", "Multiply.", "Multiply by 5.")


# %% nbgrader={"grade": false, "grade_id": "quintuple", "locked": false, "schema_version": 3, "solution": true, "task": false}
def quintuple(values):
    """`values`, an array of any shape, times 5."""
    ### BEGIN SOLUTION
    return 5 * values
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_quintuple", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with exercise("quintuple"):
    check(quintuple).given(1.0).returns(5.0)
    ### BEGIN HIDDEN TESTS
    check(quintuple).given(10.0).returns(50.0)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Train the full model
#
# Set `TRAIN_IN_FULL` to `True` and run the cell.

# %% tags=["full-training"]
TRAIN_IN_FULL = False

if runtime.full_training(TRAIN_IN_FULL):
    print("trained")

# %% [markdown]
# ## Recap
#
# 1. A lesson has a source.
# 2. Notebooks are made from it.
# 3. Rules read the notebooks.
# 4. Every rule has a test.
# 5. The test breaks this lesson.
#
# ## Quiz
#
# <details><summary>1. What is edited?</summary>
#
# The source.
# </details>
#
# <details><summary>2. What is generated?</summary>
#
# The notebooks.
# </details>
#
# <details><summary>3. What is read?</summary>
#
# Both.
# </details>
#
# ## What comes next
#
# A real lesson.
