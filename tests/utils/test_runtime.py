"""Start-up: seeds, silence on standard error, and who is sitting in front of the notebook."""

import os
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from utils import runtime


def run_cells(*sources, **environment):
    """Execute cells in a fresh kernel, as an unattended run does; returns their outputs."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, kernel_name="python3", timeout=120)
    # With this variable ipykernel does not watch file descriptor 2, as it does for everyone else.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    client.execute(env=inherited | environment)
    return [cell.outputs for cell in notebook.cells]


def text(outputs):
    return "".join(output.get("text", "") for output in outputs)


def test_a_plain_process_hears_nothing_on_standard_error():
    program = "from utils import runtime; runtime.start('01_neuron'); import keras; keras.ops.ones(3)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1 and "lesson 01_neuron" in done.stdout and "Keras 3" in done.stdout


def test_without_start_tensorflow_does_write_to_standard_error():
    done = subprocess.run([sys.executable, "-c", "import tensorflow"], capture_output=True, text=True)
    assert done.stderr != "", "TensorFlow became quiet: then runtime no longer needs to silence it"


def test_in_a_kernel_only_tensorflows_log_lines_are_dropped():
    log_lines = r"""
import os
_ = os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n")
_ = os.write(2, b"I0000 00:00:1795223744.955854    2637 cudart_stub.cc:31] Could not find cuda drivers.\n")
_ = os.write(2, b"2026-01-01 10:00:00.123456: W tensorflow/core/framework.cc:99] slow\n")
"""
    own_lines = (
        "import os, subprocess, sys, time\nsubprocess.run(['sh', '-c', 'echo from a program >&2'])\n"
        "print('from Python', file=sys.stderr)\ntime.sleep(0.5)"
    )
    started, logs, own = run_cells("from utils import runtime\nruntime.start()\nruntime.start()", log_lines, own_lines)
    assert [output.name for output in started] == ["stdout"]
    assert logs == []
    assert "from a program" in text(own) and "from Python" in text(own)


def test_seeds_repeat_everything():
    import random

    import keras

    def draw():
        runtime.start(seed=3)
        return random.random(), np.random.rand(), float(keras.random.normal(()))

    assert draw() == draw()
    runtime.start(seed=4)
    assert np.random.rand() != draw()[1]


@pytest.mark.parametrize("seed", ["0", 1.5, None, True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(TypeError, match="whole number"):
        runtime.start(seed=seed)


def test_places(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert runtime.environment() == "python" and not runtime.is_interactive()
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    assert runtime.environment() == "colab" and runtime.is_interactive()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert runtime.environment() == "grading" and not runtime.is_interactive()


def test_an_unattended_kernel_is_not_a_person():
    (outputs,) = run_cells("from utils import runtime\nprint(runtime.environment(), runtime.is_interactive())")
    assert text(outputs) == "jupyterlab False\n"


@pytest.mark.parametrize(
    ("said", "grading", "wanted", "expected"),
    [
        (None, None, False, False),
        (None, None, True, True),
        ("1", None, False, True),
        ("0", None, True, False),
        ("", None, True, True),
        ("1", "autograde", True, False),
        (None, "validate", True, False),
    ],
)
def test_full_training(monkeypatch, said, grading, wanted, expected):
    for name, value in (("LAYER_BY_LAYER_FULL_TRAINING", said), ("NBGRADER_EXECUTION", grading)):
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    assert runtime.full_training(wanted) is expected


def test_full_training_refuses_other_words(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("LAYER_BY_LAYER_FULL_TRAINING", "yes")
    with pytest.raises(ValueError, match=r"set it to 1 \(yes\) or 0 \(no\)"):
        runtime.full_training()


def test_report_names_device_versions_and_progress_file(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LAYER_BY_LAYER_PROGRESS", str(tmp_path / "mine.jsonl"))
    runtime.report()
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("Device", "CPU", "TensorFlow", "mine.jsonl"))


def test_a_missing_tensorflow_says_so(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('libcuda is broken')")
    program = "from utils import runtime; runtime.start()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )
    assert "ImportError: libcuda is broken" in done.stderr


def test_memory_of_a_cpu_and_of_a_gpu(monkeypatch):
    monkeypatch.setattr(runtime, "_gpus", list)
    amount, unit = runtime.memory().split()
    assert float(amount) > 0.1 and unit == "GB"
    monkeypatch.setattr(runtime, "_gpus", lambda: ["GPU"])

    def answers(text):
        monkeypatch.setattr(runtime.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=text))

    answers("15360\n15360\n")
    assert runtime.memory() == "16.1 GB"
    answers("[N/A]\n")
    assert runtime.memory() is None
