"""Who is in which call right now: what the hotline says, joined with who sits at which telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from tuidang.phone.hotline_now import path_of
from tuidang.phone.queries import duty_of, hotline_now

# While it rings nobody has taken it yet.
_IN_CALL: Final = frozenset({"talking", "held", "gone"})


@dataclass(frozen=True)
class Place:
    """Where a volunteer stands to a call."""

    desk: int = 0  # his telephone, if he is in it; 0: he is not
    others: bool = False  # somebody else is in it
    rings: bool = False  # it rings him, and he has not taken it yet
    unknown: bool = False  # the hotline was heard of within the hour, and does not say who is in which call


def place_in(volunteer: UUID, call: str, now: datetime) -> Place:
    """Say whether a volunteer is in a call, and whether anybody else is."""
    hotline = hotline_now(settings.TUIDANG.data, now)
    if hotline is None and path_of(settings.TUIDANG.data).exists():
        return Place(unknown=True)
    states = {n: desk.state for n, desk in hotline.desks.items() if desk.call == call} if hotline else {}
    duty = duty_of(volunteer, now) if states else None
    own = duty.desk if duty and duty.desk in states else 0
    state = states.pop(own, "")
    others = any(other in _IN_CALL for other in states.values())
    return Place(own if state in _IN_CALL else 0, others, state == "ringing")
