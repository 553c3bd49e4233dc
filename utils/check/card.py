"""The card that shows an outcome: HTML for people, the same words as plain text for everything else."""

from html import escape

from utils import notebook

_LOOKS = {  # a sign, words and an edge colour that differ in brightness too
    "right": ("✓", "Right", "#117733"),
    "not yet": ("✗", "Not yet", "#cc3311"),
    "not attempted": ("○", "Not attempted", "#777777"),
}


def show(exercise, outcome, message, hint="", hints_html="", remark=""):
    """Display the card of one exercise.

    outcome: "right", "not yet" or "not attempted"; message: what the check found; hint: the one that belongs
    to this very mistake; hints_html: the exercise's folded hints; remark: a closing line.
    """
    sign, words, colour = _LOOKS[outcome]
    title = f"{sign} {words}: {exercise}"
    html = [
        f'<div role="status" aria-label="{escape(words)}: {escape(exercise)}" style="border-left:5px solid {colour};'
        f'padding:6px 12px;margin:4px 0;line-height:1.5">',
        f"<div><strong>{escape(title)}</strong></div>",
    ]
    wrap = 'style="white-space:pre-wrap;overflow-wrap:anywhere"'
    html += [f"<div {wrap}>{_line(line)}</div>" for line in message.splitlines()]
    if hint:
        html.append(f"<div><strong>Hint:</strong> {_line(hint)}</div>")
    html += [hints_html, *(f"<div {wrap}>{_line(line)}</div>" for line in remark.splitlines()), "</div>"]
    text = "\n".join(filter(None, [title, message, hint and f"Hint: {hint}", remark]))
    notebook.show("".join(html), text)


def show_object(thing):
    """Display a widget or anything else that a notebook can draw."""
    from IPython.display import display as show_in_notebook

    show_in_notebook(thing)


def _line(line):
    parts = escape(line).split("`")
    if len(parts) % 2 == 0:  # a lone back-tick is only a character
        return escape(line)
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
