"""The one writer of nbgrader's gradebook, in the grader's own process."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import sqlalchemy.exc
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, Notebook, SubmittedAssignment
from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.course import Course, MessageCollector, Submission, submitted_at
from autograder.engine import StagedAutograde, missing_notebook_reason
from autograder.errors import CourseError, GradebookError, SubmissionError, one_line
from autograder.results import CellScore

# nbgrader logs a traceback for what it also raises; we report it in one line.
logging.getLogger("tornado.application").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Score:
    """The grades of one submission, in points; `points` has `late_penalty` taken off."""

    points: float
    max_points: float
    late_penalty: float
    needs_manual_grade: bool
    exercises: tuple[CellScore, ...]


class GradebookWriter:
    """Open the gradebook of a course, creating it if there is none, and be the only one to write in it.

    Args:
        course: the course.
        assignment: the lesson that is graded.

    Raises:
        CourseError: the gradebook cannot be opened.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._course = course
        self._assignment = assignment
        with _database_errors(course):
            # nbgrader's preprocessors open the default course, and would enter it from several processes at
            # once.
            Gradebook(course.db_url).close()
            self._gradebook = Gradebook(course.db_url, course.coursedir.course_id)

    def __enter__(self) -> "GradebookWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gradebook.close()

    def register(self) -> list[str]:
        """Enter the lesson from its source, as `nbgrader generate_assignment` does, if that is needed.

        It is needed when the gradebook has no notebook of the lesson, or others than the source and no
        submission yet. The release folder is neither read nor written.

        Returns:
            Notes for the instructor: that the lesson was entered, or that an older version of it is graded.

        Raises:
            CourseError: there is no source notebook, or it is broken.
        """
        with _database_errors(self._course):
            if not self._course.source_notebooks(self._assignment):
                if self.is_known():
                    return []
                raise CourseError(
                    f"Lesson {self._assignment!r} is not in the gradebook and has no source notebook in "
                    f"{str(self._course.source_folder(self._assignment))!r} to enter it from."
                )
            current = _Registration(self._course, self._assignment).cells()
            if self.is_known() and current == self._recorded_cells():
                return []
            if self._has_submissions():
                return [
                    f"The source of {self._assignment} changed after its first submission was graded, and is "
                    f"not used: `nbgrader generate_assignment {self._assignment} --force` puts it in use."
                ]
            _Registration(self._course, self._assignment).enter()
            return [f"Entered {self._assignment} in the gradebook from its source notebooks."]

    def is_known(self) -> bool:
        """Whether the gradebook has notebooks of the lesson."""
        return bool(self._notebook_names())

    def lessons(self) -> list[str]:
        """Return the names of all lessons in the gradebook."""
        with self._reading():
            return sorted(assignment.name for assignment in self._gradebook.assignments)

    def begin(self, submission: Submission) -> tuple[str, ...]:
        """Enter learner and submission, score missing notebooks zero, and return the notebooks to execute.

        Raises:
            SubmissionError: the submission cannot be one of this lesson; the message says why.
            GradebookError: the gradebook cannot be written.
        """
        if not submission.notebooks:
            raise SubmissionError(missing_notebook_reason(submission, self._notebook_names()))
        try:
            submission.student.encode()
        except UnicodeEncodeError as error:
            raise SubmissionError("the name of the learner's folder is not UTF-8 text: rename it") from error
        timestamp = submitted_at(submission.folder)
        expected = self._notebook_names()
        found = [notebook.name for notebook in submission.notebooks if notebook.stem in expected]
        with _writing():
            self._enter(submission, {"timestamp": timestamp} if timestamp else {})
            if not found:
                raise SubmissionError(missing_notebook_reason(submission, expected))
            for name in expected:
                if f"{name}.ipynb" not in found:
                    self._score_zero(name, submission.student)
        return tuple(found)

    def save(self, submission: Submission, notebooks: tuple[str, ...], step: str) -> None:
        """Save the scores of executed notebooks, late penalties included, and set the files' permissions.

        Scores and comments that a person gave stay, and mark the cell as in need of a look, as nbgrader does.

        Args:
            submission: the submission.
            notebooks: file names of its executed notebooks.
            step: the staging step in which they lie.

        Raises:
            GradebookError: the gradebook cannot be written.
        """
        autograde = StagedAutograde(self._course, step)
        staged = self._course.path(step, submission.student, self._assignment)
        with _writing():
            for name in notebooks:
                autograde.record(staged / name)
        autograde.set_permissions(self._assignment, submission.student)

    def score(self, student: str) -> Score | None:
        """Return the grades of a learner, or None if the gradebook has no submission of this lesson."""
        with self._reading():
            try:
                submission = self._gradebook.find_submission(self._assignment, student)
            except MissingEntry:
                return None
            penalty = submission.late_submission_penalty or 0.0
            return Score(
                points=max(0.0, submission.score - penalty),
                max_points=submission.max_score,
                late_penalty=penalty,
                needs_manual_grade=bool(submission.needs_manual_grade),
                exercises=_cell_scores(submission),
            )

    def _enter(self, submission: Submission, details: dict[str, object]) -> None:
        gradebook = self._gradebook
        if self._course.settings.create_student:
            gradebook.update_or_create_student(submission.student)
        else:
            try:
                gradebook.find_student(submission.student)
            except MissingEntry as error:
                raise SubmissionError(
                    "there is no such learner in the gradebook, and Autograde.create_student is off"
                ) from error
        with gradebook.db.no_autoflush:  # nbgrader builds the rows before it adds them to the session
            gradebook.update_or_create_submission(self._assignment, submission.student, **details)

    def _score_zero(self, notebook: str, student: str) -> None:
        submitted = self._gradebook.find_submission_notebook(notebook, self._assignment, student)
        for grade in submitted.grades:
            grade.auto_score = 0
            grade.needs_manual_grade = False
        self._gradebook.db.commit()

    def _notebook_names(self) -> list[str]:
        with self._reading():
            return [notebook.name for notebook in self._recorded_notebooks()]

    def _recorded_cells(self) -> dict[tuple[str, str], str | None]:
        """Return the checksum of each cell of the lesson in the gradebook, by notebook and cell."""
        with self._reading():
            return {
                (notebook.name, cell.name): cell.checksum
                for notebook in self._recorded_notebooks()
                for cell in notebook.source_cells
            }

    def _has_submissions(self) -> bool:
        with self._reading():
            return any(notebook.submissions for notebook in self._recorded_notebooks())

    def _recorded_notebooks(self) -> list[Notebook]:
        try:
            return list(self._gradebook.find_assignment(self._assignment).notebooks)
        except MissingEntry:
            return []

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Begin with what other connections have written, and hold no lock afterwards."""
        self._gradebook.db.expire_all()
        try:
            yield
        finally:
            self._gradebook.db.rollback()


class _Registration(GenerateAssignment):
    """nbgrader's `generate_assignment` for one lesson, with a temporary folder as the release folder."""

    def __init__(self, course: Course, assignment: str) -> None:
        super().__init__(coursedir=course.coursedir, parent=course.app)
        self._course = course
        self._assignment = assignment
        self._release = ""

    @property
    def _output_directory(self) -> str:
        return self._release

    def init_notebooks(self) -> None:
        """Take the source notebooks of the one lesson."""
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", self._assignment)
        names = [file.name for file in self._course.source_notebooks(self._assignment)]
        self.assignments = {folder: [os.path.join(folder, name) for name in names]}

    def enter(self) -> None:
        """Enter the lesson in the gradebook.

        Raises:
            CourseError: a source notebook is broken.
        """
        complaints = MessageCollector()
        self.log.addHandler(complaints)
        with tempfile.TemporaryDirectory(prefix="autograder-") as self._release:
            try:
                self.start()
            except NbGraderException as error:
                said = one_line(next(iter(complaints.exceptions), str(error)))
                raise CourseError(f"The source notebooks of {self._assignment!r} are broken: {said}") from error
            finally:
                self.log.removeHandler(complaints)

    def cells(self) -> dict[tuple[str, str], str | None]:
        """Return the checksum of each cell that would be entered, by notebook and cell; enter nothing."""
        checksums: dict[tuple[str, str], str | None] = {}

        def remember(notebook: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
            for cell in filter(_is_entered, notebook.cells):
                name = resources["nbgrader"]["notebook"], cell.metadata.nbgrader["grade_id"]
                checksums[name] = cell.metadata.nbgrader.get("checksum")
            return notebook, resources

        self.no_database = True
        self.preprocessors = [remember if step is SaveCells else step for step in self.preprocessors]
        self.enter()
        return checksums


def _is_entered(cell: NotebookNode) -> bool:
    """Whether SaveCells enters this cell."""
    return is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)


def _cell_scores(submission: SubmittedAssignment) -> tuple[CellScore, ...]:
    scores = [
        CellScore(notebook.name, grade.name, grade.score, grade.max_score, bool(grade.needs_manual_grade))
        for notebook in submission.notebooks
        for grade in notebook.grades
    ]
    return tuple(sorted(scores, key=lambda score: (score.notebook, score.cell)))


@contextmanager
def _writing() -> Iterator[None]:
    """Turn what SQLAlchemy and nbgrader raise while grades are written into a GradebookError."""
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, InvalidEntry) as error:
        raise GradebookError(f"the gradebook could not be written: {_reason(error)}") from error


@contextmanager
def _database_errors(course: Course) -> Iterator[None]:
    """Turn what SQLAlchemy raises while a gradebook is opened into a CourseError."""
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        raise CourseError(f"The gradebook {course.db_url} cannot be used: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Say in one line what is wrong with a gradebook, and the way out."""
    said = one_line(str(getattr(error, "orig", None) or error))
    if "locked" in said:
        return f"{said}. Another program, formgrader perhaps, is writing in it: try again when it has finished."
    if "no such column" in said or "no such table" in said:
        return f"{said}. An older nbgrader made it: save a copy of it, then run `nbgrader db upgrade`."
    if "readonly" in said or "unable to open" in said:
        return f"{said}. Check that you may write the file and its folder."
    return said
