"""What volunteers type during a call: sealed while they type, handed in at one press, forgotten in a day.

A confirmation has three durable steps, each of which may be done again: what was typed is turned into the
very forms that will be handed in (from here on nothing changes them); each form is handed in, under a key of
its own, so that twice is once; names are replaced by the receipts. Whoever presses again, on whichever page,
goes on where the last one stopped, and so does the worker.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import SystemRandom
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from tuidang.base.clock import CHINA
from tuidang.base.limits import Budget
from tuidang.privacy.calls import draft_hash
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.sealing import CannotOpenError, open_sealed, seal
from tuidang.register.actions.intake import IntakeClosed, submit_form
from tuidang.register.models import Draft
from tuidang.register.queries import name_table
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import FormErrors
from tuidang.register.rules.people import (
    People,
    TypedPeople,
    decode_people,
    decode_typed,
    encode_people,
    encode_typed,
    read_people,
)

_KEPT = 2  # half-days: whatever is begun in one is gone after the next
_MOST_HOLDERS = 4
# Bytes, sealed, that one volunteer adds to the disk: a hundred calls of nineteen people at once, and six a
# minute in the long run. Else a planted one fills it, and then nobody is taken.
_WRITTEN_BY: Final = Budget(burst=2_000_000, per_hour=500_000)
_rng = SystemRandom()
_log = logging.getLogger(__name__)


class Stale(Exception):  # noqa: N818  an answer, not a mistake
    """Somebody else has changed, confirmed or put away what this page shows; nothing was done."""


class TooMuch(Exception):  # noqa: N818  likewise
    """So much was typed by this volunteer that this was not kept."""


@dataclass(frozen=True)
class Typed:
    """What is being typed in a call."""

    id: int
    revision: str
    typed: TypedPeople


@dataclass(frozen=True)
class Taken:
    """Receipts of one confirmation: sixteen digits for each person, in the order of the rows."""

    id: int
    receipts: tuple[str, ...]
    said: int  # how many of them were read aloud
    by_voice: bool  # and may be: a letter's are not


@dataclass(frozen=True)
class Work:
    """All that is kept of a call: what is typed, what was confirmed and is not stored yet, and receipts."""

    typing: Typed | None
    unfinished: tuple[int, ...]
    taken: tuple[Taken, ...]


def new_id() -> int:
    """Return the key of a draft that a page may begin: a number of at most 18 digits."""
    return secrets.randbelow(10**18 - 1) + 1


def open_work(call: str) -> Work:
    """Read what is kept of a call; what cannot be opened any more is left out."""
    typing: Typed | None = None
    unfinished, taken = [], []
    for row in Draft.objects.filter(call=_hash(call)).order_by("half", "id"):
        text = _opened(row)
        if text is None:
            continue
        if row.state == Draft.State.TYPING:
            typing = Typed(row.pk, row.revision, decode_typed(text))
        elif row.state == Draft.State.CONFIRMED:
            unfinished.append(row.pk)
        else:
            taken.append(_taken(row, text))
    return Work(
        typing, tuple(unfinished), tuple(sorted(taken, key=lambda one: one.said == len(one.receipts)))
    )


def hold_work(call: str, holder: str, *, alone: bool) -> None:
    """Let whoever is in a call go on when it is over; `alone` in it, nobody who was in it before may."""
    with transaction.atomic():
        for row in Draft.objects.select_for_update().filter(call=_hash(call)):
            held = row.holders.split()
            now = [holder] if alone else [*(one for one in held if one != holder), holder][-_MOST_HOLDERS:]
            if set(now) != set(held):
                Draft.objects.filter(pk=row.pk).update(holders=" ".join(now))


def may_go_on(call: str, holder: str) -> bool:
    """Tell whether nobody else had the call since this one: all that is kept of it is his too."""
    kept = Draft.objects.filter(call=_hash(call)).values_list("holders", flat=True)
    return all(holder in held.split() for held in kept)


def save_draft(
    call: str,
    draft: int,
    *,
    known: Collection[str],
    revision: str,
    typed: TypedPeople,
    now: datetime,
    writer: str,
    holder: str = "",
) -> None:
    """Keep what was typed, as revision `revision`; it is on the disk when this returns.

    `draft`: a key from `new_id`, begun with the first save. `known`: the revisions that the page has seen or
    sent; of whatever else is there it knows nothing: Stale is raised. `holder`: whose browser begins it.
    `writer`: whose budget it is, known in memory alone. Raises TooMuch when that is spent.
    """
    half = _half(now)
    try:
        with transaction.atomic(durable=True):
            row = Draft.objects.select_for_update().filter(pk=draft).first()
            if row is None:
                row = Draft(pk=draft, call=_hash(call), half=half, state=Draft.State.TYPING, holders=holder)
                if known:  # it was there once: confirmed and put away, or a day has passed
                    raise Stale
            elif (
                bytes(row.call) != _hash(call) or row.state != Draft.State.TYPING or row.revision not in known
            ):
                raise Stale
            sealed = seal(_key(row.half), encode_typed(typed).encode())
            grown = len(sealed) - len(bytes(row.payload))
            if grown > 0 and not _WRITTEN_BY.spend(writer, now.timestamp(), grown):
                raise TooMuch
            row.revision, row.payload = revision, sealed
            row.save()
        # A crash before the commit leaves what was saved before.
    except IntegrityError as error:  # somebody else began at the same moment
        raise Stale from error


def confirm_draft(call: str, draft: int, revision: str, today: date) -> Taken | FormErrors:
    """Take the people of a draft, as the preview of `revision` showed them: once, whoever presses how often.

    Raises Stale when something else was confirmed or saved meanwhile, and IntakeClosed: then the press is
    kept, and whoever presses again goes on.
    """
    frozen = _freeze(call, draft, revision)
    if frozen is not None:
        return frozen
    return _finish(draft, today)


def finish_draft(call: str, draft: int, today: date) -> Taken:
    """Go on with a confirmation that was interrupted. Raises Stale and IntakeClosed."""
    if not Draft.objects.filter(pk=draft, call=_hash(call)).exclude(state=Draft.State.TYPING).exists():
        raise Stale
    return _finish(draft, today)


def say_receipts(call: str, draft: int, said: int) -> None:
    """Note how many receipts were read aloud; raises Stale when they are not there any more."""
    with transaction.atomic(durable=True):
        row = (
            Draft.objects.select_for_update()
            .filter(pk=draft, call=_hash(call), state=Draft.State.TAKEN)
            .first()
        )
        text = _opened(row) if row else None
        if row is None or text is None:
            raise Stale
        kept = json.loads(text)
        kept["said"] = max(0, min(said, len(kept["receipts"])))
        row.payload = seal(_key(row.half), json.dumps(kept).encode())
        row.save(update_fields=["payload"])


def put_away(call: str, draft: int) -> None:
    """Forget receipts, or what is being typed; what is confirmed and not stored yet stays."""
    Draft.objects.filter(pk=draft, call=_hash(call)).exclude(state=Draft.State.CONFIRMED).delete()


def tend_drafts(now: datetime) -> None:
    """Finish what was confirmed, forget what is half a day to a day old, destroy the keys of past days."""
    today = now.astimezone(CHINA).date()
    for draft in Draft.objects.filter(state=Draft.State.CONFIRMED).values_list("pk", flat=True):
        try:
            _finish(draft, today)
        except (IntakeClosed, Stale):
            _log.info(
                "people whom a volunteer has confirmed could not be taken yet; the next round tries again"
            )
    old = Draft.objects.filter(half__lte=_half(now) - _KEPT)
    old.exclude(state=Draft.State.CONFIRMED).delete()
    keys = _keys()
    for day in keys.days():
        # Not yesterday's, lest somebody be saving: nothing that it opens is there any more tomorrow.
        if day < today - timedelta(days=1) and not Draft.objects.filter(half__in=_halves(day)).exists():
            keys.destroy_day_key(day)
    for day in (today, today + timedelta(days=1)):  # ahead, so that no file tells when the first one typed
        if day not in keys.days():
            keys.day_key(day, create=True)
    keys.touch_day_keys()


def _freeze(call: str, draft: int, revision: str) -> FormErrors | None:
    with transaction.atomic(durable=True):
        row = Draft.objects.select_for_update().filter(pk=draft, call=_hash(call)).first()
        if row is None or row.revision != revision:
            raise Stale
        if row.state != Draft.State.TYPING:
            return None
        text = _opened(row)
        if text is None:
            raise Stale
        typed = decode_typed(text)
        people = read_people(typed, name_table(), threshold=settings.TUIDANG.rare_name, rng=_rng)
        if not isinstance(people, People):
            return people
        kept = {"key": secrets.token_hex(16), "channel": typed.channel, "people": encode_people(people)}
        row.state = Draft.State.CONFIRMED
        row.payload = seal(_key(row.half), json.dumps(kept).encode())
        row.save()
    # A crash before the commit leaves it being typed; after it, confirmed, and whoever comes next goes on.
    return None


def _finish(draft: int, today: date) -> Taken:
    row = Draft.objects.filter(pk=draft).first()
    text = _opened(row) if row else None
    if row is None or text is None:
        raise Stale
    if row.state == Draft.State.TAKEN:
        return _taken(row, text)
    kept = json.loads(text)
    channel = Channel(kept["channel"])
    digits: dict[int, str] = {}
    for number, part in enumerate(decode_people(kept["people"]).parts):
        # A crash before or after any of them leaves it confirmed: the same forms come again, and are known.
        submitted = submit_form(
            part.form,
            _form_key(kept["key"], number),
            channel=channel,
            today=today,
            spoken_with=part.spoken_with,
        )
        digits |= zip(part.rows, submitted.receipts, strict=True)
    receipts = {"receipts": [digits[n] for n in sorted(digits)], "said": 0, "channel": channel}
    payload = seal(_key(row.half), json.dumps(receipts).encode())
    done = Draft.objects.filter(pk=draft, state=Draft.State.CONFIRMED).update(
        state=Draft.State.TAKEN, payload=payload
    )
    if not done:  # a colleague was faster, with the same receipts; and may have read some of them already
        return _finish(draft, today)
    return _taken(row, json.dumps(receipts))


def _form_key(key: str, number: int) -> bytes:
    """Give the idempotency key of one of a confirmation's forms."""
    return sha256(b"tuidang/people/v1\n" + bytes.fromhex(key) + number.to_bytes(4, "big")).digest()[:16]


def _taken(row: Draft, text: str) -> Taken:
    kept = json.loads(text)
    return Taken(row.pk, tuple(kept["receipts"]), kept["said"], kept["channel"] == Channel.VOLUNTEER)


def _opened(row: Draft) -> str | None:
    try:
        return open_sealed(_keys().day_key(_day(row.half)), bytes(row.payload)).decode()
    except (KeyMissingError, CannotOpenError):
        return None


def _hash(call: str) -> bytes:
    return draft_hash(KeyFolder(settings.TUIDANG.keys).call_key(), call)


def _keys() -> KeyFolder:
    return KeyFolder(settings.TUIDANG.keys).draft_keys()


def _key(half: int) -> bytes:
    return _keys().day_key(_day(half), create=True)


def _half(now: datetime) -> int:
    """Number the half-days of China's clock: a draft says no more than in which it was begun."""
    local = now.astimezone(CHINA)
    return 2 * local.toordinal() + local.hour // 12


def _day(half: int) -> date:
    return date.fromordinal(half // 2)


def _halves(day: date) -> tuple[int, int]:
    return 2 * day.toordinal(), 2 * day.toordinal() + 1
