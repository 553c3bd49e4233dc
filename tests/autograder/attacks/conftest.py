"""Hand in every attack of a test module in one class, among honest neighbours, and grade the class once.

A module lists its attacks in `ATTACKS`, by name. One is the text of the answer cell `add`, or the texts of several
answer cells by grade_id, or a function that is called with the folder of an otherwise honest submission. All but
`double` is unsolved where an attack does not say otherwise, so what an attack deserves is that one point; in a module
with `SOLVED = True` everything is solved that it does not change. `LESSON_TEXT` names another lesson than `toy.md`,
with `FULL_MARKS` points.

In a text, @ROOT@ stands for the course, @HOME@ and @OUTSIDE@ for folders of the grader's, @GRADER@ for its process,
@TCP@, @UDP@ and @UNIX@ for servers that listen on its machine.
"""

import copy
import os
import re
import runpy
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder import GradingResult, Outcome, State, grade

HERE = Path(__file__).parent
read_lesson = runpy.run_path(str(HERE.parent / "courses/from_markdown.py"))["read_lesson"]
LESSON = "toy"
HONEST_PART = 1
NEIGHBOURS = ("aaa-honest", "mmm-honest", "zzz-honest")
ENDS = {State.GRADED, State.NEEDS_PERSON, State.TIMED_OUT, State.OVER_LIMITS, State.REFUSED}
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "toy"\n'
TOKEN = re.compile(rb"token-[a-z]+-[0-9a-f]{16}")
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?### END SOLUTION", re.DOTALL | re.MULTILINE)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.DOTALL)
LIMITS = {"cell_timeout": 10, "timeout": 30, "memory": 1024}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder: they need a machine that nothing else keeps busy."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.attack)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `attack` once for each attack of its module."""
    if "attack" in metafunc.fixturenames:
        metafunc.parametrize("attack", metafunc.module.ATTACKS)


@dataclass
class Attacked:
    """A graded class.

    Attributes:
        root: the course's folder.
        result: what grading said.
        servers: those that should not have been reached.
        inputs: what `read_inputs` gave before.
        full_marks: the points of an honest neighbour.
    """

    root: Path
    result: GradingResult
    servers: tuple[socket.socket, ...]
    inputs: dict[str, bytes]
    full_marks: float

    def outcome(self, attack: str) -> Outcome:
        """Return the one outcome of an attack's learner."""
        (found,) = [outcome for outcome in self.result.outcomes if outcome.student == student_of(attack)]
        return found

    def autograded(self, attack: str) -> str:
        """Return all text that grading left of an attack, in the folder `autograded`."""
        folder = self.root / "autograded" / student_of(attack)
        return "\n".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())

    def check_no_gain(self, attack: str, deserved: float = HONEST_PART) -> None:
        """Assert that an attack ended in one proper state, with no more than is deserved, and says no secret."""
        outcome = self.outcome(attack)
        assert outcome.state in ENDS, outcome.reason
        points = {cell.cell: cell.score for cell in outcome.exercises if cell.score}
        assert (outcome.score or 0) <= deserved, points
        assert not TOKEN.findall(self.autograded(attack).encode()), "a secret leaked"
        assert not TOKEN.findall(repr(outcome).encode()), "a secret leaked"

    def check_inputs(self) -> None:
        """Assert that source and submissions are as they were handed in."""
        assert read_inputs(self.root) == self.inputs

    def check_neighbours(self) -> None:
        """Assert that the batch ran to its end, and that honest learners have all their points."""
        assert not self.result.stopped
        assert sorted(outcome.student for outcome in self.result.outcomes) == sorted(
            os.listdir(self.root / "submitted")
        )
        for neighbour in NEIGHBOURS:
            outcome = self.outcome(neighbour)
            assert (outcome.state, outcome.score, outcome.reason) == (State.GRADED, self.full_marks, "")
            assert (self.root / "autograded" / neighbour / LESSON / "toy.ipynb").is_file()


@pytest.fixture(scope="module")
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """The class of the module's attacks, graded; with its `LIMITS` if it has any."""
    folder = tmp_path_factory.mktemp("attacked")
    root = folder / "course"
    with ExitStack() as stack:
        servers = tuple(stack.enter_context(server) for server in _listen(folder))
        home = folder / "home"
        home.mkdir()
        (folder / "outside").mkdir()
        (home / "notes.txt").write_text(token("home"))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("HOME", str(home))
        patch.setenv("SECRET_OF_THE_GRADER", token("environment"))
        module = request.module
        source = read_lesson(HERE / getattr(module, "LESSON_TEXT", "toy.md"))[0]
        write_course(root, source)
        places = places_of(root, servers)
        solved = solved_answers(source)
        for neighbour in NEIGHBOURS:
            hand_in(root, neighbour, answered(source, solved, {}))
        deserved = solved if getattr(module, "SOLVED", False) else {"double": solved["double"]}
        for attack, content in module.ATTACKS.items():
            changed = {"add": content} if isinstance(content, str) else content if isinstance(content, dict) else {}
            notebook = answered(source, {**deserved, **changed}, places)
            hand_in(root, student_of(attack), notebook, content if callable(content) else None)
        limits = {**LIMITS, **getattr(module, "LIMITS", {})}
        inputs = read_inputs(root)
        result = grade(LESSON, root, jobs=2, **limits)
        yield Attacked(root, result, servers, inputs, getattr(module, "FULL_MARKS", 13))


def read_inputs(root: Path) -> dict[str, bytes]:
    """Return the content of every file of the course that grading only reads, but for the very large ones."""
    places = (root / "source", root / "submitted")
    files = [file for place in places for file in place.rglob("*") if file.is_file() and not file.is_symlink()]
    files = [root / "nbgrader_config.py", *(file for file in files if file.stat().st_size < 2**20)]
    return {str(file): file.read_bytes() for file in files}


def _listen(folder: Path) -> list[socket.socket]:
    """Return servers on this machine: TCP, UDP, and a Unix socket without a file."""
    tcp = socket.create_server(("127.0.0.1", 0), backlog=64)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(f"\0{folder}")
    unix.listen(64)
    return [tcp, udp, unix]


def places_of(root: Path, servers: tuple[socket.socket, ...]) -> dict[str, str]:
    """Return what the placeholders in attacks stand for."""
    tcp, udp, unix = servers
    return {
        "@ROOT@": str(root),
        "@HOME@": str(root.parent / "home"),
        "@OUTSIDE@": str(root.parent / "outside"),
        "@GRADER@": str(os.getpid()),
        "@TCP@": str(tcp.getsockname()[1]),
        "@UDP@": str(udp.getsockname()[1]),
        "@UNIX@": unix.getsockname()[1:].decode(),
    }


def token(kind: str) -> str:
    """Return a new secret that the tests can find again wherever it turns up."""
    return f"token-{kind}-{secrets.token_hex(8)}"


def student_of(attack: str) -> str:
    """Return the id of the learner who hands an attack in."""
    return attack.replace(" ", "-")


def solved_answers(source: NotebookNode) -> dict[str, str]:
    """Return the text of every answer cell, solved, by grade_id."""
    return {
        cell.metadata.nbgrader.grade_id: cell.source.replace("  # @SOLUTION TOKEN@", "")
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def write_course(root: Path, source: NotebookNode) -> None:
    """Write the course, whose source notebook holds secrets."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        cell.source = cell.source.replace("@SOLUTION TOKEN@", token("solution"))
        cell.source = cell.source.replace("@HIDDEN TOKEN@", token("hidden"))
    folder = root / "source" / LESSON
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(notebook, folder / "toy.ipynb")


def answered(source: NotebookNode, answers: dict[str, str], places: dict[str, str]) -> NotebookNode:
    """Return what is handed out, no solutions and no hidden tests, with `answers` in their cells."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        released = REGION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", HIDDEN.sub("", cell.source))
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), released)
        for place, real in places.items():
            cell.source = cell.source.replace(place, real)
    return notebook


def hand_in(root: Path, student: str, notebook: NotebookNode, attack: Callable[[Path], None] | None = None) -> None:
    """Hand in a notebook; then `attack` may change the folder."""
    folder = root / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "toy.ipynb")
    if student in NEIGHBOURS:
        (folder / "notes.txt").write_text(token("neighbour"))
    if attack:
        attack(folder)
