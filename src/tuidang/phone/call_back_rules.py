"""When a volunteer may call somebody, how often, and what becomes of it: pure decisions."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tuidang.base.clock import CHINA
from tuidang.phone.rules import CLOSES, OPENS, Zone, is_open

MOST_TRIES: Final = 4
_FIRST_REST: Final = timedelta(hours=4)
_REST: Final = timedelta(days=1)
# O'clock in his place, as he was asked: "morning 1, afternoon 2, evening 3, any time 4".
_WISHES: Final = {
    "morning": (OPENS, 12),
    "afternoon": (12, 18),
    "evening": (18, CLOSES),
    "any": (OPENS, CLOSES),
}
_LATER: Final = 2  # hours by which the far west lives later than its clock says


class Outcome(StrEnum):
    """What became of a call, or of a row that nobody can call any more; each is counted."""

    DONE = "done"  # they talked
    NOT_REACHED = "not-reached"  # nobody answered, or he could not talk: tried again later
    CUT_OFF = "cut-off"  # the line broke while they talked: next in the list
    NEVER = "never"  # wants never to be called again
    WRONG_NUMBER = "wrong-number"  # somebody else, who asked for nothing
    WORN_OUT = "worn-out"  # tried as often as may be
    EXPIRED = "expired"  # nobody called him in fourteen days


def safe_hours(hours: str, zone: Zone) -> tuple[int, int]:
    """Give when a wish ("morning") may be met, from and to, o'clock by China's legal time.

    The rules' own hours of the zone are part of it. Of a place that is not known, the hours that are right
    in the east and in the far west.
    """
    first, last = _WISHES[hours]
    begins = first if zone is Zone.EAST else first + _LATER
    ends = last + _LATER if zone is Zone.WEST else last
    return begins, min(ends, CLOSES)


def is_safe(hours: str, zone: Zone, now: datetime) -> bool:
    """Tell whether a wish may be met now. ValueError for a time without its zone."""
    opens, closes = safe_hours(hours, zone)
    return is_open(zone, now, opens=opens, closes=closes)


def safe_wishes(now: datetime) -> tuple[tuple[str, Zone], ...]:
    """List the wishes, each with a zone, that may be met now."""
    return tuple((hours, zone) for hours in _WISHES for zone in Zone if is_safe(hours, zone, now))


def next_safe(hours: str, zone: Zone, now: datetime) -> datetime:
    """Give the first moment from `now` on at which a wish may be met."""
    if is_safe(hours, zone, now):
        return now
    local = now.astimezone(CHINA)
    opens = local.replace(hour=safe_hours(hours, zone)[0], minute=0, second=0, microsecond=0)
    return opens if opens > local else opens + timedelta(days=1)


def rest_until(tries: int, now: datetime) -> datetime:
    """Give the whole hour until which he is left in peace after try number `tries`, begun now.

    Four hours, then a day, and up to an hour more, so that nobody reads from it when he was called.
    """
    until = now + (_FIRST_REST if tries <= 1 else _REST)
    whole = until.replace(minute=0, second=0, microsecond=0)
    return whole if whole == until else whole + timedelta(hours=1)
