"""Numbers to dial: leased, drawn, and looked at by the rules, just as many as can be dialled at once.

Nothing is drawn ahead, so a dialler that is killed loses no more numbers than it was about to dial.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from tuidang.base.clock import CHINA
from tuidang.phone.actions.blocks import Lease, LeaseLost, draw_numbers, lease_block, return_block
from tuidang.phone.actions.never import is_never, never_keys
from tuidang.phone.actions.quota import reserve_calls, return_calls
from tuidang.phone.dialler.plan import CampaignPlan
from tuidang.phone.numbers.sampler import Sampler
from tuidang.phone.rules import Refusal, Zone, is_open, may_call
from tuidang.privacy.keys import KeyMissingError

CALL_BYTES = 16
_REST = timedelta(seconds=5)  # before looking again where there was nothing
_RESERVE = 50  # calls of the day's limit that are taken at once
_LEASES_A_DRAW = 4  # blocks that one draw may go through: short ends of slices, and lost leases


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number that counts as dialled, and the name of the call to it."""

    call: bytes
    number: str = field(repr=False)
    prefix: str
    region: str
    refusal: Refusal | None = None
    zone: Zone = Zone.UNKNOWN


class Supply:
    """What one machine draws for one campaign, on simulated trunks or on others; one thread at a time."""

    def __init__(self, machine: str, sampler: Sampler, *, simulated: bool) -> None:
        self._machine = machine
        self._sampler = sampler
        self._simulated = simulated
        self._lease: Lease | None = None
        self._empty_until = datetime.min.replace(tzinfo=UTC)
        self._day: date | None = None
        self._reserved = 0  # calls of that day's limit that are ours
        self.halted: Refusal | None = None  # why the last draw gave nothing

    def draw(self, campaign: CampaignPlan, count: int, now: datetime) -> list[Drawn]:
        """Draw up to `count` numbers; those that a rule refuses are among them, and are not to be dialled."""
        if not (self._simulated or is_hour(campaign, now)):
            self.halted = Refusal.HOURS
            return []
        if now < self._empty_until:
            return []
        try:
            never_keys()
        except KeyMissingError:  # then nobody may be called, and nothing is drawn in vain
            self.halted, self._empty_until = Refusal.NEVER_KEY, now + _REST
            return []
        granted = min(count, self._reserve(campaign, now.astimezone(CHINA).date()))
        drawn = self._draw(campaign, granted, now)
        # A crash after a draw leaves its numbers undialled: they count as dialled, and none is dialled twice.
        self._reserved -= len(drawn)
        if not drawn:
            self.halted = Refusal.NO_NUMBERS if granted else Refusal.DAILY_LIMIT
            self._empty_until = now + _REST
        return drawn

    def _reserve(self, campaign: CampaignPlan, day: date) -> int:
        """Give how many calls of the day's limit are ours, reserving some when none is left."""
        if self._day != day:
            self._day, self._reserved = day, 0
        if not self._reserved:
            # A crash after this leaves as many calls of the limit unused.
            self._reserved = reserve_calls(campaign.name, _RESERVE, day, campaign.daily_limit)
        return self._reserved

    def give_up(self, campaign: str) -> None:
        """Give back all that is held: the block, and calls of the day's limit."""
        self.give_back()
        if self._day is not None and self._reserved:
            return_calls(campaign, self._reserved, self._day)
            self._reserved = 0

    def give_back(self) -> None:
        """Give the block back that is leased, if one is."""
        if self._lease is not None:
            lease, self._lease = self._lease, None
            return_block(lease)

    def _draw(self, campaign: CampaignPlan, count: int, now: datetime) -> list[Drawn]:
        drawn: list[Drawn] = []
        for _ in range(_LEASES_A_DRAW):
            if len(drawn) >= count:
                break
            lease = self._lease = self._lease or self._take(campaign, now)
            if lease is None:
                break
            try:
                numbers = draw_numbers(lease, count - len(drawn), now=now)
            except LeaseLost:
                self._lease = None
                continue
            if len(drawn) + len(numbers) < count:
                self.give_back()
            drawn += self._look_at(numbers, lease, campaign, now)
        return drawn

    def _take(self, campaign: CampaignPlan, now: datetime) -> Lease | None:
        return lease_block(
            self._machine,
            self._sampler,
            now=now,
            days_between=campaign.days_between,
            regions=campaign.regions,
            simulated=self._simulated,
        )

    def _look_at(
        self, numbers: tuple[str, ...], lease: Lease, campaign: CampaignPlan, now: datetime
    ) -> list[Drawn]:
        never = is_never(numbers)
        return [
            Drawn(
                secrets.token_bytes(CALL_BYTES),
                number,
                lease.prefix,
                lease.region,
                may_call(
                    number,
                    lease.zone,
                    now=now,
                    is_never=number in never,
                    opens=campaign.opens,
                    closes=campaign.closes,
                    simulated=self._simulated,
                ),
                lease.zone,
            )
            for number in numbers
        ]


def look_at_the_clock(drawn: Sequence[Drawn], campaign: CampaignPlan, now: datetime) -> list[Drawn]:
    """Refuse those whose hours have ended since they were drawn: that may have waited for the database."""
    return [
        one
        if one.refusal or is_open(one.zone, now, opens=campaign.opens, closes=campaign.closes)
        else replace(one, refusal=Refusal.HOURS)
        for one in drawn
    ]


def is_hour(campaign: CampaignPlan, now: datetime) -> bool:
    """Tell whether a campaign's own hours are on; blocks are leased by the rules' hours besides."""
    return campaign.opens <= now.astimezone(CHINA).hour < campaign.closes
