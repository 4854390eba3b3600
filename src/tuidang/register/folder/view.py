"""What a reader sees of the folder at one moment: the published size, and the segments that cover it."""

import gc
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from tuidang.register.folder.segment import sieve_path
from tuidang.register.folder.shelf import (
    Part,
    Segment,
    SegmentError,
    choose_cover,
    index_folder,
    published_size,
    segment_files,
)
from tuidang.tlog.store import CHECKPOINT

_ATTEMPTS = 5  # at seeing the index while it is not merged

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class View:
    """The size of the published log, and the parts of the index below it, newest first."""

    size: int
    parts: tuple[Part, ...]

    def part_with(self, leaf: int) -> Part | None:
        """Give the part that answers for a leaf; None in a gap."""
        place = bisect_left(self.parts, -leaf, key=lambda part: -part.low)
        part = self.parts[place] if place < len(self.parts) else None
        return part if part and leaf < part.high else None

    @cached_property
    def with_notices(self) -> tuple[Part, ...]:
        """Give the parts that hold notices."""
        return tuple(part for part in self.parts if part.segment.has_notices)


class Viewer:
    """The folder as it stands now; it looks at two files each time, at others when these have changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._stamps: tuple[Stamp, ...] = ()
        self._view = View(0, ())
        self._segments: dict[Path, tuple[tuple[Stamp, ...], Segment]] = {}

    def view(self) -> View:
        """Give what is published now. Raises CheckpointError when the checkpoint is damaged."""
        if self._look() != self._stamps:
            with self._lock:
                self._refresh()
        return self._view

    def let_go(self) -> None:
        """Forget what is no longer published, if anything was opened at all, and close it."""
        if self._segments:
            self.view()
            gc.collect()  # as `folder.erase_records` does

    def _look(self) -> tuple[Stamp, ...]:
        return _stamp(self._folder / CHECKPOINT), _stamp(index_folder(self._folder))

    def _refresh(self) -> None:
        for _ in range(_ATTEMPTS):
            stamps = self._look()
            if stamps == self._stamps:
                return
            # The size first: whatever it covers is indexed already.
            size = published_size(self._folder)
            complete = self._open_segments()
            cover = choose_cover(segment for _, segment in self._segments.values())
            parts = (Part(part.low, min(part.high, size), part.segment) for part in reversed(cover))
            self._view = View(size, tuple(part for part in parts if part.low < part.high))
            if complete:
                self._stamps = stamps

    def _open_segments(self) -> bool:
        """Open what is new, and forget what is gone; False when a file went away meanwhile."""
        complete = True
        segments = {}
        for path in segment_files(self._folder):
            stamps = _stamp(path), _stamp(sieve_path(path))
            known = self._segments.get(path)
            try:
                segments[path] = known if known and known[0] == stamps else (stamps, Segment(path))
            except FileNotFoundError:
                complete = False
            except SegmentError:
                continue  # it counts as missing
        self._segments = segments
        return complete


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return status.st_ino, status.st_mtime_ns, status.st_size
