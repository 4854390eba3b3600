"""Invitations: a link of one use that opens an account, or opens it anew for who has lost every way in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from tuidang.base.audit import Act, write_audit
from tuidang.base.clock import CHINA
from tuidang.volunteers.actions.accounts import create_volunteer, find_volunteer, thing_of
from tuidang.volunteers.actions.ways import (
    clear_ways,
    draw_codes,
    keep_app,
    keep_passkey,
    keep_password,
)
from tuidang.volunteers.models import Invitation, Role, Session, User
from tuidang.volunteers.rules import second_from

DAYS = 3
_TOKEN_BYTES = 18
_LONGEST = 60


class NotInvited(LookupError):  # noqa: N818  it is an outcome for the page to tell
    """The link was used, is too old, or was never given."""


def invite_volunteer(pseudonym: str, roles: Collection[Role], *, by: str, now: datetime) -> str:
    """Make an account, and give the token of the link to it. Raises ValueError as `create_volunteer`."""
    with transaction.atomic():
        user = create_volunteer(pseudonym, roles)
        return _invite(user, Act.INVITE, by, now)


def recover_volunteer(pseudonym: str, *, by: str, now: datetime) -> str:
    """Give the token of a link that opens an account anew; until it is used everything stays as it is.

    Raises ValueError where there is no such account, or it is disabled.
    """
    with transaction.atomic():
        user = find_volunteer(pseudonym)
        if not user.is_active:
            raise ValueError(f"the account of {user.pseudonym} is disabled: enable it first")
        return _invite(user, Act.RECOVER, by, now)


def find_invited(token: str, today: date) -> User:
    """Find whom a link invites. Raises NotInvited."""
    found = Invitation.objects.select_related("volunteer").filter(token_hash=_hash(token)).first()
    if found is None or found.last_day < today or not found.volunteer.is_active:
        raise NotInvited
    return found.volunteer


def join_with_passkey(
    token: str, credential: bytes, label: str, now: datetime
) -> tuple[User, tuple[str, ...]]:
    """Open the account with a passkey; give it, and its recovery codes. Raises NotInvited."""
    return _join(token, now, lambda user: keep_passkey(user, credential, label))


def join_with_password(
    token: str, password: str, secret: bytes, now: datetime
) -> tuple[User, tuple[str, ...]]:
    """Open the account with a password and an app that has `secret`; the same. Raises NotInvited."""

    def open_way(user: User) -> None:
        keep_password(user, password)
        keep_app(user, secret)

    return _join(token, now, open_way)


def forget_openings(today: date) -> None:
    """Forget on which day accounts were opened whose word counts by now."""
    for user in User.objects.filter(opened__isnull=False):
        if second_from(user.opened, today) is None:
            User.objects.filter(pk=user.pk, opened=user.opened).update(opened=None)


def _invite(user: User, act: Act, by: str, now: datetime) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    Invitation.objects.update_or_create(
        volunteer=user,
        defaults={"token_hash": _hash(token), "last_day": _day(now) + timedelta(days=DAYS)},
    )
    write_audit(by, act, thing_of(user), now)
    return token


def _join(token: str, now: datetime, open_way: Callable[[User], None]) -> tuple[User, tuple[str, ...]]:
    with transaction.atomic():
        user = find_invited(token, _day(now))
        removed, _ = Invitation.objects.filter(volunteer=user, token_hash=_hash(token)).delete()
        if not removed:  # somebody was faster
            raise NotInvited
        clear_ways(user)
        Session.objects.filter(volunteer=user).delete()
        open_way(user)
        user.opened = _day(now)
        user.save(update_fields=["opened"])
        codes = draw_codes(user)
        write_audit(user.pseudonym, Act.JOIN, thing_of(user), now)
    # A crash before the commit leaves the link as good as it was.
    return user, codes


def _hash(token: str) -> bytes:
    return hashlib.sha256(token[:_LONGEST].encode()).digest()


def _day(now: datetime) -> date:
    return now.astimezone(CHINA).date()
