"""A graded notebook as one HTML page that anyone may open: no hidden tests, and no script but the page's own.

What a learner wrote or printed may be hostile. It is cleaned twice: the notebook is reduced to what a page shows,
and HTML in it to harmless elements. Should something slip through, the page's content security policy still keeps
the browser from running it.
"""

import base64
import html
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.preprocessors import ClearHiddenTests

from autograder.errors import one_line
from autograder.results import Outcome, State

HIDDEN = "# (hidden tests)"
TELLING = 15  # characters from which on a line of a hidden test is looked for within other lines as well
LINE_NUMBER = re.compile(r"^\s*(?:-+>)?\s*\d*\s*")  # what a traceback puts before a line of source
FLAGS = ("grade", "solution", "locked", "task")
TEXT_TYPES = ("text/plain", "text/html", "text/markdown", "text/latex")
SHOWN_TYPES = (*TEXT_TYPES, "image/png", "image/jpeg", "image/svg+xml")

TAGS = set(
    """
    a abbr b blockquote br caption center code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5
    h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead
    tr tt u ul var
    """.split()  # noqa: SIM905, a name on each line would take sixty
)
ATTRIBUTES = set(
    """
    align alt class colspan dir height href id lang name open role rowspan scope src start style title width
    """.split()  # noqa: SIM905
)
UNSHOWN = re.compile(r"<(script|style|template|iframe|object|noscript|title)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
SVG = re.compile(r"<svg\b.*?</svg\s*>", re.I | re.S)
LABEL = re.compile(r"""<svg\b[^>]*\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
POLICY = (
    "script-src 'nonce-{nonce}' 'strict-dynamic' 'unsafe-eval'; "
    "object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class HiddenTests:
    """How hidden tests are marked in a course, and the lines of those of an assignment.

    Attributes:
        begin: stands in the line before a hidden test.
        end: stands in the line after it.
        lines: lines of hidden tests, without indentation, that stand nowhere else in the tests.
    """

    begin: str
    end: str
    lines: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sources: Iterable[str], marks: ClearHiddenTests) -> "HiddenTests":
        """Find the hidden tests in the `sources` of cells, between the configured `marks`."""
        return cls(marks.begin_test_delimeter, marks.end_test_delimeter).and_in(sources)

    def and_in(self, sources: Iterable[str]) -> "HiddenTests":
        """Return the same with the hidden tests in the `sources` of some more cells."""
        hidden, shown = set(self.lines), set()
        for source in sources:
            for line, is_hidden in self._lines(source):
                (hidden if is_hidden else shown).add(line.strip())
        return HiddenTests(self.begin, self.end, frozenset(hidden - shown - {""}))

    def strip(self, source: str) -> str:
        """Return the `source` of a cell with a comment in the place of each hidden test."""
        return _join((_indentation(line) + HIDDEN if hidden else line, hidden) for line, hidden in self._lines(source))

    def redact(self, text: str) -> str:
        """Return `text`, which a cell put out, with a comment in the place of each line of a hidden test."""
        plain = html.unescape(strip_ansi(text))
        telling = [line for line in self.lines if len(line) >= TELLING and line in plain]
        return _join((HIDDEN, True) if self._tells(line, telling) else (line, False) for line in text.split("\n"))

    def _tells(self, line: str, telling: list[str]) -> bool:
        plain = html.unescape(strip_ansi(line))
        if plain.strip() in self.lines or LINE_NUMBER.sub("", plain).strip() in self.lines:
            return True
        return any(hidden in plain for hidden in (self.begin, self.end, *telling))

    def _lines(self, source: str) -> Iterable[tuple[str, bool]]:
        """Yield each line and whether it belongs to a hidden test, as the lines with the marks do."""
        hidden = False
        for line in source.split("\n"):
            hidden = hidden or self.begin in line
            yield line, hidden
            hidden = hidden and self.end not in line


def clean_notebook(
    notebook: NotebookNode, name: str, cells: Collection[str], hidden: HiddenTests, outcome: Outcome | None
) -> NotebookNode:
    """Return a graded notebook reduced to what its page shows.

    Args:
        notebook: the graded notebook.
        name: its name, without `.ipynb`.
        cells: the names of nbgrader's cells in it.
        hidden: the assignment's hidden tests.
        outcome: how grading it ended, where that is known. Its reason is put on top of the page, the comments on test
            cells below these (nbgrader's page shows only those on answers).
    """
    hidden = hidden.and_in(cell.source for cell in notebook.cells)
    cleaned = [_clean_cell(cell, cells, hidden) for cell in notebook.cells if cell.cell_type != "raw"]
    if outcome:
        _add_comments(cleaned, name, outcome)
        cleaned[:0] = _reason_cells(outcome)
    return new_notebook(cells=cleaned, metadata={"language_info": {"name": "ipython3"}})


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML exporter, with HTML in cells and outputs cleaned and a content security policy."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sanitize_html = True
        self.skip_svg_encoding = False

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """Return the filters of the templates."""
        yield from super().default_filters()
        yield "clean_html", clean_html

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Render Markdown, a comment for instance, and clean the HTML in it."""
        return clean_html(super().markdown2html(context, source))

    def from_notebook_node(self, nb: NotebookNode, resources: dict | None = None, **kw: Any) -> tuple[str, dict]:
        """Return the page, in which only the scripts of its own head may run."""
        page, resources = super().from_notebook_node(nb, resources, **kw)
        nonce = secrets.token_urlsafe(16)
        head, end_of_head, body = page.partition("</head>")
        head = head.replace("<script", f'<script nonce="{nonce}"')
        policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(nonce=nonce)}"/>'
        return head.replace("<head>", f"<head>{policy}", 1) + end_of_head + body, resources


def clean_html(text: object) -> str:
    """Return HTML with its harmless elements only; drawings (SVG) become images, in which no script runs."""
    markup = text.decode() if isinstance(text, bytes) else str(text)
    return _cleaner.clean(UNSHOWN.sub("", SVG.sub(_svg_image, markup)))


def _reason_cells(outcome: Outcome) -> list[NotebookNode]:
    """Return a cell that tells the learner how the submission ended, if there is a reason to tell."""
    if not outcome.reason or outcome.state is State.FAILED:  # a failure of the grader is not the learner's affair
        return []
    state = html.escape(outcome.state.value.capitalize())
    reason = html.escape(one_line(outcome.reason))
    return [new_markdown_cell(f'<div class="alert alert-warning" role="note"><b>{state}:</b> {reason}</div>')]


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":
        return tag == "img" and not re.match(r"\s*data:(?!image/)", value, re.I)
    if name == "href":
        return tag == "a" and not re.match(r"\s*data:", value, re.I)
    return name in ATTRIBUTES or name.startswith("aria-")


_cleaner = Cleaner(
    tags=TAGS,
    attributes=_allowed,
    protocols={"http", "https", "mailto", "data"},
    strip=True,
    css_sanitizer=CSSSanitizer(),
)


def _svg_image(match: re.Match[str]) -> str:
    label = LABEL.match(match[0])
    alt = f'alt="{html.escape(html.unescape(label[1] or label[2] or ""))}" ' if label else ""
    data = base64.b64encode(match[0].encode(errors="replace")).decode()
    return f'<img {alt}src="data:image/svg+xml;base64,{data}">'


def _clean_cell(cell: NotebookNode, names: Collection[str], hidden: HiddenTests) -> NotebookNode:
    about = cell.metadata.get("nbgrader")
    metadata = {}
    if isinstance(about, dict) and about.get("grade_id") in names:
        metadata["nbgrader"] = {"grade_id": about["grade_id"], **{flag: bool(about.get(flag)) for flag in FLAGS}}
    source = hidden.strip(cell.source)
    if cell.cell_type == "markdown":
        return new_markdown_cell(source, metadata=metadata, attachments=cell.get("attachments", {}))
    outputs = [output for raw in cell.outputs if (output := _clean_output(raw, hidden))]
    return new_code_cell(source, metadata=metadata, outputs=outputs, execution_count=_number(cell.execution_count))


def _clean_output(raw: NotebookNode, hidden: HiddenTests) -> NotebookNode | None:
    kind = raw.output_type
    if kind == "stream":
        name = "stderr" if raw.name == "stderr" else "stdout"
        return new_output(kind, name=name, text=hidden.redact(raw.text))
    if kind == "error":
        return new_output(kind, ename="", evalue="", traceback=hidden.redact("\n".join(raw.traceback)).split("\n"))
    if kind not in ("display_data", "execute_result"):
        return None
    data = {form: raw.data[form] for form in SHOWN_TYPES if isinstance(raw.data.get(form), str)}
    data.update({form: hidden.redact(text) for form, text in data.items() if form in TEXT_TYPES})
    metadata = {form: _picture(about) for form in data if isinstance(about := raw.metadata.get(form), dict)}
    return new_output("display_data", data=data, metadata=metadata)


def _picture(about: dict[str, Any]) -> dict[str, Any]:
    """Return what a picture's metadata may say on the page: its size, and what it shows."""
    size = {key: about[key] for key in ("width", "height") if _number(about.get(key)) is not None}
    return {**size, "alt": about["alt"]} if isinstance(about.get("alt"), str) else size


def _number(value: object) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _add_comments(cells: list[NotebookNode], notebook: str, outcome: Outcome) -> None:
    comments = {score.cell: score.comment for score in outcome.exercises if score.notebook == notebook}
    for cell in cells:
        about = cell.metadata.get("nbgrader", {})
        comment = comments.get(about.get("grade_id"))
        if comment and cell.cell_type == "code" and not about["solution"]:
            cell.outputs.append(new_output("stream", name="stderr", text=comment))


def _join(lines: Iterable[tuple[str, bool]]) -> str:
    """Join the lines; of neighbouring ones that are hidden, keep the first."""
    kept, before = [], False
    for line, hidden in lines:
        if not (hidden and before):
            kept.append(line)
        before = hidden
    return "\n".join(kept)


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
