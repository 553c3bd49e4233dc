"""Stop or kill the grader in the middle, run it again, and get what an undisturbed run gives."""

import os
import signal
import threading
import time

import psutil
import pytest

from autograder import State, grade

STUDENTS = ("ada", "bob", "cleo", "dan", "eve")
SLOW = {"add": "import time; time.sleep(1)\ndef add(a, b):\n    return a + b", "steps": "steps = 3"}


@pytest.fixture
def slow_class(course, example_course):
    """A course in which five learners handed in something that takes a second."""
    for student in STUDENTS:
        example_course.hand_in(course, student, SLOW)
    return course


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def finished(root):
    return [folder.parent.name for folder in root.glob("autograded/*/sums")]


def processes_in(root):
    """The processes that work somewhere in the course."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(root)) and process.pid != os.getpid():
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def undisturbed(example_course, root, to):
    copy = example_course.copy_course(root, to)
    grade("sums", copy)
    return copy


@pytest.mark.slow
def test_sigkill_loses_nothing(slow_class, example_course, tmp_path):
    running = example_course.start_autograder("grade", "sums", "--course-root", slow_class, "--jobs", 2)
    wait_until(lambda: finished(slow_class))
    running.kill()
    running.communicate()
    done = finished(slow_class)
    assert 1 <= len(done) < len(STUDENTS)
    wait_until(lambda: not processes_in(slow_class), seconds=15)

    again = grade("sums", slow_class, jobs=2)
    skipped = {outcome.student for outcome in again.outcomes if outcome.state is State.SKIPPED}
    assert skipped <= set(done)  # one may have been killed between its last steps, which are then taken again
    assert len(skipped) >= len(done) - 1
    assert again.counts["needs a person"] == len(STUDENTS) - len(skipped)
    assert not list(slow_class.glob(".autograded.*"))
    calm = undisturbed(example_course, slow_class, tmp_path / "calm")
    assert example_course.read_grades(slow_class) == example_course.read_grades(calm)
    assert example_course.read_autograded(slow_class) == example_course.read_autograded(calm)


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(slow_class, example_course):
    running = example_course.start_autograder("grade", "sums", "--course-root", slow_class, "--jobs", 2)
    wait_until(lambda: finished(slow_class))
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Stopping. What is graded is kept." in said
    assert "Stopped before the end; the same command goes on." in said
    assert "Traceback" not in said
    done = finished(slow_class)
    assert 1 <= len(done) < len(STUDENTS)
    assert not list(slow_class.glob(".autograded.*"))
    assert not processes_in(slow_class)
    assert grade("sums", slow_class, students=STUDENTS).counts == {
        "needs a person": len(STUDENTS) - len(done),
        "skipped": len(done),
    }


def test_half_a_result_is_cleared_away_and_an_earlier_one_stands(graded_copy):
    left_over = graded_copy / ".autograded.partial/ada/sums"
    left_over.mkdir(parents=True)
    (left_over / "half.txt").write_text("half done")
    assert grade("sums", graded_copy, students=["ada", "warns"]).counts == {"skipped": 2}
    assert not left_over.parent.parent.exists()
    assert not (graded_copy / "autograded/ada/sums/half.txt").exists()


def test_a_stop_before_the_first_submission_grades_none(course, example_course):
    example_course.hand_in(course, "ada")
    stop = threading.Event()
    stop.set()
    result = grade("sums", course, stop=stop)
    assert result.stopped
    assert result.counts == {"stopped": 1}
