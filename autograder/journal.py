"""How each submission was graded, a line of JSON each, for what the gradebook has no place for.

`.autograder/ASSIGNMENT.jsonl` in the course's folder is only ever appended to: the last line about a learner counts.
"""

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.results import CellScore, Outcome, State

FOLDER = ".autograder"


def append(course: Course, assignment: str, outcome: Outcome) -> None:
    """Add a line about a submission.

    Raises:
        OSError: it cannot be written there.
    """
    file = _file(course, assignment)
    file.parent.mkdir(exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"time": now, **asdict(outcome)}).encode() + b"\n"
    with open(file, "ab+", buffering=0) as lines:
        if _is_torn(lines):
            line = b"\n" + line
        written = lines.write(line)
        if written < len(line):  # of a full disk
            lines.write(line[written:])


def read(course: Course, assignment: str) -> dict[str, Outcome]:
    """Return the last outcome of each learner; lines that are torn or not ours are passed over."""
    try:
        lines = _file(course, assignment).read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    outcomes = filter(None, map(_outcome, lines))
    return {outcome.student: outcome for outcome in outcomes}


def _file(course: Course, assignment: str) -> Path:
    return course.root / FOLDER / f"{assignment}.jsonl"


def _is_torn(lines: Any) -> bool:
    """Whether the last line has no end, because a run was killed or the disk was full."""
    if lines.seek(0, 2) == 0:
        return False
    lines.seek(-1, 2)
    return lines.read(1) != b"\n"


def _outcome(line: bytes) -> Outcome | None:
    try:
        told = json.loads(line)
        exercises = tuple(_known(CellScore, exercise) for exercise in told["exercises"])
        about = {"state": State(told["state"]), "exercises": exercises, "warnings": tuple(told["warnings"])}
        return _known(Outcome, {**told, **about})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _known(kind: type, plain: dict[str, Any]) -> Any:
    """Make a `kind` of its fields in `plain`."""
    names = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in plain.items() if name in names})
