"""The names that tests see: the judge's own, and behind them the learner's."""

import builtins
from typing import Any

from autograder.bridge.proxies import JudgeEndpoint


class Namespace(dict):
    """The globals of the tests: what the judge has itself, and besides what the learner's kernel has.

    Attributes:
        endpoint: where to ask for further names, while a test runs.
        answer_names: names that answers define; a test that sets or deletes one does so in the kernel as well.
        libraries: our own libraries under the names by which answers import them.
    """

    endpoint: JudgeEndpoint | None = None
    answer_names: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.libraries: dict[str, Any] = {}

    def __missing__(self, name: str) -> Any:
        if self.endpoint is None or (hasattr(builtins, name) and name not in self.answer_names):
            raise KeyError(name)
        if name in self.libraries:
            if self.endpoint.has_name(name):
                return self.libraries[name]
            raise KeyError(name)
        return self.endpoint.name(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        if self.endpoint is None or not isinstance(name, str) or name.startswith("_"):
            return False
        return self.endpoint.has_name(name)

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        if self.endpoint is not None and name in self.answer_names:
            self.endpoint.do("", "set_name", name, value)

    def __delitem__(self, name: str) -> None:
        here = dict.__contains__(self, name)
        if here:
            super().__delitem__(name)
        if self.endpoint is not None and name in self.answer_names:
            self.endpoint.do("", "del_name", name)
        elif not here:
            raise KeyError(name)
