"""The activation explorer without a browser: functions, zones, traits, text and questions."""

import numpy as np
import pytest
import traitlets

from utils.widgets import ActivationExplorer
from utils.widgets.activation_explorer import (
    NAMES,
    PRESETS,
    QUESTIONS,
    SATURATED_BELOW,
    STEEPEST_SIGMOID,
    activation,
    derivative,
    saturation_zones,
)

ALPHAS = (0.0, 0.03, 0.1, 1.0, 2.0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_derivative_is_that_of_finite_differences(name, alpha):
    z = np.random.default_rng(1).uniform(-8, 8, (40, 3))
    numeric = (activation(name, z + 1e-6, alpha) - activation(name, z - 1e-6, alpha)) / 2e-6
    np.testing.assert_allclose(derivative(name, z, alpha), numeric, atol=1e-7)
    assert activation(name, z, alpha).shape == derivative(name, z, alpha).shape == z.shape


def test_the_functions_are_those_of_keras():
    import keras

    z = np.random.default_rng(2).normal(0, 4, (50, 4))
    alphas = {"leaky_relu": {"negative_slope": 0.3}, "elu": {"alpha": 0.3}}
    for name in set(NAMES) - {"identity", "step", "arctan"}:
        theirs = np.asarray(getattr(keras.activations, name)(z, **alphas.get(name, {})))
        np.testing.assert_allclose(activation(name, z, 0.3), theirs, rtol=1e-7, atol=1e-9, err_msg=name)
    np.testing.assert_array_equal(activation("step", np.array([-1e-9, 0.0, 3.0])), [0, 1, 1])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows_at_a_thousand(name):
    with np.errstate(all="raise", under="ignore"):
        for function in (activation, derivative):
            assert np.isfinite(function(name, np.array([-1000.0, 1000.0]))).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_zones_are_where_the_derivative_is_small(name, alpha):
    z = np.linspace(-8, 8, 1601) + 1e-4
    inside = np.zeros(z.shape, dtype=bool)
    for low, high in saturation_zones(name, alpha):
        inside |= (z > (-np.inf if low is None else low)) & (z < (np.inf if high is None else high))
    np.testing.assert_array_equal(inside, np.abs(derivative(name, z, alpha)) < SATURATED_BELOW)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ActivationExplorer(z="a"), "z must be a finite number from -8 to 8, got 'a'"),
        (lambda: ActivationExplorer(z=float("nan")), "z must be a finite number"),
        (lambda: ActivationExplorer(z=9), "z must be a finite number from -8 to 8, got 9"),
        (lambda: ActivationExplorer(leaky_alpha=-0.1), "leaky_alpha must be a finite number from 0 to 1"),
        (lambda: ActivationExplorer(elu_alpha=None), "elu_alpha must be a finite number from 0 to 2"),
        (lambda: ActivationExplorer(function="softsign"), "function must be one of 'identity', 'step'"),
        (lambda: ActivationExplorer(compared="relu"), "compared must be a list, got 'relu'"),
        (lambda: ActivationExplorer(compared=["relu", 3]), "compared must be a list of some of 'identity'"),
    ],
)
def test_a_value_that_does_not_fit_names_its_trait_and_what_is_allowed(make, says):
    with pytest.raises(traitlets.TraitError) as caught:
        make()
    assert says in str(caught.value)


def test_unknown_presets_are_told_with_the_known_ones():
    with pytest.raises(KeyError, match="Sigmoid, tanh and arctan"):
        ActivationExplorer("Sigmoids")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_valid_and_can_be_left(name):
    explorer = ActivationExplorer(z=3.3)
    before = explorer.state()
    explorer.apply_preset(name)
    assert {key: explorer.state()[key] for key in PRESETS[name]} == PRESETS[name]
    explorer.reset()
    assert explorer.state() == before


def test_the_text_names_every_function_that_is_drawn():
    text = repr(ActivationExplorer("ReLU and its relatives", z=-2, leaky_alpha=0.04))
    assert "ELU(-2, alpha 1) = -0.864665, derivative 0.135335\n" in text
    assert "ReLU(-2) = 0, derivative 0, saturated" in text
    assert "leaky ReLU(-2, alpha 0.04) = -0.08, derivative 0.04, saturated" in text
    assert "tanh" not in text


@pytest.mark.parametrize("preset", ["Sigmoid", *QUESTIONS])
def test_every_question_has_exactly_one_right_answer(preset):
    outcomes = []
    question = QUESTIONS.get(preset, STEEPEST_SIGMOID)
    for choice in question.choices:
        explorer = ActivationExplorer(preset)
        explorer.prediction = choice.text
        assert explorer.outcome == "predicted"
        explorer.set(**question.start)
        assert explorer.outcome == "predicted"
        explorer.z = sum(question.when["z"]) / 2
        outcomes.append(explorer.outcome)
    assert sorted(outcomes) == ["right", "wrong", "wrong"]
