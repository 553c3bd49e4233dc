"""Look after the process that runs a submission's code: limits, interrupts, its files, and its end.

The warden is forked from the warm process for each submission, prepares the scratch folder, forks the learner's
kernel, and runs no learner's code itself. The judge talks to it over a channel of its own.
"""

import contextlib
import os
import select
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.bridge.wire import Channel, DeadlinePassed, Disconnected, ProtocolError
from autograder.limits import Limits, Protection
from autograder.sandbox import confinement

SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_BETWEEN_COUNTS = 0.02  # of processes: for root, Linux does not limit them itself
MAX_FILES = 2_000
MAX_FILE_BYTES = 32 * 2**20
MAX_ALL_BYTES = 128 * 2**20
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class _Stamp:
    """By what a changed file is known."""

    modified: int
    size: int


@dataclass(frozen=True)
class _Memory:
    """Pages of a process: all that it has mapped, and those in memory that are no file's.

    They are read from where the system need not lock anything: a process that forks all the time holds its locks.
    """

    mapped: int
    private: int

    @classmethod
    def of(cls, process: str) -> "_Memory":
        try:
            mapped, resident, shared, *_ = map(int, Path(f"/proc/{process}/statm").read_text().split())
        except (OSError, ValueError):
            return cls(0, 0)
        return cls(mapped, resident - shared)


class Warden:
    """Looks after one submission.

    Args:
        control: the channel to the judge.
        protection: how the submission is confined.
    """

    def __init__(self, control: Channel, protection: Protection) -> None:
        self._control = control
        self._protection = protection
        self._confined = protection is not Protection.NONE
        self._stamps: dict[str, _Stamp] = {}
        self._kernel = 0
        self._own = _Memory(0, 0)
        self._why = ""

    def run(self, run_kernel: Callable[[], None], bridge: Channel) -> None:
        """Start the submission, look after it to its end, and leave nothing behind.

        Args:
            run_kernel: what the forked kernel does; called with the scratch folder as working directory.
            bridge: the kernel's own channel, which only the kernel is to hold open.
        """
        order, blobs = self._control.receive()
        limits = Limits(**order["limits"])
        if self._protection is Protection.OWN_USER:
            confinement.become_nobody()
        if self._confined:
            confinement.leave_namespaces(limits)
            folder = confinement.WORK
        else:
            folder = Path(tempfile.mkdtemp(prefix="autograder-"))
            os.chdir(folder)
        try:
            _write_files(folder, dict(zip(order["files"], blobs, strict=True)))
            self._stamps = {path: stamp for path, stamp, _ in _walk(folder)}
            self._own = _Memory.of("self")
            self._kernel = self._fork(limits, run_kernel)
            bridge.close()
            self._watch(folder, limits)
        finally:
            self._end()
            if not self._confined:
                shutil.rmtree(folder, ignore_errors=True)

    def _fork(self, limits: Limits, run_kernel: Callable[[], None]) -> int:
        readable, writable = os.pipe()
        process = os.fork()
        if process:
            os.close(writable)
            os.read(readable, 1)  # until then its `/proc` is not that of its namespace
            os.close(readable)
            return process
        try:
            os.setsid()  # `kill(0, …)` reaches everything in one's group, whatever its namespace
            if self._confined:
                confinement.enter_process_namespace()
            confinement.limit_resources(limits)
            confinement.silence()
            os.write(writable, b"!")
            os.close(writable)
            os.close(readable)
            run_kernel()
        finally:
            os._exit(0)

    def _watch(self, folder: Path, limits: Limits) -> None:
        """Serve the judge until it hangs up, or the kernel has ended."""
        looked = time.monotonic()
        while True:
            ready, _, _ = select.select([self._control], [], [], SECONDS_BETWEEN_COUNTS)
            process, status = os.waitpid(self._kernel, os.WNOHANG)
            if process:
                self._report_end(folder, os.waitstatus_to_exitcode(status))
                return
            if ready and not self._serve(folder):
                return
            why = "processes" if self._confined and len(_processes()) > limits.processes else ""
            if time.monotonic() - looked > SECONDS_BETWEEN_LOOKS:
                looked = time.monotonic()
                why = why or self._over_limits(limits)
            if why:
                self._why = why
                self._kill()

    def _serve(self, folder: Path) -> bool:
        """Do what the judge asks for; return False when it has hung up."""
        try:
            order, blobs = self._control.receive()
            if order == "interrupt":
                self._signal(signal.SIGINT)
            elif isinstance(order, dict):
                self._put_files(folder, dict(zip(order["put"], blobs, strict=True)))
            elif order == "files":
                self._send_files(folder)
        except (Disconnected, ProtocolError, DeadlinePassed):
            return False
        return True

    def _put_files(self, folder: Path, files: dict[str, bytes]) -> None:
        """Write files of a test; what stands in their way is the submission's own doing."""
        with contextlib.suppress(OSError):
            _write_files(folder, files)
        self._stamps |= {path: stamp for path, stamp, _ in _walk(folder) if path in files}
        self._control.send({"put": True})

    def _send_files(self, folder: Path) -> None:
        """Send the files that were made or changed since the last time, and the names of those that are gone."""
        found, changed, blobs, total = {}, [], [], 0
        for path, stamp, read in _walk(folder):
            found[path] = stamp
            if self._stamps.get(path) == stamp:
                continue
            content = read()
            total += len(content)
            if total <= MAX_ALL_BYTES:
                changed.append(path)
                blobs.append(content)
        gone = [path for path in self._stamps if path not in found]
        self._stamps = found
        self._control.send({"changed": changed, "gone": gone}, blobs)

    def _report_end(self, folder: Path, code: int) -> None:
        """Tell the judge how the kernel ended, then serve it on until it hangs up."""
        self._kernel = 0
        said = f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        try:
            self._control.send({"end": said, "why": self._why})
        except (Disconnected, ProtocolError):
            return
        while self._serve(folder):
            pass

    def _over_limits(self, limits: Limits) -> str:
        """Return what the submission uses too much of, or an empty text."""
        if not self._confined:
            pages = _Memory.of(str(self._kernel)).private - self._own.private
            return "memory" if pages * _PAGE > limits.memory * 2**20 else ""
        total = threads = 0
        for process in _processes():
            memory = _Memory.of(process)
            inherited = self._own.private if memory.mapped >= self._own.mapped else 0  # less: another program
            total += max(0, memory.private - inherited) * _PAGE
            threads += _threads(process)
        if threads > limits.processes:
            return "processes"
        return "memory" if total > limits.memory * 2**20 else ""

    def _signal(self, number: int) -> None:
        if self._kernel:
            os.kill(self._kernel, number)

    def _kill(self) -> None:
        if self._kernel and not self._confined:
            _kill_group(self._kernel)
        self._signal(signal.SIGKILL)

    def _end(self) -> None:
        """End the kernel, and with it, being the first of its namespace, every process of the submission."""
        self._kill()
        if self._kernel:
            os.waitpid(self._kernel, 0)


def _write_files(folder: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _walk(folder: Path) -> Iterator[tuple[str, _Stamp, Callable[[], bytes]]]:
    """Yield path, stamp and a reader of every regular file below `folder`, following no link."""
    count = 0
    for current, folders, files, descriptor in os.fwalk(folder, follow_symlinks=False):
        folders[:] = [name for name in folders if name not in ("__pycache__", ".ipynb_checkpoints")]
        for name in files:
            about = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            count += 1
            if count > MAX_FILES:
                return
            if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_FILE_BYTES:
                continue
            path = os.path.relpath(os.path.join(current, name), folder)
            if path.isprintable():
                yield path, _Stamp(about.st_mtime_ns, about.st_size), _reader(name, descriptor)


def _reader(name: str, folder: int) -> Callable[[], bytes]:
    def read() -> bytes:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with open(descriptor, "rb") as file:
            return file.read(MAX_FILE_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""

    return read


def _processes() -> list[str]:
    """Return the processes of the submission: those that its own `/proc` shows."""
    return [name for name in os.listdir("/proc") if name.isdigit()]


def _threads(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[17])
    except (OSError, IndexError, ValueError):
        return 0


def _kill_group(leader: int) -> None:
    """End every process of a session that nothing confines, as far as they can be found."""
    try:
        family = psutil.Process(leader).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(OSError):
        os.killpg(leader, signal.SIGKILL)
