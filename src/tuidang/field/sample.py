"""The field on a sample register: a site, a code, and both halves of every week's key on one disk.

So a demonstration shows the whole way within a minute. Of a real register the private halves lie elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from tuidang.base import disk
from tuidang.field.actions.sites import create_site, make_team_code
from tuidang.field.actions.taking import Taken, take_with_keys
from tuidang.field.models import Site
from tuidang.field.queries import site_of_team
from tuidang.field.rules import weeks_to_take_along
from tuidang.privacy.weekly import (
    WeekKey,
    make_week_key,
    read_week_key,
    write_week_key,
)

_SITE: Final = "灯塔码头 Lighthouse Pier"


def stock_field(data: Path, today: date) -> str:
    """Make a site and its team's code, where they are missing; return the code."""
    path = _folder(data) / "team-code"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and site_of_team(code := path.read_text().strip()) is not None:
        return code
    site = Site.objects.filter(name=_SITE, is_open=True).first() or create_site(_SITE, "TW")
    code = make_team_code(site.code, "sample", today)
    disk.replace(path, code.encode() + b"\n")
    return code


def open_sample(data: Path, today: date) -> Taken:
    """Open and take what came, with keys that a real register does not have."""
    return take_with_keys(sample_keys(data, today), today)


def sample_keys(data: Path, today: date) -> Sequence[WeekKey]:
    """Give the private halves there are, after those of this week and those to come were made."""
    folder = _folder(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    there = {path.stem: path for path in folder.glob("????-W??.key")}
    for week in weeks_to_take_along(today):
        if week not in there:
            there[week] = write_week_key(folder, make_week_key(week))
    return [read_week_key(path) for path in there.values()]


def _folder(data: Path) -> Path:
    return data / "sealing-sample"
