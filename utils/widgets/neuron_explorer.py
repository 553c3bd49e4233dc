"""One neuron: inputs times weights, plus the bias, through an activation."""

import numpy as np
import traitlets

from .base import Widget
from .question import Choice, Question
from .traits import Number, Numbers, OneOf, Plain, Slider, Text, Texts, require_equally_many

ACTIVATIONS = {
    "identity": lambda z: z,
    "step": lambda z: np.where(z >= 0, 1.0, 0.0),
    "sigmoid": lambda z: np.exp(-np.logaddexp(0.0, -z)),
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
}


def weighted_sum(inputs, weights, bias):
    """The sum of inputs times weights, plus the bias: inputs (n,), weights (n,), bias a number."""
    return float(np.dot(inputs, weights) + bias)


def neuron_output(inputs, weights, bias, activation):
    """Output of one neuron, a number.

    inputs: array (n,); weights: array (n,); bias: a number.
    activation: "identity", "step" (1 from 0 upwards, else 0), "sigmoid", "relu" or "tanh".
    """
    return float(ACTIVATIONS[activation](weighted_sum(inputs, weights, bias)))


def _gate(names, inputs, weights, bias):
    return {
        "inputs": inputs,
        "weights": weights,
        "bias": bias,
        "activation": "step",
        "input_names": names,
        "output_name": "output",
        "input_slider": [0.0, 1.0, 1.0],
        "input_sliders": [],
        "weight_slider": [-3.0, 3.0, 0.1],
        "bias_slider": [-3.0, 3.0, 0.1],
    }


def _free(activation):
    state = _gate(["input 1", "input 2"], [1.0, -0.5], [0.8, 1.2], 0.3)
    return state | {"activation": activation, "input_slider": [-3.0, 3.0, 0.1]}


_CELSIUS = {
    "inputs": [100.0],
    "weights": [1.8],
    "bias": 32.0,
    "activation": "identity",
    "input_names": ["temperature in °C"],
    "output_name": "temperature in °F",
    "input_slider": [-40.0, 100.0, 1.0],
    "input_sliders": [],
    "weight_slider": [-3.0, 3.0, 0.1],
    "bias_slider": [-50.0, 50.0, 1.0],
}
_TWO, _THREE = ["input 1", "input 2"], ["input 1", "input 2", "input 3"]
_UMBRELLA = {
    "inputs": [0.8, 0.3, 2.0],
    "weights": [1.0, 4.0, 1.0],
    "bias": -2.5,
    "activation": "identity",
    "input_names": ["clouds", "rain", "hours"],
    "input_slider": [0.0, 3.0, 0.1],
    "input_sliders": [[0.0, 1.0, 0.1], [0.0, 1.0, 0.1], [0.0, 3.0, 0.1]],
    "weight_slider": [-5.0, 5.0, 0.1],
    "bias_slider": [-5.0, 5.0, 0.1],
    "output_name": "umbrella",
}
PRESETS = {
    "Umbrella": _UMBRELLA,
    "AND gate": _gate(_TWO, [1.0, 1.0], [1.0, 1.0], -1.5),
    "OR gate": _gate(_TWO, [1.0, 0.0], [1.0, 1.0], -0.5),
    "Gate to repair": _gate(_TWO, [1.0, 0.0], [1.0, 1.0], 0.0),
    "NOT gate": _gate(["input 1"], [1.0], [-1.0], 0.5),
    "Majority of three": _gate(_THREE, [1.0, 1.0, 0.0], [1.0, 1.0, 1.0], -1.5),
    "Celsius to Fahrenheit": _CELSIUS,
    "Free play with a sigmoid": _free("sigmoid"),
    "Free play with ReLU": _free("relu"),
}
_ON_REQUEST = {"AND gate"}  # the answer to an exercise: in the list only where it was asked for by name

AND_TO_OR = Question(
    text="An AND gate gets the inputs 1 and 0, so it gives 0. What will it give after its bias rises from "
    "−1.5 to −0.5?",
    choices=(Choice.exactly("0", 0), Choice.exactly("0.5", 0.5), Choice.exactly("1", 1)),
    instruction="Press “Set it up”, then move the bias to −0.5.",
    when={
        "input 1": (1, 1),
        "input 2": (0, 0),
        "weight 1": (1, 1),
        "weight 2": (1, 1),
        "bias": (-0.501, -0.499),
    },
    decided_by="output",
    explanation="1 × 1 + 0 × 1 − 0.5 = 0.5. The step gives 1 from 0 upwards, so one input is now enough: "
    "a different bias has made an OR gate of the AND gate.",
    start=PRESETS["AND gate"] | {"inputs": [1.0, 0.0]},
)

WITHOUT_HOURS = Question(
    text="The weighted sum is 1.5. What will it be after the weight of the hours falls from 1 to 0?",
    choices=(Choice.exactly("−0.5", -0.5), Choice.exactly("0", 0), Choice.exactly("0.5", 0.5)),
    instruction="Press “Set it up”, then move weight 3 to 0.",
    when={
        "input 1": (0.79, 0.81),
        "input 2": (0.29, 0.31),
        "input 3": (1.99, 2.01),
        "weight 1": (1, 1),
        "weight 2": (4, 4),
        "weight 3": (-0.001, 0.001),
        "bias": (-2.501, -2.499),
    },
    decided_by="sum",
    explanation="The hours brought 2 × 1 = 2. Without them 0.8 + 1.2 − 2.5 = −0.5 is left.",
    start=_UMBRELLA,
)
QUESTIONS = {"Umbrella": WITHOUT_HOURS}


class NeuronExplorer(Widget):
    """A neuron with one to three inputs, drawn with every number that passes through it.

    inputs, weights: 1 to 3 numbers each, equally many; bias: a number.
    activation: "identity", "step", "sigmoid", "relu" or "tanh".
    input_slider, weight_slider, bias_slider: [lowest, highest, step] of the sliders, and what is allowed.
    input_sliders: the same for each input on its own; empty where `input_slider` holds for all of them.
    input_names, output_name: the words in the picture.

    Raises traitlets.TraitError for a value that does not fit, KeyError for an unknown preset.
    """

    module_name = "neuron_explorer"
    title = "Neuron explorer"

    inputs = Numbers([1.0, 1.0], 1, 3)
    weights = Numbers([1.0, 1.0], 1, 3)
    bias = Number(-1.5)
    activation = OneOf(tuple(ACTIVATIONS))
    input_slider = Slider([0.0, 1.0, 1.0])
    input_sliders = Plain(list)
    weight_slider = Slider([-3.0, 3.0, 0.1])
    bias_slider = Slider([-3.0, 3.0, 0.1])
    input_names = Texts(_TWO)
    output_name = Text("output")

    def __init__(self, preset="AND gate", question=None, **state):
        if preset not in PRESETS:
            raise KeyError(f"No preset {preset!r}. There are: {', '.join(PRESETS)}.")
        presets = [{"name": name, "state": PRESETS[name]} for name in PRESETS if name not in _ON_REQUEST - {preset}]
        question = question or QUESTIONS.get(preset, AND_TO_OR)
        super().__init__(question, presets=presets, **(PRESETS[preset] | _completed(state, PRESETS[preset])))

    @property
    def sum(self):
        """Inputs times weights, plus the bias."""
        return weighted_sum(self.inputs, self.weights, self.bias)

    @property
    def output(self):
        """What the neuron gives out."""
        return neuron_output(self.inputs, self.weights, self.bias, self.activation)

    def quantities(self):
        numbers = {"bias": self.bias, "sum": self.sum, "output": self.output}
        for place, (value, weight) in enumerate(zip(self.inputs, self.weights, strict=False), start=1):
            numbers |= {
                f"input {place}": value,
                f"weight {place}": weight,
                f"product {place}": value * weight,
            }
        missing = {f"{kind} {place}": float("nan") for kind in ("input", "weight") for place in (1, 2, 3)}
        return missing | numbers

    def summary(self):
        products = " + ".join(f"({x:g} × {w:g})" for x, w in zip(self.inputs, self.weights, strict=True))
        return (
            f"sum = {products} + ({self.bias:g}) = {self.sum:g}\n"
            f"{self.output_name} = {self.activation}({self.sum:g}) = {self.output:g}"
        )

    @traitlets.validate("inputs", "weights", "bias")
    def _check_range(self, proposal):
        name = proposal.trait.name
        slider = {"inputs": "input_slider", "weights": "weight_slider", "bias": "bias_slider"}[name]
        values = proposal.value if name != "bias" else [proposal.value]
        sliders = [getattr(self, slider)] * len(values)
        if name == "inputs" and len(self.input_sliders) == len(values):
            slider, sliders = "input_sliders", self.input_sliders
        for value, (low, high, _) in zip(values, sliders, strict=True):
            if not low <= value <= high:
                raise traitlets.TraitError(
                    f"{name} must be between {low:g} and {high:g} (see {slider}), got {proposal.value}."
                )
        if name != "bias":
            counts = {"inputs": len(self.inputs), "weights": len(self.weights)}
            require_equally_many(counts | {name: len(values)})
        return proposal.value


def _completed(state, preset):
    """`state` with a name for every input, and with sliders that reach the values asked for."""
    completed = dict(state)
    count = np.size(state.get("inputs", preset["inputs"]))
    if "input_names" not in state and count != len(preset["input_names"]):
        completed["input_names"] = [f"input {place}" for place in range(1, count + 1)]
    if "inputs" in state:
        completed.setdefault("input_sliders", [])
    for values, slider in (("inputs", "input_slider"), ("weights", "weight_slider"), ("bias", "bias_slider")):
        if values in state and slider not in state:
            completed[slider] = _slider_for(state[values], preset[slider])
    return completed


def _slider_for(values, slider):
    """`slider`, widened to whole numbers around `values`, with steps of 0.1 where they are not whole."""
    try:
        values = np.asarray(values, dtype=float).reshape(-1)
    except (TypeError, ValueError):  # the trait itself will say what is wrong with the values
        return slider
    low, high, step = slider
    if not values.size or not np.isfinite(values).all():
        return slider
    low, high = min(low, np.floor(values.min())), max(high, np.ceil(values.max()))
    return [low, high, step if (values % step == 0).all() else min(step, 0.1)]
