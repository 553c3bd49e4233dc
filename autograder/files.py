"""Write a file in one step: a reader sees the old one or the whole new one."""

import os
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Put `text` (written as UTF-8, line ends as they are) in the place of the file `path`.

    Raises:
        OSError: the file cannot be written there; an earlier one is untouched.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
