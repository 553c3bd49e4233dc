"""Create `.venv` and install the course into it: what `make setup` runs.

    python3 utils/install.py [EXTRA…]

It needs the standard library only and runs on every Python 3.6 or later, so that a Python that is too old
for the course can still say so. The course's environment does not exist yet: import nothing of it here.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Present while packages are being changed. A run that is cut short leaves it behind, and the next run, which
# cannot tell a half-written package from a whole one, starts from an empty environment.
UNFINISHED = VENV / "unfinished"
ALWAYS = ["grading", "dev"]
DISK_GIB = 4  # the finished environment measures 3.0 GiB, and unpacking needs room beside it
DISK_ERROR = re.compile(r"No space left on device|Errno 28|Disk quota exceeded")
NETWORK_ERROR = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|NameResolutionError|Could not fetch URL"
    r"|Temporary failure in name resolution|Connection (refused|reset|broken|aborted)|Network is unreachable"
)


def main():
    refuse_python(sys.version_info[:2], (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if not is_usable():
        create()
    install(ALWAYS + sys.argv[1:])
    print("Ready. Open the course with: make lab")


def refuse_python(version, pyproject):
    """Exit with the way out where Python `version`, a (major, minor) pair, does not run the course."""
    pattern = r'requires-python\s*=\s*">=3\.(\d+),<3\.(\d+)"'
    oldest, beyond = (int(minor) for minor in re.search(pattern, pyproject).groups())
    if (3, oldest) <= version < (3, beyond):
        return
    fault = "too old" if version < (3, oldest) else "too new: TensorFlow may have no build for it"
    sys.exit(
        f"Python {version[0]}.{version[1]} ({sys.executable}) is {fault}.\n"
        f"The course needs Python 3.{oldest} to 3.{beyond - 1}. Install one and name it, for example:\n"
        f"    make setup PYTHON=python3.{beyond - 1}"
    )


def refuse_full_disk(free_bytes):
    """Exit with the way out where `free_bytes` are too few for a new environment."""
    if free_bytes < DISK_GIB * 2**30:
        sys.exit(
            f"The disk is too full: the packages need {DISK_GIB} GiB in {VENV},\n"
            f"and {free_bytes / 2**30:.1f} GiB are free. Make room, or move the course to a larger disk, then\n"
            "run `make setup` again."
        )


def is_usable():
    """Whether an earlier run finished the environment and its Python still starts."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    return subprocess.call([str(PYTHON), "-m", "pip", "--version"], stdout=subprocess.DEVNULL) == 0


def create():
    """Make an empty environment in place of whatever was there."""
    refuse_full_disk(shutil.disk_usage(str(ROOT)).free)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    print(f"Creating {VENV} with Python {version} …", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        sys.exit(
            f"Python {version} ({sys.executable}) cannot create a virtual environment.\n"
            f"On Debian and Ubuntu that is a package of its own: apt install python{version}-venv"
        )


def install(extras):
    """Install the course with `extras`, and mark the environment as unfinished until that is done."""
    UNFINISHED.touch()
    print("Installing the packages: about 1 GB to download the first time, a few minutes …", flush=True)
    status, complaints = run_pip(f".[{','.join(extras)}]")
    if status != 0:
        if fault(complaints) == "network":  # pip downloads everything before it changes anything
            UNFINISHED.unlink()
        sys.exit("\n" + explain(complaints))
    UNFINISHED.unlink()


def run_pip(requirement):
    """Install `requirement` from this checkout, editable; returns (exit status, what pip complained of)."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--editable", requirement]
    pip = subprocess.Popen(command, cwd=str(ROOT), stderr=subprocess.PIPE)
    complaints = ""
    for line in pip.stderr:
        complaints += line.decode("utf-8", "replace")
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
    return pip.wait(), complaints


def fault(complaints):
    """What stopped pip: "disk", "network" or "other"."""
    if DISK_ERROR.search(complaints):
        return "disk"
    return "network" if NETWORK_ERROR.search(complaints) else "other"


def explain(complaints):
    """What stopped pip, in a sentence and with the way out."""
    return {
        "disk": f"The disk filled up. Free about {DISK_GIB} GiB, then run `make setup` again.",
        "network": "The packages could not be downloaded: there is no way to the package index from here.\n"
        "Check the network (behind a proxy, set HTTPS_PROXY), then run `make setup` again.",
        "other": "The packages could not be installed; the lines above say why.",
    }[fault(complaints)]


if __name__ == "__main__":
    main()
