"""What came out of grading: the outcome of each submission, of the batch, and both as JSON."""

import json
import os
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from nbformat import NotebookNode


class State(StrEnum):
    """How a submission ended."""

    GRADED = "graded"  # executed; its scores are in the gradebook
    NEEDS_PERSON = "needs a person"  # the same, and some cells wait for a person's grade
    TIMED_OUT = "timed out"  # the same, but a cell or the whole took too long; what was earned besides counts
    OVER_LIMITS = "over limits"  # the same, but it used too much memory, processes, disk or output
    REFUSED = "refused"  # could not be read as a submission of this assignment; nothing was executed
    FAILED = "failed"  # the grader could not run or save it, through no fault of its own; the next run tries again
    SKIPPED = "skipped"  # graded by an earlier run, and not newer than that
    STOPPED = "stopped"  # the run was stopped before this one was finished


PROBLEMS = (State.TIMED_OUT, State.OVER_LIMITS, State.REFUSED, State.FAILED)


@dataclass(frozen=True)
class CellScore:
    """The score of one graded cell, in points, as it stands in the gradebook (manual scores included)."""

    notebook: str
    cell: str
    score: float
    max_score: float
    needs_manual_grade: bool
    attempted: bool = True  # False where the answer that the cell is about is still what was handed out
    comment: str = ""  # the grader's own comment in the gradebook: why there is no result, for instance
    message: str = ""  # first line of what the test said when it failed; no source of the test


@dataclass(frozen=True)
class Outcome:
    """What became of one learner's submission.

    `score` and `max_score` are points; `score` has `late_penalty` taken off, as in `nbgrader export`. Both
    are None where the gradebook holds no grade of this submission. `seconds` is the time that its notebooks
    took to run.
    """

    student: str
    state: State
    score: float | None = None
    max_score: float | None = None
    late_penalty: float = 0.0
    needs_manual_grade: bool = False
    exercises: tuple[CellScore, ...] = ()
    seconds: float = 0.0
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What examining one graded cell gave, besides its outputs."""

    comment: str = ""  # for the learner and the gradebook, where the outputs do not say it
    needs_person: bool = False  # no score can be given without a person
    message: str = ""  # first line of what a failed test said


@dataclass(frozen=True)
class Report:
    """What examining one submission gave. Scores are not in it: they follow from the notebooks' outputs.

    Attributes:
        state: GRADED, NEEDS_PERSON, TIMED_OUT, OVER_LIMITS, or, with no notebooks, REFUSED, FAILED or STOPPED.
        reason: why it ended like that, in one line; empty for GRADED.
        seconds: time that it took.
        warnings: what the instructor should know, a line each.
        notebooks: the executed notebooks by name (without `.ipynb`), as they belong into `autograded/`.
        verdicts: by notebook name and grade_id, for the graded cells of which there is something to say.
        files: the other files of the folder in `autograded/`, by POSIX path relative to it.
    """

    state: State
    reason: str = ""
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class GradingResult:
    """What became of every submission of one lesson, by learner; `notes` hold for the whole lesson."""

    assignment: str
    course_root: str
    jobs: int
    seconds: float
    outcomes: tuple[Outcome, ...]
    stopped: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """How many submissions ended in each state that occurred."""
        counted = Counter(outcome.state for outcome in self.outcomes)
        return {state.value: counted[state] for state in State if counted[state]}

    @property
    def problems(self) -> tuple[Outcome, ...]:
        """The outcomes of the submissions that were not graded to the end."""
        return tuple(o for o in self.outcomes if o.state in PROBLEMS)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data, the form of `--json`."""
        plain = asdict(self)
        learners = plain.pop("outcomes")
        return {**plain, "counts": self.counts, "learners": learners}

    def write_json(self, path: str | os.PathLike[str]) -> None:
        """Write `to_dict` to `path` in one step: a reader sees the old file or the whole new one.

        Raises:
            OSError: the file cannot be written there.
        """
        target = Path(path)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as temporary:
            try:
                json.dump(self.to_dict(), temporary, indent=2, ensure_ascii=False)
                temporary.write("\n")
                temporary.flush()
                os.fsync(temporary.fileno())
                os.chmod(temporary.name, 0o644)
                os.replace(temporary.name, target)
            except BaseException:
                os.unlink(temporary.name)
                raise
