"""Attacks on the tests from within the live kernel."""

ATTACKS = {
    "hook before each cell": """
ip = get_ipython()
ip.events.register("pre_run_cell", lambda info: setattr(info, "raw_cell", "pass"))
ip.events.register("pre_execute", lambda: ip.user_ns.update(add=lambda a, b: a + b))
""",
    "input transformer": """
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])
get_ipython().input_transformers_post.append(lambda lines: ["pass\\n"])
""",
    "ast transformer": """
import ast

class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

get_ipython().ast_transformers.append(NoAsserts())
""",
    "run_cell patched": """
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

def nothing(self, *arguments, **options):
    return ExecutionResult(ExecutionInfo("", False, False, True, ""))

async def nothing_async(self, *arguments, **options):
    return nothing(self)

for shell in (InteractiveShell, type(get_ipython())):
    shell.run_cell = nothing
    shell.run_cell_async = nothing_async
""",
    "run_cell that fails": """
def failing(self, *arguments, **options):
    raise RuntimeError("no cell for you")

type(get_ipython()).run_cell = type(get_ipython()).run_cell_async = failing
""",
    "run_cell that exits": """
def leaving(self, *arguments, **options):
    raise SystemExit(0)

type(get_ipython()).run_cell = type(get_ipython()).run_cell_async = leaving
""",
    "run_cell that interrupts": """
def interrupting(self, *arguments, **options):
    raise KeyboardInterrupt

type(get_ipython()).run_cell = type(get_ipython()).run_cell_async = interrupting
""",
    "run_cell that returns nonsense": """
type(get_ipython()).run_cell = type(get_ipython()).run_cell_async = lambda self, *a, **k: [self] * 3
""",
    "run_code patched": """
async def no_error(*arguments, **options):
    return False

get_ipython().run_code = no_error
get_ipython().run_ast_nodes = no_error
""",
    "tracebacks silenced": """
ip = get_ipython()
ip.showtraceback = ip._showtraceback = lambda *a, **k: None
ip.set_custom_exc((Exception,), lambda *a, **k: [])
""",
    "do_execute patched": """
async def fine(*arguments, **options):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

kernel = getattr(get_ipython(), "kernel", None)
if kernel is not None:
    type(kernel).do_execute = fine
    kernel.do_execute = fine
""",
    "compile patched": """
import builtins
real = builtins.compile
builtins.compile = lambda source, *a, **k: real("pass" if "assert" in str(source) else source, *a, **k)
""",
    "no assertion error": """
import builtins

class AssertionError(BaseException):
    def __new__(cls, *arguments):
        return SystemExit(0)

builtins.AssertionError = AssertionError
""",
    "builtins that say yes": """
import builtins
builtins.isinstance = lambda *a: True
builtins.abs = lambda x: -1
builtins.len = lambda x: 2
builtins.sum = lambda *a: 2
builtins.all = builtins.any = lambda *a: True
add = mean = lambda *a: 3
""",
    "eq of builtins by ctypes": """
import ctypes, gc
for kind in (int, str):
    members = gc.get_referents(kind.__dict__)[0] if gc.get_referents(kind.__dict__) else {}
    try:
        members["__eq__"] = lambda a, b: True
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
    except Exception:
        pass
add = lambda a, b: 7
""",
    "math patched": """
import math, sys, types
math.isclose = lambda *a, **k: True
fake = types.ModuleType("math")
fake.isclose = lambda *a, **k: True
sys.modules["math"] = fake
mean = lambda values: 0
""",
    "import patched": """
import builtins
real = builtins.__import__

class Yes:
    def __getattr__(self, name):
        return lambda *a, **k: True

builtins.__import__ = lambda name, *a, **k: Yes() if name == "math" else real(name, *a, **k)
""",
    "import hook": """
import importlib.abc, importlib.machinery, sys

class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self)
    def exec_module(self, module):
        module.__dict__.update(isclose=lambda *a: True)

sys.meta_path.insert(0, Finder())
sys.path.insert(0, "")
""",
    "settrace": """
import sys, threading

def trace(frame, event, arg):
    if event == "return" and frame.f_code.co_name == "add":
        frame.f_locals["result"] = 3
    if event == "line" and "assert" in str(frame.f_code.co_consts):
        frame.f_lineno = frame.f_lineno + 1
    return trace

sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
def add(a, b):
    result = 0
    return result
""",
    "displayhook": """
import sys
sys.displayhook = lambda value: sys.__displayhook__(2)
get_ipython().displayhook = sys.displayhook
power = lambda a, n: 1
""",
    "points displayed": """
from IPython.display import display, publish_display_data
for _ in range(3):
    display(13)
    publish_display_data({"text/plain": "13"})
print(13)
13
""",
    "points displayed while tested": {
        "power": """
def power(a, n):
    from IPython.display import publish_display_data
    publish_display_data({"text/plain": "2"})
    get_ipython().displayhook(2)
    print(2)
    return 0
""",
    },
    "messages on every descriptor": """
import json, os, struct
done = json.dumps({"status": "ok", "value": 3, "passed": True, "result": 3}).encode()
for descriptor in range(3, 65):
    for message in (done + b"\\n", struct.pack(">I", len(done)) + done, b"\\xff" * 64, struct.pack("<Q", 2**62) + done):
        try:
            os.set_blocking(descriptor, False)
            os.write(descriptor, message)
        except OSError:
            pass
""",
    "messages while tested": """
import json, os, struct
def add(a, b):
    for value in (3, 0, 42):
        for descriptor in range(3, 65):
            for form in ({"value": value}, {"ok": value}, ["ok", value], {"kind": "return", "value": value}):
                text = json.dumps(form).encode()
                for length in (struct.pack(">I", len(text)), struct.pack(">Q", len(text)), b""):
                    try:
                        os.set_blocking(descriptor, False)
                        os.write(descriptor, length + text)
                    except OSError:
                        pass
    return 0
""",
    "descriptors closed": "import os\nos.closerange(0, 256)",
    "descriptors closed while tested": "import os\ndef add(a, b):\n    os.closerange(0, 256)\n    return a + b",
    "descriptors read by a thread": """
import os, threading

def steal(descriptor):
    try:
        os.set_blocking(descriptor, True)
        while os.read(descriptor, 4096):
            pass
    except OSError:
        pass

for descriptor in range(3, 20):
    threading.Thread(target=steal, args=(descriptor,), daemon=True).start()
""",
    "the channel found": """
import gc, socket
def add(a, b):
    for thing in gc.get_objects():
        try:
            name = type(thing).__name__
        except Exception:
            continue
        if name in ("Channel", "LearnerEndpoint"):
            for send in ("send", "send_value", "reply"):
                for value in (a + b + 1, {"value": 3}, {"return": 3}, ["value", 3], "passed"):
                    try:
                        getattr(thing, send)(value, [])
                    except Exception:
                        pass
        elif isinstance(thing, socket.socket):
            try:
                thing.send(b'{"passed": true}')
            except Exception:
                pass
    return 0
""",
    "the grader's modules patched": """
import sys
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in ("autograder", "nbgrader", "nbclient", "ipykernel"):
        for member in list(vars(module).values()):
            if isinstance(member, type):
                for method in list(vars(member)):
                    if not method.startswith("__"):
                        try:
                            setattr(member, method, lambda *a, **k: 3)
                        except Exception:
                            pass
""",
    "expected value from the frames": """
import re, sys
def add(a, b):
    frame = sys._getframe(1)
    while frame:
        for space in (frame.f_locals, frame.f_globals):
            for value in list(space.values()):
                found = re.search(r"add\\(%s, %s\\) == (-?\\d+)" % (a, b), value) if isinstance(value, str) else None
                if found:
                    return int(found[1])
        frame = frame.f_back
    return None
""",
    "expected value from the heap": """
import gc, re
def add(a, b):
    pattern = re.compile(r"add\\(%s, %s\\) == (-?\\d+)" % (a, b))
    for container in gc.get_objects():
        for value in gc.get_referents(container):
            if isinstance(value, str) and (found := pattern.search(value)):
                return int(found[1])
            if type(value).__name__ == "code" and value.co_names == ("add",):
                return value.co_consts[-2]
    return None
""",
    "expected value from the history": """
import re
def add(a, b):
    ip = get_ipython()
    text = str(ip.history_manager.input_hist_raw) + str(ip.user_ns.get("In")) + str(ip.user_ns.get("_ih"))
    found = re.search(r"assert add\\(%s, %s\\) == (-?\\d+)" % (a, b), text)
    return int(found[1]) if found else None
""",
    "expected value from memory": """
import re
def add(a, b):
    pattern = re.compile(rb"add\\(%d, %d\\) == (-?[0-9]+)" % (a, b))
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            first, last = (int(part, 16) for part in line.split()[0].split("-"))
            if "rw" in line and last - first < 2**27:
                try:
                    memory.seek(first)
                    if found := pattern.search(memory.read(last - first)):
                        return int(found[1])
                except (OSError, ValueError, OverflowError):
                    pass
    return None
""",
    "a thread that waits for the tests": """
import threading, time

def wait():
    while True:
        get_ipython().user_ns["capital"] = type("Any", (), {"__eq__": lambda s, o: True})()
        time.sleep(0.01)

threading.Thread(target=wait, daemon=True).start()
""",
    "exit in an answer": "import os\nos._exit(0)",
    "exit in a test": "import os\ndef add(a, b):\n    os._exit(0)",
    "system exit in an answer": "raise SystemExit(0)",
    "system exit in a test": "def add(a, b):\n    raise SystemExit(0)",
    "quit": "quit()\nexit(keep_kernel=True)",
    "kernel asked to stop": "get_ipython().ask_exit()\nget_ipython().kernel.do_shutdown(False)",
    "killed in an answer": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "killed in a test": "import os, signal\ndef add(a, b):\n    os.kill(os.getpid(), signal.SIGKILL)",
    "stopped in a test": "import os, signal\ndef add(a, b):\n    os.kill(os.getpid(), signal.SIGSTOP)",
    "crash": "import ctypes\ndef add(a, b):\n    ctypes.string_at(0)",
    "another program": "import os\ndef add(a, b):\n    os.execv('/bin/true', ['true'])",
    "two processes answer": "import os\ndef add(a, b):\n    return 3 if os.fork() else 0",
    "interrupt in a test": "def add(a, b):\n    raise KeyboardInterrupt",
    "generator exit in a test": "def add(a, b):\n    raise GeneratorExit",
    "an odd exception": """
class Odd(AssertionError):
    __class__ = property(lambda self: 1 / 0)
    def __str__(self):
        raise SystemExit
    __repr__ = __str__
    def _render_traceback_(self):
        return 3

def add(a, b):
    raise Odd()
""",
    "an exception that passes": """
class Passed(BaseException):
    pass

for name in ("SkipTest", "Skipped", "StopIteration", "StopAsyncIteration"):
    globals()[name] = type(name, (Exception,), {})

def add(a, b):
    raise StopIteration(3)
""",
    "an exception group": "def add(a, b):\n    raise BaseExceptionGroup('many', [SystemExit(0)] * 1000)",
    "modules written beside": """
for name in ("math", "json", "numpy", "sitecustomize", "usercustomize", "conftest", "IPython", "typing"):
    open(name + ".py", "w").write("isclose = lambda *a: True\\nimport os\\nos._exit(0)")
""",
    "names of the tests taken": """
check_add = check_mean = stack = None
class Stack:
    pass
__name__ = "__test__"
__builtins__ = {}
""",
    "exit handler": "import atexit, os\natexit.register(lambda: os._exit(0))\nraise SystemExit",
    "event loop replaced": """
import asyncio
class Loop(asyncio.SelectorEventLoop):
    def run_until_complete(self, future):
        return None
asyncio.set_event_loop(Loop())
asyncio.get_event_loop_policy().__class__.get_event_loop = lambda self: None
""",
    "verdicts printed": """
import os
for stream in (1, 2):
    os.write(stream, b'{"check_add": {"passed": true, "score": 2}}\\n2\\n')
""",
    "garbage collector hook": """
import gc, os
class Yes:
    def __eq__(self, other): return True
gc.callbacks.append(lambda *a: get_ipython().user_ns.update(add=lambda a, b: Yes()))
gc.set_threshold(1)
""",
    "cell magic": """
from IPython.core.magic import register_cell_magic
@register_cell_magic
def time(line, cell):
    return 13
get_ipython().magics_manager.magics["line"].clear()
""",
}


def test_it_gains_nothing(attacked, attack):
    attacked.check_no_gain(attack)


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
