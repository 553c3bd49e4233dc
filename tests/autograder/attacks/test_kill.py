"""Killed at any moment and started again, grading ends where an undisturbed run ends, and does nothing twice."""

import json
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
LEARNERS = 40
KILLS = 20
SECONDS_TO_FINISH = 120


def write_class(root: Path, example_course) -> Path:
    """Write a course with right, wrong, late, manual, refused and slow submissions, and return its root."""
    example_course.write_course(root)
    example_course.set_due_date(root)
    right = example_course.RIGHT
    answers = (
        right,
        {**right, "add": "def add(a, b):\n    return a - b"},
        {**right, "steps": "steps = 2.5", "explain": "Why not?"},
        {"add": right["add"]},
        {**right, "add": "import time\ntime.sleep(0.5)\n" + right["add"]},
    )
    for number in range(LEARNERS):
        late = "2026-03-02 12:00:00 UTC" if number % 7 == 0 else "2026-02-28 12:00:00 UTC"
        folder = example_course.hand_in(root, f"learner{number:02d}", answers[number % 5], timestamp=late)
        if number % 13 == 5:
            (folder / "basics.ipynb").write_text('{"cells": [')
    return root


def journal(root: Path) -> list[str]:
    """Return the students in the journal, as often as they stand in it."""
    file = root / ".autograder" / "sums.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    students = []
    for line in lines:
        try:
            students.append(json.loads(line)["student"])
        except (json.JSONDecodeError, TypeError):
            continue  # the line that a killed run was writing
    return students


def finish(process: subprocess.Popen) -> str:
    """Wait for a run that nobody kills, and return what it said."""
    said, _ = process.communicate(timeout=SECONDS_TO_FINISH)
    assert process.returncode == 1, said  # some submissions cannot be read
    return said


def kill(process: subprocess.Popen, root: Path, chance: random.Random) -> None:
    """Kill a run after a few more submissions, or before the first."""
    wanted = len(journal(root)) + chance.randrange(4)
    deadline = time.monotonic() + SECONDS_TO_FINISH
    while len(journal(root)) < wanted and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.4 if len(journal(root)) else 4))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=SECONDS_TO_FINISH)


def test_the_result_is_that_of_an_undisturbed_run(example_course, tmp_path):
    undisturbed = write_class(tmp_path / "undisturbed", example_course)
    finish(example_course.start_autograder("grade", "sums", "--course-root", undisturbed))
    killed = write_class(tmp_path / "killed", example_course)
    chance = random.Random(20)
    moments = []
    for _ in range(KILLS):
        kill(example_course.start_autograder("grade", "sums", "--course-root", killed), killed, chance)
        moments.append(len(journal(killed)))
    finish(example_course.start_autograder("grade", "sums", "--course-root", killed))
    assert len(set(moments)) > 5, moments
    assert example_course.read_grades(killed) == example_course.read_grades(undisturbed)
    assert example_course.read_autograded(killed) == example_course.read_autograded(undisturbed)
    refused = {f"learner{number:02d}" for number in range(LEARNERS) if number % 13 == 5}
    times = Counter(student for student in journal(killed) if student not in refused)
    assert times == Counter(set(journal(undisturbed)) - refused)
