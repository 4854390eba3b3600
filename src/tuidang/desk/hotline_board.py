"""How the hotline stands right now and stood of late, as it is told beside the board of the week."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tuidang.base.clock import CHINA
from tuidang.desk.words import ENDS
from tuidang.phone.queries import dispositions, hotline_hours, hotline_now

LOOKS_BACK = timedelta(days=1)
ENDS_OF = timedelta(days=7)


@dataclass(frozen=True)
class HotlineToday:
    """Whether it runs, who is there, who waits; how many of the last 24 hours had nobody to talk with."""

    runs: bool
    on_duty: int  # whom it may ring, now or after what they do
    waiting: int
    in_vain: int


def hotline_today(now: datetime) -> HotlineToday:
    """Look at the hotline."""
    found = hotline_now(settings.TUIDANG.data, now)
    in_vain = sum(row.to_message for row in hotline_hours(now - LOOKS_BACK))
    if found is None:
        return HotlineToday(runs=False, on_duty=0, waiting=0, in_vain=in_vain)
    there = sum(desk.state not in {"away", "gone"} for desk in found.desks.values())
    return HotlineToday(
        runs=True, on_duty=0 if found.nobody else there, waiting=len(found.waiting), in_vain=in_vain
    )


def ends_of_week(now: datetime) -> list[tuple[str, int]]:
    """Count what conversations of the last seven days ended in, in words; none is told of a single one."""
    counts: Counter[str] = Counter()
    for row in dispositions((now.astimezone(CHINA) - ENDS_OF).date()):
        counts[row.what] += row.count
    return [(str(words), counts[what]) for what, words in ENDS.items() if counts[what]]
