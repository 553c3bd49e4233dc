"""The loss-landscape stepper without a browser: its functions, traits, presets and question."""

import os

import numpy as np
import pytest
import traitlets

from utils.widgets import LandscapeStepper, landscape_stepper
from utils.widgets.landscape_stepper import LANDSCAPES, OPTIMIZERS, PRESETS, SAMPLES


def test_the_random_numbers_are_those_of_park_and_miller():
    # Their own check: 16807 is the older multiplier; for 48271 the 10000th number from seed 1 is 399268537.
    assert landscape_stepper.uniform_numbers(1, 10_000)[-1] * 2147483647 == pytest.approx(399268537, abs=1e-3)


@pytest.mark.parametrize("batch_size", [1, 5, 16, 63, 64])
def test_every_epoch_sees_every_sample_once_in_a_new_order(batch_size):
    batches = -(-SAMPLES // batch_size)
    epochs = [
        np.concatenate(
            [landscape_stepper.mini_batch(epoch * batches + place, batch_size, 1) for place in range(batches)]
        )
        for epoch in range(3)
    ]
    for order in epochs:
        assert sorted(order) == list(range(SAMPLES))
    assert not np.array_equal(epochs[0], epochs[1])
    last = landscape_stepper.mini_batch(batches - 1, batch_size, 1)
    assert len(last) == SAMPLES - (batches - 1) * batch_size


@pytest.mark.parametrize("landscape", list(LANDSCAPES))
def test_the_gradient_is_that_of_finite_differences(landscape):
    step = 1e-6
    for p, q in [(0.3, -0.7), (2.0, 1.0)]:
        across = landscape_stepper.loss(landscape, p + step, q) - landscape_stepper.loss(landscape, p - step, q)
        up = landscape_stepper.loss(landscape, p, q + step) - landscape_stepper.loss(landscape, p, q - step)
        slopes = np.array([across, up]) / (2 * step)
        np.testing.assert_allclose(landscape_stepper.gradient(landscape, p, q), slopes, rtol=1e-6, atol=1e-7)


def test_a_mini_batch_gradient_averages_to_the_gradient_of_all():
    batches = [landscape_stepper.mini_batch(step, 16, 7) for step in range(4)]
    parts = [landscape_stepper.gradient("round bowl", 0.2, 1.0, chosen) for chosen in batches]
    np.testing.assert_allclose(np.mean(parts, axis=0), landscape_stepper.gradient("round bowl", 0.2, 1.0))


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_the_optimizers_are_those_of_keras(name):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = pytest.importorskip("keras")
    theirs = {
        "SGD": keras.optimizers.SGD(0.125),
        "momentum": keras.optimizers.SGD(0.125, momentum=0.9),
        "RMSprop": keras.optimizers.RMSprop(0.125),
        "Adam": keras.optimizers.Adam(0.125),
    }[name]
    start = np.array([-0.2, 3.5])
    variable = keras.Variable(start, dtype="float64")
    for step in range(30):
        chosen = landscape_stepper.mini_batch(step, 4, 1)
        slope = landscape_stepper.gradient("narrow valley", *keras.ops.convert_to_numpy(variable), chosen)
        theirs.apply([keras.ops.convert_to_tensor(slope, dtype="float64")], [variable])
    ours = landscape_stepper.descend("narrow valley", name, start, 0.125, 4, 1, 30)
    assert ours.shape == (31, 2)
    # Keras keeps 0.999 in single precision, and 1 − 0.999 is then right to four digits only.
    np.testing.assert_allclose(ours[-1], keras.ops.convert_to_numpy(variable), rtol=3e-5)


def test_a_diverging_path_stays_finite():
    stepper = LandscapeStepper("Narrow valley, rate too high", steps=300)
    assert np.abs(stepper.path("SGD")).max() <= landscape_stepper.LIMIT
    assert np.array_equal(stepper.path("SGD")[-1], stepper.path("SGD")[-2])
    assert stepper.losses["SGD"] > 1e6


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_is_valid_and_can_be_left(name):
    stepper = LandscapeStepper(seed=4)
    before = stepper.state()
    stepper.apply_preset(name)
    assert stepper.state() != before
    stepper.reset()
    assert stepper.state() == before
    assert LandscapeStepper(name).steps == 0


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"learning_rate": 0}, "learning_rate must be a finite number from 1e-05 to 10, got 0"),
        ({"batch_size": 65}, "batch_size must be a whole number from 1 to 64, got 65"),
        ({"batch_size": 2.5}, "batch_size must be a whole number from 1 to 64, got 2.5"),
        ({"steps": -1}, "steps must be a whole number from 0 to 300, got -1"),
        ({"start_p": float("nan")}, "start_p must be a finite number from -4 to 4, got nan"),
        ({"landscape": "hill"}, "landscape must be one of 'narrow valley', 'round bowl', 'saddle', got 'hill'"),
        ({"adam": 1}, "adam must be True or False, got 1"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_is_allowed(state, says):
    with pytest.raises(traitlets.TraitError) as caught:
        LandscapeStepper(**state)
    assert says in str(caught.value)


def test_unknown_names_are_told_with_the_known_ones():
    with pytest.raises(KeyError, match="Saddle, all samples"):
        LandscapeStepper("Volcano")
    with pytest.raises(KeyError, match="SGD, momentum, RMSprop, Adam"):
        LandscapeStepper().path("adagrad")


def test_the_text_names_only_the_paths_that_are_drawn():
    said = LandscapeStepper(momentum=False, rmsprop=False, adam=False).summary()
    assert "SGD: loss" in said
    assert not any(name in said for name in ("momentum", "RMSprop", "Adam"))


def test_the_question_has_exactly_one_right_answer():
    outcomes = []
    for choice in LandscapeStepper().question["choices"]:
        stepper = LandscapeStepper("Saddle, all samples")
        stepper.prediction = choice["text"]
        stepper.set(**stepper.question["start"])
        stepper.steps = 19
        assert stepper.outcome == "predicted"
        stepper.steps = 20
        outcomes.append(stepper.outcome)
    assert outcomes == ["wrong", "right", "wrong", "wrong"]
    losses = sorted(LandscapeStepper(steps=20).losses.values())
    assert losses[1] > 1.1 * losses[0], "the answer must not hang by a hair"
