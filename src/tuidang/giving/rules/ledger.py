"""The book as a value: every entry moves an amount from one account to another, so it adds up by its form.

Double entry needs no more than that: what is debited to one account is credited to another, and the sum of
all balances is zero whatever is entered. Nothing is ever changed; a mistake is voided, money given back is a
refund, and both are entries of their own. `find_fault` decides what may be entered, asked by the database's
actions and by `Book`, which replays entries; the database's triggers hold the same.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from tuidang.giving.rules.money import MOST, Currency


class Account(StrEnum):
    """Where money is, came from, or went."""

    BANK = "bank"
    CHEQUES = "cheques"  # in hand, not paid in yet
    STRIPE = "stripe"  # with a provider, not paid out to the bank yet
    BTCPAY = "btcpay"
    GIFTS = "gifts"
    GIFTS_FOR_CALLS = "gifts-for-calls"  # dedicated by their givers
    CALLS = "calls"  # what machine calls cost
    FEES = "fees"  # of banks and providers
    OTHER = "other"
    EXCHANGE = "exchange"  # what was changed into another currency, or is worth more or less than it was
    OPENING = "opening"  # what there was when the book began


HOLDINGS: Final = frozenset({Account.BANK, Account.CHEQUES})  # never below zero
PROVIDERS: Final = frozenset({Account.STRIPE, Account.BTCPAY})  # below zero: they have given back more
OWNED: Final = HOLDINGS | PROVIDERS
INCOME: Final = frozenset({Account.GIFTS, Account.GIFTS_FOR_CALLS})
COSTS: Final = frozenset({Account.CALLS, Account.FEES, Account.OTHER})


class Kind(StrEnum):
    """What an entry says happened."""

    GIFT = "gift"
    COST = "cost"
    BANKED = "banked"  # cheques were paid in
    OPENING = "opening"
    REFUND = "refund"  # of a gift, whole or in part
    PAYOUT = "payout"  # between a provider and the bank
    EXCHANGE = "exchange"  # into another currency, in two entries: one goes, the other comes
    VOID = "void"  # another entry was a mistake


class Way(StrEnum):
    """Where an entry lets money go, seen from all that we own."""

    IN = "in"
    OUT = "out"
    WITHIN = "within"  # from one account of ours to another


def way_of(debit: Account, credit: Account) -> Way:
    """Tell whether money comes, goes, or only moves."""
    if (debit in OWNED) == (credit in OWNED):
        return Way.WITHIN
    return Way.IN if debit in OWNED else Way.OUT


_PAYING: Final = PROVIDERS | {Account.BANK}
_CHANGING: Final = PROVIDERS | {Account.EXCHANGE}
# Which accounts a kind moves money between: debited, credited. A void mirrors the entry it is about.
MOVES: Final = {
    Kind.GIFT: (OWNED, INCOME),
    Kind.COST: (COSTS, _PAYING),
    Kind.BANKED: (frozenset({Account.BANK}), frozenset({Account.CHEQUES})),
    Kind.OPENING: (frozenset({Account.BANK}), frozenset({Account.OPENING})),
    Kind.REFUND: (INCOME, _PAYING),
    Kind.PAYOUT: (_PAYING, _PAYING),
    Kind.EXCHANGE: (_CHANGING, _CHANGING),
}
# Of the two accounts of these kinds one is this, the other is not.
_ONE_OF_TWO: Final = {Kind.PAYOUT: Account.BANK, Kind.EXCHANGE: Account.EXCHANGE}


@dataclass(frozen=True)
class Entry:
    """One row of the book; `cents` move from `credit` to `debit`."""

    event: str  # what makes it one: entered again under the same event, it is the same entry
    kind: Kind
    day: date
    currency: Currency
    cents: int
    debit: Account
    credit: Account
    about: int | None = None  # of a refund or a void: the ordinal of the entry it is about
    donor: uuid.UUID | None = None
    benefit: str = ""  # what the donor got in return, and our estimate of its value in good faith
    benefit_cents: int = 0


class Fault(StrEnum):
    """Why an entry is not made."""

    AMOUNT = "amount"
    ACCOUNTS = "accounts"
    ABOUT = "about"  # there is no such entry, or it is not of the kind
    VOIDED = "voided"  # what it is about was voided already
    REFUNDED = "refunded"  # a gift of which something was given back cannot be called a mistake
    TOO_MUCH = "too-much"  # more than is left of the gift
    NEGATIVE = "negative"  # there is not so much money there
    BENEFIT = "benefit"  # what was given in return is worth as much: no gift


@dataclass(frozen=True)
class Subject:
    """The entry that a refund or a void is about, and what happened to it since."""

    entry: Entry
    voided: bool
    refunded: int  # cents, of refunds that stand


def find_fault(entry: Entry, held: int, subject: Subject | None) -> Fault | None:
    """Say why an entry may not be made; `held` is the balance of the account that it credits."""
    if not 0 < entry.cents <= MOST:
        return Fault.AMOUNT
    if bool(entry.benefit) != bool(entry.benefit_cents) or not 0 <= entry.benefit_cents < entry.cents:
        return Fault.BENEFIT
    if entry.benefit and entry.kind is not Kind.GIFT:
        return Fault.BENEFIT
    is_about = entry.kind in {Kind.REFUND, Kind.VOID}
    fault = _fault_about(entry, subject) if is_about else Fault.ABOUT if entry.about is not None else None
    if fault:
        return fault
    if entry.kind is not Kind.VOID and not _moves(entry):
        return Fault.ACCOUNTS
    return Fault.NEGATIVE if entry.credit in HOLDINGS and held < entry.cents else None


def _moves(entry: Entry) -> bool:
    into, out_of = MOVES[entry.kind]
    one = _ONE_OF_TWO.get(entry.kind)
    if one and (entry.debit is one) is (entry.credit is one):
        return False
    return entry.debit in into and entry.credit in out_of


def _fault_about(entry: Entry, subject: Subject | None) -> Fault | None:
    if subject is None or subject.entry.kind is Kind.VOID or subject.entry.currency is not entry.currency:
        return Fault.ABOUT
    of = subject.entry
    if subject.voided:
        return Fault.VOIDED
    if entry.kind is Kind.VOID:
        if (entry.debit, entry.credit, entry.cents) != (of.credit, of.debit, of.cents):
            return Fault.ACCOUNTS
        return Fault.REFUNDED if subject.refunded else None
    if of.kind is not Kind.GIFT or entry.debit is not of.credit:
        return Fault.ABOUT
    return Fault.TOO_MUCH if subject.refunded + entry.cents > of.cents else None


class Refused(ValueError):  # noqa: N818  it is an outcome for the page to tell
    """An entry may not be made; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass
class Book:
    """A book in memory: what replaying entries gives. The database's must be the same."""

    entries: list[Entry] = field(default_factory=list)
    balances: Counter[tuple[Account, Currency]] = field(default_factory=Counter)

    @classmethod
    def replay(cls, entries: Iterable[Entry]) -> Book:
        """Enter them all again, in their order."""
        book = cls()
        for entry in entries:
            book.enter(entry)
        return book

    def enter(self, entry: Entry) -> int:
        """Add an entry and give its ordinal, from 0; of an event that is there already, that one's."""
        for ordinal, known in enumerate(self.entries):
            if known.event == entry.event:
                return ordinal
        held = self.balances[entry.credit, entry.currency]
        if fault := find_fault(entry, held, self._subject(entry.about)):
            raise Refused(fault)
        self.balances[entry.debit, entry.currency] += entry.cents
        self.balances[entry.credit, entry.currency] -= entry.cents
        self.entries.append(entry)
        return len(self.entries) - 1

    def _subject(self, about: int | None) -> Subject | None:
        if about is None or not 0 <= about < len(self.entries):
            return None
        voided = {entry.about for entry in self.entries if entry.kind is Kind.VOID}
        refunded = sum(
            entry.cents
            for ordinal, entry in enumerate(self.entries)
            if entry.kind is Kind.REFUND and entry.about == about and ordinal not in voided
        )
        return Subject(self.entries[about], about in voided, refunded)
