"""The Makefile: every target is described, works in a fresh clone, and says what it lacks."""

import os
import re
import shutil
import subprocess

import pytest

TARGETS = ["help", "setup", "lab", "test", "course", "solutions", "grade", "bench", "clean"]


@pytest.fixture
def make(root, tmp_path, environment):
    """Run make in a folder that holds only the Makefile and pyproject.toml; `ready`: as if set up already."""

    def run(*arguments, ready=True):
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(root / name, tmp_path / name)
        if ready:
            (tmp_path / ".venv" / "bin").mkdir(parents=True)
            (tmp_path / ".venv" / "bin" / "python").touch()
            (tmp_path / ".venv" / "ready").touch()
        return subprocess.run(
            ["make", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_help_is_the_default_and_describes_every_target(make):
    said = make(ready=False).stdout
    assert re.findall(r"^  make (\w+)\s+\S", said, re.MULTILINE) == TARGETS


def test_every_target_but_help_and_clean_sets_up_first(make):
    for target in TARGETS[2:-1]:
        planned = make("--dry-run", target, "LESSON=01_neuron", ready=False).stdout
        assert planned.splitlines()[0].rstrip().endswith("utils/install.py"), target


def test_a_second_set_up_does_nothing(make):
    assert "Nothing to be done" in make("setup").stdout


@pytest.mark.parametrize("reason", ["cut short", "python gone", "pyproject changed"])
def test_set_up_again_where_it_is_needed(make, tmp_path, environment, reason):
    make("setup")
    venv = tmp_path / ".venv"
    os.utime(tmp_path / "pyproject.toml", (1, 1))
    os.utime(venv / "ready", (2, 2))
    if reason == "cut short":
        (venv / "unfinished").touch()
    elif reason == "python gone":
        (venv / "bin" / "python").unlink()
        (venv / "bin" / "python").symlink_to("/nowhere/python")
    else:
        os.utime(tmp_path / "pyproject.toml", (3, 3))
    plan = ["make", "--dry-run", "setup"]
    planned = subprocess.run(plan, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "utils/install.py" in planned.stdout


def test_extras_are_installed_once_and_apart(make):
    planned = make("--dry-run", "setup", "EXTRAS=gpu").stdout
    assert "utils/install.py gpu" in planned
    assert ".venv/ready-gpu" in planned


def test_no_python_at_all_is_said(make):
    done = make("setup", "PYTHON=", ready=False)
    assert done.returncode != 0
    assert "No Python found: install Python 3.11, 3.12 or 3.13" in done.stdout


def test_grade_asks_for_a_lesson(make):
    done = make("grade")
    assert done.returncode != 0
    assert "make grade LESSON=01_neuron" in done.stdout


def test_lab_opens_the_course_and_takes_flags(make):
    planned = make("--dry-run", "lab", "LAB_FLAGS=--no-browser").stdout
    assert "jupyter lab" in planned and "/lab/tree/course" in planned and "--no-browser" in planned
    assert ("--allow-root" in planned) == (os.getuid() == 0)


def test_clean_leaves_what_people_made(make, tmp_path):
    for kept in ("course/01_neuron/neuron.ipynb", "submitted/ada/01_neuron/neuron.ipynb", "gradebook.db"):
        (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / kept).write_text("{}")
    (tmp_path / "utils" / "__pycache__").mkdir(parents=True)
    assert make("clean").returncode == 0
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == [
        "Makefile",
        "course/01_neuron/neuron.ipynb",
        "gradebook.db",
        "pyproject.toml",
        "submitted/ada/01_neuron/neuron.ipynb",
    ]
    assert not (tmp_path / "utils" / "__pycache__").exists()
