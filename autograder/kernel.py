"""An IPython kernel without sockets and threads: it runs cells in this process and collects their outputs.

Everything that notebooks can expect of a Jupyter kernel is there (magics, rich output, top-level await, `get_ipython()`
with its `kernel`), but no thread is running when it is made, so that a process can make one and then fork.
"""

import asyncio
import builtins
import contextlib
import getpass
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")

import ipykernel.debugger
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import ExecutionResult
from jupyter_client.session import Session
from traitlets import Type

MAX_OUTPUT_BYTES = 5 * 2**20
# What of a message's content belongs into a notebook file, by the type of the message.
_KEPT = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}
_STREAMS = ("stdout", "stderr")


class OutputCollector:
    """The outputs of a cell, in the form that a notebook file has."""

    def __init__(self) -> None:
        self._outputs: list[dict[str, Any]] = []
        self._bytes = 0
        self._clear_waits = False
        self.overflowed = False

    def take(self) -> list[dict[str, Any]]:
        """Return what was collected, and begin anew."""
        outputs, self._outputs, self._bytes, self._clear_waits = self._outputs, [], 0, False
        self.overflowed = False
        return outputs

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Add the content of a message that a kernel publishes, until there is too much."""
        if kind == "clear_output":
            self._clear(content)
            return
        if kind == "update_display_data":
            self._update(content)
        if kind not in _KEPT:
            return
        if self._clear_waits:
            self._clear({})
        size = len(content["text"]) if kind == "stream" else len(str(content))
        if self._bytes + size > MAX_OUTPUT_BYTES and kind != "error":
            self._overflow(kind, content)
            return
        self._bytes += size
        self._append(kind, content)

    def _append(self, kind: str, content: dict[str, Any]) -> None:
        last = self._outputs[-1] if self._outputs else {}
        if kind == "stream" and last.get("output_type") == "stream" and last["name"] == content["name"]:
            last["text"] += content["text"]
            return
        output = {"output_type": kind, **{key: content[key] for key in _KEPT[kind] if key in content}}
        if display_id := content.get("transient", {}).get("display_id"):
            output["display_id"] = display_id
        self._outputs.append(output)

    def _overflow(self, kind: str, content: dict[str, Any]) -> None:
        """Keep what fits of the first text that is too much, and say so."""
        if self.overflowed:
            return
        self.overflowed = True
        if kind == "stream":
            fits = content["text"][: MAX_OUTPUT_BYTES - self._bytes]
            self._append("stream", {**content, "text": fits})
        self._append("stream", {"name": "stdout", "text": "\n[The rest of the output was too long to keep.]\n"})

    def _clear(self, content: dict[str, Any]) -> None:
        self._clear_waits = bool(content.get("wait"))
        if not self._clear_waits:
            self._outputs, self._bytes = [], 0

    def _update(self, content: dict[str, Any]) -> None:
        for output in self._outputs:
            if output.get("display_id") == content.get("transient", {}).get("display_id"):
                output["data"], output["metadata"] = content["data"], content["metadata"]


class _CollectingSession(Session):
    """Hands what the kernel would publish to a collector instead of a socket."""

    collector: OutputCollector = None

    def send(self, stream: object, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> None:
        if isinstance(msg_or_type, dict):
            msg_or_type, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        self.collector.add(msg_or_type, content)


class _Stream:
    """Standard output or standard error of a cell."""

    encoding, errors, newlines, closed = "utf-8", "replace", None, False

    def __init__(self, name: str, collector: OutputCollector) -> None:
        self.name, self._collector = name, collector

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._collector.add("stream", {"name": self.name, "text": text})
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def fileno(self) -> int:
        return _STREAMS.index(self.name) + 1


class _CellShell(ZMQInteractiveShell):
    """The shell of a kernel in which no event loop of a window system can run."""

    def enable_gui(self, gui: str | None = None) -> None: ...


class CellKernel(IPythonKernel):
    """Runs cells one after the other.

    Attributes:
        collector: where the outputs go.
        error: the exception that the latest cell ended with, if it did.
    """

    shell_class = Type(_CellShell)

    def __init__(self, **traits: Any) -> None:
        self.collector = OutputCollector()
        session = _CollectingSession(key=b"", parent=None)
        session.collector = self.collector
        super().__init__(session=session, iopub_socket=object(), **traits)
        self._allow_stdin = False
        self.error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that cells await in."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop

    @contextlib.contextmanager
    def collecting(self) -> Iterator[None]:
        """Collect what is printed meanwhile, by Python or past it, and let nobody ask for input."""
        before = sys.stdout, sys.stderr, builtins.input, getpass.getpass
        sys.stdout, sys.stderr = _Stream("stdout", self.collector), _Stream("stderr", self.collector)
        builtins.input = getpass.getpass = _nobody_to_ask
        try:
            with _descriptors_to_file() as written:
                yield
        finally:
            sys.stdout, sys.stderr, builtins.input, getpass.getpass = before
            for name in _STREAMS:
                if text := written.get(name):
                    self.collector.add("stream", {"name": name, "text": text})

    def run_cell(self, source: str) -> list[dict[str, Any]]:
        """Run a cell and return its outputs; an exception ends as an output of type `error`."""
        shell, self.error = self.shell, None
        with self.collecting():
            try:
                transformed = shell.transform_cell(source)
                transform_error = None
            except Exception:
                transformed, transform_error = source, sys.exc_info()
            if shell.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=transform_error):
                coroutine = shell.run_cell_async(
                    source,
                    store_history=True,
                    transformed_cell=transformed,
                    preprocessing_exc_tuple=transform_error,
                )
                try:
                    self._note(self.loop.run_until_complete(coroutine))
                except KeyboardInterrupt as error:
                    self.error = error
                    shell.showtraceback()
            else:
                self._note(shell.run_cell(source, store_history=True))
            shell.events.trigger("post_execute")  # draws figures that are still open
        return self.collector.take()

    def _note(self, result: ExecutionResult) -> None:
        self.error = result.error_before_exec or result.error_in_exec


def make_kernel(user_ns: dict[str, Any] | None = None) -> CellKernel:
    """Make the kernel of this process; no thread and no event loop is started.

    Args:
        user_ns: the namespace that cells run in; a subclass of dict may find further names.
    """
    ipykernel.debugger._is_debugpy_available = False
    HistoryManager.enabled = False
    kernel = CellKernel.instance(**({} if user_ns is None else {"user_ns": user_ns}))
    kernel.shell.colors = "nocolor"
    return kernel


def _nobody_to_ask(prompt: str = "", *_: Any, **__: Any) -> str:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


@contextlib.contextmanager
def _descriptors_to_file() -> Iterator[dict[str, str]]:
    """Send file descriptors 1 and 2 to files meanwhile; the dict given holds at the end what was written."""
    written: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        files = []
        for descriptor in (1, 2):
            file = stack.enter_context(tempfile.TemporaryFile())
            kept = os.dup(descriptor)
            os.dup2(file.fileno(), descriptor)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, descriptor)
            files.append(file)
        try:
            yield written
        finally:
            for name, file in zip(_STREAMS, files, strict=True):
                file.seek(0)
                written[name] = file.read(MAX_OUTPUT_BYTES).decode("utf-8", "replace")
