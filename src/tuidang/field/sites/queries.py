"""What is read of sites: whose they are, their days, their stock, and figures that expose nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tuidang.field.models import Site, SiteDay, TeamCode
from tuidang.field.sites.models import DayOff, Opening, SiteLead, Stand, Stock, Team
from tuidang.field.sites.rules import Day, Hours, coarse, days_of
from tuidang.volunteers.models import Role, User

AHEAD = 14  # days that are shown


@dataclass(frozen=True)
class Look:
    """A site as it stands in the list."""

    site: Site
    leads: tuple[str, ...]
    open_on: date | None  # the next day on which volunteers are to stand there
    nobody_on: tuple[date, ...]  # days ahead on which, at some time, nobody stands
    low: tuple[str, ...]  # what of it is nearly used up
    month: int  # entries that came this month, coarse


@dataclass(frozen=True)
class TeamLook:
    """A team, when it stands, and the codes its phones send with."""

    team: Team
    stands: tuple[Stand, ...]
    codes: tuple[TeamCode, ...]


def sites_of(volunteer: User) -> list[Site]:
    """List the sites that a volunteer may see: a coordinator all, a lead his own; open ones first."""
    found = Site.objects.order_by("-is_open", "name", "code")
    if not volunteer.has_role(Role.COORDINATOR):
        found = found.filter(leads__volunteer=volunteer)
    return list(found)


def find_site(code: str, volunteer: User) -> Site | None:
    """Find a site that a volunteer may see."""
    return next((site for site in sites_of(volunteer) if site.code == code), None)


def look_at(site: Site, today: date) -> Look:
    """Say how a site stands."""
    days = days_ahead(site, today)
    return Look(
        site,
        tuple(sorted(leads_of(site).values())),
        next((day.day for day in days if day.is_open), None),
        tuple(day.day for day in days if day.gaps) if site.is_open else (),
        tuple(one.what for one in stock_of(site) if one.count <= one.few),
        coarse(_entries(site, today.replace(day=1), today)),
    )


def hours_of(site: Site) -> Hours | None:
    """Give when a site is open; None: nobody has said."""
    opening = Opening.objects.filter(site=site).first()
    return opening.hours if opening else None


def leads_of(site: Site) -> dict[UUID, str]:
    """Name those who lead the teams of a site, by pseudonym."""
    found = SiteLead.objects.filter(site=site).select_related("volunteer")
    return {lead.volunteer.pk: lead.volunteer.pseudonym for lead in found}


def possible_leads() -> dict[UUID, str]:
    """Name the volunteers who may lead teams, by pseudonym."""
    found = User.objects.filter(is_active=True, groups__name=Role.FIELD_LEAD).order_by("pseudonym")
    return {volunteer.pk: volunteer.pseudonym for volunteer in found}


def days_ahead(site: Site, today: date) -> list[Day]:
    """Give the days of a site from today on."""
    end = today + timedelta(days=AHEAD)
    off = DayOff.objects.filter(site=site, day__range=(today, end))
    stands = Stand.objects.filter(team__site=site).select_related("team")
    return days_of(
        hours_of(site), {one.day: one.why for one in off}, [one.standing for one in stands], today, AHEAD
    )


def teams_of(site: Site) -> list[TeamLook]:
    """List the teams of a site."""
    codes = TeamCode.objects.filter(site=site, revoked=None).order_by("day", "id")
    return [
        TeamLook(
            team,
            tuple(team.stands.order_by("first", "begins", "pk")),
            tuple(code for code in codes if code.label == team.name),
        )
        for team in Team.objects.filter(site=site).order_by("name")
    ]


def stray_codes(site: Site) -> list[TeamCode]:
    """List the codes of a site that serve and belong to no team of it."""
    names = Team.objects.filter(site=site).values("name")
    return list(
        TeamCode.objects.filter(site=site, revoked=None).exclude(label__in=names).order_by("day", "id")
    )


def stock_of(site: Site) -> list[Stock]:
    """List what lies at a site."""
    return list(Stock.objects.filter(site=site).order_by("what"))


def year_of(site: Site, year: int) -> tuple[Mapping[date, int], list[int]]:
    """Give the entries that came from a site: by day, and by month, each coarse by itself."""
    days = SiteDay.objects.filter(site=site, day__year=year)
    months: Counter[int] = Counter()
    for one in days:
        months[one.day.month] += one.entries
    return {one.day: coarse(one.entries) for one in days}, [coarse(months[n]) for n in range(1, 13)]


def first_year_of(site: Site, today: date) -> int:
    """Give the year of a site's first figure; this one, where there is none yet."""
    first = SiteDay.objects.filter(site=site).order_by("day").values_list("day", flat=True).first()
    return min(first.year, today.year) if first else today.year


def days_off_of(site: Site, year: int) -> list[DayOff]:
    """List the days of a year on which a site was closed after all."""
    return list(DayOff.objects.filter(site=site, day__year=year).order_by("day"))


def _entries(site: Site, first: date, last: date) -> int:
    return sum(SiteDay.objects.filter(site=site, day__range=(first, last)).values_list("entries", flat=True))
