"""What is read of the book: entries as values, balances, and how gifts stand."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from tuidang.giving.models import BankLine, BankMatch, Checkout, Notice, Receipt, ReceiptMark
from tuidang.giving.models import Entry as Row
from tuidang.giving.rules.checkouts import Standing
from tuidang.giving.rules.ledger import COSTS, INCOME, Account, Entry, Kind
from tuidang.giving.rules.letter import Gift
from tuidang.giving.rules.money import Currency
from tuidang.giving.rules.receipts import DISCLOSED_ABOVE, Mark, Paper, needs_receipt
from tuidang.giving.rules.totals import Period, public_periods, quarter_of


def as_entry(row: Row) -> Entry:
    """Give a row of the book as a value."""
    return Entry(
        row.event,
        Kind(row.kind),
        row.day,
        Currency(row.currency),
        row.cents,
        Account(row.debit),
        Account(row.credit),
        row.about_id,
        row.donor,
        row.benefit,
        row.benefit_cents,
    )


def ordinal_of(event: str) -> int | None:
    """Give the entry that was made under an event; None if none was."""
    return Row.objects.filter(event=event).values_list("ordinal", flat=True).first()


def balance_of(account: Account, currency: Currency) -> int:
    """Give an account's balance in cents: what was debited to it less what was credited."""
    rows = Row.objects.filter(currency=currency)
    debited = rows.filter(debit=account).aggregate(sum=Sum("cents"))["sum"] or 0
    credited = rows.filter(credit=account).aggregate(sum=Sum("cents"))["sum"] or 0
    return int(debited - credited)


def balances(first: date | None = None, last: date | None = None) -> Counter[tuple[Account, Currency]]:
    """Give each account's balance, or what moved on it from one day to another; zeros are left out."""
    rows = Row.objects.all()
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lte=last)
    found: Counter[tuple[Account, Currency]] = Counter()
    for side, sign in (("debit", 1), ("credit", -1)):
        for account, currency, cents in rows.values_list(side, "currency").annotate(sum=Sum("cents")):
            found[Account(account), Currency(currency)] += sign * int(cents)
    return Counter({key: cents for key, cents in found.items() if cents})


def replayed() -> Iterator[Entry]:
    """Give all entries in the order in which they were made."""
    for row in Row.objects.order_by("ordinal").iterator(chunk_size=2000):
        yield as_entry(row)


@dataclass(frozen=True)
class GiftNow:
    """A gift with what became of it."""

    row: Row
    refunded: int
    voided: bool
    own: int | None  # the number of its own receipt that is not void
    receipts: tuple[int, ...]  # the numbers of all that name it and are not void

    @property
    def left(self) -> int:
        """Give what is left of it, in cents."""
        return 0 if self.voided else self.row.cents - self.refunded

    @property
    def waits(self) -> bool:
        """Tell whether its donor must have a receipt, and has none."""
        if not self.left or self.row.donor is None or self.receipts:
            return False
        return needs_receipt(self.left, Currency(self.row.currency), self.row.benefit_cents)

    def as_gift(self) -> Gift:
        """Give it as a receipt names it."""
        row = self.row
        return Gift(row.day, Currency(row.currency), row.cents, self.refunded, row.benefit, row.benefit_cents)


def gifts_now(rows: QuerySet[Row]) -> list[GiftNow]:
    """Look what became of gifts, given as rows of the book in the wished order."""
    found = [row for row in rows if row.kind == Kind.GIFT]
    keys = [row.ordinal for row in found]
    later = Row.objects.filter(about__in=keys)
    voided = set(later.filter(kind=Kind.VOID).values_list("about_id", flat=True))
    refunded: Counter[int] = Counter()
    for about, cents in (
        later.filter(kind=Kind.REFUND).exclude(later__kind=Kind.VOID).values_list("about_id", "cents")
    ):
        refunded[about] += cents
    live = Receipt.objects.filter(gifts__entry__in=keys).exclude(marks__mark=Mark.VOID)
    own: dict[int, int] = {}
    named: dict[int, list[int]] = {key: [] for key in keys}
    for paper, serial, key in live.order_by("serial").values_list("paper", "serial", "gifts__entry_id"):
        named.get(key, []).append(serial)
        if paper == Paper.GIFT:
            own[key] = serial
    return [
        GiftNow(row, refunded[key], key in voided, own.get(key), tuple(named[key]))
        for row, key in zip(found, keys, strict=True)
    ]


def waiting_gifts() -> list[GiftNow]:
    """List the gifts whose donors must have a receipt and have none, the oldest first."""
    may_need = Q(cents__gt=DISCLOSED_ABOVE) | ~Q(currency=Currency.USD)
    rows = Row.objects.filter(may_need, kind=Kind.GIFT, donor__isnull=False).order_by("day", "ordinal")
    return [gift for gift in gifts_now(rows) if gift.waits]


def marks_of(serials: Iterable[int]) -> dict[int, list[ReceiptMark]]:
    """Give what became of receipts, in order."""
    marks: dict[int, list[ReceiptMark]] = {serial: [] for serial in serials}
    for mark in ReceiptMark.objects.filter(receipt__in=list(marks)).order_by("pk"):
        marks[mark.receipt_id].append(mark)
    return marks


def open_lines() -> QuerySet[BankLine]:
    """Give the bank's lines that are neither set aside nor matched with an entry that stands."""
    settled = BankMatch.objects.filter(Q(entry=None) | ~Q(entry__in=_voided()))
    return BankLine.objects.exclude(pk__in=settled.values("line")).order_by("day", "pk")


def unmatched_entries(currency: Currency) -> QuerySet[Row]:
    """Give the entries at the bank of which no line of its file says so; what was voided needs none."""
    at_bank = Row.objects.filter(Q(debit=Account.BANK) | Q(credit=Account.BANK), currency=currency)
    return at_bank.exclude(kind__in=[Kind.VOID, Kind.OPENING]).filter(match=None).exclude(pk__in=_voided())


@dataclass(frozen=True)
class PublicTotal:
    """What came and went in one currency in a period that may be told, in cents."""

    period: Period
    currency: Currency
    received: int  # less what was given back
    calls: int
    others: int


def public_totals(today: date) -> list[PublicTotal]:
    """List the totals that may be public, by currency, the newest first."""
    found: dict[Currency, Counter[date]] = {}
    rows = Row.objects.filter(kind=Kind.GIFT).exclude(pk__in=_voided())
    for currency, day in rows.values_list("currency", "day"):
        found.setdefault(Currency(currency), Counter())[quarter_of(day)] += 1
    totals = []
    for currency in Currency:
        for period in reversed(public_periods(found.get(currency, {}), today)):
            moved = balances(period.first, period.last)
            received, calls = -sum(moved[one, currency] for one in INCOME), moved[Account.CALLS, currency]
            costs = sum(moved[one, currency] for one in COSTS)
            totals.append(PublicTotal(period, currency, received, calls, costs - calls))
    return totals


def running_of(donor: uuid.UUID) -> list[Checkout]:
    """List the monthly gifts of a donor that run."""
    return list(Checkout.objects.filter(donor=donor, standing=Standing.RUNNING).order_by("day", "pk"))


@dataclass(frozen=True)
class ProviderNow:
    """How things stand with a provider."""

    name: Account
    held: tuple[tuple[Currency, int], ...]
    waiting: int  # notices that were not looked at yet
    begun: int  # gifts of which nothing was heard
    monthly: int  # that run


def provider_now(name: Account) -> ProviderNow:
    """Look how things stand with a provider."""
    found = balances()
    begun = Checkout.objects.filter(provider=name)
    return ProviderNow(
        name,
        tuple((money, found[name, money]) for money in Currency if found[name, money]),
        Notice.objects.filter(provider=name, state="waits").count(),
        begun.filter(standing=Standing.OPEN).count(),
        begun.filter(standing=Standing.RUNNING).count(),
    )


def _voided() -> QuerySet[Row, int]:
    return Row.objects.filter(kind=Kind.VOID).values_list("about_id", flat=True)
