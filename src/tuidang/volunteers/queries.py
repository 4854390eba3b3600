"""What is read of volunteers' accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tuidang.volunteers.models import CodeApp, Invitation, Passkey, RecoveryCode, Role, User
from tuidang.volunteers.rules import second_from


@dataclass(frozen=True)
class Volunteer:
    """An account as lists show it."""

    key: UUID
    pseudonym: str
    roles: tuple[Role, ...]
    active: bool
    invited: date | None  # the last day of a link that waits to be used
    joined: bool  # some way to sign in is set up
    second_from: date | None  # the day from which it may be a second person; None: it may be


@dataclass(frozen=True)
class Ways:
    """How a volunteer can sign in."""

    password: bool
    app: bool
    codes: int  # recovery codes that are left


def all_volunteers(today: date) -> list[Volunteer]:
    """List the accounts, by pseudonym."""
    return _volunteers(today)


def one_volunteer(key: UUID, today: date) -> Volunteer | None:
    """Find an account by its key."""
    return next(iter(_volunteers(today, pk=key)), None)


def is_taken(pseudonym: str) -> bool:
    """Tell whether somebody is called this, tidied."""
    return User.objects.filter(pseudonym=pseudonym).exists()


def passkeys_of(volunteer: UUID) -> list[Passkey]:
    """List the passkeys of a volunteer; none of one who has left."""
    rows = Passkey.objects.select_related("volunteer").filter(volunteer=volunteer, volunteer__is_active=True)
    return list(rows.order_by("label"))


def ways_of(user: User) -> Ways:
    """Say how a volunteer can sign in, beside his passkeys."""
    return Ways(
        user.has_usable_password(),
        CodeApp.objects.filter(volunteer=user).exists(),
        RecoveryCode.objects.filter(volunteer=user).count(),
    )


def _volunteers(today: date, **which: object) -> list[Volunteer]:
    users = User.objects.filter(**which).order_by("pseudonym").prefetch_related("groups")
    invited = dict(Invitation.objects.filter(last_day__gte=today).values_list("volunteer", "last_day"))
    with_passkey = set(Passkey.objects.values_list("volunteer", flat=True))
    return [
        Volunteer(
            user.pk,
            user.pseudonym,
            _roles(user),
            user.is_active,
            invited.get(user.pk),
            user.has_usable_password() or user.pk in with_passkey,
            second_from(user.opened, today),
        )
        for user in users
    ]


def pseudonyms(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the pseudonyms of accounts."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "pseudonym"))


def _roles(user: User) -> tuple[Role, ...]:
    names = {group.name for group in user.groups.all()}
    return tuple(role for role in Role if role in names)
