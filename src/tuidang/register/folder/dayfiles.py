"""Day files: a day's records as gzip members, each holding the lines of one bundle of 256 leaves."""

import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from tuidang.base.disk import sync
from tuidang.register.folder.records import leaf_of_line

MEMBER_LEAVES = 256  # as many as an entry bundle: a member holds the lines of leaves 256 n to 256 n + 255
_GZIP = 31  # zlib's window bits for a gzip header and trailer
_CHUNK = 1 << 16
_MOST_BYTES = MEMBER_LEAVES << 16  # of a member's lines; the bounds of the form keep each far below 64 KB


@dataclass(frozen=True)
class Member:
    """A gzip member of a day file: where it begins, its compressed bytes, and what they unpack to."""

    offset: int
    packed: bytes
    plain: bytes

    @property
    def bundle(self) -> int:
        """The number of the entry bundle whose lines the member holds, by its first line."""
        return leaf_of_line(self.plain) // MEMBER_LEAVES

    @cached_property
    def lines(self) -> list[tuple[int, bytes]]:
        """Each line with its leaf. Raises ValueError when one does not begin with its leaf."""
        return [(leaf_of_line(data), data) for data in self.plain.splitlines(keepends=True)]


def day_path(folder: Path, day: date) -> Path:
    """Give the path of a day's file in the register folder."""
    return folder / "statements" / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}.jsonl.gz"


def day_files(folder: Path) -> Iterator[tuple[date, Path]]:
    """Give every day file of the folder, oldest first; a file of no day of the calendar is none."""
    for path in sorted((folder / "statements").glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9].jsonl.gz")):
        try:
            day = date(int(path.parts[-3]), int(path.parts[-2]), int(path.name[:2]))
        except ValueError:
            continue
        yield day, path


def read_members(path: Path) -> Iterator[Member]:
    """Give a day file's members in order; a missing file has none. Raises ValueError when it is damaged."""
    if path.exists():
        with path.open("rb") as file:
            while (member := _next_member(file, path)) is not None:
                yield member


def read_member(path: Path, offset: int) -> Member:
    """Give the member that begins at `offset`; raises ValueError when none does."""
    with path.open("rb") as file:
        file.seek(offset)
        member = _next_member(file, path)
    if member is None:
        raise ValueError(f"{path} has no member at {offset}")
    return member


def read_line(path: Path, leaf: int) -> bytes | None:
    """Give the line of `leaf`, without help of an index; None when the day file does not have it."""
    for member in read_members(path):
        for own, data in member.lines:
            if own == leaf:
                return data
    return None


def extend_day(folder: Path, day: date, start: int, lines: Iterable[tuple[int, bytes]]) -> None:
    """Write a day's file anew: what it has below leaf `start`, and then `lines` (leaf, line), in leaf order.

    Done twice it leaves the same file, whatever an earlier attempt left. Complete members are copied.
    """
    path = day_path(folder, day)
    _replace(path, _pack(_extended(path, start, lines)))


def erase_lines(folder: Path, day: date, leaves: Collection[int]) -> None:
    """Write a day's file anew without the lines of `leaves`; the other lines keep their bytes.

    A file that would be left empty is removed. Done twice it leaves the same file.
    """
    path = day_path(folder, day)
    if not path.exists():
        return
    _replace(path, _pack(_without(path, leaves)))


def _next_member(file: BinaryIO, path: Path) -> Member | None:
    offset = file.tell()
    unpacker = zlib.decompressobj(_GZIP)
    packed: list[bytes] = []
    plain: list[bytes] = []
    room = _MOST_BYTES + 1  # a hostile member unpacks to a thousand times its size
    while not unpacker.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            if not packed:
                return None
            raise ValueError(f"{path} ends inside a member")
        try:
            plain.append(unpacker.decompress(chunk, room))
        except zlib.error as error:
            raise ValueError(f"{path} is damaged near byte {offset}: {error}") from error
        packed.append(chunk)
        room -= len(plain[-1])
        if room <= 0 or len(packed) * _CHUNK > 2 * _MOST_BYTES:
            raise ValueError(f"{path} has a member at byte {offset} that unpacks to more than any 256 lines")
    if room > _MOST_BYTES:
        raise ValueError(f"{path} has an empty member at byte {offset}")
    surplus = len(unpacker.unused_data)
    file.seek(-surplus, os.SEEK_CUR)
    whole = b"".join(packed)
    return Member(offset, whole[: len(whole) - surplus], b"".join(plain))


Lines = list[tuple[int, bytes]]


def _extended(path: Path, start: int, lines: Iterable[tuple[int, bytes]]) -> Iterator[bytes | Lines]:
    """Give members that can stay as they are, then the lines of those that must be packed."""
    rest: Lines = []
    for member in read_members(path):
        kept = [line for line in member.lines if line[0] < start]
        if len(kept) == len(member.lines) and kept[-1][0] // MEMBER_LEAVES < start // MEMBER_LEAVES:
            yield member.packed
        else:
            rest += kept
    for _, group in groupby(_chain(rest, lines), key=lambda line: line[0] // MEMBER_LEAVES):
        yield list(group)


def _chain(first: Lines, then: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    yield from first
    yield from then


def _without(path: Path, leaves: Collection[int]) -> Iterator[bytes | Lines]:
    for member in read_members(path):
        kept = [line for line in member.lines if line[0] not in leaves]
        if len(kept) == len(member.lines):
            yield member.packed
        elif kept:
            yield kept


def _pack(members: Iterable[bytes | Lines]) -> Iterator[bytes]:
    for member in members:
        yield member if isinstance(member, bytes) else _compress(b"".join(data for _, data in member))


def _compress(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=_GZIP)
    return packer.compress(data) + packer.flush()


def _replace(path: Path, members: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        for packed in members:
            file.write(packed)
        file.flush()
        # A crash up to here leaves the old day file, and a half-written one that the next attempt overwrites.
        os.fsync(file.fileno())
        empty = file.tell() == 0
    if empty:
        # In this order: were the day file gone first, a crash would leave the other one for good.
        fresh.unlink()
        path.unlink(missing_ok=True)
    else:
        fresh.replace(path)
    # A crash before this may bring the old file back: the batch is applied, or the line erased, again.
    sync(path.parent)
