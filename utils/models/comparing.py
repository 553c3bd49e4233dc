"""Find the first point where a model is not what an exercise asks for, and say it in one sentence."""

import math
from dataclasses import dataclass

from .reading import describe, input_shapes
from .refusal import ModelNotReadable


@dataclass(frozen=True)
class Difference:
    """The first point where a model is not what was asked for.

    message: one sentence for the learner.
    part: what differs: "model", "input_shape", "layers", "kind", "connections", "activation", or the name of
        a setting such as "units".
    row: place in `describe(model)`, from 0, of the layer concerned; None where it is the whole model.
    """

    message: str
    part: str
    row: int | None = None


def first_difference(model, wanted):
    """The first `Difference` between a learner's model and the one that the exercise asks for, or None.

    model: anything that the learner made; what is no built model gives a Difference that says so.
    wanted: a built Keras model that is right.

    Compared are the input shape, the layers' kinds, connections, settings and activations. An initialiser
    counts only where `wanted` does not use the layer's own default. Raises ModelNotReadable where `wanted`
    cannot be read.
    """
    asked, asked_input = describe(wanted), input_shapes(wanted)
    try:
        made, made_input = describe(model), input_shapes(model)
    except ModelNotReadable as error:
        return Difference(str(error), "model")
    if made_input != asked_input:
        found, expected = _shapes(made_input), _shapes(asked_input)
        message = f"The model takes inputs of shape {found}; the exercise asks for {expected}."
        return Difference(message, "input_shape")
    return _compare_models(made, asked)


def _shapes(shapes):
    return " and ".join(map(str, shapes))


def _compare_models(made, asked):
    for row in range(min(len(made), len(asked))):
        difference = _compare_layers(row, made, asked)
        if difference:
            return difference
    return _compare_counts(made, asked)


def _compare_layers(row, made, asked):
    mine, theirs = made[row], asked[row]
    title = f"Layer {mine.number} ({mine.kind})"
    if mine.kind != theirs.kind:
        message = f"Layer {mine.number} is {_named(mine)}; the exercise asks for {_named(theirs)}."
        return Difference(message, "kind", row)
    if mine.takes != theirs.takes:
        found, expected = _sources(mine.takes, made), _sources(theirs.takes, made)
        return Difference(f"{title} takes {found}; the exercise asks for {expected}.", "connections", row)
    for name in dict.fromkeys([*theirs.settings, *mine.settings]):
        difference = _compare_setting(row, title, name, mine.settings, theirs.settings)
        if difference:
            return difference
    if mine.activation != theirs.activation:
        found, expected = _activation_words(mine.activation), _activation_words(theirs.activation)
        return Difference(f"{title} has {found}; the exercise asks for {expected}.", "activation", row)
    return None


def _compare_setting(row, title, name, mine, theirs):
    whole = name.partition(".")[0]  # "kernel_initializer" for its setting "kernel_initializer.mean"
    if whole.endswith("initializer") and whole not in theirs:
        return None
    found, expected = mine.get(name), theirs.get(name)
    if name == "layers":
        inner = _compare_models(found, expected)
        return inner and Difference(f"Inside {title}: {inner.message}", inner.part, row)
    if _same(found, expected):
        return None
    return Difference(f"{title} {_setting_words(name, found, expected)}.", name, row)


def _same(found, expected):
    if isinstance(found, float) or isinstance(expected, float):
        numbers = isinstance(found, (int, float)) and isinstance(expected, (int, float))
        return numbers and math.isclose(found, expected, rel_tol=1e-6)
    return found == expected


def _compare_counts(made, asked):
    if len(made) == len(asked):
        return None
    count = f"The model has {len(made)} layer{'s' if len(made) != 1 else ''}"
    if len(made) > len(asked):
        extra = made[len(asked)]
        detail = f"layer {extra.number} ({_named(extra)}) is one too many."
    else:
        detail = f"{_named(asked[len(made)])} is missing after the last."
    message = f"{count}, the exercise asks for {len(asked)}: {detail}"
    return Difference(message, "layers", min(len(made), len(asked)))


# The words.


def _setting_words(name, found, expected):
    if name == "use_bias":
        return "has a bias; the exercise asks for none" if found else "has no bias; the exercise asks for one"
    if name == "trainable":
        words = {True: "trainable", False: "frozen"}
        return f"is {words[found]}; the exercise asks for it to be {words[expected]}"
    if name in ("units", "filters"):
        counted = name if found != 1 else name[:-1]
        return f"has {found} {counted}; the exercise asks for {expected}"
    if found is None:
        default = "the default" if name.endswith("initializer") else "no"
        return f"has {default} {name}; the exercise asks for {expected!r}"
    return f"has {name} {found!r}; the exercise asks for {'none' if expected is None else repr(expected)}"


def _activation_words(name):
    return "no activation" if name in ("", "linear") else f"the activation {name!r}"


def _named(description):
    alone = description.kind == "Activation"
    return f"the activation {description.activation!r}" if alone else description.kind


def _sources(takes, described):
    parts = ("the model's input" if place < 0 else f"the output of layer {described[place].number}" for place in takes)
    return " and ".join(parts) or "nothing"
