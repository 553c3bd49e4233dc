"""The named answers once more, as a class that `autograder grade` grades: what the checks say, the gradebook says too.

A learner hands in one wrong answer to every exercise; the next learner the next ones. So a lesson's answers
need no more submissions than its exercise with the most answers has. Examples that neither answers nor checks use
are left out: they would be most of the time.
"""

import ast
import itertools
import shutil
from pathlib import Path

import jupytext
import nbformat
import pytest
from test_exercises import ANSWERS, LESSONS, ROOT, with_bodies

from autograder.trusted import SourceCell, wanted_statements

pytestmark = pytest.mark.slow


def without_examples(source):
    """A copy of the lesson with its exercises, and of its other code only the statements that those use."""
    lesson = nbformat.from_dict(source)
    lesson.cells = [cell for cell in lesson.cells if cell.cell_type == "code"]
    kinds = ["test" if "nbgrader" in cell.metadata else "given" for cell in lesson.cells]
    cells = [SourceCell(kind, "", cell.source, cell.source) for kind, cell in zip(kinds, lesson.cells, strict=True)]
    parsed = [ast.parse(cell.source).body for cell in lesson.cells]
    wanted = wanted_statements(cells, parsed)
    for kind, cell, statements in zip(kinds, lesson.cells, parsed, strict=True):
        if kind == "given" and "setup" not in cell.metadata.get("tags", ()):
            cell.source = "\n".join(ast.unparse(it) for it in statements if id(it) in wanted)
    return lesson


def answered(source, answers):
    """A copy of the lesson with these answers, {exercise: Answer}, in place of the solutions."""
    notebook = nbformat.from_dict(source)
    for cell in notebook.cells:
        answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if answer:
            cell.source = with_bodies(cell.source, answer.bodies)
    return notebook


def classmates(answers, is_right):
    """Pack the right or the wrong answers: learner → {exercise: Answer}."""
    kind = "right" if is_right else "wrong"
    columns = [[(name, it) for it in them if (it.says is None) == is_right] for name, them in answers.items()]
    rows = itertools.zip_longest(*columns)
    return {f"{kind}_{number}": dict(filter(None, row)) for number, row in enumerate(rows)}


@pytest.fixture(scope="module", params=LESSONS)
def graded(request, tmp_path_factory):
    """A graded class: (answers by learner, {learner: {exercise: score}}, {exercise: points}, notes)."""
    from autograder import grade

    lesson, path = request.param, LESSONS[request.param]
    root = tmp_path_factory.mktemp("class")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    source = without_examples(jupytext.read(path))
    handed_in = {**classmates(ANSWERS[lesson], False), **classmates(ANSWERS[lesson], True), "solved": {}}
    notebooks = {learner: answered(source, answers) for learner, answers in handed_in.items()}
    notebooks["untouched"] = nbformat.read(ROOT / "course" / lesson / f"{path.stem}.ipynb", as_version=4)
    write(source, root / "solutions" / lesson, path.stem)
    for learner, notebook in notebooks.items():
        write(notebook, root / "submitted" / learner / lesson, path.stem)
    for extra in path.parent.iterdir():
        if extra.suffix not in (".py", ".ipynb"):
            shutil.copy(extra, root / "solutions" / lesson)
    result = grade(lesson, root)
    return handed_in, {outcome.student: outcome for outcome in result.outcomes}, result


def write(notebook, folder, name):
    Path(folder).mkdir(parents=True)
    nbformat.write(notebook, Path(folder, f"{name}.ipynb"))


def scores(outcome):
    assert outcome.state == "graded", f"{outcome.student}: {outcome.state}: {outcome.reason}"
    return {cell.cell.removeprefix("check_"): (cell.score, cell.max_score) for cell in outcome.exercises}


def test_the_solution_earns_all_and_the_stubs_nothing(graded):
    _, outcomes, result = graded
    assert not result.notes or all("Entered" in note for note in result.notes), result.notes
    assert all(score == possible > 0 for score, possible in scores(outcomes["solved"]).values())
    assert all(score == 0 for score, _ in scores(outcomes["untouched"]).values())


def test_a_wrong_answer_earns_nothing(graded):
    handed_in, outcomes, _ = graded
    gained = [
        f"{exercise}: {answer.name}"
        for learner, answers in handed_in.items()
        for exercise, answer in answers.items()
        if learner.startswith("wrong") and scores(outcomes[learner])[exercise][0] > 0
    ]
    assert gained == []


def test_a_right_answer_earns_all(graded):
    handed_in, outcomes, _ = graded
    lost = [
        f"{exercise}: {answer.name}"
        for learner, answers in handed_in.items()
        for exercise, answer in answers.items()
        if learner.startswith("right") and len(set(scores(outcomes[learner])[exercise])) > 1
    ]
    assert lost == []
