"""The private tables: what is not public yet, receipts, requests, counters and the head of the log.

No table holds a network address, anything that joins the statements of one form, or the time of day at which
one came. (`Lease` says until when a reviewer has one in hand.)
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q


def random_key() -> int:
    """Give a random primary key of 63 bits.

    It is the row's place in SQLite's file too (an INTEGER PRIMARY KEY is the rowid): neither the key nor the
    place of a row says when, or beside whom, it came.
    """
    return secrets.randbits(63)


class Waiting(models.Model):
    """A statement that is not published yet; its content is sealed under the key of its intake day."""

    class State(models.TextChoices):
        ACCEPTED = "accepted"  # in the pool
        HELD = "held"  # waits for a reviewer
        REJECTED = "rejected"  # by a reviewer; final with the next publication

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()  # of intake, UTC+8; names the key
    state = models.CharField(max_length=8, choices=State)
    slow = models.BooleanField(default=False)  # came over budget: published after the others
    reasons = models.CharField(max_length=80, blank=True)  # of `rules.screening.Reason`, space-separated
    group = models.BinaryField(
        max_length=32, default=b""
    )  # keyed hash of day, text, region; empty without text
    payload = models.BinaryField()  # `rules.content.Content`, sealed
    undo = models.BinaryField(default=b"")  # the payload before a reviewer masked it
    decided = models.BooleanField(default=False)  # a reviewer has decided: undone by returning to HELD
    rejection = models.CharField(max_length=20, blank=True)  # code of `rules.screening.Rejection`
    receipt_hash = models.BinaryField(max_length=64, unique=True)
    spoken_hash = models.BinaryField(max_length=64, unique=True, null=True)  # only if it was read aloud

    class Meta:
        indexes = (
            models.Index(fields=["day", "state", "slow"], name="waiting_state"),
            models.Index(fields=["reasons", "group"], name="waiting_held", condition=Q(state="held")),
            models.Index(fields=["id"], name="waiting_decided", condition=Q(decided=True)),
        )
        constraints = (
            models.CheckConstraint(
                name="waiting_state_known", condition=Q(state__in=["accepted", "held", "rejected"])
            ),
            models.CheckConstraint(
                name="waiting_held_for_a_reason", condition=~Q(state="held") | ~Q(reasons="")
            ),
            models.CheckConstraint(
                name="waiting_rejected_for_a_reason",
                condition=(Q(state="rejected") & ~Q(rejection="")) | (~Q(state="rejected") & Q(rejection="")),
            ),
        )


class Draft(models.Model):
    """People whom a volunteer is writing down, sealed; then, while they are read aloud, their receipts.

    It knows the call by a keyed hash, and no volunteer; it is deleted when done with, or within a day.
    """

    class State(models.TextChoices):
        TYPING = "typing"  # holds `rules.people.TypedPeople`
        CONFIRMED = (
            "confirmed"  # holds `rules.people.Part`s, exactly as they are handed in, whoever hands them in
        )
        TAKEN = "taken"  # holds digits, and no name any more

    id = models.BigAutoField(primary_key=True, default=random_key)
    call = models.BinaryField(max_length=32)
    half = models.PositiveIntegerField()  # half-day in which it was begun, UTC+8; its day names the key
    state = models.CharField(max_length=9, choices=State)
    revision = models.CharField(max_length=32)  # random, another at each change
    payload = models.BinaryField()
    # Which browsers may go on when the call is over, separated by spaces: keyed hashes of sessions and call,
    # which tell nothing to whoever has no such browser.
    holders = models.CharField(max_length=67, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["call"], name="draft_of_call"),)
        constraints = (
            models.UniqueConstraint(name="draft_typed_once", fields=["call"], condition=Q(state="typing")),
            models.CheckConstraint(
                name="draft_state_known", condition=Q(state__in=["typing", "confirmed", "taken"])
            ),
        )


class Lease(models.Model):
    """A held statement that a reviewer has in hand for some minutes: nobody else is shown it meanwhile."""

    waiting = models.BigIntegerField(primary_key=True)  # its random key; no foreign key, for rows come and go
    reviewer = models.CharField(max_length=40)  # the account's key
    until = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["reviewer"], name="lease_reviewer"),)


class Receipt(models.Model):
    """All that is kept of a statement that no longer waits; kept for good, as proof that a form was taken.

    Published ones are inserted in leaf order: their order tells nothing that the log does not tell.
    """

    class State(models.TextChoices):
        PUBLISHED = "published"
        ERASED = "erased"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    hash = models.BinaryField(max_length=64, unique=True)
    spoken_hash = models.BinaryField(max_length=64, unique=True, null=True)
    leaf = models.BigIntegerField(unique=True, null=True)
    state = models.CharField(max_length=9, choices=State)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="receipt_leaf_once_published",
                condition=Q(state__in=["published", "erased"], leaf__isnull=False, leaf__gte=0)
                | Q(state__in=["rejected", "withdrawn"], leaf__isnull=True),
            ),
        )


class TextCount(models.Model):
    """How often a text came from a region on a day; the hash means nothing once the day's key is gone."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()
    group = models.BinaryField(max_length=32)
    seen = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="text_count_once", fields=["day", "group"]),)


class Head(models.Model):
    """The head of the log, one row: its checkpoint, and the batch that led to it; the folder follows them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    origin = models.CharField(max_length=200)  # a sample log's ends in .invalid
    size = models.BigIntegerField(default=0)
    checkpoint = models.TextField()
    batch = models.BinaryField(default=b"")
    published = models.DateField(null=True)  # day of the last publication, UTC+8
    noticed = models.DateField(null=True)  # day when erasures were last logged

    class Meta:
        constraints = (
            models.CheckConstraint(name="head_is_one", condition=Q(id=1)),
            models.CheckConstraint(name="head_size_from_zero", condition=Q(size__gte=0)),
        )


class DayCount(models.Model):
    """Statements published on a day; those without text, as part of a flood; those taken out of the count."""

    day = models.DateField(primary_key=True)
    statements = models.PositiveBigIntegerField(default=0)
    withheld = models.PositiveBigIntegerField(default=0)
    uncounted = models.PositiveBigIntegerField(default=0)


class DayRegionCount(models.Model):
    """Statements by day of publication and region; "" is not said."""

    day = models.DateField()
    region = models.CharField(max_length=6, blank=True)
    statements = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="day_region_once", fields=["day", "region"]),)


class DayOrgsCount(models.Model):
    """Statements by day of publication and set of organisations."""

    day = models.DateField()
    orgs = models.CharField(max_length=24)  # space-separated, in the order party, league, pioneers
    statements = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="day_orgs_once", fields=["day", "orgs"]),)


class DayChannelCount(models.Model):
    """Statements by day of publication and channel."""

    day = models.DateField()
    channel = models.CharField(max_length=20)
    statements = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="day_channel_once", fields=["day", "channel"]),)


class DayOriginCount(models.Model):
    """How many statements came from a province on a day, by network; which ones is not known."""

    day = models.DateField()  # of intake, UTC+8
    province = models.CharField(max_length=6)
    statements = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="day_origin_once", fields=["day", "province"]),)


class Erasure(models.Model):
    """A record to be destroyed, or that was: at its owner's word, or a reviewer's with another's consent."""

    class By(models.TextChoices):
        OWNER = "owner"
        PHONE = "phone"  # an owner whose receipt was read aloud: a reviewer consents
        REVIEWERS = "reviewers"

    class State(models.TextChoices):
        ASKED = "asked"
        CONSENTED = "consented"  # to be applied to the folder
        DONE = "done"  # the record is nowhere any more
        NOTICED = "noticed"  # the notice is in the log

    # Random, so that the order of the rows does not join what one person asked for.
    id = models.BigAutoField(primary_key=True, default=random_key)
    leaf = models.BigIntegerField(unique=True)
    by = models.CharField(max_length=9, choices=By)
    state = models.CharField(max_length=9, choices=State)
    day = models.DateField()  # of the last change of state
    asked_by = models.CharField(max_length=40, blank=True)  # reviewers only
    consented_by = models.CharField(max_length=40, blank=True)
    refused_by = models.CharField(max_length=40, blank=True)  # the first who would refuse, until another does

    class Meta:
        indexes = (models.Index(fields=["state", "day"], name="erasure_state"),)
        constraints = (
            models.CheckConstraint(name="erasure_leaf_from_zero", condition=Q(leaf__gte=0)),
            models.CheckConstraint(
                name="erasure_by_two_people",
                condition=~Q(by="reviewers")
                | Q(state="asked")
                | (~Q(consented_by="") & ~Q(asked_by=F("consented_by"))),
            ),
            models.CheckConstraint(
                name="erasure_by_phone_with_consent",
                condition=~Q(by="phone") | Q(state="asked") | ~Q(consented_by=""),
            ),
        )


class HideRequest(models.Model):
    """Somebody asks that the name on a published statement be hidden; who it was is not known."""

    id = models.BigAutoField(primary_key=True, default=random_key)  # likewise
    leaf = models.BigIntegerField(unique=True)
    day = models.DateField()
    refused = models.BooleanField(default=False)  # a granted one became an erasure, and its row is gone
    refused_by = models.CharField(max_length=40, blank=True)  # the first who would refuse, until another does

    class Meta:
        constraints = (models.CheckConstraint(name="hide_leaf_from_zero", condition=Q(leaf__gte=0)),)


class CanaryRound(models.Model):
    """An auditor's round of canaries, to be taken out of the count with another auditor's consent."""

    class State(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"  # to be taken out of the count
        DONE = "done"  # the notices are in the log, and the round in the folder

    id = models.BigAutoField(primary_key=True, default=random_key)
    state = models.CharField(max_length=7, choices=State)
    day = models.DateField()  # of the last change of state
    asked_by = models.CharField(max_length=40)
    granted_by = models.CharField(max_length=40, blank=True)
    first = models.DateField()  # when they were sent
    last = models.DateField()
    sent = models.JSONField()  # by channel
    found = models.JSONField()
    leaves = models.JSONField(default=list)  # of those found; empty once the log says them
    heard = models.JSONField(
        default=list
    )  # found too, by telephone: they count, and nobody reports them twice

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="canaries_by_two_people",
                condition=Q(state="asked") | (~Q(granted_by="") & ~Q(asked_by=F("granted_by"))),
            ),
        )


class Decision(models.Model):
    """What a reviewer did on a day, and to which object as a keyed hash; the audit chain will stand on it."""

    id = models.BigAutoField(primary_key=True, default=random_key)  # likewise
    reviewer = models.CharField(max_length=40)  # the account's key; no name
    act = models.CharField(max_length=20)
    day = models.DateField()
    object = models.BinaryField(max_length=32)
