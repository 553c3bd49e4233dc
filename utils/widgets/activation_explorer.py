"""Activations and their derivatives, side by side, with an input to move."""

import numpy as np
import traitlets

from .base import Widget
from .question import Choice, Question
from .traits import Number, OneOf, Plain

SATURATED_BELOW = 0.05  # a derivative smaller than this lets less than a twentieth of a change through
REACH = 8.0  # the pictures show inputs from -REACH to REACH

NAMES = {
    "identity": "identity",
    "step": "binary step",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "arctan": "arctan",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "softplus": "softplus",
}
WITH_ALPHA = ("leaky_relu", "elu")


def _sigmoid(z):
    return np.exp(-np.logaddexp(0.0, -z))


# name: (function, derivative) of inputs z, an array of any shape, and alpha, which only two of them use
_FORMULAS = {
    "identity": (lambda z, alpha: z, lambda z, alpha: np.ones_like(z)),
    "step": (lambda z, alpha: np.where(z >= 0, 1.0, 0.0), lambda z, alpha: np.zeros_like(z)),
    "sigmoid": (lambda z, alpha: _sigmoid(z), lambda z, alpha: _sigmoid(z) * _sigmoid(-z)),
    "tanh": (lambda z, alpha: np.tanh(z), lambda z, alpha: 4 * _sigmoid(2 * z) * _sigmoid(-2 * z)),
    "arctan": (lambda z, alpha: np.arctan(z), lambda z, alpha: 1 / (1 + z**2)),
    "relu": (lambda z, alpha: np.maximum(z, 0.0), lambda z, alpha: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda z, alpha: np.where(z > 0, z, alpha * z), lambda z, alpha: np.where(z > 0, 1.0, alpha)),
    "elu": (
        lambda z, alpha: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0))),
        lambda z, alpha: np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0))),
    ),
    "softplus": (lambda z, alpha: np.logaddexp(0.0, z), lambda z, alpha: _sigmoid(z)),
}


def activation(name, z, alpha=1.0):
    """The activation `name` of every number of `z`: array in, array of the same shape out.

    name: a key of NAMES. alpha: slope of the leaky ReLU below 0, or scale of the ELU; others ignore it.
    """
    return _FORMULAS[name][0](np.asarray(z, dtype=float), alpha)


def derivative(name, z, alpha=1.0):
    """The derivative of the activation `name` at every number of `z`: array in, same shape out.

    At a corner or jump, z = 0, the value just left of it counts: 0 for step and ReLU, alpha for leaky ReLU.
    """
    return _FORMULAS[name][1](np.asarray(z, dtype=float), alpha)


def saturation_zones(name, alpha=1.0):
    """Where the derivative is below SATURATED_BELOW: a list of [from, to]; None stands for no end."""
    limit = SATURATED_BELOW
    two_sided = {
        "sigmoid": -np.log((1 - np.sqrt(1 - 4 * limit)) / (1 + np.sqrt(1 - 4 * limit))),
        "tanh": np.arctanh(np.sqrt(1 - limit)),
        "arctan": np.sqrt(1 / limit - 1),
    }
    if name in two_sided:
        edge = float(two_sided[name])
        return [[None, -edge], [edge, None]]
    if name == "step":
        return [[None, None]]
    if name == "softplus":
        return [[None, float(np.log(limit / (1 - limit)))]]
    if name == "elu":
        return [[None, float(np.log(limit / alpha)) if alpha > limit else 0.0]]
    flat_below_zero = name == "relu" or (name == "leaky_relu" and alpha < limit)
    return [[None, 0.0]] if flat_below_zero else []


STEEPEST_SIGMOID = Question(
    text="Where the sigmoid is steepest, at z = 0, how large is its derivative?",
    choices=(Choice.exactly("0.25", 0.25), Choice.exactly("0.5", 0.5), Choice.exactly("1", 1.0)),
    instruction="Press “Set it up”, then move z to 0.",
    when={"function": (2, 2), "z": (-0.001, 0.001)},
    decided_by="derivative",
    explanation="The derivative is s × (1 − s), and at 0 the sigmoid s is 0.5: 0.5 × 0.5 = 0.25. Even at its best it "
    "passes on only a quarter of a small change.",
    start={"function": "sigmoid", "compared": [], "z": 2.0},
)
ELU_OR_LEAKY = Question(
    text="At z = −4 the leaky ReLU with alpha 0.1 has the derivative 0.1. How steep is the ELU with alpha 1 there?",
    choices=(
        Choice("steeper than 0.1", 0.1001, None),
        Choice.exactly("just as steep", 0.1, 0.0001),
        Choice("flatter than 0.1", None, 0.0999),
    ),
    instruction="Press “Set it up”, then move z to −4.",
    when={"function": (7, 7), "z": (-4.001, -3.999), "elu alpha": (1, 1)},
    decided_by="derivative",
    explanation="Below 0 the derivative of the ELU is alpha × e^z, and e^−4 is 0.018. It starts steep and saturates; "
    "the leaky ReLU keeps its slope for ever.",
    start={"function": "elu", "compared": ["leaky_relu"], "z": -1.0, "leaky_alpha": 0.1, "elu_alpha": 1.0},
)


def _preset(function, *compared, z=1.5):
    return {"function": function, "compared": list(compared), "z": z, "leaky_alpha": 0.1, "elu_alpha": 1.0}


PRESETS = {
    "Sigmoid": _preset("sigmoid"),
    "Sigmoid, tanh and arctan": _preset("tanh", "sigmoid", "arctan"),
    "Identity and step": _preset("step", "identity"),
    "ReLU": _preset("relu", z=-1.5),
    "ReLU and its relatives": _preset("elu", "relu", "leaky_relu", z=-1.5),
    "ReLU and softplus": _preset("softplus", "relu", z=0.0),
}
QUESTIONS = {"ReLU and its relatives": ELU_OR_LEAKY, "ReLU": ELU_OR_LEAKY, "ReLU and softplus": ELU_OR_LEAKY}


class ActivationExplorer(Widget):
    """An activation and its derivative, where it saturates, and its values at an input that can be moved.

    function: a key of NAMES, such as "sigmoid"; compared: a list of others, drawn beside it.
    z: the input, from -8 to 8.
    leaky_alpha: slope of the leaky ReLU below 0, from 0 to 1; elu_alpha: scale of the ELU, from 0 to 2.

    Raises traitlets.TraitError for a value that does not fit, KeyError for an unknown preset.
    """

    module_name = "activation_explorer"
    title = "Activation explorer"

    function = OneOf(tuple(NAMES))
    compared = Plain(list)
    z = Number(1.5, -REACH, REACH)
    leaky_alpha = Number(0.1, 0.0, 1.0)
    elu_alpha = Number(1.0, 0.0, 2.0)

    def __init__(self, preset="Sigmoid", question=None, **state):
        if preset not in PRESETS:
            raise KeyError(f"No preset {preset!r}. There are: {', '.join(PRESETS)}.")
        presets = [{"name": name, "state": settings} for name, settings in PRESETS.items()]
        question = question or QUESTIONS.get(preset, STEEPEST_SIGMOID)
        super().__init__(question, presets=presets, **(PRESETS[preset] | state))

    @property
    def output(self):
        """The activation at z, a number."""
        return self._values(self.function)[0]

    @property
    def derivative(self):
        """The slope of the activation at z, a number."""
        return self._values(self.function)[1]

    def alpha(self, name):
        """The alpha that the function `name` uses now; 1 for a function without one."""
        return {"leaky_relu": self.leaky_alpha, "elu": self.elu_alpha}.get(name, 1.0)

    def quantities(self):
        numbers = {
            "function": float(list(NAMES).index(self.function)),
            "z": self.z,
            "leaky alpha": self.leaky_alpha,
            "elu alpha": self.elu_alpha,
            "output": self.output,
            "derivative": self.derivative,
            "saturated": float(abs(self.derivative) < SATURATED_BELOW),
        }
        for name in NAMES:
            output, slope = self._values(name)
            numbers |= {f"output {name}": output, f"derivative {name}": slope}
        return numbers

    def summary(self):
        lines = []
        for name in (self.function, *(other for other in self.compared if other != self.function)):
            output, slope = self._values(name)
            with_alpha = f", alpha {self.alpha(name):g}" if name in WITH_ALPHA else ""
            saturated = ", saturated" if abs(slope) < SATURATED_BELOW else ""
            title = f"{NAMES[name]}({self.z:g}{with_alpha})"
            lines.append(f"{title} = {output:.6g}, derivative {slope:.6g}{saturated}")
        return "\n".join(lines)

    def _values(self, name):
        alpha = self.alpha(name)
        return float(activation(name, self.z, alpha)), float(derivative(name, self.z, alpha))

    @traitlets.validate("compared")
    def _check_compared(self, proposal):
        names = proposal.value
        unknown = [name for name in names if not isinstance(name, str) or name not in NAMES]
        if unknown:
            allowed = ", ".join(map(repr, NAMES))
            raise traitlets.TraitError(f"compared must be a list of some of {allowed}, got {unknown[0]!r} in it.")
        return [name for name in NAMES if name in names]
