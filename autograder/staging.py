"""Results on their way to `autograded/`, so that a run that is killed loses none and leaves none half done.

A result is written to `.autograded.partial/STUDENT/ASSIGNMENT`, beside `autograded/` and just as deep. When it is
whole, the file `.ASSIGNMENT.report` beside that folder says so, and what else there is to record. Then come, in this
order: `write`, the gradebook, `publish`, the journal, `discard`. A run that was killed between two of them left the
file: the next run gets the report from `recover` and takes the same steps, each of which may be repeated.
"""

import contextlib
import errno
import glob
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course import Course, Submission
from autograder.errors import CourseError
from autograder.results import Report, State, Verdict

try:
    import fcntl
except ImportError:  # Windows has no such lock: there, two runs at once are not noticed
    fcntl = None

LOCK_NAME = ".autograder.lock"
TIMESTAMP = "timestamp.txt"
IMPOSSIBLE_NAMES = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


class Staging:
    """The staging folders of a course, for the one run that holds `only_grader`."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._step = _hidden_step(course, "partial")
        self._replaced_step = _hidden_step(course, "replaced")
        self._recovered: dict[Path, Report] = {}

    def folder(self, student: str, assignment: str) -> Path:
        """Return the folder in which the result is put together."""
        return self._course.path(self._step, student, assignment)

    def write(self, submission: Submission, report: Report) -> Path:
        """Write the notebooks and files of a report, and `timestamp.txt` as it was handed in; return the folder.

        Files with impossible names are left out. A report that `recover` gave is there already.

        Raises:
            OSError: the disk is full, for instance; nothing is left over.
        """
        student, assignment = submission.student, submission.assignment
        folder = self.folder(student, assignment)
        if self._recovered.get(folder) is report:
            return folder
        self.discard(student, assignment)
        try:
            folder.mkdir(parents=True)
            own = {TIMESTAMP, *(f"{name}.ipynb" for name in report.notebooks)}
            _write_files(folder, report.files, own)
            for name, notebook in report.notebooks.items():
                _write_notebook(folder / f"{name}.ipynb", notebook)
            timestamp = submission.folder / TIMESTAMP
            if timestamp.is_file() and not timestamp.is_symlink():
                shutil.copyfile(timestamp, folder / TIMESTAMP)
            unfinished = _unfinished(_marker(folder))
            unfinished.write_text(json.dumps({"student": student, **_to_plain(report)}), encoding="utf-8")
            unfinished.rename(_marker(folder))
        except BaseException:
            with contextlib.suppress(OSError):
                self.discard(student, assignment)
            raise
        return folder

    def publish(self, student: str, assignment: str) -> Path:
        """Move a result to `autograded/`, in place of an earlier one, with nbgrader's permissions; return its folder.

        Raises:
            OSError: that is impossible; `recover` will give it to the next run.
        """
        course, staged = self._course, self.folder(student, assignment)
        final = course.path(course.coursedir.autograded_directory, student, assignment)
        if staged.exists():
            earlier = course.path(self._replaced_step, student, assignment)
            final.parent.mkdir(parents=True, exist_ok=True)
            if final.exists():
                earlier.parent.mkdir(parents=True, exist_ok=True)
                final.rename(earlier)
            staged.rename(final)
            _remove(earlier, course.root)
        course.settings.set_permissions(assignment, student)
        return final

    def discard(self, student: str, assignment: str) -> None:
        """Forget a result: it is recorded, or cannot be.

        Raises:
            OSError: what is there cannot be removed.
        """
        folder = self.folder(student, assignment)
        _marker(folder).unlink(missing_ok=True)  # first: without it the folder counts for nothing
        _unfinished(_marker(folder)).unlink(missing_ok=True)
        _remove(folder, self._course.root)

    def recover(self, assignment: str) -> list[tuple[str, Report]]:
        """Tidy up after a run that was killed; return learner and report of what it left whole but not recorded.

        A report comes with its notebooks; its other files are where they belong. An earlier result that was just being
        replaced is put back. What was left whole of other assignments stays for their next run.

        Raises:
            OSError: what is there cannot be moved or removed.
        """
        course = self._course
        for folder, student, name in list(course.find(self._replaced_step)):
            final = course.path(course.coursedir.autograded_directory, student, name)
            if not final.exists():
                final.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(final)
            _remove(folder, course.root)
        for folder, student, name in list(course.find(self._step)):
            if not _marker(folder).exists():
                self.discard(student, name)
        reports = []
        for marker in self._markers(assignment):
            found = self._read(marker, assignment)
            if found is None:
                marker.unlink()
                _remove(marker.with_name(marker.stem[1:]), course.root)
            else:
                student, report = found
                self._recovered[self.folder(student, assignment)] = report
                reports.append(found)
        return reports

    def _markers(self, assignment: str) -> list[Path]:
        """Return the files that say that a result of `assignment` is whole."""
        course = self._course
        structure = os.path.join(glob.escape(str(course.root)), course.coursedir.directory_structure)
        folder = structure.format(
            nbgrader_step=glob.escape(self._step), student_id="*", assignment_id=glob.escape(assignment)
        )
        return sorted(Path(name) for name in glob.glob(str(_marker(Path(folder)))))

    def _read(self, marker: Path, assignment: str) -> tuple[str, Report] | None:
        """Return learner and report of a whole result, be it published or not; None if parts of it are gone."""
        try:
            told = json.loads(marker.read_bytes())
            student = told["student"]
            folder = self.folder(student, assignment)
            if not folder.exists():
                folder = self._course.path(self._course.coursedir.autograded_directory, student, assignment)
            return student, _from_plain(told, folder)
        except (OSError, ValueError, KeyError, TypeError):
            return None


@contextmanager
def only_grader(course: Course) -> Iterator[None]:
    """Hold the course's lock, so that no second grader writes its gradebook at the same time.

    Raises:
        CourseError: another grader holds it, or the course's folder cannot be written.
    """
    try:
        lock = open(course.root / LOCK_NAME, "w", encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise CourseError(f"{str(course.root)!r} cannot be written: {error.strerror}. Check its owner.") from error
    with lock:
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CourseError(
                    f"Another autograder is grading in {str(course.root)!r}: wait until it has finished."
                ) from error
        yield


def _hidden_step(course: Course, suffix: str) -> str:
    parent, name = os.path.split(os.path.normpath(course.coursedir.autograded_directory))
    return os.path.join(parent, f".{name}.{suffix}")


def _marker(folder: Path) -> Path:
    """Return the file that says that the result in `folder` is whole."""
    return folder.with_name(f".{folder.name}.report")


def _unfinished(marker: Path) -> Path:
    return marker.with_suffix(".part")


def _write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook as nbgrader's exporter does."""
    text = nbformat.writes(notebook, version=nbformat.current_nbformat)
    # A lone surrogate in an output becomes its escape sequence, which in JSON means the same.
    path.write_bytes(text.encode(errors="backslashreplace") + (b"" if text.endswith("\n") else b"\n"))


def _write_files(folder: Path, files: Mapping[str, bytes], own: set[str]) -> None:
    """Write files by relative POSIX path into a folder without links; none at or below a path in `own`."""
    for path, content in files.items():
        parts = path.split("/")
        if parts[0] in own or {"", ".", ".."} & set(parts):
            continue
        target = folder.joinpath(*parts)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except ValueError:  # a name with a zero byte, or that is no text
            continue
        except OSError as error:
            if error.errno not in IMPOSSIBLE_NAMES:
                raise


def _to_plain(report: Report) -> dict[str, Any]:
    """Return what is in a report besides notebooks and files."""
    return {
        "state": report.state,
        "reason": report.reason,
        "seconds": report.seconds,
        "warnings": report.warnings,
        "notebooks": list(report.notebooks),
        "verdicts": [[notebook, cell, asdict(verdict)] for (notebook, cell), verdict in report.verdicts.items()],
    }


def _from_plain(told: dict[str, Any], folder: Path) -> Report:
    """Return the report that `_to_plain` told of, with the notebooks in `folder`."""
    return Report(
        State(told["state"]),
        told["reason"],
        told["seconds"],
        tuple(told["warnings"]),
        {name: nbformat.read(folder / f"{name}.ipynb", nbformat.current_nbformat) for name in told["notebooks"]},
        {(notebook, cell): Verdict(**verdict) for notebook, cell, verdict in told["verdicts"]},
    )


def _remove(folder: Path, root: Path) -> None:
    """Remove `folder` with what is in it, and the folders above it that are then empty, up to `root`."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    _remove_empty(folder.parent, root)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:  # not empty
            return
        folder = folder.parent
