"""Everything that changes the plans of a site. Each raises SiteWrong with what is to be mended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from tuidang.field.actions.sites import LONGEST_NAME as LONGEST_SITE
from tuidang.field.actions.sites import create_site, set_site_open
from tuidang.field.models import Site, TeamCode
from tuidang.field.sites.models import DayOff, Opening, SiteLead, Stand, Stock, Team
from tuidang.field.sites.rules import (
    LARGEST_TEAM,
    LONGEST_NAME,
    LONGEST_WHAT,
    MOST_STOCK,
    Hours,
    Wrong,
)
from tuidang.privacy.regions import REGIONS


class SiteWrong(ValueError):  # noqa: N818  an answer, not a mistake of ours
    """What was asked for cannot be: `wrong` says why."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong


@transaction.atomic
def save_site(
    code: str, *, name: str, region: str, is_open: bool, hours: Hours | None, leads: Iterable[UUID]
) -> Site:
    """Keep what a site is called, where it is, when it is open and who leads its teams; `""` is a new one."""
    name = " ".join(name.split())
    wrong = [] if 1 <= len(name) <= LONGEST_SITE else [Wrong.NAME]
    wrong += [] if region and region in REGIONS else [Wrong.REGION]
    wrong += hours.mistakes() if hours else []
    if wrong:
        raise SiteWrong(*wrong)
    site = Site.objects.select_for_update().filter(code=code).first() if code else create_site(name, region)
    if site is None:
        raise SiteWrong(Wrong.NAME)
    Site.objects.filter(code=site.code).update(name=name, region=region)
    set_site_open(site.code, is_open=is_open)
    Opening.objects.filter(site=site).delete()
    if hours:
        Opening.objects.create(site=site, weekdays=_digits(hours), begins=hours.begins, minutes=hours.minutes)
    SiteLead.objects.filter(site=site).exclude(volunteer__in=(wanted := set(leads))).delete()
    for volunteer in wanted:
        SiteLead.objects.get_or_create(site=site, volunteer_id=volunteer)
    return site


def close_day(site: Site, day: date, why: str) -> None:
    """Say that nobody stands there on a day after all."""
    why = " ".join(why.split())
    if len(why) > LONGEST_WHAT:
        raise SiteWrong(Wrong.DAY)
    DayOff.objects.update_or_create(site=site, day=day, defaults={"why": why})


def open_day(site: Site, day: date) -> None:
    """Take that back."""
    DayOff.objects.filter(site=site, day=day).delete()


def add_team(site: Site, name: str, people: int) -> Team:
    """Add a team."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise SiteWrong(Wrong.TEAM)
    if not 1 <= people <= LARGEST_TEAM:
        raise SiteWrong(Wrong.PEOPLE)
    try:
        with transaction.atomic():
            return Team.objects.create(site=site, name=name, people=people)
    except IntegrityError:
        raise SiteWrong(Wrong.TEAM_THERE) from None


@transaction.atomic
def end_team(site: Site, key: int, today: date) -> None:
    """Let a team be no more: it stands nowhere, and its phones send nothing from now on."""
    team = Team.objects.filter(site=site, pk=key).first()
    if team:
        TeamCode.objects.filter(site=site, label=team.name, revoked=None).update(revoked=today)
        team.delete()


def plan_stand(site: Site, team: int, hours: Hours, first: date, last: date | None) -> Stand:
    """Plan when a team stands."""
    wrong = list(hours.mistakes())
    if last and last < first:
        wrong.append(Wrong.LAST)
    if not Team.objects.filter(site=site, pk=team).exists():
        wrong.append(Wrong.TEAM)
    if wrong:
        raise SiteWrong(*wrong)
    return Stand.objects.create(
        team_id=team,
        weekdays=_digits(hours),
        begins=hours.begins,
        minutes=hours.minutes,
        first=first,
        last=last,
    )


def end_stand(site: Site, key: int) -> None:
    """Plan that no more."""
    Stand.objects.filter(team__site=site, pk=key).delete()


def forget_past_stands(today: date) -> None:
    """Destroy what was planned and is over: it would say who stood where."""
    Stand.objects.filter(last__lt=today).delete()


def set_stock(site: Site, what: str, count: int, few: int) -> None:
    """Say how much of something lies there, and at how many more are needed."""
    what = " ".join(what.split())
    if not 1 <= len(what) <= LONGEST_WHAT:
        raise SiteWrong(Wrong.WHAT)
    if not (0 <= count <= MOST_STOCK and 0 <= few <= MOST_STOCK):
        raise SiteWrong(Wrong.COUNT)
    Stock.objects.update_or_create(site=site, what=what, defaults={"count": count, "few": few})


def move_stock(site: Site, key: int, by: int) -> None:
    """Add to what lies there, or take of it; of two who take the last one, one is told."""
    found = Stock.objects.filter(site=site, pk=key, count__gte=-by, count__lte=MOST_STOCK - by)
    if not found.update(count=F("count") + by):
        raise SiteWrong(Wrong.COUNT)


def drop_stock(site: Site, key: int) -> None:
    """Keep a thing in the list no more."""
    Stock.objects.filter(site=site, pk=key).delete()


def _digits(hours: Hours) -> str:
    return "".join(map(str, sorted(hours.weekdays)))
