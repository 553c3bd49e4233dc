"""The outcomes of a check that are not "right", as exceptions whose words a learner can use."""

import difflib
import linecache
import re
import sys
import traceback
from collections import deque

from utils.check import mistakes

_CHECK = "with exercise("  # stands in every cell of a check


class CheckFailed(AssertionError):
    """A check that did not pass.

    message: what was asked, what came, and where; hint: one way on; picture: a function that gives something to
    display under the words, or None; of_kind: whether the kind or the spelling of the value is what is wrong, where a
    hint about its content would lead astray.
    """

    outcome = "not yet"

    def __init__(self, message, hint="", picture=None, of_kind=False):
        super().__init__(message, hint)
        self.message = message.strip()
        self.hint = hint.strip()
        self.picture = picture
        self.of_kind = of_kind

    def __str__(self):
        return "\n".join(filter(None, [self.message, self.hint and f"Hint: {self.hint}"]))

    def _render_traceback_(self):
        """What IPython prints in place of a traceback through code that is not the learner's."""
        return str(self).splitlines()


class NotYet(CheckFailed):
    """The answer ran and is not right yet, or stopped with an error."""


class NotAttempted(CheckFailed):
    """There is no answer to check yet."""

    outcome = "not attempted"


class Stopped(KeyboardInterrupt):
    """The learner interrupted a check; the notebook stops, and the words say where."""

    def __init__(self, interrupt):
        frame = _learners_frame(interrupt)
        self.message = "You stopped this check while it ran." + (f"\n{_line_of(frame)}" if frame else "")
        super().__init__(self.message)

    def _render_traceback_(self):
        return self.message.splitlines()


def failure_from(error, doing, otherwise=""):
    """Turn an exception out of the learner's code into an outcome that keeps its name, words and line.

    error: the exception; doing: what was being done, such as "Calling mse([1.0], [2.0])"; otherwise: the hint
    where no line of the learner's own functions is involved.
    """
    frame = _learners_frame(error)
    if isinstance(error, NotImplementedError) and frame is not None and frame is _last_frame(error):
        where = frame.tb_frame.f_code.co_name
        return NotAttempted(f"Not attempted yet: replace `raise NotImplementedError()` in `{where}` with your code.")
    said = "".join(traceback.TracebackException.from_exception(error).format_exception_only()).strip()
    lines = [f"{doing} stopped with an error.", _shorten(said) + _close_name(error, said)]
    advice = mistakes.advice(error)
    if frame is None:
        return NotYet("\n".join(lines), advice or otherwise)
    return NotYet("\n".join([*lines, _line_of(frame)]), advice)


def missing_name(error):
    """The name that a check cell itself used before any cell defined it, or None."""
    frame = _last_frame(error)
    if isinstance(error, NameError) and frame is not None and frame.tb_frame.f_code.co_name == "<module>":
        return error.name
    return None


def _frames(error):
    entry = error.__traceback__
    while entry is not None:
        yield entry
        entry = entry.tb_next


def _last_frame(error):
    return next(iter(deque(_frames(error), maxlen=1)), None)


def _learners_frame(error):
    """The deepest traceback entry in code of the notebook, leaving out the check cell's own line."""
    found = None
    for entry in _frames(error):
        frame = entry.tb_frame
        if frame.f_globals.get("__name__") == "__main__" and frame.f_code.co_name != "<module>":
            found = entry
    return found


def _line_of(entry):
    number = entry.tb_lineno
    source = linecache.getline(entry.tb_frame.f_code.co_filename, number).strip()
    name = entry.tb_frame.f_code.co_name
    cell = (
        "of the check's cell"
        if _CHECK in "".join(linecache.getlines(entry.tb_frame.f_code.co_filename))
        else "of your cell"
    )
    where = f"Line {number} {cell}, in {name}"
    return f"{where}: {source}" if source else f"{where}."


def _close_name(error, said):
    """A suggestion for a mistyped name of a module such as `np.dott`, where Python makes none itself."""
    mistyped = re.fullmatch(r"module '([\w.]+)' has no attribute '(\w+)'", str(error))
    if mistyped is None or "Did you mean" in said:
        return ""
    module, name = mistyped.groups()
    near = difflib.get_close_matches(name, dir(sys.modules.get(module)), n=1)
    return f". Did you mean: '{near[0]}'?" if near else ""


def _shorten(text, limit=700):
    return text if len(text) <= limit else f"{text[:limit].rstrip()} …"
