"""Backpropagation one operation at a time, on a network of two inputs, two hidden units and one output."""

import numpy as np
import traitlets

from .base import Widget
from .question import Choice, Question
from .traits import Number, Numbers, OneOf

LIMIT = 100.0  # what an input, weight, bias or target may be at most

FORWARD = ("z1", "a1", "z2", "a2", "p", "C")
BACKWARD = tuple(
    f"gradient {name}"
    for name in ("p", "v1", "v2", "c", "a1", "z1", "w11", "w21", "b1", "a2", "z2", "w12", "w22", "b2")
)
OPERATIONS = FORWARD + BACKWARD  # in the order in which they can be computed


def sigmoid(z):
    """1 / (1 + e^−z) of an array or a number, without overflow."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(z)))


def activate(z, activation):
    """ "relu" or "sigmoid" of an array or a number."""
    return np.maximum(z, 0.0) if activation == "relu" else sigmoid(z)


def slope(z, activation):
    """Derivative of "relu" (0 at 0) or "sigmoid" at `z`, an array or a number."""
    return np.where(np.asarray(z) > 0, 1.0, 0.0) if activation == "relu" else sigmoid(z) * (1 - sigmoid(z))


def forward(inputs, hidden_weights, hidden_bias, output_weights, output_bias, target, activation):
    """Forward pass of the network with the squared error as loss.

    inputs: (2,); hidden_weights: (inputs, units) = (2, 2); hidden_bias: (2,); output_weights: (2,);
    output_bias, target: numbers; activation of the hidden units: "relu" or "sigmoid".

    Returns {"z": (2,), "a": (2,), "p": number, "C": number}: weighted sums, outputs of the hidden units,
    prediction, loss.
    """
    z = np.asarray(inputs) @ np.asarray(hidden_weights) + np.asarray(hidden_bias)
    a = activate(z, activation)
    p = float(a @ np.asarray(output_weights) + output_bias)
    return {"z": z, "a": a, "p": p, "C": (p - target) ** 2}


def backward(inputs, hidden_weights, hidden_bias, output_weights, output_bias, target, activation):
    """Derivatives of the loss by every quantity of the network; the arguments are those of `forward`.

    Returns {"p", "v", "c", "a", "z", "w", "b"}: derivatives by the prediction, the output weights (2,), the output
    bias, the hidden outputs (2,), the weighted sums (2,), the hidden weights (2, 2) and the hidden bias (2,).
    """
    known = forward(inputs, hidden_weights, hidden_bias, output_weights, output_bias, target, activation)
    by_p = 2 * (known["p"] - target)
    by_a = by_p * np.asarray(output_weights)
    by_z = by_a * slope(known["z"], activation)
    return {
        "p": by_p,
        "v": by_p * known["a"],
        "c": by_p,
        "a": by_a,
        "z": by_z,
        "w": np.outer(inputs, by_z),
        "b": by_z,
    }


def _numbers(inputs, hidden_weights, hidden_bias, output_weights, output_bias, target):
    return {
        "inputs": inputs,
        "hidden_weights": hidden_weights,
        "hidden_bias": hidden_bias,
        "output_weights": output_weights,
        "output_bias": output_bias,
        "target": target,
        "step": 0,  # a preset hides the numbers again
        "guess": [],
    }


_WORKED = _numbers([1.0, 2.0], [1.0, -1.0, 0.5, 1.0], [-0.5, -0.5], [2.0, -1.0], -0.5, 1.0)
_DEAD = _WORKED | {"hidden_bias": [-0.5, -1.5], "activation": "relu"}
PRESETS = {
    "Worked example": _WORKED | {"activation": "relu"},
    "A unit that is off": _DEAD,
    "The same with sigmoid units": _WORKED | {"activation": "sigmoid"},
    "Saturated sigmoid units": _numbers([3.0, 3.0], [2.5, -2.5, 2.5, -2.5], [0.0, 0.0], [1.0, 1.0], 0.0, 0.0)
    | {"activation": "sigmoid"},
    "A perfect prediction": _WORKED | {"target": 2.0, "activation": "relu"},
}

UNIT_THAT_IS_OFF = Question(
    text="Suppose unit 2 has the weighted sum −0.5, so its ReLU gives 0. The prediction is wrong, and unit 2 has an "
    "output weight of −1. What is the derivative of the loss by its weight w₁₂?",
    choices=(Choice("below 0", None, -1e-6), Choice.exactly("0", 0.0, 1e-6), Choice("above 0", 1e-6, None)),
    instruction="Press “Set it up”, then reveal the operations up to the last.",
    when={"step": (len(OPERATIONS), None), "z2": (-0.501, -0.499), "a2": (0, 0), "v2": (-1, -1), "C": (0.01, None)},
    decided_by="gradient w12",
    explanation="The gradient reaches a₂, but the slope of ReLU below 0 is 0, and the product with 0 is 0: "
    "for this sample a unit that is off learns nothing.",
    start=_DEAD,
)


class BackpropStepper(Widget):
    """A 2-2-1 network with every number in it, whose forward and backward pass are revealed one by one.

    inputs, hidden_bias, output_weights: 2 numbers each; hidden_weights: 4 numbers w11, w12, w21, w22, the rows of
    an array (inputs, units); output_bias, target: numbers. All from −100 to 100.
    activation: of the hidden units, "relu" or "sigmoid". The output has none, the loss is the squared error.
    step: how many of the 20 operations are revealed. guess: [] or the number predicted for the last of them.

    Raises traitlets.TraitError for a value that does not fit, KeyError for an unknown preset.
    """

    module_name = "backprop_stepper"
    title = "Backprop stepper"

    inputs = Numbers(_WORKED["inputs"], 2, 2)
    hidden_weights = Numbers(_WORKED["hidden_weights"], 4, 4)
    hidden_bias = Numbers(_WORKED["hidden_bias"], 2, 2)
    output_weights = Numbers(_WORKED["output_weights"], 2, 2)
    output_bias = Number(_WORKED["output_bias"], -LIMIT, LIMIT)
    target = Number(_WORKED["target"], -LIMIT, LIMIT)
    activation = OneOf(("relu", "sigmoid"))
    step = Number(0, 0, len(OPERATIONS), whole=True)
    guess = Numbers([], 0, 1)

    def __init__(self, preset="Worked example", question=None, **state):
        if preset not in PRESETS:
            raise KeyError(f"No preset {preset!r}. There are: {', '.join(PRESETS)}.")
        presets = [{"name": name, "state": settings} for name, settings in PRESETS.items()]
        super().__init__(question or UNIT_THAT_IS_OFF, presets=presets, **(PRESETS[preset] | state))

    def reveal(self, guess=None):
        """Reveal the next operation, after a guess (a number) if there is one; at the end nothing happens."""
        if self.step < len(OPERATIONS):
            self.set(step=self.step + 1, guess=[] if guess is None else [guess])

    def back(self):
        """Hide the operation that was revealed last."""
        self.set(step=max(self.step - 1, 0), guess=[])

    @property
    def guess_is_right(self):
        """Whether the guess is within 1 % (and half a hundredth) of the revealed number; None without a guess."""
        if not self.guess or not self.step:
            return None
        return is_close(self.guess[0], self.quantities()[OPERATIONS[self.step - 1]])

    def quantities(self):
        """Every number of both passes by its name, revealed or not, and the step."""
        numbers = (self.output_bias, self.target, self.activation)
        weights = np.reshape(self.hidden_weights, (2, 2))
        network = (self.inputs, weights, self.hidden_bias, self.output_weights, *numbers)
        known, slopes = forward(*network), backward(*network)
        named = {"step": self.step, "y": self.target, "c": self.output_bias}
        named |= {name: known[name] for name in ("p", "C")} | {f"gradient {name}": slopes[name] for name in ("p", "c")}
        for unit in (0, 1):
            place = unit + 1
            named |= {f"x{place}": self.inputs[unit], f"b{place}": self.hidden_bias[unit]}
            named |= {f"v{place}": self.output_weights[unit]}
            named |= {f"{name}{place}": known[name][unit] for name in ("z", "a")}
            named |= {f"gradient {name}{place}": slopes[name][unit] for name in ("z", "a", "b", "v")}
            for source in (0, 1):
                named[f"w{source + 1}{place}"] = weights[source, unit]
                named[f"gradient w{source + 1}{place}"] = slopes["w"][source, unit]
        return {name: float(value) for name, value in named.items()}

    def summary(self):
        numbers = self.quantities()
        shown = OPERATIONS[: self.step]
        lines = [
            f"x = {_row(self.inputs)}, w = {_row(self.hidden_weights[:2])} and {_row(self.hidden_weights[2:])}, "
            f"b = {_row(self.hidden_bias)}, v = {_row(self.output_weights)}, c = {self.output_bias:g}, "
            f"y = {self.target:g}, activation {self.activation}",
            "forward: " + _listed(shown[: len(FORWARD)], numbers),
            "backward: " + _listed(shown[len(FORWARD) :], numbers),
        ]
        if self.step:
            last = OPERATIONS[self.step - 1]
            lines.append(f"last: {_symbol(last)} = {formula(last, self.activation)} = {numbers[last]:.6g}")
        if self.step < len(OPERATIONS):
            # On the way back the formula is what has to be found.
            operation = OPERATIONS[self.step]
            wanted = formula(operation, self.activation) if operation in FORWARD else "?"
            lines.append(f"next: {_symbol(operation)} = {wanted}")
        return "\n".join(lines)

    @traitlets.validate("inputs", "hidden_weights", "hidden_bias", "output_weights")
    def _check_size(self, proposal):
        if any(abs(value) > LIMIT for value in proposal.value):
            name = proposal.trait.name
            raise traitlets.TraitError(f"{name} must be between -{LIMIT:g} and {LIMIT:g}, got {proposal.value}.")
        return proposal.value


def is_close(guess, value):
    """Whether a guess counts as right: within 1 % of the value and half a hundredth more."""
    return abs(guess - value) <= 0.005 + 0.01 * abs(value)


def formula(name, activation):
    """The operation that gives the quantity `name`, in letters, such as "x1·w11 + x2·w21 + b1"."""
    letter, place = name.removeprefix("gradient ")[0], name[-1]
    if name.startswith("gradient "):
        bent = f"(1 if z{place} > 0 else 0)" if activation == "relu" else f"a{place}·(1 − a{place})"
        return {
            "p": "2·(p − y)",
            "v": f"dC/dp · a{place}",
            "c": "dC/dp · 1",
            "a": f"dC/dp · v{place}",
            "z": f"dC/da{place} · {bent}",
            "w": f"dC/dz{place} · x{name[-2]}",
            "b": f"dC/dz{place} · 1",
        }[letter]
    return {
        "z": f"x1·w1{place} + x2·w2{place} + b{place}",
        "a": f"max(0, z{place})" if activation == "relu" else f"sigmoid(z{place})",
        "p": "a1·v1 + a2·v2 + c",
        "C": "(p − y)²",
    }[letter]


def _symbol(name):
    return name.replace("gradient ", "dC/d")


def _row(values):
    return "(" + ", ".join(f"{value:g}" for value in values) + ")"


def _listed(names, numbers):
    return ", ".join(f"{_symbol(name)} = {numbers[name]:.6g}" for name in names) or "nothing revealed yet"
