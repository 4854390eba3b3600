"""What is read across the telephone's tables, records and live snapshots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuidang.phone.duty_rules import UNSEEN
from tuidang.phone.hotline_now import DeskNow, HotlineNow, Waiting, hotline_now
from tuidang.phone.models import Block, Campaign, Disposition, Duty, HotlineHour, Message, Trunk
from tuidang.phone.records.compare import Comparison, Throws, compare
from tuidang.phone.records.funnel import STAGES, Row, funnel
from tuidang.phone.rules import Refusal, may_use_trunk
from tuidang.register.queries import begun_as_sample

__all__ = ["DeskNow", "HotlineNow", "Waiting", "hotline_now"]  # told on by this room

_USUAL_DAYS = 28
FRESH = timedelta(seconds=5)  # a snapshot is written every second

_NOTHING = Row((), dict.fromkeys((*STAGES, "refused"), 0), 0)  # no call yet

_WHY = {
    Refusal.REGISTER: gettext_lazy("simulated people belong to a sample register, real people to a real one"),
    Refusal.NOT_LIVE: gettext_lazy("live dialling is off (TUIDANG_PHONE_LIVE)"),
    Refusal.NO_CALLER: gettext_lazy("it shows no true caller identity from outside China"),
    Refusal.CALLER_UNNAMED: gettext_lazy(
        "listen to every message, and mark that it says first who is calling"
    ),
    Refusal.DOCTOR: gettext_lazy("`tuidang doctor` has a warning"),
}


@dataclass(frozen=True)
class Going:
    """What a machine does for a campaign at this moment."""

    in_air: int
    rate: float  # calls begun a second, over the last ten
    halted: str  # why nothing is dialled, a reason's name; "" if it is
    held: dict[str, dict[str, int]]  # times since the machine began, by trunk and reason


@dataclass(frozen=True)
class Carrying:
    """How a trunk does on a machine at this moment."""

    is_up: bool
    in_air: int
    is_slowed: bool  # it failed calls, and is given fewer
    failed: int


@dataclass(frozen=True)
class Machine:
    """What a dialling machine wrote last, and whether it writes still."""

    name: str
    is_up: bool
    asterisk: bool
    campaigns: dict[str, Going]
    trunks: dict[str, Carrying]

    @property
    def in_air(self) -> int:
        """Count the calls in the air, for all campaigns."""
        return sum(going.in_air for going in self.campaigns.values()) if self.is_up else 0


@dataclass(frozen=True)
class Standing:
    """A message of a campaign: its funnel, and what can be said of it beside the others by now."""

    message: Message
    row: Row
    complaints: int  # noted by volunteers
    comparison: Comparison | None  # None with a single message


def obstacles(campaign: Campaign, *, phone_live: bool, warnings: int) -> list[str]:
    """List in sentences what keeps a campaign from starting; nothing when it may."""
    messages, trunks = list(campaign.messages.all()), list(campaign.trunks.all())
    found = []
    if not messages:
        found.append(_("It has no message to play."))
    if not trunks:
        found.append(_("It has no trunk to call by."))
    names_caller = all(message.names_caller for message in messages)
    is_sample = begun_as_sample()
    for trunk in trunks:
        refusal = may_use_trunk(
            trunk.host,
            trunk.caller,
            live=trunk.live,
            phone_live=phone_live,
            names_caller=names_caller,
            warnings=warnings,
            is_sample=is_sample,
        )
        if refusal is not None:
            found.append(_("Trunk %(name)s: %(why)s.") % {"name": trunk.name, "why": _WHY[refusal]})
    return found


def all_campaigns() -> list[Campaign]:
    """List campaigns: those that run first, stopped ones last."""
    order = {state: place for place, state in enumerate(("running", "paused", "draft", "stopped"))}
    return sorted(Campaign.objects.all(), key=lambda campaign: (order[campaign.state], campaign.name))


def all_trunks() -> list[Trunk]:
    """List trunks by name."""
    return list(Trunk.objects.order_by("name"))


def machines(folder: Path, now: datetime) -> list[Machine]:
    """Read what every dialling machine wrote last into `folder`; one that is silent is not up.

    A snapshot that cannot be read is left out: the next one comes within a second.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
            content = json.loads(path.read_text(encoding="utf-8"))
            found.append(_machine(content, is_up=now - written < FRESH))
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            continue
    return found


def _machine(content: Any, *, is_up: bool) -> Machine:
    return Machine(
        str(content["machine"]),
        is_up,
        is_up and content["asterisk"] is True,
        {
            name: Going(
                int(one["in_air"]),
                float(one["rate_10s"]),
                str(one["halted"]),
                {
                    trunk: {reason: int(count) for reason, count in times.items()}
                    for trunk, times in one.get("held", {}).items()
                },
            )
            for name, one in content["campaigns"].items()
        },
        {
            name: Carrying(one["up"] is True, int(one["in_air"]), one["slowed"] is True, int(one["failed"]))
            for name, one in content["trunks"].items()
        },
    )


def standings(records: Path, campaign: Campaign) -> list[Standing]:
    """Compare the messages of a campaign by all that is recorded of it."""
    messages = list(campaign.messages.order_by("id"))
    rows = {row.group[0]: row for row in funnel(records, ["message"], campaign=campaign.name)}
    plans = [
        (_shares(row.group[0]), row.group[1], row.counts)
        for row in funnel(records, ["plan", "message"], campaign=campaign.name)
        if row.group[0]
    ]
    noted = list(campaign.complaints.filter(count__gt=0).values_list("plan", "message", "count"))
    complained = [(_shares(plan), name, {"complaints": count}) for plan, name, count in noted if name]
    return [
        Standing(
            message,
            rows.get(message.name, _NOTHING),
            sum(count for _plan, name, count in noted if name == message.name),
            compare(
                list(_throws(plans, message.name, ("asked",))),
                list(_throws(plans, message.name, ("never",))),
                list(_throws(complained, message.name, ("complaints",))),
                messages=len(messages),
            )
            if len(messages) > 1
            else None,
        )
        for message in messages
    ]


def calls_made(records: Path, first: date, last: date) -> int:
    """Count the numbers that machines dialled from one day to another."""
    return sum(row.counts["dialled"] for row in funnel(records, first=first, last=last))


def unassigned_complaints(campaign: Campaign) -> int:
    """Count the complaints of which nobody could tell which message they were about."""
    return sum(campaign.complaints.filter(message="").values_list("count", flat=True))


def _throws(
    plans: Iterable[tuple[dict[str, int], str, dict[str, int]]], name: str, keys: tuple[str, ...]
) -> Iterator[Throws]:
    """Gather the presses under each plan that has the message and others beside it."""
    gathered: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for shares, message, counts in plans:
        if name in shares and len(shares) > 1:
            presses = gathered.setdefault(tuple(shares.items()), [0, 0])
            presses[message != name] += sum(counts[key] for key in keys)
    for plan, (ours, others) in gathered.items():
        shares = dict(plan)
        yield Throws(ours, others, shares[name] / sum(shares.values()))


def _shares(plan: str) -> dict[str, int]:
    return {name: int(share) for name, _, share in (part.partition("=") for part in plan.split())}


@dataclass(frozen=True)
class OnDuty:
    """A volunteer who is on duty."""

    desk: int
    volunteer: UUID
    languages: tuple[str, ...]  # the one he speaks best first
    coordinator: bool
    is_ready: bool  # may be rung
    is_seen: bool  # his page was heard of within a minute
    is_own: bool  # he is rung at a telephone of his own


def duty_of(volunteer: UUID, now: datetime) -> OnDuty | None:
    """Give a volunteer's duty; None when he is not on duty."""
    found = Duty.objects.filter(volunteer=volunteer).first()
    return _on_duty(found, now) if found else None


def on_duty(now: datetime) -> list[OnDuty]:
    """List who is on duty, by desk."""
    return [_on_duty(duty, now) for duty in Duty.objects.order_by("desk")]


def _on_duty(duty: Duty, now: datetime) -> OnDuty:
    return OnDuty(
        duty.desk,
        duty.volunteer,
        tuple(duty.languages.split()),
        duty.coordinator,
        duty.state == Duty.State.READY,
        duty.seen >= now - UNSEEN,
        duty.sealed_on is not None,
    )


def region_of(number: str) -> str:
    """Give the region (ISO 3166-2:CN) of a Chinese mobile's E.164 digits; "" when it is not known."""
    found = Block.objects.filter(prefix=number.removeprefix("86")[:7]).values_list("region", flat=True)
    return next(iter(found), "") if number.startswith("86") else ""


def hotline_hours(since: datetime) -> list[HotlineHour]:
    """List the counted hours from `since` on, the oldest first."""
    return list(HotlineHour.objects.filter(hour__gte=since).order_by("hour", "language"))


def usual_arrivals(now: datetime) -> float:
    """Give how many wanted to talk in an hour like this one, on average over the last four weeks."""
    hours = HotlineHour.objects.filter(hour__gte=now - timedelta(days=_USUAL_DAYS), hour__hour=now.hour)
    return (hours.aggregate(sum=Sum("arrived"))["sum"] or 0) / _USUAL_DAYS


def dispositions(since: date) -> list[Disposition]:
    """List what conversations ended in, by day, kind and end."""
    return list(Disposition.objects.filter(day__gte=since).order_by("day", "kind", "what"))
