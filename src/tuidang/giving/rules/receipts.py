"""Which gifts need a receipt under the law of the United States, and what becomes of a receipt.

Internal Revenue Code, section 170(f)(8) and 6115; IRS Publication 1771 (Rev. 3-2016).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from tuidang.giving.rules.money import Currency

ACKNOWLEDGED_FROM: Final = 250_00  # cents of a dollar, in one contribution
DISCLOSED_ABOVE: Final = 75_00  # cents of a dollar, where something is given in return


class Paper(StrEnum):
    """What a number of the series became."""

    GIFT = "gift"  # the receipt for one gift
    YEAR = "year"  # the summary of a donor's year
    EXPENSES = "expenses"  # the acknowledgment of what a volunteer spent and was not paid back
    SKIPPED = "skipped"  # nothing, for a reason


class Mark(StrEnum):
    """What became of a receipt."""

    FIRST = "first"  # the original was handed out
    AGAIN = "again"  # a duplicate was
    VOID = "void"


def receipt_due(day: date, benefit_cents: int) -> date:
    """Give the day by which the donor must have the receipt of a gift of that day.

    That is when he files his return, and at the latest when it is due, 15 April of the next year
    (170(f)(8)(C)); where he got something in return, at once (6115(a)). We do not count on the days by which
    a weekend or a request of his would move the due date.
    """
    return day if benefit_cents else date(day.year + 1, 4, 15)


def needs_receipt(cents: int, currency: Currency, benefit_cents: int) -> bool:
    """Tell whether the donor must get a receipt of one gift, of which `cents` are left.

    The bounds are in dollars. Rates change and are not ours to choose, so in any other currency he gets one
    whatever the amount.
    """
    if currency is not Currency.USD:
        return True
    return cents >= ACKNOWLEDGED_FROM or (benefit_cents > 0 and cents > DISCLOSED_ABOVE)
