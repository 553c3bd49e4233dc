from answers import right, wrong

ADAM = "model.compile(optimizer=keras.optimizers.Adam(0.1), loss='mse')"
ONE_NEURON = "model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])"

ANSWERS = {
    "neuron": [
        wrong("forgets the bias", "return inputs @ weights", says="the same sum, and then the bias: 4 − 1.5 = 2.5"),
        wrong("forgets the weights", "return inputs.sum() + bias", says="1 · 3 + 2 · 0.5 = 4"),
        wrong("does not add up", "return inputs * weights + bias", says="expected one number, 4.0, got [3.0, 1.0], an array of shape (2,)"),
        wrong("subtracts the bias", "return inputs @ weights - bias", says="expected 2.5, got 5.5"),
        wrong("takes two inputs only", "return inputs[0] * weights[0] + inputs[1] * weights[1] + bias", says="0.8 + 1.2 + 2 − 2.5 = 1.5"),
        wrong("mistypes dot", "return np.dott(inputs, weights) + bias", says="Line 3 of your cell, in neuron: return np.dott(inputs, weights) + bias"),
        right("as a loop", "total = bias\nfor x, w in zip(inputs, weights):\n    total += x * w\nreturn total"),
    ],
    "and_gate": [
        wrong("is an OR gate", "return 1.0, 1.0, -0.5", says="the neuron answers 0 for the inputs 0 and 1"),
        wrong("never fires", "return 1.0, 1.0, -2.5", says="the neuron answers 1 for the inputs 1 and 1"),
        wrong("always fires", "return 1.0, 1.0, 0.0", says="the neuron answers 0 for the inputs 0 and 0"),
        wrong("forgets the bias", "return 1.0, 1.0", says="expected an array of shape (3,), got shape (2,)"),
        wrong("ignores the second input", "return 2.0, 0.5, -1.5", says="the neuron answers 0 for the inputs 1 and 0"),
        right("with unequal weights", "return np.array([2.0, 3.0, -4.0])"),
    ],
    "dense_forward": [
        wrong("forgets the bias", "return inputs @ weights if activation is None else activation(inputs @ weights)", says="expected [[13.5, 19.0], [10.0, 19.0]], got [[3.5, -1.0], [0.0, -1.0]]"),
        wrong("forgets the activation", "return inputs @ weights + bias", says="the activation, here the absolute value, comes last"),
        wrong("adds the bias after the activation", "z = inputs @ weights\nreturn z + bias if activation is None else activation(z) + bias", says="expected [[0.5, 1.0], [3.0, 1.0]], got [[0.5, 1.0], [-3.0, 1.0]]"),
        wrong("transposes the result", "return (inputs @ weights + bias).T", says="this is the worked example above"),
        wrong("multiplies the wrong way round", "return weights @ inputs + bias", says="Line 7 of your cell, in dense_forward: return weights @ inputs + bias"),
        wrong("multiplies number by number", "return inputs * weights + bias", says="Line 7 of your cell, in dense_forward: return inputs * weights + bias"),
        right("with einsum", "z = np.einsum('bi,iu->bu', inputs, weights) + bias\nreturn (activation or (lambda s: s))(z)"),
    ],
    "count_parameters": [
        wrong("counts one sum", "return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])) + sum(sizes[1:])", says="expected a tuple of 2, got the number 11"),
        wrong("gives the inputs a bias", "return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])), sum(sizes)", says="For count_parameters([3, 2, 1])[1]: expected 3, got 6"),
        wrong("multiplies all sizes", "return int(np.prod(sizes)), sum(sizes[1:])", says="For count_parameters([3, 2, 1])[0]: expected 8, got 6"),
        wrong("swaps the two", "w = sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))\nreturn sum(sizes[1:]), w", says="expected 8, got 3"),
        wrong("three sizes only", "return sizes[0] * sizes[1] + sizes[1] * sizes[2], sizes[1] + sizes[2]", says="IndexError: list index out of range"),
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
        wrong("five epochs", None, "return training.fit_full_batch(model, celsius, fahrenheit, epochs=5)", says="expected 500 epochs, got 5"),
        wrong("swaps feature and label", None, "return training.fit_full_batch(model, fahrenheit, celsius, epochs=500)", says="`celsius` is the input, `fahrenheit` the label."),
        wrong("returns the model", None, "training.fit_full_batch(model, celsius, fahrenheit, epochs=500)\nreturn model", says="expected the history that `fit` returns"),
        right(
            "functional, with a loss object",
            "inputs = keras.Input((1,))\nmodel = keras.Model(inputs, keras.layers.Dense(1)(inputs))\n"
            "model.compile(keras.optimizers.Adam(learning_rate=0.1), keras.losses.MeanSquaredError())\nreturn model",
            None,
        ),
        right("added layer by layer", f"model = keras.Sequential()\nmodel.add(keras.Input((1,)))\nmodel.add(keras.layers.Dense(1, activation='linear'))\n{ADAM}\nreturn model", None),
    ],
    "read_converter": [
        wrong("always at 100", "kernel, bias = model.get_weights()\nreturn kernel[0, 0], bias[0], kernel[0, 0] * 100 + bias[0]", says="2 · (−40) + 30 = −50"),
        wrong("returns arrays", "kernel, bias = model.get_weights()\nreturn kernel, bias, model.predict(np.array([[celsius]]), verbose=0)", says="For read_converter(a Keras model, 100.0)[0]: expected one number, 2.0, got [[2.0]]"),
        wrong("swaps weight and bias", "kernel, bias = model.get_weights()\nreturn bias[0], kernel[0, 0], model.predict(np.array([[celsius]]), verbose=0)[0, 0]", says="expected 2.0, got 30.0"),
        wrong("uses the rule", "kernel, bias = model.get_weights()\nreturn kernel[0, 0], bias[0], 1.8 * celsius + 32", says="expected 230.0, got 212.0"),
        wrong("predicts a plain number", "kernel, bias = model.get_weights()\nreturn kernel[0, 0], bias[0], model.predict(celsius, verbose=0)", says="Line 4 of your cell, in read_converter: return kernel[0, 0]"),
        wrong("forgets the prediction", "kernel, bias = model.get_weights()\nreturn kernel[0, 0], bias[0]", says="expected 3 items, (2.0, 30.0, 230.0), got 2"),
        right("computes the prediction by hand", "w, b = (float(v.ravel()[0]) for v in model.get_weights())\nreturn [w, b, w * celsius + b]"),
    ],
    "solve_converter": [
        wrong("forgets the square", "return np.mean(celsius), 1.0", None, says="(1² + 3²) / 2 = 5, and 1² = 1"),
        wrong("sums instead of averaging", "return np.sum(celsius**2), 1.0", None, says="expected 5.0, got 10.0"),
        wrong("does not turn the bias back", None, (
            "z = (celsius - celsius.mean()) / celsius.std()\n"
            f"{ONE_NEURON}\nmodel.compile(optimizer=keras.optimizers.SGD(0.1), loss='mse')\n"
            "history = training.fit_full_batch(model, z, fahrenheit, epochs=100)\n"
            "kernel, bias = model.get_weights()\nreturn kernel[0, 0] / celsius.std(), bias[0], history.history['loss']"
        ), says="Did you turn the bias back into degrees Celsius?"),
        wrong("does not turn the weight back", None, (
            "z = (celsius - celsius.mean()) / celsius.std()\n"
            f"{ONE_NEURON}\nmodel.compile(optimizer=keras.optimizers.SGD(0.1), loss='mse')\n"
            "history = training.fit_full_batch(model, z, fahrenheit, epochs=100)\n"
            "kernel, bias = model.get_weights()\nreturn kernel[0, 0], bias[0], history.history['loss']"
        ), says="For the weight: expected a number from 1.79 to 1.81, got 41"),
        wrong("does not scale", None, "model = build_converter()\nhistory = train_converter(model, celsius, fahrenheit)\n(w,), (b,) = model.get_weights()\nreturn w[0], b, history.history['loss']", says="For the weight: expected a number from 1.79 to 1.81, got 1.82"),
        wrong("trains too long", None, f"{ONE_NEURON}\n{ADAM}\nhistory = training.fit_full_batch(model, celsius, fahrenheit, epochs=2000)\n(w,), (b,) = model.get_weights()\nreturn w[0], b, history.history['loss']", says="it is a list of at most 500 numbers"),
        wrong("writes the answer down", None, "return 1.8, 32.0, [0.06]", says="it is the mean squared error of your line"),
        wrong("writes the right error down too", None, "return 1.8, 32.0, [float(np.mean((1.8 * celsius + 32 - fahrenheit) ** 2))]", says="For the weight for another line"),
        wrong("returns the history", None, "z = (celsius - celsius.mean()) / celsius.std()\n" + ONE_NEURON + "\nmodel.compile(optimizer='sgd', loss='mse')\nhistory = training.fit_full_batch(model, z, fahrenheit, epochs=10)\nreturn 1.8, 32.0, history", says="They are in `history.history"),
        wrong("returns only the line", None, "return 1.8, 32.0", says="it is a tuple of three: weight, bias, losses"),
        wrong("sgd on raw degrees", None, f"{ONE_NEURON}\nmodel.compile(optimizer='sgd', loss='mse')\nhistory = training.fit_full_batch(model, celsius, fahrenheit, epochs=100)\n(w,), (b,) = model.get_weights()\nreturn w[0], b, history.history['loss']", says="nan"),
        right("scaled by the largest value, with Adam", "return float((celsius.ravel() @ celsius.ravel()) / len(celsius)), 1", (
            "scale = np.abs(celsius).max()\n"
            f"{ONE_NEURON}\nmodel.compile(optimizer=keras.optimizers.Adam(2.0), loss='mse')\n"
            "losses = training.fit_full_batch(model, celsius / scale, fahrenheit, epochs=500).history['loss']\n"
            "w, b = (float(v.ravel()[0]) for v in model.get_weights())\nreturn w / scale, b, losses"
        )),
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
