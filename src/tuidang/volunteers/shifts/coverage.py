"""The week's need against what is promised: the load of each hour, the board of a week, and its holes. Pure.

Need is asked of the Erlang-A queue for each language alone, and for all of them together, since one volunteer
who speaks two languages answers in both. Pairs of languages are not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from tuidang.volunteers.shifts.erlang import Load, Target, least
from tuidang.volunteers.shifts.rules import QUARTER, Span, is_night, quarters

LANGUAGES: Final = ("zh", "yue", "en")
ALL: Final = "all"  # all languages together
TARGET: Final = Target(share=0.8, seconds=30, hanging_up=0.05)
LOOKS_BACK_WEEKS: Final = 8
BLOCK: Final = timedelta(hours=2)  # as much of a hole as one press takes
SOON: Final = timedelta(hours=2)
# What is believed before there are records, and how many of them weigh as much: weeks, calls, people.
DEFAULT_TALK, DEFAULT_PATIENCE = 600.0, 120.0
DEFAULT_CALLS: Final[
    Mapping[str, tuple[float, float]]
] = {  # an hour: from 8 to 23 in China, and at night there
    "zh": (6.0, 3.0),
    "yue": (0.6, 0.3),
    "en": (0.3, 0.3),
}
_BELIEVED_WEEKS, _BELIEVED_CALLS, _BELIEVED_HUNG_UP = 1.0, 50.0, 20.0
_CHINA: Final = timedelta(hours=8)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class HourCount:
    """What the hotline counted in one hour (its beginning, UTC) for one language."""

    hour: datetime
    language: str
    arrived: int
    answered: int
    abandoned: int
    wait_seconds: float  # of all who waited, whatever became of them
    talk_seconds: float  # with what is written afterwards


@dataclass(frozen=True)
class Profile:
    """What is expected: calls by language and hour of the week (0 is Monday 0:00 UTC), talk and patience."""

    calls: Mapping[tuple[str, int], float]
    talk: float
    patience: float
    weeks: int  # of records that it was made from; 0: nothing but the default

    def load(self, language: str, hour: datetime) -> Load:
        """Return what arrives in an hour, in one language or in `ALL`."""
        which = hour_of_week(hour)
        asked = LANGUAGES if language == ALL else (language,)
        return Load(sum(self.calls.get((one, which), 0.0) for one in asked), self.talk, self.patience)


@dataclass(frozen=True)
class OnDuty:
    """Somebody who has promised a time: who he is, what he speaks, and the zone of his own clock."""

    volunteer: str
    languages: Collection[str]
    zone: str
    span: Span


class State(StrEnum):
    """How an hour stands."""

    ENOUGH = "enough"
    SHORT = "short"
    NOBODY = "nobody"
    SPARE = "spare"  # nobody is needed


@dataclass(frozen=True)
class Count:
    """People needed and people promised."""

    need: int
    have: int

    @property
    def missing(self) -> int:
        """Return how many more are needed."""
        return max(0, self.need - self.have)

    @property
    def state(self) -> State:
        """Tell how it stands."""
        if self.need == 0:
            return State.SPARE
        if self.have == 0:
            return State.NOBODY
        return State.SHORT if self.missing else State.ENOUGH


@dataclass(frozen=True)
class Cell:
    """One hour of somebody's own clock: from when to when it lasts, and its counts by language and `ALL`.

    Where a clock is put back an hour comes twice, and is one cell of two hours; what it jumps over has none.
    """

    day: date
    hour: int
    span: Span
    counts: Mapping[str, Count]
    at_night: int  # how many of those on duty have night by their own clock

    @property
    def whole(self) -> Count:
        """Return the counts of all languages together."""
        return self.counts[ALL]

    @property
    def missing(self) -> int:
        """Return how many more are needed, whichever language misses most."""
        return max(count.missing for count in self.counts.values())

    @property
    def state(self) -> State:
        """Tell how it stands: as all together do, and short where only one language is."""
        state = self.whole.state
        return State.SHORT if self.missing and state in {State.ENOUGH, State.SPARE} else state


@dataclass(frozen=True)
class Hole:
    """A time, at most `BLOCK` long, for which too few have promised."""

    span: Span
    missing: int
    languages: tuple[str, ...]  # those that are missed by themselves; none: anybody helps
    nobody: bool  # for a part of it at least, nobody at all has promised

    def helped_by(self, languages: Collection[str]) -> bool:
        """Tell whether somebody who speaks these languages would help."""
        return not self.languages or any(language in self.languages for language in languages)


def hour_of_week(moment: datetime) -> int:
    """Return the hour of the week in UTC, 0 to 167."""
    utc = moment.astimezone(UTC)
    return 24 * utc.weekday() + utc.hour


def default_profile() -> Profile:
    """Return what is believed before there are any records."""
    calls = {}
    for language, (by_day, at_night) in DEFAULT_CALLS.items():
        for hour in range(168):
            there = (hour + _CHINA // _HOUR) % 24
            calls[language, hour] = by_day if 8 <= there < 23 else at_night
    return Profile(calls, DEFAULT_TALK, DEFAULT_PATIENCE, 0)


def profile_of(counts: Iterable[HourCount], weeks: int) -> Profile:
    """Estimate a profile from so many whole weeks of records; where they say little, the default speaks.

    An hour without a row is an hour without a call. Patience is the whole waiting time by the number who hung
    up (`erlang.mean_patience`), with the default in it as if twenty people had been seen already.
    """
    counts, believed = list(counts), default_profile()
    arrived: dict[tuple[str, int], int] = {}
    for count in counts:
        key = (count.language, hour_of_week(count.hour))
        arrived[key] = arrived.get(key, 0) + count.arrived
    calls = {
        key: (arrived.get(key, 0) + _BELIEVED_WEEKS * default) / (weeks + _BELIEVED_WEEKS)
        for key, default in believed.calls.items()
    }
    answered = sum(count.answered for count in counts)
    hung_up = sum(count.abandoned for count in counts)
    talked = sum(count.talk_seconds for count in counts)
    waited = sum(count.wait_seconds for count in counts)
    return Profile(
        calls,
        (talked + _BELIEVED_CALLS * DEFAULT_TALK) / (answered + _BELIEVED_CALLS),
        (waited + _BELIEVED_HUNG_UP * DEFAULT_PATIENCE) / (hung_up + _BELIEVED_HUNG_UP),
        weeks,
    )


def need(profile: Profile, language: str, hour: datetime) -> int:
    """Return how many people an hour needs for a language, or for `ALL`."""
    return _least(profile.load(language, hour))


@lru_cache(maxsize=2048)
def _least(load: Load) -> int:
    return least(load, TARGET)


def cells(profile: Profile, promised: Sequence[OnDuty], zone: str, within: Span, now: datetime) -> list[Cell]:
    """Lay a span out in the hours of a place's clock, with what is needed and what is promised.

    Of the hour that runs, only what is left of it counts.
    """
    place = ZoneInfo(zone)
    on_duty: dict[datetime, list[OnDuty]] = {}
    for one in promised:
        for moment in quarters(one.span):
            on_duty.setdefault(moment, []).append(one)

    def hour_shown(moment: datetime) -> tuple[date, int]:
        local = moment.astimezone(place)
        return local.date(), local.hour

    found = []
    for (day, hour), moments in groupby(quarters(within), hour_shown):
        there = list(moments)
        left = [moment for moment in there if moment + QUARTER > now] or there
        counts = {language: _count(profile, language, left, on_duty) for language in (*LANGUAGES, ALL)}
        tired = max(len(_night(on_duty.get(moment, ()), moment)) for moment in left)
        found.append(Cell(day, hour, Span(there[0], there[-1] + QUARTER), counts, tired))
    return found


def _count(
    profile: Profile, language: str, moments: Sequence[datetime], on_duty: Mapping[datetime, list[OnDuty]]
) -> Count:
    """Count an hour as its weakest quarter stands."""
    quarter_counts = [
        Count(
            need(profile, language, moment),
            len(
                {
                    one.volunteer
                    for one in on_duty.get(moment, ())
                    if language == ALL or language in one.languages
                }
            ),
        )
        for moment in moments
    ]
    return max(quarter_counts, key=lambda count: (count.need - count.have, count.need))


def _night(people: Iterable[OnDuty], moment: datetime) -> set[str]:
    return {one.volunteer for one in people if is_night(moment, ZoneInfo(one.zone))}


def week_of(zone: str, day: date) -> Span:
    """Return the seven days that begin with a day of a place's clock: 168 hours, or some more or fewer."""
    place = ZoneInfo(zone)
    start, end = (
        datetime.combine(which, time(), tzinfo=place).astimezone(UTC)
        for which in (day, day + timedelta(days=7))
    )
    return Span(start, end)


def holes(found: Iterable[Cell], now: datetime) -> list[Hole]:
    """Give the holes from now on, hours that follow each other taken together up to `BLOCK`."""
    blocks: list[list[Cell]] = []
    for cell in found:
        if not cell.missing or cell.span.end <= now:
            continue
        last = blocks[-1] if blocks else None
        if (
            last
            and last[-1].span.end == cell.span.start
            and _alike(last[-1], cell)
            and cell.span.end - last[0].span.start <= BLOCK
        ):
            last.append(cell)
        else:
            blocks.append([cell])
    return [_hole(block, now) for block in blocks]


def _alike(one: Cell, other: Cell) -> bool:
    return _languages(one) == _languages(other)


def _languages(cell: Cell) -> tuple[str, ...]:
    """Name the languages that are missed; none where more people of any language are missed than of those."""
    missed = {language: cell.counts[language].missing for language in LANGUAGES}
    if cell.whole.missing > sum(missed.values()):
        return ()
    return tuple(language for language in LANGUAGES if missed[language])


def _hole(block: Sequence[Cell], now: datetime) -> Hole:
    start = max(block[0].span.start, quarter_of(now))
    return Hole(
        Span(start, block[-1].span.end),
        max(cell.missing for cell in block),
        _languages(block[0]),
        any(cell.whole.have == 0 for cell in block),
    )


def quarter_of(now: datetime) -> datetime:
    """Return the quarter of an hour that runs."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def soon(found: Iterable[Hole], now: datetime) -> Iterator[Hole]:
    """Give the holes that begin within two hours, or go on."""
    return (hole for hole in found if hole.span.start <= now + SOON)
