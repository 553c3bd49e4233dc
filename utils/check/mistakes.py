"""Mistakes that many make with Keras, known by the words of its error, and what to do about each."""

import re

_ADVICE = (
    (
        r"Sequential\.__init__\(\) takes|(`trainable` to be a boolean|Argument `name` must be a string).*<\w+ name=",
        "Put the layers in one list: `keras.Sequential([first, second])`, with square brackets.",
    ),
    (
        r"The truth value of an array with more than one element is ambiguous",
        "`if`, `and` and Python's `max` ask about a whole array at once. `np.where`, `np.maximum` and `&` go number "
        "by number.",
    ),
    (
        r"Cannot convert '-?\d+' to a shape",
        "A shape is a tuple. With one number in it, it needs a comma: `shape=(1,)`; `(1)` is only the number 1.",
    ),
)


def advice(error):
    """One sentence for a mistake that the error gives away; empty for any other."""
    said = str(error)
    return next((sentence for words, sentence in _ADVICE if re.search(words, said, re.DOTALL)), "")
