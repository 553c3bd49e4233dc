"""What can stand in the way of grading."""

import difflib
from collections.abc import Iterable


class CourseError(Exception):
    """Nothing can be graded; the message names the thing that is in the way, and the way out, in one line."""


class SubmissionError(Exception):
    """One submission cannot be graded; the message says why. The others go on."""


class GradebookError(Exception):
    """The gradebook could not be written; the message says why and what to do."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?`, led by a space, for the name nearest to `name`, or an empty string."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5) or [
        candidate for candidate in known if name and name.casefold() in candidate.casefold()
    ]
    return f" Did you mean {close[0]!r}?" if close else ""


def one_line(error: BaseException | str, limit: int = 300) -> str:
    """Return the first line of an error's message that says something, at most `limit` characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"
