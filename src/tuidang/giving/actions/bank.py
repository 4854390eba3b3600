"""What a bank says happened, and which entries of the book are the same."""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tuidang.giving.actions.book import Entered, enter_gift
from tuidang.giving.actions.donors import Person
from tuidang.giving.actions.writer import donors_key, one_writer, open_text, seal_text
from tuidang.giving.models import BankLine, BankMatch
from tuidang.giving.models import Entry as Row
from tuidang.giving.queries import open_lines, unmatched_entries
from tuidang.giving.rules.bank_csv import Line, read_statement
from tuidang.giving.rules.ledger import Account, Entry
from tuidang.giving.rules.money import Currency

NEAR: Final = timedelta(days=10)  # a cheque takes some days


class NotThatLine(LookupError):  # noqa: N818  it is an outcome for the page to tell
    """The line is not there, settled already, or not the same as the entry."""


@dataclass(frozen=True)
class Loaded:
    """How many lines of a file were new, and how many were there from an earlier one."""

    new: int
    known: int


def load_lines(text: str, currency: Currency) -> Loaded:
    """Keep the lines of a bank's file that are not kept yet; raises `bank_csv.Unreadable`.

    Files may overlap. Two lines of a file that say the same are two: they are told apart by their number.
    """
    lines = read_statement(text, currency)
    seen: Counter[Line] = Counter()
    rows = []
    for line in lines:
        seen[line] += 1
        rows.append(
            BankLine(
                fingerprint=_fingerprint(line, currency, seen[line]),
                day=line.day,
                currency=currency,
                cents=line.cents,
                payload=seal_text(line.text),
            )
        )
    with one_writer():
        prints = [row.fingerprint for row in rows]
        known = {
            bytes(one)
            for one in BankLine.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True)
        }
        new = [row for row in rows if row.fingerprint not in known]
        BankLine.objects.bulk_create(new)
    return Loaded(len(new), len(rows) - len(new))


def likely_entries(line: BankLine) -> list[Row]:
    """List entries that may be what a line says: the same money in or out of the bank, some days apart."""
    near = unmatched_entries(Currency(line.currency)).filter(
        cents=abs(line.cents), day__gte=line.day - NEAR, day__lte=line.day + NEAR
    )
    side = {"debit": Account.BANK} if line.cents > 0 else {"credit": Account.BANK}
    return sorted(near.filter(**side), key=lambda row: abs(row.day - line.day))


def match_line(line: int, ordinal: int) -> None:
    """Note that a line and an entry are the same; raises NotThatLine."""
    with one_writer():
        found = _open_line(line)
        if ordinal not in {row.ordinal for row in likely_entries(found)}:
            raise NotThatLine
        BankMatch.objects.create(line=found, entry_id=ordinal)


def enter_line(line: int, entry: Entry, note: str = "", person: Person | None = None) -> Entered:
    """Enter what a line says, and note that they are the same; raises NotThatLine, Refused.

    The entry must move the line's money into or out of the bank; `person` as for `enter_gift`.
    """
    with one_writer():
        found = _open_line(line)
        side = entry.debit if found.cents > 0 else entry.credit
        assert (side, entry.cents, entry.currency) == (Account.BANK, abs(found.cents), found.currency)
        entered = enter_gift(entry, person, note)
        if not entered.is_new:
            raise NotThatLine
        BankMatch.objects.create(line=found, entry_id=entered.ordinal)
        return entered


def set_aside(line: int, reason: str) -> None:
    """Note that a line has no entry, and why; raises NotThatLine."""
    with one_writer():
        BankMatch.objects.create(line=_open_line(line), reason=reason)


def find_line(line: int) -> tuple[BankLine, str] | None:
    """Give a line that waits, with what the bank says of it."""
    found = open_lines().filter(pk=line).first()
    return None if found is None else (found, open_text(found.payload))


def _open_line(line: int) -> BankLine:
    found = open_lines().filter(pk=line).first()
    if found is None:
        raise NotThatLine
    return found


def _fingerprint(line: Line, currency: Currency, number: int) -> bytes:
    said = f"bank line {currency} {line.day} {line.cents} {number} {line.text}"
    return hmac.digest(donors_key(), said.encode(), "sha256")
