"""The end of the bridge in the process that runs the learner's code."""

import builtins
import contextlib
import importlib
import inspect
import operator
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any

from autograder.bridge import keras_objects
from autograder.bridge.codec import Decoder, Encoder, MalformedTree, NotPlain
from autograder.bridge.endpoint import Endpoint, find_named
from autograder.bridge.wire import Channel
from autograder.kernel import CellKernel

# Operators of two values; `and` and `or` are called `and_` and `or_` where they are functions.
_IN_PLACE = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift")
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
SPECIAL_METHODS = frozenset(
    f"__{name}__"
    for name in (
        "call", "len", "getitem", "setitem", "delitem", "contains", "iter", "next", "reversed", "enter", "exit", "bool",
        "int", "float", "complex", "index", "round", "abs", "neg", "pos", "invert", "hash", "divmod", "rdivmod", "str",
        "repr", "format", "await", "aiter", "anext", *_COMPARISONS,
        *(prefix + name for prefix in ("", "r", "i") for name in _IN_PLACE),
    )
)  # fmt: skip
_DEFAULTS_OF_OBJECT = {
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__str__",
    "__repr__",
    "__format__",
}
_TEXT_LIMIT = 2_000


_NOTHING = object()


class LearnerEndpoint(Endpoint):
    """Runs what the judge asks for in the learner's kernel.

    Args:
        channel: the connection to the judge.
        kernel: the kernel of this process.
    """

    def __init__(self, channel: Channel, kernel: CellKernel) -> None:
        super().__init__(channel, "k")
        self._kernel = kernel
        self._names = kernel.shell.user_ns
        self._interruptible = False
        self._main_thread = threading.get_ident()
        self._operations = {
            **_OPERATIONS,
            "cell": self._run_cell,
            "name": self._name,
            "has_name": self._names.__contains__,
            "set_name": self._names.__setitem__,
            "del_name": self._names.__delitem__,
            "begin": self.begin,
            "await": lambda awaitable: kernel.loop.run_until_complete(_wait_for(awaitable)),
            "anext": lambda iterator: kernel.loop.run_until_complete(_wait_for(anext(iterator))),
            "module": _module,
            "random_seed": _set_random_seed,
        }

    def serve_forever(self) -> None:
        """Serve until the judge hangs up."""
        signal.signal(signal.SIGINT, self._interrupt)
        while True:
            tree, blobs = self.receive()
            self._take_changes(tree, self.decoder(blobs))
            self.serve(tree, blobs)

    def run(self, tree: dict, decoder: Decoder) -> Any:
        """Run the operation of a request, with what it prints collected for the answer."""
        arguments = decoder.all(tree["args"])
        named = {name: decoder.decode(value) for name, value in tree["kwargs"].items()}
        operation = self._operations[tree["do"]]
        if tree["do"] == "cell":
            return operation(*arguments)
        with self._kernel.collecting(), self._interrupts():
            return operation(*arguments, **named)

    def ask(self, operation: str, /, *args: Any, **kwargs: Any) -> Any:
        """Let the judge run an operation on something of its own: call a function that a test passed, for instance."""
        if threading.get_ident() != self._main_thread:
            raise RuntimeError("a function of the test can only be called from the main thread")
        before, self._interruptible = self._interruptible, False
        try:
            return super().ask(operation, *args, **kwargs)
        finally:
            self._interruptible = before

    def side_effects(self) -> dict:
        """Return what was printed since the last frame."""
        outputs = self._kernel.collector.take()
        return {"outputs": outputs} if outputs else {}

    def refer(self, value: object, encoder: Encoder) -> list:
        """Return a reference to an object of this process, or to the judge's own."""
        if value is _NOTHING:
            return ["nothing"]
        if isinstance(value, Borrowed):
            return ["yours", object.__getattribute__(value, "_number")]
        return ["mine", self.export(value), describe(value)]

    def resolve(self, tree: list, decoder: Decoder) -> object:
        """Return what a reference of the judge stands for."""
        match tree:
            case ["yours", number]:
                return self.exported(number)
            case ["mine", number, name]:
                return Borrowed(self, number, name)
            case ["import", module, path]:
                __import__(module)
                return find_named(module, path)
            case ["module", module]:
                __import__(module)
                return sys.modules[module]
            case ["exception", type_tree, arguments]:
                return decoder.decode(type_tree)(*decoder.all(arguments))
        raise MalformedTree("no reference")

    def describe_error(self, error: BaseException, encoder: Encoder) -> dict:
        """Return type, message and place of an exception, and itself as a reference."""
        kind = type(error)
        try:
            message = str(error)
        except BaseException:  # a learner's own `__str__`
            message = ""
        try:
            arguments = Encoder().encode(error.args)
        except BaseException:
            arguments = None
        return {
            "type": [kind.__module__, kind.__name__],
            "bases": [base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"],
            "message": message[:_TEXT_LIMIT],
            "args": arguments,
            "traceback": _learners_lines(error),
            "ref": self.export(error),
        }

    def raise_error(self, tree: Any, decoder: Decoder) -> None:
        """Raise what went wrong in a function that the judge lent."""
        kind = getattr(builtins, tree["type"], None)
        raise (kind if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError)(tree["message"])

    def _run_cell(self, source: str) -> list[dict]:
        with self._interrupts():
            return self._kernel.run_cell(source)

    def _name(self, name: str) -> Any:
        """Return the value of a global name, or what says that there is none."""
        return self._names.get(name, _NOTHING)

    def _interrupt(self, _signal: int, _frame: object) -> None:
        if self._interruptible:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def _interrupts(self) -> Iterator[None]:
        """Let an interrupt stop what runs; between two operations it would break the conversation."""
        before, self._interruptible = self._interruptible, True
        try:
            yield
        finally:
            self._interruptible = before


class Borrowed:
    """Something that lives in the judge: a function that a test passed, or an object of the instructor's."""

    def __init__(self, endpoint: LearnerEndpoint, number: int, name: str) -> None:
        self._endpoint, self._number, self.__name__ = endpoint, number, name

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self._endpoint.ask("call", self, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._endpoint.ask("getattr", self, name)

    def __len__(self) -> int:
        return self._endpoint.ask("len", self)

    def __bool__(self) -> bool:
        return self._endpoint.ask("bool", self)

    def __getitem__(self, key: Any) -> Any:
        return self._endpoint.ask("getitem", self, key)

    def __iter__(self) -> Any:
        return self._endpoint.ask("iter", self)

    def __next__(self) -> Any:
        return self._endpoint.ask("next", self)

    def __str__(self) -> str:
        return self._endpoint.ask("str", self)

    def __repr__(self) -> str:
        return f"<{self.__name__}>"


def describe(value: Any) -> dict:
    """Return what the judge has to know about an object to which it gets a reference."""
    kind = type(value)
    about: dict[str, Any] = {
        "type": [str(kind.__module__)[:_TEXT_LIMIT], str(kind.__name__)[:_TEXT_LIMIT]],
        "mro": [f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__][:30],
        "special": sorted(name for name in SPECIAL_METHODS if _has_special(kind, name)),
        "kind": _kind(value),
        "unusual_model": keras_objects.is_unusual_model(value),
    }
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        text = getattr(value, name, None)
        if isinstance(text, str):
            about[name] = text[:_TEXT_LIMIT]
    if callable(value):
        with contextlib.suppress(Exception):
            about["signature"] = _signature(value)
    if isinstance(value, type):
        about["bases"] = [f"{base.__module__}.{base.__qualname__}" for base in value.__mro__][:30]
    return about


def _has_special(kind: type, name: str) -> bool:
    method = next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), None)
    return method is not None and (name not in _DEFAULTS_OF_OBJECT or method is not vars(object).get(name))


def _kind(value: object) -> str:
    if isinstance(value, type):
        return "exception class" if issubclass(value, BaseException) else "class"
    for name in ("function", "method", "generator", "coroutine", "module"):
        if getattr(inspect, f"is{name}")(value):
            return name
    return "object"


def _signature(value: Any) -> list:
    parameters = []
    for parameter in inspect.signature(value).parameters.values():
        default = None
        if parameter.default is not parameter.empty:
            try:
                encoder = Encoder()
                default = [encoder.encode(parameter.default)]
                if encoder.blobs:
                    default = [repr(parameter.default)[:100]]
            except NotPlain:
                default = [repr(parameter.default)[:100]]
        parameters.append([parameter.name, int(parameter.kind), default])
    return parameters


def _learners_lines(error: BaseException) -> list[list]:
    """Return file-independent places of an exception in cells: name of the function, line number, text."""
    frames = traceback.extract_tb(error.__traceback__)
    return [
        [frame.name[:200], frame.lineno, (frame.line or "")[:400]]
        for frame in frames
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython")
    ][-8:]


async def _wait_for(awaitable: Any) -> Any:
    return await awaitable


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _set_random_seed(seed: int) -> None:
    for module in ("keras", "tensorflow"):
        if module in sys.modules:
            if module == "keras":
                sys.modules["keras"].utils.set_random_seed(seed)
            else:
                sys.modules["tensorflow"].random.set_seed(seed)
            return


_OPERATIONS: dict[str, Any] = {
    "call": lambda function, /, *args, **kwargs: function(*args, **kwargs),
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "len": len,
    "iter": iter,
    "next": next,
    "reversed": reversed,
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "abs": abs,
    "neg": operator.neg,
    "pos": operator.pos,
    "invert": operator.invert,
    "divmod": divmod,
    "hash": hash,
    "str": str,
    "repr": repr,
    "format": format,
    "dir": dir,
    "aiter": aiter,
    "enter": lambda manager: type(manager).__enter__(manager),
    "exit": lambda manager, *error: type(manager).__exit__(manager, *error),
    "isinstance": isinstance,
    "issubclass": issubclass,
    "getsource": inspect.getsource,
    "getsourcelines": inspect.getsourcelines,
    **{
        name: getattr(operator, name)
        for name in (
            *_COMPARISONS,
            *(name + "_" * (name in ("and", "or")) for name in _IN_PLACE),
            *(f"i{name}" for name in _IN_PLACE),
        )
    },
}
