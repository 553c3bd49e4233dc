"""`check(thing)`: what can be asked of a learner's function, value, model or training history."""

import hashlib

import numpy as np

from utils.check import values
from utils.check.exercises import current
from utils.check.outcomes import CheckFailed, NotYet, failure_from


def check(thing, name=None):
    """Begin a check of a function (then `.given(...)` or `.equals(...)`) or of any other value.

    name: what to call it in messages; a function brings its own.
    """
    if callable(thing) and not hasattr(thing, "layers") and not isinstance(thing, type):
        return FunctionCheck(thing, name or getattr(thing, "__name__", None) or current() or "your function")
    return ValueCheck(lambda: thing, name or current() or "the value")


class FunctionCheck:
    """A function of the learner's."""

    def __init__(self, function, name):
        self._function = function
        self._name = "your function" if name == "<lambda>" else name

    def given(self, *arguments, **named):
        """Call it with these arguments, once a question about the result is asked."""
        return ValueCheck(lambda: self._call(arguments, named), self._call_text(arguments, named))

    def equals(self, reference, on, rounds=5, tolerance=1e-6, because="", hint=""):
        """Compare it with `reference`, a function of the same arguments, on `rounds` random draws.

        on: what `random_inputs(...)` returns; tolerance: largest difference allowed, absolute or relative.
        """
        generator = np.random.default_rng()
        for _ in range(rounds):
            arguments = on.draw(generator)
            expected = reference(*_copies(arguments))
            expected = np.asarray(expected) if hasattr(expected, "__array__") else expected
            self.given(*arguments).returns(expected, tolerance=tolerance, because=because, hint=hint)

    def is_gradient_of(self, function, on, rounds=3, tolerance=1e-5, hint=""):
        """Compare it with the slope of `function`, a number, by its first argument, measured numerically.

        on: what `random_inputs(...)` returns. Central differences with steps of 1e-6; a component may differ by
        `tolerance` relative to the larger of 1 and its own size.
        """
        generator = np.random.default_rng()
        for _ in range(rounds):
            arguments = on.draw(generator)
            slope = _numeric_gradient(function, arguments)
            self.given(*arguments).returns(
                slope, tolerance=tolerance, because="measured by moving each input a little up and down", hint=hint
            )

    def _call(self, arguments, named):
        try:
            return self._function(*_copies(arguments), **named)
        except CheckFailed:
            raise
        except Exception as error:
            failure = failure_from(error, f"Calling {self._call_text(arguments, named)}")
            raise self._with_signature(failure, error) from None

    def _with_signature(self, failure, error):
        """Add what to do where the number of arguments is what went wrong."""
        if isinstance(error, TypeError) and "argument" in str(error) and self._name in str(error):
            return NotYet(f"{failure.message}\nThe exercise fixes the arguments: keep the `def` line of the stub.")
        return failure

    def _call_text(self, arguments, named):
        parts = [values.show_argument(argument) for argument in arguments]
        parts += [f"{key}={values.show_argument(argument)}" for key, argument in named.items()]
        return f"{self._name}({', '.join(parts)})"


class ValueCheck:
    """A value, or the result of a call that runs when the first question is asked."""

    def __init__(self, produce, subject):
        self._produce = produce
        self._subject = subject

    def given(self, *_, **__):
        """A value cannot be called: say so instead of failing with an error of our own."""
        raise NotYet(
            f"`{self._subject}` should be a function, but it is {values.describe(self._produce())}. "
            "Run the cell with its `def` again."
        )

    equals = is_gradient_of = given

    def result(self):
        """The value itself, for a question that only plain Python can ask."""
        return self._produce()

    def returns(self, expected, because="", hint="", tolerance=1e-6, dtype=None):
        """The value is `expected`: its type and shape, its dtype where one is given, then the numbers."""
        with _explained(because, hint):
            got = self._produce()
            if dtype is not None:
                values.check_shape(got, np.shape(expected), self._subject)
                values.check_dtype(got, dtype, self._subject)
            values.compare(got, expected, tolerance, self._subject)

    def has(self, shape=None, dtype=None, because="", hint=""):
        """The value is an array of numbers of this shape, stored as this dtype."""
        with _explained(because, hint):
            got = self._produce()
            if shape is not None:
                values.check_shape(got, shape, self._subject)
            if dtype is not None:
                values.check_dtype(got, dtype, self._subject)

    def has_keys(self, *keys, because="", hint=""):
        """The value is a dictionary with exactly these keys, in any order."""
        with _explained(because, hint):
            values.check_keys(self._produce(), keys, self._subject)

    def satisfies(self, property, test, hint="", because="", expects=""):
        """A property holds, said in words ("every row sums to one") and as a function of the value.

        expects: what the value should be, such as "an array"; said where `test` cannot even be tried on it.
        """
        with _explained(because, hint):
            got = self._produce()
            try:
                holds = bool(test(got))
            except (CheckFailed, NameError):
                raise
            except Exception:  # whatever a test does with a value that it was not made for
                wanted = f" expected {expects}," if expects else ""
                raise NotYet(
                    f"For {self._subject}:{wanted} got {values.describe(got)}. "
                    f"This could not be tried on it: {property}.{values.reminder(got)}",
                    of_kind=True,
                ) from None
            if not holds:
                raise NotYet(
                    f"For {self._subject}: this must hold: {property}. Got {values.show(got)}.{values.reminder(got)}",
                    of_kind=got is None,
                )

    def chooses(self, *options, right, hint="", because=""):
        """The value is the right one of `options`, all texts.

        right: what `fingerprint(name, option)` gives for it, so that the check can be read and does not tell.
        """
        with _explained(because, hint):
            got = self._produce()
            if not isinstance(got, str) or got not in options:
                offered = ", ".join(f'"{option}"' for option in options)
                found = values.describe(got) + "." + values.reminder(got) + _near_option(got, options)
                raise NotYet(f"For {self._subject}: expected one of {offered}, got {found}", of_kind=True)
            if fingerprint(self._subject, got) != right:
                raise NotYet(f'For {self._subject}: "{got}" is not right.')

    def lies_between(self, low, high, because="", hint=""):
        """The value is one number from `low` to `high`."""
        with _explained(because, hint):
            got = self._produce()
            if not values.is_number(got):
                raise NotYet(
                    f"For {self._subject}: expected one number, got {values.describe(got)}.{values.reminder(got)}",
                    of_kind=True,
                )
            if not low <= float(got) <= high:
                raise NotYet(
                    f"For {self._subject}: expected a number from {values.show_number(low)} to "
                    f"{values.show_number(high)}, got {values.show_number(got)}."
                )

    def raises(self, error_type, saying="", hint="", because="", worded=False):
        """The call stops with this kind of exception, with these words in its message.

        worded: whether it must come with some words of the learner's, whatever they are.
        """
        with _explained(because, hint):
            self._raises(error_type, saying, worded)

    def _raises(self, error_type, saying, worded):
        try:
            got = self._produce()
        except NotYet as failure:
            self._check_error(failure, error_type, saying, worded)
        else:
            raise NotYet(
                f"For {self._subject}: expected the error {error_type.__name__}, but it returned {values.show(got)}."
            )

    def _check_error(self, failure, error_type, saying, worded):
        error = failure.__context__
        name = error_type.__name__
        if not isinstance(error, error_type):
            raise NotYet(f"{failure.message}\nExpected the error {name}.") from None
        if worded and not str(error).strip():
            raise NotYet(f'{failure.message}\nThe error says nothing. Give it words: `raise {name}("...")`.') from None
        if saying not in str(error):
            raise NotYet(f"{failure.message}\nThe message should contain: {saying}") from None

    def is_model(self, like, hint="", because=""):
        """The value is a Keras model with the layers of the model `like`, names apart."""
        from utils.models import ModelNotReadable, first_difference

        with _explained(because, hint):
            got = self._produce()
            try:
                difference = first_difference(got, like)
            except ModelNotReadable as error:
                raise NotYet(f"For {self._subject}: {error}") from None
            if difference is not None:
                no_model = difference.part == "model"
                raise NotYet(
                    f"For {self._subject}: {difference.message}", picture=lambda: _drawing(got, like), of_kind=no_model
                )

    def is_compiled(self, loss, optimizer, learning_rate=None, hint="", because=""):
        """The value is a Keras model compiled with this loss and optimizer (Keras's short names)."""
        import keras

        with _explained(because, hint):
            got = self._produce()
            if not getattr(got, "compiled", False):
                raise NotYet(f"For {self._subject}: the model is not compiled. Call `model.compile(...)` first.")
            try:
                found = _loss_name(got.loss)
            except (ValueError, TypeError):
                raise NotYet(f"For {self._subject}: Keras knows no loss {got.loss!r}; expected {loss!r}.") from None
            _compare_setting(self._subject, "loss", found, _loss_name(loss))
            wanted = type(keras.optimizers.get(optimizer)).__name__
            _compare_setting(self._subject, "optimizer", type(got.optimizer).__name__, wanted)
            if learning_rate is not None:
                rate = float(np.asarray(got.optimizer.learning_rate))
                values.compare(rate, learning_rate, 1e-6, f"the learning rate of {self._subject}")

    def is_history(self, epochs=None, metric="loss", below=None, hint="", because=""):
        """The value is what `model.fit` returned, after `epochs` epochs, ending with `metric` below `below`."""
        with _explained(because, hint):
            got = self._produce()
            recorded = getattr(got, "history", None)
            if not isinstance(recorded, dict) or metric not in recorded:
                raise NotYet(
                    f"For {self._subject}: expected the history that `fit` returns, with {metric!r} in it, "
                    f"got {values.describe(got)}.{values.reminder(got)}",
                    of_kind=True,
                )
            if epochs is not None and len(recorded[metric]) != epochs:
                raise NotYet(f"For {self._subject}: expected {epochs} epochs, got {len(recorded[metric])}.")
            if below is not None and not recorded[metric][-1] < below:
                raise NotYet(
                    f"For {self._subject}: expected the last {metric} below {values.show_number(below)}, "
                    f"got {values.show_number(recorded[metric][-1])}."
                )


class _explained:
    """Add the reason of a check to whatever it finds wrong, and its hint unless the value is of another kind."""

    def __init__(self, because, hint):
        self._because, self._hint = because, hint

    def __enter__(self):
        return None

    def __exit__(self, kind, error, trace):
        if isinstance(error, NotYet):
            error.message += f"\nWhy: {self._because}" if self._because else ""
            error.hint = error.hint or ("" if error.of_kind else self._hint)
        return False


def fingerprint(name, option):
    """Eight digits that stand for one option of `check(..., name).chooses(...)` without telling which it is."""
    return hashlib.sha256(f"{name}={option}".encode()).hexdigest()[:8]


def _near_option(got, options):
    """Which option a text means that is spelt in another way; empty for none."""
    if not isinstance(got, str):
        return ""
    meant = [option for option in options if option.casefold() == got.strip().casefold()]
    return f' Spell it as in "{meant[0]}".' if meant else ""


def _copies(arguments):
    """Arguments a function may change without spoiling the next call."""
    return tuple(it.copy() if isinstance(it, (np.ndarray, list, dict)) else it for it in arguments)


def _numeric_gradient(function, arguments, step=1e-6):
    first, *rest = arguments
    first = np.asarray(first, dtype=float)
    gradient = np.zeros_like(first)
    for index in np.ndindex(first.shape):
        up, down = first.copy(), first.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (float(function(up, *rest)) - float(function(down, *rest))) / (2 * step)
    return gradient if gradient.shape else float(gradient)


def _loss_name(loss):
    import keras

    loss = keras.losses.get(loss)
    name = getattr(loss, "__name__", None) or getattr(loss, "name", None) or type(loss).__name__
    return str(name)


def _compare_setting(subject, setting, got, expected):
    if got != expected:
        raise NotYet(f"For {subject}: expected the {setting} {expected}, got {got}.")


def _drawing(model, wanted):
    """The learner's model drawn beside the one asked for."""
    from utils.widgets import ModelChecker

    return ModelChecker(model, wanted, ask=False)
