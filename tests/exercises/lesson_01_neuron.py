from answers import right, wrong

ADAM = "model.compile(optimizer=keras.optimizers.Adam(0.1), loss='mse')"
ONE_NEURON = "model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])"
TRAIN = "losses = training.fit_full_batch(model, celsius, fahrenheit, epochs={}).history['loss']\n"
READ = (
    "kernel, biases = model.get_weights()\nweight, bias = kernel[0, 0], biases[0]\n"
    "prediction = model.predict(np.array([[100.0]]), verbose=0)[0, 0]"
)
FIT = "\nlosses = training.fit_full_batch(model, {}, fahrenheit, epochs={}).history['loss']\nkernel, bias = model.get_weights()\n"
BACK = "return *line_over_celsius(kernel[0, 0], bias[0], celsius.mean(), celsius.std()), losses"


def scaled(compiled="model.compile(optimizer=keras.optimizers.SGD(0.1), loss='mse')", epochs=100):
    """The lines that train a neuron on scaled input."""
    return f"u = (celsius - celsius.mean()) / celsius.std()\n{ONE_NEURON}\n{compiled}" + FIT.format("u", epochs)


ANSWERS = {
    "neuron": [
        wrong("forgets the bias", "return inputs @ weights", says="the same sum, and then the bias: 4 − 1.5 = 2.5"),
        wrong("forgets the weights", "return inputs.sum() + bias", says="1 · 3 + 2 · 0.5 = 4"),
        wrong("does not add up", "return inputs * weights + bias", says="expected one number, 4.0, got [3.0, 1.0], an array of shape (2,)"),
        wrong("subtracts the bias", "return inputs @ weights - bias", says="expected 2.5, got 5.5"),
        wrong("takes two inputs only", "return inputs[0] * weights[0] + inputs[1] * weights[1] + bias", says="0.8 + 1.2 + 2 − 2.5 = 1.5"),
        wrong("mistypes dot", "return np.dott(inputs, weights) + bias", says="Line 8 of your cell, in neuron: return np.dott(inputs, weights) + bias"),
        wrong("cuts off below 0", "return max(inputs @ weights + bias, 0)", says="expected -2.46875, got 0"),
        wrong("rounds", "return round(float(inputs @ weights + bias), 2)", says="expected -2.46875, got -2.47"),
        right("as a loop", "total = bias\nfor x, w in zip(inputs, weights):\n    total += x * w\nreturn total"),
    ],
    "and_gate": [
        wrong("is an OR gate", "return 1.0, 1.0, -0.5", says="For the weighted sum for the inputs 0 and 1: this must hold: it is below 0. Got 0.5."),
        wrong("never fires", "return 1.0, 1.0, -2.5", says="For the weighted sum for the inputs 1 and 1: this must hold: it is 0 or more. Got -0.5."),
        wrong("always fires", "return 1.0, 1.0, 0.0", says="For the weighted sum for the inputs 0 and 0: this must hold: it is below 0. Got 0.0."),
        wrong("forgets the bias", "return 1.0, 1.0", says="expected three numbers, got 2: (1.0, 1.0)"),
        wrong("ignores the second input", "return 2.0, 0.5, -1.5", says="The sum is 1 · weight_1 + 0 · weight_2 + bias."),
        wrong("returns texts", "return '1', '1', '-1.5'", says="expected three numbers; item 0 is the text '1'."),
        wrong("returns nothing", "answer = 1.0, 1.0, -1.5", says="got nothing (None). Does every path"),
        right("right on paper, rounded in the computer", "return 0.7, 0.1, -0.8"),
        right("with the threshold at exactly 2", "return [1, 1, -2]"),
        right("with unequal weights", "return np.array([2.0, 3.0, -4.0])"),
    ],
    "dense_forward": [
        wrong("forgets the bias", "return inputs @ weights if activation is None else activation(inputs @ weights)", says="expected [[13.5, 19.0], [10.0, 19.0]], got [[3.5, -1.0], [0.0, -1.0]]"),
        wrong("forgets the activation", "return inputs @ weights + bias", says="the activation, here the absolute value, comes last"),
        wrong("adds the bias after the activation", "z = inputs @ weights\nreturn z + bias if activation is None else activation(z) + bias", says="expected [[0.5, 1.0], [3.0, 1.0]], got [[0.5, 1.0], [-3.0, 1.0]]"),
        wrong("transposes the result", "return (inputs @ weights + bias).T", says="this is the worked example above"),
        wrong("multiplies the wrong way round", "return weights @ inputs + bias", says="Line 9 of your cell, in dense_forward: return weights @ inputs + bias"),
        wrong("multiplies number by number", "return inputs * weights + bias", says="Line 9 of your cell, in dense_forward: return inputs * weights + bias"),
        wrong("always takes the absolute value", "z = inputs @ weights + bias\nreturn z if activation is None else np.abs(z)", says="the activation that is passed in is the one to apply, here np.tanh"),
        wrong("changes the bias", "bias += inputs @ weights\nreturn bias", says="Line 9 of your cell, in dense_forward: bias += inputs @ weights"),
        right("with einsum", "z = np.einsum('bi,iu->bu', inputs, weights) + bias\nreturn (activation or (lambda s: s))(z)"),
    ],
    "count_parameters": [
        wrong("counts one sum", "return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])) + sum(sizes[1:])", says="expected a tuple of 2, got the number 11"),
        wrong("gives the inputs a bias", "return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])), sum(sizes)", says="For count_parameters([3, 2, 1])[1]: expected 3, got 6"),
        wrong("multiplies all sizes", "return int(np.prod(sizes)), sum(sizes[1:])", says="For count_parameters([3, 2, 1])[0]: expected 8, got 6"),
        wrong("swaps the two", "w = sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))\nreturn sum(sizes[1:]), w", says="expected 8, got 3"),
        wrong("three sizes only", "return sizes[0] * sizes[1] + sizes[1] * sizes[2], sizes[1] + sizes[2]", says="IndexError: list index out of range"),
        wrong("counts equal sizes once", "weights = sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))\nbiases = sum(set(sizes[1:]))", says="also where two sizes are equal"),
        wrong("first four pairs only", "for a, b in list(zip(sizes[:-1], sizes[1:]))[:4]:\n    weights, biases = weights + a * b, biases + b", says="every pair of neighbours counts"),
        wrong("adds nothing up", "pass", says="For count_parameters([3, 2, 1])[0]: expected 8, got 0"),
        right("asks Keras", (
            "model = keras.Sequential([keras.Input((sizes[0],)), *[keras.layers.Dense(n) for n in sizes[1:]]])\n"
            "biases = sum(layer.units for layer in model.layers)\n"
            "return model.count_params() - biases, biases"
        )),
    ],
    "build_converter": [
        wrong("two units", f"model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)])\n{ADAM}\nreturn model", says="2 units"),
        wrong("seven inputs", f"model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(1)])\n{ADAM}\nreturn model", says="(7,)"),
        wrong("a hidden layer more", f"model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4), keras.layers.Dense(1)])\n{ADAM}\nreturn model", says="4 units"),
        wrong("does not compile", f"{ONE_NEURON}\nreturn model", says="the model is not compiled"),
        wrong("forgets the learning rate", f"{ONE_NEURON}\nmodel.compile(optimizer='adam', loss='mse')\nreturn model", says="the learning rate of build_converter(): expected 0.1, got 0.001"),
        wrong("another loss", f"{ONE_NEURON}\nmodel.compile(optimizer=keras.optimizers.Adam(0.1), loss='mae')\nreturn model", says="expected the loss mean_squared_error, got mean_absolute_error"),
        wrong("sgd", f"{ONE_NEURON}\nmodel.compile(optimizer=keras.optimizers.SGD(0.1), loss='mse')\nreturn model", says="expected the optimizer Adam, got SGD"),
        wrong("forgets to return the model", f"{ONE_NEURON}\n{ADAM}", says="Does the function return the model?"),
        wrong("returns the class", "return keras.Sequential", says="Sequential"),
        wrong("layers without a list", "return keras.Sequential(keras.Input((1,)), keras.layers.Dense(1))", says="Put the layers in one list"),
        wrong("a shape that is a number", "return keras.Sequential([keras.Input(shape=(1)), keras.layers.Dense(1)])", says="it needs a comma: `shape=(1,)`"),
        wrong("five epochs", None, TRAIN.format(500 // 100) + READ, says="For the losses: expected 500 numbers, got 5"),
        wrong("500 epochs twice, first losses", None, TRAIN.format(500) + "training.fit_full_batch(model, celsius, fahrenheit, epochs=500)\n" + READ, says="Are the losses those of all 500 epochs, and of no others?"),
        wrong("500 epochs twice, last losses", None, "training.fit_full_batch(model, celsius, fahrenheit, epochs=500)\n" + TRAIN.format(500) + READ, says="before its first update"),
        wrong("swaps feature and label", None, "losses = training.fit_full_batch(model, fahrenheit, celsius, epochs=500).history['loss']\n" + READ, says="For the first loss"),
        wrong("trains a model of its own", None, "model = build_converter()\n" + TRAIN.format(500) + READ, says="Train the model you are given, once"),
        wrong("returns the history", None, "losses = training.fit_full_batch(model, celsius, fahrenheit, epochs=500)\n" + READ, says="got an object of type History"),
        wrong("returns the model", None, "return model", says="expected a tuple of four, got a Keras model"),
        wrong("leaves the brackets on", None, TRAIN.format(500) + "weight, bias = model.get_weights()\nprediction = 0", says="For the weight: expected one number"),
        wrong("swaps weight and bias", None, TRAIN.format(500) + READ + "\nweight, bias = bias, weight", says="it is in the kernel of the trained model"),
        wrong("predicts with the rule", None, TRAIN.format(500) + READ + "\nprediction = 212.0", says="a neuron without activation gives weight · 100 + bias"),
        wrong("predicts a plain number", None, TRAIN.format(500) + "prediction = model.predict(100.0, verbose=0)", says="in train_converter: prediction = model.predict(100.0, verbose=0)"),
        wrong("takes a weight of the notebook", None, TRAIN.format(500), says="For the weight: expected 1.82"),
        right("computes the prediction by hand", None, TRAIN.format(500) + "weight, bias = (float(v.ravel()[0]) for v in model.get_weights())\nprediction = weight * 100 + bias"),
        right(
            "functional, with a loss object",
            "inputs = keras.Input((1,))\nmodel = keras.Model(inputs, keras.layers.Dense(1)(inputs))\n"
            "model.compile(keras.optimizers.Adam(learning_rate=0.1), keras.losses.MeanSquaredError())\nreturn model",
            None,
        ),
        right("added layer by layer", f"model = keras.Sequential()\nmodel.add(keras.Input((1,)))\nmodel.add(keras.layers.Dense(1, activation='linear'))\n{ADAM}\nreturn model", None),
    ],
    "loss_rise": [
        wrong("forgets the square", "return np.mean(celsius), 1.0", says="expected 5.0, got 2.0"),
        wrong("sums instead of averaging", "return np.sum(celsius**2), 1.0", says="expected 5.0, got 10.0"),
        wrong("squares the mean", "return np.mean(celsius) ** 2, 1.0", says="expected 5.0, got 4.0"),
        wrong("keeps signs", "return np.mean(celsius * np.abs(celsius)), 1.0", says="squares are never negative"),
        wrong("swaps the two", "return 1.0, np.mean(celsius**2)", says="expected 5.0, got 1.0"),
        wrong("forgets the bias", "return np.mean(celsius**2)", says="expected a tuple of 2, got the number 5.0"),
        right("as a dot product", "return float((celsius.ravel() @ celsius.ravel()) / len(celsius)), 1"),
    ],
    "solve_converter": [
        wrong("does not turn the bias back", scaled() + "return kernel[0, 0] / celsius.std(), bias[0], losses", says="Did you turn the bias into that of a line over degrees Celsius?"),
        wrong("does not turn the weight back", scaled() + "return kernel[0, 0], bias[0], losses", says="For the weight over degrees Celsius: expected a number from 1.79 to 1.81, got 41"),
        wrong("returns the brackets", scaled() + "return kernel, bias, losses", says="For the weight over degrees Celsius: expected one number, got an array of shape (1, 1)"),
        wrong("does not scale", ONE_NEURON + "\n" + ADAM + FIT.format("celsius", 500) + "return kernel[0, 0], bias[0], losses", says="got 1.82"),
        wrong("scaled, but with Adam", scaled(ADAM, 500) + BACK, says="Is the input scaled, the optimizer SGD(0.1)"),
        wrong("trains too long", scaled(epochs=2000) + BACK, says="Are there too many? Use fewer epochs."),
        wrong("2,000 raw epochs, the last 500 losses", ONE_NEURON + "\n" + ADAM + FIT.format("celsius", 2000) + "return kernel[0, 0], bias[0], losses[-500:]", says="Return all losses, from the first update to the last."),
        wrong("writes the answer down", "return 1.8, 32.0, [0.01]", says="it is nearly the mean squared error of your line"),
        wrong("asks NumPy and makes a loss up", "weight, bias = np.polyfit(celsius[:, 0], fahrenheit[:, 0], 1)\nerror = np.mean((weight * celsius + bias - fahrenheit) ** 2)\nreturn weight, bias, [error]", says="For the first loss: expected a number from 1000 to 4000"),
        wrong("asks NumPy and makes two losses up", "weight, bias = np.polyfit(celsius[:, 0], fahrenheit[:, 0], 1)\nerror = np.mean((weight * celsius + bias - fahrenheit) ** 2)\nreturn weight, bias, [3000.0, error]", says="they fall from the untrained neuron's to nearly nothing"),
        wrong("only this line", "return 1.798, 31.95, [3000.0, 100.0, 0.063]", says="For the weight for another line"),
        wrong("returns the history", scaled().replace(".history['loss']", "") + BACK, says="Got an object of type History."),
        wrong("returns only the line", "return 1.8, 32.0", says="it holds three things: weight, bias, losses"),
        wrong("sgd on raw degrees", ONE_NEURON + "\nmodel.compile(optimizer='sgd', loss='mse')" + FIT.format("celsius", 100) + "return kernel[0, 0], bias[0], losses", says="they are at most 500 numbers"),
        wrong("returns nothing", scaled(), says="expected a tuple of three, got nothing (None)"),
        right("with fit", scaled().replace("training.fit_full_batch(model, u, fahrenheit, epochs=100)", "model.fit(u, fahrenheit, epochs=40, verbose=0)") + BACK),
        right("few epochs, losses as an array", scaled(epochs=32).replace(".history['loss']", ".history['loss']\nlosses = np.array(losses)") + BACK),
        right("the way back by hand", scaled() + "weight = float(kernel.item()) / celsius.std()\nreturn [weight, float(bias.item()) - weight * celsius.mean(), losses]"),
    ],
    "repaired_converter": [
        wrong("blames the data", "return 'c'", None, says='For diagnosis(): "c" is not right.'),
        wrong("returns a sentence", "return 'the activation'", None, says='expected one of "a", "b", "c", "d", got the text'),
        wrong("keeps the bug", None, f"model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, activation='relu')])\n{ADAM}\nreturn model", says="Which values can the output take?"),
        wrong("another activation", None, f"model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, activation='tanh')])\n{ADAM}\nreturn model", says="tanh"),
        wrong("changes the learning rate", None, f"{ONE_NEURON}\nmodel.compile(optimizer='adam', loss='mse')\nreturn model", says="expected 0.1, got 0.001"),
        wrong("forgets to compile", None, f"{ONE_NEURON}\nreturn model", says="the model is not compiled"),
        right("with a linear activation", "answer = 'b'\nreturn answer", f"model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, activation='linear')])\n{ADAM}\nreturn model"),
    ],
}
