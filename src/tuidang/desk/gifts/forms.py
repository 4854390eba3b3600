"""What a treasurer types: a gift, other money, a donor; what is wrong with it, and the entry it makes."""

from __future__ import annotations

import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tuidang.desk.gifts.words import FAULTS, LANGUAGES
from tuidang.giving.actions.donors import Person, find_donor, search_donors
from tuidang.giving.models import BankLine
from tuidang.giving.rules.ledger import COSTS, HOLDINGS, INCOME, Account, Entry, Fault, Kind
from tuidang.giving.rules.money import Currency, read_amount

NEW: Final = "new"  # the choice of a donor who is not known yet
_EVENT: Final = re.compile(r"[0-9a-f]{32}")
_NO_DAY = _("A day is written as in 2026-11-28, and is not to come.")


@dataclass
class DonorForm:
    """A donor as typed."""

    name: str = ""
    address: str = ""
    email: str = ""
    language: str = "en"
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict) -> DonorForm:
        """Read what was typed."""
        language = data.get("language", "")
        return cls(
            _typed(data, "name", 120),
            _typed(data, "address", 240),
            _typed(data, "email", 120),
            language if language in dict(LANGUAGES) else "en",
        )

    @classmethod
    def of(cls, person: Person) -> DonorForm:
        """Fill it with what is kept."""
        return cls(person.name, person.address, person.email, person.language)

    def person(self) -> Person:
        """Give what is to be kept."""
        return Person(self.name, self.address, self.email, self.language)


@dataclass
class MoneyForm:
    """An amount on a day, as typed; what a line of the bank's says takes its place."""

    amount: str = ""
    currency: str = Currency.USD
    day: str = ""
    note: str = ""
    event: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def fill(self, data: QueryDict) -> None:
        """Read what was typed of the money."""
        self.amount, self.currency = _typed(data, "amount", 20), _typed(data, "currency", 3)
        self.day, self.note = _typed(data, "day", 10), _typed(data, "note", 200)
        self.event = read_event(data)

    def money(self, today: date, line: BankLine | None) -> tuple[Currency, int, date] | None:
        """Give the money that moved and when; None, and what is wrong, if it cannot be read."""
        if line is not None:
            return Currency(line.currency), abs(line.cents), line.day
        currency = next((one for one in Currency if one == self.currency), Currency.USD)
        cents, day = read_amount(self.amount, currency), _day(self.day)
        if cents is None:
            self.errors["amount"] = str(FAULTS[Fault.AMOUNT])
        if day is None or day > today:
            self.errors["day"] = str(_NO_DAY)
        return (currency, cents, day) if cents and day and not self.errors else None


@dataclass
class GiftForm(MoneyForm):
    """A gift as typed."""

    way: Account = Account.BANK
    purpose: Account = Account.GIFTS
    benefit: str = ""
    value: str = ""
    chosen: str = ""  # a donor's key, or NEW; empty: whoever has the name, or nobody
    donor: DonorForm = field(default_factory=DonorForm)
    known: list[tuple[uuid.UUID, Person]] = field(default_factory=list)  # of this name

    @classmethod
    def read(cls, data: QueryDict) -> GiftForm:
        """Read what was typed."""
        form = cls(
            way=_one_of(data.get("way"), HOLDINGS, Account.BANK),
            purpose=_one_of(data.get("purpose"), INCOME, Account.GIFTS),
            benefit=_typed(data, "benefit", 200),
            value=_typed(data, "value", 20),
            chosen=_typed(data, "chosen", 40),
            donor=DonorForm.read(data),
        )
        form.fill(data)
        return form

    def choose(self) -> None:
        """Look who is known of the name that was typed, and ask whether it is he."""
        if self.chosen and self.chosen != NEW:
            person = find_donor(uuid.UUID(self.chosen)) if _is_key(self.chosen) else None
            self.known = [(uuid.UUID(self.chosen), person)] if person else []
            self.chosen = self.chosen if person else ""
        elif self.donor.name and not self.chosen:
            self.known = search_donors(self.donor.name)
            if self.known:
                self.errors["chosen"] = str(
                    _("Somebody of this name has given before: say whether it is he.")
                )

    def entry(self, today: date, line: BankLine | None = None) -> Entry | None:
        """Give the entry, without a donor who is new; None, with what is wrong."""
        self.choose()
        money = self.money(today, line)
        value = read_amount(self.value, money[0]) if money and self.value else None
        if money and (bool(self.benefit) != bool(value) or (value or 0) >= money[1]):
            self.errors["benefit"] = str(FAULTS[Fault.BENEFIT])
        if money is None or self.errors:
            return None
        currency, cents, day = money
        into = Account.BANK if line is not None else self.way
        return Entry(
            f"desk {self.event}",
            Kind.GIFT,
            day,
            currency,
            cents,
            into,
            self.purpose,
            None,
            self.known[0][0] if self.known and self.chosen != NEW else None,
            self.benefit,
            value or 0,
        )

    def person(self) -> Person | None:
        """Give who is to be kept, being new; None for who is known already, and for nobody named."""
        is_known = bool(self.known) and self.chosen != NEW
        return self.donor.person() if self.donor.name and not is_known else None


_MOVES: Final = {
    "banked": (Account.BANK, Account.CHEQUES, Kind.BANKED),
    "opening": (Account.BANK, Account.OPENING, Kind.OPENING),
    "coins-sold": (Account.BANK, Account.BTCPAY, Kind.PAYOUT),
    "coins-more": (Account.BTCPAY, Account.EXCHANGE, Kind.EXCHANGE),
    "coins-less": (Account.EXCHANGE, Account.BTCPAY, Kind.EXCHANGE),
}


@dataclass
class OtherForm(MoneyForm):
    """Money that is no gift, as typed."""

    what: str = "banked"

    @classmethod
    def read(cls, data: QueryDict) -> OtherForm:
        """Read what was typed."""
        form = cls(what=_typed(data, "what", 10) or "banked")
        form.fill(data)
        return form

    def entry(self, today: date, line: BankLine | None = None) -> Entry | None:
        """Give the entry; None, with what is wrong."""
        money = self.money(today, line)
        into, out_of, kind = _MOVES.get(self.what, _MOVES["banked"])
        if self.what in COSTS:
            into, out_of, kind = Account(self.what), Account.BANK, Kind.COST
        if money is None:
            return None
        side = into if line is None or line.cents > 0 else out_of
        if line is not None and side is not Account.BANK:
            self.errors["what"] = str(FAULTS[Fault.ACCOUNTS])
            return None
        return Entry(f"desk {self.event}", kind, money[2], money[0], money[1], into, out_of)


def read_event(data: QueryDict) -> str:
    """Read what names a form; another where it is none."""
    event = data.get("event", "")
    return event if _EVENT.fullmatch(event) else secrets.token_hex(16)


def _typed(data: QueryDict, name: str, longest: int) -> str:
    return " ".join(data.get(name, "").split())[:longest]


def _one_of(typed: str | None, accounts: frozenset[Account], default: Account) -> Account:
    return next((one for one in accounts if one == typed), default)


def _is_key(typed: str) -> bool:
    try:
        uuid.UUID(typed)
    except ValueError:
        return False
    return True


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
