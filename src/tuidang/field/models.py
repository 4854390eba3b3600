"""The tables of sites, of the codes their teams send with, and of sealed entries.

No table holds a network address, an account, a name or a word of a visitor, or a time finer than the day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tuidang.field.codes import SITE_CODE, random_code
from tuidang.register.models import random_key


class Site(models.Model):
    """A place where volunteers stand with posters, known by a random code."""

    code = models.CharField(max_length=SITE_CODE, primary_key=True, default=random_code)
    name = models.CharField(max_length=80)  # as its people call it
    region = models.CharField(max_length=6)  # a code of `privacy.regions`
    is_open = models.BooleanField(default=True)  # a closed one takes what phones still have, and nothing new

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class TeamCode(models.Model):
    """A code by which a team's phones may send for a site; it names no person."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="team_codes")
    label = models.CharField(max_length=40)  # so that a coordinator knows which to revoke
    hash = models.BinaryField(max_length=32, unique=True)
    day = models.DateField()  # on which it was made
    revoked = models.DateField(null=True)  # the day; from then on nothing is taken under it


class Entry(models.Model):
    """What a phone sealed: nobody here can open it. The row stays as proof that it was taken."""

    class State(models.TextChoices):
        SEALED = "sealed"  # waits to be opened away from here
        TAKEN = "taken"  # its statement is in the register
        REFUSED = "refused"  # it was opened, and makes no statement
        UNREADABLE = "unreadable"  # the key of its week does not open it

    id = models.BigAutoField(primary_key=True, default=random_key)
    uuid = models.UUIDField(unique=True)  # by what is sealed: `batches.name_of`
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="entries")
    week = models.CharField(max_length=8)  # whose key sealed it: 2026-W48
    day = models.DateField()  # on which it came, UTC+8
    state = models.CharField(max_length=10, choices=State, default=State.SEALED)
    payload = models.BinaryField()  # empty once it was opened

    class Meta:
        indexes = (models.Index(fields=["state", "week"], name="entry_state"),)
        constraints = (
            models.CheckConstraint(
                name="entry_state_known",
                condition=Q(state__in=["sealed", "taken", "refused", "unreadable"]),
            ),
            models.CheckConstraint(
                name="entry_emptied_once_opened",
                condition=(Q(state="sealed") & ~Q(payload=b"")) | (~Q(state="sealed") & Q(payload=b"")),
            ),
        )


class SiteDay(models.Model):
    """How many entries came from a site on a day."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()  # of arrival, UTC+8
    entries = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="site_day_once", fields=["site", "day"]),)
