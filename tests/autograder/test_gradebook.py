"""What the gradebook holds after a submission was examined: nbgrader's own rows, whatever goes wrong on the way."""

import contextlib
import copy
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

from autograder import gradebook as gradebook_module
from autograder.course import Submission, open_course
from autograder.environment import interpreter_on_path
from autograder.errors import CourseError, GradebookError, SubmissionError
from autograder.gradebook import GradebookWriter
from autograder.results import Report, State, Verdict


@pytest.fixture(autouse=True, scope="module")
def _programs():
    """nbgrader starts a program of its own where it creates a gradebook."""
    with interpreter_on_path():
        yield


@pytest.fixture(scope="module")
def registered(tmp_path_factory, example_course):
    """The example course with a task in it, entered in its gradebook: that takes seconds."""
    root = example_course.write_course(tmp_path_factory.mktemp("registered") / "course")
    file = root / "solutions/sums/basics.ipynb"
    notebook = nbformat.read(file, 4)
    task = {"grade_id": "draw", "grade": False, "solution": False, "locked": True, "task": True, "points": 2}
    notebook.cells.append(new_markdown_cell("Draw.", metadata={"nbgrader": {**task, "schema_version": 3}}))
    nbformat.write(notebook, file)
    with GradebookWriter(open_course(root), "sums") as opened:
        assert opened.register() == ["Entered sums in the gradebook from its source notebooks."]
        assert opened.register() == []
    return root


@pytest.fixture
def task_course(registered, tmp_path):
    """A copy of that course, to write in."""
    return shutil.copytree(registered, tmp_path / "a course [2026]")


@pytest.fixture
def writer(task_course):
    """The open gradebook of the course, with the assignment in it."""
    with GradebookWriter(open_course(task_course), "sums") as opened:
        opened.register()
        yield opened


def submission(root, student):
    found = open_course(root).submissions("sums")
    return next(submission for submission in found if submission.student == student)


def error():
    return new_output("error", ename="AssertionError", evalue="", traceback=[])


def value(text):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def stderr(text="careful"):
    return new_output("stream", name="stderr", text=text)


def executed(writer, answers=None, outputs=None, names=("basics", "more")):
    """The instructor's notebooks with `answers` in the cells (the others are untouched) and `outputs` below them."""
    notebooks = {}
    for name in names:
        notebook = copy.deepcopy(writer.instructor_notebooks()[name].released)
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = (answers or {}).get(about, cell.source)
            if cell.cell_type == "code":
                cell.execution_count = 1
                cell.outputs = (outputs or {}).get(about, [])
        notebooks[name] = notebook
    return notebooks


HONEST = {"add": "def add(a, b):\n    return a + b", "steps": "steps = 3", "explain": "It commutes."}
CASES = {
    "all right": (HONEST, {"check_steps": [value("3")]}),
    "nothing done": ({}, {name: [error()] for name in ("check_add", "check_file", "check_triple")}),
    "numbers and texts": (HONEST, {"check_steps": [value("2.5")], "check_add": [value("'well done'")]}),
    "a printed line first": (HONEST, {"check_steps": [new_output("stream", name="stdout", text="1"), value("1")]}),
    "an error after a number": (HONEST, {"check_steps": [value("1.5"), error()]}),
    "no value": (HONEST, {"check_steps": [new_output("display_data", data={"text/plain": "2"})]}),
}


def nbgrader_saves(root, student, notebooks, timestamp):
    """Enter a submission as `nbgrader autograde` does after it has executed it."""
    course = open_course(root)
    with Gradebook(course.db_url, "example") as book:
        book.update_or_create_student(student)
        book.update_or_create_submission("sums", student, **({"timestamp": timestamp} if timestamp else {}))
        for name in ("basics", "more"):
            if name not in notebooks:
                for grade in book.find_submission_notebook(name, "sums", student).grades:
                    grade.auto_score, grade.needs_manual_grade = 0, False
        book.db.commit()
    for name, notebook in notebooks.items():
        about = {"notebook": name, "assignment": "sums", "student": student, "db_url": course.db_url}
        for step in (SaveAutoGrades, AssignLatePenalties):
            step(parent=course.app).preprocess(copy.deepcopy(notebook), {"nbgrader": about})


@pytest.fixture
def twin(task_course, tmp_path, example_course):
    """A copy of the course for nbgrader, with the same due date."""
    example_course.set_due_date(task_course)
    return shutil.copytree(task_course, tmp_path / "twin")


@pytest.mark.parametrize("timestamp", [None, "2026-03-01 11:00:00 UTC", "2026-03-02 12:00:00 UTC"])
def test_rows_are_those_of_nbgrader(twin, task_course, example_course, timestamp):
    for name in CASES:
        example_course.hand_in(task_course, name, timestamp=timestamp)
    with GradebookWriter(open_course(task_course), "sums") as ours:
        for number, (student, case) in enumerate(CASES.items()):
            notebooks = executed(ours, *case, names=("basics", "more")[: 1 + number % 2])
            ours.save(submission(task_course, student), Report(State.GRADED, notebooks=notebooks))
            nbgrader_saves(twin, student, notebooks, timestamp)
    rows = example_course.read_grades(task_course)
    assert len(rows["grades"]) == 6 * len(CASES)
    assert rows == example_course.read_grades(twin)
    assert any(rows["penalties"].values()) == (timestamp == "2026-03-02 12:00:00 UTC")


def test_a_regrade_keeps_what_a_person_gave(writer, task_course, example_course, twin):
    example_course.hand_in(task_course, "ada")
    first, second = executed(writer, *CASES["all right"]), executed(writer, *CASES["numbers and texts"])
    for notebooks in (first, second):
        writer.save(submission(task_course, "ada"), Report(State.GRADED, notebooks=notebooks))
        nbgrader_saves(twin, "ada", notebooks, None)
        for root in (task_course, twin):
            with example_course.gradebook(root) as book:
                for cell in ("explain", "draw"):
                    grade = book.find_grade(cell, "basics", "sums", "ada")
                    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
                book.find_comment("explain", "basics", "sums", "ada").manual_comment = "Say more."
                book.db.commit()
        if notebooks is first:
            assert writer.score("ada").points == 2 + 1 + 3 + 1 + 2 + 2
    writer.save(submission(task_course, "ada"), Report(State.GRADED, notebooks=second))
    nbgrader_saves(twin, "ada", second, None)
    rows = example_course.read_grades(task_course)
    assert rows["grades"]["ada", "basics", "explain"] == (None, 1.5, 2.0, True)
    assert rows["comments"]["ada", "basics", "explain"] == (None, "Say more.")
    assert rows == example_course.read_grades(twin)


def saved(writer, root, example_course, report):
    """The rows of one learner after saving `report`."""
    example_course.hand_in(root, "ada")
    writer.save(submission(root, "ada"), report)
    rows = example_course.read_grades(root)
    grades = {cell: (auto, manual) for (_, _, cell), (auto, _, _, manual) in rows["grades"].items()}
    return grades, {cell: comment for (_, _, cell), (comment, _) in rows["comments"].items()}


def test_text_on_stderr_costs_nothing(writer, task_course, example_course):
    outputs = {"check_add": [stderr()], "check_steps": [stderr(), value("3")], "check_file": [stderr(), error()]}
    notebooks = executed(writer, HONEST, outputs)
    grades, _ = saved(writer, task_course, example_course, Report(State.GRADED, notebooks=notebooks))
    assert (grades["check_add"], grades["check_steps"], grades["check_file"]) == ((2, False), (3, False), (0, False))


@pytest.mark.parametrize("number", ["4.01", "-0.5", "nan", "inf", "1e999", "-inf"])
def test_an_impossible_number_of_points_is_worth_nothing_and_says_so(writer, task_course, example_course, number):
    notebooks = executed(writer, HONEST, {"check_steps": [value(number)]})
    grades, comments = saved(writer, task_course, example_course, Report(State.GRADED, notebooks=notebooks))
    assert grades["check_steps"] == (0, False)
    assert "only 0 to 4 are possible" in comments["check_steps"]
    assert comments["steps"] == f"check_steps: {comments['check_steps']}", "nbgrader shows comments on answers only"


def test_a_test_without_a_result_is_a_fail(writer, task_course, example_course):
    notebooks = executed(writer, HONEST)
    for cell in list(notebooks["basics"].cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name == "check_add":
            cell.execution_count = None
        elif name == "check_file":
            notebooks["basics"].cells.remove(cell)
    grades, comments = saved(writer, task_course, example_course, Report(State.GRADED, notebooks=notebooks))
    assert grades["check_add"] == grades["check_file"] == (0, False)
    assert comments["check_add"] == comments["check_file"] == "The test gave no result."


def test_a_verdict_leaves_a_cell_to_a_person_and_says_why(writer, task_course, example_course):
    verdict = Verdict("an unusual model\nwith details \ud800\0", needs_person=True)
    report = Report(State.NEEDS_PERSON, notebooks=executed(writer, HONEST), verdicts={("basics", "check_add"): verdict})
    grades, comments = saved(writer, task_course, example_course, report)
    assert grades["check_add"] == (None, True)
    assert (comments["check_add"], comments["add"]) == ("an unusual model", "check_add: an unusual model")
    writer.save(submission(task_course, "ada"), Report(State.GRADED, notebooks=executed(writer, HONEST)))
    rows = example_course.read_grades(task_course)
    assert rows["comments"]["ada", "basics", "check_add"] == (None, None)
    assert rows["grades"]["ada", "basics", "check_add"] == (2, None, 2, False)


def test_a_submission_cut_short_says_so_once(writer, task_course, example_course):
    notebooks = executed(writer, HONEST, names=["basics"])
    _, comments = saved(
        writer, task_course, example_course, Report(State.TIMED_OUT, "took over 10 s", notebooks=notebooks)
    )
    assert [cell for cell, comment in comments.items() if comment == "took over 10 s"] == ["add"]
    verdicts = {("basics", "check_add"): Verdict("took over 3 s")}
    report = Report(State.TIMED_OUT, "took over 10 s", notebooks=notebooks, verdicts=verdicts)
    _, comments = saved(writer, task_course, example_course, report)
    assert "took over 10 s" not in comments.values()


def test_saving_again_changes_nothing(writer, task_course, example_course):
    example_course.hand_in(task_course, "ada", timestamp="2026-03-02 12:00:00 UTC")
    example_course.set_due_date(task_course)
    report = Report(State.TIMED_OUT, "slow", notebooks=executed(writer, HONEST, {"check_steps": [value("9")]}))
    writer.save(submission(task_course, "ada"), report)
    before = dump(task_course)
    writer.save(submission(task_course, "ada"), report)
    assert dump(task_course) == before


def dump(root):
    with contextlib.closing(sqlite3.connect(root / "grades.db")) as connection:
        return list(connection.iterdump())


def test_what_was_attempted(writer, task_course, example_course):
    answers = {"add": HONEST["add"]}
    failing = {name: [error()] for name in ("check_add", "check_file", "check_steps", "check_triple")}
    example_course.hand_in(task_course, "ada")
    writer.save(submission(task_course, "ada"), Report(State.GRADED, notebooks=executed(writer, answers, failing)))
    attempted = {exercise.cell: exercise.attempted for exercise in writer.score("ada").exercises}
    assert attempted == {
        "check_add": True,
        "check_file": True,  # about the same answer
        "check_steps": False,
        "explain": False,
        "draw": True,
        "check_triple": False,
    }


def test_a_refused_submission_scores_zero_and_says_why(writer, task_course, example_course):
    example_course.hand_in(task_course, "ada", timestamp="the day after tomorrow")
    ada = submission(task_course, "ada")
    for reason in ("basics.ipynb is not a notebook", "timestamp.txt is no time"):
        writer.refuse(ada, reason)
        rows = example_course.read_grades(task_course)
        assert set(rows["grades"].values()) == {(0, None, 0, False)}
        told = {key[1:]: comment for key, (comment, _) in rows["comments"].items() if comment}
        assert told == {("basics", "add"): f"Not graded: {reason}", ("more", "triple"): f"Not graded: {reason}"}
    (ada.folder / "timestamp.txt").unlink()
    writer.save(ada, Report(State.GRADED, notebooks=executed(writer, HONEST, {"check_steps": [value("4")]})))
    graded = example_course.read_grades(task_course)
    assert graded["comments"]["ada", "basics", "add"] == (None, None)
    assert graded["grades"]["ada", "basics", "draw"] == (None, None, 0, True)
    writer.refuse(ada, "broken now")
    assert example_course.read_grades(task_course) == graded


def test_a_learner_who_may_not_be_entered_is_not(task_course, example_course):
    with open(task_course / "nbgrader_config.py", "a") as config:
        config.write("c.Autograde.create_student = False\n")
    example_course.hand_in(task_course, "newcomer")
    with GradebookWriter(open_course(task_course), "sums") as writer:
        newcomer = submission(task_course, "newcomer")
        with pytest.raises(SubmissionError, match="no such learner"):
            writer.check(newcomer)
        writer.refuse(newcomer, "no such learner")
        assert writer.score("newcomer") is None


def test_check_writes_nothing(writer, task_course, example_course):
    example_course.hand_in(task_course, "ada")
    example_course.hand_in(task_course, "bob", timestamp="tomorrow or so")
    example_course.hand_in(task_course, "cleo").joinpath("basics.ipynb").unlink()
    before = dump(task_course)
    assert writer.check(submission(task_course, "ada")) == ("basics.ipynb",)
    with pytest.raises(SubmissionError, match="does not hold a time"):
        writer.check(submission(task_course, "bob"))
    with pytest.raises(SubmissionError, match=r"it holds no basics.ipynb or more.ipynb$"):
        writer.check(submission(task_course, "cleo"))
    assert dump(task_course) == before


def test_an_error_in_the_middle_leaves_nothing_and_the_next_save_works(
    writer, task_course, example_course, monkeypatch
):
    example_course.hand_in(task_course, "ada")
    report = Report(State.GRADED, notebooks=executed(writer, HONEST))
    before = dump(task_course)
    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(gradebook_module, "_put_comments", fail)
        writer.save(submission(task_course, "ada"), report)
    assert dump(task_course) == before
    writer.save(submission(task_course, "ada"), report)
    assert writer.score("ada").points == 8


def fail(*_):
    raise RuntimeError("in the middle")


def test_a_locked_gradebook_is_waited_for_then_named(task_course, example_course, monkeypatch):
    monkeypatch.setattr(gradebook_module, "SECONDS_TO_WAIT_FOR_A_LOCK", 1)
    example_course.hand_in(task_course, "ada")
    with GradebookWriter(open_course(task_course), "sums") as writer:
        report = Report(State.GRADED, notebooks=executed(writer, HONEST))
        with contextlib.closing(sqlite3.connect(task_course / "grades.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            with pytest.raises(GradebookError, match=r"database is locked\. Another program, formgrader perhaps"):
                writer.save(submission(task_course, "ada"), report)
            assert 0.9 < time.monotonic() - started < 4
        writer.save(submission(task_course, "ada"), report)
        assert writer.score("ada").points == 8


def test_a_full_disk_is_named_and_the_next_save_works(task_course, example_course, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", small], capture_output=True)
    if mount.returncode:
        pytest.skip("only root may mount a small file system")
    try:
        config = task_course / "nbgrader_config.py"
        config.write_text(config.read_text().replace("sqlite:///grades.db", f"sqlite:///{small / 'grades.db'}"))
        example_course.hand_in(task_course, "ada")
        with GradebookWriter(open_course(task_course), "sums") as writer:
            writer.register()
            report = Report(State.GRADED, notebooks=executed(writer, HONEST))
            with contextlib.suppress(OSError), open(small / "ballast", "wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(4096))
            with pytest.raises(GradebookError, match="no space left on its disk: free some and run again"):
                writer.save(submission(task_course, "ada"), report)
            assert writer.score("ada") is None
            (small / "ballast").unlink()
            writer.save(submission(task_course, "ada"), report)
            assert writer.score("ada").points == 8
    finally:
        subprocess.run(["umount", small], check=True)


def test_the_courses_own_late_penalty(task_course, example_course):
    (task_course / "late.py").write_text(PLUGIN)
    with open(task_course / "nbgrader_config.py", "a") as config:
        config.write("import late\nc.AssignLatePenalties.plugin_class = late.Half\n")
    example_course.set_due_date(task_course)
    sys.path.insert(0, str(task_course))
    try:
        with GradebookWriter(open_course(task_course), "sums") as writer:
            writer.register()
            report = Report(State.GRADED, notebooks=executed(writer, HONEST))
            for student, points in {"ada": 4, "greedy": 0}.items():
                example_course.hand_in(task_course, student, timestamp="2026-03-01 12:01:00 UTC")
                writer.save(submission(task_course, student), report)
                assert writer.score(student).points == points
            example_course.hand_in(task_course, "broken", timestamp="2026-03-01 12:01:00 UTC")
            with pytest.raises(GradebookError, match="the plugin for late submissions failed: KeyError"):
                writer.save(submission(task_course, "broken"), report)
            assert writer.score("broken") is None
    finally:
        sys.path.remove(str(task_course))
        sys.modules.pop("late", None)


PLUGIN = """
from nbgrader.plugins import BasePlugin
class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"ada": score / 2 if total_seconds_late == 60 else None, "greedy": 1000}[student_id]
"""


def test_the_instructors_notebooks(writer):
    notebooks = writer.instructor_notebooks()
    assert list(notebooks) == ["basics", "more"]
    released, solution = (
        by_name(notebook) for notebook in (notebooks["basics"].released, notebooks["basics"].solution)
    )
    assert released.keys() == solution.keys()
    assert released["check_add"].source == solution["check_add"].source
    assert "### BEGIN HIDDEN TESTS" in released["check_add"].source
    assert "YOUR CODE HERE" in released["add"].source
    assert "return a + b" in solution["add"].source
    assert "return a + b" not in str(notebooks["basics"].released)
    assert all(cell.metadata.nbgrader.checksum for cell in released.values())
    assert writer.hidden_test_markers() == ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")


def by_name(notebook):
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    return {name: cell for name, cell in cells.items() if name}


def test_a_graded_class_keeps_the_cells_of_its_first_submission(writer, task_course, example_course):
    example_course.hand_in(task_course, "ada")
    before = writer.instructor_notebooks()["basics"].released
    writer.save(submission(task_course, "ada"), Report(State.GRADED, notebooks=executed(writer, HONEST)))
    file = task_course / "solutions/sums/basics.ipynb"
    changed = nbformat.read(file, 4)
    cells = by_name(changed)
    cells["check_add"].source = "assert add(5, 5) == 10"
    cells["check_steps"].metadata.nbgrader.points = 40
    cells["add"].metadata.nbgrader.grade_id = "sum"
    changed.cells.remove(cells["check_file"])
    changed.cells.insert(0, new_markdown_cell("New prose."))
    nbformat.write(changed, file)
    with GradebookWriter(open_course(task_course), "sums") as later:
        assert "changed after its first submission" in later.register()[0]
        notebook = later.instructor_notebooks()["basics"]
        again = later.instructor_notebooks()["basics"]
    assert notebook == again
    nbformat.validate(notebook.released)
    now, then = by_name(notebook.released), by_name(before)
    assert now.keys() == then.keys(), "neither a cell lost nor a new one graded"
    for name, cell in then.items():
        about = {key: cell.metadata.nbgrader.get(key) for key in ("grade", "solution", "locked", "points", "checksum")}
        assert about == {key: now[name].metadata.nbgrader.get(key) for key in about}, name
        assert (cell.source, cell.cell_type) == (now[name].source, now[name].cell_type)
    assert notebook.released.cells[0].source == "New prose."
    assert {cell.metadata.nbgrader.grade_id for cell in notebook.released.cells[-2:]} == {"add", "check_file"}
    assert by_name(notebook.solution)["steps"].source.count("steps = 4") == 1


def test_a_source_that_changed_after_refusals_alone_is_entered(writer, task_course, example_course):
    for student in ("ada", "bob"):
        example_course.hand_in(task_course, student)
        writer.refuse(submission(task_course, student), "is not a notebook")
    file = task_course / "solutions/sums/basics.ipynb"
    for number, notes in ((5, "Entered sums"), (6, "changed after its first submission")):
        file.write_text(re.sub(r"add\(\d, 2\)", f"add({number}, 2)", file.read_text()))
        with GradebookWriter(open_course(task_course), "sums") as later:
            assert notes in later.register()[0]
            assert later.score("ada") is None or number == 6
            later.refuse(submission(task_course, "ada"), "is not a notebook")
        with example_course.gradebook(task_course) as book:
            book.find_grade("explain", "basics", "sums", "ada").manual_score = 1
            book.db.commit()
    rows = example_course.read_grades(task_course)
    assert "add(5, 2)" in rows["cells"]["basics", "check_add"][0], "a person had graded one by then"
    assert rows["grades"]["ada", "basics", "explain"][1] == 1


def test_a_missing_source_is_named(writer, task_course):
    (task_course / "solutions/sums/more.ipynb").unlink()
    with GradebookWriter(open_course(task_course), "sums") as later:
        with pytest.raises(CourseError, match=r"holds no more.ipynb, which the gradebook knows"):
            later.instructor_notebooks()
        (task_course / "solutions/sums/basics.ipynb").unlink()
        with pytest.raises(CourseError, match="holds no source notebook"):
            later.instructor_notebooks()


def test_a_broken_hidden_test_is_named(course):
    file = course / "solutions/sums/basics.ipynb"
    file.write_text(file.read_text().replace("### END HIDDEN TESTS", ""))
    with (
        GradebookWriter(open_course(course), "sums") as writer,
        pytest.raises(CourseError, match="No end hidden tests statement found"),
    ):
        writer.register()


def test_saving_is_quick(writer, task_course, example_course):
    report = Report(State.GRADED, notebooks=executed(writer, HONEST))
    students = [Submission(f"student {number}", "sums", task_course, ()) for number in range(20)]
    seconds = []
    for student in students:
        started = time.process_time()
        writer.save(student, report)
        seconds.append(time.process_time() - started)
    assert statistics.median(seconds) < 0.06
