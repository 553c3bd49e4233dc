"""Hints that open one after another, only when the learner asks."""

from html import escape

from utils import notebook

_hints = {}
_shown = {}


class NoHints(KeyError):
    """There are no hints for this name; IPython prints the words alone, without a traceback through our code."""

    def __str__(self):
        return self.args[0]

    def _render_traceback_(self):
        return [str(self)]


def hints(exercise, *texts):
    """Register the hints of an exercise, from a nudge to nearly the answer, and show them folded away.

    Each opens by itself, from the keyboard too; `hint("name")` shows the next one as plain text.
    """
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError(f"hints({exercise!r}, …) takes at least one non-empty text.")
    _hints[exercise] = texts
    _shown.pop(exercise, None)
    count = "1 hint" if len(texts) == 1 else f"{len(texts)} hints"
    notebook.show(as_html(exercise), f'{count} for {exercise}: call hint("{exercise}") for the next one.')


def hint(exercise):
    """Print the next hint of an exercise; after the last one, say so and begin again.

    Raises NoHints, a KeyError, with the names there are, for an exercise without hints.
    """
    if exercise not in _hints:
        known = ", ".join(_hints) or "none yet"
        raise NoHints(f"No hints for {exercise!r}. Run the hint cell of the exercise first. Known: {known}.")
    texts = _hints[exercise]
    number = _shown.get(exercise, 0)
    if number == len(texts):
        print(f"Those were all the hints for {exercise}. Here they begin again.")
        number = 0
    print(f"Hint {number + 1} of {len(texts)}: {texts[number]}")
    _shown[exercise] = number + 1


def as_html(exercise):
    """The hints of an exercise as nested, closed HTML disclosure boxes; empty where it has none."""
    texts = _hints.get(exercise, ())
    inner = ""
    for number in range(len(texts), 0, -1):
        inner = (
            f'<details style="margin:4px 0 4px 12px">'
            f'<summary data-lm-suppress-shortcuts="true" style="cursor:pointer">'
            f"Hint {number} of {len(texts)}</summary>"
            f'<div style="margin:4px 0 4px 12px">{_inline(texts[number - 1])}</div>{inner}</details>'
        )
    return inner


def _inline(text):
    """Escaped text in which `code` between back-ticks is set as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
