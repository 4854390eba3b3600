"""The clock, for those who may read it: views, commands and long-running services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "UTC+8")


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def china_today() -> date:
    """Return the day in China (UTC+8), by which the register counts."""
    return utc_now().astimezone(CHINA).date()
