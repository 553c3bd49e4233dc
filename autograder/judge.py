"""Examine one notebook: run the learner's cells in the learner's kernel, and the tests here.

This is the program of the judge's forked process. It runs the instructor's code only. What a test uses of the
learner's comes over the bridge, as plain data or as proxies.
"""

import contextlib
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder import trusted
from autograder.bridge.proxies import (
    AnswerTimedOut,
    Expectations,
    JudgeEndpoint,
    KernelGone,
    NotWhatWasExpected,
    Proxy,
    UnusualModel,
    Void,
)
from autograder.bridge.wire import Channel, DeadlinePassed, Disconnected
from autograder.explanation import explain
from autograder.kernel import CellKernel
from autograder.limits import Limits
from autograder.outputs import error_output, points_given, valid_outputs
from autograder.safeguards import find_sources, forward_seeds, refuse_pickles
from autograder.trusted import SourceCell, Statement
from autograder.workspace import SECONDS_FOR_THE_END, Workspace


@dataclass
class Assignment:
    """What the judge knows of an assignment before any submission comes.

    Attributes:
        notebooks: the code cells of the instructor's copy, by notebook.
        files: the instructor's files beside the notebooks.
        hidden_markers: the comments between which hidden tests stand.
    """

    notebooks: dict[str, list[SourceCell]]
    files: dict[str, bytes]
    hidden_markers: tuple[str, str]

    @cached_property
    def plans(self) -> dict[str, trusted.Plan]:
        """The judge's side of each notebook."""
        return {name: trusted.plan(cells, self.modules()) for name, cells in self.notebooks.items()}

    def to_plain(self) -> tuple[dict, list[bytes]]:
        """Return it as a JSON tree and byte strings."""
        cells = {name: [asdict(cell) for cell in cells] for name, cells in self.notebooks.items()}
        tree = {"notebooks": cells, "files": list(self.files), "hidden_markers": list(self.hidden_markers)}
        return tree, list(self.files.values())

    def modules(self) -> set[str]:
        """Return the names of the modules that come with the assignment."""
        return {Path(path).parts[0].removesuffix(".py") for path in self.files if path.endswith(".py")}

    @classmethod
    def from_plain(cls, tree: dict, blobs: list[bytes]) -> "Assignment":
        """Return the assignment that `to_plain` described."""
        notebooks = {name: [SourceCell(**cell) for cell in cells] for name, cells in tree["notebooks"].items()}
        return cls(notebooks, dict(zip(tree["files"], blobs, strict=True)), tuple(tree["hidden_markers"]))


@dataclass
class CellResult:
    """What examining one code cell gave; the attributes are those of `results.Verdict`, and the outputs."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    comment: str = ""
    needs_person: bool = False
    message: str = ""
    seconds: float = 0.0


class Judge:
    """Examines one notebook of a submission.

    Args:
        assignment: the assignment.
        kernel: where the tests run; its cells' namespace is a `Namespace`.
        bridge: the channel to the learner's kernel.
        control: the channel to its warden.
    """

    def __init__(self, assignment: Assignment, kernel: CellKernel, bridge: Channel, control: Channel) -> None:
        self._assignment = assignment
        self._control = control
        self._workspace = Workspace(assignment.files, control)
        self._endpoint = JudgeEndpoint(bridge, self._interrupt)
        self._kernel = kernel
        self._namespace = kernel.user_ns
        self._endpoint.on_outputs = self._show
        self._endpoint.course_class = self._course_class
        self._position = 0
        self._testing = False
        self._state, self._reason = "graded", ""

    def examine(self, order: dict, blobs: list[bytes]) -> tuple[dict, list[bytes]]:
        """Examine the notebook that an order describes; return what came out as a JSON tree and byte strings.

        Args:
            order: `notebook`, its name; `cells`, each with `kind` (`run`, `test`, `in_kernel` or `withheld`), `name`,
                `source` and `points`; `files`, the paths of the submission's files; `limits`; `expectations` and
                `numbers` of the tests by name, or None to note them.
            blobs: the contents of the files.
        """
        known_modules = set(sys.modules)
        self._limits = Limits(**order["limits"])
        self._deadline = time.monotonic() + self._limits.total_seconds
        self._recorded: dict[str, dict] = {}
        self._numbers: dict[str, bool] = {}
        self._order = order
        self._plan = self._assignment.plans[order["notebook"]]
        self._cells = {step.name: step for step in self._plan.steps if step.name}
        self._namespace.answer_names = self._plan.answer_names
        files = dict(zip(order["files"], blobs, strict=True))
        with self._workspace.entered(files):
            refuse_pickles()
            find_sources()
            forward_seeds(self._endpoint, lambda: self._testing)
            self._control.send({"limits": order["limits"], "files": order["files"]}, blobs)
            results = [self._examine_cell(cell) for cell in order["cells"]]
            self._workspace.ask_for_changes()
        answer = {
            "imported": [name for name in sys.modules if name not in known_modules and name != "__main__"],
            "cells": [asdict(result) for result in results],
            "state": self._state,
            "reason": self._reason,
            "files": list(self._workspace.changed),
            "gone": self._workspace.gone,
            "expectations": self._recorded,
            "numbers": self._numbers,
        }
        return answer, list(self._workspace.changed.values())

    def _examine_cell(self, cell: dict) -> CellResult:
        started = time.monotonic()
        left = self._deadline - started
        self._endpoint.deadline = started + min(self._limits.cell_seconds, left)
        if left <= 0:
            result = self._without_result(
                cell, AnswerTimedOut(f"the {self._limits.total_seconds:g} s for all were over")
            )
        else:
            try:
                result = self._run(cell) if cell["kind"] in ("run", "in_kernel") else self._test(cell)
            except MemoryError:
                self._note_state("over limits", cell, "it used too much memory")
                result = self._without_result(cell, NotWhatWasExpected("it used too much memory"))
            except BaseException as error:  # an exit as well: an honest kernel does not answer like that
                void = NotWhatWasExpected(f"the learner's kernel answered with {type(error).__name__}")
                result = self._without_result(cell, void)
        if cell["kind"] == "withheld":  # it was run for the names that it defines
            result = CellResult(comment="This test has to be run by a person.", needs_person=True)
        result.seconds = time.monotonic() - started
        return result

    def _run(self, cell: dict) -> CellResult:
        """Run a cell in the learner's kernel."""
        endpoint = self._endpoint
        endpoint.void = endpoint.expectations = None
        endpoint.begin()
        try:
            outputs = endpoint.do("", "cell", cell["source"])
        except Void as void:
            return self._without_result(cell, void)
        result = CellResult(valid_outputs(outputs))
        if any(it["output_type"] == "error" and it["ename"].endswith("MemoryError") for it in result.outputs):
            self._note_state("over limits", cell, "it used too much memory")
        return result

    def _test(self, cell: dict) -> CellResult:
        """Run a test cell here."""
        name, step = cell["name"], self._cells[cell["name"]]
        source = next(it.source for it in self._assignment.notebooks[self._order["notebook"]] if it.name == name)
        known = self._order["expectations"]
        expectations = Expectations(None if known is None else known.get(name, {}))
        self._advance(step)
        try:
            self._endpoint.begin_test(expectations)
            self._workspace.fetch()
        except Void as void:
            return self._without_result(cell, void)
        with self._asking_the_kernel(source):
            outputs = self._kernel.run_cell(source)
        error = self._kernel.error
        if self._endpoint.void is not None:
            return self._without_result(cell, self._endpoint.void, outputs)
        if known is None:
            self._recorded[name] = expectations.kinds()
            self._numbers[name] = points_given(outputs) is not None
        result = CellResult(outputs)
        if error is not None:
            self._tell(result, error, source)
            if isinstance(error, MemoryError):
                self._note_state("over limits", cell, "it used too much memory")
        elif (self._order["numbers"] or {}).get(name):
            _check_number(result, float(cell["points"]))
        self._write_back(source)
        return result

    def _advance(self, test: trusted.Step) -> None:
        """Run the instructor's statements up to a test, and forget the names that answers define anew."""
        end = self._plan.steps.index(test)
        while self._position < end:
            step = self._plan.steps[self._position]
            self._position += 1
            for statement in step.statements:
                self._run_trusted(statement)
            for name in step.forget:
                self._namespace.pop(name, None)
                self._namespace.libraries.pop(name, None)
            for statement in step.imports:
                self._run_trusted(statement)
                for name in statement.names & self._namespace.keys():
                    self._namespace.libraries[name] = self._namespace.pop(name)

    def _run_trusted(self, statement: Statement) -> None:
        """Run a statement of the instructor's; if it fails, its names are the kernel's."""
        with self._kernel.collecting():
            try:
                exec(statement.code, self._namespace)
            except Exception:
                for name in statement.names:
                    self._namespace.pop(name, None)
        self._kernel.collector.take()

    @contextlib.contextmanager
    def _asking_the_kernel(self, source: str) -> Iterator[None]:
        """Let names and figures come from the kernel, and end the test at its deadline, meanwhile."""
        pyplot = sys.modules.get("matplotlib.pyplot", self)
        plots = {name: value for name, value in self._namespace.items() if value is pyplot}
        self._namespace.endpoint = self._endpoint
        before = signal.signal(signal.SIGALRM, self._on_alarm)
        signal.setitimer(signal.ITIMER_REAL, max(0.01, self._endpoint.deadline - time.monotonic()) + 0.2, 1.0)
        self._testing = True
        with_files = _READS_FILES.search(source) is not None
        self._endpoint.on_calling = self._workspace.hand_over if with_files else lambda: None
        self._endpoint.on_called = self._workspace.fetch if with_files else lambda: None
        try:
            with contextlib.suppress(Void, Exception):
                for name in plots:
                    if re.search(rf"\b{name}\b", source):
                        self._namespace[name] = self._endpoint.do(name, "module", "matplotlib.pyplot")
            yield
        finally:
            self._testing = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            self._namespace.endpoint = None
            self._namespace.update(plots)

    def _course_class(self, name: str) -> type | None:
        """Return the class of that name that the instructor's own cells define."""
        found = self._namespace.get(name)
        return found if isinstance(found, type) and found.__module__ == "__main__" else None

    def _on_alarm(self, _signal: int, _frame: object) -> None:
        """End a test that takes too long without asking the kernel; a request has its own deadline."""
        if self._testing and not self._endpoint.is_asking:
            self._endpoint.void = AnswerTimedOut("the time limit of the cell was reached")
            raise self._endpoint.void

    def _show(self, outputs: list[dict]) -> None:
        """Show what the learner's code printed and displayed as if it had done so here."""
        for output in valid_outputs(outputs):
            if output["output_type"] == "stream":
                print(output["text"], end="", file=sys.stdout if output["name"] == "stdout" else sys.stderr)
            elif self._testing and output["output_type"] == "display_data":
                self._kernel.collector.add("display_data", output)

    def _tell(self, result: CellResult, error: BaseException, source: str) -> None:
        """Put what went wrong in a test in place of a traceback that shows our code and hidden tests."""
        explanation = explain(error, source, self._assignment.hidden_markers)
        result.message = explanation.message
        rendered = next((it for it in result.outputs if it["output_type"] == "error"), None)
        own = rendered is not None and hasattr(error, "_render_traceback_")
        lines = rendered["traceback"] if own else [explanation.text]
        result.outputs = [output for output in result.outputs if output["output_type"] != "error"]
        result.outputs.append(error_output(type(error).__name__, str(error)[:2_000], lines))

    def _without_result(self, cell: dict, void: Void, outputs: list[dict] | None = None) -> CellResult:
        """Return the result of a cell that has none: an error, whatever else was put out."""
        if isinstance(void, KernelGone):
            self._workspace.learn_end()
        reason = self._judge_void(cell, void)
        kept = [output for output in outputs or [] if output["output_type"] not in ("error", "execute_result")]
        if isinstance(void, UnusualModel):
            return CellResult(kept, comment=f"A person has to look at this: {reason}.", needs_person=True)
        error = error_output(_VOID_NAMES.get(type(void), "NoResult"), reason, [f"No result: {reason}."])
        return CellResult(
            [*kept, error], comment=f"No result: {reason}." if cell["kind"] != "run" else "", message=reason
        )

    def _judge_void(self, cell: dict, void: Void) -> str:
        """Note what a void means for the submission as a whole, and return the reason."""
        reason = str(void)
        where = f"{self._order['notebook']}.ipynb"
        state = ""
        if isinstance(void, KernelGone):
            end = self._workspace.end or {}
            if end.get("why"):
                state, reason = "over limits", f"it used too much {end['why']}"
            elif "interrupt" in reason:
                state, reason = "timed out", "the code ignored the time limit and was ended"
            else:
                reason = f"the learner's code ended its own process ({end.get('end', 'no word from it')})"
                self._reason = self._reason or f"{where}: {reason}"
        elif isinstance(void, AnswerTimedOut):
            state = "timed out"
        if state:
            self._note_state(state, cell, reason)
        return reason

    def _note_state(self, state: str, cell: dict, reason: str) -> None:
        """Note how the submission as a whole ends, unless something before decided that."""
        if self._state == "graded":
            self._state = state
            self._reason = f"{self._order['notebook']}.ipynb, {cell['name'] or 'a cell'}: {reason}"

    def _write_back(self, source: str) -> None:
        """Give names that a test defined to the kernel, if cells that run there use them."""
        for name in trusted.names_bound(source) & self._plan.kernel_names:
            if dict.__contains__(self._namespace, name) and not isinstance(self._namespace[name], Proxy):
                with contextlib.suppress(Void, Exception):
                    self._endpoint.do("", "set_name", name, self._namespace[name])

    # The warden

    def _interrupt(self) -> None:
        with contextlib.suppress(Disconnected, DeadlinePassed):
            self._control.send("interrupt", (), time.monotonic() + SECONDS_FOR_THE_END)


_READS_FILES = re.compile(r"open|exists|read|load|Path|listdir|glob|isfile|from_file|csv")
_VOID_NAMES = {AnswerTimedOut: "CellTimeoutError", KernelGone: "DeadKernelError"}


def _check_number(result: CellResult, points: float) -> None:
    """See to it that a test which gives points by number gives a number between none and all."""
    number = points_given(result.outputs)
    if number is not None and 0 <= number <= points:
        return
    said = next(
        (o["data"].get("text/plain", "") for o in result.outputs if o["output_type"] == "execute_result"), "nothing"
    )
    result.message = f"the test gives points by number, from 0 to {points:g}, and got {str(said)[:80]}"
    result.comment = f"No points: {result.message}."
    result.outputs = [output for output in result.outputs if output["output_type"] != "execute_result"]
    result.outputs.append(error_output("ValueError", result.message, [f"ValueError: {result.message}"]))
