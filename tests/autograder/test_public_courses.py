"""Whatever nbgrader can grade, we grade with the same scores.

The lessons are those that the nbgrader package itself brings (its documentation's example course and the notebooks of
its tests) and the ones in `courses`, which between them use what other people's lessons use.
"""

import copy
import runpy
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbformat import NotebookNode

from autograder import grade

HERE = Path(__file__).parent
NBGRADER = Path(nbgrader.__file__).parent
read_lesson: Callable = runpy.run_path(str(HERE / "courses/from_markdown.py"))["read_lesson"]
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "example"
c.CourseDirectory.db_url = "sqlite:///grades.db"
c.Execute.timeout = 10
"""
pytestmark = pytest.mark.slow


@dataclass
class Lesson:
    """Source notebooks by name, other files, and by student the notebooks handed in."""

    notebooks: dict[str, NotebookNode]
    files: dict[str, bytes] = field(default_factory=dict)
    submissions: dict[str, dict[str, NotebookNode]] = field(default_factory=dict)


def read(path: Path) -> NotebookNode:
    """Return the notebook at `path`, to be run by the kernel that there is."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def own_lesson(name: str) -> Lesson:
    """Return a lesson of `courses`, handed in by every student whose answers it has."""
    folder = HERE / "courses" / name
    read_in = {path.stem: read_lesson(path) for path in sorted(folder.glob("*.md"))}
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".md"}
    lesson = Lesson({name: notebook for name, (notebook, _) in read_in.items()}, files)
    for student in {student for _, students in read_in.values() for student in students}:
        lesson.submissions[student] = {
            name: answer(notebook, students.get(student, {})) for name, (notebook, students) in read_in.items()
        }
    return lesson


def answer(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Return a copy of `notebook` with `answers` in place of the solutions, by grade_id."""
    answered = copy.deepcopy(notebook)
    for cell in answered.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return answered


def documentation() -> Lesson:
    """Return the example course of nbgrader's documentation, which `nbgrader quickstart` writes too."""
    guide = NBGRADER / "docs/source/user_guide"
    lesson = Lesson(_read_all(guide / "source/ps1"), {"jupyter.png": (guide / "source/ps1/jupyter.png").read_bytes()})
    for student in ("bitdiddle", "hacker"):
        lesson.submissions[student] = _read_all(guide / "submitted" / student / "ps1")
    return lesson


def _read_all(folder: Path) -> dict[str, NotebookNode]:
    return {path.stem: read(path) for path in folder.glob("*.ipynb")}


def changed_notebooks() -> Lesson:
    """Return the notebook of nbgrader's tests of which they have changed copies."""
    found = [
        path
        for part in ("apps", "preprocessors")
        for path in sorted((NBGRADER / f"tests/{part}/files").glob("submitted-*.ipynb"))
    ]
    source = next(path for path in found if path.stem == "submitted-unchanged")
    return Lesson({"p1": read(source)}, {}, {path.stem: {"p1": read(path)} for path in found if path != source})


def test_notebook(name: str, *files: str) -> Callable[[], Lesson]:
    """Return a function that reads one notebook of nbgrader's tests, with `files` beside it."""
    folder = NBGRADER / "tests" / Path(name).parent / "files"

    def lesson() -> Lesson:
        notebook = read(folder / f"{Path(name).name}.ipynb")
        return Lesson({"p1": notebook}, {file: (folder / file).read_bytes() for file in files})

    return lesson


test_notebook.__test__ = False
LESSONS: dict[str, Callable[[], Lesson]] = {
    "language": lambda: own_lesson("language"),
    "science": lambda: own_lesson("science"),
    "tables": lambda: own_lesson("tables"),
    "documentation": documentation,
    "changed": changed_notebooks,
    "test": test_notebook("apps/test"),
    "hidden-tests": test_notebook("apps/test-hidden-tests"),
    "zero-points": test_notebook("apps/validation-zero-points"),
    "relative-file": test_notebook("apps/open_relative_file", "data.txt"),
    "environment": test_notebook("apps/validating-environment-variable"),
    "task": test_notebook("preprocessors/test_taskcell"),
    "manual-code": test_notebook("preprocessors/manually-graded-code-cell"),
}
# Students on whom stock nbgrader gives up, by lesson.
FAILED_BY_NBGRADER = {"changed": {"submitted-answer-cell-type-changed", "submitted-grade-cell-type-changed"}}


@pytest.mark.parametrize("name", LESSONS)
def test_scores_are_equal(name, example_course, tmp_path, request):
    if name == "tables":
        reason = "an answer changes a given table in place, and the test looks at the judge's own copy of it"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    ours, stock = tmp_path / "ours", tmp_path / "stock"
    lesson = LESSONS[name]()
    write_source(stock, name, lesson)
    with example_course.gradebook(stock):
        pass  # nbgrader can only create it in an environment that is activated
    assert example_course.nbgrader(stock, "generate_assignment", name).returncode == 0
    released = _read_all(stock / "release" / name)
    hand_in(stock, name, {"solved": lesson.notebooks, "released": released, **lesson.submissions}, lesson.files)
    shutil.copytree(stock, ours, ignore=shutil.ignore_patterns("grades.db", "release"))
    example_course.nbgrader(stock, "autograde", name)
    result = grade(name, ours)
    failed = {student for student in lesson.submissions if not (stock / "autograded" / student / name).exists()}
    assert failed == FAILED_BY_NBGRADER.get(name, set())
    theirs, mine = scores(stock, name, example_course), scores(ours, name, example_course)
    theirs = {key: score for key, score in theirs.items() if key[0] not in failed}
    assert len({key[0] for key in theirs}) == len(result.outcomes) - len(failed)
    assert {key: mine.get(key) for key in theirs} == theirs, [outcome for outcome in result.outcomes if outcome.reason]


def write_source(root: Path, name: str, lesson: Lesson) -> None:
    """Write a course with one lesson at `root`."""
    folder = root / "source" / name
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    _write(folder, lesson.notebooks, lesson.files)


def hand_in(root: Path, name: str, submissions: dict[str, dict[str, NotebookNode]], files: dict[str, bytes]) -> None:
    """Write what each student of `submissions` hands in, with the lesson's `files`."""
    for student, notebooks in submissions.items():
        folder = root / "submitted" / student / name
        folder.mkdir(parents=True)
        _write(folder, notebooks, files)


def _write(folder: Path, notebooks: dict[str, NotebookNode], files: dict[str, bytes]) -> None:
    for stem, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{stem}.ipynb")
    for file, content in files.items():
        (folder / file).write_bytes(content)


def scores(root: Path, name: str, example_course) -> dict[tuple[str, str, str], tuple]:
    """Return by student, notebook and cell what the gradebook holds: the score and whether a person must look."""
    with example_course.gradebook(root) as book:
        return {
            (submission.student.id, notebook.name, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in book.assignment_submissions(name)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
