"""Every exercise against its named answers, in its real answer and check cells.

`lesson_NN_name.py` holds the answers of one lesson, one line each. A wrong answer must lose its point with the
words it names, a right one must pass, and the released stub must read "not attempted".
"""

import importlib
import linecache
import re
import textwrap
from pathlib import Path

import jupytext
import nbformat
import pytest

from utils.check import CheckFailed, NotAttempted

ROOT = Path(__file__).resolve().parents[2]
LESSONS = {path.parent.name: path for path in sorted((ROOT / "solutions").glob("[0-9][0-9]_*/*.py"))}
ANSWERS = {lesson: importlib.import_module(f"lesson_{lesson}").ANSWERS for lesson in LESSONS}
CASES = [
    pytest.param(lesson, exercise, answer, id=f"{lesson}-{exercise}-{answer.name}")
    for lesson, exercises in ANSWERS.items()
    for exercise, answers in exercises.items()
    for answer in answers
]
EXERCISES = [
    pytest.param(lesson, exercise, id=f"{lesson}-{exercise}")
    for lesson, exercises in ANSWERS.items()
    for exercise in exercises
]
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?### END SOLUTION$", re.DOTALL | re.MULTILINE)


class Lesson:
    """A lesson that has run once from top to bottom, ready to run single answers in copies of its names."""

    def __init__(self, path):
        self.cells = jupytext.read(path).cells
        self.names = {"__name__": "__main__"}
        for cell in self.cells:
            if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
                run(cell.source, self.names)

    def cell(self, grade_id):
        return next(c for c in self.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)

    def check(self, exercise, answer_cell):
        """Run an answer cell and the exercise's check cell, hidden tests included, in a copy of the names."""
        names = dict(self.names)
        run(answer_cell, names)
        run(self.cell(f"check_{exercise}").source, names)


def run(source, names):
    """Run a cell as a notebook would: its lines can be found when something in it raises."""
    filename = f"<cell {abs(hash(source))}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), names)


def with_bodies(source, bodies):
    """The answer cell with the text of each solution region replaced; None, or no text left, keeps the region."""
    remaining = iter(bodies)

    def replace(region):
        body = next(remaining, None)
        return region[0] if body is None else textwrap.indent(body, region[1])

    return REGION.sub(replace, source)


@pytest.fixture(scope="session")
def lesson_run():
    """Gives the `Lesson` of a name, run once per session."""
    lessons = {}

    def get(name):
        if name not in lessons:
            lessons[name] = Lesson(LESSONS[name])
        return lessons[name]

    return get


@pytest.mark.parametrize(("lesson", "exercise", "answer"), CASES)
def test_answer_gets_what_it_deserves(lesson_run, lesson, exercise, answer):
    lesson = lesson_run(lesson)
    cell = with_bodies(lesson.cell(exercise).source, answer.bodies)
    if answer.says is None:
        lesson.check(exercise, cell)
        return
    with pytest.raises(CheckFailed) as failure:
        lesson.check(exercise, cell)
    assert failure.value.outcome == "not yet"
    assert answer.says in str(failure.value)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_solution_passes(lesson_run, lesson, exercise):
    lesson = lesson_run(lesson)
    lesson.check(exercise, lesson.cell(exercise).source)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_released_stub_reads_not_attempted(lesson_run, lesson, exercise):
    released = nbformat.read(ROOT / "course" / lesson / f"{lesson[3:]}.ipynb", as_version=4)
    stub = next(c for c in released.cells if c.metadata.get("nbgrader", {}).get("grade_id") == exercise)
    with pytest.raises(NotAttempted, match="Not attempted yet"):
        lesson_run(lesson).check(exercise, stub.source)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_exercise_has_its_answers(lesson):
    graded = {
        cell.metadata["nbgrader"]["grade_id"].removeprefix("check_")
        for cell in jupytext.read(LESSONS[lesson]).cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert set(ANSWERS[lesson]) == graded
    for exercise, answers in ANSWERS[lesson].items():
        wrong = [answer for answer in answers if answer.says is not None]
        assert len(wrong) >= 3, f"{exercise} has only {len(wrong)} wrong answers"
        assert len(wrong) < len(answers), f"{exercise} has no differently written right answer"
        assert len({answer.says for answer in wrong}) == len(wrong), f"two wrong answers of {exercise} read alike"
