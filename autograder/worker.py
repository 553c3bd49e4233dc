"""The program of a worker process: a job in on standard input, a report out on standard output, a line each.

The lines are JSON; the first is the course's root. The worker ends, and takes its kernel with it, when its
standard input is closed: so none outlives the grader, however that ends.
"""

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import asdict
from typing import TextIO

import psutil

from autograder.environment import skip_slow_imports

SECONDS_TO_STOP_A_KERNEL = 5


def main() -> None:
    """Serve jobs until standard input is closed."""
    reports = _take_standard_output()
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_read_jobs, args=(lines,), daemon=True).start()
    try:
        _serve(lines, reports)
    finally:
        _kill_descendants()


def _serve(lines: queue.SimpleQueue[str], reports: TextIO) -> None:
    root = json.loads(lines.get())
    os.chdir(root)
    skip_slow_imports()

    from autograder.course import open_course
    from autograder.engine import Job, run

    course = open_course(root)
    while True:
        job = json.loads(lines.get())
        report = run(course, Job(**job))
        print(json.dumps(asdict(report)), file=reports, flush=True)


def _take_standard_output() -> TextIO:
    """Keep standard output for reports; what kernels and others print there goes to standard error."""
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return reports


def _read_jobs(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_STOP_A_KERNEL)
    _kill_descendants()
    os._exit(1)


def _kill_descendants() -> None:
    """End every process that this one started, a kernel that does not listen for instance."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _leave(_signal: int, _frame: object) -> None:
    """End the main thread; nbclient shuts its kernel down on the way out."""
    raise SystemExit(0)


if __name__ == "__main__":
    main()
