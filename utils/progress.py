"""What this learner has done so far: one line per checked exercise, in one file that only grows.

A line is appended with a single write, so two notebooks can record at once, and a crash can spoil at most
the line it was writing. A later line about the same exercise replaces an earlier one.
"""

import json
import os
import time
from pathlib import Path

OUTCOMES = ("not attempted", "not yet", "right")


def path():
    """The progress file: LAYER_BY_LAYER_PROGRESS where that is set, else in the learner's home folder."""
    chosen = os.environ.get("LAYER_BY_LAYER_PROGRESS")
    return Path(chosen) if chosen else Path.home() / ".layer-by-layer" / "progress.jsonl"


def record(lesson, exercise, outcome):
    """Append the outcome of one check: `outcome` is "not attempted", "not yet" or "right".

    Raises ValueError for another outcome and OSError where the file cannot be written.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome must be one of {', '.join(OUTCOMES)}, not {outcome!r}.")
    entry = {"lesson": lesson, "exercise": exercise, "outcome": outcome, "time": round(time.time(), 3)}
    # The line break goes first as well as last: a line that a crash cut short cannot swallow this one.
    line = ("\n" + json.dumps(entry) + "\n").encode()
    path().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read():
    """The last outcome of every exercise, as {lesson: {exercise: outcome}}. Spoilt lines are passed over."""
    outcomes = {}
    for entry in _entries():
        outcomes.setdefault(entry["lesson"], {})[entry["exercise"]] = entry["outcome"]
    return outcomes


def _entries():
    try:
        text = path().read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(entry, dict) and {"lesson", "exercise"} <= entry.keys() and entry.get("outcome") in OUTCOMES:
            yield entry
