"""Taking statements in: durable before the answer, the same form twice is one, closed honestly when full."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import lru_cache, partial
from pathlib import Path
from random import SystemRandom

from django.conf import settings
from django.db import Error, IntegrityError

from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.receipts import KeyRing, lookup_hash, lookup_hashes, make_digits, spoken_hash
from tuidang.privacy.sealing import seal
from tuidang.register.actions.queue import (
    Placing,
    Screened,
    Sealed,
    TakenBefore,
    place_statements,
    screen,
    store_statements,
)
from tuidang.register.actions.together import store_together
from tuidang.register.models import Receipt, Waiting
from tuidang.register.queries import intake_load, name_table
from tuidang.register.rules.content import Channel, encode_content
from tuidang.register.rules.form import Form, public_contents

SPOKEN_CHANNELS = frozenset({Channel.MACHINE, Channel.VOLUNTEER, Channel.HOTLINE})

_ATTEMPTS = 5  # when a random key is taken, or the day's key is destroyed at midnight
_PAUSE = 0.05  # seconds
_NEAR = 0.9  # of a bound
_NEAR_DISK = 5  # percent above the bound
_rng = SystemRandom()
_log = logging.getLogger(__name__)


class IntakeClosed(Exception):  # noqa: N818  an answer, not a mistake
    """No statement can be taken now; nothing was taken, and the form may be sent again as it is."""


class IntakeState(Enum):
    """Whether the form is open; near a bound it says so before anything is typed."""

    OPEN = auto()
    NEARLY_FULL = auto()
    CLOSED = auto()


@dataclass(frozen=True)
class Submitted:
    """What was taken: a receipt of sixteen digits for each person, in the order of the form."""

    receipts: tuple[str, ...]
    repeated: bool  # this very form was taken before; its receipts are the same


class _KeyGone(Exception):  # noqa: N818  likewise
    """The day's key was destroyed while a statement was being sealed with it."""


def intake_state() -> IntakeState:
    """Say whether the form is open, as measured within the last seconds."""
    try:
        load = intake_load()
        if _is_full(slow=False):
            return IntakeState.CLOSED
    except (Error, OSError):
        _log.exception("the queue could not be measured")
        return IntakeState.CLOSED
    near = max(load.share, load.held_share) >= _NEAR
    if near or load.free_disk < settings.TUIDANG.free_disk + _NEAR_DISK:
        return IntakeState.NEARLY_FULL
    return IntakeState.OPEN


def submit_form(
    form: Form,
    key: bytes,
    *,
    channel: Channel,
    today: date,
    over_budget: bool = False,
    spoken_with: bool = False,
) -> Submitted:
    """Take every statement of a form, or none; it is on the disk when this returns.

    `key`: 16 random bytes of the preview page; the same form with the same key is taken once, however often
    and wherever it is sent. `over_budget`: into the slower queue. `spoken_with`: a volunteer has spoken with
    the declarants. Raises IntakeClosed, and ValueError for a key of another length.
    """
    threshold = settings.TUIDANG.rare_name
    contents = public_contents(
        form, name_table(), channel, threshold=threshold, rng=_rng, spoken_with=spoken_with
    )
    try:
        receipts, is_known = _make_receipts(form, key)
        is_full = _is_full(slow=over_budget)
        if is_known or (is_full and _is_taken(form, receipts)):
            return Submitted(receipts, repeated=True)
        if is_full:
            raise IntakeClosed
        return _take(form, receipts, [screen(content) for content in contents], today, slow=over_budget)
    except (Error, OSError) as error:
        # A full disk, a read-only folder, a database that is locked or away. The statement may yet have been
        # stored, if only the answer to the commit was lost: the same form sent again then finds its receipts.
        if channel is not Channel.MACHINE:  # the dialler tells of it: here the line would date a choice
            _log.exception("a form could not be taken")
        raise IntakeClosed from error


def submit_with_receipt(
    form: Form, digits: str, beside: Callable[[], None], *, channel: Channel, today: date
) -> Submitted:
    """Take one person's statement under a receipt made elsewhere, and do `beside` in the same transaction.

    The same digits under the same name are taken once; when they were before, `beside` is not done. What it
    raises undoes both, and is raised. Raises IntakeClosed.
    """
    contents = public_contents(form, name_table(), channel, threshold=settings.TUIDANG.rare_name, rng=_rng)
    receipts = (digits,)
    try:
        if _is_taken(form, receipts):
            return Submitted(receipts, repeated=True)
        if _is_full(slow=False):
            raise IntakeClosed
        statements = [screen(content) for content in contents]
        return _take(form, receipts, statements, today, slow=False, beside=beside)
    except (Error, OSError) as error:
        _log.exception("a statement could not be taken")
        raise IntakeClosed from error


def is_disk_full() -> bool:
    """Tell whether so little of the disk is free that nothing more is taken, as measured lately."""
    return bool(intake_load().free_disk < settings.TUIDANG.free_disk)


def receipt_keys() -> tuple[KeyRing, KeyRing]:
    """Give the keys of receipts' digits and of their look-up; a new one is seen at the next start."""
    return _receipt_keys(settings.TUIDANG.keys)


def receipts_of(form: Form, key: bytes) -> list[tuple[str, ...]]:
    """Give the receipts that a form with this key has, by each key of digits there was, the newest first."""
    digest = form.digest()
    digits_keys, _ = receipt_keys()
    return [
        tuple(make_digits(one.secret, key, digest, row) for row in range(len(form.people)))
        for one in digits_keys.keys
    ]


@lru_cache(maxsize=2)
def _receipt_keys(folder: Path) -> tuple[KeyRing, KeyRing]:
    keys = KeyFolder(folder)
    return keys.digits_keys(), keys.lookup_keys()


def _make_receipts(form: Form, key: bytes) -> tuple[tuple[str, ...], bool]:
    """Make the form's receipts; true if it is known that it was taken, before a key was added."""
    _, lookup_keys = receipt_keys()
    newest, *older = receipts_of(form, key)
    if older or len(lookup_keys.keys) > 1:
        for receipts in (newest, *older):
            if _is_taken(form, receipts):
                return receipts, True
    return newest, False


def _is_full(*, slow: bool) -> bool:
    load = intake_load()
    return load.share >= 1 or is_disk_full() or (slow and load.slow_share >= 1)


def _nothing() -> None:
    pass


def _take(
    form: Form,
    receipts: tuple[str, ...],
    statements: Sequence[Screened],
    today: date,
    *,
    slow: bool,
    beside: Callable[[], None] = _nothing,
) -> Submitted:
    keys = KeyFolder(settings.TUIDANG.keys)
    _, lookup_keys = receipt_keys()
    for _ in range(_ATTEMPTS):
        try:
            day_key = keys.day_key(today, create=True)
        except KeyMissingError:  # just being destroyed
            time.sleep(_PAUSE)
            continue
        rows = [
            Sealed(
                today,
                slow,
                seal(day_key, encode_content(screened.content)),
                *_hashes(lookup_keys, digits, person.name, screened.content.channel),
            )
            for person, digits, screened in zip(form.people, receipts, statements, strict=True)
        ]
        try:
            store_together(partial(_store, statements, rows, today, day_key, beside))
        except TakenBefore:
            return Submitted(receipts, repeated=True)
        except _KeyGone:
            continue
        except IntegrityError:
            if _is_taken(form, receipts):
                return Submitted(receipts, repeated=True)
        else:
            return Submitted(receipts, repeated=False)
    raise IntakeClosed


def _store(
    statements: Sequence[Screened],
    rows: Sequence[Sealed],
    today: date,
    day_key: bytes,
    beside: Callable[[], None],
) -> None:
    placing = place_statements(statements, today, day_key)
    store_statements(rows, placing)
    beside()
    _check_bound(placing)
    _check_key(today, day_key)


def _check_bound(placing: Placing) -> None:
    if placing.reasons and intake_load().held_share >= 1:
        raise IntakeClosed


def _check_key(day: date, day_key: bytes) -> None:
    """Make sure that what was just inserted can be opened.

    Publication destroys the key of a past day, of which nothing waits, while nobody can insert. So after an
    insertion it is either still there, and stays, or the statement is sealed anew.
    """
    try:
        if KeyFolder(settings.TUIDANG.keys).day_key(day) != day_key:
            raise _KeyGone
    except KeyMissingError as error:
        raise _KeyGone from error


def _hashes(keys: KeyRing, digits: str, name: str, channel: Channel) -> tuple[bytes, bytes | None]:
    spoken = spoken_hash(keys, digits, name) if channel in SPOKEN_CHANNELS else None
    return lookup_hash(keys, digits, name), spoken


def _is_taken(form: Form, receipts: Sequence[str]) -> bool:
    _, lookup_keys = receipt_keys()
    hashes = [
        known
        for person, digits in zip(form.people, receipts, strict=True)
        for known in lookup_hashes(lookup_keys, digits, person.name)
    ]
    # Waiting first: publication moves a row from there to the receipts, never back.
    return (
        Waiting.objects.filter(receipt_hash__in=hashes).exists()
        or Receipt.objects.filter(hash__in=hashes).exists()
    )
