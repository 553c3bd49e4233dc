from answers import right, wrong

UNIFORM = "limit = np.sqrt(3 * variance)\nreturn rng.uniform(-limit, limit, size=(n_in, n_out))"
DRAW = "rng = np.random.default_rng(seed)\nvariance = weight_variance(rule, n_in, n_out)\n"


def initial(normal, uniform=UNIFORM, start=DRAW):
    """The body of `initial_weights` with these lines for the two distributions."""
    inner = "\n".join("    " + line for line in uniform.splitlines())
    return f"{start}if distribution == 'uniform':\n{inner}\n{normal}"


TRUNCATED = (
    "s = np.sqrt(variance) / 0.87963\nweights = rng.normal(0, s, size=(n_in, n_out))\n"
    "while (outside := np.abs(weights) > 2 * s).any():\n    weights[outside] = rng.normal(0, s, size=outside.sum())\nreturn weights"
)
NO_CORRECTION = TRUNCATED.replace(" / 0.87963", "")


def tape(size):
    """The body of `gradient_by_depth` with this size of a gradient g."""
    return (
        "with tf.GradientTape() as tape:\n    loss = cross_entropy(labels, model(inputs))\n"
        f"return [float({size}) for g in tape.gradient(loss, kernels)]"
    )


def deep(initializer, layers=19, units=64, activation="relu", optimizer="keras.optimizers.RMSprop(0.0005)", output=""):
    """The body of `rescued_network`, with this text as the initialiser."""
    return (
        "model = keras.Sequential([keras.Input((64,))])\n"
        f"for _ in range({layers}):\n"
        f"    model.add(keras.layers.Dense({units}, activation='{activation}', kernel_initializer={initializer}))\n"
        f"model.add(keras.layers.Dense(10, activation='softmax'{output}))\n"
        f"model.compile(optimizer={optimizer}, loss='sparse_categorical_crossentropy')\nreturn model"
    )


def moons(hidden="", output="", units=16, activation="tanh", rate="0.05"):
    """The body of `repaired_network`, with these texts as further arguments of its two layers."""
    return (
        f"model = keras.Sequential([keras.Input((2,)), keras.layers.Dense({units}, activation='{activation}'{hidden}), "
        f"keras.layers.Dense(1, activation='sigmoid'{output})])\n"
        f"model.compile(optimizer=keras.optimizers.Adam({rate}), loss='binary_crossentropy')\nreturn model"
    )


CONSTANT = ", kernel_initializer=keras.initializers.Constant(0.5)"

ANSWERS = {
    "variance_of_sum": [
        wrong("ignores the inputs", "return len(inputs) * weight_variance", says="0.5 · (3² + 4² + 0²) = 12.5"),
        wrong("gives the standard deviation", "return np.sqrt(weight_variance * np.sum(inputs**2))", says="expected 250.0, got 15.8114"),
        wrong("does not square the inputs", "return weight_variance * np.sum(np.abs(inputs))", says="expected 12.5, got 3.5"),
        wrong("squares the variance", "return weight_variance**2 * np.sum(inputs**2)", says="expected 12.5, got 6.25"),
        wrong("averages", "return weight_variance * np.mean(inputs**2)", says="expected 250.0, got 1.0"),
        wrong("squares the sum", "return weight_variance * np.sum(inputs) ** 2", says="expected 250.0, got 62500.0"),
        wrong("prints", "print(weight_variance * np.sum(inputs**2))", says="`print` shows a value and does not return it"),
        right("as a dot product", "return float(inputs @ inputs) * weight_variance"),
        right("as a loop", "total = 0.0\nfor x in inputs:\n    total += x * x * weight_variance\nreturn total"),
    ],
    "chain_factors": [
        wrong("forgets the weight", "signal = np.tanh(weighted_sum)\nfactors.append(1 - signal**2)", says="expected 2.0, got 1.0"),
        wrong("forgets the slope", "signal = np.tanh(weighted_sum)\nfactors.append(weight)", says="the second layer's input is tanh(0.5 · 1)"),
        wrong("never lets the signal go on", "factors.append(weight * (1 - np.tanh(weighted_sum) ** 2))", says="For chain_factors(1.0, [0.5, 2.0])[1]"),
        wrong("forgets the activation", "signal = weighted_sum\nfactors.append(weight * (1 - np.tanh(signal) ** 2))", says="expected 0.940339, got 0.839949"),
        wrong("returns the product", "signal = np.tanh(weighted_sum)\nfactors = np.append(factors, weight * (1 - signal**2))\nif len(factors) == len(weights):\n    return np.prod(factors)", says="expected a list of 2, got the number -6.0"),
        wrong("does not square", "signal = np.tanh(weighted_sum)\nfactors.append(weight * (1 - signal))", says="For chain_factors(1.0, [0.5, 2.0])[0]: expected 0.393"),
        wrong("uses the sigmoid's slope", "signal = np.tanh(weighted_sum)\nfactors.append(weight * signal * (1 - signal))", says="expected 2.0, got 0.0"),
        right("with cosh", "signal = np.tanh(weighted_sum)\nfactors = [*factors, weight / np.cosh(weighted_sum) ** 2]"),
        right("as an array", "signal = np.tanh(weighted_sum)\nfactors.append(weight - weight * signal * signal)\nif len(factors) == len(weights):\n    return np.array(factors)"),
    ],
    "signal_by_depth": [
        wrong("measures after the activation", "for kernel in kernels:\n    signal = activation(signal @ kernel)\n    variances.append(np.var(signal))", says="expected 3.55556, got 1.77778"),
        wrong("forgets the activation", "for kernel in kernels:\n    signal = signal @ kernel\n    variances.append(np.var(signal))", says="expected 1.0, got 4.0"),
        wrong("one variance for each unit", "for kernel in kernels:\n    sums = signal @ kernel\n    variances.append(np.var(sums, axis=0))\n    signal = activation(sums)", says="expected one number"),
        wrong("the mean square", "for kernel in kernels:\n    sums = signal @ kernel\n    variances.append(np.mean(sums**2))\n    signal = activation(sums)", says="expected 3.55556, got 4.55556"),
        wrong("the standard deviation", "for kernel in kernels:\n    sums = signal @ kernel\n    variances.append(np.std(sums))\n    signal = activation(sums)", says="got 1.88562"),
        wrong("divides by one less", "for kernel in kernels:\n    sums = signal @ kernel\n    variances.append(np.var(sums, ddof=1))\n    signal = activation(sums)", says="expected 3.55556, got 4.0"),
        wrong("the last layer only", "for kernel in kernels:\n    sums = signal @ kernel\n    variances = [np.var(sums)]\n    signal = activation(sums)", says="expected 2 items, [16.0, 1.0], got 1"),
        wrong("always starts from the inputs", "for kernel in kernels:\n    variances.append(np.var(inputs @ kernel))", says="five layers of random sizes"),
        right("sums of squares", "for kernel in kernels:\n    sums = np.dot(signal, kernel)\n    variances += [((sums - sums.mean()) ** 2).sum() / sums.size]\n    signal = activation(sums)"),
    ],
    "initial_weights": [
        wrong("takes the units for He", "return {'lecun': 1 / n_in, 'glorot': 2 / (n_in + n_out), 'he': 2 / n_out}[rule]", None, says="expected 0.00666667, got 0.02"),
        wrong("takes the units for LeCun", "return {'lecun': 1 / n_out, 'glorot': 2 / (n_in + n_out), 'he': 2 / n_in}[rule]", None, says="expected 0.00333333, got 0.01"),
        wrong("takes 1 for Glorot", "return {'lecun': 1 / n_in, 'glorot': 1 / (n_in + n_out), 'he': 2 / n_in}[rule]", None, says="expected 0.005, got 0.0025"),
        wrong("gives the deviation", "return {'lecun': 1 / n_in, 'glorot': 2 / (n_in + n_out), 'he': 2 / n_in}[rule] ** 0.5", None, says="expected 0.00333333, got 0.057735"),
        wrong("takes the deviation for the limit", None, initial(TRUNCATED, "d = np.sqrt(variance)\nreturn rng.uniform(-d, d, size=(n_in, n_out))"), says="variance ratio of initial_weights('he', 'uniform', 400, 50"),
        wrong("draws from 0 to the limit", None, initial(TRUNCATED, "return rng.uniform(0, np.sqrt(12 * variance), size=(n_in, n_out))"), says="as many weights are negative as positive"),
        wrong("transposes", None, initial(TRUNCATED, "c = np.sqrt(3 * variance)\nreturn rng.uniform(-c, c, size=(n_out, n_in))"), says="It looks transposed"),
        wrong("forgets what the cut takes away", None, initial(NO_CORRECTION), says="variance ratio of initial_weights('he', 'normal', 400, 50"),
        wrong("does not cut", None, initial("return rng.normal(0, np.sqrt(variance), size=(n_in, n_out))"), says="largest size in initial_weights('he', 'normal'"),
        wrong("clips", None, initial("s = np.sqrt(variance)\nw = rng.normal(0, s / 0.87963, size=(n_in, n_out))\nw = np.clip(w, -2 * s / 0.87963, 2 * s / 0.87963)\nreturn w * s / w.std()"), says="deviations"),
        wrong("passes the variance as the deviation", None, initial("return rng.normal(0, variance, size=(n_in, n_out))"), says="expected a number from 0.93 to 1.07, got 0.00"),
        wrong("ignores the seed", None, initial(TRUNCATED, start=DRAW.replace("(seed)", "()")), says="the same seed gives the same weights"),
        wrong("always the same seed", None, initial(TRUNCATED, start=DRAW.replace("(seed)", "(0)")), says="another seed gives other weights"),
        wrong("uniform for both", None, DRAW + UNIFORM, says="a uniform draw ends at √3 deviations"),
        wrong("forgets to return", None, DRAW, says="nothing (None)"),
        right("scaled afterwards, through scipy", "return 2 / (n_in + n_out) if rule == 'glorot' else (2 if rule == 'he' else 1) / n_in", (
            "from scipy.stats import truncnorm\nv = weight_variance(rule, n_in, n_out)\n"
            "if distribution == 'uniform':\n    return (np.random.default_rng(seed).random((n_in, n_out)) - 0.5) * np.sqrt(12 * v)\n"
            "return truncnorm.rvs(-2, 2, size=(n_in, n_out), random_state=seed) * np.sqrt(v) / 0.879626"
        )),
        right("in float32", None, initial(TRUNCATED.replace("return weights", "return weights.astype('float32')"))),
    ],
    "output_start": [
        wrong("forgets the minus", "return np.log(1 / classes)", None, says="expected 2.30259, got -2.30259"),
        wrong("logarithm to base 10", "return np.log10(classes)", None, says="expected 2.30259, got 1.0"),
        wrong("logarithm to base 2", "return np.log2(classes)", None, says="got 3.32193"),
        wrong("always ten classes", "return 2.302585093", None, says="expected 0.693147, got 2.30259"),
        wrong("the logarithm of the share", None, "return np.log(np.mean(labels))", says="expected -1.09861, got -1.38629"),
        wrong("the share itself", None, "return np.mean(labels)", says="expected -1.09861, got 0.25"),
        wrong("the odds of class 0", None, "p = np.mean(labels)\nreturn np.log((1 - p) / p)", says="The sign is reversed"),
        wrong("counts along one axis", None, "p = labels.mean(axis=0)\nreturn np.log(p / (1 - p))", says="expected one number, 0.0"),
        right("from counts", "import math\nreturn math.log(classes)", "ones = np.sum(labels)\nreturn float(np.log(ones) - np.log(np.size(labels) - ones))"),
    ],
    "gradient_by_depth": [
        wrong("the mean of the entries", tape("np.mean(g.numpy())"), says="Square, mean, root, in this order, and only of the kernel's gradient."),
        wrong("the mean size", tape("np.mean(np.abs(g.numpy()))"), says="expected 0.53033, got 0.375"),
        wrong("the length", tape("np.linalg.norm(g.numpy())"), says="expected 0.53033, got 1.06066"),
        wrong("forgets the root", tape("np.mean(g.numpy() ** 2)"), says="expected 0.53033, got 0.28125"),
        wrong("last layer first", tape("np.sqrt(np.mean(g.numpy() ** 2))") + "[::-1]", says="First layer first, kernels only"),
        wrong("the biases too", tape("np.sqrt(np.mean(g.numpy() ** 2))").replace("kernels)", "model.trainable_variables)"), says="got 2"),
        wrong("labels and logits swapped", tape("np.sqrt(np.mean(g.numpy() ** 2))").replace("labels, model(inputs)", "model(inputs), labels"), says="stopped with an error"),
        wrong("predicts outside of the tape", "logits = model(inputs)\n" + tape("np.sqrt(np.mean(g.numpy() ** 2))").replace("model(inputs)", "logits"), says="NoneType"),
        right("with TensorFlow", tape("tf.sqrt(tf.reduce_mean(tf.square(g)))")),
        right("the watched way", (
            "sizes = []\nwith tf.GradientTape(persistent=True) as tape:\n    logits = model(tf.convert_to_tensor(inputs))\n"
            "    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))\n"
            "for kernel in kernels:\n    sizes.append(np.std(tape.gradient(loss, kernel)) ** 2 + np.mean(tape.gradient(loss, kernel)) ** 2)\n"
            "return np.sqrt(sizes)"
        )),
    ],
    "rescued_network": [
        wrong("keeps the small weights", deep("keras.initializers.RandomNormal(stddev=0.01)"), says="in hidden layer 19, divided by that in layer 1: expected a number from 0.001 to 1000"),
        wrong("Keras's default", deep("'glorot_uniform'"), says="Which rule has the variance 2 / n_in?"),
        wrong("weights of variance 1", deep("keras.initializers.RandomNormal(stddev=1.0)"), says="e+2"),
        wrong("zeros", deep("'zeros'"), says="the number of hidden layers with weights of their own: expected 19, got 1"),
        wrong("one object for all layers", "he = keras.initializers.HeNormal()\n" + deep("he"), says="one initialiser object draws the same weights"),
        wrong("tanh", deep("'glorot_uniform'", activation="tanh"), says="tanh"),
        wrong("twenty hidden layers", deep("'he_normal'", layers=20), says="Count the layers: 19 hidden ones and the output."),
        wrong("fewer units", deep("'he_normal'", units=32), says="32 units"),
        wrong("another optimizer", deep("'he_normal'", optimizer="'adam'"), says="expected the optimizer RMSprop, got Adam"),
        wrong("another learning rate", deep("'he_normal'", optimizer="'rmsprop'"), says="expected 0.0005, got 0.001"),
        wrong("an output that is far too large", deep("'he_normal'", output=", kernel_initializer=keras.initializers.Constant(1e-30), bias_initializer=keras.initializers.RandomNormal(stddev=1000.0)"), says="the lowest loss of 60 updates"),
        wrong("does not compile", deep("'he_normal'").replace("model.compile(", "dict("), says="the model is not compiled"),
        wrong("a fixed seed", deep("'he_normal'").replace("model =", "keras.utils.set_random_seed(1)\nmodel =", 1), says="two calls give other starting weights"),
        wrong("returns nothing", deep("'he_normal'").replace("return model", "model"), says="None"),
        right("uniform", deep("'he_uniform'")),
        right("with the general initialiser, everywhere", deep("keras.initializers.VarianceScaling(2.0)", output=", kernel_initializer='he_normal'")),
        right("with weights of one's own", deep("'zeros'").replace(
            "return model",
            "for layer in model.layers:\n    kernel = np.random.default_rng().normal(0, np.sqrt(2 / 64), size=layer.kernel.shape)\n"
            "    layer.set_weights([kernel, np.zeros(kernel.shape[1])])\nreturn model",
        )),
    ],
    "repaired_network": [
        wrong("counts the inputs", "return len(np.unique(np.round(kernel, 4), axis=0))", None, None, says="expected 1, got 3"),
        wrong("counts different numbers", "return np.unique(np.round(kernel, 4)).size", None, None, says="expected 2, got 3"),
        wrong("does not round", "return np.unique(kernel, axis=1).shape[1]", None, None, says="rounded to 4 decimals both columns are the same"),
        wrong("compares sizes", "return np.unique(np.abs(np.round(kernel, 4)), axis=1).shape[1]", None, None, says="a sign, or the order of the weights, makes another unit"),
        wrong("compares neighbours only", "return 1 + int(np.sum(np.abs(np.diff(np.round(kernel, 4), axis=1)).sum(axis=0) > 0))", None, None, says="expected 2, got 3."),
        wrong("adds the columns up", "return np.unique(np.round(kernel.sum(axis=0), 4)).size", None, None, says="Compare whole columns, number by number, with their signs."),
        wrong("blames the learning rate", None, "return 'a'", None, says='For diagnosis(): "a" is not right.'),
        wrong("blames saturation", None, "return 'c'", None, says='For diagnosis(): "c" is not right.'),
        wrong("names it in words", None, "return 'symmetry'", None, says="got the text 'symmetry'"),
        wrong("keeps the bug", None, None, moons(CONSTANT, CONSTANT), says="before training: expected 16, got 1"),
        wrong("repairs the output only", None, None, moons(CONSTANT), says="units that start equal part only if their weights out differ"),
        wrong("more units", None, None, moons(units=32), says="32 units"),
        wrong("ReLU", None, None, moons(activation="relu"), says="relu"),
        wrong("another learning rate", None, None, moons(rate="0.5"), says="expected 0.05, got 0.5"),
        wrong("starts far too large", None, None, moons(", kernel_initializer=keras.initializers.RandomNormal(stddev=1000.0)"), says="the largest share of moons right"),
        wrong("trained already", None, None, moons().replace("return model", (
            "moons = data.load('two_moons')\n"
            "training.fit_full_batch(model, moons.features, moons.targets, epochs=20, progress=False)\nreturn model"
        )), says="the largest bias before training"),
        wrong("takes zeros for no unit", "kept = np.round(kernel, 4)\nreturn np.unique(kept[:, np.any(kept != 0, axis=0)], axis=1).shape[1]", None, None, says="a layer of zeros is one unit"),
        right("with a set, and named initialisers", "return len({tuple(column) for column in np.round(kernel, 4).T})", "return 'b'", moons(", kernel_initializer='glorot_normal'", ", kernel_initializer='he_normal'")),
        right("the output still constant", None, None, moons("", CONSTANT)),
    ],
}
