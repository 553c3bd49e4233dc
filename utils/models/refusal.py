"""One kind sentence for every object that is not a built Keras model."""

import inspect


class ModelNotReadable(TypeError):
    """The object is not a built Keras model made of layers; the message says what it is and the way out."""

    def _render_traceback_(self):
        return [f"ModelNotReadable: {self}"]


def require_model(model):
    """Raise ModelNotReadable unless `model` is a built Sequential or Functional Keras model."""
    import keras

    reason = _why_not_built(model) if isinstance(model, keras.Model) else _why_no_model(model)
    if reason:
        raise ModelNotReadable(reason)


def _why_no_model(value):
    """What `value` is instead of a Keras model, and the way out."""
    import keras

    name = getattr(value, "__name__", type(value).__name__)
    parts = value if isinstance(value, (list, tuple)) else ()
    if value is None:
        found = "None. Does the function return the model? `compile` and `add` return None"
    elif inspect.isclass(value):
        found = f"the class {name} itself. Call it, as in keras.Sequential([...])"
    elif inspect.isroutine(value):
        found = f"the function {name}. Call it: {name}()"
    elif isinstance(value, keras.layers.Layer):
        found = f"one {type(value).__name__} layer. Put it in keras.Sequential([...])"
    elif parts and all(isinstance(part, keras.layers.Layer) for part in parts):
        found = f"a {type(value).__name__} of layers. Put it in keras.Sequential(...)"
    elif isinstance(value, keras.callbacks.History):
        found = "the History that `fit` returns. Keep the model under a name of its own"
    else:
        found = f"{_what_it_is(value)}. Build one with keras.Sequential([...])"
    return f"Expected a Keras model, got {found}."


def _why_not_built(model):
    """What a Keras model still lacks before its layers can be read; "" where it lacks nothing."""
    import keras

    if isinstance(model, keras.Sequential):
        if not model.layers:
            return "The Sequential model has no layers yet. List them, or add them with model.add(...)."
        if not model.built:
            return (
                "The model does not know its input shape yet. Put keras.Input(shape=(...)) first, with the "
                "number of features of one sample."
            )
    elif not getattr(model, "inputs", None):
        return (
            f"The model is of the class {type(model).__name__}, whose layers cannot be read in order. "
            "Build it with keras.Sequential([...]) or keras.Model(inputs, outputs)."
        )
    return ""


def _what_it_is(value):
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, (int, float, complex)):
        return f"the number {value!r}"
    kind = type(value)
    package = "" if kind.__module__ == "builtins" else kind.__module__.partition(".")[0] + " "
    shape = getattr(value, "shape", None)
    shaped = f" with shape {tuple(shape)}" if isinstance(shape, tuple) else ""
    return f"a value of type {package}{kind.__name__}{shaped}"
