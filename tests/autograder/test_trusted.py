"""Which of the instructor's own statements the judge runs: those that tests need, and no other."""

import ast

import pytest

from autograder import trusted
from autograder.trusted import SourceCell

ANSWER = SourceCell(
    "answer", "double", "def double(x):\n    raise NotImplementedError", "def double(x):\n    return 2 * x"
)


def run_by_the_judge(given, test, answer=ANSWER):
    """The statements of a given cell that the judge runs for a test, as they stand in the source."""
    cells = [SourceCell("given", "", given, given), answer, SourceCell("test", "check", test, test)]
    kept = [statement.code for step in trusted.plan(cells).steps for statement in step.statements]
    places = {(node.lineno, node.end_lineno): ast.unparse(node) for node in ast.parse(given).body}
    lines = [[line for _, line, *_ in code.co_positions() if line] for code in kept]
    return [next(text for (first, last), text in places.items() if first <= max(its) <= last) for its in lines]


@pytest.mark.parametrize(
    ("given", "test", "kept"),
    [
        ("x = [1]\ny = (2, 3)", "assert double(x) == 2", ["x = [1]"]),
        ("a = 1\nb = a + 1\nc = b * 2", "assert double(c) == 8", ["a = 1", "b = a + 1", "c = b * 2"]),
        ("x = [1]\nx.append(2)", "assert double(x)", ["x = [1]", "x.append(2)"]),
        ("x = [1]\nx[0] = 5", "assert double(x)", ["x = [1]", "x[0] = 5"]),
        ("x = [1]\ny = [2]\ny.append(x)", "assert double(x)", ["x = [1]"]),
        ("x = 1\nprint(x, 'is shown')", "assert double(x) == 2", ["x = 1"]),
        ("for x in range(3):\n    print(x)", "for x in range(3):\n    assert double(x) == 2 * x", []),
        ("x = 5", "with open('f') as x:\n    assert double(x)", []),
        ("x = 5", "assert (lambda x: double(x))(1) == 2", []),
        ("x = 5", "assert (lambda y=x: double(y))() == 10", ["x = 5"]),
        ("x = 5", "def f(v):\n    x = double(v)\n    return x\nassert f(1) == 2", []),
        ("x = 5", "def f(v):\n    return x + double(v)\nassert f(1) == 7", ["x = 5"]),
        ("x = [5]", "assert [double(x) for x in [1]]", []),
        ("x = [5]", "assert [double(x) for x in x]", ["x = [5]"]),
        ("x = 5", "if double(1):\n    x = 1\nassert x", ["x = 5"]),
        ("x = 5", "try:\n    x = double(1)\nexcept Exception:\n    pass\nassert x", ["x = 5"]),
        ("x = 5", "for _ in []:\n    x = 1\nassert x == 5", ["x = 5"]),
        ("def help_me(v):\n    return v + other\nother = 2", "assert help_me(double(1))", "all"),
        ("help_me = lambda v: v + other\nother = 2", "assert help_me(double(1))", "all"),
    ],
)
def test_only_what_a_test_needs(given, test, kept):
    expected = [ast.unparse(node) for node in ast.parse(given).body] if kept == "all" else kept
    assert run_by_the_judge(given, test) == expected


def test_settings_of_libraries_are_needed_and_work_on_unneeded_data_is_not():
    given = (
        "import numpy as np\nSEED = 3\nnp.random.seed(SEED)\nnp.set_printoptions(precision=2)\n"
        "big = np.zeros(10)\nnp.save('big.npy', big)"
    )
    kept = run_by_the_judge(given, "assert double(np.ones(1)) == 2")
    assert kept == ["import numpy as np", "SEED = 3", "np.random.seed(SEED)", "np.set_printoptions(precision=2)"]


def test_a_statement_that_uses_an_answer_is_not_run_by_the_judge():
    cells = [
        ANSWER,
        SourceCell("given", "", "y = double(2)\nz = 4", "y = double(2)\nz = 4"),
        SourceCell("test", "check", "assert y == z", "assert y == z"),
    ]
    step = trusted.plan(cells).steps[1]
    assert [sorted(statement.names) for statement in step.statements] == [["z"]]
    assert step.forget == {"y"}
