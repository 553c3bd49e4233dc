"""An nbgrader course on disk: its configuration, its lessons and the submissions of a lesson."""

import contextlib
import glob
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.utils import parse_utc

from autograder.errors import CourseError, SubmissionError, one_line

CONFIG_NAME = "nbgrader_config.py"
TIMESTAMP_CHARACTERS = 100


@dataclass(frozen=True)
class Submission:
    """What one learner handed in for one lesson: a folder, and the notebooks that lie directly in it."""

    student: str
    assignment: str
    folder: Path
    notebooks: tuple[Path, ...]


class Course:
    """An nbgrader course: where everything lies, as its `nbgrader_config.py` says.

    Attributes:
        root: the folder of the course, absolute.
        app: nbgrader's `autograde` application, initialised but not started; it carries the configuration.
        coursedir: nbgrader's own description of the folders.
        settings: an `Autograde` converter that is only read, for its configured options.
        db_url: SQLAlchemy address of the gradebook; a relative SQLite path is taken from `root`.
    """

    def __init__(self, app: AutogradeApp) -> None:
        self.app = app
        self.coursedir = app.coursedir
        self.root = Path(self.coursedir.root)
        self.coursedir.db_url = _absolute_db_url(self.coursedir.db_url, self.root)
        self.settings = Autograde(coursedir=self.coursedir, parent=app)

    @property
    def db_url(self) -> str:
        """SQLAlchemy address of the gradebook."""
        return self.coursedir.db_url

    def has_gradebook(self) -> bool:
        """Whether the gradebook exists already; one on a database server is taken to."""
        url = sqlalchemy.make_url(self.db_url)
        return url.get_backend_name() != "sqlite" or os.path.isfile(url.database or "")

    def path(self, step: str, student: str, assignment: str) -> Path:
        """Return the folder of `assignment` of `student` in the folder `step` (`"autograded"`, say)."""
        return Path(os.path.normpath(self.coursedir.format_path(step, student, assignment)))

    def find(self, step: str, student: str = "*", assignment: str = "*") -> Iterator[tuple[Path, str, str]]:
        """Yield folder, student and assignment of every folder of `step` that the glob patterns match."""
        structure = os.path.join(glob.escape(str(self.root)), self.coursedir.directory_structure)
        pattern = structure.format(nbgrader_step=glob.escape(step), student_id=student, assignment_id=assignment)
        for folder in sorted(glob.glob(pattern)):
            match = self._folder_pattern(step).fullmatch(folder)
            if match and os.path.isdir(folder):
                yield Path(folder), match["student"], match["assignment"]

    def _folder_pattern(self, step: str) -> re.Pattern[str]:
        pattern = re.escape(os.path.join(str(self.root), self.coursedir.directory_structure))
        for field, expression in (
            ("{nbgrader_step}", re.escape(step)),
            ("{student_id}", "(?P<student>[^/]+)"),
            ("{assignment_id}", "(?P<assignment>[^/]+)"),
        ):
            pattern = pattern.replace(re.escape(field), expression)
        return re.compile(pattern)

    def source_folder(self, assignment: str) -> Path:
        """Return the folder of the instructor's own notebooks of `assignment`."""
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", assignment))

    def source_notebooks(self, assignment: str) -> list[Path]:
        """Return the instructor's own notebooks of `assignment`, sorted."""
        return _notebooks(self.source_folder(assignment))

    def lessons(self) -> list[str]:
        """Return the names of the lessons that have a notebook in the source folder, sorted."""
        found = self.find(self.coursedir.source_directory, student=".")
        return sorted(name for folder, _, name in found if _notebooks(folder))

    def submissions(self, assignment: str) -> list[Submission]:
        """Return what lies in the submitted folder for `assignment`, sorted by learner.

        Learners in the configured `student_id_exclude` are left out.
        """
        excluded = self.coursedir.student_id_exclude.split(",")
        found = self.find(self.coursedir.submitted_directory, assignment=glob.escape(assignment))
        return [
            Submission(student, assignment, folder, tuple(_notebooks(folder)))
            for folder, student, _ in found
            if student not in excluded
        ]


def open_course(root: str | os.PathLike[str]) -> Course:
    """Read the configuration of the course in the folder `root`, as `nbgrader` started there would.

    Raises:
        CourseError: there is no such folder, no `nbgrader_config.py` in it, or that file is broken.
    """
    folder = Path(os.path.abspath(Path(root).expanduser()))
    if not folder.is_dir():
        raise CourseError(f"There is no folder {str(folder)!r}. Give the course's folder with --course-root.")
    if not (folder / CONFIG_NAME).is_file():
        raise CourseError(f"{str(folder)!r} holds no {CONFIG_NAME}.{_nearest_course(folder)}")
    complaints = MessageCollector()
    app = AutogradeApp(log_level=logging.WARNING)
    app.log.handlers = [complaints]
    app.log.propagate = False
    app.raise_config_file_errors = True
    with contextlib.chdir(folder):
        try:
            app.initialize(argv=[])
        except SystemExit as stop:
            said = "; ".join(complaints.messages) or "nbgrader gave no reason"
            raise CourseError(f"{folder / CONFIG_NAME} is not a valid configuration: {said}") from stop
        except Exception as error:  # the file is a program: it can raise anything
            message = f"{type(error).__name__}: {one_line(error)}"
            raise CourseError(f"{folder / CONFIG_NAME} cannot be read: {message}") from error
    app.log.handlers = [complaints]
    return Course(app)


def submitted_at(folder: Path) -> datetime | None:
    """Return the time (UTC, naive) in the `timestamp.txt` of a submission's folder; None without such a file.

    Raises:
        SubmissionError: the file holds something else than a time.
    """
    file = folder / "timestamp.txt"
    if file.is_symlink() or not file.is_file():
        return None
    try:
        with open(file, encoding="utf-8") as lines:
            text = lines.read(TIMESTAMP_CHARACTERS + 1).strip()
        if len(text) > TIMESTAMP_CHARACTERS:
            raise ValueError
        return parse_utc(text) if text else None
    except (ValueError, OverflowError) as error:
        raise SubmissionError("timestamp.txt does not hold a time such as '2026-03-01 12:00:00 UTC'") from error


class MessageCollector(logging.Handler):
    """A log handler that keeps warnings and errors, each once, and the last lines of tracebacks apart."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.messages: list[str] = []
        self.exceptions: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record's message."""
        text = record.getMessage().strip()
        if text.startswith("Traceback"):
            self.exceptions.append(text.splitlines()[-1])
        elif one_line(text) not in self.messages:
            self.messages.append(one_line(text))


def _notebooks(folder: Path) -> list[Path]:
    found = glob.glob(os.path.join(glob.escape(str(folder)), "*.ipynb"))
    return sorted(Path(name) for name in found if os.path.isfile(name))


def _nearest_course(folder: Path) -> str:
    for parent in folder.parents:
        if (parent / CONFIG_NAME).is_file():
            return f" Did you mean --course-root {str(parent)!r}?"
    return " Give the folder of an nbgrader course with --course-root."


def _absolute_db_url(db_url: str, root: Path) -> str:
    try:
        url = sqlalchemy.make_url(db_url)
    except sqlalchemy.exc.ArgumentError as error:
        raise CourseError(f"CourseDirectory.db_url in {CONFIG_NAME} is not a database address: {db_url!r}") from error
    if url.get_backend_name() != "sqlite" or not url.database or os.path.isabs(url.database):
        return db_url
    if url.database == ":memory:" or url.database.startswith("file:"):
        return db_url
    return url.set(database=str(root / url.database)).render_as_string(hide_password=False)
