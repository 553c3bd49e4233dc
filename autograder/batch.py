"""Grade the submissions of one lesson: decide which, run them several at a time, record them one by one."""

import contextlib
import os
import threading
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace

from autograder.course import Course, Submission, open_course, submitted_at
from autograder.engine import Job, Report, explain
from autograder.environment import cores, interpreter_on_path
from autograder.errors import CourseError, GradebookError, SubmissionError, did_you_mean
from autograder.gradebook import GradebookWriter
from autograder.progress import Progress
from autograder.results import GradingResult, Outcome, State
from autograder.staging import Staging, only_grader
from autograder.workers import WorkerPool

SECONDS_BETWEEN_LOOKS = 0.2  # at the request to stop


def grade(
    assignment: str,
    course_root: str | os.PathLike[str] = ".",
    *,
    students: Iterable[str] = (),
    jobs: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> GradingResult:
    """Grade what lies in `submitted/STUDENT/ASSIGNMENT/` into the gradebook and `autograded/`.

    Learners' code is executed unsandboxed, with your rights. The working directory is the course's root
    meanwhile.

    Args:
        assignment: name of the lesson, a folder in the course's source folder.
        course_root: folder with the course's `nbgrader_config.py`.
        students: the learners to grade; all who handed in, if empty.
        jobs: how many submissions to execute at a time; by default as many as there are processor cores.
        force: grade again what was graded before and is not newer.
        progress: told what starts and what ends.
        stop: when set, from a signal handler or another thread, what is being executed is given up, and the
        result
            so far returned.

    Returns:
        What became of each submission. Everything graded is saved, whatever happens to the others.

    Raises:
        CourseError: nothing can be graded; the message says why and what to do.
    """
    course = open_course(course_root)
    jobs = cores() if jobs is None else jobs
    if jobs < 1:
        raise CourseError(f"The number of jobs is {jobs}: give 1 or more.")
    with contextlib.chdir(course.root), interpreter_on_path(), only_grader(course):
        _require_lesson(course, assignment)
        submissions, missing = _choose(course, assignment, tuple(students))
        with GradebookWriter(course, assignment) as gradebook:
            batch = _Batch(course, gradebook, progress or Progress(), stop or threading.Event())
            return batch.run(assignment, submissions, missing, jobs, force)


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


@dataclass(frozen=True)
class _Running:
    submission: Submission
    job: Job


class _Batch:
    """One run over the submissions of a lesson."""

    def __init__(self, course: Course, gradebook: GradebookWriter, progress: Progress, stop: threading.Event) -> None:
        self._course = course
        self._gradebook = gradebook
        self._progress = progress
        self._stop = stop
        self._staging = Staging(course)

    def run(
        self, assignment: str, submissions: list[Submission], missing: list[Outcome], jobs: int, force: bool
    ) -> GradingResult:
        started = time.monotonic()
        notes = self._gradebook.register()
        interrupted = self._staging.recover()
        todo, outcomes = [], list(missing)
        for submission in submissions:
            if force or (submission.student, assignment) in interrupted or self._needs_grading(submission):
                todo.append(submission)
            else:
                outcomes.append(self._with_score(Outcome(submission.student, State.SKIPPED)))
        jobs = min(jobs, len(todo)) or 1
        if todo:
            outcomes += self._grade_all(todo, jobs)
        return GradingResult(
            assignment=assignment,
            course_root=str(self._course.root),
            jobs=jobs,
            seconds=time.monotonic() - started,
            outcomes=tuple(sorted(outcomes, key=lambda outcome: outcome.student)),
            stopped=any(outcome.state is State.STOPPED for outcome in outcomes),
            notes=tuple(notes),
        )

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

    def _grade_all(self, submissions: list[Submission], jobs: int) -> list[Outcome]:
        """Keep the workers busy and record each submission when ready, until all are done or we must stop."""
        outcomes = []
        waiting = iter(submissions)
        running: dict[Future[Report], _Running] = {}
        self._progress.begin(len(submissions))
        with self._progress, WorkerPool(jobs, self._course.root, self._announce) as pool:
            while not self._stop.is_set():
                while len(running) < 2 * jobs and (submission := next(waiting, None)):
                    begun = self._begin(submission)
                    if isinstance(begun, Outcome):
                        outcomes.append(self._finish(begun))
                    else:
                        running[pool.submit(begun)] = _Running(submission, begun)
                if not running:
                    break
                done, _ = wait(running, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
                for future in done:
                    entry = running.pop(future)
                    outcomes.append(self._finish(self._record(entry, future.result())))
            if self._stop.is_set():
                self._progress.stopping()
        given_up = [entry.submission for entry in running.values()]
        for submission in given_up:
            self._staging.discard(submission.student, submission.assignment)
        return outcomes + [Outcome(s.student, State.STOPPED) for s in [*given_up, *waiting]]

    def _announce(self, job: Job) -> None:
        self._progress.started(job.student)

    def _finish(self, outcome: Outcome) -> Outcome:
        self._progress.finished(outcome)
        return outcome

    def _begin(self, submission: Submission) -> Job | Outcome:
        """Enter a submission in the gradebook and make a job of it, or say why that is impossible."""
        self._hook("pre", submission)
        try:
            notebooks = self._gradebook.begin(submission)
        except SubmissionError as error:
            return Outcome(submission.student, State.REFUSED, reason=str(error))
        except GradebookError as error:
            return Outcome(submission.student, State.FAILED, reason=str(error))
        return Job(submission.student, submission.assignment, notebooks, self._staging.step)

    def _record(self, entry: _Running, report: Report) -> Outcome:
        """Save an executed submission, first its scores and then its folder; report any other."""
        submission = entry.submission
        outcome = Outcome(
            submission.student,
            report.state,
            reason=report.reason,
            seconds=report.seconds,
            warnings=report.warnings,
        )
        if report.state is State.GRADED:
            reason = self._save(entry)
            if not reason:
                return self._with_score(outcome)
            outcome = replace(outcome, state=State.FAILED, reason=reason)
        with contextlib.suppress(OSError):  # the next run clears it away
            self._staging.discard(submission.student, submission.assignment)
        return outcome

    def _save(self, entry: _Running) -> str:
        """Save scores and folder of an executed submission; return the reason if that fails."""
        submission = entry.submission
        try:
            self._gradebook.save(submission, entry.job.notebooks, entry.job.step)
            self._staging.publish(submission.student, submission.assignment)
            self._share(submission)
        except GradebookError as error:
            return str(error)
        except Exception as error:  # an impossible score, a full disk: a reason like any other
            return f"the result could not be saved: {explain(error, '')}"
        self._hook("post", submission)
        return ""

    def _share(self, submission: Submission) -> None:
        """Open the folder above for the group, where the course is shared by several instructors."""
        if self._course.coursedir.groupshared:
            self._course.settings.set_permissions(submission.assignment, submission.student)

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

    def _with_score(self, outcome: Outcome) -> Outcome:
        """Add what the gradebook says."""
        score = self._gradebook.score(outcome.student)
        if score is None:
            return outcome
        return replace(
            outcome,
            score=score.points,
            max_score=score.max_points,
            late_penalty=score.late_penalty,
            needs_manual_grade=score.needs_manual_grade,
            exercises=score.exercises,
        )
