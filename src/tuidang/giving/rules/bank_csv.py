"""A bank's file as lines: which column is what is read off its heading."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tuidang.giving.rules.money import Currency, read_amount

MOST_LINES: Final = 2000
_DELIMITERS: Final = (",", ";", "\t")
_DAY: Final = (
    "date",
    "posting date",
    "posted date",
    "post date",
    "transaction date",
    "booking date",
    "日期",
    "交易日期",
)
_AMOUNT: Final = ("amount", "transaction amount", "金额", "金額")
_IN: Final = ("credit", "credits", "deposit", "deposits", "paid in", "money in", "存入", "收入")
_OUT: Final = ("debit", "debits", "withdrawal", "withdrawals", "paid out", "money out", "支出")
_TEXT: Final = (
    "description",
    "details",
    "payee",
    "name",
    "memo",
    "reference",
    "摘要",
    "备注",
    "備註",
    "说明",
)
_FORMS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d")


@dataclass(frozen=True)
class Line:
    """One movement on an account, as the bank says; below zero: paid out."""

    day: date
    cents: int
    text: str


class Unreadable(ValueError):  # noqa: N818  it is an outcome for the page to tell
    """What is wrong with a file (`reason`), and in which of its lines, from 1; 0 where it is the whole."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"{reason} {line}")
        self.reason = reason
        self.line = line


def read_statement(text: str, currency: Currency) -> list[Line]:
    """Read a bank's CSV with a heading; all of it or, by Unreadable, nothing.

    Days are as in the United States where only slashes part them. Lines that move nothing are left out.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Unreadable("too-long")
    for number, line in enumerate(lines):  # some banks write about the account first
        for delimiter in _DELIMITERS:
            columns = _Columns.find(next(csv.reader([line], delimiter=delimiter)))
            if columns:
                rows = csv.reader(lines[number + 1 :], delimiter=delimiter)
                read = [columns.read(row, currency, number + 2 + n) for n, row in enumerate(rows)]
                return [one for one in read if one.cents]
    raise Unreadable("heading")


@dataclass(frozen=True)
class _Columns:
    """Which column is what; of `amount` and the pair of `paid_in` and `paid_out` there is one."""

    day: int
    text: tuple[int, ...]
    amount: int | None
    paid_in: int | None
    paid_out: int | None

    @classmethod
    def find(cls, heading: Sequence[str]) -> _Columns | None:
        names = [name.strip().strip('"').lower() for name in heading]

        def first(wanted: tuple[str, ...]) -> int | None:
            return next((names.index(name) for name in wanted if name in names), None)

        day, amount = first(_DAY), first(_AMOUNT)
        paid_in, paid_out = first(_IN), first(_OUT)
        if day is None or (amount is None and (paid_in is None or paid_out is None)):
            return None
        text = tuple(n for n, name in enumerate(names) if name in _TEXT)
        return cls(day, text, amount, paid_in, paid_out)

    def read(self, row: Sequence[str], currency: Currency, line: int) -> Line:
        def cell(place: int | None) -> str:
            return row[place].strip() if place is not None and place < len(row) else ""

        day = _read_day(cell(self.day))
        if day is None:
            raise Unreadable("day", line)
        if self.amount is not None:
            cents = _signed(cell(self.amount), currency)
        else:
            paid_in, paid_out = _signed(cell(self.paid_in), currency), _signed(cell(self.paid_out), currency)
            cents = None if paid_in is None or paid_out is None else abs(paid_in) - abs(paid_out)
        if cents is None:
            raise Unreadable("amount", line)
        return Line(day, cents, " · ".join(filter(None, map(cell, self.text)))[:300])


def _read_day(typed: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def _signed(typed: str, currency: Currency) -> int | None:
    """Read "-1,234.50", "(1,234.50)", "$5", "" (nothing) as cents."""
    text = typed.replace("$", "").replace(" ", "").replace("\N{MINUS SIGN}", "-")
    negative = text.startswith("-") or (text.startswith("(") and text.endswith(")"))
    text = text.strip("()").lstrip("+-")
    if not text.strip("0.,"):
        return 0
    cents = read_amount(text, currency)
    return None if cents is None else -cents if negative else cents
