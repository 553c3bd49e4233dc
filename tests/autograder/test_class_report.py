"""The page on how a class did."""

import re
import shutil
import time
from html.parser import HTMLParser

import pytest

from autograder import class_report as module
from autograder.class_report import class_report, write_report
from autograder.errors import CourseError
from autograder.results import CellScore, Outcome, State

HOSTILE = "<script>alert('1')</script>"


@pytest.fixture(scope="module")
def original(tmp_path_factory, example_course):
    """A course with six submissions in its gradebook."""
    course = example_course.write_course(tmp_path_factory.mktemp("scored") / "a course")
    with example_course.gradebook(course) as book:
        book.add_assignment("sums")
        book.add_notebook("basics", "sums")
        book.add_grade_cell("check", "basics", "sums", max_score=4, cell_type="code")
        book.add_grade_cell("essay", "basics", "sums", max_score=6, cell_type="markdown")
        book.add_grade_cell("worthless", "basics", "sums", max_score=0, cell_type="code")
        for student, points, essay in (
            ("right", 4, 6),
            ("partly", 1, 6),
            ("wrong", 0, 0),
            ("blank", 0, 0),
            ("waits", 4, None),
            (HOSTILE, 0, 0),
        ):
            book.add_student(student)
            with book.db.no_autoflush:
                book.add_submission("sums", student)
            for cell, score in (("check", points), ("essay", essay), ("worthless", 0)):
                grade = book.find_grade(cell, "basics", "sums", student)
                grade.auto_score, grade.needs_manual_grade = score, score is None
        book.find_submission_notebook("basics", "sums", "partly").late_submission_penalty = 2
        book.db.commit()
    return course


@pytest.fixture
def scored(original, tmp_path, monkeypatch):
    """A copy of that course: five graded submissions, one refused, and what the journal knows of them."""
    course = shutil.copytree(original, tmp_path / "scored")
    outcomes = [
        outcome("wrong", message=f"expected 3, got {HOSTILE}"),
        outcome("partly", message=f"expected 3, got {HOSTILE}"),
        outcome("right", message="out of date: a person gave full points since"),
        outcome("blank", attempted=False, message="NotImplementedError"),
        Outcome(HOSTILE, State.REFUSED, reason=f"is {HOSTILE}"),
        Outcome("slow", State.TIMED_OUT, reason="took more than 3 s", seconds=99.5),
    ]
    monkeypatch.setattr(module.journal, "read", lambda *_: {outcome.student: outcome for outcome in outcomes})
    return course


def outcome(student, attempted=True, message=""):
    cell = CellScore("basics", "check", 0, 4, False, attempted=attempted, message=message)
    return Outcome(student, State.GRADED, exercises=(cell,), seconds=1.5)


def test_counts_per_exercise(scored):
    check, essay = class_report("sums", scored).exercises
    assert dict(check.parts) == {
        "right": 2,
        "partly right": 1,
        "wrong": 1,
        "not attempted": 1,
        "waits for a person": 0,
    }
    assert essay.waiting == 1 and essay.right == 2
    assert check.common_messages == [(f"expected 3, got {HOSTILE}", 2)]


def test_scores_states_and_reasons(scored):
    report = class_report("sums", scored)
    assert sorted(report.scores) == [0, 0, 4, 5, 10]
    assert report.histogram == (2, 0, 0, 0, 1, 1, 0, 0, 0, 1)
    assert report.states == {"graded": 4, "needs a person": 1, "timed out": 1, "refused": 1}
    assert report.late == (("partly", 2),)
    assert report.slowest[0] == ("slow", 99.5)
    assert [(problem.state, problem.count) for problem in report.problems] == [("refused", 1), ("timed out", 1)]


def test_the_page_is_safe_and_self_contained(scored):
    file = write_report("sums", scored)
    assert file == scored / "reports" / "sums.html"
    page = file.read_text(encoding="utf-8")
    elements = Elements(page)
    assert HOSTILE not in page and "&lt;script&gt;" in page
    assert {"script", "link", "iframe", "img"}.isdisjoint(tag for tag, _ in elements.found)
    assert not re.search(r"(?:src|href)=|url\(|@import", page)
    pictures = [attributes for tag, attributes in elements.found if tag == "svg"]
    assert len(pictures) == 3
    assert all(a["role"] == "img" and (a.get("aria-label") or a.get("aria-labelledby")) for a in pictures)


class Elements(HTMLParser):
    """The elements of a page, in order, as (tag, attributes)."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_without_a_journal_the_gradebook_is_enough(scored, monkeypatch):
    monkeypatch.setattr(module.journal, "read", lambda *_: {})
    report = class_report("sums", scored)
    assert len(report.scores) == 6
    assert report.exercises[0].wrong == 3
    assert "None on record" in module.render(report)


def test_only_refusals(scored, example_course, monkeypatch):
    with example_course.gradebook(scored) as book:
        for submission in list(book.assignment_submissions("sums")):
            book.remove_submission("sums", submission.student.id)
    report = class_report("sums", scored)
    assert report.scores == () and report.statistics == {}
    assert "No submission could be graded" in module.render(report)


def test_nothing_graded(course, scored, monkeypatch):
    monkeypatch.setattr(module.journal, "read", lambda *_: {})
    with pytest.raises(CourseError, match=r"No submission of sum has been graded yet. Did you mean 'sums'"):
        class_report("sum", scored)


def test_a_file_that_cannot_be_written(scored, tmp_path):
    with pytest.raises(CourseError, match="cannot be written"):
        write_report("sums", scored, output=tmp_path / "no such folder" / "page.html")


def test_a_large_class_is_quick(scored, example_course):
    with example_course.gradebook(scored) as book:
        add_learners(book, 10_000)
    began = time.monotonic()
    report = class_report("sums", scored)
    seconds = time.monotonic() - began
    assert len(report.scores) == 10_005
    assert len(module.render(report)) < 100_000
    assert seconds < 10  # takes about one; a query for each learner would take minutes


def add_learners(book, number):
    """Enter learners in bulk; nbgrader's own way takes a minute for a thousand."""
    from nbgrader.api import Grade, Student, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import insert

    assignment = book.find_assignment("sums")
    notebook = assignment.notebooks[0]
    names = [f"learner{i}" for i in range(number)]
    tables = {
        Student: [{"id": name} for name in names],
        SubmittedAssignment: [{"id": name, "assignment_id": assignment.id, "student_id": name} for name in names],
        SubmittedNotebook: [{"id": name, "assignment_id": name, "notebook_id": notebook.id} for name in names],
        Grade: [
            {"notebook_id": name, "cell_id": cell.id, "auto_score": 1, "needs_manual_grade": False}
            for name in names
            for cell in notebook.grade_cells
        ],
    }
    for table, rows in tables.items():
        book.db.execute(insert(table), rows)
    book.db.commit()
