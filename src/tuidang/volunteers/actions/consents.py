"""What takes two people: one asks, another of the same role consents; either does it, once, within a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Final

from django.conf import settings
from django.db import transaction

from tuidang.base.audit import Act, write_audit
from tuidang.base.audit.chain import hash_thing
from tuidang.base.clock import CHINA
from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.sealing import CannotOpenError, open_sealed, seal
from tuidang.volunteers.models import Consent, Role, User
from tuidang.volunteers.rules import second_from

LASTS: Final = timedelta(days=1)


class Kind(StrEnum):
    """What takes two people."""

    BULK = "bulk"  # a decision about more statements than one reviewer decides alone
    EXPORT_AUDIT = "export-audit"  # the whole audit chain as a file
    LOAD_LIST = "load-list"  # numbers for personal calls
    EXPORT_BOOK = "export-book"  # the book of gifts as a file
    GIVE_BACK = "give-back"  # much of a gift, by the provider who took it


ROLES: Final = {
    Kind.BULK: Role.REVIEWER,
    Kind.EXPORT_AUDIT: Role.AUDITOR,
    Kind.LOAD_LIST: Role.COORDINATOR,
    Kind.EXPORT_BOOK: Role.TREASURER,
    Kind.GIVE_BACK: Role.TREASURER,
}


class Granted(Enum):
    """What came of somebody's word."""

    DONE = auto()
    SAME_PERSON = auto()  # who asked cannot consent
    TOO_NEW = auto()  # a link opened his account only just now
    GONE = auto()  # done, refused or too old; or it is not for this role


class NotConsented(LookupError):  # noqa: N818  it is an outcome for the page to tell
    """Nobody has consented to this, the consent is too old, or it was used."""


class SamePerson(NotConsented):
    """Who asked cannot consent."""


class TooNew(NotConsented):
    """A link opened the account only just now: it is nobody's second person yet."""


@dataclass(frozen=True)
class Asked:
    """A consent as a list shows it."""

    key: uuid.UUID
    kind: Kind
    detail: str
    count: int
    asked_by: str
    granted_by: str
    until: datetime


def ask_consent(
    kind: Kind,
    thing: str,
    volunteer: User,
    now: datetime,
    *,
    count: int,
    detail: str = "",
    order: bytes = b"",
) -> uuid.UUID:
    """Ask for a second one's consent, and give its key; asked again, it is the one that waits.

    `thing` says exactly what is to be done, as a hash of a list: another thing is another consent. `count`
    and `detail` (a word of ours) are shown to who consents; `order` is kept sealed, for who carries it out.
    """
    assert volunteer.has_role(ROLES[kind]), "the view lets only this role ask"
    with transaction.atomic():
        forget_old(now)
        asked, is_new = Consent.objects.get_or_create(
            kind=kind,
            thing=_hash(thing),
            defaults={
                "detail": detail,
                "count": count,
                "order": seal(_seal_key(), order) if order else b"",
                "asked_by": volunteer.pseudonym,
                "until": _whole_hour(now + LASTS),
            },
        )
        if is_new:
            write_audit(volunteer.pseudonym, Act.ASK_CONSENT, _named(kind, thing), now)
    return asked.pk


def grant_consent(key: uuid.UUID, volunteer: User, now: datetime) -> Granted:
    """Consent to what another has asked for."""
    with transaction.atomic():
        asked = _find(key, volunteer, now)
        if asked is None or asked.granted_by:
            return Granted.GONE
        if asked.asked_by == volunteer.pseudonym:
            return Granted.SAME_PERSON
        if is_too_new(volunteer, now):
            return Granted.TOO_NEW
        asked.granted_by = volunteer.pseudonym
        asked.save(update_fields=["granted_by"])
        write_audit(volunteer.pseudonym, Act.GRANT_CONSENT, _of(asked), now)
    return Granted.DONE


def refuse_consent(key: uuid.UUID, volunteer: User, now: datetime) -> bool:
    """Refuse what another has asked for, or take one's own wish back; False if it is gone."""
    with transaction.atomic():
        asked = _find(key, volunteer, now)
        if asked is None:
            return False
        write_audit(volunteer.pseudonym, Act.REFUSE_CONSENT, _of(asked), now)
        asked.delete()
    return True


@contextmanager
def carry_out(key: uuid.UUID, volunteer: User, now: datetime) -> Iterator[None]:
    """Consent to what another has asked for, and do it within this, in one transaction.

    Raises NotConsented before anything is done; SamePerson for who has asked himself, TooNew for an account
    that was opened only just now.
    """
    with transaction.atomic():
        asked = _find(key, volunteer, now)
        if asked is None or asked.granted_by:
            raise NotConsented
        if asked.asked_by == volunteer.pseudonym:
            raise SamePerson
        if is_too_new(volunteer, now):
            raise TooNew
        yield
        named = _of(asked)
        asked.delete()
        for act in (Act.GRANT_CONSENT, Act.USE_CONSENT):
            write_audit(volunteer.pseudonym, act, named, now)


@contextmanager
def use_consent(kind: Kind, thing: str, volunteer: User, now: datetime) -> Iterator[None]:
    """Do within it what was consented to, in one transaction; it is used up then, and not where that fails.

    Either of the two may do it. Raises NotConsented before anything is done.
    """
    # The consent's row is locked first, the audit chain last: two who press at once never wait in a circle.
    with transaction.atomic():
        rows = Consent.objects.select_for_update().filter(kind=kind, thing=_hash(thing), until__gt=now)
        asked = rows.exclude(granted_by="").first()
        if asked is None or not volunteer.has_role(ROLES[kind]):
            raise NotConsented
        if volunteer.pseudonym not in {asked.asked_by, asked.granted_by}:
            raise NotConsented
        yield
        named = _of(asked)
        asked.delete()
        write_audit(volunteer.pseudonym, Act.USE_CONSENT, named, now)
    # A crash before the commit leaves the consent, and nothing done.


def asked_consents(volunteer: User, now: datetime) -> list[Asked]:
    """List what waits for consent or has it, of a volunteer's roles, the oldest first."""
    kinds = [kind for kind, role in ROLES.items() if volunteer.has_role(role)]
    rows = Consent.objects.filter(kind__in=kinds, until__gt=now).order_by("until", "pk")
    return [_value(row) for row in rows]


def find_consent(key: uuid.UUID, volunteer: User, now: datetime) -> tuple[Asked, bytes] | None:
    """Give one of them, with what is to be done; None if it is gone, or not for his roles."""
    row = Consent.objects.filter(pk=key, until__gt=now).first()
    if row is None or not volunteer.has_role(ROLES[Kind(row.kind)]):
        return None
    try:
        order = open_sealed(_seal_key(), bytes(row.order)) if row.order else b""
    except CannotOpenError:
        return None
    return _value(row), order


def is_too_new(volunteer: User, now: datetime) -> bool:
    """Tell whether a link opened this account so lately that it is nobody's second person."""
    return second_from(volunteer.opened, now.astimezone(CHINA).date()) is not None


def forget_old(now: datetime) -> None:
    """Take away what nobody has consented to, or done, within its day."""
    Consent.objects.filter(until__lte=now).delete()


def _find(key: uuid.UUID, volunteer: User, now: datetime) -> Consent | None:
    asked = Consent.objects.select_for_update().filter(pk=key, until__gt=now).first()
    return asked if asked is not None and volunteer.has_role(ROLES[Kind(asked.kind)]) else None


def _value(row: Consent) -> Asked:
    return Asked(row.pk, Kind(row.kind), row.detail, row.count, row.asked_by, row.granted_by, row.until)


def _whole_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _named(kind: Kind, thing: str) -> str:
    return f"consent {kind} {_hash(thing).hex()}"


def _of(asked: Consent) -> str:
    return f"consent {asked.kind} {bytes(asked.thing).hex()}"


def _hash(thing: str) -> bytes:
    return hash_thing(KeyFolder(settings.TUIDANG.keys).audit_key(), f"consent {thing}")


def _seal_key() -> bytes:
    return KeyFolder(settings.TUIDANG.keys).sign_in_key()
