"""The `autograder` command. Only the command line: what it does is in the modules that it calls."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.environment import skip_slow_imports
from autograder.errors import CourseError
from autograder.progress import BarProgress, LineProgress, printable, summary
from autograder.results import GradingResult, Outcome

ALL_GRADED, SOME_FAILED, NOTHING_DONE, STOPPED = 0, 1, 2, 130
ROWS_SHOWN = 50

app = typer.Typer(
    help="Grade a class's Jupyter notebooks into nbgrader's gradebook.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CourseRoot = Annotated[
    Path,
    typer.Option("--course-root", help="Folder of the course, with its nbgrader_config.py.", metavar="DIR"),
]


@app.command()
def grade(
    lesson: Annotated[str, typer.Argument(help="Name of the lesson, 01_neuron for instance.")],
    course_root: CourseRoot = Path(),
    student: Annotated[
        list[str] | None,
        typer.Option("--student", help="Grade only this learner; may be repeated.", metavar="ID"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            min=1,
            help="Submissions to run at a time.",
            metavar="N",
            show_default="the processor cores",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what was graded before.")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the result to FILE as JSON as well.", metavar="FILE")
    ] = None,
) -> None:
    """Grade what lies in submitted/STUDENT/LESSON/ into the gradebook and autograded/.

    Scores are those of `nbgrader autograde`. Submissions graded before are skipped unless their timestamp.txt
    is newer. Learners' code runs without a sandbox, with your rights, as it does with `nbgrader autograde`.

    Ctrl-C stops and keeps what is done; the same command goes on from there.

    Exit code: 0 all graded, 1 some could not be graded, 2 nothing could be done, 130 stopped.
    """
    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        _check_writable(json_file)
        result = _grade(console, lesson, course_root, student or [], jobs, force)
    except CourseError as error:
        errors.print(Text(printable(str(error))), soft_wrap=True)
        raise typer.Exit(NOTHING_DONE) from None
    _report(console, result)
    if json_file:
        try:
            result.write_json(json_file)
        except OSError as error:
            reason = f"The grades are saved, but {str(json_file)!r} could not be written: {error.strerror}."
            errors.print(Text(reason), soft_wrap=True)
            raise typer.Exit(SOME_FAILED) from None
    raise typer.Exit(_exit_code(result))


@app.command()
def doctor(course_root: CourseRoot = Path()) -> None:
    """Say whether this machine can grade the course, and what to do where it cannot.

    Exit code: 0 if it can, 1 if there is a problem.
    """
    skip_slow_imports()
    from autograder.doctor import Level, examine

    console = Console(highlight=False)
    colours = {Level.OK: "green", Level.ATTENTION: "yellow", Level.PROBLEM: "red"}
    problem = False
    for finding in examine(course_root):
        line = Text.assemble(
            (f"{finding.level:<9}", colours[finding.level]), f"  {finding.subject}: {printable(finding.text)}"
        )
        console.print(line, soft_wrap=True)
        problem = problem or finding.level is Level.PROBLEM
    raise typer.Exit(1 if problem else 0)


def _grade(
    console: Console, lesson: str, course_root: Path, students: list[str], jobs: int | None, force: bool
) -> GradingResult:
    """Grade with a display that suits the output, until done or stopped by Ctrl-C."""
    with console.status("Reading the course") if console.is_terminal else contextlib.nullcontext():
        skip_slow_imports()
        from autograder.batch import grade  # imports nbgrader, which takes seconds

    progress = BarProgress(console) if console.is_terminal else LineProgress(console)
    with _stop_on_signals() as stop:
        return grade(lesson, course_root, students=students, jobs=jobs, force=force, progress=progress, stop=stop)


@contextlib.contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set; what is being saved is saved to the end first."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: object) -> None:
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check_writable(json_file: Path | None) -> None:
    """Refuse a --json file that could not be written, before hours of grading rather than after."""
    if json_file is None:
        return
    folder = json_file.absolute().parent
    if not folder.is_dir() or json_file.is_dir():
        raise CourseError(f"--json {str(json_file)!r}: name a file in a folder that exists.")
    if not os.access(folder, os.W_OK):
        raise CourseError(f"--json {str(json_file)!r}: the folder {str(folder)!r} cannot be written.")


def _report(console: Console, result: GradingResult) -> None:
    """Print notes, one row per learner where that is readable, the count of each state, and every problem."""
    for note in result.notes:
        console.print(Text(note), soft_wrap=True)
    if console.is_terminal and len(result.outcomes) <= ROWS_SHOWN:
        console.print(_table(result.outcomes))
    counts = ", ".join(f"{count} {state}" for state, count in result.counts.items())
    console.print(
        Text(f"{result.assignment}: {counts} in {result.seconds:.1f} s, {result.jobs} at a time."),
        soft_wrap=True,
    )
    if result.counts.get("skipped"):
        console.print("Skipped: graded before and not newer since; --force grades them again.", soft_wrap=True)
    for outcome in result.problems:
        console.print(Text(f"  {printable(outcome.student)}: {summary(outcome)}"), soft_wrap=True)
    if result.stopped:
        console.print("Stopped before the end; the same command goes on.", soft_wrap=True)


def _table(outcomes: tuple[Outcome, ...]) -> Table:
    table = Table("learner", "points", "seconds", "state")
    for column in (1, 2):
        table.columns[column].justify = "right"
    for outcome in outcomes:
        points = "" if outcome.score is None else f"{outcome.score:g} / {outcome.max_score:g}"
        seconds = f"{outcome.seconds:.1f}" if outcome.seconds else ""
        state = outcome.state.value + (", needs a person" if outcome.needs_manual_grade else "")
        table.add_row(Text(printable(outcome.student)), points, seconds, state)
    return table


def _exit_code(result: GradingResult) -> int:
    if result.stopped:
        return STOPPED
    return SOME_FAILED if result.problems else ALL_GRADED
