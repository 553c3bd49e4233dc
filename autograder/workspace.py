"""The files of a submission: the judge's own folder of them, and what the warden reports of the learner's."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.bridge.wire import Channel, DeadlinePassed, Disconnected, ProtocolError

SECONDS_FOR_FILES = 20.0
SECONDS_FOR_THE_END = 2.0
_CODE_SUFFIXES = (".py", ".pyc", ".so", ".ipynb", ".pth")


class Workspace:
    """A folder with the instructor's files and the learner's data, kept like the one in the sandbox.

    Args:
        given: the instructor's files beside the notebooks.
        control: the channel to the warden of the learner's kernel.

    Attributes:
        changed: files that the learner's code wrote, by path.
        gone: paths of files that it removed.
        end: how the warden says that the kernel ended, or None.
    """

    def __init__(self, given: dict[str, bytes], control: Channel) -> None:
        self._given, self._control = given, control
        self.changed: dict[str, bytes] = {}
        self.gone: list[str] = []
        self.end: dict[str, str] | None = None

    @contextlib.contextmanager
    def entered(self, files: dict[str, bytes]) -> Iterator[None]:
        """Work in the folder; import only the instructor's modules."""
        with tempfile.TemporaryDirectory(prefix="judge-") as folder:
            given, work = Path(folder, "given"), Path(folder, "work")
            for path, content in self._given.items():
                _write(given / path, content)
                _write(work / path, content)
            for path, content in files.items():
                if path not in self._given and not path.endswith(_CODE_SUFFIXES):
                    _write(work / path, content)
            work.mkdir(exist_ok=True)
            os.chdir(work)
            sys.path[:] = [str(given), *(entry for entry in sys.path if entry)]
            self._stamps = _stamps()
            yield
            os.chdir("/")

    def fetch(self) -> None:
        """Bring the learner's new files here, where tests may read them; none that Python would import."""
        changed, gone = self.ask_for_changes()
        for path in gone:
            with contextlib.suppress(OSError):
                Path(path).unlink()
        for path, content in changed.items():
            if path not in self._given and not path.endswith(_CODE_SUFFIXES):
                _write(Path(path), content)
        self._stamps = _stamps()

    def hand_over(self) -> None:
        """Give files that a test wrote here to the learner's kernel."""
        now = _stamps()
        new = [path for path, stamp in now.items() if self._stamps.get(path) != stamp]
        self._stamps = now
        if new:
            limit = time.monotonic() + SECONDS_FOR_FILES
            with contextlib.suppress(Disconnected, DeadlinePassed, ProtocolError):
                self._control.send({"put": new}, [Path(path).read_bytes() for path in new], limit)
                self._control.receive(limit)

    def ask_for_changes(self) -> tuple[dict[str, bytes], list[str]]:
        """Return the files that the learner's code wrote since the last time, and those that are gone."""
        limit = time.monotonic() + SECONDS_FOR_FILES
        try:
            self._control.send("files", (), limit)
            while True:
                tree, blobs = self._control.receive(limit)
                if "changed" in tree:
                    break
                self.end = tree
        except (Disconnected, DeadlinePassed, ProtocolError):
            return {}, []
        files = {path: blob for path, blob in zip(tree["changed"], blobs, strict=False) if _is_inside(path)}
        self.changed |= files
        self.gone = [path for path in {*self.gone, *tree["gone"]} if path not in files and _is_inside(path)]
        return files, tree["gone"]

    def learn_end(self) -> None:
        """Hear from the warden how the kernel ended."""
        if self.end is None and self._control.wait(time.monotonic() + SECONDS_FOR_THE_END):
            with contextlib.suppress(Disconnected, DeadlinePassed, ProtocolError):
                tree, _ = self._control.receive(time.monotonic() + SECONDS_FOR_THE_END)
                self.end = tree if "end" in tree else None


def _stamps() -> dict[str, tuple[int, int]]:
    """Return by what each file in the working directory is known when it changes."""
    found = {path: path.stat() for path in Path().rglob("*") if path.is_file()}
    return {str(path): (about.st_mtime_ns, about.st_size) for path, about in found.items()}


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _is_inside(path: object) -> bool:
    return isinstance(path, str) and not os.path.isabs(path) and ".." not in Path(path).parts and "\0" not in path
