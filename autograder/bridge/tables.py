"""pandas' tables, columns and indexes on the bridge, as their columns of plain data.

pandas is never imported from here: where a notebook has not imported it there are no such objects.
"""

import sys
from typing import Any

import numpy as np

from autograder.bridge.codec import Decoder, Encoder, MalformedTree

_TAGS = {"frame", "column", "index", "range_index", "multi_index", "timestamp", "missing"}
_PLAIN_KINDS = "biufcmM"


def stands_for(tree: list) -> bool:
    """Whether `decode` is for this tree."""
    return tree[0] in _TAGS


def encode(value: object, encoder: Encoder) -> list | None:
    """Return the tree of a table, column, index or time of pandas, or None for anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not type(value).__module__.startswith("pandas"):
        return None
    kind = type(value)
    if kind in (pandas.DataFrame, pandas.Series) and not all(map(_is_plain_index, value.axes)):
        return None
    if kind is pandas.DataFrame:
        columns = [_values(value.iloc[:, position], encoder) for position in range(value.shape[1])]
        return ["frame", columns, encode(value.columns, encoder), encode(value.index, encoder), encoder.handle(value)]
    if kind is pandas.Series:
        return ["column", _values(value, encoder), encode(value.index, encoder), encoder.encode(value.name)]
    if kind is pandas.RangeIndex:
        return ["range_index", value.start, value.stop, value.step, encoder.encode(value.name)]
    if kind is pandas.MultiIndex:
        return ["multi_index", encoder.encode(value.tolist()), encoder.encode(list(value.names))]
    if isinstance(value, pandas.Index) and _is_plain_index(value):
        return ["index", _values(value, encoder), encoder.encode(value.name)]
    if kind is pandas.Timestamp and value.tzinfo is None:
        return ["timestamp", value.isoformat()]
    return ["missing", kind.__name__] if value is pandas.NaT or value is pandas.NA else None


def decode(tree: list, decoder: Decoder) -> Any:
    """Return the object of a tree.

    Raises:
        MalformedTree: it is none that `encode` makes.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None:
        raise MalformedTree("a table, though the notebook does not use pandas")
    match tree[0]:
        case "frame":
            index, labels = _index(tree[3], decoder), _index(tree[2], decoder)
            columns = {
                position: pandas.Series(_column(it, decoder), index=index) for position, it in enumerate(tree[1])
            }
            frame = pandas.DataFrame(columns, index=index)
            frame.columns = labels
            return decoder.adopt(tree[4], frame)
        case "column":
            name = decoder.decode(tree[3])
            return pandas.Series(_column(tree[1], decoder), index=_index(tree[2], decoder), name=name)
        case "index" | "range_index" | "multi_index":
            return _index(tree, decoder)
        case "timestamp":
            return pandas.Timestamp(str(tree[1])[:40])
        case _:
            return pandas.NaT if tree[1] == "NaTType" else pandas.NA


def change_in_place(known: Any, content: Any) -> bool:
    """Give a table the content of another, as pandas does for `inplace=True`."""
    known._update_inplace(content)
    return True


def is_table(value: object) -> bool:
    """Whether a value is exactly pandas' DataFrame."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and type(value) is pandas.DataFrame


def _is_plain_index(index: Any) -> bool:
    pandas = sys.modules["pandas"]
    return type(index) in (
        pandas.Index,
        pandas.RangeIndex,
        pandas.MultiIndex,
        pandas.DatetimeIndex,
        pandas.TimedeltaIndex,
        pandas.CategoricalIndex,
    )


def _values(column: Any, encoder: Encoder) -> list:
    """Return dtype and values of a column or index."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _PLAIN_KINDS:
        return [str(dtype), encoder.encode(np.array(column.to_numpy()))]
    if str(dtype) == "category":
        return [
            "category",
            encoder.encode(column.tolist()),
            encoder.encode(list(dtype.categories)),
            bool(dtype.ordered),
        ]
    return [str(dtype), encoder.encode(column.tolist())]


def _column(tree: list, decoder: Decoder) -> Any:
    pandas = sys.modules["pandas"]
    dtype, values = str(tree[0])[:60], decoder.decode(tree[1])
    if dtype == "category":
        return pandas.Categorical(values, categories=decoder.decode(tree[2]), ordered=tree[3] is True)
    if isinstance(values, np.ndarray):
        return values
    if type(values) is not list:
        raise MalformedTree("no column")
    return (
        pandas.array(values, dtype=dtype) if dtype != "object" else np.fromiter(values, dtype=object, count=len(values))
    )


def _index(tree: list, decoder: Decoder) -> Any:
    pandas = sys.modules["pandas"]
    match tree:
        case ["range_index", int(start), int(stop), int(step), name]:
            return pandas.RangeIndex(start, stop, step, name=decoder.decode(name))
        case ["multi_index", rows, names]:
            return pandas.MultiIndex.from_tuples(decoder.decode(rows), names=decoder.decode(names))
        case ["index", values, name]:
            return pandas.Index(_column(values, decoder), name=decoder.decode(name))
    raise MalformedTree("no index")
