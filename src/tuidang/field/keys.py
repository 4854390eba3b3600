"""The public halves of the weeks, as the trust root says them; what they seal is opened away from here."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from tuidang.base.clock import CHINA
from tuidang.field.rules import weeks_to_take_along
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.reading import NotTrustedError, read_targets

_FIRST: Final = "1.root.json"
_NEWEST: Final = "timestamp.json"


def sealing_keys(folder: Path, now: datetime) -> dict[str, bytes]:
    """Give the public halves that phones should have by now, by week; none where nothing can be believed."""
    store, today = DirectoryStore(folder), now.astimezone(CHINA).date()
    try:
        newest = store.read(_NEWEST)
        # Read anew when it was signed anew, and once a day, as what was signed ends at some time.
        said = _halves(folder, newest, today) if newest else {}
    except (NotTrustedError, OSError):
        return {}
    return {week: said[week] for week in weeks_to_take_along(today) if week in said}


def public_halves(folder: Path, now: datetime) -> dict[str, bytes]:
    """Give all public halves that the trust root in a folder says. Raises NotTrustedError and OSError."""
    store = DirectoryStore(folder)
    said = read_targets(store, store.read(_FIRST) or b"", now)
    return {week: said.sealing(week) for week in said.sealing_weeks()}


@lru_cache(maxsize=4)
def _halves(folder: Path, newest: bytes, day: date) -> dict[str, bytes]:  # noqa: ARG001 -- what it is kept by
    return public_halves(folder, datetime.combine(day, datetime.min.time(), CHINA))
