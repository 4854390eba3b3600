"""The private tables of the telephone: blocks, trunks, campaigns, and what the called asked for.

No table holds a telephone number in the clear, a time of day at which somebody was called, or anything that
joins a call with a statement. A lease's expiry says when a machine works, not when a person spoke.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q

from tuidang.library.rules import LANGUAGES
from tuidang.phone.call_back_rules import MOST_TRIES
from tuidang.phone.numbers.permutation import STEPS


def random_key() -> int:
    """Give a random primary key of 63 bits, so that neither it nor the row's place tells when it came."""
    return secrets.randbits(63)


class Block(models.Model):
    """Ten thousand numbers that share their first seven digits, and how far the pass over them has come.

    The counter is the whole state of a pass: a number is drawn by moving it, durably, before it is dialled.
    A pass belongs to the block and not to a campaign, so the least time between passes is the least time
    between two calls to one number.
    """

    prefix = models.CharField(max_length=7, primary_key=True)
    region = models.CharField(max_length=6, blank=True)  # ISO 3166-2:CN; "" is not known, which is not dead
    carrier = models.CharField(max_length=20, blank=True)
    zone = models.CharField(max_length=7, blank=True)  # when that place lives: `rules.Zone`
    seed = models.BigIntegerField(default=random_key)  # of this pass's order
    counter = models.PositiveIntegerField(default=0)  # steps taken in this pass
    passed = models.DateField(null=True)  # day on which the last whole pass ended, UTC+8
    dialled = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=40, blank=True)  # a dialling machine, and this lease of it
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["leased_until"], name="block_leased", condition=~Q(leased_by="")),
            models.Index(fields=["dialled"], name="block_tried", condition=Q(dialled__gt=0)),
        )
        constraints = (
            models.CheckConstraint(
                name="block_counter_in_pass", condition=Q(counter__gte=0, counter__lte=STEPS)
            ),
            models.CheckConstraint(
                name="block_tallies_fall_in",
                condition=Q(dialled__gte=F("live")) & Q(live__gte=F("answered")),
            ),
            models.CheckConstraint(
                name="block_lease_has_an_end",
                condition=Q(leased_by="", leased_until__isnull=True)
                | (~Q(leased_by="") & Q(leased_until__isnull=False)),
            ),
        )


class DoNotCall(models.Model):
    """A number that is never called again, in any campaign: its keyed hash, for good, and nothing else."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    hash = models.BinaryField(max_length=20, unique=True)  # version, key id, key's mark, 128 bits of HMAC


class Trunk(models.Model):
    """A way into the telephone network, with one true caller identity."""

    name = models.SlugField(max_length=40, primary_key=True)
    host = models.CharField(max_length=200)  # where the carrier listens: host:port
    username = models.CharField(max_length=80, blank=True)  # its password is in the key folder
    caller = models.CharField(max_length=20, blank=True)  # the number shown to the called, E.164 digits
    live = models.BooleanField(default=False)  # reaches real people
    calls_per_second = models.PositiveSmallIntegerField(default=1)
    channels = models.PositiveSmallIntegerField(default=10)

    class Meta:
        constraints = (
            models.CheckConstraint(name="trunk_live_shows_a_caller", condition=Q(live=False) | ~Q(caller="")),
        )


class TrunkShare(models.Model):
    """What one dialling machine takes of a trunk's limits; together they never take more than there is.

    Its mark is made anew whenever the machine looks, so that one that is dead is told from one that dials.
    """

    id = models.BigAutoField(primary_key=True)
    machine = models.CharField(max_length=31)
    trunk = models.ForeignKey(Trunk, on_delete=models.CASCADE, related_name="shares")
    calls_per_second = models.PositiveSmallIntegerField()
    channels = models.PositiveSmallIntegerField()
    mark = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="share_once_a_machine", fields=["machine", "trunk"]),)


class Campaign(models.Model):
    """Calls with a purpose: messages, hours, trunks, and how many a day."""

    class State(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        PAUSED = "paused"
        STOPPED = "stopped"

    name = models.SlugField(max_length=40, primary_key=True)
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    # O'clock in the called person's place, within the hours of the rules.
    opens = models.PositiveSmallIntegerField(default=9)
    closes = models.PositiveSmallIntegerField(default=21)
    daily_limit = models.PositiveIntegerField(default=10_000)
    days_between = models.PositiveSmallIntegerField(default=90)  # least time between two passes over a block
    regions = models.CharField(max_length=250, blank=True)  # space-separated; empty: everywhere
    language = models.CharField(max_length=7, default=LANGUAGES[0])  # of the library's audio: key 1 plays it
    trunks = models.ManyToManyField(Trunk, related_name="campaigns")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="campaign_hours_kept", condition=Q(opens__gte=9, closes__lte=21, opens__lt=F("closes"))
            ),
            models.CheckConstraint(name="campaign_language", condition=Q(language__in=LANGUAGES)),
        )


class CampaignDay(models.Model):
    """How many calls of a day's limit are taken, over all machines; yesterday's row is cleared away."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()  # UTC+8
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="campaign_day_once", fields=["campaign", "day"]),)


class Message(models.Model):
    """What a campaign plays, and how often beside the others."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="messages")
    name = models.SlugField(max_length=40)
    sound = models.CharField(max_length=80)  # a sound of the sound folder, without its ending
    share = models.PositiveSmallIntegerField(default=1)
    names_caller = models.BooleanField(default=False)  # somebody has listened: it says first who is calling

    class Meta:
        constraints = (
            models.UniqueConstraint(name="message_once_in_campaign", fields=["campaign", "name"]),
            models.CheckConstraint(name="message_is_played", condition=Q(share__gte=1)),
        )


class Complaint(models.Model):
    """How many complained about a message while messages were drawn by these shares; not who, nor when."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="complaints")
    plan = models.CharField(max_length=2000, blank=True)  # messages with their shares, as in call records
    message = models.SlugField(max_length=40, blank=True)  # "" is not known
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="complaint_once_a_plan", fields=["campaign", "plan", "message"]),
        )


class CallBack(models.Model):
    """Somebody is to be called by a volunteer: his number is sealed; row and key go when that is done.

    A lease's expiry says when a volunteer works; when somebody was called stands nowhere, only the whole hour
    until which he is left in peace.
    """

    class Kind(models.TextChoices):
        ASKED = "call-back"  # he asked for it with key 8, or on the hotline
        PERSONAL = "personal"  # his number was on a coordinator's list

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()  # of the request, UTC+8; names the key it is sealed to
    call = models.BinaryField(
        max_length=32, unique=True
    )  # keyed hash of the call: a repeated event adds none; of a list's rows random
    sealed = models.BinaryField()  # the number, to the day's public key
    region = models.CharField(max_length=6, blank=True)  # for the hour of his place
    hours = models.CharField(max_length=9)  # morning, afternoon, evening, any: when it is safe to call
    urgent = models.BooleanField(default=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.ASKED)
    language = models.CharField(max_length=3, blank=True)  # zh, yue, en; "" is not known
    tries = models.PositiveSmallIntegerField(default=0)  # calls that were begun
    rests_until = models.DateTimeField(null=True)  # a whole hour
    never = models.BooleanField(default=False)  # said "never again": goes on the list, then goes
    leased_by = models.UUIDField(null=True, unique=True)  # a volunteer, one row each; no foreign key
    leased_until = models.DateTimeField(null=True)
    called = models.BooleanField(default=False)  # a call was begun in this lease
    batch = models.UUIDField(null=True)  # of a list to which nobody has consented yet

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="call_back_hours_known",
                condition=Q(hours__in=["morning", "afternoon", "evening", "any"]),
            ),
            models.CheckConstraint(
                name="call_back_kind_known", condition=Q(kind__in=["call-back", "personal"])
            ),
            models.CheckConstraint(name="call_back_tries_bounded", condition=Q(tries__lte=MOST_TRIES)),
            models.CheckConstraint(
                name="call_back_lease_has_an_end",
                condition=Q(leased_by__isnull=True, leased_until__isnull=True, called=False)
                | Q(leased_by__isnull=False, leased_until__isnull=False),
            ),
        )


class CallBackCount(models.Model):
    """What became of calls by volunteers on a day: how many of each outcome, and nothing else."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()  # UTC+8
    outcome = models.CharField(max_length=12)  # `call_back_rules.Outcome`
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="call_back_count_once", fields=["day", "outcome"]),)


class Pin(models.Model):
    """Six digits read to somebody who would rather call us; good once, for two weeks."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    hash = models.BinaryField(max_length=20, unique=True)
    day = models.DateField()
    language = models.CharField(max_length=3, blank=True)  # he was called in; "" is not known


class Duty(models.Model):
    """A volunteer who is on duty; the row goes when he goes off, so nothing says who was when.

    `volunteer` is no foreign key: the telephone knows no accounts. `seen` is when his page was heard of last.
    The number of his own telephone, if he is rung there, lies in this row and nowhere else, sealed.
    """

    class State(models.TextChoices):
        READY = "ready"
        AWAY = "away"

    id = models.BigAutoField(primary_key=True, default=random_key)
    desk = models.PositiveSmallIntegerField(unique=True)  # number of the telephone line, from 1
    volunteer = models.UUIDField(unique=True)
    languages = models.CharField(max_length=40)  # space-separated, the one he speaks best first
    coordinator = models.BooleanField(default=False)  # may be called into a conversation
    state = models.CharField(max_length=5, choices=State, default=State.READY)
    seen = models.DateTimeField()
    sealed = models.BinaryField(max_length=112, default=b"")  # his own number; b"": he speaks in the browser
    sealed_on = models.DateField(null=True)  # UTC+8; names the key it is sealed to

    class Meta:
        constraints = (
            models.CheckConstraint(name="duty_desk_from_one", condition=Q(desk__gte=1)),
            models.CheckConstraint(
                name="duty_number_has_a_key",
                condition=Q(sealed=b"", sealed_on__isnull=True)
                | (~Q(sealed=b"") & Q(sealed_on__isnull=False)),
            ),
        )


class DeskOrder(models.Model):
    """What a volunteer's page asks of the hotline, which takes the row away within a quarter of a second."""

    id = models.BigAutoField(primary_key=True)  # in the order in which they came
    desk = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=10)
    argument = models.CharField(max_length=40, blank=True)
    made = models.DateTimeField()


class HotlineHour(models.Model):
    """How many wanted to talk with somebody in an hour, and what became of them: for staffing."""

    id = models.BigAutoField(primary_key=True)
    hour = models.DateTimeField()  # whole, UTC
    language = models.CharField(max_length=8)
    arrived = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    abandoned = models.PositiveIntegerField(default=0)  # hung up while they waited
    to_message = models.PositiveIntegerField(default=0)  # asked to be called, or were told that nobody can
    wait_seconds = models.PositiveBigIntegerField(default=0)  # of all, together, until what became of them
    talk_seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="hotline_hour_once", fields=["hour", "language"]),)


class Disposition(models.Model):
    """How often conversations of a day ended in what; no row is about a single one."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()  # UTC+8
    kind = models.CharField(max_length=9)
    what = models.CharField(max_length=14)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="disposition_once_a_day", fields=["day", "kind", "what"]),
        )


class HotlineNumber(models.Model):
    """A number of ours that people call, as a trunk dials it; published, so nothing to seal."""

    code = models.SlugField(max_length=40, primary_key=True)
    number = models.CharField(max_length=20)
    trunk = models.ForeignKey(Trunk, on_delete=models.CASCADE, related_name="+")


class NumberTrial(models.Model):
    """What became of the call to a number of ours on a day; the minute stands nowhere."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()  # UTC+8
    code = models.SlugField(max_length=40)
    outcome = models.CharField(max_length=12)

    class Meta:
        constraints = (models.UniqueConstraint(name="number_tried_once_a_day", fields=["day", "code"]),)
