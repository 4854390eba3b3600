"""Sessions: begun when both factors were shown, listed by a label and a day, ended one by one or all."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import date, datetime, timedelta

from django.db import transaction

from tuidang.base.audit import Act, write_audit
from tuidang.volunteers.actions.accounts import thing_of
from tuidang.volunteers.models import Session, User

_TOKEN_BYTES = 18


def begin_session(user: User, label: str, today: date) -> str:
    """Note that a volunteer is signed in, and give the token that his cookie is to carry.

    Rows of sessions that ended by themselves go meanwhile: none lasts into its second day after.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        Session.objects.filter(day__lt=today - timedelta(days=1)).delete()
        Session.objects.create(volunteer=user, token_hash=hash_token(token), label=label[:40], day=today)
    return token


def is_session(user: User, token: str) -> bool:
    """Tell whether a session is going on."""
    return Session.objects.filter(volunteer=user, token_hash=hash_token(token)).exists()


def sessions_of(user: User, token: str) -> list[tuple[Session, bool]]:
    """List a volunteer's sessions, newest first, each with whether it is the one with this token."""
    own = hash_token(token)
    rows = Session.objects.filter(volunteer=user).order_by("-day", "label")
    return [(row, bytes(row.token_hash) == own) for row in rows]


def label_session(user: User, key: uuid.UUID, label: str) -> None:
    """Give a session the word by which its owner knows it."""
    Session.objects.filter(volunteer=user, pk=key).update(label=" ".join(label.split())[:40])


def end_session(token: str) -> None:
    """End the session with this token, as its owner signs out, or somebody signs in where it was."""
    Session.objects.filter(token_hash=hash_token(token)).delete()


def end_one(user: User, key: uuid.UUID, now: datetime) -> None:
    """End one of a volunteer's sessions, wherever it is."""
    _end(user, now, pk=key)


def end_others(user: User, token: str, now: datetime) -> None:
    """End every session of a volunteer but the one with this token."""
    others = Session.objects.filter(volunteer=user).exclude(token_hash=hash_token(token))
    _end(user, now, pk__in=list(others.values_list("pk", flat=True)))


def hash_token(token: str) -> bytes:
    """Give what is kept of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def _end(user: User, now: datetime, **which: object) -> None:
    with transaction.atomic():
        removed, _ = Session.objects.filter(volunteer=user, **which).delete()
        if removed:
            write_audit(user.pseudonym, Act.END_SESSIONS, thing_of(user), now)
