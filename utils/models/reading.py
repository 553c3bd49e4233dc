"""Read a Keras model into plain descriptions of its layers."""

import inspect
import math
from dataclasses import dataclass, field, replace

from .refusal import ModelNotReadable, require_model

# Configuration that says how a layer is stored or run, not what it computes; the activation has a field.
_NOT_COMPARED = frozenset(
    {"name", "dtype", "seed", "activation", "data_format", "unroll", "input_axes", "output_axes"}
    | {"quantization_config", "backward_layer"}
)
# Layers that apply their `activation` last, to the output: a layer of its own after them does the same.
_ACTIVATION_LAST = frozenset(
    {"Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose"}
    | {"Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"}
)
_ACTIVATION_LAYERS = frozenset({"Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"})


@dataclass(frozen=True)
class LayerDescription:
    """One layer of a model.

    kind: the layer's class name, such as "Dense"; an activation with no layer to belong to is "Activation".
    output_shape: shape of the output without the batch axis, such as (3,); None where Keras cannot tell.
    parameters: how many numbers the layer has learned or can learn.
    activation: name of the activation, "linear" for none; a layer without one, such as Flatten, has "".
    settings: the other choices that change what is computed, such as {"units": 3}.
    number: the layer's place in the model as written, counted from 1 without InputLayer.
    takes: places in `describe`'s list, from 0, of the layers that feed this one; -1 is the model's input.
    """

    kind: str
    output_shape: tuple | None
    parameters: int
    activation: str
    settings: dict = field(default_factory=dict)
    number: int = 1
    takes: tuple[int, ...] = (-1,)


@dataclass(frozen=True)
class _Node:
    """One layer in the model's graph, with the keys of the nodes that feed it."""

    layer: object
    kind: str
    config: dict
    feeds: tuple[str, ...] = ()
    number: int = 0


def describe(model):
    """The layers of a built Keras model, as a list of `LayerDescription` in the order of the model.

    An activation that is a layer of its own is counted as part of the layer before it where both are the same
    thing: `Dense(1)` followed by `Activation("relu")` or `ReLU()` reads like `Dense(1, activation="relu")`.
    A Sequential model inside the model is read as its layers.

    Raises ModelNotReadable, which is a TypeError, for anything but a built Sequential or Functional model.
    """
    require_model(model)
    nodes = _nodes(model)
    described, place = [], dict.fromkeys(_input_names(model), -1)
    for key, node in nodes.items():
        description = _describe_node(node, tuple(place[feed] for feed in node.feeds))
        host = _host_of_activation(description, described, node, nodes)
        if host is None:
            place[key] = len(described)
            described.append(description)
        else:
            place[key] = host
            described[host] = replace(described[host], activation=description.activation)
    return described


def input_shapes(model):
    """Shape of one sample of each input of a built model, such as ((1,),).

    Raises ModelNotReadable for anything but a built Sequential or Functional model.
    """
    require_model(model)
    return tuple(tuple(tensor.shape[1:]) for tensor in model.inputs)


# The graph of a model.


def _nodes(model):
    """The model's layers as {key: _Node} in order; a Sequential model inside is replaced by its layers."""
    import keras

    layers = {layer.name: layer for layer in model.layers}
    last_inside, nodes = {}, {}
    previous = _input_names(model)[:1]
    for number, (name, kind, config, feeds) in enumerate(_entries(model), start=1):
        layer = layers.get(name)
        feeds = tuple(last_inside.get(feed, feed) for feed in (previous if feeds is None else feeds))
        if isinstance(layer, keras.Sequential) and layer.layers:
            for inner, node in _nodes(layer).items():
                nodes[f"{name}/{inner}"] = replace(node, feeds=feeds, number=number)
                feeds = (f"{name}/{inner}",)
            last_inside[name], previous = feeds[0], feeds
        else:
            nodes[name] = _Node(layer, kind, config, feeds, number)
            previous = (name,)
    return nodes


def _entries(model):
    """(name, kind, config, names of what feeds it) of each layer; the last is None in a plain chain."""
    for entry in _configuration(model):
        if entry["class_name"] != "InputLayer":
            feeds = tuple(_histories(entry["inbound_nodes"])) if "inbound_nodes" in entry else None
            yield entry["config"]["name"], entry["class_name"], entry["config"], feeds


def _input_names(model):
    entries = _configuration(model)
    names = tuple(entry["config"]["name"] for entry in entries if entry["class_name"] == "InputLayer")
    return names or ("input",)


def _configuration(model):
    try:
        return model.get_config()["layers"]
    except NotImplementedError as error:
        first_line = str(error).strip().splitlines()[0]
        raise ModelNotReadable(f"A layer of the model cannot be read: {first_line}") from error
    except (TypeError, ValueError) as error:
        raise ModelNotReadable(_changed_layer(model)) from error


def _changed_layer(model):
    """Which layer Keras cannot describe, because something replaced a part of it after it was made."""
    for number, layer in enumerate((each for each in model.layers if hasattr(each, "activation")), start=1):
        if not callable(layer.activation):
            return (
                f"The activation of layer {number} ({type(layer).__name__}) was replaced by {layer.activation!r} after "
                "the layer was made. Build the model anew, and give the layer its activation there."
            )
    return "A layer of the model was changed after it was made and cannot be read. Build the model anew."


def _histories(value):
    """Names of the layers in every `keras_history` inside a configuration, in order."""
    if isinstance(value, dict):
        if "keras_history" in value:
            yield value["keras_history"][0]
        for part in value.values():
            yield from _histories(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _histories(part)


# One layer.


def _describe_node(node, takes):
    activation, settings, kind = _activation_of(node), _settings_of(node), node.kind
    if activation and kind in _ACTIVATION_LAYERS:
        kind, settings = "Activation", {}
    parameters = node.layer.count_params() if hasattr(node.layer, "count_params") else 0
    shape = _output_shape(node.layer)
    return LayerDescription(kind, shape, parameters, activation, settings, node.number, takes)


def _output_shape(layer):
    try:
        return tuple(layer.output.shape[1:])
    except (AttributeError, ValueError):  # several outputs, or a layer that is used in several places
        return None


def _host_of_activation(description, described, node, nodes):
    """Place of the layer that this activation belongs to, or None where it stands on its own."""
    if description.kind != "Activation" or len(description.takes) != 1 or description.takes[0] < 0:
        return None
    host = description.takes[0]
    alone = sum(feed == node.feeds[0] for other in nodes.values() for feed in other.feeds) == 1
    fits = described[host].kind in _ACTIVATION_LAST and described[host].activation == "linear"
    return host if alone and fits else None


def _activation_of(node):
    """Name of the activation that a layer applies; "" for a layer without one."""
    config = node.config
    if node.kind == "ReLU":
        plain = config["max_value"] is None and not config["negative_slope"] and not config["threshold"]
        return "relu" if plain else ""
    if node.kind == "LeakyReLU":
        return "leaky_relu" if math.isclose(config["negative_slope"], 0.2, rel_tol=1e-6) else ""
    if node.kind == "ELU":
        return "elu" if config["alpha"] == 1 else ""
    if node.kind == "Softmax":
        return "softmax" if config["axis"] == -1 else ""
    if "activation" not in config:
        return ""
    return _activation_name(config["activation"], getattr(node.layer, "activation", None))


def _activation_name(configured, function):
    if configured is None:
        return "linear"
    if isinstance(configured, str):
        return configured
    inner = configured.get("config")
    if isinstance(inner, dict):
        own = _Node(function, configured["class_name"], inner)
        settings = (f"{name}={value}" for name, value in _settings_of(own).items())
        return _activation_of(own) or ", ".join([own.kind, *settings])
    return f"{getattr(function, '__name__', 'function')} (your own)"


# Settings.


def _settings_of(node):
    if hasattr(node.layer, "layers"):
        return {"layers": tuple(describe(node.layer))}
    settings = {}
    for name, value in node.config.items():
        default = name.endswith("initializer") and _is_default(node.layer, name, value)
        if name not in _NOT_COMPARED and not default:
            settings.update(_flat(name, value))
    return settings


def _is_default(layer, name, value):
    import keras

    parameter = inspect.signature(type(layer).__init__).parameters.get(name)
    if parameter is None:
        return False
    default = keras.initializers.serialize(keras.initializers.get(parameter.default))
    return dict(_flat(name, default)) == dict(_flat(name, value))


def _flat(name, value):
    """A setting as plain (name, value) pairs; a nested object gives its class and its own settings."""
    if isinstance(value, dict) and "class_name" in value:
        yield name, value["class_name"]
        inner = value.get("config")
        yield from _flat_inside(name, inner if isinstance(inner, dict) else {})
    elif isinstance(value, (list, tuple)):
        yield name, tuple(value)
    elif value is not None:
        yield name, value


def _flat_inside(name, config):
    for key, part in config.items():
        if name == "layer" and key == "activation":
            yield f"{name}.{key}", _activation_name(part, None)
        elif key not in _NOT_COMPARED and not (name == "layer" and key.endswith("initializer")):
            yield from _flat(f"{name}.{key}", part)
