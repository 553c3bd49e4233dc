"""Activations and gradients by depth: what the starting weights of a deep network do to both.

The network has `depth` layers of `width` units, as many inputs, no biases, and SAMPLES samples. Its random numbers come
from a small generator that browser and Python share, and both add up in the same order: they agree to the last digits
even where a network is chaotic and would blow up any difference.
"""

from functools import lru_cache

import numpy as np

from .base import Widget
from .question import Choice, Question
from .traits import Number, OneOf

SAMPLES = 32
BINS = 24
FLAT = 0.05  # a unit with a smaller slope is flat: hardly any gradient passes through it
DEEPEST, WIDEST = 20, 64
_SPREAD_OF_UNIFORM = np.sqrt(12.0)

# Standard deviation of the weights for a layer with `width` inputs and `width` units.
INITIALIZATIONS = {
    "He normal": lambda width: np.sqrt(2.0 / width),
    "He uniform": lambda width: np.sqrt(2.0 / width),
    "Glorot normal": lambda width: np.sqrt(2.0 / (width + width)),
    "Glorot uniform": lambda width: np.sqrt(2.0 / (width + width)),
    "variance 1": lambda width: 1.0,
    "standard deviation 0.01": lambda width: 0.01,
}


def tanh(z):
    """tanh of an array, from additions, multiplications and divisions only, to about 1e-15.

    Lambert's continued fraction gives tanh(z / 64); tanh(2 y) = 2 tanh(y) / (1 + tanh(y)²) leads back to z.
    """
    small = np.clip(z, -20.0, 20.0) / 64.0
    square = small * small
    value = small / (1.0 + square / (3.0 + square / (5.0 + square / (7.0 + square / (9.0 + square / 11.0)))))
    for _ in range(6):
        value = 2.0 * value / (1.0 + value * value)
    return value


def sigmoid(z):
    """1 / (1 + e^−z) of an array, as (1 + tanh(z / 2)) / 2."""
    return 0.5 + 0.5 * tanh(0.5 * z)


# name: (activation of z, its slope computed from z and from the activation a)
ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0.0), lambda z, a: np.where(z > 0.0, 1.0, 0.0)),
    "tanh": (tanh, lambda z, a: 1.0 - a * a),
    "sigmoid": (sigmoid, lambda z, a: a * (1.0 - a)),
    "identity": (lambda z: z + 0.0, lambda z, a: np.ones_like(z)),
}


def scrambled(numbers):
    """Whole numbers as if drawn evenly from 0 to 2³² − 1, one for each of `numbers`, an array of uint32.

    The mixing steps are those of `lowbias32` (C. Wellons, public domain).
    """
    x = np.array(numbers, dtype=np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x


def uniform_numbers(stream, count):
    """`count` numbers, array (count,), as if drawn evenly between 0 and 1; each stream, a whole number, has its own."""
    places = np.arange(count, dtype=np.uint32) + scrambled(np.array([stream]))
    return (scrambled(places) + 0.5) / 4294967296.0


def random_numbers(stream, count, distribution):
    """`count` numbers of mean 0 and variance 1, array (count,); distribution: "normal" or "uniform".

    The normal ones are sums of twelve uniform ones less 6: close to normal, and no number is beyond ±6.
    """
    if distribution == "uniform":
        return _SPREAD_OF_UNIFORM * (uniform_numbers(stream, count) - 0.5)
    twelve = uniform_numbers(stream, 12 * count).reshape(count, 12)
    total = np.full(count, -6.0)
    for place in range(12):
        total += twelve[:, place]
    return total


def starting_weights(initialization, factor, depth, width, seed):
    """Weights of every layer, array (depth, width, width), inputs first; `factor` multiplies them all."""
    distribution = "uniform" if initialization.endswith("uniform") else "normal"
    deviation = factor * INITIALIZATIONS[initialization](width)
    layers = [random_numbers(_stream(seed, 2 + layer), width * width, distribution) for layer in range(depth)]
    return deviation * np.array(layers).reshape(depth, width, width)


@lru_cache(maxsize=8)
def run(initialization, activation, factor, depth, width, seed):
    """The network forwards and backwards: weighted sums, activations, slopes, gradients.

    Returns four arrays (depth, SAMPLES, width). The inputs have variance 1. The gradients are those of a loss by the
    weighted sums, where the gradient that arrives at the last layer's activations is random with variance 1.
    """
    act, slope = ACTIVATIONS[activation]
    weights = starting_weights(initialization, factor, depth, width, seed)
    shape = (SAMPLES, width)
    signal = random_numbers(_stream(seed, 0), SAMPLES * width, "normal").reshape(shape)
    sums, activations, slopes = [], [], []
    for kernel in weights:
        sums.append(product(signal, kernel))
        signal = act(sums[-1])
        activations.append(signal)
        slopes.append(slope(sums[-1], signal))
    arriving = random_numbers(_stream(seed, 1), SAMPLES * width, "normal").reshape(shape)
    gradients = [arriving * slopes[-1]]
    for layer in range(depth - 1, 0, -1):
        gradients.insert(0, product(gradients[0], weights[layer].T) * slopes[layer - 1])
    return tuple(np.array(values) for values in (sums, activations, slopes, gradients))


def product(left, right):
    """The matrix product left @ right, added up from the first to the last inner index, as the browser does it."""
    total = np.zeros((left.shape[0], right.shape[1]))
    for place in range(left.shape[1]):
        total += left[:, place, None] * right[place]
    return total


def by_depth(initialization, activation, factor, depth, width, seed):
    """Three arrays (depth,): spread of the weighted sums, share of flat units, size of the gradient.

    Spread and size are roots of the mean square; a unit is flat for a sample where its slope is below 0.05.
    """
    sums, _, slopes, gradients = run(initialization, activation, factor, depth, width, seed)
    spread = np.sqrt(np.mean(sums**2, axis=(1, 2)))
    return spread, np.mean(slopes < FLAT, axis=(1, 2)), np.sqrt(np.mean(gradients**2, axis=(1, 2)))


def histogram(values, low, high):
    """How many of `values` lie in each of BINS equal steps from `low` to `high`, array (BINS,); others are left out."""
    place = np.floor((values.ravel() - low) * (BINS / (high - low)))
    inside = place[(place >= 0) & (place < BINS)]
    return np.bincount(inside.astype(int), minlength=BINS)


def _stream(seed, number):
    return 100 * seed + number


def _preset(initialization, activation, factor=1.0):
    return {
        "initialization": initialization,
        "activation": activation,
        "factor": factor,
        "depth": 20,
        "width": 64,
        "seed": 0,
        "layer": 20,
    }


PRESETS = {
    "Variance 1 with tanh": _preset("variance 1", "tanh"),
    "Deviation 0.01 with tanh": _preset("standard deviation 0.01", "tanh"),
    "Glorot with tanh": _preset("Glorot normal", "tanh"),
    "Glorot with sigmoid": _preset("Glorot normal", "sigmoid"),
    "Glorot with ReLU": _preset("Glorot normal", "relu"),
    "He with ReLU": _preset("He normal", "relu"),
    "Variance 1 with ReLU": _preset("variance 1", "relu"),
}

GLOROT_WITH_RELU = Question(
    text="20 layers of ReLU start with He weights, and the spread of the weighted sums hardly changes from layer to "
    "layer. With Glorot's rule the variance of every weight is half as large. How large is the spread in layer 20 "
    "then, compared with layer 1?",
    choices=(
        Choice("half as large", 0.1, None),
        Choice("a twentieth", 0.01, 0.1),
        Choice("about a thousandth", None, 0.01),
    ),
    instruction="Press “Set it up”, then choose “Glorot normal” as the initialisation.",
    when={"ReLU": (1, 1), "Glorot": (1, 1), "depth": (20, 20), "width": (64, 64), "factor": (0.99, 1.01)},
    decided_by="last to first",
    explanation="Every layer halves the variance, so it multiplies the spread by about 0.71. From layer 1 to 20 that "
    "happens 19 times, and 0.71 to the power 19 is about 1/700.",
    start=_preset("He normal", "relu"),
)


class DepthHistograms(Widget):
    """Histograms of activations and gradients in every layer of a deep network with random weights.

    initialization: a name of INITIALIZATIONS; activation: "relu", "tanh", "sigmoid" or "identity".
    factor: multiplies all weights, from 0.1 to 3. depth: 2 to 20 layers. width: 4 to 64 units in each.
    layer: the layer whose numbers are shown, from 1; the last one where the network has fewer layers.
    seed: whole number from 0 to 999; another seed draws other weights, inputs and gradients.

    Raises traitlets.TraitError for a value that does not fit, KeyError for an unknown preset.
    """

    module_name = "depth_histograms"
    title = "Depth histograms"

    initialization = OneOf(tuple(INITIALIZATIONS))
    activation = OneOf(tuple(ACTIVATIONS))
    factor = Number(1.0, 0.1, 3.0)
    depth = Number(20, 2, DEEPEST, whole=True)
    width = Number(64, 4, WIDEST, whole=True)
    layer = Number(20, 1, DEEPEST, whole=True)
    seed = Number(0, 0, 999, whole=True)

    def __init__(self, preset="He with ReLU", question=None, **state):
        if preset not in PRESETS:
            raise KeyError(f"No preset {preset!r}. There are: {', '.join(PRESETS)}.")
        presets = [{"name": name, "state": settings} for name, settings in PRESETS.items()]
        super().__init__(question or GLOROT_WITH_RELU, presets=presets, **(PRESETS[preset] | state))

    @property
    def shown_layer(self):
        """The layer whose numbers are shown, from 1 to `depth`."""
        return min(self.layer, self.depth)

    def by_depth(self):
        """Three arrays (depth,): spread of the weighted sums, share of flat units, size of the gradient."""
        return by_depth(self.initialization, self.activation, self.factor, self.depth, self.width, self.seed)

    def quantities(self):
        spread, flat, gradient = self.by_depth()
        place = self.shown_layer - 1
        return {
            "depth": self.depth,
            "width": self.width,
            "factor": self.factor,
            "layer": self.shown_layer,
            "ReLU": float(self.activation == "relu"),
            "Glorot": float(self.initialization.startswith("Glorot")),
            "spread": float(spread[place]),
            "flat": float(flat[place]),
            "gradient": float(gradient[place]),
            "last to first": float(spread[-1] / spread[0]),
            "gradient first to last": float(gradient[0] / gradient[-1]) if gradient[-1] else 0.0,
        }

    def summary(self):
        spread, flat, gradient = self.by_depth()
        lines = [
            f"{self.depth} layers of {self.width} units, {self.activation}; "
            f"initialisation {self.initialization}, times {self.factor:g}",
            "layer  spread of the weighted sums  flat units  size of the gradient",
        ]
        for place in sorted({0, self.shown_layer - 1, self.depth - 1}):
            lines.append(f"{place + 1:5}  {spread[place]:27.4g}  {flat[place]:10.1%}  {gradient[place]:20.4g}")
        return "\n".join(lines)
