"""The folder in which a submission is graded, and the one step that puts the result in `autograded/`.

A submission is executed in `.autograded.partial-RUN/STUDENT/LESSON`, beside `autograded/` and just as deep,
so that paths relative to the notebook mean the same. The finished folder is renamed to its place. A run that
was killed leaves its staging folders behind: the next run removes them and grades those submissions again.
"""

import contextlib
import glob
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows has no such lock: there, two runs at once are not noticed
    fcntl = None

LOCK_NAME = ".autograder.lock"


class Staging:
    """The staging folders of one run.

    Attributes:
        step: the name that stands for `autograded` in the paths of this run's staging folders.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        run = secrets.token_hex(4)
        self.step = _hidden_step(course, f"partial-{run}")
        self._replaced_step = _hidden_step(course, f"replaced-{run}")

    def folder(self, student: str, assignment: str) -> Path:
        """Return the folder in which the submission is to be graded."""
        return self._course.path(self.step, student, assignment)

    def publish(self, student: str, assignment: str) -> Path:
        """Move the graded submission to `autograded/`, in place of an earlier one; return its new folder."""
        course = self._course
        final = course.path(course.coursedir.autograded_directory, student, assignment)
        earlier = course.path(self._replaced_step, student, assignment)
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            earlier.parent.mkdir(parents=True, exist_ok=True)
            final.rename(earlier)
        self.folder(student, assignment).rename(final)
        _remove(earlier, course.root)
        _remove_empty(self.folder(student, assignment).parent, course.root)
        return final

    def discard(self, student: str, assignment: str) -> None:
        """Remove the staging folder of a submission that could not be graded."""
        _remove(self.folder(student, assignment), self._course.root)

    def recover(self) -> set[tuple[str, str]]:
        """Tidy up after runs that were killed; return student and assignment of what they had in hand.

        A result of an earlier run that was just being replaced is put back.
        """
        course = self._course
        for folder, student, assignment in _leftovers(course, "replaced-*"):
            final = course.path(course.coursedir.autograded_directory, student, assignment)
            if not final.exists():
                final.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(final)
            _remove(folder, course.root)
        interrupted = set()
        for folder, student, assignment in _leftovers(course, "partial-*"):
            interrupted.add((student, assignment))
            _remove(folder, course.root)
        return interrupted


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


def _leftovers(course: Course, suffix_pattern: str) -> Iterator[tuple[Path, str, str]]:
    """Yield folder, student and assignment of every staging folder whose step ends in `suffix_pattern`."""
    for step in _steps_on_disk(course, suffix_pattern):
        yield from course.find(step)


def _steps_on_disk(course: Course, suffix_pattern: str) -> set[str]:
    structure = course.coursedir.directory_structure
    before_step = structure[: structure.index("{nbgrader_step}")].format(student_id="*", assignment_id="*")
    parent, name = os.path.split(_hidden_step(course, ""))
    pattern = os.path.join(before_step, glob.escape(parent), glob.escape(name) + suffix_pattern)
    found = glob.glob(os.path.join(glob.escape(str(course.root)), pattern))
    return {os.path.join(parent, os.path.basename(folder)) for folder in found}


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
