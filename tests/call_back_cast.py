"""What tests of calling back share: people who asked for it, volunteers, and a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Sum

from tuidang.base.clock import CHINA
from tuidang.phone.actions.call_backs import begin_try
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.models import CallBack, CallBackCount

TODAY = date(2026, 11, 28)
LINDEN, BIRCH, MAPLE = (UUID(int=n) for n in (1, 2, 3))
NUMBER = "8613837145926"


def at(hour: float, day: date = TODAY) -> datetime:
    """Give a moment by China's clock, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


NOON = at(12.5)


def number_of(person: int) -> str:
    """Give a person his number."""
    return f"86138371{person:05d}"


def ask(
    person: int = 0,
    region: str = "CN-HA",
    hours: str = "any",
    *,
    day: date = TODAY,
    language: str = "",
    urgent: bool = False,
) -> int:
    """Let a person ask to be called back, and give the row's key."""
    before = set(CallBack.objects.values_list("pk", flat=True))
    call = sha256(f"{person} {day}".encode()).digest()[:16]
    store_call_back(call, number_of(person), region, hours, today=day, language=language)
    (key,) = set(CallBack.objects.values_list("pk", flat=True)) - before
    CallBack.objects.filter(pk=key).update(urgent=urgent)
    return key


def call(volunteer: UUID, key: int, now: datetime = NOON) -> str:
    """Let the telephone call whom a volunteer was lent: the number it dials, or why it does not."""
    attempt = begin_try(volunteer, key, now, simulated=False)
    return getattr(attempt, "number", str(attempt))


def counts() -> dict[str, int]:
    """Give the counts over all days, by outcome."""
    rows = CallBackCount.objects.values("outcome").annotate(total=Sum("count"))
    return {row["outcome"]: row["total"] for row in rows}


def forms_of(number: str) -> list[bytes]:
    """List the shapes in which a number could lie in a file."""
    shapes = [number, number[2:], number[2:9], number[-8:]]
    found = [shape.encode(coding) for shape in shapes for coding in ("ascii", "utf-16-le", "utf-32-be")]
    value, packed = int(number), bytes.fromhex("0" + number)
    return [*found, value.to_bytes(6, "big"), value.to_bytes(6, "little"), packed, number[::-1].encode()]
