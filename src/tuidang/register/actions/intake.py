"""Taking statements in: durable before the answer, the same form twice is one, closed honestly when full."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from random import SystemRandom

from django.conf import settings
from django.db import Error, IntegrityError, connection, transaction

from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.receipts import KeyRing, lookup_hash, lookup_hashes, make_digits, spoken_hash
from tuidang.privacy.sealing import seal
from tuidang.register.models import Receipt, Waiting, random_key
from tuidang.register.queries import intake_load, name_table
from tuidang.register.rules.content import Channel, Content, encode_content
from tuidang.register.rules.form import Form, public_contents
from tuidang.register.rules.screening import Reason, bare_letters, is_flood, screen_words

SPOKEN_CHANNELS = frozenset({Channel.MACHINE, Channel.VOLUNTEER, Channel.HOTLINE})

_FLOOD = b"tuidang/flood/v1\n"
_ATTEMPTS = 5  # when a random key is taken, or the day's key is destroyed at midnight
_NEAR = 0.9  # of a bound
_NEAR_DISK = 5  # percent above the bound
_rng = SystemRandom()
_log = logging.getLogger(__name__)

# Both databases know this statement; the ORM has no words for "add one, and tell me".
_COUNT = """INSERT INTO register_textcount (id, day, "group", seen) VALUES (%s, %s, %s, 1)
            ON CONFLICT (day, "group") DO UPDATE SET seen = register_textcount.seen + 1 RETURNING seen"""


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


@dataclass(frozen=True)
class Screened:
    """A statement's content with the bare letters of its text, and what its words give reason for."""

    content: Content
    letters: str
    reasons: tuple[Reason, ...]


class _TakenBefore(Exception):  # noqa: N818  likewise
    """A receipt of this form is known: roll back."""


class _KeyGone(Exception):  # noqa: N818  likewise
    """The day's key was destroyed while a statement was being sealed with it."""


def intake_state() -> IntakeState:
    """Say whether the form is open, as measured within the last seconds."""
    load = intake_load()
    if _is_full(slow=False):
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
    digits_keys, _ = receipt_keys()
    digest = form.digest()
    receipts: tuple[str, ...] = ()
    # The newest key of digits last: it makes the receipts, unless the form was taken under an older one.
    for digits_key in reversed(digits_keys.keys):
        receipts = tuple(make_digits(digits_key.secret, key, digest, row) for row in range(len(form.people)))
        if digits_key != digits_keys.newest and _is_taken(form, receipts):
            return Submitted(receipts, repeated=True)
    threshold = settings.TUIDANG.rare_name
    contents = public_contents(
        form, name_table(), channel, threshold=threshold, rng=_rng, spoken_with=spoken_with
    )
    try:
        if _is_full(slow=over_budget) and not _is_taken(form, receipts):
            raise IntakeClosed
        return _take(form, receipts, [screen(content) for content in contents], today, slow=over_budget)
    except (Error, OSError) as error:
        # A full disk, a read-only folder, a database that is locked or away. The statement may yet have been
        # stored, if only the answer to the commit was lost: the same form sent again then finds its receipts.
        _log.exception("a form could not be taken")
        raise IntakeClosed from error


def screen(content: Content) -> Screened:
    """Look at a statement's words; how often they came can only be counted when it is stored."""
    letters = bare_letters(content.text)
    return Screened(content, letters, screen_words(content, letters))


def place_in_queue(rows: Sequence[Waiting], statements: Sequence[Screened], day_key: bytes) -> None:
    """Count the texts of a form's rows, and set their state: what one is held for, all are.

    Call it inside the transaction that stores them: what is rolled back is not counted either.
    """
    reasons: set[Reason] = set()
    for row, screened in zip(rows, statements, strict=True):
        reasons.update(screened.reasons)
        row.group = b""
        if screened.letters:
            message = _FLOOD + screened.content.region.encode() + b"\n" + screened.letters.encode()
            row.group = hmac.digest(day_key, message, "sha256")
            if is_flood(screened.letters, _count(row.day, row.group)):
                reasons.add(Reason.FLOOD)
    for row in rows:
        row.state = Waiting.State.HELD if reasons else Waiting.State.ACCEPTED
        row.reasons = " ".join(reason for reason in Reason if reason in reasons)


def receipt_keys() -> tuple[KeyRing, KeyRing]:
    """Give the keys of receipts' digits and of their look-up; a new one is seen at the next start."""
    return _receipt_keys(settings.TUIDANG.keys)


@lru_cache(maxsize=2)
def _receipt_keys(folder: Path) -> tuple[KeyRing, KeyRing]:
    keys = KeyFolder(folder)
    return keys.digits_keys(), keys.lookup_keys()


def _is_full(*, slow: bool) -> bool:
    load = intake_load()
    return load.share >= 1 or load.free_disk < settings.TUIDANG.free_disk or (slow and load.slow_share >= 1)


def _take(
    form: Form, receipts: Sequence[str], statements: Sequence[Screened], today: date, *, slow: bool
) -> Submitted:
    keys = KeyFolder(settings.TUIDANG.keys)
    for _ in range(_ATTEMPTS):
        day_key = keys.day_key(today, create=True)
        rows = [
            Waiting(
                day=today,
                slow=slow,
                payload=seal(day_key, encode_content(screened.content)),
                **_hashes(person.name, digits, screened.content.channel),
            )
            for person, digits, screened in zip(form.people, receipts, statements, strict=True)
        ]
        try:
            with transaction.atomic(durable=True):
                _store(rows, statements, day_key)
            # A crash before the commit leaves nothing, after it everything.
        except _TakenBefore:
            return Submitted(tuple(receipts), repeated=True)
        except _KeyGone:
            continue
        except IntegrityError:
            if _is_taken(form, receipts):
                return Submitted(tuple(receipts), repeated=True)
        else:
            return Submitted(tuple(receipts), repeated=False)
    raise IntakeClosed


def _store(rows: Sequence[Waiting], statements: Sequence[Screened], day_key: bytes) -> None:
    place_in_queue(rows, statements, day_key)
    # Insert first, look second: while this transaction has the unique hashes nobody can publish them, and
    # what was published, rejected or withdrawn before is seen by now, on both databases. In the order of the
    # hashes, so that the same form sent twice at once waits for itself and never in a circle.
    Waiting.objects.bulk_create(sorted(rows, key=lambda row: bytes(row.receipt_hash)))
    if Receipt.objects.filter(hash__in=[row.receipt_hash for row in rows]).exists():
        raise _TakenBefore
    if rows[0].state == Waiting.State.HELD and intake_load().held_share >= 1:
        raise IntakeClosed
    # Publication destroys the key of a past day, of which nothing waits, while nobody can insert. So it is
    # either still there after the insertion, and stays, or the statement is sealed anew.
    try:
        if KeyFolder(settings.TUIDANG.keys).day_key(rows[0].day) != day_key:
            raise _KeyGone
    except KeyMissingError as error:
        raise _KeyGone from error


def _count(day: date, group: bytes) -> int:
    """Add one to how often a text came, and give how often that makes."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [random_key(), day, group])
        return int(cursor.fetchone()[0])


def _hashes(name: str, digits: str, channel: Channel) -> dict[str, bytes | None]:
    _, lookup_keys = receipt_keys()
    return {
        "receipt_hash": lookup_hash(lookup_keys, digits, name),
        "spoken_hash": spoken_hash(lookup_keys, digits, name) if channel in SPOKEN_CHANNELS else None,
    }


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
