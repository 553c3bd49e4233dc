"""A small nbgrader course without TensorFlow, and classes of submissions of it."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

# Modules whose tests examine no submission; all others need the sandbox.
WITHOUT_SANDBOX = {"bridge", "course", "gradebook", "intake", "journal", "rebuild", "staging"}


def _load(name):
    """Import a module that lies beside this file (importlib mode puts no test folder on the path)."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


example = _load("example_course")


def pytest_collection_modifyitems(items):
    """Skip what needs the sandbox where there is none; in continuous integration there has to be one."""
    here = Path(__file__).parent
    needing = [
        item
        for item in items
        if here in item.path.parents and item.path.stem.removeprefix("test_") not in WITHOUT_SANDBOX
    ]
    reason = _why_no_sandbox() if needing and not os.environ.get("CI") else ""
    for item in needing if reason else []:
        item.add_marker(pytest.mark.skip(reason=reason))


def _why_no_sandbox():
    from autograder.errors import CourseError
    from autograder.sandbox.launch import require_sandbox

    try:
        require_sandbox()
    except CourseError as error:
        return str(error)
    return ""


@pytest.fixture(scope="session")
def example_course():
    """The module that writes example courses and submissions."""
    return example


@pytest.fixture
def course(tmp_path):
    """A fresh course in a folder whose path has a space and glob characters."""
    return example.write_course(tmp_path / "a course [2026]")


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """A class of every kind, graded once with two workers: the course's root and the result."""
    from autograder import grade

    root = example.write_course(tmp_path_factory.mktemp("graded") / "a course")
    example.set_due_date(root)
    example.hand_in_class(root)
    return root, grade("sums", root, jobs=2)


@pytest.fixture
def graded_copy(graded, tmp_path):
    """The root of a copy of the graded class, to be graded on."""
    return shutil.copytree(graded[0], tmp_path / "copied course")
