from answers import right, wrong

CLIP = "p = np.clip(y_pred, 1e-7, 1 - 1e-7)\n"
ADAM = "optimizer=keras.optimizers.Adam(0.02)"
FROM_LOGITS = "loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
BY_NAME = "loss='sparse_categorical_crossentropy'"
RAW = "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])\n"
SOFTMAX = "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation='softmax')])\n"
PAIRS = "{'rent': 'e', 'spam': 'i', 'sign': 'c', 'calls': 'g', 'digit': 'h', 'one_hot_digit': 'f', 'digit_logits': 'a', 'topics': 'd', 'votes': 'b'}"


def pairs(**changes):
    return f"return {PAIRS} | {changes!r}"


def model(layers, compiled):
    return f"{layers}model.compile({ADAM}, {compiled})\nreturn model"


ANSWERS = {
    "error_measures": [
        wrong("target minus output", "return y_true - y_pred", None, None, says="For error([[3.0, 1.0, 2.0], [0.0, 4.0, 5.0]], [[2.5, 4.0, 2.0], [0.0, 4.0, 4.0]]): expected"),
        wrong("forgets the square", None, "return np.mean(y_pred - y_true, axis=-1)", None, says="(0.25 + 9 + 0) / 3 for the first sample"),
        wrong("sums the squares", None, "return np.sum((y_true - y_pred) ** 2, axis=-1)", None, says="expected [3.08333, 0.333333], got [9.25, 1.0]"),
        wrong("averages down the columns", None, "return np.mean((y_true - y_pred) ** 2, axis=0)", None, says="expected an array of shape (2,), got shape (3,)"),
        wrong("averages everything", None, "return np.mean((y_true - y_pred) ** 2)", None, says="expected an array of shape (2,), got one number"),
        wrong("root of the mean square", None, "return np.sqrt(np.mean((y_true - y_pred) ** 2, axis=-1))", None, says="expected [3.08333, 0.333333], got [1.75594"),
        wrong("forgets the absolute value", None, None, "return np.mean(y_pred - y_true, axis=-1)", says="(0.5 + 3 + 0) / 3 for the first sample"),
        wrong("absolute value of the mean", None, None, "return np.abs(np.mean(y_pred - y_true, axis=-1))", says="got [0.833333, 0.333333]"),
        wrong("keeps the axis", None, None, "return np.mean(np.abs(y_pred - y_true), axis=-1, keepdims=True)", says="There is an axis of length 1 too many"),
        wrong("three outputs only", None, None, "e = abs(y_pred - y_true)\nreturn (e[:, 0] + e[:, 1] + e[:, 2]) / 3", says="mean_absolute_error"),
        wrong("lets Keras compute it", None, "return keras.losses.mean_squared_error(y_true, y_pred)", None, says="no tensor of Keras"),
        right("as a loop, and with a norm", "return np.subtract(y_pred, y_true)", "e = y_true - y_pred\nreturn np.einsum('bo,bo->b', e, e) / e.shape[1]", "return np.array([sum(abs(p - t) for t, p in zip(ts, ps)) / len(ts) for ts, ps in zip(y_true, y_pred)])"),
    ],
    "regression_losses": [
        wrong("forgets the percent", "return np.mean(np.abs((y_pred - y_true) / np.maximum(np.abs(y_true), 1e-7)), axis=-1)", None, None, says="Every value is 0.01 times the expected one"),
        wrong("divides by the target with its sign", "return 100 * np.mean(np.abs(y_pred - y_true) / np.maximum(y_true, 1e-7), axis=-1)", None, None, says="also for −50"),
        wrong("divides by the output", "return 100 * np.mean(np.abs(y_pred - y_true) / np.maximum(np.abs(y_pred), 1e-7), axis=-1)", None, None, says="10, 20 and 0 percent for the first sample"),
        wrong("divides by zero", "return 100 * np.mean(np.abs((y_pred - y_true) / y_true), axis=-1)", None, None, says="found inf at index 0"),
        wrong("adds a whole one", "return 100 * np.mean(np.abs(y_pred - y_true) / (np.abs(y_true) + 1), axis=-1)", None, None, says="expected [10.0, 16.6667], got"),
        wrong("forgets the 1", None, "return np.mean((np.log(np.maximum(y_pred, 1e-7)) - np.log(np.maximum(y_true, 1e-7))) ** 2, axis=-1)", None, says="1 + y doubles twice in the first sample"),
        wrong("keeps negative outputs", None, "return np.mean((np.log(1 + y_pred) - np.log(1 + np.maximum(y_true, 1e-7))) ** 2, axis=-1)", None, says="inside both logarithms"),
        wrong("keeps negative targets", None, "return np.mean((np.log(1 + np.maximum(y_pred, 0)) - np.log1p(y_true)) ** 2, axis=-1)", None, says="found nan at index 1"),
        wrong("forgets the square of the logarithms", None, "return np.mean(np.abs(np.log1p(y_pred.clip(0)) - np.log1p(y_true.clip(0))), axis=-1)", None, says="ln(4)² / 2"),
        wrong("overflows", None, None, "return np.mean(np.log(np.cosh(y_pred - y_true)), axis=-1)", says="for a large error log-cosh is its size minus ln 2"),
        wrong("forgets ln 2", None, None, "e = y_pred - y_true\nreturn np.mean(np.logaddexp(e, -e), axis=-1)", says="off by the same 0.693147"),
        wrong("overflows below zero", None, None, "e = y_pred - y_true\nreturn np.mean(e + np.log1p(np.exp(-2 * e)) - np.log(2), axis=-1)", says="found inf at index 1"),
        wrong("half a square", None, None, "return np.mean((y_pred - y_true) ** 2 / 2, axis=-1)", says="ln 1.5431 = 0.4338"),
        wrong("adds the epsilon", "return 100 * np.mean(np.abs(y_pred - y_true) / (np.abs(y_true) + EPSILON), axis=-1)", None, None, says="it is not added"),
        wrong("lets Keras compute it", None, None, "return keras.losses.log_cosh(y_true, y_pred)", says="no tensor of Keras"),
        right(
            "written in other ways",
            "e = abs(y_pred - y_true) / abs(y_true).clip(EPSILON)\nreturn 100 * e.sum(axis=1) / e.shape[1]",
            "ratio = (1 + y_pred.clip(EPSILON)) / (1 + y_true.clip(EPSILON))\nreturn np.mean(np.log(ratio) ** 2, axis=1)",
            "e = np.abs(y_true - y_pred)\nreturn np.mean(e + np.log1p(np.exp(-2 * e)) - np.log(2), axis=-1)",
        ),
    ],
    "hinge_losses": [
        wrong("doubles every label", "return 2 * labels - 1", None, None, None, says="labels that are −1 and 1 already stay as they are"),
        wrong("returns 0 and 1", "return labels", None, None, None, says="a label 0 becomes −1, a label 1 stays 1"),
        wrong("swaps yes and no", "return np.where(labels == 0, 1.0, -1.0)", None, None, None, says="Every sign is reversed"),
        wrong("changes the labels in place", "labels[labels == 0] = -1\nreturn labels", None, None, None, says="the labels belong to the caller"),
        wrong("rewards the wrong side", None, "return np.mean(np.maximum(0.0, 1 + signs * y_pred), axis=-1)", None, None, says="to the margin 0, 0.5 and 3 are missing"),
        wrong("no floor at zero", None, "return np.mean(1 - signs * y_pred, axis=-1)", None, None, says="got [0.5, 0.833333]"),
        wrong("floor after the mean", None, "return np.maximum(0, np.mean(1 - signs * y_pred, axis=-1))", None, None, says="For hinge([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]"),
        wrong("takes the labels as they came", None, "return np.mean(np.maximum(0.0, 1 - y_true * y_pred), axis=-1)", None, None, says="expected [1.16667, 0.833333], got [0.833333"),
        wrong("squares the mean", None, None, "return np.mean(np.maximum(0.0, 1 - signs * y_pred), axis=-1) ** 2", None, says="the squares are 0, 0.25 and 9"),
        wrong("squares before the floor", None, None, "return np.mean(np.maximum(0.0, (1 - signs * y_pred) ** 2), axis=-1)", None, says="got [4.41667"),
        wrong("best score of all", None, None, None, "return np.maximum(0, 1 + y_pred.max(axis=-1) - np.sum(y_true * y_pred, axis=-1))", says="1 + 1.5 − 2, 1 + 4 − 1, nothing"),
        wrong("best wrong score alone", None, None, None, "wrong = np.where(y_true == 1, -np.inf, y_pred)\nreturn np.maximum(0, 1 + wrong.max(axis=-1) - np.sum(y_true * y_pred, axis=-1))", says="where both wrong scores are below 0"),
        wrong("no margin", None, None, None, "return np.maximum(0, np.max((1 - y_true) * y_pred, axis=-1) - np.sum(y_true * y_pred, axis=-1))", says="got [0.0, 3.0, 0.0, 0.0]"),
        wrong("lets Keras compute it", None, None, None, "return keras.losses.categorical_hinge(y_true, y_pred)", says="no tensor of Keras"),
        right(
            "written in other ways",
            "return 2.0 * labels - 1 if labels.min() >= 0 else 1.0 * labels",
            "margins = signs * y_pred\nreturn np.where(margins < 1, 1 - margins, 0).mean(axis=1)",
            "return np.array([np.mean([max(0, 1 - s * p) ** 2 for s, p in zip(ss, ps)]) for ss, ps in zip(signs, y_pred)])",
            "right = y_pred[y_true == 1]\nwrong = np.where(y_true == 1, 0, y_pred).max(axis=1)\nreturn np.clip(1 + wrong - right, 0, None)",
        ),
    ],
    "crossentropies": [
        wrong("forgets the sign", CLIP + "return np.sum(y_true * np.log(p), axis=-1)", None, None, says="Every sign is reversed"),
        wrong("averages over the classes", CLIP + "return -np.mean(y_true * np.log(p), axis=-1)", None, None, says="Every value is 0.333333 times the expected one"),
        wrong("logarithm of base 2", CLIP + "return -np.sum(y_true * np.log2(p), axis=-1)", None, None, says="Every value is 1.4427 times the expected one"),
        wrong("takes the largest label", CLIP + "return -np.log(p[np.arange(len(p)), y_true.argmax(axis=-1)])", None, None, says="the label is shared by two classes"),
        wrong("clips nothing", "return -np.sum(y_true * np.log(y_pred), axis=-1)", None, None, says="a probability of 0 counts as 1e-7"),
        wrong("the most probable class", None, CLIP + "return -np.log(p.max(axis=-1))", None, says="class 0 of the first row has 0.7, class 1 of the second row 0.3"),
        wrong("takes whole columns", None, CLIP + "return -np.log(p[:, y_true])", None, says="expected an array of shape (2,), got shape (2, 2)"),
        wrong("always two rows", None, CLIP + "return -np.log(p[[0, 1], y_true[:2]])", None, says="expected an array of shape (3,), got shape (2,)"),
        wrong("clips nothing in sparse", None, "return -np.log(y_pred[np.arange(len(y_true)), y_true])", None, says="class 2 has 1 and then 0"),
        wrong("only the yes term", None, None, CLIP + "return -np.mean(y_true * np.log(p), axis=-1)", says="a label 0 pays −ln(1 − p)"),
        wrong("sums the outputs", None, None, CLIP + "return -np.sum(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=-1)", says="Every value is 2.0 times the expected one"),
        wrong("clips below only", None, None, "p = np.maximum(y_pred, 1e-7)\nreturn -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=-1)", says="found inf at index 1"),
        wrong("labels as switches", None, None, CLIP + "return -np.mean(np.log(np.where(y_true > 0.5, p, 1 - p)), axis=-1)", says="the function of this name in keras.losses"),
        wrong("lets Keras compute it", "return keras.losses.categorical_crossentropy(y_true, y_pred)", None, None, says="no tensor of Keras"),
        right(
            "written in other ways",
            "p = np.minimum(np.maximum(y_pred, EPSILON), 1 - EPSILON)\nreturn np.einsum('bc,bc->b', y_true, -np.log(p))",
            "one_hot = np.eye(y_pred.shape[1])[y_true]\nreturn categorical_crossentropy(one_hot, y_pred)",
            CLIP + "return (-y_true * np.log(p / (1 - p)) - np.log(1 - p)).mean(axis=1)",
        ),
    ],
    "crossentropy_from_logits": [
        wrong("overflows", "return np.log(np.sum(np.exp(logits), axis=-1)) - logits[np.arange(len(y_true)), y_true]", None, says="right and sure costs nothing, wrong and sure the distance"),
        wrong("over the clipped softmax", "p = np.exp(logits - logits.max(axis=-1, keepdims=True))\np = np.clip(p / p.sum(axis=-1, keepdims=True), 1e-7, 1)\nreturn -np.log(p[np.arange(len(y_true)), y_true])", None, says="expected [0.0, 1000.0, 0.693147], got [-0.0, 16.1181"),
        wrong("largest of the whole batch", "z = logits - logits.max()\nreturn np.log(np.exp(z).sum(axis=-1)) - z[np.arange(len(y_true)), y_true]", None, says="found -inf at index 2"),
        wrong("shifts only the sum", "z = logits - logits.max(axis=-1, keepdims=True)\nreturn np.log(np.exp(z).sum(axis=-1)) - logits[np.arange(len(y_true)), y_true]", None, says="the softmax of these logits is 0.7, 0.2, 0.1"),
        wrong("takes logits for probabilities", "return -np.log(logits[np.arange(len(y_true)), y_true])", None, says="got [-0.66573, -0.0940478]"),
        wrong("forgets the score of the class", "m = logits.max(axis=-1, keepdims=True)\nreturn (m + np.log(np.exp(logits - m).sum(axis=-1, keepdims=True)))[:, 0]", None, says="expected [0.356675, 1.20397], got [2.30259, 2.30259]"),
        wrong("sum of all scores", "z = logits - logits.max(axis=-1, keepdims=True)\nreturn np.log(np.exp(z).sum()) - z[np.arange(len(y_true)), y_true]", None, says="got [1.12986, 1.82301]"),
        wrong("binary overflows", None, "return np.mean(np.log(1 + np.exp(logits)) - y_true * logits, axis=-1)", says="wrong and sure costs the size of the score"),
        wrong("binary over the clipped sigmoid", None, "p = np.clip(np.exp(-np.logaddexp(0, -logits)), 1e-7, 1 - 1e-7)\nreturn -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=-1)", says="expected [1000.0, 1000.0, 0.0, 0.0], got [16.1181"),
        wrong("binary with the wrong sign", None, "return np.mean(np.logaddexp(0, -logits) - y_true * logits, axis=-1)", says="the sigmoid of these logits is 0.9, 0.6 and 0.5, 0.75"),
        wrong("binary sums", None, "return np.sum(np.logaddexp(0, logits) - y_true * logits, axis=-1)", says="Every value is 2.0 times the expected one"),
        wrong("binary for 0 and 1 only", None, "return np.mean(np.logaddexp(0, np.where(y_true == 1, -logits, logits)), axis=-1)", says="it is what keras.losses gives with from_logits=True"),
        wrong("lets Keras compute it", "return keras.losses.sparse_categorical_crossentropy(y_true, logits, from_logits=True)", None, says="no tensor of Keras"),
        right(
            "written in other ways",
            "return np.array([np.logaddexp.reduce(z) - z[c] for c, z in zip(y_true, logits)])",
            "return (np.maximum(logits, 0) - logits * y_true + np.log1p(np.exp(-np.abs(logits)))).mean(axis=1)",
        ),
    ],
    "distribution_losses": [
        wrong("divides the other way", "t, p = np.clip(y_true, 1e-7, 1), np.clip(y_pred, 1e-7, 1)\nreturn np.sum(t * np.log(p / t), axis=-1)", None, None, says="mind which is divided by which"),
        wrong("swaps target and output", "t, p = np.clip(y_true, 1e-7, 1), np.clip(y_pred, 1e-7, 1)\nreturn np.sum(p * np.log(p / t), axis=-1)", None, None, says="0.5 ln(0.5 / 0.25) = 0.5 ln 2"),
        wrong("cross-entropy", "return -np.sum(y_true * np.log(np.clip(y_pred, 1e-7, 1)), axis=-1)", None, None, says="got [1.03972"),
        wrong("clips only the output", "return np.sum(y_true * np.log(y_true / np.clip(y_pred, 1e-7, 1)), axis=-1)", None, None, says="found nan at index 0; expected 0.346"),
        wrong("clips only the target", "t = np.clip(y_true, 1e-7, 1)\nreturn np.sum(t * np.log(t / y_pred), axis=-1)", None, None, says="an output of 0 counts as 1e-7"),
        wrong("Poisson sums", None, "return np.sum(y_pred - y_true * np.log(y_pred + 1e-7), axis=-1)", None, says="For poisson([[3.0, 0.0], [2.0, 2.0]]"),
        wrong("Poisson takes the target's logarithm", None, "return np.mean(y_pred - y_pred * np.log(y_true + 1e-7), axis=-1)", None, says="The logarithm is that of the output"),
        wrong("Poisson without epsilon", None, "return np.mean(y_pred - y_true * np.log(y_pred), axis=-1)", None, says="an output of 0 becomes 1e-7 inside the logarithm"),
        wrong("Poisson with the sign reversed", None, "return np.mean(y_true * np.log(y_pred + 1e-7) - y_pred, axis=-1)", None, says="Every sign is reversed"),
        wrong("cosine without the minus", None, None, "a = np.sum(y_true * y_pred, axis=-1)\nreturn a / np.maximum(np.linalg.norm(y_true, axis=-1) * np.linalg.norm(y_pred, axis=-1), 1e-7)", says="got [1.0, 0.0, -0.6]"),
        wrong("cosine without the lengths", None, None, "return -np.sum(y_true * y_pred, axis=-1)", says="got [-10.0, -0.0, 3.0]"),
        wrong("cosine of zeros is not a number", None, None, "return -np.sum(y_true * y_pred, axis=-1) / (np.linalg.norm(y_true, axis=-1) * np.linalg.norm(y_pred, axis=-1))", says="a row of zeros has no direction"),
        wrong("cosine of the whole batch", None, None, "return np.full(len(y_true), -np.sum(y_true * y_pred) / np.maximum(np.linalg.norm(y_true) * np.linalg.norm(y_pred), 1e-7))", says="the same direction, a right angle"),
        wrong("lets Keras compute it", "return keras.losses.kl_divergence(y_true, y_pred)", None, None, says="no tensor of Keras"),
        right(
            "written in other ways",
            "t, p = y_true.clip(1e-7), y_pred.clip(1e-7)\nreturn (t * (np.log(t) - np.log(p))).sum(axis=1)",
            "y_pred = np.asarray(y_pred, dtype=float)\nreturn np.array([np.mean(p - t * np.log(p + EPSILON)) for t, p in zip(y_true, y_pred)])",
            "def unit(rows):\n    return rows / np.linalg.norm(rows, axis=-1, keepdims=True).clip(1e-7)\nreturn -(unit(y_true) * unit(y_pred)).sum(axis=-1)",
        ),
    ],
    "matching_pairs": [
        wrong("takes the hinge for a rent", pairs(rent="c"), says='For matching_pairs()["rent"]: "c" is not right.'),
        wrong("topics that exclude each other", pairs(topics="f"), says="Ten answers of yes or no that do not exclude each other."),
        wrong("one-hot labels for the sparse loss", pairs(digit="f", one_hot_digit="h"), says='For matching_pairs()["digit"]: "f" is not right.'),
        wrong("softmax for raw scores", pairs(digit_logits="h"), says="What must the loss be told?"),
        wrong("sigmoid for the sign", pairs(sign="i", spam="c"), says="One output between 0 and 1, read as a probability."),
        wrong("votes by cross-entropy", pairs(votes="f"), says="A cross-entropy of shares is above 0 even where both agree."),
        wrong("forgets a task", "return {'rent': 'e', 'spam': 'i'}", says="missing: 'sign'"),
        wrong("writes the loss out", pairs(calls="poisson"), says='expected one of "a", "b", "c"'),
        wrong("returns a list", "return list('eicghfadb')", says="expected a dictionary with the keys 'rent'"),
        wrong("answers everything alike", f"return dict.fromkeys({PAIRS}, 'e')", says='For matching_pairs()["spam"]: "e" is not right.'),
        right("from two texts", "tasks = 'rent spam sign calls digit one_hot_digit digit_logits topics votes'\nreturn dict(zip(tasks.split(), 'eicghfadb'))"),
    ],
    "repaired_pair": [
        wrong("blames the learning rate", "return 'c'", None, None, says='For diagnosis(): "c" is not right.'),
        wrong("blames the single layer", "return 'b'", None, None, says='For diagnosis(): "b" is not right.'),
        wrong("answers in words", "return 'raw scores'", None, None, says='expected one of "a", "b", "c", "d"'),
        wrong("keeps the bug", None, model(RAW, BY_NAME), None, says="the loss that repaired_loss() computes"),
        wrong("does both at once", None, model(SOFTMAX, FROM_LOGITS), None, says="`repaired_loss` keeps the layer as it is"),
        wrong("repairs the output with both", None, None, model(SOFTMAX, FROM_LOGITS), says="the loss that repaired_output() computes"),
        wrong("sigmoids as in the article", None, None, model(SOFTMAX.replace("softmax", "sigmoid"), BY_NAME), says="sigmoid"),
        wrong("squares the errors", None, None, model(SOFTMAX, "loss='mse'"), says="got mean_squared_error"),
        wrong("another learning rate", None, model(RAW, FROM_LOGITS).replace("0.02", "0.01"), None, says="expected 0.02, got 0.01"),
        wrong("forgets to compile", None, RAW + "return model", None, says="the model is not compiled"),
        wrong("forgets to return", None, RAW + f"model.compile({ADAM}, {FROM_LOGITS})", None, says="Does the function return the model?"),
        wrong("a hidden layer more", None, model("model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8), keras.layers.Dense(3)])\n", FROM_LOGITS), None, says="8 units"),
        right(
            "functional, with loss objects and without a metric",
            "cause = 'a'\nreturn cause",
            "inputs = keras.Input((2,))\nmodel = keras.Model(inputs, keras.layers.Dense(3, activation='linear')(inputs))\n"
            f"model.compile({ADAM}, {FROM_LOGITS})\nreturn model",
            model(SOFTMAX, "loss=keras.losses.SparseCategoricalCrossentropy()"),
        ),
    ],
}
