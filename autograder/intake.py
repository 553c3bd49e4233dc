"""Read what a learner handed in. Whatever the files hold, reading is all that happens to them.

Of a notebook only what grading needs is taken: type, text, id, grade_id and attachments of its cells. Everything else,
outputs and points for instance, is the instructor's to say.
"""

import errno
import fnmatch
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.errors import SubmissionError

MAX_NOTEBOOK_BYTES = 50_000_000
MAX_CELLS = 5_000
MAX_SOURCE_CHARACTERS = 1_000_000
MAX_TEXT_BYTES = 5_000_000
MAX_JSON_CONTAINERS = 1_000_000
MAX_FILES = 5_000
MAX_FILES_BYTES = 200_000_000
KNOWN_FORMATS = (3, 4)

_CELL_TYPES = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown", "html": "markdown"}
_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JSON_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def read_notebook(path: Path) -> NotebookNode:
    """Return the notebook in the file `path`, in notebook format 4.5, valid, without outputs.

    Older formats are upgraded and broken cells are repaired. Cells keep no metadata but `nbgrader.grade_id`.

    Raises:
        SubmissionError: it is no notebook that can be graded; the message, "is larger than 50 MB" say, needs the file's
            name before it.
    """
    tree = _parse(_read_regular_file(path, MAX_NOTEBOOK_BYTES))
    version, found = _version_and_cells(tree)
    if len(found) > MAX_CELLS:
        raise SubmissionError(f"has more than {MAX_CELLS:,} cells")
    cells = [_cell(raw, version) for raw in found if isinstance(raw, dict)]
    if sum(len(cell.source.encode()) for cell in cells) > MAX_TEXT_BYTES:
        raise SubmissionError(f"has more than {_megabytes(MAX_TEXT_BYTES)} of text in its cells")
    for cell, cell_id in zip(cells, unique_ids(cell.id for cell in cells), strict=True):
        cell.id = cell_id
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=cells)


def read_files(folder: Path, ignore: Iterable[str]) -> dict[str, bytes]:
    """Return the files beside the notebooks, by POSIX path relative to `folder`, without following any link.

    Args:
        folder: what was handed in.
        ignore: glob patterns of names of files and folders to leave out, as in `CourseDirectory.ignore`.

    Raises:
        SubmissionError: the files are too many or too large, or cannot be read.
    """
    if folder.is_symlink():
        raise SubmissionError("the folder is a symbolic link")
    files: dict[str, bytes] = {}
    space = MAX_FILES_BYTES
    for path in _regular_files(folder, [*ignore, "*.ipynb"]):
        if len(files) == MAX_FILES:
            raise SubmissionError(f"holds more than {MAX_FILES:,} files")
        name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "replace")
        try:
            files[name] = _read_regular_file(path, space)
        except _TooLarge as error:
            raise SubmissionError(f"its files are larger than {_megabytes(MAX_FILES_BYTES)} together") from error
        except SubmissionError as error:
            raise SubmissionError(f"{name} {error}") from error
        space -= len(files[name])
    return files


def unique_ids(wanted: Iterable[str]) -> Iterator[str]:
    """Yield a valid cell id for each wanted one: the same where it is valid and still free, else a new one."""
    wanted = list(wanted)
    reserved = set(wanted)
    used: set[str] = set()
    number = 0
    for cell_id in wanted:
        if cell_id in used or not _VALID_ID.fullmatch(cell_id):
            while (cell_id := f"cell-{number}") in reserved:
                number += 1
            reserved.add(cell_id)
        used.add(cell_id)
        yield cell_id


class _TooLarge(SubmissionError):
    pass


def _read_regular_file(path: Path, limit: int) -> bytes:
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise SubmissionError("is not a regular file")
            content = b"" if about.st_size > limit else file.read(limit + 1)
    except OSError as error:
        reason = "is a symbolic link" if error.errno == errno.ELOOP else f"cannot be read: {error.strerror}"
        raise SubmissionError(reason) from error
    if max(about.st_size, len(content)) > limit:
        raise _TooLarge(f"is larger than {_megabytes(limit)}")
    return content


def _open_no_link(path: str, flags: int) -> int:
    # Without O_NONBLOCK, opening a named pipe waits until somebody writes to it.
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000} MB"


def _parse(content: bytes) -> Any:
    if not content.strip():
        raise SubmissionError("is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionError("is not a notebook (not UTF-8 text)") from error
    if _containers(text) > MAX_JSON_CONTAINERS and _containers(_JSON_STRING.sub("", text)) > MAX_JSON_CONTAINERS:
        raise SubmissionError("is not a notebook (too many lists and objects)")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SubmissionError("is not a notebook (not JSON text)") from error
    except RecursionError as error:
        raise SubmissionError("is not a notebook (nested too deeply)") from error
    except ValueError as error:  # Python reads no integer of thousands of digits
        raise SubmissionError("is not a notebook (it holds a number with too many digits)") from error


def _containers(text: str) -> int:
    """Return an upper bound of how many lists and objects JSON text makes; an empty one takes 24 times its length."""
    return text.count("[") + text.count("{")


def _version_and_cells(tree: Any) -> tuple[int, list]:
    if not isinstance(tree, dict):
        raise SubmissionError("is not a notebook (it has no list of cells)")
    version = tree.get("nbformat")
    if isinstance(version, int) and version not in KNOWN_FORMATS:
        said = str(version) if abs(version) < 1_000_000 else "with a very long number"
        raise SubmissionError(f"is in notebook format {said}; only 3 and 4 can be read")
    cells = _cells_of_worksheets(tree) if version == 3 else tree.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError("is not a notebook (it has no list of cells)")
    return version, cells


def _cells_of_worksheets(tree: dict) -> list | None:
    worksheets = tree.get("worksheets")
    if not isinstance(worksheets, list):
        return None
    lists = [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def _cell(raw: dict, version: int) -> NotebookNode:
    said_type = raw.get("cell_type")
    cell_type = _CELL_TYPES.get(said_type, "raw") if isinstance(said_type, str) else "raw"
    source = _source(raw, version)
    if said_type == "heading":
        level = raw.get("level")
        hashes = "#" * min(max(level, 1), 6) if isinstance(level, int) else "#"
        source = f"{hashes} {' '.join(source.splitlines())}"
    cell_id = raw.get("id")
    cell = NotebookNode(
        id=cell_id if isinstance(cell_id, str) else "", cell_type=cell_type, metadata=_metadata(raw), source=source
    )
    if cell_type == "code":
        cell.update(outputs=[], execution_count=None)
    elif attachments := _attachments(raw.get("attachments")):
        cell.attachments = attachments
    return cell


def _source(raw: dict, version: int) -> str:
    lines = _lines(raw.get("source", raw.get("input")))
    without_ends = version == 3 and lines and not lines[0].endswith(("\n", "\r"))
    text = ("\n" if without_ends else "").join(lines)
    if len(text) > MAX_SOURCE_CHARACTERS:
        raise SubmissionError(f"has a cell of more than {_megabytes(MAX_SOURCE_CHARACTERS)}")
    return _storable(text)


def _lines(text: Any) -> list[str]:
    """Return the pieces of a text, which the notebook format writes as a string or as a list of strings."""
    pieces = text if isinstance(text, list) else [text]
    return [piece for piece in pieces if isinstance(piece, str)]


def _metadata(raw: dict) -> NotebookNode:
    metadata = raw.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = about.get("grade_id") if isinstance(about, dict) else None
    if not isinstance(grade_id, str):
        return NotebookNode()
    return NotebookNode(nbgrader=NotebookNode(grade_id=_storable(grade_id)))


def _attachments(attachments: Any) -> NotebookNode:
    """Return the attachments, of which only text is kept; a picture is one, in Base64."""
    found = NotebookNode()
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        texts = {kind: "".join(_lines(text)) for kind, text in bundle.items()} if isinstance(bundle, dict) else {}
        if any(texts.values()):
            found[_storable(name)] = NotebookNode({_storable(kind): _storable(text) for kind, text in texts.items()})
    return found


def _storable(text: str) -> str:
    """Return `text` with a replacement for what neither UTF-8 nor a database can hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def _regular_files(folder: Path, ignore: list[str]) -> Iterator[Path]:
    ignored = re.compile("|".join(map(fnmatch.translate, ignore))).fullmatch
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                wanted = sorted((entry for entry in entries if not ignored(entry.name)), key=lambda entry: entry.name)
        except OSError as error:
            raise SubmissionError(f"a folder cannot be read: {error.strerror}") from error
        waiting += [Path(entry) for entry in wanted if entry.is_dir(follow_symlinks=False)]
        yield from (Path(entry) for entry in wanted if entry.is_file(follow_symlinks=False))
