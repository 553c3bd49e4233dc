"""Every rule finds what it is there to find: the example keeps them all, and each test breaks it once."""

import copy
from pathlib import Path

import nbformat
import pytest
import rules

LESSON = "02_example"
COURSE = rules.Course("https://github.com/example/course", "v1.0.0")


@pytest.fixture
def lesson(build):
    """The example lesson as a notebook, as its source describes it."""
    return build.read_source(Path(__file__).parent / "example" / LESSON / "example.py")


@pytest.fixture
def executed(build, lesson):
    """The example lesson as if it had been executed."""
    notebook = copy.deepcopy(lesson)
    for number, cell in enumerate(rules.code(notebook), start=1):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"output {number}\n")]
    return build.with_outputs(notebook, notebook)


@pytest.fixture
def released(build, tmp_path, root):
    """The example lesson as the learner gets it."""
    folder = Path(__file__).parent / "example" / LESSON
    list(build.release([build.Lesson(folder)], root, tmp_path))
    return nbformat.read(tmp_path / "course" / LESSON / "example.ipynb", as_version=4)


def cell(notebook, name):
    """The cell with the grade_id or the tag `name`."""
    return next(c for c in notebook.cells if rules.nbgrader(c).get("grade_id") == name or name in rules.tags(c))


def replace(old, new, count=-1):
    """A way to break a lesson: `old` becomes `new` in every cell that holds it."""

    def breaking(notebook):
        assert any(old in c.source for c in notebook.cells), f"nothing to break: no cell holds {old!r}"
        for c in notebook.cells:
            c.source = c.source.replace(old, new, count)

    return breaking


def change(name, **facts):
    """A way to break a lesson: other nbgrader metadata in the cell `name`."""
    return lambda notebook: cell(notebook, name).metadata.nbgrader.update(facts)


def remove(name):
    """A way to break a lesson: the cell `name` is gone."""
    return lambda notebook: notebook.cells.remove(cell(notebook, name))


def swap(first, second):
    """A way to break a lesson: two cells change places."""

    def breaking(notebook):
        here, there = (notebook.cells.index(cell(notebook, name)) for name in (first, second))
        notebook.cells[here], notebook.cells[there] = notebook.cells[there], notebook.cells[here]

    return breaking


def untag(name):
    return lambda notebook: cell(notebook, name).metadata.pop("tags")


def header(**facts):
    return lambda notebook: notebook.metadata.layer_by_layer.update(facts)


def test_the_example_keeps_every_rule(lesson, executed, released, build):
    assert list(rules.anatomy(lesson, LESSON, COURSE)) == []
    assert list(rules.well_formed_names(lesson)) == []
    assert list(rules.one_fetch_snippet({LESSON: lesson}, COURSE)) == []
    assert list(rules.described_figures(lesson)) == []
    assert list(rules.executed_from(executed, lesson, build.digest(lesson))) == []
    assert list(rules.quiet(executed)) == []
    assert list(rules.portable(executed)) == []
    assert list(rules.nothing_given_away(released, lesson)) == []


@pytest.mark.parametrize(
    ("breaking", "complaint"),
    [
        (replace("# @title Set-up: run this cell first\n", ""), "the set-up cell is not folded"),
        (lambda notebook: cell(notebook, "setup").metadata.pop("jupyter"), "the set-up cell is not folded"),
        (change("check_double", points=2), "double: it is easy and worth 2; 1 would be right"),
        (
            replace("`double` (easy, 2 minutes)", "`double` (hard, 2 minutes)"),
            "double: it is hard and worth 1; 2 or 3 would be right",
        ),
        (header(lesson="02_other"), "layer_by_layer.lesson is '02_other'"),
        (header(title="Another"), "does not begin with the title"),
        (replace("# An example\n", "# Example\n"), "does not begin with the title"),
        (
            replace("The smallest lesson that keeps all the rules; the tests", "**After this lesson you can**"),
            "promise",
        ),
        (replace("\n- ", "\n* "), "the goals"),
        (replace("**After this lesson you can**", "You can"), "the goals"),
        (header(minutes=30), "does not say **Time** 30 minutes"),
        (replace("**Builds on**", "After"), "Builds on"),
        (header(builds_on=["03_later"]), "names a lesson that comes later"),
        (replace("blob/v1.0.0", "blob/main"), "the Open-in-Colab badge does not lead to"),
        (replace("github/example/course", "github/other/course"), "the Open-in-Colab badge does not lead to"),
        (untag("setup"), "there are 0 cells tagged setup"),
        (lambda notebook: notebook.cells.insert(1, notebook.cells[0]), "one, the second cell"),
        (replace('runtime.start("02_example")', "runtime.start()"), "does not call runtime.start"),
        (replace("`double` (easy, 2 minutes)", "`double`"), "does not read ### Exercise"),
        (replace("(easy, 2 minutes)", "(simple, 2 minutes)"), "does not read ### Exercise"),
        (replace("is returned in the same shape", "is plain"), "double: the text says neither shapes nor"),
        (swap("double", "check_double"), "double: its text is not followed by hints, answer, check"),
        (remove("hints"), "there is no hints cell"),
        (remove("double"), "there is no answer cell"),
        (remove("check_triple"), "there is no check cell"),
        (lambda notebook: cell(notebook, "hints").metadata.pop("jupyter"), "the hints are not folded"),
        (replace('hints("double", "Multiply.",', 'hints("double",'), "with two hints or more"),
        (replace('hints("double"', 'hints("triple"'), 'does not call hints("double"'),
        (change("double", solution=False), "double: the answer cell must have solution=true"),
        (replace("### BEGIN SOLUTION", "### START"), "double: the answer holds no ### BEGIN SOLUTION"),
        (
            replace('"""', "#"),
            "double: the stub that the learner sees has no function or class with a docstring",
        ),
        (change("check_double", locked=False), "double: the check cell must have grade=true"),
        (change("check_double", points=0), "double: the check is worth no points"),
        (replace('with exercise("double"):', 'if exercise("double"):'), "double: the check is not one block"),
        (
            replace("### Exercise `double`", "### Task `double`"),
            "check_double is graded but belongs to no exercise",
        ),
        (replace("### Exercise", "### Task"), "there are 0 exercises"),
        (replace("**Predict first:**", "Well,"), "predict first"),
        (replace("same in Keras", "other one"), "same in Keras"),
        (replace(", a broken model to diagnose", ""), "no exercise is marked as a broken model"),
        (remove("full-training"), "no cell is tagged full-training"),
        (untag("full-training"), "the tag full-training belongs to"),
        (replace("runtime.full_training(", "print("), "the tag full-training belongs to"),
        (replace("## Train the full model", "## Train"), "'## Train the full model' is missing"),
        (replace("## Recap", "## Summary"), "'## Recap' is missing"),
        (replace("## Quiz", "## Questions"), "'## Quiz' is missing"),
        (replace("## What comes next", "## Next"), "'## What comes next' is missing"),
        (lambda notebook: notebook.cells.insert(2, notebook.cells.pop()), "not in the order"),
        (replace("5. The test breaks this lesson.\n", ""), "five lines"),
        (replace("<details><summary>3. What is read?</summary>\n\nBoth.\n</details>", ""), "has 2 questions"),
        (replace("\nBoth.\n", "\n"), "must have three"),
    ],
)
def test_anatomy_finds(lesson, breaking, complaint):
    breaking(lesson)
    assert any(complaint in said for said in rules.anatomy(lesson, LESSON, COURSE))


@pytest.mark.parametrize("name", ["Double", "double-it", "2double", "double__it", "double_", "doppelt_größer"])
def test_malformed_names_are_found(lesson, name):
    change("double", grade_id=name)(lesson)
    assert list(rules.well_formed_names(lesson)) == [f"the grade_id {name!r} is not lowercase snake_case"]


def test_a_name_used_twice_in_a_lesson_is_found(lesson):
    change("double", grade_id="triple")(lesson)
    assert list(rules.well_formed_names(lesson)) == ["the grade_id 'triple' comes 2 times"]


def test_a_name_used_in_two_lessons_is_found(lesson):
    other = copy.deepcopy(lesson)
    other.cells = [cell(other, "double")]
    assert list(rules.names_used_once({"02_example": lesson, "03_other": other})) == [
        "the grade_id 'double' is used in 02_example and 03_other"
    ]


def test_a_fetch_snippet_of_its_own_is_found(lesson):
    other = copy.deepcopy(lesson)
    replace("from None", "")(other)
    said = list(rules.one_fetch_snippet({"01_a": lesson, "02_b": lesson, "03_c": other}, COURSE))
    assert said == ["03_c: the set-up cell fetches the course in other words than the other lessons"]


@pytest.mark.parametrize("stale", [("example/course", "other/course"), ("v1.0.0", "v0.9.0")])
def test_a_set_up_cell_with_another_address_is_found(lesson, stale):
    replace(*stale)(lesson)
    (said,) = rules.one_fetch_snippet({LESSON: lesson}, COURSE)
    assert "does not fetch https://github.com/example/course at v1.0.0" in said


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("![](figure.png)", "a Markdown picture without alt text"),
        ("![ ](figure.png)", "a Markdown picture without alt text"),
        ('<img src="figure.png">', "an <img> without alt text"),
        ('<img src="figure.png" alt="">', "an <img> without alt text"),
        ('<svg viewBox="0 0 1 1"></svg>', "an <svg> without aria-label"),
        ("![a curve](figure.png)", None),
        ('<img alt="a curve" src="figure.png">', None),
        ('<svg aria-hidden="true"></svg>', None),
    ],
)
def test_undescribed_pictures_in_prose_are_found(lesson, text, complaint):
    lesson.cells[2].source += "\n" + text
    said = list(rules.described_figures(lesson))
    assert said == [] if complaint is None else [complaint in one for one in said] == [True]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"image/png": "iVBORw0", "text/plain": "<Figure>"}, "a bare image/png output"),
        ({"image/svg+xml": "<svg/>"}, "a bare image/svg+xml output"),
        (
            {"text/html": '<img src="data:image/png;base64,iVBORw0">'},
            "an <img> without alt text in its output",
        ),
        ({"text/html": '<img alt="a curve" src="data:image/png;base64,iVBORw0">'}, None),
    ],
)
def test_undescribed_pictures_in_outputs_are_found(executed, data, complaint):
    cell(executed, "double").outputs = [nbformat.v4.new_output("display_data", data=data)]
    said = list(rules.described_figures(executed))
    assert said == [] if complaint is None else [complaint in one for one in said] == [True]


def test_standard_error_exceptions_and_log_lines_are_found(executed):
    cell(executed, "double").outputs = [nbformat.v4.new_output("stream", name="stderr", text="a warning\n")]
    cell(executed, "triple").outputs = [nbformat.v4.new_output("error", ename="NameError", evalue="no np")]
    log = nbformat.v4.new_output("stream", name="stdout", text="1\nWARNING:tensorflow:5 out of 6 calls\n")
    cell(executed, "quadruple").outputs = [log]
    assert list(rules.quiet(executed)) == [
        "cell 7 (double) wrote to standard error: 'a warning'",
        "cell 11 (triple) raised NameError: no np",
        "cell 15 (quadruple) shows a log line: 'WARNING:tensorflow:5 out of 6 calls'",
    ]


def test_a_path_of_the_machine_is_found(executed):
    html = {"text/html": "<td>/home/ada/.layer-by-layer</td>"}
    cell(executed, "double").outputs = [nbformat.v4.new_output("display_data", data=html)]
    (said,) = rules.portable(executed)
    assert said == "cell 7 (double) shows a path of one machine: /home/ada/.layer-by-layer"


def edit_code_afterwards(executed, source):
    source.cells[3].source = executed.cells[3].source = "print(3)"


def edit_text_afterwards(executed, source):
    source.cells[2].source += " One sentence more."


def forget_a_cell(executed, source):
    cell(executed, "double").execution_count = None


@pytest.mark.parametrize(
    ("breaking", "complaint"),
    [
        (edit_code_afterwards, "the outputs come from older source"),
        (edit_text_afterwards, "the executed notebook's cells differ from the source's"),
        (forget_a_cell, "not all executed"),
    ],
)
def test_older_outputs_are_found(build, lesson, executed, breaking, complaint):
    breaking(executed, lesson)
    (said,) = rules.executed_from(executed, lesson, build.digest(lesson))
    assert complaint in said


def leave_an_output(released):
    cell(released, "double").outputs = [nbformat.v4.new_output("stream", text="2\n")]


@pytest.mark.parametrize(
    ("breaking", "complaint"),
    [
        (leave_an_output, "cell 7 (double) has an output"),
        (replace("raise NotImplementedError()", "return 2 * values"), "double: the line 'return 2 * values'"),
        (replace("# YOUR CODE HERE", "### BEGIN SOLUTION"), "the text '### BEGIN SOLUTION' is in"),
        (
            replace("check(double)", "check(double).given(10.0).returns(20.0)\n    check(double)"),
            "check_double: the line 'check(double).given(10.0).returns(20.0)'",
        ),
    ],
)
def test_what_is_given_away_is_found(lesson, released, breaking, complaint):
    breaking(released)
    assert any(said.startswith(complaint) for said in rules.nothing_given_away(released, lesson))
