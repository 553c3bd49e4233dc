"""The command line: exit codes, one clear line instead of a traceback, plain and live output."""

import io
import json

import pytest
from rich.console import Console

from autograder import Outcome, State
from autograder.progress import BarProgress, LineProgress, printable, summary


def test_grade_without_activation_from_another_folder(course, example_course, tmp_path):
    example_course.hand_in(course, "Zoë Müller")
    told = tmp_path / "told.json"
    done = example_course.autograder(
        "grade", "sums", "--course-root", course, "--student", "Zoë Müller", "--student", "nobody", "--json", told,
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == ""
    assert "[1/1] Zoë Müller: 7 of 11 points, a person has to look at it" in done.stdout
    assert "nobody: refused: handed in no sums." in done.stdout
    assert "sums: 1 needs a person, 1 refused in " in done.stdout
    assert json.loads(told.read_text())["counts"] == {"needs a person": 1, "refused": 1}

    again = example_course.autograder("grade", "sums", cwd=course)
    assert again.returncode == 0
    assert "1 skipped" in again.stdout
    assert "--force grades them again" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sums"], "Nobody has handed in sums"),
        (["summs"], "Did you mean 'sums'?"),
        (["sums", "--json", "/no/such/folder/file.json"], "name a file in a folder that exists"),
        (["sums", "--jobs", "0"], "--jobs"),
        (["sums", "--timeout", "-1"], "give more than 0"),
        ([], "Missing argument"),
    ],
)
def test_nothing_done_is_exit_code_2_and_one_line(course, example_course, arguments, says):
    done = example_course.autograder("grade", *arguments, "--course-root", course)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_help_names_the_options(example_course):
    told = example_course.autograder("grade", "--help").stdout
    for option in ("--cell-timeout", "--timeout", "--memory", "--unsafe", "--in-kernel-tests"):
        assert option in told


def test_plain_lines(capsys):
    progress = LineProgress(Console(file=io.StringIO(), width=40))
    progress.begin(2)
    progress.finished(Outcome("ada", State.GRADED, 3.5, 4.0, seconds=1.25))
    progress.finished(Outcome("[bold]bob", State.REFUSED, reason="its file\x1b[2J is " + "long " * 20))
    lines = progress._console.file.getvalue().splitlines()
    assert lines[:2] == ["Grading 2 submissions.", "[1/2] ada: 3.5 of 4 points (1.2 s)"]
    assert lines[2].startswith("[2/2] [bold]bob: refused: its file\\x1b[2J is long long")
    assert len(lines) == 3


def test_the_bar_shows_count_rate_time_left_and_who_is_running():
    screen = io.StringIO()
    progress = BarProgress(Console(file=screen, force_terminal=True, width=140, color_system=None))
    with progress:
        progress.begin(8)
        for student in ("ada", "bob", "cleo", "dan", "eve"):
            progress.started(student)
        progress.finished(Outcome("ada", State.GRADED, 1.0, 1.0))
        progress._display.refresh()
        shown = screen.getvalue()
    assert "1/8" in shown
    assert "a minute" in shown
    assert "bob, cleo, dan and 1 more" in shown


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome("a", State.GRADED, 1.0, 2.0, seconds=3), "1 of 2 points (3.0 s)"),
        (Outcome("a", State.NEEDS_PERSON, 1.0, 2.0, seconds=3), "1 of 2 points, a person has to look at it (3.0 s)"),
        (Outcome("a", State.TIMED_OUT, 1.0, 2.0, reason="check_a: 30 s"), "timed out, 1 of 2 points: check_a: 30 s"),
        (Outcome("a", State.SKIPPED, 1.0, 2.0), "graded before, 1 of 2 points"),
        (Outcome("a", State.FAILED, reason="the kernel died"), "failed: the kernel died"),
        (Outcome("a", State.STOPPED), "not graded: the run was stopped"),
    ],
)
def test_summary(outcome, words):
    assert summary(outcome) == words


def test_printable_keeps_letters_and_escapes_the_rest():
    assert printable("Zoë 李\n\x1b[1m\udcff") == "Zoë 李\\n\\x1b[1m\\udcff"
