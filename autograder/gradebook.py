"""The one writer of nbgrader's gradebook, in the grader's own process."""

import copy
import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import Any

import sqlalchemy.exc
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    InvalidEntry,
    Notebook,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties, ClearHiddenTests, SaveCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    event,
    exists,
    func,
    insert,
    select,
    update,
)

from autograder.course import Course, Submission, submitted_at
from autograder.errors import CourseError, GradebookError, SubmissionError, one_line
from autograder.results import CellScore, Report, State
from autograder.scoring import NO_RESPONSE, Marks, RecordedCell, RecordedNotebook, marks_of, with_comment
from autograder.source import (
    InstructorNotebook,
    RecordedSource,
    Source,
    cell_name,
    class_of,
    instructor_notebook,
    is_step,
    read_sources,
)

SECONDS_TO_WAIT_FOR_A_LOCK = 10
REFUSED = "Not graded: "  # begins the comment on a refused submission

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


@dataclass(frozen=True)
class _Submission:
    """A submission in the gradebook."""

    id: str
    student: str
    seconds_late: float


class GradebookWriter:
    """Open the gradebook of a course, creating it if there is none, and be the only one to write in it.

    Args:
        course: the course.
        assignment: the assignment that is graded.

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
        self._engine = self._gradebook.engine
        if self._engine.dialect.name == "sqlite":
            self._engine.dispose()
            event.listen(self._engine, "connect", _wait_for_locks)

    def __enter__(self) -> "GradebookWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gradebook.close()

    def register(self) -> list[str]:
        """Enter the assignment from its source, as `nbgrader generate_assignment` does, if that is needed.

        It is needed when the gradebook has no notebook of the assignment, or others than the source and no
        submission yet but refused ones. The release folder is neither read nor written.

        Returns:
            Notes for the instructor: that it was entered, or that an older version of it is graded.

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
            if self.is_known() and self._checksums() == self._recorded_checksums():
                return []
            refusals = self._submissions()
            if not all(refusals.values()):
                return [
                    f"The source of {self._assignment} changed after its first submission was graded, and is "
                    f"not used: `nbgrader generate_assignment {self._assignment} --force` puts it in use."
                ]
            self._enter_assignment(refusals)
            return [f"Entered {self._assignment} in the gradebook from its source notebooks."]

    def is_known(self) -> bool:
        """Whether the gradebook has notebooks of the assignment."""
        return bool(self._notebook_names())

    def lessons(self) -> list[str]:
        """Return the names of all assignments in the gradebook."""
        with self._engine.connect() as connection:
            return sorted(connection.scalars(select(Assignment.name)))

    def instructor_notebooks(self) -> dict[str, InstructorNotebook]:
        """Return the notebooks of the assignment by name, with the cells as the gradebook has them.

        Where the source changed after the first submission was graded, cells keep the gradebook's text, type, points
        and checksum, as nbgrader has it; cells that the gradebook does not know are ordinary cells.

        Raises:
            CourseError: a source notebook is missing or broken.
        """
        recorded = self._recorded_cells()
        folder = self._course.source_folder(self._assignment)
        if not self._course.source_notebooks(self._assignment):
            raise CourseError(f"{str(folder)!r} holds no source notebook: put those of {self._assignment} back.")
        missing = [f"{name}.ipynb" for name in recorded if name not in self._sources]
        if missing:
            raise CourseError(
                f"{str(folder)!r} holds no {' and no '.join(missing)}, which the gradebook knows: put it back."
            )
        return {name: instructor_notebook(name, self._sources[name], cells) for name, cells in recorded.items()}

    def hidden_test_markers(self) -> tuple[str, str]:
        """Return what marks the first and the last line of a hidden test in this course."""
        marks = ClearHiddenTests(parent=self._course.app)
        return marks.begin_test_delimeter, marks.end_test_delimeter

    def check(self, submission: Submission) -> tuple[str, ...]:
        """Return the file names of the submission's notebooks that belong to the assignment; write nothing.

        Raises:
            SubmissionError: the submission cannot be one of this assignment; the message says why.
            GradebookError: the gradebook cannot be read.
        """
        with _database_trouble(), self._engine.connect() as connection:
            expected = [notebook.name for notebook in self._layout(connection)]
            found = tuple(file.name for file in submission.notebooks if file.stem in expected)
            if not found:
                raise SubmissionError(missing_notebook_reason(submission, expected))
            if not _is_text(submission.student):
                raise SubmissionError("the name of the learner's folder is not UTF-8 text: rename it")
            submitted_at(submission.folder)
            if not self._may_enter(connection, submission.student):
                raise SubmissionError("there is no such learner in the gradebook, and Autograde.create_student is off")
        return found

    def save(self, submission: Submission, report: Report) -> None:
        """Enter learner, submission, scores, comments and late penalties, all or nothing.

        The scores follow from the outputs of `report.notebooks` as in nbgrader, but text on stderr costs nothing, and
        partial credit that is no number of points between 0 and the cell's is worth nothing. Notebooks that are not in
        the report score zero. Scores and comments that a person gave stay, and mark the cell as in need of a look. To
        save the same report again changes nothing.

        Raises:
            GradebookError: the gradebook cannot be written; nothing of the submission was.
        """
        cut_short = report.state in (State.TIMED_OUT, State.OVER_LIMITS)
        is_told = any(verdict.comment for verdict in report.verdicts.values())
        with self._writing() as connection:
            row = self._enter_submission(connection, submission)
            for recorded in self._layout(connection):
                executed = report.notebooks.get(recorded.name)
                source = self._sources.get(recorded.name)
                marks = marks_of(recorded, source, executed, report.verdicts)
                if executed and cut_short and not is_told:
                    marks = with_comment(recorded, source, marks, report.reason)
                self._put_marks(connection, row, recorded, marks, is_executed=executed is not None)

    def refuse(self, submission: Submission, reason: str) -> None:
        """Enter a submission that was not executed: no points, and the reason as a comment.

        An earlier result of the learner stays as it is. A learner who may not be entered is not.

        Raises:
            GradebookError: the gradebook cannot be written; nothing of the submission was.
        """
        student = submission.student
        if not _is_text(student):
            return
        with self._writing() as connection:
            if self._is_graded(connection, student) or not self._may_enter(connection, student):
                return
            row = self._enter_submission(connection, submission)
            for recorded in self._layout(connection):
                source = self._sources.get(recorded.name)
                marks = with_comment(recorded, source, marks_of(recorded, source, None, {}), REFUSED + reason)
                self._put_marks(connection, row, recorded, marks, is_executed=False)

    def score(self, student: str) -> Score | None:
        """Return the grades of a learner, or None if the gradebook has no submission of this assignment.

        Raises:
            GradebookError: the gradebook cannot be read.
        """
        with _database_trouble(), self._engine.connect() as connection:
            submission = self._find_submission(connection, student)
            if submission is None:
                return None
            mine = SubmittedNotebook.assignment_id == submission.id
            penalty = connection.scalar(select(func.sum(SubmittedNotebook.late_submission_penalty)).where(mine)) or 0.0
            exercises = tuple(self._exercises(connection, submission.id))
            cells = [cell for notebook in self._layout(connection) for cell in notebook.cells if cell.is_graded]
        return Score(
            points=max(0.0, math.fsum(exercise.score for exercise in exercises) - penalty),
            max_points=math.fsum(cell.max_score for cell in cells),
            late_penalty=penalty,
            needs_manual_grade=any(exercise.needs_manual_grade for exercise in exercises),
            exercises=exercises,
        )

    def _exercises(self, connection: Connection, submission: str) -> Iterator[CellScore]:
        """Yield the grades of a submission, by notebook and cell."""
        columns = (Notebook.name, BaseCell.name, Grade.score, _max_score(), Grade.needs_manual_grade)
        grades = _with_points(_of_submission(select(*columns), Grade, submission))
        columns = (Notebook.name, BaseCell.name, Comment.auto_comment)
        comments = {
            (notebook, cell): comment or ""
            for notebook, cell, comment in connection.execute(_of_submission(select(*columns), Comment, submission))
        }
        for notebook, cell, score, max_score, needs_person in connection.execute(
            grades.order_by(Notebook.name, BaseCell.name)
        ):
            source = self._sources.get(notebook)
            about = source.tested_answers.get(cell, [cell]) if source else [cell]
            attempted = not about or any(comments.get((notebook, answer)) != NO_RESPONSE for answer in about)
            comment = comments.get((notebook, cell), "")
            yield CellScore(notebook, cell, score, max_score, bool(needs_person), attempted, comment)

    def _put_marks(
        self,
        connection: Connection,
        submission: _Submission,
        recorded: RecordedNotebook,
        marks: Marks,
        *,
        is_executed: bool,
    ) -> None:
        """Write scores, comments and late penalty of a notebook; what a person gave stays."""
        mine = (SubmittedNotebook.assignment_id == submission.id) & (SubmittedNotebook.notebook_id == recorded.id)
        notebook = connection.scalar(select(SubmittedNotebook.id).where(mine))
        if notebook is None:
            notebook = new_uuid()
            about = {"id": notebook, "notebook_id": recorded.id, "assignment_id": submission.id}
            connection.execute(insert(SubmittedNotebook.__table__), about)
        _put_scores(connection, notebook, recorded, marks.scores, is_executed)
        _put_comments(connection, notebook, marks.comments)
        penalty = self._penalty(connection, submission, notebook) if is_executed else None
        table = SubmittedNotebook.__table__
        connection.execute(update(table).where(table.c.id == notebook).values(late_submission_penalty=penalty))

    def _penalty(self, connection: Connection, submission: _Submission, notebook: str) -> float | None:
        """Return what the course's plugin takes off a late notebook, as nbgrader's AssignLatePenalties does."""
        if self._late_plugin is None or submission.seconds_late <= 0:
            return None
        query = select(func.coalesce(func.sum(Grade.score), 0.0)).where(Grade.notebook_id == notebook)
        points = connection.scalar(query)
        try:
            penalty = self._late_plugin.late_submission_penalty(submission.student, points, submission.seconds_late)
            return None if penalty is None else min(max(0.0, float(penalty)), points)
        except Exception as error:  # it is the course's own program
            said = f"{type(error).__name__}: {one_line(error)}"
            raise GradebookError(f"the plugin for late submissions failed: {said}") from error

    @cached_property
    def _late_plugin(self) -> Any:
        for step in self._course.settings.autograde_preprocessors:
            if is_step(step, AssignLatePenalties):
                penalties = class_of(step)(parent=self._course.settings)
                penalties.init_plugin()
                return penalties.plugin_inst
        return None

    def _enter_submission(self, connection: Connection, submission: Submission) -> _Submission:
        """Enter learner and submission, if they are new, and the time at which it was handed in."""
        student = submission.student
        if connection.scalar(select(Student.id).where(Student.id == student)) is None:
            connection.execute(insert(Student.__table__), {"id": student})
        assignment, duedate = connection.execute(
            select(Assignment.id, Assignment.duedate).where(Assignment.name == self._assignment)
        ).one()
        timestamp = _timestamp(submission)
        known = self._find_submission(connection, student)
        table = SubmittedAssignment.__table__
        if known is None:
            row, extension = new_uuid(), None
            about = {"id": row, "assignment_id": assignment, "student_id": student, "timestamp": timestamp}
            connection.execute(insert(table), about)
        else:
            row, extension = known.id, known.extension
            if timestamp:
                connection.execute(update(table).where(table.c.id == row).values(timestamp=timestamp))
            timestamp = timestamp or known.timestamp
        due = duedate and duedate + (extension or timedelta())
        return _Submission(row, student, (timestamp - due).total_seconds() if timestamp and due else 0.0)

    def _find_submission(self, connection: Connection, student: str) -> Row | None:
        columns = (SubmittedAssignment.id, SubmittedAssignment.timestamp, SubmittedAssignment.extension)
        mine = (Assignment.name == self._assignment) & (SubmittedAssignment.student_id == student)
        return connection.execute(select(*columns).join(SubmittedAssignment.assignment).where(mine)).one_or_none()

    def _may_enter(self, connection: Connection, student: str) -> bool:
        if self._course.settings.create_student:
            return True
        return connection.scalar(select(Student.id).where(Student.id == student)) is not None

    def _is_graded(self, connection: Connection, student: str) -> bool:
        """Whether the gradebook has a result of the learner, and not merely a refusal."""
        mine = (Assignment.name == self._assignment) & (SubmittedAssignment.student_id == student)
        refusal = connection.scalar(select(_is_refusal()).join(SubmittedAssignment.assignment).where(mine))
        return refusal is not None and not refusal

    def _submissions(self) -> dict[str, bool]:
        """Return who has a submission in the gradebook, and whether it is merely a refusal."""
        query = select(SubmittedAssignment.student_id, _is_refusal()).join(SubmittedAssignment.assignment)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(Assignment.name == self._assignment))
            return {student: bool(refusal) for student, refusal in rows}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        """The notebooks of the assignment as its source is now, by name; none if there is no source."""
        return read_sources(self._course, self._assignment)

    def _enter_assignment(self, refused: Iterable[str]) -> None:
        """Enter the assignment as its source is now, in place of an earlier one and its `refused` submissions."""
        self._gradebook.db.expire_all()
        for student in refused:
            self._gradebook.remove_submission(self._assignment, student)
        self._gradebook.update_or_create_assignment(self._assignment)
        for name in self._notebook_names():
            if name not in self._sources:
                self._gradebook.remove_notebook(name, self._assignment)
        for name, source in self._sources.items():
            about = {"notebook": name, "assignment": self._assignment, "db_url": self._course.db_url}
            SaveCells(parent=self._course.app).preprocess(copy.deepcopy(source.released), {"nbgrader": about})
        self._gradebook.db.rollback()

    def _checksums(self) -> dict[tuple[str, str], str | None]:
        """Return the checksum of each of nbgrader's cells in the source, by notebook and cell."""
        return {
            (name, cell_name(cell)): cell.metadata.nbgrader.get("checksum")
            for name, source in self._sources.items()
            for cell in source.released.cells
            if _is_entered(cell)
        }

    def _recorded_checksums(self) -> dict[tuple[str, str], str | None]:
        """Return the same of the cells in the gradebook."""
        columns = (Notebook.name, SourceCell.name, SourceCell.checksum)
        query = select(*columns).join(SourceCell.notebook).join(Notebook.assignment)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(Assignment.name == self._assignment))
            return {(notebook, cell): checksum for notebook, cell, checksum in rows}

    def _recorded_cells(self) -> dict[str, dict[str, RecordedSource]]:
        """Return the cells of the assignment in the gradebook, by notebook and name."""
        columns = (SourceCell.name, SourceCell.cell_type, SourceCell.source, SourceCell.locked, SourceCell.checksum)
        recorded = {}
        with self._engine.connect() as connection:
            for notebook in self._layout(connection):
                query = select(*columns).where(SourceCell.notebook_id == notebook.id)
                recorded[notebook.name] = {}
                for row in connection.execute(query):
                    kinds, points = notebook.kinds_and_points(row.name)
                    recorded[notebook.name][row.name] = RecordedSource(*row, kinds=kinds, points=points)
        return recorded

    def _layout(self, connection: Connection) -> list[RecordedNotebook]:
        """Return the notebooks of the assignment with their graded cells and answers."""
        columns = (BaseCell.id, BaseCell.name, BaseCell.type, _max_score(), BaseCell.notebook_id)
        cells = _with_points(select(*columns).join(BaseCell.notebook).join(Notebook.assignment))
        by_notebook = defaultdict(list)
        for *cell, notebook in connection.execute(cells.where(Assignment.name == self._assignment)):
            by_notebook[notebook].append(RecordedCell(*cell))
        notebooks = select(Notebook.id, Notebook.name).join(Notebook.assignment).order_by(Notebook.name)
        rows = connection.execute(notebooks.where(Assignment.name == self._assignment))
        return [RecordedNotebook(row, name, tuple(by_notebook[row])) for row, name in rows]

    def _notebook_names(self) -> list[str]:
        with self._engine.connect() as connection:
            return [notebook.name for notebook in self._layout(connection)]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Write in one transaction, which is undone if anything goes wrong."""
        with _database_trouble(), self._engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                # Not with the first write, so that what is read before it cannot be out of date.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection


def missing_notebook_reason(submission: Submission, expected: Iterable[str]) -> str:
    """Say that none of a submission's notebooks belongs to the assignment."""
    wanted = " or ".join(f"{name}.ipynb" for name in expected)
    there = ", ".join(notebook.name for notebook in submission.notebooks)
    return f"it holds no {wanted}" + (f", only {there}: renamed?" if there else "")


def _put_scores(
    connection: Connection,
    notebook: str,
    recorded: RecordedNotebook,
    scores: Mapping[str, float | None],
    is_executed: bool,
) -> None:
    columns = select(Grade.cell_id, Grade.id, Grade.manual_score).where(Grade.notebook_id == notebook)
    known = {cell: (row, manual) for cell, row, manual in connection.execute(columns)}
    values = {}
    for cell in recorded.cells:
        if not cell.is_graded:
            continue
        score, has_manual = scores[cell.id], known.get(cell.id, (None, None))[1] is not None
        if cell.kind == "TaskCell" and is_executed and has_manual:
            continue  # a person graded it, and there is nothing new to see
        needs_person = score is None or (is_executed and has_manual)
        values[cell.id] = {"auto_score": score, "needs_manual_grade": needs_person}
    _put(connection, Grade.__table__, notebook, {cell: row for cell, (row, _) in known.items()}, values)


def _put_comments(connection: Connection, notebook: str, comments: Mapping[str, str | None]) -> None:
    columns = select(Comment.cell_id, Comment.id).where(Comment.notebook_id == notebook)
    known = dict(connection.execute(columns).all())
    values = {cell: {"auto_comment": comment} for cell, comment in {**dict.fromkeys(known), **comments}.items()}
    _put(connection, Comment.__table__, notebook, known, values)


def _put(
    connection: Connection,
    table: Table,
    notebook: str,
    known: Mapping[str, str],
    values: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write `values` of cells, by id, into rows of a submitted notebook: the `known` ones or new ones."""
    new = [
        {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell, **row}
        for cell, row in values.items()
        if cell not in known
    ]
    changed = [{"row": known[cell], **row} for cell, row in values.items() if cell in known]
    if new:
        connection.execute(insert(table), new)
    if changed:
        connection.execute(update(table).where(table.c.id == bindparam("row")), changed)


def _of_submission(query: Select, kind: type, submission: str) -> Select:
    """Join what belongs to `kind`, Grade or Comment, and keep the rows of a submission."""
    return (
        query.select_from(kind)
        .join(BaseCell, BaseCell.id == kind.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .where(SubmittedNotebook.assignment_id == submission)
    )


def _is_refusal() -> ColumnElement[bool]:
    """Whether a submission was refused, and no person graded it all the same."""
    mine = SubmittedNotebook.assignment_id == SubmittedAssignment.id
    refused = exists().where(
        mine, Comment.notebook_id == SubmittedNotebook.id, Comment.auto_comment.startswith(REFUSED)
    )
    judged = exists().where(mine, Grade.notebook_id == SubmittedNotebook.id, Grade.manual_score.is_not(None))
    return refused & ~judged


def _with_points(query: Select) -> Select:
    """Join what `_max_score` needs to a query about cells."""
    for table in (GradeCell.__table__, TaskCell.__table__):
        query = query.outerjoin(table, table.c.id == BaseCell.id)
    return query


def _max_score() -> ColumnElement[float]:
    """The points that a cell is worth; 0 for an answer."""
    return func.coalesce(GradeCell.__table__.c.max_score, TaskCell.__table__.c.max_score, 0.0)


def _is_entered(cell: NotebookNode) -> bool:
    """Whether SaveCells enters this cell."""
    return is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)


def _timestamp(submission: Submission) -> datetime | None:
    try:
        return submitted_at(submission.folder)
    except SubmissionError:  # `check` said so
        return None


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _wait_for_locks(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {1000 * SECONDS_TO_WAIT_FOR_A_LOCK}")


@contextmanager
def _database_trouble() -> Iterator[None]:
    """Turn what SQLAlchemy raises about a gradebook in use into a GradebookError."""
    try:
        yield
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GradebookError(f"the gradebook cannot be used: {_reason(error)}") from error


@contextmanager
def _database_errors(course: Course) -> Iterator[None]:
    """Turn what SQLAlchemy and nbgrader raise while a gradebook is opened into a CourseError."""
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, InvalidEntry, ImportError) as error:
        raise CourseError(f"The gradebook {course.db_url} cannot be used: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Say in one line what is wrong with a gradebook, and the way out."""
    said = one_line(str(getattr(error, "orig", None) or error))
    if "locked" in said:
        return f"{said}. Another program, formgrader perhaps, is writing in it: try again when it has finished."
    if "disk is full" in said:
        return "no space left on its disk: free some and run again"
    if "no such column" in said or "no such table" in said:
        return f"{said}. An older nbgrader made it: save a copy of it, then run `nbgrader db upgrade`."
    if "readonly" in said or "unable to open" in said:
        return f"{said}. Check that you may write the file and its folder."
    return said
