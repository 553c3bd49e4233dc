"""Answers that are not what they seem: look-alikes, lying, hostile, oversized and endless objects."""

YES = """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = lambda self: 1
    def __bool__(self): return False
    def __call__(self, *a, **k): return self
    def __getattr__(self, name): return self
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __mul__ = __abs__ = __neg__ = __getitem__ = __sub__
    def __abs__(self): return self
    def __len__(self): return 2
    def __int__(self): return 2
    __index__ = __int__
    def __float__(self): return 5.0
    def __str__(self): return "Paris"
    __repr__ = __str__
    def __iter__(self): return iter([self])
    def __contains__(self, item): return True
    def __instancecheck__(cls, thing): return True
    __array_priority__ = 1e9
    def __array_ufunc__(self, *a, **k): return True
    def __array__(self, *a, **k): return self
"""
LEARNS = """
import builtins
builtins.seen = {}
class Learns:
    def __init__(self, *key): self.key = key
    def __eq__(self, other):
        seen[self.key] = other
        return True
    __hash__ = None
    def __sub__(self, other):
        seen[self.key] = other
        return 0.0
def add(*key): return seen.get(key, Learns(*key))
def mean(values): return seen.get(tuple(values), Learns(*values))
"""


def subclass(kind: str, value: str) -> str:
    """Return code for a value of a subclass of `kind` that equals everything."""
    return f"""
class Lying({kind}):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = {kind}.__hash__
    def __bool__(self): return False
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
    def __float__(self): return 5.0
lying = Lying({value})
"""


ATTACKS = {
    "equals everything": {
        "add": YES + "add = mean = power = lambda *a: Yes()\nStack = Yes\ncapital = Yes()",
        "capital": "capital = Yes()",
        "mean": "mean = Yes()",
        "stack": "Stack = Yes()",
        "power": "power = Yes()",
    },
    "learns what is expected": {"add": LEARNS, "mean": "mean = mean"},
    "an int that equals everything": subclass("int", "3") + "add = lambda a, b: lying",
    "a float that equals everything": {"mean": subclass("float", "1.5") + "mean = lambda v: lying"},
    "a str that equals everything": {"capital": subclass("str", "'London'") + "capital = lying"},
    "a list that equals everything": {
        "stack": subclass("list", "") + "Lying.push = Lying.pop = lambda *a: lying\nStack = Lying",
    },
    "a complex that equals everything": subclass("complex", "3") + "add = lambda a, b: lying",
    "a bool of points": {"power": "power = lambda a, n: True"},
    "a class of another name": """
class int(int):
    def __eq__(self, other): return True
int.__module__, int.__qualname__ = "builtins", "int"
add = lambda a, b: int(3)
""",
    "a lying class": """
class Liar:
    __class__ = property(lambda self: int)
    def __eq__(self, other): return True
    def __reduce__(self): return (int, ("3",))
    def __index__(self): return 3
add = lambda a, b: Liar()
""",
    "a metaclass that says yes": {
        "stack": """
class Meta(type):
    def __instancecheck__(cls, thing): return True
    def __subclasscheck__(cls, other): return True
    def __eq__(cls, other): return True
    def __hash__(cls): return 0
    def __call__(cls, *a): return cls
    def __len__(cls): return 2
    def __getattr__(cls, name): return lambda *a: cls
class Stack(metaclass=Meta):
    pass
""",
    },
    "a stack that raises for its own test": {
        "stack": """
class Anything:
    def __eq__(self, other): return True
class Stack:
    calls = 0
    def push(self, item): pass
    def __len__(self): return 2
    def pop(self):
        Stack.calls += 1
        if Stack.calls > 2:
            raise IndexError
        return Anything()
""",
    },
    "an array function": {
        "mean": """
class Array:
    __array_interface__ = property(lambda self: 1 / 0)
    def __array_ufunc__(self, ufunc, method, *inputs, **k): return True
    def __array_function__(self, *a): return True
    def __sub__(self, other): return self
    def __abs__(self): return 0.0
    def __float__(self): return 5.0
mean = lambda values: Array()
""",
    },
    "too many points": {"steps": "steps = 10 ** 9"},
    "far too many points": {"steps": "steps = 10 ** 5000"},
    "endless points": {"steps": "steps = float('inf')"},
    "points that are no number": {"steps": "steps = float('nan')"},
    "points as an object": {"steps": YES + "steps = Yes()"},
    "points that represent themselves": {
        "steps": """
class Two:
    def __repr__(self): return "2"
    def _repr_mimebundle_(self, **k): return {"text/plain": "2"}
steps = Two()
""",
    },
    "points as an int subclass": {"steps": "class P(int):\n    def __repr__(self): return '2'\nsteps = P(0)"},
    "negative points": {"steps": "steps = -5"},
    "points as text": {"steps": "steps = '2'"},
    "a pickle bomb": """
class Bomb:
    def __reduce__(self):
        import os
        return (os.system, ("touch @OUTSIDE@/pickled",))
add = lambda a, b: Bomb()
""",
    "a text of 300 MB": "def add(a, b):\n    return 'a' * (300 * 2**20)",
    "a list of 20 million": "def add(a, b):\n    return [0] * 20_000_000",
    "a number of a million digits": "def add(a, b):\n    return 1 << 4_000_000",
    "a list 100000 deep": """
def add(a, b):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
""",
    "a dict 100000 deep": """
def add(a, b):
    deep = {}
    for _ in range(100_000):
        deep = {"k": deep}
    return deep
""",
    "a list in itself": "def add(a, b):\n    cycle = [1]\n    cycle.append(cycle)\n    return cycle",
    "a dict in itself": "def add(a, b):\n    cycle = {}\n    cycle['self'] = cycle\n    return cycle",
    "a million small lists": "def add(a, b):\n    return [[i] for i in range(1_000_000)]",
    "a billion laughs": """
def add(a, b):
    laugh = ["ha"] * 10
    for _ in range(9):
        laugh = [laugh] * 10
    return laugh
""",
    "broken text": "def add(a, b):\n    return '\\ud800\\x00'",
    "broken text in an error": "def add(a, b):\n    raise ValueError('\\ud800\\x00' * 9)",
    "an endless error": "def add(a, b):\n    raise ValueError('x' * (50 * 2**20))",
    "an error in an error": """
def add(a, b):
    try:
        add(a, b)
    except RecursionError as error:
        raise ValueError from error
""",
    "endless repr": """
class Endless:
    def __repr__(self):
        while True: pass
add = lambda a, b: Endless()
""",
    "endless attributes": {
        "stack": """
class Stack:
    def __getattr__(self, name): return Stack()
    def __call__(self, *a): return self
""",
    },
    "endless iterator": """
class Forever(list):
    def __iter__(self):
        while True: yield 1
    def __len__(self): return 2**62
add = lambda a, b: Forever()
capital = Forever()
""",
    "endless generator": {"stack": "def Stack():\n    while True: yield 1"},
    "a length beyond measure": {
        "stack": "class Stack:\n    push = pop = lambda *a: 1\n    def __len__(self): return 2**70",
    },
    "every attribute exits": {
        "stack": "import os\nclass Stack:\n    def __getattribute__(self, name): os._exit(0)\n",
    },
    "a finalizer that exits": {
        "stack": "import os\nclass Stack:\n    def __del__(self): os._exit(0)\n    push = pop = __len__ = lambda *a: 2",
    },
    "a coroutine": "async def add(a, b):\n    return a + b",
    "a module": "import sys\ncapital = add = sys.modules['os']",
    "a builtin that evaluates": {"add": "add = eval\ncapital = exec", "capital": "capital = __import__('os').system"},
    "arguments kept and changed": """
def add(a, b):
    import gc
    for holder in gc.get_referrers(a, b):
        if isinstance(holder, (list, dict)):
            holder.clear()
    return a
""",
    "a hostile function called back": """
class Key:
    def __call__(self, *a): raise SystemExit
    __eq__ = __call__
add = Key()
""",
    "a name that is a property": "type(get_ipython().user_module).add = property(lambda self: 3)",
}


def test_it_gains_nothing(attacked, attack):
    attacked.check_no_gain(attack)


def test_nothing_was_unpickled(attacked):
    assert not list((attacked.root.parent / "outside").iterdir())


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
