"""The `autograder` command. Only the command line: what it does is in the modules that it calls."""

import contextlib
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from autograder.environment import skip_slow_imports
from autograder.errors import CourseError
from autograder.limits import Limits
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
    cell_timeout: Annotated[
        float | None,
        typer.Option(
            "--cell-timeout",
            help="Time that a cell may take.",
            metavar="SECONDS",
            show_default="the course's Execute.timeout, or 30",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            help="Time that a submission may take.",
            metavar="SECONDS",
            show_default=f"{Limits.total_seconds:g}",
        ),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            "--memory", help="Memory that a submission may use.", metavar="MB", show_default=f"{Limits.memory}"
        ),
    ] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Run learners' code without a sandbox, with your rights.")
    ] = False,
    in_kernel_tests: Annotated[
        bool,
        typer.Option(
            "--in-kernel-tests",
            help="Run tests that need it inside the learner's process, where they can be cheated.",
        ),
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the result to FILE as JSON as well.", metavar="FILE")
    ] = None,
) -> None:
    """Grade what lies in submitted/STUDENT/LESSON/ into the gradebook and autograded/.

    Scores are those of `nbgrader autograde`. Submissions graded before are skipped unless their timestamp.txt
    is newer. Learners' code runs in a sandbox, and the tests in a process that it cannot reach.

    Ctrl-C stops and keeps what is done; the same command goes on from there.

    Exit code: 0 all graded, 1 some could not be graded, 2 nothing could be done, 130 stopped.
    """
    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        _check_writable(json_file)
        options = {"cell_timeout": cell_timeout, "timeout": timeout, "memory": memory}
        options |= {"unsafe": unsafe, "in_kernel_tests": in_kernel_tests}
        result = _grade(console, lesson, course_root, students=student or [], jobs=jobs, force=force, **options)
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


@app.command()
def report(
    assignment: Annotated[str, typer.Argument(help="Name of an assignment that was graded.")],
    course_root: CourseRoot = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", help="The file to write.", metavar="FILE", show_default="reports/ASSIGNMENT.html"),
    ] = None,
) -> None:
    """Write one HTML page on how the class did: scores, exercises, failure messages, refusals, times.

    Exit code: 0 written, 2 nothing could be done.
    """
    with _course_errors():
        skip_slow_imports()
        from autograder.class_report import write_report

        written = write_report(assignment, course_root, output=output)
    Console(highlight=False).print(Text(f"Wrote {printable(str(written))}"), soft_wrap=True)


@app.command()
def feedback(
    assignment: Annotated[str, typer.Argument(help="Name of an assignment that was graded.")],
    course_root: CourseRoot = Path(),
    student: Annotated[
        list[str] | None,
        typer.Option("--student", help="Write only to this learner; may be repeated.", metavar="ID"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, help="Processes.", metavar="N", show_default="the processor cores"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write also what is up to date.")] = False,
) -> None:
    """Write each learner's graded notebooks as HTML pages into feedback/STUDENT/ASSIGNMENT/.

    Hidden tests are not shown, and nothing that learners wrote is run by the browser. Pages not older than the graded
    notebooks stay; after grading by hand, use --force.

    Exit code: 0 all written, 1 some could not be written, 2 nothing could be done, 130 stopped.
    """
    console = Console(highlight=False)
    with _course_errors(), RichProgress(console=console, disable=not console.is_terminal) as bar:
        skip_slow_imports()
        from autograder.feedback import FeedbackState, write_feedback

        task = bar.add_task("Writing", total=None)
        try:
            results = write_feedback(
                assignment,
                course_root,
                students=student or [],
                jobs=jobs,
                force=force,
                progress=lambda _, done, total: bar.update(task, completed=done, total=total),
            )
        except KeyboardInterrupt:
            raise typer.Exit(STOPPED) from None
    counts = Counter(result.state.value for result in results)
    said = ", ".join(f"{count} {state}" for state, count in counts.items())
    console.print(Text(f"Feedback on {assignment}: {said}."), soft_wrap=True)
    failed = [result for result in results if result.state is FeedbackState.FAILED]
    for result in failed:
        console.print(Text(f"  {printable(result.student)}: {printable(result.reason)}"), soft_wrap=True)
    raise typer.Exit(SOME_FAILED if failed else ALL_GRADED)


@app.command()
def export(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Names of assignments.", show_default="all in the gradebook")
    ] = None,
    format: Annotated[str, typer.Option("--format", help="canvas, moodle or csv.", metavar="FORMAT")] = "csv",
    course_root: CourseRoot = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", help="The file to write.", metavar="FILE", show_default="grades-FORMAT.csv"),
    ] = None,
) -> None:
    """Write the scores as a table that Canvas, Moodle or a spreadsheet reads.

    Exit code: 0 written, 2 nothing could be done.
    """
    with _course_errors():
        skip_slow_imports()
        from autograder.export import export as write

        written = write(assignments or [], course_root, format=format, output=output)
    Console(highlight=False).print(Text(f"Wrote {printable(str(written))}"), soft_wrap=True)


@contextlib.contextmanager
def _course_errors() -> Iterator[None]:
    """Print a CourseError in one line and exit."""
    try:
        yield
    except CourseError as error:
        Console(stderr=True, highlight=False).print(Text(printable(str(error))), soft_wrap=True)
        raise typer.Exit(NOTHING_DONE) from None


def _grade(console: Console, lesson: str, course_root: Path, **options: Any) -> GradingResult:
    """Grade with a display that suits the output, until done or stopped by Ctrl-C."""
    with console.status("Reading the course") if console.is_terminal else contextlib.nullcontext():
        skip_slow_imports()
        from autograder.batch import grade  # imports nbgrader, which takes seconds

    progress = BarProgress(console) if console.is_terminal else LineProgress(console)
    with _stop_on_signals() as stop:
        return grade(lesson, course_root, progress=progress, stop=stop, **options)


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
        table.add_row(Text(printable(outcome.student)), points, seconds, outcome.state.value)
    return table


def _exit_code(result: GradingResult) -> int:
    if result.stopped:
        return STOPPED
    return SOME_FAILED if result.problems else ALL_GRADED
