"""What a submission earns: nbgrader's rules for scores and comments, applied to executed notebooks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, is_solution

from autograder.errors import one_line
from autograder.results import Verdict
from autograder.source import Source, cell_name

NO_RESPONSE = "No response."  # nbgrader's own comment on an answer that is still what was handed out
NO_RESULT = "The test gave no result."
COMMENT_LIMIT = 1000


@dataclass(frozen=True)
class RecordedCell:
    """A graded cell or an answer in the gradebook; an answer that a person grades is there as two of these."""

    id: str
    name: str
    kind: str
    max_score: float

    @property
    def is_graded(self) -> bool:
        return self.kind in ("GradeCell", "TaskCell")

    @property
    def is_commented(self) -> bool:
        """Whether nbgrader has comments on it."""
        return self.kind in ("SolutionCell", "TaskCell")


@dataclass(frozen=True)
class RecordedNotebook:
    """A notebook of the assignment in the gradebook."""

    id: str
    name: str
    cells: tuple[RecordedCell, ...]

    def kinds_and_points(self, name: str) -> tuple[frozenset[str], float | None]:
        """Return as what the cell `name` is recorded, and its points, or None if it is not graded."""
        cells = [cell for cell in self.cells if cell.name == name]
        points = (cell.max_score for cell in cells if cell.is_graded)
        return frozenset(cell.kind for cell in cells), next(points, None)

    def has_answer(self, name: str) -> bool:
        """Whether the cell `name` is an answer."""
        return any(cell.kind == "SolutionCell" and cell.name == name for cell in self.cells)


@dataclass(frozen=True)
class Marks:
    """What is to stand in the gradebook on a notebook, by id of the cell; None is no score, or no comment."""

    scores: dict[str, float | None]
    comments: dict[str, str | None]


def marks_of(
    recorded: RecordedNotebook,
    source: Source | None,
    executed: NotebookNode | None,
    verdicts: Mapping[tuple[str, str], Verdict],
) -> Marks:
    """Return scores and comments of a notebook, zeros where it was not executed."""
    graded = [cell for cell in recorded.cells if cell.is_graded]
    if executed is None:
        return Marks(dict.fromkeys((cell.id for cell in graded), 0.0), _comments(recorded, source, {}, {}))
    cells = {cell_name(cell): cell for cell in executed.cells if cell_name(cell)}
    scores: dict[str, float | None] = {}
    reasons = {}
    for cell in graded:
        verdict = verdicts.get((recorded.name, cell.name), Verdict())
        score, reason = _auto_score(cells.get(cell.name), cell)
        scores[cell.id] = None if verdict.needs_person else score
        reasons[cell.name] = storable(verdict.comment or reason)
    return Marks(scores, _comments(recorded, source, cells, reasons))


def with_comment(recorded: RecordedNotebook, source: Source | None, marks: Marks, comment: str) -> Marks:
    """Return the marks with a comment on the first cell that has none, an answer if possible."""
    order = source.order if source else {}
    free = [cell for cell in recorded.cells if marks.comments.get(cell.id) is None]
    if not free:
        return marks
    first = min(free, key=lambda cell: (not cell.is_commented, order.get(cell.name, len(order))))
    return Marks(marks.scores, {**marks.comments, first.id: storable(comment)})


def storable(comment: str) -> str:
    """Return the first line of a comment as every database can hold it."""
    if not comment:
        return ""
    text = one_line(comment.replace("\0", ""), COMMENT_LIMIT)
    return text.encode(errors="backslashreplace").decode()


def _comments(
    recorded: RecordedNotebook, source: Source | None, cells: Mapping[str, NotebookNode], reasons: Mapping[str, str]
) -> dict[str, str | None]:
    """Return the comment on each cell that has one in nbgrader, and on tests of which there is something to say.

    nbgrader shows no comment on a test: the answer that the test is about repeats it.
    """
    said: dict[str, list[str]] = defaultdict(list)
    for name, reason in reasons.items():
        if reason:
            said[name].append(reason)
            for answer in (source.tested_answers.get(name, []) if source else [])[-1:]:
                said[answer].append(f"{name}: {reason}")
    comments = {}
    for cell in recorded.cells:
        if cell.kind == "SolutionCell" and cell.name in cells and _is_unchanged(cells[cell.name]):
            comments[cell.id] = NO_RESPONSE
        elif cell.is_commented or (said[cell.name] and not recorded.has_answer(cell.name)):
            comments[cell.id] = "\n\n".join(said[cell.name]) or None
    return comments


def _auto_score(cell: NotebookNode | None, recorded: RecordedCell) -> tuple[float | None, str]:
    """Return the score of an executed cell as nbgrader's `determine_grade`, and why, if that needs saying."""
    if recorded.kind == "TaskCell":
        return None, ""
    if cell is None:
        return 0.0, NO_RESULT
    if is_solution(cell):
        return (0.0 if _is_unchanged(cell) else None), ""
    if cell.cell_type != "code":
        return None, ""
    if cell.execution_count is None and cell.source.strip():
        return 0.0, NO_RESULT
    for output in cell.outputs:
        if output.output_type == "error":
            return 0.0, ""
        if output.output_type == "execute_result":
            return _partial_credit(output, recorded.max_score)
    return recorded.max_score, ""


def _partial_credit(output: NotebookNode, max_score: float) -> tuple[float, str]:
    """Return the number that a test gave; another value is full credit, as in nbgrader."""
    text = output.get("data", {}).get("text/plain", "")
    try:
        points = float("".join(text))  # a notebook may have the text as a list of lines
    except (TypeError, ValueError):
        return max_score, ""
    if 0 <= points <= max_score:
        return points, ""
    return 0.0, f"The test gave {points:g} points, but only 0 to {max_score:g} are possible."


def _is_unchanged(cell: NotebookNode) -> bool:
    """Whether the learner left the answer as it was handed out."""
    return cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
