"""The private tables of giving: the book, donors, receipts and the bank's lines.

Nothing here names a volunteer or a statement, and nothing there names a donor. Who donors are, and what a
bank or a receipt says of them, lies sealed. The tables of the book only grow: triggers of the database refuse
to change or delete a row (`migrations/0002_only_grows.py`), so that who writes past our code is stopped too.
`Donor` and what stands between us and a provider do not: they are forgotten again. No table has a moment.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from tuidang.giving.rules.checkouts import Standing
from tuidang.giving.rules.ledger import COSTS, INCOME, OWNED, PROVIDERS, Account, Kind
from tuidang.giving.rules.money import MOST, Currency
from tuidang.giving.rules.receipts import Mark, Paper


def _values(names: frozenset[Account]) -> list[str]:
    return sorted(name.value for name in names)


_BANK, _CHEQUES, _OPENING = Account.BANK.value, Account.CHEQUES.value, Account.OPENING.value
_EXCHANGE, _PROVIDERS = Account.EXCHANGE.value, _values(PROVIDERS)
_PAYING = [_BANK, *_PROVIDERS]


class Donor(models.Model):
    """Somebody who gives. The book knows the random key alone, which means nothing once this row is gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payload = models.BinaryField()  # `actions.donors.Person`, sealed


class Entry(models.Model):
    """One movement of money, `cents` from the credited to the debited account: the sum of all is zero."""

    ordinal = models.BigIntegerField(primary_key=True)  # from 0, without a gap
    event = models.CharField(max_length=120, unique=True)  # a form's or a provider's: it is entered once
    kind = models.CharField(max_length=8)
    day = models.DateField()
    currency = models.CharField(max_length=3)
    cents = models.BigIntegerField()
    debit = models.CharField(max_length=16)
    credit = models.CharField(max_length=16)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    donor = models.UUIDField(null=True, db_index=True)  # no foreign key: a donor can be forgotten, a row not
    benefit = models.CharField(max_length=200, blank=True)
    benefit_cents = models.BigIntegerField(default=0)
    note = models.BinaryField(default=b"")  # the treasurer's own words, sealed

    class Meta:
        constraints = (
            models.CheckConstraint(name="entry_from_zero", condition=Q(ordinal__gte=0)),
            models.CheckConstraint(name="entry_amount", condition=Q(cents__gt=0, cents__lte=MOST)),
            models.CheckConstraint(
                name="entry_currency", condition=Q(currency__in=[one.value for one in Currency])
            ),
            models.CheckConstraint(
                name="entry_benefit_is_less",
                condition=Q(benefit="", benefit_cents=0)
                | Q(kind=Kind.GIFT.value, benefit_cents__gt=0, benefit_cents__lt=F("cents")) & ~Q(benefit=""),
            ),
            models.CheckConstraint(
                name="entry_moves",
                condition=Q(kind="gift", debit__in=_values(OWNED), credit__in=_values(INCOME))
                | Q(kind="cost", debit__in=_values(COSTS), credit__in=_PAYING)
                | Q(kind="banked", debit=_BANK, credit=_CHEQUES)
                | Q(kind="opening", debit=_BANK, credit=_OPENING)
                | Q(kind="refund", debit__in=_values(INCOME), credit__in=_PAYING)
                | Q(kind="payout", debit=_BANK, credit__in=_PROVIDERS)
                | Q(kind="payout", debit__in=_PROVIDERS, credit=_BANK)
                | Q(kind="exchange", debit=_EXCHANGE, credit__in=_PROVIDERS)
                | Q(kind="exchange", debit__in=_PROVIDERS, credit=_EXCHANGE)
                | Q(kind="void") & ~Q(debit=F("credit")),
            ),
            models.CheckConstraint(
                name="entry_about",
                condition=Q(kind__in=["refund", "void"], about__isnull=False)
                | Q(about__isnull=True) & ~Q(kind__in=["refund", "void"]),
            ),
            models.UniqueConstraint(name="entry_voided_once", fields=["about"], condition=Q(kind="void")),
        )


class Receipt(models.Model):
    """One number of the series. A number that became no receipt is a row too, and says why."""

    serial = models.BigIntegerField(primary_key=True)  # from 1, without a gap
    paper = models.CharField(max_length=8)  # of `rules.receipts.Paper`
    donor = models.UUIDField(null=True, db_index=True)
    day = models.DateField()
    year = models.PositiveSmallIntegerField(null=True)  # of an annual summary
    payload = models.BinaryField()  # its words as they were written, sealed: a reprint has the same

    class Meta:
        constraints = (
            models.CheckConstraint(name="receipt_from_one", condition=Q(serial__gte=1)),
            models.CheckConstraint(
                name="receipt_paper_known", condition=Q(paper__in=[one.value for one in Paper])
            ),
            models.CheckConstraint(
                name="receipt_of_somebody",
                condition=Q(paper="skipped", donor__isnull=True)
                | ~Q(paper="skipped") & Q(donor__isnull=False),
            ),
            models.CheckConstraint(
                name="receipt_year",
                condition=Q(paper="year", year__isnull=False) | ~Q(paper="year") & Q(year__isnull=True),
            ),
        )


class ReceiptGift(models.Model):
    """That a receipt names a gift."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="gifts")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="receipts")

    class Meta:
        constraints = (models.UniqueConstraint(name="receipt_gift_once", fields=["receipt", "entry"]),)


class ReceiptMark(models.Model):
    """What became of a receipt: handed out, handed out again, void."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=9)  # of `rules.receipts.Mark`
    day = models.DateField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="receipt_mark_known", condition=Q(mark__in=[one.value for one in Mark])
            ),
            models.CheckConstraint(
                name="receipt_void_for_a_reason", condition=~Q(mark="void") | ~Q(reason="")
            ),
            # An original and an end: what else is handed out is a duplicate.
            models.UniqueConstraint(
                name="receipt_marked_once",
                fields=["receipt", "mark"],
                condition=Q(mark__in=["first", "void"]),
            ),
        )


class BankLine(models.Model):
    """One line of a bank's file."""

    id = models.BigAutoField(primary_key=True)
    fingerprint = models.BinaryField(max_length=32, unique=True)  # keyed: the same line again is the same
    day = models.DateField()
    currency = models.CharField(max_length=3)
    cents = models.BigIntegerField()  # below zero: paid out
    payload = models.BinaryField()  # what the bank says of it, sealed

    class Meta:
        constraints = (
            models.CheckConstraint(name="bank_line_moves_something", condition=~Q(cents=0)),
            models.CheckConstraint(
                name="bank_line_currency", condition=Q(currency__in=[one.value for one in Currency])
            ),
        )


class BankMatch(models.Model):
    """That a line of the bank's and an entry of the book are the same; without an entry, it was set aside."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="matches")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="match")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="bank_match_or_reason",
                condition=Q(entry__isnull=False, reason="") | Q(entry__isnull=True) & ~Q(reason=""),
            ),
        )


class Checkout(models.Model):
    """Somebody went to a provider to give; forgotten some weeks later, a monthly gift once it has ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # also where he comes back to
    provider = models.CharField(max_length=6)
    day = models.DateField()
    currency = models.CharField(max_length=3)
    cents = models.BigIntegerField()
    monthly = models.BooleanField()
    standing = models.CharField(max_length=7, default=Standing.OPEN.value)
    donor = models.UUIDField(null=True)  # once something came, of who wants receipts
    payload = models.BinaryField()  # `actions.checkouts.Kept`, sealed

    class Meta:
        constraints = (
            models.CheckConstraint(name="checkout_provider", condition=Q(provider__in=_PROVIDERS)),
            models.CheckConstraint(
                name="checkout_standing", condition=Q(standing__in=[one.value for one in Standing])
            ),
            models.CheckConstraint(name="checkout_amount", condition=Q(cents__gt=0, cents__lte=MOST)),
        )


class Notice(models.Model):
    """What a provider told us to look at: kept before it is answered, and some weeks after it was done."""

    id = models.BigAutoField(primary_key=True)
    fingerprint = models.BinaryField(max_length=32, unique=True)  # keyed: the same event again is the same
    provider = models.CharField(max_length=6)
    day = models.DateField()
    payload = models.BinaryField()  # its kind and what it is about, sealed; nothing else of it is kept
    state = models.CharField(max_length=5, default="waits", db_index=True)
    fault = models.CharField(max_length=10, blank=True)  # why it is stuck

    class Meta:
        constraints = (
            models.CheckConstraint(name="notice_provider", condition=Q(provider__in=_PROVIDERS)),
            models.CheckConstraint(name="notice_state", condition=Q(state__in=["waits", "done", "stuck"])),
        )


class Payment(models.Model):
    """Which payment at a provider a gift is; what was disputed of it."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="payment")
    payload = models.BinaryField()  # the provider's name of it, sealed
    disputed = models.CharField(max_length=4, blank=True)  # open, won, lost

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="payment_disputed", condition=Q(disputed__in=["", "open", "won", "lost"])
            ),
        )


class Order(models.Model):
    """What we want of a provider: to give money back, or to end a monthly gift."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # sent along: it is done once
    provider = models.CharField(max_length=6)
    day = models.DateField()
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="orders")  # of a refund
    checkout = models.OneToOneField(Checkout, models.CASCADE, null=True, related_name="order")  # to be ended
    cents = models.BigIntegerField(default=0)
    state = models.CharField(max_length=5, default="waits", db_index=True)
    fault = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="order_provider", condition=Q(provider__in=_PROVIDERS)),
            models.CheckConstraint(name="order_state", condition=Q(state__in=["waits", "done", "stuck"])),
            models.CheckConstraint(
                name="order_of_one",
                condition=Q(entry__isnull=False, checkout__isnull=True, cents__gt=0)
                | Q(entry__isnull=True, checkout__isnull=False, cents=0),
            ),
        )
