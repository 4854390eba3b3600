"""Files that carry sealed entries to where the keys are, and what was opened back again. No Django.

Lines of JSON. What comes back is sealed too, to a key that the server made for the day on which the entries
were carried away: whoever finds either file can read nothing in it.

    {"v":1,"kind":"sealed","day":"2026-11-28","return":"…"}     {"v":1,"kind":"opened","day":"2026-11-28"}
    {"uuid":"…","week":"2026-W48","sealed":"…"}                 {"uuid":"…","opened":"…"}
    …                                                           {"uuid":"…","unreadable":true}
"""

from __future__ import annotations

import binascii
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import Final
from uuid import UUID

from tuidang.base.disk import sync, write
from tuidang.privacy.sealing import CannotOpenError
from tuidang.privacy.weekly import (
    KEY_BYTES,
    SEALED_BYTES,
    WeekKey,
    monday_of,
    open_entry,
    seal_entry,
)

_LONGEST_LINE: Final = 8192  # an entry's has three thousand


class NotABatchError(ValueError):
    """A file is not what it should be; the message says where."""


@dataclass(frozen=True)
class SealedEntry:
    """An entry as a phone sealed it."""

    uuid: UUID
    week: str
    sealed: bytes


def name_of(entry: SealedEntry) -> UUID:
    """Name an entry by what was sealed: nobody can send something else in its place, whatever he calls it."""
    told = f"tuidang/field/entry/v1\n{entry.week}\n".encode()
    return UUID(bytes=sha256(told + entry.sealed).digest()[:16])


@dataclass(frozen=True)
class OpenedEntry:
    """What was in an entry; None if the key of its week does not open it."""

    uuid: UUID
    content: bytes | None


@dataclass(frozen=True)
class OpenedCount:
    """How many entries were opened, how many cannot be, and the weeks whose keys were missing."""

    opened: int
    unreadable: int
    left: Mapping[str, int]  # by week: not in the file, for another key machine may open them


def fingerprint(public: bytes) -> str:
    """Give a key as two people compare it: five groups of four."""
    return _in_groups(sha256(b"tuidang/field/return/v1\n" + public).hexdigest())


def print_of_file(path: Path) -> str:
    """Give what is opened as two people compare it, before it is taken: five groups of four."""
    digest = sha256(b"tuidang/field/opened/v1\n")
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return _in_groups(digest.hexdigest())


def write_sealed(path: Path, entries: Iterable[SealedEntry], day: date, return_key: bytes) -> int:
    """Write entries for the key machine, durably, into a new file; return how many."""
    head = {"v": 1, "kind": "sealed", "day": day.isoformat(), "return": _text(return_key)}
    return _write_lines(
        path,
        head,
        ({"uuid": str(one.uuid), "week": one.week, "sealed": _text(one.sealed)} for one in entries),
    )


def open_batch(source: Path, target: Path, keys: Mapping[str, WeekKey]) -> OpenedCount:
    """Open what the keys open, and write it into a new file, sealed for its way back."""
    counts = {"opened": 0, "unreadable": 0}
    left: dict[str, int] = {}

    def lines(batch: Iterator[SealedEntry]) -> Iterator[dict[str, object]]:
        for entry in batch:
            if (key := keys.get(entry.week)) is None:
                left[entry.week] = left.get(entry.week, 0) + 1
                continue
            try:
                content = open_entry(key.secret, entry.sealed)
            except CannotOpenError:
                counts["unreadable"] += 1
                yield {"uuid": str(entry.uuid), "unreadable": True}
            else:
                counts["opened"] += 1
                yield {"uuid": str(entry.uuid), "opened": _text(seal_entry(return_key, content))}

    with source.open("rb") as file:
        day, return_key = _read_sealed_head(file)
        _write_lines(
            target, {"v": 1, "kind": "opened", "day": day.isoformat()}, lines(_read_sealed_lines(file))
        )
    return OpenedCount(counts["opened"], counts["unreadable"], left)


def return_key_of(source: Path) -> bytes:
    """Tell to which key what is opened of a file will be sealed."""
    with source.open("rb") as file:
        return _read_sealed_head(file)[1]


def opened_day(source: Path) -> date:
    """Tell on which day the entries of an opened file were carried away."""
    with source.open("rb") as file:
        return _read_opened_head(file)


def read_opened(source: Path, return_secret: bytes) -> Iterator[OpenedEntry]:
    """Give the entries of an opened file; raises NotABatchError."""
    with source.open("rb") as file:
        _read_opened_head(file)
        for number, line in _lines(file):
            try:
                uuid = UUID(str(line["uuid"]))
                if line.get("unreadable") is True:
                    yield OpenedEntry(uuid, None)
                    continue
                content = open_entry(return_secret, _bytes(line["opened"]))
            except (KeyError, ValueError) as error:
                raise NotABatchError(f"line {number} is no opened entry of that day") from error
            yield OpenedEntry(uuid, content)


def read_handed_over(text: bytes) -> list[SealedEntry]:
    """Read the file by which a phone hands its entries over; raises NotABatchError.

    An entry of a week that is none is left to be found late: one taken in from an enemy holds no other up.
    """
    head, *lines = text.splitlines() or [b""]
    if _object(head).get("kind") != "handed-over":
        raise NotABatchError("this is no file that a phone hands over")
    return [_sealed(number, _object(line)) for number, line in enumerate(lines, 2) if line.strip()]


def _read_sealed_head(file: BufferedReader) -> tuple[date, bytes]:
    day, head = _head(file, "sealed")
    key = _bytes(head.get("return"))
    if len(key) != KEY_BYTES:
        raise NotABatchError("this file says no key for the way back")
    return day, key


def _read_opened_head(file: BufferedReader) -> date:
    return _head(file, "opened")[0]


def _head(file: BufferedReader, kind: str) -> tuple[date, dict[str, object]]:
    head = _object(file.readline(_LONGEST_LINE))
    if head.get("kind") != kind or head.get("v") != 1:
        raise NotABatchError(f"this is no file of {kind} entries")
    try:
        return date.fromisoformat(str(head.get("day"))), head
    except ValueError as error:
        raise NotABatchError("this file says no day") from error


def _read_sealed_lines(file: BufferedReader) -> Iterator[SealedEntry]:
    for number, line in _lines(file):
        entry = _sealed(number, line)
        try:
            monday_of(entry.week)
        except ValueError as error:
            raise NotABatchError(f"line {number} is no sealed entry") from error
        yield entry


def _sealed(number: int, line: Mapping[str, object]) -> SealedEntry:
    try:
        entry = SealedEntry(UUID(str(line["uuid"])), str(line["week"]), _bytes(line["sealed"]))
    except (KeyError, ValueError) as error:
        raise NotABatchError(f"line {number} is no sealed entry") from error
    if len(entry.sealed) != SEALED_BYTES:
        raise NotABatchError(f"line {number} is no sealed entry: it has another length")
    return entry


def _lines(file: BufferedReader) -> Iterator[tuple[int, dict[str, object]]]:
    number = 1
    while line := file.readline(_LONGEST_LINE):
        number += 1
        yield number, _object(line)


def _object(line: bytes) -> dict[str, object]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotABatchError("a line cannot be read") from error
    if not isinstance(read, dict):
        raise NotABatchError("a line cannot be read")
    return read


def _write_lines(path: Path, head: Mapping[str, object], lines: Iterable[Mapping[str, object]]) -> int:
    count = 0
    with _new_file(path) as descriptor:
        write(descriptor, _line(head))
        for line in lines:
            write(descriptor, _line(line))
            count += 1
        os.fsync(descriptor)
    sync(path.absolute().parent)
    return count


@contextmanager
def _new_file(path: Path) -> Iterator[int]:
    """Open a file that is not there yet, for its owner alone; without it when it cannot be whole."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(descriptor)


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _in_groups(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, 20, 4))


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _bytes(value: object) -> bytes:
    try:
        return b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise ValueError("this is not base64") from error
