"""What became of the cells that ran in this notebook: whether they failed, and which names they define.

A check asks here whether the answer that it is about to judge is the one that stands in the notebook, or one that an
earlier run left behind. Where nobody calls `watch`, or the front end does not say which cell runs, less is known and
less is said.
"""

import ast
import linecache
import re
import traceback
from collections import deque
from dataclasses import dataclass

from utils import notebook

_DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)

_runs = deque(maxlen=2000)
_watched = None


@dataclass(frozen=True)
class Run:
    """One run of a cell.

    number: counts up; cell: the cell's id, None where the front end does not tell;
    names: functions and classes that the text defines at its top; failure: the error that stopped it, with its line, as
    text (an exception would keep everything alive that it met); empty where it went through.
    """

    number: int
    cell: str | None
    names: frozenset
    failure: str


def watch():
    """Note every run of a cell from now on. Does nothing outside IPython, or when called again."""
    global _watched
    shell = notebook.shell()
    if shell is None or shell is _watched or not hasattr(shell, "events"):
        return
    _watched = shell
    shell.events.register("post_run_cell", _note)


def last_answer(name):
    """The last run of the cell that holds the answer to the exercise `name`, or None.

    That is the cell with this id, which the course gives it, or else the cell that last defined `name`.
    """
    if any(run.cell == name for run in _runs):
        return _last(run for run in _runs if run.cell == name)
    found = _last(run for run in _runs if name in run.names)
    if found is None or found.cell is None:
        return found
    return _last(run for run in _runs if run.cell == found.cell)


def lost_names(answer, wanted):
    """The names among `wanted` that the answer's cell is there to define, and has not defined in its run `answer`.

    What it is there to define is what any of its runs defined. A name that another cell has defined since is not lost.
    """
    same_cell = (run for run in _runs if run is answer or (answer.cell is not None and run.cell == answer.cell))
    meant = frozenset().union(*(run.names for run in same_cell))
    return sorted(name for name in meant & frozenset(wanted) if not is_defined_since(answer, name))


def is_defined_since(answer, name):
    """Whether the run `answer`, or a later run of any cell, went through and defines `name`."""
    return any(name in run.names for run in _runs if run.number >= answer.number and not run.failure)


def running_source():
    """The text of the cell that is running now; empty where it is not known."""
    cells = getattr(notebook.shell(), "user_ns", {}).get("In") or [""]
    return str(cells[-1])


def _note(result):
    """Called by IPython after every run of a cell, with its ExecutionResult."""
    info = getattr(result, "info", None)
    source = str(getattr(info, "raw_cell", "") or "")
    error = getattr(result, "error_before_exec", None) or getattr(result, "error_in_exec", None)
    number = _runs[-1].number + 1 if _runs else 1
    _runs.append(Run(number, getattr(info, "cell_id", None), _names(source), _failure(error)))


def _names(source):
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):  # ValueError: a null byte
        return frozenset(_DEFINITION.findall(source))
    return frozenset(
        part.name for part in body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def _failure(error):
    if error is None:
        return ""
    said = f"{type(error).__name__}: {getattr(error, 'msg', None) or error}".removesuffix(": ")[:700]
    if isinstance(error, SyntaxError):
        return f"{said}\nLine {error.lineno} of your cell: {(error.text or '').strip()}"
    steps = traceback.walk_tb(error.__traceback__)
    own = [(frame, number) for frame, number in steps if frame.f_globals.get("__name__") == "__main__"]
    if not own:
        return said
    frame, number = own[-1]
    text = linecache.getline(frame.f_code.co_filename, number).strip()
    return f"{said}\nLine {number} of your cell: {text}".removesuffix(": ")


def _last(runs):
    return next(iter(deque(runs, maxlen=1)), None)
