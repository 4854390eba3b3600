"""The public halves of the weeks, as they are published; what they seal is opened away from here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tuidang.field.rules import weeks_to_take_along
from tuidang.privacy.weekly import WeekKeyError, read_public


def sealing_keys(folder: Path, today: date) -> Mapping[str, bytes]:
    """Give the public halves that phones should have by today, by week; what cannot be read is left out."""
    found = {}
    for week in weeks_to_take_along(today):
        try:
            named, key = read_public((folder / f"{week}.json").read_bytes())
        except (OSError, WeekKeyError):
            continue
        if named == week:
            found[week] = key
    return found
