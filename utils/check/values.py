"""Compare a learner's value with the expected one, in the order type and shape, dtype, values."""

import numbers
from collections.abc import Mapping, Set

import numpy as np

from utils.check.outcomes import NotYet

_FULL_SIZE = 8  # arrays with more numbers than this are told by shape and worst difference
_ARGUMENT_LENGTH = 40  # characters of one argument in the text of a call
_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six")


def is_number(value):
    """True for one real number: Python's, NumPy's, or an array or tensor without axes."""
    if isinstance(value, (bool, np.bool_)):
        return False
    if isinstance(value, numbers.Real):
        return True
    return _is_array(value) and np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf"


def as_array(value):
    """The value as a NumPy array, or None where it is not a regular table of anything."""
    try:
        return np.asarray(value)
    except (ValueError, TypeError):
        return None


def describe(value):
    """A few words for a value of any kind: "the number 4.0", "an array of shape (2, 3)"."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, (bool, np.bool_)):
        return f"the truth value {bool(value)}"
    if is_number(value):
        return f"the number {show_number(value)}"
    if isinstance(value, str):
        return f"the text {value!r}"
    if _is_array(value):
        return f"an array of shape {tuple(np.shape(value))} and dtype {np.asarray(value).dtype}"
    if isinstance(value, (list, tuple)):
        items = "1 item" if len(value) == 1 else f"{len(value)} items"
        return f"a {type(value).__name__} of {items}"
    if isinstance(value, Mapping):
        return f"a dictionary with the keys {', '.join(map(repr, list(value)[:8])) or '(none)'}"
    if hasattr(value, "layers") and hasattr(value, "get_weights") and not isinstance(value, type):
        return "a Keras model"
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__} itself, not called"
    return f"an object of type {type(value).__name__}"


def show_number(value):
    """A number as a learner would write it: six digits, 2.0 for a float and 2 for an integer."""
    number = np.asarray(value)
    if number.dtype.kind in "iub":
        return str(int(number))
    return repr(float(f"{float(number):.6g}"))


def show(value):
    """A value as short text: small arrays and lists in full, larger ones by their shape."""
    if is_number(value):
        return show_number(value)
    if _is_array(value) and np.asarray(value).dtype.kind in "iuf" and np.size(value) <= _FULL_SIZE:
        return _show_nested(np.asarray(value))
    if _is_array(value) and np.asarray(value).dtype.kind == "b" and np.size(value) <= _FULL_SIZE:
        return repr(np.asarray(value).tolist())
    if isinstance(value, (str, bool, np.bool_)) or value is None:
        return repr(value.item() if isinstance(value, np.bool_) else value)
    if isinstance(value, (list, tuple)) and len(value) <= _FULL_SIZE:
        inside = ", ".join(map(show, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if callable(value) and hasattr(value, "__name__"):
        return _function_name(value)
    if isinstance(value, Mapping) and len(value) <= _FULL_SIZE:
        return "{" + ", ".join(f"{key!r}: {show(item)}" for key, item in value.items()) + "}"
    return describe(value)


def show_argument(value):
    """A value as an argument in the text of a call: at most its first row, or about forty characters."""
    text = show(value)
    if len(text) <= _ARGUMENT_LENGTH:
        return text
    if _is_array(value) and text[0] == "[":
        rows = np.asarray(value)
        return f"[{_cut(_show_nested(rows[0]))}, …]" if rows.ndim > 1 else _cut(text)
    if isinstance(value, str):
        return text[:_ARGUMENT_LENGTH] + "…'"
    return _cut(text) if isinstance(value, (list, tuple)) and text[0] in "[(" else text


def _cut(text):
    """A list or tuple as text, cut after the last item that fits."""
    return text if len(text) <= _ARGUMENT_LENGTH else f"{text[:_ARGUMENT_LENGTH].rpartition(', ')[0]}, …{text[-1]}"


def compare(got, expected, tolerance=1e-6, where="the result"):
    """Raise NotYet where `got` differs from `expected` by more than `tolerance`, absolute or relative.

    Numbers, arrays, tensors, texts, truth values, and lists, tuples and dictionaries of them.
    """
    if isinstance(expected, (bool, np.bool_)):
        _compare_plain(got, bool(expected), isinstance(got, (bool, np.bool_)), where)
    elif is_number(expected):
        _compare_number(got, expected, tolerance, where)
    elif _is_array(expected):
        _compare_array(got, np.asarray(expected), tolerance, where)
    elif isinstance(expected, Mapping):
        _compare_mapping(got, expected, tolerance, where)
    elif isinstance(expected, (list, tuple)):
        _compare_sequence(got, expected, tolerance, where)
    else:
        _compare_plain(got, expected, isinstance(got, type(expected)), where)


def check_shape(got, shape, where="the result"):
    """Raise NotYet where `got` is not a table of numbers of exactly this shape."""
    if isinstance(got, (list, tuple)) and len(shape) == 1:
        _check_items(got, shape[0], where)
    array = _numeric_array(got, f"an array of shape {tuple(shape)}", where)
    if array.shape != tuple(shape):
        kind = "one number" if shape == () else f"an array of shape {tuple(shape)}"
        raise NotYet(
            f"For {where}: expected {kind}, got {_shape_words(array)}.{_shape_symptom(array.shape, tuple(shape))}"
        )


def check_dtype(got, dtype, where="the result"):
    """Raise NotYet where the numbers of `got` are not stored as `dtype`, such as "float32"."""
    if not _is_array(got):
        raise NotYet(
            f"For {where}: expected an array of dtype {np.dtype(dtype)}, got {describe(got)}.{reminder(got)}",
            of_kind=True,
        )
    found = np.asarray(got).dtype
    if found != np.dtype(dtype):
        raise NotYet(f"For {where}: expected dtype {np.dtype(dtype)}, got {found}.")


def check_keys(got, keys, where="the result"):
    """Raise NotYet where `got` is not a dictionary with exactly these keys; say which are missing or too many."""
    if not isinstance(got, Mapping):
        listed = ", ".join(map(repr, keys))
        raise NotYet(
            f"For {where}: expected a dictionary with the keys {listed}, got {describe(got)}.{reminder(got)}",
            of_kind=True,
        )
    missing = [key for key in keys if key not in got]
    extra = [key for key in got if key not in keys]
    if missing or extra:
        parts = [f"missing: {', '.join(map(repr, missing))}"] * bool(missing)
        parts += [f"not asked for: {', '.join(map(repr, extra))}"] * bool(extra)
        raise NotYet(f"For {where}: the dictionary's keys differ; {'; '.join(parts)}.", of_kind=True)


def _check_items(got, count, where):
    """Raise NotYet where a plain list or tuple does not hold so many numbers; name the first that is none."""
    words = f"{_NUMBER_WORDS[count]}" if count < len(_NUMBER_WORDS) else str(count)
    wanted = f"{words} {'number' if count == 1 else 'numbers'}"
    for place, item in enumerate(got):
        if not is_number(item) and not isinstance(item, (bool, np.bool_)):
            raise NotYet(f"For {where}: expected {wanted}; item {place} is {describe(item)}.", of_kind=True)
    if len(got) != count:
        raise NotYet(f"For {where}: expected {wanted}, got {len(got)}: {show(got)}.")


def _function_name(function):
    """How a learner writes a function: np.abs for NumPy's, its name for any other."""
    name = function.__name__
    if getattr(np, name, None) is function:
        return f"np.{'abs' if function is np.abs else name}"
    return "a function" if name == "<lambda>" else name


def _is_array(value):
    return isinstance(value, np.ndarray) or (hasattr(value, "__array__") and hasattr(value, "shape"))


def _show_nested(array):
    if array.ndim == 0:
        return show_number(array)
    return "[" + ", ".join(_show_nested(part) for part in array) + "]"


def _compare_plain(got, expected, right_type, where):
    if not right_type or got != expected:
        found = describe(got) if not right_type else show(got)
        raise NotYet(
            f"For {where}: expected {show(expected)}, got {found}.{reminder(got, where)}", of_kind=not right_type
        )


def _compare_number(got, expected, tolerance, where):
    if not is_number(got):
        array = as_array(got)
        shape = f" of shape {array.shape}" if array is not None and array.dtype.kind in "iuf" else ""
        found = f"{show(got)}, {_kind(got)}{shape}" if shape and array.size <= _FULL_SIZE else describe(got)
        raise NotYet(
            f"For {where}: expected one number, {show_number(expected)}, got {found}.{reminder(got, where)}",
            of_kind=not shape,
        )
    if not np.isclose(float(got), float(expected), rtol=tolerance, atol=tolerance):
        wanted, found = _tell_apart(expected, got)
        raise NotYet(f"For {where}: expected {wanted}, got {found}.{_number_symptom(float(got), float(expected))}")


def _tell_apart(expected, got):
    """Both numbers as text with enough digits to differ."""
    wanted, found = show_number(expected), show_number(got)
    return (wanted, found) if wanted != found else (repr(float(expected)), repr(float(got)))


def _compare_array(got, expected, tolerance, where):
    if expected.dtype.kind not in "iufb":
        raise TypeError(f"a check can compare arrays of numbers, not of dtype {expected.dtype}")
    check_shape(got, expected.shape, where)
    if expected.dtype.kind == "b" and np.asarray(got).dtype.kind == "b":
        _compare_truths(np.asarray(got), expected, where)
        return
    array = np.asarray(got).astype(float)
    expected = expected.astype(float)
    if not np.isfinite(array[np.isfinite(expected)]).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array) & np.isfinite(expected))[0])
        raise NotYet(f"For {where}: found {array[index]} {_at(index)}; expected {show_number(expected[index])}.")
    close = np.isclose(array, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
    if not close.all():
        raise NotYet(f"For {where}: {_array_difference(array, expected, close)}{_symptom(array, expected)}")


def _compare_truths(got, expected, where):
    differing = got != expected
    if differing.any():
        index = tuple(int(i) for i in np.argwhere(differing)[0])
        raise NotYet(
            f"For {where}: {int(differing.sum())} of {differing.size} truth values differ; "
            f"{_at(index)}: expected {bool(expected[index])}, got {bool(got[index])}."
        )


def _array_difference(got, expected, close):
    difference = np.where(close, 0.0, np.abs(got - expected))
    index = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
    wanted, found = _tell_apart(expected[index], got[index])
    worst = f"largest difference {show_number(difference[index])} {_at(index)}: expected {wanted}, got {found}."
    if expected.size <= _FULL_SIZE:
        return f"expected {show(expected)}, got {show(got)}; {worst}"
    return f"{int((~close).sum())} of {close.size} values differ; {worst}"


def _at(index):
    return f"at index {index[0] if len(index) == 1 else index}"


def _compare_sequence(got, expected, tolerance, where):
    kind = type(expected).__name__
    if is_number(got) or isinstance(got, (str, Mapping, Set)) or not hasattr(got, "__len__"):
        raise NotYet(
            f"For {where}: expected a {kind} of {len(expected)}, got {describe(got)}.{reminder(got, where)}",
            of_kind=True,
        )
    if len(got) != len(expected):
        raise NotYet(f"For {where}: expected {len(expected)} items, {show(expected)}, got {len(got)}: {show(got)}.")
    for number, (found, wanted) in enumerate(zip(got, expected, strict=True)):
        compare(found, wanted, tolerance, f"{where}[{number}]")


def _compare_mapping(got, expected, tolerance, where):
    if not isinstance(got, Mapping):
        raise NotYet(f"For {where}: expected a dictionary, got {describe(got)}.{reminder(got, where)}", of_kind=True)
    check_keys(got, list(expected), where)
    for key, wanted in expected.items():
        compare(got[key], wanted, tolerance, f"{where}[{key!r}]")


def _numeric_array(value, wanted, where):
    array = as_array(value)
    if isinstance(value, str) or array is None or array.dtype.kind not in "iufb":
        raise NotYet(
            f"For {where}: expected {wanted} of numbers, got {describe(value)}.{reminder(value)}", of_kind=True
        )
    return array


def _kind(value):
    return "an array" if _is_array(value) else f"a {type(value).__name__}"


def _shape_words(array):
    return "one number" if array.shape == () else f"shape {array.shape}"


def reminder(value, where=""):
    """What to think of where a function gave None; empty for any other value."""
    if value is not None or where.endswith("]"):  # a part of what was returned
        return ""
    return " Does every path through your function end in `return`? `print` shows a value and does not return it."


def _shape_symptom(got, expected):
    if len(got) == 2 and got == expected[::-1]:
        return " It looks transposed."
    if (
        len(expected) - len(got) == 1
        and 1 in expected
        and tuple(n for n in expected if n != 1) == tuple(n for n in got if n != 1)
    ):
        return " An axis of length 1 is missing."
    if len(got) - len(expected) == 1 and tuple(n for n in got if n != 1) == tuple(n for n in expected if n != 1):
        return " There is an axis of length 1 too many."
    return ""


def _number_symptom(got, expected):
    if expected != 0 and np.isclose(got, -expected):
        return " The sign is reversed."
    return ""


def _symptom(got, expected):
    """Name a simple pattern in wrong values: the sign, a constant factor, a constant offset."""
    if got.size < 2 or not np.isfinite(expected).all():
        return ""
    if np.allclose(got, -expected):
        return " Every sign is reversed."
    offset = got - expected
    if np.allclose(offset, offset.flat[0]):
        return f" Every value is off by the same {show_number(offset.flat[0])}."
    zero = np.abs(expected) < 1e-12
    if zero.all() or not np.allclose(got[zero], 0):
        return ""
    factors = got[~zero] / expected[~zero]
    if np.allclose(factors, factors[0]) and abs(factors[0]) > 1e-12:
        return f" Every value is {show_number(factors[0])} times the expected one."
    return ""
