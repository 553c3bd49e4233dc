"""What `utils.models` reads in a Keras model, and the words it finds for the first difference."""

import keras
import numpy as np
import pytest
from keras import layers

from utils import models


def sequential(*parts, inputs=(2,)):
    return keras.Sequential([keras.Input(shape=inputs), *parts])


def functional(*parts, inputs=(2,)):
    start = keras.Input(shape=inputs)
    tensor = start
    for part in parts:
        tensor = part(tensor)
    return keras.Model(start, tensor)


def message(model, wanted):
    difference = models.first_difference(model, wanted)
    return difference and difference.message


def test_describes_kind_shape_parameters_activation_and_settings():
    first, second = models.describe(sequential(layers.Dense(3, activation="relu"), layers.Dropout(0.2)))
    assert (first.kind, first.output_shape, first.parameters, first.activation) == ("Dense", (3,), 9, "relu")
    assert first.settings["units"] == 3
    assert (second.kind, second.parameters, second.activation) == ("Dropout", 0, "")
    assert second.settings["rate"] == 0.2
    assert (second.number, second.takes) == (2, (0,))


def test_a_convolution_is_described_with_filters_and_shape():
    (layer,) = models.describe(sequential(layers.Conv2D(4, 3, padding="same"), inputs=(8, 8, 3)))
    assert layer.output_shape == (8, 8, 4)
    assert layer.parameters == 3 * 3 * 3 * 4 + 4
    assert (layer.settings["filters"], layer.settings["kernel_size"]) == (4, (3, 3))


@pytest.mark.parametrize(
    "written",
    [
        lambda: sequential(layers.Dense(3, activation="relu"), layers.Dense(1)),
        lambda: functional(layers.Dense(3, activation="relu"), layers.Dense(1)),
        lambda: sequential(layers.Dense(3), layers.Activation("relu"), layers.Dense(1)),
        lambda: sequential(layers.Dense(3), layers.ReLU(), layers.Dense(1)),
        lambda: functional(layers.Dense(3), layers.ReLU(), layers.Dense(1)),
        lambda: sequential(layers.Dense(3, activation=keras.activations.relu), layers.Dense(1, activation="linear")),
        lambda: sequential(layers.Dense(3, activation=layers.ReLU()), layers.Dense(1)),
        lambda: sequential(layers.Dense(3, activation="relu", name="hidden"), layers.Dense(1, name="out")),
        lambda: sequential(keras.Sequential([layers.Dense(3, activation="relu")]), layers.Dense(1)),
        lambda: functional(sequential(layers.Dense(3, activation="relu")), layers.Dense(1)),
        lambda: sequential(layers.Dense(3, activation="relu", kernel_initializer="he_normal"), layers.Dense(1)),
        lambda: sequential(
            layers.Dense(3, activation="relu", kernel_initializer=keras.initializers.RandomNormal(stddev=0.1)),
            layers.Dense(1, bias_initializer=keras.initializers.Constant(0.5)),
        ),
    ],
)
def test_the_same_model_written_differently_has_no_difference(written):
    wanted = sequential(layers.Dense(3, activation="relu"), layers.Dense(1))
    assert models.first_difference(written(), wanted) is None
    assert wanted.count_params() == sum(layer.parameters for layer in models.describe(written()))


def test_a_model_built_by_its_first_data_is_like_one_with_an_input():
    model = keras.Sequential([layers.Dense(1)])
    model.predict(np.zeros((7, 2)), verbose=0)
    assert models.first_difference(model, sequential(layers.Dense(1))) is None


def test_a_layer_used_by_two_models_is_still_read():
    shared = layers.Dense(3)
    sequential(shared, layers.ReLU())
    assert models.first_difference(sequential(shared), sequential(layers.Dense(3))) is None


@pytest.mark.parametrize(
    ("part", "wanted", "says"),
    [
        (layers.Dense(3), layers.Dense(2), "Layer 1 (Dense) has 3 units; the exercise asks for 2."),
        (layers.Dense(1), layers.Dense(2), "Layer 1 (Dense) has 1 unit; the exercise asks for 2."),
        (layers.Dense(2), layers.Dropout(0.5), "Layer 1 is Dense; the exercise asks for Dropout."),
        (
            layers.Dropout(0.5),
            layers.Dropout(0.2),
            "Layer 1 (Dropout) has rate 0.5; the exercise asks for 0.2.",
        ),
        (
            layers.Dense(2, use_bias=False),
            layers.Dense(2),
            "Layer 1 (Dense) has no bias; the exercise asks for one.",
        ),
        (
            layers.Dense(2),
            layers.Dense(2, use_bias=False),
            "Layer 1 (Dense) has a bias; the exercise asks for none.",
        ),
        (
            layers.Dense(2, activation="tanh"),
            layers.Dense(2, activation="relu"),
            "Layer 1 (Dense) has the activation 'tanh'; the exercise asks for the activation 'relu'.",
        ),
        (
            layers.Dense(2),
            layers.Dense(2, activation="relu"),
            "Layer 1 (Dense) has no activation; the exercise asks for the activation 'relu'.",
        ),
        (
            layers.Dense(2, trainable=False),
            layers.Dense(2),
            "Layer 1 (Dense) is frozen; the exercise asks for it to be trainable.",
        ),
        (
            layers.Dense(2),
            layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.01)),
            "Layer 1 (Dense) has no kernel_regularizer; the exercise asks for 'L2'.",
        ),
        (
            layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.1)),
            layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.01)),
            "Layer 1 (Dense) has kernel_regularizer.l2 0.1; the exercise asks for 0.01.",
        ),
        (
            layers.Dense(2, kernel_initializer="he_normal"),
            layers.Dense(2, kernel_initializer="he_uniform"),
            "Layer 1 (Dense) has kernel_initializer 'HeNormal'; the exercise asks for 'HeUniform'.",
        ),
    ],
)
def test_names_the_first_difference(part, wanted, says):
    assert message(sequential(part), sequential(wanted)) == says


def test_the_number_in_the_message_counts_the_layers_as_the_learner_wrote_them():
    made = sequential(layers.Dense(3), layers.ReLU(), layers.Dense(4))
    difference = models.first_difference(made, sequential(layers.Dense(3, activation="relu"), layers.Dense(1)))
    assert difference.message == "Layer 3 (Dense) has 4 units; the exercise asks for 1."
    assert (difference.row, difference.part) == (1, "units")


def test_input_shape_comes_before_the_layers():
    difference = models.first_difference(sequential(layers.Dense(9), inputs=(3,)), sequential(layers.Dense(1)))
    assert difference.message == "The model takes inputs of shape (3,); the exercise asks for (2,)."
    assert difference.part == "input_shape"


def test_a_layer_too_many_and_one_too_few():
    one, two = sequential(layers.Dense(1)), sequential(layers.Dense(1), layers.Dense(1))
    assert message(two, one) == "The model has 2 layers, the exercise asks for 1: layer 2 (Dense) is one too many."
    assert message(one, two) == "The model has 1 layer, the exercise asks for 2: Dense is missing after the last."


def test_an_activation_that_does_something_else_is_not_taken_for_relu():
    wanted = sequential(layers.Dense(1, activation="relu"))
    assert models.first_difference(sequential(layers.Dense(1), layers.ReLU(max_value=6)), wanted)
    assert models.first_difference(sequential(layers.Dense(1), layers.LeakyReLU()), wanted)


def test_an_activation_after_a_recurrent_layer_is_a_layer_of_its_own():
    outside = sequential(layers.SimpleRNN(2, activation="linear"), layers.Activation("tanh"), inputs=(5, 1))
    assert models.first_difference(outside, sequential(layers.SimpleRNN(2), inputs=(5, 1)))


def test_an_activation_is_not_moved_into_a_layer_whose_plain_output_is_used_too():
    def branched(activation_inside):
        start = keras.Input((2,))
        dense = layers.Dense(2, activation="relu" if activation_inside else None)(start)
        active = dense if activation_inside else layers.ReLU()(dense)
        return keras.Model(start, layers.Add()([dense, active]))

    assert models.first_difference(branched(False), branched(True))


def test_branches_are_compared_by_what_feeds_them():
    def branched(skip):
        start = keras.Input((2,))
        first = layers.Dense(2)(start)
        second = layers.Dense(2)(first)
        return keras.Model(start, layers.Add()([start if skip else first, second]))

    assert models.first_difference(branched(True), branched(True)) is None
    assert message(branched(False), branched(True)) == (
        "Layer 3 (Add) takes the output of layer 1 and the output of layer 2; "
        "the exercise asks for the model's input and the output of layer 2."
    )


def test_a_wrapped_layer_is_compared_inside():
    def model(units):
        return sequential(layers.Bidirectional(layers.LSTM(units)), inputs=(5, 1))

    assert models.first_difference(model(4), model(4)) is None
    assert message(model(3), model(4)) == "Layer 1 (Bidirectional) has layer.units 3; the exercise asks for 4."


def test_a_functional_model_inside_is_compared_layer_by_layer():
    def model(units):
        return functional(functional(layers.Dense(units)), layers.Dense(1))

    assert models.first_difference(model(4), model(4)) is None
    assert message(model(3), model(4)) == (
        "Inside Layer 1 (Functional): Layer 1 (Dense) has 3 units; the exercise asks for 4."
    )


def build_model():
    return sequential(layers.Dense(1))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)


@pytest.mark.parametrize(
    ("thing", "says"),
    [
        (None, "got None. Does the function return the model?"),
        ("model", "got the text 'model'"),
        (3, "got the number 3"),
        (np.zeros((2, 3)), "got a value of type numpy ndarray with shape (2, 3)"),
        ({}, "got a value of type dict"),
        (keras.Sequential, "got the class Sequential itself"),
        (build_model, "got the function build_model. Call it: build_model()"),
        (layers.Dense(1), "got one Dense layer"),
        ([layers.Dense(1)], "got a list of layers"),
        (keras.callbacks.History(), "got the History that `fit` returns"),
        (keras.Sequential(), "has no layers yet"),
        (keras.Sequential([keras.Input((2,))]), "has no layers yet"),
        (keras.Sequential([layers.Dense(1)]), "does not know its input shape yet"),
        (Subclassed(), "of the class Subclassed"),
    ],
)
def test_what_is_no_built_model_gets_one_kind_sentence(thing, says):
    difference = models.first_difference(thing, build_model())
    assert says in difference.message
    assert difference.part == "model"
    with pytest.raises(models.ModelNotReadable) as caught:
        models.describe(thing)
    assert caught.value._render_traceback_() == [f"ModelNotReadable: {difference.message}"]


@pytest.mark.parametrize("replaced", [None, "relu"])
def test_an_activation_that_was_replaced_later_is_named(replaced):
    model = sequential(layers.Dense(1, activation="relu"))
    model.layers[0].activation = replaced
    said = message(model, sequential(layers.Dense(1)))
    assert f"The activation of layer 1 (Dense) was replaced by {replaced!r}" in said and "Build the model anew" in said
