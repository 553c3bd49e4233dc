"""Namespaces, mounts, capabilities and limits of the process that runs learners' code (Linux).

A forked process cannot be put into another bubblewrap without losing what it has imported. So it confines itself, in
the same way, inside the sandbox that it was born in: namespaces of its own for users, mounts, processes, network and
IPC, a small scratch file system as the only place to write, no capabilities and no way to get any.
"""

import ctypes
import os
import resource
import socket
import tempfile
from pathlib import Path

from autograder.limits import Limits

SCRATCH = Path("/scratch")
WORK = SCRATCH / "work"
_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND, _MS_REC = 1, 2, 4, 8, 32, 4096, 16384
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_FIRST_USER, _USERS = 60_000, 5_000
_SIGKILL = 9
_LAST_CAPABILITY = 63
_CAPABILITY_VERSION = 0x20080522
MAX_OPEN_FILES = 512


def become_nobody() -> None:
    """Become a user who has nothing and is nobody else at the moment, so that the limit on processes holds.

    Linux does not limit root's processes. For a process of root's that may change its user.
    """
    user = _FIRST_USER + os.getpid() % _USERS
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)  # or its own `/proc/self` could not be written


def leave_namespaces(limits: Limits) -> None:
    """Move to new namespaces and mount the scratch folder; children are then in a process namespace of their own.

    For a process with one thread, which keeps its rights in the new namespaces: it is still trusted.
    """
    user, group = os.getuid(), os.getgid()
    flags = _CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWPID | _CLONE_NEWIPC | _CLONE_NEWUTS | _CLONE_NEWNET
    _call("unshare", flags)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _mount("tmpfs", SCRATCH, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={limits.disk}m,nr_inodes=20000,mode=0700")
    for name in ("tmp", "home", "shm", "work"):
        (SCRATCH / name).mkdir()
    _mount(str(SCRATCH / "shm"), "/dev/shm", None, _MS_BIND)
    if os.listdir("/tmp"):  # Python itself or a package may lie there
        _mount("/tmp", "/tmp", None, _MS_BIND | _MS_REC)
        _mount(None, "/tmp", None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    else:
        _mount(str(SCRATCH / "tmp"), "/tmp", None, _MS_BIND)
    os.environ |= {"HOME": str(SCRATCH / "home"), "TMPDIR": str(SCRATCH / "tmp")}
    tempfile.tempdir = None
    os.chdir(WORK)


def enter_process_namespace() -> None:
    """Give up all rights, as the first process of the new process namespace, and see no other processes."""
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _mount("proc", "/proc", "proc", flags)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    _mount(None, "/proc", None, flags | _MS_REMOUNT | _MS_RDONLY)
    for capability in range(_LAST_CAPABILITY + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _call("capset", ctypes.byref(header), (ctypes.c_uint32 * 6)())
    _call("prctl", _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def limit_resources(limits: Limits) -> None:
    """Set the limits that the system enforces on every process by itself."""
    memory = _data_bytes() + limits.memory * 2**20 + 512 * 2**20  # stacks of threads are not used up
    largest_file = limits.disk * 2**20
    seconds = int(limits.total_seconds) + 5
    for which, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_FSIZE, largest_file),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_NPROC, 2 * limits.processes),  # who has more than `processes` is ended by the warden
        (resource.RLIMIT_CPU, seconds * (os.cpu_count() or 1)),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, most = resource.getrlimit(which)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(which, (value, value))


def silence() -> None:
    """Connect standard input, output and error to nothing: they are the grader's log."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def close_all_but(*kept: socket.socket) -> None:
    """Close every descriptor that was inherited, but standard input, output, error and `kept`."""
    wanted = sorted(sock.fileno() for sock in kept)
    lowest = 3
    for descriptor in wanted:
        os.closerange(lowest, descriptor)
        lowest = descriptor + 1
    os.closerange(lowest, 65_536)


def _data_bytes() -> int:
    """Return how much private writable memory this process has mapped."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 2**30


_libc = ctypes.CDLL(None, use_errno=True)


def _call(function: str, *arguments: object) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def _mount(source: str | None, target: str | Path, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [None if text is None else str(text).encode() for text in (source, target, kind, options)]
    _call("mount", texts[0], texts[1], texts[2], flags, texts[3])
