"""Everything that changes the accounts of volunteers: made, given roles, closed when somebody leaves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from tuidang.base.audit import Act, write_audit
from tuidang.volunteers.models import Invitation, Role, Session, User
from tuidang.volunteers.rules import pseudonym_fault, tidy_pseudonym


def create_volunteer(pseudonym: str, roles: Collection[Role]) -> User:
    """Make an account with these roles, into which no way leads yet: an invitation opens one.

    Raises ValueError when the pseudonym is taken or cannot be used.
    """
    tidy = tidy_pseudonym(pseudonym)
    if fault := pseudonym_fault(tidy):
        raise ValueError(fault)
    user = User(pseudonym=tidy)
    user.set_unusable_password()
    with transaction.atomic():
        if User.objects.filter(pseudonym=tidy).exists():
            raise ValueError(f"somebody is called {tidy} already: choose another pseudonym")
        user.save(force_insert=True)
        user.groups.set(_groups(roles))
    return user


def set_roles(pseudonym: str, roles: Collection[Role], *, by: str, now: datetime) -> None:
    """Give a volunteer just these roles, from the next press on; a link that is open to the account is dead.

    Else whoever made the link would come into more than he could give. Raises ValueError where there is none.
    """
    with transaction.atomic():
        user = find_volunteer(pseudonym)
        user.groups.set(_groups(roles))
        Invitation.objects.filter(volunteer=user).delete()
        write_audit(by, Act.ROLES, thing_of(user), now)


def disable_volunteer(pseudonym: str, *, by: str, now: datetime) -> None:
    """Close the account of somebody who left: his sessions end at the next press, his link is dead.

    What he set up stays, for the day he comes back. Raises ValueError where there is none.
    """
    with transaction.atomic():
        user = find_volunteer(pseudonym)
        User.objects.filter(pk=user.pk).update(is_active=False)
        Session.objects.filter(volunteer=user).delete()
        Invitation.objects.filter(volunteer=user).delete()
        write_audit(by, Act.DISABLE, thing_of(user), now)


def enable_volunteer(pseudonym: str, *, by: str, now: datetime) -> None:
    """Open the account of somebody who came back. Raises ValueError where there is none."""
    with transaction.atomic():
        user = find_volunteer(pseudonym)
        User.objects.filter(pk=user.pk).update(is_active=True)
        write_audit(by, Act.ENABLE, thing_of(user), now)


def find_volunteer(pseudonym: str) -> User:
    """Find an account by its pseudonym. Raises ValueError where there is none."""
    tidy = tidy_pseudonym(pseudonym)
    user = User.objects.filter(pseudonym=tidy).first()
    if user is None:
        raise ValueError(f"nobody is called {tidy}: `tuidang volunteer list` shows who is there")
    return user


def thing_of(user: User) -> str:
    """Name an account for the audit chain."""
    return f"volunteer {user.pseudonym}"


def _groups(roles: Collection[Role]) -> list[Group]:
    return [Group.objects.get_or_create(name=role)[0] for role in roles]
