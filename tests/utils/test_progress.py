"""The progress file: nothing lost, whoever writes."""

import multiprocessing
import os

import pytest

from utils import progress


@pytest.fixture(autouse=True)
def own_file(monkeypatch, tmp_path):
    path = tmp_path / "deep" / "progress.jsonl"
    monkeypatch.setenv("LAYER_BY_LAYER_PROGRESS", str(path))
    return path


def record_many(number):
    for step in range(200):
        progress.record(f"lesson{number}", f"exercise{step}", "right")


def test_the_last_outcome_counts():
    assert progress.read() == {}
    progress.record("01_neuron", "mse", "not yet")
    progress.record("01_neuron", "neuron", "not attempted")
    progress.record("01_neuron", "mse", "right")
    assert progress.read() == {"01_neuron": {"mse": "right", "neuron": "not attempted"}}


def test_notebooks_that_write_at_once_lose_nothing():
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(record_many, range(3))
    assert {lesson: len(exercises) for lesson, exercises in progress.read().items()} == {
        "lesson0": 200,
        "lesson1": 200,
        "lesson2": 200,
    }


def test_a_line_cut_short_costs_only_itself(own_file):
    progress.record("a", "one", "right")
    with own_file.open("a") as file:
        file.write('{"lesson": "a", "exer')
    progress.record("a", "two", "right")
    with own_file.open("ab") as file:
        file.write(b'\xff\xfe\n[1, 2]\n{"lesson": "a", "exercise": "three", "outcome": "perfect"}\n')
    assert progress.read() == {"a": {"one": "right", "two": "right"}}


def test_unknown_outcome_is_refused():
    with pytest.raises(ValueError, match="not attempted, not yet, right"):
        progress.record("a", "one", "done")


def test_file_lives_in_the_home_folder_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("LAYER_BY_LAYER_PROGRESS")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert progress.path() == tmp_path / ".layer-by-layer" / "progress.jsonl"


def test_file_is_the_learners_alone(own_file):
    progress.record("a", "one", "right")
    assert os.stat(own_file).st_mode & 0o077 == 0
