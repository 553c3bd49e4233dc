"""The catalogue of lessons is read from the learner's notebooks."""

import json

import pytest

from utils import lessons


def write(folder, lesson="01_neuron", **facts):
    path = folder / lesson / f"{lesson[3:]}.ipynb"
    path.parent.mkdir(parents=True)
    graded = {"nbgrader": {"grade": True, "grade_id": "check_mse", "points": 2}}
    cells = [{"metadata": {}}, {"metadata": graded}, {"metadata": {"nbgrader": {"grade": False, "grade_id": "mse"}}}]
    about = {"lesson": lesson, "title": "One neuron", "minutes": 60, "builds_on": ["00_start_here"]} | facts
    path.write_text(json.dumps({"metadata": {"layer_by_layer": about}, "cells": cells}))
    return path


def test_catalogue(tmp_path):
    write(tmp_path, "02_activations")
    path = write(tmp_path)
    (path.parent / "neuron-Copy1.ipynb").write_text("not a lesson")
    first, second = lessons.catalogue(tmp_path)
    assert (first.id, second.id) == ("01_neuron", "02_activations")
    assert first.exercises == (lessons.Exercise("mse", 2),)
    assert (first.title, first.minutes, first.builds_on, first.points) == ("One neuron", 60, ("00_start_here",), 2)
    assert first.notebook == path


def test_a_spoilt_notebook_is_named(tmp_path):
    path = write(tmp_path)
    for text in ("{", "[]", '{"metadata": {}, "cells": []}'):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"neuron\.ipynb is not a lesson's notebook"):
            lessons.catalogue(tmp_path)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="LAYER_BY_LAYER_COURSE"):
        lessons.catalogue(tmp_path)


def test_while_grading_the_course_may_be_out_of_reach(tmp_path, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert lessons.catalogue(tmp_path) == []


def test_the_course_itself_is_found():
    assert [lesson.id for lesson in lessons.catalogue()][:2] == ["00_start_here", "01_neuron"]
