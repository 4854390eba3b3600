"""The field on a sample register: a site, its plans, a code, and both halves of every week's key on one disk.

So a demonstration shows the whole way within a minute. Of a real register the private halves lie elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Final

from tuidang.base import disk
from tuidang.field.actions.sites import create_site, make_team_code
from tuidang.field.actions.taking import Taken, take_with_keys
from tuidang.field.models import Site
from tuidang.field.queries import site_of_team
from tuidang.field.rules import weeks_to_take_along
from tuidang.field.sites.actions import add_team, plan_stand, save_site, set_stock
from tuidang.field.sites.queries import hours_of, leads_of, stock_of, teams_of
from tuidang.field.sites.rules import Hours
from tuidang.privacy.weekly import (
    WeekKey,
    make_week_key,
    read_week_key,
    write_week_key,
)

_SITE: Final = "灯塔码头 Lighthouse Pier"
_OPEN: Final = Hours(frozenset({1, 2, 3, 4, 5, 6}), time(9), 8 * 60)
_MORNING: Final = "晨队 Morning (sample)"
# By name: how many they are, and when they stand. On Sunday afternoons nobody does, to be seen.
_TEAMS: Final = {
    _MORNING: (4, Hours(_OPEN.weekdays, time(9), 4 * 60)),
    "午后队 Afternoon (sample)": (3, Hours(_OPEN.weekdays - {6}, time(13), 4 * 60)),
}
_STOCK: Final = {  # how much lies there, and at how much more is needed
    "海报 Posters (sample)": (120, 20),
    "卡片 Cards (sample)": (35, 50),
    "小册子 Booklets (sample)": (400, 100),
}


def stock_field(data: Path, today: date) -> str:
    """Make a site, its plans and a team's code, where they are missing; return the code."""
    path = _folder(data) / "team-code"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and (known := site_of_team(code := path.read_text().strip())) is not None:
        _plan(known, today)
        return code
    site = Site.objects.filter(name=_SITE, is_open=True).first() or create_site(_SITE, "TW")
    _plan(site, today)
    code = make_team_code(site.code, _MORNING, today)
    disk.replace(path, code.encode() + b"\n")
    return code


def _plan(site: Site, today: date) -> None:
    """Say when volunteers stand there and what lies there, unless somebody has said anything of it."""
    if hours_of(site) or teams_of(site) or stock_of(site):
        return
    save_site(site.code, name=site.name, region=site.region, is_open=True, hours=_OPEN, leads=leads_of(site))
    for name, (people, hours) in _TEAMS.items():
        plan_stand(site, add_team(site, name, people).pk, hours, today, None)
    for what, (count, few) in _STOCK.items():
        set_stock(site, what, count, few)


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
