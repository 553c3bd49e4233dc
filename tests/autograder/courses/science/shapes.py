"""A module that is handed out with a lesson."""

import math

UNIT = "cm"


def circle(r: float) -> float:
    """Return the area of a circle of radius `r`."""
    return math.pi * r * r
