"""Scores as tables for Canvas, Moodle and spreadsheets."""

import csv
import datetime
import shutil

import pytest
from nbgrader.apps import ExportApp

from autograder.errors import CourseError
from autograder.export import CanvasExporter, export


@pytest.fixture(scope="module")
def original(tmp_path_factory, example_course):
    """A course with two lessons: ada was late, bob has a hostile name, eve handed nothing in."""
    course = example_course.write_course(tmp_path_factory.mktemp("scored") / "a course")
    with example_course.gradebook(course) as book:
        for lesson, points in (("sums", 4), ("more", 2.5)):
            book.add_assignment(lesson)
            book.add_notebook("basics", lesson)
            book.add_grade_cell("check", "basics", lesson, max_score=points, cell_type="code")
            book.add_solution_cell("answer", "basics", lesson)
        book.add_student("ada", first_name="Ada", last_name="Lovelace, Countess", email="ada@x.org", lms_user_id="17")
        book.add_student("bob", first_name='=HYPERLINK("http://x")', last_name="@Bob", email="-b@x.org")
        book.add_student("eve")
        score(book, "ada", 3, penalty=1)
        score(book, "bob", 4)
    return course


@pytest.fixture
def scored(original, tmp_path):
    """A copy of that course."""
    return shutil.copytree(original, tmp_path / "scored")


def score(book, student, points, penalty=None):
    with book.db.no_autoflush:
        book.add_submission("sums", student, timestamp=datetime.datetime(2026, 3, 1, 12))
    notebook = book.find_submission_notebook("basics", "sums", student)
    notebook.late_submission_penalty = penalty
    grade = book.find_grade("check", "basics", "sums", student)
    grade.auto_score, grade.needs_manual_grade = points, False
    comment = book.find_comment("answer", "basics", "sums", student)
    comment.manual_comment = "Well done,\nÄda." if student == "ada" else None
    book.db.commit()


def read(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_canvas_table_has_the_columns_canvas_asks_for(scored):
    header, points, *learners = read(export(["sums", "more"], scored, format="canvas"))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "more", "sums"]
    assert points == ["    Points Possible", "", "", "", "", "2.5", "4"]
    assert ["Lovelace, Countess, Ada", "17", "", "ada", "", "", "2"] in learners
    assert ["eve", "", "", "eve", "", "", ""] in learners


def test_moodle_table_has_identity_grade_and_feedback(scored):
    rows = read(export(["sums"], scored, format="moodle"))
    identity = ["Username", "First name", "Last name", "ID number", "Email address"]
    assert rows[0] == [*identity, "sums", "sums (Feedback)"]
    learners = {row[0]: row[1:] for row in rows[1:]}
    assert learners["ada"] == [
        "Ada",
        "Lovelace, Countess",
        "17",
        "ada@x.org",
        "2",
        "answer: Well done,\nÄda.",
    ]
    assert learners["eve"][4:] == ["-", ""]


def test_csv_has_the_columns_of_nbgrader_and_no_zero_for_nothing(scored):
    with export(["sums"], scored, format="csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["student_id"]: row for row in csv.DictReader(lines)}
    ada, eve = rows["ada"], rows["eve"]
    assert (ada["raw_score"], ada["late_submission_penalty"], ada["score"], ada["max_score"]) == ("3", "1", "2", "4")
    assert ada["timestamp"] == "2026-03-01 12:00:00"
    assert (eve["raw_score"], eve["score"], eve["max_score"]) == ("", "", "4")


@pytest.mark.parametrize("format", ["canvas", "moodle", "csv"])
def test_no_cell_is_a_formula(scored, format):
    cells = [cell for row in read(export([], scored, format=format)) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert [cell for cell in cells if cell != "-" and cell.startswith(("=", "+", "-", "@"))] == []


def test_a_penalty_above_the_score_leaves_zero(scored, example_course):
    with example_course.gradebook(scored) as book:
        book.find_submission_notebook("basics", "sums", "ada").late_submission_penalty = 9
        book.db.commit()
    rows = read(export(["sums"], scored, format="canvas"))
    assert [row[-1] for row in rows if row[3] == "ada"] == ["0"]


def test_the_exporters_are_plugins_of_nbgrader(scored, monkeypatch):
    monkeypatch.chdir(scored)
    app = ExportApp()
    app.initialize(["--exporter", "autograder.export.CanvasExporter", "--to", "out.csv", "--student", "['ada']"])
    app.start()
    assert isinstance(app.plugin_inst, CanvasExporter)
    assert [row[3] for row in read(scored / "out.csv")[2:]] == ["ada"]


def test_what_is_not_there_is_named(scored, tmp_path):
    with pytest.raises(CourseError, match=r"no assignment 'sum'.*Did you mean 'sums'"):
        export(["sum"], scored, format="csv")
    with pytest.raises(CourseError, match="no format 'xls'"):
        export([], scored, format="xls")
    with pytest.raises(CourseError, match="cannot be written"):
        export([], scored, format="csv", output=tmp_path / "no such folder" / "x.csv")


def test_without_a_gradebook(course):
    with pytest.raises(CourseError, match="no gradebook"):
        export([], course, format="csv")
