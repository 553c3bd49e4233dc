"""What a Keras model is made of, in plain values, and where it differs from the one an exercise asks for.

`describe` reads a model layer by layer; `first_difference` compares two of them the way a teacher would:
names do not matter, nor does whether a model is Sequential or Functional, nor whether an activation is an
argument or a layer of its own. Keras is imported only when a model is read.
"""

from .comparing import Difference, first_difference
from .reading import LayerDescription, describe, input_shapes
from .refusal import ModelNotReadable

__all__ = [
    "Difference",
    "LayerDescription",
    "ModelNotReadable",
    "describe",
    "first_difference",
    "input_shapes",
]
