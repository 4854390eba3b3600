"""The number of a volunteer's own telephone: sealed when he goes on duty, opened to ring him, never shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tuidang.base.clock import CHINA
from tuidang.phone.actions.choices import call_back_keys, day_public_key
from tuidang.phone.actions.never import is_never
from tuidang.phone.models import Duty, HotlineNumber
from tuidang.phone.own_rules import Fault, NumberRefusedError
from tuidang.privacy.keys import KeyMissingError
from tuidang.privacy.sealing import CannotOpenError, open_sealed_to, seal_to


@dataclass(frozen=True)
class Sealed:
    """A number as a duty's row has it, and the day of the key it is sealed to."""

    content: bytes
    day: date | None


NO_NUMBER: Final = Sealed(b"", None)


def seal_own_number(number: str, now: datetime) -> Sealed:
    """Seal E.164 digits to today's key. Raises NumberRefusedError for who is never to be called, and for us.

    A number of ours would let the hotline ring itself. While nobody can tell who is never to be called,
    nobody is taken for one of them, and nobody is rung either: see `open_own_number`.
    """
    today = now.astimezone(CHINA).date()
    if _is_refused(number):
        raise NumberRefusedError(Fault.NEVER)
    return Sealed(seal_to(day_public_key(today), number), today)


def open_own_number(volunteer: UUID) -> str | None:
    """Give the number of a volunteer who is on duty at his own telephone; None if he may not be rung there.

    For the telephone process alone, which may read the private halves; to be dialled at once, and forgotten.
    """
    row = Duty.objects.filter(volunteer=volunteer, sealed_on__isnull=False).first()
    if row is None or row.sealed_on is None:
        return None
    try:
        number = open_sealed_to(call_back_keys().private_key(row.sealed_on), bytes(row.sealed))
        return None if is_never([number]) else number
    except (KeyMissingError, CannotOpenError):
        return None


def _is_refused(number: str) -> bool:
    ours = {one.lstrip("+0") for one in HotlineNumber.objects.values_list("number", flat=True)}
    try:
        return number in ours or bool(is_never([number]))
    except KeyMissingError:
        return False
