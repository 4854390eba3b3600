"""The tables of published numbers and addresses, and of what each brings."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from tuidang.reach.lists.measured import Network, Thing
from tuidang.reach.rules import LONGEST_CODE, LONGEST_PLACE, LONGEST_TITLE, Door, Kind, State
from tuidang.reach.tools.rules import LONGEST_NAME


class Source(models.Model):
    """One thing by which people find us, under a code. It is published, so there is nothing to seal."""

    code = models.SlugField(max_length=LONGEST_CODE, primary_key=True)
    kind = models.CharField(max_length=8)
    title = models.CharField(max_length=LONGEST_TITLE)
    place = models.CharField(max_length=LONGEST_PLACE, blank=True)
    state = models.CharField(max_length=8)
    since = models.DateField()  # the state; UTC+8
    door = models.CharField(max_length=8)

    class Meta:
        constraints = (
            models.CheckConstraint(name="source_kind", condition=Q(kind__in=[one.value for one in Kind])),
            models.CheckConstraint(name="source_state", condition=Q(state__in=[one.value for one in State])),
            models.CheckConstraint(name="source_door", condition=Q(door__in=[one.value for one in Door])),
            models.CheckConstraint(
                name="source_that_is_called_or_opened_says_where",
                condition=Q(kind__in=[Kind.PRINT.value, Kind.BANKNOTE.value]) | ~Q(place=""),
            ),
        )


class SourceMonth(models.Model):
    """How often a thing brought somebody in a month: without a day or an order, beside no statement."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    month = models.DateField()  # its first day
    how = models.CharField(max_length=8)  # opened, or told
    what = models.CharField(max_length=LONGEST_CODE)  # a source's code, or a way that somebody named
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="source_month_once", fields=["month", "how", "what"]),)


class MirrorSet(models.Model):
    """Mirrors that are told by one way, and what a person last said of them."""

    name = models.SlugField(max_length=LONGEST_CODE, primary_key=True)
    title = models.CharField(max_length=LONGEST_TITLE)  # the way: e-mail, posters, friends in a region
    canary = models.TextField(blank=True)
    canary_day = models.DateField(null=True)  # UTC+8
    canary_until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="mirror_set_canary_is_whole",
                condition=Q(canary="", canary_day=None, canary_until=None)
                | (
                    ~Q(canary="")
                    & Q(
                        canary_day__isnull=False,
                        canary_until__isnull=False,
                        canary_until__gte=F("canary_day"),
                    )
                ),
            ),
        )


class MirrorPlace(models.Model):
    """In which set a mirror is: its key lets it be in one."""

    mirror = models.OneToOneField(Source, on_delete=models.PROTECT, primary_key=True)
    set = models.ForeignKey(MirrorSet, on_delete=models.PROTECT)


class Measurement(models.Model):
    """The last time somebody tried a mirror or a tool on a network; not who, and of when the day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    thing = models.CharField(max_length=8)
    code = models.CharField(max_length=LONGEST_CODE)
    network = models.CharField(max_length=16)
    day = models.DateField()
    works = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="measurement_once", fields=["thing", "code", "network"]),
            models.CheckConstraint(
                name="measurement_thing", condition=Q(thing__in=[one.value for one in Thing])
            ),
            models.CheckConstraint(
                name="measurement_network", condition=Q(network__in=[one.value for one in Network])
            ),
        )


class ToolEntry(models.Model):
    """A tool for getting past a national firewall, as its page shows it."""

    code = models.SlugField(max_length=LONGEST_CODE, primary_key=True)
    name = models.CharField(max_length=LONGEST_NAME)
    words = models.JSONField()  # {"does": {language: words}, "risk": {…}}
    open_source = models.BooleanField()
    anonymity = models.BooleanField()
    place = models.CharField(max_length=LONGEST_PLACE)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    signed_by = models.CharField(max_length=LONGEST_NAME, blank=True)
    shown = models.BooleanField()
    sample = models.BooleanField()
