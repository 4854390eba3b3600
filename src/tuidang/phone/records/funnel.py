"""The funnel: of the numbers dialled, how many live, answered, heard, pressed; denominators always shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tuidang.phone.records.days import connect, rows_of
from tuidang.phone.records.outcomes import LIVE, STEP, Outcome

GROUPS = ("day", "region", "campaign", "trunk", "message", "plan", "outcome", "reason")

_LIVE = ", ".join(f"'{outcome}'" for outcome in sorted(LIVE))

# Each stage is a part of the one before it, down to the keys, which are parts of what was answered.
STAGES = {
    "dialled": f"outcome <> '{Outcome.REFUSED}'",
    "live": f"outcome IN ({_LIVE})",
    "answered": f"outcome = '{Outcome.ANSWERED}'",
    "heard": f"outcome = '{Outcome.ANSWERED}' AND (seconds >= {STEP} OR whole)",  # a message may be shorter
    "whole": f"outcome = '{Outcome.ANSWERED}' AND whole",
    "asked": f"outcome = '{Outcome.ANSWERED}' AND (contains(keys, '8') OR contains(keys, '9'))",
    "more": f"outcome = '{Outcome.ANSWERED}' AND contains(keys, '1')",
    "person": f"outcome = '{Outcome.ANSWERED}' AND contains(keys, '8')",
    "withdraw": f"outcome = '{Outcome.ANSWERED}' AND contains(keys, '9')",
    "never": f"outcome = '{Outcome.ANSWERED}' AND contains(keys, '0')",
}


@dataclass(frozen=True)
class Row:
    """One group's counts: calls of each stage, those refused before dialling, and the people who left."""

    group: tuple[str, ...]  # in the order of the groups asked for
    counts: dict[str, int]  # by the names of STAGES, and "refused"
    people: int


def funnel(
    folder: Path,
    by: Sequence[str] = (),
    *,
    first: date | None = None,
    last: date | None = None,
    campaign: str = "",
) -> list[Row]:
    """Count the records in `folder`, grouped, in the groups' order. Raises ValueError for another group."""
    if unknown := set(by) - set(GROUPS):
        raise ValueError(f"records are grouped by {', '.join(GROUPS)}, not by {', '.join(sorted(unknown))}")
    counts = [f"count(*) FILTER ({condition})" for condition in STAGES.values()]
    counts.append(f"count(*) FILTER (outcome = '{Outcome.REFUSED}')")
    groups = [f"CAST({group} AS VARCHAR)" for group in by]
    where, values = ["true"], list[object]()
    for condition, value in (("day >= ?", first), ("day <= ?", last), ("campaign = ?", campaign or None)):
        if value is not None:
            where.append(condition)
            values.append(value)
    sql = (
        f"SELECT {', '.join([*groups, *counts])}, coalesce(sum(people), 0)"
        f" FROM {rows_of(folder)} WHERE {' AND '.join(where)}"
        + (f" GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else "")
    )
    with connect() as database:
        rows = database.execute(sql, values).fetchall()
    names = (*STAGES, "refused")
    return [
        Row(
            tuple(row[: len(by)]),
            dict(zip(names, map(int, row[len(by) : -1]), strict=True)),
            int(row[-1]),
        )
        for row in rows
    ]
