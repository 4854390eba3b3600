"""The sample of giving: an organisation that is nobody's, and a year of invented gifts in its book."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Final

from tuidang.giving.actions.bank import load_lines
from tuidang.giving.actions.book import enter, refund_gift
from tuidang.giving.actions.donors import Person, add_donor
from tuidang.giving.actions.receipts import hand_out, issue_gift_receipt
from tuidang.giving.actions.writer import one_writer, seal_text
from tuidang.giving.models import BankLine, BankMatch, Payment
from tuidang.giving.models import Entry as Row
from tuidang.giving.queries import unmatched_entries
from tuidang.giving.rules.ledger import Account, Entry, Kind
from tuidang.giving.rules.letter import Organisation
from tuidang.giving.rules.money import Currency, plain_amount

SETTINGS: Final[Mapping[str, str]] = {
    "TUIDANG_GIVING_NAME": "Lantern House (invented) 灯塔之家",
    "TUIDANG_GIVING_ADDRESS": "1 Pier Street, Nowhere, NY 00000",
    "TUIDANG_GIVING_EIN": "00-0000000",
    "TUIDANG_GIVING_BANK": "A sample, transfer nothing 样本，勿转账 | Bank of Nowhere | Account 0000 0000",
    "TUIDANG_GIVING_HOUR": "USD 1.20",
}
_OF: Final = Organisation(
    SETTINGS["TUIDANG_GIVING_NAME"], SETTINGS["TUIDANG_GIVING_ADDRESS"], SETTINGS["TUIDANG_GIVING_EIN"]
)
_DONORS: Final = (
    Person("Margaret Lin", "7 Elm Road, Albany, NY 12203", "margaret@example.org", "en"),
    Person("王长青", "台北市中山路一號", "wang@example.org", "zh-hant"),
    Person("陈雨", "8 Maple Street, Toronto, ON", "chen@example.org", "zh-hans"),
)
_MONTHS: Final = 14
_UNSAID: Final = 3  # entries of which the bank has said nothing yet


def stock_book(today: date) -> None:
    """Write a year of invented gifts where the book is empty; one that holds anything is left as it is."""
    with one_writer():
        if Row.objects.exists():
            return
        for entry in _Year(today).entries():
            ordinal = enter(entry).ordinal
            if entry.kind is Kind.GIFT and entry.debit is Account.STRIPE:
                Payment.objects.create(entry_id=ordinal, payload=seal_text(f"pi_sample_{ordinal}"))
        _write_receipts(today)
        _load_bank(today)
        disputed = Payment.objects.latest("entry")
        Payment.objects.filter(pk=disputed.pk).update(disputed="open")
        refund_gift(disputed.pk, disputed.entry.cents, "sample dispute", today, out_of=Account.STRIPE)


class _Year:
    """What an invented year brought; the same every time, but for the days."""

    def __init__(self, today: date) -> None:
        self._rng = Random(2026)  # noqa: S311  invented, and the same for everybody
        self._today = today
        self._donors = [add_donor(person) for person in _DONORS]
        self._found: list[Entry] = []

    def entries(self) -> list[Entry]:
        """Give all entries by their days."""
        self._add(Kind.OPENING, _MONTHS * 30 + 9, 2_500_00, Account.BANK, Account.OPENING)
        for month in range(_MONTHS, 0, -1):
            self._add_month(30 * month, is_last=month == 1)
        return sorted(self._found, key=lambda entry: entry.day)

    def _add_month(self, ago: int, *, is_last: bool) -> None:
        rng = self._rng
        for _ in range(rng.randint(4, 6)):
            donor = rng.choice([*self._donors, None, None])
            into = rng.choice([Account.BANK, Account.BANK, Account.STRIPE, Account.CHEQUES])
            to = rng.choice([Account.GIFTS, Account.GIFTS_FOR_CALLS])
            cents = rng.choice([20_00, 25_00, 50_00, 100_00, 300_00])
            day = ago - rng.randint(0, 20)
            self._add(Kind.GIFT, day, cents, into, to, donor=donor)
            if into is Account.STRIPE:
                fee = cents * 29 // 1000 + 30
                self._add(Kind.COST, day, fee, Account.FEES, Account.STRIPE)
                if not is_last:
                    self._add(Kind.PAYOUT, ago - 24, cents - fee, Account.BANK, Account.STRIPE)
            elif into is Account.CHEQUES and not is_last:
                self._add(Kind.BANKED, ago - 25, cents, Account.BANK, Account.CHEQUES)
        self._add(Kind.COST, ago - 26, rng.randint(150, 320) * 100, Account.CALLS, Account.BANK)
        self._add(Kind.COST, ago - 27, 12_00, Account.FEES, Account.BANK)

    def _add(
        self,
        kind: Kind,
        ago: int,
        cents: int,
        into: Account,
        out_of: Account,
        *,
        donor: uuid.UUID | None = None,
    ) -> None:
        day = self._today - timedelta(days=ago)
        event = f"sample {len(self._found)}"
        self._found.append(Entry(event, kind, day, Currency.USD, cents, into, out_of, None, donor))


def _write_receipts(today: date) -> None:
    """Write the receipts that are due but the newest two, and give some of one gift back."""
    due = list(Row.objects.filter(kind=Kind.GIFT, cents__gte=250_00, donor__isnull=False).order_by("day"))
    for row in due[:-2]:
        hand_out(issue_gift_receipt(row.pk, _OF, today), today)
    refund_gift(due[0].pk, 50_00, "sample refund", today)


def _load_bank(today: date) -> None:
    """Give the bank's word on all entries but the newest, and one line more of which nobody knows yet."""
    rows = [row for money in Currency for row in unmatched_entries(money).order_by("day", "pk")][:-_UNSAID]
    signed = [(row, row.cents if row.debit == Account.BANK else -row.cents) for row in rows]
    lines = [f"{row.day},{plain_amount(cents, Currency.USD)},INVENTED LINE" for row, cents in signed]
    load_lines("\n".join(["Date,Amount,Description", *lines, f"{today},40.00,W CHEN INVENTED"]), Currency.USD)
    waiting: dict[tuple[date, int], list[int]] = {}
    for line in BankLine.objects.all():
        waiting.setdefault((line.day, line.cents), []).append(line.pk)
    BankMatch.objects.bulk_create(
        BankMatch(line_id=waiting[row.day, cents].pop(), entry=row) for row, cents in signed
    )
