"""Budgets in memory that slow somebody down instead of refusing him, under a key thrown away every day.

Nothing here is stored or logged. A source is known only as a keyed hash; with the day's end the key and all
that was counted under it are gone. Each process counts for itself, so a budget is really one per worker.
"""

from __future__ import annotations

import math
import secrets
from collections import OrderedDict
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import NamedTuple

_DAY = 86400
_MOST_DOUBLINGS = 32


def network_of(address: str) -> str:
    """Give the network one person may well control: the /24 of an address, or the /56; "" if it is none."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ip_network((ip, 56), strict=False))
        ip = ip.ipv4_mapped
    return f"{str(ip).rpartition('.')[0]}.0/24"


class Mark(NamedTuple):
    """How much somebody has used up, and when that was so (Unix time, seconds)."""

    used: float
    at: float


class _Ledger:
    """Marks by keyed hash, at most `bound`; when full, who was silent longest is forgotten and starts anew.

    So a crowd of sources can wash out each other's marks, and never another person's right to be served.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._day = -1
        self._key = b""
        self._marks: OrderedDict[bytes, Mark] = OrderedDict()

    def get(self, name: str, now: float) -> Mark:
        return self._marks.get(self._hash(name, now), Mark(0.0, now))

    def set(self, name: str, mark: Mark) -> None:
        place = self._hash(name, mark.at)
        self._marks[place] = mark
        self._marks.move_to_end(place)
        if len(self._marks) > self._bound:
            self._marks.popitem(last=False)

    def drop(self, name: str, now: float) -> None:
        self._marks.pop(self._hash(name, now), None)

    def _hash(self, name: str, now: float) -> bytes:
        if self._day != (day := int(now // _DAY)):
            self._day, self._key = day, secrets.token_bytes(32)
            self._marks.clear()
        return blake2b(name.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()


class Budget:
    """A bucket for each source: `burst` at once, and `per_hour` in the long run."""

    def __init__(self, *, burst: float, per_hour: float, sources: int = 50_000) -> None:
        self._burst = burst
        self._rate = per_hour / 3600
        self._ledger = _Ledger(sources)
        self._lock = Lock()

    def spend(self, source: str, now: float, amount: float = 1) -> bool:
        """Take `amount` from a source's budget; False, and nothing is taken, if that is more than is left."""
        with self._lock:
            mark = self._ledger.get(source, now)
            rested = max(0.0, now - mark.at)  # a clock that is set back takes nothing away
            used = max(0.0, mark.used - rested * self._rate) + amount
            if used > self._burst:
                return False
            self._ledger.set(source, Mark(used, now))
            return True


class Slowdown:
    """Makes who fails again and again wait: after `free` failures 1, 2, 4 … seconds, at most `longest`.

    One failure is forgiven every `forgiven` seconds. What is tried during a wait should not be looked at, and
    is no failure: so nobody can prolong the wait of another.
    """

    def __init__(self, *, free: int, longest: float, forgiven: float, names: int = 50_000) -> None:
        self._free = free
        self._longest = longest
        self._forgiven = forgiven
        self._ledger = _Ledger(names)
        self._lock = Lock()

    def wait(self, name: str, now: float) -> float:
        """Give the seconds until `name` may be tried again; 0 for at once."""
        with self._lock:
            return self._wait(name, now)

    def attempt(self, name: str, now: float) -> float:
        """Begin a try, noted as failed until `succeeded`, and give 0; or the seconds until there may be one.

        Looked at and noted in one step: of a hundred who try at once, none is let pass beyond his turn.
        """
        with self._lock:
            wait = self._wait(name, now)
            if not wait:
                self._fail(name, now)
            return wait

    def failed(self, name: str, now: float) -> None:
        """Note a failure."""
        with self._lock:
            self._fail(name, now)

    def succeeded(self, name: str, now: float) -> None:
        """Forget the failures of `name`."""
        with self._lock:
            self._ledger.drop(name, now)

    def _wait(self, name: str, now: float) -> float:
        mark = self._ledger.get(name, now)
        beyond = self._left(mark, now) - self._free
        if beyond <= 0:
            return 0.0
        pause = min(self._longest, math.pow(2, min(beyond - 1, _MOST_DOUBLINGS)))
        return min(pause, max(0.0, mark.at + pause - now))

    def _fail(self, name: str, now: float) -> None:
        self._ledger.set(name, Mark(self._left(self._ledger.get(name, now), now) + 1, now))

    def _left(self, mark: Mark, now: float) -> float:
        return max(0.0, mark.used - max(0.0, now - mark.at) / self._forgiven)
