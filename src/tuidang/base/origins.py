"""From which provinces statements come, by an operator's table of networks: totals in memory, and no address.

Of an address only the network is looked at that budgets know too (/24, or /56 of IPv6), and only to add to a
province's total. A total leaves the process when its day is over, if it is large; small ones are thrown away.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from threading import Lock

from tuidang.privacy.regions import REGIONS

_log = logging.getLogger(__name__)

FLOOR = 50  # a province with fewer on a day is left out
STEP = 10  # totals are cut down to a multiple
_MOST_LINES = 2_000_000


class Prefixes:
    """A table of networks, each with its province; the narrowest that holds an address counts."""

    def __init__(self, found: dict[tuple[int, int], dict[int, str]]) -> None:
        """Take the provinces by IP version and length of prefix, and then by the network's number."""
        self._found = found
        self._lengths = {version: _longest_first(found, version) for version in (4, 6)}

    @classmethod
    def load(cls, path: Path) -> Prefixes:
        """Read a file of lines `prefix,province`; raises ValueError, with the line's number, and OSError."""
        found: dict[tuple[int, int], dict[int, str]] = {}
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                prefix, _, province = line.strip().partition(",")
                try:
                    network = ip_network(prefix)
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}") from error
                if province not in REGIONS or not province.startswith("CN-") or number > _MOST_LINES:
                    raise ValueError(
                        f"{path}, line {number}: give a network and a province, as 192.0.2.0/24,CN-SD"
                    )
                table = found.setdefault((network.version, network.prefixlen), {})
                table[int(network.network_address) >> network.max_prefixlen - network.prefixlen] = province
        return cls(found)

    def province_of(self, network: str) -> str:
        """Give the province of a visitor's network (`base.limits.network_of`); "" if it has none."""
        if not network:
            return ""
        asked: IPv4Network | IPv6Network = ip_network(network)
        number = int(asked.network_address)
        for length in self._lengths[asked.version]:
            if length <= asked.prefixlen:
                province = self._found[asked.version, length].get(number >> asked.max_prefixlen - length)
                if province is not None:
                    return province
        return ""


class Origins:
    """The totals of one process. A day that it did not see whole is thrown away: it would look small."""

    def __init__(self, began: date) -> None:
        """Begin on a day; totals count from the next one."""
        self._began = began
        self._days: dict[date, Counter[str]] = {}
        self._lock = Lock()

    def count(self, province: str, statements: int, today: date) -> None:
        """Add statements of a day to a province's total."""
        if province and today > self._began:
            with self._lock:
                self._days.setdefault(today, Counter())[province] += statements

    def take_finished(self, today: date) -> dict[date, dict[str, int]]:
        """Give the totals of days that are over, without the small ones, and forget them."""
        with self._lock:
            over = {day: self._days.pop(day) for day in sorted(self._days) if day < today}
        return {
            day: {
                province: count // STEP * STEP for province, count in sorted(counts.items()) if count >= FLOOR
            }
            for day, counts in over.items()
        }


@cache
def load_prefixes(path: Path) -> Prefixes:
    """Read an operator's table, once; one that cannot be read counts nothing, and the doctor says why."""
    try:
        return Prefixes.load(path)
    except (OSError, ValueError):
        _log.exception("the table of networks and provinces cannot be read; nothing is counted by it")
        return Prefixes({})


def _longest_first(found: dict[tuple[int, int], dict[int, str]], version: int) -> list[int]:
    return sorted((length for its, length in found if its == version), reverse=True)
