"""Who is in which call right now: what the hotline says, joined with who sits at which telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from tuidang.phone.queries import DeskNow, duty_of, hotline_now

# While it rings nobody has taken it yet.
_IN_CALL: Final = frozenset({"talking", "held", "wrap-up", "gone"})


@dataclass(frozen=True)
class Place:
    """Where a volunteer stands to a call."""

    desk: int = 0  # his telephone, if he is in it; 0: he is not
    others: bool = False  # somebody else is in it


def place_in(volunteer: UUID, call: str, now: datetime) -> Place:
    """Say whether a volunteer is in a call, and whether anybody else is."""
    hotline = hotline_now(settings.TUIDANG.data, now)
    desks = {number for number, desk in hotline.desks.items() if _has(desk, call)} if hotline else set()
    duty = duty_of(volunteer, now) if desks else None
    own = duty.desk if duty and duty.desk in desks else 0
    return Place(own, bool(desks - {own}))


def _has(desk: DeskNow, call: str) -> bool:
    return desk.call == call and desk.state in _IN_CALL
