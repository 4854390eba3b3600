"""What is to be dialled now, read from the database: running campaigns, their messages and trunks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.conf import settings

from tuidang.library.audio.queries import heard_in
from tuidang.phone.actions.library_sounds import FOLDER as LIBRARY
from tuidang.phone.actions.shares import Share, take_shares
from tuidang.phone.asterisk.sounds import ENDING, path_of
from tuidang.phone.models import Campaign, Trunk
from tuidang.phone.records.outcomes import shares_text
from tuidang.phone.rules import Refusal, is_simulated, may_use_trunk
from tuidang.register.queries import begun_as_sample

MOST_MORE: Final = 50  # of the library's sounds in one call; nobody hears them all


@dataclass(frozen=True)
class TrunkPlan:
    """A trunk and its limits."""

    name: str
    host: str
    caller: str
    live: bool
    calls_per_second: int
    channels: int

    @property
    def simulated(self) -> bool:
        """Tell whether it can reach nobody."""
        return is_simulated(self.host, live=self.live)

    def with_share(self, share: Share) -> TrunkPlan:
        """Give the trunk with other limits."""
        return replace(self, calls_per_second=share.calls_per_second, channels=share.channels)


@dataclass(frozen=True)
class CampaignPlan:
    """A running campaign."""

    name: str
    opens: int
    closes: int
    daily_limit: int
    days_between: int
    regions: tuple[str, ...]
    messages: Mapping[str, str]  # sound by name, in their order
    shares: Mapping[str, int]  # by name
    names_caller: bool  # all messages say first who is calling
    trunks: tuple[str, ...]
    has_sounds: bool  # there is a sound for every message: nobody is called to hear silence
    more: tuple[str, ...] = ()  # sounds of the library, one after the other: key 1 plays them

    @property
    def shares_text(self) -> str:
        """Write down how messages are drawn, as call records keep it."""
        return shares_text(self.shares)

    def to_play(self, message: str) -> tuple[str, ...]:
        """Give the sounds of a call that begins with a message: key 1 plays the next of them.

        That is what the library has, after a chapter of it the chapters that follow; the campaign's other
        messages where it has nothing.
        """
        first = self.messages[message]
        if not self.more:
            return (first, *(sound for name, sound in self.messages.items() if name != message))
        after = self.more.index(first) + 1 if first in self.more else 0
        others = [sound for sound in self.more[after:] + self.more[:after] if sound != first]
        return (first, *others[:MOST_MORE])


@dataclass(frozen=True)
class Plan:
    """All that is to be dialled."""

    campaigns: tuple[CampaignPlan, ...]
    trunks: Mapping[str, TrunkPlan]
    is_sample: bool | None  # the register; None: none was begun yet

    @property
    def is_live(self) -> bool:
        """Tell whether a trunk of it reaches real people."""
        return any(trunk.live for trunk in self.trunks.values())


def load_plan() -> Plan:
    """Read the plan; a campaign without a message or a trunk is not in it."""
    sounds: Path = settings.TUIDANG.data / "phone" / "sounds"
    running = Campaign.objects.filter(state=Campaign.State.RUNNING).order_by("name")
    campaigns = [
        CampaignPlan(
            name=campaign.name,
            opens=campaign.opens,
            closes=campaign.closes,
            daily_limit=campaign.daily_limit,
            days_between=campaign.days_between,
            regions=tuple(campaign.regions.split()),
            messages={message.name: message.sound for message in messages},
            shares={message.name: message.share for message in messages},
            names_caller=all(message.names_caller for message in messages),
            trunks=tuple(trunk.name for trunk in campaign.trunks.all()),
            more=library_sounds(sounds, campaign.language),
            has_sounds=all((sounds / f"{message.sound}{ENDING}").is_file() for message in messages),
        )
        for campaign in running.prefetch_related("messages", "trunks")
        if (messages := sorted(campaign.messages.all(), key=lambda message: message.pk))
    ]
    wanted = {name for campaign in campaigns for name in campaign.trunks}
    trunks = {
        trunk.name: TrunkPlan(
            trunk.name, trunk.host, trunk.caller, trunk.live, trunk.calls_per_second, trunk.channels
        )
        for trunk in Trunk.objects.filter(name__in=wanted)
    }
    return Plan(tuple(campaign for campaign in campaigns if campaign.trunks), trunks, begun_as_sample())


def library_sounds(sounds: Path, language: str) -> tuple[str, ...]:
    """Name what of the library can be played in a language, in its order."""
    named = (f"{LIBRARY}/{one.code}" for one in heard_in(language))
    return tuple(name for name in named if path_of(sounds, name).is_file())


def usable_trunks(*, phone_live: bool, examine: Callable[[], int]) -> list[TrunkPlan]:
    """List the trunks by which a volunteer may call somebody now; he says himself who is calling.

    `examine` counts the doctor's warnings; he is asked where real people are reached.
    """
    trunks = [
        TrunkPlan(trunk.name, trunk.host, trunk.caller, trunk.live, trunk.calls_per_second, trunk.channels)
        for trunk in Trunk.objects.order_by("name")
    ]
    warnings = examine() if phone_live and any(trunk.live for trunk in trunks) else 0
    is_sample = begun_as_sample()
    return [
        trunk
        for trunk in trunks
        if may_use_trunk(
            trunk.host,
            trunk.caller,
            live=trunk.live,
            phone_live=phone_live,
            names_caller=True,
            warnings=warnings,
            is_sample=is_sample,
        )
        is None
    ]


def load_shared_plan(
    machine: str, held: Mapping[str, Share], find_dead: Callable[[Mapping[str, int]], Collection[str]]
) -> Plan:
    """Read the plan; the limits of its trunks are what this machine may use of them: see `take_shares`."""
    plan = load_plan()
    limits = {name: Share(trunk.calls_per_second, trunk.channels) for name, trunk in plan.trunks.items()}
    shares = take_shares(machine, limits, held, find_dead)
    trunks = {name: trunk.with_share(shares[name]) for name, trunk in plan.trunks.items()}
    return replace(plan, trunks=trunks)


def trunk_refusal(
    campaign: CampaignPlan, trunk: TrunkPlan, *, phone_live: bool, warnings: int, is_sample: bool | None
) -> Refusal | None:
    """Tell why a campaign may not call by this trunk; None if it may."""
    if not campaign.has_sounds:
        return Refusal.NO_SOUND
    return may_use_trunk(
        trunk.host,
        trunk.caller,
        live=trunk.live,
        phone_live=phone_live,
        names_caller=campaign.names_caller,
        warnings=warnings,
        is_sample=is_sample,
    )
