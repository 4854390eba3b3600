"""Which totals may be public: of finished quarters, each with enough gifts that none of them can be read off.

Who looks every day would learn from a running total what was given on each. So a quarter is shown when it is
over, and one with few gifts only together with the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LEAST: Final = 10  # gifts in one currency for which a total stands


@dataclass(frozen=True)
class Period:
    """One quarter, or several that stand for as many gifts as are needed."""

    first: date
    last: date
    gifts: int


def quarter_of(day: date) -> date:
    """Give the first day of a day's quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def next_quarter(quarter: date) -> date:
    """Give the first day of the quarter after."""
    return quarter_of(quarter + timedelta(days=100))


def public_periods(gifts: Mapping[date, int], today: date) -> list[Period]:
    """Group quarters, given by their first day with their number of gifts, oldest first."""
    if not gifts:
        return []
    periods = []
    quarter, first, count = min(gifts), min(gifts), 0
    while (following := next_quarter(quarter)) <= today:
        count += gifts.get(quarter, 0)
        if count >= LEAST:
            periods.append(Period(first, following - timedelta(days=1), count))
            first, count = following, 0
        quarter = following
    return periods


def hours_for(cents: int, price: int) -> int:
    """Say how many whole hours of calling an amount pays, at a price an hour."""
    return cents // price
