"""Rebuild and execute one submission with nbgrader's own preprocessors. Writes no grade.

This is the part that runs in a worker process, on a `Job` and a `Report` of plain data. Learners' code runs
in an ordinary kernel, as with `nbgrader autograde`: there is no sandbox.
"""

import glob
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jsonschema import ValidationError
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.writers import FilesWriter
from nbformat.reader import NotJSONError
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import setenv

from autograder.course import Course, MessageCollector, Submission
from autograder.errors import SubmissionError, one_line
from autograder.results import State

NBFORMAT_ERRORS = (NotJSONError, json.JSONDecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True)
class Job:
    """One submission to execute: whose, which of its notebooks, and the staging step to work in."""

    student: str
    assignment: str
    notebooks: tuple[str, ...]
    step: str


@dataclass(frozen=True)
class Report:
    """What became of a job. `state` is `graded` if the executed notebooks lie ready in the staging folder."""

    state: State
    reason: str = ""
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()


class StagedAutograde(Autograde):
    """nbgrader's `Autograde`, cut in three steps that work in a staging folder instead of `autograded/`.

    Args:
        course: the course.
        step: the staging step, which takes the place of `autograded` in paths.
    """

    def __init__(self, course: Course, step: str) -> None:
        super().__init__(coursedir=course.coursedir, parent=course.app)
        self._step = step
        self._reads = step
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)
        first_writer = _first_gradebook_writer(self.autograde_preprocessors)
        self._executing = self.autograde_preprocessors[:first_writer]
        self._recording = self.autograde_preprocessors[first_writer:]

    @property
    def _input_directory(self) -> str:
        return self._reads

    @property
    def _output_directory(self) -> str:
        return self._step

    def copy_files(self, assignment: str, student: str) -> None:
        """Copy the files beside the notebooks: the learner's, then the instructor's over them."""
        destination = Path(self._format_dest(assignment, student))
        destination.mkdir(parents=True, exist_ok=True)
        submitted = self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment)
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment)
        learners = self.exclude_overwriting.get(assignment, [])
        _copy(submitted, _files_beside(submitted, self.coursedir.ignore), destination)
        _copy(source, _files_beside(source, self.coursedir.ignore) - set(learners), destination)

    def sanitize(self, notebook: Path) -> None:
        """Put a submitted notebook in the staging folder, with the instructor's tests in place of its own."""
        self._convert(notebook, self.coursedir.submitted_directory, self.sanitize_preprocessors)

    def execute(self, notebook: Path) -> None:
        """Execute a sanitized notebook in the staging folder."""
        with setenv(NBGRADER_EXECUTION="autograde"):
            self._convert(notebook, self._step, self._executing)

    def record(self, notebook: Path) -> None:
        """Save the scores of an executed notebook in the gradebook."""
        self._convert(notebook, self._step, self._recording)

    def _convert(self, notebook: Path, reads: str, preprocessors: list[type]) -> None:
        self._reads = reads
        self.exporter._preprocessors = []  # as Autograde itself does: one exporter, other preprocessors
        for preprocessor in preprocessors:
            self.exporter.register_preprocessor(preprocessor)
        BaseConverter.convert_single_notebook(self, str(notebook))


def run(course: Course, job: Job) -> Report:
    """Sanitize and execute the notebooks of one submission; whatever is wrong with it ends in the report."""
    started = time.monotonic()
    collector = MessageCollector()
    course.app.log.addHandler(collector)
    try:
        state, reason = _attempt(course, job)
    finally:
        course.app.log.removeHandler(collector)
    return Report(state, reason, time.monotonic() - started, tuple(collector.messages))


def _attempt(course: Course, job: Job) -> tuple[State, str]:
    submitted = course.path(course.coursedir.submitted_directory, job.student, job.assignment)
    staged = course.path(job.step, job.student, job.assignment)
    autograde = StagedAutograde(course, job.step)
    notebook = ""
    try:
        autograde.copy_files(job.assignment, job.student)
        for notebook in job.notebooks:
            autograde.sanitize(submitted / notebook)
    except OSError as error:  # a full disk, say
        return State.FAILED, explain(error, notebook)
    except Exception as error:  # a submission can be broken in any way, and must not stop the others
        return State.REFUSED, explain(error, notebook)
    try:
        for notebook in job.notebooks:
            autograde.execute(staged / notebook)
    except Exception as error:  # the same
        return State.FAILED, explain(error, notebook)
    return State.GRADED, ""


def missing_notebook_reason(submission: Submission, expected: list[str]) -> str:
    """Say that none of a submission's notebooks belongs to the lesson."""
    wanted = " or ".join(f"{name}.ipynb" for name in expected)
    there = ", ".join(notebook.name for notebook in submission.notebooks)
    return f"it holds no {wanted}" + (f", only {there}: renamed?" if there else "")


def explain(error: Exception, notebook: str) -> str:
    """Say in one line what was wrong with a submission, and in which notebook."""
    return f"{notebook}: {_reason(error)}" if notebook else _reason(error)


def _reason(error: Exception) -> str:
    match error:
        case SubmissionError():
            return str(error)
        case _ if isinstance(error, NBFORMAT_ERRORS):
            return "is not a notebook (not JSON text)"
        case SchemaTooOldError():
            return "carries an old version of nbgrader's metadata: run `nbgrader update` on the file"
        case SchemaTooNewError():
            return "carries a newer version of nbgrader's metadata than this nbgrader knows"
        case nbformat.ValidationError() | ValidationError():
            return f"is not a valid notebook: {one_line(error)}"
        case DeadKernelError():
            return "the kernel died while it ran (out of memory, or the code ended its own process)"
        case CellTimeoutError():
            return f"the kernel stopped answering: {one_line(error)}"
        case NoSuchKernel():
            return f"there is no Jupyter kernel named {error.name!r} on this machine"
        case OSError():
            return f"{error.strerror or one_line(error)}: {error.filename}" if error.filename else one_line(error)
        case _:
            return f"{type(error).__name__}: {one_line(error)}"


def _files_beside(folder: str, ignore: list[str]) -> set[str]:
    """Return the files in `folder` that are no notebooks and not ignored, relative to it.

    As nbgrader's `find_all_files`, which ignores nothing where a folder's name has a glob character, `[2026]` say,
    and would so hand out the instructor's notebooks.
    """
    found = set()
    for current, folders, files in os.walk(folder):
        ignored = {name for pattern in [*ignore, "*.ipynb"] for name in glob.glob(pattern, root_dir=current)}
        folders[:] = [name for name in folders if name not in ignored]
        found |= {os.path.relpath(os.path.join(current, name), folder) for name in set(files) - ignored}
    return found


def _copy(folder: str, files: set[str], destination: Path) -> None:
    for file in files:
        target = destination / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(os.path.join(folder, file), target)


def _first_gradebook_writer(preprocessors: list[type]) -> int:
    """Return the position of the first preprocessor that writes grades, or the list's length."""
    for position, preprocessor in enumerate(preprocessors):
        if issubclass(preprocessor, SaveAutoGrades | AssignLatePenalties):
            return position
    return len(preprocessors)
