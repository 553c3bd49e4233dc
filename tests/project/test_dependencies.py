"""One list of dependencies: pyproject.toml names all that the code imports, and conda users get the same."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
import yaml

OURS = {"utils", "autograder", "build", "rules", "answers", "driving", "test_exercises", "widget_examples"}


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def conda(root):
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def declared(project, *extras):
    """Core dependencies and those of `extras`, as they stand in pyproject.toml."""
    return project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]


def names(requirements):
    """The distributions that `requirements` name, in the one spelling that indexes use."""
    found = (re.match(r"[\w.-]+", requirement)[0] for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def imported(folder, pattern):
    """Top-level module → a file below `folder` that imports it; without the standard library and our own."""
    found = {}
    for file in folder.glob(pattern):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [node.module]
            for module in modules:
                found.setdefault(module.partition(".")[0], file)
    return {module: file for module, file in found.items() if module not in sys.stdlib_module_names | OURS}


@pytest.mark.parametrize(
    ("pattern", "extras"),
    [
        ("utils/**/*.py", []),
        ("solutions/*/*.py", []),
        ("autograder/**/*.py", ["grading", "cluster"]),
        ("solutions/build.py", ["grading", "dev"]),
        ("tests/**/*.py", ["grading", "dev"]),
    ],
)
def test_all_imports_are_declared(root, project, pattern, extras):
    allowed = names(declared(project, *extras))
    distributions = packages_distributions()
    missing = {
        module: str(file.relative_to(root))
        for module, file in imported(root, pattern).items()
        if not names(distributions.get(module, [module])) & allowed
    }
    assert missing == {}, f"not among the dependencies {extras or 'of the core'} in pyproject.toml"


def test_conda_installs_the_same(project, conda):
    (pip,) = (entry["pip"] for entry in conda if isinstance(entry, dict))
    assert sorted(pip) == sorted([*declared(project, "grading", "dev"), "-e ."])


def test_conda_takes_the_same_python(project, conda):
    assert f"python{project['requires-python']}" in conda


def test_the_release_is_the_version(root, project, build):
    assert build.settings(root)["release"] == f"v{project['version']}"
