"""Grade the submissions of one assignment: decide which, examine several at a time, record them one by one."""

import contextlib
import os
import threading
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearMarkScheme, Execute

from autograder import intake, journal
from autograder.course import Course, Submission, open_course, submitted_at
from autograder.environment import cores, interpreter_on_path
from autograder.errors import CourseError, GradebookError, SubmissionError, did_you_mean, one_line
from autograder.examiner import Examiner, Settings
from autograder.gradebook import GradebookWriter, InstructorNotebook
from autograder.limits import Limits
from autograder.progress import Progress
from autograder.rebuild import rebuild
from autograder.results import GradingResult, Outcome, Report, State
from autograder.staging import Staging, only_grader

SECONDS_BETWEEN_LOOKS = 0.2  # at the request to stop


def grade(
    assignment: str,
    course_root: str | os.PathLike[str] = ".",
    *,
    students: Iterable[str] = (),
    jobs: int | None = None,
    force: bool = False,
    cell_timeout: float | None = None,
    timeout: float | None = None,
    memory: int | None = None,
    unsafe: bool = False,
    in_kernel_tests: bool = False,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> GradingResult:
    """Grade what lies in `submitted/STUDENT/ASSIGNMENT/` into the gradebook and `autograded/`.

    The working directory is the course's root meanwhile.

    Args:
        assignment: name of the assignment, a folder in the course's source folder.
        course_root: folder with the course's `nbgrader_config.py`.
        students: the learners to grade; all who handed in, if empty.
        jobs: how many submissions to execute at a time; by default as many as there are processor cores.
        force: grade again what was graded before and is not newer.
        cell_timeout: seconds that a cell may take; by default what the course's `Execute.timeout` says (30).
        timeout: seconds that a submission may take in all; 600 by default.
        memory: MB that a submission may use beyond what Python and the imported packages need; 2,048 by default.
        unsafe: run learners' code without a sandbox, with your rights.
        in_kernel_tests: run tests that pass only inside the learner's process there, where they can be cheated;
            otherwise they are left to a person.
        progress: told what starts and what ends.
        stop: when set, from a signal handler or another thread, what is being examined is given up, and the
            result so far returned.

    Returns:
        What became of each submission. Everything graded is saved, whatever happens to the others.

    Raises:
        CourseError: nothing can be graded; the message says why and what to do.
    """
    course = open_course(course_root)
    settings = _settings(course, cell_timeout, timeout, memory, unsafe, in_kernel_tests)
    jobs = cores() if jobs is None else jobs
    if jobs < 1:
        raise CourseError(f"The number of jobs is {jobs}: give 1 or more.")
    with contextlib.chdir(course.root), interpreter_on_path(), only_grader(course):
        _require_lesson(course, assignment)
        submissions, missing = _choose(course, assignment, tuple(students))
        with GradebookWriter(course, assignment) as gradebook:
            batch = _Batch(course, assignment, gradebook, settings, progress or Progress(), stop or threading.Event())
            return batch.run(submissions, missing, jobs, force)


def _settings(
    course: Course,
    cell_timeout: float | None,
    timeout: float | None,
    memory: int | None,
    unsafe: bool,
    in_kernel_tests: bool,
) -> Settings:
    """Return how to examine: what was asked for, and the course's own or standard values for the rest."""
    wanted = {"cell_seconds": cell_timeout, "total_seconds": timeout, "memory": memory}
    for name, value in wanted.items():
        if value is not None and not value > 0:
            raise CourseError(f"{name.replace('_', ' ')} is {value}: give more than 0.")
    wanted["cell_seconds"] = cell_timeout or Execute(parent=course.app).timeout or Limits.total_seconds
    limits = Limits(**{name: value for name, value in wanted.items() if value is not None})
    return Settings(limits, confined=not unsafe, in_kernel_tests=in_kernel_tests)


def _require_lesson(course: Course, assignment: str) -> None:
    """Check that the course has the lesson, in its source folder or in an existing gradebook."""
    lessons = course.lessons()
    if assignment in lessons:
        return
    if course.has_gradebook():
        with GradebookWriter(course, assignment) as gradebook:
            if gradebook.is_known():
                return
            lessons = sorted({*lessons, *gradebook.lessons()})
    hint = did_you_mean(assignment, lessons)
    there = ", ".join(lessons[:20]) or f"none: {course.coursedir.source_directory}/ holds no notebook"
    raise CourseError(f"There is no lesson {assignment!r} in {str(course.root)!r}.{hint} Lessons: {there}.")


def _choose(course: Course, assignment: str, students: tuple[str, ...]) -> tuple[list[Submission], list[Outcome]]:
    """Return the submissions to look at, and an outcome for each learner asked for who handed in nothing."""
    submissions = course.submissions(assignment)
    place = course.path(course.coursedir.submitted_directory, "STUDENT", assignment)
    if not submissions:
        raise CourseError(f"Nobody has handed in {assignment}: put the notebooks into {str(place)!r}.")
    if not students:
        return submissions, []
    known = [submission.student for submission in submissions]
    missing = [
        Outcome(student, State.REFUSED, reason=f"handed in no {assignment}.{did_you_mean(student, known)}")
        for student in dict.fromkeys(students)
        if student not in known
    ]
    chosen = [submission for submission in submissions if submission.student in students]
    if not chosen:
        raise CourseError("; ".join(f"{outcome.student!r} {outcome.reason}" for outcome in missing))
    return chosen, missing


class _Batch:
    """One run over the submissions of an assignment."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        gradebook: GradebookWriter,
        settings: Settings,
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._course = course
        self._assignment = assignment
        self._gradebook = gradebook
        self._settings = settings
        self._progress = progress
        self._stop = stop
        self._staging = Staging(course)
        self._notebooks: dict[str, InstructorNotebook] = {}
        marks = ClearMarkScheme(parent=course.app)
        schemes = marks.begin_mark_scheme_delimeter, marks.end_mark_scheme_delimeter
        self._not_released = (gradebook.hidden_test_markers(), schemes)

    def run(self, submissions: list[Submission], missing: list[Outcome], jobs: int, force: bool) -> GradingResult:
        started = time.monotonic()
        notes = self._gradebook.register()
        outcomes = [*missing, *self._record_interrupted(submissions)]
        recorded = {outcome.student for outcome in outcomes}
        todo = []
        for submission in submissions:
            if submission.student in recorded:
                continue
            if force or self._needs_grading(submission):
                todo.append(submission)
            else:
                outcomes.append(self._with_score(Outcome(submission.student, State.SKIPPED)))
        jobs = min(jobs, len(todo)) or 1
        if todo:
            graded, told = self._grade_all(todo, jobs)
            outcomes, notes = outcomes + graded, notes + told
        return GradingResult(
            assignment=self._assignment,
            course_root=str(self._course.root),
            jobs=jobs,
            seconds=time.monotonic() - started,
            outcomes=tuple(sorted(outcomes, key=lambda outcome: outcome.student)),
            stopped=any(outcome.state is State.STOPPED for outcome in outcomes),
            notes=tuple(notes),
        )

    def _record_interrupted(self, submissions: list[Submission]) -> list[Outcome]:
        """Record what a run that was killed had examined to the end."""
        known = {submission.student: submission for submission in submissions}
        return [
            self._record(known[student], report)
            for student, report in self._staging.recover(self._assignment)
            if student in known
        ]

    def _needs_grading(self, submission: Submission) -> bool:
        """Whether no result lies in `autograded/` and the gradebook, or it is older than the submission."""
        autograded = self._course.coursedir.autograded_directory
        result = self._course.path(autograded, submission.student, submission.assignment)
        if not result.is_dir() or self._gradebook.score(submission.student) is None:
            return True
        try:
            submitted, graded = submitted_at(submission.folder), submitted_at(result)
        except SubmissionError:  # refused, with the reason, when it is begun
            return True
        return submitted is not None and graded is not None and submitted > graded

    def _grade_all(self, submissions: list[Submission], jobs: int) -> tuple[list[Outcome], list[str]]:
        """Examine several submissions at a time and record each when ready, until all are done or we must stop."""
        self._progress.begin(len(submissions))
        self._notebooks = self._gradebook.instructor_notebooks()
        source = self._course.source_folder(self._assignment)
        files = intake.read_files(source, self._course.coursedir.ignore)
        examiner = Examiner(
            self._course.root, self._notebooks, files, self._gradebook.hidden_test_markers(), self._settings
        )
        own = set(self._course.settings.exclude_overwriting.get(self._assignment, []))
        with self._progress, examiner, ThreadPoolExecutor(jobs) as threads:
            try:
                return self._examine_all(submissions, jobs, examiner, own, threads), examiner.notes()
            finally:
                examiner.close()  # ends what the threads wait for

    def _examine_all(
        self, submissions: list[Submission], jobs: int, examiner: Examiner, own: set[str], threads: ThreadPoolExecutor
    ) -> list[Outcome]:
        outcomes = []
        waiting = iter(submissions)
        running: dict[Future[Report], Submission] = {}
        while not self._stop.is_set():
            while len(running) < 2 * jobs and (submission := next(waiting, None)):
                names = self._begin(submission)
                if isinstance(names, Outcome):
                    outcomes.append(self._finish(names))
                else:
                    running[threads.submit(self._examine, submission, names, examiner, own)] = submission
            if not running:
                break
            done, _ = wait(running, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
            for future in done:
                outcomes.append(self._finish(self._record(running.pop(future), future.result())))
        if self._stop.is_set():
            self._progress.stopping()
        given_up = [*running.values(), *waiting]
        return outcomes + [Outcome(submission.student, State.STOPPED) for submission in given_up]

    def _begin(self, submission: Submission) -> tuple[str, ...] | Outcome:
        """Return the names of the notebooks to examine, or the outcome if that is impossible."""
        self._hook("pre", submission)
        try:
            return self._gradebook.check(submission)
        except SubmissionError as error:
            return self._record(submission, Report(State.REFUSED, str(error)))
        except GradebookError as error:
            return Outcome(submission.student, State.FAILED, reason=str(error))

    def _examine(self, submission: Submission, names: tuple[str, ...], examiner: Examiner, own: set[str]) -> Report:
        """Read, rebuild and examine a submission; whatever is wrong with it ends in the report. Runs in a thread."""
        if self._stop.is_set():
            return Report(State.STOPPED)
        self._progress.started(submission.student)
        notebooks, notes = {}, []
        try:
            for name in names:
                stem = Path(name).stem
                submitted = _read(submission.folder / name)
                rebuilt = rebuild(self._notebooks[stem].released, submitted, self._not_released)
                notebooks[stem] = rebuilt.notebook
                notes += rebuilt.notes
            files = intake.read_files(submission.folder, self._course.coursedir.ignore)
        except SubmissionError as error:
            return Report(State.REFUSED, str(error))
        except OSError as error:
            return Report(State.REFUSED, f"it cannot be read: {error.strerror or one_line(error)}")
        except Exception as error:  # a submission can be broken in any way, and must not stop the others
            return Report(State.REFUSED, f"it cannot be read: {type(error).__name__}: {one_line(error)}")
        report = examiner.examine(notebooks, files, own)
        return replace(report, warnings=(*report.warnings, *notes))

    def _record(self, submission: Submission, report: Report) -> Outcome:
        """Save an examined submission: first aside, then its scores, then its folder; report any other."""
        outcome = Outcome(
            submission.student, report.state, reason=report.reason, seconds=report.seconds, warnings=report.warnings
        )
        if report.state is State.STOPPED:
            return outcome
        try:
            if report.state is State.REFUSED:
                self._gradebook.refuse(submission, report.reason)
            elif report.state is not State.FAILED:
                self._staging.write(submission, report)
                self._gradebook.save(submission, report)
                self._staging.publish(submission.student, submission.assignment)
        except GradebookError as error:
            return replace(outcome, state=State.FAILED, reason=str(error))
        except OSError as error:
            reason = f"the result could not be saved: {error.strerror or one_line(error)}"
            return replace(outcome, state=State.FAILED, reason=reason)
        outcome = self._with_score(outcome, report)
        with contextlib.suppress(OSError):  # the grades are safe; only the class's report lacks a line
            journal.append(self._course, self._assignment, outcome)
            self._staging.discard(submission.student, submission.assignment)
        if report.notebooks:
            self._hook("post", submission)
        return outcome

    def _finish(self, outcome: Outcome) -> Outcome:
        self._progress.finished(outcome)
        return outcome

    def _hook(self, when: str, submission: Submission) -> None:
        """Call the course's own pre- or post-convert hook, as nbgrader does for a run with `--student`."""
        hook = getattr(self._course.settings, f"{when}_convert_hook")
        if hook is None:
            return
        settings = self._course.settings
        settings.coursedir.student_id, settings.coursedir.assignment_id = (
            submission.student,
            submission.assignment,
        )
        settings.notebooks = [str(notebook) for notebook in submission.notebooks]
        (settings.run_pre_convert_hook if when == "pre" else settings.run_post_convert_hook)()

    def _with_score(self, outcome: Outcome, report: Report | None = None) -> Outcome:
        """Add what the gradebook says, and what failed tests said."""
        score = self._gradebook.score(outcome.student)
        if score is None:
            return outcome
        verdicts = report.verdicts if report else {}
        exercises = tuple(
            replace(cell, message=verdicts[cell.notebook, cell.cell].message)
            if (cell.notebook, cell.cell) in verdicts
            else cell
            for cell in score.exercises
        )
        waits = outcome.state is State.GRADED and score.needs_manual_grade
        return replace(
            outcome,
            state=State.NEEDS_PERSON if waits else outcome.state,
            reason="cells wait for a person's grade" if waits else outcome.reason,
            score=score.points,
            max_score=score.max_points,
            late_penalty=score.late_penalty,
            needs_manual_grade=score.needs_manual_grade,
            exercises=exercises,
        )


def _read(file: Path) -> NotebookNode:
    """Read a submitted notebook; an error names it."""
    try:
        return intake.read_notebook(file)
    except SubmissionError as error:
        raise SubmissionError(f"{file.name}: {error}") from error
