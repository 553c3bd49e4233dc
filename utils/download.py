"""Files from their official address, downloaded once and checked every time.

A file lives in one cache folder: the one that the environment variable `LAYER_BY_LAYER_DATA` names, or the
operating system's cache folder for `layer-by-layer`. pooch transfers it to a temporary name, compares the
sha256, and only then moves it into place, so a broken transfer leaves nothing behind.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from utils.status_line import StatusLine

CACHE_VARIABLE = "LAYER_BY_LAYER_DATA"
CONNECT_SECONDS, READ_SECONDS = 10, 30
BAR_CELLS = 24


class DataUnavailable(RuntimeError):
    """A data file is neither in the cache nor downloadable; the message says what to do about it."""


@dataclass(frozen=True)
class RemoteFile:
    """A file to download: its name in the cache, official address, sha256 (hexadecimal) and size in bytes."""

    filename: str
    url: str
    sha256: str
    size: int


def cached(file: RemoteFile) -> Path:
    """Path of the file in the cache folder; downloads it if it is not there.

    The file at that path has the expected sha256. A damaged one is reported and replaced by a fresh download.

    Raises DataUnavailable, with the way out, if it can't be had.
    """
    path = cache_folder() / file.filename
    try:
        problem = _problem_with(path, file)
    except OSError as error:
        raise _unavailable(file, path, f"{path} can't be read: {error.strerror}.") from None
    if problem is None:
        return path
    damaged = path.exists()
    if damaged:
        print(f"{problem} We download it again.")
    try:
        _download(file, path)
    except (OSError, ValueError) as error:
        reason = _why_failed(error, file)
        raise _unavailable(file, path, f"{problem} {reason}" if damaged else reason) from None
    return path


def cache_folder() -> Path:
    """Folder that keeps downloaded files: `LAYER_BY_LAYER_DATA`, or the system's cache for layer-by-layer."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("layer-by-layer"))


def _problem_with(path: Path, file: RemoteFile) -> str | None:
    """Why the cached file can't be used, as a sentence; None if it is there and whole."""
    if not path.exists():
        return f"{file.filename} is not in the cache folder."
    import pooch

    if pooch.file_hash(str(path), alg="sha256") == file.sha256:
        return None
    return f"The cached file {path} is damaged (its sha256 is not the expected one)."


def _download(file: RemoteFile, path: Path) -> None:
    """Transfer to a temporary file, check the sha256, move into place."""
    import pooch

    progress = _TransferProgress(file)
    downloader = pooch.HTTPDownloader(progressbar=progress, timeout=(CONNECT_SECONDS, READ_SECONDS))
    with _quiet(pooch.get_logger()):
        pooch.retrieve(file.url, f"sha256:{file.sha256}", fname=path.name, path=path.parent, downloader=downloader)
    # The temporary file was readable by its owner only; a class may share one cache folder.
    path.chmod(0o644)


class _TransferProgress:
    """A bar of text on a status line, with the methods that pooch calls on a progress bar."""

    def __init__(self, file: RemoteFile):
        self._file = file
        self._line = StatusLine(silent_seconds=0.5)
        self._received = 0

    def update(self, received):
        """Count bytes that have come in since the last call."""
        self._received += received
        if self._line.due():
            self._line.show(self._text())

    def reset(self):
        """Start counting again; pooch does so to end at exactly the total."""
        self._received = 0

    def close(self):
        """All bytes are here."""
        self._line.finish(f"{self._file.filename}: downloaded {self._file.size / 1e6:.1f} MB.")

    def _text(self):
        size = self._file.size
        share = min(1.0, self._received / size)
        bar = "█" * round(BAR_CELLS * share) + "░" * (BAR_CELLS - round(BAR_CELLS * share))
        return f"{self._file.filename} {bar} {share:4.0%} of {size / 1e6:.1f} MB"


@contextmanager
def _quiet(logger):
    """Keep pooch's notes off standard error, where nbgrader would take them for a failure."""
    before = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(before)


def _why_failed(error: Exception, file: RemoteFile) -> str:
    """The reason for a failed download in one sentence."""
    from requests import exceptions

    host = urlsplit(file.url).netloc
    if isinstance(error, exceptions.Timeout):
        return f"{host} did not answer in time."
    if isinstance(error, exceptions.HTTPError):
        return f"{host} answered {error.response.status_code} {error.response.reason}."
    if isinstance(error, exceptions.ChunkedEncodingError):
        return f"The transfer from {host} broke off."
    if isinstance(error, exceptions.RequestException):
        return f"There is no connection to {host} ({type(error).__name__})."
    if isinstance(error, ValueError):
        return f"What {host} sent is not the expected file (its sha256 differs), so it was not kept."
    return f"The cache folder can't be written: {error.strerror or 'permission denied'}."


def _unavailable(file: RemoteFile, path: Path, reason: str) -> DataUnavailable:
    return DataUnavailable(
        f"  Needed:     the file {file.filename} ({file.size / 1e6:.1f} MB)\n"
        f"  Happened:   {reason}\n"
        f"  Way out:    download {file.url}\n"
        f"              in a browser and save it as {path}\n"
        f"              or set {CACHE_VARIABLE} to a writable folder, or to one that holds the file\n"
        f"              (in a notebook: %env {CACHE_VARIABLE}=FOLDER), and run the cell again."
    )
