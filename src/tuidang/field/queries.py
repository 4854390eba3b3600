"""What is read of sites, of their teams' codes, and of what waits sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from tuidang.field.codes import hash_team_code, read_team_code
from tuidang.field.models import Entry, Site, TeamCode


@dataclass(frozen=True)
class WeekWaiting:
    """How many entries of a week stand in a state."""

    week: str
    state: str
    entries: int


def find_team(typed: str) -> TeamCode | None:
    """Return the team whose code this is; None for a code unknown or revoked."""
    code = read_team_code(typed)
    if code is None:
        return None
    return TeamCode.objects.select_related("site").filter(hash=hash_team_code(code), revoked=None).first()


def site_of_team(typed: str) -> Site | None:
    """Return the site for which whoever knows this code may send; None for a code unknown or revoked."""
    team = find_team(typed)
    return team.site if team else None


def team_codes(site: str) -> Sequence[TeamCode]:
    """Give the codes of a site that are not revoked, oldest first."""
    return list(TeamCode.objects.filter(site=site, revoked=None).order_by("day", "label"))


def entries_by_week() -> Sequence[WeekWaiting]:
    """Count entries by week and state."""
    rows = Entry.objects.values_list("week", "state").annotate(entries=Count("pk")).order_by("week", "state")
    return [WeekWaiting(*row) for row in rows]
