"""What may be used once: challenges and codes, remembered in memory for as long as they would do."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from threading import Lock


class Once:
    """Remembers for `seconds` what was used. Each process remembers for itself; nothing is written."""

    def __init__(self, *, seconds: float, most: int = 100_000) -> None:
        self._seconds = seconds
        self._most = most
        self._used: OrderedDict[bytes, float] = OrderedDict()
        self._lock = Lock()

    def use(self, name: str, now: float) -> bool:
        """Use something up; False when it was before. `now`: Unix time."""
        place = sha256(name.encode()).digest()
        with self._lock:
            while self._used and (
                next(iter(self._used.values())) <= now - self._seconds or len(self._used) > self._most
            ):
                self._used.popitem(last=False)
            if place in self._used:
                return False
            self._used[place] = now
            return True
