"""Run jobs in worker processes, several at a time; one that dies costs its own submission, not the others."""

import contextlib
import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from autograder.engine import Job, Report
from autograder.errors import one_line
from autograder.results import State

SECONDS_TO_LEAVE = 10
LOG_TAIL = 4000

# -P and the appended path: a file of the course named like a module of ours or of Python must not be
# imported.
PROGRAM = "import sys; sys.path.append({package_parent!r}); from autograder.worker import main; main()"


class WorkerDied(Exception):
    """A worker process ended in the middle of a job; the message says how."""


class Worker:
    """One worker process for the course in `root`; it imports nbgrader once and then serves job after job."""

    def __init__(self, root: Path) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115, closed in `close`
        program = PROGRAM.format(package_parent=str(Path(__file__).parent.parent))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C in the terminal is for the grader, which then stops its workers
        )
        with contextlib.suppress(BrokenPipeError):  # noticed at the first job
            self._send(str(root))

    def run(self, job: Job) -> Report:
        """Execute `job` and return what became of it.

        Raises:
            WorkerDied: the process ended without an answer.
        """
        try:
            self._send(asdict(job))
            answer = self._process.stdout.readline()
        except (BrokenPipeError, ValueError) as error:
            raise WorkerDied(self._last_words()) from error
        if not answer.endswith("\n"):
            raise WorkerDied(self._last_words())
        report = json.loads(answer)
        report["state"] = State(report["state"])
        report["warnings"] = tuple(report["warnings"])
        return Report(**report)

    def leave(self) -> None:
        """Ask the process to end, with the kernel that it may be running."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def wait(self) -> None:
        """Wait until the process has ended; end it by force if it takes too long."""
        try:
            self._process.wait(timeout=SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Release what belonged to a process that has ended."""
        self._process.stdout.close()
        self._log.close()

    def _send(self, message: object) -> None:
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def _last_words(self) -> str:
        code = self._process.wait()
        if code < 0:
            return f"the process that ran it was ended by {signal.Signals(-code).name}"
        self._log.seek(0, 2)
        self._log.seek(max(0, self._log.tell() - LOG_TAIL))
        said = self._log.read().decode(errors="replace").strip().splitlines()
        return f"the process that ran it ended with code {code}" + (f": {one_line(said[-1])}" if said else "")


class WorkerPool:
    """A number of workers behind `submit`, in the manner of `concurrent.futures.Executor`.

    Args:
        jobs: how many submissions to run at a time, and so how many workers to start at most.
        root: the course's root folder.
        on_start: called, in another thread, with each job when a worker takes it up.
    """

    def __init__(self, jobs: int, root: Path, on_start: Callable[[Job], None]) -> None:
        self._root = root
        self._on_start = on_start
        self._stopping = False
        self._workers: set[Worker] = set()
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(jobs)

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def submit(self, job: Job) -> Future[Report]:
        """Run `job` as soon as a worker is free."""
        return self._threads.submit(self._run, job)

    def stop(self) -> None:
        """End all workers, also those in the middle of a job, whose reports then say `stopped`."""
        with self._lock:
            self._stopping = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in list(self._workers):
            worker.leave()
        for worker in list(self._workers):
            worker.wait()
        self._threads.shutdown(wait=True)
        for worker in self._workers:
            worker.close()

    def _run(self, job: Job) -> Report:
        worker = self._free_worker()
        if worker is None:
            return Report(State.STOPPED)
        self._on_start(job)
        try:
            report = worker.run(job)
        except WorkerDied as death:
            return Report(State.STOPPED) if self._stopping else Report(State.FAILED, str(death))
        self._idle.put(worker)
        return report

    def _free_worker(self) -> Worker | None:
        """Return an idle worker or a new one, or None when the pool is being stopped.

        There are as many threads as workers may be, so a thread that finds none idle may start one.
        """
        with contextlib.suppress(queue.Empty):
            return self._idle.get_nowait()
        with self._lock:
            if self._stopping:
                return None
            worker = Worker(self._root)
            self._workers.add(worker)
            return worker
