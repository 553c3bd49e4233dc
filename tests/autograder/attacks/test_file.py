"""Attacks through the notebook file and the files beside it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import State

CHEAT = "def add(a, b):\n    return 0"
POISON = """
import builtins, os, sys
builtins.abs = lambda x: -1
class AssertionError(BaseException): pass
builtins.AssertionError = SystemExit
isclose = lambda *a, **k: True
def __getattr__(name): return lambda *a, **k: True
"""


def edit(change: Callable[[dict], None]) -> Callable[[Path], None]:
    """Return an attack that changes the notebook with `change`."""

    def attack(folder: Path) -> None:
        file = folder / "toy.ipynb"
        notebook = json.loads(file.read_text())
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        change(notebook)
        file.write_text(json.dumps(notebook))

    return attack


def on_tests(change: Callable[[dict], None]) -> Callable[[Path], None]:
    """Return an attack that changes every test cell but the one that is deserved."""

    def attack(notebook: dict) -> None:
        for cell in unsolved_tests(notebook):
            change(cell)

    return edit(attack)


def unsolved_tests(notebook: dict) -> list[dict]:
    """Return the test cells of what has not been solved."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade") and "double" not in cell["source"]
    ]


def about(**fields: object) -> Callable[[Path], None]:
    """Return an attack that sets nbgrader's fields of every test."""
    return on_tests(lambda cell: cell["metadata"]["nbgrader"].update(fields))


def tag(name: str) -> Callable[[Path], None]:
    """Return an attack that tags every cell."""
    return edit(lambda notebook: [cell["metadata"].update(tags=[name]) for cell in notebook["cells"]])


def forge_outputs(cell: dict) -> None:
    """Give a cell the output of a test that gave its points."""
    shown = {"text/plain": "2"}
    cell["outputs"] = [{"output_type": "execute_result", "data": shown, "metadata": {}, "execution_count": 1}]


def code(source: str, **nbgrader: object) -> dict:
    """Return a new code cell."""
    metadata = {"nbgrader": nbgrader} if nbgrader else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def pretended_test(grade_id: str, source: str = "pass") -> dict:
    """Return a cell that claims to be a test."""
    fields = {"grade": True, "solution": False, "locked": True, "points": 2, "task": False, "schema_version": 3}
    return code(source, grade_id=grade_id, **fields)


def first(notebook: dict) -> None:
    """Put cells that are named like tests at the beginning."""
    notebook["cells"][:0] = [
        pretended_test(cell["metadata"]["nbgrader"]["grade_id"]) for cell in unsolved_tests(notebook)
    ]


def last(notebook: dict) -> None:
    """Put cells that are named like tests at the end."""
    notebook["cells"] += [pretended_test(cell["metadata"]["nbgrader"]["grade_id"]) for cell in unsolved_tests(notebook)]


def swap_ids(notebook: dict) -> None:
    """Let each answer have the grade_id of its test, and the other way round."""
    for answer, test in zip(notebook["cells"][2:], notebook["cells"][3:], strict=False):
        if answer["metadata"]["nbgrader"]["solution"]:
            one, other = answer["metadata"], test["metadata"]
            one["nbgrader"]["grade_id"], other["nbgrader"]["grade_id"] = (
                other["nbgrader"]["grade_id"],
                one["nbgrader"]["grade_id"],
            )


def order_reversed(notebook: dict) -> None:
    """Put all tests at the beginning, where nothing is defined."""
    notebook["cells"].sort(key=lambda cell: not cell["metadata"].get("nbgrader", {}).get("grade"))


def whole(content: bytes | str) -> Callable[[Path], None]:
    """Return an attack that hands in this file as notebook."""

    def attack(folder: Path) -> None:
        (folder / "toy.ipynb").write_bytes(content if isinstance(content, bytes) else content.encode())

    return attack


def instead(make: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return an attack with something else in the notebook's place."""

    def attack(folder: Path) -> None:
        (folder / "toy.ipynb").unlink()
        make(folder / "toy.ipynb")

    return attack


def beside(name: str, content: str = POISON) -> Callable[[Path], None]:
    """Return an attack with one more file."""

    def attack(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)

    return attack


def linked(name: str, target: str) -> Callable[[Path], None]:
    """Return an attack with a link to somewhere else in the course."""

    def attack(folder: Path) -> None:
        (folder / name).symlink_to(os.path.relpath(folder.parents[2] / target, folder))

    return attack


def flood(notebook: dict) -> None:
    """Add very many cells."""
    notebook["cells"] += [code("pass") for _ in range(100_000)]


ATTACKS = {
    "tests skipped": tag("skip-execution"),
    "tests may raise": tag("raises-exception"),
    "tests that pass": on_tests(lambda cell: cell.update(source="2")),
    "tests emptied": on_tests(lambda cell: cell.update(source="")),
    "tests removed": edit(lambda nb: nb.update(cells=[c for c in nb["cells"] if c not in unsolved_tests(nb)])),
    "tests in markdown": on_tests(lambda cell: cell.update(cell_type="markdown")),
    "tests raw": on_tests(lambda cell: cell.update(cell_type="raw")),
    "tests of no known type": on_tests(lambda cell: cell.update(cell_type="passed")),
    "tests renamed": on_tests(lambda cell: cell["metadata"]["nbgrader"].update(grade_id="check_double")),
    "tests first": edit(order_reversed),
    "tests copied to the beginning": edit(first),
    "tests copied to the end": edit(last),
    "names swapped": edit(swap_ids),
    "more points": about(points=100),
    "endless points": about(points=1e308),
    "negative points": about(points=-100),
    "points as text": about(points="2"),
    "points a list": about(points=[2]),
    "not graded": about(grade=False),
    "tests as answers": about(solution=True, grade=False, locked=False),
    "tests as manual answers": about(solution=True, locked=False),
    "tests as tasks": about(task=True, grade=False),
    "tests unlocked": about(locked=False),
    "tests of the future": about(schema_version=99),
    "tests of the past": about(schema_version=0),
    "checksums": about(checksum="0" * 32),
    "grade_id a number": about(grade_id=7),
    "grade_id a list": about(grade_id=["check_add"]),
    "grade_id very long": about(grade_id="x" * 1_000_000),
    "metadata a list": edit(lambda nb: [cell.update(metadata=["nbgrader"]) for cell in nb["cells"][4:]]),
    "nbgrader metadata a text": edit(lambda nb: [c["metadata"].update(nbgrader="yes") for c in nb["cells"][4:]]),
    "answers locked": edit(lambda nb: [c["metadata"].get("nbgrader", {}).update(locked=True) for c in nb["cells"]]),
    "outputs forged": on_tests(forge_outputs),
    "outputs of another type": edit(lambda nb: [c.update(outputs={"a": 1}) for c in nb["cells"]]),
    "a passing copy of each test": edit(lambda nb: nb["cells"].extend(code("2") for _ in range(6))),
    "defined after the test": edit(lambda nb: nb["cells"].append(code("add = lambda a, b: a + b"))),
    "another kernel": edit(lambda nb: nb["metadata"].update(kernelspec={"name": "bash", "display_name": "Bash"})),
    "a kernel by path": edit(lambda nb: nb["metadata"].update(kernelspec={"name": "../../x", "argv": ["/bin/true"]})),
    "another language": edit(lambda nb: nb["metadata"].update(language_info={"name": "R"})),
    "notebook metadata a list": edit(lambda nb: nb.update(metadata=[])),
    "format 3": whole(
        json.dumps(
            {
                "nbformat": 3,
                "nbformat_minor": 0,
                "metadata": {"name": ""},
                "worksheets": [{"cells": [{"cell_type": "code", "input": CHEAT, "language": "python", "outputs": []}]}],
            }
        )
    ),
    "format 99": edit(lambda nb: nb.update(nbformat=99)),
    "format -1": edit(lambda nb: nb.update(nbformat=-1)),
    "format as text": edit(lambda nb: nb.update(nbformat="4")),
    "format minor huge": edit(lambda nb: nb.update(nbformat_minor=10**30)),
    "no format": edit(lambda nb: nb.pop("nbformat")),
    "not json": whole('{"cells": ['),
    "nothing": whole(b""),
    "null": whole("null"),
    "a list": whole("[]"),
    "a number": whole("1e999"),
    "no cells": whole('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}'),
    "cells a dict": edit(lambda nb: nb.update(cells={"0": nb["cells"]})),
    "cells of numbers": edit(lambda nb: nb.update(cells=[1, None, "x", [], {}])),
    "sources of numbers": on_tests(lambda cell: cell.update(source=[1, None])),
    "sources missing": on_tests(lambda cell: cell.pop("source")),
    "cell ids all the same": edit(lambda nb: [cell.update(id="same") for cell in nb["cells"]]),
    "cell ids of another type": edit(lambda nb: [cell.update(id={"x": 1}) for cell in nb["cells"]]),
    "nested 200000 deep": whole("[" * 200_000 + "]" * 200_000),
    "nested in metadata": whole('{"nbformat":4,"metadata":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + ',"cells":[]}'),
    "a huge number": whole('{"nbformat": 4, "nbformat_minor": ' + "9" * 100_000 + ', "metadata": {}, "cells": []}'),
    "not utf-8": whole(b"\xff\xfe" + bytes(range(256))),
    "utf-16": whole(json.dumps({"cells": []}).encode("utf-16")),
    "broken text": edit(lambda nb: nb["cells"].append(code("'\ud800\x00'"))),
    "60 MB": whole(
        '{"cells": [], "metadata": {"x": "' + "x" * (60 * 2**20) + '"}, "nbformat": 4, "nbformat_minor": 5}'
    ),
    "100000 cells": edit(flood),
    "a gibibyte of nothing": lambda folder: os.truncate(folder / "toy.ipynb", 2**30),
    "a folder as notebook": instead(Path.mkdir),
    "a pipe as notebook": instead(os.mkfifo),
    "the solution as a link": instead(lambda file: file.symlink_to(file.parents[3] / "source/toy/toy.ipynb")),
    "a neighbour's as a link": instead(
        lambda file: file.symlink_to(file.parents[2] / "aaa-honest/toy/toy.ipynb"),
    ),
    "an endless device as a link": instead(lambda file: file.symlink_to("/dev/zero")),
    "a link in a circle": instead(lambda file: file.symlink_to(file)),
    "a linked secret": linked("secret.txt", "source/toy/toy.ipynb"),
    "a linked neighbour": linked("secret.txt", "submitted/aaa-honest/toy/notes.txt"),
    "a linked gradebook": linked("gradebook.db", "gradebook.db"),
    "a linked folder": linked("data", "source"),
    "a pipe beside": lambda folder: os.mkfifo(folder / "data.txt"),
    "two notebooks": lambda folder: shutil.copy(folder / "toy.ipynb", folder / "toy2.ipynb"),
    "a name with a newline": beside("a\nb\x1b[2J.txt", "x"),
    "math.py": beside("math.py"),
    "numpy.py": beside("numpy.py"),
    "json.py": beside("json.py"),
    "IPython.py": beside("IPython.py"),
    "typing.py": beside("typing.py"),
    "autograder package": beside("autograder/__init__.py"),
    "sitecustomize.py": beside("sitecustomize.py"),
    "usercustomize.py": beside("usercustomize.py"),
    "conftest.py": beside("conftest.py"),
    "a path file": beside("x.pth", "import builtins; builtins.abs = lambda x: -1"),
    "an ipython profile": beside(".ipython/profile_default/startup/00.py", "get_ipython().run_cell = print"),
    "an ipython configuration": beside("ipython_config.py", "get_config().InteractiveShellApp.exec_lines = ['1/0']"),
    "an nbgrader configuration": beside("nbgrader_config.py", "import os\nos._exit(1)"),
    "a jupyter configuration": beside("jupyter_config.json", '{"Execute": {"enabled": false}}'),
    "a time that is none": beside("timestamp.txt", "the day after tomorrow"),
    "a time before time": beside("timestamp.txt", "0001-01-01 00:00:00 UTC"),
    "a timestamp of 100 MB": beside("timestamp.txt", "2026" * 2**24),
    "5 notebooks nested": beside("a/b/c/d/toy.ipynb", "{}"),
}
UNREADABLE = ("not json", "nothing", "null", "format 99", "60 MB", "a pipe as notebook", "the solution as a link")


def test_it_gains_nothing(attacked, attack):
    attacked.check_no_gain(attack)


@pytest.mark.parametrize("unreadable", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_one_clear_line(attacked, unreadable):
    outcome = attacked.outcome(unreadable)
    assert outcome.state is State.REFUSED
    assert "toy.ipynb" in outcome.reason
    assert len(outcome.reason.splitlines()) == 1


@pytest.mark.parametrize("harmless", ["tests removed", "tests first", "math.py", "another kernel", "outputs forged"])
def test_what_is_deserved_is_kept(attacked, harmless):
    assert attacked.outcome(harmless).score == 1


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
