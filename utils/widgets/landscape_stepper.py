"""A loss over two weights, and how four optimizers walk down on it, mini-batch by mini-batch."""

import functools
import math

import numpy as np

from .base import Widget
from .question import Choice, Question
from .traits import Flag, Number, OneOf

SAMPLES = 64
LIMIT = 1e6  # a path stays where it is before a weight passes this
MOST_STEPS = 300

# Landscape: its model of the two weights p and q, the targets' p and q, the noise in the targets, and how far the
# picture reaches, ((lowest p, highest p), (lowest q, highest q)).
LANDSCAPES = {
    "round bowl": ("line", (1.5, -0.5), 1.0, ((-3.0, 4.0), (-4.0, 3.0))),
    "narrow valley": ("line", (1.0, 1.0), 0.5, ((-0.5, 2.5), (-3.5, 4.0))),
    "saddle": ("product", (1.0, 1.0), 0.3, ((-2.5, 2.5), (-2.5, 2.5))),
}


def uniform_numbers(seed, count):
    """`count` numbers above 0 and below 1, the same in every language: array (count,).

    The generator of Park and Miller (1988, multiplier 48271): whole numbers below 2⁵³ only, so that JavaScript computes
    the same ones. seed: whole number from 1 to 2147483646.
    """
    numbers = []
    for _ in range(count):
        seed = seed * 48271 % 2147483647
        numbers.append(seed / 2147483647)
    return np.array(numbers)


def shuffled(count, seed):
    """The numbers 0 to count − 1 in an order that `seed` decides: int array (count,)."""
    order = np.arange(count)
    for last, number in zip(range(count - 1, 0, -1), uniform_numbers(seed, count - 1), strict=True):
        other = int(number * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


def mini_batch(step, batch_size, seed):
    """Which samples the gradient of a step sees: int array (batch,); every epoch shuffles anew.

    step: 0 for the first; batch_size: 1 to 64. The last batch of an epoch is smaller where 64 leaves a remainder.
    """
    batches = -(-SAMPLES // batch_size)
    epoch, place = divmod(step, batches)
    return _epoch_order(epoch, seed)[place * batch_size : (place + 1) * batch_size]


@functools.lru_cache(maxsize=4 * MOST_STEPS)
def _epoch_order(epoch, seed):
    return shuffled(SAMPLES, 1 + 7919 * seed + 104729 * epoch)


@functools.cache
def samples(landscape):
    """The 64 samples of a landscape: x (64,) and y (64,)."""
    _, (p, q), noise, _ = LANDSCAPES[landscape]
    numbers = uniform_numbers(20, 3 * SAMPLES)
    even = (np.arange(SAMPLES) + 0.5) / SAMPLES  # evenly between 0 and 1
    x = 4 * even if landscape == "narrow valley" else np.sqrt(12) * (even - 0.5)
    errors = noise * (numbers[:SAMPLES] + numbers[SAMPLES : 2 * SAMPLES] + numbers[2 * SAMPLES :] - 1.5) * 2
    return x, _predict(landscape, p, q, x) + errors


def _predict(landscape, p, q, x):
    return p * x + q if LANDSCAPES[landscape][0] == "line" else p * q * x


def loss(landscape, p, q):
    """Mean squared error over all 64 samples, one number, of the model with the weights p and q."""
    x, y = samples(landscape)
    return float(np.mean((_predict(landscape, p, q, x) - y) ** 2))


def gradient(landscape, p, q, chosen=slice(None)):
    """Derivatives of the mean squared error by p and by q, array (2,), over the samples `chosen`."""
    x, y = samples(landscape)
    x, error = x[chosen], _predict(landscape, p, q, x[chosen]) - y[chosen]
    by_x = 2 * _sum_in_order(error * x) / len(x)
    if LANDSCAPES[landscape][0] == "line":
        return np.array([by_x, 2 * _sum_in_order(error) / len(x)])
    return np.array([by_x * q, by_x * p])


def _sum_in_order(values):
    """The sum of `values` (count,), added one after the other: to the last bit what a loop in JavaScript gives.

    RMSprop never comes to rest in a valley and doubles the smallest difference every few steps, so that paths which are
    to agree must not differ at all. `np.sum` adds in another order.
    """
    return np.cumsum(values)[-1]


def sgd(weights, state, gradient, learning_rate, step):
    """Gradient descent. weights, gradient: (2,). Returns the new weights and the new state, as the others do."""
    return weights - learning_rate * gradient, state


def momentum(weights, state, gradient, learning_rate, step):
    """Gradient descent with momentum 0.9; state: the velocity (2,) in a list."""
    velocity = 0.9 * state[0] - learning_rate * gradient
    return weights + velocity, [velocity]


def rmsprop(weights, state, gradient, learning_rate, step):
    """RMSprop with rho 0.9 and epsilon 1e-7 inside the root, as Keras has it; state: the mean square in a list."""
    mean_square = 0.9 * state[0] + (1 - 0.9) * gradient * gradient
    return weights - learning_rate * gradient / np.sqrt(mean_square + 1e-7), [mean_square]


def adam(weights, state, gradient, learning_rate, step):
    """Adam with betas 0.9 and 0.999 and epsilon 1e-7 outside the root, as Keras has it; step: 1 for the first."""
    first = state[0] + (1 - 0.9) * (gradient - state[0])
    second = state[1] + (1 - 0.999) * (gradient * gradient - state[1])
    rate = learning_rate * np.sqrt(1 - _power(0.999, step)) / (1 - _power(0.9, step))
    return weights - rate * first / (np.sqrt(second) + 1e-7), [first, second]


def _power(base, exponent):
    """`base` times itself, one factor after the other; a library's power may differ in the last bit."""
    return math.prod([base] * exponent)


OPTIMIZERS = {"SGD": sgd, "momentum": momentum, "RMSprop": rmsprop, "Adam": adam}


def descend(landscape, optimizer, start, learning_rate, batch_size, seed, steps):
    """The way of an optimizer: array (steps + 1, 2) of [p, q], the start first.

    optimizer: "SGD", "momentum", "RMSprop" or "Adam". It stays where it is once a weight would pass LIMIT.
    """
    path = [np.array(start, dtype=float)]
    state = [np.zeros(2), np.zeros(2)]
    for step in range(steps):
        slope = gradient(landscape, *path[-1], mini_batch(step, batch_size, seed))
        weights, state = OPTIMIZERS[optimizer](path[-1], state, slope, learning_rate, step + 1)
        if not np.all(np.abs(weights) <= LIMIT):
            return np.array(path + [path[-1]] * (steps - step))
        path.append(weights)
    return np.array(path)


def _start(landscape, learning_rate, batch_size, p, q):
    return {
        "landscape": landscape,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "start_p": p,
        "start_q": q,
        "seed": 1,
        "steps": 0,
    }


PRESETS = {
    "Narrow valley, all samples": _start("narrow valley", 0.05, 64, -0.2, 3.5),
    "Narrow valley, batches of 4": _start("narrow valley", 0.05, 4, -0.2, 3.5),
    "Narrow valley, rate too high": _start("narrow valley", 0.2, 64, -0.2, 3.5),
    "Round bowl, one sample at a time": _start("round bowl", 0.05, 1, -2.5, 2.5),
    "Round bowl, rate far too low": _start("round bowl", 0.0001, 64, -2.5, 2.5),
    "Saddle, all samples": _start("saddle", 0.01, 64, -0.5, 0.51),
}

WHO_IS_FIRST = Question(
    text="In the narrow valley, with all samples in every batch and a learning rate of 0.05: which optimizer has the "
    "smallest loss after 20 steps?",
    choices=tuple(Choice.exactly(name, place) for place, name in enumerate(OPTIMIZERS)),
    instruction="Press “Set it up”, then press “Ten steps” twice.",
    when={
        "steps": (20, 20),
        "narrow valley": (1, 1),
        "batch size": (64, 64),
        "learning rate": (0.0499, 0.0501),
        "start p": (-0.201, -0.199),
        "start q": (3.499, 3.501),
    },
    decided_by="smallest loss",
    explanation="Along the valley all gradients point the same way, and momentum adds them up. RMSprop and Adam move "
    "each weight by steps of the size of the learning rate, RMSprop's first ones about three times that, however flat "
    "it is; SGD crawls. Another rate, another order: try 0.2.",
    start=PRESETS["Narrow valley, all samples"],
)


class LandscapeStepper(Widget):
    """The loss over two weights as contours, with the paths of four optimizers from one start, step by step.

    landscape: "narrow valley", "round bowl" or "saddle": the mean squared error of a small model on 64 samples.
    learning_rate: from 0.00001 to 10. batch_size: samples for each gradient, 1 to 64 (all).
    seed: whole number from 1 to 99; decides in which order the samples come. The optimizers see the same batches.
    start_p, start_q: the weights at the start, −4 to 4. steps: how many steps are taken, 0 to 300.
    sgd, momentum, rmsprop, adam: which paths are drawn.

    Raises traitlets.TraitError for a value that does not fit, KeyError for an unknown preset.
    """

    module_name = "landscape_stepper"
    title = "Loss-landscape stepper"

    landscape = OneOf(("narrow valley", "round bowl", "saddle"))
    learning_rate = Number(0.05, 1e-5, 10.0)
    batch_size = Number(SAMPLES, 1, SAMPLES, whole=True)
    seed = Number(1, 1, 99, whole=True)
    start_p = Number(-0.2, -4.0, 4.0)
    start_q = Number(3.5, -4.0, 4.0)
    steps = Number(0, 0, MOST_STEPS, whole=True)
    sgd = Flag(True)
    momentum = Flag(True)
    rmsprop = Flag(True)
    adam = Flag(True)

    def __init__(self, preset="Narrow valley, all samples", question=WHO_IS_FIRST, **state):
        if preset not in PRESETS:
            raise KeyError(f"No preset {preset!r}. There are: {', '.join(PRESETS)}.")
        presets = [{"name": name, "state": settings} for name, settings in PRESETS.items()]
        super().__init__(question, presets=presets, **(PRESETS[preset] | state))

    def path(self, optimizer):
        """The way of one optimizer, by name: array (steps + 1, 2) of [p, q]."""
        if optimizer not in OPTIMIZERS:
            raise KeyError(f"No optimizer {optimizer!r}. There are: {', '.join(OPTIMIZERS)}.")
        start = (self.start_p, self.start_q)
        return descend(self.landscape, optimizer, start, self.learning_rate, self.batch_size, self.seed, self.steps)

    @property
    def losses(self):
        """{optimizer: mean squared error over all samples, where it stands now}."""
        return {name: loss(self.landscape, *self.path(name)[-1]) for name in OPTIMIZERS}

    def quantities(self):
        losses = self.losses
        return {
            "steps": self.steps,
            "narrow valley": float(self.landscape == "narrow valley"),
            "learning rate": self.learning_rate,
            "batch size": self.batch_size,
            "start p": self.start_p,
            "start q": self.start_q,
            "smallest loss": float(np.argmin(list(losses.values()))),
            **{f"{name} loss": value for name, value in losses.items()},
        }

    def summary(self):
        lines = [
            f"{self.landscape}, learning rate {self.learning_rate:g}, batch size {self.batch_size} of {SAMPLES}, "
            f"after {self.steps} steps from p = {self.start_p:g}, q = {self.start_q:g}"
        ]
        for name in (each for each in OPTIMIZERS if getattr(self, each.lower())):
            p, q = self.path(name)[-1]
            lines.append(f"{name}: loss {loss(self.landscape, p, q):.6g} at p = {p:.6g}, q = {q:.6g}")
        return "\n".join(lines)
