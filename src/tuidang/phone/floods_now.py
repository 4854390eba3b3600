"""How floods stand at this moment: the file that the hotline writes, and that coordinators' pages read.

It holds no number and no volunteer: a level, counts of today, and marks under random names.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tuidang.phone.floods.values import Counts, Level, Mark, MarkNow
from tuidang.phone.live_files import read_live, write_live

FRESH: Final = timedelta(seconds=15)
SHOWN: Final = 100  # marks, the newest


@dataclass(frozen=True)
class FloodsNow:
    """All of it."""

    level: Level
    counts: Counts
    marks: tuple[MarkNow, ...]  # the newest first


def path_of(data: Path) -> Path:
    """Name the file."""
    return data / "phone" / "live" / "floods.json"


def write_floods(data: Path, now: FloodsNow) -> None:
    """Put the file in place whole; a crash leaves the one before, perhaps with a draft."""
    content = {
        "level": now.level.name.lower(),
        "counts": asdict(now.counts),
        "marks": [
            {"id": mark.id, "mark": mark.mark, "hour": mark.hour.isoformat(), "undone": mark.undone}
            for mark in now.marks[:SHOWN]
        ],
    }
    write_live(path_of(data), content)


def floods_now(data: Path, now: datetime) -> FloodsNow | None:
    """Read what the hotline wrote last; None when it does not run, or cannot be read at this moment."""
    return read_live(path_of(data), FRESH, _read, now)


def _read(content: Any) -> FloodsNow:
    return FloodsNow(
        Level[str(content["level"]).upper()],
        Counts(**{field.name: int(content["counts"][field.name]) for field in fields(Counts)}),
        tuple(
            MarkNow(
                str(one["id"]),
                Mark(one["mark"]),
                datetime.fromisoformat(one["hour"]),
                one["undone"] is True,
            )
            for one in content["marks"]
        ),
    )
