"""The course's data sets: one call for data that comes with the course and for data that is downloaded.

`load("celsius_to_fahrenheit")` and `load("bank")` return the same kind of object, a `Dataset` with
`features` and `targets`. Embedded sets are generated or bundled with a dependency and need no network.
Downloaded sets come from their official address, once, into a cache folder; their sha256 is checked
after the transfer and again whenever the file is used.

The cache folder is the one that the environment variable `LAYER_BY_LAYER_DATA` names, or the
operating system's cache folder for `layer-by-layer`. Nothing is downloaded when this module is imported.
"""

import csv
import difflib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from utils import download
from utils.download import DataUnavailable, RemoteFile


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Features and targets of one named data set, with what a reader has to know about them.

    name: the name given to `load`.
    features: float32 array (rows, ...). Its last axis has one entry per feature name.
    targets: one row per row of `features`. Numbers to predict: float32 array (rows, 1).
        Classes: int32 array (rows,) of indices into `classes`.
    feature_names, target_name: what the columns hold.
    description, source, licence: sentences for people.
    embedded: True if the set needs no network.
    classes: the classes' names, empty where the target is a number.
    units: unit by feature or target name; a name without a unit is missing here.
    categories: for features that are words in the file, the words. The column in `features` holds
        indices into them (float32): convert it to one-hot columns before training on it.
    index: one label per row where the rows' order matters (dates, datetime64[D]), else None.
    """

    name: str
    features: np.ndarray
    targets: np.ndarray
    feature_names: tuple[str, ...]
    target_name: str
    description: str
    source: str
    licence: str
    embedded: bool
    classes: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    index: np.ndarray | None = None

    @property
    def rows(self) -> int:
        """Number of samples."""
        return len(self.features)

    def column(self, feature_name: str) -> np.ndarray:
        """One feature of every row: float32 (rows, ...), or words (rows,) where the file has words.

        Raises ValueError for an unknown feature name.
        """
        _require_known(feature_name, self.feature_names, f"feature of {self.name}")
        values = self.features[..., self.feature_names.index(feature_name)]
        if feature_name not in self.categories:
            return values
        return np.array(self.categories[feature_name])[values.astype(int)]

    def label(self, name: str) -> str:
        """The feature's or target's name with its unit, for an axis: "height (inches)".

        Raises ValueError for an unknown name.
        """
        _require_known(name, (*self.feature_names, self.target_name), f"feature or target of {self.name}")
        return f"{name} ({self.units[name]})" if name in self.units else name

    def __repr__(self):
        return (
            f"Dataset {self.name}: {self.rows} rows\n"
            f"  features {self.features.shape} {self.features.dtype}: {_labels(self, self.feature_names)}\n"
            f"  targets  {self.targets.shape} {self.targets.dtype}: {_labels(self, [self.target_name])}"
            + (f" = {', '.join(self.classes)}" if self.classes else "")
        )


FILES = {
    "heights_weights": RemoteFile(
        "01_heights_weights_genders.csv",
        "https://raw.githubusercontent.com/johnmyleswhite/ML_for_Hackers/master/"
        "02-Exploration/data/01_heights_weights_genders.csv",
        "4c8bc1d2dc04c763584cb7ad464aa89afe7f5f4073ba46624c5c1d3b86427df6",
        418_121,
    ),
    "bank": RemoteFile(
        "bank.zip",
        "https://archive.ics.uci.edu/ml/machine-learning-databases/00222/bank.zip",
        "99d7e8eb12401ed278b793984423915411ea8df099e1795f9fefe254f513fe5e",
        579_043,
    ),
    "googl": RemoteFile(
        "GOOGL_2006-01-01_to_2018-01-01.csv",
        "https://raw.githubusercontent.com/netsatsawat/Introduction_to_ANN_tensorflow/495ccee/"
        "data/datasets_8388_11883_GOOGL_2006-01-01_to_2018-01-01.csv",
        "fc8b9efa295d0b1c46207838ca8ad31af8836fe66c226a89e8140efc47dc3a2b",
        161_692,
    ),
}
NEAREST_EMBEDDED = {"heights_weights": "two_moons", "bank": "two_moons", "googl": "random_walk"}


def names() -> tuple[str, ...]:
    """Names that `load` accepts, embedded sets first."""
    return tuple(sorted(_READERS, key=lambda name: (name in FILES, name)))


def load(name: str, fallback: str | None = None) -> Dataset:
    """The data set called `name`; shapes and units are those that `Dataset` documents.

    fallback: name of an embedded set to carry on with if the file of `name` can't be had. What was
        missing, and how to get it, is then printed instead of raised; `Dataset.name` says which set it is.

    Raises ValueError for an unknown name or a fallback that would itself need a download, and
    DataUnavailable (only without a fallback) if the file can't be had.
    """
    _require_known(name, names(), "data set")
    if fallback is not None:
        _require_embedded(fallback)
    try:
        return _READERS[name]()
    except DataUnavailable as error:
        if fallback is None:
            raise
        print(f"{error}\nWe carry on with the embedded set {fallback!r}.")
        return _READERS[fallback]()


def fetch(name: str) -> Path:
    """Path of the raw file of a downloaded set, in the cache folder; downloads it if it is not there.

    The file that is returned has the expected sha256. A damaged file in the cache is reported and
    replaced by a fresh download.

    Raises ValueError for an unknown or an embedded name, and DataUnavailable if the file can't be had.
    """
    _require_known(name, names(), "data set")
    if name not in FILES:
        raise ValueError(f"{name!r} is embedded and has no file to fetch: use load({name!r}).")
    try:
        return download.cached(FILES[name])
    except DataUnavailable as error:
        raise DataUnavailable(
            f"The data set {name!r} can't be loaded.\n{error}\n"
            f"  Without it: load({NEAREST_EMBEDDED[name]!r}) needs no download."
        ) from None


def _require_known(name: str, known: tuple[str, ...], kind: str) -> None:
    if name in known:
        return
    close = difflib.get_close_matches(str(name), known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"There is no {kind} called {name!r}.{hint} Known: {', '.join(known)}.")


def _require_embedded(name: str) -> None:
    _require_known(name, tuple(known for known in names() if known not in FILES), "embedded data set")


def _labels(dataset: Dataset, wanted) -> str:
    return ", ".join(dataset.label(name) for name in wanted)


# One reader per data set ------------------------------------------------------------------------------


def _celsius_to_fahrenheit() -> Dataset:
    celsius = np.array([[-40], [-10], [0], [8], [15], [22], [38]], dtype=np.float32)
    fahrenheit = np.array([[-40], [14], [32], [46], [59], [72], [100]], dtype=np.float32)
    return Dataset(
        name="celsius_to_fahrenheit",
        features=celsius,
        targets=fahrenheit,
        feature_names=("Celsius",),
        target_name="Fahrenheit",
        description="Seven temperatures on both scales, Fahrenheit rounded to whole degrees.",
        source="Computed with F = 1.8 C + 32 and rounded.",
        licence="No rights reserved: facts.",
        embedded=True,
        units={"Celsius": "°C", "Fahrenheit": "°F"},
    )


def two_moons(rows: int = 400, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Two interleaved half circles of radius 1, as many rows in each; `load("two_moons")` with other settings.

    noise: standard deviation of the normal noise on both coordinates. seed: another one gives fresh points.

    Raises ValueError for fewer than two rows or a noise below 0.
    """
    if rows < 2 or noise < 0:
        raise ValueError(f"two_moons takes at least 2 rows and a noise of at least 0, got {rows} rows, noise {noise}.")
    generator = np.random.default_rng(seed)
    labels = np.arange(rows) % 2
    angle = generator.uniform(0, np.pi, rows)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    points = np.where(labels[:, None] == 0, upper, lower) + generator.normal(0, noise, (rows, 2))
    return Dataset(
        name="two_moons",
        features=points.astype(np.float32),
        targets=labels.astype(np.int32),
        feature_names=("x1", "x2"),
        target_name="moon",
        description=f"Two half circles that no straight line separates, noise of standard deviation {noise}.",
        source=f"Generated with NumPy, seed {seed}.",
        licence="No rights reserved: generated.",
        embedded=True,
        classes=("upper moon", "lower moon"),
    )


def _random_walk(rows: int = 1000, step: float = 1.0, seed: int = 0) -> Dataset:
    """A price that starts at 100 and moves by a normal step of standard deviation `step` each weekday."""
    price = 100 + np.cumsum(np.random.default_rng(seed).normal(0, step, rows))
    close = price.astype(np.float32)[:, None]
    return Dataset(
        name="random_walk",
        features=close,
        targets=close.copy(),
        feature_names=("close",),
        target_name="close",
        description="A generated price: no forecast beats yesterday's value. "
        "Row t is to be predicted from the rows before it.",
        source=f"Generated with NumPy, seed {seed}.",
        licence="No rights reserved: generated.",
        embedded=True,
        units={"close": "US$"},
        index=np.busday_offset("2014-01-01", np.arange(rows), roll="forward"),
    )


def _digits() -> Dataset:
    from sklearn.datasets import load_digits

    digits = load_digits()
    return Dataset(
        name="digits",
        features=digits.images[..., None].astype(np.float32),
        targets=digits.target.astype(np.int32),
        feature_names=("brightness",),
        target_name="digit",
        description="Handwritten digits, 8 by 8 pixels: features (rows, height, width, channels).",
        source="Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak), test part.",
        licence="CC BY 4.0",
        embedded=True,
        classes=tuple("0123456789"),
        units={"brightness": "0 to 16"},
    )


def _heights_weights() -> Dataset:
    table = _read_table(fetch("heights_weights").read_text(encoding="utf-8"), delimiter=",")
    gender, classes = _codes(table["Gender"])
    return Dataset(
        name="heights_weights",
        features=_as_columns(table["Height"], table["Weight"]),
        targets=gender.astype(np.int32),
        feature_names=("height", "weight"),
        target_name="gender",
        description="10,000 heights and weights, so regular that they were probably simulated. The rows are sorted by "
        "class: shuffle before you split.",
        source="Example data of the book 'Machine Learning for Hackers' (D. Conway, J. M. White, 2012).",
        licence="Not stated: downloaded for your own use, not redistributed here.",
        embedded=False,
        classes=classes,
        units={"height": "inches", "weight": "pounds"},
    )


BANK_NUMBERS = ("age", "balance", "day", "duration", "campaign", "pdays", "previous")


def _bank() -> Dataset:
    with zipfile.ZipFile(fetch("bank")) as archive:
        table = _read_table(archive.read("bank-full.csv").decode("utf-8"), delimiter=";")
    answers, classes = _codes(table.pop("y"))
    coded = {name: _codes(words) for name, words in table.items() if name not in BANK_NUMBERS}
    columns = [coded[name][0] if name in coded else values for name, values in table.items()]
    return Dataset(
        name="bank",
        features=_as_columns(*columns),
        targets=answers.astype(np.int32),
        feature_names=tuple(table),
        target_name="deposit",
        description="45,211 calls of a bank's telephone campaign, in order of time; did the customer open "
        "a term deposit? 88 % did not. 'duration' is known only after the call: leave it out of a forecast. "
        "'pdays', the days since an earlier campaign's call, is -1 without one.",
        source="S. Moro, P. Cortez, R. Laureano: Bank Marketing, UCI Machine Learning Repository.",
        licence="CC BY 4.0",
        embedded=False,
        classes=classes,
        units={"age": "years", "balance": "euros", "duration": "seconds", "pdays": "days"},
        categories={name: words for name, (_, words) in coded.items()},
    )


def _googl() -> Dataset:
    table = _read_table(fetch("googl").read_text(encoding="utf-8"), delimiter=",")
    prices = ("open", "high", "low", "close")
    return Dataset(
        name="googl",
        features=_as_columns(*(table[name.capitalize()] for name in (*prices, "volume"))),
        targets=_as_columns(table["Close"]),
        feature_names=(*prices, "volume"),
        target_name="close",
        description="One row per trading day, 2006 to 2017. Row t is to be predicted from the rows before "
        "it: the features of a day already contain that day's closing price.",
        source="Daily prices of Alphabet (GOOGL), from a public tutorial's repository.",
        licence="Not stated: downloaded for your own use, not redistributed here.",
        embedded=False,
        units={**dict.fromkeys(prices, "US$"), "volume": "shares"},
        index=np.array(table["Date"], dtype="datetime64[D]"),
    )


_READERS: dict[str, Callable[[], Dataset]] = {
    "celsius_to_fahrenheit": _celsius_to_fahrenheit,
    "two_moons": two_moons,
    "random_walk": _random_walk,
    "digits": _digits,
    "heights_weights": _heights_weights,
    "bank": _bank,
    "googl": _googl,
}


def _read_table(text: str, delimiter: str) -> dict[str, tuple[str, ...]]:
    """A CSV file's columns by the names in its first line."""
    header, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    return dict(zip(header, zip(*rows, strict=True), strict=True))


def _codes(words) -> tuple[np.ndarray, tuple[str, ...]]:
    """Words as indices (rows,) into their alphabetical list, and that list."""
    categories, codes = np.unique(np.asarray(words), return_inverse=True)
    return codes, tuple(map(str, categories))


def _as_columns(*columns) -> np.ndarray:
    """Columns of numbers, or of texts of numbers, side by side: float32 (rows, columns)."""
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1).astype(np.float32)
