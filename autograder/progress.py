"""Tell the instructor how far the grading is: a live bar in a terminal, one line per submission elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from autograder.results import Outcome, State

LEARNERS_SHOWN = 3
STOPPING = "Stopping. What is graded is kept."


class Progress:
    """The silent display, and the interface of the others. `started` is called from several threads."""

    def begin(self, total: int) -> None:
        """Announce how many submissions are to be graded."""

    def started(self, student: str) -> None:
        """Note that the submission of `student` is now being executed."""

    def finished(self, outcome: Outcome) -> None:
        """Note how a submission ended."""

    def stopping(self) -> None:
        """Note that the run is being stopped, which takes some seconds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""


class LineProgress(Progress):
    """One plain line per finished submission, for output that goes to a file or a log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._done = 0

    def begin(self, total: int) -> None:
        """Announce how many submissions are to be graded."""
        self._total = total
        self._console.print(Text(f"Grading {total} submission{'' if total == 1 else 's'}."), soft_wrap=True)

    def finished(self, outcome: Outcome) -> None:
        """Print a line on how a submission ended."""
        self._done += 1
        line = f"[{self._done}/{self._total}] {printable(outcome.student)}: {summary(outcome)}"
        self._console.print(Text(line), soft_wrap=True)

    def stopping(self) -> None:
        """Print that the run is being stopped."""
        self._console.print(STOPPING, soft_wrap=True)


class BarProgress(Progress):
    """A live bar: how many are done, how many a minute, the time left, and who is being graded now."""

    def __init__(self, console: Console) -> None:
        self._display = RichProgress(
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[running]}", markup=False),
            console=console,
            speed_estimate_period=120,
        )
        self._task = self._display.add_task("", total=None, rate="", running="starting")
        self._running: dict[str, None] = {}
        self._done = 0
        self._began = 0.0

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""
        self._display.update(self._task, running="")
        self._display.stop()

    def begin(self, total: int) -> None:
        """Announce how many submissions are to be graded."""
        self._began = time.monotonic()
        self._display.update(self._task, total=total)

    def started(self, student: str) -> None:
        """Show that the submission of `student` is now being executed."""
        self._running[student] = None
        self._show_running()

    def finished(self, outcome: Outcome) -> None:
        """Advance the bar."""
        self._running.pop(outcome.student, None)
        self._done += 1
        per_minute = 60 * self._done / max(time.monotonic() - self._began, 0.001)
        self._display.update(self._task, advance=1, rate=f"{per_minute:.0f} a minute")
        self._show_running()

    def stopping(self) -> None:
        """Print above the bar that the run is being stopped."""
        self._display.console.print(STOPPING)

    def _show_running(self) -> None:
        students = [printable(student) for student in list(self._running)]
        more = len(students) - LEARNERS_SHOWN
        shown = ", ".join(students[:LEARNERS_SHOWN]) + (f" and {more} more" if more > 0 else "")
        self._display.update(self._task, running=shown)


def summary(outcome: Outcome) -> str:
    """Say in a few words how a submission ended."""
    points = "" if outcome.score is None else f"{outcome.score:g} of {outcome.max_score:g} points"
    match outcome.state:
        case State.GRADED:
            return f"{points} ({outcome.seconds:.1f} s)"
        case State.NEEDS_PERSON:
            return f"{points}, a person has to look at it ({outcome.seconds:.1f} s)"
        case State.TIMED_OUT | State.OVER_LIMITS:
            return f"{outcome.state}, {points}: {printable(outcome.reason)}"
        case State.SKIPPED:
            return f"graded before{', ' if points else ''}{points}"
        case State.STOPPED:
            return "not graded: the run was stopped"
        case _:
            return f"{outcome.state}: {printable(outcome.reason)}"


def printable(text: str) -> str:
    """Return `text` with characters that would not show, or would drive the terminal, written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
