"""The tables of plans for sites: never traces. Whether somebody really stood there is kept nowhere.

A team has a name and a size; who is in it stands nowhere here. Leads are accounts, and no entry knows one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuidang.field.models import Site
from tuidang.field.sites.rules import LARGEST_TEAM, LONGEST, SHORTEST, Hours, Standing


class SiteLead(models.Model):
    """A volunteer who leads the teams of a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="leads")
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(name="sites_lead_once", fields=["site", "volunteer"]),)


class Opening(models.Model):
    """On which days of the week volunteers stand there, and from when, by the clock of the place."""

    site = models.OneToOneField(Site, models.CASCADE, primary_key=True, related_name="opening")
    weekdays = models.CharField(max_length=7)  # digits in order, 0 is Monday
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="sites_opening_minutes", condition=Q(minutes__range=(SHORTEST, LONGEST))
            ),
        )

    @property
    def hours(self) -> Hours:
        """Return them as a value."""
        return Hours(frozenset(map(int, self.weekdays)), self.begins, self.minutes)


class DayOff(models.Model):
    """A day on which nobody stands there after all."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="days_off")
    day = models.DateField()
    why = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="sites_day_off_once", fields=["site", "day"]),)


class Team(models.Model):
    """Some volunteers who stand together."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=40)
    people = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="sites_team_once", fields=["site", "name"]),
            models.CheckConstraint(name="sites_team_people", condition=Q(people__range=(1, LARGEST_TEAM))),
        )


class Stand(models.Model):
    """When a team will stand at its site; gone when it is over."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="stands")
    weekdays = models.CharField(max_length=7)
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="sites_stand_minutes", condition=Q(minutes__range=(SHORTEST, LONGEST))
            ),
            models.CheckConstraint(
                name="sites_stand_last", condition=Q(last__isnull=True) | Q(last__gte=models.F("first"))
            ),
        )

    @property
    def standing(self) -> Standing:
        """Return it as a value."""
        hours = Hours(frozenset(map(int, self.weekdays)), self.begins, self.minutes)
        return Standing(self.pk, self.team.name, self.team.people, hours, self.first, self.last)


class Stock(models.Model):
    """What lies at a site: posters, cards, leaflets."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="stock")
    what = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    few = models.PositiveIntegerField()  # at so many and fewer, more are needed

    class Meta:
        constraints = (models.UniqueConstraint(name="sites_stock_once", fields=["site", "what"]),)
