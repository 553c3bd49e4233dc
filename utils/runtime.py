"""Start a notebook the same way everywhere: seeded, quiet, and with one line that says what it runs on."""

import atexit
import contextlib
import io
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
import warnings
from html import escape
from importlib.metadata import PackageNotFoundError, version

from utils import cell_runs, notebook

# What TensorFlow's C++ side logs: an absl line ("I0000 00:00:17… file.cc:31] …"), an older style line
# ("2026-01-01 10:00:00.123: I tensorflow/…"), or the announcement in front of them. Fatal lines (F) pass.
_TENSORFLOW_LOG_LINE = re.compile(
    rb"WARNING: All log messages before absl"
    rb"|[IWE]\d{4} \d\d:\d\d:\d+\.\d+\s+\d+ \S+\.(cc|h|cu):\d+\]"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] "
)

_PLACES = {"grading": "while grading", "colab": "in Colab", "jupyterlab": "in Jupyter", "python": "in Python"}

_lesson = None
_filtering = False


def start(lesson=None, seed=0):
    """Prepare this notebook: silence TensorFlow's start-up noise, set every seed, say what it runs on.

    lesson: folder name of the lesson, such as "01_neuron"; the progress file keeps results under it.
    seed: whole number that seeds Python, NumPy and Keras alike.

    Calling it again starts the random numbers afresh. Raises TypeError for a seed that is no whole number
    and ImportError, with what TensorFlow said, where TensorFlow cannot be imported.
    """
    global _lesson
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed must be a whole number such as 0, not {seed!r}.")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    cell_runs.watch()
    waiting = _show_waiting()
    with _quiet():
        keras = _import_keras()
        _let_gpu_memory_grow()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of every second small model
    if notebook.kernel() is not None:
        _drop_tensorflow_logs()
    keras.utils.set_random_seed(seed)
    _lesson = lesson
    _show_line(f"Ready: {describe()}.", waiting)


def lesson():
    """The lesson that `start` was called with, or None."""
    return _lesson


def describe():
    """One line: the lesson, the versions that matter and the device, as plain text."""
    facts = [f"lesson {_lesson}"] if _lesson else []
    facts += [f"{name} {version}" for name, version in versions().items()]
    return ", ".join([*facts, f"on {device()}", _PLACES[environment()]])


def versions():
    """Names and version numbers of what the course stands on: Python, TensorFlow, Keras, NumPy."""
    import keras
    import numpy as np

    found = {"Python": ".".join(map(str, sys.version_info[:3]))}
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        found["TensorFlow"] = tf.__version__
    return found | {"Keras": keras.__version__, "NumPy": np.__version__}


def device():
    """Where Keras will compute: the name of the first GPU, or "CPU" with its number of cores."""
    for gpu in _gpus():
        import tensorflow as tf

        name = tf.config.experimental.get_device_details(gpu).get("device_name", "unnamed")
        return f"GPU ({name})"
    cores = os.cpu_count() or 1
    return f"CPU ({cores} {'core' if cores == 1 else 'cores'})"


def memory():
    """How much memory the device of `device()` has, in words such as "16.8 GB"; None where that is not known."""
    if _gpus():
        return _gpu_memory()
    try:
        return _gigabytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return None


def environment():
    """Where this code runs: "grading", "colab", "jupyterlab" (any Jupyter kernel) or "python"."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return "grading"
    if "google.colab" in sys.modules:
        return "colab"
    return "python" if notebook.kernel() is None else "jupyterlab"


def is_interactive():
    """True where a person sits in front of the notebook: not while grading, not in an unattended run.

    A notebook that a program executes cannot be asked for input, and that is how the two are told apart.
    """
    if environment() == "colab":
        return True
    return environment() == "jupyterlab" and bool(getattr(notebook.kernel(), "_allow_stdin", False))


def full_training(wanted=False):
    """Whether to train on the real data for the full number of epochs.

    Never while grading. Otherwise the environment variable LAYER_BY_LAYER_FULL_TRAINING decides (1: yes,
    0: no), and where it is not set, `wanted`: the learner's own choice in the notebook.
    """
    if environment() == "grading":
        return False
    said = os.environ.get("LAYER_BY_LAYER_FULL_TRAINING", "")
    if said not in ("", "0", "1"):
        raise ValueError(f"LAYER_BY_LAYER_FULL_TRAINING is {said!r}; set it to 1 (yes) or 0 (no).")
    return bool(wanted) if said == "" else said == "1"


def report():
    """Display a small table of this environment: place, device and its memory, versions, progress file."""
    from utils import progress

    rows = {
        "Where": _PLACES[environment()],
        "Device": device(),
        "Its memory": memory() or "not known",
        **versions(),
        "Widgets": _version_of("anywidget") or "not installed: text is shown in their place",
        "Your progress": str(progress.path()),
    }
    width = max(map(len, rows))
    text = "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())
    left = 'style="text-align:left"'
    lines = [f'<tr><th scope="row" {left}>{name}</th><td {left}>{escape(it)}</td></tr>' for name, it in rows.items()]
    notebook.show(f'<table aria-label="This environment">{"".join(lines)}</table>', text)


def _version_of(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _import_keras():
    if os.environ["KERAS_BACKEND"] == "tensorflow":
        import tensorflow  # noqa: F401  first, because it is the one that makes the noise
    import keras

    return keras


def _gpus():
    import keras

    if keras.backend.backend() != "tensorflow":
        return []
    import tensorflow as tf

    return tf.config.list_physical_devices("GPU")


def _gpu_memory():
    """The memory of the first GPU, as NVIDIA's own tool tells it; None without the tool."""
    try:
        asked = subprocess.run(
            ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
        return _gigabytes(int(asked.stdout.split()[0]) * 2**20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def _gigabytes(size):
    return f"{size / 1e9:.1f} GB"


def _let_gpu_memory_grow():
    """Take GPU memory as it is needed instead of all at once, so that two notebooks fit on one card."""
    for gpu in _gpus():
        import tensorflow as tf

        with contextlib.suppress(RuntimeError):  # the card is in use already: too late, and harmless
            tf.config.experimental.set_memory_growth(gpu, True)


@contextlib.contextmanager
def _quiet():
    """Hold back all that is written to standard error, C++ included; give it back with an error."""
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        python_side = io.StringIO()
        try:
            with contextlib.redirect_stderr(python_side), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except ImportError as error:
            held.seek(0)
            said = held.read().decode(errors="replace") + python_side.getvalue()
            raise ImportError(f"{error}\n{said}".rstrip()) from error
        finally:
            os.dup2(original, 2)
            os.close(original)


def _drop_tensorflow_logs():
    """From now on drop TensorFlow's log lines from file descriptor 2 and pass everything else on.

    TensorFlow writes some of them while a model trains, long after the import, and a grader may take a line
    on standard error for a failure. Only called inside a kernel, where Python's own messages go elsewhere.
    """
    global _filtering
    if _filtering:
        return
    _filtering = True
    onward = os.dup(2)
    reading, writing = os.pipe()
    os.dup2(writing, 2)
    os.close(writing)

    def pass_on():
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                if not _TENSORFLOW_LOG_LINE.match(line):
                    os.write(onward, line)

    thread = threading.Thread(target=pass_on, name="stderr-filter", daemon=True)
    thread.start()

    def restore():
        os.dup2(onward, 2)
        thread.join(timeout=1)

    atexit.register(restore)


def _show_waiting():
    if "tensorflow" in sys.modules or not is_interactive():
        return None
    from IPython.display import display

    return display({"text/plain": "Starting TensorFlow, a few seconds …"}, raw=True, display_id=True)


def _show_line(text, waiting):
    if waiting is not None:
        waiting.update({"text/plain": text}, raw=True)
    else:
        print(text)
