"""Stock nbgrader works on this repository unchanged, with its own commands and without an activated environment."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(folder.name for folder in (ROOT / "solutions").glob("[0-9][0-9]_*"))

pytestmark = pytest.mark.slow


class Classroom:
    """A copy of the course in which two learners have handed in every lesson: solved, and untouched."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        shutil.copytree(ROOT / "solutions", folder / "solutions")
        for lesson in LESSONS:
            for learner, origin in (("solved", "solutions"), ("untouched", "course")):
                place = folder / "submitted" / learner / lesson
                place.mkdir(parents=True)
                shutil.copy(ROOT / origin / lesson / f"{lesson[3:]}.ipynb", place)

    def nbgrader(self, *arguments):
        """Run the program `nbgrader` as the README says, with nothing of the environment on PATH."""
        program = Path(sys.executable).parent / "nbgrader"
        environment = os.environ | {"PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [program, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    classroom = Classroom(tmp_path_factory.mktemp("classroom"))
    for lesson in LESSONS:
        classroom.nbgrader("generate_assignment", lesson)
        classroom.nbgrader("autograde", lesson)
    return classroom


@pytest.fixture(scope="module")
def grades(classroom):
    """(learner, lesson) → (score, the most that can be had), as nbgrader exports them."""
    classroom.nbgrader("export")
    with (classroom.folder / "grades.csv").open(newline="") as file:
        return {
            (row["student_id"], row["assignment"]): (float(row["score"]), float(row["max_score"]))
            for row in csv.DictReader(file)
        }


def points(lesson):
    notebook = nbformat.read(ROOT / "solutions" / lesson / f"{lesson[3:]}.ipynb", as_version=4)
    facts = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return sum(fact["points"] for fact in facts if fact.get("grade"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_all_right_is_full_points_and_untouched_is_none(grades, lesson):
    assert grades["solved", lesson] == (points(lesson), points(lesson))
    assert grades["untouched", lesson] == (0, points(lesson))


def test_feedback_is_written(classroom):
    lesson = LESSONS[0]
    classroom.nbgrader("generate_feedback", lesson)
    for learner in ("solved", "untouched"):
        page = classroom.folder / "feedback" / learner / lesson / f"{lesson[3:]}.html"
        assert "Score:" in page.read_text(encoding="utf-8")
