"""The words of the case files: a named answer to an exercise, and what must become of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One way to answer an exercise.

    name: what the learner did; bodies: the text for each solution region of the answer cell, None where the
    instructor's own stays; says: words that the learner must read, None where the answer is right.
    """

    name: str
    bodies: tuple[str | None, ...]
    says: str | None


def wrong(name, *bodies, says):
    """An answer that must lose its point, with these words."""
    return Answer(name, bodies, says)


def right(name, *bodies):
    """A differently written answer that must pass."""
    return Answer(name, bodies, None)
