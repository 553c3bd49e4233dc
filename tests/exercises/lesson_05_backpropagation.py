from answers import right, wrong

SHIFTED = "shifted = logits - logits.max(axis=1, keepdims=True)\np = np.exp(shifted)\np = p / p.sum(axis=1, keepdims=True)\n"
ONE_HOT = "one_hot = np.eye(logits.shape[1])[labels]\n"
TAKEN = "-np.log(p[np.arange(len(labels)), labels])"
NUMERIC = (
    "gradient = np.zeros_like(at)\nfor index in np.ndindex(at.shape):\n"
    "    up, down = at.copy(), at.copy()\n    up[index] += step\n    down[index] -= step\n"
)
FORWARD = (
    "sums = inputs @ parameters['hidden weights'] + parameters['hidden bias']\nhidden = sigmoid(sums)\n"
    "logits = hidden @ parameters['output weights'] + parameters['output bias']\n"
    "loss, g = cross_entropy_with_gradient(logits, labels)\nback = g @ parameters['output weights'].T\n"
)
GRADIENTS = (
    "return loss, {'hidden weights': inputs.T @ back, 'hidden bias': back.sum(axis=0), "
    "'output weights': hidden.T @ g, 'output bias': g.sum(axis=0)}"
)
TAPE = (
    "with tf.GradientTape() as tape:\n    loss = keras.losses.SparseCategoricalCrossentropy({logits})(labels, model(inputs))\n"
    "gradients = tape.gradient(loss, model.trainable_variables)\n"
)
START = "r = np.random.default_rng(1)\nw1, b1 = r.normal(size=(2, 24)), np.zeros(24)\nw2, b2 = r.normal(size=(24, 2)) / 4, np.zeros(2)\nlosses = []\n"
MINI = START + (
    "for epoch in range(120):\n    order = r.permutation(len(inputs))\n    for first in range(0, len(inputs), 40):\n"
    "        few, truth = inputs[order[first:first + 40]], labels[order[first:first + 40]]\n"
    "        out, cache = forward_with_cache(few, [(w1, b1, 'relu'), (w2, b2, 'identity')])\n"
    "        (x, z), (h, _) = cache\n        loss, g = cross_entropy_with_gradient(out, truth)\n"
    "        losses.append({kept})\n        back = (g @ w2.T) * (z > 0)\n"
    "        w2, b2, w1, b1 = w2 - 0.3 * h.T @ g, b2 - 0.3 * g.sum(0), w1 - 0.3 * x.T @ back, b1 - 0.3 * back.sum(0)\n"
    "return [(w1, b1, 'relu'), (w2, b2, 'identity')], losses"
)


def trained(updates=800, sign="-", act="relu", start=START, mask="* (z > 0)", last="identity", kept="float(loss)"):
    """A training loop of one's own, with a slip where an argument says so."""
    return (
        f"{start}for _ in range({updates}):\n"
        f"    out, cache = forward_with_cache(inputs, [(w1, b1, '{act}'), (w2, b2, 'identity')])\n"
        "    (x, z), (h, _) = cache\n    loss, g = cross_entropy_with_gradient(out, labels)\n"
        f"    losses.append({kept})\n    back = (g @ w2.T) {mask}\n"
        f"    w2, b2, w1, b1 = w2 {sign} h.T @ g, b2 {sign} g.sum(0), w1 {sign} x.T @ back, b1 {sign} back.sum(0)\n"
        f"return [(w1, b1, '{act}'), (w2, b2, '{last}')], losses"
    )


ANSWERS = {
    "backprop_by_hand": [
        wrong("lets the gradient through the unit that is off", "return [[4.5, -27.0], [-1.5, 9.0]], [1.5, -9.0], [-6.0, 0.0], -3.0", says="when b2 moves by 0.0001, the loss moves by 0.0001 times this number"),
        wrong("forgets the factor 2", "return [[2.25, 0.0], [-0.75, 0.0]], [0.75, 0.0], [-3.0, 0.0], -1.5", says="For d_v1: this must hold"),
        wrong("target minus prediction", "return [[-4.5, 0.0], [1.5, 0.0]], [-1.5, 0.0], [6.0, 0.0], 3.0", says="Got 6.0"),
        wrong("transposes d_w", "return [[4.5, -1.5], [0.0, 0.0]], [1.5, 0.0], [-6.0, 0.0], -3.0", says="Row = input, column = unit."),
        wrong("gives the weight sums instead of a1", "return [[4.5, 0.0], [-1.5, 0.0]], [1.5, 0.0], [-6.0, 1.5], -3.0", says="For d_v2: this must hold"),
        wrong("forgets the output bias", "return [[4.5, 0.0], [-1.5, 0.0]], [1.5, 0.0], [-6.0, 0.0]", says="it is a tuple of four: d_w, d_b, d_v, d_c"),
        wrong("nine numbers in a row", "return [4.5, 0.0, -1.5, 0.0], [1.5, 0.0], [-6.0, 0.0], -3.0", says="For d_w: expected an array of shape (2, 2), got shape (4,)"),
        wrong("returns nothing", "d_p = -3.0", says="Got None. Does every path through your function end in `return`?"),
        wrong("returns text", "return 'd_w', [1.5, 0.0], [-6.0, 0.0], -3.0", says="got the text 'd_w'"),
        wrong("leaves a gap", "return [[4.5, 0.0], [np.nan, 0.0]], [1.5, 0.0], [-6.0, 0.0], -3.0", says="For d_w21: this must hold"),
        right("computed in NumPy, d_c as an array without axes", (
            "x, w = np.array([3.0, -1.0]), np.array([[0.5, 1.0], [-1.0, 2.0]])\nz = x @ w + [-0.5, -1.5]\na = np.maximum(z, 0)\n"
            "v = np.array([-0.5, 3.0])\nd_p = np.array(2 * (a @ v + 2 - 2.5))\nd_z = d_p * v * (z > 0)\nreturn [np.outer(x, d_z), d_z, d_p * a, d_p]"
        )),
    ],
    "forward_with_cache": [
        wrong("keeps the outputs instead of the sums", "cache = []\nfor w, b, act in layers:\n    out = ACTIVATIONS[act](inputs @ w + b)\n    cache.append((inputs, out))\n    inputs = out\nreturn inputs, cache", says="the cache keeps the weighted sums as they are before the activation"),
        wrong("feeds every layer the first inputs", "cache = []\nfor w, b, act in layers:\n    z = inputs @ w + b\n    cache.append((inputs, z))\n    out = ACTIVATIONS[act](z)\nreturn out, cache", says="For the cache, layer 1, what went in"),
        wrong("hands on the sums", "cache = []\nfor w, b, act in layers:\n    z = inputs @ w + b\n    cache.append((inputs, z))\n    inputs = z\nreturn inputs, cache", says="For the outputs: expected [[1.5, 0.5], [0.0, 0.5], [2.0, 0.0]]"),
        wrong("forgets the bias", "cache = []\nfor w, b, act in layers:\n    z = inputs @ w\n    cache.append((inputs, z))\n    inputs = ACTIVATIONS[act](z)\nreturn inputs, cache", says="weighted sums: expected [[1.5, 0.5], [0.0, 0.5], [2.0, -4.5]]"),
        wrong("adds the sums to the cache one by one", "cache = []\nfor w, b, act in layers:\n    z = inputs @ w + b\n    cache.extend([inputs, z])\n    inputs = ACTIVATIONS[act](z)\nreturn inputs, cache", says="it is a list with one pair for each layer: 1"),
        wrong("returns no cache", "for w, b, act in layers:\n    inputs = ACTIVATIONS[act](inputs @ w + b)\nreturn inputs", says="it is a tuple of two: outputs, cache"),
        wrong("cache in the other order", "cache = []\nfor w, b, act in layers:\n    z = inputs @ w + b\n    cache.insert(0, (inputs, z))\n    inputs = ACTIVATIONS[act](z)\nreturn inputs, cache", says="For the cache, layer 0, what went in: expected"),
        wrong("pair in the other order", "cache = []\nfor w, b, act in layers:\n    z = inputs @ w + b\n    cache.append((z, inputs))\n    inputs = ACTIVATIONS[act](z)\nreturn inputs, cache", says="what went in: expected [[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]], got [[1.5, 0.5]"),
        wrong("ReLU everywhere but at the end", "cache = []\nfor place, (w, b, act) in enumerate(layers):\n    z = inputs @ w + b\n    cache.append((inputs, z))\n    inputs = relu(z) if len(layers) > 1 and place < len(layers) - 1 else ACTIVATIONS[act](z)\nreturn inputs, cache", says="the same network in Keras gives these numbers"),
        right("with an index, pairs as lists", "cache, values = [], inputs\nfor i in range(len(layers)):\n    z = values.dot(layers[i][0]) + layers[i][1]\n    cache.append([values, z])\n    values = {'identity': z, 'relu': z * (z > 0), 'sigmoid': np.exp(-np.logaddexp(0, -z))}[layers[i][2]]\nreturn [values, cache]"),
    ],
    "layer_backward": [
        wrong("ReLU masks by the gradient", "return output_gradient * (output_gradient > 0)", None, None, says="The slope is decided by `weighted_sums` alone"),
        wrong("ReLU applied instead of its slope", "return np.maximum(output_gradient * weighted_sums, 0)", None, None, says="the derivative passes where the weighted sum is above 0"),
        wrong("ReLU with slope 1 at 0", "return output_gradient * (weighted_sums >= 0)", None, None, says="largest difference 3.0 at index (0, 2)"),
        wrong("ReLU changes its argument", "output_gradient[weighted_sums <= 0] = 0\nreturn output_gradient", None, None, says="For `output_gradient` after the call of relu_backward"),
        wrong("ReLU overwrites the sums", "weighted_sums[weighted_sums <= 0] = 0\nweighted_sums[weighted_sums > 0] = 1\nreturn output_gradient * weighted_sums", None, None, says="For `weighted_sums` after the call of relu_backward"),
        wrong("ReLU returns the slope", "return (weighted_sums > 0) * 1.0", None, None, says="expected [[1.0, 0.0, 0.0], [-4.0, 5.0, 0.0]], got [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]"),
        wrong("sigmoid overwrites the sums", None, "weighted_sums[:] = sigmoid(weighted_sums)\nreturn output_gradient * weighted_sums * (1 - weighted_sums)", None, says="For `weighted_sums` after the call of sigmoid_backward"),
        wrong("sigmoid overwrites the gradient", None, "s = sigmoid(weighted_sums)\noutput_gradient *= s * (1 - s)\nreturn output_gradient", None, says="For `output_gradient` after the call of sigmoid_backward"),
        wrong("dense clears the inputs", None, None, "answer = output_gradient @ weights.T, inputs.T @ output_gradient, output_gradient.sum(axis=0)\ninputs[:] = 0\nreturn answer", says="For `inputs` after the call of dense_backward"),
        wrong("dense clears the weights", None, None, "answer = output_gradient @ weights.T, inputs.T @ output_gradient, output_gradient.sum(axis=0)\nweights[:] = 0\nreturn answer", says="For `weights` after the call of dense_backward"),
        wrong("sigmoid slope at the gradient", None, "s = sigmoid(output_gradient)\nreturn output_gradient * s * (1 - s)", None, says="sigmoid(0) = 0.5, and its slope is 0.5 · (1 − 0.5)"),
        wrong("sigmoid twice", None, "s = sigmoid(sigmoid(weighted_sums))\nreturn output_gradient * s * (1 - s)", None, says="expected [[1.0, -2.0]], got [[0.940015"),
        wrong("forgets the gradient that arrives", None, "s = sigmoid(weighted_sums)\nreturn s * (1 - s)", None, says="expected [[1.0, -2.0]], got [[0.25, 0.25]]; largest difference 2.25"),
        wrong("always a quarter", None, "return output_gradient * 0.25", None, says="sigmoid(2) = 0.8808"),
        wrong("e^z overflows", None, "e = np.exp(weighted_sums)\nreturn output_gradient * e / (1 + e) ** 2", None, says="found nan at index (0, 2)"),
        wrong("averages over the batch", None, None, "n = len(inputs)\nreturn output_gradient @ weights.T, inputs.T @ output_gradient / n, output_gradient.mean(axis=0)", says="Sum over the samples, do not average."),
        wrong("keeps an axis of the bias", None, None, "return output_gradient @ weights.T, inputs.T @ output_gradient, output_gradient.sum(axis=0, keepdims=True)", says="There is an axis of length 1 too many."),
        wrong("adds the bias along the wrong axis", None, None, "return output_gradient @ weights.T, inputs.T @ output_gradient, output_gradient.sum(axis=1)", says="[2]: expected [3.0, -1.0], got [1.0, 1.0]"),
        wrong("forgets the transpose", None, None, "return output_gradient @ weights, inputs.T @ output_gradient, output_gradient.sum(axis=0)", says="in dense_backward: return output_gradient @ weights, inputs.T"),
        wrong("weights gradient transposed", None, None, "return output_gradient @ weights.T, output_gradient.T @ inputs, output_gradient.sum(axis=0)", says="It looks transposed."),
        wrong("weights first", None, None, "return inputs.T @ output_gradient, output_gradient @ weights.T, output_gradient.sum(axis=0)", says="[0]: expected an array of shape (2, 3), got shape (3, 2)"),
        right("with where, tanh and einsum", "return np.where(weighted_sums > 0, output_gradient, 0.0)", "t = np.tanh(weighted_sums / 2)\nreturn output_gradient * (1 - t * t) / 4", (
            "return (np.einsum('bu,iu->bi', output_gradient, weights), np.einsum('bi,bu->iu', inputs, output_gradient), np.ones(len(inputs)) @ output_gradient)"
        )),
        right("sample by sample", None, None, (
            "w, x = np.zeros_like(weights), []\nfor row, g in zip(inputs, output_gradient):\n    w = w + np.outer(row, g)\n    x.append(weights @ g)\nreturn np.array(x), w, sum(output_gradient)"
        )),
    ],
    "cross_entropy_with_gradient": [
        wrong("forgets the average in the gradient", SHIFTED + ONE_HOT + f"return {TAKEN}.mean(), p - one_hot", says="the gradient is divided by their number"),
        wrong("sums the loss", SHIFTED + ONE_HOT + f"return {TAKEN}.sum(), (p - one_hot) / len(labels)", says="expected 1.38629, got 2.77259"),
        wrong("true minus predicted", SHIFTED + ONE_HOT + f"return {TAKEN}.mean(), (one_hot - p) / len(labels)", says="Every sign is reversed."),
        wrong("subtracts 1 everywhere", SHIFTED + f"return {TAKEN}.mean(), (p - 1) / len(labels)", says="Subtract 1 at the true class only."),
        wrong("returns the probabilities", SHIFTED + f"return {TAKEN}.mean(), p / len(labels)", says="expected [[0.25, -0.5, 0.25]], got [[0.25, 0.5, 0.25]]"),
        wrong("divides by all numbers", SHIFTED + ONE_HOT + f"return {TAKEN}.mean(), (p - one_hot) / p.size", says="Every value is 0.333333 times the expected one."),
        wrong("overflows", "p = np.exp(logits)\np = p / p.sum(axis=1, keepdims=True)\n" + ONE_HOT + f"return {TAKEN}.mean(), (p - one_hot) / len(labels)", says="Subtract the largest logit of each row before `np.exp`"),
        wrong("takes the logarithm of 0", SHIFTED + ONE_HOT + f"return {TAKEN}.mean(), (p - one_hot) / len(labels)", says="expected 500.0, got inf"),
        wrong("protects the logarithm with a small number", SHIFTED + ONE_HOT + "return -np.log(p[np.arange(len(labels)), labels] + 1e-12).mean(), (p - one_hot) / len(labels)", says="expected 500.0, got 13.8155"),
        wrong("softmax over the batch", "shifted = logits - logits.max(axis=0)\np = np.exp(shifted)\np = p / p.sum(axis=0)\n" + ONE_HOT + f"return {TAKEN}.mean(), (p - one_hot) / len(labels)", says="this is the worked example: −ln 0.5"),
        wrong("picks whole columns", SHIFTED + ONE_HOT + "return -np.log(p[:, labels]).mean(), (p - one_hot) / len(labels)", says="no e¹⁰⁰⁰ is needed\n"),
        wrong("returns the loss only", SHIFTED + f"return {TAKEN}.mean()", says="expected a tuple of 2, got the number 0.693147"),
        wrong("changes the logits", "logits -= logits.max(axis=1, keepdims=True)\nlogs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))\n" + ONE_HOT + "return -logs[np.arange(len(labels)), labels].mean(), (np.exp(logs) - one_hot) / len(labels)", says="`logits -= ...` changes the old one"),
        wrong("the largest logit of the table", "shifted = logits - logits.max()\np = np.exp(shifted)\np = p / p.sum(axis=1, keepdims=True)\n" + ONE_HOT + "logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\nreturn -logs[np.arange(len(labels)), labels].mean(), (p - one_hot) / len(labels)", says="The largest logit of each row, not of the table."),
        wrong("subtracts 1 in whole columns", SHIFTED + f"loss = {TAKEN}.mean()\np[:, labels] -= 1\nreturn loss, p / len(labels)", says="One entry per row: `p[np.arange(n), labels]`."),
        wrong("keeps the losses apart", SHIFTED + ONE_HOT + f"return {TAKEN}, (p - one_hot) / len(labels)", says="Average the loss: it is one number."),
        right("with logaddexp and a loop", (
            "logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)\ngradient, loss = np.exp(logs), 0.0\n"
            "for row, label in enumerate(labels):\n    loss -= logs[row, label]\n    gradient[row, label] -= 1\nreturn loss / len(labels), gradient / len(labels)"
        )),
    ],
    "numeric_gradient": [
        wrong("one-sided", NUMERIC + "    gradient[index] = (function(up) - function(at)) / step\nreturn gradient", None, None, says="Move each entry up and down by `step`, and divide by twice the step."),
        wrong("divides by one step", NUMERIC + "    gradient[index] = (function(up) - function(down)) / step\nreturn gradient", None, None, says="Every value is 2.0 times the expected one."),
        wrong("ignores the step", NUMERIC.replace("step", "1e-5") + "    gradient[index] = (function(up) - function(down)) / 2e-5\nreturn gradient", None, None, says="a central difference with step 0.1"),
        wrong("moves all entries at once", "return np.full_like(at, (function(at + step) - function(at - step)) / (2 * step))", None, None, says="For numeric_gradient(check_squares, [1.0, -3.0, 0.5]): expected [2.0, -6.0, 1.0]"),
        wrong("does not move back", "gradient = np.zeros_like(at)\nfor i in np.ndindex(at.shape):\n    at[i] += step\n    up = function(at)\n    at[i] -= 2 * step\n    gradient[i] = (up - function(at)) / (2 * step)\nreturn gradient", None, None, says="the function must leave `at` as it was"),
        wrong("rows only", "gradient = np.zeros_like(at)\nfor i in range(len(at)):\n    up, down = at.copy(), at.copy()\n    up[i] += step\n    down[i] -= step\n    gradient[i] = (function(up) - function(down)) / (2 * step)\nreturn gradient", None, None, says="Move one entry at a time"),
        wrong("down minus up", NUMERIC + "    gradient[index] = (function(down) - function(up)) / (2 * step)\nreturn gradient", None, None, says="Every sign is reversed."),
        wrong("flattens", "at = at.ravel()\n" + NUMERIC + "    gradient[index] = (function(up) - function(down)) / (2 * step)\nreturn gradient", None, None, says="could not be broadcast"),
        wrong("error without the size", None, "return np.abs(gradient - numeric).max()", None, says="the largest difference is 1, the largest absolute value is 4"),
        wrong("divides by the numeric one alone", None, "return np.abs(gradient - numeric).max() / max(np.abs(numeric).max(), 1e-30)", None, says="expected 0.25, got 0.333333"),
        wrong("divides place by place", None, "return np.max(np.abs(gradient - numeric) / np.maximum(np.maximum(np.abs(gradient), np.abs(numeric)), 1e-30))", None, says="the largest difference is 0.4, the largest value is 2"),
        wrong("does not take absolute values", None, "return np.max(gradient - numeric) / max(np.abs(gradient).max(), np.abs(numeric).max(), 1e-30)", None, says="expected 0.25, got 0.0"),
        wrong("0 divided by 0", None, "return np.abs(gradient - numeric).max() / max(np.abs(gradient).max(), np.abs(numeric).max())", None, says="Test for 0 before you divide."),
        wrong("an error for each entry", None, "return np.abs(gradient - numeric) / max(np.abs(gradient).max(), np.abs(numeric).max())", None, says="expected one number, 0.25, got [0.0, 0.25]"),
        wrong("one side of the kink", None, None, "return (weighted_sums >= 0) & (weighted_sums < step)", says="The distance to 0 counts, on both sides of it: −0.0003 is near."),
        wrong("signed sums", None, None, "return weighted_sums < step", says="on both sides of it: take the absolute value."),
        wrong("one answer for all", None, None, "return bool((np.abs(weighted_sums) < step).any())", says="expected an array of shape (2, 2)"),
        wrong("one tolerance", None, None, None, "return 'right' if error < 1e-6 else 'bug'", says="For verdict(2e-05): expected 'look closer', got 'bug'"),
        wrong("tolerances a hundred times too large", None, None, None, "return 'right' if error < 1e-4 else 'bug' if error > 1e-1 else 'look closer'", says="For verdict(2e-05): expected 'look closer', got 'right'"),
        wrong("the wrong way round", None, None, None, "return 'bug' if error < 1e-6 else 'right' if error > 1e-3 else 'look closer'", says="For verdict(3e-11): expected 'right', got 'bug'"),
        wrong("no middle word", None, None, None, "if error < 1e-6:\n    return 'right'\nif error > 1e-3:\n    return 'bug'", says="For verdict(2e-05): expected 'look closer', got nothing (None)"),
        wrong("capital letters", None, None, None, "return 'Right' if error < 1e-6 else 'Bug' if error > 1e-3 else 'Look closer'", says="got 'Right'"),
        right(
            "moved in place and back, ratio of norms, a product",
            "gradient = np.empty(at.shape)\nfor i in range(at.size):\n    kept = at.flat[i]\n    at.flat[i] = kept + step\n    up = function(at)\n    at.flat[i] = kept - step\n    gradient.flat[i] = (up - function(at)) / (2 * step)\n    at.flat[i] = kept\nreturn gradient",
            "both = np.concatenate([np.ravel(gradient), np.ravel(numeric)])\nif not both.any():\n    return 0\nreturn np.ptp([0, np.max(np.abs(gradient - numeric))]) / np.max(np.abs(both))",
            "return (weighted_sums - step) * (weighted_sums + step) < 0",
            "words = ['right', 'look closer', 'bug']\nreturn words[int(np.searchsorted([1e-6, 1e-3], error))]",
        ),
    ],
    "repaired_gradients": [
        wrong("blames the average", "return 'a'", None, says='For cause(): "a" is not right.'),
        wrong("blames the weights", "return 'b'", None, says='"b" is not right'),
        wrong("a sentence", "return 'the slope'", None, says='expected one of "a", "b", "c", "d", got the text'),
        wrong("keeps the bug", None, "return broken_gradients(parameters, inputs, labels)", says="Run `gradient_report(repaired_gradients)` in a cell of your own."),
        wrong("takes the slope away", None, FORWARD + GRADIENTS, says="For the gradients['hidden weights']: "),
        wrong("ReLU's slope", None, FORWARD + "back = back * (sums > 0)\n" + GRADIENTS, says="['hidden weights']"),
        wrong("the slope at the sums, squared", None, FORWARD + "back = back * (hidden * (1 - hidden)) ** 2\n" + GRADIENTS, says="TensorFlow's own derivatives of the same network"),
        wrong("mends the weights, not the bias", None, FORWARD + "wrong_bias = (back * sigmoid(hidden) * (1 - sigmoid(hidden))).sum(axis=0)\nback = back * hidden * (1 - hidden)\n" + GRADIENTS.replace("back.sum(axis=0)", "wrong_bias"), says="For the gradients['hidden bias']: "),
        wrong("two classes only", None, FORWARD.replace("loss, g = cross_entropy_with_gradient(logits, labels)", "loss, g = cross_entropy_with_gradient(logits[:, :2], np.minimum(labels, 1))").replace("back = g @ parameters['output weights'].T", "back = g @ parameters['output weights'][:, :2].T") + "back = back * hidden * (1 - hidden)\n" + GRADIENTS, says="For the loss: expected"),
        wrong("returns the gradients only", None, FORWARD + "back = back * hidden * (1 - hidden)\n" + GRADIENTS.replace("return loss, ", "return "), says="it is a tuple of two: loss, gradients"),
        wrong("other names", None, FORWARD + "back = back * hidden * (1 - hidden)\n" + GRADIENTS.replace("'hidden weights': i", "'w': i"), says="missing: 'hidden weights'; not asked for: 'w'"),
        right("hidden * (1 - hidden)", None, FORWARD + "back = back * hidden * (1 - hidden)\n" + GRADIENTS),
        right("the slope through tanh", "letter = 'c'\nreturn letter", FORWARD + "back = back / 4 * (1 - np.tanh(sums / 2) ** 2)\n" + GRADIENTS),
    ],
    "tape_gradients": [
        wrong("takes the logits for probabilities", TAPE.format(logits="") + "return float(loss), [g.numpy() for g in gradients]", says="Is the loss told that it gets logits?"),
        wrong("sums the loss", TAPE.format(logits="from_logits=True, reduction='sum'") + "return float(loss), [g.numpy() for g in gradients]", says="expected 0.836988, got 1.67398"),
        wrong("computes outside of the tape", "with tf.GradientTape() as tape:\n    logits = model(inputs)\nloss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)\ngradients = tape.gradient(loss, model.trainable_variables)\nreturn float(loss), gradients", says="is everything from `model(inputs)` to the loss inside `with`?"),
        wrong("computes outside of the tape, and converts", "with tf.GradientTape() as tape:\n    logits = model(inputs)\nloss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)\nreturn float(loss), [g.numpy() for g in tape.gradient(loss, model.trainable_variables)]", says="Hint: A gradient of None: is everything"),
        wrong("takes a training step as well", TAPE.format(logits="from_logits=True") + "keras.optimizers.SGD(0.1).apply_gradients(zip(gradients, model.trainable_variables))\nreturn float(loss), [g.numpy() for g in gradients]", says="the function measures, it does not train"),
        wrong("uses predict", "with tf.GradientTape() as tape:\n    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, model.predict(inputs, verbose=0))\nreturn float(loss), tape.gradient(loss, model.trainable_variables)", says="none of them is None. Got 'no gradient'"),
        wrong("the weights themselves", TAPE.format(logits="from_logits=True") + "return float(loss), model.get_weights()", says="[1][0]: expected [[0.0, 0.0], [-0.75, 0.75]], got [[0.0, 0.0], [0.0, 0.0]]"),
        wrong("gradients only", TAPE.format(logits="from_logits=True") + "return [g.numpy() for g in gradients]", says="[0]: expected one number, 0.836988"),
        wrong("only the last layer", TAPE.format(logits="from_logits=True") + "return float(loss), [g.numpy() for g in gradients[-2:]]", says="expected 4 items"),
        wrong("in the other order", TAPE.format(logits="from_logits=True") + "return float(loss), [g.numpy() for g in gradients[::-1]]", says="[1][0]: expected an array of shape (2, 2), got shape (2,)"),
        wrong("swaps logits and labels", TAPE.format(logits="from_logits=True").replace("(labels, model(inputs))", "(model(inputs), labels)") + "return float(loss), [g.numpy() for g in gradients]", says="Calling tape_gradients("),
        right("in graph mode, tensors instead of arrays", (
            "@tf.function\ndef run(x, y):\n    with tf.GradientTape() as tape:\n"
            "        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True)))\n"
            "    return loss, tape.gradient(loss, model.trainable_weights)\nreturn run(tf.constant(inputs), tf.constant(labels))"
        )),
    ],
    "learn_moons": [
        wrong("uphill", trained(updates=3, sign="+"), says="the last is smaller than the first"),
        wrong("uphill until it overflows", trained(updates=1500, sign="+ 50 *").replace("losses = []", "losses = []\nnp.seterr(all='ignore')"), says="the losses are finite; they overflowed"),
        wrong("weights that start at 0", trained(updates=50, start=START + "w1, w2 = 0 * w1, 0 * w2\n"), says="did the weights start equal?"),
        wrong("records the loss of each mini-batch", MINI.format(kept="float(loss)"), says="it is the loss of the layers you return on all samples"),
        wrong("a straight line", "r = np.random.default_rng(0)\nw, b, losses = 0.1 * r.normal(size=(2, 2)), np.zeros(2), []\nfor _ in range(500):\n    loss, g = cross_entropy_with_gradient(inputs @ w + b, labels)\n    losses.append(float(loss))\n    _, dw, db = dense_backward(g, inputs, w)\n    w, b = w - dw, b - db\nreturn [(w, b, 'identity')], losses", says="For the share of fresh points on the right moon: expected a number from 0.97 to 1.0, got 0.8"),
        wrong("too few updates", trained(updates=20), says="Then try more updates"),
        wrong("forgets the slope of ReLU", trained(updates=600, start=START.replace("/ 4", "/ 40"), mask="* 1.0"), says="For the share of fresh points"),
        wrong("too many updates", trained(updates=5001, start=START.replace("24", "2")), says="it is a list of 2 to 5000 numbers"),
        wrong("returns the start", trained(updates=200).replace("return [(w1, b1, 'relu')", "return [(0 * w1, b1, 'relu')"), says="it is the loss of the layers you return"),
        wrong("made-up losses", trained(updates=800).replace("], losses", "], [0.69, 0.3]"), says="For the last loss: expected"),
        wrong("keeps only the late losses", trained(updates=900).replace("], losses", "], losses[-2:]"), says="an untrained network has about ln 2 = 0.69"),
        wrong("softmax as the last activation", trained(updates=3, last="softmax"), says="leave the softmax to it"),
        wrong("sigmoid at the end", trained(updates=3, last="sigmoid"), says="Got ['relu', 'sigmoid']"),
        wrong("returns only the layers", trained(updates=3).replace("], losses", "]"), says="End with `return layers, losses`."),
        wrong("losses as an array", trained(updates=3).replace("], losses", "], np.array(losses)"), says="Append `float(loss)` once"),
        wrong("labels of the first moons only", trained(updates=800).replace("(out, labels)", "(out, np.arange(len(labels)) % 2)"), says="For the last loss"),
        right("sigmoid units, momentum by hand", (
            "r = np.random.default_rng(3)\nw = [r.normal(size=(2, 16)), np.zeros(16), r.normal(size=(16, 2)) / 4, np.zeros(2)]\nv, losses = [0, 0, 0, 0], []\n"
            "for _ in range(900):\n    h = sigmoid(inputs @ w[0] + w[1])\n    loss, g = cross_entropy_with_gradient(h @ w[2] + w[3], labels)\n    losses.append(loss)\n"
            "    back = (g @ w[2].T) * h * (1 - h)\n    parts = [inputs.T @ back, back.sum(0), h.T @ g, g.sum(0)]\n"
            "    v = [0.9 * old - part for old, part in zip(v, parts)]\n    w = [old + part for old, part in zip(w, v)]\n"
            "return [(w[0], w[1], 'sigmoid'), (w[2], w[3], 'identity')], losses"
        )),
        right("with the functions of the lesson", trained(updates=1500)),
        right("mini-batches, the loss on all samples", MINI.format(kept="float(cross_entropy_with_gradient(np.maximum(inputs @ w1 + b1, 0) @ w2 + b2, labels)[0])")),
    ],
}
