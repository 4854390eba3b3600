"""The index of the register: derived files for look-up, dropped and rebuilt at will."""

from collections.abc import Callable, Collection
from pathlib import Path

from tuidang.register.folder.batch import Batch


def add_segment(folder: Path, batch: Batch) -> None:
    """Index a batch whose tiles and day files are written; done twice it leaves the same index."""
    raise NotImplementedError


def merge_segments(folder: Path) -> None:
    """Merge small segments into larger ones where that is due."""
    raise NotImplementedError


def erase_from_index(folder: Path, leaves: Collection[int]) -> None:
    """Write anew every index file that holds one of the leaves, from day files that no longer have them."""
    raise NotImplementedError


def rebuild_index(folder: Path, progress: Callable[[int], None]) -> int:
    """Drop the index and build it from tiles and day files; gives the number of its rows."""
    raise NotImplementedError
