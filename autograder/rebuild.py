"""Rebuild a submitted notebook from the instructor's copy: only the text of answers and plain cells is the learner's.

First every cell of the instructor's copy looks for its partner in the submission: by grade_id, then by cell id, by
text, and by place. Then the cells are put in the learner's order, and each test below the answers it follows. What
found no partner stays where it stood, as an added cell: a learner's text is never lost, wherever it is.
"""

import copy
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from operator import eq

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.intake import unique_ids

NOT_RELEASED = (("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"), ("BEGIN MARK SCHEME", "END MARK SCHEME"))
HIDDEN = "# (hidden tests)"
SIMILAR = 0.5
MAX_COMPARED_CHARACTERS = 20_000
MAX_COMPARISONS = 100_000


@dataclass(frozen=True)
class Rebuilt:
    """A notebook to be examined, and one line for each thing that was repaired in it."""

    notebook: NotebookNode
    notes: tuple[str, ...] = ()


def rebuild(
    instructor: NotebookNode, submitted: NotebookNode, not_released: Sequence[tuple[str, str]] = NOT_RELEASED
) -> Rebuilt:
    """Return the instructor's copy with the learner's answers, and with the cells that the learner added.

    Every cell of the instructor's copy is there once, with its own type, id and metadata; a code answer that the
    learner deleted is there without text. Neither argument is changed.

    Args:
        instructor: the source notebook without solutions, with hidden tests.
        submitted: what `intake.read_notebook` read.
        not_released: delimiters of the regions that learners were not given: hidden tests, mark schemes.
    """
    given = [_Given(cell, not_released) for cell in instructor.cells]
    handed_in = [_HandedIn(cell) for cell in submitted.cells]
    pairs = _Pairs(given, handed_in)
    slots, moved = _arranged(given, handed_in, pairs)
    notebook = NotebookNode(
        nbformat=4,
        nbformat_minor=max(instructor.get("nbformat_minor", 0), 5),  # cells have ids from there on
        metadata=copy.deepcopy(instructor.metadata),
        cells=_cells(slots),
    )
    return Rebuilt(notebook, (*pairs.notes(), *moved))


def without_hidden_tests(source: str, begin: str, end: str) -> str:
    """Return a test's text with a comment in the place of each hidden region; what could be parsed still can.

    Args:
        source: the text.
        begin: what the first line of a hidden region contains.
        end: what its last line contains; where it is missing, all the rest is hidden.
    """
    lines = list(_lines_outside(source, (begin, end), HIDDEN))
    for number, line in enumerate(lines):
        if line.strip() == HIDDEN and (indent := _indent_of_empty_block(lines, number)) is not None:
            lines[number] = f"{indent}pass  {HIDDEN}"
    return "\n".join(lines)


class _Kind(Enum):
    TEST = auto()  # graded by running it
    FIXED = auto()  # locked cells, and tasks, which learners answer in other cells
    ANSWER = auto()
    PLAIN = auto()


class _Given:
    """A cell of the instructor's copy; `text` is what learners were given of it."""

    def __init__(self, cell: NotebookNode, not_released: Sequence[tuple[str, str]]) -> None:
        self.cell = cell
        self.kind = _kind(cell)
        self.name = _name(cell)
        self.text = cell.source
        for delimiters in not_released:
            self.text = "\n".join(_lines_outside(self.text, delimiters))
        self.key = _key(self.text)

    @property
    def is_the_learners(self) -> bool:
        return self.kind in (_Kind.ANSWER, _Kind.PLAIN)

    @cached_property
    def words(self) -> Counter[str]:
        return _words(self.text)


class _HandedIn:
    """A cell of the submission."""

    def __init__(self, cell: NotebookNode) -> None:
        self.cell = cell
        self.name = _name(cell)
        self.key = _key(cell.source)

    @cached_property
    def words(self) -> Counter[str]:
        return _words(self.cell.source)


class _Pairs:
    """Which cell of the submission belongs to which cell of the instructor's copy.

    Attributes:
        partner: position in the submission, by position in the instructor's copy.
        needless: positions of the learner's further copies of tests and locked cells.
    """

    def __init__(self, given: list[_Given], handed_in: list[_HandedIn]) -> None:
        self._given, self._handed_in = given, handed_in
        self.partner: dict[int, int] = {}
        self.needless: set[int] = set()
        self._free = dict.fromkeys(range(len(handed_in)))
        self._carriers: dict[str, list[int]] = defaultdict(list)
        for position, cell in enumerate(handed_in):
            if cell.name:
                self._carriers[cell.name].append(position)
        self._pair_by_name()
        self._pair_by_id()
        self._pair_by_text()
        self._pair_by_place()

    def notes(self) -> Iterator[str]:
        """Yield what an instructor may want to know, a line for each thing, in the order of the cells."""
        for index, it in enumerate(self._given):
            if not it.name:
                continue
            carriers = self._carriers.get(it.name, [])
            if len(carriers) > 1:
                yield f"{it.name}: occurs {len(carriers)} times, one of them counts"
            if not it.is_the_learners and any(self._handed_in[position].key != it.key for position in carriers):
                yield f"{it.name}: changed by the learner, put back"
            elif index not in self.partner:
                yield f"{it.name}: was missing, put back"
            elif not carriers:
                yield f"{it.name}: had lost its nbgrader metadata, recognised without"
            if index in self.partner:
                found_type = self._handed_in[self.partner[index]].cell.cell_type
                if found_type != it.cell.cell_type:
                    yield f"{it.name}: was made a {found_type} cell, is a {it.cell.cell_type} cell again"

    def _pair(self, index: int, position: int) -> None:
        self.partner[index] = position
        self._free.pop(position, None)

    def _unpaired(self) -> list[int]:
        return [index for index in range(len(self._given)) if index not in self.partner]

    def _pair_by_name(self) -> None:
        for index, it in enumerate(self._given):
            carriers = self._carriers.get(it.name, [])
            if it.is_the_learners:
                if carriers:
                    self._pair(index, self._copy_that_counts(index, carriers))
            else:
                # A cell that says something else is kept: an answer written over the test, for instance.
                carriers = [p for p in carriers if _similarity(it, self._handed_in[p]) >= SIMILAR]
                if carriers:
                    self._pair(index, carriers[-1])
                    self.needless.update(carriers[:-1])
            for position in carriers:
                self._free.pop(position, None)

    def _copy_that_counts(self, index: int, copies: list[int]) -> int:
        """Return the last copy, as nbgrader does, but rather one that was filled in, and one above the test."""
        it = self._given[index]
        best = [position for position in copies if self._handed_in[position].key != it.key] or copies
        if not is_grade(it.cell):
            test = next((other.name for other in self._given[index + 1 :] if other.kind is _Kind.TEST), "")
            tests = self._carriers.get(test, [])
            best = [position for position in best if tests and position < tests[-1]] or best
        return best[-1]

    def _pair_by_id(self) -> None:
        by_id = {self._handed_in[position].cell.get("id"): position for position in self._free}
        for index in self._unpaired():
            position = by_id.get(self._given[index].cell.get("id"))
            if position in self._free and self._may_pair(index, position, certain=True):
                self._pair(index, position)

    def _pair_by_text(self) -> None:
        """Pair the cells that say what no other says."""
        theirs, ours = defaultdict(list), defaultdict(list)
        for position in self._free:
            theirs[self._handed_in[position].key].append(position)
        for index in self._unpaired():
            ours[self._given[index].key].append(index)
        for key, indices in ours.items():
            positions = theirs.get(key, [])
            if key and len(indices) == len(positions) == 1 and self._may_pair(indices[0], positions[0]):
                self._pair(indices[0], positions[0])

    def _pair_by_place(self) -> None:
        """Pair what stands between the same neighbours, the most similar first."""
        indices, positions = self._unpaired(), list(self._free)
        if len(indices) * len(positions) > MAX_COMPARISONS:
            return
        by_index = sorted((index, index) for index in self.partner)
        by_position = sorted((position, index) for index, position in self.partner.items())
        ours = {index: _neighbours(index, by_index) for index in indices}
        theirs = {position: _neighbours(position, by_position) for position in positions}
        candidates = [
            (-self._likeness(index, position), abs(index - position), index, position)
            for index in indices
            for position in positions
            if any(map(eq, ours[index], theirs[position])) and self._may_pair(index, position)
        ]
        for _, _, index, position in sorted(candidates):
            if index not in self.partner and position in self._free:
                self._pair(index, position)

    def _likeness(self, index: int, position: int) -> float:
        it, cell = self._given[index], self._handed_in[position]
        return _similarity(it, cell) + (it.cell.cell_type == cell.cell.cell_type)

    def _may_pair(self, index: int, position: int, certain: bool = False) -> bool:
        """Whether the cell of the submission may be taken for that of the instructor's copy.

        A copy of a test is one only if it says the same, and a plain cell only if it has the same type: otherwise what
        the learner wrote would not run. `certain` is for cells that have the same id.
        """
        it, cell = self._given[index], self._handed_in[position]
        same_type = it.cell.cell_type == cell.cell.cell_type
        if not it.is_the_learners:
            return it.key == cell.key
        if it.kind is _Kind.ANSWER:
            return certain or same_type or _similarity(it, cell) >= SIMILAR
        return same_type and (certain or _similarity(it, cell) >= SIMILAR)


@dataclass(frozen=True)
class _Slot:
    """A place in the rebuilt notebook: a cell of the instructor's copy, one of the submission, or both, as a pair."""

    index: int | None = None
    given: _Given | None = None
    handed_in: _HandedIn | None = None


def _arranged(given: list[_Given], handed_in: list[_HandedIn], pairs: _Pairs) -> tuple[list[_Slot], list[str]]:
    """Return the slots in order, and a note for each test that was moved."""
    owner = {position: index for index, position in pairs.partner.items()}
    slots = []
    for position, cell in enumerate(handed_in):
        if position in owner:
            slots.append(_Slot(owner[position], given[owner[position]], cell))
        elif position not in pairs.needless:
            slots.append(_Slot(handed_in=cell))
    for index, it in enumerate(given):
        if index not in pairs.partner:
            before = next((at for at, slot in enumerate(slots) if index and slot.index == index - 1), -1)
            slots.insert(_place_below(before, it, slots), _Slot(index, it))
    notes = []
    for test in [slot for slot in slots if slot.given and slot.given.kind is _Kind.TEST]:
        last = max((at for at, slot in enumerate(slots) if _must_precede(slot, test)), default=-1)
        if last > (at := slots.index(test)):
            slots.insert(_place_below(last, test.given, slots), test)
            del slots[at]
            notes.append(f"{test.given.name}: stood above what it tests, moved below")
    return slots, notes


def _must_precede(slot: _Slot, test: _Slot) -> bool:
    return slot.given is not None and slot.index < test.index and slot.given.cell.cell_type == "code"


def _place_below(at: int, it: _Given, slots: list[_Slot]) -> int:
    """Return where to insert a cell that belongs below the slot `at`: a test also below the cells added there."""
    at += 1
    while it.kind is _Kind.TEST and at < len(slots) and slots[at].given is None:
        at += 1
    return at


def _cells(slots: list[_Slot]) -> list[NotebookNode]:
    by_right = sorted(slots, key=lambda slot: slot.given is None)
    wanted = [(slot.given or slot.handed_in).cell.get("id", "") for slot in by_right]
    ids = dict(zip(by_right, unique_ids(wanted), strict=True))
    return [_cell(slot, ids[slot]) for slot in slots]


def _cell(slot: _Slot, cell_id: str) -> NotebookNode:
    it, theirs = slot.given, slot.handed_in
    if theirs and (it is None or it.is_the_learners):
        content, source = theirs.cell, theirs.cell.source
    else:
        content, source = it.cell, _instructors_text(it)
    cell_type = (it or theirs).cell.cell_type
    metadata = copy.deepcopy(it.cell.metadata) if it else NotebookNode()
    made = NotebookNode(id=cell_id, cell_type=cell_type, metadata=metadata, source=source)
    if made.cell_type == "code":
        made.update(outputs=[], execution_count=None)
    elif "attachments" in content:
        made.attachments = copy.deepcopy(content.attachments)
    return made


def _instructors_text(it: _Given) -> str:
    """Return the text of a cell that is not, or no longer, the learner's."""
    if it.kind is _Kind.TEST or is_task(it.cell):
        return it.cell.source
    if it.kind is _Kind.ANSWER and it.cell.cell_type == "code":
        return ""  # the stub could undo what the learner wrote in another cell: two answers merged into one, say
    return it.text


def _kind(cell: NotebookNode) -> _Kind:
    if is_task(cell):
        return _Kind.FIXED
    if is_solution(cell):
        return _Kind.ANSWER
    if is_grade(cell) and cell.cell_type == "code":
        return _Kind.TEST
    return _Kind.FIXED if is_locked(cell) else _Kind.PLAIN


def _name(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _key(text: str) -> str:
    """Return the text with every stretch of white space made one space: editors change line ends and indentation."""
    return " ".join(text.split())


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text[:MAX_COMPARED_CHARACTERS]))


def _similarity(it: _Given, cell: _HandedIn) -> float:
    """Return the share of words that two texts have in common (Dice's coefficient), from 0 to 1."""
    if it.key == cell.key:
        return 1.0
    common = (it.words & cell.words).total()
    return 2 * common / max(it.words.total() + cell.words.total(), 1)


def _neighbours(number: int, anchors: list[tuple[int, int]]) -> tuple[int | None, int | None]:
    """Return the second members of those anchors whose first members are next below and next above `number`."""
    at = bisect(anchors, (number,))
    return anchors[at - 1][1] if at else None, anchors[at][1] if at < len(anchors) else None


def _lines_outside(source: str, delimiters: tuple[str, str], replacement: str | None = None) -> Iterator[str]:
    """Yield the lines outside of the delimited regions, and for each region an indented replacement, if given."""
    begin, end = delimiters
    inside = False
    for line in source.split("\n"):
        if begin in line:
            if replacement is not None and not inside:
                yield _indent(line) + replacement
            inside = True
        elif end in line:
            inside = False
        elif not inside:
            yield line


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _indent_of_empty_block(lines: list[str], number: int) -> str | None:
    """Return the indentation that a statement in this line needs to fill a block that is empty; None if none is."""
    opener = next(filter(_is_code, reversed(lines[:number])), "")
    follower = next(filter(_is_code, lines[number + 1 :]), "")
    opens = opener.rstrip().endswith(":") or opener.partition("#")[0].rstrip().endswith(":")
    if not opens or len(_indent(follower)) > len(_indent(opener)):
        return None
    indent = _indent(lines[number])
    return indent if len(indent) > len(_indent(opener)) else _indent(opener) + "    "


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
