"""Time what this course offers against the usual way, side by side, on this machine: what `make bench` runs.

Each pair is run in turns, so that a machine that is busy for a while is busy for both, and the best time of each
counts. The figures depend on the machine; the ratios hardly do.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import jupytext
import numpy as np
from rich.console import Console
from rich.table import Table

from utils import data, runtime

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 2
EPOCHS = 500
LESSON = "00_start_here"
SUBMISSIONS = 3


@dataclass(frozen=True)
class Comparison:
    """The best time in seconds of the usual way and of ours, for one piece of work."""

    work: str
    usual: float
    ours: float


def best_of_turns(usual, ours):
    """Call `usual` and `ours` in turns, ROUNDS times each; returns the best time of each in seconds."""
    times = [(seconds(usual), seconds(ours)) for _ in range(ROUNDS)]
    return tuple(min(column) for column in zip(*times, strict=True))


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def converter():
    """The model of lesson 01 that learns Fahrenheit from Celsius, with the same first weights every time."""
    import keras  # here, after runtime.start has silenced TensorFlow

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
    return model


def compare_training():
    """500 epochs on seven samples: fit, and fit_full_batch, which must end with the very same weights."""
    from utils import training  # for the same reason

    examples = data.load("celsius_to_fahrenheit")
    weights = {}

    def usual():
        model = converter()
        model.fit(examples.features, examples.targets, epochs=EPOCHS, batch_size=len(examples.targets), verbose=0)
        weights["usual"] = model.get_weights()

    def ours():
        model = converter()
        training.fit_full_batch(model, examples.features, examples.targets, epochs=EPOCHS)
        weights["ours"] = model.get_weights()

    times = best_of_turns(usual, ours)
    same = all(np.array_equal(*pair) for pair in zip(weights["usual"], weights["ours"], strict=True))
    if not same:
        raise AssertionError(f"fit_full_batch ended with other weights than fit: {weights}")
    return Comparison(f"{EPOCHS} epochs on seven samples: fit, fit_full_batch", *times)


def class_of_learners(folder):
    """Write a course in `folder` in which SUBMISSIONS learners have handed in LESSON with all answers right."""
    source = ROOT / "solutions" / LESSON / f"{LESSON[3:]}.py"
    notebook = f"{LESSON[3:]}.ipynb"
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    handed_in = [folder / "submitted" / f"learner_{number}" / LESSON for number in range(SUBMISSIONS)]
    for place in (folder / "solutions" / LESSON, *handed_in):
        place.mkdir(parents=True)
        jupytext.write(jupytext.read(source), place / notebook)
    run(folder, "nbgrader", "generate_assignment", LESSON)


def compare_grading():
    """A small class: nbgrader autograde, and autograder grade, each per submission."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        class_of_learners(folder)
        usual, ours = best_of_turns(
            lambda: run(folder, "nbgrader", "autograde", LESSON, "--force"),
            lambda: run(folder, "autograder", "grade", LESSON, "--force"),
        )
    work = f"grading one of {SUBMISSIONS} submissions: nbgrader autograde, autograder grade"
    return Comparison(work, usual / SUBMISSIONS, ours / SUBMISSIONS)


def run(folder, program, *arguments):
    """Run a program of this environment in `folder`; its output is shown only if it fails."""
    command = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{program} {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def main():
    runtime.start()
    console = Console()
    table = Table("work", "usual (s)", "ours (s)", "usual / ours", title=f"Best of {ROUNDS} turns")
    for compare in (compare_training, compare_grading):
        with console.status(compare.__doc__.partition(":")[0]):
            result = compare()
        ratio = f"{result.usual / result.ours:.1f}"
        table.add_row(result.work, f"{result.usual:.2f}", f"{result.ours:.2f}", ratio)
    console.print(table)


if __name__ == "__main__":
    main()
