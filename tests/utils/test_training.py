"""Full-batch training: weights and history of Keras's `fit` to the last bit, quickly, with clear errors."""

import time
import types

import IPython.display
import keras
import numpy as np
import pytest

from utils import data, status_line, training

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
CELSIUS = data.load("celsius_to_fahrenheit")
MOONS = data.load("two_moons")


def neuron():
    """The article's model, with its start values fixed by the seed."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
    return model


def network():
    """Layers that draw random numbers and keep statistics, and an optimizer that averages weights."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Dense(8, activation="relu", kernel_regularizer="l2"),
            layers.Dropout(0.3),
            layers.BatchNormalization(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = keras.optimizers.RMSprop(0.01, use_ema=True, ema_momentum=0.9)
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return model


def classifier(jit_compile=False):
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.5, 2, 0.5)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"], jit_compile=jit_compile)
    return model


def assert_same(first, second):
    """Two trained models with their histories agree to the last bit."""
    assert first.history.history == second.history.history
    assert first.history.epoch == second.history.epoch
    assert len(first.variables) == len(second.variables)
    for one, other in zip(first.variables, second.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def naive(model, x, y, epochs, **options):
    return model.fit(x, y, epochs=epochs, batch_size=len(x), shuffle=False, verbose=0, **options)


@pytest.mark.parametrize(
    ("build", "x", "y"),
    [
        (neuron, CELSIUS.features, CELSIUS.targets),
        (neuron, CELSIUS.features.astype(int), CELSIUS.targets.astype(np.float64)),
        (neuron, CELSIUS.features.tolist(), CELSIUS.targets[:, 0].tolist()),
        (classifier, MOONS.features, MOONS.targets),
    ],
    ids=["neuron", "whole numbers and doubles", "lists", "classes and a decaying rate"],
)
def test_weights_and_history_are_those_of_fit(build, x, y):
    ours, theirs = build(), build()
    training.fit_full_batch(ours, x, y, epochs=3)
    naive(theirs, np.array(x), np.array(y), epochs=3)
    assert_same(ours, theirs)


def test_validation_is_that_of_fit_also_with_dropout_and_batch_statistics():
    ours, theirs = network(), network()
    held_out = (MOONS.features[:90], MOONS.targets[:90])
    history = training.fit_full_batch(ours, MOONS.features[90:], MOONS.targets[90:], 2, validation_data=held_out)
    naive(theirs, MOONS.features[90:], MOONS.targets[90:], 2, validation_data=held_out, validation_batch_size=90)
    assert_same(ours, theirs)
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_training_can_go_on_either_way():
    ours, theirs = neuron(), neuron()
    training.fit_full_batch(ours, CELSIUS.features, CELSIUS.targets, epochs=2)
    naive(ours, CELSIUS.features, CELSIUS.targets, epochs=2)
    training.fit_full_batch(ours, CELSIUS.features, CELSIUS.targets, epochs=2)
    for _ in range(3):
        naive(theirs, CELSIUS.features, CELSIUS.targets, epochs=2)
    assert_same(ours, theirs)


def test_compiling_with_xla_is_respected():
    ours, theirs = classifier(jit_compile=True), classifier(jit_compile=True)
    training.fit_full_batch(ours, MOONS.features, MOONS.targets, epochs=2)
    naive(theirs, MOONS.features, MOONS.targets, epochs=2)
    assert_same(ours, theirs)


def test_the_article_in_less_time_than_fit_needs_for_a_tenth_of_it(capfd):
    """500 updates reach the article's 211.3 at 100 °C; 2,000 reach least squares."""
    start = time.perf_counter()
    model = neuron()
    history = training.fit_full_batch(model, CELSIUS.features, CELSIUS.targets, epochs=500)
    ours = time.perf_counter() - start
    weight, bias = (float(values.item()) for values in model.get_weights())
    assert history.epoch == list(range(500))
    assert all(type(loss) is float for loss in history.history["loss"])
    assert 100 * weight + bias == pytest.approx(211.3, abs=0.1)

    start = time.perf_counter()
    naive(neuron(), CELSIUS.features, CELSIUS.targets, epochs=50)
    assert ours < time.perf_counter() - start

    training.fit_full_batch(model, CELSIUS.features, CELSIUS.targets, epochs=1500)
    least_squares = np.polyfit(CELSIUS.features[:, 0], CELSIUS.targets[:, 0], 1)
    np.testing.assert_allclose([values.item() for values in model.get_weights()], least_squares, rtol=1e-3)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (
            {"model": keras.Sequential([keras.layers.Dense(1)])},
            ValueError,
            "not compiled: call model.compile",
        ),
        ({"model": "neuron"}, TypeError, "must be a Keras model, got str"),
        ({"y": [1.0, 2.0]}, ValueError, "x has 3 samples but y has 2"),
        ({"x": [], "y": []}, ValueError, "x and y have no samples"),
        ({"x": [0.0, np.nan, np.inf]}, ValueError, r"x holds 2 values that are not finite .*first at x\[1\]"),
        ({"y": [[0.0], [1.0], [np.nan]]}, ValueError, r"first at y\[2, 0\]"),
        ({"x": ["1", "2", "3"]}, TypeError, "x must hold numbers, got <U1 with values such as '1'"),
        ({"y": [None, 1, 2]}, TypeError, "y must hold numbers, got object"),
        ({"x": 3.0}, ValueError, "x must be an array with one row per sample, got one number"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
        ({"epochs": 2.5}, TypeError, "epochs must be a whole number such as 500, got 2.5"),
        ({"epochs": True}, TypeError, "whole number"),
        (
            {"validation_data": ([1.0], [1.0, 2.0])},
            ValueError,
            "validation x has 1 samples but validation y has 2",
        ),
        ({"validation_data": [1.0]}, TypeError, r"validation_data must be a pair \(x, y\)"),
    ],
)
def test_bad_input_is_named(change, error, says):
    arguments = {"model": neuron(), "x": [0.0, 1.0, 2.0], "y": [1.0, 2.0, 3.0], "epochs": 1} | change
    with pytest.raises(error, match=says):
        training.fit_full_batch(**arguments)


def test_a_diverging_training_ends_with_a_history():
    model = neuron()
    model.compile(optimizer=keras.optimizers.SGD(1e6), loss="mse")
    losses = training.fit_full_batch(model, CELSIUS.features, CELSIUS.targets, epochs=30).history["loss"]
    assert len(losses) == 30
    assert not np.isfinite(losses[-1])


# Progress


class Clock:
    """Time that passes only when told to."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(status_line, "time", clock)
    return clock


def train(progress, clock, epochs, seconds_per_epoch, first=0):
    progress.set_params({"epochs": epochs, "steps": 1})
    progress.on_train_begin()
    for epoch in range(first, epochs):
        progress.on_epoch_begin(epoch)
        clock.now += seconds_per_epoch
        progress.on_epoch_end(epoch, {"loss": 10.0 / (epoch + 1)})
    progress.on_train_end()


def test_progress_is_silent_for_two_seconds(clock, capfd):
    train(training.Progress(), clock, epochs=100, seconds_per_epoch=0.019)
    assert capfd.readouterr() == ("", "")


def test_one_of_many_trainings_can_be_silent(monkeypatch, capfd):
    monkeypatch.setattr(training, "StatusLine", lambda silent_seconds: status_line.StatusLine(0.0))
    history = training.fit_full_batch(neuron(), CELSIUS.features, CELSIUS.targets, epochs=5, progress=False)
    assert len(history.history["loss"]) == 5
    assert capfd.readouterr().out == ""
    training.fit_full_batch(neuron(), CELSIUS.features, CELSIUS.targets, epochs=5)
    assert "Trained for 5 epochs" in capfd.readouterr().out


def test_progress_reports_at_most_five_times_a_second(clock, capfd):
    train(training.Progress(), clock, epochs=1000, seconds_per_epoch=0.01)
    output = capfd.readouterr()
    lines = output.out.strip("\r\n").split("\r")
    assert 35 <= len(lines) <= 42
    assert lines[0].strip() == "Epoch 200 of 1000, loss 0.05, about 8 s left"
    assert lines[-1].strip() == "Trained for 1000 epochs in 10 s."
    assert output.err == ""


def test_progress_counts_from_where_training_begins(clock, capfd):
    train(training.Progress(), clock, epochs=10, seconds_per_epoch=60, first=8)
    lines = capfd.readouterr().out.strip("\r\n").split("\r")
    assert lines[0].strip() == "Epoch 9 of 10, loss 1.111, about 1 min 0 s left"
    assert lines[-1].strip() == "Trained for 2 epochs in 2 min 0 s."


def test_progress_replaces_one_output_in_a_notebook(clock, capfd, monkeypatch):
    updates = []
    handle = types.SimpleNamespace(update=lambda bundle, raw: updates.append(bundle["text/plain"]))
    shown = []

    def display(bundle, raw, display_id):
        shown.append(bundle["text/plain"])
        return handle

    monkeypatch.setattr("IPython.get_ipython", lambda: types.SimpleNamespace(kernel=True))
    monkeypatch.setattr(IPython.display, "display", display)
    train(training.Progress(), clock, epochs=4, seconds_per_epoch=2)
    assert shown == ["Epoch 1 of 4, loss 10, about 6 s left"]
    assert updates[-1] == "Trained for 4 epochs in 8 s."
    assert capfd.readouterr() == ("", "")


def test_progress_within_long_epochs_of_fit(monkeypatch, capfd):
    monkeypatch.setattr(status_line.StatusLine, "due", lambda line: True)
    classifier().fit(
        MOONS.features, MOONS.targets, epochs=2, batch_size=100, verbose=0, callbacks=[training.Progress()]
    )
    output = capfd.readouterr()
    lines = [line.strip() for line in output.out.strip("\r\n").split("\r")]
    assert sum(line.startswith("Epoch 1 of 2, loss ") for line in lines) == 5
    assert sum(line.startswith("Epoch 2 of 2, loss ") for line in lines) == 5
    assert lines[-1].startswith("Trained for 2 epochs in ")
    assert output.err == ""
