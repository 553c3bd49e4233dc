"""The journal keeps the last outcome of each learner, whatever happened while it was written."""

import errno
import json
import re

import pytest

from autograder import journal
from autograder.course import open_course
from autograder.results import CellScore, Outcome, State

ADA = Outcome(
    "ada",
    State.TIMED_OUT,
    score=2.5,
    max_score=4,
    exercises=(CellScore("basics", "check_add", 0, 2, False, False, "took over 3 s", "expected 3"),),
    seconds=3.25,
    reason="check_add took over 3 s",
    warnings=("one", "two"),
)


@pytest.fixture
def opened(course):
    return open_course(course)


def test_what_was_written_is_read(opened):
    zoe = Outcome("Zoë Müller \udcff", State.REFUSED, reason="no notebook\nbut two lines")
    for outcome in (ADA, zoe):
        journal.append(opened, "a.b ü", outcome)
    assert journal.read(opened, "a.b ü") == {"ada": ADA, zoe.student: zoe}
    assert journal.read(opened, "a.b") == {}
    lines = (opened.root / ".autograder/a.b ü.jsonl").read_text().splitlines()
    assert [re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", json.loads(line)["time"]) for line in lines]
    assert len(lines) == 2


def test_the_last_line_counts(opened):
    journal.append(opened, "sums", ADA)
    journal.append(opened, "sums", Outcome("ada", State.GRADED, 4, 4))
    assert journal.read(opened, "sums") == {"ada": Outcome("ada", State.GRADED, 4, 4)}


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_torn_line_is_passed_over_and_spoils_no_other(opened, kept):
    journal.append(opened, "sums", ADA)
    journal.append(opened, "sums", Outcome("bob", State.GRADED))
    file = opened.root / ".autograder/sums.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[1][:kept])
    whole = journal.read(opened, "sums")
    assert whole.keys() == ({"ada", "bob"} if kept == -1 else {"ada"})
    journal.append(opened, "sums", Outcome("cleo", State.GRADED))
    assert journal.read(opened, "sums").keys() == {*whole, "cleo"}


@pytest.mark.parametrize("line", ["", "null", "[]", "1e999", '"x"', '{"student": "x"}', "\x00", "[" * 100000])
def test_other_lines_are_passed_over(opened, line):
    journal.append(opened, "sums", ADA)
    with open(opened.root / ".autograder/sums.jsonl", "a") as file:
        file.write(f"{line}\n")
    assert journal.read(opened, "sums") == {"ada": ADA}


def test_lines_of_another_version_are_read_as_far_as_they_go(opened):
    journal.append(opened, "sums", ADA)
    file = opened.root / ".autograder/sums.jsonl"
    told = json.loads(file.read_text())
    told["new"] = told["exercises"][0]["new"] = 1
    del told["exercises"][0]["message"]
    file.write_text(json.dumps(told) + "\n")
    assert journal.read(opened, "sums")["ada"].exercises[0].comment == "took over 3 s"


def test_a_disk_that_fills_up_is_told(opened, monkeypatch):
    journal.append(opened, "sums", ADA)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left"):
        patched.setattr(journal, "open", full, raising=False)
        journal.append(opened, "sums", Outcome("bob", State.GRADED))
    assert journal.read(opened, "sums") == {"ada": ADA}
