"""Scores of a gradebook as files for other systems: Canvas, Moodle, or one plain table.

The classes are plugins of `nbgrader export` as well:

    nbgrader export --exporter autograder.export.CanvasExporter --to grades-canvas.csv

All files are UTF-8 CSV. Scores have the late penalty taken off, never below zero. A learner who handed nothing in has
no score, which is not a zero: it is for a person to decide what that counts. Text that a spreadsheet would
take for a formula is written with an apostrophe before it.
"""

import csv
import io
import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.plugins import ExportPlugin
from sqlalchemy import func, select

from autograder.course import open_course
from autograder.environment import interpreter_on_path
from autograder.errors import CourseError, did_you_mean
from autograder.files import replace_text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
NO_GRADE = "-"  # in Moodle's own export and import


@dataclass(frozen=True)
class SubmissionScore:
    """What the gradebook has of one submission, in points."""

    raw_score: float
    late_penalty: float
    timestamp: datetime | None
    needs_manual_grade: bool

    @property
    def score(self) -> float:
        """The points that count."""
        return max(0.0, self.raw_score - self.late_penalty)


def submission_scores(gradebook: Gradebook, assignment: str) -> dict[str, SubmissionScore]:
    """Return what each learner who handed in `assignment` got, by learner.

    Two queries for the whole class: nbgrader's own `SubmittedAssignment.score` searches all grades for each learner.
    """
    mine = (Assignment.id == SubmittedAssignment.assignment_id) & (Assignment.name == assignment)
    points = (
        select(SubmittedNotebook.assignment_id, func.sum(Grade.score), func.max(Grade.needs_manual_grade))
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .group_by(SubmittedNotebook.assignment_id)
    )
    scores = {submission: (score, manual) for submission, score, manual in gradebook.db.execute(points)}
    submissions = (
        select(
            SubmittedAssignment.id,
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            func.coalesce(func.sum(SubmittedNotebook.late_submission_penalty), 0.0),
        )
        .join(Assignment, mine)
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .group_by(SubmittedAssignment.id, SubmittedAssignment.student_id, SubmittedAssignment.timestamp)
    )
    found = {}
    for submission, student, timestamp, penalty in gradebook.db.execute(submissions):
        score, manual = scores.get(submission, (0.0, False))
        found[student] = SubmissionScore(score, penalty, timestamp, bool(manual))
    return found


def max_score(gradebook: Gradebook, assignment: str) -> float:
    """Return the points that `assignment` is worth."""
    total = 0.0
    for kind in (GradeCell, TaskCell):
        query = (
            select(func.coalesce(func.sum(kind.max_score), 0.0))
            .join(Notebook, Notebook.id == kind.notebook_id)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .where(Assignment.name == assignment)
        )
        total += gradebook.db.execute(query).scalar_one()
    return total


class _TableExporter(ExportPlugin):
    """A plugin that writes one CSV table; what is in it, its subclasses say in `_rows`."""

    default_name = "grades.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to `to` (by default `default_name`), for the chosen assignments and learners.

        Raises:
            OSError: the file cannot be written.
        """
        assignments = [a for a in gradebook.assignments if not self.assignment or a.name in map(str, self.assignment)]
        students = [s for s in gradebook.students if not self.student or s.id in map(str, self.student)]
        text = io.StringIO(newline="")
        csv.writer(text).writerows(
            [_cell(value) for value in row] for row in self._rows(gradebook, assignments, students)
        )
        replace_text(Path(self.to or self.default_name), text.getvalue())
        self.log.info("Exported the grades to %s", self.to or self.default_name)

    def _rows(
        self, gradebook: Gradebook, assignments: list[Assignment], students: list[Student]
    ) -> Iterator[list[object]]:
        raise NotImplementedError


class CsvExporter(_TableExporter):
    """One row for each assignment and learner, with the columns of nbgrader's own `CsvExportPlugin`.

    Different from there, the three scores of a learner who handed nothing in are empty, and names with commas stay in
    their column.
    """

    def _rows(
        self, gradebook: Gradebook, assignments: list[Assignment], students: list[Student]
    ) -> Iterator[list[object]]:
        yield [*CSV_COLUMNS]
        for assignment in assignments:
            scores, points = submission_scores(gradebook, assignment.name), max_score(gradebook, assignment.name)
            for student in students:
                got = scores.get(student.id)
                yield [
                    assignment.name,
                    assignment.duedate,
                    got and got.timestamp,
                    student.id,
                    student.last_name,
                    student.first_name,
                    student.email,
                    *((got.raw_score, got.late_penalty, got.score) if got else (None, None, None)),
                    points,
                ]


class CanvasExporter(_TableExporter):
    """The table that Canvas reads under Gradebook, Import.

    Canvas asks for the columns Student, ID, SIS User ID, SIS Login ID and Section, then one column per assignment,
    with the points possible in a row of their own below the header. It looks for a learner by ID, then by SIS User ID
    and SIS Login ID, then by the name, "Last, First". An assignment column goes to the Canvas assignment of that
    title; without one, Canvas offers to create it. Canvas shows all changes before it saves them. An empty cell means
    no score.

    ID is the gradebook's `lms_user_id`, SIS Login ID the learner's id in nbgrader, which is the login name in most
    courses. SIS User ID and Section are not known to nbgrader and stay empty.
    """

    default_name = "grades-canvas.csv"

    def _rows(
        self, gradebook: Gradebook, assignments: list[Assignment], students: list[Student]
    ) -> Iterator[list[object]]:
        names = [assignment.name for assignment in assignments]
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
        yield ["    Points Possible", None, None, None, None, *(max_score(gradebook, name) for name in names)]
        scores = [submission_scores(gradebook, name) for name in names]
        for student in students:
            full_name = ", ".join(filter(None, [student.last_name, student.first_name])) or student.id
            points = [by_student[student.id].score if student.id in by_student else None for by_student in scores]
            yield [full_name, student.lms_user_id, None, student.id, None, *points]


class MoodleExporter(_TableExporter):
    """The table that Moodle reads under Grades, Import, CSV file.

    Moodle reads the format of its own grade export, and asks for the meaning of each column while it imports: one
    identifies the learner ("Map from" Username to username, ID number to useridnumber, or Email address to useremail),
    each other one goes to a grade item, to a new grade item, or to an item's feedback. Username is the learner's id in
    nbgrader, ID number the gradebook's `lms_user_id`. Moodle's mark for "no grade" is `-`; it stands where nothing was
    handed in.

    After each assignment comes its feedback: all comments in the gradebook. Moodle's documentation warns that who maps
    the feedback must map the grades of the same item too, or the item loses its grades.
    """

    default_name = "grades-moodle.csv"

    def _rows(
        self, gradebook: Gradebook, assignments: list[Assignment], students: list[Student]
    ) -> Iterator[list[object]]:
        names = [assignment.name for assignment in assignments]
        columns = [column for name in names for column in (name, f"{name} (Feedback)")]
        yield ["Username", "First name", "Last name", "ID number", "Email address", *columns]
        scores = [submission_scores(gradebook, name) for name in names]
        comments = [_comments(gradebook, name) for name in names]
        for student in students:
            row = [student.id, student.first_name, student.last_name, student.lms_user_id, student.email]
            for by_student, said in zip(scores, comments, strict=True):
                row += [by_student[student.id].score if student.id in by_student else NO_GRADE]
                row += ["\n".join(said[student.id])]
            yield row


EXPORTERS = {"canvas": CanvasExporter, "moodle": MoodleExporter, "csv": CsvExporter}


def export(
    assignments: Iterable[str] = (),
    course_root: str | os.PathLike[str] = ".",
    *,
    format: str,
    output: Path | None = None,
) -> Path:
    """Write the scores of `assignments` (all, if none is named) in one of the EXPORTERS' formats.

    Args:
        assignments: names of assignments in the gradebook.
        course_root: folder with the course's `nbgrader_config.py`.
        format: `"canvas"`, `"moodle"` or `"csv"`.
        output: the file to write; by default `grades-FORMAT.csv`, or `grades.csv`, in the course's folder.

    Returns:
        The file that was written.

    Raises:
        CourseError: there is nothing to export, no such assignment, or the file cannot be written.
    """
    course = open_course(course_root)
    if format not in EXPORTERS:
        raise CourseError(f"There is no format {format!r}: choose from {', '.join(EXPORTERS)}.")
    if not course.has_gradebook():
        raise CourseError(f"{str(course.root)!r} has no gradebook: grade an assignment first.")
    plugin = EXPORTERS[format](parent=course.app)
    target = Path(output or course.root / plugin.default_name).absolute()
    plugin.to = str(target)
    with chdir(course.root), interpreter_on_path(), Gradebook(course.db_url, course.coursedir.course_id) as gradebook:
        known = [assignment.name for assignment in gradebook.assignments]
        plugin.assignment = [_known(name, known) for name in assignments]
        try:
            plugin.export(gradebook)
        except OSError as error:
            raise CourseError(f"{str(target)!r} cannot be written: {error.strerror}.") from error
    return target


def _known(name: str, known: list[str]) -> str:
    if name in known:
        return name
    raise CourseError(f"There is no assignment {name!r} in the gradebook.{did_you_mean(name, known)}")


def _comments(gradebook: Gradebook, assignment: str) -> dict[str, list[str]]:
    """Return all comments on each learner's submission of `assignment`, by learner, in the order of cells."""
    query = (
        select(SubmittedAssignment.student_id, Comment.comment, BaseCell.name)
        .join(SubmittedNotebook, SubmittedNotebook.id == Comment.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
        .where(Assignment.name == assignment)
        .order_by(BaseCell.name)
    )
    found = defaultdict(list)
    for student, comment, cell in gradebook.db.execute(query):
        if comment:
            found[student].append(f"{cell}: {comment}")
    return found


def _cell(value: object) -> object:
    """Return `value` as it is to stand in a table: numbers without `.0`, nothing for None, text that is no formula."""
    if isinstance(value, float):
        return f"{value:.10g}" if math.isfinite(value) else ""
    if isinstance(value, str) and value != NO_GRADE and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
