"""A Keras model, layer by layer, beside the one that an exercise asks for."""

import math

import numpy as np

from utils import models

from .base import Widget
from .question import Choice, Question
from .traits import Number, Plain

BATCH_ASKED = 32


def output_values(output_shape, samples):
    """How many numbers a layer gives for a batch of `samples`; output_shape: a tuple, of one sample."""
    return int(samples * np.prod(output_shape, dtype=int))


class ModelChecker(Widget):
    """A learner's Keras model drawn beside the one an exercise asks for, with the first difference marked.

    model: anything; what is no built Keras model gets a sentence that says so.
    wanted: a built Keras model that is right.
    ask: whether it asks a question of its own making where none is given.
    samples: samples in a batch, from 0 (any number) to 256, shown in every shape.
    difference: {"message", "part", "row"} of the first difference, empty where there is none.

    Raises utils.models.ModelNotReadable where `wanted` cannot be read.
    """

    module_name = "model_checker"
    title = "Model checker"

    made = Plain(list)
    asked = Plain(list)
    made_input = Plain(list)
    asked_input = Plain(list)
    difference = Plain(dict)
    samples = Number(0, 0, 256, whole=True)

    def __init__(self, model, wanted, question=None, ask=True):
        self._wanted = wanted
        state = _compared(model, wanted)
        super().__init__(question or (_question(state["made"]) if ask else None), **state)

    @property
    def matches(self):
        """Whether the model is what the exercise asks for."""
        return not self.difference

    def check(self, model):
        """Draw and compare another model; the exercise stays the same."""
        self.set(**_compared(model, self._wanted))

    def quantities(self):
        shape = self.made[-1]["output_shape"] if self.made else None
        return {
            "samples": self.samples,
            "parameters": sum(layer["parameters"] for layer in self.made),
            "numbers out": math.nan if shape is None else output_values(shape, self.samples),
        }

    def summary(self):
        verdict = self.difference.get("message", "The model is what the exercise asks for.")
        mine = [f"  {layer['number']} {_in_words(layer)}" for layer in self.made] or ["  no layers to show"]
        theirs = [f"  {layer['number']} {_in_words(layer)}" for layer in self.asked]
        return "\n".join([verdict, "Your model", *mine, "The exercise asks for", *theirs])

    def _resettable(self):
        state = super()._resettable()
        return {name: state[name] for name in ("samples", "prediction", "outcome")}


def _compared(model, wanted):
    difference = models.first_difference(model, wanted)
    readable = not difference or difference.part != "model"
    return {
        "made": _layers(model) if readable else [],
        "made_input": _inputs(model) if readable else [],
        "asked": _layers(wanted),
        "asked_input": _inputs(wanted),
        "difference": vars(difference) if difference else {},
    }


def _layers(model):
    return [
        {
            "kind": layer.kind,
            "number": layer.number,
            "output_shape": None if layer.output_shape is None else list(layer.output_shape),
            "parameters": layer.parameters,
            "activation": layer.activation,
            "settings": _settings_in_words(layer.settings),
        }
        for layer in models.describe(model)
    ]


def _inputs(model):
    return [list(shape) for shape in models.input_shapes(model)]


def _settings_in_words(settings):
    """The settings worth a place in the picture, as short texts."""
    words = []
    for name, value in settings.items():
        if name == "trainable":
            words += [] if value else ["frozen"]
        elif name == "use_bias":
            words += [] if value else ["no bias"]
        elif name == "layers":
            words.append(f"{len(value)} layers inside")
        else:
            words.append(f"{name} {value}")
    return words


def _in_words(layer):
    shape = "unknown" if layer["output_shape"] is None else tuple(layer["output_shape"])
    activation = f", {layer['activation']}" if layer["activation"] not in ("", "linear") else ""
    settings = f", {', '.join(layer['settings'])}" if layer["settings"] else ""
    plural = "parameter" if layer["parameters"] == 1 else "parameters"
    return f"{layer['kind']}{activation}: output {shape}, {layer['parameters']} {plural}{settings}"


def _question(made):
    """A question about the batch axis, for a model whose output shape is known."""
    if not made or made[-1]["output_shape"] is None or None in made[-1]["output_shape"]:
        return None
    one, many = (output_values(made[-1]["output_shape"], samples) for samples in (1, BATCH_ASKED))
    parameters = sum(layer["parameters"] for layer in made)
    choices = sorted({one, many, parameters or many + one})
    return Question(
        text=f"You give the model {BATCH_ASKED} samples at once. How many numbers does its last layer give?",
        choices=tuple(Choice.exactly(f"{count:,}", count) for count in choices),
        instruction=f"Move “Samples in the batch” to {BATCH_ASKED} and read the last layer.",
        when={"samples": (BATCH_ASKED, BATCH_ASKED)},
        decided_by="numbers out",
        explanation=f"The first axis of every shape counts the samples: {BATCH_ASKED} × {one} = {many:,}. "
        "The number of parameters stays the same.",
        start={"samples": 0},
    )
