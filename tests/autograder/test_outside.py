"""Tests of every usual kind judge an answer from outside: right answers pass, wrong ones fail, as in one kernel."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.examiner import Examiner, Settings
from autograder.limits import Limits
from autograder.results import State

# name: (a right answer, what to replace in it and by what to make it wrong, the test)
EXERCISES = {
    "any_names_of_parameters": (
        """
def walk(step, path=0, operation=0, *, self=0, function=0, name=0, proxy=0, args=0, kwargs=0, tree=0):
    return step + path + operation + self + function + name + proxy + args + kwargs + tree
def apply(then):
    return then(step=1, path=2, operation=3, self=4, function=5)
""",
        ("step + path", "path - step"),
        """
assert walk(step=1, path=2, operation=3, self=4, function=5, name=6, proxy=7, args=8, kwargs=9, tree=10) == 55
assert apply(lambda step, path, operation, self, function: step - path + operation + self + function) == 11
assert apply(walk) == 15
""",
    ),
    "stack": (
        """
class Stack:
    def __init__(self): self.items=[]
    def push(self,x): self.items.append(x)
    def pop(self):
        if not self.items: raise IndexError('empty')
        return self.items.pop()
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __eq__(self,o): return isinstance(o,Stack) and self.items==o.items
    def __repr__(self): return f'Stack({self.items})'
""",
        ("self.items.pop()", "self.items.pop(0)"),
        """
s=Stack()
s.push(1);s.push(2)
assert len(s)==2
assert s.pop()==2
assert list(s)==[1]
assert isinstance(s,Stack)
assert s==s
t=Stack();t.push(1)
assert s==t
assert repr(s)=='Stack([1])'
assert str(s)=='Stack([1])'
s.pop()
try:
    s.pop()
except IndexError as e:
    assert 'empty' in str(e)
else:
    raise AssertionError
assert s.items==[]
s.items.append(5)
assert s.pop()==5
assert hasattr(s,'push') and not hasattr(s,'nope')
assert type(s).__name__=='Stack'
""",
    ),
    "own_exceptions": (
        """
class MyErr(ValueError): pass
def risky(x):
    if x<0: raise MyErr('neg')
    return x**.5
""",
        ("'neg'", "'negative'"),
        """
try:
    risky(-1)
    ok=False
except MyErr:
    ok=True
assert ok
try:
    risky(-1)
except ValueError as e: assert str(e)=='neg'
assert issubclass(MyErr, ValueError)
""",
    ),
    "generators": (
        """
def gen(n):
    for i in range(n): yield i*i
""",
        ("i*i", "i"),
        """
assert list(gen(4))==[0,1,4,9]
g=gen(3)
assert next(g)==0
assert sum(g)==5
import types,inspect
assert isinstance(gen(1),types.GeneratorType)
assert inspect.isgeneratorfunction(gen) or True
""",
    ),
    "closures": (
        """
def apply(f,xs): return [f(x) for x in xs]
def make(n):
    def add(x): return x+n
    return add
""",
        ("x+n", "x"),
        """
assert apply(lambda v:v+1,[1,2])==[2,3]
assert make(3)(4)==7
add2=make(2)
assert apply(add2,[1])==[3]
calls=[]
apply(calls.append,[1,2])
assert calls==[1,2]
import math
assert apply(math.sqrt,[4])==[2]
""",
    ),
    "changed_in_place": (
        """
def rev(a): a.reverse()
def fill(d): d['k']=1
def zero(x): x[0]=0
""",
        ("a.reverse()", "a.sort()"),
        """
l=[1,2,3]
rev(l)
assert l==[3,2,1]
d={}
fill(d)
assert d=={'k':1}
import numpy as np
z=np.ones(3)
zero(z)
assert z[0]==0 and z.sum()==2
n=[[1],[2]]
rev(n)
assert n==[[2],[1]]
""",
    ),
    "random_numbers": (
        """
import numpy as np
def sample(n): return np.random.rand(n)
import random
def pick(l): return random.choice(l)
""",
        ("np.random.rand(n)", "np.zeros(n)"),
        """
np.random.seed(0)
a=sample(3)
np.random.seed(0)
assert np.allclose(a,np.random.rand(3))
random.seed(1)
p=pick([1,2,3,4])
random.seed(1)
assert p==random.choice([1,2,3,4])
""",
    ),
    "printed": (
        r"""
def hello(n):
    print('hi',n)
""",
        ("'hi'", "'ho'"),
        r"""
import io,contextlib
b=io.StringIO()
with contextlib.redirect_stdout(b):
    hello('x')
assert b.getvalue()=='hi x\n'
from unittest.mock import patch
with patch('sys.stdout', new_callable=io.StringIO) as o:
    hello('y')
assert 'hi y' in o.getvalue()
""",
    ),
    "introspection": (
        """
def fact(n): return 1 if n<2 else n*fact(n-1)
fact.__doc__='d'
""",
        ("def fact(n): return 1 if n<2 else n*fact(n-1)", "fact=lambda k: 1"),
        """
import inspect
assert list(inspect.signature(fact).parameters)==['n']
assert 'fact' in inspect.getsource(fact)
assert fact.__name__=='fact'
assert callable(fact)
assert fact.__doc__=='d'
assert inspect.isfunction(fact)
assert fact.__code__.co_argcount==1
""",
    ),
    "figures": (
        """
%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1,2],[3,4]);plt.title('T');ax=plt.gca()
def draw():
    fig,a=plt.subplots()
    a.plot([1,2,3]); a.set_xlabel('x')
    return a
""",
        ("'T'", "'t'"),
        """
assert ax.get_title()=='T'
assert len(ax.lines)==1
assert list(ax.lines[0].get_xdata())==[1,2]
b=draw()
assert b.get_xlabel()=='x'
assert len(b.get_lines())==1
plt.close('all')
""",
    ),
    "coroutines": (
        """
import asyncio
async def slow(x):
    await asyncio.sleep(0)
    return x*2
""",
        ("x*2", "x*3"),
        """
assert await slow(2)==4
import asyncio
assert await asyncio.gather(slow(1))==[2]
""",
    ),
    "collections_": (
        """
from collections import namedtuple,Counter
Pt=namedtuple('Pt','x y')
def mk(): return Pt(1,2)
def cnt(s): return Counter(s)
""",
        ("Pt(1,2)", "Pt(2,2)"),
        """
assert mk().x==1 and mk()==(1,2)
assert cnt('aab').most_common(1)==[('a',2)]
assert cnt('ab')=={'a':1,'b':1}
""",
    ),
    "arrays_of_an_object": (
        """
class Layer:
    def __init__(s):
        import numpy as np
        s.W=np.ones((2,2))
    def forward(s,x): return x@s.W
""",
        ("x@s.W", "x@s.W.T*2"),
        """
import numpy as np
L=Layer()
x=np.ones((1,2))
base=L.forward(x).sum()
L.W[0,0]+=1
assert L.forward(x).sum()==base+1
L.W=np.zeros((2,2))
assert L.forward(x).sum()==0
""",
    ),
    "operators": (
        """
from dataclasses import dataclass
@dataclass
class V:
    x:int
    y:int
    def __add__(s,o): return V(s.x+o.x,s.y+o.y)
    def __mul__(s,k): return V(s.x*k,s.y*k)
    __rmul__=__mul__
    def __abs__(s): return (s.x**2+s.y**2)**.5
    def __bool__(s): return bool(s.x or s.y)
    def __getitem__(s,i): return (s.x,s.y)[i]
    def __lt__(s,o): return abs(s)<abs(o)
    def __hash__(s): return hash((s.x,s.y))
""",
        ("s.x+o.x", "s.x-o.x"),
        """
v=V(1,2)+V(2,2)
assert (v.x,v.y)==(3,4)
assert abs(v)==5
assert v==V(3,4)
assert v!=V(0,0)
assert 2*v==V(6,8)==v*2
assert not V(0,0)
assert v[0]==3
assert V(0,1)<v
assert sorted([v,V(0,1)])[0]==V(0,1)
assert max([V(0,1),v])==v
assert len({V(1,1),V(1,1)})==1
""",
    ),
    "values": (
        """
answer=42
name='x'
lst=[1,2,3]
""",
        ("answer=42", "answer=41"),
        """
assert answer==42
assert isinstance(name,str)
assert lst[1:]==[2,3]
assert 'answer' in globals()
assert 'nope' not in globals()
lst2=lst
""",
    ),
    "any_arguments": (
        """
def f(x, *args, **kw): return x, args, kw
""",
        ("x, args, kw", "x, args, {}"),
        """
assert f(1,2,a=3)==(1,(2,),{'a':3})
""",
    ),
    "context_manager": (
        """
class CM:
    def __enter__(s): s.on=True; return s
    def __exit__(s,*a): s.on=False; return a[0] is ValueError
""",
        ("s.on=False", "s.on=True"),
        """
with CM() as c:
    assert c.on
assert not c.on
with CM():
    raise ValueError('x')
""",
    ),
    "unittest_": (
        """
def bad(): raise KeyError('k')
def div(a,b):
    try: return a/b
    except ZeroDivisionError: return None
""",
        ("a/b", "b/a"),
        """
import unittest
t=unittest.TestCase()
with t.assertRaises(KeyError): bad()
t.assertEqual(div(1,2),.5)
t.assertIsNone(div(1,0))
t.assertRaises(KeyError,bad)
""",
    ),
    "decorators": (
        """
def deco(fn):
    def w(*a): return fn(*a)+1
    return w
@deco
def one(): return 1
""",
        ("+1", ""),
        """
assert one()==2
@deco
def two(): return 2
assert two()==3
""",
    ),
    "memo": (
        """
memo={}
def fib(n):
    if n not in memo: memo[n]= n if n<2 else fib(n-1)+fib(n-2)
    return memo[n]
""",
        ("fib(n-2)", "fib(n-1)"),
        """
assert fib(30)==832040
assert len(memo)>10
""",
    ),
    "classes": (
        """
class Animal:
    def speak(s): raise NotImplementedError
class Dog(Animal):
    legs=4
    def speak(s): return 'wuff'
    @property
    def p(s): return 1
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(c): return c.__name__
""",
        ("'wuff'", "'miau'"),
        """
d=Dog()
assert isinstance(d,Animal)
assert issubclass(Dog,Animal)
assert d.speak()=='wuff'
assert Dog.legs==4 and Dog.st(3)==3 and Dog.cm()=='Dog' and d.p==1
assert Animal in Dog.__bases__ or True
d.legs=5
assert d.legs==5 and vars(d)=={'legs':5}
""",
    ),
    "file": (
        r"""
def write():
    with open('out.txt','w') as f: f.write('a,b\n1,2\n')
""",
        ("'a,b", "'b,a"),
        r"""
import os
if os.path.exists('out.txt'): os.remove('out.txt')
write()
assert open('out.txt').read().startswith('a,b')
""",
    ),
    "globals_": (
        """
x = 5
def incr():
    global x
    x += 1
""",
        ("x += 1", "x += 2"),
        """
old=x
incr()
assert x==old+1
""",
    ),
}


def cell(source, name="", **about):
    about = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, **about}
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": name, **about}} if name else {})


def notebook(answers):
    cells = [cell("import numpy as np")]
    for name, (_, _, test) in EXERCISES.items():
        cells.append(cell(answers[name], name, solution=True))
        cells.append(cell(test.strip(), f"check_{name}", grade=True, locked=True, points=1))
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def examined():
    """Right and wrong answers, examined, and what there is to say about the tests."""
    right = {name: answer.strip() for name, (answer, _, _) in EXERCISES.items()}
    wrong = {name: right[name].replace(*EXERCISES[name][1]) for name in EXERCISES}
    instructors = SimpleNamespace(released=notebook(dict.fromkeys(EXERCISES, "")), solution=notebook(right))
    markers = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
    settings = Settings(Limits(cell_seconds=10))
    with Examiner(Path("/nowhere"), {"all": instructors}, {}, markers, settings) as examiner:
        reports = [examiner.examine({"all": notebook(answers)}, {}) for answers in (right, wrong)]
        return *reports, examiner.notes()


def failed(report):
    """The names of the tests that failed."""
    assert report.state is State.GRADED, report.reason
    return {
        cell.metadata.nbgrader.grade_id.removeprefix("check_")
        for cell in report.notebooks["all"].cells
        if cell.metadata.get("nbgrader", {}).get("grade") and any(it.output_type == "error" for it in cell.outputs)
    }


def test_all_these_tests_can_be_run_outside(examined):
    assert examined[2] == []


@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_answer_passes(examined, name):
    assert name not in failed(examined[0])


@pytest.mark.parametrize("name", EXERCISES)
def test_a_wrong_answer_fails(examined, name):
    assert name in failed(examined[1])
