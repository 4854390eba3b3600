"""The private tables of volunteers: pseudonyms, ways to sign in, groups; no e-mail, name or exact time."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.db import models


class Role(StrEnum):
    """What a volunteer may do; each role is a group of Django's of the same name."""

    REVIEWER = "reviewer"  # decides about statements that were held
    LISTENER = "listener"  # talks with people on the telephone
    FIELD_LEAD = "field-lead"  # leads a team where travellers pass
    EDITOR = "editor"  # brings what people read and hear
    TREASURER = "treasurer"  # keeps the book of gifts
    COORDINATOR = "coordinator"  # invites volunteers, and sees to it that somebody is on duty
    OPERATOR = "operator"  # starts and stops machine calls, and runs the machines
    AUDITOR = "auditor"  # checks what the others did


class User(AbstractBaseUser):
    """One volunteer. The key is random, so that whatever names it tells nothing about the account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.CharField(max_length=40, unique=True)  # as `rules.tidy_pseudonym` gives it
    groups = models.ManyToManyField(Group, related_name="volunteers")
    is_active = models.BooleanField(default=True)  # false for who has left: he comes in by no way
    # On which a link opened it, first or anew, UTC+8; forgotten when its word counts as a second person's.
    opened = models.DateField(null=True, blank=True)
    last_login = None  # takes the field away: nobody keeps who came when

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "pseudonym"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def roles(self) -> frozenset[Role]:
        """Give the volunteer's roles."""
        return frozenset(Role(name) for name in self.groups.values_list("name", flat=True))

    def has_role(self, *roles: Role) -> bool:
        """Say whether the volunteer has one of these roles."""
        return self.groups.filter(name__in=roles).exists()


class Invitation(models.Model):
    """A link that lets somebody set up his account, or set it up anew; gone when he has done so."""

    volunteer = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="invitation")
    token_hash = models.BinaryField(max_length=32, unique=True)
    last_day = models.DateField()


class Passkey(models.Model):
    """What a device signs with when its owner has shown himself to it; both factors at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    label = models.CharField(max_length=40)  # the volunteer's own word for the device
    credential = models.BinaryField()  # id and public key; the make of the device is taken out


class CodeApp(models.Model):
    """What an app makes codes with (RFC 6238): the second factor beside a password."""

    volunteer = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="code_app")
    secret = models.BinaryField()  # sealed under a key outside the database


class RecoveryCode(models.Model):
    """One code on paper that stands in the app's place once; gone when it was used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    hash = models.BinaryField(max_length=32, unique=True)  # keyed


class Session(models.Model):
    """Where a volunteer is signed in: what lets him see and end it. Where from and when is kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    token_hash = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=40, blank=True)
    day = models.DateField()  # when it began, UTC+8


class Consent(models.Model):
    """What takes two people: one asks, another of the same role consents; gone when done, refused or old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)  # of `actions.consents.Kind`
    thing = models.BinaryField(max_length=32)  # keyed hash of what exactly is to be done
    detail = models.CharField(max_length=20, blank=True)  # a word of ours, for the page
    count = models.PositiveIntegerField()  # of how many things
    order = models.BinaryField(default=b"")  # what is to be done, sealed
    asked_by = models.CharField(max_length=40)  # pseudonyms
    granted_by = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField()  # a whole hour

    class Meta:
        constraints = (
            models.UniqueConstraint(name="consent_asked_once", fields=["kind", "thing"]),
            models.CheckConstraint(
                name="consent_of_another", condition=~models.Q(asked_by=models.F("granted_by"))
            ),
        )
