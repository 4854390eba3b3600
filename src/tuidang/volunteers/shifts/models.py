"""The private tables of pledges: plans, never traces. Whether somebody really came is kept nowhere."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuidang.volunteers.shifts.rules import DAY_CAPS, LONGEST, SHORTEST, WEEK_CAPS, Caps, Promise


class Availability(models.Model):
    """By whose clock somebody lives, what he speaks, and how much he gives at most."""

    volunteer = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    zone = models.CharField(max_length=40)
    languages = models.CharField(max_length=40)  # space-separated, the one he speaks best first
    day_cap = models.PositiveSmallIntegerField()  # hours, night counted twice
    week_cap = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="shifts_caps",
                condition=Q(day_cap__range=(DAY_CAPS[0], DAY_CAPS[-1]))
                & Q(week_cap__range=(WEEK_CAPS[0], WEEK_CAPS[-1])),
            ),
        )

    @property
    def caps(self) -> Caps:
        """Return the most that he gives."""
        return Caps(self.day_cap, self.week_cap)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Return the languages."""
        return tuple(self.languages.split())


class Pledge(models.Model):
    """A promise by the clock of a place; for a single day it is a shift taken over, or a hole filled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    zone = models.CharField(max_length=40)
    weekdays = models.CharField(max_length=7)  # digits in order, 0 is Monday
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="shifts_minutes", condition=Q(minutes__range=(SHORTEST, LONGEST))),
            models.CheckConstraint(
                name="shifts_last_day", condition=Q(last__isnull=True) | Q(last__gte=models.F("first"))
            ),
        )

    @property
    def promise(self) -> Promise:
        """Return what was promised."""
        weekdays = frozenset(map(int, self.weekdays))
        return Promise(self.zone, weekdays, self.begins, self.minutes, self.first, self.last)


class ShiftChange(models.Model):
    """One shift of a pledge that is on offer, or that its owner does not have any more."""

    class State(models.TextChoices):
        OFFERED = "offered"  # he has it until somebody takes it
        GONE = "gone"  # cancelled, or taken by another, whose own pledge it is now

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="changes")
    day = models.DateField()  # of the pledge's own calendar, on which the shift begins
    state = models.CharField(max_length=7, choices=State)

    class Meta:
        constraints = (models.UniqueConstraint(name="shifts_one_change", fields=["pledge", "day"]),)


class Willing(models.Model):
    """Somebody would take an offered shift, if nobody else does: a coordinator may give it to him."""

    change = models.ForeignKey(ShiftChange, models.CASCADE, related_name="willing")
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(name="shifts_willing_once", fields=["change", "volunteer"]),)
