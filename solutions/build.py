"""The contributor's pipeline: from a lesson's text source to the notebooks that are made from it.

    python solutions/build.py course [LESSON…]       NN_name/name.py → course/NN_name/name.ipynb
    python solutions/build.py solutions [LESSON…]    NN_name/name.py → NN_name/name.ipynb, executed
    python solutions/build.py address [URL]          the address and the release in badges and set-up cells

Everything it writes follows from the sources and from what their code printed, so running it twice changes
nothing, and the differences that a review sees are differences in a lesson.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import jupytext
import nbformat
import typer
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from traitlets.config import Config, PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
NOT_RELEASED = ("*.ipynb", "*.part", "__pycache__", ".*")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
console = Console(highlight=False)
app = typer.Typer(help=__doc__.partition("\n")[0], add_completion=False, no_args_is_help=True)


class BuildError(Exception):
    """A lesson that cannot be built; the message names it and the way out."""


# ---- lessons and their files


@dataclass(frozen=True)
class Lesson:
    """A lesson's folder in `solutions/` and the files that belong to it."""

    folder: Path

    @property
    def id(self):
        return self.folder.name

    @property
    def source(self):
        return self.folder / f"{self.id[3:]}.py"

    @property
    def solution(self):
        return self.source.with_suffix(".ipynb")


def find_lessons(root, wanted=()):
    """The lessons below `root`, in order; only those whose folder names are in `wanted`, if any are given.

    Raises BuildError for a name that is no lesson and for a folder without its source.
    """
    lessons = [Lesson(folder) for folder in sorted((root / "solutions").glob("[0-9][0-9]_*")) if folder.is_dir()]
    known = [lesson.id for lesson in lessons]
    for name in wanted:
        if name not in known:
            raise BuildError(f"There is no lesson {name!r}. The lessons are: {', '.join(known)}.")
    for lesson in lessons:
        if not lesson.source.exists():
            raise BuildError(f"{lesson.folder} holds no {lesson.source.name}: a lesson's source has its folder's name.")
    return [lesson for lesson in lessons if not wanted or lesson.id in wanted]


def write(path, text):
    """Write `text` to `path` in one step; returns whether that changed the file."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
    return True


def serialise(notebook):
    """The notebook's text, after checking that it is a valid notebook."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


# ---- text source → notebook


def read_source(path):
    """The notebook that a lesson's source describes: no outputs, and the same bytes whenever it is read."""
    parsed = jupytext.read(path, fmt="py:percent")
    notebook = nbformat.v4.new_notebook(metadata=NOTEBOOK_METADATA)
    if "layer_by_layer" in parsed.metadata:
        notebook.metadata.layer_by_layer = parsed.metadata.layer_by_layer
    notebook.cells = parsed.cells
    taken = set()
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)  # how jupytext remembers blank lines
        cell["id"] = cell_id(cell, taken)
        taken.add(cell["id"])
    return notebook


def cell_id(cell, taken):
    """The exercise's name, or a name made from the cell's content, and different from those `taken`."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    if name is None:
        name = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def digest(notebook):
    """A fingerprint of all that is executed in a notebook: of its code cells, in order."""
    return hashlib.sha256("\0".join(cell.source for cell in code_cells(notebook)).encode()).hexdigest()[:16]


# ---- notebook → executed notebook


def is_current(fresh, executed):
    """Whether the outputs in `executed` come from exactly the code in `fresh`."""
    recorded = executed.metadata.get("layer_by_layer", {}).get("executed_source")
    return recorded == digest(fresh) == digest(executed)


def with_outputs(fresh, executed):
    """The cells and the metadata of `fresh` with the outputs of `executed`, whose code is the same."""
    for new, old in zip(code_cells(fresh), code_cells(executed), strict=True):
        new.outputs, new.execution_count = old.outputs, old.execution_count
    fresh.metadata.setdefault("layer_by_layer", {})["executed_source"] = digest(fresh)
    return fresh


def execute(notebook, folder, full_training, on_cell=lambda index: None):
    """Execute `notebook` in `folder`, with or without full training, and return it with its outputs.

    on_cell: called with the index of each cell that starts. Raises BuildError with the cell and the error.
    """
    running = 0

    def started(cell, cell_index):
        nonlocal running
        running = cell_index
        on_cell(cell_index)

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=None,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--Application.log_level=ERROR"],
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        on_cell_start=started,
    )
    with tempfile.TemporaryDirectory() as scratch:
        try:
            client.execute(env=kernel_environment(full_training, scratch))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            where = f"cell {running + 1} of {len(notebook.cells)} ({notebook.cells[running]['id']})"
            raise BuildError(f"{folder.name}: {where} failed.\n{error}") from error
        drop_volatile(notebook, scratch)
    return notebook


def kernel_environment(full_training, scratch):
    """The environment variables of a kernel that keeps its progress in the folder `scratch`."""
    # Where pytest sets this one, ipykernel does not show what C++ writes to standard error, which we want to see.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return inherited | {
        "LAYER_BY_LAYER_FULL_TRAINING": "1" if full_training else "0",
        "LAYER_BY_LAYER_PROGRESS": f"{scratch}/progress.jsonl",
    }


def drop_volatile(notebook, scratch):
    """Remove what differs from run to run, and what shows nothing in a notebook that is only read."""
    kept = {"layer_by_layer": notebook.metadata.layer_by_layer} if "layer_by_layer" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA | kept)
    for cell in code_cells(notebook):
        for output in cell.outputs:
            # Without a running kernel a widget is an error message; its text fallback is not.
            output.get("data", {}).pop(WIDGET_VIEW, None)
        cell.outputs = [
            nbformat.from_dict(without_path(output, scratch)) for output in cell.outputs if output.get("data", True)
        ]


def without_path(value, scratch):
    """`value`, an output, with the place that a learner's progress file has in place of `scratch`."""
    if isinstance(value, str):
        return value.replace(scratch, "~/.layer-by-layer")
    if isinstance(value, dict):
        return {key: without_path(part, scratch) for key, part in value.items()}
    return [without_path(part, scratch) for part in value] if isinstance(value, list) else value


def build_solution(lesson, force, on_cell=lambda index: None):
    """Bring a lesson's executed notebook up to date; returns what was done, in words."""
    fresh = read_source(lesson.source)
    executed = nbformat.read(lesson.solution, as_version=4) if lesson.solution.exists() else None
    if executed is not None and not force and is_current(fresh, executed):
        changed = write(lesson.solution, serialise(with_outputs(fresh, executed)))
        return "text updated, outputs kept" if changed else "up to date"
    execute(fresh, lesson.folder, full_training=True, on_cell=on_cell)
    write(lesson.solution, serialise(with_outputs(fresh, fresh)))
    return f"executed, {len(code_cells(fresh))} code cells"


# ---- notebook → what the learner gets


def release(lessons, root, destination):
    """Write the learner's version of `lessons` below `destination`/course: nbgrader's generate_assignment.

    nbgrader works on a copy, without a database, so the course's gradebook stays as it is. Yields each
    lesson with the number of files that changed. Raises BuildError where nbgrader refuses a notebook.
    """
    with tempfile.TemporaryDirectory() as scratch:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        config.merge(Config(SaveCells={"enabled": False}, GenerateAssignment={"no_database": True}))
        config.CourseDirectory.root = scratch
        for lesson in lessons:
            yield lesson, release_one(lesson, config, destination / "course" / lesson.id)


def release_one(lesson, config, destination):
    scratch = Path(config.CourseDirectory.root)
    copy = scratch / config.CourseDirectory.source_directory / lesson.id
    shutil.copytree(lesson.folder, copy, ignore=shutil.ignore_patterns(lesson.source.name, *NOT_RELEASED))
    write(copy / lesson.solution.name, serialise(read_source(lesson.source)))
    config.CourseDirectory.assignment_id = lesson.id
    try:
        GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()
    except NbGraderException as error:
        raise BuildError(f"{lesson.id}: nbgrader cannot release this notebook; its message is above.") from error
    return copy_changed(scratch / config.CourseDirectory.release_directory / lesson.id, destination)


def copy_changed(source, destination):
    """Copy the files below `source` that differ from those below `destination`; returns how many did."""
    changed = 0
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        target = destination / file.relative_to(source)
        if not target.exists() or target.read_bytes() != file.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            shutil.copyfile(file, part)
            os.replace(part, target)
            changed += 1
    return changed


# ---- the repository's address


def settings(root):
    """The committed address and release tag: the table [tool.layer-by-layer] of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["layer-by-layer"]


def canonical_address(url):
    """`url` as https://github.com/OWNER/NAME; raises BuildError for anything that Colab cannot open."""
    match = re.fullmatch(r"(?:https://|ssh://git@|git@)github\.com[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?", url.strip())
    if match is None:
        raise BuildError(
            f"{url!r} is not the address of a GitHub repository, and Colab opens no other notebooks.\n"
            "Give one: python solutions/build.py address https://github.com/OWNER/NAME"
        )
    return f"https://github.com/{match[1]}/{match[2]}"


def remote_address(root):
    """The address of the git remote `origin`."""
    try:
        asked = subprocess.run(
            ["git", "remote", "get-url", "origin"], cwd=root, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise BuildError(
            "There is no git remote `origin` to take the address from.\n"
            "Give it: python solutions/build.py address https://github.com/OWNER/NAME"
        ) from error
    return asked.stdout.strip()


def rewritten(text, old, new):
    """`text` with the address and the release of the settings `old` replaced by those of `new`."""
    old_name, new_name = (address["repository"].removeprefix("https://github.com/") for address in (old, new))
    hosts = r"(github\.com/|colab\.research\.google\.com/github/|raw\.githubusercontent\.com/)"
    text = re.sub(hosts + re.escape(old_name) + r"(?![\w-])", lambda match: match[1] + new_name, text)
    text = re.sub(rf"(?<![\w.]){re.escape(old['release'])}(?![\w.])", new["release"], text)
    version = f'version = "{old["release"][1:]}"'  # in pyproject.toml
    return text.replace(f"\n{version}\n", f'\nversion = "{new["release"][1:]}"\n')


def canonical_release(tag):
    """`tag` if it has the form v0.2.0; raises BuildError otherwise."""
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        raise BuildError(f"{tag!r} is not the tag of a release. Give one such as v0.2.0.")
    return tag


def files_with_address(root):
    """The files that people write and that name the repository; notebooks are made from them."""
    pages = [
        root / "pyproject.toml",
        root / "README.md",
        root / "CONTRIBUTING.md",
        *root.glob("docs/**/*.md"),
    ]
    return [page for page in pages if page.exists()] + [lesson.source for lesson in find_lessons(root)]


def change_address(root, new):
    """Put the settings `new` in place of the committed ones, in every file below `root`; execute nothing.

    Returns the lessons whose executed notebooks were out of date before: they keep the old address until
    they are executed again.
    """
    old = settings(root)
    current, outdated = [], []
    for lesson in find_lessons(root):
        executed = nbformat.read(lesson.solution, as_version=4) if lesson.solution.exists() else None
        if executed is not None and is_current(read_source(lesson.source), executed):
            current.append((lesson, executed))
        else:
            outdated.append(lesson)
    for file in files_with_address(root):
        write(file, rewritten(file.read_text(encoding="utf-8"), old, new))
    for lesson, executed in current:
        write(lesson.solution, serialise(with_outputs(read_source(lesson.source), executed)))
    for _ in release(find_lessons(root), root, root):
        pass
    return outdated


# ---- command line

Lessons = Annotated[list[str] | None, typer.Argument(help="Folder names such as 01_neuron; all lessons if none.")]


@app.command("course")
def course_command(lessons: Lessons = None):
    """Rebuild the learners' notebooks in course/ from the sources. Nothing is executed."""
    chosen = find_lessons(ROOT, lessons or ())
    with progress_bar() as progress:
        task = progress.add_task("course", total=len(chosen), cell="")
        for lesson, changed in release(chosen, ROOT, ROOT):
            progress.advance(task)
            progress.print(f"{lesson.id}: {f'{changed} files written' if changed else 'up to date'}")


@app.command("solutions")
def solutions_command(
    lessons: Lessons = None,
    force: Annotated[bool, typer.Option(help="Execute lessons whose outputs are up to date as well.")] = False,
):
    """Execute the solution notebooks whose code changed since they last ran, with full training."""
    with progress_bar() as progress:
        for lesson in find_lessons(ROOT, lessons or ()):
            cells = read_source(lesson.source).cells
            task = progress.add_task(lesson.id, total=len(cells), cell="")

            def started(index, task=task, cells=cells):
                progress.update(task, completed=index, cell=cells[index].source.strip().partition("\n")[0][:60])

            done = build_solution(lesson, force, started)
            progress.remove_task(task)
            progress.print(f"{lesson.id}: {done}")


@app.command("address")
def address_command(
    url: Annotated[
        str | None, typer.Argument(help="The repository on GitHub; the git remote `origin` if none.")
    ] = None,
    release: Annotated[str | None, typer.Option(help="The tag that set-up cells fetch, such as v0.2.0.")] = None,
):
    """Change the repository's address or release in badges, set-up cells and pages; execute nothing."""
    old = settings(ROOT)
    new = {
        "repository": canonical_address(url or (old["repository"] if release else remote_address(ROOT))),
        "release": canonical_release(release or old["release"]),
    }
    outdated = change_address(ROOT, new)
    typer.echo(f"Badges and set-up cells now point at {new['repository']}, release {new['release']}.")
    for lesson in outdated:
        typer.echo(f"{lesson.id} was out of date before: run `make solutions LESSON={lesson.id}`.")


def progress_bar():
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}")
    return Progress(*columns, TimeElapsedColumn(), TextColumn("{task.fields[cell]}", markup=False), console=console)


def main():
    try:
        app()
    except BuildError as error:
        typer.secho(error, fg="red", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
