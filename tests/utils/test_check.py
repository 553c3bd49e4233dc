"""The words, the order and the three outcomes of checks."""

import subprocess
import sys
import textwrap
import warnings

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from utils import notebook, progress, runtime
from utils.check import NotAttempted, NotYet, check, demonstration, exercise, fingerprint, hint, hints, random_inputs


def says(subject, ask):
    """What a check answers when it is not content."""
    with pytest.raises(NotYet) as failure:
        ask(subject)
    return str(failure.value)


def returned(value, expected, **options):
    return says(check(lambda: value), lambda subject: subject.given().returns(expected, **options))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, 2.0),
        (np.float32(0.1), 0.1),
        (np.array(3.0), 3),
        (2.0, np.int64(2)),
        ([1, 2], (1, 2)),
        (np.array([1, 2]), [1, 2]),
        (np.ones((2, 2), "float32"), np.ones((2, 2))),
        ("a", "a"),
        (True, True),
        (np.True_, True),
        (None, None),
        ({"a": 1.0, "b": [2]}, {"b": [2], "a": 1}),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0])),
    ],
)
def test_equal_values_pass(value, expected):
    check(lambda: value).given().returns(expected)


@pytest.mark.parametrize(
    ("value", "expected", "words"),
    [
        (4.0, 2.0, "expected 2.0, got 4.0"),
        (-2.0, 2.0, "The sign is reversed"),
        (2.0000042, 2.0000001, "expected 2.0000001, got 2.0000042"),
        (None, 2.0, "expected one number, 2.0, got nothing (None). Does every path"),
        ("2", 2.0, "got the text '2'"),
        (True, 1, "got the truth value True"),
        (1, True, "expected True, got the number 1"),
        (np.ones(3), 1.0, "expected one number, 1.0, got [1.0, 1.0, 1.0], an array of shape (3,)"),
        (np.ones((3, 2)), np.ones((2, 3)), "got shape (3, 2). It looks transposed."),
        (np.ones(3), np.ones((3, 1)), "An axis of length 1 is missing."),
        (np.ones((3, 1)), np.ones(3), "There is an axis of length 1 too many."),
        (5.0, np.ones(3), "expected an array of shape (3,), got one number"),
        ([[1, 2], [3]], np.ones((2, 2)), "got a list of 2 items"),
        (np.array([1.0, np.nan]), np.ones(2), "found nan at index 1; expected 1.0"),
        (np.array([1.0, np.inf]), np.ones(2), "found inf at index 1"),
        (np.array([]), np.ones(2), "expected an array of shape (2,), got shape (0,)"),
        (np.array([1.0, 5.0]), np.array([1.0, 2.0]), "largest difference 3.0 at index 1: expected 2.0, got 5.0"),
        (np.array([3.0, 6.0]), np.array([1.0, 2.0]), "Every value is 3.0 times the expected one"),
        (np.array([1.5, 2.5]), np.array([1.0, 2.0]), "Every value is off by the same 0.5"),
        (np.array([-1.0, 2.0]), np.array([1.0, -2.0]), "Every sign is reversed"),
        (np.zeros((4, 4)), np.eye(4), "4 of 16 values differ; largest difference 1.0 at index (0, 0)"),
        ([1, 2, 3], (1, 2), "expected 2 items, (1, 2), got 3"),
        ([1, 9], (1, 2), "function()[1]: expected 2, got 9"),
        ({1, 2}, (1, 2), "expected a tuple of 2, got an object of type set"),
        (8, (8, 3), "expected a tuple of 2, got the number 8"),
        ({"a": 1}, {"a": 1, "b": 2}, "missing: 'b'"),
        ({"a": 1, "c": 2}, {"a": 1}, "not asked for: 'c'"),
        ([1], {"a": 1}, "expected a dictionary, got a list of 1 item"),
        (np.array(["x"]), np.ones(1), "dtype <U1"),
        (("1", "2", "3"), np.ones(3), "expected three numbers; item 0 is the text '1'."),
        ((1.0, None), np.ones(2), "expected two numbers; item 1 is nothing (None)."),
        ((1.0, 2.0), np.ones(3), "expected three numbers, got 2: (1.0, 2.0)."),
        ([1], {"a": 1, "b": 2}, "expected a dictionary, got a list"),
        (None, True, "expected True, got nothing (None). Does every path"),
    ],
)
def test_messages_are_exact(value, expected, words):
    assert words in returned(value, expected)


def test_shape_comes_before_dtype_and_dtype_before_values():
    assert "shape" in returned(np.zeros(3), np.ones(2), dtype="float32")
    assert "expected dtype float32, got float64" in returned(np.zeros(2), np.ones(2), dtype="float32")
    assert "largest difference" in returned(np.zeros(2, "float32"), np.ones(2), dtype="float32")


def test_reason_and_hint_end_the_message():
    message = returned(4.0, 2.0, because="1 + 1 = 2", hint="Add them.")
    assert message.splitlines()[1:] == ["Why: 1 + 1 = 2", "Hint: Add them."]


def test_tensors_count_as_arrays():
    import tensorflow as tf

    check(lambda: tf.constant([1.0, 2.0])).given().returns(np.array([1.0, 2.0]))
    check(lambda: tf.constant(2.0)).given().returns(2.0)


def test_arguments_are_copies():
    given = np.ones(3)

    def spoils(x):
        x *= 0
        return x

    check(spoils).given(given).returns(np.zeros(3))
    assert given.sum() == 3


def test_reference_on_random_shapes():
    shapes = set()

    def double(x):
        shapes.add(np.shape(x))
        return x + x

    check(double).equals(lambda x: 2 * x, on=random_inputs(("batch", "inputs")), rounds=20)
    assert len(shapes) > 3
    message = says(
        check(lambda x: x), lambda subject: subject.equals(lambda x: 2 * x, on=random_inputs((2,), low=1, high=2))
    )
    assert "Every value is 0.5 times" in message


def test_a_named_axis_is_the_same_for_all_arguments():
    generator = np.random.default_rng(0)
    for _ in range(20):
        x, w, b = random_inputs(("batch", "inputs"), ("inputs", 3), ()).draw(generator)
        assert x.shape[1] == w.shape[0] and w.shape[1] == 3 and isinstance(b, float)


def test_random_needs_both_bounds():
    with pytest.raises(ValueError, match="low and high together"):
        random_inputs((2,), low=0)


def test_gradient_is_measured():
    def loss(w, x):
        return np.sum((w * x) ** 2)

    check(lambda w, x: 2 * w * x**2).is_gradient_of(loss, on=random_inputs((3,), (3,)))
    message = says(
        check(lambda w, x: w * x**2), lambda subject: subject.is_gradient_of(loss, on=random_inputs((3,), (3,)))
    )
    assert "Every value is 0.5 times the expected one" in message
    check(lambda w: 3 * w**2).is_gradient_of(lambda w: w**3, on=random_inputs(()))


def test_exceptions():
    def strict(x):
        if x < 0:
            raise ValueError(f"{x} is negative")
        return x

    subject = check(strict)
    subject.given(-1).raises(ValueError, saying="negative")
    assert "but it returned 1" in says(subject.given(1), lambda it: it.raises(ValueError))
    assert "Expected the error TypeError" in says(subject.given(-1), lambda it: it.raises(TypeError))
    assert "should contain: too small" in says(subject.given(-1), lambda it: it.raises(ValueError, "too small"))


def test_properties():
    subject = check(np.array([0.5, 0.5]), "p")
    subject.satisfies("sums to one", lambda p: p.sum() == 1)
    assert "For p: this must hold: sums to two. Got [0.5, 0.5]." in says(
        subject, lambda it: it.satisfies("sums to two", lambda p: p.sum() == 2)
    )
    message = says(
        check([0.5], "p"), lambda it: it.satisfies("sums", lambda p: p.sum() == 1, hint="Add.", expects="an array")
    )
    assert message == "For p: expected an array, got a list of 1 item. This could not be tried on it: sums."
    for test in (lambda p: p.sum() == 1, lambda p: p is True):
        message = says(check(None, "p"), lambda it, test=test: it.satisfies("sums", test))
        assert "sums" in message and "Does every path" in message
    assert "from 1.0 to 2.0, got 3.0" in says(check(3.0, "p"), lambda it: it.lies_between(1.0, 2.0))
    assert "from 1.0 to 2.0, got nan" in says(check(np.nan, "p"), lambda it: it.lies_between(1.0, 2.0))
    assert "expected one number" in says(check("3", "p"), lambda it: it.lies_between(1.0, 2.0))
    assert "shape (2,)" in says(subject, lambda it: it.has(shape=(3,)))
    assert "dtype float32, got float64" in says(subject, lambda it: it.has(dtype="float32"))


@pytest.mark.parametrize("thing", [None, 3, "text", ..., np.ones(2)])
def test_what_should_be_a_function_and_is_not(thing):
    for ask in (lambda it: it.given(1), lambda it: it.equals(abs, on=random_inputs(()))):
        assert "should be a function" in says(check(thing, "mse"), ask)


def test_compiled_models():
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    subject = check(model, "model")
    assert "not compiled" in says(subject, lambda it: it.is_compiled("mse", "adam"))
    assert "not compiled" in says(check("model"), lambda it: it.is_compiled("mse", "adam"))
    for loss in ("mse", "mean_squared_error", keras.losses.MeanSquaredError(), keras.losses.mean_squared_error):
        model.compile("adam", loss)
        subject.is_compiled("mse", "adam", learning_rate=0.001)
    assert "expected the loss mean_absolute_error, got mean_squared_error" in says(
        subject, lambda it: it.is_compiled("mae", "adam")
    )
    assert "expected the optimizer SGD, got Adam" in says(subject, lambda it: it.is_compiled("mse", "sgd"))
    assert "expected 0.1, got 0.001" in says(subject, lambda it: it.is_compiled("mse", "adam", 0.1))
    assert "has 1 unit; the exercise asks for 2" in says(
        subject, lambda it: it.is_model(like=keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)]))
    )


def test_histories():
    class History:
        history = {"loss": [3.0, 2.0, 1.0]}  # noqa: RUF012

    subject = check(History(), "history")
    subject.is_history(epochs=3, below=1.5)
    assert "expected 4 epochs, got 3" in says(subject, lambda it: it.is_history(epochs=4))
    assert "below 0.5, got 1.0" in says(subject, lambda it: it.is_history(below=0.5))
    assert "with 'accuracy' in it" in says(subject, lambda it: it.is_history(metric="accuracy"))
    assert "got a list of 1 item" in says(check([1.0], "h"), lambda it: it.is_history())
    History.history = {"loss": [np.nan]}
    assert "below 0.5, got nan" in says(subject, lambda it: it.is_history(below=0.5))


def test_a_choice_is_checked_without_telling():
    right = fingerprint("cause", "b")
    check("b", "cause").chooses("a", "b", "c", right=right)
    message = says(check("a", "cause"), lambda it: it.chooses("a", "b", "c", right=right, hint="Look."))
    assert message == 'For cause: "a" is not right.\nHint: Look.'
    message = says(check("B", "cause"), lambda it: it.chooses("a", "b", "c", right=right, hint="Look."))
    assert message.endswith("got the text 'B'. Spell it as in \"b\".")
    for other in ("d", None, 2, np.array(["b"])):
        message = says(check(other, "cause"), lambda it: it.chooses("a", "b", "c", right=right))
        assert 'expected one of "a", "b", "c", got' in message
    assert fingerprint("cause", "b") != fingerprint("other cause", "b")


@pytest.mark.parametrize(("value", "expected"), [("2.0", 2.0), (None, 2.0), (["x"], np.ones(1)), (1, True), (3, {})])
def test_a_hint_about_the_content_is_kept_back_where_the_kind_is_wrong(value, expected):
    assert "Hint" not in returned(value, expected, hint="Add them.")


def test_keys_of_a_dictionary():
    subject = check({"a": 1, "c": 2}, "d")
    subject.has_keys("c", "a")
    assert says(subject, lambda it: it.has_keys("a", "b")) == (
        "For d: the dictionary's keys differ; missing: 'b'; not asked for: 'c'."
    )
    for thing in (["a"], {"a"}, "a"):
        message = says(check(thing, "d"), lambda it: it.has_keys("a", "b"))
        assert message.startswith("For d: expected a dictionary with the keys 'a', 'b', got ")


def test_an_error_must_come_with_words():
    def silent():
        raise ValueError

    assert 'Give it words: `raise ValueError("...")`' in says(
        check(silent).given(), lambda it: it.raises(ValueError, worded=True)
    )


def test_long_arguments_are_shortened_and_functions_shown_as_they_are_written():
    def add(*_, **__):
        return 0

    def called(*arguments, **named):
        return says(check(add).given(*arguments, **named), lambda it: it.returns(1)).partition(":")[0]

    wide = np.linspace(0.1, 0.7654321, 8).reshape(2, 4)
    assert called(wide) == "For add([[0.1, 0.195062, 0.290123, 0.385185], …])"
    assert called(wide.ravel()) == "For add([0.1, 0.195062, 0.290123, 0.385185, …])"
    assert called(np.ones((3, 5))).startswith("For add(an array of shape (3, 5)")
    assert called(list(range(100, 130))) == "For add(a list of 30 items)"
    assert called([1234567.0] * 6) == "For add([1234570.0, 1234570.0, 1234570.0, …])"
    assert called(activation=np.abs) == "For add(activation=np.abs)"
    assert called(np.tanh, called, lambda: 1) == "For add(np.tanh, called, a function)"


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ("keras.Sequential(keras.Input((1,)), keras.layers.Dense(1))", "Put the layers in one list"),
        ("keras.Sequential(*[keras.layers.Dense(1)] * 3)", "Put the layers in one list"),
        ("keras.Sequential(*[keras.layers.Dense(1)] * 4)", "Put the layers in one list"),
        ("keras.Input(shape=(1))", "it needs a comma: `shape=(1,)`"),
    ],
)
def test_known_mistakes_get_advice(mistake, words):
    names = in_notebook(f"import keras\ndef build():\n    return {mistake}\n")
    message = says(check(names["build"]), lambda it: it.given().returns(1))
    assert words in message and "Line 3 of your cell, in build" in message


def in_notebook(source):
    """Names after running a cell whose functions report their own lines."""
    import linecache

    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    names = {"__name__": "__main__", "np": np, "check": check, "exercise": exercise}
    exec(compile(source, "<cell>", "exec"), names)
    return names


def test_the_learners_own_error_and_line_survive():
    names = in_notebook("def inner(x):\n    return np.dott(x)\n\ndef outer(x):\n    return inner(x)\n")
    message = says(check(names["outer"]), lambda it: it.given(1.0).returns(2.0))
    assert message.splitlines() == [
        "Calling outer(1.0) stopped with an error.",
        "AttributeError: module 'numpy' has no attribute 'dott'. Did you mean: 'dot'?",
        "Line 2 of your cell, in inner: return np.dott(x)",
    ]


def test_error_inside_a_library_names_the_learners_line():
    names = in_notebook("def f(x):\n    y = 1\n    return np.reshape(x, (7, 7))\n")
    message = says(check(names["f"]), lambda it: it.given(np.ones(3)).returns(1))
    assert "Line 3 of your cell, in f: return np.reshape" in message


def test_wrong_number_of_arguments():
    message = says(check(lambda: 1, "f"), lambda it: it.given(1, 2).returns(3))
    assert "takes 0 positional arguments but 2 were given" in message


def test_stub_is_not_attempted_but_an_own_not_implemented_error_is_not_yet():
    names = in_notebook("def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n")
    with pytest.raises(NotAttempted):
        check(names["f"]).given(1).returns(1)

    def library():
        raise NotImplementedError("no such layer")

    with pytest.raises(NotYet, match="no such layer"):
        check(library).given().returns(1)


def test_undefined_names_are_told_apart():
    with pytest.raises(NotAttempted, match="`mse` is not defined yet"):
        in_notebook("with exercise('mse'):\n    check(mse).given(1).returns(1)\n")
    with pytest.raises(NotYet, match="name 'nope' is not defined"):
        in_notebook("def f(x):\n    return nope\nwith exercise('f'):\n    check(f).given(1).returns(1)\n")


def test_an_interrupt_stops_the_notebook_and_names_the_line():
    names = in_notebook("def f():\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt) as stopped, exercise("slow"):
        check(names["f"]).given().returns(1)
    assert stopped.value._render_traceback_() == [
        "You stopped this check while it ran.",
        "Line 2 of your cell, in f: raise KeyboardInterrupt",
    ]


def test_warnings_of_the_learners_code_are_told_and_stay_off_standard_error(capsys):
    def careless():
        print("careful", file=sys.stderr)
        return 1

    with exercise("careless"):
        check(careless).given().returns(1)
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "✓ Right: careless" in shown.out and "Your code also warned: careful" in shown.out


@pytest.fixture
def cells(person, monkeypatch):
    """Runs cells in an IPython of its own, as a notebook does; gives back what a check says."""
    from IPython.core.interactiveshell import InteractiveShell

    from utils import cell_runs

    shell = InteractiveShell()
    shell.user_module.__name__ = "__main__"
    monkeypatch.setattr(notebook, "shell", lambda: shell)
    monkeypatch.setattr(cell_runs, "_runs", type(cell_runs._runs)(maxlen=100))
    monkeypatch.setattr(cell_runs, "_watched", None)
    cell_runs.watch()
    cell_runs.watch()  # the set-up cell may run twice
    shell.user_ns |= {"check": check, "exercise": exercise}
    return lambda source, cell=None: shell.run_cell(source, store_history=True, cell_id=cell)


RIGHT = "def gate():\n    return 1"
ASK = "with exercise('gate'):\n    check(gate).given().returns(1)"


@pytest.mark.parametrize("cell", ["gate", "some-copy", None])
@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("def gate():\n    return 1 +* 2", "SyntaxError: invalid syntax\nLine 2 of your cell: return 1 +* 2"),
        ("print(nothing)\n" + RIGHT, "NameError: name 'nothing' is not defined"),
        (RIGHT + "\nprint(gate() / 0)", "ZeroDivisionError: division by zero\nLine 3 of your cell"),
    ],
)
def test_an_answer_that_did_not_run_is_not_judged_by_what_ran_before(cells, capsys, cell, now, words):
    cells(RIGHT, cell)
    cells(ASK, "check_gate")
    assert "✓ Right: gate" in capsys.readouterr().out
    cells(now, cell)
    cells("hint = 1", "hints")
    capsys.readouterr()
    cells(ASK, "check_gate")
    shown = capsys.readouterr().out
    assert "✗ Not yet: gate" in shown and "Your answer did not run" in shown and words in shown
    cells(RIGHT, cell)
    cells("x = (1", "own")
    cells(ASK, "check_gate")
    assert "✓ Right: gate" in capsys.readouterr().out


def test_an_answer_that_lost_its_name_is_not_judged_by_what_ran_before(cells, capsys):
    cells(RIGHT, "gate")
    for now, words in [
        ("def gaet():\n    return 1", "it did not define `gate`. It defines `gaet` instead."),
        ("# nothing here any more", "it did not define `gate`. What would be checked is an older one."),
    ]:
        cells(now, "gate")
        capsys.readouterr()
        cells(ASK, "check_gate")
        shown = capsys.readouterr().out
        assert "✗ Not yet: gate" in shown and words in shown
    cells(RIGHT, "own")
    cells(ASK, "check_gate")
    assert "✓ Right: gate" in capsys.readouterr().out


def test_one_of_two_functions_that_is_gone_is_named(cells, capsys):
    cells("def low():\n    return 0\ndef high():\n    return 1", "gate")
    cells("def low():\n    return 0", "gate")
    cells("with exercise('gate'):\n    check(low).given().returns(0)\n    check(high).given().returns(1)")
    assert "it did not define `high`" in capsys.readouterr().out


def test_what_the_answer_printed_is_on_the_card_in_short(person, capsys):
    def chatty():
        for epoch in range(500):
            print(f"epoch {epoch}\x08\x08\x08{epoch:03d}", end="\rdone\n")

    with exercise("one"):
        check(chatty).given().returns(1)
    shown = capsys.readouterr().out
    assert "Your code printed, the last 3 of 500 lines:\ndone\ndone\ndone" in shown
    assert "epoch" not in shown


def test_a_name_that_lost_its_meaning_is_not_blamed_on_the_answer():
    with pytest.raises(NotYet, match="The check stopped with an error"):
        in_notebook(
            "np = 5\nwith exercise('f'):\n    check(f).given(np.ones(2)).returns(1)\n".replace("check(f)", "check(abs)")
        )


def test_an_unknown_loss_is_named():
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("adam", "msee")
    assert "Keras knows no loss 'msee'" in says(check(model, "model"), lambda it: it.is_compiled("mse", "adam"))


def test_a_picture_comes_under_the_words(person, monkeypatch, capsys):
    from utils.check import card

    monkeypatch.setattr(card, "show_object", lambda thing: print("drawn:", thing))
    with exercise("draw"):
        raise NotYet("words first", picture=lambda: "a picture")
    shown = capsys.readouterr().out
    assert shown.index("words first") < shown.index("drawn: a picture")


@pytest.fixture
def person(monkeypatch, tmp_path):
    """A person at the notebook, with a progress file of their own; gives back what was shown as text."""
    monkeypatch.setattr(runtime, "is_interactive", lambda: True)
    monkeypatch.setattr(runtime, "_lesson", "01_neuron")
    monkeypatch.setenv("LAYER_BY_LAYER_PROGRESS", str(tmp_path / "progress.jsonl"))


def test_a_person_sees_a_card_and_the_notebook_goes_on(person, capsys):
    for value in (2.0, 1.0):
        with exercise("one"):
            check(lambda value=value: value).given().returns(1.0, hint="Look again.")
        assert progress.read() == {"01_neuron": {"one": "not yet" if value == 2.0 else "right"}}
    shown = capsys.readouterr().out
    assert "✗ Not yet: one" in shown and "expected 1.0, got 2.0" in shown and "Hint: Look again." in shown
    assert "✓ Right: one" in shown


def test_progress_that_cannot_be_kept_is_said_and_costs_nothing(person, monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAYER_BY_LAYER_PROGRESS", str(tmp_path / "file" / "progress.jsonl"))
    with exercise("one"):
        pass
    assert "✓ Right: one" in capsys.readouterr().out.replace("\r", "")


def test_demonstration_keeps_nothing_and_never_raises(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LAYER_BY_LAYER_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with demonstration("example"):
        check(lambda: 1).given().returns(2)
    assert "✗ Not yet: example" in capsys.readouterr().out
    assert progress.read() == {}


def test_hints_come_one_by_one(capsys):
    hints("mse", "first", "second")
    capsys.readouterr()
    for _ in range(3):
        hint("mse")
    assert capsys.readouterr().out.splitlines() == [
        "Hint 1 of 2: first",
        "Hint 2 of 2: second",
        "Those were all the hints for mse. Here they begin again.",
        "Hint 1 of 2: first",
    ]
    with pytest.raises(KeyError, match="Run the hint cell") as missing:
        hint("unknown")
    assert missing.value._render_traceback_() == [str(missing.value)], "one line, no traceback through our code"
    with pytest.raises(ValueError, match="non-empty"):
        hints("mse", "")


def test_hint_html_is_closed_nested_and_escaped():
    hints("html", "use `<b>`", "then this")
    from utils.check.hints import as_html

    html = as_html("html")
    assert html.count("<details") == 2 and "<details open" not in html
    assert "<code>&lt;b&gt;</code>" in html
    assert html.index("Hint 1 of 2") < html.index("Hint 2 of 2")


NOTEBOOK = """
from utils.check import check, exercise
def f(x):
    return x + 1
---
with exercise("f"):
    check(f).given(1.0).returns(2.0)
---
with exercise("f"):
    check(f).given(1.0).returns(3.0, because="<script>")
"""


def test_outside_a_front_end_a_failing_check_raises_without_a_traceback_and_without_stderr():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c.strip()) for c in NOTEBOOK.split("---")])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60).execute()
    right, wrong = notebook.cells[1].outputs, notebook.cells[2].outputs
    assert [output.output_type for output in right] == ["display_data"]
    assert right[0].data["text/plain"].startswith("✓ Right: f") and "Right" in right[0].data["text/html"]
    assert [output.output_type for output in wrong] == ["error"]
    assert wrong[0].ename == "NotYet"
    assert wrong[0].traceback == ["For f(1.0): expected 3.0, got 2.0.", "Why: <script>"]


def test_check_works_without_ipywidgets():
    program = """
        import sys
        for name in ("ipywidgets", "anywidget"):
            sys.modules[name] = None
        from utils.check import check, exercise
        with exercise("f"):
            check(lambda: 1).given().returns(1)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True)
    assert done.returncode == 0 and "✓ Right: f" in done.stdout and done.stderr == ""


def test_checks_emit_no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        returned(np.array([np.inf, 1.0]), np.array([0.0, 1.0]))
        returned(np.array([0.0, 1.0]), np.array([0.0, 2.0]))


def test_card_escapes_what_the_learner_wrote(capsys, monkeypatch):
    from utils.check import card

    shown = []
    monkeypatch.setattr(card.notebook, "show", lambda html, text: shown.append(html))
    card.show("f", "not yet", "got <img src=x>", hint="`a < b`")
    assert "&lt;img src=x&gt;" in shown[0] and "<code>a &lt; b</code>" in shown[0]


# What readers stumbled on


def test_an_if_about_an_array_gets_advice():
    def relu(z):
        return z if z > 0 else 0.0

    with pytest.raises(NotYet) as failure:
        check(relu).given(np.array([1.0, -1.0])).returns(np.array([1.0, 0.0]))
    assert "`np.where`, `np.maximum`" in failure.value.hint


def test_truth_values_are_compared_as_truth_values():
    with pytest.raises(NotYet, match=r"1 of 2 truth values differ; at index 1: expected True, got False"):
        check(lambda: np.array([True, False])).given().returns(np.array([True, True]))
    check(lambda: np.array([True, False])).given().returns(np.array([True, False]))


def test_a_none_inside_a_tuple_is_no_forgotten_return():
    with pytest.raises(NotYet) as failure:
        check(lambda: (1, None)).given().returns((1, "linear"))
    assert "return" not in str(failure.value)
    with pytest.raises(NotYet, match="return"):
        check(lambda: None).given().returns((1, "linear"))
