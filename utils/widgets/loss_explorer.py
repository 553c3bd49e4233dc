"""Fourteen losses of one sample: what they say about an output that can be moved, and their curves."""

import numpy as np
import traitlets

from .base import Widget
from .question import Choice, Question
from .traits import Number, Numbers, OneOf

EPSILON = 1e-7  # Keras keeps what it divides by, or takes a logarithm of, at least this far from zero
REACH = 8.0  # scores lie between -REACH and REACH
TASKS = ("a number", "yes or no", "three classes")
CLASSES = "ABC"


def number_losses(target, output):
    """{name: loss} of one number `output` for one number `target`, both 0 or more.

    Source of the formulas: keras.losses, with its epsilon of 1e-7.
    """
    error = output - target
    logs = np.log(1 + max(output, EPSILON)) - np.log(1 + max(target, EPSILON))
    losses = {
        "mean squared error": error**2,
        "mean absolute error": abs(error),
        "log-cosh": np.logaddexp(error, -error) - np.log(2),
        "mean absolute percentage error": 100 * abs(error) / max(abs(target), EPSILON),
        "mean squared logarithmic error": logs**2,
        "Poisson": output - target * np.log(output + EPSILON),
    }
    return {name: float(loss) for name, loss in losses.items()}


def yes_no_losses(label, score):
    """{name: loss} of a `score` for a `label`, 1 for yes and 0 for no.

    The cross-entropy is that of the probability sigmoid(score); the hinge losses take the label as 1 or -1.
    """
    missing = max(0.0, 1 - (2 * label - 1) * score)
    losses = {
        "binary cross-entropy": np.logaddexp(0, score) - label * score,
        "hinge": missing,
        "squared hinge": missing**2,
    }
    return {name: float(loss) for name, loss in losses.items()}


def probabilities(scores):
    """Softmax of `scores` (classes,): an array (classes,) that sums to 1."""
    powers = np.exp(np.asarray(scores, dtype=float) - max(scores))
    return powers / powers.sum()


def class_losses(true_class, scores):
    """{name: loss} of `scores` (classes,) where the class number `true_class` is right.

    The cross-entropies, the divergence and the cosine similarity are those of softmax(scores); the categorical
    hinge takes the scores themselves.
    """
    scores = np.asarray(scores, dtype=float)
    one_hot = np.eye(len(scores))[true_class]
    chances = probabilities(scores)
    from_scores = max(scores) + np.log(np.exp(scores - max(scores)).sum()) - scores[true_class]
    target, output = np.clip(one_hot, EPSILON, 1), np.clip(chances, EPSILON, 1)
    losses = {
        "categorical cross-entropy": from_scores,
        "sparse categorical cross-entropy": from_scores,
        "KL divergence": np.sum(target * np.log(target / output)),
        "categorical hinge": max(0.0, 1 + np.max((1 - one_hot) * scores) - scores[true_class]),
        "cosine similarity": -chances[true_class] / np.linalg.norm(chances),
    }
    return {name: float(loss) for name, loss in losses.items()}


TWICE_THE_ERROR = Question(
    text="The target is 3 and the output 5. The squared error is 4. The output moves on to 7, so the error doubles. "
    "What becomes of the squared error?",
    choices=(
        Choice.exactly("it rises by 2, to 6", 6),
        Choice.exactly("it doubles, to 8", 8),
        Choice.exactly("it becomes four times as large, 16", 16),
    ),
    instruction="Press “Set it up”, then move the output to 7.",
    when={"task": (0, 0), "target": (2.999, 3.001), "output": (6.999, 7.001)},
    decided_by="mean squared error",
    explanation="(7 − 3)² = 16. Twice the error is four times the squared error, while the absolute error only "
    "doubles. That is why a single far-off sample can rule a mean of squares.",
    start={"task": "a number", "target": 3.0, "output": 5.0},
)
SURE_AND_RIGHT = Question(
    text="The label is yes and the score 2. The hinge loss is 0, the cross-entropy 0.127. The score rises to 4. "
    "What becomes of the cross-entropy?",
    choices=(
        Choice.exactly("it is 0 as well: the answer is right", 0, 1e-9),
        Choice("it falls to about 0.018", 0.015, 0.021),
        Choice("it rises to about 0.25", 0.2, 0.3),
    ),
    instruction="Press “Set it up”, then move the score to 4.",
    when={"task": (1, 1), "label": (1, 1), "score": (3.999, 4.001)},
    decided_by="binary cross-entropy",
    explanation="A probability of 0.982 is still not 1, and −ln 0.982 = 0.018. The cross-entropy always wants to be "
    "surer; the hinge loss is content from a score of 1 on.",
    start={"task": "yes or no", "label": 1, "score": 2.0},
)
SURE_AND_WRONG = Question(
    text="Class A is right and has the score 0; B has the score 5, so the model is nearly sure of B. The "
    "cross-entropy is about 5. B's score rises to 7. What becomes of the cross-entropy?",
    choices=(
        Choice("it stays at about 5: wrong is wrong", 4.5, 5.5),
        Choice("it rises to about 7", 6.5, 7.5),
        Choice("it rises to about 25", 20.0, None),
    ),
    instruction="Press “Set it up”, then move the score of B to 7.",
    when={
        "task": (2, 2),
        "right class": (0, 0),
        "score A": (-0.001, 0.001),
        "score B": (6.999, 7.001),
        "score C": (-0.001, 0.001),
    },
    decided_by="categorical cross-entropy",
    explanation="The cross-entropy of a wrong answer grows with the distance between the scores, here 7 − 0. It never "
    "becomes flat on the wrong side, so a wrong score is always pushed back.",
    start={"task": "three classes", "true_class": 0, "scores": [0.0, 5.0, 0.0], "varied": 1},
)


def _number(target, output):
    return {"task": "a number", "target": target, "output": output}


def _yes_no(label, score):
    return {"task": "yes or no", "label": label, "score": score}


def _classes(scores, varied):
    return {"task": "three classes", "true_class": 0, "scores": scores, "varied": varied}


PRESETS = {
    "A number": _number(3.0, 5.0),
    "A number, far off": _number(3.0, 10.0),
    "A target of zero": _number(0.0, 1.0),
    "Yes, and sure of it": _yes_no(1, 3.0),
    "Yes, but sure of no": _yes_no(1, -5.0),
    "Three classes, undecided": _classes([0.0, 0.0, 0.0], 0),
    "Three classes, sure and wrong": _classes([0.0, 5.0, 0.0], 1),
}


QUESTIONS = dict(zip(TASKS, (TWICE_THE_ERROR, SURE_AND_RIGHT, SURE_AND_WRONG), strict=True))


class LossExplorer(Widget):
    """Every loss for one sample, each with its curve over the output that is being moved.

    task: "a number", "yes or no" or "three classes"; it decides which losses are drawn.
    target, output: of the task "a number", each from 0 to 10.
    label, score: of "yes or no"; label 0 or 1, score from -8 to 8.
    true_class, scores, varied: of "three classes"; the right class (0, 1 or 2), three scores from -8 to 8, and the
        class whose score is drawn along the curves.

    Raises traitlets.TraitError for a value that does not fit, KeyError for an unknown preset.
    """

    module_name = "loss_explorer"
    title = "Loss explorer"

    task = OneOf(TASKS)
    target = Number(3.0, 0.0, 10.0)
    output = Number(5.0, 0.0, 10.0)
    label = Number(1, 0, 1, whole=True)
    score = Number(3.0, -REACH, REACH)
    true_class = Number(0, 0, 2, whole=True)
    scores = Numbers([0.0, 5.0, 0.0], 3, 3)
    varied = Number(1, 0, 2, whole=True)

    def __init__(self, preset="A number", question=None, **state):
        if preset not in PRESETS:
            raise KeyError(f"No preset {preset!r}. There are: {', '.join(PRESETS)}.")
        presets = [{"name": name, "state": settings} for name, settings in PRESETS.items()]
        super().__init__(question or QUESTIONS[PRESETS[preset]["task"]], presets=presets, **(PRESETS[preset] | state))

    @property
    def losses(self):
        """{name: loss} of the losses that belong to the task."""
        return {
            "a number": lambda: number_losses(self.target, self.output),
            "yes or no": lambda: yes_no_losses(self.label, self.score),
            "three classes": lambda: class_losses(self.true_class, self.scores),
        }[self.task]()

    def quantities(self):
        numbers = {
            "task": float(TASKS.index(self.task)),
            "target": self.target,
            "output": self.output,
            "label": self.label,
            "score": self.score,
            "probability": float(np.exp(-np.logaddexp(0, -self.score))),
            "right class": self.true_class,
        }
        for name, score, chance in zip(CLASSES, self.scores, probabilities(self.scores), strict=True):
            numbers |= {f"score {name}": score, f"probability {name}": float(chance)}
        numbers |= number_losses(self.target, self.output)
        numbers |= yes_no_losses(self.label, self.score)
        return numbers | class_losses(self.true_class, self.scores)

    def summary(self):
        numbers = self.quantities()
        if self.task == "a number":
            first = f"output {self.output:g}, target {self.target:g}, error {self.output - self.target:g}"
        elif self.task == "yes or no":
            word = "yes" if self.label else "no"
            first = f"score {self.score:g}, probability of yes {numbers['probability']:.6g}, label {word}"
        else:
            scores = ", ".join(f"{name} {score:g}" for name, score in zip(CLASSES, self.scores, strict=True))
            chances = ", ".join(f"{name} {numbers[f'probability {name}']:.6g}" for name in CLASSES)
            first = f"scores {scores}; probabilities {chances}; right class {CLASSES[self.true_class]}"
        return "\n".join([first, *(f"{name} {loss:.6g}" for name, loss in self.losses.items())])

    @traitlets.validate("scores")
    def _check_scores(self, proposal):
        if not all(-REACH <= score <= REACH for score in proposal.value):
            raise traitlets.TraitError(f"scores must lie between {-REACH:g} and {REACH:g}, got {proposal.value}.")
        return proposal.value
