"""What all tests share: the checkout, its pipeline, and a progress file that is not the contributor's own."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items):
    """Skip the browser tests where there is no browser; in continuous integration that is a fault."""
    if CHROMIUM or os.environ.get("CI"):
        return
    skip = pytest.mark.skip(reason="needs Chromium; on Debian and Ubuntu: apt install chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def root():
    """The checkout's folder."""
    return ROOT


@pytest.fixture(scope="session")
def build():
    """The module solutions/build.py, imported without a `__pycache__`, which nbgrader would take for a lesson."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "solutions" / "build.py")
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.modules["build"] = module
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.fixture(scope="session", autouse=True)
def separate_progress_file(tmp_path_factory):
    """Keep what the tests answer out of the contributor's own progress."""
    os.environ["LAYER_BY_LAYER_PROGRESS"] = str(tmp_path_factory.mktemp("progress") / "progress.jsonl")
