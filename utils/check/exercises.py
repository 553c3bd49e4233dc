"""`with exercise("name"):` collects the checks of one exercise into one outcome."""

from utils import progress, runtime
from utils.check import card, hints
from utils.check.outcomes import CheckFailed, NotAttempted, failure_from, missing_name

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
        return

    def __exit__(self, kind, error, trace):
        global _current
        _current = None
        if kind is not None and not issubclass(kind, Exception):
            return False  # an interrupt, or the kernel going down
        failure = _failure(error)
        if failure is not None and not self._answers_a_person():
            raise failure from None
        self._show(failure)
        return True

    def _answers_a_person(self):
        return runtime.is_interactive()

    def _show(self, failure):
        outcome = "right" if failure is None else failure.outcome
        remark = self._record(outcome)
        if failure is None:
            card.show(self.name, outcome, "Every check passed.", remark=remark)
        else:
            card.show(self.name, outcome, failure.message, failure.hint, hints.as_html(self.name), remark)

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
        return NotAttempted(f"`{name}` is not defined yet. Run the cell with your answer first, then this one.")
    return failure_from(error, "Your code")
