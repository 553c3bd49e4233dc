"""Checks that answer at once: exact, kind, and with the same words on screen and in a grader's report.

    with exercise("mse"):
        check(mse).given([1.0, 3.0], [1.0, 1.0]).returns(2.0, because="(0² + 2²) / 2 = 2")
        check(mse).equals(keras.losses.MeanSquaredError(), on=random_inputs((7,), (7,)))

A check has one of three outcomes: not attempted, not yet, right. With a person in front of the notebook the
outcome is shown as a card and kept in the progress file; anywhere else a check that is not right raises.
"""

from utils.check.exercises import demonstration, exercise
from utils.check.hints import hint, hints
from utils.check.outcomes import CheckFailed, NotAttempted, NotYet
from utils.check.sampling import random_inputs
from utils.check.subjects import check, fingerprint

__all__ = [
    "CheckFailed",
    "NotAttempted",
    "NotYet",
    "check",
    "demonstration",
    "exercise",
    "fingerprint",
    "hint",
    "hints",
    "random_inputs",
]
