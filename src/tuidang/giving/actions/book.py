"""The book is only ever added to: gifts, costs, refunds, and voids of what was a mistake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Sum

from tuidang.giving.actions.donors import Person, add_donor
from tuidang.giving.actions.receipts import void_receipts_of
from tuidang.giving.actions.writer import one_writer, seal_text
from tuidang.giving.models import Entry as Row
from tuidang.giving.queries import as_entry, balance_of, ordinal_of
from tuidang.giving.rules.ledger import Account, Entry, Fault, Kind, Refused, Subject, find_fault


@dataclass(frozen=True)
class Entered:
    """An entry of the book, and whether it was there before under the same event."""

    ordinal: int
    is_new: bool


def enter(entry: Entry, note: str = "") -> Entered:
    """Add an entry to the book; of an event that was entered before, give that one.

    Raises Refused, with the reason, before anything is written.
    """
    with one_writer():
        known = ordinal_of(entry.event)
        if known is not None:
            return Entered(known, is_new=False)
        held = balance_of(entry.credit, entry.currency)
        if fault := find_fault(entry, held, _subject(entry.about)):
            raise Refused(fault)
        last = Row.objects.order_by("-ordinal").values_list("ordinal", flat=True).first()
        row = Row.objects.create(
            ordinal=0 if last is None else last + 1,
            event=entry.event,
            kind=entry.kind,
            day=entry.day,
            currency=entry.currency,
            cents=entry.cents,
            debit=entry.debit,
            credit=entry.credit,
            about_id=entry.about,
            donor=entry.donor,
            benefit=entry.benefit,
            benefit_cents=entry.benefit_cents,
            note=seal_text(note),
        )
        return Entered(row.ordinal, is_new=True)
    # A crash before the commit leaves nothing; after it, the same event finds the entry.


def enter_gift(entry: Entry, person: Person | None, note: str = "") -> Entered:
    """Add a gift of somebody who is not known yet, who is kept with it, once; None: as the entry says."""
    with one_writer():
        known = ordinal_of(entry.event)
        if known is not None:
            return Entered(known, is_new=False)
        return enter(replace(entry, donor=add_donor(person)) if person else entry, note)


def refund_gift(
    ordinal: int, cents: int, event: str, day: date, note: str = "", *, out_of: Account = Account.BANK
) -> Entered:
    """Enter that some of a gift, or all of it, was given back; its receipts become void.

    A new receipt for what is left can be written afterwards. Raises Refused.
    """
    with one_writer():
        of = _entry(ordinal)
        entry = Entry(event, Kind.REFUND, day, of.currency, cents, of.credit, out_of, ordinal, of.donor)
        entered = enter(entry, note)
        if entered.is_new:
            void_receipts_of(ordinal, day, "refund")
        return entered


def void_entry(ordinal: int, event: str, day: date, note: str = "") -> Entered:
    """Enter that an entry was a mistake; what named it as a gift becomes void. Raises Refused.

    A line of the bank's that it was matched with waits again: the bank's word stands, ours was wrong.
    """
    with one_writer():
        of = _entry(ordinal)
        entry = Entry(event, Kind.VOID, day, of.currency, of.cents, of.credit, of.debit, ordinal, of.donor)
        entered = enter(entry, note)
        if entered.is_new:
            void_receipts_of(_gift_behind(ordinal, of), day, "mistake")
        return entered


def _gift_behind(ordinal: int, entry: Entry) -> int:
    """Name the gift whose receipts are wrong once this entry is void: itself, or what its refund was of."""
    return entry.about if entry.kind is Kind.REFUND and entry.about is not None else ordinal


def _entry(ordinal: int) -> Entry:
    row = Row.objects.filter(pk=ordinal).first()
    if row is None:
        raise Refused(Fault.ABOUT)
    return as_entry(row)


def _subject(about: int | None) -> Subject | None:
    row = Row.objects.filter(pk=about).first() if about is not None else None
    if row is None:
        return None
    later = Row.objects.filter(about=row)
    refunds = later.filter(kind=Kind.REFUND).exclude(later__kind=Kind.VOID)
    refunded = refunds.aggregate(sum=Sum("cents"))["sum"] or 0
    return Subject(as_entry(row), later.filter(kind=Kind.VOID).exists(), refunded)
