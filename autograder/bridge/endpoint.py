"""One end of the bridge: run operations that the other side asks for, and ask for operations there.

Both sides take turns. A frame is a request (`do`), or the answer to the latest one (`value` or `error`); a side that
waits for an answer serves the requests that come instead, so that calls can go back and forth. What cannot travel as
data stays where it is, and the other side gets a reference. Lists, dicts, sets and arrays carry handles: what one
side changed in them is sent with its next frame, and changed in place on the other.
"""

import json
import random
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograder.bridge import keras_objects, tables
from autograder.bridge.codec import Decoder, Encoder, MalformedTree, NotPlain, change_in_place, is_mutable_data
from autograder.bridge.wire import Channel, ProtocolError

MAX_SHARED = 64
MAX_SHARED_ITEMS = 10_000
MAX_SHARED_BYTES = 16 * 2**20
MAX_NESTED_REQUESTS = 40


class Endpoint:
    """What both sides have in common.

    Args:
        channel: the connection to the other side.
        prefix: a letter that tells this side's handles from the other's.
    """

    def __init__(self, channel: Channel, prefix: str) -> None:
        self.channel = channel
        self._prefix = prefix
        self._exports: dict[int, object] = {}
        self._export_numbers: dict[int, int] = {}
        self._shared = _SharedValues(prefix)
        self._depth = 0
        self._random_state: tuple | None = None

    def ask(self, operation: str, /, *args: Any, **kwargs: Any) -> Any:
        """Let the other side run an operation and return its result, or raise the exception that it raised."""
        if self._depth > MAX_NESTED_REQUESTS:
            raise RecursionError("calls between the answer and its test nest too deeply")
        self._depth += 1
        try:
            encoder = self.encoder()
            arguments = encoder.all(args)
            named = {name: encoder.encode(value) for name, value in kwargs.items()}
            self._send({"do": operation, "args": arguments, "kwargs": named}, encoder)
            return self._await_answer()
        finally:
            self._depth -= 1

    def serve(self, tree: dict, blobs: list[bytes]) -> None:
        """Run the operation that a request asks for, and answer it."""
        encoder = self.encoder()
        try:
            value = self.run(tree, self.decoder(blobs))
            answer = {"value": encoder.encode(value)}
        except (ProtocolError, MalformedTree):
            raise
        except BaseException as error:
            encoder = self.encoder()
            answer = {"error": self.describe_error(error, encoder)}
        try:
            self._send(answer, encoder)
        except (ProtocolError, NotPlain) as error:
            self._send({"error": self.describe_error(ValueError(f"the result is too large: {error}"), encoder)})

    def begin(self) -> None:
        """Forget which lists, dicts and arrays both sides share: a new test cell begins."""
        self._shared = _SharedValues(self._prefix)

    def run(self, tree: dict, decoder: Decoder) -> Any:
        """Run the operation of a request."""
        raise NotImplementedError

    def refer(self, value: object, encoder: Encoder) -> list:
        """Return the tree for what cannot travel."""
        raise NotImplementedError

    def resolve(self, tree: list, decoder: Decoder) -> object:
        """Return the value of a tree that the other side's `refer` gave."""
        raise NotImplementedError

    def describe_error(self, error: BaseException, encoder: Encoder) -> dict:
        """Return the tree of an exception."""
        raise NotImplementedError

    def raise_error(self, tree: Any, decoder: Decoder) -> None:
        """Raise the exception of a tree."""
        raise NotImplementedError

    def receive(self) -> tuple[Any, list[bytes]]:
        """Receive a frame."""
        return self.channel.receive()

    def may_change(self, handle: str) -> bool:
        """Whether the other side may change a value of this side in place."""
        return True

    def note_side_effects(self, tree: dict, decoder: Decoder) -> None:
        """Look at what came with an answer besides its value."""

    def side_effects(self) -> dict:
        """Return what is to be sent with a frame besides its value."""
        return {}

    def encoder(self) -> Encoder:
        """Return an encoder that knows references, models and shared values."""
        return Encoder(self._encode_other, self._shared.handle)

    def decoder(self, blobs: list[bytes]) -> Decoder:
        """Return a decoder that knows references, models and shared values."""
        return Decoder(blobs, self._decode_other, self._adopt)

    def export(self, value: object) -> int:
        """Keep a value for the other side and return the number by which it is known there."""
        number = self._export_numbers.get(id(value))
        if number is None:
            number = len(self._exports)
            self._exports[number] = value
            self._export_numbers[id(value)] = number
        return number

    def exported(self, number: object) -> Any:
        """Return an exported value by its number."""
        if type(number) is not int or number not in self._exports:
            raise MalformedTree("no such reference")
        return self._exports[number]

    def _encode_other(self, value: object, encoder: Encoder) -> list:
        tree = keras_objects.encode(value, encoder, self._shared)
        if tree is None:
            tree = tables.encode(value, encoder)
        return self.refer(value, encoder) if tree is None else tree

    def _decode_other(self, tree: list, decoder: Decoder) -> object:
        if keras_objects.stands_for(tree):
            return keras_objects.decode(tree, decoder, self._shared)
        if tables.stands_for(tree):
            return tables.decode(tree, decoder)
        decoder.pure = False
        return self.resolve(tree, decoder)

    def _adopt(self, handle: str, value: Any) -> Any:
        return self._shared.adopt(handle, value, self.may_change)

    def _send(self, tree: dict, encoder: Encoder | None = None) -> None:
        encoder = encoder or self.encoder()
        changes = self._shared.changes(encoder)
        self._send_frame({**tree, **self._random_changes(encoder), **changes, **self.side_effects()}, encoder.blobs)

    def _send_frame(self, tree: dict, blobs: list[bytes]) -> None:
        self.channel.send(tree, blobs)

    def _await_answer(self) -> Any:
        while True:
            tree, blobs = self.receive()
            if type(tree) is not dict:
                raise MalformedTree("a frame is no object")
            decoder = self.decoder(blobs)
            self._take_changes(tree, decoder)
            if "do" in tree:
                self.serve(tree, blobs)
                continue
            self.note_side_effects(tree, decoder)
            if "error" in tree:
                self.raise_error(tree["error"], decoder)
            decoder.pure = True  # what was decoded up to here was not the value
            return self.accept(decoder.decode(tree.get("value")), decoder)

    def accept(self, value: Any, decoder: Decoder) -> Any:
        """Look at the result of a request; return what is to be used."""
        return value

    def _take_changes(self, tree: dict, decoder: Decoder) -> None:
        if "random" in tree:
            self._adopt_random(tree["random"], decoder)
        if "changes" in tree:
            decoder.all(tree["changes"])

    def _random_changes(self, encoder: Encoder) -> dict:
        """Return the state of the random numbers of `random` and NumPy if it is not what the other side has."""
        state = _random_state()
        if state == self._random_state:
            return {}
        self._random_state = state
        return {"random": encoder.encode(state)}

    def _adopt_random(self, tree: list, decoder: Decoder) -> None:
        state = decoder.decode(tree)
        try:
            random.setstate(state[0])
            kind, keys, *rest = state[1]
            np.random.set_state((kind, np.frombuffer(keys, dtype=np.uint32), *rest))
        except (TypeError, ValueError, LookupError) as error:
            raise MalformedTree("no state of random numbers") from error
        self._random_state = _random_state()


class _SharedValues:
    """Values that both sides have, each its own copy, by handle."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._values: dict[str, Any] = {}
        self._handles: dict[int, str] = {}
        self._digests: dict[str, int] = {}
        self._count = 0
        self.named: set[str] | None = None  # handles that were encoded since this was set to an empty set

    def handle(self, value: object) -> str | None:
        """Return the handle of a value, a new one if it has none yet; None if it is too large to be watched."""
        handle = self._handles.get(id(value))
        if handle is None and _is_small(value):
            return self.new(value)
        if handle and self.named is not None:
            self.named.add(handle)
        return handle

    def new(self, value: object) -> str:
        """Keep a value that has no handle yet, however large, and return its handle."""
        self._count += 1
        handle = f"{self._prefix}{self._count}"
        self.add(handle, value)
        if self.named is not None:
            self.named.add(handle)
        return handle

    def known(self, value: object) -> str | None:
        """Return the handle of a value that has one."""
        return self._handles.get(id(value))

    def value(self, handle: str) -> Any:
        """Return a value by its handle, None if it is unknown."""
        return self._values.get(handle)

    def add(self, handle: str, value: Any) -> None:
        """Keep a value under a handle; the oldest data is forgotten when there is too much."""
        self._values[handle] = value
        self._handles[id(value)] = handle
        self._digests[handle] = _digest(value)
        if len(self._values) > MAX_SHARED:
            oldest = next((key for key, kept in self._values.items() if is_mutable_data(kept)), handle)
            self._handles.pop(id(self._values.pop(oldest)), None)
            self._digests.pop(oldest, None)

    def adopt(self, handle: str, value: Any, may_change: Callable[[str], bool]) -> Any:
        """Return the value to use for one that came in: the one that is known, changed in place, or a new one."""
        known = self._values.get(handle)
        if known is None:
            if not handle.startswith(self._prefix) and _is_small(value):
                self.add(handle, value)
            return value
        if type(known) is not type(value):
            return value
        change = tables.change_in_place if tables.is_table(known) else change_in_place
        if may_change(handle) and not change(known, value):
            return value
        self._digests[handle] = _digest(known)
        return known

    def changes(self, encoder: Encoder) -> dict:
        """Return the trees of all values that were changed since the other side last saw them."""
        trees = []
        for handle, value in list(self._values.items()):
            digest = _digest(value)
            if digest != self._digests.get(handle):
                self._digests[handle] = digest
                trees.append(keras_objects.encode_state(value, handle, encoder) or encoder.encode(value))
        return {"changes": trees} if trees else {}


def _is_small(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.nbytes <= MAX_SHARED_BYTES
    if tables.is_table(value):
        return value.size <= MAX_SHARED_ITEMS
    return is_mutable_data(value) and len(value) <= MAX_SHARED_ITEMS


def _digest(value: Any) -> int:
    """Return a number that changes when the value is changed."""
    if type(value) is np.ndarray:
        return hash((value.shape, value.dtype.str, value.tobytes())) if value.dtype.kind != "O" else 0
    if not is_mutable_data(value) and not tables.is_table(value):
        return keras_objects.digest(value)
    encoder = Encoder(lambda other, encoder: tables.encode(other, encoder) or ["id", id(other)])
    try:
        tree = encoder.encode(value)
    except NotPlain:
        return 0
    return hash((json.dumps(tree), *map(hash, encoder.blobs)))


def _random_state() -> tuple:
    """Return the state of the random numbers of `random` and of NumPy, as plain data that can be compared."""
    kind, keys, *rest = np.random.get_state()
    return random.getstate(), (kind, keys.tobytes(), *rest)


def find_named(module: object, path: object, roots: Iterable[str] | None = None) -> Any:
    """Return what an already imported module holds under a dotted path.

    Args:
        module: full name of the module.
        path: dotted path in it.
        roots: top-level packages that are allowed; None allows all.

    Raises:
        LookupError: there is no such thing, or it is not allowed.
    """
    if type(module) is not str or type(path) is not str:
        raise LookupError("no name")
    if roots is not None and module.partition(".")[0] not in roots:
        raise LookupError(module)
    found = sys.modules[module]
    for name in path.split("."):
        if name.startswith("_") or not hasattr(found, name):
            raise LookupError(path)
        found = getattr(found, name)
    return found
