"""Attempts to use up time, memory, processes, disk or output: each costs its own learner points, and nobody else."""

import time

import pytest

from autograder import State

pytestmark = pytest.mark.slow
LIMITS = {"cell_timeout": 3, "timeout": 9, "memory": 512}
IGNORE = """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGXCPU, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
"""
RIGHT = {
    "capital": "capital = 'Paris'",
    "mean": "def mean(values):\n    return sum(values) / len(values)",
    "stack": "class Stack(list):\n    push = list.append",
    "power": "power = pow",
    "steps": "steps = 2",
}
ATTACKS = {
    "endless in an answer": "while True:\n    pass",
    "endless in a test": "def add(a, b):\n    while True:\n        pass",
    "endless in one test, the rest right": {**RIGHT, "add": "def add(a, b):\n    while True:\n        pass"},
    "memory in one test, the rest right": {**RIGHT, "add": "def add(a, b):\n    return len(bytes(2**33))"},
    "endless in every test": {
        "add": "def add(a, b):\n    while True:\n        pass",
        "mean": "mean = add",
        "stack": "class Stack:\n    def __init__(self):\n        while True:\n            pass",
        "power": "def power(a, n):\n    while True:\n        pass",
    },
    "endless while ignoring interrupts": IGNORE + "while True:\n    pass",
    "endless in a test while ignoring interrupts": IGNORE + "def add(a, b):\n    while True:\n        pass",
    "interrupts caught": """
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
""",
    "interrupts caught in a test": """
def add(a, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
""",
    "endless in c": "def add(a, b):\n    return sum(range(10**15))",
    "a regular expression": "import re\ndef add(a, b):\n    return re.match('(a+)+$', 'a' * 60 + 'b')",
    "a huge power": "def add(a, b):\n    return len(str(9 ** 9 ** 9))",
    "sleep in an answer": "import time\ntime.sleep(1000)",
    "sleep in a test": "import time\ndef add(a, b):\n    time.sleep(1000)",
    "endless await": "import asyncio\nawait asyncio.sleep(1000)",
    "input that never comes": "def add(a, b):\n    return int(input())",
    "reading that never ends": "import os\nr, w = os.pipe()\nos.read(r, 1)",
    "a deadlock": "import threading\nlock = threading.Lock()\ndef add(a, b):\n    lock.acquire()\n    lock.acquire()",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "a debugger": "breakpoint()\nimport pdb\npdb.set_trace()",
    "memory in an answer": "held = bytearray(8 * 2**30)",
    "memory by and by": "held = []\nwhile True:\n    held.append(bytearray(2**22))",
    "memory in a test": "def add(a, b):\n    held = []\n    while True:\n        held.append(bytearray(2**22))",
    "memory in children": """
import os
for _ in range(8):
    if os.fork() == 0:
        held = []
        while True:
            held.append(bytes(bytearray(2**20)))
import time
time.sleep(100)
""",
    "memory in shared files": """
import os
with open("/dev/shm/big" if os.access("/dev/shm", os.W_OK) else "big", "wb") as file:
    while True:
        file.write(bytes(2**22))
""",
    "a fork bomb": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "a fork bomb in a test": """
import os
def add(a, b):
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
    "a bomb in the shell": "!bomb() { bomb | bomb & }; bomb",
    "threads": """
import threading, time
while True:
    try:
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    except RuntimeError:
        pass
""",
    "a gigabyte printed": "for _ in range(1024):\n    print('x' * 2**20)",
    "a gigabyte printed in a test": "def add(a, b):\n    for _ in range(1024):\n        print('x' * 2**20)",
    "small prints for ever": "while True:\n    print('x')",
    "standard error for ever": "import os\nwhile True:\n    os.write(2, b'x' * 65536)",
    "pictures for ever": """
from IPython.display import display, HTML
while True:
    display(HTML("x" * 2**16))
""",
    "a huge file": "with open('big', 'wb') as file:\n    while True:\n        file.write(bytes(2**22))",
    "a sparse file": "import os\nos.truncate(os.open('big', os.O_CREAT | os.O_RDWR), 2**40)",
    "many files": "i = 0\nwhile True:\n    open(f'file{i}', 'w').close()\n    i += 1",
    "many descriptors": "held = []\nwhile True:\n    held.append(open('/dev/null'))",
    "recursion": "def add(a, b):\n    return add(b, a)",
    "recursion in c": """
import sys
sys.setrecursionlimit(10**9)
def add(a, b):
    return add(b, a)
""",
    "a low recursion limit": "import sys\nsys.setrecursionlimit(60)",
    "a very low recursion limit in a test": """
import sys
def add(a, b):
    for limit in range(200, 1, -1):
        try:
            sys.setrecursionlimit(limit)
        except RecursionError:
            return limit
    return 0
""",
    "garbage collection off": "import gc\ngc.disable()\ngc.freeze()\nheld = [[]]\nwhile True:\n    held = [held, held]",
    "an endless stream of calls": {
        "stack": """
class Stack:
    count = 0
    def __len__(self): return 2
    def push(self, item): pass
    def pop(self):
        while True:
            print(end="")
""",
    },
    "slow cells, many of them": {
        name: f"import time\ntime.sleep(1.4)\n{name} = None" for name in ("add", "capital", "mean", "power", "steps")
    },
}
ENDLESS = ("endless in an answer", "interrupts caught", "sleep in an answer", "endless while ignoring interrupts")
GREEDY = ("memory by and by", "memory in children")
PARTLY_RIGHT = {"endless in one test, the rest right": 11, "memory in one test, the rest right": 11}


def test_it_gains_nothing(attacked, attack):
    attacked.check_no_gain(attack, PARTLY_RIGHT.get(attack, 1))


@pytest.mark.parametrize("partly_right", PARTLY_RIGHT)
def test_a_test_that_is_stopped_costs_only_its_own_points(attacked, partly_right):
    assert attacked.outcome(partly_right).score == PARTLY_RIGHT[partly_right]


@pytest.mark.parametrize("endless", ENDLESS)
def test_what_takes_too_long_is_called_so(attacked, endless):
    outcome = attacked.outcome(endless)
    assert outcome.state is State.TIMED_OUT
    assert outcome.reason


@pytest.mark.parametrize("greedy", GREEDY)
def test_what_takes_too_much_is_called_so(attacked, greedy):
    outcome = attacked.outcome(greedy)
    assert outcome.state is State.OVER_LIMITS
    assert outcome.reason


def test_nobody_takes_much_longer_than_allowed(attacked):
    assert max(outcome.seconds for outcome in attacked.result.outcomes) < LIMITS["timeout"] + 8


def test_what_is_kept_is_small(attacked):
    files = [file for file in (attacked.root / "autograded").rglob("*") if file.is_file()]
    assert max(file.stat().st_size for file in files) < 64 * 2**20


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()


def test_the_machine_is_usable_again(attacked):
    started = time.perf_counter()
    sum(range(10**6))
    assert time.perf_counter() - started < 2
