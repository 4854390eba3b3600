"""The tables of published numbers and addresses, and of what each brings."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tuidang.reach.rules import LONGEST_CODE, LONGEST_PLACE, LONGEST_TITLE, Door, Kind, State


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
