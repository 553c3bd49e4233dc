"""Read a source notebook and answers to it from Markdown, as the lessons beside this file are written.

A fence or region says what the cell is to nbgrader: `answer="add"`, `test="check_add" points=2`,
`manual="why" points=3` (an answer that a person grades), `task="plan" points=1` or `locked="given"`.
One with `student="float" answers="add"` is not in the notebook: it is what that student wrote in the cell `add`.
"""

from pathlib import Path

import jupytext
from nbformat import NotebookNode

KINDS = {
    "answer": {"grade": False, "solution": True, "locked": False, "task": False},
    "test": {"grade": True, "solution": False, "locked": True, "task": False},
    "manual": {"grade": True, "solution": True, "locked": False, "task": False},
    "task": {"grade": False, "solution": False, "locked": True, "task": True},
    "locked": {"grade": False, "solution": False, "locked": True, "task": False},
}


def read_lesson(path: Path) -> tuple[NotebookNode, dict[str, dict[str, str]]]:
    """Return the source notebook in the Markdown file at `path`, and by student the answers by grade_id."""
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md")
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    students: dict[str, dict[str, str]] = {}
    for cell in notebook.cells:
        if "student" in cell.metadata:
            students.setdefault(cell.metadata["student"], {})[cell.metadata["answers"]] = cell.source
    notebook.cells = [cell for cell in notebook.cells if "student" not in cell.metadata]
    for cell in notebook.cells:
        cell.metadata = _nbgrader_metadata(cell.metadata)
    return notebook, students


def _nbgrader_metadata(about: NotebookNode) -> NotebookNode:
    kind = next((kind for kind in KINDS if kind in about), None)
    if kind is None:
        return NotebookNode()
    points = {"points": about["points"]} if "points" in about else {}
    fields = {"grade_id": about[kind], "schema_version": 3, **KINDS[kind], **points}
    return NotebookNode(nbgrader=NotebookNode(fields))
