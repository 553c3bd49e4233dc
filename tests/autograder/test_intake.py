"""What learners hand in is read without being believed: repaired, or refused with one clear line."""

import json
import os
import socket
import subprocess
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import intake
from autograder.errors import SubmissionError
from autograder.intake import read_files, read_notebook

IGNORE = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a.ipynb"


@pytest.fixture
def read(file, capfd):
    """Write a tree as JSON, or text, or bytes; read it as a notebook; it is valid, and nothing was printed."""

    def write_and_read(content):
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        notebook = read_notebook(file)
        nbformat.validate(notebook)
        json.dumps(notebook).encode()
        assert capfd.readouterr() == ("", "")
        return notebook

    return write_and_read


def tree(*cells, **fields):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **fields}


def cell(**fields):
    return {
        "cell_type": "code",
        "id": "one",
        "metadata": {},
        "source": "",
        "outputs": [],
        "execution_count": 1,
        **fields,
    }


def sources(notebook):
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_a_usual_notebook_keeps_types_texts_and_ids(read):
    cells = [new_markdown_cell("# Title\n", id="t"), new_code_cell("x = 'ü😀'\nx", id="c")]
    notebook = read(nbformat.writes(new_notebook(cells=cells)))
    assert sources(notebook) == [("markdown", "# Title\n"), ("code", "x = 'ü😀'\nx")]
    assert [cell.id for cell in notebook.cells] == ["t", "c"]


def test_of_the_metadata_only_the_grade_id_is_kept(read):
    about = {"grade_id": "add", "points": 100, "grade": True}
    notebook = read(tree(cell(metadata={"nbgrader": about, "tags": ["skip-execution"]}), metadata={"kernelspec": "x"}))
    assert notebook.cells[0].metadata == {"nbgrader": {"grade_id": "add"}}
    assert notebook.metadata == {}


def test_outputs_are_dropped(read):
    forged = {"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}, "execution_count": 1}
    notebook = read(tree(cell(outputs=[forged])))
    assert (notebook.cells[0].outputs, notebook.cells[0].execution_count) == ([], None)


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        ({"metadata": None}, ("code", "")),
        ({"metadata": {"nbgrader": {"grade_id": ["x"]}}}, ("code", "")),
        ({"source": ["a\n", 3, "b"]}, ("code", "a\nb")),
        ({"source": {"a": 1}}, ("code", "")),
        ({"cell_type": "sql"}, ("raw", "")),
        ({"cell_type": ["code"]}, ("raw", "")),
        ({"outputs": "none"}, ("code", "")),
        ({"foreign": 1, "cell_type": "markdown"}, ("markdown", "")),
        ({"source": "a\ud83db\x00"}, ("code", "a\ufffdb\ufffd")),
        ({"id": None}, ("code", "")),
    ],
)
def test_broken_cells_are_repaired(read, broken, repaired):
    assert sources(read(tree(cell(**broken)))) == [repaired]


def test_missing_duplicate_and_invalid_ids_become_new_ones_always_the_same(read):
    content = tree(*(cell(id=wanted) for wanted in ["one", "one", "cell-0", "with space", "", 7, "x" * 65]))
    ids = [cell.id for cell in read(content).cells]
    assert len(set(ids)) == 7 and ids[0] == "one" and ids[2] == "cell-0"
    assert ids == [cell.id for cell in read(content).cells]


def test_attachments_are_kept_where_they_are_text(read):
    good, bad = {"image/png": "AAAA", "image/svg+xml": ["<svg>", "</svg>"]}, {"image/png": 3}
    notebook = read(tree(cell(cell_type="markdown", attachments={"good": good, "bad": bad, "none": None})))
    assert notebook.cells[0].attachments == {"good": {"image/png": "AAAA", "image/svg+xml": "<svg></svg>"}}


def test_what_is_no_cell_is_left_out(read):
    assert len(read(tree(None, "x = 1", [], cell())).cells) == 1


def test_format_3_is_upgraded(read):
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Sums"]},
        {"cell_type": "code", "input": ["a = 1", "b = 2"], "language": "python", "outputs": [], "prompt_number": 3},
        {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "outputs": []},
        {"cell_type": "html", "source": "<b>x</b>"},
    ]
    expected = [("markdown", "## Sums"), ("code", "a = 1\nb = 2"), ("code", "a = 1\nb = 2"), ("markdown", "<b>x</b>")]
    assert (
        sources(read({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}))
        == expected
    )


@pytest.mark.parametrize("minor", [0, 4, 99, "5", None])
def test_every_minor_version_of_format_4_is_read(read, minor):
    assert sources(read(tree(cell(source="x"), nbformat_minor=minor))) == [("code", "x")]


def test_a_byte_order_mark_is_accepted(read):
    assert read(b"\xef\xbb\xbf" + json.dumps(tree(cell())).encode()).cells


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "not UTF-8 text"),
        (json.dumps(tree()).encode("utf-16"), "not UTF-8 text"),
        ('{"cells": [', "not JSON text"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"cells": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}", "nested too deeply"),
        ('{"cells": [], "nbformat": ' + "9" * 5000 + "}", "too many digits"),
        ("[" + "[]," * 1_000_000 + "[]]", "too many lists"),
        ("[]", "no list of cells"),
        ("{}", "no list of cells"),
        ('{"cells": {}}', "no list of cells"),
        (tree(nbformat=99), "is in notebook format 99"),
        (tree(nbformat=2), "is in notebook format 2"),
        (tree(nbformat=10**4000), "with a very long number"),
        (tree(nbformat=3), "no list of cells"),
        (tree(*[cell()] * 5001), "more than 5,000 cells"),
        (tree(cell(source="x" * 1_000_001)), "a cell of more than 1 MB"),
        (tree(*[cell(source="x" * 999_999)] * 6), "more than 5 MB of text"),
    ],
)
def test_what_cannot_be_graded_is_refused_in_one_short_line(read, content, reason):
    with pytest.raises(SubmissionError, match=reason) as refusal:
        read(content)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 100


def test_brackets_in_outputs_are_no_lists(read):
    printed = {"output_type": "stream", "name": "stdout", "text": "[" * 1_500_000}
    assert read(tree(cell(outputs=[printed]))).cells


def test_a_huge_file_is_refused_unread(file):
    with file.open("wb") as sparse:
        sparse.truncate(10**12)
    with pytest.raises(SubmissionError, match="larger than 50 MB"):
        read_notebook(file)


def test_only_regular_files_are_read(file, tmp_path):
    with pytest.raises(SubmissionError, match="No such file"):
        read_notebook(file)
    os.mkfifo(file)
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_notebook(file)
    with pytest.raises(SubmissionError, match="Is a directory"):
        read_notebook(tmp_path)


def test_links_are_not_followed(file, tmp_path):
    (tmp_path / "secret").write_text(json.dumps(tree()))
    file.symlink_to(tmp_path / "secret")
    with pytest.raises(SubmissionError, match="is a symbolic link"):
        read_notebook(file)


def test_a_usual_notebook_is_read_in_a_few_milliseconds(file):
    cells = [new_code_cell(f"x = {number}\n" * 20, id=f"c{number}") for number in range(60)]
    nbformat.write(new_notebook(cells=cells), file)
    started = time.process_time()
    for _ in range(10):
        read_notebook(file)
    assert time.process_time() - started < 10 * 0.015


def test_files_are_found_below_the_folder_without_notebooks_and_what_is_ignored(tmp_path):
    folder = tmp_path / "sub [2026]"
    wanted = {"data.csv": b"1", "inner/deep [x]/more.txt": b"\x00\xff", ".hidden": b""}
    unwanted = ["a.ipynb", "inner/b.ipynb", "inner/__pycache__/c.txt", "d.pyc", "feedback/e.html"]
    for name, content in {**wanted, **dict.fromkeys(unwanted, b"x")}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert read_files(folder, IGNORE) == wanted


def test_links_and_special_files_are_left_out(tmp_path):
    folder, outside = tmp_path / "handed in", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (folder / "link").symlink_to(outside / "secret")
    (folder / "folder").symlink_to(outside)
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
    assert read_files(folder, []) == {}
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(SubmissionError, match="symbolic link"):
        read_files(tmp_path / "link", [])


def test_a_name_that_is_not_utf_8_is_made_so(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    assert read_files(tmp_path, IGNORE) == {"caf\ufffd.txt": b"x"}


def test_too_many_and_too_large_files_are_refused(tmp_path, monkeypatch):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(b"x" * 10)
    monkeypatch.setattr(intake, "MAX_FILES", 3)
    monkeypatch.setattr(intake, "MAX_FILES_BYTES", 30)
    assert len(read_files(tmp_path, [])) == 3
    monkeypatch.setattr(intake, "MAX_FILES", 2)
    with pytest.raises(SubmissionError, match="more than 2 files"):
        read_files(tmp_path, [])
    monkeypatch.setattr(intake, "MAX_FILES", 3)
    monkeypatch.setattr(intake, "MAX_FILES_BYTES", 29)
    with pytest.raises(SubmissionError, match="together"):
        read_files(tmp_path, [])


def test_deeply_nested_folders_are_read(tmp_path):
    depth = 1500
    for level in range(1, depth + 1):
        os.mkdir(tmp_path / ("d/" * level))
    (tmp_path / ("d/" * depth) / "f").write_text("x")
    assert list(read_files(tmp_path, [])) == ["d/" * depth + "f"]
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # too deep for pytest's own tidying up


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(SubmissionError, match="No such file"):
        read_files(tmp_path / "nowhere", [])
