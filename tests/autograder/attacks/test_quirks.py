"""What honest learners do by accident costs them nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder import State

SOLVED = True
FULL_MARKS = 13
ADD = "def add(a, b):\n    return a + b\n"


def edited(change: Callable[[dict], None]) -> Callable[[Path], None]:
    """Return a hand-in of everything solved, then changed as a notebook file."""

    def hand_in(folder: Path) -> None:
        file = folder / "toy.ipynb"
        notebook = json.loads(file.read_text())
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        change(notebook)
        file.write_text(json.dumps(notebook))

    return hand_in


def code(source: str) -> dict:
    """Return a new code cell."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def place_of(notebook: dict, grade_id: str) -> int:
    """Return where the cell `grade_id` stands."""
    return [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]].index(grade_id)


def split(notebook: dict) -> None:
    """Split the answer `stack` in two cells."""
    place = place_of(notebook, "stack")
    notebook["cells"].insert(place, code("LIMIT = None"))
    notebook["cells"][place + 1]["source"] += "\n    limit = LIMIT"


def copy_answer(notebook: dict) -> None:
    """Copy an answer cell with its metadata, as the notebook's copy and paste does; the first is an old try."""
    place = place_of(notebook, "add")
    old = json.loads(json.dumps(notebook["cells"][place]))
    old["source"] = "def add(a, b):\n    return a"
    old["id"] = "old-try"
    notebook["cells"].insert(place, old)


def move_helper(notebook: dict) -> None:
    """Put a helper at the end of the first cells, and use it in a later answer."""
    notebook["cells"].insert(2, code("def quotient(a, b):\n    return a / b"))
    cell = notebook["cells"][place_of(notebook, "mean")]
    cell["source"] = "def mean(values):\n    return quotient(sum(values), len(values))"


def upside_down(notebook: dict) -> None:
    """Move an answer below its test."""
    place = place_of(notebook, "add")
    notebook["cells"][place : place + 2] = reversed(notebook["cells"][place : place + 2])


def all_in_one(notebook: dict) -> None:
    """Write every answer into the first answer cell and leave the others empty."""
    answers = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    answers[0]["source"] = "\n".join(cell["source"] for cell in answers)
    for cell in answers[1:]:
        cell["source"] = ""


def strip(notebook: dict) -> None:
    """Remove all metadata and ids, as some editors do."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    notebook["metadata"] = {}
    notebook["nbformat_minor"] = 4


def without(*grade_ids: str) -> Callable[[dict], None]:
    """Return a change that deletes cells."""

    def delete(notebook: dict) -> None:
        for grade_id in grade_ids:
            del notebook["cells"][place_of(notebook, grade_id)]

    return delete


def format_3(folder: Path) -> None:
    """Hand everything solved in as a notebook of the old format, which has no cell ids."""
    notebook = nbformat.read(folder / "toy.ipynb", as_version=4)
    nbformat.write(nbformat.convert(notebook, 3), folder / "toy.ipynb", version=3)


def with_byte_order_mark(folder: Path) -> None:
    """Hand everything solved in as a file that Windows' editors wrote."""
    text = (folder / "toy.ipynb").read_text().replace("\n", "\r\n")
    (folder / "toy.ipynb").write_text(text, encoding="utf-8-sig")


ATTACKS = {
    "a warning": {"add": "import warnings\ndef add(a, b):\n    warnings.warn('deprecated')\n    return a + b"},
    "words on standard error": {"add": "import sys\ndef add(a, b):\n    print('!', file=sys.stderr)\n    return a + b"},
    "a progress bar": {
        "add": """
import sys, time
def add(a, b):
    for i in range(20):
        sys.stderr.write(f"\\r{i * 5:3d}%|{'#' * i}")
        sys.stderr.flush()
    return a + b
""",
        "mean": """
import sys
def mean(values):
    total = 0
    for i, value in enumerate(values):
        print(f"{i}/{len(values)}", end="\\r", file=sys.stderr)
        total += value
    return total / len(values)
""",
    },
    "words printed": {"add": "def add(a, b):\n    print('adding', a, b)\n    return a + b"},
    "logging": {"add": "import logging\nlogging.basicConfig(level='INFO')\nlogging.info('note')\n" + ADD},
    "a leftover input": {"add": ADD + "n = int(input('Which number? '))"},
    "a leftover input in another cell": edited(lambda nb: nb["cells"].insert(3, code("name = input()"))),
    "a leftover error": edited(lambda nb: nb["cells"].insert(3, code("1 / 0"))),
    "a split answer": edited(split),
    "a copied answer": edited(copy_answer),
    "a deleted test": edited(without("check_add", "check_stack")),
    "a deleted given cell": edited(without("given")),
    "stripped metadata": edited(strip),
    "new cell ids": edited(lambda nb: [cell.update(id=f"new-{i}") for i, cell in enumerate(nb["cells"])]),
    "an extra helper": edited(move_helper),
    "an answer below its test": edited(upside_down),
    "another kernel": edited(
        lambda nb: nb["metadata"].update(
            kernelspec={"name": "conda-env-dl-py", "display_name": "Python [conda env:dl]"}
        )
    ),
    "another python": edited(lambda nb: nb["metadata"].update(language_info={"name": "python", "version": "3.6.1"})),
    "the old format": format_3,
    "a byte order mark": with_byte_order_mark,
    "old outputs": edited(
        lambda nb: [
            cell.update(outputs=[{"output_type": "stream", "name": "stderr", "text": "old"}], execution_count=7)
            for cell in nb["cells"]
            if cell["cell_type"] == "code"
        ]
    ),
    "matplotlib inline": {"add": "%matplotlib inline\n" + ADD},
    "magics": {"add": "%load_ext autoreload\n%autoreload 2\n" + ADD + "%timeit -n1 -r1 add(1, 2)\n!echo hi"},
    "a timed cell": {"capital": "%%time\ncapital = 'Paris'"},
    "numpy numbers": {
        "add": "import numpy as np\ndef add(a, b):\n    return np.add(a, b)",
        "mean": "import numpy as np\ndef mean(values):\n    return np.mean(values)",
        "power": "import numpy as np\ndef power(a, n):\n    return int(np.power(a, n))",
    },
    "fractions": {
        "mean": "from fractions import Fraction\ndef mean(values):\n    return Fraction(sum(values), len(values))"
    },
    "a numpy text": {"capital": "import numpy as np\ncapital = np.str_('Paris')"},
    "a lambda": {"add": "add = lambda a, b: a + b"},
    "a builtin": {"add": "import operator\nadd = operator.add", "power": "power = pow"},
    "a partial function": {"power": "from functools import partial\npower = partial(pow, mod=None)"},
    "a callable object": {"add": "class Adder:\n    def __call__(self, a, b):\n        return a + b\nadd = Adder()"},
    "a decorated function": {
        "power": "import functools\n@functools.cache\ndef power(a, n):\n    return a * power(a, n - 1) if n else 1"
    },
    "globals": {"add": "total = 0\ndef add(a, b):\n    global total\n    total = a + b\n    return total"},
    "recursion": {"power": "def power(a, n):\n    return 1 if n == 0 else a * power(a, n - 1)"},
    "defaults": {"add": "def add(a, b=0, *rest, scale=1):\n    return scale * (a + b)"},
    "type hints": {
        "add": "from typing import Union\nNumber = Union[int, float]\ndef add(a: Number, b: 'Number') -> 'Number':\n"
        "    return a + b"
    },
    "a dataclass": {
        "stack": """
from dataclasses import dataclass, field

@dataclass
class Stack:
    items: list = field(default_factory=list)

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

    def __len__(self):
        return len(self.items)
"""
    },
    "a subclass of list": {"stack": "class Stack(list):\n    push = list.append"},
    "a deque": {"stack": "from collections import deque\nclass Stack(deque):\n    push = deque.append"},
    "own asserts": {"add": ADD + "assert add(2, 2) == 4\nassert add('a', 'b') == 'ab'"},
    "own failing asserts": {"add": ADD + "assert add(2, 2) == 5"},
    "a helper in another answer": {
        "double": "def double(a):\n    return plus(a, a)\ndef plus(a, b):\n    return a + b",
        "add": "def add(a, b):\n    return plus(a, b)",
    },
    "a thread": {
        "add": """
from concurrent.futures import ThreadPoolExecutor
def add(a, b):
    with ThreadPoolExecutor() as pool:
        return pool.submit(lambda: a + b).result()
"""
    },
    "a temporary file": {
        "add": "import tempfile\nwith tempfile.TemporaryFile() as file:\n    file.write(b'x')\n" + ADD
    },
    "a file of one's own": {"add": "open('notes.txt', 'w').write('note')\n" + ADD},
    "a subprocess": {"add": "import subprocess\nsubprocess.run(['echo', 'hi'])\n" + ADD},
    "await": {"add": "import asyncio\nawait asyncio.sleep(0)\n" + ADD},
    "names of builtins": {"add": "def add(a, b):\n    sum = a + b\n    return sum\nlist = [1]\nid = 7\n_ = 3"},
    "unusual text": {"add": "# Grüße, 你好 👋 \u2028 \ndef add(a, b):\n    'é'\n    return a + b"},
    "tabs and spaces": {"add": "def add(a, b):\n\treturn a + b  \n\n\n"},
    "everything in one cell": edited(all_in_one),
}


def test_it_costs_nothing(attacked, attack):
    outcome = attacked.outcome(attack)
    points = {cell.cell: cell.score for cell in outcome.exercises if cell.score < cell.max_score}
    assert (outcome.state, outcome.score) == (State.GRADED, FULL_MARKS), (points, outcome.reason)


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
