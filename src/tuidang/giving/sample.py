"""The sample of giving: an organisation that is nobody's, and a year of invented gifts in its book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Final

from tuidang.giving.actions.bank import likely_entries, load_lines, match_line
from tuidang.giving.actions.book import enter, refund_gift
from tuidang.giving.actions.donors import Person, add_donor
from tuidang.giving.actions.receipts import hand_out, issue_gift_receipt
from tuidang.giving.actions.writer import one_writer, seal_text
from tuidang.giving.models import Entry as Row
from tuidang.giving.models import Payment
from tuidang.giving.queries import open_lines
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
_LINES: Final = 12  # of the bank's file, of which the newest wait
_MATCHED: Final = 9


def stock_book(today: date) -> None:
    """Write a year of invented gifts where the book is empty; one that holds anything is left as it is."""
    with one_writer():
        if Row.objects.exists():
            return
        book = _Writer(today)
        book.opening()
        for month in range(_MONTHS, 0, -1):
            book.month(today - timedelta(days=30 * month))
        book.receipts(today)
        book.bank(today)


class _Writer:
    """Writes what an invented year brought; the same every time, but for the days."""

    def __init__(self, today: date) -> None:
        self._rng = Random(2026)  # noqa: S311  invented, and the same for everybody
        self._today = today
        self._donors = [add_donor(person) for person in _DONORS]
        self._count = 0

    def opening(self) -> None:
        """Say what there was before."""
        self._enter(Kind.OPENING, _MONTHS * 30 + 5, 2_500_00, Account.BANK, Account.OPENING)

    def month(self, first: date) -> None:
        """Let a month's gifts come, by every way, and its bills be paid."""
        ago = (self._today - first).days
        rng = self._rng
        for _ in range(rng.randint(4, 6)):
            donor = rng.choice([*self._donors, None, None])
            into = rng.choice([Account.BANK, Account.BANK, Account.STRIPE, Account.CHEQUES])
            to = rng.choice([Account.GIFTS, Account.GIFTS_FOR_CALLS])
            cents = rng.choice([20_00, 25_00, 50_00, 100_00, 300_00])
            gift = self._enter(Kind.GIFT, ago - rng.randint(0, 20), cents, into, to, donor=donor)
            if into is Account.STRIPE:
                fee = cents * 29 // 1000 + 30
                self._enter(Kind.COST, ago - 20, fee, Account.FEES, Account.STRIPE)
                self._enter(Kind.PAYOUT, ago - 24, cents - fee, Account.BANK, Account.STRIPE)
                Payment.objects.create(entry_id=gift, payload=seal_text(f"pi_sample_{gift}"))
            elif into is Account.CHEQUES:
                self._enter(Kind.BANKED, ago - 25, cents, Account.BANK, Account.CHEQUES)
        self._enter(Kind.COST, ago - 26, rng.randint(150, 320) * 100, Account.CALLS, Account.BANK)
        self._enter(Kind.COST, ago - 27, 12_00, Account.FEES, Account.BANK)

    def receipts(self, today: date) -> None:
        """Write the receipts that are due but the newest two, and give some of one gift back."""
        due = list(Row.objects.filter(kind=Kind.GIFT, cents__gte=250_00, donor__isnull=False))
        for row in due[:-2]:
            hand_out(issue_gift_receipt(row.pk, _OF, today), today)
        if due:
            refund_gift(due[0].pk, 50_00, "sample refund", today)

    def bank(self, today: date) -> None:
        """Give the bank's word on the newest entries, most of them matched."""
        sides = {"debit": Account.BANK, "kind__in": [Kind.GIFT, Kind.PAYOUT]}
        rows = list(Row.objects.filter(**sides).order_by("-day", "-pk")[:_LINES])
        lines = [f"{row.day},{plain_amount(row.cents, Currency.USD)},INVENTED LINE" for row in rows]
        lines = ["Date,Amount,Description", *lines, f"{today},40.00,W CHEN (INVENTED)"]
        load_lines("\n".join(lines), Currency.USD)
        for line in open_lines()[:_MATCHED]:
            if likely := likely_entries(line):
                match_line(line.pk, likely[0].pk)

    def _enter(
        self, kind: Kind, ago: int, cents: int, into: Account, other: Account, *, donor: object = None
    ) -> int:
        self._count += 1
        day = self._today - timedelta(days=max(ago, 0))
        entry = Entry(f"sample {self._count}", kind, day, Currency.USD, cents, into, other)
        return enter(Entry(**{**vars(entry), "donor": donor})).ordinal
