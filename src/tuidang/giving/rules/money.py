"""Amounts: whole cents of a currency, never a fraction, read and written."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

MOST: Final = 10**13  # cents in one entry: a typing mistake is found before it, and every database can add it


class Currency(StrEnum):
    """In what people give."""

    USD = "USD"
    CAD = "CAD"
    EUR = "EUR"
    GBP = "GBP"
    AUD = "AUD"
    HKD = "HKD"
    TWD = "TWD"
    JPY = "JPY"
    KRW = "KRW"

    @property
    def digits(self) -> int:
        """Say how many digits stand after the point (ISO 4217)."""
        return 0 if self in {Currency.JPY, Currency.KRW} else 2


_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?=\.|$)")
_PLAIN: Final = re.compile(r"(\d{1,14})(?:\.(\d{1,2}))?")


def read_amount(typed: str, currency: Currency) -> int | None:
    """Read a positive amount ("1,234.50") as cents; None when it is none, or finer than the currency."""
    text = typed.strip()
    if not text.isascii():
        return None
    if _GROUPED.match(text):
        text = text.replace(",", "")
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    whole, part = found[1], found[2] or ""
    if len(part) > currency.digits:
        return None
    cents = int(whole + part.ljust(currency.digits, "0"))
    return cents if 0 < cents <= MOST else None


def write_amount(cents: int, currency: Currency) -> str:
    """Write cents for people, on one line: "USD 1,234.50"; below zero with a minus before the figures."""
    written = plain_amount(cents, currency, grouped=True).replace("-", "\N{MINUS SIGN}")
    return f"{currency}\N{NO-BREAK SPACE}{written}"


def plain_amount(cents: int, currency: Currency, *, grouped: bool = False) -> str:
    """Write cents without their currency: "1234.50", for fields and files."""
    sign, size = ("-" if cents < 0 else ""), abs(cents)
    whole, part = divmod(size, 10**currency.digits)
    written = f"{whole:,}" if grouped else str(whole)
    return f"{sign}{written}.{part:0{currency.digits}}" if currency.digits else f"{sign}{written}"
