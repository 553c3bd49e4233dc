"""Widget traits that say, when a value does not fit, which trait it was and what it allows."""

import math
import numbers

import traitlets

_STATE = {"sync": True, "state": True}


class Number(traitlets.TraitType):
    """One finite number between `low` and `high`, kept as a float, or as an int if `whole`."""

    metadata = _STATE

    def __init__(self, default, low=-1e12, high=1e12, whole=False):
        self.low, self.high, self.whole = low, high, whole
        super().__init__(default)

    def validate(self, obj, value):
        kind = numbers.Integral if self.whole else numbers.Real
        if not isinstance(value, kind) or isinstance(value, bool) or not self.low <= value <= self.high:
            word = "whole" if self.whole else "finite"
            raise traitlets.TraitError(
                f"{self.name} must be a {word} number from {self.low:g} to {self.high:g}, got {_short(value)}."
            )
        return int(value) if self.whole else float(value)


class Numbers(traitlets.TraitType):
    """A list of `shortest` to `longest` finite numbers; takes any sequence or one-dimensional array."""

    metadata = _STATE

    def __init__(self, default, shortest, longest):
        self.shortest, self.longest = shortest, longest
        super().__init__(list(default))

    def make_dynamic_default(self):
        return list(self.default_value)

    def validate(self, obj, value):
        values = _listed(value)
        if not self.shortest <= len(values) <= self.longest or not all(map(_is_finite, values)):
            count = f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
            raise traitlets.TraitError(f"{self.name} must be {count} finite numbers, got {_short(value)}.")
        return [float(number) for number in values]


class Slider(Numbers):
    """[lowest, highest, step] of a slider."""

    def __init__(self, default):
        super().__init__(default, 3, 3)

    def validate(self, obj, value):
        low, high, step = super().validate(obj, value)
        if not (low < high and 0 < step <= high - low):
            raise traitlets.TraitError(f"{self.name} must be [lowest, highest, step], got {_short(value)}.")
        return [low, high, step]


class OneOf(traitlets.Enum):
    """One of a few words."""

    metadata = _STATE

    def __init__(self, words):
        super().__init__(tuple(words), default_value=words[0])

    def error(self, obj, value, error=None, info=None):
        allowed = ", ".join(repr(word) for word in self.values)
        raise traitlets.TraitError(f"{self.name} must be one of {allowed}, got {_short(value)}.")


class Flag(traitlets.TraitType):
    """True or False."""

    metadata = _STATE
    default_value = False

    def validate(self, obj, value):
        if not isinstance(value, bool):
            raise traitlets.TraitError(f"{self.name} must be True or False, got {_short(value)}.")
        return value


class Text(traitlets.Unicode):
    """A text."""

    metadata = _STATE

    def validate(self, obj, value):
        if not isinstance(value, str):
            raise traitlets.TraitError(f"{self.name} must be a text, got {_short(value)}.")
        return value


class Texts(traitlets.List):
    """A list of texts."""

    metadata = _STATE

    def __init__(self, default=()):
        super().__init__(traitlets.Unicode(), default_value=list(default))


class Plain(traitlets.TraitType):
    """Data of lists, dicts, texts and numbers, which the widget itself puts together."""

    metadata = _STATE

    def __init__(self, kind):
        self.kind = kind
        super().__init__(kind())

    def make_dynamic_default(self):
        return self.kind()

    def validate(self, obj, value):
        if not isinstance(value, self.kind):
            raise traitlets.TraitError(f"{self.name} must be a {self.kind.__name__}, got {_short(value)}.")
        return value


def require_equally_many(counts):
    """Raise TraitError unless all traits in `counts`, {name: how many numbers}, are equally long."""
    if len(set(counts.values())) > 1:
        names, found = " and ".join(counts), " and ".join(map(str, counts.values()))
        example = ", ".join(f"{name}=..." for name in counts)
        raise traitlets.TraitError(
            f"{names} must be equally many numbers, got {found}. Change both at once with set({example})."
        )


def _listed(value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(value) if isinstance(value, (list, tuple, range)) else []


def _is_finite(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
