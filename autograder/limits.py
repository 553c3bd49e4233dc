"""What one submission may use, and how it is kept from everything else."""

from dataclasses import dataclass
from enum import StrEnum


class Protection(StrEnum):
    """How submissions are confined."""

    NONE = "none"  # they run with the rights of whoever grades
    NAMESPACES = "namespaces"  # bubblewrap, and namespaces for each
    OWN_USER = "own user"  # the same, and each is a user of its own: only root can do that, and for root it matters


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        memory: MB beyond what the warm process had before.
        disk: MB in the scratch folder.
        processes: processes and threads.
        cell_seconds: wall-clock time of a cell.
        total_seconds: wall-clock time of all notebooks of the submission together.
    """

    memory: int = 2048
    disk: int = 512
    processes: int = 256
    cell_seconds: float = 30.0
    total_seconds: float = 600.0
