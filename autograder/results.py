"""What came out of grading: the outcome of each submission, of the batch, and both as JSON."""

import json
import os
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class State(StrEnum):
    """How a submission ended."""

    GRADED = "graded"  # executed now; its scores are in the gradebook
    SKIPPED = "skipped"  # graded by an earlier run, and not newer than that
    REFUSED = "refused"  # could not be read as a submission of this lesson; nothing was executed
    FAILED = "failed"  # broke while it was executed or saved
    STOPPED = "stopped"  # the run was stopped before this one was finished


@dataclass(frozen=True)
class CellScore:
    """The score of one graded cell, in points, as it stands in the gradebook (manual scores included)."""

    notebook: str
    cell: str
    score: float
    max_score: float
    needs_manual_grade: bool


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
        """The outcomes of the submissions that were refused or failed."""
        return tuple(o for o in self.outcomes if o.state in (State.REFUSED, State.FAILED))

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
