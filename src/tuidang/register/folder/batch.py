"""The staged batch: what one publication adds to the folder, as one blob that the database keeps."""

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import NamedTuple

from tuidang.register.folder.records import canonical, leaf_of_line

_FAST = 1  # zlib's level: the blob is written once, read almost never, and lies in the way of publication
_CHUNK = 1000  # rows handed to zlib at once


class BatchError(ValueError):
    """The staged batch in the database is damaged."""


class DayLine(NamedTuple):
    """A line of a day file, with the leaf it belongs to and the day whose file holds it."""

    leaf: int
    day: date
    data: bytes


@dataclass(frozen=True)
class Batch:
    """Leaves from index `start` on, the day-file lines of those that have a record, and daily totals.

    `channels` has, for each day, how many statements came by each channel; `withheld`, how many are published
    without their text because they were held as a flood. Neither can be told from the leaves.
    """

    start: int
    entries: Sequence[bytes]
    lines: Sequence[DayLine]
    channels: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    withheld: Mapping[date, int] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The size of the log with this batch."""
        return self.start + len(self.entries)


def encode_batch(batch: Batch) -> bytes:
    """Write the batch as compressed lines: a header, each entry, then each day-file line behind its day."""
    header = {
        "channels": {day.isoformat(): dict(counts) for day, counts in batch.channels.items()},
        "entries": len(batch.entries),
        "start": batch.start,
        "v": 1,
        "withheld": {day.isoformat(): count for day, count in batch.withheld.items()},
    }
    days = {line.day: line.day.isoformat().encode() + b" " for line in batch.lines}
    rows = chain(
        [canonical(header) + b"\n"],
        (entry + b"\n" for entry in batch.entries),
        (days[line.day] + line.data for line in batch.lines),
    )
    packer = zlib.compressobj(_FAST)
    parts = []
    while chunk := b"".join(islice(rows, _CHUNK)):
        parts.append(packer.compress(chunk))
    return b"".join(parts) + packer.flush()


def decode_batch(blob: bytes) -> Batch:
    """Read what `encode_batch` wrote; raises BatchError when the blob is damaged."""
    try:
        first, *rest = zlib.decompress(blob).splitlines(keepends=True)
        header = json.loads(first)
        size = header["entries"]
        return Batch(
            start=header["start"],
            entries=[entry[:-1] for entry in rest[:size]],
            lines=_read_lines(rest[size:]),
            channels={date.fromisoformat(day): counts for day, counts in header["channels"].items()},
            withheld={date.fromisoformat(day): count for day, count in header["withheld"].items()},
        )
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise BatchError(
            f"the staged batch cannot be read: {error}; restore the database from a copy"
        ) from error


def without_records(batch: Batch, leaves: Collection[int]) -> Batch:
    """Give the batch without the day-file lines of the erased `leaves`."""
    kept = [line for line in batch.lines if line.leaf not in leaves]
    return Batch(batch.start, batch.entries, kept, batch.channels, batch.withheld)


def _read_lines(rows: Sequence[bytes]) -> list[DayLine]:
    days: dict[bytes, date] = {}
    lines = []
    for row in rows:
        day, _, data = row.partition(b" ")
        if day not in days:
            days[day] = date.fromisoformat(day.decode())
        lines.append(DayLine(leaf_of_line(data), days[day], data))
    return lines
