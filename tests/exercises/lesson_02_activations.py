from answers import right, wrong

ADAM = "model.compile(optimizer=keras.optimizers.Adam(0.01), loss='mse')"


def barometer(*first, units=16, activation="tanh", last="", compiled=ADAM):
    layers = ["keras.Input(shape=(1,))", *first, f"keras.layers.Dense({units}, activation='{activation}')", f"keras.layers.Dense(1{last})"]
    return f"model = keras.Sequential([{', '.join(layers)}])\n{compiled}\nreturn model"


RESCALED = "keras.layers.Rescaling(1 / 9000)"
OUTPUTS = '{"temperature": (1, "linear"), "rain": (1, "sigmoid"), "animal": (4, "softmax"), "tags": (5, "sigmoid"), "steering": (1, "tanh"), "waiting": (1, "softplus")}'


def outputs(task, answer):
    """A solution of `output_for` with this answer to one task."""
    return f'return ({OUTPUTS} | {{"{task}": {answer}}})[task]'


ANSWERS = {
    "collapse": [
        wrong("adds the biases", "return weights_1 @ weights_2, bias_1 + bias_2", says="expected [-1.0], got [-3.0]"),
        wrong("forgets the first bias", "return weights_1 @ weights_2, bias_2", says="expected [-1.0], got [-4.0]"),
        wrong("forgets the second bias", "return weights_1 @ weights_2, bias_1 @ weights_2", says="expected [-1.0], got [3.0]"),
        wrong("multiplies the wrong way round", "return weights_2 @ weights_1, bias_1 @ weights_2 + bias_2", says="expected an array of shape (2, 2), got shape (3, 3)"),
        wrong("multiplies number by number", "return weights_1 * weights_2, bias_1 * weights_2 + bias_2", says="expected an array of shape (1,), got shape (1, 1)"),
        wrong("adds the weights", "return weights_1 + weights_2, bias_1 @ weights_2 + bias_2", says="expected [[6.0]], got [[5.0]]"),
        wrong("returns the weights only", "return weights_1 @ weights_2", says="expected 2 items"),
        wrong("gives the bias an axis too many", "return weights_1 @ weights_2, bias_1[None, :] @ weights_2 + bias_2", says="There is an axis of length 1 too many."),
        wrong("returns nothing", "print(weights_1 @ weights_2)", says="expected a tuple of 2, got nothing (None)"),
        right("with einsum, in a list", "return [np.einsum('ih,ho->io', weights_1, weights_2), np.dot(bias_1, weights_2) + bias_2]"),
        right("reads it off the layers", (
            "f = lambda x: (x @ weights_1 + bias_1) @ weights_2 + bias_2\n"
            "b = f(np.zeros(len(weights_1)))\nreturn f(np.eye(len(weights_1))) - b, b"
        )),
    ],
    "relu": [
        wrong("one number for the slope", "return 1.0", None, None, None, None, says="expected an array of shape (2, 3), got one number"),
        wrong("a step above 0 only", None, "return np.where(z > 0, 1.0, 0.0)", None, None, None, says="Look at z = 0: it belongs to the right side."),
        wrong("a step from −1 to 1", None, "return np.sign(z)", None, None, None, says="expected [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]], got [[-1.0, 0.0, 1.0], [1.0, -1.0, 1.0]]"),
        wrong("a step with a slope at 0", None, None, "return np.where(z == 0, 1.0, 0.0)", None, None, says="Look at z = 0: there we write 0 as well."),
        wrong("the absolute value", None, None, None, "return np.abs(z)", None, says="expected [[0.0, 0.0, 3.0], [0.5, 0.0, 40.0]], got [[2.0, 0.0, 3.0], [0.5, 0.1, 40.0]]"),
        wrong("the largest number", None, None, None, "return np.max(z, 0)", None, says="expected an array of shape (2, 3), got shape (3,)"),
        wrong("capped at 6", None, None, None, "return np.clip(z, 0, 6)", None, says="expected 40.0, got 6.0"),
        wrong("cuts off the wrong side", None, None, None, "return np.minimum(z, 0)", None, says="expected [[0.0, 0.0, 3.0], [0.5, 0.0, 40.0]], got [[-2.0, 0.0, 0.0]"),
        wrong("writes into z", None, None, None, "z[z < 0] = 0\nreturn z", None, says="Make a new array instead of writing into `z`."),
        wrong("capped in the thousands", None, None, None, "return np.clip(z, 0, 1000)", None, says="any shape, and large numbers too"),
        wrong("slope 1 at 0", None, None, None, None, "return np.where(z >= 0, 1.0, 0.0)", says="Look at z = 0: there the slope of the left side counts, 0."),
        wrong("slope by division", None, None, None, None, "return relu(z) / z", says="found nan at index (0, 1)"),
        wrong("slope z", None, None, None, None, "return np.maximum(z, 0)", says="largest difference 39.0 at index (1, 2)"),
        wrong("two axes only", None, None, None, "return np.array([[max(v, 0.0) for v in row] for row in z])", None, says="TypeError"),
        right("by multiplying", "return z * 0 + 1", "return (z >= 0).astype('float32')", "return z - z", "return z * (z > 0)", "return (z > 0) * 1"),
        right("as a loop", "out = z.copy()\nout[...] = 1\nreturn out", "return np.heaviside(z, 1)", "return np.zeros(z.shape)", "return np.array([max(v, 0) for v in z.ravel()]).reshape(z.shape)", "return np.heaviside(z, 0)"),
    ],
    "sigmoid": [
        wrong("the second form", "return np.exp(z) / (np.exp(z) + 1)", None, says="found nan at index 0; expected 1.0"),
        wrong("reversed", "return 1 / (1 + np.exp(np.minimum(z, 700)))", None, says="a large z gives an output near 1"),
        wrong("cut off at 5", "return 1 / (1 + np.exp(-np.clip(z, -5, 5)))", None, says="the sigmoid goes to 1 on the right and to 0 on the left"),
        wrong("a tanh", "return np.tanh(z)", None, says="expected [[0.5, 0.982014]], got [[0.0"),
        wrong("forgets the 1", "return np.exp(-np.abs(z))", None, says="1 / (1 + e^0) = 0.5, and 1 / (1 + e^−4)"),
        wrong("one side only", "e = np.exp(-np.abs(z))\nreturn 1 / (1 + e)", None, says="Below 0 the numerator is e, not 1."),
        wrong("replaces nan by 0", "return np.nan_to_num(np.exp(z) / (np.exp(z) + 1), nan=0.0)", None, says="expected [1.0, 0.0], got [0.0, 0.0]"),
        wrong("the slope from the input", None, "return z * (1 - z)", says="0.5 · (1 − 0.5) = 0.25 in the middle"),
        wrong("the slope without the factor", None, "s = sigmoid(z)\nreturn 1 - s", says="expected [0.25, 0.0, 0.0], got [0.5, 0.0, 1.0]"),
        wrong("an unstable slope", None, "return np.exp(-z) / (1 + np.exp(-z)) ** 2", says="found nan at index 2; expected 0.0"),
        wrong("four times the slope", None, "s = sigmoid(z)\nreturn 4 * s * (1 - s)", says="Every value is 4.0 times the expected one."),
        wrong("right at the visible points only", None, "return np.where(z == 0, 0.25, 0.0)", says="measured by moving each input a little up and down"),
        right("the first form, with its warning", "return 1 / (1 + np.exp(-z))", "return sigmoid(z) * sigmoid(-z)"),
        right("with logaddexp", "return np.exp(-np.logaddexp(0, -z))", "return sigmoid(z) - sigmoid(z) ** 2"),
        right("by halves of tanh", "return 0.5 * (1 + np.tanh(z / 2))", "return 0.25 / np.cosh(np.clip(z, -600, 600) / 2) ** 2"),
        right("number by number", (
            "def one(v):\n    return 1 / (1 + np.exp(-v)) if v >= 0 else np.exp(v) / (1 + np.exp(v))\n"
            "return np.array([one(v) for v in z.ravel()]).reshape(z.shape)"
        ), None),
    ],
    "softplus": [
        wrong("tanh overflows", "return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))", None, None, None, None, says="found nan at index 2; expected 1.0"),
        wrong("forgets the sign", "return (1 - e) / (1 + e)", None, None, None, None, says="tanh is 0 at 0, odd, and goes to 1 and −1"),
        wrong("a sigmoid", "return 1 / (1 + np.exp(-z))", None, None, None, None, says="expected [0.0, -0.761594, 1.0, -1.0], got [0.5"),
        wrong("squares the input", None, "return 1 - z**2", None, None, None, says="Square the output of tanh, not the input."),
        wrong("forgets the square", None, "return 1 - tanh(z)", None, None, None, says="1 − tanh², and tanh² is 0 at 0 and 1 far out"),
        wrong("the sigmoid's rule", None, "return tanh(z) * (1 - tanh(z))", None, None, None, says="expected [1.0, 0.419974, 0.0, 0.0], got [0.0, -1.3416"),
        wrong("squares the sum", None, None, "return 1 / (1 + z) ** 2", None, None, says="expected 0.2, got 1.0"),
        wrong("the absolute value", None, None, "return 1 / (1 + np.abs(z))", None, None, says="1 / (1 + 2²) = 0.2, on both sides of 0"),
        wrong("softplus overflows", None, None, None, "return np.log(1 + np.exp(z))", None, says="found inf at index 2; expected 1000.0"),
        wrong("a ReLU", None, None, None, "return np.maximum(z, 0)", None, says="ln(1 + e^0) = ln 2 = 0.693"),
        wrong("the logarithm to base 2", None, None, None, "return np.logaddexp(0, z) / np.log(2)", None, says="expected [0.693147, 0.313262, 1000.0, 0.0], got [1.0, 0.451941, 1442.7, 0.0]"),
        wrong("a slope of 0 or 1", None, None, None, None, "return np.where(z > 0, 1.0, 0.0)", says="and half as steep at 0"),
        wrong("the sigmoid's slope", None, None, None, None, "return sigmoid_derivative(z)", says="Which activation runs from 0 through 0.5 to 1?"),
        right("with NumPy's own", "return np.tanh(z)", "return 4 * sigmoid(2 * z) * sigmoid(-2 * z)", "return np.power(1 + np.square(z), -1)", "return np.logaddexp(0, z)", "return 1 - sigmoid(-z)"),
        right("from the sigmoid", "return 2 * sigmoid(2 * z) - 1", "t = tanh(z)\nreturn (1 + t) * (1 - t)", None, "return z + np.logaddexp(0, -z)", None),
    ],
    "elu": [
        wrong("the larger of the two", "return np.maximum(z, alpha * z)", None, None, None, None, says="alpha may be above 1: −2 · 2 = −4"),
        wrong("writes into z", "z[z < 0] *= alpha\nreturn z", None, None, None, None, says="Line 6 of your cell, in leaky_relu: z[z < 0] *= alpha"),
        wrong("writes into z column by column", "z *= np.where(z > 0, 1.0, alpha)\nreturn z", None, None, None, None, says="Make a new array instead of writing into `z`."),
        wrong("a plain ReLU", "return np.maximum(z, 0)", None, None, None, None, says="above 0 nothing changes; below 0 the slope is 0.1"),
        wrong("subtracts alpha", "return np.where(z > 0, z, z - alpha)", None, None, None, None, says="expected [[-0.2, 3.0], [-100.0, 1000.0], [0.5, -0.1]], got [[-2.1"),
        wrong("Keras with one alpha only", "return np.asarray(keras.activations.leaky_relu(z, negative_slope=float(alpha)))", None, None, None, None, says="TypeError"),
        wrong("slope 1 at 0", None, "return np.where(z >= 0, 1.0, alpha)", None, None, None, says="the slope is alpha up to and at 0, and 1 above"),
        wrong("slope alpha everywhere", None, "return np.full(z.shape, alpha)", None, None, None, says="expected [0.1, 0.1, 1.0], got [0.1, 0.1, 0.1]"),
        wrong("the slope by z", None, None, "return np.where(z > 0, 0.0, 1.0)", None, None, says="Below 0 the output is alpha · z. What multiplies alpha there?"),
        wrong("z everywhere", None, None, "return z", None, None, says="expected [-3.0, 0.0, 0.0], got [-3.0, 0.0, 2.0]"),
        wrong("the absolute value below 0", None, None, "return np.maximum(-z, 0)", None, None, says="expected [-3.0, 0.0, 0.0], got [3.0, 0.0, 0.0]"),
        wrong("forgets the −1", None, None, None, "return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))", None, says="e^−2 − 1 = −0.865, and far out on the left it is −alpha"),
        wrong("asks which is larger", None, None, None, "return np.maximum(z, alpha * np.expm1(z))", None, says="found inf at index (1, 1); expected 1000.0"),
        wrong("alpha in the exponent", None, None, None, "return np.where(z > 0, z, np.expm1(alpha * np.minimum(z, 0)))", None, says="expected [-0.216166, -0.25, 3.0], got [-0.393469, -1.0, 3.0]"),
        wrong("alpha times the exponential only", None, None, None, "return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)) - 1)", None, says="expected [-0.216166, -0.25, 3.0], got [-0.966166, -1.0, 3.0]"),
        wrong("alpha in place of the 1", None, None, None, "return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - alpha)", None, says="expected [-0.216166, -0.25, 3.0], got [-0.114665, -0.25, 3.0]"),
        wrong("an ELU without alpha", None, None, None, "return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))", None, says="expected [-0.216166, -0.25, 3.0], got [-0.864665, -1.0, 3.0]"),
        wrong("one alpha for all columns", None, "return np.where(z > 0, 1.0, np.max(alpha))", None, None, None, says="one alpha for each column"),
        wrong("the slope by alpha writes into z", None, None, "z[z > 0] = 0\nreturn z", None, None, says="For z, after prelu_alpha_derivative(z)"),
        wrong("the ELU's slope writes into z", None, None, None, None, "z[:] = np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))\nreturn z", says="For z, after elu_derivative(z, 1.0)"),
        wrong("a slope without alpha", None, None, None, None, "return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))", says="2 · e^−1 = 0.736, at 0 the left side counts"),
        wrong("the slope from the exponential alone", None, None, None, None, "return alpha * np.exp(np.minimum(z, 0))", says="expected [0.0, 0.735759, 2.0, 1.0], got [0.0, 0.735759, 2.0, 2.0]"),
        right("by sums of two parts", "return np.maximum(z, 0) + alpha * np.minimum(z, 0)", "return (z > 0) + alpha * (z <= 0)", "return z * (z < 0)", "return np.maximum(z, 0) + alpha * (np.exp(np.minimum(z, 0)) - 1)", "return np.where(z > 0, 1, elu(z, alpha) + alpha)"),
        right("with an overflow that is not used", None, None, None, "return np.where(z > 0, z, alpha * (np.exp(z) - 1))", "return np.where(z > 0, 1, alpha * np.exp(z))"),
    ],
    "softmax": [
        wrong("overflows", "e = np.exp(scores)\nreturn e / e.sum(axis=-1, keepdims=True)", None, says="found nan at index (0, 0); expected 1.0"),
        wrong("sums everything", "e = np.exp(scores - scores.max())\nreturn e / e.sum()", None, says="For softmax([[2.0, 1.0, -1.0], [0.0, 0.0, 0.0]]): this must hold: every row adds up to 1"),
        wrong("one maximum for all rows", "e = np.exp(scores - scores.max())\nreturn e / e.sum(axis=-1, keepdims=True)", None, says="found nan at index (1, 0)"),
        wrong("along the first axis", "e = np.exp(scores - scores.max(axis=0))\nreturn e / e.sum(axis=0)", None, says="sum with axis=-1 and keepdims=True"),
        wrong("two axes only", "e = np.exp(scores - scores.max(axis=1, keepdims=True))\nreturn e / e.sum(axis=1, keepdims=True)", None, says="axis 1 is out of bounds"),
        wrong("axis 1 where there are two", "axis = min(1, scores.ndim - 1)\ne = np.exp(scores - scores.max(axis=axis, keepdims=True))\nreturn e / e.sum(axis=axis, keepdims=True)", None, says="with axes in front, the classes are still on the last axis"),
        wrong("a sigmoid", "return sigmoid(scores)", None, says="expected [0.25, 0.75], got [0.5, 0.75]"),
        wrong("without the exponential", "return scores / scores.sum(axis=-1, keepdims=True)", None, says="expected [0.25, 0.75], got [0.0, 1.0]"),
        wrong("writes into the scores", "scores -= scores.max(axis=-1, keepdims=True)\ne = np.exp(scores)\nreturn e / e.sum(axis=-1, keepdims=True)", None, says="`-=` writes into the argument"),
        wrong("clips the scores", "e = np.exp(np.clip(scores, -700, 700))\nreturn e / e.sum(axis=-1, keepdims=True)", None, says="only differences count: 1000 and 999 are like 1 and 0"),
        wrong("the diagonal only", None, "p = softmax(scores)\nreturn p * (1 - p)", says="expected an array of shape (2, 2), got shape (2,)"),
        wrong("zeros beside the diagonal", None, "p = softmax(scores)\nreturn np.diag(p * (1 - p))", says="0.5 · 0.5 on the diagonal, −0.5 · 0.5 beside it"),
        wrong("the wrong sign", None, "p = softmax(scores)\nreturn np.outer(p, p) - np.diag(p)", says="Every sign is reversed."),
        wrong("an unstable Jacobian", None, "e = np.exp(scores)\np = e / e.sum()\nreturn np.diag(p) - np.outer(p, p)", says="one probability is 1 and stays 1"),
        wrong("the square beside the diagonal", None, "p = softmax(scores)\nreturn np.diag(p) - (p**2)[:, None] * np.ones(len(p))", says="2 of 9 values differ; largest difference 1.0 at index (0, 1)"),
        right("with a logarithm", "z = scores - np.max(scores, axis=-1, keepdims=True)\nreturn np.exp(z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True)))", "p = softmax(scores)\nreturn p[:, None] * (np.eye(len(p)) - p[None, :])"),
        right("entry by entry", None, "p = softmax(scores)\nn = len(p)\nreturn [[p[i] * ((i == j) - p[j]) for j in range(n)] for i in range(n)]"),
        right("moves the scores below 0 by hand", "m = np.expand_dims(np.amax(scores, -1), -1)\ne = np.exp(scores - m - 1)\nreturn e / np.expand_dims(e.sum(-1), -1)", None),
    ],
    "build_network": [
        wrong("ReLU's cousin for a temperature", outputs("temperature", '(1, "softplus")'), None, says="It may be −20 or 35: any sign, no end."),
        wrong("two units for yes or no", outputs("rain", '(2, "softmax")'), None, says='For the units for "rain": expected 1, got 2'),
        wrong("linear for a probability", outputs("rain", '(1, "linear")'), None, says="One probability, from 0 to 1."),
        wrong("one softmax unit", outputs("rain", '(1, "softmax")'), None, says='For the activation for rain: "softmax" is not right.'),
        wrong("four sigmoids", outputs("animal", '(4, "sigmoid")'), None, says="Exactly one of the four is right, so they share 1."),
        wrong("one unit for four classes", outputs("animal", '(1, "softmax")'), None, says='For the units for "animal": expected 4, got 1'),
        wrong("softmax for tags", outputs("tags", '(5, "softmax")'), None, says="they need not add up to 1."),
        wrong("sigmoid for the wheel", outputs("steering", '(1, "sigmoid")'), None, says="Which activation runs from −1 to 1?"),
        wrong("tanh for minutes", outputs("waiting", '(1, "tanh")'), None, says="Never 0 or below, and no upper end."),
        wrong("another word", outputs("temperature", '(1, "identity")'), None, says='expected one of "linear", "softplus", "tanh", "sigmoid", "softmax"'),
        wrong("None for linear", outputs("temperature", "(1, None)"), None, says="got nothing (None)"),
        wrong("the activation only", f"return {OUTPUTS}[task][1]", None, says="it is a tuple of two: units and activation"),
        wrong("swaps the two", f"return {OUTPUTS}[task][::-1]", None, says='For the units for "temperature": expected one number, 1, got'),
        wrong("always arguments", None, "units, activation = output_for(task)\nreturn keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, activation='relu'), keras.layers.Dense(units, activation=activation)])", says="the Dense layers have no activation: each is a layer of its own"),
        wrong("always own layers", None, "units, activation = output_for(task)\nreturn keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.Activation('relu'), keras.layers.Dense(units), keras.layers.Activation(activation)])", says="there are two layers: each activation is an argument of its Dense"),
        wrong("no activation in the middle", None, "units, activation = output_for(task)\nmodel = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.Dense(units)])\nif own_layers:\n    model.add(keras.layers.Activation(activation))\nreturn model", says="the exercise asks for"),
        wrong("five inputs", None, "units, activation = output_for(task)\nreturn keras.Sequential([keras.Input((5,)), keras.layers.Dense(5, activation='relu'), keras.layers.Dense(units, activation=activation)])", says="The model takes inputs of shape (5,)"),
        wrong("always four classes", None, "if own_layers:\n    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.ReLU(), keras.layers.Dense(4), keras.layers.Softmax()])\nreturn keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, activation='relu'), keras.layers.Dense(4, activation='softmax')])", says='For build_network(\'temperature\', False)'),
        wrong("the activation twice", None, "units, activation = output_for(task)\nif not own_layers:\n    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, activation='relu'), keras.layers.Dense(units, activation=activation)])\nreturn keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.ReLU(), keras.layers.Dense(units), keras.layers.Activation(activation), keras.layers.Activation(activation)])", says="(the activation 'softmax') is one too many"),
        wrong("no layer for ReLU", None, "units, activation = output_for(task)\nif not own_layers:\n    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, activation='relu'), keras.layers.Dense(units, activation=activation)])\nreturn keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.Dense(units), keras.layers.Activation(activation)])", says="after the Dense layer of 5 units stands a layer of its own for ReLU"),
        wrong("no layer for the output", None, "units, activation = output_for(task)\nif not own_layers:\n    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, activation='relu'), keras.layers.Dense(units, activation=activation)])\nreturn keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.ReLU(), keras.layers.Dense(units)])", says="wanted as a layer of its own, behind its Dense"),
        wrong("a point in the units", outputs("temperature", '(1.0, "linear")'), None, says="it is a whole number, 1 and not 1.0"),
        wrong("ReLU for minutes", outputs("waiting", '(1, "relu")'), None, says='For the activation for waiting: "relu" is not right.'),
        wrong("another output for the last task", None, "units, activation = output_for(task)\nif task == 'waiting':\n    activation = 'relu'\nmodel = keras.Sequential([keras.Input((3,))])\nfor size, function in [(5, 'relu'), (units, activation)]:\n    model.add(keras.layers.Dense(size, activation=None if own_layers else function))\n    if own_layers:\n        model.add(keras.layers.Activation(function))\nreturn model", says="For build_network('waiting', False)"),
        right("functional, with named layers", f"return {OUTPUTS}.get(task)", (
            "units, activation = output_for(task)\ninputs = keras.Input((3,))\n"
            "if not own_layers:\n    hidden = keras.layers.Dense(5, activation=keras.activations.relu)(inputs)\n"
            "    return keras.Model(inputs, keras.layers.Dense(units, activation=activation)(hidden))\n"
            "hidden = keras.layers.ReLU()(keras.layers.Dense(5)(inputs))\n"
            "return keras.Model(inputs, keras.layers.Activation(activation)(keras.layers.Dense(units)(hidden)))"
        )),
        right("with if and elif", "if task in ('rain', 'tags'):\n    return (1 if task == 'rain' else 5), 'sigmoid'\nif task == 'animal':\n    return 4, 'softmax'\nreturn 1, {'temperature': 'linear', 'steering': 'tanh'}.get(task, 'softplus')", None),
    ],
    "repaired_barometer": [
        wrong("blames the learning rate", "return 'a'", None, None, says="Did the loss still fall from update 100 to 500?"),
        wrong("takes it for a collapse", "return 'c'", None, None, says="Is there an activation between the two layers?"),
        wrong("finds the output guilty", "return 'd'", None, None, says="Which values can a linear output give?"),
        wrong("blames the output", "return 'D'", None, None, says='expected one of "a", "b", "c", "d", got the text'),
        wrong("counts the right side only", None, "return np.mean(sums > 2.18)", None, says="expected 0.375, got 0.125"),
        wrong("counts them", None, "return np.sum(1 - np.tanh(sums) ** 2 < 0.05)", None, says="expected 0.375, got 3"),
        wrong("in percent", None, "return 100 * np.mean(1 - np.tanh(sums) ** 2 < 0.05)", None, says="A share lies between 0 and 1."),
        wrong("the share that is not saturated", None, "return np.mean(1 - np.tanh(sums) ** 2 > 0.05)", None, says="expected 0.375, got 0.625"),
        wrong("the outputs near 1", None, "return np.mean(np.abs(np.tanh(sums)) > 0.95)", None, says="expected 0.375, got 0.5"),
        wrong("each row on its own", None, "return np.mean(1 - np.tanh(sums) ** 2 < 0.05, axis=1)", None, says="expected one number, 0.375, got [0.0, 0.75]"),
        wrong("the slope of the sigmoid", None, "return np.mean(sigmoid_derivative(sums) < 0.05)", None, says="three of eight are below 0.05"),
        wrong("keeps the bug", None, None, barometer(), says="How large are the numbers that reach the hidden layer?"),
        wrong("scales the wrong way", None, None, barometer("keras.layers.Rescaling(9000)"), says="For the loss after 500 updates on heights in metres"),
        wrong("scales by 1", None, None, barometer("keras.layers.Rescaling(1.0)"), says="expected a number from 0 to 0.005"),
        wrong("takes ReLU instead", None, None, barometer(RESCALED, activation="relu"), says="The activation is innocent."),
        wrong("more units", None, None, barometer(RESCALED, units=64), says="it ends with a Dense layer of 16 units and a Dense layer of 1"),
        wrong("another learning rate", None, None, barometer(RESCALED, compiled=ADAM.replace("0.01", "0.1")), says="expected 0.01, got 0.1"),
        wrong("another loss", None, None, barometer(RESCALED, compiled=ADAM.replace("mse", "mae")), says="expected the loss mean_squared_error, got mean_absolute_error"),
        wrong("forgets to compile", None, None, barometer(RESCALED, compiled=""), says="the model is not compiled"),
        wrong("a layer that learns", None, None, barometer("keras.layers.BatchNormalization()"), says="The layer that you add must have no weights to learn."),
        wrong("returns nothing", None, None, barometer(RESCALED).replace("return model", "pass"), says="Call `model.compile(...)` first"),
        right("scaled to −1 and 1, functional", "letter = 'b'\nreturn letter", "return float((1 / np.cosh(np.clip(sums, -300, 300)) ** 2 < 0.05).mean())", (
            "inputs = keras.Input((1,))\nscaled = keras.layers.Rescaling(1 / 4500, offset=-1.0)(inputs)\n"
            "hidden = keras.layers.Dense(16, activation='tanh')(scaled)\nmodel = keras.Model(inputs, keras.layers.Dense(1)(hidden))\n"
            f"{ADAM}\nreturn model"
        )),
        right("in kilometres", None, "return np.count_nonzero(tanh_derivative(sums) < 0.05) / sums.size", barometer("keras.layers.Rescaling(0.001)")),
    ],
}
