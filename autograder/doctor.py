"""Look whether this machine can grade a course, and say what to do where it cannot."""

import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import nbformat
import psutil
import sqlalchemy
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import start_new_kernel

from autograder.course import Course, open_course
from autograder.environment import cores, interpreter_on_path
from autograder.errors import CourseError, one_line

OLDEST_PYTHON = (3, 11)
OLDEST_NBGRADER = (0, 9, 6)
SECONDS_FOR_A_KERNEL = 120
MEBIBYTE = 1 << 20
DISK_NEEDED, DISK_WANTED = 200 * MEBIBYTE, 2048 * MEBIBYTE
MEMORY_PER_JOB = 1024 * MEBIBYTE  # a kernel with TensorFlow takes 0.6 to 0.9 GiB


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
    """Yield what each look shows, one after the other; the kernel's takes some seconds."""
    yield _python()
    yield _nbgrader()
    yield from _machine(Path(course_root))
    yield _bubblewrap()
    try:
        course = open_course(course_root)
    except CourseError as error:
        yield Finding(Level.PROBLEM, "course", str(error))
        return
    yield Finding(Level.OK, "course", str(course.root))
    yield from _folders(course)
    yield _gradebook(course)
    with contextlib.chdir(course.root), interpreter_on_path():
        yield from _kernels(course)


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


def _bubblewrap() -> Finding:
    where = shutil.which("bwrap")
    found = f"bubblewrap found at {where}, but not used" if where else "bubblewrap not found"
    return Finding(Level.OK, "sandbox", f"none: learners' code runs with your rights ({found})")


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


def _kernels(course: Course) -> Iterator[Finding]:
    """Start each kernel that the source notebooks name, and import TensorFlow in it where they do."""
    needed: dict[str, bool] = {}
    for lesson in course.lessons():
        for file in course.source_notebooks(lesson):
            try:
                kernel, uses_tensorflow = _kernel_of(file)
            except (OSError, ValueError, KeyError, AttributeError) as error:
                yield Finding(Level.PROBLEM, "lessons", f"{str(file)!r} cannot be read: {one_line(error)}")
                continue
            needed[kernel] = needed.get(kernel, False) or uses_tensorflow
    for kernel, uses_tensorflow in sorted(needed.items() or [("python3", False)]):
        yield _kernel(kernel, "tensorflow" if uses_tensorflow else None)


def _kernel_of(file: Path) -> tuple[str, bool]:
    notebook = nbformat.read(file, as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    uses_tensorflow = re.search(r"^\s*(import|from)\s+(tensorflow|keras)\b", code, re.MULTILINE) is not None
    return notebook.metadata.get("kernelspec", {}).get("name", "python3"), uses_tensorflow


def _kernel(name: str, module: str | None) -> Finding:
    """Start the kernel `name`, import `module` in it if one is given, and stop it."""
    subject = f"kernel {name}"
    started = time.monotonic()
    try:
        manager, client = start_new_kernel(kernel_name=name, startup_timeout=SECONDS_FOR_A_KERNEL, stdout=-3, stderr=-3)
    except NoSuchKernel:
        text = f"there is none: `{sys.executable} -m pip install ipykernel` installs python3"
        return Finding(Level.PROBLEM, subject, text)
    except (RuntimeError, OSError) as error:
        return Finding(Level.PROBLEM, subject, f"does not start: {one_line(error)}")
    code = f"import {module}; {module}.__version__" if module else "1"
    said: list[dict] = []
    try:
        reply = client.execute_interactive(code, timeout=SECONDS_FOR_A_KERNEL, output_hook=said.append)
    except (TimeoutError, RuntimeError) as error:
        return Finding(Level.PROBLEM, subject, f"starts, but does not answer: {one_line(error)}")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    content = reply["content"]
    if content["status"] != "ok":
        why = one_line(f"{content.get('ename')}: {content.get('evalue')}")
        return Finding(Level.PROBLEM, subject, f"cannot import {module}: {why}. Install it for that kernel.")
    seconds = time.monotonic() - started
    if not module:
        return Finding(Level.OK, subject, f"starts and answers in {seconds:.1f} s")
    return Finding(Level.OK, subject, f"imports {module}{_version(said)} in {seconds:.1f} s")


def _version(messages: list[dict]) -> str:
    for message in messages:
        if message["msg_type"] == "execute_result":
            text = message["content"]["data"].get("text/plain", "")
            with contextlib.suppress(ValueError):
                return " " + json.loads(text.replace("'", '"'))
    return ""
