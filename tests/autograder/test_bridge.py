"""What crosses between the learner's kernel and the judge, and what a hostile kernel cannot send."""

import contextlib
import datetime
import decimal
import fractions
import json
import random
import struct
import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

import numpy as np
import pytest

from autograder.bridge import wire
from autograder.bridge.codec import Decoder, Encoder, MalformedTree, NotPlain
from autograder.bridge.proxies import Expectations, JudgeEndpoint, NotWhatWasExpected, Proxy, UnusualModel, Void
from autograder.bridge.wire import Channel, DeadlinePassed, Disconnected, ProtocolError

Point = namedtuple("Point", "x y")
PLAIN = [
    None, True, 3, -(2**80), 1.5, float("inf"), "täxt", "\ud800", b"bytes", bytearray(b"b"), 1j, ..., range(1, 9, 2),
    slice(1, None), [1, [2, (3,)]], {"a": {1, 2}, (1, 2): None}, frozenset([1]), Point(1, 2), Counter("aab"),
    OrderedDict(a=1), deque([1, 2], 3), defaultdict(list, {1: [2]}), decimal.Decimal("1.10"), fractions.Fraction(1, 3),
    datetime.datetime(2026, 1, 2, 3), datetime.date(2026, 1, 2), datetime.timedelta(1, 2, 3), int, np.float32,
    np.ones((2, 3), "float32"), np.array(["a", "bc"]), np.array([1, None], dtype=object), np.float32(2.5),
    np.bool_(True), np.datetime64("2026-01-01"), np.ma.array([1, 2], mask=[0, 1]), np.dtype("int8"),
]  # fmt: skip


def through_json(value):
    encoder = Encoder()
    tree = json.loads(json.dumps(encoder.encode(value)))
    return Decoder(encoder.blobs).decode(tree)


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: f"{type(value).__name__} {value}"[:40])
def test_plain_data_arrives_as_it_was(value):
    arrived = through_json(value)
    assert repr(arrived) == repr(value)
    assert type(arrived).__name__ == type(value).__name__


class Liar(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize("value", [Liar(1), [Liar(1)], lambda: 1, object(), np.array([1]).view(np.matrix), eval])
def test_only_exact_types_are_plain(value):
    with pytest.raises(NotPlain):
        Encoder().encode(value)


def test_what_nests_without_end_is_not_plain():
    endless = []
    endless.append(endless)
    with pytest.raises(NotPlain):
        Encoder().encode(endless)


@pytest.mark.parametrize(
    "tree",
    [
        ["type", "builtins.eval"],
        ["type", "os.system"],
        ["import", "os", "system"],
        ["array", 0, None],
        ["array", -1, None],
        ["list"],
        ["list", 3, None],
        ["int", "0x" + "f" * 300_000],
        ["namedtuple", "T", ["x; import os"], [1]],
        [[]],
        {},
        ["objects", [2, -1], []],
        ["objects", [10**9], [1]],
        ["dtype", "O" * 100],
        ["range", 1, 2, 0],
        ["dict", [[[], 1]], None],
        ["decimal", "x"],
        ["Decimal", "x"],
        ["datetime", "tomorrow"],
        ["model", "{}", None, None, None],
    ],
)
def test_a_malformed_tree_is_refused(tree):
    with pytest.raises(MalformedTree):
        Decoder([b"no array"]).decode(tree)


def test_an_array_of_pickles_is_refused():
    import io

    file = io.BytesIO()
    np.save(file, np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(MalformedTree):
        Decoder([file.getvalue()]).decode(["array", 0, None])


def test_random_damage_gives_a_value_or_a_refusal():
    rng = random.Random(0)
    encoder = Encoder()
    text = json.dumps(encoder.encode(PLAIN))
    refused = 0
    for _ in range(2_000):
        damaged = list(text)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.choice('[]{},"0123456789abn-')
        blobs = [bytes(rng.randbytes(5)) + blob[5:] if rng.random() < 0.3 else blob for blob in encoder.blobs]
        try:
            tree = json.loads("".join(damaged))
        except ValueError:
            continue
        try:
            Decoder(blobs).decode(tree)
        except MalformedTree:
            refused += 1
    assert refused > 20


def channels():
    ours, theirs = wire.pair()
    return Channel(ours), theirs


def test_frames_arrive_whole():
    ours, theirs = channels()
    ours.send({"a": [1, "ä"]}, [b"x" * 70_000])
    assert Channel(theirs).receive() == ({"a": [1, "ä"]}, [b"x" * 70_000])


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack("!II", 2**31, 0),
        struct.pack("!II", 2, 2**30),
        struct.pack("!IIQ", 2, 1, 2**60),
        struct.pack("!II", 3, 0) + b"{{{",
        struct.pack("!II", 200_000, 0) + b"[" * 200_000,
    ],
)
def test_a_frame_that_lies_is_refused_at_once(sent):
    ours, theirs = channels()
    threading.Thread(target=theirs.sendall, args=(sent,), daemon=True).start()
    with pytest.raises(ProtocolError):
        ours.receive(time.monotonic() + 5)


def test_half_a_frame_and_silence():
    ours, theirs = channels()
    theirs.sendall(b"\0\0")
    with pytest.raises(DeadlinePassed):
        ours.receive(time.monotonic() + 0.05)
    theirs.close()
    with pytest.raises(Disconnected):
        ours.receive(time.monotonic() + 5)


def judge_with(*answers):
    """A judge whose kernel gives these answers, whatever it is asked."""
    ours, theirs = channels()
    kernel = Channel(theirs)

    def play():
        with contextlib.suppress(Disconnected):
            for tree, *blobs in answers:
                kernel.receive()
                kernel.send(tree, blobs)

    threading.Thread(target=play, daemon=True).start()
    judge = JudgeEndpoint(ours, interrupt=lambda: None, grace=0.1)
    judge.kernel = kernel  # stays open for as long as the judge
    judge.deadline = time.monotonic() + 5
    return judge


@pytest.mark.parametrize(
    "answer",
    [
        ["no object"],
        {"do": "call", "args": [["type", "builtins.int"]]},
        {"do": "getattr", "args": [["yours", 0], "__globals__"]},
        {"do": "eval", "args": [["yours", 0]]},
        {"value": ["yours", 12]},
        {"value": ["import", "os", "system"]},
        {"value": 1, "outputs": 3},
        {"value": 1, "random": [1, 2]},
        {"error": 3},
        {"value": ["mine", "x", {}]},
        {"changes": 3, "value": 1},
    ],
)
def test_a_kernel_that_does_not_keep_to_the_rules_voids_the_test(answer):
    judge = judge_with((answer,))
    judge.export(lambda: 1)
    with pytest.raises(Void):
        judge.do("f()", "call", len)
    assert judge.void is not None
    with pytest.raises(Void):  # and nothing that comes later saves it
        judge.do("f()", "call", len)


def test_a_kernel_that_says_nothing_runs_out_of_time():
    judge = judge_with()
    judge.deadline = time.monotonic() + 0.05
    with pytest.raises(Void, match="time limit"):
        judge.do("f()", "call", len)


def reference(number=1, **about):
    about = {"type": ["__main__", "Stub"], "mro": [], "special": ["__call__", "__eq__"], "kind": "object", **about}
    return {"value": ["mine", number, about]}


def test_an_object_is_refused_where_data_is_expected():
    judge = judge_with((reference(),), (reference(),))
    judge.expectations = Expectations({"f()": ["data"]})
    with pytest.raises(NotWhatWasExpected, match=r"f\(\) gave an object of type Stub"):
        judge.do("f()", "call", len)


def test_an_honest_but_unusual_model_is_for_a_person():
    judge = judge_with((reference(unusual_model=True),))
    judge.expectations = Expectations({"build()": ["data"]})
    with pytest.raises(UnusualModel):
        judge.do("build()", "call", len)


def test_an_object_never_learns_what_it_is_compared_with():
    judge = judge_with((reference(),))
    value = judge.do("f", "name", "f")
    assert isinstance(value, Proxy)
    assert (value == 42) is False  # the scripted kernel has no further answer: nothing was asked


def test_the_kernel_cannot_change_what_was_not_lent_to_it():
    judge = judge_with(({"value": None},), ({"value": None, "changes": [["list", [0], "j1"]]},))
    mine = [1, 2, 3]
    judge.do("f()", "call", len, mine)
    judge.do("f()", "call", len)
    assert mine == [1, 2, 3]


def test_the_kernel_can_change_what_was_lent_to_it():
    judge = judge_with(({"value": None, "changes": [["list", [3, 2, 1], "j1"]]},))
    mine = [1, 2, 3]
    judge.do("f()", "call", len, mine)
    assert mine == [3, 2, 1]


def test_exceptions_arrive_as_their_own_type():
    error = {"type": ["builtins", "KeyError"], "bases": [], "message": "'k'", "args": ["tuple", ["k"], None]}
    with pytest.raises(KeyError) as caught:
        judge_with(({"error": error},)).do("f()", "call", len)
    assert caught.value.args == ("k",)
    own = {"type": ["__main__", "TooSmall"], "bases": ["ValueError", "Exception"], "message": "no", "args": None}
    with pytest.raises(ValueError, match="no") as caught:
        judge_with(({"error": own},)).do("f()", "call", len)
    assert type(caught.value).__name__ == "TooSmall"


HOSTILE_CONFIGURATIONS = [
    {"module": "keras.layers", "class_name": "Lambda", "config": {"function": "x"}, "registered_name": None},
    {"module": "os", "class_name": "system", "config": {}, "registered_name": None},
    {"module": "keras.layers", "class_name": "Dense", "config": {}, "registered_name": "Mine>Dense"},
    {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/"}, "registered_name": None},
    {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"},
    {"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
    {"class_name": "__lambda__", "config": {"value": "4wAAAA=="}},
    {"module": "keras.src.utils.file_utils", "class_name": "get_file", "config": {}},
]


@pytest.mark.slow
@pytest.mark.parametrize("layer", HOSTILE_CONFIGURATIONS, ids=lambda layer: layer["class_name"])
def test_a_hostile_model_is_not_built(layer):
    import keras

    from autograder.bridge import keras_objects
    from autograder.bridge.endpoint import _SharedValues

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    shared = _SharedValues("k")
    encoder = Encoder()
    tree = keras_objects.encode(model, encoder, shared)
    config = json.loads(tree[1])
    config["config"]["layers"].append(layer)
    hostile = [tree[0], json.dumps(config), *tree[2:]]
    with pytest.raises(MalformedTree):
        keras_objects.decode(hostile, Decoder(encoder.blobs), _SharedValues("j"))
    rebuilt = keras_objects.decode(tree, Decoder(encoder.blobs), _SharedValues("j"))
    assert rebuilt.count_params() == 3
    assert np.array_equal(rebuilt.get_weights()[0], model.get_weights()[0])
