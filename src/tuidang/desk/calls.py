"""What the screens show of calls: what goes on now, a day's funnel and map, verdicts in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuidang.base import charts
from tuidang.base.words import shortened, spaced
from tuidang.desk.words import REFUSALS, STAGES, VERDICTS
from tuidang.phone.queries import Machine, Standing
from tuidang.phone.records.funnel import Row, funnel
from tuidang.privacy.regions import PROVINCES, Lang

__all__ = ["Day", "Machine", "Now", "TrunkHealth"]

_PARTS = ("dialled", "live", "answered", "heard", "whole", "more", "person", "withdraw", "never")
_OF_DIALLED = {"live", "answered"}


@dataclass(frozen=True)
class Now:
    """What all machines do for a campaign at this moment."""

    in_air: int
    rate: float  # calls begun a second, over the last ten
    machines: int
    halted: str  # why nothing is dialled, in words; "" if it is


@dataclass(frozen=True)
class TrunkHealth:
    """How a trunk does at this moment, over all machines; None where no machine speaks of it."""

    name: str
    is_up: bool | None
    in_air: int
    failed: int


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

    def stages(self) -> list[tuple[str, int, str]]:
        """Give each stage with its words, its count, and its share of the stage it is a part of."""
        return [(str(STAGES[part]), self.counts.get(part, 0), self._share(part)) for part in _PARTS]

    def regions(self) -> list[tuple[str, int, int, str]]:
        """Give each place with its calls, those answered, and their share; most calls first."""
        names = dict(provinces())
        ordered = sorted(self.by_region.items(), key=lambda item: -item[1]["dialled"])
        return [
            (
                names.get(code) or _("place not known"),
                c["dialled"],
                c["answered"],
                _percent(c["answered"], c["dialled"]),
            )
            for code, c in ordered
            if c["dialled"]
        ]

    def refusals(self) -> list[tuple[str, int]]:
        """Give the reasons for which numbers were not dialled, in words, the most frequent first."""
        ordered = sorted(self.by_reason.items(), key=lambda item: -item[1])
        return [(str(REFUSALS.get(reason, reason)), count) for reason, count in ordered]

    def _share(self, part: str) -> str:
        if part == "dialled":
            return ""
        base = self.counts.get("dialled" if part in _OF_DIALLED else "answered", 0)
        if not base:
            return ""
        return _percent(self.counts.get(part, 0), base)


def now_of(machines: Sequence[Machine], campaign: str) -> Now:
    """Add up what the machines that are up do for a campaign."""
    found = [m.campaigns[campaign] for m in machines if m.is_up and campaign in m.campaigns]
    halted = next((str(one["halted"]) for one in found if one.get("halted")), "")
    return Now(
        sum(one["in_air"] for one in found),
        round(sum(one["rate_10s"] for one in found), 1),
        len(found),
        str(REFUSALS.get(halted, halted)),
    )


def trunks_of(machines: Sequence[Machine], names: Sequence[str]) -> list[TrunkHealth]:
    """Add up what the machines that are up say of some trunks."""
    health = []
    for name in names:
        found = [machine.trunks[name] for machine in machines if machine.is_up and name in machine.trunks]
        is_up = all(one["up"] for one in found) if found else None
        health.append(
            TrunkHealth(name, is_up, sum(one["in_air"] for one in found), sum(one["failed"] for one in found))
        )
    return health


def funnel_chart(day: Day) -> str:
    """Draw a day's funnel, every stage with its share."""
    bars = [
        charts.Bar(words, count, f"{spaced(count)} · {share}" if share else spaced(count))
        for words, count, share in day.stages()
    ]
    words = charts.Words(
        "funnel",
        _("Today’s calls"),
        _("One bar for each stage, each a part of the one it is compared with; every bar starts at nought."),
    )
    return charts.rows(words, bars)


def map_chart(day: Day) -> str:
    """Draw answered calls by province."""
    language = _language()
    answered = {code: counts["answered"] for code, counts in day.by_region.items()}
    tiles = [
        charts.Tile(
            *province.tile,
            name=(
                short := province.code.removeprefix("CN-") if language == "en" else province.name(language)
            ),
            short=short,
            value=answered.get(province.code, 0),
            written=shortened(answered.get(province.code, 0), language),
        )
        for province in PROVINCES
        if province.tile is not None
    ]
    words = charts.Words(
        "provinces",
        _("Answered calls by province, today"),
        _("One tile for each province, north up. The table below has every number."),
    )
    return charts.grid(words, tiles)


def provinces() -> list[tuple[str, str]]:
    """Give the provinces that can be called, code and name."""
    language = _language()
    return [(province.code, province.name(language)) for province in PROVINCES]


def message_sounds(folder: Path) -> list[str]:
    """List the messages that have a sound."""
    return sorted(f"message/{path.stem}" for path in (folder / "message").glob("*.*"))


def verdict_words(standing: Standing) -> str:
    """Say in a sentence what can be said of a message beside the others by now; nothing of a single one."""
    if standing.comparison is None:
        return ""
    low, high = standing.comparison.asks
    sentence = str(VERDICTS[standing.comparison.verdict])
    if high == inf:
        return sentence
    limits = _("Between %(low)s and %(high)s times as many ask as after the others.")
    return f"{sentence} " + limits % {"low": f"{low:.2f}", "high": f"{high:.2f}"}


def _add(counts: dict[str, int], row: Row) -> None:
    for stage, count in row.counts.items():
        counts[stage] = counts.get(stage, 0) + count


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def _language() -> Lang:
    return cast(Lang, get_language())
