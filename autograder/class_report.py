"""One HTML page on how a class did in an assignment, for its instructor.

Scores come from the gradebook, so grades that a person gave since are in them; how each submission was graded (time,
reasons, failure messages, what was attempted) comes from the grader's journal. What the journal does not know, of a
submission that `nbgrader autograde` graded for instance, is left open.
"""

import os
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import func, select

from autograder import journal
from autograder.course import open_course
from autograder.environment import interpreter_on_path
from autograder.errors import CourseError, did_you_mean, one_line
from autograder.export import SubmissionScore, max_score, submission_scores
from autograder.files import replace_text
from autograder.results import PROBLEMS, CellScore, Outcome, State

BINS = 10
MESSAGES_SHOWN = 5
ROWS_SHOWN = 10
LEARNERS_SHOWN = 5
NOT_GRADED = (State.REFUSED, State.FAILED)


@dataclass
class Exercise:
    """How a class did in one graded cell; every submission that was graded is in one of the five counts."""

    notebook: str
    cell: str
    max_score: float
    right: int = 0
    partly: int = 0
    wrong: int = 0
    not_attempted: int = 0
    waiting: int = 0
    messages: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many submissions were graded."""
        return self.right + self.partly + self.wrong + self.not_attempted + self.waiting

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The five counts with their names, in the order in which they are shown."""
        return [
            ("right", self.right),
            ("partly right", self.partly),
            ("wrong", self.wrong),
            ("not attempted", self.not_attempted),
            ("waits for a person", self.waiting),
        ]

    @property
    def common_messages(self) -> list[tuple[str, int]]:
        """The most common failure messages, with how many submissions had them."""
        return self.messages.most_common(MESSAGES_SHOWN)

    def add(self, score: float, waiting: bool, told: CellScore | None) -> None:
        """Count one submission, of which the journal tells `told`."""
        if waiting:
            self.waiting += 1
        elif score >= self.max_score:
            self.right += 1
        elif score > 0:
            self.partly += 1
        elif told and not told.attempted:
            self.not_attempted += 1
        else:
            self.wrong += 1
        if told and told.attempted and told.message and score < self.max_score:
            self.messages[one_line(told.message)] += 1


@dataclass(frozen=True)
class Problem:
    """Submissions that ended alike; `learners` are the first few of them."""

    state: State
    reason: str
    count: int
    learners: tuple[str, ...]


@dataclass(frozen=True)
class ClassReport:
    """What the page shows. Scores are points, late penalties taken off; seconds are of the whole submission.

    Attributes:
        histogram: number of submissions per tenth of the points, from none to all.
        slowest: learner and seconds of the submissions that took longest.
        late: how many submissions lost points for being late, the sum, and the largest losses by learner.
        states: how many submissions ended in each state.
    """

    assignment: str
    enrolled: int
    max_score: float
    scores: tuple[float, ...]
    histogram: tuple[int, ...]
    exercises: tuple[Exercise, ...]
    problems: tuple[Problem, ...]
    slowest: tuple[tuple[str, float], ...]
    late_count: int
    late_points: float
    late: tuple[tuple[str, float], ...]
    states: dict[str, int]

    @property
    def statistics(self) -> dict[str, float]:
        """Mean, median, lowest and highest score; empty if nothing was graded."""
        if not self.scores:
            return {}
        return {
            "mean": statistics.fmean(self.scores),
            "median": statistics.median(self.scores),
            "lowest": min(self.scores),
            "highest": max(self.scores),
        }


def write_report(
    assignment: str, course_root: str | os.PathLike[str] = ".", *, output: str | os.PathLike[str] | None = None
) -> Path:
    """Write the page on `assignment`, one file without scripts and requests, and return where it is.

    Args:
        assignment: name of an assignment that was graded.
        course_root: folder with the course's `nbgrader_config.py`.
        output: the file to write; by default `reports/ASSIGNMENT.html` in the course's folder.

    Raises:
        CourseError: nothing of it has been graded, or the file cannot be written.
    """
    report = class_report(assignment, course_root)
    target = Path(output) if output else open_course(course_root).root / "reports" / f"{assignment}.html"
    try:
        if output is None:
            target.parent.mkdir(exist_ok=True)
        replace_text(target, render(report))
    except OSError as error:
        raise CourseError(f"{str(target)!r} cannot be written: {error.strerror}.") from error
    return target


def class_report(assignment: str, course_root: str | os.PathLike[str] = ".") -> ClassReport:
    """Gather what gradebook and journal say about `assignment`.

    Raises:
        CourseError: nothing of it has been graded.
    """
    course = open_course(course_root)
    if not course.has_gradebook():
        raise CourseError(f"{str(course.root)!r} has no gradebook: grade {assignment} first.")
    outcomes = journal.read(course, assignment)
    with chdir(course.root), interpreter_on_path(), Gradebook(course.db_url, course.coursedir.course_id) as gradebook:
        scores = submission_scores(gradebook, assignment)
        if not scores and not outcomes:
            known = [known.name for known in gradebook.assignments]
            raise CourseError(f"No submission of {assignment} has been graded yet.{did_you_mean(assignment, known)}")
        ungraded = {student for student, outcome in outcomes.items() if outcome.state in NOT_GRADED}
        graded = {student: score for student, score in scores.items() if student not in ungraded}
        points = max_score(gradebook, assignment)
        return ClassReport(
            assignment=assignment,
            enrolled=gradebook.db.execute(select(func.count()).select_from(Student)).scalar_one(),
            max_score=points,
            scores=tuple(score.score for score in graded.values()),
            histogram=_histogram((score.score for score in graded.values()), points),
            exercises=_exercises(gradebook, assignment, graded, outcomes),
            problems=_problems(outcomes.values()),
            slowest=_largest({student: outcome.seconds for student, outcome in outcomes.items()}),
            late_count=sum(score.late_penalty > 0 for score in graded.values()),
            late_points=sum(score.late_penalty for score in graded.values()),
            late=_largest({student: score.late_penalty for student, score in graded.items()}),
            states=_states(graded, outcomes),
        )


def render(report: ClassReport) -> str:
    """Return the HTML page; all that comes from learners is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("class_report.html.j2").render(report=report)


def _exercises(
    gradebook: Gradebook, assignment: str, graded: dict[str, SubmissionScore], outcomes: dict[str, Outcome]
) -> tuple[Exercise, ...]:
    exercises = {(e.notebook, e.cell): e for e in _graded_cells(gradebook, assignment)}
    told = {student: {(s.notebook, s.cell): s for s in outcome.exercises} for student, outcome in outcomes.items()}
    for student, notebook, cell, score, waiting in _grades(gradebook, assignment):
        exercise = exercises.get((notebook, cell))
        if exercise and student in graded:
            exercise.add(score, waiting, told.get(student, {}).get((notebook, cell)))
    return tuple(exercises.values())


def _graded_cells(gradebook: Gradebook, assignment: str) -> Iterator[Exercise]:
    """Yield an empty count for each graded cell that is worth points, in the order of the notebooks' names."""
    found = []
    for kind in (GradeCell, TaskCell):
        query = (
            select(Notebook.name, kind.name, kind.max_score)
            .join(Notebook, Notebook.id == kind.notebook_id)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .where(Assignment.name == assignment, kind.max_score > 0)
        )
        found += gradebook.db.execute(query)
    for notebook, cell, points in sorted(found):
        yield Exercise(notebook, cell, points)


def _grades(gradebook: Gradebook, assignment: str) -> Iterable[tuple[str, str, str, float, bool]]:
    """Return learner, notebook, cell, score and whether a person has to grade it, of every grade."""
    query = (
        select(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade.score, Grade.needs_manual_grade)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    return gradebook.db.execute(query)


def _histogram(scores: Iterable[float], points: float) -> tuple[int, ...]:
    counts = [0] * BINS
    for score in scores:
        tenth = int(BINS * score / points) if points else 0
        counts[min(max(tenth, 0), BINS - 1)] += 1
    return tuple(counts)


def _problems(outcomes: Iterable[Outcome]) -> tuple[Problem, ...]:
    """Group the submissions that were not graded to the end by state and reason, the largest group first."""
    alike = defaultdict(list)
    for outcome in outcomes:
        if outcome.state in PROBLEMS:
            alike[outcome.state, one_line(outcome.reason) if outcome.reason else ""].append(outcome.student)
    problems = [
        Problem(state, reason, len(students), tuple(sorted(students)[:LEARNERS_SHOWN]))
        for (state, reason), students in alike.items()
    ]
    return tuple(sorted(problems, key=lambda problem: (-problem.count, problem.state, problem.reason)))


def _largest(values: dict[str, float]) -> tuple[tuple[str, float], ...]:
    positive = [(student, value) for student, value in values.items() if value > 0]
    return tuple(sorted(positive, key=lambda entry: (-entry[1], entry[0]))[:ROWS_SHOWN])


def _states(graded: dict[str, SubmissionScore], outcomes: dict[str, Outcome]) -> dict[str, int]:
    """Count the states; whether a submission waits for a person, the gradebook knows better than the journal."""
    states = Counter(outcome.state for outcome in outcomes.values() if outcome.state in PROBLEMS)
    for student, score in graded.items():
        if student not in outcomes or outcomes[student].state not in PROBLEMS:
            states[State.NEEDS_PERSON if score.needs_manual_grade else State.GRADED] += 1
    return {state.value: states[state] for state in State if states[state]}
