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
    write_public,
    write_week_key,
)

_SITE: Final = "灯塔码头 Lighthouse Pier"


def stock_field(data: Path, today: date) -> str:
    """Make a site, its team's code and the keys, where they are missing; return the code."""
    _sample_keys(data, today)
    path = _folder(data) / "team-code"
    if path.exists() and site_of_team(code := path.read_text().strip()) is not None:
        return code
    site = Site.objects.filter(name=_SITE, is_open=True).first() or create_site(_SITE, "TW")
    code = make_team_code(site.code, "sample", today)
    disk.replace(path, code.encode() + b"\n")
    return code


def open_sample(data: Path, today: date) -> Taken:
    """Open and take what came, with keys that a real register does not have."""
    return take_with_keys(_sample_keys(data, today), today)


def _sample_keys(data: Path, today: date) -> Sequence[WeekKey]:
    """Give the private halves there are, after those of this week and those to come were made."""
    private, public = _folder(data), data / "sealing"
    for folder in (private, public):
        folder.mkdir(mode=0o700, exist_ok=True)
    for week in weeks_to_take_along(today):
        path = private / f"{week}.key"
        if not path.exists():
            write_week_key(private, make_week_key(week))
        # A crash here leaves a private half that nobody has sealed for; the next round makes its public half.
        if not (public / f"{week}.json").exists():
            disk.replace(public / f"{week}.json", write_public(week, read_week_key(path).public))
    return [read_week_key(path) for path in sorted(private.glob("????-W??.key"))]


def _folder(data: Path) -> Path:
    return data / "sealing-sample"
