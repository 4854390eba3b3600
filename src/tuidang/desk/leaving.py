"""Closing an account and changing its roles, with what else ends by it: its duty, and whom it was lent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from tuidang.phone.actions.duty import end_duty, let_be_called_in
from tuidang.volunteers.actions import accounts
from tuidang.volunteers.models import Role, User

TALKERS: Final = (Role.LISTENER, Role.COORDINATOR)  # who has a telephone


def disable_volunteer(pseudonym: str, *, by: str, now: datetime) -> None:
    """Close an account, and take it off duty at once. Raises ValueError where there is none."""
    with transaction.atomic():
        accounts.disable_volunteer(pseudonym, by=by, now=now)
        end_duty(accounts.find_volunteer(pseudonym).pk)


def set_roles(pseudonym: str, roles: Collection[Role], *, by: str, now: datetime) -> None:
    """Give a volunteer just these roles, and no duty that they do not bear. Raises ValueError likewise."""
    with transaction.atomic():
        accounts.set_roles(pseudonym, roles, by=by, now=now)
        _fit_duty(accounts.find_volunteer(pseudonym))


def _fit_duty(user: User) -> None:
    if user.has_role(*TALKERS):
        let_be_called_in(user.pk, is_coordinator=user.has_role(Role.COORDINATOR))
    else:
        end_duty(user.pk)
