"""Write a small nbgrader course, hand in notebooks, and read what grading left behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CELL_TIMEOUT = 3
DUE = "2026-03-01 12:00:00 UTC"
CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "example"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.db_url = "sqlite:///grades.db"
c.Execute.timeout = {CELL_TIMEOUT}
c.LateSubmissionPlugin.penalty_method = "zero"
c.Autograde.exclude_overwriting = {{"sums": ["own.txt"]}}
"""
RIGHT = {
    "add": "def add(a, b):\n    return a + b",
    "steps": "steps = 4",
    "explain": "Because addition commutes.",
}
STUBS = {
    "add": "def add(a, b):\n    raise NotImplementedError()",
    "steps": "steps = 0",
    "triple": "def triple(a):\n    raise NotImplementedError()",
}
SOLUTION = "    ### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION"


def solution(name, source):
    """A code cell for the learner's answer."""
    return new_code_cell(source, metadata=_nbgrader(name, solution=True))


def check(name, points, source):
    """A code cell of tests."""
    return new_code_cell(source, metadata=_nbgrader(name, grade=True, locked=True, points=points))


def _nbgrader(name, grade=False, solution=False, locked=False, points=None):
    about = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked, "schema_version": 3}
    return {"nbgrader": {**about, "task": False, **({} if points is None else {"points": points})}}


def _notebook(*cells):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def _source_notebooks():
    hidden = "### BEGIN HIDDEN TESTS\nassert add('a', 'b') == 'ab'\n### END HIDDEN TESTS"
    add = "def add(a, b):\n" + SOLUTION.format("a + b")
    basics = _notebook(
        new_markdown_cell("# Sums"),
        solution("add", add),
        check("check_add", 2, f"assert add(1, 2) == 3\n{hidden}"),
        check("check_file", 1, "assert open('data.txt').read() == 'from the source'"),
        solution(
            "steps",
            "steps = 0  # how many of 4 steps did you take?\n### BEGIN SOLUTION\nsteps = 4\n### END SOLUTION",
        ),
        check("check_steps", 4, "steps"),
        new_markdown_cell("Why?", metadata=_nbgrader("explain", grade=True, solution=True, points=3)),
    )
    more = _notebook(
        solution("triple", "def triple(a):\n" + SOLUTION.format("3 * a")),
        check("check_triple", 1, "assert triple(2) == 6"),
    )
    return {"basics": basics, "more": more}


def write_course(root):
    """Write the course `root` with the lesson `sums` and return `root`."""
    lesson = root / "solutions" / "sums"
    lesson.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (lesson / "data.txt").write_text("from the source")
    (lesson / "own.txt").write_text("from the source")
    for name, notebook in _source_notebooks().items():
        nbformat.write(notebook, lesson / f"{name}.ipynb")
    return root


def set_due_date(root):
    """Give the lesson a due date; it is otherwise not yet in the gradebook."""
    with gradebook(root) as book:
        book.update_or_create_assignment("sums", duedate=DUE)


def gradebook(root):
    """Open the course's gradebook."""
    from nbgrader.api import Gradebook

    from autograder.environment import interpreter_on_path

    with interpreter_on_path():
        return Gradebook(f"sqlite:///{root / 'grades.db'}", "example")


def hand_in(root, student, answers=None, timestamp=None, more=None, edit=None):
    """Hand in `basics.ipynb` with `answers` (those of RIGHT by default), and `more.ipynb` if an answer is given.

    `edit` is called with the notebook before it is written.
    """
    folder = root / "submitted" / student / "sums"
    folder.mkdir(parents=True, exist_ok=True)
    notebooks = _source_notebooks()
    basics = notebooks["basics"]
    for cell in basics.cells:
        cell.source = cell.source.partition("\n### BEGIN HIDDEN TESTS")[0]
    fill_in(basics, {**STUBS, **(RIGHT if answers is None else answers)})
    if edit:
        edit(basics)
    nbformat.write(basics, folder / "basics.ipynb")
    if more is not None:
        fill_in(notebooks["more"], {"triple": more})
        nbformat.write(notebooks["more"], folder / "more.ipynb")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder


def fill_in(notebook, answers):
    """Put the learner's answers in their cells, by grade_id."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]


def hand_in_class(root, killers=True):
    """Hand in one submission of every kind; `killers` are those that `nbgrader autograde` does not survive."""
    ada = hand_in(root, "ada", timestamp="2026-03-01 11:00:00 UTC", more="def triple(a):\n    return 3 * a")
    (ada / "data.txt").write_text("the learner's own")
    (ada / "own.txt").write_text("the learner's own")
    wrong = {"add": "def add(a, b):\n    return a - b", "steps": "steps = 2.5", "explain": "No idea."}
    hand_in(root, "Zoë Müller", wrong)
    hand_in(root, "late", timestamp="2026-03-02 12:00:00 UTC")
    hand_in(root, "tampered", {}, edit=_tamper)
    hand_in(
        root,
        "warns",
        {**RIGHT, "add": "def add(a, b):\n    import sys; print('!', file=sys.stderr)\n    return a + b"},
    )
    hand_in(root, "loops", {**RIGHT, "add": "def add(a, b):\n    while True:\n        pass"})
    hand_in(root, "greedy", {**RIGHT, "steps": "steps = 5"})
    hand_in(root, "dies", {**RIGHT, "add": "def add(a, b):\n    import os; os._exit(3)"})
    hand_in(root, "notjson").joinpath("basics.ipynb").write_text('{"cells": [')
    hand_in(root, "renamed").joinpath("basics.ipynb").rename(root / "submitted/renamed/sums/basics (1).ipynb")
    if killers:
        hand_in(root, "assassin", {"add": "import os; os.kill(os.getppid(), 9)\nadd = print"})
        hand_in(root, "baddate", timestamp="the day after tomorrow")
        (root / "submitted/empty/sums").mkdir(parents=True)


def _tamper(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_add":
            cell.source = "pass"
            cell.metadata["nbgrader"]["points"] = 100


def read_grades(root):
    """Return every grade, comment and late penalty in the gradebook, without the random row ids."""
    with gradebook(root) as book:
        grades, comments, penalties = {}, {}, {}
        for submission in book.assignment_submissions("sums"):
            student = submission.student.id
            for notebook in submission.notebooks:
                penalties[student, notebook.name] = notebook.late_submission_penalty
                for grade in notebook.grades:
                    values = grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade
                    grades[student, notebook.name, grade.name] = values
                for comment in notebook.comments:
                    comments[student, notebook.name, comment.name] = (
                        comment.auto_comment,
                        comment.manual_comment,
                    )
        cells = {
            (cell.notebook.name, cell.name): (cell.source, cell.checksum, cell.locked)
            for notebook in book.find_assignment("sums").notebooks
            for cell in notebook.source_cells
        }
        return {"grades": grades, "comments": comments, "penalties": penalties, "cells": cells}


def read_autograded(root):
    """Return mode and content of every file in `autograded/`; of notebooks, the cells' sources and outputs."""
    found = {}
    for file in sorted((root / "autograded").rglob("*")):
        if file.is_file():
            content = _cells(file) if file.suffix == ".ipynb" else file.read_text()
            found[str(file.relative_to(root))] = oct(file.stat().st_mode), content
    return found


def _cells(file):
    notebook = nbformat.read(file, as_version=4)
    return [
        (cell.source, cell.metadata.get("nbgrader"), [_output(output) for output in cell.get("outputs", [])])
        for cell in notebook.cells
    ]


def _output(output):
    """What an output says, without the temporary names that a traceback mentions."""
    return output.output_type, output.get("ename"), output.get("text"), output.get("data")


def environment():
    """The environment without any activated virtual environment on the path."""
    kept = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    programs = str(Path(sys.executable).parent)
    path = [entry for entry in kept["PATH"].split(os.pathsep) if entry != programs]
    checkout = str(Path(__file__).parents[2])
    return {**kept, "PATH": os.pathsep.join(path), "PYTHONPATH": checkout}


def autograder(*arguments, cwd=None):
    """The command line of the grader, run in an environment that is not activated."""
    return _run([sys.executable, "-m", "autograder", *map(str, arguments)], cwd)


def start_autograder(*arguments):
    """The same, started and not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def nbgrader(root, *arguments):
    """Stock nbgrader, run in an environment that is not activated, except to create the gradebook."""
    program = Path(sys.executable).with_name("nbgrader")
    return _run([str(program), *arguments], root)


def _run(command, cwd):
    return subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, encoding="utf-8", timeout=500)


def copy_course(root, to):
    """Copy a course with its submissions, without what grading made."""
    shutil.copytree(root, to, ignore=shutil.ignore_patterns("autograded", "*.db", ".autograder*"))
    return to
