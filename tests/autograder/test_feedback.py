"""Learners' pages: as nbgrader writes them, without hidden tests, without scripts of learners."""

import html
import os
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.preprocessors import ClearHiddenTests

from autograder import feedback as module
from autograder.errors import CourseError
from autograder.feedback import FeedbackState, write_feedback
from autograder.page import FeedbackExporter, HiddenTests, clean_html, clean_notebook
from autograder.results import CellScore, Outcome, State

SECRET = "assert add('a', 'b') == 'ab'"
REFUSED = Outcome("refused", State.REFUSED, reason="is not a notebook <b>at all</b>")
TIMED_OUT = Outcome(
    "bob",
    State.TIMED_OUT,
    reason="took more than 3 s",
    exercises=(CellScore("basics", "check_add", 0, 2, False, comment="No result: the time was over."),),
)
RUN = "document.title='HACKED'"
ATTACKS = [
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f'<svg onload="{RUN}"><script>{RUN}</script></svg>',
    f'<a href="javascript:{RUN}">x</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">x</a>',
    f'<iframe src="data:text/html,<script>{RUN}</script>"></iframe>',
    f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example"><link rel="stylesheet" href="https://evil.example/x.css">',
    f"<object data='data:text/html,<script>{RUN}</script>'></object><embed src='javascript:{RUN}'>",
    f'<form action="javascript:{RUN}"><button>x</button></form>',
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<style>@import 'javascript:{RUN}';</style><div style=\"background:url('javascript:{RUN}')\">x</div>",
    f"</div></div></body></html><script>{RUN}</script>",
    f"<scr<script></script>ipt>{RUN}</scr<script></script>ipt>",
]


@pytest.fixture(scope="module")
def original(tmp_path_factory, example_course):
    """A course graded as nbgrader leaves it: hidden tests stand in `autograded/`."""
    root = example_course.write_course(tmp_path_factory.mktemp("feedback") / "a course [1]")
    with example_course.gradebook(root) as book:
        book.add_assignment("sums")
        book.add_notebook("basics", "sums")
        for cell in nbformat.read(root / "solutions/sums/basics.ipynb", as_version=4).cells:
            about = cell.metadata.get("nbgrader")
            if about:
                enter(book, cell, about)
        for student, points in (("ada", 2), ("bob", 0), ("Zoë Müller", 2)):
            hand_in(root, example_course, student)
            book.add_student(student)
            with book.db.no_autoflush:
                book.add_submission("sums", student)
            book.find_grade("check_add", "basics", "sums", student).auto_score = points
        book.find_comment("explain", "basics", "sums", "ada").manual_comment = f"Good. {ATTACKS[0]}"
        book.find_submission_notebook("basics", "sums", "ada").late_submission_penalty = 0.5
        book.db.commit()
    return root


def enter(book, cell, about):
    name, place = about["grade_id"], ("basics", "sums")
    book.add_source_cell(name, *place, source=cell.source, cell_type=cell.cell_type)
    if about["grade"]:
        book.add_grade_cell(name, *place, max_score=about["points"], cell_type=cell.cell_type)
    if about["solution"]:
        book.add_solution_cell(name, *place)


def hand_in(root, example_course, student):
    """Put the learner's notebook, as it was executed, into `autograded/`."""
    submitted = example_course.hand_in(root, student, timestamp="2026-03-01 11:00:00 UTC")
    traceback = [
        "\x1b[31m---------\x1b[39m",
        "Cell In[2], line 3\n      1 assert add(1, 2) == 3\n      2 ### BEGIN HIDDEN TESTS\n"
        "\x1b[32m----> 3\x1b[39m \x1b[38;5;28;01massert\x1b[39;00m add('a', 'b') == 'ab'\n      4 ### END HIDDEN TESTS",
        "AssertionError: wrong sum",
    ]
    notebook = nbformat.read(submitted / "basics.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_add":
            cell.outputs = [new_output("error", ename="AssertionError", evalue="", traceback=traceback)]
    graded = root / "autograded" / student / "sums"
    shutil.copytree(submitted, graded)
    nbformat.write(notebook, graded / "basics.ipynb")
    (graded / "picture.png").write_bytes(b"png")
    (graded / "mine.html").write_text(ATTACKS[0])


@pytest.fixture
def graded(original, tmp_path, monkeypatch):
    """A copy of that course, with a journal that tells of a time-out and of a refusal."""
    monkeypatch.setattr(module.journal, "read", lambda *_: {"bob": TIMED_OUT, "refused": REFUSED})
    return shutil.copytree(original, tmp_path / "a course [2]", symlinks=True)


def page(root, student):
    return (root / "feedback" / student / "sums" / "basics.html").read_text(encoding="utf-8")


def states(results):
    return {result.student: result.state.value for result in results}


def test_pages_show_scores_comments_penalty_and_no_hidden_test(graded):
    assert set(states(write_feedback("sums", graded, jobs=2)).values()) == {"written"}
    text = re.sub(r"<[^>]+>", "", page(graded, "ada"))
    assert "Score: 1.5 / 10.0" in text and "Late submission penalty (Score: -0.5)" in text
    assert "Good." in text and "AssertionError: wrong sum" in text
    assert "assert add(1, 2) == 3\n# (hidden tests)" in html.unescape(text)
    assert SECRET not in html.unescape(text) and "HIDDEN TESTS" not in text
    assert RUN not in text


def test_the_reason_stands_on_the_page(graded):
    write_feedback("sums", graded, jobs=1)
    assert "<b>Timed out:</b> took more than 3 s" in page(graded, "bob")
    assert "No result: the time was over." in page(graded, "bob")
    assert "<b>Refused:</b> is not a notebook &lt;b&gt;at all&lt;/b&gt;" in page(graded, "refused")
    assert "Score: 0.0 / 10.0" in page(graded, "refused")


def test_other_files_come_along_but_no_programs_for_browsers(graded):
    os.symlink("/etc/passwd", graded / "autograded" / "ada" / "sums" / "link.txt")
    write_feedback("sums", graded, students=["ada"])
    there = {file.name for file in (graded / "feedback/ada/sums").iterdir()}
    assert there == {"basics.html", "picture.png", "timestamp.txt"}
    assert not list(graded.glob(".feedback*"))


def test_what_is_up_to_date_stays(graded):
    write_feedback("sums", graded)
    notebook = graded / "autograded" / "ada" / "sums" / "basics.ipynb"
    later = notebook.stat().st_mtime + 100
    os.utime(notebook, (later, later))
    assert states(write_feedback("sums", graded)) == {
        "Zoë Müller": "up to date",
        "ada": "written",
        "bob": "written",
        "refused": "written",
    }
    assert states(write_feedback("sums", graded, students=["Zoë Müller"], force=True)) == {"Zoë Müller": "written"}


def test_one_broken_notebook_does_not_stop_the_others(graded):
    write_feedback("sums", graded, students=["ada"])
    before = page(graded, "ada")
    (graded / "autograded" / "ada" / "sums" / "basics.ipynb").write_text('{"cells": [')
    results = {result.student: result for result in write_feedback("sums", graded, force=True)}
    assert results["ada"].state is FeedbackState.FAILED and "JSON" in results["ada"].reason
    assert results["Zoë Müller"].state is FeedbackState.WRITTEN
    assert page(graded, "ada") == before


def test_progress_counts_to_the_end(graded):
    seen = []
    write_feedback("sums", graded, progress=lambda result, done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_is_not_there_is_named(graded, course):
    with pytest.raises(CourseError, match=r"'adda' has been graded. Did you mean 'ada'"):
        write_feedback("sums", graded, students=["adda"])
    with pytest.raises(CourseError, match=r"no assignment 'sum'.*Did you mean 'sums'"):
        write_feedback("sum", graded)
    with pytest.raises(CourseError, match="no gradebook"):
        write_feedback("sums", course)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_in_cleaned_html(attack):
    cleaned = clean_html(f"before {attack} after")
    assert cleaned.startswith("before")
    harmful = r"\son\w+\s*=|javascript:|data:(?!image/)|<(?!a|img|div|details|summary|p)"
    assert not [tag for tag in re.findall(r"<[a-z][^>]*>", cleaned) if re.search(harmful, tag)]


def test_harmless_html_stays():
    table = '<table class="dataframe"><thead><tr><th scope="col">a</th></tr></thead></table>'
    assert clean_html(table) == table
    assert clean_html('<p style="color: red;">$a &lt; b$</p>') == '<p style="color: red;">$a &lt; b$</p>'
    drawing = clean_html('<svg aria-label="a &lt; circle" width="9"><circle r="3"></circle></svg>')
    assert drawing.startswith('<img alt="a &lt; circle" src="data:image/svg+xml;base64,')


def test_no_output_runs_in_the_page():
    markup = "".join(ATTACKS)
    shown = [
        ({"text/html": markup}, {}),
        ({"text/html": markup}, {"text/html": {"isolated": True}}),
        ({"text/markdown": markup}, {}),
        ({"text/latex": markup}, {}),
        ({"image/svg+xml": ATTACKS[2]}, {}),
        ({"image/png": "iVBO"}, {"image/png": {"width": f"1 onload={RUN}", "alt": f'">{ATTACKS[0]}'}}),
        ({"application/javascript": RUN, "text/plain": "plain"}, {}),
        ({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "Widget()"}, {}),
    ]
    outputs = [new_output("display_data", data=data, metadata=metadata) for data, metadata in shown]
    outputs.append(new_output("stream", name="stdout", text=markup))
    code = new_code_cell(ATTACKS[0], outputs=outputs, metadata={"tags": [f'">{ATTACKS[0]}']})
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"x": f"</script>{ATTACKS[0]}"}}}
    language = {"name": f'">{ATTACKS[0]}', "pygments_lexer": f'">{ATTACKS[0]}'}
    notebook = new_notebook(
        cells=[new_markdown_cell(markup), code, new_raw_cell(markup, metadata={"raw_mimetype": "text/html"})],
        metadata={"widgets": state, "language_info": language},
    )
    cleaned = clean_notebook(notebook, "x", [], HiddenTests.of([], ClearHiddenTests()), None)
    text, _ = FeedbackExporter(template_name="classic").from_notebook_node(cleaned)
    head, body = text.split("</head>")
    nonce = re.search(r"script-src 'nonce-([^']+)'", head)[1]
    assert len(re.findall("<script", head)) == head.count(f'nonce="{nonce}"') > 0
    assert nonce not in body
    assert not re.search(r"<(script|iframe|object|embed|form|meta|base|link|style)\b", body)
    assert not re.search(r"<[^>]*\s(on\w+|srcdoc)\s*=[^>]*>", re.sub(r'"[^"]*"', '""', body))
    assert "plain" in body and "Widget()" in body


def test_hidden_tests_are_found_in_other_words():
    region = f"    ### BEGIN HIDDEN TESTS\n    {SECRET}\n    x = 1\n    visible = 1\n    ### END HIDDEN TESTS"
    source = f"visible = 1\n{region}\nlast"
    hidden = HiddenTests.of([source], ClearHiddenTests())
    assert hidden.strip(source) == "visible = 1\n    # (hidden tests)\nlast"
    assert hidden.redact(f"-> 3 {SECRET}\n   x = 1\nmax = 10\nvisible = 1") == "# (hidden tests)\nmax = 10\nvisible = 1"
    assert SECRET not in hidden.redact(f"I found: {SECRET}!")
    assert hidden.redact(f"<b>{html.escape(SECRET)}</b>") == "# (hidden tests)"


def test_an_open_hidden_region_hides_the_rest():
    hidden = HiddenTests.of([], ClearHiddenTests(begin_test_delimeter="GEHEIM", end_test_delimeter="OFFEN"))
    assert hidden.strip(f"a\n# GEHEIM\n{SECRET}") == "a\n# (hidden tests)"
