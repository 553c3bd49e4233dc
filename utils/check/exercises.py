"""`with exercise("name"):` collects the checks of one exercise into one outcome."""

import contextlib
import difflib
import io
import re

from utils import cell_runs, progress, runtime
from utils.check import card, hints
from utils.check.outcomes import CheckFailed, NotAttempted, NotYet, Stopped, failure_from, missing_name

_PASSED = "Every check here passed. The grader repeats them and may ask a few more questions."

_PRINTED_LINES = 3  # of what the learner's code printed, on the card

_LOST_NAME = "If a cell gave a name such as `np` another meaning, restart the kernel and run the notebook from the top."

_CELL_FILE = re.compile(r"\S*(?:ipykernel_\d+[/\\]\d+\.py|<ipython-input-[^>]+>|<cell [^>]+>):(\d+): ")

_current = None


def current():
    """The name of the exercise whose check cell is running, or None."""
    return _current


class exercise:
    """The checks of one exercise, from the first line to the first that is not right.

    With a person at the notebook the outcome becomes a card and a line in the progress file, and the notebook
    goes on. In a grader, and wherever else nobody looks, whatever is not right raises.
    """

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        global _current
        _current = self.name
        self._stderr, self._stdout = io.StringIO(), io.StringIO()
        self._redirection = contextlib.ExitStack()
        self._redirection.enter_context(contextlib.redirect_stdout(self._stdout))
        # A grader takes a warning for a failure.
        self._redirection.enter_context(contextlib.redirect_stderr(self._stderr))

    def __exit__(self, kind, error, trace):
        global _current
        _current = None
        self._redirection.close()
        if isinstance(error, KeyboardInterrupt):
            raise Stopped(error) from None
        if kind is not None and not issubclass(kind, Exception):
            return False  # the kernel going down
        failure = _failure(error)
        if not self._answers_a_person():
            if failure is not None:
                raise failure from None
        else:
            failure = _answer_that_did_not_run(self.name) or failure
        self._show(failure)
        return True

    def _answers_a_person(self):
        return runtime.is_interactive()

    def _show(self, failure):
        outcome = "right" if failure is None else failure.outcome
        remark = "\n".join(filter(None, [self._printed(), self._warnings(), self._record(outcome)]))
        if failure is None:
            card.show(self.name, outcome, _PASSED, remark=remark)
        else:
            card.show(self.name, outcome, failure.message, failure.hint, hints.as_html(self.name), remark)
            if failure.picture is not None and runtime.is_interactive():
                card.show_object(failure.picture())

    def _printed(self):
        """The last lines of what the learner's code printed while it was checked; Keras prints one per epoch."""
        lines = [line for line in map(_as_seen, self._stdout.getvalue().split("\n")) if line]
        if not lines:
            return ""
        shown = lines[-_PRINTED_LINES:]
        count = f", the last {len(shown)} of {len(lines)} lines" if len(lines) > len(shown) else ""
        return "\n".join([f"Your code printed{count}:", *(line[:200] for line in shown)])

    def _warnings(self):
        """What the learner's code wrote to standard error while it was checked, in short."""
        said = _CELL_FILE.sub(r"line \1 of your cell: ", self._stderr.getvalue()).strip()
        return f"Your code also warned: {said[:300]}{' …' if len(said) > 300 else ''}" if said else ""

    def _record(self, outcome):
        """Keep the outcome; return what to tell the learner where that is not possible."""
        if runtime.lesson() is None or not runtime.is_interactive():
            return ""
        try:
            progress.record(runtime.lesson(), self.name, outcome)
        except OSError as error:
            return f"Your progress could not be kept in {progress.path()}: {error.strerror}."
        return ""


class demonstration(exercise):
    """Like `exercise`, for a check that is part of the text: shows the card, keeps nothing, never raises."""

    def _answers_a_person(self):
        return True

    def _record(self, outcome):
        return "This card is an example; it counts for nothing."


def _failure(error):
    if error is None or isinstance(error, CheckFailed):
        return error
    name = missing_name(error)
    if name is not None:
        return NotAttempted(
            f"`{name}` is not defined yet. Run the cell with your answer first, and keep the name after `def`."
        )
    return failure_from(error, "The check", otherwise=_LOST_NAME)


def _answer_that_did_not_run(name):
    """A failure where what would be checked is not what the answer cell holds now; else None."""
    answer = cell_runs.last_answer(name)
    if answer is None:
        return None
    wanted = set(re.findall(r"\w+", cell_runs.running_source())) | {name}
    lost = cell_runs.lost_names(answer, wanted)
    if answer.failure:
        stopped = lost or not cell_runs.is_defined_since(answer, name)
        message = f"Your answer did not run, so there is nothing new to check.\n{answer.failure}"
        return NotYet(message) if stopped else None
    return NotYet(_what_is_missing(lost[0], answer.names)) if lost else None


def _what_is_missing(name, defined):
    near = difflib.get_close_matches(name, defined, n=1)
    instead = f" It defines `{near[0]}` instead." if near else ""
    return (
        f"When your answer's cell last ran, it did not define `{name}`.{instead} "
        "What would be checked is an older one.\n"
        f"Put the line `def {name}` of the exercise back as it was, and run the cell again."
    )


def _as_seen(line):
    """A printed line as a terminal leaves it: carriage returns and backspaces have had their effect."""
    seen = ""
    for part in re.split(r"(\x08+)", re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip("\r").rpartition("\r")[2]):
        seen = seen[: -len(part)] if part.startswith("\x08") else seen + part
    return seen.rstrip()
