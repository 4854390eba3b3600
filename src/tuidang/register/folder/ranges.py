"""What is usual for a day, by the days around it: a range that a few strange ones cannot move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, sqrt
from statistics import median

NEAREST = 8  # days on each side that a day is compared with: of its own weekday, or of any
WIDTH = 3.5  # spreads on each side of the median
_SIGMA = 1.4826  # times the median distance from the median: the standard deviation, where a bell curve holds
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Range:
    """What a day's count usually lies between, both ends included."""

    low: int
    high: int

    def side(self, count: int) -> int:
        """Say on which side of it a count lies: -1 below, 1 above, 0 within."""
        return (count > self.high) - (count < self.low)


def usual_range(counts: Sequence[int]) -> Range:
    """Give the range that counts like these usually lie in.

    The spread is the median distance from the median, scaled; never less than that of a count whose events
    are independent (Poisson: the square root), nor than 2: a handful more or less is never strange.
    """
    middle = median(counts)
    spread = max(_SIGMA * median(abs(count - middle) for count in counts), sqrt(middle), 2)
    return Range(max(0, ceil(middle - WIDTH * spread)), floor(middle + WIDTH * spread))


def usual_ranges(counts: Mapping[date, int], first: date, last: date) -> dict[date, Range]:
    """Give the usual range of every day from `first` to `last` that has enough others to be compared with.

    A day is compared with the nearest days of its own weekday, up to 8 before and 8 after it; where these are
    fewer than 8 together, with the nearest days of any weekday; where these are too, it has no range.
    A day that is missing in `counts` has 0.
    """
    ranges = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        others = _others(day, first, last, _WEEK)
        if len(others) < NEAREST:
            others = _others(day, first, last, 1)
        if len(others) >= NEAREST:
            ranges[day] = usual_range([counts.get(other, 0) for other in others])
    return ranges


def _others(day: date, first: date, last: date, step: int) -> list[date]:
    steps = [step * n for n in range(-NEAREST, NEAREST + 1) if n]
    return [other for n in steps if first <= (other := day + timedelta(n)) <= last]
