"""The blocks of China's mobiles: ten thousand numbers each, where they were given out, and by whom.

From libphonenumber's tables, or from an operator's own file. A place that nobody knows is not a dead one.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tuidang.phone.rules import Zone, mobile_pattern, zone_of
from tuidang.privacy.regions import PROVINCES

DIGITS = 7
COLUMNS = ("block", "region", "carrier", "zone")
_CARRIER_LENGTH = 20
_REGIONS = frozenset(province.code for province in PROVINCES if province.code.startswith("CN-"))


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Ten thousand numbers with the same first seven digits after +86."""

    prefix: str
    region: str = ""  # ISO 3166-2:CN, "" unknown
    carrier: str = ""
    zone: Zone = Zone.UNKNOWN


def is_block(prefix: str) -> bool:
    """Tell whether seven digits begin mobile numbers, by libphonenumber's rule."""
    return len(prefix) == DIGITS and mobile_pattern().fullmatch(f"{prefix}0000") is not None


def china_blocks() -> tuple[NumberBlock, ...]:
    """List every block of China's mobiles, with place and carrier where libphonenumber knows them."""
    # Only here: they take two seconds to load and much memory, and a dialler needs neither.
    from phonenumbers.carrierdata import CARRIER_DATA  # noqa: PLC0415
    from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415

    codes = {p.name("en"): p.code for p in PROVINCES}
    prefixes = [f"{number}" for number in range(1_300_000, 2_000_000) if is_block(f"{number}")]
    regions = {
        prefix: codes.get(_longest(GEOCODE_DATA, prefix).rpartition(", ")[2], "") for prefix in prefixes
    }
    _forget_shared_places(regions)
    return tuple(
        NumberBlock(prefix, region, _longest(CARRIER_DATA, prefix)[:_CARRIER_LENGTH], zone_of(region))
        for prefix, region in regions.items()
    )


def read_blocks(lines: Iterable[str]) -> Iterator[NumberBlock | str]:
    """Read an operator's table (CSV: block, region, carrier, zone), and give a sentence for each bad line.

    A block is its seven digits, with or without +86; region, carrier and zone ("east", "west") may be empty.
    """
    seen: dict[str, int] = {}
    reader = csv.reader(lines)
    try:
        for cells in reader:
            values = [cell.strip() for cell in cells]
            if not any(values) or tuple(v.lower().lstrip("\ufeff") for v in values) == COLUMNS:
                continue
            read = _read_line(values)
            if isinstance(read, str):
                yield f"line {reader.line_num}: {read}"
            elif read.prefix in seen:
                yield f"line {reader.line_num}: block {read.prefix} is on line {seen[read.prefix]} already"
            else:
                seen[read.prefix] = reader.line_num
                yield read
    except csv.Error as error:
        yield f"line {reader.line_num}: this is not CSV ({error})"


def in_batches(blocks: Iterable[NumberBlock], size: int) -> Iterator[list[NumberBlock]]:
    """Give blocks in lists of at most `size`."""
    rest = iter(blocks)
    while batch := list(islice(rest, size)):
        yield batch


def _read_line(values: list[str]) -> NumberBlock | str:
    if len(values) != len(COLUMNS):
        return f"there are {len(values)} columns, not the four {', '.join(COLUMNS)}"
    block, region, carrier, zone = values
    prefix = re.sub(r"^\+?86(?=\d{7}$)", "", block)
    for complaint in _complaints(prefix, region, carrier, zone):
        return complaint
    return NumberBlock(prefix, region, carrier, Zone(zone) or zone_of(region))


def _complaints(prefix: str, region: str, carrier: str, zone: str) -> Iterator[str]:
    if len(prefix) > DIGITS:
        yield "a block has seven digits after +86; a whole number belongs in no file"
    if not is_block(prefix):
        yield f"{prefix!r} is no block of Chinese mobiles: seven digits after +86, such as 1380013"
    if region and region not in _REGIONS:
        yield f"region {region[:6]!r} is no province by ISO 3166-2, such as CN-GD; leave it empty if unknown"
    if len(carrier) > _CARRIER_LENGTH:
        yield f"the carrier's name has more than {_CARRIER_LENGTH} letters"
    if zone not in set(Zone):
        yield f"zone {zone[:6]!r} is not east or west; leave it empty if unknown"
    if zone == Zone.EAST and zone_of(region) is Zone.WEST:
        yield f"{region} lives later than the east, and is not called by its hours"


def _longest(table: Mapping[str, Any], prefix: str) -> str:
    """Look up the longest beginning of a block that libphonenumber describes."""
    digits = f"86{prefix}"
    for length in range(len(digits), 4, -1):
        if described := table.get(digits[:length]):
            return str(described.get("en", ""))
    return ""


def _forget_shared_places(regions: dict[str, str]) -> None:
    """Treat a place that a whole three-digit prefix shares as unknown: "Beijing" for all of 173 is wrong."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for prefix, region in regions.items():
        places[prefix[:3]].add(region)
    for prefix in regions:
        if len(places[prefix[:3]]) == 1:
            regions[prefix] = ""
