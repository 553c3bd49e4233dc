"""Examine submissions: pair a confined kernel with a judge for every notebook, and put together what came out."""

import contextlib
import copy
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder import trusted
from autograder.bridge import wire
from autograder.bridge.wire import Channel, DeadlinePassed, Disconnected, ProtocolError
from autograder.errors import CourseError
from autograder.judge import Assignment
from autograder.limits import Limits, Protection
from autograder.rebuild import without_hidden_tests
from autograder.results import Report, State, Verdict
from autograder.sandbox.launch import WarmProcess, require_sandbox
from autograder.trusted import SourceCell

SECONDS_BEYOND_THE_LIMIT = 60
PATIENCE_WITH_THE_INSTRUCTOR = 10  # times the limits: on a busy machine, too, we have to learn what the tests meet
_SEVERITY = [State.GRADED, State.NEEDS_PERSON, State.TIMED_OUT, State.OVER_LIMITS]


@dataclass(frozen=True)
class Settings:
    """How submissions are examined.

    Attributes:
        limits: what a submission may use.
        confined: whether learners' code runs in a sandbox.
        in_kernel_tests: whether tests that cannot run outside the learner's process may run inside.
    """

    limits: Limits
    confined: bool = True
    in_kernel_tests: bool = False


@dataclass
class _Profile:
    """What the instructor's own solution of a notebook showed.

    Attributes:
        expectations: kinds of the values that each test met, by test.
        numbers: whether a test gives points by number, by test.
        untrusted: tests that pass only inside the learner's process, and what they say outside.
        failing: what other tests that fail say.
    """

    expectations: dict[str, dict] = field(default_factory=dict)
    numbers: dict[str, bool] = field(default_factory=dict)
    untrusted: dict[str, str] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)


class Examiner:
    """Examines submissions of one assignment; safe to use from several threads.

    Args:
        root: the course's folder, of which nothing is visible in the sandbox but modules that notebooks import.
        notebooks: the instructor's notebooks by name, each with `released` and `solution`.
        files: the instructor's files beside them.
        hidden_markers: the comments between which hidden tests stand.
        settings: limits and permissions.
    """

    def __init__(
        self,
        root: Path,
        notebooks: dict,
        files: dict[str, bytes],
        hidden_markers: tuple[str, str],
        settings: Settings,
    ) -> None:
        self._root, self._notebooks, self._files, self._settings = root, notebooks, files, settings
        self._markers = hidden_markers
        cells = {name: list(_source_cells(notebook)) for name, notebook in notebooks.items()}
        self._assignment = Assignment(cells, files, hidden_markers)
        texts = [text for notebook in cells.values() for cell in notebook for text in (cell.source, cell.solution)]
        self._modules = self._not_shipped(trusted.imported_modules(texts))
        self._profiles: dict[str, _Profile] = {}
        self._processes: dict[str, WarmProcess] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._protection = Protection.NONE
        self._busy = 0

    def __enter__(self) -> "Examiner":
        """Start the processes and examine the instructor's own solution.

        Raises:
            CourseError: that is impossible; the message says why and what to do.
        """
        for name, notebook in self._notebooks.items():
            _require_python(name, notebook.released)
        self._protection = require_sandbox() if self._settings.confined else Protection.NONE
        try:
            self._start()
            for name in self._notebooks:
                self._profiles[name] = self._profile(name)
            self._preload()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything at once; examinations that are under way end with the state STOPPED."""
        with self._lock:
            self._closed = True
        for process in self._processes.values():
            process.close(gently=self._busy == 0)

    def notes(self) -> list[str]:
        """Return what the instructor should know about the tests, a line each."""
        told = []
        fate = "A person has to grade it; --in-kernel-tests runs it inside."
        if self._settings.in_kernel_tests:
            fate = "It runs inside."
        for name, profile in self._profiles.items():
            for test, said in profile.untrusted.items():
                told.append(
                    f"{name}.ipynb, {test}: passes with your own solution only inside the learner's process, where it "
                    f"can be cheated (outside: {said}). {fate}"
                )
            for test, said in profile.failing.items():
                told.append(f"{name}.ipynb, {test}: fails with your own solution: {said}")
        return told

    def examine(self, notebooks: dict[str, NotebookNode], files: dict[str, bytes], own: Collection[str] = ()) -> Report:
        """Examine the rebuilt notebooks of a submission, one after the other in the same folder.

        Args:
            notebooks: by name; their outputs are filled in.
            files: the submission's files beside them.
            own: paths of files that stay the learner's where the instructor has one as well.

        Returns:
            What came out; its state is FAILED or STOPPED, without notebooks, if they could not be examined.
        """
        started = time.monotonic()
        files = {**files, **{path: content for path, content in self._files.items() if path not in own}}
        report = Report(State.GRADED, files=files)
        for name, notebook in notebooks.items():
            order = self._order(name, notebook, report.files)
            try:
                answer, made = self._converse_twice(order, list(report.files.values()))
            except (Disconnected, DeadlinePassed, ProtocolError, OSError) as error:
                if self._closed:
                    return Report(State.STOPPED)
                reason = f"{name}.ipynb: the process that examined it ended ({error or type(error).__name__})"
                return Report(State.FAILED, reason, time.monotonic() - started)
            report = self._add(report, name, notebook, answer, made)
        return replace(report, seconds=time.monotonic() - started)

    def _start(self) -> None:
        for role in ("learner", "judge"):
            self._processes[role] = self._new_process(role)
        for process in self._processes.values():
            process.wait_until_ready()

    def _not_shipped(self, modules: Iterable[str]) -> list[str]:
        """Return the modules that do not come with the assignment."""
        shipped = self._assignment.modules()
        return [name for name in modules if name.partition(".")[0] not in shipped]

    def _preload(self) -> None:
        """Have imported once what the instructor's own solution imported while it ran."""
        for process in self._processes.values():
            process.preload(self._modules)
        for process in self._processes.values():
            process.wait_until_ready()

    def _converse_twice(self, order: dict, files: list[bytes]) -> tuple[dict, list[bytes]]:
        """Do as `_converse`, and once more if a process died over it, whoever ended it."""
        try:
            return self._converse(order, files)
        except (Disconnected, ProtocolError, OSError):
            if self._closed:
                raise
            self._revive()
            return self._converse(order, files)

    def _revive(self) -> None:
        """Start processes that have died anew."""
        with self._lock:
            for role, process in self._processes.items():
                if process.has_ended() and not self._closed:
                    process.close()
                    self._processes[role] = self._new_process(role)
                    self._processes[role].wait_until_ready()

    def _new_process(self, role: str) -> WarmProcess:
        start = self._assignment.to_plain() if role == "judge" else ({}, [])
        return WarmProcess(role, start, self._root, self._modules, self._protection)

    def _converse(self, order: dict, files: list[bytes]) -> tuple[dict, list[bytes]]:
        """Fork a kernel and a judge, hand out an order, and wait for the answer."""
        with contextlib.ExitStack() as stack:
            pairs = [wire.pair() for _ in range(3)]
            for sock in (sock for both in pairs for sock in both):
                stack.callback(sock.close)
            (bridge, bridge_end), (control, control_end), (result, result_end) = pairs
            with self._lock:
                if self._closed:
                    raise Disconnected("the run was stopped")
                self._busy += 1
                stack.callback(self._done)
                self._processes["learner"].fork(bridge_end, control_end)
                self._processes["judge"].fork(bridge, control, result_end)
            for sock in (bridge, bridge_end, control, control_end, result_end):
                sock.close()
            channel = Channel(result)
            limit = time.monotonic() + order["limits"]["total_seconds"] + SECONDS_BEYOND_THE_LIMIT
            channel.send(order, files, limit)
            return channel.receive(limit)

    def _done(self) -> None:
        with self._lock:
            self._busy -= 1

    def _order(self, name: str, notebook: NotebookNode, files: dict[str, bytes]) -> dict:
        profile = self._profiles.get(name)
        cells = []
        for cell in notebook.cells:
            if cell.cell_type == "code":
                kind = self._kind(cell, profile)
                about = cell.metadata.get("nbgrader", {})
                cells.append(
                    {
                        "kind": kind,
                        "name": about.get("grade_id", ""),
                        "source": cell.source,
                        "points": about.get("points", 0),
                    }
                )
        return {
            "notebook": name,
            "cells": cells,
            "files": list(files),
            "limits": asdict(self._settings.limits),
            "expectations": profile and profile.expectations,
            "numbers": profile and profile.numbers,
        }

    def _kind(self, cell: NotebookNode, profile: _Profile | None) -> str:
        if not is_test(cell):
            return "run"
        if profile and cell.metadata.nbgrader.grade_id in profile.untrusted:
            return "in_kernel" if self._settings.in_kernel_tests else "withheld"
        return "test"

    def _add(self, report: Report, name: str, notebook: NotebookNode, answer: dict, made: list[bytes]) -> Report:
        """Return the report with one more executed notebook."""
        verdicts, manual = dict(report.verdicts), False
        results = iter(answer["cells"])
        count = 0
        for cell in notebook.cells:
            if cell.cell_type == "code":
                result, count = next(results), count + 1
                cell.outputs = [_output(output, count) for output in result["outputs"]]
                cell.execution_count = count
                if is_grade(cell) and (result["comment"] or result["needs_person"] or result["message"]):
                    verdict = Verdict(result["comment"], result["needs_person"], result["message"])
                    verdicts[name, cell.metadata.nbgrader.grade_id] = verdict
                    manual = manual or verdict.needs_person
                if is_test(cell):
                    cell.source = without_hidden_tests(cell.source, *self._markers)
        state = max(report.state, State(answer["state"]), key=_SEVERITY.index)
        reason = answer["reason"] if state == answer["state"] and answer["reason"] else report.reason
        if manual and state is State.GRADED:
            state, reason = State.NEEDS_PERSON, "a person has to look at some of its tests"
        files = {path: content for path, content in report.files.items() if path not in answer["gone"]}
        files |= dict(zip(answer["files"], made, strict=True))
        return replace(
            report,
            state=state,
            reason=reason,
            notebooks={**report.notebooks, name: notebook},
            verdicts=verdicts,
            files=files,
        )

    def _profile(self, name: str) -> _Profile:
        """Examine the instructor's own solution of a notebook, and find out what its tests meet."""
        notebook = copy.deepcopy(self._notebooks[name].solution)
        order = self._order(name, notebook, self._files)
        for limit in ("cell_seconds", "total_seconds"):
            order["limits"][limit] *= PATIENCE_WITH_THE_INSTRUCTOR
        profile = _Profile()
        answer = self._try_solution(order)
        profile.expectations, profile.numbers = answer["expectations"], answer["numbers"]
        self._modules += self._not_shipped(answer["imported"])
        failed = {test: result["message"] for test, result in _tests(order, answer) if _has_failed(result)}
        if failed:
            for cell in order["cells"]:
                if cell["name"] in failed and cell["kind"] == "test":
                    cell["kind"] = "in_kernel"
            inside = {test for test, result in _tests(order, self._try_solution(order)) if not _has_failed(result)}
            profile.untrusted = {test: said for test, said in failed.items() if test in inside}
        profile.failing = {test: said for test, said in failed.items() if test not in profile.untrusted}
        return profile

    def _try_solution(self, order: dict) -> dict:
        try:
            return self._converse(order, list(self._files.values()))[0]
        except (Disconnected, DeadlinePassed, ProtocolError, OSError) as error:
            words = self._processes["judge"].last_words()
            raise CourseError(
                f"Your own solution of {order['notebook']}.ipynb could not be examined: {words}"
            ) from error


def _require_python(name: str, notebook: NotebookNode) -> None:
    about = notebook.metadata
    language = about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language") or "python"
    if language.lower() != "python":
        raise CourseError(
            f"{name}.ipynb is written in {language}; `nbgrader autograde` grades other languages than Python."
        )


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is code that tests an answer."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def _tests(order: dict, answer: dict) -> Iterator[tuple[str, dict]]:
    for cell, result in zip(order["cells"], answer["cells"], strict=True):
        if cell["kind"] != "run":
            yield cell["name"], result


def _has_failed(result: dict) -> bool:
    return result["needs_person"] or any(output["output_type"] == "error" for output in result["outputs"])


def _source_cells(notebook: object) -> Iterable[SourceCell]:
    for cell, solved in zip(notebook.released.cells, notebook.solution.cells, strict=True):
        if cell.cell_type != "code":
            continue
        kind = "test" if is_test(cell) else "answer" if is_solution(cell) and not is_locked(cell) else "given"
        yield SourceCell(kind, cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source, solved.source)


def _output(output: dict, count: int) -> NotebookNode:
    if output["output_type"] == "execute_result":
        output = {**output, "execution_count": count}
    return NotebookNode(
        {key: NotebookNode(value) if isinstance(value, dict) else value for key, value in output.items()}
    )
