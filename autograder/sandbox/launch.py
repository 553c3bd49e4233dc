"""Start the warm processes, inside bubblewrap or, if somebody asks for it, without any protection."""

import ast
import importlib.machinery
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path

from autograder.bridge import wire
from autograder.bridge.wire import Channel
from autograder.errors import CourseError, one_line
from autograder.limits import Protection
from autograder.sandbox import confinement
from autograder.trusted import imported_modules

SECONDS_TO_START = 300
SECONDS_TO_LEAVE = 5
# What the two sides of a warm process's socket say: fork, import these modules; all is imported.
FORK, IMPORT, READY = b"f", b"i", b"ready"
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); from autograder.sandbox.zygote import main; main({})"
)
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt")
_SETTINGS = (
    "alternatives",
    "fonts",
    "group",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "passwd",
)
_WITHOUT = "grade with --unsafe: learners' code then runs with your rights, as with `nbgrader autograde`."
_TRIAL = """
import os, sys
sys.path[:] = {paths!r}
from autograder.limits import Limits
from autograder.sandbox import confinement
if {own_user}:
    confinement.become_nobody()
    os.listdir(sys.prefix)
    open(confinement.__file__).close()
confinement.leave_namespaces(Limits(disk=8))
child = os.fork()
if child == 0:
    confinement.enter_process_namespace()
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


class WarmProcess:
    """A process that has imported what an assignment needs, and forks for every submission.

    Args:
        role: `learner` or `judge`.
        start: what it is to know, as a JSON tree and byte strings.
        hidden: folders that it must not see: the course.
        modules: names of modules that it imports at the start.
        protection: how learners' code is confined; the judge's process needs no user of its own.
    """

    def __init__(
        self, role: str, start: tuple[dict, list[bytes]], hidden: Path, modules: list[str], protection: Protection
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115, closed in `close`
        self._requests, theirs = wire.pair()
        paths = [path for path in sys.path if path and os.path.exists(path)]
        program = [sys.executable, "-P", "-c", _PROGRAM.format(theirs.fileno()), "-", json.dumps(paths)]
        if role == "judge" and protection is Protection.OWN_USER:
            protection = Protection.NAMESPACES
        confined = protection is not Protection.NONE
        command = [*_sandbox(hidden, modules, paths, protection), *program] if confined else program
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env=None if not confined else {"PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C in the terminal is for the grader
        )
        theirs.close()
        tree, blobs = start
        Channel(self._requests).send({**tree, "role": role, "modules": modules, "protection": protection}, blobs)

    def wait_until_ready(self) -> None:
        """Wait until it has imported everything.

        Raises:
            CourseError: it could not start.
        """
        self._requests.settimeout(SECONDS_TO_START)
        try:
            ready = self._requests.recv(16)
        except OSError:
            ready = b""
        if not ready:
            self.close()
            raise CourseError(f"The process that examines submissions did not start: {self.last_words()}")
        self._requests.settimeout(None)

    def fork(self, *sockets: socket.socket) -> None:
        """Let a forked process take part in a submission with these sockets.

        Raises:
            OSError: the process is gone.
        """
        socket.send_fds(self._requests, [FORK], [sock.fileno() for sock in sockets])

    def preload(self, modules: list[str]) -> None:
        """Let it import further modules, so that no submission has to; `wait_until_ready` waits for it.

        Raises:
            OSError: the process is gone.
        """
        self._requests.sendall(IMPORT)
        Channel(self._requests).send(modules)

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    def last_words(self) -> str:
        """Return the last line that the process wrote to standard error."""
        if self._log.closed:
            return self._said
        self._log.seek(0, 2)
        self._log.seek(max(0, self._log.tell() - 4_000))
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return one_line(lines[-1]) if lines else "it said nothing"

    def close(self, gently: bool = True) -> None:
        """End the process, and all that it has forked; gently, when they have nothing left to do."""
        self._requests.close()
        try:
            self._process.wait(timeout=SECONDS_TO_LEAVE if gently else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=SECONDS_TO_LEAVE)
        self._said = self.last_words()
        self._log.close()


def require_sandbox() -> Protection:
    """Return how submissions can be confined on this machine, having tried it.

    Raises:
        CourseError: they cannot; the message says why and what to do.
    """
    if not sys.platform.startswith("linux"):
        raise CourseError(f"Learners' code can only be confined on Linux. Grade there, or {_WITHOUT}")
    if shutil.which("bwrap") is None:
        raise CourseError(
            "There is no bubblewrap to run learners' code in. Install it (`apt install bubblewrap`, `dnf install "
            f"bubblewrap`), or {_WITHOUT}"
        )
    paths = [path for path in sys.path if path and os.path.exists(path)]
    kinds = [Protection.OWN_USER, Protection.NAMESPACES] if os.geteuid() == 0 else [Protection.NAMESPACES]
    for protection in kinds:
        trial = _TRIAL.format(paths=paths, own_user=protection is Protection.OWN_USER)
        command = [*_sandbox(Path("/nonexistent"), [], paths, protection), sys.executable, "-P", "-c", trial]
        tried = subprocess.run(
            command, env={"PATH": os.defpath}, capture_output=True, text=True, timeout=60, check=False
        )
        if tried.returncode == 0:
            return protection
    said = one_line((tried.stderr.strip().splitlines() or ["it said nothing"])[-1])
    raise CourseError(
        f"bubblewrap cannot confine programs on this machine ({said}): namespaces for ordinary users are probably "
        "switched off (kernel.unprivileged_userns_clone, AppArmor, or the container). Allow them, or "
        f"{_WITHOUT}"
    )


def _sandbox(hidden: Path, modules: Iterable[str], paths: list[str], protection: Protection) -> list[str]:
    """Return the command that starts a program in a sandbox: system and packages to read, nothing else."""
    command = [
        shutil.which("bwrap") or "bwrap", "--die-with-parent", "--unshare-pid", "--unshare-net", "--unshare-ipc",
        "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox", "--clearenv",
    ]  # fmt: skip
    if protection is Protection.OWN_USER:
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    for folder in _SYSTEM:
        command += _like_here(folder)
    for name in _SETTINGS:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    readable = _readable(hidden, modules, paths)
    command += ["--tmpfs", "/tmp"]
    cover = ["--tmpfs", str(hidden)]
    command += cover if any(_contains(Path(folder), hidden) for folder in _SYSTEM) else []
    for folder in readable:
        command += ["--ro-bind", str(folder), str(folder)]
        command += cover if _contains(folder, hidden) else []
    # The processes forked later mount a `/proc` of their own over this one; Linux allows it only where it is whole.
    command += ["--bind", "/proc", "/proc", "--dev", "/dev"]
    command += ["--dir", str(confinement.SCRATCH), "--chdir", "/"]
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return command


def _environment() -> dict[str, str]:
    """Return the environment of the sandbox; nothing of ours is in it."""
    return {
        "PATH": f"{sysconfig.get_path('scripts')}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "USER": "learner",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Several submissions run at a time: each keeps to one core.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }


def _like_here(folder: str) -> list[str]:
    """Return the options that make a folder of the system readable, a link where it is one."""
    if os.path.islink(folder):
        return ["--symlink", os.readlink(folder), folder]
    return ["--ro-bind-try", folder, folder]


def _readable(hidden: Path, modules: Iterable[str], paths: list[str]) -> list[Path]:
    """Return what Python needs to read: itself, its packages, and of the course only the modules that it imports."""
    here = Path(__file__).resolve().parents[1]
    wanted = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1], here]
    packages = [path for path in map(Path, paths) if any(_contains(prefix, path) for prefix in wanted[:3])]
    others = [path for path in map(Path, paths) if path not in packages]
    open_paths = [path for path in others if not _contains(path, hidden) and not _contains(hidden, path)]
    closed_paths = [str(path) for path in others if path not in open_paths]
    wanted += [path for path in open_paths if path not in (Path.home(), Path("/"))]
    wanted += _local_modules(modules, closed_paths)
    found: list[Path] = []
    for path in sorted(set(wanted), key=lambda path: len(path.parts)):
        if not any(_contains(parent, path) for parent in [*found, *map(Path, _SYSTEM)]) or _contains(hidden, path):
            found.append(path)
    return found


def _local_modules(modules: Iterable[str], paths: list[str]) -> list[Path]:
    """Return the files and folders of modules in `paths` that `modules` are, or import in their turn."""
    found: list[Path] = []
    waiting = sorted({module.partition(".")[0] for module in modules})
    seen = set(waiting)
    while waiting:
        spec = importlib.machinery.PathFinder.find_spec(waiting.pop(), paths)
        if spec is None or (not spec.has_location and not spec.submodule_search_locations):
            continue
        place = Path(next(iter(spec.submodule_search_locations or []), spec.origin))
        if any((place / name).exists() for name in ("nbgrader_config.py",)) or place.suffix == ".zip":
            continue
        found.append(place)
        files = place.rglob("*.py") if place.is_dir() else [place]
        for name in {name.partition(".")[0] for file in files for name in _imports(file)} - seen:
            seen.add(name)
            waiting.append(name)
    return found


def _imports(file: Path) -> list[str]:
    try:
        ast.parse(text := file.read_text(encoding="utf-8"))
        return imported_modules([text])
    except (SyntaxError, ValueError, OSError):
        return []


def _contains(folder: Path, path: Path) -> bool:
    return folder == path or folder in path.parents
