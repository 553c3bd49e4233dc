from answers import right, wrong

ANSWERS = {
    "fahrenheit": [
        wrong("adds before multiplying", "return (celsius + 32) * 1.8", says="expected 32.0, got 57.6"),
        wrong("forgets the 32", "return celsius * 1.8", says="expected 32.0, got 0.0"),
        wrong("divides by 1.8", "return celsius / 1.8 + 32", says="expected 212.0, got 87.5556"),
        wrong("only numbers, no arrays", "return float(celsius) * 1.8 + 32", says="Line 3 of your cell, in fahrenheit: return float(celsius)"),
        wrong("prints instead of returning", "print(celsius * 1.8 + 32)", says="`print` shows a value and does not return it"),
        wrong("mistypes NumPy's name", "return np.ad(celsius * 1.8, 32)", says="AttributeError: module 'numpy' has no attribute 'ad'"),
        wrong("returns text", "return f'{celsius * 1.8 + 32}'", says="got the text '32.0'"),
        right("as a fraction", "return 9 * np.asarray(celsius) / 5 + 32"),
    ],
    "circles": [
        wrong("calls everything deep", "return dict.fromkeys(['chess', 'line', 'faces', 'spam', 'speech'], 'DL')", says='For the chess program: "DL" is not right.'),
        wrong("takes spam for deep", "return {'chess': 'AI', 'line': 'ML', 'faces': 'DL', 'spam': 'DL', 'speech': 'DL'}", says='For the spam filter: "DL" is not right.'),
        wrong("forgets a program", "return {'chess': 'AI', 'line': 'ML', 'faces': 'DL', 'spam': 'ML'}", says="the keys are ['chess', 'faces', 'line', 'spam', 'speech']"),
        wrong("writes the words out", "return {'chess': 'artificial intelligence', 'line': 'ML', 'faces': 'DL', 'spam': 'ML', 'speech': 'DL'}", says='For the chess program: expected one of "AI", "ML", "DL"'),
        wrong("returns a list", "return ['AI', 'ML', 'DL', 'ML', 'DL']", says="Got ['AI', 'ML', 'DL', 'ML', 'DL']"),
        right("from pairs", "return dict([('chess', 'AI'), ('line', 'ML'), ('spam', 'ML'), ('faces', 'DL'), ('speech', 'DL')])"),
    ],
    "batch_shape": [
        wrong("forgets the examples", "return {'text': (200,), 'image': (28, 28, 1)}[kind]", says="32 texts of 200 words"),
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
        wrong("divides by the picture's own maximum", "return (picture / picture.max())[np.newaxis, :, :, np.newaxis].astype('float32')", says="Every value is 1.25 times the expected one"),
        wrong("returns a list", "return (picture / 255)[np.newaxis, :, :, np.newaxis].tolist()", says="expected an array of dtype float32, got a list of 1 item"),
        wrong("adds no axes", "return picture.astype('float32') / 255", says="expected an array of shape (1, 2, 3, 1), got shape (2, 3)"),
        wrong("forgets the channel axis", "return picture[np.newaxis].astype('float32') / 255", says="An axis of length 1 is missing."),
        wrong("keeps float64", "return picture[np.newaxis, :, :, np.newaxis] / 255", says="expected dtype float32, got float64"),
        wrong("forgets to divide", "return picture[np.newaxis, :, :, np.newaxis].astype('float32')", says="Every value is 255.0 times the expected one"),
        wrong("transposes", "return (picture.T[np.newaxis, :, :, np.newaxis] / 255).astype('float32')", says="got shape (1, 3, 2, 1)"),
        right("with reshape", "return np.reshape(picture / np.float32(255), (1, *picture.shape, 1)).astype('float32')"),
    ],
    "fits": [
        wrong("only two axes", "return shape[0] * shape[1] * np.dtype(dtype).itemsize <= memory", says="7,840 numbers of 8 bytes are 62,720 bytes"),
        wrong("counts numbers, not bytes", "return bool(np.prod(shape) <= memory)", says="one byte is missing"),
        wrong("strictly less", "return bool(np.prod(shape) * np.dtype(dtype).itemsize < memory)", says="a million numbers of 4 bytes just fit"),
        wrong("always four bytes", "return bool(np.prod(shape) * 4 <= memory)", says="a uint8 takes one byte"),
        wrong("returns the bytes", "return np.prod(shape) * np.dtype(dtype).itemsize", says="expected True, got the number 4000000"),
        right("by making the array", "return np.empty(shape, dtype).nbytes <= memory"),
    ],
    "center_columns": [
        wrong("median for mean", "return table - np.median(table, axis=0)", says="got [[-2.0, -20.0], [0.0, 0.0], [5.0, 20.0]]"),
        wrong("mean of everything", "return table - table.mean()", says="the means of the columns are 4 and 30"),
        wrong("centres the rows", "return table - table.mean(axis=1, keepdims=True)", says="got [[-4.5, 4.5], [-13.5, 13.5], [-21.0, 21.0]]"),
        wrong("adds the mean", "return table + table.mean(axis=0)", says="got [[5.0, 40.0], [7.0, 60.0], [12.0, 80.0]]"),
        wrong("returns the means", "return table.mean(axis=0)", says="expected an array of shape (3, 2), got shape (2,)"),
        right("column by column", "return np.stack([column - np.mean(column) for column in table.T], axis=1)"),
    ],
    "mean_squared_error": [
        wrong("lets it broadcast", "return np.mean((prediction - truth) ** 2)", says="mean_squared_error([1.0, 3.0], [[1.0], [3.0]]): expected 0.0, got 2.0"),
        wrong("flattens only the prediction", "return np.mean((np.ravel(prediction) - truth) ** 2)", says="mean_squared_error([[1.0], [3.0]], [1.0, 3.0]): expected 0.0, got 2.0"),
        wrong("forgets the square", "return np.mean(np.ravel(prediction) - np.ravel(truth))", says="expected 2.0, got -1.0"),
        wrong("sums, no average", "return np.sum((np.ravel(prediction) - np.ravel(truth)) ** 2)", says="expected 2.0, got 4.0"),
        wrong("absolute value", "return np.mean(np.abs(np.ravel(prediction) - np.ravel(truth)))", says="expected 2.0, got 1.0"),
        wrong("never complains", "return np.mean((np.ravel(prediction) - np.ravel(truth)) ** 2)", says="expected the error ValueError, but it returned 0.0"),
        wrong("complains with the wrong error", "truth, prediction = np.ravel(truth), np.ravel(prediction)\nassert len(truth) == len(prediction)\nreturn np.mean((prediction - truth) ** 2)", says="Expected the error ValueError."),
        right("as a dot product", (
            "if np.size(truth) != np.size(prediction):\n"
            "    raise ValueError('unequal')\n"
            "e = np.reshape(truth, -1) - np.reshape(prediction, -1)\n"
            "return float(e @ e) / e.size"
        )),
    ],
}
