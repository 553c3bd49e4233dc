"""The doctor finds what would stop grading, and only that makes it fail."""

import contextlib
import sqlite3
from collections import namedtuple

import nbformat
import pytest

from autograder import doctor
from autograder.doctor import Level, examine


@pytest.fixture
def quick(monkeypatch):
    """The doctor without the seconds that starting a kernel takes."""
    monkeypatch.setattr(doctor, "_kernels", lambda course: iter(()))


def findings(root):
    return {finding.subject: finding for finding in examine(root)}


def test_a_healthy_course(course, example_course):
    example_course.hand_in(course, "ada")
    done = example_course.autograder("doctor", "--course-root", course)
    assert done.returncode == 0, done.stdout
    assert "ok         kernel python3: starts and answers in" in done.stdout
    assert "ok         gradebook: " in done.stdout
    assert "sandbox: none: learners' code runs with your rights" in done.stdout


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


def test_a_kernel_without_what_the_lessons_import(course, monkeypatch):
    source = course / "solutions/sums/basics.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import keras"))
    nbformat.write(notebook, source)
    asked = []
    monkeypatch.setattr(doctor, "_kernel", lambda name, module: asked.append((name, module)))
    list(examine(course))
    assert asked == [("python3", "tensorflow")]


def test_a_module_that_a_kernel_lacks():
    found = doctor._kernel("python3", "no_such_module")
    assert found.level is Level.PROBLEM
    assert "cannot import no_such_module: ModuleNotFoundError" in found.text


def test_a_kernel_that_is_not_there():
    found = doctor._kernel("fortran", None)
    assert found.level is Level.PROBLEM
    assert "there is none" in found.text
