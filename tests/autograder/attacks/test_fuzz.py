"""A thousand damaged notebooks stop nothing, gain nothing, and cost no neighbour anything."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

mutate = runpy.run_path(str(Path(__file__).parents[1] / "mutations.py"))["mutate"]
MUTATIONS = 1_000
LIMITS = {"cell_timeout": 5, "timeout": 20}
pytestmark = pytest.mark.slow


def mutated(seed: int) -> Callable[[Path], None]:
    """Return a hand-in of a notebook that is damaged in one of many ways."""

    def hand_in(folder: Path) -> None:
        file = folder / "toy.ipynb"
        file.write_bytes(mutate(file.read_text(), seed))

    return hand_in


ATTACKS = {f"mutation {seed:04d}": mutated(seed) for seed in range(MUTATIONS)}


def test_none_gains_or_crashes(attacked):
    wrong = {}
    for name in ATTACKS:
        try:
            attacked.check_no_gain(name)
        except AssertionError as error:
            wrong[name] = str(error).splitlines()[0]
    assert wrong == {}


def test_most_can_be_graded(attacked):
    """Damage that can be repaired is repaired: a refusal is for what nobody could read."""
    refused = attacked.result.counts.get("refused", 0)
    assert 0 < refused < MUTATIONS / 2, attacked.result.counts


def test_neighbours_keep_everything(attacked):
    attacked.check_inputs()
    attacked.check_neighbours()
