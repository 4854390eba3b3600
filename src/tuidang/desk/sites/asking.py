"""What is asked once more at a site before it takes effect, and what it would stop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from tuidang.desk.shift_forms import read_number
from tuidang.field.models import TeamCode
from tuidang.field.sites.models import Stand
from tuidang.field.sites.queries import TeamLook


@dataclass(frozen=True)
class Question:
    """What would be ended: a team, one time at which it stands, or one code."""

    move: str  # of the site's page
    field: str  # by which the form names it
    key: int
    team: str
    codes: int = 0  # of the team, that serve
    stand: Stand | None = None
    code: TeamCode | None = None


def question(asked: QueryDict, teams: Iterable[TeamLook], stray: Iterable[TeamCode]) -> Question | None:
    """Read what an address asks about; None for nothing that is there."""
    for one in teams:
        serving = len(one.codes)
        if one.team.pk == read_number(asked.get("end-team"), -1):
            return Question("end-team", "team", one.team.pk, one.team.name, serving)
        for stand in one.stands:
            if stand.pk == read_number(asked.get("end-stand"), -1):
                return Question("end-stand", "stand", stand.pk, one.team.name, serving, stand)
        for code in one.codes:
            if str(code.pk) == asked.get("revoke"):
                return Question("revoke", "code", code.pk, one.team.name, serving, code=code)
    for code in stray:
        if str(code.pk) == asked.get("revoke"):
            return Question("revoke", "code", code.pk, code.label, 1, code=code)
    return None
