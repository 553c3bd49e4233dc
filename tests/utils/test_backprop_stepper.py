"""The backprop stepper without a browser: its numbers, its steps and guesses, its question."""

import numpy as np
import pytest
import traitlets

from utils.widgets import BackpropStepper, backprop_stepper
from utils.widgets.backprop_stepper import OPERATIONS, PRESETS


def made(values, activation):
    """A stepper from twelve numbers."""
    x, w, b, v = list(values[:2]), list(values[2:6]), list(values[6:8]), list(values[8:10])
    return BackpropStepper(
        inputs=x,
        hidden_weights=w,
        hidden_bias=b,
        output_weights=v,
        activation=activation,
        output_bias=values[10],
        target=values[11],
    )


def test_the_worked_example_by_hand():
    numbers = BackpropStepper().quantities()
    expected = {"z1": 1.5, "a1": 1.5, "z2": 0.5, "a2": 0.5, "p": 2, "C": 1, "gradient p": 2, "gradient c": 2}
    expected |= {"gradient v1": 3, "gradient v2": 1, "gradient w11": 4, "gradient w21": 8, "gradient b1": 4}
    expected |= {"gradient w12": -2, "gradient w22": -4, "gradient b2": -2}
    for name, value in expected.items():
        assert numbers[name] == pytest.approx(value, abs=1e-12), name


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("seed", range(6))
def test_the_derivatives_are_those_of_finite_differences(activation, seed):
    values = np.random.default_rng(seed).normal(0, 1.5, 12)
    names = ["x1", "x2", "w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c"]
    found = made(values, activation).quantities()
    for place, name in enumerate(names):
        if name.startswith("x"):
            continue  # an input is not learned
        nudge = np.zeros(12)
        nudge[place] = 1e-6
        up, down = (made(values + sign * nudge, activation).quantities()["C"] for sign in (1, -1))
        assert found[f"gradient {name}"] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-5), name


def test_large_numbers_do_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        stepper = BackpropStepper(inputs=[100, 100], hidden_weights=[100, -100, 100, -100], activation="sigmoid")
        numbers = stepper.quantities()
    assert (numbers["a1"], numbers["a2"]) == (1.0, pytest.approx(0.0, abs=1e-300))
    assert numbers["gradient w11"] == 0.0


def test_operations_are_revealed_one_by_one_and_guesses_are_judged():
    stepper = BackpropStepper()
    assert stepper.guess_is_right is None
    assert "next: z1 = x1·w11 + x2·w21 + b1" in stepper.summary()
    stepper.reveal(guess=1.5)
    assert (stepper.step, stepper.guess, stepper.guess_is_right) == (1, [1.5], True)
    stepper.reveal(guess=-1.5)
    assert stepper.guess_is_right is False
    stepper.reveal()
    assert stepper.guess_is_right is None
    stepper.back()
    assert stepper.step == 2
    for _ in range(5):
        stepper.reveal()
    assert "last: dC/dp = 2·(p − y) = 2\nnext: dC/dv1 = ?" in stepper.summary(), "the formula is the learner's to find"
    for _ in range(30):
        stepper.reveal()
    assert stepper.step == len(OPERATIONS) == 20
    assert "next:" not in stepper.summary()
    stepper.reset()
    stepper.back()
    assert stepper.step == 0


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_every_operation_has_its_formula(activation):
    formulas = [backprop_stepper.formula(name, activation) for name in OPERATIONS]
    assert formulas[OPERATIONS.index("gradient w21")] == "dC/dz1 · x2"
    assert all(formulas)


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_is_valid(name):
    assert BackpropStepper(name).state()["activation"] == PRESETS[name]["activation"]


def test_presets_show_what_they_are_named_for():
    off = BackpropStepper("A unit that is off").quantities()
    assert (off["a2"], off["gradient w12"], off["gradient v2"]) == (0, 0, 0)
    assert off["gradient a2"] != 0
    perfect = BackpropStepper("A perfect prediction").quantities()
    assert all(perfect[name] == 0 for name in OPERATIONS if name.startswith("gradient"))
    assert abs(BackpropStepper("Saturated sigmoid units").quantities()["gradient w11"]) < 1e-4


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"step": 21}, "step must be a whole number from 0 to 20, got 21"),
        ({"step": 1.5}, "step must be a whole number"),
        ({"inputs": [1]}, "inputs must be 2 finite numbers, got [1]"),
        ({"hidden_weights": [[1, 2], [3, 4]]}, "hidden_weights must be 4 finite numbers"),
        ({"hidden_weights": [1, 2, 3, 101]}, "hidden_weights must be between -100 and 100"),
        ({"target": float("nan")}, "target must be a finite number"),
        ({"activation": "tanh"}, "activation must be one of 'relu', 'sigmoid', got 'tanh'"),
        ({"guess": ["a"]}, "guess must be 0 to 1 finite numbers"),
    ],
)
def test_a_value_that_does_not_fit_is_named(state, says):
    with pytest.raises(traitlets.TraitError) as caught:
        BackpropStepper(**state)
    assert says in str(caught.value)


def test_a_preset_hides_the_numbers():
    stepper = BackpropStepper(step=20)
    stepper.apply_preset("A unit that is off")
    assert (stepper.step, stepper.guess, stepper.hidden_bias) == (0, [], [-0.5, -1.5])


def test_an_unknown_preset_is_told_with_the_known_ones():
    with pytest.raises(KeyError, match="Worked example"):
        BackpropStepper("XOR")


def test_the_question_has_one_right_answer():
    outcomes = {}
    for choice in BackpropStepper().question["choices"]:
        stepper = BackpropStepper()
        stepper.prediction = choice["text"]
        stepper.set(**stepper.question["start"])
        assert stepper.outcome == "predicted"
        stepper.step = 20
        outcomes[choice["text"]] = stepper.outcome
    assert outcomes == {"below 0": "wrong", "0": "right", "above 0": "wrong"}
