"""Look whether this machine can grade a course, and say what to do where it cannot."""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import nbformat
import psutil
import sqlalchemy

from autograder.course import Course, open_course
from autograder.environment import cores, interpreter_on_path
from autograder.errors import CourseError, one_line
from autograder.sandbox.launch import require_sandbox
from autograder.trusted import imported_modules

OLDEST_PYTHON = (3, 11)
OLDEST_NBGRADER = (0, 9, 6)
MEBIBYTE = 1 << 20
DISK_NEEDED, DISK_WANTED = 200 * MEBIBYTE, 2048 * MEBIBYTE
MEMORY_PER_JOB = 1024 * MEBIBYTE  # what a submission may use with TensorFlow, about


class Level(StrEnum):
    """How serious a finding is: only a problem stops grading."""

    OK = "ok"
    ATTENTION = "attention"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """What one look at the machine or the course showed, with the way out if something is amiss."""

    level: Level
    subject: str
    text: str


def examine(course_root: str | os.PathLike[str]) -> Iterator[Finding]:
    """Yield what each look shows, one after the other."""
    yield _python()
    yield _nbgrader()
    yield from _machine(Path(course_root))
    yield _sandbox()
    try:
        course = open_course(course_root)
    except CourseError as error:
        yield Finding(Level.PROBLEM, "course", str(error))
        return
    yield Finding(Level.OK, "course", str(course.root))
    yield from _folders(course)
    yield _gradebook(course)
    with contextlib.chdir(course.root):
        yield from _packages(course)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding(Level.PROBLEM, "Python", f"{version} is too old: install Python 3.11 or newer.")
    return Finding(Level.OK, "Python", f"{version} at {sys.executable}")


def _nbgrader() -> Finding:
    version = importlib.metadata.version("nbgrader")
    if tuple(int(number) for number in re.findall(r"\d+", version)[:3]) < OLDEST_NBGRADER:
        return Finding(Level.PROBLEM, "nbgrader", f"{version} is too old: pip install --upgrade nbgrader")
    with interpreter_on_path():
        if shutil.which("alembic") is None:
            text = f"{version}, but without alembic, which creates gradebooks: pip install alembic"
            return Finding(Level.PROBLEM, "nbgrader", text)
    return Finding(Level.OK, "nbgrader", version)


def _machine(folder: Path) -> Iterator[Finding]:
    jobs = cores()
    yield Finding(Level.OK, "cores", f"{jobs}: `grade` runs {jobs} submission{'s' if jobs > 1 else ''} at a time")
    free = psutil.virtual_memory().available
    text = f"{free / MEBIBYTE / 1024:.1f} GiB free"
    if free < jobs * MEMORY_PER_JOB:
        fitting = max(1, free // MEMORY_PER_JOB)
        yield Finding(Level.ATTENTION, "memory", f"{text}: with TensorFlow, grade with --jobs {fitting}")
    else:
        yield Finding(Level.OK, "memory", text)
    yield _disk(folder)


def _disk(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(Level.PROBLEM, "disk", f"there is no folder {str(folder)!r}")
    free = shutil.disk_usage(folder).free
    text = f"{free / MEBIBYTE / 1024:.1f} GiB free"
    if free < DISK_NEEDED:
        return Finding(Level.PROBLEM, "disk", f"{text}: make room, grading copies every submission")
    if free < DISK_WANTED:
        return Finding(Level.ATTENTION, "disk", f"{text}: a large class may need more")
    return Finding(Level.OK, "disk", text)


def _sandbox() -> Finding:
    try:
        protection = require_sandbox()
    except CourseError as error:
        return Finding(Level.PROBLEM, "sandbox", str(error))
    return Finding(Level.OK, "sandbox", f"{shutil.which('bwrap')} confines learners' code ({protection})")


def _folders(course: Course) -> Iterator[Finding]:
    lessons = course.lessons()
    source = course.coursedir.source_directory
    if lessons:
        yield Finding(Level.OK, "lessons", f"{len(lessons)} in {source}/: {', '.join(lessons[:10])}")
    else:
        yield Finding(Level.PROBLEM, "lessons", f"none: {source}/ holds no folder with a notebook")
    submitted = course.coursedir.submitted_directory
    handed_in = {name for _, _, name in course.find(submitted)}
    if handed_in:
        yield Finding(Level.OK, "submissions", f"of {', '.join(sorted(handed_in)[:10])} in {submitted}/")
    else:
        place = course.path(submitted, "STUDENT", "LESSON")
        yield Finding(Level.ATTENTION, "submissions", f"none yet: they belong into {str(place)!r}")
    autograded = course.root / course.coursedir.autograded_directory
    nearest = next(folder for folder in (autograded, *autograded.parents) if folder.exists())
    if os.access(nearest, os.W_OK):
        yield Finding(Level.OK, "results", f"go to {str(autograded)!r}")
    else:
        yield Finding(Level.PROBLEM, "results", f"{str(nearest)!r} cannot be written: check its owner")


def _gradebook(course: Course) -> Finding:
    url = sqlalchemy.make_url(course.db_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite_gradebook(Path(url.database or ""))
    shown = url.render_as_string(hide_password=True)
    try:
        engine = sqlalchemy.create_engine(url)
        engine.connect().close()
        engine.dispose()
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        text = f"{shown} does not answer: {one_line(str(getattr(error, 'orig', None) or error))}"
        return Finding(Level.PROBLEM, "gradebook", text)
    return Finding(Level.OK, "gradebook", f"{shown} answers")


def _sqlite_gradebook(file: Path) -> Finding:
    if not file.exists():
        if not os.access(file.parent, os.W_OK):
            return Finding(Level.PROBLEM, "gradebook", f"{str(file.parent)!r} cannot be written: check its owner")
        return Finding(Level.OK, "gradebook", f"{str(file)!r} will be created")
    if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return Finding(Level.PROBLEM, "gradebook", f"{str(file)!r} cannot be written: check its owner")
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=2, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        text = f"{str(file)!r}: {error}. Another program, formgrader perhaps, is writing in it"
        return Finding(Level.PROBLEM, "gradebook", text)
    except sqlite3.DatabaseError as error:
        return Finding(Level.PROBLEM, "gradebook", f"{str(file)!r} is no gradebook: {error}. Restore a copy of it")
    return Finding(Level.OK, "gradebook", f"{str(file)!r} can be written and is not locked")


def _packages(course: Course) -> Iterator[Finding]:
    """Look whether everything that the source notebooks import is installed in the Python that grades."""
    missing: dict[str, str] = {}
    for lesson in course.lessons():
        shipped = {file.stem for file in course.source_folder(lesson).glob("*.py")}
        for file in course.source_notebooks(lesson):
            try:
                names = {name.partition(".")[0] for name in imported_modules(_code_of(file))}
            except (OSError, ValueError, KeyError, AttributeError) as error:
                yield Finding(Level.PROBLEM, "lessons", f"{str(file)!r} cannot be read: {one_line(error)}")
                continue
            missing |= {name: lesson for name in names - shipped if not _is_installed(name)}
    for name, lesson in sorted(missing.items()):
        yield Finding(
            Level.ATTENTION, "packages", f"{lesson} imports {name}, which is not installed in {sys.executable}"
        )
    if not missing:
        yield Finding(Level.OK, "packages", "all that the source notebooks import is installed")


def _code_of(file: Path) -> list[str]:
    notebook = nbformat.read(file, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
