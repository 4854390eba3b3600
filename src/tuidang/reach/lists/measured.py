"""Measurements: what worked on which network on which day, read from a file. Pure.

A file is CSV with the heading `mirror,network,day,works` (or `tool,…`), or the same as a JSON array of
objects. It names nobody: not who tried, not where beyond the network, and of the time the day.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tuidang.reach.rules import is_code

MOST: Final = 10_000  # lines of a file
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0"})


class Thing(StrEnum):
    """What is measured."""

    MIRROR = "mirror"
    TOOL = "tool"


class Network(StrEnum):
    """A network that people are on."""

    CHINA_MOBILE = "cn-mobile"
    CHINA_TELECOM = "cn-telecom"
    CHINA_UNICOM = "cn-unicom"
    CHINA_BROADNET = "cn-broadnet"
    CERNET = "cn-education"
    ABROAD = "abroad"


@dataclass(frozen=True)
class Measured:
    """Whether one thing worked on one network, the last time somebody tried."""

    thing: Thing
    code: str
    network: Network
    day: date  # UTC+8
    works: bool


class Unreadable(ValueError):  # noqa: N818 -- a file that somebody brought, and a sentence on how to mend it
    """A file is no list of measurements; nothing of it was taken."""


def read_measured(text: str, today: date) -> list[Measured]:
    """Read a file of measurements; the first line that cannot be is named. Raises Unreadable."""
    rows = _from_json(text) if text.lstrip().startswith("[") else _from_csv(text)
    if not rows:
        raise Unreadable("There is no measurement in it.")
    if len(rows) > MOST:
        raise Unreadable(f"A file has at most {MOST} measurements.")
    return [_read(row, number, today) for number, row in enumerate(rows, 1)]


def write_measured(found: Iterable[Measured]) -> str:
    """Write measurements as a file that can be loaded elsewhere; all of one thing."""
    rows = list(found)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([rows[0].thing if rows else Thing.MIRROR, "network", "day", "works"])
    lines.writerows(
        [one.code, one.network, one.day.isoformat(), "yes" if one.works else "no"] for one in rows
    )
    return out.getvalue()


def newest(found: Iterable[Measured]) -> list[Measured]:
    """Keep the last measurement of each thing on each network; of two of a day, the one that says no."""
    last: dict[tuple[Thing, str, Network], Measured] = {}
    for one in found:
        known = last.get(key := (one.thing, one.code, one.network))
        if known is None or (one.day, not one.works) > (known.day, not known.works):
            last[key] = one
    order = list(Network)
    return sorted(last.values(), key=lambda one: (one.thing, one.code, order.index(one.network)))


def _from_csv(text: str) -> list[dict[str, object]]:
    try:
        return [dict(row) for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)]
    except csv.Error as error:
        raise Unreadable(f"The file cannot be read as CSV: {error}.") from error


def _from_json(text: str) -> list[dict[str, object]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file cannot be read as JSON.") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable("A file in JSON is an array of objects.")
    return found


def _read(row: dict[str, object], number: int, today: date) -> Measured:
    def wrong(what: str) -> Unreadable:
        return Unreadable(f"Measurement {number}: {what}")

    things = [thing for thing in Thing if thing in row]
    if len(things) != 1 or set(row) != {things[0].value, "network", "day", "works"}:
        raise wrong("it has mirror (or tool), network, day and works, and nothing else.")
    code, works = str(row[things[0]]).strip(), str(row["works"]).strip().lower()
    if not is_code(code):
        raise wrong("a code has small letters, digits and single hyphens.")
    try:
        network = Network(str(row["network"]).strip())
    except ValueError:
        raise wrong(f"a network is one of {', '.join(Network)}.") from None
    try:
        day = date.fromisoformat(str(row["day"]).strip())
    except ValueError:
        raise wrong("a day is written as in 2026-11-28.") from None
    if day > today:
        raise wrong(f"{day} has not come yet.")
    if works not in _YES | _NO:
        raise wrong("works is yes or no.")
    return Measured(things[0], code, network, day, works in _YES)
