"""The depth histograms without a browser: random numbers, the network, traits, the question."""

import numpy as np
import pytest
import traitlets

from utils.widgets import DepthHistograms, depth_histograms


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_random_numbers_have_mean_zero_and_variance_one(distribution):
    numbers = depth_histograms.random_numbers(7, 100_000, distribution)
    assert numbers.mean() == pytest.approx(0, abs=0.015)
    assert numbers.var() == pytest.approx(1, abs=0.015)
    other = depth_histograms.random_numbers(8, 100_000, distribution)
    assert abs(np.corrcoef(numbers, other)[0, 1]) < 0.015
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.015


def test_normal_numbers_lie_where_the_normal_distribution_has_them():
    numbers = depth_histograms.random_numbers(3, 100_000, "normal")
    for deviations, share in ((1, 0.683), (2, 0.954), (3, 0.997)):
        assert np.mean(np.abs(numbers) < deviations) == pytest.approx(share, abs=0.006)


def test_tanh_and_sigmoid_are_those_of_numpy():
    for z in (np.linspace(-50, 50, 10_001), np.logspace(-300, 0, 301)):
        np.testing.assert_allclose(depth_histograms.tanh(z), np.tanh(z), rtol=1e-14)
        np.testing.assert_allclose(depth_histograms.sigmoid(z), 1 / (1 + np.exp(-z)), atol=1e-15)


def test_the_product_is_the_matrix_product():
    generator = np.random.default_rng(0)
    left, right = generator.normal(size=(3, 5)), generator.normal(size=(5, 2))
    np.testing.assert_allclose(depth_histograms.product(left, right), left @ right, rtol=1e-12)


@pytest.mark.parametrize("activation", list(depth_histograms.ACTIVATIONS))
def test_the_gradients_are_those_of_finite_differences(activation):
    settings = ("Glorot normal", 1.3, 3, 5, 4)
    sums, activations, _, gradients = depth_histograms.run(settings[0], activation, *settings[1:])
    weights = depth_histograms.starting_weights(*settings)
    act = depth_histograms.ACTIVATIONS[activation][0]
    shape = (depth_histograms.SAMPLES, 5)
    arriving = depth_histograms.random_numbers(401, shape[0] * 5, "normal").reshape(shape)

    def loss(first_sums):
        signal = act(first_sums)
        for kernel in weights[1:]:
            signal = act(signal @ kernel)
        return np.sum(arriving * signal)

    for place in [(0, 0), (3, 2), (31, 4)]:
        moved = np.zeros(shape)
        moved[place] = 1e-6
        slope = (loss(sums[0] + moved) - loss(sums[0] - moved)) / 2e-6
        assert gradients[0][place] == pytest.approx(slope, rel=1e-4, abs=1e-7)
    np.testing.assert_allclose(activations[1] @ weights[2], sums[2], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("name", "deviation"), [("He normal", 0.25), ("Glorot uniform", 0.1768), ("variance 1", 1.0)])
def test_weights_have_the_deviation_of_their_initialization(name, deviation):
    weights = depth_histograms.starting_weights(name, 2.0, 3, 32, 0)
    assert weights.shape == (3, 32, 32)
    assert weights.std() == pytest.approx(2 * deviation, rel=0.05)


def test_histograms_count_and_leave_out_what_is_outside():
    counts = depth_histograms.histogram(np.array([[-1.0, 0.0], [0.01, 0.99]]), 0.0, 1.0)
    assert (counts[0], counts[-1], counts.sum()) == (2, 1, 3)


def test_presets_show_what_their_names_say():
    numbers = {name: DepthHistograms(name).quantities() for name in depth_histograms.PRESETS}
    assert numbers["Variance 1 with ReLU"]["last to first"] > 1e10
    assert numbers["Deviation 0.01 with tanh"]["last to first"] < 1e-10
    assert 0.3 < numbers["He with ReLU"]["last to first"] < 3
    assert numbers["Glorot with sigmoid"]["gradient first to last"] < 1e-10
    assert numbers["Variance 1 with tanh"]["flat"] > 0.6
    assert numbers["Glorot with tanh"]["flat"] < 0.01


def test_the_question_has_one_right_answer_for_every_draw():
    for seed in range(5):
        widget = DepthHistograms(seed=seed, initialization="Glorot uniform")
        assert widget.quantities()["last to first"] < 0.01
    outcomes = []
    for choice in DepthHistograms().question["choices"]:
        widget = DepthHistograms()
        widget.prediction = choice["text"]
        widget.set(**widget.question["start"])
        assert widget.outcome == "predicted"
        widget.initialization = "Glorot normal"
        outcomes.append(widget.outcome)
    assert outcomes == ["wrong", "wrong", "right"]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"depth": 21}, "depth must be a whole number from 2 to 20, got 21"),
        ({"width": 8.5}, "width must be a whole number from 4 to 64, got 8.5"),
        ({"factor": float("nan")}, "factor must be a finite number from 0.1 to 3, got nan"),
        ({"layer": 0}, "layer must be a whole number from 1 to 20, got 0"),
        ({"activation": "softmax"}, "activation must be one of 'relu', 'tanh'"),
        ({"initialization": "He"}, "initialization must be one of 'He normal'"),
        ({"seed": None}, "seed must be a whole number from 0 to 999, got None"),
    ],
)
def test_a_value_that_does_not_fit_is_named(state, says):
    with pytest.raises(traitlets.TraitError) as caught:
        DepthHistograms(**state)
    assert says in str(caught.value)


def test_an_unknown_preset_is_named_and_a_layer_that_is_not_there_is_the_last():
    with pytest.raises(KeyError, match="He with ReLU"):
        DepthHistograms("Xavier")
    assert DepthHistograms(depth=5).quantities()["layer"] == 5
    assert "layer  spread" in repr(DepthHistograms(depth=5, layer=3))
