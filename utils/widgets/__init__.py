"""Pictures to play with: each computes in the browser what its NumPy function computes in Python.

- `NeuronExplorer`: one neuron, its inputs, weights, bias and activation
- `LineFitter`: a line through points, its loss, and gradient descent on it
- `LessonMap`: the lessons, what is done and what fits into today
- `ModelChecker`: a Keras model beside the one that an exercise asks for

Without anywidget, or where no front end draws it, a widget shows its state as text. `export_html` writes any
of them as one page that works without a network.
"""

from .lesson_map import LessonMap
from .line_fitter import LineFitter
from .model_checker import ModelChecker
from .neuron_explorer import NeuronExplorer
from .question import Choice, Question

__all__ = ["Choice", "LessonMap", "LineFitter", "ModelChecker", "NeuronExplorer", "Question"]
