"""What the screens show of calls: what goes on now, a day's funnel and map, verdicts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuidang.base import charts
from tuidang.base.words import shortened, spaced
from tuidang.desk.words import REFUSALS, STAGES, VERDICTS
from tuidang.library.audio.queries import Item, items_in
from tuidang.phone.actions.library_sounds import FOLDER as LIBRARY
from tuidang.phone.asterisk.sounds import ENDING, path_of
from tuidang.phone.models import Trunk
from tuidang.phone.queries import Machine, Standing
from tuidang.phone.records.funnel import Row, funnel
from tuidang.privacy.regions import PROVINCES, Lang, Region

_OF_DIALLED = ("dialled", "live", "answered")
_OF_ANSWERED = ("answered", "heard", "whole", "more", "person", "withdraw", "never")
_NOTHING = {"dialled": 0, "answered": 0}
_MARKS = (0.25, 0.5, 1.0, 2.0, 4.0)
_FAR = 16  # a ratio beyond, or its inverse, is no figure to tell anybody


@dataclass(frozen=True)
class Now:
    """What all machines do for a campaign at this moment."""

    in_air: int
    rate: float  # calls begun a second, over the last ten
    machines: int
    halted: str  # why nothing is dialled, in words; "" if it is


class Health(StrEnum):
    """How a trunk does."""

    CARRIES = "carries"
    SLOWED = "slowed"  # it failed calls, and is given fewer until it does better
    FAILS = "fails"
    IDLE = "idle"  # no machine speaks of it


@dataclass(frozen=True)
class TrunkHealth:
    """How a trunk does at this moment, over all machines, beside what it can carry."""

    name: str
    health: Health
    in_air: int
    channels: int
    failed: int


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel: its words, its calls, and what share of which whole they are."""

    words: str
    count: int
    share: str  # "" of the whole itself, and where there is none
    whole: str  # in words


@dataclass(frozen=True)
class Day:
    """A campaign's counts of one day, in all and by province and reason."""

    counts: dict[str, int]
    people: int
    by_region: dict[str, dict[str, int]]
    by_reason: dict[str, int]

    @classmethod
    def read(cls, records: Path, campaign: str, day: date) -> Day:
        """Count the records of a day."""
        rows = funnel(records, ["region", "outcome", "reason"], first=day, last=day, campaign=campaign)
        by_region: dict[str, dict[str, int]] = {}
        by_reason: dict[str, int] = {}
        for row in rows:
            _add(by_region.setdefault(row.group[0], {}), row)
            if row.counts["refused"]:
                by_reason[row.group[2]] = by_reason.get(row.group[2], 0) + row.counts["refused"]
        counts: dict[str, int] = {}
        for row in rows:
            _add(counts, row)
        return cls(counts, sum(row.people for row in rows), by_region, by_reason)

    @property
    def dialled(self) -> int:
        """Count the calls that were begun."""
        return self.counts.get("dialled", 0)

    @property
    def answered(self) -> int:
        """Count the calls that somebody answered."""
        return self.counts.get("answered", 0)

    @property
    def placeless(self) -> int:
        """Count the answered calls to numbers whose place is not known."""
        return self.by_region.get("", _NOTHING)["answered"]

    def of_dialled(self) -> list[Stage]:
        """Give the stages that are parts of what was dialled, that first."""
        return self._stages(_OF_DIALLED)

    def of_answered(self) -> list[Stage]:
        """Give the stages that are parts of what was answered, that first."""
        return self._stages(_OF_ANSWERED)

    def stages(self) -> list[Stage]:
        """Give every stage once, in order."""
        return [*self.of_dialled(), *self.of_answered()[1:]]

    def regions(self) -> list[tuple[str, int, int, str]]:
        """Give each place with its calls, those answered, and their share; most calls first."""
        names = dict(provinces())
        ordered = sorted(self.by_region.items(), key=lambda item: -item[1]["dialled"])
        return [
            (
                names.get(code) or _("place not known"),
                c["dialled"],
                c["answered"],
                percent(c["answered"], c["dialled"]),
            )
            for code, c in ordered
            if c["dialled"]
        ]

    @property
    def refused(self) -> int:
        """Count the numbers that were not dialled."""
        return sum(self.by_reason.values())

    def refusals(self) -> list[tuple[str, int, str]]:
        """Give why numbers were not dialled, in words, with its count and share; the most frequent first."""
        ordered = sorted(self.by_reason.items(), key=lambda item: -item[1])
        return [(reason_words(reason), count, percent(count, self.refused)) for reason, count in ordered]

    def _stages(self, parts: Sequence[str]) -> list[Stage]:
        whole = self.counts.get(parts[0], 0)
        words = str(STAGES[parts[0]])
        return [
            Stage(
                str(STAGES[part]),
                self.counts.get(part, 0),
                "" if part == parts[0] else percent(self.counts.get(part, 0), whole),
                "" if part == parts[0] else words,
            )
            for part in parts
        ]


def now_of(machines: Sequence[Machine], campaign: str) -> Now:
    """Add up what the machines that are up do for a campaign."""
    found = [m.campaigns[campaign] for m in machines if m.is_up and campaign in m.campaigns]
    halted = next((one.halted for one in found if one.halted), "")
    return Now(
        sum(one.in_air for one in found),
        round(sum(one.rate for one in found), 1),
        len(found),
        reason_words(halted) if halted else "",
    )


def held_of(machines: Sequence[Machine], campaign: str) -> list[tuple[str, str, int]]:
    """Add up how often the machines that are up were held back: trunk, reason in words, times; most first."""
    times: dict[tuple[str, str], int] = {}
    for machine in machines:
        if machine.is_up and campaign in machine.campaigns:
            for trunk, reasons in machine.campaigns[campaign].held.items():
                for reason, count in reasons.items():
                    times[trunk, reason] = times.get((trunk, reason), 0) + count
    ordered = sorted(times.items(), key=lambda item: (item[0][0], -item[1]))
    return [(trunk, reason_words(reason), count) for (trunk, reason), count in ordered]


def trunks_of(machines: Sequence[Machine], trunks: Iterable[Trunk]) -> list[TrunkHealth]:
    """Add up what the machines that are up say of some trunks."""
    health = []
    for trunk in trunks:
        found = [
            machine.trunks[trunk.name]
            for machine in machines
            if machine.is_up and trunk.name in machine.trunks
        ]
        if not found:
            state = Health.IDLE
        elif not any(one.is_up for one in found):
            state = Health.FAILS
        elif any(one.is_slowed or not one.is_up for one in found):
            state = Health.SLOWED
        else:
            state = Health.CARRIES
        in_air, failed = sum(one.in_air for one in found), sum(one.failed for one in found)
        health.append(TrunkHealth(trunk.name, state, in_air, trunk.channels, failed))
    return health


def funnel_chart(key: str, stages: Sequence[Stage]) -> str:
    """Draw stages that are parts of the first one."""
    bars = [
        charts.Bar(
            stage.words,
            stage.count,
            f"{spaced(stage.count)} · {stage.share}" if stage.share else spaced(stage.count),
        )
        for stage in stages
    ]
    title = _("Today’s calls: parts of “%(whole)s”") % {"whole": stages[0].words}
    return charts.rows(
        charts.Words(
            key, title, _("One bar for each stage; the first is the whole, and every bar starts at nought.")
        ),
        bars,
    )


def map_chart(day: Day) -> str:
    """Draw answered calls by province."""
    language = _language()
    tiles = []
    for province in _called():
        count = day.by_region.get(province.code, _NOTHING)["answered"]
        name = province.name(language)
        short = province.code.removeprefix("CN-") if language == "en" else name
        assert province.tile is not None, "every province has its place on the map"
        tiles.append(charts.Tile(*province.tile, name, short, count, shortened(count, language)))
    words = charts.Words(
        "provinces",
        _("Answered calls by province, today"),
        _("One tile for each province, north up. The table below has every number."),
    )
    return charts.grid(words, tiles)


def messages_charts(found: Sequence[Standing]) -> list[tuple[str, str]]:
    """Draw how many times as many people ask, opt out, and complain, after each message as after the others.

    Each chart comes with its title; there is none for a single message, nor for what nobody did.
    """
    compared = [(one.message.name, one.comparison) for one in found if one.comparison is not None]
    if not compared:
        return []
    asks = _("How many times as many ask as after the others")
    never = _("How many times as many want never to be called again")
    complaints = _("How many times as many complain")
    charts = [
        (asks, _spans("asks", asks, [(name, one.asks) for name, one in compared])),
        (never, _spans("opt-outs", never, [(name, one.never) for name, one in compared])),
    ]
    if any(one.complaints for one in found):
        spans = [(name, one.complaints) for name, one in compared]
        charts.append((complaints, _spans("complaints", complaints, spans)))
    return charts


def provinces() -> list[tuple[str, str]]:
    """Give the provinces that can be called, code and name."""
    language = _language()
    return [(province.code, province.name(language)) for province in _called()]


def message_sounds(folder: Path) -> list[str]:
    """Name the messages that have a sound."""
    return sorted(path.stem for path in (folder / "message").glob(f"*{ENDING}"))


def library_sounds(folder: Path, language: str) -> list[tuple[str, Item]]:
    """Name the sounds of the library that can be played, with the words that they are known by."""
    named = ((f"{LIBRARY}/{one.code}", one) for one in items_in(language))
    return [(name, one) for name, one in named if path_of(folder, name).is_file()]


def verdict_words(standing: Standing) -> str:
    """Say in a sentence what can be said of a message beside the others by now; nothing of a single one."""
    return str(VERDICTS[standing.comparison.verdict]) if standing.comparison is not None else ""


def reason_words(reason: str) -> str:
    """Say why something is not dialled; a reason without words stands for itself."""
    return str(REFUSALS.get(reason, reason))


def percent(part: int, whole: int) -> str:
    """Write a share with one decimal; nothing of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else ""


def _spans(key: str, title: str, limits: Sequence[tuple[str, tuple[float, float]]]) -> str:
    text = _("One bar for each message, from the least to the greatest that the records leave open.")
    spans = [charts.Span(name, low, high, _limits_words(low, high)) for name, (low, high) in limits]
    return charts.spans(charts.Words(key, title, text), spans, [(mark, f"{mark:g}×") for mark in _MARKS])


def _limits_words(low: float, high: float) -> str:
    if low < 1 / _FAR and high > _FAR:
        return str(_("not known yet"))
    if high > _FAR:
        return f"≥ {low:.2f}×"
    return f"≤ {high:.2f}×" if low < 1 / _FAR else f"{low:.2f}×–{high:.2f}×"


def _called() -> list[Region]:
    """Give the provinces whose numbers are China's; others have a country code of their own."""
    return [province for province in PROVINCES if province.code.startswith("CN-")]


def _add(counts: dict[str, int], row: Row) -> None:
    for stage, count in row.counts.items():
        counts[stage] = counts.get(stage, 0) + count


def _language() -> Lang:
    return cast(Lang, get_language())
