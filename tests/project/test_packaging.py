"""What is installed: a wheel carries the grader alone, the checkout's environment the whole course."""

import subprocess
import sys
import zipfile
from importlib.metadata import entry_points

import pytest


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    """The names of all files in a wheel that is built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (file,) = folder.iterdir()
    return zipfile.ZipFile(file).namelist()


def test_a_wheel_holds_the_grader_and_nothing_else(wheel):
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {"autograder", "layer_by_layer"}
    assert "autograder/__init__.py" in wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_a_wheel_holds_all_of_the_grader(root, wheel):
    kept = (file for file in (root / "autograder").rglob("*") if file.is_file() and file.suffix != ".pyc")
    assert [name for file in kept if (name := file.relative_to(root).as_posix()) not in wheel] == []


def test_the_environment_finds_the_course_from_any_folder(root, tmp_path):
    command = [
        sys.executable,
        "-c",
        "import utils, autograder; print(utils.__file__); print(autograder.__file__)",
    ]
    found = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.splitlines()
    assert found == [str(root / package / "__init__.py") for package in ("utils", "autograder")]


def test_the_grader_is_a_command():
    (command,) = entry_points(group="console_scripts", name="autograder")
    assert callable(command.load())
