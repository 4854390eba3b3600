"""What is read of calls to our own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tuidang.phone.models import HotlineNumber, NumberTrial
from tuidang.phone.test_calls.rules import Outcome

_WEEK = 7


@dataclass(frozen=True)
class Way:
    """One of our numbers, and how it is dialled."""

    code: str
    number: str
    trunk: str
    host: str
    caller: str
    live: bool


@dataclass(frozen=True)
class Standing:
    """How a number stands: its last call, if there was one, and of seven days those with one, and heard."""

    code: str
    last_day: date | None
    last: Outcome | None
    tried: int
    heard: int

    def is_stale(self, today: date) -> bool:
        """Tell whether it was not tried yesterday or today."""
        return self.last_day is None or self.last_day < today - timedelta(days=1)


def all_numbers() -> list[Way]:
    """List our numbers by their names."""
    found = HotlineNumber.objects.select_related("trunk").order_by("code")
    return [
        Way(one.code, one.number, one.trunk.name, one.trunk.host, one.trunk.caller, one.trunk.live)
        for one in found
    ]


def tried_on(day: date) -> set[str]:
    """Name the numbers that were tried on a day."""
    return set(NumberTrial.objects.filter(day=day).values_list("code", flat=True))


def standings(today: date) -> list[Standing]:
    """Tell of each of our numbers how it stands."""
    calls: dict[str, list[NumberTrial]] = {}
    for call in NumberTrial.objects.filter(day__gt=today - timedelta(days=90)).order_by("day"):
        calls.setdefault(call.code, []).append(call)
    return [_standing(code, calls.get(code, []), today) for code in _codes()]


def _codes() -> list[str]:
    return list(HotlineNumber.objects.order_by("code").values_list("code", flat=True))


def _standing(code: str, calls: list[NumberTrial], today: date) -> Standing:
    lately = [call for call in calls if call.day > today - timedelta(days=_WEEK)]
    heard = sum(call.outcome == Outcome.HEARD for call in lately)
    last = calls[-1] if calls else None
    return Standing(
        code, last.day if last else None, Outcome(last.outcome) if last else None, len(lately), heard
    )
