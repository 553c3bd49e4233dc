"""Time what this course offers against the usual way, side by side, on this machine: what `make bench` runs.

Each pair is run in turns, so that a machine that is busy for a while is busy for both, and the best time of each
counts. The figures depend on the machine; the ratios hardly do.
"""

import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from utils import data, runtime

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 2
EPOCHS = 500
LIGHT = "arrays"  # an assignment of NumPy whose own work takes milliseconds
SUBMISSIONS = {LIGHT: 20, "00_start_here": 8, "01_neuron": 4}
PR_SET_CHILD_SUBREAPER = 36
SECONDS_BETWEEN_LOOKS = 0.5  # at memory


@dataclass(frozen=True)
class Run:
    """One run of a command: its time and the CPU time of all its processes in seconds, and its peak memory in MB."""

    seconds: float
    cpu: float
    memory: float


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


def class_of_learners(folder, lesson, count):
    """Write a course in `folder` in which `count` learners have handed in `lesson` with all answers right."""
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    name = f"{lesson[3:]}.ipynb" if lesson != LIGHT else f"{lesson}.ipynb"
    notebook = light_notebook() if lesson == LIGHT else jupytext.read(ROOT / "solutions" / lesson / f"{lesson[3:]}.py")
    handed_in = [folder / "submitted" / f"learner_{number:03}" / lesson for number in range(count)]
    for place in (folder / "solutions" / lesson, *handed_in):
        place.mkdir(parents=True)
        nbformat.write(notebook, place / name)
    run(folder, "nbgrader", "generate_assignment", lesson)
    return notebook


def light_notebook():
    """A notebook of ten NumPy exercises that take no time themselves."""
    cells = [nbformat.v4.new_code_cell("import numpy as np")]
    for number in range(10):
        about = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
        answer = {**about, "grade_id": f"shift_{number}", "solution": True}
        test = {**about, "grade_id": f"check_{number}", "grade": True, "locked": True, "points": 1}
        source = (
            f"def shift_{number}(values):\n    ### BEGIN SOLUTION\n    return values + {number}\n    ### END SOLUTION"
        )
        cells.append(nbformat.v4.new_code_cell(source, metadata={"nbgrader": answer}))
        source = f"assert np.array_equal(shift_{number}(np.arange(3)), np.arange(3) + {number})"
        cells.append(nbformat.v4.new_code_cell(source, metadata={"nbgrader": test}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def compare_grading(lesson):
    """Grade one class with both, and say what ours costs beyond the cells themselves; the scores must be equal."""
    count = SUBMISSIONS[lesson]
    with tempfile.TemporaryDirectory() as scratch:
        usual, ours, few = (Path(scratch, name) for name in ("usual", "ours", "few"))
        notebook = class_of_learners(usual, lesson, count)
        shutil.copytree(usual, ours)
        class_of_learners(few, lesson, 2)
        theirs = measured(usual, "nbgrader", "autograde", lesson)
        mine = measured(ours, "autograder", "grade", lesson)
        start = measured(few, "autograder", "grade", lesson)
        if scores(usual, lesson) != scores(ours, lesson):
            raise AssertionError(f"{lesson}: the scores differ")
    further = Run((mine.seconds - start.seconds) / (count - 2), (mine.cpu - start.cpu) / (count - 2), mine.memory)
    return count, theirs, mine, further, cell_seconds(notebook)


def cell_seconds(notebook):
    """The CPU time of a notebook's cells in a kernel that has imported all, without anything around it."""
    program = "import json, os, sys, time; from autograder.kernel import make_kernel; kernel = make_kernel()\n"
    program += "for line in sys.stdin.read().splitlines():\n exec(line)\n"
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    imports = (
        "import numpy, matplotlib.pyplot, tensorflow, keras, utils.check, utils.plots, utils.training, utils.widgets"
    )
    steps = [imports if "keras" in "".join(sources) else "import numpy", "begun = time.process_time()"]
    steps += [f"kernel.run_cell({source!r})" for source in sources]
    steps.append("print('took', time.process_time() - begun)")
    environment = {**os.environ, "NBGRADER_EXECUTION": "autograde", "TF_NUM_INTRAOP_THREADS": "1"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command,
        input="\n".join(steps),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split("took ")[-1])


def scores(folder, lesson):
    """Every learner's score, as nbgrader exports it, sorted."""
    run(folder, "nbgrader", "export")
    lines = (folder / "grades.csv").read_text().splitlines()
    return sorted(line for line in lines if line.startswith(f"{lesson},"))


def measured(folder, program, *arguments):
    """Run a program of this environment and measure it with all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", program, *arguments]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        peak = [0.0]
        watcher = threading.Thread(target=watch_memory, args=(process, peak), daemon=True)
        watcher.start()
        code = process.wait()
        seconds_taken = time.perf_counter() - started
        watcher.join()
        reap_orphans()
        if code != 0:
            said.seek(0)
            raise RuntimeError(f"{program} {arguments[0]} failed:\n{said.read()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds_taken, cpu, peak[0])


def adopt_orphans():
    """Become the parent of processes whose own parent has ended (Linux), so that their time is counted."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans():
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def watch_memory(process, peak):
    """Keep the largest memory of a process and its descendants, shared pages counted once, in MB."""
    while process.poll() is None:
        total = 0
        try:
            family = [process_of := psutil.Process(process.pid), *process_of.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for member in family:
            try:
                total += member.memory_full_info().pss
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total / 2**20)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def run(folder, program, *arguments):
    """Run a program of this environment in `folder`; its output is shown only if it fails."""
    command = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{program} {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def main():
    adopt_orphans()
    runtime.start()
    console = Console()
    table = Table("work", "usual (s)", "ours (s)", "usual / ours", title=f"Best of {ROUNDS} turns")
    with console.status("Training"):
        result = compare_training()
    table.add_row(result.work, f"{result.usual:.2f}", f"{result.ours:.2f}", f"{result.usual / result.ours:.1f}")
    console.print(table)
    table = Table(
        "assignment", "class of", "nbgrader (s)", "ours (s)", "ratio", "nbgrader, each", "ours, each further", "ratio",
        "cells' own CPU", "our overhead CPU", "nbgrader peak (MB)", "ours",
        title="The same class graded by nbgrader autograde and by autograder grade",
    )  # fmt: skip
    for lesson in SUBMISSIONS:
        with console.status(f"Grading {lesson}"):
            count, usual, ours, further, own = compare_grading(lesson)
        each = usual.seconds / count
        table.add_row(
            lesson, str(count), f"{usual.seconds:.1f}", f"{ours.seconds:.1f}", f"{usual.seconds / ours.seconds:.1f}",
            f"{each:.2f}", f"{further.seconds:.2f}", f"{each / further.seconds:.0f}", f"{own:.2f}",
            f"{further.cpu - own:.2f}", f"{usual.memory:.0f}", f"{ours.memory:.0f}",
        )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main()
