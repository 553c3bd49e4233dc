"""Pictures to play with: each computes in the browser what its NumPy function computes in Python.

- `ActivationExplorer`: activations, their derivatives, and where they saturate
- `BackpropStepper`: a small network's forward and backward pass, one operation at a time
- `DepthHistograms`: activations and gradients in every layer of a deep network with random weights
- `NeuronExplorer`: one neuron, its inputs, weights, bias and activation
- `LineFitter`: a line through points, its loss, and gradient descent on it
- `LandscapeStepper`: a loss over two weights, and four optimizers that walk down on it
- `LessonMap`: the lessons, what is done and what fits into today
- `LossExplorer`: fourteen losses of one sample, and their curves
- `ModelChecker`: a Keras model beside the one that an exercise asks for

Without anywidget, or where no front end draws it, a widget shows its state as text. `export_html` writes any
of them as one page that works without a network.
"""

from .activation_explorer import ActivationExplorer
from .backprop_stepper import BackpropStepper
from .depth_histograms import DepthHistograms
from .landscape_stepper import LandscapeStepper
from .lesson_map import LessonMap
from .line_fitter import LineFitter
from .loss_explorer import LossExplorer
from .model_checker import ModelChecker
from .neuron_explorer import NeuronExplorer
from .question import Choice, Question

__all__ = [
    "ActivationExplorer",
    "BackpropStepper",
    "Choice",
    "DepthHistograms",
    "LandscapeStepper",
    "LessonMap",
    "LineFitter",
    "LossExplorer",
    "ModelChecker",
    "NeuronExplorer",
    "Question",
]
