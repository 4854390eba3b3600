"""What a call must satisfy at the moment it is dialled: pure decisions, each refusal with its reason.

Nothing here can be configured away. A campaign may be narrower than these rules, never wider; another country
needs a rule file of its own.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from phonenumbers import PhoneMetadata

from tuidang.base.clock import CHINA

OPENS: Final = 9  # o'clock, in the place that is called
CLOSES: Final = 21
LEAST_DAYS_BETWEEN: Final = 30  # two passes over a block, so two calls to one number, whatever the campaign
MACHINE_CALLS_PER_SECOND: Final = 200  # of one dialling machine, over all its trunks
MACHINE_CHANNELS: Final = 1_000
ABANDONED_PERCENT: Final = 3  # of those who asked for a person

# Recorded calls without prior consent are unlawful there: the American TCPA (and its neighbours under the
# same country code), the ePrivacy directive 2002/58/EC, article 13, and the British PECR. Country codes of
# North America, the United Kingdom, the Union's members and its outermost regions.
_FORBIDDEN_COUNTRIES = (
    "1", "44", "30", "31", "32", "33", "34", "351", "352", "353", "356", "357", "358", "359", "36", "370",
    "371", "372", "385", "386", "39", "40", "420", "421", "43", "45", "46", "48", "49", "262", "590", "594",
    "596",
)  # fmt: skip
_CHINA_CODE = "86"
# Numbers of the carriers' own machines: China Mobile's recharge line, the centres for text messages.
_SERVICE = re.compile(r"13800138000|13800\d{3}500|13010\d{3}500")
_CALLER = re.compile(r"[1-9]\d{7,14}")


class Refusal(StrEnum):
    """Why a call is not made; each is counted.

    What is refused of a number is a record with its reason. What keeps a trunk from dialling is counted when
    it begins, in the live snapshot.
    """

    FORBIDDEN_COUNTRY = "forbidden-country"  # recorded calls are unlawful there
    NOT_CHINA = "not-china"  # no rule file for that country
    SPECIAL = "special"  # emergency, service, or no mobile at all
    NEVER = "never"  # asked not to be called again
    NEVER_KEY = "never-key"  # a key of that list is missing: nobody can be told from those in it
    SEALED = "sealed"  # the key of its day is not here: it cannot be opened
    HOURS = "hours"  # too early or too late in that place
    TRUNK_RATE = "trunk-rate"  # calls per second
    TRUNK_CHANNELS = "trunk-channels"
    TRUNK_RESTS = "trunk-rests"  # it failed call after call, and is tried one at a time
    MACHINE_RATE = "machine-rate"
    MACHINE_CHANNELS = "machine-channels"
    ABANDONED = "abandoned"  # too many who asked for a person got none
    REGISTER = "register"  # what simulated people say has no place in a real one, nor a real word in a sample
    NOT_LIVE = "not-live"  # the trunk leads outside, and nobody said TUIDANG_PHONE_LIVE=yes
    NO_CALLER = "no-caller"  # the trunk has no true identity to show
    CALLER_UNNAMED = "caller-unnamed"  # a message does not say who is calling
    NO_SOUND = "no-sound"  # a message has no sound to be played
    DOCTOR = "doctor"  # `tuidang doctor` has a warning
    NO_NUMBERS = "no-numbers"  # no block is left that may be called now
    DAILY_LIMIT = "daily-limit"  # the campaign's, over all machines


class Zone(StrEnum):
    """When a place lives. China has one legal time, UTC+8; its far west lives about two hours later."""

    EAST = "east"
    WEST = "west"  # Xinjiang and Tibet
    UNKNOWN = ""


# By legal time. The far west begins two hours later and, to be safe, ends with everybody; an unknown place
# has the hours that are right everywhere.
_HOURS = {Zone.EAST: (OPENS, CLOSES), Zone.WEST: (11, CLOSES), Zone.UNKNOWN: (11, CLOSES)}
WEST: Final = frozenset({"CN-XJ", "CN-XZ"})


def zone_of(region: str) -> Zone:
    """Tell when a region (ISO 3166-2:CN, "" unknown) lives."""
    if not region:
        return Zone.UNKNOWN
    return Zone.WEST if region in WEST else Zone.EAST


def is_open(zone: Zone, now: datetime, *, opens: int = OPENS, closes: int = CLOSES) -> bool:
    """Tell whether a zone may be called; a campaign's own hours can only make it narrower.

    `now` knows its time zone (ValueError if not).
    """
    if now.tzinfo is None:
        raise ValueError("a time without its zone says nothing about hours elsewhere")
    first, last = _HOURS[zone]
    return max(first, opens) <= now.astimezone(CHINA).hour < min(last, closes)


def open_zones(now: datetime) -> frozenset[Zone]:
    """List the zones that may be called now."""
    return frozenset(zone for zone in Zone if is_open(zone, now))


def may_call(
    number: str,
    zone: Zone,
    *,
    now: datetime,
    is_never: bool,
    opens: int = OPENS,
    closes: int = CLOSES,
    simulated: bool = False,
) -> Refusal | None:
    """Tell why this number (E.164 digits, "8613800138001") may not be called now; None if it may.

    `is_never`: it is on the do-not-call list. `simulated`: the trunk is `is_simulated`, where nobody sleeps;
    every other rule holds there too.
    """
    if number.startswith(_FORBIDDEN_COUNTRIES):
        return Refusal.FORBIDDEN_COUNTRY
    if not number.startswith(_CHINA_CODE):
        return Refusal.NOT_CHINA
    if not is_ordinary_mobile(number):
        return Refusal.SPECIAL
    if is_never:
        return Refusal.NEVER
    if not simulated and not is_open(zone, now, opens=opens, closes=closes):
        return Refusal.HOURS
    return None


def is_ordinary_mobile(number: str) -> bool:
    """Tell whether E.164 digits are a person's Chinese mobile: no emergency or carrier's own number."""
    national = number.removeprefix(_CHINA_CODE)
    return (
        len(national) == len(number) - 2
        and mobile_pattern().fullmatch(national) is not None
        and _SERVICE.fullmatch(national) is None
    )


@lru_cache(maxsize=1)
def mobile_pattern() -> re.Pattern[str]:
    """Give libphonenumber's rule for China's mobiles, over the eleven national digits."""
    metadata = PhoneMetadata.metadata_for_region("CN")
    assert metadata is not None
    assert metadata.mobile is not None
    return re.compile(str(metadata.mobile.national_number_pattern), re.ASCII)


def last_day_of_old_pass(today: date, days_between: int) -> date:
    """Give the latest day on which a pass may have ended for the next to begin today.

    The cap per number. `actions/blocks.py` holds it in the statement that leases a block: a whole pass that
    ended later leaves the block unleased, so no number of it is drawn, and there is none to refuse.
    """
    return today - timedelta(days=max(days_between, LEAST_DAYS_BETWEEN))


def is_simulated(host: str, *, live: bool) -> bool:
    """Tell whether a trunk at `host` ("127.0.0.1:5060") reaches nobody: not live, and on this machine."""
    if live:
        return False
    name = host.rpartition(":")[0] if re.search(r"^[^:]+:\d+$|\]:\d+$", host) else host
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"


def may_use_trunk(
    host: str,
    caller: str,
    *,
    live: bool,
    phone_live: bool,
    names_caller: bool,
    warnings: int,
    is_sample: bool | None,
) -> Refusal | None:
    """Tell why no call may leave by this trunk; None if one may.

    `is_sample`: the register holds invented statements; None: none was begun yet. `phone_live`:
    TUIDANG_PHONE_LIVE=yes. `names_caller`: every message that will be played says first who is calling.
    `warnings`: findings of `tuidang doctor` that are not good. A trunk that is not marked live leads to this
    machine, or nowhere.
    """
    if is_simulated(host, live=live):
        return Refusal.REGISTER if is_sample is False else None
    if not live or not phone_live:
        return Refusal.NOT_LIVE
    if is_sample:
        return Refusal.REGISTER
    # We call from abroad: a Chinese number shown to the called would be a disguise.
    if _CALLER.fullmatch(caller) is None or caller.startswith(_CHINA_CODE):
        return Refusal.NO_CALLER
    if not names_caller:
        return Refusal.CALLER_UNNAMED
    return Refusal.DOCTOR if warnings else None


def may_hand_over(*, asked: int, abandoned: int, waiting: int) -> Refusal | None:
    """Tell why nobody more may be put through to a person; he is offered a call back instead.

    Of `asked` people who pressed 8 (this one among them), `abandoned` hung up unanswered and `waiting` are
    being put through. Even if all who wait hang up, at most 3% are abandoned, or one while few have asked.
    """
    allowed = max(1, asked * ABANDONED_PERCENT // 100)
    return Refusal.ABANDONED if abandoned + waiting >= allowed else None


@dataclass(frozen=True, slots=True)
class Gate:
    """How many calls may begin in a second and be up at once, of a trunk or of a machine: a token bucket.

    In no second more than `calls_per_second` begin. A bucket that holds more than one token, so that whoever
    comes a little late catches up, is filled that much slower: nine tenths of the limit are always reached.
    """

    calls_per_second: int
    channels: int
    at: float  # seconds of a steady clock
    tokens: float = 0.0  # none at first: nobody knows what was begun just before a restart
    in_air: int = 0

    @property
    def depth(self) -> int:
        """Say how many tokens it holds at most."""
        return 1 + self.calls_per_second // 10

    def at_time(self, at: float) -> Gate:
        """Fill it up to a time; one that goes back fills nothing."""
        filled = max(0.0, at - self.at) * (self.calls_per_second - self.depth + 1)
        return replace(self, at=max(at, self.at), tokens=min(float(self.depth), self.tokens + filled))


def begin_call(trunk: Gate, machine: Gate, *, at: float) -> tuple[Gate, Gate] | Refusal:
    """Let a call begin through both gates, or tell which limit it meets; nothing is taken then."""
    trunk, machine = trunk.at_time(at), machine.at_time(at)
    if trunk.in_air >= trunk.channels:
        return Refusal.TRUNK_CHANNELS
    if machine.in_air >= machine.channels:
        return Refusal.MACHINE_CHANNELS
    if trunk.tokens < 1:
        return Refusal.TRUNK_RATE
    if machine.tokens < 1:
        return Refusal.MACHINE_RATE
    return _take(trunk), _take(machine)


def end_call(gate: Gate) -> Gate:
    """Give a channel back."""
    return replace(gate, in_air=max(0, gate.in_air - 1))


def _take(gate: Gate) -> Gate:
    return replace(gate, tokens=gate.tokens - 1, in_air=gate.in_air + 1)
