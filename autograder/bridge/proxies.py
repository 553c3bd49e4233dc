"""What the learner's objects look like in the judge, and the judge's end of the bridge.

A proxy has the special methods that the object's type has, and passes them on. Nothing that comes back is trusted:
what is no plain data is another proxy, and where the instructor's own solution gave data, a proxy is refused
(`Expectations`), so that an object which only looks right earns nothing.
"""

import builtins
import inspect
import math
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

from autograder.bridge.codec import Decoder, Encoder, MalformedTree
from autograder.bridge.endpoint import Endpoint, find_named
from autograder.bridge.wire import Channel, DeadlinePassed, Disconnected, ProtocolError

SECONDS_FOR_A_FRAME = 10.0
MAX_OUTPUTS = 2_000
# Attributes with two underscores that are asked for on the other side; all others are looked up here.
_INTROSPECTION = {
    "__dict__", "__annotations__", "__defaults__", "__kwdefaults__", "__code__", "__self__", "__func__", "__closure__",
}  # fmt: skip
_BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv", "mod": "mod", "pow": "pow",
    "matmul": "matmul", "and": "and_", "or": "or_", "xor": "xor", "lshift": "lshift", "rshift": "rshift",
}  # fmt: skip
_COMPARISONS = ("lt", "le", "gt", "ge")
_UNARY = ("len", "bool", "int", "float", "complex", "index", "abs", "neg", "pos", "invert", "reversed", "iter", "next")
_KEYED = ("getitem", "setitem", "delitem", "contains", "round", "divmod", "format")


class Void(BaseException):
    """The test has no result, whatever it does about it: no `except` of a test may turn this into a pass."""


class AnswerTimedOut(Void):
    """The learner's code did not answer in time."""


class KernelGone(Void):
    """The process that ran the learner's code has ended."""


class NotWhatWasExpected(Void):
    """The learner's code gave an object where the instructor's solution gave plain data."""


class UnusualModel(Void):
    """The learner's model is none that can be rebuilt here: a person has to look at it."""


class Expectations:
    """What kind of thing each expression of a test gave when the instructor's own solution was examined.

    An expression is known by its path from a global name: `build()`, `build().layers[]`. While `recording`, kinds
    are noted; afterwards a proxy is refused where only data was seen.
    """

    def __init__(self, kinds: dict[str, list[str]] | None = None) -> None:
        self.recording = kinds is None
        self._kinds: dict[str, set[str]] = {path: set(seen) for path, seen in (kinds or {}).items()}

    def kinds(self) -> dict[str, list[str]]:
        """Return what was noted, as plain data."""
        return {path: sorted(kinds) for path, kinds in self._kinds.items()}

    def meet(self, path: str, value: object, pure: bool) -> None:
        """Note the kind of a value, or refuse it.

        Raises:
            NotWhatWasExpected, UnusualModel: see there.
        """
        kind = "data" if pure else "proxy"
        if self.recording:
            self._kinds.setdefault(path, set()).add(kind)
            return
        if kind == "data" or self._kinds.get(path, {"proxy"}) != {"data"}:
            return
        about = about_of(value)
        if about.get("unusual_model") is True:
            raise UnusualModel(f"{path} is a model that cannot be examined automatically (type {type(value).__name__})")
        what = f"an object of type {type(value).__name__}" if about else f"a {type(value).__name__} with objects in it"
        raise NotWhatWasExpected(f"{path} gave {what}; the test needs plain data or a model of Keras's own layers")


class JudgeEndpoint(Endpoint):
    """Asks the learner's kernel to do things, within deadlines, and believes nothing.

    Args:
        channel: the connection to the learner's kernel.
        interrupt: interrupts what runs in the kernel.
        grace: seconds that the kernel has to obey an interrupt.

    Attributes:
        deadline: time of `time.monotonic()` at which the current cell has to be done.
        expectations: what the current test cell expects, or None outside test cells.
        void: why the current test has no result, if so.
        outputs: what the learner's code printed and displayed, unless `on_outputs` takes it.
        on_outputs: called with what the learner's code printed and displayed.
        on_calling: called before a function of the learner's is called.
        on_called: called when a function of the learner's has returned.
        course_class: gives the class of the instructor's own cells that has a name, if there is one.
    """

    def __init__(self, channel: Channel, interrupt: Callable[[], None], grace: float = 3.0) -> None:
        super().__init__(channel, "j")
        self._interrupt, self._grace = interrupt, grace
        self.deadline = math.inf
        self.expectations: Expectations | None = None
        self.void: Void | None = None
        self.outputs: list[dict] = []
        self.on_outputs: Callable[[list[dict]], None] = self.outputs.extend
        self.on_calling: Callable[[], None] = lambda: None
        self.on_called: Callable[[], None] = lambda: None
        self.course_class: Callable[[str], type | None] = lambda name: None
        self._gone: str = ""
        self._lent: set[str] = set()
        self._path = ""
        self._proxies: dict[int, Proxy] = {}

    def do(self, path: str, operation: str, /, *args: Any, **kwargs: Any) -> Any:
        """Run an operation in the kernel; `path` is how its result is known to the expectations."""
        if self.void is not None:  # nothing that comes after can save the test
            raise self.void
        lent_before, path_before = self._lent, self._path
        self._lent = self._shared.named = set()
        self._path = path
        try:
            if operation == "call" and not self.is_asking:
                self.on_calling()
            result = self.ask(operation, *args, **kwargs)
            if operation == "call" and not self.is_asking:
                self.on_called()
            return result
        except (DeadlinePassed, Disconnected, ProtocolError, MalformedTree) as error:
            self._give_up(error)
        except Void as void:
            self.void = void
            raise
        finally:
            self._lent, self._path = lent_before, path_before
            self._shared.named = lent_before

    @property
    def is_asking(self) -> bool:
        """Whether a request is under way."""
        return self._depth > 0

    def begin_test(self, expectations: Expectations) -> None:
        """Prepare for a test cell: forget shared data and take over the kernel's random numbers."""
        self.begin()
        self.void = None
        self.expectations = None
        self.do("", "begin")
        self.expectations = expectations

    def begin(self) -> None:
        """Forget shared data."""
        super().begin()
        self._proxies = {}

    def name(self, name: str) -> Any:
        """Return what a global name of the kernel stands for.

        Raises:
            KeyError: there is no such name.
        """
        value = self.do(name, "name", name)
        if value is _NO_VALUE:
            raise KeyError(name)
        return value

    def has_name(self, name: str) -> bool:
        """Whether the kernel has a global name."""
        return self.do("", "has_name", name) is True

    def receive(self) -> tuple[Any, list[bytes]]:
        """Receive a frame before the deadline, or within a grace period after an interrupt."""
        if not self.channel.wait(_finite(self.deadline)):
            raise DeadlinePassed
        return self.channel.receive(time.monotonic() + SECONDS_FOR_A_FRAME)

    def run(self, tree: dict, decoder: Decoder) -> Any:
        """Run what the kernel asks for: only what was lent to it, and only by public names."""
        operation = tree.get("do")
        arguments = decoder.all(tree.get("args"))
        target, *rest = arguments
        if operation not in _LENT_OPERATIONS or not _is_lent(tree["args"][0]):
            raise MalformedTree("an operation that is not offered")
        if operation == "getattr" and (type(rest[0]) is not str or rest[0].startswith("_")):
            raise MalformedTree("a private attribute")
        named = {str(name): decoder.decode(value) for name, value in dict(tree.get("kwargs") or {}).items()}
        return _LENT_OPERATIONS[operation](target, *rest, **named)

    def accept(self, value: Any, decoder: Decoder) -> Any:
        """Check a result against what the instructor's solution gave."""
        if value is not _NO_VALUE and self.expectations is not None and self._path:
            self.expectations.meet(self._path, value, decoder.pure)
        return value

    def note_side_effects(self, tree: dict, decoder: Decoder) -> None:
        """Take what was printed."""
        outputs = tree.get("outputs")
        if outputs is None:
            return
        if type(outputs) is not list or len(outputs) > MAX_OUTPUTS:
            raise MalformedTree("no outputs")
        self.on_outputs(outputs)

    def may_change(self, handle: str) -> bool:
        """Whether the kernel may change a value in place: its own, and what the current call lends to it."""
        return not handle.startswith("j") or handle in self._lent

    def refer(self, value: object, encoder: Encoder) -> list:
        """Return a reference to the learner's object, to something that both sides can import, or to our own."""
        if isinstance(value, Proxy):
            return ["yours", _ref(value)]
        if isinstance(value, types.ModuleType):
            return ["module", value.__name__]
        if isinstance(value, BaseException):
            return ["exception", self.refer(type(value), encoder), [encoder.encode(str(part)) for part in value.args]]
        module = getattr(value, "__module__", None) or ("numpy" if type(value).__module__.startswith("numpy") else None)
        path = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
        if module != "__main__":
            try:
                if find_named(module, path) is value:
                    return ["import", module, path]
            except LookupError:
                pass
        return ["mine", self.export(value), str(getattr(value, "__name__", type(value).__name__))]

    def resolve(self, tree: list, decoder: Decoder) -> object:
        """Return a proxy, or an object of ours that comes back."""
        match tree:
            case ["yours", number]:
                return self.exported(number)
            case ["nothing"]:
                return _NO_VALUE
            case ["mine", int(number), dict(about)]:
                if number not in self._proxies:
                    self._proxies[number] = make_proxy(self, number, about, self._path)
                return self._proxies[number]
        raise MalformedTree("no reference")

    def describe_error(self, error: BaseException, encoder: Encoder) -> dict:
        """Tell the kernel what went wrong in a function of ours, without where."""
        if isinstance(error, Void):
            raise error
        return {"type": type(error).__name__, "message": str(error)[:500]}

    def raise_error(self, tree: Any, decoder: Decoder) -> None:
        """Raise the exception that the learner's code raised, of the same built-in type or one that is like it."""
        if type(tree) is not dict:
            raise MalformedTree("no error")
        raise make_error(tree)

    def close(self, reason: str) -> None:
        """Ask for nothing any more: the kernel is gone."""
        self._gone = self._gone or reason

    def _decode_other(self, tree: list, decoder: Decoder) -> object:
        if tree[0] == "model_state" and not (type(tree[1]) is str and self.may_change(tree[1])):
            return None
        return super()._decode_other(tree, decoder)

    def _send_frame(self, tree: dict, blobs: list[bytes]) -> None:
        if self._gone:
            raise Disconnected(self._gone)
        self.channel.send(tree, blobs, _finite(self.deadline + self._grace))

    def _give_up(self, error: Exception) -> None:
        """Void the test; after a missed deadline bring the kernel back to where it can be asked again, or end it."""
        match error:
            case DeadlinePassed():
                self._recover()
                self.void = AnswerTimedOut("the time limit of the cell was reached")
            case Disconnected():
                self.close(str(error))
                self.void = KernelGone(self._gone)
            case _:
                self.close(f"it sent what cannot be read: {error}")
                self.void = NotWhatWasExpected(f"the answer's result cannot be read: {error}")
        raise self.void from None

    def _recover(self) -> None:
        """Interrupt the kernel and throw away the answer that it still owes."""
        self._interrupt()
        limit = time.monotonic() + self._grace
        try:
            while True:
                if not self.channel.wait(limit):
                    raise DeadlinePassed
                tree, _ = self.channel.receive(limit)
                if type(tree) is dict and "do" in tree:
                    refusal = {"error": {"type": "TimeoutError", "message": "the time is over"}}
                    self.channel.send(refusal, [], limit)
                    self._interrupt()
                else:
                    return
        except (DeadlinePassed, Disconnected, ProtocolError):
            self.close("it ignored the interrupt")


_NO_VALUE = object()  # what a name stands for that the kernel does not have


def _finite(deadline: float) -> float | None:
    return None if deadline == math.inf else deadline


def _is_lent(tree: object) -> bool:
    return type(tree) is list and tree[:1] == ["yours"]


_LENT_OPERATIONS: dict[str, Callable] = {
    "call": lambda function, /, *args, **kwargs: function(*args, **kwargs),
    "getattr": getattr,
    "getitem": lambda container, key: container[key],
    "len": len,
    "bool": bool,
    "iter": iter,
    "next": next,
    "str": str,
}


class Proxy:
    """Something of the learner's, which stays in the learner's process."""

    __slots__ = ("_about", "_endpoint", "_number", "_path")

    def __init__(self, endpoint: JudgeEndpoint, number: int, about: dict, path: str) -> None:
        for name, value in (("_endpoint", endpoint), ("_number", number), ("_about", about), ("_path", path)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        about = object.__getattribute__(self, "_about")
        if name.startswith("__") and name.endswith("__"):
            if name == "__signature__" and "signature" in about:
                return _signature(about["signature"])
            if name in ("__bases__", "__mro__") and "bases" in about:
                return tuple(_local_types(about["bases"], object.__getattribute__(self, "_endpoint")))[
                    slice(1, None) if name == "__bases__" else slice(None)
                ]
            if isinstance(about.get(name), str):
                return about[name]
            if name not in _INTROSPECTION:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _do(self, f".{name}", "getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _do(self, "", "setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        _do(self, "", "delattr", self, name)

    def __dir__(self) -> list[str]:
        return _do(self, ".dir()", "dir", self)

    def __repr__(self) -> str:
        return _text(_do(self, ".repr()", "repr", self))

    def __str__(self) -> str:
        return _text(_do(self, ".str()", "str", self))

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Proxy):  # it must not be told what is expected
            return False
        return _ref(self) == _ref(other) or _do(self, " == ", "eq", self, other)

    def __ne__(self, other: object) -> Any:
        equal = self == other
        return not equal if isinstance(equal, bool) else equal

    def __hash__(self) -> int:
        return _do(self, ".hash()", "hash", self)

    def __reduce_ex__(self, protocol: int) -> Any:
        raise TypeError("an object of the learner's cannot be copied or pickled here")

    def __deepcopy__(self, memo: dict) -> Any:
        import copy

        endpoint = object.__getattribute__(self, "_endpoint")
        return endpoint.do(object.__getattribute__(self, "_path"), "call", copy.deepcopy, self)

    def __copy__(self) -> Any:
        import copy

        endpoint = object.__getattribute__(self, "_endpoint")
        return endpoint.do(object.__getattribute__(self, "_path"), "call", copy.copy, self)


def about_of(value: object) -> dict:
    """Return what the kernel said about the object behind a proxy; an empty dict for anything else."""
    return object.__getattribute__(value, "_about") if isinstance(value, Proxy) else {}


def ask_about(value: Proxy, operation: str) -> Any:
    """Run an operation of the kernel on what is behind a proxy."""
    return _do(value, f".{operation}()", operation, value)


def _ref(proxy: Proxy) -> int:
    return object.__getattribute__(proxy, "_number")


def _do(proxy: Proxy, step: str, operation: str, /, *args: Any, **kwargs: Any) -> Any:
    endpoint, path = object.__getattribute__(proxy, "_endpoint"), object.__getattribute__(proxy, "_path")
    return endpoint.do(path + step, operation, *args, **kwargs)


def _text(value: object) -> str:
    return value if type(value) is str else ""


def _method(name: str) -> Callable | None:
    """Return the special method `__name__` of a proxy whose object has one."""
    if name == "call":
        return lambda self, /, *args, **kwargs: _do(self, "()", "call", self, *args, **kwargs)
    if name in _UNARY or name in _KEYED:
        return lambda self, *args: _do(self, "[]" if name == "getitem" else f".{name}()", name, self, *args)
    if name in _BINARY:
        return lambda self, other: _do(self, f".{name}()", _BINARY[name], self, other)
    if name in _COMPARISONS:
        return lambda self, other: _do(self, f".{name}()", name, self, other)
    if name.startswith("r") and name[1:] in _BINARY:
        return lambda self, other: _do(self, f".{name}()", _BINARY[name[1:]], other, self)
    if name.startswith("i") and name[1:] in _BINARY:
        operation = "i" + _BINARY[name[1:]].rstrip("_")
        return lambda self, other: _do(self, f".{name}()", operation, self, other)
    if name == "enter":
        return lambda self: _do(self, ".enter()", "enter", self)
    if name == "exit":
        return lambda self, kind, error, trace: _do(self, ".exit()", "exit", self, kind, error, None)
    if name == "aiter":
        return lambda self: _do(self, ".aiter()", "aiter", self)
    return None


def _await(self: Proxy) -> Iterator:
    return _do(self, ".await()", "await", self)
    yield  # a generator, as `__await__` has to be


async def _anext(self: Proxy) -> Any:
    return _do(self, ".anext()", "anext", self)


_SPECIAL_METHODS = {
    **{f"__{name}__": method for name in (
        "call", *_UNARY, *_KEYED, *_BINARY, *_COMPARISONS, "enter", "exit", "aiter",
        *(f"r{name}" for name in _BINARY), *(f"i{name}" for name in _BINARY),
    ) if (method := _method(name))},
    "__await__": _await,
    "__anext__": _anext,
}  # fmt: skip
_PRETENDED = {
    "function": types.FunctionType,
    "method": types.MethodType,
    "generator": types.GeneratorType,
    "coroutine": types.CoroutineType,
    "class": type,
}
_proxy_types: dict[tuple, type] = {}


def make_proxy(endpoint: JudgeEndpoint, number: int, about: dict, path: str) -> Any:
    """Return the proxy of an object of which the kernel says `about`; for an exception class, a real class."""
    kind = about.get("kind")
    if kind == "exception class":
        bases = [name.rpartition(".")[2] for name in _texts(about.get("bases"))]
        return _error_class(about.get("__module__"), about.get("__qualname__"), bases)
    type_name = _texts(about.get("type"))
    special = frozenset(_SPECIAL_METHODS.keys() & set(_texts(about.get("special"))))
    mro = tuple(_texts(about.get("mro")))
    key = (*type_name, special, kind if isinstance(kind, str) else "", mro)
    if key not in _proxy_types:
        course_types = (endpoint.course_class(name.removeprefix("__main__.")) for name in mro)
        pretended = next(filter(None, course_types), None) if endpoint else None
        _proxy_types[key] = _make_proxy_type(type_name[-1] if type_name else "object", special, kind, mro, pretended)
    return _proxy_types[key](endpoint, number, about, path)


def _make_proxy_type(
    name: str, special: frozenset[str], kind: object, mro: tuple[str, ...], course_type: type | None
) -> type:
    members: dict[str, Any] = {
        "__slots__": (),
        "__module__": "__main__",
        # found on the class, it would not reach `__getattr__`
        "__doc__": property(lambda self: about_of(self).get("__doc__")),
        **{method: _SPECIAL_METHODS[method] for method in special},
    }
    pretended = _PRETENDED.get(kind) or course_type or next(_course_types(mro), None)
    if pretended is not None:
        members["__class__"] = property(lambda self: pretended)
    if kind == "class":
        members["__instancecheck__"] = lambda self, value: _do(self, ".isinstance()", "isinstance", value, self) is True
        members["__subclasscheck__"] = lambda self, value: _do(self, ".issubclass()", "issubclass", value, self) is True
    return type(name if name.isidentifier() else "object", (Proxy,), members)


def _course_types(mro: tuple[str, ...]) -> Iterator[type]:
    """Yield the classes of the course's own modules among the names of a type's bases."""
    for name in mro:
        module, _, path = name.rpartition(".")
        if module.partition(".")[0] in ("builtins", "numpy", "keras", "tensorflow", "") or module not in sys.modules:
            continue
        try:
            found = find_named(module, path)
        except LookupError:
            continue
        if isinstance(found, type):
            yield found


def _local_types(names: list, endpoint: JudgeEndpoint) -> Iterator[type]:
    """Yield the built-in and the instructor's types among the names of a class's bases, the class itself first."""
    for position, name in enumerate(_texts(names)):
        module, _, path = name.rpartition(".")
        found = getattr(builtins, path, None) if module == "builtins" else endpoint.course_class(path)
        if isinstance(found, type):
            yield found
        elif position == 0:
            yield object


def _texts(value: object) -> list[str]:
    return [text for text in value if type(text) is str][:60] if type(value) is list else []


def _places(lines: Any) -> list[list]:
    lines = lines if type(lines) is list else []
    return [line for line in lines[:20] if type(line) is list and len(line) == 3 and type(line[1]) is int]


def _signature(parameters: Any) -> inspect.Signature:
    try:
        made = []
        for name, kind, default in parameters:
            standard = inspect.Parameter.empty if default is None else Decoder([]).decode(default[0])
            made.append(inspect.Parameter(name, inspect._ParameterKind(kind), default=standard))
        return inspect.Signature(made)
    except (TypeError, ValueError, LookupError, MalformedTree) as error:
        raise AttributeError("__signature__") from error


_error_classes: dict[tuple[str, str], type[BaseException]] = {}


def _error_class(module: object, name: object, bases: list[str]) -> type[BaseException]:
    """Return the exception class of that name: the built-in or imported one, or one that stands for the learner's."""
    module, name = str(module)[:200], str(name)[:200]
    if module == "builtins":
        found = getattr(builtins, name, None)
    else:
        try:
            found = find_named(module, name) if module != "__main__" else None
        except LookupError:
            found = None
    if isinstance(found, type) and issubclass(found, BaseException) and not issubclass(found, Void):
        return found
    if (module, name) not in _error_classes:
        known = (getattr(builtins, base, None) for base in bases)
        base = next((it for it in known if isinstance(it, type) and issubclass(it, BaseException)), Exception)
        plain = name.rpartition(".")[2]
        made = type(plain if plain.isidentifier() else "Error", (base,), {"__module__": module})
        _error_classes[module, name] = made
    return _error_classes[module, name]


def make_error(tree: dict) -> BaseException:
    """Return the exception that a tree of the kernel describes, with the learner's lines as an attribute."""
    module, name = (*_texts(tree.get("type")), "", "")[:2]
    kind = _error_class(module, name, _texts(tree.get("bases")))
    message = _text(tree.get("message"))
    try:
        arguments = Decoder([]).decode(tree.get("args"))
    except MalformedTree:
        arguments = None
    error = kind.__new__(kind)
    try:
        error.args = arguments if type(arguments) is tuple else (message,)
        if kind.__module__ == "builtins" and type(arguments) is tuple and arguments:
            error.__init__(*arguments)  # sets attributes such as `errno`
    except Exception:
        error.args = (message,)
    error.learners_lines = [(_text(name), number, _text(text)) for name, number, text in _places(tree.get("traceback"))]
    return error
