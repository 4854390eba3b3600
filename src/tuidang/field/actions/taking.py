"""What was sealed becomes statements: carried away, opened elsewhere, and taken once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from nacl.public import PrivateKey

from tuidang.field.batches import (
    OpenedEntry,
    SealedEntry,
    fingerprint,
    opened_day,
    read_opened,
    write_sealed,
)
from tuidang.field.models import Entry
from tuidang.field.rules import NoEntryError, read_entry
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.sealing import CannotOpenError
from tuidang.privacy.weekly import WeekKey, open_entry
from tuidang.register.actions.intake import submit_with_receipt
from tuidang.register.rules.content import Channel

RETURN_DAYS: Final = 14  # so long what was carried away can come back; then it is carried away again
_CHUNK: Final = 500


class CannotTake(Exception):  # noqa: N818  an answer, not a mistake of ours
    """A file of opened entries cannot be taken; the message says why."""


@dataclass
class Taken:
    """What became of opened entries."""

    taken: int = 0
    refused: int = 0  # no statement: made by something else than our app
    unreadable: int = 0
    before: int = 0  # known to be settled before


class _SettledBefore(Exception):  # noqa: N818  an answer
    """Another import had this entry first: roll back."""


def carry_away(path: Path, today: date) -> tuple[int, str]:
    """Write all that waits sealed into a new file; return how many, and the fingerprint of the way back.

    Nothing changes by it: what does not come back is carried away again.
    """
    secret = _returns().day_key(today, create=True)
    public = bytes(PrivateKey(secret).public_key)
    return write_sealed(path, waiting_entries(), today, public), fingerprint(public)


def waiting_entries(weeks: Iterable[str] | None = None) -> Iterator[SealedEntry]:
    """Give what waits sealed, in the order of the random keys, which is nobody's."""
    rows = Entry.objects.filter(state=Entry.State.SEALED).order_by("id")
    if weeks is not None:
        rows = rows.filter(week__in=list(weeks))
    for row in rows.iterator(_CHUNK):
        yield SealedEntry(row.uuid, row.week, bytes(row.payload))


def take_file(path: Path, today: date) -> Taken:
    """Take the statements of a file that was opened elsewhere; a file taken in part may be taken again.

    Raises CannotTake, NotABatchError, and IntakeClosed when the register is full.
    """
    try:
        secret = _returns().day_key(opened_day(path))
    except KeyMissingError:
        raise CannotTake(
            "what was carried away on that day can no longer come back: carry it away and open it once more"
        ) from None
    return _take_all(read_opened(path, secret), today)


def take_with_keys(keys: Iterable[WeekKey], today: date) -> Taken:
    """Open and take what waits on a machine that has the private halves too. Raises IntakeClosed."""
    by_week = {key.week: key.secret for key in keys}
    # Read whole first, as the rows are changed meanwhile; on such a machine there are few.
    return _take_all((_open(by_week, entry) for entry in list(waiting_entries(by_week))), today)


def destroy_return_keys(today: date) -> None:
    """Destroy the keys of the way back that are older than a fortnight."""
    folder = _returns()
    for day in folder.days():
        if day < today - timedelta(days=RETURN_DAYS):
            folder.destroy_day_key(day)


def _take_all(entries: Iterable[OpenedEntry], today: date) -> Taken:
    done = Taken()
    for entry in entries:
        try:
            state = _take(entry, today)
        except _SettledBefore:
            done.before += 1
        else:
            setattr(done, state.value, getattr(done, state.value) + 1)
    return done


def _take(entry: OpenedEntry, today: date) -> Entry.State:
    """Settle one entry; raises _SettledBefore."""
    if not Entry.objects.filter(uuid=entry.uuid, state=Entry.State.SEALED).exists():
        raise _SettledBefore
    if entry.content is None:
        return _settle_alone(entry.uuid, Entry.State.UNREADABLE)
    try:
        opened = read_entry(entry.content)
    except NoEntryError:
        return _settle_alone(entry.uuid, Entry.State.REFUSED)

    def settle() -> None:
        _settle(entry.uuid, Entry.State.TAKEN)

    submitted = submit_with_receipt(
        opened.form, opened.digits, settle, channel=Channel.FIELD, today=today
    )  # A crash before its commit leaves the entry sealed and no statement, after it the statement alone.
    if submitted.repeated:  # the same digits and name, in another entry: one statement
        return _settle_alone(entry.uuid, Entry.State.TAKEN)
    return Entry.State.TAKEN


def _settle_alone(uuid: UUID, state: Entry.State) -> Entry.State:
    with transaction.atomic(durable=True):
        _settle(uuid, state)
    return state


def _settle(uuid: UUID, state: Entry.State) -> None:
    if not Entry.objects.filter(uuid=uuid, state=Entry.State.SEALED).update(state=state, payload=b""):
        raise _SettledBefore


def _open(secrets: dict[str, bytes], entry: SealedEntry) -> OpenedEntry:
    try:
        return OpenedEntry(entry.uuid, open_entry(secrets[entry.week], entry.sealed))
    except CannotOpenError:
        return OpenedEntry(entry.uuid, None)


def _returns() -> KeyFolder:
    return KeyFolder(settings.TUIDANG.keys).return_keys()
