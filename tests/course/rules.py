"""What every lesson must satisfy. Each rule takes notebooks and yields one sentence for each fault it finds.

The rules know nothing of files. test_lessons.py puts every lesson of this course to them, and test_rules.py
shows of every rule that it finds what it is there to find.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

EXERCISE = re.compile(
    r"^### Exercise `(?P<name>[^`]+)` "
    r"\((?P<difficulty>easy|medium|hard), (?P<minutes>\d+) minutes?(?P<kind>, [^)]+)?\)$"
)
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION$.*?^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)
MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
LOG_LINE = re.compile(r"^(WARNING|ERROR|INFO)\b.{0,60}", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:home|root|tmp|Users|work|mnt)/[^\s\"'<]*")
POINTS = {"easy": (1, 1), "medium": (1, 2), "hard": (2, 3)}  # fewest and most
ENDING = ("## Train the full model", "## Recap", "## Quiz", "## What comes next")


@dataclass(frozen=True)
class Course:
    """Where the course is published: the settings of [tool.layer-by-layer]."""

    repository: str
    release: str

    def badge(self, lesson):
        """The address at which Colab opens the learner's notebook of `lesson`, a folder name."""
        name = self.repository.removeprefix("https://github.com/")
        return f"https://colab.research.google.com/github/{name}/blob/{self.release}/course/{lesson}/{lesson[3:]}.ipynb"


# ---- reading a notebook


def nbgrader(cell):
    return cell.metadata.get("nbgrader", {})


def tags(cell):
    return cell.metadata.get("tags", [])


def prose(notebook):
    """All Markdown of the notebook as one text."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def place(notebook, cell):
    """How a complaint names a cell."""
    number = next(index for index, other in enumerate(notebook.cells, start=1) if other is cell)
    return f"cell {number} ({nbgrader(cell).get('grade_id') or cell.source.strip().partition(chr(10))[0][:40]})"


def exercise_heading(cell):
    """The first line of a Markdown cell that opens an exercise, or None."""
    first = cell.source.partition("\n")[0]
    return first if cell.cell_type == "markdown" and first.startswith("### Exercise") else None


def outputs(notebook):
    """(cell, output) for every output of the notebook."""
    return [(cell, output) for cell in code(notebook) for output in cell.get("outputs", [])]


# ---- the anatomy of a lesson, in its order


def opening(notebook, lesson, course):
    """First cell: title, promise, goals, minutes, what it builds on, badge; the same in the metadata."""
    first = notebook.cells[0]
    facts = notebook.metadata.get("layer_by_layer", {})
    if facts.get("lesson") != lesson:
        yield f"the header's layer_by_layer.lesson is {facts.get('lesson')!r}, not {lesson!r}"
    if not first.source.startswith(f"# {facts.get('title')}\n"):
        yield f"the first cell does not begin with the title of the header: # {facts.get('title')}"
    promise, _, after = first.source.partition("**After this lesson you can**")
    if len(promise.strip().split("\n\n")) < 2:
        yield "there is no promise, a sentence between the title and the goals"
    if len(re.findall(r"^- ", after, re.MULTILINE)) < 2:
        yield "the goals, a list below **After this lesson you can**, are missing"
    if f"**Time** {facts.get('minutes')} minutes" not in first.source:
        yield f"the first cell does not say **Time** {facts.get('minutes')} minutes, as the header does"
    if "**Builds on** " not in first.source:
        yield "the first cell does not say what the lesson **Builds on**"
    if any(earlier >= lesson for earlier in facts.get("builds_on", [lesson])):
        yield "layer_by_layer.builds_on is missing or names a lesson that comes later"
    if f"]({course.badge(lesson)})" not in first.source:
        yield f"the Open-in-Colab badge does not lead to {course.badge(lesson)}"


def setup(notebook, lesson):
    """One set-up cell, the second cell, folded away, which starts the lesson's runtime."""
    found = [cell for cell in notebook.cells if "setup" in tags(cell)]
    if len(found) != 1 or found[0] is not notebook.cells[1]:
        yield f"there are {len(found)} cells tagged setup; there must be one, the second cell"
    elif f'runtime.start("{lesson}")' not in found[0].source:
        yield f'the set-up cell does not call runtime.start("{lesson}")'
    elif not is_folded(found[0]) or not found[0].source.startswith("# @title "):
        yield "the set-up cell is not folded: source_hidden, cellView=form or a first line with # @title is missing"


def is_folded(cell):
    """Whether the cell's code is out of sight until it is asked for, in JupyterLab and in Colab."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden")) and cell.metadata.get("cellView") == "form"


def fetch_snippet(notebook):
    """The part of the set-up cell that all lessons share: all that comes before the call of runtime.start."""
    return notebook.cells[1].source.partition("runtime.start(")[0]


def one_fetch_snippet(notebooks, course):
    """The lessons fetch the course with the same lines, from the committed address and release.

    notebooks: lesson → notebook.
    """
    snippets = {lesson: fetch_snippet(notebook) for lesson, notebook in notebooks.items()}
    usual = Counter(snippets.values()).most_common(1)[0][0]
    for lesson, snippet in snippets.items():
        if snippet != usual:
            yield f"{lesson}: the set-up cell fetches the course in other words than the other lessons"
        if f'"{course.repository}"' not in snippet or course.release not in snippet:
            yield f"{lesson}: the set-up cell does not fetch {course.repository} at {course.release}"


def exercises(notebook):
    """Four to eight exercises, each: text, hints, answer, check; and no graded cell outside of one."""
    seen = []
    for index, cell in enumerate(notebook.cells):
        heading = exercise_heading(cell)
        if heading is None:
            continue
        match = EXERCISE.match(heading)
        if match is None:
            yield f"{heading!r} does not read ### Exercise `name` (easy, 4 minutes)"
            continue
        seen.append(match["name"])
        yield from exercise(match["name"], cell, notebook.cells[index + 1 : index + 4])
        yield from worth(match["name"], match["difficulty"], notebook.cells[index + 1 : index + 4])
    graded = {nbgrader(cell)["grade_id"] for cell in notebook.cells if nbgrader(cell).get("grade")}
    for stray in sorted(graded - {f"check_{name}" for name in seen}):
        yield f"{stray} is graded but belongs to no exercise"
    if not 4 <= len(seen) <= 8:
        yield f"there are {len(seen)} exercises; a lesson has 4 to 8"


def exercise(name, text, following):
    """One exercise: what its text says, and the three cells that follow it."""
    if not re.search(r"\b(shape|return)", text.source, re.IGNORECASE):
        yield f"{name}: the text says neither shapes nor what is returned"
    roles = {"hints": is_hints, "answer": is_answer, "check": is_check}
    for (role, is_role), cell in zip(roles.items(), following, strict=False):
        if not is_role(cell, name):
            yield f"{name}: its text is not followed by hints, answer, check: there is no {role} cell"
            return
    if len(following) < len(roles):
        yield f"{name}: the notebook ends before its check"
        return
    hints, answer, check = following
    yield from hints_cell(name, hints)
    yield from answer_cell(name, answer)
    yield from check_cell(name, check)


def is_hints(cell, name):
    return "hints" in tags(cell)


def is_answer(cell, name):
    return nbgrader(cell).get("grade_id") == name


def is_check(cell, name):
    return nbgrader(cell).get("grade_id") == f"check_{name}"


def hints_cell(name, cell):
    """Hints are folded away until they are asked for, in JupyterLab and Colab; there are two or more."""
    if not is_folded(cell):
        yield f"{name}: the hints are not folded: source_hidden and cellView=form are missing"
    calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    given = [ast.literal_eval(argument) for argument in calls[0].args] if calls else []
    if len(given) < 3 or given[0] != name:
        yield f'{name}: the hints cell does not call hints("{name}", …) with two hints or more'


def answer_cell(name, cell):
    """The answer: graded by its check only, the solution inside markers, a docstring outside of them."""
    facts = nbgrader(cell)
    if not facts.get("solution") or facts.get("grade") or facts.get("locked"):
        yield f"{name}: the answer cell must have solution=true, grade=false, locked=false"
    if not SOLUTION.search(cell.source):
        yield f"{name}: the answer holds no ### BEGIN SOLUTION … ### END SOLUTION"
        return
    stub = ast.parse(SOLUTION.sub(r"\1raise NotImplementedError()", cell.source))
    definitions = [node for node in stub.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    if not definitions or not all(ast.get_docstring(node) for node in definitions):
        yield f"{name}: the stub that the learner sees has no function or class with a docstring"


def check_cell(name, cell):
    """The check: one `with exercise(…)` block, locked, worth points."""
    facts = nbgrader(cell)
    if not facts.get("grade") or facts.get("solution") or not facts.get("locked"):
        yield f"{name}: the check cell must have grade=true, solution=false, locked=true"
    if not facts.get("points", 0) > 0:
        yield f"{name}: the check is worth no points"
    statements = ast.parse(cell.source).body
    if len(statements) != 1 or not cell.source.startswith(f'with exercise("{name}"):\n'):
        yield f'{name}: the check is not one block that starts with exercise("{name}")'


def worth(name, difficulty, following):
    """Points follow difficulty."""
    low, high = POINTS[difficulty]
    for cell in following:
        points = nbgrader(cell).get("points", 0)
        if is_check(cell, name) and points > 0 and not low <= points <= high:
            allowed = f"{low}" if low == high else f"{low} or {high}"
            yield f"{name}: it is {difficulty} and worth {points}; {allowed} would be right"


def predict_first(notebook):
    if "predict first" not in prose(notebook).lower():
        yield "nothing asks the learner to predict first"


def keras_comparison(notebook):
    if "same in keras" not in prose(notebook).lower():
        yield "nothing shows the same in Keras, with the comparison in numbers"


def broken_model(notebook):
    kinds = [EXERCISE.match(heading) for cell in notebook.cells if (heading := exercise_heading(cell))]
    if not any(match and "broken" in (match["kind"] or "") for match in kinds):
        yield "no exercise is marked as a broken model to diagnose"


def full_training(notebook):
    """The real training runs in cells that are tagged for it, and asks whether it is wanted."""
    tagged = [cell for cell in code(notebook) if "full-training" in tags(cell)]
    if not tagged:
        yield "no cell is tagged full-training"
    for cell in code(notebook):
        if ("full-training" in tags(cell)) != ("runtime.full_training(" in cell.source):
            where = place(notebook, cell)
            yield f"{where}: the tag full-training belongs to cells that ask runtime.full_training"


def ending(notebook):
    """The last sections, in order: full training, recap in five lines, quiz of three, what comes next."""
    text = prose(notebook)
    at = [re.search(rf"^{heading}$", text, re.MULTILINE) for heading in ENDING]
    for heading, found in zip(ENDING, at, strict=True):
        if found is None:
            yield f"the section {heading!r} is missing"
    if None in at:
        return
    starts = [found.start() for found in at]
    if starts != sorted(starts):
        yield f"the last sections are not in the order {', '.join(ENDING)}"
        return
    recap, quiz = text[starts[1] : starts[2]], text[starts[2] : starts[3]]
    if len(re.findall(r"^\d\. ", recap, re.MULTILINE)) != 5:
        yield "the recap is not a list of five lines"
    answers = re.findall(r"<details><summary>.+?</summary>(.*?)</details>", quiz, re.DOTALL)
    if len(answers) != 3 or not all(answer.strip() for answer in answers):
        yield f"the quiz has {len(answers)} questions with an answer to open; it must have three"


def anatomy(notebook, lesson, course):
    """All that a lesson's source must contain; each complaint names the part."""
    yield from opening(notebook, lesson, course)
    yield from setup(notebook, lesson)
    yield from exercises(notebook)
    for rule in (predict_first, keras_comparison, broken_model, full_training, ending):
        yield from rule(notebook)


# ---- grade_ids


def well_formed_names(notebook):
    """Every grade_id is lowercase snake_case, and no name comes twice in a lesson."""
    names = [nbgrader(cell)["grade_id"] for cell in notebook.cells if "grade_id" in nbgrader(cell)]
    for name in names:
        if not SNAKE_CASE.fullmatch(name):
            yield f"the grade_id {name!r} is not lowercase snake_case"
    for name, count in Counter(names).items():
        if count > 1:
            yield f"the grade_id {name!r} comes {count} times"


def names_used_once(notebooks):
    """No grade_id is used in two lessons. notebooks: lesson → notebook."""
    owners = {}
    for lesson, notebook in notebooks.items():
        for name in {nbgrader(cell).get("grade_id") for cell in notebook.cells} - {None}:
            owners.setdefault(name, []).append(lesson)
    for name, lessons in sorted(owners.items()):
        if len(lessons) > 1:
            yield f"the grade_id {name!r} is used in {' and '.join(sorted(lessons))}"


# ---- figures


class Pictures(HTMLParser):
    """Collects the pictures of an HTML text that nobody who cannot see them is told about."""

    def __init__(self, html):
        super().__init__()
        self.silent = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "img" and not (said.get("alt") or "").strip():
            self.silent.append("an <img> without alt text")
        described = said.get("aria-label") or said.get("aria-labelledby") or said.get("aria-hidden") == "true"
        if tag == "svg" and not described:
            self.silent.append("an <svg> without aria-label")


def described_figures(notebook):
    """Every figure, in prose and in outputs, has a text for those who do not see it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for image in IMAGE.finditer(cell.source):
                if not image["alt"].strip():
                    yield f"{place(notebook, cell)}: a Markdown picture without alt text"
            for fault in Pictures(cell.source).silent:
                yield f"{place(notebook, cell)}: {fault}"
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        for kind in data:
            if kind.startswith("image/"):
                yield f"{place(notebook, cell)}: a bare {kind} output, which has no alt text; use plots.show"
        for fault in Pictures("".join(data.get("text/html", ""))).silent:
            yield f"{place(notebook, cell)}: {fault} in its output"


# ---- executed notebooks


def quiet(notebook):
    """No exception, nothing on standard error, and no log line of a library on standard output."""
    for cell, output in outputs(notebook):
        if output.output_type == "error":
            yield f"{place(notebook, cell)} raised {output.ename}: {output.evalue}"
        elif output.get("name") == "stderr":
            yield f"{place(notebook, cell)} wrote to standard error: {output.text.strip()[:80]!r}"
        elif found := LOG_LINE.search(output.get("text", "")):
            yield f"{place(notebook, cell)} shows a log line: {found[0]!r}"


def portable(notebook):
    """No output shows a path of the machine that executed the notebook."""
    for cell, output in outputs(notebook):
        shown = "".join(output.get("text", "")) + "".join(map(str, output.get("data", {}).values()))
        if found := MACHINE_PATH.search(shown):
            yield f"{place(notebook, cell)} shows a path of one machine: {found[0]}"


def executed_from(executed, source, digest):
    """`executed` holds the cells of `source`, and its outputs come from exactly that code.

    digest: the fingerprint of the source's code, which is recorded in the notebook when it is executed.
    """
    kept = [(cell.cell_type, cell.source, cell.metadata) for cell in executed.cells]
    if kept != [(cell.cell_type, cell.source, cell.metadata) for cell in source.cells]:
        yield "the executed notebook's cells differ from the source's"
    if executed.metadata.get("layer_by_layer", {}).get("executed_source") != digest:
        yield "the outputs come from older source"
    counts = [cell.execution_count for cell in code(executed)]
    if counts != list(range(1, len(counts) + 1)):
        yield "the code cells were not all executed, once and from the top"


# ---- what the learner gets


def nothing_given_away(released, solution):
    """The learner's notebook `released` holds no output, marker, hidden test or answer of `solution`."""
    text = "\n".join(cell.source for cell in released.cells)
    for cell, _ in outputs(released):
        yield f"{place(released, cell)} has an output"
    for marker in MARKERS:
        if marker in text:
            yield f"the text {marker!r} is in the learner's notebook"
    shown = {nbgrader(cell).get("grade_id"): lines_of(cell) for cell in released.cells}
    for cell in solution.cells:
        name = nbgrader(cell).get("grade_id")
        for line in secret_lines(cell) if name is not None else ():
            if line in shown.get(name, ()):
                yield f"{name}: the line {line!r} of the solution or of a hidden test is given away"


def lines_of(cell):
    return [line.strip() for line in cell.source.splitlines() if line.strip()]


def secret_lines(cell):
    """The lines between solution or hidden-test markers that do not stand outside of them as well."""
    inside, said, secret = False, [], []
    for line in lines_of(cell):
        if line in MARKERS:
            inside = line.startswith("### BEGIN")
        else:
            (secret if inside else said).append(line)
    return [line for line in secret if line not in said]
