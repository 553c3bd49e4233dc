"""The assignment as its source is now, read as `nbgrader generate_assignment` reads it but written nowhere."""

import copy
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.preprocessors import ClearSolutions, SaveCells
from nbgrader.utils import is_grade, is_solution
from traitlets.utils.importstring import import_item

from autograder.course import Course, MessageCollector
from autograder.errors import CourseError, one_line


@dataclass(frozen=True)
class InstructorNotebook:
    """A notebook of the assignment, with the cells that the gradebook knows.

    Attributes:
        name: its file name without `.ipynb`.
        released: what is handed out, with the hidden tests still in it.
        solution: the same cells, with the instructor's own text in the answers.
    """

    name: str
    released: NotebookNode
    solution: NotebookNode


@dataclass(frozen=True)
class Source:
    """A notebook of the assignment as its source is now.

    Attributes:
        released: what would be handed out, with the hidden tests still in it.
        answers: the instructor's own text of each answer, by its name.
    """

    released: NotebookNode
    answers: dict[str, str]

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each of nbgrader's cells."""
        return {name: place for place, cell in enumerate(self.released.cells) if (name := cell_name(cell))}

    @cached_property
    def tested_answers(self) -> dict[str, list[str]]:
        """The answers that each test is about: those before it, back to an earlier test."""
        tested, answers, after_test = {}, [], False
        for cell in self.released.cells:
            if is_solution(cell):
                answers = [cell_name(cell)] if after_test else [*answers, cell_name(cell)]
                after_test = False
            elif is_grade(cell):
                tested[cell_name(cell)] = answers
                after_test = True
        return tested


@dataclass(frozen=True)
class RecordedSource:
    """One of nbgrader's cells as the gradebook has it; `points` is None if it is not graded."""

    name: str
    cell_type: str
    source: str
    locked: bool
    checksum: str | None
    kinds: frozenset[str]
    points: float | None

    def put_into(self, cell: NotebookNode) -> None:
        """Make `cell` what the gradebook says."""
        if cell.cell_type != self.cell_type:
            new = new_code_cell() if self.cell_type == "code" else new_markdown_cell()
            for key in cell.keys() - new.keys():
                del cell[key]
            cell.update({key: value for key, value in new.items() if key not in ("id", "metadata")})
        cell.source = self.source
        cell.metadata.setdefault("nbgrader", NotebookNode(schema_version=3))
        cell.metadata.nbgrader.update(
            grade_id=self.name,
            cell_type=self.cell_type,
            grade="GradeCell" in self.kinds,
            solution="SolutionCell" in self.kinds,
            task="TaskCell" in self.kinds,
            locked=self.locked,
            checksum=self.checksum,
        )
        cell.metadata.nbgrader.pop("points", None)
        if self.points is not None:
            cell.metadata.nbgrader.points = self.points

    def new_cell(self) -> NotebookNode:
        """Return a new cell that is what the gradebook says."""
        # The same id each time, so that two runs leave the same files.
        cell = new_markdown_cell(id=hashlib.sha256(self.name.encode()).hexdigest()[:8])
        self.put_into(cell)
        return cell


def read_sources(course: Course, assignment: str) -> dict[str, Source]:
    """Return the source notebooks of an assignment by name; none if there is no source.

    Raises:
        CourseError: a source notebook is broken.
    """
    return _SourceReader(course, assignment).read() if course.source_notebooks(assignment) else {}


def instructor_notebook(name: str, source: Source, recorded: Mapping[str, RecordedSource]) -> InstructorNotebook:
    """Return a notebook of the assignment with its cells as the gradebook has them."""
    released = _as_recorded(source.released, recorded)
    return InstructorNotebook(name, released, _with_answers(released, source.answers))


def cell_name(cell: NotebookNode) -> str:
    """Return the grade_id of a cell; empty if nbgrader does not know it."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_step(step: type | str | Any, kind: type) -> bool:
    """Whether a configured preprocessor is of a kind."""
    return isinstance(class_of(step), type) and issubclass(class_of(step), kind)


def class_of(step: type | str | Any) -> Any:
    """Return the class of a configured preprocessor, which may be given by name."""
    return import_item(step) if isinstance(step, str) else step


class _SourceReader(GenerateAssignment):
    """nbgrader's `generate_assignment` for one assignment, writing neither the gradebook nor the release folder."""

    def __init__(self, course: Course, assignment: str) -> None:
        super().__init__(coursedir=course.coursedir, parent=course.app)
        self._course = course
        self._assignment = assignment
        self._release = ""
        self._sources: dict[str, Source] = {}
        self._answers: dict[str, str] = {}
        self.no_database = True
        self.preprocessors = list(self._steps())

    @property
    def _output_directory(self) -> str:
        return self._release

    def init_notebooks(self) -> None:
        """Take the source notebooks of the one assignment."""
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", self._assignment)
        names = [file.name for file in self._course.source_notebooks(self._assignment)]
        self.assignments = {folder: [os.path.join(folder, name) for name in names]}

    def read(self) -> dict[str, Source]:
        """Return the source notebooks by name.

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
        return self._sources

    def _steps(self) -> Iterator[Any]:
        """Yield the preprocessors, with ours before answers are cleared and in the place of SaveCells.

        Those after SaveCells notice hidden tests that do not end.
        """
        for step in self.preprocessors:
            if is_step(step, ClearSolutions):
                yield self._keep_answers
            yield self._keep_released if is_step(step, SaveCells) else step

    def _keep_answers(self, notebook: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        self._answers = {cell_name(cell): cell.source for cell in notebook.cells if is_solution(cell)}
        return notebook, resources

    def _keep_released(self, notebook: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        released = copy.deepcopy(notebook)
        self._sources[resources["nbgrader"]["notebook"]] = Source(released, self._answers)
        return notebook, resources


def _as_recorded(notebook: NotebookNode, recorded: Mapping[str, RecordedSource]) -> NotebookNode:
    """Return a copy of a notebook with the cells as the gradebook has them; those that it lacks come last."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            row = recorded.get(cell_name(cell))
            if row is None:
                del cell.metadata["nbgrader"]
            elif row.checksum != cell.metadata.nbgrader.get("checksum"):
                row.put_into(cell)
    present = {cell_name(cell) for cell in notebook.cells}
    for name, row in recorded.items():
        if name not in present:
            notebook.cells.append(row.new_cell())
            if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
                del notebook.cells[-1]["id"]
    return notebook


def _with_answers(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """Return a copy of a notebook with other texts in its answers."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if is_solution(cell):
            cell.source = answers.get(cell_name(cell), cell.source)
    return notebook
