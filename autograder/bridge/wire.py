"""Frames on a socket: one JSON tree and any number of byte strings, with limits on both."""

import json
import select
import socket
import struct
import time
from collections.abc import Sequence

MAX_JSON_BYTES = 32 * 2**20
MAX_BLOBS = 20_000
MAX_FRAME_BYTES = 256 * 2**20
_HEADER = struct.Struct("!II")
_CHUNK = 2**20


class ProtocolError(Exception):
    """The other side sent something that no honest process sends."""


class Disconnected(Exception):
    """The other side is gone."""


class DeadlinePassed(Exception):
    """No answer came in time."""


class Channel:
    """Send and receive frames on a connected stream socket; both sides take turns, so nothing is read ahead."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def fileno(self) -> int:
        """The descriptor of the socket, for `select`."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def send(self, tree: object, blobs: Sequence[bytes] = (), deadline: float | None = None) -> None:
        """Send one frame; `deadline` is a time of `time.monotonic()`.

        Raises:
            ProtocolError: it is larger than a frame may be; nothing was sent.
            DeadlinePassed: the other side has not taken it by then; nothing more can be sent.
            Disconnected: the other side is gone.
        """
        text = json.dumps(tree, separators=(",", ":")).encode()
        size = len(text) + sum(map(len, blobs))
        if len(text) > MAX_JSON_BYTES or len(blobs) > MAX_BLOBS or size > MAX_FRAME_BYTES:
            raise ProtocolError(f"{size / 2**20:.0f} MB are too much to hand over at once")
        head = _HEADER.pack(len(text), len(blobs)) + b"".join(struct.pack("!Q", len(blob)) for blob in blobs)
        try:
            self._limit(deadline)
            self._socket.sendall(head + text)
            for blob in blobs:
                self._limit(deadline)
                self._socket.sendall(blob)
        except TimeoutError as error:
            raise DeadlinePassed from error
        except OSError as error:
            raise Disconnected(str(error)) from error

    def receive(self, deadline: float | None = None) -> tuple[object, list[bytes]]:
        """Receive one frame; `deadline` is a time of `time.monotonic()`.

        Raises:
            DeadlinePassed: it has passed. The frame may be half read: nothing more can be received.
            Disconnected: the other side is gone.
            ProtocolError: what came is no frame, or too large.
        """
        json_size, blob_count = _HEADER.unpack(self._read(_HEADER.size, deadline))
        if json_size > MAX_JSON_BYTES or blob_count > MAX_BLOBS:
            raise ProtocolError("a frame is too large")
        sizes = struct.unpack(f"!{blob_count}Q", self._read(8 * blob_count, deadline))
        if json_size + sum(sizes) > MAX_FRAME_BYTES:
            raise ProtocolError("a frame is too large")
        text = self._read(json_size, deadline)
        blobs = [self._read(size, deadline) for size in sizes]
        try:
            return json.loads(text), blobs
        except (ValueError, RecursionError) as error:
            raise ProtocolError("a frame holds no readable JSON") from error

    def wait(self, deadline: float | None = None) -> bool:
        """Wait until something can be received; return False if the deadline passed before."""
        patience = None if deadline is None else max(0.0, deadline - time.monotonic())
        return bool(select.select([self._socket], [], [], patience)[0])

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts = []
        while size:
            self._limit(deadline)
            try:
                part = self._socket.recv(min(size, _CHUNK))
            except TimeoutError as error:
                raise DeadlinePassed from error
            except OSError as error:
                raise Disconnected(str(error)) from error
            if not part:
                raise Disconnected("the connection was closed")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _limit(self, deadline: float | None) -> None:
        """Let the socket wait until `deadline` at most."""
        if deadline is None:
            self._socket.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        self._socket.settimeout(left)


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets, each for one process."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
