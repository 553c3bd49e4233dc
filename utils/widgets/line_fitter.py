"""A line through points: its loss, and how gradient descent finds its weight and bias."""

import numpy as np
import traitlets

from .base import Widget
from .question import Choice, Question
from .traits import Flag, Number, Numbers, Plain, Text, require_equally_many

CELSIUS = (-40.0, -10.0, 0.0, 8.0, 15.0, 22.0, 38.0)
FAHRENHEIT = (-40.0, 14.0, 32.0, 46.0, 59.0, 72.0, 100.0)
LIMIT = 1e9  # gradient descent stops before weight or bias pass this


def predict(x, weight, bias):
    """The line's value at every x: array (samples,) in, array (samples,) out."""
    return weight * np.asarray(x) + bias


def mean_squared_error(x, y, weight, bias):
    """Mean of the squared residuals of the line, one number; x and y: arrays (samples,)."""
    return float(np.mean((predict(x, weight, bias) - y) ** 2))


def gradient(x, y, weight, bias):
    """Derivatives of the mean squared error by weight and by bias, two numbers."""
    error = predict(x, weight, bias) - y
    return float(2 * np.mean(error * x)), float(2 * np.mean(error))


def gradient_step(x, y, weight, bias, learning_rate):
    """New weight and bias after one step of gradient descent: old − learning rate × gradient."""
    by_weight, by_bias = gradient(x, y, weight, bias)
    return weight - learning_rate * by_weight, bias - learning_rate * by_bias


def least_squares(x, y):
    """Weight and bias of the line with the smallest mean squared error, two numbers."""
    weight = np.mean((x - np.mean(x)) * (y - np.mean(y))) / np.var(x)
    return float(weight), float(np.mean(y) - weight * np.mean(x))


def to_scaled(weight, bias, mean, spread):
    """Weight and bias that give the same line for (x − mean) / spread instead of x."""
    return weight * spread, bias + weight * mean


def from_scaled(weight, bias, mean, spread):
    """Weight and bias for x of a line that was given for (x − mean) / spread."""
    return weight / spread, bias - weight * mean / spread


BIAS_CRAWLS = Question(
    text="Weight and bias start at 0. After 100 gradient steps with learning rate 0.001 on the unscaled "
    "temperatures, which of the two is closer to its best value?",
    choices=(
        Choice("the weight", 0.05, None),
        Choice("both equally close", -0.05, 0.05),
        Choice("the bias", None, -0.05),
    ),
    instruction="Press “Set it up”, choose 100 steps and press “Take the steps”.",
    when={
        "steps": (100, None),
        "scaled": (0, 0),
        "learning rate": (0.00099, 0.00101),
        "first weight": (0, 0),
        "first bias": (0, 0),
    },
    decided_by="weight ahead",
    explanation="The inputs are tens of degrees, so the loss is hundreds of times steeper along the weight "
    "than along the bias. A rate that is small enough for the weight leaves the bias crawling. "
    "Tick “Scale the inputs” and try again.",
    start={"weight": 0.0, "bias": 0.0, "scaled": False, "learning_rate": 0.001, "steps": 0, "path": []},
)


class LineFitter(Widget):
    """Points, a line through them, and the loss over weight and bias with the path of gradient descent.

    x, y: the points, 2 to 500 numbers each; seven temperatures in °C and °F by default.
    weight, bias: of the line, for the inputs as they are, also while `scaled` is True.
    scaled: whether gradient descent works on (x − mean) / standard deviation.
    learning_rate: from 0.000001 to 10. steps: gradient steps taken since the line was last moved by hand.
    path: [weight, bias] from where those steps began to where they are, thinned as they grow many.
    equal_scales: whether the loss panel gives weight and bias the same scale.

    Raises traitlets.TraitError for a value that does not fit.
    """

    module_name = "line_fitter"
    title = "Line fitter"

    x = Numbers(CELSIUS, 2, 500)
    y = Numbers(FAHRENHEIT, 2, 500)
    x_name = Text("temperature in °C")
    y_name = Text("temperature in °F")
    weight = Number(0.0, -LIMIT, LIMIT)
    bias = Number(0.0, -LIMIT, LIMIT)
    learning_rate = Number(0.001, 1e-6, 10.0)
    scaled = Flag()
    equal_scales = Flag()
    steps = Number(0, 0, 10**9, whole=True)
    path = Plain(list)

    def __init__(self, x=None, y=None, question=None, **state):
        if (x is None) != (y is None):
            raise ValueError("Give both x and y, or neither for the temperatures.")
        if x is None:
            question = question or BIAS_CRAWLS
        else:
            state = {"x_name": "x", "y_name": "y", "x": x, "y": y} | state
        super().__init__(question, **state)
        self.presets = _presets(self.x, self.y, with_article=x is None)
        self.observe(self._forget_steps, names=["weight", "bias"])
        self.observe(self._take_new_points, names=["x", "y"])

    @property
    def loss(self):
        """Mean squared error of the line."""
        return mean_squared_error(np.array(self.x), np.array(self.y), self.weight, self.bias)

    @property
    def parameters(self):
        """Weight and bias as gradient descent sees them: of the scaled inputs where `scaled` is True."""
        return to_scaled(self.weight, self.bias, *self._scale())

    def take_steps(self, count=1):
        """Take `count` steps of gradient descent; stops before a number grows past LIMIT."""
        x, y, scale = np.array(self.x), np.array(self.y), self._scale()
        inputs = (x - scale[0]) / scale[1]
        parameters, steps, path = self.parameters, self.steps, self._path_to_continue()
        for _ in range(count):
            ahead = gradient_step(inputs, y, *parameters, self.learning_rate)
            if max(map(abs, (*ahead, *from_scaled(*ahead, *scale)))) > LIMIT:
                break
            parameters, steps = ahead, steps + 1
            if is_recorded(steps):
                path.append(list(from_scaled(*parameters, *scale)))
        line = list(from_scaled(*parameters, *scale))
        if not is_recorded(steps):
            path.append(line)
        self.set(weight=line[0], bias=line[1], steps=steps, path=path)

    def quantities(self):
        best = to_scaled(*least_squares(np.array(self.x), np.array(self.y)), *self._scale())
        missing = [abs(now - end) / max(abs(end), 1e-12) for now, end in zip(self.parameters, best, strict=True)]
        first = self.path[0] if self.path else (self.weight, self.bias)
        return {
            "weight": self.weight,
            "bias": self.bias,
            "loss": self.loss,
            "steps": self.steps,
            "scaled": float(self.scaled),
            "learning rate": self.learning_rate,
            "first weight": first[0],
            "first bias": first[1],
            "weight ahead": missing[1] - missing[0],
        }

    def summary(self):
        best = least_squares(np.array(self.x), np.array(self.y))
        lines = [
            f"{len(self.x)} points; {self.y_name} = {self.weight:.6g} × {self.x_name} + ({self.bias:.6g})",
            f"mean squared error {self.loss:.6g} after {self.steps} gradient steps "
            f"(learning rate {self.learning_rate:g}, inputs {'scaled' if self.scaled else 'not scaled'})",
            f"least squares: weight {best[0]:.6g}, bias {best[1]:.6g}",
        ]
        return "\n".join(lines)

    def _scale(self):
        """Mean and standard deviation that the inputs are scaled by; 0 and 1 where they are not."""
        return (float(np.mean(self.x)), float(np.std(self.x))) if self.scaled else (0.0, 1.0)

    def _path_to_continue(self):
        """The path without an end that was only kept because it was the newest point."""
        if not self.path:
            return [[self.weight, self.bias]]
        return list(self.path) if is_recorded(self.steps) else self.path[:-1]

    def _forget_steps(self, change):
        """A line that is no longer at the end of the path was moved by hand: its steps start anew."""
        if self.path and self.path[-1] != [self.weight, self.bias]:
            self.set(steps=0, path=[])

    def _take_new_points(self, change):
        with_article = tuple(self.x) == CELSIUS and tuple(self.y) == FAHRENHEIT
        self.set(steps=0, path=[], presets=_presets(self.x, self.y, with_article))

    @traitlets.validate("x", "y")
    def _check_points(self, proposal):
        name = proposal.trait.name
        counts = {"x": len(self.x), "y": len(self.y)}
        require_equally_many(counts | {name: len(proposal.value)})
        if name == "x" and len(set(proposal.value)) < 2:
            raise traitlets.TraitError("x must hold at least two different numbers, or no line is the best.")
        return proposal.value


def is_recorded(step):
    """Whether the path keeps the point after this step: all up to 100, then every 10th, every 100th, ..."""
    return step % 10 ** max(0, len(str(step)) - 2) == 0


def _presets(x, y, with_article):
    def preset(name, weight, bias):
        return {"name": name, "state": {"weight": weight, "bias": bias, "steps": 0, "path": []}}

    weight, bias = least_squares(np.array(x), np.array(y))
    presets = [preset("Weight 0, bias 0", 0.0, 0.0)]
    if with_article:
        presets.append(preset("Article: 1.82 / 28.8", 1.82, 28.8))
    return [*presets, preset(f"Least squares: {weight:.4f} / {bias:.4f}", weight, bias)]
