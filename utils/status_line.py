"""One line that says how far something is, replaced in place, in a notebook or in a terminal.

It stays silent at first, so that what is quick prints nothing, then changes at most five times a second.
It never writes to standard error, and a saved notebook keeps its last text only.
"""

import time

from utils import notebook

SECONDS_BETWEEN_CHANGES = 0.2


class StatusLine:
    """A line of progress. Its clock starts when it is made.

    silent_seconds: how long it waits before it shows anything.
    """

    def __init__(self, silent_seconds):
        self._start = time.perf_counter()
        self._next = self._start + silent_seconds
        self._shown = False
        self._handle = None
        self._width = 0

    @property
    def seconds(self) -> float:
        """Time since the line was made."""
        return time.perf_counter() - self._start

    def due(self) -> bool:
        """Whether it is time for another text."""
        return time.perf_counter() >= self._next

    def show(self, text) -> None:
        """Replace the line with `text` at once; the next change is due a fifth of a second later."""
        self._next = time.perf_counter() + SECONDS_BETWEEN_CHANGES
        if not self._shown:
            self._handle = _notebook_display(text)
        elif self._handle is not None:
            self._handle.update(_plain(text), raw=True)
        self._shown = True
        if self._handle is None:
            print("\r" + text.ljust(self._width), end="", flush=True)
            self._width = len(text)

    def finish(self, text) -> None:
        """Leave `text` as the line's last word, if there was a line at all."""
        if not self._shown:
            return
        self.show(text)
        if self._handle is None:
            print(flush=True)


def _notebook_display(text):
    """Handle of a replaceable output under the running cell; None outside a notebook."""
    if notebook.kernel() is None:
        return None
    from IPython.display import display

    return display(_plain(text), raw=True, display_id=True)


def _plain(text):
    return {"text/plain": text}
