"""Everything that changes campaigns and trunks: made, filled, started, paused, stopped, cloned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from tuidang.library.rules import LANGUAGES
from tuidang.phone.models import Campaign, Message, Trunk
from tuidang.phone.queries import obstacles
from tuidang.phone.rules import CLOSES, LEAST_DAYS_BETWEEN, OPENS
from tuidang.privacy.regions import parse_region

MOST_A_DAY = 10_000_000
MOST_PER_SECOND = 1_000
MOST_CHANNELS = 10_000
MOST_MESSAGES = 20
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SOUND = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:]+\]):([1-9]\d{0,4})")
_CALLER = re.compile(r"[1-9]\d{7,14}")
_S = Campaign.State
_MOVES = {
    _S.RUNNING: {_S.DRAFT, _S.PAUSED},
    _S.PAUSED: {_S.RUNNING},
    _S.STOPPED: {_S.DRAFT, _S.RUNNING, _S.PAUSED},
}


class Mistake(ValueError):  # noqa: N818  what somebody entered, and a sentence on how to mend it
    """Something that was entered cannot be; nothing was changed. `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class CannotStart(Exception):  # noqa: N818  an answer, not a mistake
    """A campaign cannot start yet; `reasons` are sentences, one for each obstacle."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True)
class Limits:
    """What a campaign keeps to; never wider than the rules."""

    opens: int = OPENS
    closes: int = CLOSES
    daily_limit: int = 10_000
    days_between: int = 90
    regions: tuple[str, ...] = ()  # none named: everywhere
    language: str = LANGUAGES[0]  # of what of the library key 1 plays

    def mistakes(self) -> Iterator[Mistake]:
        """Give what cannot be."""
        if not OPENS <= self.opens < self.closes <= CLOSES:
            yield Mistake("hours", _("Hours lie between 9 and 21 o’clock, the first before the last."))
        if not 1 <= self.daily_limit <= MOST_A_DAY:
            yield Mistake("daily_limit", _("A day has from 1 to 10,000,000 calls."))
        if not LEAST_DAYS_BETWEEN <= self.days_between <= 3650:
            yield Mistake("days_between", _("Between two passes lie from 30 to 3,650 days."))
        if self.language not in LANGUAGES:
            yield Mistake("language", _("A language is one of zh-hans, zh-hant, en."))
        for region in self.regions:
            if not region.startswith("CN-") or parse_region(region) != region:
                yield Mistake(
                    "regions", _("%(region)s is no province’s code; one is CN-HA.") % {"region": region}
                )

    def check(self) -> None:
        """Raise Mistake for the first that cannot be."""
        for mistake in self.mistakes():
            raise mistake


def create_campaign(name: str, title: str, limits: Limits) -> None:
    """Make a draft. Raises Mistake."""
    check_name(name)
    limits.check()
    with transaction.atomic():
        if Campaign.objects.filter(name=name).exists():
            raise Mistake(
                "name", _("There is a campaign %(name)s already: choose another name.") % {"name": name}
            )
        Campaign.objects.create(name=name, title=tidy_title(title), **_columns(limits))


def change_campaign(name: str, title: str, limits: Limits) -> None:
    """Change what a campaign keeps to; a running one does so from the next call on. Raises Mistake."""
    limits.check()
    with transaction.atomic():
        campaign = find_campaign(name)
        _refuse_stopped(campaign)
        Campaign.objects.filter(pk=name).update(title=tidy_title(title), **_columns(limits))


def set_messages(name: str, shares: Sequence[tuple[str, str, int, bool]]) -> None:
    """Set what a campaign plays: message, sound, share, and whether it says first who calls. Raises Mistake.

    A message’s name stands for its words in all records: give other words another name.
    """
    if not shares:
        raise Mistake("messages", _("A campaign plays at least one message."))
    if len(shares) > MOST_MESSAGES:
        raise Mistake("messages", _("A campaign plays at most 20 messages."))
    for message, sound, share, _named in shares:
        for mistake in message_mistakes(message, sound, share):
            raise mistake
    if len({message for message, *_ in shares}) < len(shares):
        raise Mistake("messages", _("Two messages have one name."))
    with transaction.atomic():
        campaign = find_campaign(name)
        _refuse_stopped(campaign)
        campaign.messages.all().delete()
        Message.objects.bulk_create(
            Message(campaign=campaign, name=message, sound=sound, share=share, names_caller=names_caller)
            for message, sound, share, names_caller in shares
        )


def forget_listening(sound: str) -> None:
    """Note that nobody has listened yet whether a sound, recorded anew, says first who is calling."""
    Message.objects.filter(sound=sound).update(names_caller=False)


def message_mistakes(name: str, sound: str, share: int) -> Iterator[Mistake]:
    """Give what keeps a message from being played; fields are `message`, `sound` and `share`."""
    if len(name) > 40 or not _NAME.fullmatch(name):
        yield Mistake(
            "message", _("A message’s name has small letters, digits and single hyphens, 40 signs at most.")
        )
    if not _SOUND.fullmatch(sound) or len(sound) > 80:
        yield Mistake("sound", _("%(sound)s names no sound; one is message/sample-1.") % {"sound": sound})
    if not 1 <= share <= 1000:
        yield Mistake("share", _("A share is a number from 1 to 1,000."))


def set_trunks(name: str, trunks: Sequence[str]) -> None:
    """Set the trunks by which a campaign calls. Raises Mistake."""
    with transaction.atomic():
        campaign = find_campaign(name)
        _refuse_stopped(campaign)
        found = list(Trunk.objects.filter(name__in=trunks))
        if missing := set(trunks) - {trunk.name for trunk in found}:
            raise Mistake("trunks", _("There is no trunk %(names)s.") % {"names": ", ".join(sorted(missing))})
        campaign.trunks.set(found)


def start_campaign(name: str, *, phone_live: bool, warnings: int) -> None:
    """Start a draft, or go on after a pause. Raises CannotStart with every obstacle, and Mistake.

    `phone_live`: TUIDANG_PHONE_LIVE=yes; `warnings`: the doctor's findings that are not good.
    """
    with transaction.atomic():
        if reasons := obstacles(find_campaign(name), phone_live=phone_live, warnings=warnings):
            raise CannotStart(reasons)
        _move(name, _S.RUNNING)


def pause_campaign(name: str) -> None:
    """Begin no further call; those in the air go on to their end. Raises Mistake."""
    _move(name, _S.PAUSED)


def stop_campaign(name: str) -> None:
    """End a campaign for good; clone it to call again. Raises Mistake."""
    _move(name, _S.STOPPED)


def clone_campaign(name: str, copy: str) -> None:
    """Make a draft like another campaign, with its messages and trunks. Raises Mistake."""
    check_name(copy)
    with transaction.atomic():
        campaign = find_campaign(name)
        if Campaign.objects.filter(name=copy).exists():
            raise Mistake(
                "name", _("There is a campaign %(name)s already: choose another name.") % {"name": copy}
            )
        messages, trunks = list(campaign.messages.order_by("id")), list(campaign.trunks.all())
        campaign.name, campaign.state = copy, _S.DRAFT
        campaign.save(force_insert=True)
        campaign.trunks.set(trunks)
        Message.objects.bulk_create(
            Message(
                campaign=campaign,
                name=message.name,
                sound=message.sound,
                share=message.share,
                names_caller=message.names_caller,
            )
            for message in messages
        )


def save_trunk(
    name: str,
    host: str,
    *,
    caller: str = "",
    username: str = "",
    live: bool = False,
    calls_per_second: int = 1,
    channels: int = 10,
) -> None:
    """Make or change a trunk; Asterisk takes it up at its next start. Raises Mistake."""
    check_name(name)
    found = _HOST.fullmatch(host)
    if not found or int(found[2]) > 65535:
        raise Mistake("host", _("A host is written with its port, such as sip.example.org:5060."))
    if (caller or live) and not _CALLER.fullmatch(caller):
        raise Mistake(
            "caller",
            _("A live trunk shows one true number: its digits with the country’s code, such as 14165550123."),
        )
    if not re.fullmatch(r"[\w.@+-]*", username, re.ASCII):
        raise Mistake("username", _("A user name has letters, digits and . @ + -"))
    if not 1 <= calls_per_second <= MOST_PER_SECOND or not 1 <= channels <= MOST_CHANNELS:
        raise Mistake("channels", _("A trunk has up to 1,000 calls a second, and 10,000 at once."))
    Trunk.objects.update_or_create(
        name=name,
        defaults={
            "host": host,
            "caller": caller,
            "username": username,
            "live": live,
            "calls_per_second": calls_per_second,
            "channels": channels,
        },
    )


def _move(name: str, state: Campaign.State) -> None:
    """Change the state from one that leads there, in one conditional statement."""
    if Campaign.objects.filter(name=name, state__in=_MOVES[state]).update(state=state):
        return
    campaign = find_campaign(name)
    if campaign.state != state:
        raise Mistake(
            "state", _("%(name)s cannot do that as it stands: clone it to call again.") % {"name": name}
        )


def find_campaign(name: str) -> Campaign:
    """Return a campaign. Raises Mistake when there is none."""
    try:
        return Campaign.objects.get(name=name)
    except Campaign.DoesNotExist:
        raise Mistake("name", _("There is no campaign %(name)s.") % {"name": name}) from None


def _refuse_stopped(campaign: Campaign) -> None:
    if campaign.state == _S.STOPPED:
        raise Mistake(
            "state", _("%(name)s is stopped: clone it and change the copy.") % {"name": campaign.name}
        )


def check_name(name: str) -> None:
    """Raise Mistake for a name that records and addresses could not hold."""
    if len(name) > 40 or not _NAME.fullmatch(name):
        raise Mistake("name", _("A name has small letters, digits and single hyphens, 40 signs at most."))


def tidy_title(title: str) -> str:
    """Return a title with single spaces. Raises Mistake."""
    tidy = " ".join(title.split())
    if not tidy or len(tidy) > 80 or not tidy.isprintable():
        raise Mistake("title", _("A title has from 1 to 80 characters."))
    return tidy


def _columns(limits: Limits) -> dict[str, object]:
    return {
        "opens": limits.opens,
        "closes": limits.closes,
        "daily_limit": limits.daily_limit,
        "days_between": limits.days_between,
        "regions": " ".join(limits.regions),
        "language": limits.language,
    }
