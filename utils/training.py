"""Training without waiting: the same updates as Keras's `fit`, without its cost per epoch.

Why is `model.fit(celsius, fahrenheit, epochs=500)` slow on seven samples? Not because of arithmetic:
one update of a neuron is a few dozen multiplications, about a microsecond. But before *each epoch* `fit`
sets up a new input pipeline (shuffle, slice into batches, prefetch in other threads) and takes it down
again after it. That costs some ten milliseconds. On a large data set an epoch holds thousands of updates
and the set-up does not matter. With the whole data set in one batch, an epoch *is* one update, and
nearly all of the time goes into pipelines that each deliver one batch.

Since that batch is the same every time, no pipeline is needed. `fit_full_batch` compiles a loop of updates
into one TensorFlow graph. Each turn of the loop is Keras's own `train_step`: same loss, same optimizer,
same metrics. So weights and history are those of
`model.fit(x, y, epochs=epochs, batch_size=len(x), shuffle=False, verbose=0)`, up to rounding.
(With `shuffle=True` the samples are summed in another order, which rounds differently too.)

`Progress` is for trainings that do take long: a callback for `fit` that says how far it is.
"""

import time
from numbers import Integral

import keras
import numpy as np
import tensorflow as tf

from utils.status_line import SECONDS_BETWEEN_CHANGES, StatusLine


def fit_full_batch(model, x, y, epochs, validation_data=None, progress=True):
    """Train `model` with `epochs` updates, each on all of `x` and `y`: one batch per epoch.

    model: a compiled Keras model with one input and one output.
    x: numbers, array (samples, ...). y: numbers, array (samples, ...).
    epochs: whole number, at least 1.
    validation_data: pair (x, y) to evaluate after every epoch, in one batch; adds `val_` entries.
    progress: False for one of many trainings that report together.

    Returns a Keras History: `history.history["loss"]` has one float per epoch, measured before that
    epoch's update; so do the metrics. It is also left in `model.history`, as `fit` does.
    Shows progress if it takes longer than two seconds, unless `progress` is False.

    Raises ValueError if the model is not compiled, x and y differ in length, there are no samples, a value
    is NaN or infinite, or epochs is below 1; TypeError if model is no Keras model, data are not numbers,
    or epochs is not a whole number. Mistakes in shapes get Keras's own message.
    """
    _require_compiled(model)
    _require_epochs(epochs)
    batch = _batch(x, y, "")
    validation = None if validation_data is None else _batch(*_pair(validation_data), "validation ")
    history = keras.callbacks.History()
    shown = [history, Progress()] if progress else [history]
    callbacks = keras.callbacks.CallbackList(shown, model=model, epochs=int(epochs), steps=1)

    callbacks.on_train_begin()
    for epoch, logs in enumerate(_updates(model, batch, validation, int(epochs))):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_epoch_end(epoch, logs)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    callbacks.on_train_end()
    model.history = history
    return history


class Progress(keras.callbacks.Callback):
    """Callback that shows epoch, loss and time left, at most five times a second.

    Use it with `verbose=0`: `model.fit(x, y, epochs=50, verbose=0, callbacks=[Progress()])`. It stays
    silent for the first two seconds, so a quick training prints nothing, and writes to standard output.
    """

    def on_train_begin(self, logs=None):
        self._line = StatusLine(silent_seconds=2.0)
        self._first_epoch = self._epoch = None

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        if self._first_epoch is None:
            self._first_epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        steps = self.params.get("steps")
        if steps:
            self._report(self._epoch + min(1.0, (batch + 1) / steps), logs)

    def on_epoch_end(self, epoch, logs=None):
        self._report(epoch + 1, logs)

    def on_train_end(self, logs=None):
        epochs = self._epoch + 1 - self._first_epoch
        plural = "s" if epochs > 1 else ""
        self._line.finish(f"Trained for {epochs} epoch{plural} in {_duration(self._line.seconds)}.")

    def _report(self, epochs_done, logs):
        if not self._line.due():
            return
        total = self.params["epochs"]
        left = self._line.seconds * (total - epochs_done) / (epochs_done - self._first_epoch)
        loss = f", loss {float(logs['loss']):.4g}" if logs and "loss" in logs else ""
        self._line.show(f"Epoch {self._epoch + 1} of {total}{loss}, about {_duration(left)} left")


def _updates(model, batch, validation, epochs):
    """Yield each epoch's logs: loss and metrics as floats, by name."""
    _build(model, batch)
    names, run = _compiled_loop(model, batch, validation)
    done, count = 0, 1
    while done < epochs:
        count = min(count, epochs - done)
        start = time.perf_counter()
        values = run(tf.constant(count)).numpy()
        for row in values:
            yield dict(zip(names, map(float, row), strict=True))
        done += count
        count = _next_count(count, time.perf_counter() - start)


def _build(model, batch):
    """Create the variables of model, metrics and optimizer, which must exist before the loop is compiled."""
    model.test_step(batch)
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def _compiled_loop(model, batch, validation):
    """The names of the logs, and a function from a number of updates to their logs (updates, names)."""
    names = []
    train = _as_keras_compiles(model, model.train_step)
    test = _as_keras_compiles(model, model.test_step)

    def one_update():
        model.reset_metrics()
        logs = train(batch)
        if validation is not None:
            model.reset_metrics()
            logs = logs | {f"val_{name}": value for name, value in test(validation).items()}
        names[:] = logs
        return tf.stack([tf.cast(value, tf.float32) for value in logs.values()])

    @tf.function(reduce_retracing=True)
    def run(count):
        return tf.map_fn(lambda _: one_update(), tf.range(count), fn_output_signature=tf.float32, parallel_iterations=1)

    return names, run


def _as_keras_compiles(model, step):
    """The step as `fit` runs it: compiled by XLA where `compile` chose that (a GPU), else as it is."""
    return tf.function(step, jit_compile=True, reduce_retracing=True) if model.jit_compile else step


def _next_count(count, seconds):
    """How many updates to run before the next look at the clock: as many as fit between two reports."""
    wanted = count * SECONDS_BETWEEN_CHANGES / max(seconds, 1e-6)
    return max(1, int(min(wanted, 16 * count)))


def _duration(seconds):
    """A time in words: "45 s" or "3 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _require_compiled(model):
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, got {type(model).__name__}.")
    if not model.compiled:
        raise ValueError("The model is not compiled: call model.compile(optimizer=..., loss=...) first.")


def _require_epochs(epochs):
    if isinstance(epochs, bool) or not isinstance(epochs, Integral):
        raise TypeError(f"epochs must be a whole number such as 500, got {epochs!r}.")
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}.")


def _pair(validation_data):
    if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
        raise TypeError("validation_data must be a pair (x, y).")
    return validation_data


def _batch(x, y, prefix):
    """x and y as tensors, floats in Keras's default precision as `fit` converts them."""
    x, y = _numbers(x, f"{prefix}x"), _numbers(y, f"{prefix}y")
    if len(x) != len(y):
        raise ValueError(f"{prefix}x has {len(x)} samples but {prefix}y has {len(y)}: each needs its target.")
    if len(x) == 0:
        raise ValueError(f"{prefix}x and {prefix}y have no samples.")
    return tf.convert_to_tensor(x), tf.convert_to_tensor(y)


def _numbers(values, name):
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold numbers, got {_what(array)}. Convert them to np.float32 first.")
    if array.ndim == 0:
        raise ValueError(f"{name} must be an array with one row per sample, got one number, {array}.")
    if array.dtype.kind != "f":
        return array
    _require_finite(array, name)
    return array.astype(keras.config.floatx())


def _what(array):
    if array.dtype.kind in "USO" and array.size:
        return f"{array.dtype} with values such as {str(array.flat[0])!r}"
    return str(array.dtype)


def _require_finite(array, name):
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        where = tuple(int(i) for i in bad[0])
        raise ValueError(
            f"{name} holds {len(bad)} values that are not finite (NaN or infinite), "
            f"the first at {name}[{', '.join(map(str, where))}]. Remove or replace them before training."
        )
