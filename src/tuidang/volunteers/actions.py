"""Everything that changes the accounts of volunteers."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction

from tuidang.volunteers.models import Role, User
from tuidang.volunteers.rules import pseudonym_fault, tidy_pseudonym

# No 0, 1, i, l, o, u: read from paper, or said aloud, each is only itself. 20 of 30 signs: 98 bits.
_SIGNS = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS, _GROUP = 4, 5


def create_volunteer(pseudonym: str, roles: Collection[Role]) -> str:
    """Make an account with these roles, and return its password, shown once and kept only as a hash.

    Raises ValueError when the pseudonym is taken or cannot be used.
    """
    tidy = tidy_pseudonym(pseudonym)
    if fault := pseudonym_fault(tidy):
        raise ValueError(fault)
    password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    user = User(pseudonym=tidy)
    user.set_password(password)
    with transaction.atomic():
        if User.objects.filter(pseudonym=tidy).exists():
            raise ValueError(f"somebody is called {tidy} already: choose another pseudonym")
        user.save(force_insert=True)
        user.groups.set(_groups(roles))
    return password


def set_roles(pseudonym: str, roles: Collection[Role]) -> None:
    """Give a volunteer just these roles, from the next press on. Raises ValueError where there is none."""
    tidy = tidy_pseudonym(pseudonym)
    with transaction.atomic():
        user = User.objects.filter(pseudonym=tidy).first()
        if user is None:
            raise ValueError(f"nobody is called {tidy}: `tuidang volunteer list` shows who is there")
        user.groups.set(_groups(roles))


def _groups(roles: Collection[Role]) -> list[Group]:
    return [Group.objects.get_or_create(name=role)[0] for role in roles]
