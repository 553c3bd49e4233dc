from answers import right, wrong

ANSWERS = {
    "fahrenheit": [
        wrong("adds before multiplying", "return (celsius + 32) * 1.8", says="expected 32.0, got 57.6"),
        wrong("forgets the 32", "return celsius * 1.8", says="expected 32.0, got 0.0"),
        wrong("divides by 1.8", "return celsius / 1.8 + 32", says="expected 212.0, got 87.5556"),
        wrong("only numbers, no arrays", "return float(celsius) * 1.8 + 32", says="Line 8 of your cell, in fahrenheit: return float(celsius)"),
        wrong("prints instead of returning", "print(celsius * 1.8 + 32)", says="`print` shows a value and does not return it"),
        wrong("mistypes NumPy's name", "return np.ad(celsius * 1.8, 32)", says="AttributeError: module 'numpy' has no attribute 'ad'"),
        wrong("returns text", "return f'{celsius * 1.8 + 32}'", says="got the text '32.0'"),
        wrong("rounds", "return np.round(celsius * 1.8 + 32, 1)", says="expected 70.5875, got 70.6"),
        right("as a fraction", "return 9 * np.asarray(celsius) / 5 + 32"),
    ],
    "circles": [
        wrong("calls everything deep", "return dict.fromkeys(['chess', 'line', 'faces', 'spam', 'speech'], 'DL')", says='For the chess program: "DL" is not right.'),
        wrong("takes spam for deep", "return {'chess': 'AI', 'line': 'ML', 'faces': 'DL', 'spam': 'DL', 'speech': 'DL'}", says='For the spam filter: "DL" is not right.'),
        wrong("forgets a program", "return {'chess': 'AI', 'line': 'ML', 'faces': 'DL', 'spam': 'ML'}", says="the dictionary's keys differ; missing: 'speech'."),
        wrong("writes the words out", "return {'chess': 'artificial intelligence', 'line': 'ML', 'faces': 'DL', 'spam': 'ML', 'speech': 'DL'}", says='For the chess program: expected one of "AI", "ML", "DL"'),
        wrong("returns a list", "return ['AI', 'ML', 'DL', 'ML', 'DL']", says="expected a dictionary with the keys 'chess', 'line', 'faces', 'spam', 'speech', got a list of 5 items"),
        wrong("returns the keys", "return {'chess', 'line', 'faces', 'spam', 'speech'}", says="got an object of type set"),
        wrong("mistypes a key", "return {'ches': 'AI', 'line': 'ML', 'faces': 'DL', 'spam': 'ML', 'speech': 'DL'}", says="missing: 'chess'; not asked for: 'ches'"),
        wrong("writes small letters", "return {'chess': 'ai', 'line': 'ml', 'faces': 'dl', 'spam': 'ml', 'speech': 'dl'}", says='got the text \'ai\'. Spell it as in "AI".'),
        wrong("prints", "print({'chess': 'AI'})", says="`print` shows a value"),
        right("from pairs", "return dict([('chess', 'AI'), ('line', 'ML'), ('spam', 'ML'), ('faces', 'DL'), ('speech', 'DL')])"),
    ],
    "batch_shape": [
        wrong("forgets the examples", "return {'text': (200,), 'image': (28, 28, 1)}[kind]", says="examples, then words: two axes"),
        wrong("always 32 examples", "return {'text': (32, 200), 'image': (32, 28, 28, 1)}[kind]", says="expected 8, got 32"),
        wrong(
            "32 examples in one kind",
            "return {'text': (examples, 200), 'speech': (examples, 16000, 1), 'time series': (examples, 60, 5), 'image': (examples, 28, 28, 1), 'video': (8, 16, 90, 120, 3)}[kind]",
            says="now there are",
        ),
        wrong("forgets a kind", "return shapes[kind]", says="KeyError: 'image'"),
        wrong("no channel for grey", "return (examples, 200) if kind == 'text' else (examples, 28, 28)", says="the channel axis is there even for grey pictures"),
        wrong("swaps days and values", "return {'text': (examples, 200), 'image': (examples, 28, 28, 1), 'time series': (examples, 5, 60)}[kind]", says="examples, then days, then measured values"),
        wrong(
            "width before height",
            "return (examples, *{'text': (200,), 'image': (28, 28, 1), 'time series': (60, 5), 'speech': (16000, 1), 'video': (16, 120, 90, 3)}[kind])",
            says="height comes before width",
        ),
        right("with match", (
            "match kind:\n"
            "    case 'text': rest = [200]\n"
            "    case 'speech': rest = [16000, 1]\n"
            "    case 'time series': rest = [60, 5]\n"
            "    case 'image': rest = [28, 28, 1]\n"
            "    case 'video': rest = [16, 90, 120, 3]\n"
            "return tuple([examples] + rest)"
        )),
    ],
    "as_batch": [
        wrong("divides by the picture's own maximum", "batch = (brightness / brightness.max())[np.newaxis, :, :, np.newaxis]", says="Every value is 1.25 times the expected one"),
        wrong("returns a list", "return (picture / 255)[np.newaxis, :, :, np.newaxis].tolist()", says="expected an array of dtype float32, got a list of 1 item"),
        wrong("returns the array", "return (brightness / 255)[np.newaxis, :, :, np.newaxis]", says="this must hold: it is a TensorFlow tensor"),
        wrong("adds no axes", "batch = brightness / 255", says="expected an array of shape (1, 2, 3, 1), got shape (2, 3)"),
        wrong("forgets the channel axis", "batch = brightness[np.newaxis] / 255", says="An axis of length 1 is missing."),
        wrong("goes back to float64", "batch = picture[np.newaxis, :, :, np.newaxis] / 255", says="expected dtype float32, got float64"),
        wrong("forgets to divide", "batch = brightness[np.newaxis, :, :, np.newaxis]", says="Every value is 255.0 times the expected one"),
        wrong("transposes", "batch = brightness.T[np.newaxis, :, :, np.newaxis] / 255", says="got shape (1, 3, 2, 1)"),
        wrong("forgets to fill the batch", "pass", says="NameError: name 'batch' is not defined"),
        right("with reshape", "batch = np.reshape(picture / np.float32(255), (1, *picture.shape, 1)).astype('float32')"),
        right("in TensorFlow", "return tf.cast(picture, 'float32')[tf.newaxis, :, :, tf.newaxis] / 255"),
    ],
    "fits": [
        wrong("only two axes", "return shape[0] * shape[1] * np.dtype(dtype).itemsize <= memory", says="7,840 numbers of 8 bytes are 62,720 bytes"),
        wrong("counts numbers, not bytes", "return bool(np.prod(shape) <= memory)", says="one byte is missing"),
        wrong("strictly less", "return bool(np.prod(shape) * np.dtype(dtype).itemsize < memory)", says="a million numbers of 4 bytes just fit"),
        wrong("always four bytes", "return bool(np.prod(shape) * 4 <= memory)", says="a uint8 takes one byte"),
        wrong("returns the bytes", "return np.prod(shape) * np.dtype(dtype).itemsize", says="expected True, got the number 4000000"),
        wrong("int32 product", "return bool(np.prod(shape, dtype='int32') * np.dtype(dtype).itemsize <= memory)", says="19.6 billion bytes"),
        wrong("reads the digits of the dtype", "import math\nbits = int(''.join(c for c in dtype if c.isdigit()) or 0)\nreturn math.prod(shape) * bits // 8 <= memory", says='For fits((10, 10), \'bool\', 99): expected False, got True'),
        wrong("prints", "print(True)", says="expected True, got nothing (None). Does every path"),
        right("with math.prod", "import math\nreturn math.prod(shape) * np.dtype(dtype).itemsize <= memory"),
        right("with NumPy's truth value", "return np.prod(shape, dtype='float64') * np.dtype(dtype).itemsize <= memory"),
    ],
    "center_columns": [
        wrong("median for mean", "return table - np.median(table, axis=0)", says="got [[-2.0, -20.0], [0.0, 0.0], [5.0, 20.0]]"),
        wrong("mean of everything", "return table - table.mean()", says="the means of the columns are 4 and 30"),
        wrong("centres the rows", "return table - table.mean(axis=1, keepdims=True)", says="got [[-4.5, 4.5], [-13.5, 13.5], [-21.0, 21.0]]"),
        wrong("adds the mean", "return table + table.mean(axis=0)", says="got [[5.0, 40.0], [7.0, 60.0], [12.0, 80.0]]"),
        wrong("returns the means", "return table.mean(axis=0)", says="expected an array of shape (3, 2), got shape (2,)"),
        wrong("right for few rows only", "return table - (table.mean(axis=0) if len(table) < 7 else 0)", says="in a table of any size"),
        right("as a list of rows", "return [list(row) for row in table - table.mean(axis=0)]"),
        right("as a tensor", "return tf.constant(table) - tf.reduce_mean(table, axis=0)"),
        right("column by column", "return np.stack([column - np.mean(column) for column in table.T], axis=1)"),
    ],
    "mean_squared_error": [
        wrong("lets it broadcast", "return np.mean((prediction - truth) ** 2)", says="mean_squared_error([1.0, 3.0], [[1.0], [3.0]]): expected 0.0, got 2.0"),
        wrong("flattens only the prediction", "return np.mean((np.ravel(prediction) - truth) ** 2)", says="mean_squared_error([[1.0], [3.0]], [1.0, 3.0]): expected 0.0, got 2.0"),
        wrong("forgets the square", "return np.mean(np.ravel(prediction) - np.ravel(truth))", says="expected 2.0, got -1.0"),
        wrong("sums, no average", "return np.sum((np.ravel(prediction) - np.ravel(truth)) ** 2)", says="expected 2.0, got 4.0"),
        wrong("absolute value", "return np.mean(np.abs(np.ravel(prediction) - np.ravel(truth)))", says="expected 2.0, got 1.0"),
        wrong("never complains", "return np.mean((np.ravel(prediction) - np.ravel(truth)) ** 2)", says="expected the error ValueError, but it returned 0.0"),
        wrong("complains in one order only", "truth, prediction = np.ravel(truth), np.ravel(prediction)\nif len(truth) > len(prediction):\n    raise ValueError('too few')\nreturn np.mean((prediction - truth) ** 2)", says="mean_squared_error([0.0], [0.0, 0.0, 0.0]): expected the error ValueError"),
        wrong("complains about one value only", "truth, prediction = np.ravel(truth), np.ravel(prediction)\nif 1 in (truth.size, prediction.size) and truth.size != prediction.size:\n    raise ValueError('one value')\nreturn np.mean((np.resize(prediction, truth.size) - truth) ** 2)", says="the numbers of examples differ"),
        wrong("complains without a word", "truth, prediction = np.ravel(truth), np.ravel(prediction)\nif truth.size != prediction.size:\n    raise ValueError\nreturn np.mean((prediction - truth) ** 2)", says="The error says nothing."),
        wrong("complains with the wrong error", "truth, prediction = np.ravel(truth), np.ravel(prediction)\nassert len(truth) == len(prediction)\nreturn np.mean((prediction - truth) ** 2)", says="Expected the error ValueError."),
        right("as a dot product", (
            "if np.size(truth) != np.size(prediction):\n"
            "    raise ValueError('unequal')\n"
            "e = np.reshape(truth, -1) - np.reshape(prediction, -1)\n"
            "return float(e @ e) / e.size"
        )),
    ],
}
