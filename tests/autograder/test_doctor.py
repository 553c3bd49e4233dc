"""The doctor finds what would stop grading, and only that makes it fail."""

import contextlib
import sqlite3
from collections import namedtuple

import nbformat
import pytest

from autograder import doctor
from autograder.doctor import Level, examine
from autograder.errors import CourseError


@pytest.fixture
def quick(monkeypatch):
    """The doctor without the second that trying the sandbox takes."""
    monkeypatch.setattr(doctor, "require_sandbox", lambda: "namespaces")


def findings(root):
    return {finding.subject: finding for finding in examine(root)}


def test_a_healthy_course(course, example_course):
    example_course.hand_in(course, "ada")
    done = example_course.autograder("doctor", "--course-root", course)
    assert done.returncode == 0, done.stdout
    assert "ok         packages: all that the source notebooks import is installed" in done.stdout
    assert "ok         gradebook: " in done.stdout
    assert "bwrap confines learners' code" in done.stdout


def test_no_course(tmp_path, quick, example_course):
    found = findings(tmp_path)["course"]
    assert found.level is Level.PROBLEM
    assert "nbgrader_config.py" in found.text


def test_nothing_handed_in_is_no_problem(course, quick):
    found = findings(course)
    assert found["submissions"].level is Level.ATTENTION
    assert "submitted/STUDENT/LESSON" in found["submissions"].text
    assert all(finding.level is not Level.PROBLEM for finding in found.values())


def test_no_lessons(course, quick):
    (course / "solutions").rename(course / "sources")
    assert findings(course)["lessons"].level is Level.PROBLEM


def test_a_locked_gradebook(course, quick):
    with contextlib.closing(sqlite3.connect(course / "grades.db", isolation_level=None)) as database:
        database.execute("CREATE TABLE grade (score)")
        assert findings(course)["gradebook"].level is Level.OK
        database.execute("BEGIN IMMEDIATE")
        found = findings(course)["gradebook"]
    assert found.level is Level.PROBLEM
    assert "locked" in found.text


def test_a_gradebook_that_is_none(course, quick):
    (course / "grades.db").write_text("not a database" * 100)
    assert "is no gradebook" in findings(course)["gradebook"].text


@pytest.mark.parametrize(("free", "level"), [(1, Level.PROBLEM), (1 << 30, Level.ATTENTION), (1 << 40, Level.OK)])
def test_disk_space(course, quick, monkeypatch, free, level):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(free))
    assert findings(course)["disk"].level is level


def test_too_little_memory_names_the_number_of_jobs(course, quick, monkeypatch):
    memory = namedtuple("memory", "available")
    monkeypatch.setattr(doctor, "cores", lambda: 8)
    monkeypatch.setattr(doctor.psutil, "virtual_memory", lambda: memory(3 << 30))
    assert findings(course)["memory"].text.endswith("grade with --jobs 3")


def test_a_package_that_is_not_installed(course, quick):
    source = course / "solutions/sums/basics.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import no_such_module, shipped"))
    nbformat.write(notebook, source)
    source.with_name("shipped.py").write_text("")
    found = findings(course)["packages"]
    assert found.level is Level.ATTENTION
    assert "sums imports no_such_module, which is not installed" in found.text


def test_a_machine_without_a_sandbox(course, monkeypatch):
    def refuse():
        raise CourseError("There is no bubblewrap.")

    monkeypatch.setattr(doctor, "require_sandbox", refuse)
    found = findings(course)["sandbox"]
    assert found.level is Level.PROBLEM
    assert found.text == "There is no bubblewrap."
