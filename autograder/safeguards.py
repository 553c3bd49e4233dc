"""What is changed in the libraries of the judge's process before tests run in it."""

import inspect
import pickle
import sys
from typing import Any

import numpy as np

from autograder.bridge.proxies import JudgeEndpoint, Proxy, ask_about


def refuse_pickles() -> None:
    """Unpickling can run anything: no file that a learner's code may have written is unpickled here."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("a test cannot unpickle a file: it may be the learner's")

    pickle.load = refuse
    for module, name in (("pandas", "read_pickle"), ("joblib", "load")):
        if module in sys.modules:
            setattr(sys.modules[module], name, refuse)
    load = np.load

    def load_without_pickles(*args: Any, allow_pickle: bool = False, **kwargs: Any) -> Any:
        return refuse() if allow_pickle else load(*args, **kwargs)

    np.load = load_without_pickles


def find_sources() -> None:
    """Let a test look at the source of the learner's functions, which lies in the kernel."""
    for name in ("getsource", "getsourcelines"):
        here = getattr(inspect, name)

        def find(value: Any, here: Any = here, name: str = name) -> Any:
            return ask_about(value, name) if isinstance(value, Proxy) else here(value)

        setattr(inspect, name, find)


def forward_seeds(endpoint: JudgeEndpoint, is_testing: Any) -> None:
    """Let a test that seeds Keras or TensorFlow seed the learner's as well."""
    places = [("keras", ("utils", "set_random_seed")), ("tensorflow", ("random", "set_seed"))]
    for module, (group, name) in places:
        if module not in sys.modules:
            continue
        holder = getattr(sys.modules[module], group)
        seed_here = getattr(holder, name)

        def seed_both(seed: int, seed_here: Any = seed_here) -> None:
            seed_here(seed)
            if is_testing():
                endpoint.do("", "random_seed", seed)

        setattr(holder, name, seed_both)
