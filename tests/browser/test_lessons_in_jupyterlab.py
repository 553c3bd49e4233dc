"""Every lesson as a learner has it: opened, run from top to bottom, answered by keyboard, looked up in the map."""

import pytest

from utils import lessons

CATALOGUE = lessons.catalogue()
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets"
FINISHED = f"() => {CELLS}.every((cell) => cell.model.type !== 'code' || cell.model.executionCount)"
OUTPUTS = f"() => {CELLS}.flatMap((cell) => cell.model.outputs?.toJSON() ?? [])"
FIND = f"(start) => {CELLS}.findIndex((cell) => cell.model.sharedModel.getSource().startsWith(start))"
SHOW = """(index) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    return notebook.scrollToItem(index, "center");
}"""
SET_SOURCE = "(text) => window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource(text)"
COUNT = "() => window.jupyterapp.shell.currentWidget.content.activeCell.model.executionCount"
CARD = ".jp-OutputArea-output [role=status]"


@pytest.fixture(scope="module", params=[lesson.id for lesson in CATALOGUE])
def lesson(request, open_lesson):
    """A lesson after *Run all cells*, with what the catalogue says about it."""
    notebook = open_lesson(request.param)
    notebook.run_all()
    notebook.page.wait_for_function(FINISHED, timeout=180_000)
    notebook.about = next(lesson for lesson in CATALOGUE if lesson.id == request.param)
    return notebook


def show(notebook, start):
    """Make the cell that begins with `start` the active one, and bring it into view."""
    index = notebook.page.evaluate(FIND, start)
    assert index >= 0, f"no cell begins with {start!r}"
    notebook.page.evaluate(SHOW, index)
    return notebook.page.locator(".jp-Cell.jp-mod-active")


def answer(notebook, exercise, body):
    """Type an answer in place of the stub's last two lines, run it and its check, all from the keyboard."""
    cell = show(notebook, f"def {exercise}(")
    cell.locator(".cm-content").click()
    keyboard = notebook.page.keyboard
    keyboard.press("Control+End")
    for _ in range(2):
        keyboard.press("Shift+Home")
        keyboard.press("Shift+Home")
        keyboard.press("Backspace")
        keyboard.press("Backspace")
    keyboard.press("Enter")
    keyboard.type(body)
    keyboard.press("Shift+Enter")
    notebook.page.wait_for_function("() => !document.querySelector('.jp-Cell.jp-mod-active .jp-mod-running')")
    show(notebook, f'with exercise("{exercise}")')
    keyboard.press("Escape")
    keyboard.press("Control+Enter")
    return notebook.page.locator(".jp-Cell.jp-mod-active").locator(CARD)


def run_answer(notebook, source):
    """Put other text into the answer cell of `fahrenheit`, run it, and then its check; gives back the check's card."""
    cell = show(notebook, "def f")
    notebook.page.evaluate(SET_SOURCE, source)
    cell.locator(".cm-content").click()
    before = notebook.page.evaluate(COUNT)
    notebook.page.keyboard.press("Control+Enter")
    # Where a cell fails, JupyterLab drops what waits behind it: the check may only be run afterwards.
    notebook.page.wait_for_function(f"(before) => ({COUNT})() && ({COUNT})() !== before", arg=before)
    notebook.page.wait_for_timeout(300)
    show(notebook, 'with exercise("fahrenheit")')
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("Control+Enter")
    return notebook.page.locator(".jp-Cell.jp-mod-active").locator(CARD)


def test_an_untouched_lesson_runs_to_the_end_without_an_error(lesson):
    outputs = lesson.page.evaluate(OUTPUTS)
    assert [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    cards = [o["data"]["text/plain"] for o in outputs if "Not attempted:" in o.get("data", {}).get("text/plain", "")]
    assert len(cards) == len(lesson.about.exercises)


def test_its_widgets_are_drawn(lesson):
    views = [
        o for o in lesson.page.evaluate(OUTPUTS) if "application/vnd.jupyter.widget-view+json" in o.get("data", {})
    ]
    assert views
    for kind in {output["data"]["text/plain"].splitlines()[0] for output in views}:
        start = kind.title().replace(" ", "")
        starts = {"ModelChecker": "sketch", "Loss-LandscapeStepper": "LandscapeStepper("}
        show(lesson, starts.get(start, f"{start}("))
        lesson.page.locator(".lbl-widget", has_text=kind).first.wait_for(timeout=30_000)


@pytest.fixture(scope="module")
def start_here(open_lesson):
    """Lesson 00 with its cells run, for a learner to answer in."""
    notebook = open_lesson("00_start_here")
    notebook.run_all()
    notebook.page.wait_for_function(FINISHED, timeout=180_000)
    return notebook


def test_a_wrong_answer_gets_a_card_with_its_line_and_hints_that_open_by_keyboard(start_here):
    card = answer(start_here, "fahrenheit", "return np.ad(celsius * 1.8, 32)")
    card.get_by_text("Did you mean: 'pad'?").wait_for(timeout=10_000)
    assert "return np.ad(celsius * 1.8, 32)" in card.inner_text()
    hint = card.locator("summary").first
    hint.focus()
    start_here.page.keyboard.press("Enter")
    card.get_by_text("the two scales do not start at the same place").wait_for(timeout=5_000)
    assert start_here.page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_a_right_answer_is_right_and_counts_in_the_map(start_here):
    card = run_answer(start_here, "def fahrenheit(celsius):\n    return 32 + 1.8 * celsius")
    card.get_by_text("Right: fahrenheit").wait_for(timeout=10_000)
    show(start_here, "LessonMap(")
    lesson_map = start_here.page.locator(".lbl-widget", has_text="Lesson map")
    lesson_map.get_by_role("button", name="Refresh").press("Enter")
    lesson_map.get_by_text("1 of 11 points").wait_for(timeout=10_000)


@pytest.mark.parametrize(
    ("source", "words", "line"),
    [
        (
            "def fahrenheit(celsius):\n    return (celsius * 1.8",
            "Your answer did not run",
            "Line 2 of your cell: return (celsius * 1.8",
        ),
        (
            "def fahrenheit(celsius):\n    return celsius * 1.8 + 32\n\nfahrenheit(warm)",
            "Your answer did not run",
            "Line 4 of your cell: fahrenheit(warm)",
        ),
        (
            "def farenheit(celsius):\n    return celsius * 1.8 + 32",
            "it did not define fahrenheit",
            "It defines farenheit instead",
        ),
    ],
)
def test_an_answer_that_failed_is_not_judged_by_the_one_before(start_here, source, words, line):
    run_answer(start_here, "def fahrenheit(celsius):\n    return celsius * 1.8 + 32").get_by_text(
        "Right: fahrenheit"
    ).wait_for(timeout=10_000)
    card = run_answer(start_here, source)
    card.get_by_text(words).wait_for(timeout=10_000)
    assert line in card.inner_text()


def test_a_check_after_a_restart_says_what_to_run(start_here):
    run_answer(start_here, "def fahrenheit(celsius):\n    return celsius * 1.8 + 32")
    start_here.python("del fahrenheit")
    show(start_here, 'with exercise("fahrenheit")')
    start_here.page.keyboard.press("Control+Enter")
    card = start_here.page.locator(".jp-Cell.jp-mod-active").locator(CARD)
    card.get_by_text("fahrenheit is not defined yet").wait_for(timeout=10_000)
