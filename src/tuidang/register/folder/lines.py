"""Reading single lines out of day files, where the index says they lie; looked for when it is wrong."""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tuidang.register.folder.dayfiles import MEMBER_LEAVES, day_path, read_line
from tuidang.register.folder.shelf import Found

_GZIP = 31  # zlib's window bits for a gzip header and trailer
_READ = 1 << 15
_UNPACK = 1 << 16
_START = b'\n{"leaf":'


def read_lines(folder: Path, rows: Iterable[Found]) -> dict[int, bytes]:
    """Give the day-file lines of these rows by leaf; those whose record was erased meanwhile are missing.

    Raises ValueError when a day file is damaged.
    """
    members: defaultdict[tuple[int, int | None], list[int]] = defaultdict(list)
    for row in rows:
        if row.has_record:
            members[row.day, row.place].append(row.leaf)
    lines: dict[int, bytes] = {}
    for (day, place), leaves in members.items():
        lines |= _read_member(day_path(folder, date.fromordinal(day)), place, leaves)
    return lines


def _read_member(path: Path, place: int | None, leaves: list[int]) -> dict[int, bytes]:
    """Read lines of one member. It has all lines of its 256 leaves, so what it does not have is nowhere."""
    plain = b"" if place is None else _unpack_until(path, place, max(leaves))
    if not plain or _leaf_at(plain, 0) // MEMBER_LEAVES != leaves[0] // MEMBER_LEAVES:
        found = ((leaf, read_line(path, leaf)) for leaf in leaves)
        return {leaf: line for leaf, line in found if line is not None}
    lines = {}
    for leaf in leaves:
        start = plain.find(b"%s%d," % (_START, leaf))
        if start >= 0:
            lines[leaf] = plain[start + 1 : plain.index(b"\n", start + 1) + 1]
    return lines


def _unpack_until(path: Path, place: int, leaf: int) -> bytes:
    """Unpack a member as far as the line of `leaf`, LF put before it; nothing when no member begins there."""
    plain = b"\n"
    unpacker = zlib.decompressobj(_GZIP)
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(place)
            while not unpacker.eof:
                packed = unpacker.unconsumed_tail or file.read(_READ)
                if not packed:
                    return b""
                plain += unpacker.decompress(packed, _UNPACK)
                last = plain.rfind(_START, 0, plain.rfind(b"\n"))
                if last >= 0 and _leaf_at(plain, last) >= leaf:
                    break
    except (FileNotFoundError, zlib.error, ValueError):
        return b""
    return plain if plain.startswith(_START) else b""


def _leaf_at(plain: bytes, start: int) -> int:
    digits = start + len(_START)
    return int(plain[digits : plain.index(b",", digits)])
