"""The private table of volunteers: a pseudonym, a password's hash, groups; no e-mail, legal name or date."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.db import models


class Role(StrEnum):
    """What a volunteer may do; each role is a group of Django's of the same name."""

    REVIEWER = "reviewer"  # decides about statements that were held
    CAMPAIGNS = "campaigns"  # starts and stops machine calls


class User(AbstractBaseUser):
    """One volunteer. The key is random, so that whatever names it tells nothing about the account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.CharField(max_length=40, unique=True)  # as `rules.tidy_pseudonym` gives it
    groups = models.ManyToManyField(Group, related_name="volunteers")
    last_login = None  # takes the field away: nobody keeps who came when

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "pseudonym"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def has_role(self, *roles: Role) -> bool:
        """Say whether the volunteer has one of these roles."""
        return self.groups.filter(name__in=roles).exists()
