"""Damage the text of a notebook in one of many ways, the same way for the same seed."""

import copy
import json
import random

OTHER_VALUES = [None, True, -1, 0, 10**30, 1.5, float("nan"), float("inf"), "", "code", "\ud800", [], [[]], ["x"], {}]
NAMES = ["cells", "metadata", "nbgrader", "grade_id", "source", "id", "cell_type", "outputs", "nbformat", "points"]
ABOUT = ["points", "grade", "solution", "locked", "task", "grade_id", "schema_version", "checksum", "cell_type"]
SOURCES = [
    "",
    "assert True",
    "\ud83d",
    "😀",
    "x" * 50_000,
    "\r\n",
    "### BEGIN HIDDEN TESTS",
    "def add(a, b):\n    return 0",
]


def mutate(text, seed):
    """Return the bytes of the notebook with the JSON text `text`, damaged as the number `seed` decides."""
    rng = random.Random(seed)
    if rng.random() < 0.25:
        return rng.choice(RAW)(text, rng)
    notebook = json.loads(text)
    for _ in range(rng.choice([1, 1, 2, 5])):
        rng.choice(STRUCTURED)(notebook, rng)
    return json.dumps(notebook, ensure_ascii=rng.random() < 0.9).encode("utf-8", "surrogatepass")


def _flip_bytes(text, rng):
    content = bytearray(text.encode())
    for _ in range(rng.choice([1, 3, 20])):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def _truncate(text, rng):
    content = text.encode()
    return content[: rng.randrange(len(content))]


def _repeat_a_piece(text, rng):
    content = text.encode()
    start, end = sorted(rng.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:]


def _swap_names(text, rng):
    first, second = rng.sample(NAMES, 2)
    return text.replace(f'"{first}"', f'"{second}"').encode()


def _reencode(text, rng):
    return text.encode(rng.choice(["utf-16", "utf-32", "utf-8-sig", "cp500", "utf-7"]))


def _nest(text, rng):
    depth = rng.choice([50, 900, 20_000])
    opening, closing = rng.choice([("[", "]"), ('{"a":', "}")])
    deep = opening * depth + "0" + closing * depth
    return text.replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1).encode()


def _huge_number(text, rng):
    digits = "9" * rng.choice([30, 5000])
    name = rng.choice(["nbformat", "nbformat_minor", "points", "execution_count"])
    return text.replace(f'"{name}": ', f'"{name}": {digits}, "was": ').encode()


def _not_a_notebook(text, rng):
    return rng.choice([b"", b"   ", b"[]", b"{}", b"null", b"1", b'"cells"', b"PK\x03\x04", text.encode() * 2])


def _any_cell(notebook, rng):
    """Return a cell, as long as earlier damage left one."""
    cells = notebook.get("cells")
    cells = [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []
    return rng.choice(cells) if cells else {}


def _about(notebook, rng):
    metadata = _any_cell(notebook, rng).get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def _list_of_cells(notebook):
    cells = notebook.get("cells")
    return cells if isinstance(cells, list) and cells else [{}]


def _delete_cell(notebook, rng):
    cells = _list_of_cells(notebook)
    del cells[rng.randrange(len(cells))]


def _delete_many_cells(notebook, rng):
    cells = _list_of_cells(notebook)
    cells[:] = [cell for cell in cells if rng.random() < 0.5]


def _duplicate_cell(notebook, rng):
    cells = _list_of_cells(notebook)
    cells.insert(rng.randrange(len(cells) + 1), copy.deepcopy(rng.choice(cells)))


def _swap_cells(notebook, rng):
    cells = _list_of_cells(notebook)
    first, second = rng.randrange(len(cells)), rng.randrange(len(cells))
    cells[first], cells[second] = cells[second], cells[first]


def _shuffle_cells(notebook, rng):
    rng.shuffle(_list_of_cells(notebook))


def _split_cell(notebook, rng):
    cells = _list_of_cells(notebook)
    at = rng.randrange(len(cells))
    if isinstance(cells[at], dict):
        source = cells[at].get("source")
        lines = source if isinstance(source, list) else str(source).splitlines(True)
        middle = len(lines) // 2
        cells[at : at + 1] = [{**cells[at], "source": lines[:middle]}, {**cells[at], "source": lines[middle:]}]


def _add_cell(notebook, rng):
    cell = {"cell_type": rng.choice(["code", "markdown", "raw"]), "source": rng.choice(["x = 1", ["a\n", "b"], "\x00"])}
    cells = _list_of_cells(notebook)
    cells.insert(rng.randrange(len(cells) + 1), cell)


def _edit_source(notebook, rng):
    _any_cell(notebook, rng)["source"] = rng.choice(SOURCES)


def _edit_nbgrader(notebook, rng):
    _about(notebook, rng)[rng.choice(ABOUT)] = rng.choice(
        [True, False, 100, -5, "x", "add", "check_add", "explain", None, [], {}]
    )


def _strip_metadata(notebook, rng):
    for cell in _list_of_cells(notebook):
        if isinstance(cell, dict) and rng.random() < 0.7:
            cell["metadata"] = {}


def _swap_grade_ids(notebook, rng):
    first, second = _about(notebook, rng), _about(notebook, rng)
    first["grade_id"], second["grade_id"] = second.get("grade_id"), first.get("grade_id")


def _tag(notebook, rng):
    _any_cell(notebook, rng)["metadata"] = {"tags": rng.choice([["skip-execution"], ["a,b"], "x", [1], ["x", "x"]])}


def _retype(notebook, rng):
    _any_cell(notebook, rng)["cell_type"] = rng.choice(["code", "markdown", "raw", "heading", "html", "sql", None, 3])


def _change_ids(notebook, rng):
    ids = ["", "same", "with space", "x" * 65, "ü", 7, None, "cell-0", "added"]
    for cell in _list_of_cells(notebook):
        if isinstance(cell, dict) and rng.random() < 0.5:
            cell["id"] = rng.choice(ids)


def _drop_ids(notebook, rng):
    for cell in _list_of_cells(notebook):
        if isinstance(cell, dict):
            cell.pop("id", None)
    notebook["nbformat_minor"] = 4


def _forge_outputs(notebook, rng):
    forged = [{"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}, "execution_count": 1}]
    _any_cell(notebook, rng)["outputs"] = rng.choice([forged, "x", None, [None], [{"output_type": "error"}]])


def _attach(notebook, rng):
    image = {"a.png": {"image/png": rng.choice(["AAAA", ["AA", "AA"], 1, None])}}
    damaged = [{}, [], None, {"x": {}}, {"\ud800": {"text/plain": "x"}}]
    _any_cell(notebook, rng)["attachments"] = rng.choice([image, *damaged])


def _change_version(notebook, rng):
    notebook["nbformat"] = rng.choice([1, 2, 3, 5, 99, -4, "4", None, True, 4.0, 10**4000])
    notebook["nbformat_minor"] = rng.choice([0, 2, 4, 99, "5", None])


def _downgrade(notebook, rng):
    cells = [
        {**cell, "input": cell.get("source")} if isinstance(cell, dict) and cell.get("cell_type") == "code" else cell
        for cell in _list_of_cells(notebook)
    ]
    for cell in cells:
        if isinstance(cell, dict) and "input" in cell:
            cell.pop("source", None)
    notebook.pop("cells", None)
    notebook.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells}])


def _rename_kernel(notebook, rng):
    notebook["metadata"] = {"kernelspec": rng.choice([{"name": "my-env", "display_name": "x"}, {}, "python", None])}


def _other_type(notebook, rng):
    """Put a value of another JSON type in any one place."""
    node, path = notebook, rng.randrange(1, 6)
    for _ in range(path):
        inner = list(node.values()) if isinstance(node, dict) else node
        deeper = [value for value in inner if isinstance(value, dict | list) and value]
        if not deeper:
            break
        node = rng.choice(deeper)
    if node:
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        node[key] = rng.choice(OTHER_VALUES)


RAW = [_flip_bytes, _truncate, _repeat_a_piece, _swap_names, _reencode, _nest, _huge_number, _not_a_notebook]
STRUCTURED = [
    _delete_cell,
    _delete_many_cells,
    _duplicate_cell,
    _swap_cells,
    _shuffle_cells,
    _split_cell,
    _add_cell,
    _edit_source,
    _edit_nbgrader,
    _strip_metadata,
    _swap_grade_ids,
    _tag,
    _retype,
    _change_ids,
    _drop_ids,
    _forge_outputs,
    _attach,
    _change_version,
    _downgrade,
    _rename_kernel,
    _other_type,
]
