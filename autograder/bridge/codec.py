"""Plain data as JSON trees and byte strings, and back. What is not plain data is left to the caller.

Only exact types are plain: an instance of a subclass could lie about its value. Decoding builds nothing but the
types listed here, and evaluates and unpickles nothing, so that a tree from an untrusted process is safe to decode.

A tree is None, a bool, a float, a str or a small int as itself, and everything else a list that starts with a tag.
Values that can be changed in place carry a handle, by which both sides know them again.
"""

import datetime
import decimal
import fractions
import io
import keyword
import math
import types
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

MAX_DEPTH = 60
MAX_ITEMS = 2_000_000
_SMALL_INT = 2**53
_DTYPE_KINDS = "biufcSUmM"

# Types that may be named in a tree: as values themselves, `result is int` for instance.
NAMED_TYPES: dict[str, type] = {
    **{
        f"builtins.{kind.__name__}": kind
        for kind in (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice)
    },
    "builtins.object": object,
    "builtins.NoneType": type(None),
    "numpy.ndarray": np.ndarray,
    **{f"numpy.{kind.__name__}": kind for kind in set(np.sctypeDict.values()) if issubclass(kind, np.generic)},
}
_TYPE_NAMES = {kind: name for name, kind in NAMED_TYPES.items()}


class NotPlain(Exception):
    """A value is no plain data, nests too deeply or is too large."""


class MalformedTree(Exception):
    """A tree is none that `Encoder` makes."""


class Encoder:
    """Turn values into trees.

    Args:
        other: gives a tree for a value that is not plain data, a reference for instance, or raises NotPlain.
        handle_of: gives the handle of a value that can be changed in place, or None.

    Attributes:
        blobs: byte strings that the trees refer to by position.
        pure: whether `other` was never needed.
    """

    def __init__(
        self,
        other: Callable[[object, "Encoder"], list] | None = None,
        handle_of: Callable[[object], str | None] = lambda value: None,
    ) -> None:
        self.blobs: list[bytes] = []
        self.pure = True
        self._other = other
        self._handle_of = handle_of
        self._items = 0

    def encode(self, value: object, depth: int = 0) -> Any:
        """Return the tree of `value`.

        Raises:
            NotPlain: it cannot be encoded.
        """
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int:
            return value if -_SMALL_INT < value < _SMALL_INT else ["int", hex(value)]
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise NotPlain("it nests too deeply or holds too many values")
        encode = _ENCODERS.get(kind)
        if encode is not None:
            tree = encode(self, value, depth + 1)
            if tree is not None:
                return tree
        elif isinstance(value, tuple) and _is_namedtuple(kind):
            return ["namedtuple", kind.__name__, list(kind._fields), self.all(tuple(value), depth + 1)]
        elif kind is type and value in _TYPE_NAMES:
            return ["type", _TYPE_NAMES[value]]
        if self._other is None:
            raise NotPlain(f"{kind.__name__} is no plain data")
        self.pure = False
        return self._other(value, self)

    def all(self, values: Any, depth: int = 0) -> list:
        """Return the trees of several values."""
        return [self.encode(value, depth) for value in values]

    def pairs(self, mapping: Any, depth: int) -> list:
        """Return the trees of a mapping's keys and values."""
        return [[self.encode(key, depth), self.encode(value, depth)] for key, value in mapping.items()]

    def blob(self, content: bytes) -> int:
        """Keep a byte string and return its position."""
        self.blobs.append(content)
        return len(self.blobs) - 1

    def handle(self, value: object) -> str | None:
        """Return the handle of a value that can be changed in place."""
        return self._handle_of(value)


class Decoder:
    """Turn trees into values again.

    Args:
        blobs: byte strings that the trees refer to.
        other: gives the value of a tree that stands for no plain data, or raises MalformedTree.
        adopt: called with handle and value of what can be changed in place; returns the value to use, which is
            an earlier one if the handle is known.

    Attributes:
        pure: whether no references were met; `other` says so.
    """

    def __init__(
        self,
        blobs: list[bytes],
        other: Callable[[list, "Decoder"], object] | None = None,
        adopt: Callable[[str, object], object] = lambda handle, value: value,
    ) -> None:
        self.blobs = blobs
        self.pure = True
        self._other = other
        self._adopt = adopt
        self._items = 0

    def decode(self, tree: Any, depth: int = 0) -> Any:
        """Return the value of a tree.

        Raises:
            MalformedTree: no `Encoder` made it.
        """
        if tree is None or isinstance(tree, bool | int | float | str):
            return tree
        self._items += 1
        if depth > MAX_DEPTH + 5 or self._items > MAX_ITEMS:
            raise MalformedTree("it nests too deeply or holds too many values")
        if type(tree) is not list or not tree or type(tree[0]) is not str:
            raise MalformedTree("no tag")
        decode = _DECODERS.get(tree[0])
        try:
            if decode is not None:
                return decode(self, tree, depth + 1)
            if self._other is None:
                raise MalformedTree(f"unknown tag {tree[0][:40]!r}")
            return self._other(tree, self)
        except MalformedTree:
            raise
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
            raise MalformedTree(f"a broken {tree[0][:40]!r}") from error

    def all(self, trees: list, depth: int = 0) -> list:
        """Return the values of several trees."""
        if type(trees) is not list:
            raise MalformedTree("no list of trees")
        return [self.decode(tree, depth) for tree in trees]

    def pairs(self, trees: list, depth: int) -> list[tuple]:
        """Return the keys and values of a mapping's trees."""
        return [(self.decode(key, depth), self.decode(value, depth)) for key, value in trees]

    def blob(self, position: int) -> bytes:
        """Return a byte string by its position."""
        if type(position) is not int or not 0 <= position < len(self.blobs):
            raise MalformedTree("no such byte string")
        return self.blobs[position]

    def adopt(self, handle: str | None, value: object) -> Any:
        """Return the value to use for one that can be changed in place."""
        if handle is None:
            return value
        if type(handle) is not str:
            raise MalformedTree("no handle")
        return self._adopt(handle, value)


def change_in_place(value: Any, content: Any) -> bool:
    """Give `value` the content of another value of its type; return False if that cannot be done in place."""
    if type(value) is not type(content):
        return False
    match value:
        case np.ma.MaskedArray():
            return False
        case np.ndarray():
            if value.shape != content.shape or value.dtype != content.dtype or not value.flags.writeable:
                return False
            value[...] = content
        case dict() | set():
            value.clear()
            value.update(content)
        case deque():
            value.clear()
            value.extend(content)
        case list() | bytearray():
            value[:] = content
        case _:
            return False
    return True


def _is_namedtuple(kind: type) -> bool:
    return kind.__bases__ == (tuple,) and isinstance(getattr(kind, "_fields", None), tuple)


def _array_bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def _read_array(content: bytes) -> np.ndarray:
    array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False, max_header_size=2_000)
    if array.dtype.kind not in _DTYPE_KINDS or array.nbytes > len(content):
        raise MalformedTree("an array of another kind")
    return array


def _encode_array(encoder: Encoder, array: np.ndarray, depth: int) -> list | None:
    if array.dtype.kind in _DTYPE_KINDS:
        return ["array", encoder.blob(_array_bytes(array)), encoder.handle(array)]
    if array.dtype.kind == "O":
        return ["objects", list(array.shape), encoder.all(array.ravel().tolist(), depth)]
    return None


def _decode_objects(decoder: Decoder, tree: list, depth: int) -> np.ndarray:
    shape = tuple(int(side) for side in tree[1])
    if any(side < 0 for side in shape) or math.prod(shape) != len(tree[2]):
        raise MalformedTree("an array of another size")
    array = np.empty(len(tree[2]), dtype=object)
    for position, value in enumerate(decoder.all(tree[2], depth)):
        array[position] = value
    return array.reshape(shape)


def _encode_masked(encoder: Encoder, array: np.ma.MaskedArray, depth: int) -> list | None:
    if array.dtype.kind not in _DTYPE_KINDS:
        return None
    mask = np.ma.getmaskarray(array)
    data, fill = np.ma.getdata(array), np.asarray(array.fill_value)
    return ["masked", *(encoder.blob(_array_bytes(part)) for part in (data, mask, fill))]


def _decode_masked(decoder: Decoder, tree: list, depth: int) -> np.ma.MaskedArray:
    data, mask, fill = (_read_array(decoder.blob(position)) for position in tree[1:4])
    return np.ma.MaskedArray(data, mask=mask, fill_value=fill[()])


def _encode_scalar(encoder: Encoder, value: np.generic, depth: int) -> list | None:
    return ["scalar", encoder.blob(_array_bytes(np.asarray(value)))] if value.dtype.kind in _DTYPE_KINDS else None


def _named_tuple(decoder: Decoder, tree: list, depth: int) -> tuple:
    _, name, fields, values = tree
    if not all(type(word) is str and word.isidentifier() and not keyword.iskeyword(word) for word in [name, *fields]):
        raise MalformedTree("no names of fields")
    return namedtuple(name, fields, rename=True)(*decoder.all(values, depth))


def _named_type(decoder: Decoder, tree: list, depth: int) -> type:
    return NAMED_TYPES[tree[1]]


def _decode_int(decoder: Decoder, tree: list, depth: int) -> int:
    if len(tree[1]) > 250_000:
        raise MalformedTree("a number of too many digits")
    return int(tree[1], 16)


def _sequence(kind: type, mutable: bool) -> tuple[Callable, Callable]:
    tag = kind.__name__

    def encode(encoder: Encoder, value: Any, depth: int) -> list:
        return [tag, encoder.all(value, depth), encoder.handle(value) if mutable else None]

    def decode(decoder: Decoder, tree: list, depth: int) -> Any:
        return decoder.adopt(tree[2], kind(decoder.all(tree[1], depth)))

    return encode, decode


def _mapping(kind: type) -> tuple[Callable, Callable]:
    tag = kind.__name__

    def encode(encoder: Encoder, value: Any, depth: int) -> list:
        return [tag, encoder.pairs(value, depth), encoder.handle(value)]

    def decode(decoder: Decoder, tree: list, depth: int) -> Any:
        return decoder.adopt(tree[2], kind(dict(decoder.pairs(tree[1], depth))))

    return encode, decode


def _text(kind: type, write: Callable, read: Callable) -> tuple[Callable, Callable]:
    tag = kind.__name__
    return (
        lambda encoder, value, depth: [tag, write(value)],
        lambda decoder, tree, depth: read(tree[1]),
    )


_FACTORIES = {"list": list, "int": int, "dict": dict, "set": set, "float": float, "str": str}


def _encode_defaultdict(encoder: Encoder, value: defaultdict, depth: int) -> list | None:
    factory = next((name for name, kind in _FACTORIES.items() if kind is value.default_factory), "")
    if value.default_factory is not None and not factory:
        return None
    return ["defaultdict", encoder.pairs(value, depth), encoder.handle(value), factory]


def _decode_defaultdict(decoder: Decoder, tree: list, depth: int) -> defaultdict:
    return decoder.adopt(tree[2], defaultdict(_FACTORIES.get(tree[3]), decoder.pairs(tree[1], depth)))


_CODECS: dict[type, tuple[Callable, Callable]] = {
    list: _sequence(list, mutable=True),
    tuple: _sequence(tuple, mutable=False),
    set: _sequence(set, mutable=True),
    frozenset: _sequence(frozenset, mutable=False),
    dict: _mapping(dict),
    OrderedDict: _mapping(OrderedDict),
    Counter: _mapping(Counter),
    deque: (
        lambda encoder, value, depth: ["deque", encoder.all(value, depth), encoder.handle(value), value.maxlen],
        lambda decoder, tree, depth: decoder.adopt(tree[2], deque(decoder.all(tree[1], depth), tree[3])),
    ),
    complex: (
        lambda encoder, value, depth: ["complex", value.real, value.imag],
        lambda decoder, tree, depth: complex(float(tree[1]), float(tree[2])),
    ),
    bytes: (
        lambda encoder, value, depth: ["bytes", encoder.blob(value)],
        lambda decoder, tree, depth: bytes(decoder.blob(tree[1])),
    ),
    bytearray: (
        lambda encoder, value, depth: ["bytearray", encoder.blob(bytes(value)), encoder.handle(value)],
        lambda decoder, tree, depth: decoder.adopt(tree[2], bytearray(decoder.blob(tree[1]))),
    ),
    range: (
        lambda encoder, value, depth: ["range", *map(encoder.encode, (value.start, value.stop, value.step))],
        lambda decoder, tree, depth: range(*map(decoder.decode, tree[1:4])),
    ),
    slice: (
        lambda encoder, value, depth: ["slice", *encoder.all((value.start, value.stop, value.step), depth)],
        lambda decoder, tree, depth: slice(*decoder.all(tree[1:4], depth)),
    ),
    type(...): (lambda encoder, value, depth: ["ellipsis"], lambda decoder, tree, depth: ...),
    type(NotImplemented): (
        lambda encoder, value, depth: ["NotImplementedType"],
        lambda decoder, tree, depth: NotImplemented,
    ),
    defaultdict: (_encode_defaultdict, _decode_defaultdict),
    decimal.Decimal: _text(decimal.Decimal, str, decimal.Decimal),
    fractions.Fraction: _text(fractions.Fraction, str, fractions.Fraction),
    datetime.date: _text(datetime.date, datetime.date.isoformat, datetime.date.fromisoformat),
    datetime.timedelta: (
        lambda encoder, value, depth: ["timedelta", value.days, value.seconds, value.microseconds],
        lambda decoder, tree, depth: datetime.timedelta(*map(int, tree[1:4])),
    ),
    np.ndarray: (
        _encode_array,
        lambda decoder, tree, depth: decoder.adopt(tree[2], _read_array(decoder.blob(tree[1]))),
    ),
    np.ma.MaskedArray: (_encode_masked, _decode_masked),
    np.dtype: (
        lambda encoder, value, depth: ["dtype", value.str],
        lambda decoder, tree, depth: _plain_dtype(tree[1]),
    ),
}


def _encode_datetime(encoder: Encoder, value: datetime.datetime, depth: int) -> list | None:
    return ["datetime", value.isoformat()] if value.tzinfo is None else None


def _plain_dtype(text: str) -> np.dtype:
    if type(text) is not str or len(text) > 40:
        raise MalformedTree("no dtype")
    return np.dtype(text)


_ENCODERS: dict[type, Callable] = {
    **{kind: functions[0] for kind, functions in _CODECS.items()},
    datetime.datetime: _encode_datetime,
    **{kind: _encode_scalar for kind in set(np.sctypeDict.values()) if issubclass(kind, np.generic)},
    **{type(np.dtype(code)): _CODECS[np.dtype][0] for code in "?bBhHiIlLqQfdgFDGSUmM"},
}
_DECODERS: dict[str, Callable] = {
    **{kind.__name__: functions[1] for kind, functions in _CODECS.items()},
    "int": _decode_int,
    "array": lambda decoder, tree, depth: decoder.adopt(tree[2], _read_array(decoder.blob(tree[1]))),
    "objects": _decode_objects,
    "masked": _decode_masked,
    "scalar": lambda decoder, tree, depth: _read_array(decoder.blob(tree[1]))[()],
    "namedtuple": _named_tuple,
    "type": _named_type,
    "datetime": lambda decoder, tree, depth: datetime.datetime.fromisoformat(tree[1]),
}


def is_mutable_data(value: object) -> bool:
    """Whether a value can be changed in place and is then sent again."""
    return type(value) in (list, dict, set, bytearray, deque, OrderedDict, Counter, defaultdict, np.ndarray)


# Functions of these modules and types are sent from the judge by name: both sides have the same.
LIBRARY_CALLABLES = (types.BuiltinFunctionType, types.FunctionType, np.ufunc, type)
