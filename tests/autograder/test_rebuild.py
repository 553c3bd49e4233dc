"""The notebook that is graded is the instructor's, with the learner's answers, whatever was done to the file."""

import ast
import copy
import importlib.util
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import SubmissionError
from autograder.intake import read_notebook
from autograder.rebuild import rebuild, without_hidden_tests

MARKERS = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
HIDDEN = "\n### BEGIN HIDDEN TESTS\nassert add(-1, 1) == 0\n### END HIDDEN TESTS"
ANSWERS = {
    "add": "def add(a, b):\n    return a + b",
    "mean": "mean = lambda values: sum(values) / len(values)",
    "explain": "Because addition commutes.",
}


def _load_mutations():
    spec = importlib.util.spec_from_file_location("mutations", Path(__file__).with_name("mutations.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mutate = _load_mutations().mutate


def about(name, **flags):
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**plain, "grade_id": name, "checksum": f"checksum of {name}", **flags}}


def answer(name, stub=STUB):
    return new_code_cell(stub, id=f"id-{name}", metadata=about(name, solution=True))


def check(name, source):
    flags = {"grade": True, "locked": True, "points": 1}
    return new_code_cell(source, id=f"id-{name}", metadata=about(name, **flags))


@pytest.fixture
def instructor():
    """The instructor's copy: stubs, and hidden tests still inside."""
    cells = [
        new_markdown_cell("# Sums", id="title"),
        new_code_cell("import math\nimport random", id="imports"),
        new_code_cell("numbers = [1, 2, 3]", id="id-setup", metadata=about("setup", locked=True)),
        answer("add"),
        check("check_add", "assert add(1, 2) == 3" + HIDDEN),
        new_markdown_cell("Now the mean.", id="between"),
        answer("mean"),
        check("check_mean", "assert mean(numbers) == 2"),
        check("check_mean_more", "assert mean([5]) == 5"),
        new_markdown_cell("YOUR ANSWER HERE", id="id-explain", metadata=about("explain", grade=True, solution=True)),
        new_markdown_cell("Draw.\n=== BEGIN MARK SCHEME ===\n5 if neat\n=== END MARK SCHEME ===", id="id-draw"),
        new_code_cell("", id="scratch"),
    ]
    cells[10].metadata = about("draw", task=True, locked=True, points=5)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def submitted(instructor):
    """What an honest learner hands in."""
    notebook = copy.deepcopy(instructor)
    named(notebook, "check_add").source = "assert add(1, 2) == 3"
    named(notebook, "draw").source = "Draw."
    for name, text in ANSWERS.items():
        named(notebook, name).source = text
    return notebook


def named(notebook, name):
    """The last cell with a grade_id."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name][-1]


def position(notebook, name):
    return notebook.cells.index(named(notebook, name))


def code_before(notebook, name):
    """What has run when a test runs."""
    before = notebook.cells[: position(notebook, name)]
    return "\n".join(cell.source for cell in before if cell.cell_type == "code")


def check_invariants(instructor, rebuilt):
    """Every cell of the instructor's is there once, tests say what they said, tests stand below what they test."""
    nbformat.validate(rebuilt)
    assert rebuilt.metadata == instructor.metadata
    places = {cell.id: at for at, cell in enumerate(rebuilt.cells)}
    assert len(places) == len(rebuilt.cells)
    code = []
    for cell in instructor.cells:
        found = rebuilt.cells[places[cell.id]]
        assert (found.cell_type, found.metadata) == (cell.cell_type, cell.metadata)
        if cell.metadata.get("nbgrader", {}).get("locked"):
            assert found.source == cell.source
        if cell.metadata.get("nbgrader", {}).get("points") == 1:
            assert all(places[earlier] < places[cell.id] for earlier in code)
        code += [cell.id] * (cell.cell_type == "code")
    of_instructor = {cell.id for cell in instructor.cells}
    assert not any(cell.metadata for cell in rebuilt.cells if cell.id not in of_instructor)
    assert not any(cell.outputs or cell.execution_count for cell in rebuilt.cells if cell.cell_type == "code")


def rebuilt(instructor, submitted):
    before = copy.deepcopy((instructor, submitted))
    result = rebuild(instructor, submitted)
    assert before == (instructor, submitted)
    check_invariants(instructor, result.notebook)
    return result.notebook, result.notes


def answers(notebook):
    return {name: named(notebook, name).source for name in ANSWERS}


def test_an_untouched_order_is_the_instructors(instructor, submitted):
    notebook, notes = rebuilt(instructor, submitted)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in instructor.cells]
    assert answers(notebook) == ANSWERS
    assert notes == ()


def test_tests_points_and_tags_are_the_instructors(instructor, submitted):
    cell = named(submitted, "check_add")
    cell.source = "assert add(1, 2)"
    cell.metadata.tags = ["skip-execution"]
    cell.metadata.nbgrader.points = 100
    submitted.metadata = {"kernelspec": {"name": "my-env", "display_name": "Mine"}}
    _, notes = rebuilt(instructor, submitted)
    assert notes == ("check_add: changed by the learner, put back",)


@pytest.mark.parametrize("name", ["check_add", "setup", "draw", "add", "explain"])
def test_a_deleted_cell_is_put_back(instructor, submitted, name):
    submitted.cells.remove(named(submitted, name))
    notebook, notes = rebuilt(instructor, submitted)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in instructor.cells]
    assert notes == (f"{name}: was missing, put back",)


def test_a_deleted_plain_cell_is_put_back_without_a_note(instructor, submitted):
    del submitted.cells[1]
    notebook, notes = rebuilt(instructor, submitted)
    assert notebook.cells[1].source == "import math\nimport random"
    assert notes == ()


def test_an_edited_plain_cell_keeps_the_learners_text(instructor, submitted):
    submitted.cells[1].source += "\nimport statistics"
    notebook, notes = rebuilt(instructor, submitted)
    assert notebook.cells[1].source.endswith("import statistics")
    assert notes == ()


def test_a_plain_cell_made_another_type_is_an_added_cell(instructor, submitted):
    submitted.cells[5] = new_code_cell("def total(values): return sum(values)", id="between")
    notebook, _ = rebuilt(instructor, submitted)
    assert "def total" in code_before(notebook, "check_mean")


def test_added_cells_stay_where_they_stood(instructor, submitted):
    helper = new_code_cell("def helper(): ...", id="title", metadata={"tags": ["skip-execution"]})
    submitted.cells.insert(3, helper)
    notebook, notes = rebuilt(instructor, submitted)
    assert notebook.cells[3].source == "def helper(): ..."
    assert len(notebook.cells) == len(instructor.cells) + 1
    assert notes == ()


@pytest.mark.parametrize("with_ids", [True, False], ids=["ids kept", "new ids"])
@pytest.mark.parametrize("with_tests", [True, False], ids=["tests kept", "tests deleted"])
def test_stripped_metadata_loses_no_answer(instructor, submitted, with_ids, with_tests):
    if not with_tests:
        submitted.cells = [cell for cell in submitted.cells if "check" not in cell.id]
    for number, cell in enumerate(submitted.cells):
        cell.metadata = {}
        if not with_ids:
            cell.id = f"new-{number}"
    notebook, notes = rebuilt(instructor, submitted)
    assert answers(notebook) == ANSWERS
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in instructor.cells]
    assert "add: had lost its nbgrader metadata, recognised without" in notes


def test_identical_stubs_are_told_apart_by_their_place(instructor, submitted):
    named(submitted, "mean").source = STUB
    for number, cell in enumerate(submitted.cells):
        cell.metadata, cell.id = {}, f"new-{number}"
    notebook, _ = rebuilt(instructor, submitted)
    assert answers(notebook) == {**ANSWERS, "mean": STUB}


def test_a_retyped_answer_is_code_again(instructor, submitted):
    at = position(submitted, "add")
    submitted.cells[at] = new_markdown_cell(ANSWERS["add"], id="id-add", metadata=submitted.cells[at].metadata)
    notebook, notes = rebuilt(instructor, submitted)
    assert answers(notebook) == ANSWERS
    assert notes == ("add: was made a markdown cell, is a code cell again",)


def test_a_retyped_answer_without_metadata_is_found_by_its_id(instructor, submitted):
    submitted.cells[position(submitted, "add")] = new_markdown_cell(ANSWERS["add"], id="id-add")
    notebook, _ = rebuilt(instructor, submitted)
    assert answers(notebook) == ANSWERS


def test_a_split_answer_runs_whole_and_in_order(instructor, submitted):
    at = position(submitted, "mean")
    first, second = copy.deepcopy(submitted.cells[at]), submitted.cells[at]
    first.source, first.id, second.source = "total = sum", "first-half", "mean = lambda v: total(v) / len(v)"
    submitted.cells.insert(at, first)
    notebook, notes = rebuilt(instructor, submitted)
    assert [cell.source for cell in notebook.cells[at : at + 2]] == [first.source, second.source]
    assert notes == ("mean: occurs 2 times, one of them counts",)


def test_of_two_filled_in_copies_the_last_counts(instructor, submitted):
    at = position(submitted, "explain")
    submitted.cells.insert(at, copy.deepcopy(submitted.cells[at]))
    submitted.cells[at].update(id="copy", source="A draft.")
    notebook, _ = rebuilt(instructor, submitted)
    assert named(notebook, "explain").source == ANSWERS["explain"]
    assert "A draft." in [cell.source for cell in notebook.cells]


def test_of_two_copies_of_a_manually_graded_answer_the_last_counts_wherever_tests_stand(instructor, submitted):
    for notebook in (instructor, submitted):
        notebook.cells.append(check("check_last", "assert numbers"))
    final = copy.deepcopy(named(submitted, "explain"))
    final.update(id="final", source="The final text.")
    submitted.cells.append(final)
    notebook, _ = rebuilt(instructor, submitted)
    assert named(notebook, "explain").source == "The final text."


def test_a_notebook_turned_upside_down_still_has_every_test_below_what_it_tests(instructor, submitted):
    submitted.cells.reverse()
    notebook, _ = rebuilt(instructor, submitted)
    assert answers(notebook) == ANSWERS


def test_a_moved_text_does_not_move_tests(instructor, submitted):
    submitted.cells.append(submitted.cells.pop(0))
    notebook, notes = rebuilt(instructor, submitted)
    assert [cell.id for cell in notebook.cells] == [*(cell.id for cell in instructor.cells[1:]), "title"]
    assert notes == ()


@pytest.mark.parametrize("leftover", [STUB, "add = None"], ids=["stub", "experiment"])
def test_a_copy_below_the_test_does_not_move_the_test(instructor, submitted, leftover):
    spare = copy.deepcopy(named(submitted, "add"))
    spare.update(id="spare", source=leftover)
    submitted.cells.append(spare)
    notebook, _ = rebuilt(instructor, submitted)
    assert [cell.id for cell in notebook.cells] == [*(cell.id for cell in instructor.cells), "spare"]
    assert leftover not in code_before(notebook, "check_add")


def test_an_answer_below_its_test_counts(instructor, submitted):
    cell = named(submitted, "add")
    submitted.cells.remove(cell)
    submitted.cells.insert(position(submitted, "check_add") + 1, cell)
    notebook, notes = rebuilt(instructor, submitted)
    assert ANSWERS["add"] in code_before(notebook, "check_add")
    assert notes == ("check_add: stood above what it tests, moved below",)


def test_a_copied_answer_below_a_stub_and_its_test_counts(instructor, submitted):
    filled = copy.deepcopy(named(submitted, "add"))
    named(submitted, "add").source = STUB
    filled.id = "filled"
    submitted.cells.append(filled)
    notebook, _ = rebuilt(instructor, submitted)
    assert ANSWERS["add"] in code_before(notebook, "check_add")


def test_a_moved_answer_does_not_move_the_set_up(instructor, submitted):
    cell = named(submitted, "add")
    submitted.cells.remove(cell)
    submitted.cells.append(cell)
    submitted.cells.remove(named(submitted, "setup"))
    submitted.cells.insert(4, copy.deepcopy(named(instructor, "setup")))
    notebook, _ = rebuilt(instructor, submitted)
    assert position(notebook, "setup") < position(notebook, "mean")


def test_an_answer_written_over_its_test_runs(instructor, submitted):
    named(submitted, "add").source = STUB
    named(submitted, "check_add").source = ANSWERS["add"]
    notebook, notes = rebuilt(instructor, submitted)
    assert code_before(notebook, "check_add").endswith(f"{STUB}\n{ANSWERS['add']}")
    assert notes == ("check_add: changed by the learner, put back",)


def test_swapped_grade_ids_of_answer_and_test_lose_nothing(instructor, submitted):
    solved, tested = named(submitted, "add"), named(submitted, "check_add")
    solved.metadata, tested.metadata = tested.metadata, solved.metadata
    notebook, _ = rebuilt(instructor, submitted)
    assert ANSWERS["add"] in code_before(notebook, "check_add")


def test_swapped_grade_ids_of_answers_lose_nothing(instructor, submitted):
    add, mean = named(submitted, "add"), named(submitted, "mean")
    add.metadata, mean.metadata = mean.metadata, add.metadata
    notebook, _ = rebuilt(instructor, submitted)
    for test, name in {"check_add": "add", "check_mean": "mean"}.items():
        assert ANSWERS[name] in code_before(notebook, test)


def test_a_tests_id_on_an_added_cell_changes_nothing(instructor, submitted):
    for metadata in ({}, about("check_add", grade=True, points=99)):
        submitted.cells.insert(0, new_code_cell("add = print", id="id-check_add", metadata=metadata))
        notebook, _ = rebuilt(instructor, submitted)
        assert notebook.cells[0].source == "add = print"
        assert named(notebook, "check_add").source == named(instructor, "check_add").source


def test_copies_of_a_test_do_not_stay(instructor, submitted):
    spare = copy.deepcopy(named(submitted, "check_add"))
    spare.id = "spare"
    submitted.cells.insert(2, spare)
    notebook, notes = rebuilt(instructor, submitted)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in instructor.cells]
    assert notes == ("check_add: occurs 2 times, one of them counts",)


def test_a_missing_test_stands_below_the_cells_added_there(instructor, submitted):
    at = position(submitted, "check_add")
    submitted.cells[at] = new_code_cell("def add(a, b): return b + a", id="second-thought")
    notebook, _ = rebuilt(instructor, submitted)
    assert "second-thought" in [cell.id for cell in notebook.cells[: position(notebook, "check_add")]]


def test_answers_merged_into_one_cell_count(instructor, submitted):
    """An editor that merges cells keeps the metadata of one of them; the other's stub must not undo the answer."""
    named(submitted, "add").source = "\n".join([ANSWERS["add"], ANSWERS["mean"]])
    submitted.cells.remove(named(submitted, "mean"))
    notebook, notes = rebuilt(instructor, submitted)
    assert STUB not in code_before(notebook, "check_mean")
    assert named(notebook, "mean").source == ""
    assert notes == ("mean: was missing, put back",)


def test_a_deleted_written_answer_is_put_back_as_handed_out(instructor, submitted):
    submitted.cells.remove(named(submitted, "explain"))
    notebook, _ = rebuilt(instructor, submitted)
    assert named(notebook, "explain").source == "YOUR ANSWER HERE"


def test_a_locked_cell_is_put_back_above_the_cells_added_there(instructor, submitted):
    submitted.cells[position(submitted, "setup")] = new_code_cell("total = sum(numbers)", id="total")
    notebook, _ = rebuilt(instructor, submitted)
    assert notebook.cells[position(notebook, "setup") + 1].source == "total = sum(numbers)"


def test_hidden_tests_in_a_locked_cell_are_not_put_back(instructor, submitted):
    named(instructor, "setup").source += HIDDEN
    notebook = rebuild(instructor, submitted).notebook
    assert named(notebook, "setup").source == "numbers = [1, 2, 3]"


def test_without_metadata_the_more_similar_of_two_cells_is_the_answer(instructor, submitted):
    stub = 'def add(a, b):\n    """Return the sum of two numbers."""\n    '
    named(instructor, "add").source = f"{stub}raise NotImplementedError()"
    named(submitted, "add").source = f"{stub}return a + b"
    submitted.cells.insert(position(submitted, "add"), new_code_cell("def zero():\n    return 0"))
    for number, cell in enumerate(submitted.cells):
        cell.metadata, cell.id = {}, f"new-{number}"
    notebook, _ = rebuilt(instructor, submitted)
    assert named(notebook, "add").source == f"{stub}return a + b"


def test_identical_stubs_side_by_side_are_told_apart_by_their_order(instructor, submitted):
    instructor.cells.insert(position(instructor, "add"), answer("first"))
    submitted.cells.insert(position(submitted, "add"), new_code_cell("first = 1"))
    named(submitted, "add").source = STUB
    for number, cell in enumerate(submitted.cells):
        cell.metadata, cell.id = {}, f"new-{number}"
    notebook, _ = rebuilt(instructor, submitted)
    assert (named(notebook, "first").source, named(notebook, "add").source) == ("first = 1", STUB)


def test_hidden_tests_of_a_manually_graded_answer_are_not_put_back(instructor, submitted):
    named(instructor, "explain").source += HIDDEN
    submitted.cells.remove(named(submitted, "explain"))
    notebook, _ = rebuilt(instructor, submitted)
    assert HIDDEN.strip() not in "".join(cell.source for cell in notebook.cells if cell.id != "id-check_add")


def test_attachments_of_an_answer_are_the_learners(instructor, submitted):
    named(submitted, "explain").attachments = {"a.png": {"image/png": "AAAA"}}
    named(submitted, "draw").attachments = {"b.png": {"image/png": "AAAA"}}
    notebook, _ = rebuilt(instructor, submitted)
    assert list(named(notebook, "explain").attachments) == ["a.png"]
    assert "attachments" not in named(notebook, "draw")


def test_an_old_instructors_copy_gets_ids(instructor, submitted):
    instructor.nbformat_minor = 2
    for cell in instructor.cells:
        del cell["id"]
    notebook = rebuild(instructor, submitted).notebook
    nbformat.validate(notebook)
    assert answers(notebook) == ANSWERS


def test_nothing_handed_in_gives_the_instructors_copy(instructor):
    notebook, _ = rebuilt(instructor, new_notebook())
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in instructor.cells]


def test_a_usual_notebook_takes_a_few_milliseconds():
    instructor = new_notebook()
    for number in range(20):
        instructor.cells += [
            new_markdown_cell("text " * 50),
            answer(f"a{number}"),
            check(f"t{number}", "assert 1\n" * 20),
        ]
    submitted = copy.deepcopy(instructor)
    for cell in submitted.cells[1::3]:
        cell.source = "def f(x):\n    return x\n" * 10
    started = time.process_time()
    for _ in range(10):
        rebuild(instructor, submitted)
    assert time.process_time() - started < 10 * 0.03


@pytest.mark.parametrize("same_place", [True, False])
def test_a_hostile_number_of_cells_takes_seconds_at_most(instructor, same_place):
    text = "words that differ " * 50
    cells = [new_code_cell(f"{text}{number * same_place}", id=f"n-{number}") for number in range(5000)]
    started = time.process_time()
    rebuild(instructor, new_notebook(cells=cells))
    assert time.process_time() - started < 10


@pytest.mark.parametrize("batch", range(10))
def test_no_damage_gets_through(instructor, submitted, tmp_path, batch):
    text = nbformat.writes(submitted)
    for seed in range(100 * batch, 100 * batch + 100):
        path = tmp_path / f"{seed}.ipynb"
        path.write_bytes(mutate(text, seed))
        try:
            read = read_notebook(path)
        except SubmissionError as error:
            assert "\n" not in str(error) and len(str(error)) < 200
            continue
        nbformat.validate(read)
        rebuilt(instructor, read)


def test_the_same_seed_gives_the_same_damage(submitted):
    text = nbformat.writes(submitted)
    assert [mutate(text, seed) for seed in range(20)] == [mutate(text, seed) for seed in range(20)]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc", "a\n# (hidden tests)\nc"),
        ("a\n### BEGIN HIDDEN TESTS\nb", "a\n# (hidden tests)"),
        (
            "for x in y:  # all\n    # BEGIN HIDDEN TESTS\n    b\n    # END HIDDEN TESTS\nc",
            "for x in y:  # all\n    pass  # (hidden tests)\nc",
        ),
        ("if x:\n# BEGIN HIDDEN TESTS\n    b\n# END HIDDEN TESTS", "if x:\n    pass  # (hidden tests)"),
        (
            "if x:\n    # BEGIN HIDDEN TESTS\n    b\n    # END HIDDEN TESTS\n    c",
            "if x:\n    # (hidden tests)\n    c",
        ),
        (
            "try:\n    # BEGIN HIDDEN TESTS\n    b\n    # END HIDDEN TESTS\n    # BEGIN HIDDEN TESTS\n    b\n"
            "    # END HIDDEN TESTS\nexcept E:\n    c",
            "try:\n    pass  # (hidden tests)\n    # (hidden tests)\nexcept E:\n    c",
        ),
    ],
)
def test_hidden_tests_are_replaced_by_a_comment(source, shown):
    assert without_hidden_tests(source, *MARKERS) == shown
    ast.parse(shown)


def test_a_text_without_hidden_tests_stays():
    assert without_hidden_tests("a\n\n  b\n", *MARKERS) == "a\n\n  b\n"
