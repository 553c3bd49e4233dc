"""Random arguments for comparing a learner's function with a reference on inputs nobody wrote down."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sampler:
    """Draws one argument per shape; a name in a shape stands for a length drawn anew for every round."""

    shapes: tuple
    low: float | None = None
    high: float | None = None

    def draw(self, generator):
        """One tuple of float64 arrays (a plain float for the shape ()), from a NumPy random generator."""
        lengths = {}
        return tuple(self._argument(shape, lengths, generator) for shape in self.shapes)

    def _argument(self, shape, lengths, generator):
        sizes = [
            lengths.setdefault(axis, int(generator.integers(2, 7))) if isinstance(axis, str) else axis for axis in shape
        ]
        values = (
            generator.normal(size=sizes) if self.low is None else generator.uniform(self.low, self.high, size=sizes)
        )
        return float(values) if sizes == [] else values


def random_inputs(*shapes, low=None, high=None):
    """Arguments to draw afresh for each round of `check(f).equals(reference, on=random_inputs(...))`.

    shapes: one tuple per argument, such as ("batch", 3), (3,) and (); a name stands for a random length from
        2 to 6, the same wherever the name appears in one round.
    low, high: draw evenly between the two; without them, from the standard normal distribution.
    """
    if (low is None) != (high is None):
        raise ValueError("random_inputs(...) takes low and high together, or neither.")
    return Sampler(shapes, low, high)
