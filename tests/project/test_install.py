"""`make setup` says what is wrong and what to do: Python, disk, network, a set-up that was cut short."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys

import pytest

PYPROJECT = 'requires-python = ">=3.11,<3.14"'


@pytest.fixture
def install(root, tmp_path, monkeypatch):
    """The module utils/install.py, working on an empty folder instead of this checkout."""
    spec = importlib.util.spec_from_file_location("install", root / "utils" / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    places = {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "UNFINISHED": venv / "unfinished",
    }
    for name, place in places.items():
        monkeypatch.setattr(module, name, place)
    return module


@pytest.fixture
def venv(install):
    """An environment that an earlier run finished, as far as `install` can see."""
    install.PYTHON.parent.mkdir(parents=True)
    install.PYTHON.symlink_to(sys.executable)
    return install.VENV


def test_every_supported_python_is_taken(install):
    for minor in (11, 12, 13):
        install.refuse_python((3, minor), PYPROJECT)


@pytest.mark.parametrize(("version", "fault"), [((3, 10), "too old"), ((2, 7), "too old"), ((3, 14), "too new")])
def test_other_pythons_are_refused_with_the_way_out(install, version, fault):
    with pytest.raises(SystemExit) as refused:
        install.refuse_python(version, PYPROJECT)
    said = str(refused.value)
    assert fault in said
    assert "The course needs Python 3.11 to 3.13" in said
    assert "make setup PYTHON=python3.13" in said


def test_the_supported_range_is_that_of_pyproject(install, root):
    install.refuse_python(sys.version_info[:2], (root / "pyproject.toml").read_text())


def test_the_script_parses_on_old_pythons(root):
    """An old Python must get as far as saying that it is too old."""
    ast.parse((root / "utils" / "install.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_full_disk_is_refused_before_anything_is_made(install, monkeypatch):
    monkeypatch.setattr(install.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 2**30))
    with pytest.raises(SystemExit) as refused:
        install.create()
    assert "The disk is too full: the packages need 4 GiB" in str(refused.value)
    assert "1.0 GiB are free" in str(refused.value)
    assert not install.VENV.exists()


@pytest.mark.parametrize(
    ("complaints", "explanation"),
    [
        ("WARNING: Retrying after connection broken by 'NewConnectionError('…')'", "could not be downloaded"),
        ("ERROR: … ProxyError('Cannot connect to proxy.', …)", "set HTTPS_PROXY"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk filled up",
        ),
        ("ERROR: ResolutionImpossible", "the lines above say why"),
    ],
)
def test_a_failure_of_pip_is_explained(install, complaints, explanation):
    assert explanation in install.explain(complaints)


def test_a_whole_environment_is_kept(install, venv):
    assert install.is_usable()


def test_an_environment_that_was_cut_short_is_made_anew(install, venv):
    install.UNFINISHED.touch()
    assert not install.is_usable()


def test_an_environment_whose_python_is_gone_is_made_anew(install, venv):
    install.PYTHON.unlink()
    install.PYTHON.symlink_to("/nowhere/python")
    assert not install.is_usable()


def test_it_is_unfinished_while_pip_works_and_finished_afterwards(install, venv, monkeypatch):
    seen = []

    def pip(requirement):
        seen.append((requirement, install.UNFINISHED.exists()))
        return 0, ""

    monkeypatch.setattr(install, "run_pip", pip)
    install.install(["grading", "dev"])
    assert seen == [(".[grading,dev]", True)]
    assert install.is_usable()


@pytest.mark.parametrize(("complaints", "usable"), [("NewConnectionError", True), ("No space left on device", False)])
def test_only_a_lost_network_leaves_the_environment_as_it_was(install, venv, monkeypatch, complaints, usable):
    monkeypatch.setattr(install, "run_pip", lambda requirement: (1, complaints))
    with pytest.raises(SystemExit):
        install.install(["dev"])
    assert install.is_usable() is usable


@pytest.mark.slow
def test_without_a_network_it_says_so(root, tmp_path, environment):
    """The real thing on a copy: pip finds no index, says so, and nothing counts as ready."""
    for name in ("pyproject.toml", "Makefile", "LICENSE", "README.md", "utils/install.py", "autograder/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    offline = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    without_pip = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
    command = ["make", "setup", f"PYTHON={sys.executable}"]
    done = subprocess.run(command, cwd=tmp_path, env=without_pip | offline, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "there is no way to the package index" in done.stderr
    assert not (tmp_path / ".venv" / "ready").exists()
