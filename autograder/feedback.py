"""What learners get to read: their graded notebooks as HTML pages, with scores and comments.

The pages are those of `nbgrader generate_feedback`, under the same names, with three differences. The source of
hidden tests is in none of them. Nothing that a learner wrote or printed runs in the reader's browser. And a
submission that could not be graded to the end says why, also where there is no graded notebook to show.
"""

import filecmp
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import chdir
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.api import Assignment, Gradebook, GradeCell, Notebook, SourceCell, TaskCell
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from sqlalchemy import func, select

from autograder import journal
from autograder.course import Course, open_course, submitted_at
from autograder.environment import cores, interpreter_on_path
from autograder.errors import CourseError, SubmissionError, did_you_mean, one_line
from autograder.page import FeedbackExporter, HiddenTests, clean_notebook
from autograder.results import Outcome, State
from autograder.staging import only_grader

TOLD = (State.REFUSED, State.TIMED_OUT, State.OVER_LIMITS)  # FAILED is the grader's affair: the next run grades again
RUN_BY_BROWSERS = {".htm", ".html", ".js", ".mht", ".mhtml", ".mjs", ".shtml", ".svg", ".xht", ".xhtml", ".xml"}


class FeedbackState(StrEnum):
    """What became of one learner's feedback."""

    WRITTEN = "written"
    UP_TO_DATE = "up to date"
    FAILED = "failed"


@dataclass(frozen=True)
class Feedback:
    """What became of one learner's feedback, and why where it failed."""

    student: str
    state: FeedbackState
    reason: str = ""


@dataclass(frozen=True)
class _Content:
    """What the gradebook knows of an assignment's notebooks, by name: points, and the names of nbgrader's cells."""

    points: dict[str, float]
    cells: dict[str, frozenset[str]]
    hidden: HiddenTests


def write_feedback(
    assignment: str,
    course_root: str | os.PathLike[str] = ".",
    *,
    students: Iterable[str] = (),
    jobs: int | None = None,
    force: bool = False,
    progress: Callable[[Feedback, int, int], None] | None = None,
) -> tuple[Feedback, ...]:
    """Write `feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html` for everyone who was graded or refused.

    Pages that are not older than the graded notebooks stay. Grades and comments that a person gave since are not
    noticed: `force` puts them in.

    Args:
        assignment: name of an assignment that was graded.
        course_root: folder with the course's `nbgrader_config.py`.
        students: the learners to write to; everybody, if empty.
        jobs: how many processes write; by default as many as there are processor cores.
        force: write also what is up to date.
        progress: called for each learner with what became of the feedback, how many are done and of how many.

    Returns:
        What became of each learner's feedback, by learner.

    Raises:
        CourseError: there is nothing to write feedback on.
    """
    course = open_course(course_root)
    jobs = cores() if jobs is None else jobs
    if jobs < 1:
        raise CourseError(f"The number of jobs is {jobs}: give 1 or more.")
    if not course.has_gradebook():
        raise CourseError(f"{str(course.root)!r} has no gradebook: grade {assignment} first.")
    with chdir(course.root), interpreter_on_path(), only_grader(course):
        content = _read_content(course, assignment)
        outcomes = journal.read(course, assignment)
        chosen = _choose(course, assignment, outcomes, tuple(students))
        done = []
        for feedback in _write_all(course, assignment, content, chosen, jobs, force):
            done.append(feedback)
            if progress:
                progress(feedback, len(done), len(chosen))
    return tuple(sorted(done, key=lambda feedback: feedback.student))


def _read_content(course: Course, assignment: str) -> _Content:
    # nbgrader's GetGrades opens the default course, and would enter it from several processes at once.
    Gradebook(course.db_url).close()
    with Gradebook(course.db_url, course.coursedir.course_id) as gradebook:
        in_assignment = (Assignment.id == Notebook.assignment_id) & (Assignment.name == assignment)
        notebooks = select(Notebook.id, Notebook.name).join(Assignment, in_assignment)
        names = dict(gradebook.db.execute(notebooks).all())
        if not names:
            known = [known.name for known in gradebook.assignments]
            raise CourseError(
                f"There is no assignment {assignment!r} in the gradebook.{did_you_mean(assignment, known)}"
            )
        sources = gradebook.db.execute(
            select(SourceCell.notebook_id, SourceCell.name, SourceCell.source).where(SourceCell.notebook_id.in_(names))
        ).all()
        points = dict.fromkeys(names.values(), 0.0)
        for kind in (GradeCell, TaskCell):
            worth = select(kind.notebook_id, func.sum(kind.max_score)).group_by(kind.notebook_id)
            for notebook, total in gradebook.db.execute(worth.where(kind.notebook_id.in_(names))):
                points[names[notebook]] += total
    cells = {
        name: frozenset(cell for notebook, cell, _ in sources if names[notebook] == name) for name in names.values()
    }
    hidden = HiddenTests.of((source or "" for _, _, source in sources), ClearHiddenTests(parent=course.app))
    return _Content(points, cells, hidden)


def _choose(
    course: Course, assignment: str, outcomes: dict[str, Outcome], students: tuple[str, ...]
) -> list[tuple[str, Outcome | None]]:
    """Return the learners to write to, with what the journal says of them."""
    graded = {student for _, student, _ in course.find(course.coursedir.autograded_directory, assignment=assignment)}
    told = {student for student, outcome in outcomes.items() if outcome.state in TOLD}
    known = graded | told
    if not known:
        raise CourseError(f"No submission of {assignment} has been graded yet.")
    unknown = [student for student in students if student not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known)
        raise CourseError(f"No {assignment} of {', '.join(map(repr, unknown))} has been graded.{hint}")
    return [(student, outcomes.get(student)) for student in sorted(known) if not students or student in students]


def _write_all(
    course: Course,
    assignment: str,
    content: _Content,
    chosen: list[tuple[str, Outcome | None]],
    jobs: int,
    force: bool,
) -> Iterator[Feedback]:
    """Yield what became of each learner's feedback, when it is ready."""
    start = (str(course.root), assignment, content, force)
    with ProcessPoolExecutor(min(jobs, len(chosen)), initializer=_start_process, initargs=start) as pool:
        waiting = {pool.submit(_write_one, student, outcome): student for student, outcome in chosen}
        try:
            for future in as_completed(waiting):
                error = future.exception()
                student = waiting[future]
                yield Feedback(student, FeedbackState.FAILED, _reason(error)) if error else future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _start_process(root: str, assignment: str, content: _Content, force: bool) -> None:
    global _pages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives out the work
    os.chdir(root)
    _pages = _Pages(open_course(root), assignment, content, force)


def _write_one(student: str, outcome: Outcome | None) -> Feedback:
    try:
        return Feedback(student, _pages.write(student, outcome))
    except Exception as error:  # a broken notebook, a full disk: a reason like any other
        return Feedback(student, FeedbackState.FAILED, _reason(error))


def _reason(error: BaseException) -> str:
    return one_line(error) if isinstance(error, SubmissionError) else f"{type(error).__name__}: {one_line(error)}"


class _Pages(GenerateFeedback):
    """nbgrader's `generate_feedback` for one assignment, a learner at a time, each folder put in place in one step."""

    def __init__(self, course: Course, assignment: str, content: _Content, force: bool) -> None:
        super().__init__(coursedir=course.coursedir, parent=course.app)
        self.force = force
        self._course = course
        self._assignment = assignment
        self._content = content
        self._step = course.coursedir.feedback_directory
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self._new_exporter(self.preprocessors)
        self._exporter_without_grades = self._new_exporter([p for p in self.preprocessors if p is not GetGrades])

    def _new_exporter(self, preprocessors: list[type]) -> FeedbackExporter:
        exporter = FeedbackExporter(parent=self, config=self.config)
        for preprocessor in preprocessors:
            exporter.register_preprocessor(preprocessor)
        return exporter

    @property
    def _output_directory(self) -> str:
        return self._step

    def write(self, student: str, outcome: Outcome | None) -> FeedbackState:
        """Write the pages of `student`, unless they are up to date."""
        told = outcome if outcome and outcome.state in TOLD else None
        if not self.force and not told and self._is_up_to_date(student):
            return FeedbackState.UP_TO_DATE
        self.coursedir.student_id, self.coursedir.assignment_id = student, self._assignment
        self.notebooks = [str(notebook) for notebook in self._graded(student).values()]
        self.run_pre_convert_hook()
        self._write_folder(student, outcome)
        self.set_permissions(self._assignment, student)
        self.run_post_convert_hook()
        return FeedbackState.WRITTEN

    def _is_up_to_date(self, student: str) -> bool:
        source = Path(self._format_source(self._assignment, student))
        target = Path(self._format_dest(self._assignment, student))
        for name, notebook in self._graded(student).items():
            page = target / f"{name}.html"
            if not page.is_file() or page.stat().st_mtime < notebook.stat().st_mtime:
                return False
        try:
            graded, told = submitted_at(source), submitted_at(target)
        except SubmissionError:
            return False
        return graded is None or (told is not None and graded <= told)

    def _graded(self, student: str) -> dict[str, Path]:
        folder = Path(self._format_source(self._assignment, student))
        files = {name: folder / f"{name}.ipynb" for name in self._content.cells}
        return {name: file for name, file in files.items() if file.is_file()}

    def _write_folder(self, student: str, outcome: Outcome | None) -> None:
        """Write a folder of pages aside, then put it in place of an earlier one."""
        final = Path(self._format_dest(self._assignment, student))
        feedback = self._step
        parent, name = os.path.split(os.path.normpath(feedback))
        self._step = os.path.join(parent, f".{name}.partial")
        partial = Path(self._format_dest(self._assignment, student))
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            self._copy_files(student, partial)
            self._write_pages(student, outcome)
            shutil.rmtree(final, ignore_errors=True)
            final.parent.mkdir(parents=True, exist_ok=True)
            partial.rename(final)
        finally:
            self._step = feedback
            shutil.rmtree(partial, ignore_errors=True)
            _remove_empty(partial.parent, self._course.root)

    def _write_pages(self, student: str, outcome: Outcome | None) -> None:
        graded = self._graded(student)
        for name, file in graded.items():
            self._write_page(self.exporter, student, name, nbformat.read(file, as_version=4), outcome)
        if graded:
            return
        if not outcome or outcome.state not in TOLD:
            raise SubmissionError("its graded folder holds none of the assignment's notebooks")
        for name in self._content.cells:
            self._write_page(self._exporter_without_grades, student, name, new_notebook(), outcome)

    def _write_page(
        self,
        exporter: FeedbackExporter,
        student: str,
        name: str,
        notebook: NotebookNode,
        outcome: Outcome | None,
    ) -> None:
        content = self._content
        scores = {"score": 0.0, "max_score": content.points[name], "late_penalty": 0.0}  # until GetGrades sets them
        about = {"student": student, "assignment": self._assignment, "notebook": name, "db_url": self._course.db_url}
        resources = ResourcesDict(unique_key=name, output_files_dir=f"{name}_files", nbgrader={**about, **scores})
        cleaned = clean_notebook(notebook, name, content.cells[name], content.hidden, outcome)
        self.write_single_notebook(*exporter.from_notebook_node(cleaned, resources))

    def _copy_files(self, student: str, target: Path) -> None:
        """Copy the other files, pictures for instance, but nothing of the learner's that a browser would run."""
        folder = Path(self._format_source(self._assignment, student))
        source = self._course.source_folder(self._assignment)
        for file in _files(folder, [*self.coursedir.ignore, "*.ipynb"]):
            place = file.relative_to(folder)
            if not _is_learners_program(file, source / place):
                (target / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target / place)


def _files(folder: Path, ignored: list[str]) -> Iterator[Path]:
    """Yield the files in `folder`, no links, with no `ignored` name (glob patterns) in their path."""
    for parent, _, names in os.walk(folder):
        for file in (Path(parent, name) for name in names):
            parts = file.relative_to(folder).parts
            if not file.is_symlink() and not any(fnmatch(part, pattern) for part in parts for pattern in ignored):
                yield file


def _is_learners_program(file: Path, handed_out: Path) -> bool:
    if file.suffix.lower() not in RUN_BY_BROWSERS:
        return False
    return not (handed_out.is_file() and filecmp.cmp(file, handed_out, shallow=False))


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:  # another process writes in it
            return
        folder = folder.parent
