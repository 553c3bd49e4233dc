"""Attempts to damage what is not one's own: gradebook, submissions, start-up files, the grader, processes that stay."""

import os
from pathlib import Path

import psutil

STAYS = "27182818"  # the argument of programs that attacks leave running
WRITE = """
import os, shutil
def write(*paths):
    for path in paths:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write("print('attacked')")
        except OSError:
            pass
def remove(*paths):
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
        try:
            os.unlink(path)
        except OSError:
            pass
"""
KILL = """
import os, signal
def kill(*processes):
    for process in processes:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            try:
                os.kill(process, number)
            except (OSError, OverflowError):
                pass
"""
DETACH = """
import os, time
def detach(work):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            work()
        os._exit(0)
def stay():
    os.execvp("sleep", ["sleep", "@STAYS@"])
""".replace("@STAYS@", STAYS)
ATTACKS = {
    "gradebook written": WRITE + "write('@ROOT@/gradebook.db', '@ROOT@/gradebook.db-journal')",
    "gradebook changed": """
import sqlite3
try:
    book = sqlite3.connect("@ROOT@/gradebook.db")
    book.execute("update grade set auto_score = 13")
    book.commit()
except sqlite3.Error:
    pass
""",
    "gradebook removed": WRITE + "remove('@ROOT@/gradebook.db')",
    "submissions written": WRITE
    + "write('@ROOT@/submitted/mmm-honest/toy/toy.ipynb', '../../mmm-honest/toy/toy.ipynb', '../x')",
    "submissions removed": WRITE + "remove('@ROOT@/submitted/zzz-honest', '../../zzz-honest', '@ROOT@/submitted')",
    "autograded written": WRITE + "write('@ROOT@/autograded/aaa-honest/toy/toy.ipynb', '@ROOT@/.autograder/toy.jsonl')",
    "autograded removed": WRITE + "remove('@ROOT@/autograded', '@ROOT@/.autograder')",
    "source written": WRITE + "write('@ROOT@/source/toy/toy.ipynb', '@ROOT@/nbgrader_config.py')",
    "course removed": "!rm -rf '@ROOT@' '@HOME@' '@OUTSIDE@' ../../../.. ~ /tmp 2>/dev/null",
    "start-up files": WRITE
    + """
for home in ("@HOME@", os.path.expanduser("~"), "/root", "/scratch/home"):
    write(home + "/.bashrc", home + "/.profile", home + "/.ipython/profile_default/startup/0.py",
          home + "/.config/pip/pip.conf", home + "/.jupyter/jupyter_config.py",
          home + "/.local/lib/python3.11/site-packages/usercustomize.py")
""",
    "installed packages": WRITE
    + """
import IPython, json, sys
for module in (json, IPython):
    write(module.__file__, os.path.dirname(module.__file__) + "/attacked.py")
write(*(path + "/sitecustomize.py" for path in sys.path if path), sys.executable)
""",
    "a package installed": "!python -m venv --without-pip --clear @OUTSIDE@/venv 2>/dev/null",
    "outside written": WRITE
    + "write('@OUTSIDE@/x', '/tmp/@OUTSIDE@', '@ROOT@/x', '/x', '/etc/cron.d/x', '/var/spool/x')",
    "a link out written through": """
import os
for i, place in enumerate(("@OUTSIDE@", "@ROOT@/submitted", "@HOME@")):
    os.symlink(place, f"out{i}")
    try:
        open(f"out{i}/through", "w").write("attacked")
    except OSError:
        pass
""",
    "own folder replaced by a link": """
import os, shutil
here = os.getcwd()
shutil.rmtree(here, ignore_errors=True)
try:
    os.symlink("@OUTSIDE@", here)
except OSError:
    pass
""",
    "own folder removed": "import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)",
    "files with odd names": """
import os
for name in (b"\\xff\\xfe", b"a\\nb", b"-rf", b"toy.ipynb", b"x" * 255):
    try:
        open(name, "w").write("{}")
    except OSError:
        pass
os.makedirs("a/" * 100, exist_ok=True)
os.mkfifo("pipe")
""",
    "own notebook and time rewritten": """
open("toy.ipynb", "w").write('{"cells": []}')
open("timestamp.txt", "w").write("1999-01-01 00:00:00 UTC")
open("autograded.ipynb", "w").write("{}")
""",
    "the parent killed": KILL + "kill(os.getppid())",
    "the grader killed": KILL + "kill(@GRADER@)",
    "all killed": KILL + "kill(*(int(p) for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()))",
    "minus one killed": "import os, signal\ntry:\n    os.kill(-1, signal.SIGKILL)\nexcept OSError:\n    pass",
    "the group killed": "import os, signal\nos.killpg(0, signal.SIGKILL)",
    "the grader killed while tested": KILL + "def add(a, b):\n    kill(os.getppid(), @GRADER@, 1)\n    return 0",
    "the grader stopped": "import os, signal\nfor p in (os.getppid(), @GRADER@, 1):\n    try:\n"
    "        os.kill(p, signal.SIGSTOP)\n    except OSError:\n        pass",
    "a daemon": DETACH + "detach(stay)",
    "a daemon while tested": DETACH + "def add(a, b):\n    detach(stay)\n    return 0",
    "a daemon that ignores signals": DETACH
    + "import signal\nfor n in range(1, 32):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n"
    + "    except (OSError, ValueError):\n        pass\ndetach(stay)",
    "a daemon by the shell": f"!setsid nohup sleep {STAYS} >/dev/null 2>&1 &",
    "a daemon by subprocess": "import subprocess\n"
    f"subprocess.Popen(['sleep', '{STAYS}'], start_new_session=True, close_fds=False)",
    "a daemon that writes later": DETACH
    + """
def later():
    while True:
        time.sleep(0.2)
        for place in ("@OUTSIDE@", "@ROOT@", "."):
            try:
                open(place + "/later", "a").write("still here")
            except OSError:
                pass
detach(later)
""",
    "a daemon that holds the channel": DETACH + "def hold():\n    time.sleep(600)\ndetach(hold)\nos._exit(0)",
    "priorities": "import os\nfor p in (0, os.getppid()):\n    try:\n        os.setpriority(os.PRIO_PROCESS, p, 19)\n"
    "        os.sched_setaffinity(p, {0})\n    except OSError:\n        pass",
    "limits lifted": "import resource\nfor r in range(16):\n    try:\n        resource.setrlimit(r, (-1, -1))\n"
    "    except (OSError, ValueError):\n        pass\nx = bytearray(2**31)",
}


def test_it_gains_nothing(attacked, attack):
    attacked.check_no_gain(attack)


def test_no_process_is_left(attacked):
    left = [p.info for p in psutil.process_iter(["pid", "cmdline"]) if STAYS in (p.info["cmdline"] or [])]
    assert left == []
    ours = psutil.Process().children(recursive=True)
    assert [p for p in ours if p.status() != psutil.STATUS_ZOMBIE and "autograder" in " ".join(p.cmdline())] == []


def test_nothing_else_was_written(attacked):
    assert list((attacked.root.parent / "outside").iterdir()) == []
    assert sorted(os.listdir(attacked.root.parent / "home")) == ["notes.txt"]
    assert set(os.listdir(attacked.root)) <= {
        "source", "submitted", "autograded", "nbgrader_config.py", "gradebook.db", ".autograder", ".autograder.lock",
    }  # fmt: skip
    assert not list(Path("/tmp").glob("left-behind")) and not Path("/x").exists()


def test_submissions_and_source_are_as_they_were(attacked):
    attacked.check_inputs()


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
