"""Keras models, layers, training histories and TensorFlow's tensors on the bridge.

A model travels as its configuration and its weights, and only if it is exactly a Sequential or Functional model of
layers that Keras itself has; the other side builds it anew. Every class that a configuration names is looked up in
the list of what Keras exports, so that no configuration can make the other side run code. Keras and TensorFlow are
never imported from here: where a notebook has not imported them there are no such objects.
"""

import json
import sys
from typing import Any

import numpy as np

from autograder.bridge.codec import Decoder, Encoder, MalformedTree, NotPlain

MAX_CONFIG_CHARACTERS = 4_000_000
MAX_WEIGHTS = 2_000
_TAGS = {"model", "model_state", "known", "tensor", "variable", "history", "keras"}
_MODEL_CLASSES = {("keras", "Sequential"), ("keras.src.models.functional", "Functional"), ("keras", "Functional")}
# Exported by Keras, but running code of the learner's or reading files: never rebuilt.
_REFUSED_CLASSES = {
    "Lambda",
    "TorchModuleWrapper",
    "FlaxLayer",
    "JaxLayer",
    "TFSMLayer",
    "StringLookup",
    "TextVectorization",
}
_MODULES = (
    "keras.layers", "keras.losses", "keras.metrics", "keras.optimizers", "keras.initializers", "keras.regularizers",
    "keras.constraints", "keras.activations", "keras.optimizers.schedules", "keras.random",
)  # fmt: skip
_OTHER_CLASSES = {("keras", "DTypePolicy"), ("keras.dtype_policies", "DTypePolicy"), ("builtins", "slice")}
_PLAIN_CONFIG_CLASSES = {"__tensor__", "__numpy__", "__bytes__", "__tuple__", "__list__", "__set__"}


def stands_for(tree: list) -> bool:
    """Whether `decode` is for this tree."""
    return tree[0] in _TAGS


def encode(value: object, encoder: Encoder, shared: Any) -> list | None:
    """Return the tree of a model, layer, history or tensor, or None for anything else.

    Args:
        value: the object.
        encoder: takes the arrays.
        shared: the values that both sides have, in which a model is entered.
    """
    tensorflow, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
    kind = type(value)
    if tensorflow is not None and kind.__module__.startswith("tensorflow"):
        return _encode_tensor(value, kind, encoder)
    if keras is None or not kind.__module__.startswith("keras"):
        return None
    if kind.__name__ == "History" and kind.__module__ == "keras.src.callbacks.history":
        return _encode_history(value, encoder)
    if kind.__name__ == "Variable":
        return ["variable", encoder.encode(np.asarray(value)), str(value.name), bool(value.trainable)]
    if kind in (keras.Sequential, keras.models.Model) or kind.__name__ == "Functional":
        return _encode_model(value, encoder, shared)
    return _encode_part(value, encoder)


def decode(tree: list, decoder: Decoder, shared: Any) -> Any:
    """Return the object of a tree.

    Raises:
        MalformedTree: it is none that is safe to build.
    """
    match tree[0]:
        case "known":
            return _known(tree[1], shared)
        case "model_state":
            _set_state(_known(tree[1], shared), decoder.all(tree[2]), shared, tree[1])
            return None
        case "model":
            return _decode_model(tree, decoder, shared)
        case "tensor":
            return _tensorflow().constant(decoder.decode(tree[1]))
        case "variable":
            return _decode_variable(tree, decoder)
        case "history":
            return _decode_history(tree, decoder)
        case _:
            return _decode_part(tree, decoder)


def encode_state(value: object, handle: str, encoder: Encoder) -> list | None:
    """Return the tree that brings a shared model up to date, or None if the value is no model."""
    if not _is_model(value):
        return None
    return ["model_state", handle, encoder.all(value.get_weights())]


def digest(value: Any) -> int:
    """Return a number that changes when the weights of a model are changed."""
    return hash(tuple(weight.tobytes() for weight in value.get_weights())) if _is_model(value) else 0


def is_unusual_model(value: object) -> bool:
    """Whether a value is a Keras model or layer, though perhaps none that can travel."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.layers.Layer)


def _is_model(value: object) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def _encode_tensor(value: Any, kind: type, encoder: Encoder) -> list | None:
    if kind.__name__ not in ("EagerTensor", "ResourceVariable"):
        return None
    array = value.numpy()
    if not isinstance(array, np.ndarray | np.generic | bytes):
        return None
    tree = encoder.encode(np.asarray(array) if isinstance(array, np.ndarray | np.generic) else array)
    return ["tensor", tree] if kind.__name__ == "EagerTensor" else ["variable", tree, None, bool(value.trainable)]


def _encode_history(value: Any, encoder: Encoder) -> list | None:
    try:
        return ["history", encoder.encode(value.history), encoder.encode(value.epoch), encoder.encode(value.params)]
    except NotPlain:
        return None


def _encode_model(model: Any, encoder: Encoder, shared: Any) -> list | None:
    if handle := shared.known(model):
        if shared.named is not None:
            shared.named.add(handle)
        return ["known", handle]
    keras = sys.modules["keras"]
    try:
        config = json.dumps(keras.saving.serialize_keras_object(model))
        weights = encoder.all(model.get_weights()) if model.built else None
        compiled = json.dumps(model.get_compile_config()) if model.compiled else None
        _check_config(json.loads(config))
    except Exception:  # a layer of one's own, say: it stays a reference
        return None
    try:
        _check_config(json.loads(compiled or "null"))
    except MalformedTree:  # a loss function of one's own
        return None
    shared_handle = shared.new(model)
    return ["model", config, weights, compiled, shared_handle]


def _decode_model(tree: list, decoder: Decoder, shared: Any) -> Any:
    config = _read_config(tree[1])
    if not isinstance(config, dict) or (config.get("module"), config.get("class_name")) not in _MODEL_CLASSES:
        raise MalformedTree("no model")
    keras = _keras()
    try:
        model = keras.saving.deserialize_keras_object({**config, "compile_config": None}, safe_mode=True)
        compiled = _read_config(tree[3]) if tree[3] is not None else None
        if compiled:
            model.compile_from_config(compiled)
        if tree[2] is not None:
            weights = decoder.all(tree[2])
            if len(weights) > MAX_WEIGHTS:
                raise MalformedTree("too many weights")
            if model.weights or weights:
                model.set_weights(weights)
    except MalformedTree:
        raise
    except Exception as error:
        raise MalformedTree(f"a model that cannot be built: {error}") from error
    if type(tree[4]) is str:
        shared.add(tree[4], model)
    return model


def _set_state(model: Any, weights: list, shared: Any, handle: str) -> None:
    try:
        model.set_weights(weights)
    except Exception as error:
        raise MalformedTree(f"weights that do not fit: {error}") from error
    shared.add(handle, model)


def _known(handle: object, shared: Any) -> Any:
    model = shared.value(handle) if type(handle) is str else None
    if not _is_model(model):
        raise MalformedTree("no such model")
    return model


def _decode_variable(tree: list, decoder: Decoder) -> Any:
    value = decoder.decode(tree[1])
    if tree[2] is None:
        return _tensorflow().Variable(value, trainable=tree[3] is True)
    name = tree[2] if isinstance(tree[2], str) and tree[2].isidentifier() else None
    return _keras().Variable(value, trainable=tree[3] is True, name=name)


def _decode_history(tree: list, decoder: Decoder) -> Any:
    history = _keras().callbacks.History()
    values, epochs, params = decoder.all(tree[1:4])
    if type(values) is not dict or type(epochs) is not list:
        raise MalformedTree("no history")
    history.history, history.epoch = values, epochs
    history.set_params(params)
    return history


def _encode_part(value: object, encoder: Encoder) -> list | None:
    """Return the tree of a layer, loss, metric, optimizer or initializer of Keras itself."""
    keras = sys.modules["keras"]
    if type(value) not in _exported_classes().values():
        return None
    try:
        config = keras.saving.serialize_keras_object(value)
        _check_config(config)
        weights = None
        if isinstance(value, keras.layers.Layer) and value.built:
            weights = encoder.all(value.get_weights())
        return ["keras", json.dumps(config), weights]
    except Exception:
        return None


def _decode_part(tree: list, decoder: Decoder) -> Any:
    config = _read_config(tree[1])
    try:
        part = _keras().saving.deserialize_keras_object(config, safe_mode=True)
        if tree[2]:
            if not part.built:
                part.build_from_config(config.get("build_config", {}))
            part.set_weights(decoder.all(tree[2]))
    except Exception as error:
        raise MalformedTree(f"a part of a model that cannot be built: {error}") from error
    return part


def _read_config(text: object) -> Any:
    if type(text) is not str or len(text) > MAX_CONFIG_CHARACTERS:
        raise MalformedTree("no configuration")
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedTree("no configuration") from error
    _check_config(config)
    return config


def _check_config(config: Any, depth: int = 0) -> None:
    """Refuse a configuration that names anything but what Keras exports.

    Raises:
        MalformedTree: it does.
    """
    if depth > 60:
        raise MalformedTree("a configuration that nests too deeply")
    if isinstance(config, list):
        for part in config:
            _check_config(part, depth + 1)
    if not isinstance(config, dict):
        return
    if "class_name" in config or ("module" in config and "config" in config):
        _check_class(config)
    for part in config.values():
        _check_config(part, depth + 1)


def _check_class(config: dict) -> None:
    name, module = config.get("class_name"), config.get("module")
    if name in _PLAIN_CONFIG_CLASSES and module is None:
        return
    if name == "__keras_tensor__" or (module is None and name == "DTypePolicy"):
        return
    if name == "function":
        if module not in ("keras.activations", "keras.losses", "keras.metrics", "builtins", None):
            raise MalformedTree(f"a function of {module!r}")
        if not isinstance(config.get("config"), str) or config["config"] not in _exported_functions():
            raise MalformedTree("a function that is none of Keras's own")
        if config.get("registered_name") not in (None, "function", config["config"]):
            raise MalformedTree("a function with a registered name")
        return
    if (module, name) in _MODEL_CLASSES or (module, name) in {
        ("keras", "DTypePolicy"),
        ("keras.dtype_policies", "DTypePolicy"),
        ("builtins", "slice"),
    }:
        pass
    elif name not in _exported_classes() or module not in _MODULES:
        raise MalformedTree(f"a class {name!r} of {module!r}")
    if config.get("registered_name") not in (None, name):
        raise MalformedTree("a class with a registered name")


def _exported_classes() -> dict[str, type]:
    global _classes
    if _classes is None:
        _classes = {name: kind for name, kind in _exported(type).items() if name not in _REFUSED_CLASSES}
    return _classes


def _exported_functions() -> set[str]:
    return {name for name, function in _exported(object).items() if callable(function)}


def _exported(kind: type) -> dict[str, Any]:
    """Return what Keras exports, by name."""
    found = {}
    for module in _MODULES:
        if module in sys.modules:
            found |= {
                name: it for name, it in vars(sys.modules[module]).items() if isinstance(it, kind) and name[0] != "_"
            }
    return found


_classes: dict[str, type] | None = None


def _keras() -> Any:
    if "keras" not in sys.modules:
        raise MalformedTree("a model, though the notebook does not use Keras")
    return sys.modules["keras"]


def _tensorflow() -> Any:
    if "tensorflow" not in sys.modules:
        raise MalformedTree("a tensor, though the notebook does not use TensorFlow")
    return sys.modules["tensorflow"]
