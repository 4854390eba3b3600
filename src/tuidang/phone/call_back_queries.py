"""What is read of calls by volunteers: how many wait, when the next may be called, what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from tuidang.phone.actions.call_backs import free_call_backs
from tuidang.phone.call_back_rules import MOST_TRIES, next_safe
from tuidang.phone.models import CallBack, CallBackCount
from tuidang.phone.rules import zone_of


@dataclass(frozen=True)
class Waiting:
    """How many of a kind wait who named the same hours, and how they stand."""

    kind: str  # CallBack.Kind
    hours: str
    all: int
    open: int  # that may be called now
    held: int  # that are lent to a volunteer

    @property
    def later(self) -> int:
        """Count those who rest after a try, or wait for their hours."""
        return self.all - self.open - self.held


def waiting_call_backs(now: datetime) -> list[Waiting]:
    """Count who waits, by kind and by the hours they named; none of it is about a single one."""
    found = []
    for kind in CallBack.Kind:
        for hours in ("morning", "afternoon", "evening", "any"):
            like = Q(kind=kind, hours=hours)
            rows = CallBack.objects.filter(like, never=False, batch__isnull=True)
            if count := rows.count():
                held = rows.filter(leased_until__gt=now).count()
                found.append(Waiting(kind, hours, count, free_call_backs(now).filter(like).count(), held))
    return found


def count_open(languages: Collection[str], now: datetime) -> int:
    """Count who may be called now by a volunteer who speaks these languages."""
    return free_call_backs(now).filter(language__in=["", *languages]).count()


def next_opening(languages: Collection[str], now: datetime) -> datetime | None:
    """Tell from when on one more may be called by who speaks these languages; None if nobody waits."""
    rows = CallBack.objects.filter(
        tries__lt=MOST_TRIES, never=False, batch__isnull=True, language__in=["", *languages]
    )
    wishes = rows.values_list("hours", "region", "rests_until").distinct()
    moments = (next_safe(hours, zone_of(region), max(now, rests or now)) for hours, region, rests in wishes)
    return min(moments, default=None)


def outcomes_since(day: date) -> dict[str, int]:
    """Add up what became of calls by volunteers from a day on, by `call_back_rules.Outcome`."""
    rows = CallBackCount.objects.filter(day__gte=day).values("outcome").annotate(total=Sum("count"))
    return {row["outcome"]: row["total"] for row in rows}
