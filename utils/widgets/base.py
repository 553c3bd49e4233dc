"""What every widget has: traits, presets, reset, a question, a text, and a page to keep."""

import contextlib
from pathlib import Path

import traitlets

from . import assets
from .question import judge
from .traits import OneOf, Plain, Text

try:
    import anywidget
except ImportError:  # the widget then shows its text
    anywidget = None


class _TextOnly(traitlets.HasTraits):
    """Takes the place of anywidget's class where anywidget is missing."""

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": repr(self)}, {}


class Widget(anywidget.AnyWidget if anywidget else _TextOnly):
    """A widget whose state is its traits; the picture is drawn in the browser by one JavaScript module.

    A subclass sets `module_name` and `title`, and defines `summary` and `quantities`.

    prediction: text of the answer chosen in the question, "" before that.
    outcome: "not predicted", "predicted" (chosen, not tried yet), "right" or "wrong".
    """

    module_name: str
    title: str

    presets = Plain(list)
    initial = Plain(dict)
    question = Plain(dict)
    prediction = Text()
    outcome = OneOf(("not predicted", "predicted", "right", "wrong"))

    def __init_subclass__(cls, **kwargs):
        # anywidget makes one more subclass per widget, which has these two as traits already.
        if "module_name" in cls.__dict__:
            cls._esm = assets.module(cls.module_name)
            cls._css = assets.style()
        super().__init_subclass__(**kwargs)

    def __init__(self, question=None, **state):
        self._require_known(state)
        if question:
            state["question"] = question.as_state()
        super().__init__(**state)
        self.initial = self._resettable()
        self.observe(self._judge, names=self._state_names())

    def set(self, **state):
        """Give several traits new values at once, so that values which belong together may change together.

        Raises traitlets.TraitError, which names the trait and what it allows, and then changes nothing;
        AttributeError for a name that is no trait of this widget.
        """
        self._require_known(state)
        with self._one_message(), self.hold_trait_notifications():
            for name, value in state.items():
                setattr(self, name, value)

    def state(self):
        """All traits of the widget that make up its state, as plain data."""
        return {name: getattr(self, name) for name in self._state_names()}

    def reset(self):
        """Put everything back as it was when the widget was made, the prediction too."""
        self.set(**self.initial)

    def apply_preset(self, name):
        """Set the widget to one of its presets, by name, and forget the prediction made before.

        Raises KeyError that lists the names.
        """
        states = {preset["name"]: preset["state"] for preset in self.presets}
        if name not in states:
            raise KeyError(f"No preset {name!r}. There are: {', '.join(states) or 'none'}.")
        self.set(**({"prediction": "", "outcome": "not predicted"} | states[name]))

    def export_html(self, path):
        """Write the widget as it stands now to one HTML file that works without Python and without a network.

        Returns the path. Raises OSError where it cannot be written.
        """
        path = Path(path)
        state = self._state_of_page(path.resolve().parent)
        path.write_text(assets.page(self.module_name, self.title, state), encoding="utf-8")
        return path

    def summary(self):
        """The state in words and numbers, a few lines of text."""
        raise NotImplementedError

    def quantities(self):
        """{name: number} of what the state gives; a question is judged from these."""
        raise NotImplementedError

    def __repr__(self):
        lines = [self.title, self.summary()]
        if self.question:
            lines.append(f"Question: {self.question['text']} ({self.outcome})")
        return "\n".join(lines)

    # ipywidgets 7 would show 110 characters of the text and leave out our own bundle.
    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": repr(self)}, metadata

    def _state_of_page(self, folder):
        """The state for a page that will lie in `folder`."""
        return self.state()

    def _one_message(self):
        return self.hold_sync() if anywidget else contextlib.nullcontext()

    def _require_known(self, state):
        unknown = sorted(set(state) - set(self._state_names()))
        if unknown:
            known = ", ".join(sorted(self._resettable()))
            raise AttributeError(f"{type(self).__name__} has no {unknown[0]!r}. It has {known}.")

    def _state_names(self):
        return list(self.traits(state=True))

    def _resettable(self):
        fixed = {"presets", "initial", "question"}
        return {name: value for name, value in self.state().items() if name not in fixed}

    def _judge(self, change):
        if self.question and self.outcome not in ("right", "wrong"):
            self.outcome = judge(self.question, self.quantities(), self.prediction)
        elif not self.prediction:
            self.outcome = "not predicted"
