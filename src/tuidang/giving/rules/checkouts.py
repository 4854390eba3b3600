"""What providers tell us, as values: how a gift that began with one stands, and what happened to money.

The order of telling does not matter. Whatever we hear, we ask the provider how the thing stands now, and he
gives all that ever happened to it, oldest first. Each has a name of its own under which the book has it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency

ALONE: Final = 500_00  # cents of any currency that one treasurer sends back without another
LEAST: Final = 5_00  # cents that may be given by a provider: 5 dollars, 500 yen
MOST_AT_ONCE: Final = 20_000_00
_TAX_OFFICE: Final = ZoneInfo("America/New_York")  # a gift of the last evening of a year is that year's


class Standing(StrEnum):
    """How a gift stands that somebody began."""

    OPEN = "open"  # we have not heard of it
    EXPIRED = "expired"  # he left it
    PAID = "paid"
    RUNNING = "running"  # monthly
    ENDED = "ended"


_LATER: Final = tuple(Standing)


def later_of(one: Standing, other: Standing) -> Standing:
    """Tell which is later: what we hear in another order changes nothing."""
    return max(one, other, key=_LATER.index)


class What(StrEnum):
    """What happened to money with a provider."""

    PAID = "paid"
    FEE = "fee"
    GONE = "gone"  # changed into another currency: this went
    CAME = "came"
    BACK = "back"  # given back to the giver, or taken back by his bank; `about` a payment
    UNDONE = "undone"  # `about` something of before: it was not so after all, or is not any more
    PAYOUT = "payout"  # to our bank; below zero: from it


@dataclass(frozen=True)
class Fact:
    """One thing that happened, under a name that it alone has at its provider."""

    name: str
    what: What
    day: date
    currency: Currency
    cents: int
    about: str = ""


@dataclass(frozen=True)
class Seen:
    """How a thing at a provider stands: whose gift it is, and all that happened, oldest first."""

    facts: tuple[Fact, ...] = ()
    checkout: str = ""  # our name of it; empty: it did not begin with us
    is_for_calls: bool = False
    standing: Standing | None = None  # None: it says nothing of that
    subscription: str = ""
    disputed: tuple[tuple[str, str], ...] = ()  # payments, and how their dispute stands


@dataclass(frozen=True)
class Notice:
    """That something was told: its name, and what to look at."""

    event: str
    thing: str


@dataclass(frozen=True)
class Wish:
    """What somebody is about to give."""

    checkout: str
    currency: Currency
    cents: int
    monthly: bool
    purpose: Account
    language: str
    thanks: str  # the addresses he comes back to
    leave: str


@dataclass(frozen=True)
class Begun:
    """A provider's page on which he goes on, and the provider's name of it."""

    reference: str
    url: str


class Unreachable(OSError):  # noqa: N818  it passes
    """The provider gives no answer, or one that we cannot read; try again later."""


class Unreadable(Unreachable):
    """What it answers of one thing says nothing to us; of others it may. Try again later."""


CANNOT_READ: Final = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError)
"""What reading such an answer raises, beside Refused, which is said on purpose."""


class Refused(ValueError):  # noqa: N818  it is an outcome to tell
    """The provider does not do it."""


class NotGenuine(ValueError):  # noqa: N818  it is an outcome to tell
    """Nobody who knows our secret has signed this, or he did too long ago."""


def day_of(moment: int | float) -> date:
    """Give the day of a moment in Unix time by the clock of the tax office."""
    return datetime.fromtimestamp(moment, _TAX_OFFICE).date()


def is_giveable(cents: int) -> bool:
    """Tell whether an amount may be given by a provider at once."""
    return LEAST <= cents <= MOST_AT_ONCE


def takes_two(cents: int) -> bool:
    """Tell whether two treasurers are needed to send so much back."""
    return cents > ALONE
