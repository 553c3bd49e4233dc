from answers import right, wrong

TRAIN = """
weights, bias, losses = np.zeros(inputs.shape[1]), 0.0, []
for epoch in range(epochs):
    for x, y in {batches}:
        {update}
    losses.append(np.mean((inputs @ weights + bias - targets) ** 2))
return weights, bias, losses
""".strip()
BATCHES = "mini_batches(inputs, targets, batch_size, seed + epoch)"
UPDATE = "weights, bias = one_update(weights, bias, mse_gradient(x, y, weights, bias), learning_rate)"
TRAINED = TRAIN.format(batches=BATCHES, update=UPDATE)
NEURON = "model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(1, kernel_initializer='zeros')])"
SGD = "keras.optimizers.SGD(0.02)"

ANSWERS = {
    "one_update": [
        wrong("forgets the 2", "return inputs.T @ errors / len(errors), np.mean(errors)", None, says="expected [-13.0], got [-6.5]"),
        wrong("sums over the samples", "return 2 * inputs.T @ errors, 2 * np.sum(errors)", None, says="expected [-13.0], got [-26.0]"),
        wrong("turns the error round", "return -2 * inputs.T @ errors / len(errors), -2 * np.mean(errors)", None, says="expected [-13.0], got [13.0]"),
        wrong("averages over everything", "return 2 * np.mean(errors[:, None] * inputs), 2 * np.mean(errors)", None, says="expected an array of shape (1,), got one number"),
        wrong("divides by the number of inputs", "return 2 * inputs.T @ errors / inputs.shape[1], 2 * np.mean(errors)", None, says="Is each slope a mean over the samples"),
        wrong("one input only", "return np.array([2 * np.mean(errors * inputs[:, 0])]), 2 * np.mean(errors)", None, says="Every input has a slope of its own"),
        wrong("forgets the bias", "return 2 * inputs.T @ errors / len(errors)", None, says="expected 2 items"),
        wrong("uses the absolute error", "return 2 * inputs.T @ np.abs(errors) / len(errors), 2 * np.mean(np.abs(errors))", None, says="For mse_gradient([[1.0], [2.0]], [3.0, 5.0], [0.0], 0.0)[0]: expected [-13.0], got [13.0]; largest"),
        wrong("climbs", None, "return weights + learning_rate * gradient[0], bias + learning_rate * gradient[1]", says="0 − 0.1 · (−13), 2 − 0.1 · 4 and 1 − 0.1 · (−8)"),
        wrong("forgets the learning rate", None, "return weights - gradient[0], bias - gradient[1]", says="expected [1.3, 1.6], got [13.0, -2.0]"),
        wrong("always 0.1", None, "return weights - 0.1 * gradient[0], bias - 0.1 * gradient[1]", says="Is the learning rate the one that was given?"),
        wrong("forgets to update the bias", None, "return weights - learning_rate * gradient[0], bias", says="expected 1.8, got 1.0"),
        wrong("changes the old weights", None, "weights -= learning_rate * gradient[0]\nreturn weights, bias - learning_rate * gradient[1]", says="leaves the old ones as they are"),
        wrong("changes the slopes", None, "slopes, slope = gradient\nslopes *= learning_rate\nreturn weights - slopes, bias - learning_rate * slope", says="the slopes in the gradient, after one_update: expected [-13.0, 4.0], got [-1.3, 0.4]"),
        right("as loops", (
            "slopes = np.zeros(len(weights))\nfor x, e in zip(inputs, errors):\n    slopes = slopes + 2 * e * x\n"
            "return slopes / len(inputs), sum(2 * e for e in errors) / len(inputs)"
        ), "slopes, slope = gradient\nnew = weights.copy()\nnew -= learning_rate * slopes\nreturn new, bias - slope * learning_rate"),
        right("with einsum, in single precision", "return (2 * np.einsum('si,s->i', inputs, errors) / len(inputs)).astype('float32'), float(errors.mean() * 2)", None),
    ],
    "logistic_gradient": [
        wrong("forgets the sigmoid", "errors = inputs @ weights + bias - targets\nreturn inputs.T @ errors / len(errors), np.mean(errors)", says="a = 0.5 and y = 1, so a − y = −0.5"),
        wrong("keeps the 2 of the square", "errors = sigmoid(inputs @ weights + bias) - targets\nreturn 2 * inputs.T @ errors / len(errors), 2 * np.mean(errors)", says="expected [-1.0, 2.0], got [-2.0, 4.0]"),
        wrong("keeps the sigmoid's slope", "a = sigmoid(inputs @ weights + bias)\nerrors = (a - targets) * a * (1 - a)\nreturn inputs.T @ errors / len(errors), np.mean(errors)", says="expected [-1.0, 2.0], got [-0.25, 0.5]"),
        wrong("turns the error round", "errors = targets - sigmoid(inputs @ weights + bias)\nreturn inputs.T @ errors / len(errors), np.mean(errors)", says="expected [-1.0, 2.0], got [1.0, -2.0]"),
        wrong("forgets the bias in the sum", "errors = sigmoid(inputs @ weights) - targets\nreturn inputs.T @ errors / len(errors), np.mean(errors)", says="measured by moving each weight and the bias a little up and down"),
        wrong("sums over the samples", "errors = sigmoid(inputs @ weights + bias) - targets\nreturn inputs.T @ errors, np.sum(errors)", says="Every value is 5.0 times the expected one."),
        wrong("multiplies all three links", "a = sigmoid(inputs @ weights + bias)\nerrors = (a - targets) / (a * (1 - a)) * a * (1 - a)\nreturn inputs.T @ errors / len(errors), np.mean(errors)", says="Cancel a (1 − a) on paper"),
        right("with the larger half of the sigmoid", "z = inputs @ weights + bias\na = np.exp(-np.logaddexp(0.0, -z))\nreturn ((a - targets)[:, None] * inputs).mean(axis=0), float((a - targets).mean())"),
        right("with tanh", "errors = 0.5 * (1 + np.tanh((inputs @ weights + bias) / 2)) - targets\nreturn [float(np.mean(errors * column)) for column in inputs.T], errors.mean()"),
    ],
    "mini_batches": [
        wrong("rounds down", "return samples // batch_size", None, says="1000 / 64 = 15.625, rounded up"),
        wrong("always adds one", "return samples // batch_size + 1", None, says="1000 / 50 = 20 leaves nothing over"),
        wrong("does not round", "return samples / batch_size", None, says="expected 16, got 15.625"),
        wrong("does not shuffle", None, "return [(inputs[s:s + batch_size], targets[s:s + batch_size]) for s in range(0, len(inputs), batch_size)]", says="the samples are shuffled"),
        wrong("drops the last batch", None, "order = np.random.default_rng(seed).permutation(len(inputs))\nreturn [(inputs[order[s:s + batch_size]], targets[order[s:s + batch_size]]) for s in range(0, len(inputs) - batch_size + 1, batch_size)]", says="the number of batches of mini_batches(10 samples, batch_size=4, seed=0): expected 3, got 2"),
        wrong("shuffles inputs and targets apart", None, "rng = np.random.default_rng(seed)\na, b = rng.permutation(len(inputs)), rng.permutation(len(inputs))\nreturn [(inputs[a[s:s + batch_size]], targets[b[s:s + batch_size]]) for s in range(0, len(inputs), batch_size)]", says="every sample keeps its own target"),
        wrong("draws with repetition", None, "rng = np.random.default_rng(seed)\norder = rng.integers(0, len(inputs), len(inputs))\nreturn [(inputs[order[s:s + batch_size]], targets[order[s:s + batch_size]]) for s in range(0, len(inputs), batch_size)]", says="every sample comes exactly once in an epoch"),
        wrong("always the same seed", None, "order = np.random.default_rng(0).permutation(len(inputs))\nreturn [(inputs[order[s:s + batch_size]], targets[order[s:s + batch_size]]) for s in range(0, len(inputs), batch_size)]", says="another seed gives another order"),
        wrong("no seed at all", None, "order = np.random.default_rng().permutation(len(inputs))\nreturn [(inputs[order[s:s + batch_size]], targets[order[s:s + batch_size]]) for s in range(0, len(inputs), batch_size)]", says="the same seed gives the same order"),
        wrong("shuffles the batches only", None, "starts = np.random.default_rng(seed).permutation(np.arange(0, len(inputs) - len(inputs) % batch_size, batch_size)).tolist()\nstarts += [len(inputs) - len(inputs) % batch_size] * (len(inputs) % batch_size > 0)\nreturn [(inputs[s:s + batch_size], targets[s:s + batch_size]) for s in starts]", says="Shuffle the samples, not the batches."),
        wrong("shuffles the data themselves", None, "np.random.default_rng(seed).shuffle(inputs)\nnp.random.default_rng(seed).shuffle(targets)\nreturn [(inputs[s:s + batch_size].copy(), targets[s:s + batch_size].copy()) for s in range(0, len(inputs), batch_size)]", says="must leave `inputs` and `targets` in their order"),
        wrong("shuffles the targets in place", None, "order = np.random.default_rng(seed).permutation(len(inputs))\ntargets[:] = targets[order]\nx = inputs[order]\nreturn [(x[s:s + batch_size], targets[s:s + batch_size].copy()) for s in range(0, len(inputs), batch_size)]", says="the targets, after mini_batches"),
        wrong("only begins elsewhere", None, "order = np.roll(np.arange(len(inputs)), seed + 1)\nreturn [(inputs[order[s:s + batch_size]], targets[order[s:s + batch_size]]) for s in range(0, len(inputs), batch_size)]", says="an order that only starts elsewhere is none"),
        wrong("compares the batch sizes", None, None, "return math.ceil(epochs * other_batch_size / batch_size)", says="For fair_epochs(10, 4, 5, 4): expected 6, got 5"),
        wrong("rounds the fair epochs down", None, None, "return batches_per_epoch(samples, batch_size) * epochs // batches_per_epoch(samples, other_batch_size)", says="For fair_epochs(1000, 8, 64, 3): expected 24, got 23"),
        wrong("returns the updates", None, None, "return batches_per_epoch(samples, batch_size) * epochs", says="For fair_epochs(10, 4, 5, 4): expected 6, got 12"),
        wrong("always one epoch more", None, None, "return batches_per_epoch(samples, batch_size) * epochs // batches_per_epoch(samples, other_batch_size) + 1", says="For fair_epochs(10, 4, 5, 4): expected 6, got 7"),
        wrong("never fewer epochs than before", None, None, "updates = batches_per_epoch(samples, batch_size) * epochs\nreturn max(epochs, math.ceil(updates / batches_per_epoch(samples, other_batch_size)))", says="For fair_epochs(10, 4, 1, 4): expected 2, got 4"),
        right("fair epochs counted up", None, None, "count = 1\nwhile count * -(-samples // other_batch_size) < -(-samples // batch_size) * epochs:\n    count += 1\nreturn count"),
        wrong("yields the inputs alone", None, "order = np.random.default_rng(seed).permutation(len(inputs))\nfor s in range(0, len(inputs), batch_size):\n    yield inputs[order[s:s + batch_size]]", says="it is a pair: the inputs of the batch and their targets"),
        wrong("forgets to return", None, "order = np.random.default_rng(seed).permutation(len(inputs))", says="it is a list of pairs, or yields pairs. Got None."),
        wrong("returns only the first batch", None, "order = np.random.default_rng(seed).permutation(len(inputs))\nreturn inputs[order[:batch_size]], targets[order[:batch_size]]", says="the number of batches of mini_batches(10 samples, batch_size=4, seed=0): expected 3, got 2.\nWhy: 10 samples in batches of 4"),
        right("a list, split by NumPy", "return -(-samples // batch_size)", "order = np.argsort(np.random.default_rng(seed).random(len(inputs)))\nparts = np.split(order, range(batch_size, len(inputs), batch_size))\nreturn [(inputs[p], targets[p]) for p in parts]"),
    ],
    "train_neuron": [
        wrong("one update per epoch", TRAIN.format(batches="[(inputs, targets)]", update=UPDATE), None, says="5 equal samples in batches of 2 make 3 updates in each epoch"),
        wrong("drops the last batch", TRAIN.format(batches=f"list({BATCHES})[: max(1, len(inputs) // batch_size)]", update=UPDATE), None, says="the losses[0]: expected 0.186624"),
        wrong("notes the loss before the epoch", TRAINED.replace("for x, y", "losses.append(np.mean((inputs @ weights + bias - targets) ** 2))\n    for x, y").replace("    losses.append(np.mean((inputs @ weights + bias - targets) ** 2))\nreturn", "return"), None, says="expected 1.685, got 17.0"),
        wrong("notes a loss for every update", TRAIN.format(batches=BATCHES, update=UPDATE + "\n        losses.append(0.0)"), None, says="expected 1 items, [1.685], got 2"),
        wrong("starts at random", TRAINED.replace("np.zeros(inputs.shape[1])", "np.random.default_rng(0).normal(size=inputs.shape[1])"), None, says="Start at 0; one update after every batch"),
        wrong("forgets the bias", TRAIN.format(batches=BATCHES, update="weights, _ = one_update(weights, bias, mse_gradient(x, y, weights, bias), learning_rate)"), None, says="one epoch in one batch is the single update of the worked example"),
        wrong("returns the losses alone", TRAINED.replace("return weights, bias, losses", "return losses"), None, says="it is a tuple of three: weights, bias, losses"),
        wrong("always the same order", TRAIN.format(batches="mini_batches(inputs, targets, batch_size, seed)", update=UPDATE), None, says="the samples are shuffled anew each time"),
        wrong("always 0.1", TRAINED.replace("learning_rate)", "0.1)"), None, says="[0.0001, 0.001, 0.01, 0.1], 16, 10): expected 0.1, got 0.0001.\nWhy: these samples have no noise"),
        wrong("the largest rate", None, "return max(rates)", says="at a rate of 1e9 the loss overflows"),
        wrong("nan wins", None, "last = [train_neuron(inputs, targets, rate, batch_size, epochs)[2][-1] for rate in rates]\nreturn rates[int(np.argmin(last))]", says="What do `min` and `np.argmin` do with `nan`?"),
        wrong("the first loss decides", None, "first = [train_neuron(inputs, targets, rate, batch_size, epochs)[2][0] for rate in rates]\nreturn rates[int(np.nanargmax(first))]", says="For best_rate(an array of shape (60, 3) and dtype float64, an array of shape (60,) and dtype float64, [0.0001, 0.001, 0.01, 0.1], 16, 10): expected 0.1, got 0.0001.\nWhy"),
        wrong("ignores the seed", TRAIN.format(batches="mini_batches(inputs, targets, batch_size, epoch)", update=UPDATE), None, says="another seed gives another training"),
        wrong("the lowest loss on the way decides", None, "lowest = [min(it for it in train_neuron(inputs, targets, rate, batch_size, epochs)[2] + [np.inf] if it == it) for rate in rates]\nreturn rates[int(np.argmin(lowest))]", says="the objective dips to 0.0012 in the first epoch and then climbs to 19.7"),
        wrong("returns the place", None, "last = [train_neuron(inputs, targets, rate, batch_size, epochs)[2][-1] for rate in rates]\nreturn int(np.nanargmin(last))", says="expected 0.1, got 3"),
        right("one array of all numbers", (
            "ones = np.column_stack([inputs, np.ones(len(inputs))])\nline = np.zeros(ones.shape[1])\nlosses = np.zeros(epochs)\nrng = np.random.default_rng(seed)\n"
            "for epoch in range(epochs):\n    order = rng.permutation(len(ones))\n    for start in range(0, len(ones), batch_size):\n        rows = order[start : start + batch_size]\n"
            "        line = line - learning_rate * 2 * ones[rows].T @ (ones[rows] @ line - targets[rows]) / len(rows)\n    losses[epoch] = np.mean((ones @ line - targets) ** 2)\nreturn line[:-1], line[-1], losses"
        ), "best, lowest = None, np.inf\nfor rate in rates:\n    loss = train_neuron(inputs, targets, rate, batch_size, epochs)[2][-1]\n    if loss < lowest:\n        best, lowest = rate, loss\nreturn best"),
    ],
    "repaired_model": [
        wrong("blames the rate", "return 'a'", None, says='For cause(): "a" is not right.'),
        wrong("blames the last batch", "return 'c'", None, says='For cause(): "c" is not right.'),
        wrong("keeps the bug", None, f"{NEURON}\nmodel.compile(optimizer={SGD}, loss=keras.losses.MeanSquaredError(reduction='sum'))\nreturn model", says="(1² + 3²) / 2 = 5, an average"),
        wrong("hides it with a lower rate", None, f"{NEURON}\nmodel.compile(optimizer=keras.optimizers.SGD(0.0025), loss='mse')\nreturn model", says="A smaller rate would hide the bug"),
        wrong("takes Adam", None, f"{NEURON}\nmodel.compile(optimizer=keras.optimizers.Adam(0.02), loss='mse')\nreturn model", says="expected the optimizer SGD, got Adam"),
        wrong("adds momentum", None, f"{NEURON}\nmodel.compile(optimizer=keras.optimizers.SGD(0.02, momentum=0.9), loss='mse')\nreturn model", says="For the momentum of the optimizer: expected 0.0, got 0.9"),
        wrong("another loss", None, f"{NEURON}\nmodel.compile(optimizer={SGD}, loss='mae')\nreturn model", says="expected the loss mean_squared_error, got mean_absolute_error"),
        wrong("forgets to compile", None, f"{NEURON}\nreturn model", says="the model is not compiled"),
        wrong("returns nothing", None, f"{NEURON}\nmodel.compile(optimizer={SGD}, loss='mse')", says="Does the function return the model?"),
        right("with a loss object", None, f"{NEURON}\nmodel.compile(optimizer={SGD}, loss=keras.losses.MeanSquaredError())\nreturn model"),
    ],
    "momentum_step": [
        wrong("subtracts the velocity", "return weights - velocity, velocity", says="and the weights move by them"),
        wrong("forgets Nesterov", "return weights + velocity, velocity", says="Nesterov moves by 0.9 · (−0.1) − 0.1 = −0.19"),
        wrong("always Nesterov", "return weights + momentum * velocity - learning_rate * gradient, velocity", says="expected [0.9, 0.75, 1.45], got [0.81, 0.975, 1.405]"),
        wrong("swaps the two", "step = momentum * velocity - learning_rate * gradient if nesterov else velocity\nreturn velocity, weights + step", says="expected [0.9, 0.75, 1.45], got [-0.1, -0.25, 0.45]"),
        wrong("returns Nesterov's step as velocity", "step = momentum * velocity - learning_rate * gradient if nesterov else velocity\nreturn weights + step, step", says="expected [-0.1, -0.25], got [-0.19, -0.025]"),
        wrong("always 0.9", "step = 0.9 * velocity - learning_rate * gradient if nesterov else velocity\nreturn weights + step, velocity", says="Are `momentum` and `learning_rate` the ones that were given?"),
        wrong("forgets the velocity", "return weights + (momentum * velocity - learning_rate * gradient if nesterov else velocity)", says="expected 2 items"),
        wrong("changes the old weights", "weights += momentum * velocity - learning_rate * gradient if nesterov else velocity\nreturn weights, velocity", says="leaves the old ones as they are"),
        wrong("changes the gradient", "gradient *= learning_rate\nreturn weights + (momentum * velocity - gradient if nesterov else velocity), velocity", says="the gradient, after momentum_step: expected [2.0, 3.0], got [0.2, 0.3]"),
        right("in one expression", "return weights + np.where(nesterov, momentum * velocity - learning_rate * gradient, velocity), velocity"),
    ],
    "rmsprop_step": [
        wrong("epsilon outside the root", "mean_square = rho * mean_square + (1 - rho) * gradient**2\nreturn weights - learning_rate * gradient / (np.sqrt(mean_square) + epsilon), mean_square", says="Epsilon stands inside the root."),
        wrong("forgets the root", "mean_square = rho * mean_square + (1 - rho) * gradient**2\nreturn weights - learning_rate * gradient / (mean_square + epsilon), mean_square", says="two weights move by 0.316"),
        wrong("swaps rho and 1 − rho", "mean_square = (1 - rho) * mean_square + rho * gradient**2\nreturn weights - learning_rate * gradient / np.sqrt(mean_square + epsilon), mean_square", says="expected [-0.316228, 0.316228, 0.0], got [-0.105409, 0.105409, 0.0]"),
        wrong("divides by the old average", "new = rho * mean_square + (1 - rho) * gradient**2\nreturn weights - learning_rate * gradient / np.sqrt(mean_square + epsilon), new", says="got [-31622.8, 316.228, 0.0]"),
        wrong("loses the sign", "mean_square = rho * mean_square + (1 - rho) * gradient**2\nreturn weights - learning_rate * np.abs(gradient) / np.sqrt(mean_square + epsilon), mean_square", says="got [-0.316228, -0.316228, 0.0]"),
        wrong("averages over the weights", "mean_square = rho * mean_square + (1 - rho) * np.mean(gradient**2)\nreturn weights - learning_rate * gradient / np.sqrt(mean_square + epsilon), mean_square", says="got [-0.54"),
        wrong("forgets the average", "mean_square = rho * mean_square + (1 - rho) * gradient**2\nreturn weights - learning_rate * gradient / np.sqrt(mean_square + epsilon)", says="expected 2 items"),
        wrong("changes the old average", "mean_square *= rho\nmean_square += (1 - rho) * gradient**2\nreturn weights - learning_rate * gradient / np.sqrt(mean_square + epsilon), mean_square", says="leaves the old ones as they are"),
        wrong("changes the gradient", "mean_square = rho * mean_square + (1 - rho) * gradient**2\ngradient *= learning_rate\nreturn weights - gradient / np.sqrt(mean_square + epsilon), mean_square", says="the gradient, after rmsprop_step: expected [2.0, 3.0], got [0.2, 0.3]"),
        right("as a correction of the average", "new = mean_square + (1 - rho) * (gradient * gradient - mean_square)\nreturn weights - learning_rate * gradient * (new + epsilon) ** -0.5, new"),
    ],
    "adam_step": [
        wrong("forgets the correction", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nreturn weights - learning_rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square", says="the first update moves each weight by the learning rate"),
        wrong("epsilon inside the root", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)\nreturn weights - rate * mean / np.sqrt(mean_square + epsilon), mean, mean_square", says="expected [0.5], got [0.32918]"),
        wrong("the paper's first form", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nm, s = mean / (1 - beta_1**step), mean_square / (1 - beta_2**step)\nreturn weights - learning_rate * m / (np.sqrt(s) + epsilon), mean, mean_square", says="expected [0.5], got [0.4]"),
        wrong("returns corrected averages", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)\nreturn weights - rate * mean / (np.sqrt(mean_square) + epsilon), mean / (1 - beta_1**step), mean_square / (1 - beta_2**step)", says="expected [0.3, -100.0], got [3.0, -1000.0]"),
        wrong("always the first step", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_2) / (1 - beta_1)\nreturn weights - rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square", says="the weights after update 2"),
        wrong("swaps the betas", "mean = beta_2 * mean + (1 - beta_2) * gradient\nmean_square = beta_1 * mean_square + (1 - beta_1) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_1**step) / (1 - beta_2**step)\nreturn weights - rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square", says="expected [0.3, -100.0], got [0.003, -1.0]"),
        wrong("uses the gradient, not its mean", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_2**step)\nreturn weights - rate * gradient / (np.sqrt(mean_square) + epsilon), mean, mean_square", says="m = 0.5 · 2 + 0.5 · 4 = 3"),
        wrong("corrects with a product", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_2 * step) / (1 - beta_1 * step)\nreturn weights - rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square", says="For the weights after update 2, betas 0.875 and 0.96875: found nan"),
        wrong("forgets the averages", "mean = beta_1 * mean + (1 - beta_1) * gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2\nrate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)\nreturn weights - rate * mean / (np.sqrt(mean_square) + epsilon)", says="expected 3 items"),
        wrong("changes the gradient", "mean = beta_1 * mean + (1 - beta_1) * gradient\ngradient *= gradient\nmean_square = beta_2 * mean_square + (1 - beta_2) * gradient\nrate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)\nreturn weights - rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square", says="the gradient, after adam_step: expected [2.0, 3.0], got [4.0, 9.0]"),
        right("as corrections of the averages", "m = mean + (1 - beta_1) * (gradient - mean)\ns = mean_square + (1 - beta_2) * (gradient * gradient - mean_square)\nfactor = (1 - beta_2**step) ** 0.5 / (1 - beta_1**step)\nreturn [weights - learning_rate * factor * m / (s**0.5 + epsilon), m, s]"),
    ],
}
