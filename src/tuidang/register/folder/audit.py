"""The audit of the public folder: does every record belong to its leaf, and what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Audit:
    """What an audit found; `bare` are leaves that have neither record nor notice."""

    size: int
    statements: int
    records: int
    bare: tuple[int, ...]
    problems: tuple[str, ...]


def audit_folder(folder: Path, *, progress: Callable[[int], None], workers: int = 1) -> Audit:
    """Check every record against its leaf, and name every leaf without record and notice."""
    raise NotImplementedError
