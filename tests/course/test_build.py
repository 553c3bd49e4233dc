"""The contributor's pipeline, on a small course of its own: what it writes, keeps, skips and refuses."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

SOURCE = '''# ---
# jupyter:
#   kernelspec:
#     display_name: anything
#     language: python
#     name: anything
#   layer_by_layer:
#     lesson: {lesson}
#     title: A title
# ---

# %% [markdown]
# # A title
#
# [badge](https://colab.research.google.com/github/{name}/blob/{release}/course/x.ipynb)

# %%
ADDRESS = "https://github.com/{name}"
print("loading")

# %% nbgrader={{"grade_id": "double", "grade": false, "locked": false, "solution": true, {rest}}}
def double(x):
    """Twice `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={{"grade_id": "check_double", "grade": true, "locked": true, "solution": false, {points}}}
assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(4) == 8
### END HIDDEN TESTS

# %%
import os
print("full training:", os.environ["LAYER_BY_LAYER_FULL_TRAINING"], os.environ["LAYER_BY_LAYER_PROGRESS"])

# %%
print("loading")
'''


README = """Clone https://github.com/{name}.git at {release}, not at {release}.1; see github.com/{name}-extras
"""


class Checkout:
    """A course of two small lessons with the settings of this one, and the pipeline `build` to work on it."""

    def __init__(self, folder, pipeline):
        self.folder, self.pipeline = folder, pipeline

    @classmethod
    def create(cls, folder, pipeline, root):
        checkout = cls(folder, pipeline)
        (folder / "solutions").mkdir()
        for name in ("pyproject.toml", "nbgrader_config.py", "solutions/build.py"):
            shutil.copy(root / name, folder / name)
        settings = pipeline.settings(folder)
        facts = {
            "name": settings["repository"].removeprefix("https://github.com/"),
            "release": settings["release"],
            "rest": '"schema_version": 3, "task": false',
            "points": '"points": 1, "schema_version": 3, "task": false',
        }
        (folder / "README.md").write_text(README.format(**facts))
        for lesson in ("00_first", "01_second"):
            checkout.source(lesson).parent.mkdir()
            checkout.source(lesson).write_text(SOURCE.format(lesson=lesson, **facts))
        return checkout

    def source(self, lesson):
        return self.folder / "solutions" / lesson / f"{lesson[3:]}.py"

    def solution(self, lesson):
        return self.source(lesson).with_suffix(".ipynb")

    def released(self, lesson):
        return self.folder / "course" / lesson / f"{lesson[3:]}.ipynb"

    def edit(self, lesson, old, new):
        text = self.source(lesson).read_text()
        assert old in text
        self.source(lesson).write_text(text.replace(old, new))

    def build(self, *arguments):
        """Run the pipeline's command line on this checkout; returns (exit status, what it said)."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.pipeline, "ROOT", self.folder)
            done = CliRunner().invoke(self.pipeline.app, arguments)
        if done.exception and not isinstance(done.exception, SystemExit | self.pipeline.BuildError):
            raise done.exception
        error = str(done.exception or "")
        return done.exit_code, " ".join((done.output + error).split())


@pytest.fixture
def checkout(tmp_path, build, root):
    return Checkout.create(tmp_path, build, root)


@pytest.fixture(scope="module")
def executed(tmp_path_factory, build, root):
    """A checkout whose solutions and course are built; tests that change it copy it first."""
    checkout = Checkout.create(tmp_path_factory.mktemp("executed"), build, root)
    status, said = checkout.build("solutions")
    assert status == 0, said
    status, said = checkout.build("course")
    assert status == 0, said
    return checkout


@pytest.fixture
def built(executed, tmp_path):
    """A copy of a checkout whose solutions and course are built."""
    shutil.copytree(executed.folder, tmp_path / "copy")
    return Checkout(tmp_path / "copy", executed.pipeline)


def read(path):
    return nbformat.read(path, as_version=4)


def snapshot(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_course_is_built_from_the_text_alone(checkout):
    status, said = checkout.build("course", "00_first")
    assert status == 0, said
    assert "00_first: 1 file" in said
    notebook = read(checkout.released("00_first"))
    text = json.dumps(notebook)
    assert "raise NotImplementedError()" in text and "Twice `x`" in text
    assert "return 2 * x" not in text and "double(4)" not in text
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells)
    assert not checkout.released("01_second").exists()
    assert not (checkout.folder / "gradebook.db").exists()


def test_course_twice_is_the_same_to_the_byte(built):
    before = snapshot(built.folder)
    status, said = built.build("course")
    assert status == 0, said
    assert said.count("up to date") == 2
    assert snapshot(built.folder) == before


def test_cells_have_ids_that_last(checkout):
    checkout.build("course")
    ids = [cell.id for cell in read(checkout.released("00_first")).cells]
    assert ids[2:4] == ["double", "check_double"]
    assert len(set(ids)) == len(ids)
    checkout.edit("00_first", "# # A title", "# # A better title")
    checkout.build("course")
    assert [cell.id for cell in read(checkout.released("00_first")).cells][1:] == ids[1:]


def test_files_beside_the_source_travel_and_the_source_stays(checkout):
    folder = checkout.source("00_first").parent
    (folder / "pictures").mkdir()
    (folder / "pictures" / "curve.png").write_bytes(b"a picture")
    (folder / "layers.py").write_text("LAYERS = 3\n")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "first.py").write_text("old\n")
    checkout.build("course", "00_first")
    released = checkout.released("00_first").parent
    assert sorted(str(path.relative_to(released)) for path in released.rglob("*") if path.is_file()) == [
        "first.ipynb",
        "layers.py",
        "pictures/curve.png",
    ]


def test_stock_generate_assignment_gives_the_same_cells(built):
    ours = read(built.released("00_first"))
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "00_first", "--force"]
    done = subprocess.run(command, cwd=built.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert read(built.released("00_first")).cells == ours.cells
    assert sorted(path.name for path in built.released("00_first").parent.iterdir()) == ["first.ipynb"]


def test_solutions_are_executed_with_full_training(executed):
    notebook = read(executed.solution("00_first"))
    printed = [output.text for cell in notebook.cells for output in cell.get("outputs", [])]
    assert printed[0] == printed[2] == "loading\n"
    assert printed[1] == "full training: 1 ~/.layer-by-layer/progress.jsonl\n"
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5]


def test_executed_notebooks_hold_nothing_that_differs_from_run_to_run(executed):
    notebook = read(executed.solution("00_first"))
    assert sorted(notebook.metadata) == ["kernelspec", "language_info", "layer_by_layer"]
    assert "version" not in notebook.metadata.language_info
    assert all("execution" not in cell.metadata for cell in notebook.cells)


def test_executing_again_is_skipped_or_forced(built):
    before = snapshot(built.folder)
    status, said = built.build("solutions", "00_first")
    assert (status, "up to date" in said) == (0, True), said
    status, said = built.build("solutions", "--force", "00_first")
    assert (status, "executed, 5 code cells" in said) == (0, True), said
    assert snapshot(built.folder) == before


def test_a_change_of_prose_keeps_the_outputs_and_a_change_of_code_does_not(built, build):
    built.edit("00_first", "# # A title", "# # A better title")
    _, said = built.build("solutions")
    assert "00_first: text updated, outputs kept" in said and "01_second: up to date" in said, said
    built.edit("00_first", 'print("loading")', 'print("loading more")')
    source = build.read_source(built.source("00_first"))
    assert not build.is_current(source, read(built.solution("00_first")))
    _, said = built.build("solutions")
    assert "00_first: executed" in said and "01_second: up to date" in said, said


def test_a_failing_cell_is_named_and_nothing_is_written(built):
    built.edit("00_first", "return 2 * x", "return 2 * y")
    before = snapshot(built.folder)
    status, said = built.build("solutions")
    assert status == 1
    assert "00_first: cell 4 of 6 (check_double) failed" in said
    assert "name 'y' is not defined" in said
    assert snapshot(built.folder) == before


def test_after_a_failure_it_goes_on_where_it_stopped(checkout):
    checkout.edit("01_second", "return 2 * x", "return 3 * x")
    assert checkout.build("solutions")[0] == 1
    checkout.edit("01_second", "return 3 * x", "return 2 * x")
    _, said = checkout.build("solutions")
    assert "00_first: up to date" in said and "01_second: executed" in said, said


def test_widgets_leave_their_text_only(build):
    view = {"model_id": "abc", "version_major": 2}
    shown = nbformat.v4.new_output("display_data", data={build.WIDGET_VIEW: view, "text/plain": "a neuron"})
    silent = nbformat.v4.new_output("display_data", data={build.WIDGET_VIEW: view})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("w", outputs=[shown, silent])])
    build.drop_volatile(notebook, "/tmp/nowhere")
    assert [output.data for output in notebook.cells[0].outputs] == [{"text/plain": "a neuron"}]


def test_an_unknown_lesson_is_refused_without_a_traceback(checkout):
    command = [sys.executable, str(checkout.folder / "solutions" / "build.py"), "course", "07_missing"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "There is no lesson '07_missing'. The lessons are: 00_first, 01_second."
    assert done.stdout == ""


def test_a_folder_without_its_source_is_refused(checkout):
    checkout.source("00_first").rename(checkout.source("00_first").with_name("one.py"))
    status, said = checkout.build("course")
    assert status == 1
    assert "holds no first.py" in said


def test_a_notebook_that_nbgrader_refuses_is_named(checkout):
    checkout.edit("00_first", '"grade_id": "check_double"', '"grade_id": "double"')
    status, said = checkout.build("course")
    assert status == 1
    assert "00_first: nbgrader cannot release this notebook" in said
    assert not checkout.released("00_first").exists()


def test_address_changes_everywhere_and_executes_nothing(built, build):
    shutil.rmtree(built.folder / "course")
    status, said = built.build("address", "git@github.com:ada/deep.git", "--release", "v2.0.0")
    assert status == 0, said
    assert "https://github.com/ada/deep, release v2.0.0" in said
    assert build.settings(built.folder) == {"repository": "https://github.com/ada/deep", "release": "v2.0.0"}
    assert '\nversion = "2.0.0"\n' in (built.folder / "pyproject.toml").read_text()
    text = (built.folder / "README.md").read_text()
    assert text.startswith("Clone https://github.com/ada/deep.git at v2.0.0, not at ")
    assert text.endswith("-extras\n") and "ada/deep-extras" not in text
    for lesson in ("00_first", "01_second"):
        source, solution = build.read_source(built.source(lesson)), read(built.solution(lesson))
        assert build.is_current(source, solution)
        assert [cell.source for cell in solution.cells] == [cell.source for cell in source.cells]
        assert solution.cells[1].outputs[0].text == "loading\n"
        released = read(built.released(lesson))
        assert "github/ada/deep/blob/v2.0.0" in released.cells[0].source
        assert 'ADDRESS = "https://github.com/ada/deep"' in released.cells[1].source


def test_address_leaves_outdated_outputs_outdated(built, build):
    built.edit("00_first", 'print("loading")', 'print("loading more")')
    status, said = built.build("address", "https://github.com/ada/deep")
    assert status == 0, said
    assert "00_first was out of date before: run `make solutions LESSON=00_first`" in said
    assert not build.is_current(build.read_source(built.source("00_first")), read(built.solution("00_first")))


def test_address_is_taken_from_the_git_remote(built, build):
    for arguments in (["init", "-q"], ["remote", "add", "origin", "https://github.com/ada/deep.git"]):
        subprocess.run(["git", *arguments], cwd=built.folder, check=True)
    status, said = built.build("address")
    assert status == 0, said
    assert build.settings(built.folder)["repository"] == "https://github.com/ada/deep"


def test_address_without_a_remote_says_what_to_do(checkout):
    status, said = checkout.build("address")
    assert status == 1
    assert "There is no git remote `origin`" in said and "build.py address https://github.com" in said


def test_address_refuses_what_colab_cannot_open(checkout):
    before = snapshot(checkout.folder)
    status, said = checkout.build("address", "https://gitlab.example/ada/deep")
    assert status == 1
    assert "is not the address of a GitHub repository" in said
    assert snapshot(checkout.folder) == before


def test_release_must_be_a_tag_of_three_numbers(checkout):
    before = snapshot(checkout.folder)
    status, said = checkout.build("address", "--release", "2.0")
    assert status == 1
    assert said == "'2.0' is not the tag of a release. Give one such as v0.2.0."
    assert snapshot(checkout.folder) == before
