"""Our grader and stock nbgrader on a lesson of this repository, nothing activated.

Solution notebooks earn full points and released ones zero, with both, equal to the point. One lesson stands for all,
since stock nbgrader takes a minute for it; tests/exercises/test_through_the_grader.py grades every lesson with ours.
"""

import csv
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ["00_start_here"]
pytestmark = pytest.mark.slow


def copy_checkout(to):
    """Copy what nbgrader needs of the checkout, and hand in every lesson twice: solved, and as released."""
    shutil.copy(ROOT / "nbgrader_config.py", to)
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("solutions", "course"):
        shutil.copytree(ROOT / folder, to / folder, ignore=ignored)
    for lesson in LESSONS:
        for student, folder in (("solved", "solutions"), ("released", "course")):
            handed_in = to / "submitted" / student / lesson
            handed_in.mkdir(parents=True)
            for notebook in (to / folder / lesson).glob("*.ipynb"):
                shutil.copy(notebook, handed_in)
    return to


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A copy of the checkout for our grader."""
    return copy_checkout(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """A copy of the checkout for stock nbgrader."""
    return copy_checkout(tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request, ours, stock, example_course):
    """A lesson that both have graded."""
    for command in (["generate_assignment", request.param, "--force"], ["autograde", request.param]):
        done = example_course.nbgrader(stock, *command)
        assert done.returncode == 0, done.stderr
    done = example_course.autograder("grade", request.param, "--course-root", ours)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return request.param


def scores(root, lesson, student):
    """Cell name → points reached and possible."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "layer-by-layer") as gradebook:
        submission = gradebook.find_submission(lesson, student)
        return {
            (notebook.name, grade.name): (grade.score, grade.max_score, grade.needs_manual_grade)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def test_solutions_earn_all_points_and_released_notebooks_none(lesson, ours, stock):
    for root in (ours, stock):
        solved, released = scores(root, lesson, "solved"), scores(root, lesson, "released")
        assert solved, "the lesson has no graded cell"
        assert {cell: possible for cell, (_, possible, _) in solved.items()} == {
            cell: reached for cell, (reached, _, _) in solved.items()
        }
        assert {reached for reached, _, _ in released.values()} == {0.0}
        assert not any(manual for _, _, manual in [*solved.values(), *released.values()])


def test_both_graders_agree_to_the_point(lesson, ours, stock):
    for student in ("solved", "released"):
        assert scores(ours, lesson, student) == scores(stock, lesson, student)


def test_nothing_of_the_solution_lies_beside_a_graded_notebook(lesson, ours):
    notebooks = {file.name for file in (ROOT / "course" / lesson).glob("*.ipynb")}
    for student in ("solved", "released"):
        graded = {file.name for file in (ours / "autograded" / student / lesson).iterdir()}
        assert notebooks <= graded
        assert not graded & {source.name for source in (ROOT / "solutions" / lesson).glob("[!_]*.py")}


def test_feedback_works(lesson, ours, stock, example_course):
    for root in (ours, stock):
        done = example_course.nbgrader(root, "generate_feedback", lesson)
        assert done.returncode == 0, done.stderr
        written = list((root / "feedback" / "solved" / lesson).glob("*.html"))
        assert [file.stem for file in written] == [file.stem for file in (ROOT / "course" / lesson).glob("*.ipynb")]


def test_export_works_and_agrees(lesson, ours, stock, example_course):
    exported = []
    for root in (ours, stock):
        done = example_course.nbgrader(root, "export")
        assert done.returncode == 0, done.stderr
        with open(root / "grades.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["assignment"] == lesson]
        exported.append({row["student_id"]: (row["score"], row["max_score"]) for row in rows})
    assert exported[0] == exported[1]
    assert exported[0]["solved"][0] == exported[0]["solved"][1] != "0.0"
    assert exported[0]["released"][0] == "0.0"
