"""The lessons of this course and their exercises, read from the notebooks in `course/`."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from utils import runtime


@dataclass(frozen=True)
class Exercise:
    """One graded exercise: its name and what it is worth."""

    name: str
    points: float


@dataclass(frozen=True)
class Lesson:
    """One lesson: its folder name, title, minutes of work, the lessons it builds on, exercises, notebook."""

    id: str
    title: str
    minutes: int
    builds_on: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    notebook: Path

    @property
    def points(self):
        """The points of all its exercises together."""
        return sum(exercise.points for exercise in self.exercises)


def course_folder():
    """The folder with the learner's notebooks: LAYER_BY_LAYER_COURSE, else `course/` beside this package."""
    chosen = os.environ.get("LAYER_BY_LAYER_COURSE")
    return Path(chosen) if chosen else Path(__file__).resolve().parent.parent / "course"


def catalogue(folder=None):
    """All lessons in their order, as a list of `Lesson`.

    While grading, where the course is out of reach, there may be none. Otherwise raises FileNotFoundError where the
    folder holds no lesson, and ValueError for a notebook that is not readable.
    """
    folder = Path(folder) if folder else course_folder()
    folders = sorted(folder.glob("[0-9][0-9]_*"))
    notebooks = [lesson / f"{lesson.name[3:]}.ipynb" for lesson in folders]
    lessons = [_read(notebook) for notebook in notebooks if notebook.exists()]
    if not lessons and runtime.environment() != "grading":
        raise FileNotFoundError(f"No lesson found in {folder}. Set LAYER_BY_LAYER_COURSE to the course folder.")
    return lessons


def _read(path):
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        facts = notebook["metadata"]["layer_by_layer"]
        return Lesson(
            id=facts["lesson"],
            title=facts["title"],
            minutes=facts["minutes"],
            builds_on=tuple(facts["builds_on"]),
            exercises=tuple(_exercises(notebook["cells"])),
            notebook=path,
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is not a lesson's notebook ({error!r}). Fetch the course again.") from error


def _exercises(cells):
    for cell in cells:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade") and nbgrader["grade_id"].startswith("check_"):
            yield Exercise(nbgrader["grade_id"].removeprefix("check_"), nbgrader["points"])
