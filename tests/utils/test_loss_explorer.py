"""The loss explorer without a browser: its numbers are Keras's, its traits and its questions are fair."""

import keras
import numpy as np
import pytest
import traitlets

from utils.widgets import LossExplorer
from utils.widgets.loss_explorer import (
    PRESETS,
    QUESTIONS,
    TASKS,
    class_losses,
    number_losses,
    probabilities,
    yes_no_losses,
)

NUMBER = {
    "mean squared error": keras.losses.mean_squared_error,
    "mean absolute error": keras.losses.mean_absolute_error,
    "log-cosh": keras.losses.log_cosh,
    "mean absolute percentage error": keras.losses.mean_absolute_percentage_error,
    "mean squared logarithmic error": keras.losses.mean_squared_logarithmic_error,
    "Poisson": keras.losses.poisson,
}


def one(loss, target, output, **options):
    """What Keras says about one sample, a number."""
    return float(loss(np.array([target]), np.array([output]), **options)[0])


@pytest.mark.parametrize(("target", "output"), [(3.0, 5.0), (5.0, 3.1), (0.0, 1.0), (2.0, 0.0), (0.0, 0.0), (7.0, 7.0)])
def test_losses_of_a_number_are_those_of_keras(target, output):
    losses = number_losses(target, output)
    assert losses.keys() == NUMBER.keys()
    for name, loss in losses.items():
        assert loss == pytest.approx(one(NUMBER[name], [target], [output]), rel=1e-6, abs=1e-6), name


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("score", [-8.0, -1.0, 0.0, 0.3, 1.0, 5.0])
def test_losses_of_yes_or_no_are_those_of_keras(label, score):
    expected = {
        "binary cross-entropy": one(keras.losses.binary_crossentropy, [label], [score], from_logits=True),
        "hinge": one(keras.losses.hinge, [label], [score]),
        "squared hinge": one(keras.losses.squared_hinge, [label], [score]),
    }
    assert yes_no_losses(label, score) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("scores", [[0.0, 5.0, 0.0], [1.0, -2.0, -3.0], [-4.0, -1.0, -8.0], [0.0, 0.0, 0.0]])
@pytest.mark.parametrize("right", [0, 1, 2])
def test_losses_of_three_classes_are_those_of_keras(scores, right):
    one_hot, chances = np.eye(3)[right], probabilities(scores)
    expected = {
        "categorical cross-entropy": one(keras.losses.categorical_crossentropy, one_hot, scores, from_logits=True),
        "sparse categorical cross-entropy": one(
            keras.losses.sparse_categorical_crossentropy, right, scores, from_logits=True
        ),
        "KL divergence": one(keras.losses.kl_divergence, one_hot, chances),
        "categorical hinge": one(keras.losses.categorical_hinge, one_hot, scores),
        "cosine similarity": one(keras.losses.cosine_similarity, one_hot, chances),
    }
    assert class_losses(right, scores) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_there_are_fourteen_losses():
    losses = {name for task in TASKS for name in LossExplorer(task=task).losses}
    assert len(losses) == 14
    assert losses <= LossExplorer().quantities().keys()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: LossExplorer(output="a"), "output must be a finite number from 0 to 10, got 'a'"),
        (lambda: LossExplorer(output=float("nan")), "output must be a finite number"),
        (lambda: LossExplorer(target=-1), "target must be a finite number from 0 to 10, got -1"),
        (lambda: LossExplorer(label=0.5), "label must be a whole number from 0 to 1, got 0.5"),
        (lambda: LossExplorer(true_class=3), "true_class must be a whole number from 0 to 2, got 3"),
        (lambda: LossExplorer(scores=[1, 2]), "scores must be 3 finite numbers, got [1, 2]"),
        (lambda: LossExplorer(scores=[1, 2, 9]), "scores must lie between -8 and 8"),
        (lambda: LossExplorer(task="number"), "task must be one of 'a number', 'yes or no', 'three classes'"),
    ],
)
def test_a_value_that_does_not_fit_names_its_trait_and_what_is_allowed(make, says):
    with pytest.raises(traitlets.TraitError) as caught:
        make()
    assert says in str(caught.value)


def test_unknown_presets_are_told_with_the_known_ones():
    with pytest.raises(KeyError, match="A target of zero"):
        LossExplorer("a number")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_valid_and_can_be_left(name):
    explorer = LossExplorer(output=1.7)
    before = explorer.state()
    explorer.apply_preset(name)
    assert {key: explorer.state()[key] for key in PRESETS[name]} == PRESETS[name]
    explorer.reset()
    assert explorer.state() == before


def test_the_text_names_the_task_and_every_loss_of_it():
    text = repr(LossExplorer("Yes, but sure of no"))
    assert "score -5, probability of yes 0.00669285, label yes\nbinary cross-entropy 5.00672\nhinge 6" in text
    assert "Poisson" not in text
    assert "probabilities A 0.333333, B 0.333333" in repr(LossExplorer("Three classes, undecided"))


SOLVED = {"a number": {"output": 7.0}, "yes or no": {"score": 4.0}, "three classes": {"scores": [0.0, 7.0, 0.0]}}


@pytest.mark.parametrize("task", TASKS)
def test_every_question_has_exactly_one_right_answer(task):
    question, outcomes = QUESTIONS[task], []
    preset = next(name for name, state in PRESETS.items() if state["task"] == task)
    for choice in question.choices:
        explorer = LossExplorer(preset)
        explorer.prediction = choice.text
        explorer.set(**question.start)
        assert explorer.outcome == "predicted"
        explorer.set(**SOLVED[task])
        outcomes.append(explorer.outcome)
    assert sorted(outcomes) == ["right", "wrong", "wrong"]
