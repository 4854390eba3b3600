"""Receipts: each takes the next number of the series, says what it says for good, and can be made void."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum

from tuidang.giving.actions.donors import Person, find_donor
from tuidang.giving.actions.writer import one_writer, open_text, seal_text
from tuidang.giving.models import Entry, Receipt, ReceiptGift, ReceiptMark
from tuidang.giving.queries import GiftNow, gifts_now
from tuidang.giving.rules.letter import (
    Letter,
    Organisation,
    Recipient,
    Service,
    write_expenses,
    write_gift,
    write_year,
)
from tuidang.giving.rules.receipts import Mark, Paper


class Missing(StrEnum):
    """Why no receipt is written."""

    NO_DONOR = "no-donor"  # nobody gave a name, or it was forgotten
    NOTHING_LEFT = "nothing-left"  # the gift was voided or given back
    HAS_ONE = "has-one"  # a receipt of the same names it already, and is not void


class NotWritten(ValueError):  # noqa: N818  it is an outcome for the page to tell
    """A receipt cannot be written; `why` says it."""

    def __init__(self, why: Missing) -> None:
        super().__init__(why)
        self.why = why


def issue_gift_receipt(ordinal: int, of: Organisation, today: date) -> int:
    """Write the receipt for one gift, and give its number; raises NotWritten."""
    with one_writer():
        gift = next(iter(gifts_now(Entry.objects.filter(pk=ordinal))), None)
        if gift is None or not gift.left:
            raise NotWritten(Missing.NOTHING_LEFT)
        if gift.own is not None:
            raise NotWritten(Missing.HAS_ONE)
        donor, to = _recipient(gift.row.donor)
        return _issue(
            Paper.GIFT,
            donor,
            today,
            lambda serial: write_gift(serial, today, of, to, gift.as_gift()),
            gifts=[gift],
        )


def issue_year_summary(donor: uuid.UUID, year: int, of: Organisation, today: date) -> int:
    """Write the summary of a donor's gifts in a year, and give its number; raises NotWritten.

    A summary of the same year that is not void stands in its way, until that one is made void.
    """
    with one_writer():
        standing = Receipt.objects.filter(paper=Paper.YEAR, donor=donor, year=year)
        if standing.exclude(marks__mark=Mark.VOID).exists():
            raise NotWritten(Missing.HAS_ONE)
        rows = Entry.objects.filter(donor=donor, day__year=year).order_by("day", "ordinal")
        gifts = [gift for gift in gifts_now(rows) if gift.left]
        if not gifts:
            raise NotWritten(Missing.NOTHING_LEFT)
        _, to = _recipient(donor)
        named = [gift.as_gift() for gift in gifts]
        return _issue(
            Paper.YEAR,
            donor,
            today,
            lambda serial: write_year(serial, today, of, to, year=year, gifts=named),
            gifts=gifts,
            year=year,
        )


def acknowledge_expenses(donor: uuid.UUID, service: Service, of: Organisation, today: date) -> int:
    """Write to somebody that he served as a volunteer and spent his own money; raises NotWritten."""
    with one_writer():
        _, to = _recipient(donor)
        return _issue(
            Paper.EXPENSES, donor, today, lambda serial: write_expenses(serial, today, of, to, service)
        )


def skip_number(reason: str, today: date) -> int:
    """Let the next number of the series become no receipt, for a reason; give the number."""
    with one_writer():
        return Receipt.objects.create(
            serial=_next_serial(), paper=Paper.SKIPPED, day=today, payload=seal_text(reason)
        ).serial


def hand_out(serial: int, today: date) -> tuple[Letter, str] | None:
    """Give a receipt's words to be printed or mailed, and what is to be stamped on them; None if it is none.

    The first time it is the original; from then on a duplicate, noted each time. What is void says so.
    """
    with one_writer():
        letter, mark = read_receipt(serial)
        if letter is None:
            return None
        if mark is Mark.VOID:
            return letter, Mark.VOID
        again = Mark.FIRST if mark is None else Mark.AGAIN
        ReceiptMark.objects.create(receipt_id=serial, mark=again, day=today)
        return letter, "" if again is Mark.FIRST else Mark.AGAIN


def read_receipt(serial: int) -> tuple[Letter | None, Mark | None]:
    """Open a receipt's words, with what became of it last; a number that became none has none."""
    row = Receipt.objects.filter(pk=serial).exclude(paper=Paper.SKIPPED).first()
    if row is None:
        return None, None
    marks = set(row.marks.values_list("mark", flat=True))
    mark = next((one for one in (Mark.VOID, Mark.AGAIN, Mark.FIRST) if one in marks), None)
    return Letter.read(open_text(row.payload).encode()), mark


def void_receipt(serial: int, reason: str, today: date) -> bool:
    """Make a receipt void; False if it is void already, or none. `reason` stands in the series."""
    with one_writer():
        row = Receipt.objects.filter(pk=serial).exclude(paper=Paper.SKIPPED).first()
        if row is None or row.marks.filter(mark=Mark.VOID).exists():
            return False
        ReceiptMark.objects.create(receipt=row, mark=Mark.VOID, day=today, reason=reason)
        return True


def void_receipts_of(ordinal: int, today: date, reason: str) -> None:
    """Make void whatever names a gift: its own receipt, and the summary of its year."""
    for serial in Receipt.objects.filter(gifts__entry=ordinal).values_list("serial", flat=True):
        void_receipt(serial, reason, today)


def _issue(
    paper: Paper,
    donor: uuid.UUID,
    today: date,
    write: Callable[[int], Letter],
    *,
    gifts: Sequence[GiftNow] = (),
    year: int | None = None,
) -> int:
    serial = _next_serial()
    receipt = Receipt.objects.create(
        serial=serial,
        paper=paper,
        donor=donor,
        day=today,
        year=year,
        payload=seal_text(write(serial).store().decode()),
    )
    ReceiptGift.objects.bulk_create(ReceiptGift(receipt=receipt, entry=gift.row) for gift in gifts)
    return serial


def _next_serial() -> int:
    last = Receipt.objects.order_by("-serial").values_list("serial", flat=True).first()
    return 1 if last is None else last + 1


def _recipient(donor: uuid.UUID | None) -> tuple[uuid.UUID, Recipient]:
    person: Person | None = find_donor(donor) if donor is not None else None
    if donor is None or person is None:
        raise NotWritten(Missing.NO_DONOR)
    return donor, Recipient(person.name, person.address, person.language)
