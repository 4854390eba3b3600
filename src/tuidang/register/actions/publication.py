"""Publication: draw from the pool, mix, stage everything in one transaction, and apply it to the folder."""

from __future__ import annotations

import gc
import logging
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from random import Random
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Length

from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.sealing import CannotOpenError, open_sealed
from tuidang.register.actions.head import (
    append_batch,
    in_chunks,
    only_writer,
    open_log,
    options,
    recover,
    sweep_database,
)
from tuidang.register.models import Head, Receipt, TextCount, Waiting
from tuidang.register.rules.content import Content, decode_content
from tuidang.register.rules.publication import (
    Candidate,
    build_batch,
    draw,
    publication_day,
    rules_for,
    split_batches,
    spread_regions,
    without_words,
)
from tuidang.tlog.publish import RaceLost

BATCH_STATEMENTS = 100_000  # of one transaction; with the bound on bytes it keeps memory under 500 MB
BATCH_BYTES = 64 << 20
CACHE_KILOBYTES = 16 << 10  # eight times what SQLite takes by itself
ATTEMPTS = 5  # to stage a batch while its statements are corrected or withdrawn, or another machine publishes
_FIELDS = ("id", "day", "state", "receipt_hash", "spoken_hash", "payload", "reasons")
_ACCEPTED, _HELD = Waiting.State.ACCEPTED.value, Waiting.State.HELD.value
_NONCE = 24  # bytes at the head of a sealed payload, new with every sealing: they tell a changed row

logger = logging.getLogger("tuidang.register")


@dataclass(frozen=True)
class Published:
    """How many statements were published by a run, and the size of the log after it."""

    count: int
    size: int


class Drawn(NamedTuple):
    """The row of a waiting statement that is about to be published."""

    id: int
    nonce: bytes
    state: str
    receipt_hash: bytes
    spoken_hash: bytes | None


class Changed(Exception):  # noqa: N818  an outcome, as RaceLost
    """A statement of the batch was corrected or withdrawn meanwhile; nothing was published."""


def publish(today: date, *, rng: Random | None = None) -> Published:
    """Publish what is drawn from the pool today, and what was held for fourteen days, without its words.

    Nobody waits for reviewers without end, and no sender can keep a day's key from being destroyed.

    It may run as often as one likes: a statement is drawn once a day. Raises CannotWrite, and LookupError
    when no log was begun.
    """
    rng = rng or secrets.SystemRandom()
    with only_writer():
        recover()
        _finish_rejected()
        log = open_log()
        rules = rules_for(log.key.name)
        given_up = _given_up(today - timedelta(days=rules.longest_wait))
        drawn = draw(_pool(), today, rules) + given_up
        withheld = frozenset(candidate.id for candidate in given_up)
        count = 0
        _widen_cache()
        for batch in split_batches(drawn, rng, most=BATCH_STATEMENTS, most_bytes=BATCH_BYTES):
            ids = [candidate.id for candidate in batch]
            with _without_collector():
                count += _publish_batch(ids, withheld, today, rules.region_floor)
        _note_publication(today)
        _destroy_keys(today)
        sweep_database()
        return Published(count, open_log().tree.size)


def _pool() -> Iterator[Candidate]:
    accepted = Waiting.objects.filter(state=Waiting.State.ACCEPTED)
    return _candidates(accepted.values_list("id", "day", "slow", Length("payload")))


def _given_up(last: date) -> list[Candidate]:
    held = Waiting.objects.filter(state=Waiting.State.HELD, day__lte=last)
    return list(_candidates(held.values_list("id", "day", "slow", Length("payload"))))


def _candidates(rows: Any) -> Iterator[Candidate]:
    return (Candidate(*row) for row in rows.iterator(chunk_size=10_000))


def _widen_cache() -> None:
    """Let SQLite keep in memory what a batch touches of its indexes, and not fetch it for each row anew."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles: a batch has none, but a million objects to look at each time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _publish_batch(ids: Sequence[int], withheld: frozenset[int], today: date, floor: int) -> int:
    """Publish the waiting statements of `ids` in this order; give how many were still there."""
    for _ in range(ATTEMPTS):
        drawn, contents = _open(ids, withheld)
        if not drawn:
            return 0
        log = open_log()
        day = publication_day(today, log.published)
        held = sum(row.id in withheld for row in drawn)
        statements = ((day, content) for content in spread_regions(contents, floor))
        batch = build_batch(log.tree.size, statements, {day: held})
        del contents, statements  # their memory is needed for what follows
        try:
            append_batch(log, batch, partial(_move, drawn, log.tree.size), published=day)
        except Changed:
            continue
        except RaceLost:
            recover()
            continue
        return len(drawn)
    logger.warning("publication gave way to changes %d times; the next run tries again", ATTEMPTS)
    return 0


def _open(ids: Sequence[int], withheld: frozenset[int]) -> tuple[list[Drawn], list[Content]]:
    """Read and open the rows, in this order; of those `withheld` the words are left out.

    What was withdrawn, held or rejected meanwhile is passed over; what cannot be opened stays where it is.
    """
    day_key = cache(KeyFolder(options().keys).day_key)
    drawn, contents = [], []
    closed: Counter[date] = Counter()
    for chunk in in_chunks(ids):
        rows = {row[0]: row for row in Waiting.objects.filter(id__in=chunk).values_list(*_FIELDS)}
        found = (rows[key] for key in chunk if key in rows)
        for key, day, state, receipt_hash, spoken_hash, payload, reasons in found:
            given_up = key in withheld
            if state != (_HELD if given_up else _ACCEPTED):
                continue
            try:
                content = decode_content(open_sealed(day_key(day), bytes(payload)))
            except (KeyMissingError, CannotOpenError):
                closed[day] += 1
                continue
            spoken = None if spoken_hash is None else bytes(spoken_hash)
            drawn.append(Drawn(key, bytes(payload[:_NONCE]), state, bytes(receipt_hash), spoken))
            contents.append(without_words(content, reasons) if given_up else content)
    for day, count in closed.items():
        logger.error("%d statements of %s cannot be opened: restore the key of that day", count, day)
    return drawn, contents


def _move(drawn: Sequence[Drawn], start: int) -> None:
    """Turn waiting rows into receipts, in leaf order. Raises Changed when a row is not as it was read."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM register_waiting WHERE id = %s AND state = %s AND substr(payload, 1, %s) = %s",
            sorted((one.id, one.state, _NONCE, one.nonce) for one in drawn),  # as they lie in the file
        )
        if cursor.rowcount != len(drawn):
            raise Changed
        cursor.executemany(
            "INSERT INTO register_receipt (hash, spoken_hash, leaf, state) VALUES (%s, %s, %s, %s)",
            [
                (one.receipt_hash, one.spoken_hash, leaf, Receipt.State.PUBLISHED)
                for leaf, one in enumerate(drawn, start)
            ],
        )


def _finish_rejected() -> None:
    """Make rejections final: what was written is destroyed, the receipt says what became of it."""
    with transaction.atomic():
        rows = (
            Waiting.objects.select_for_update(skip_locked=True)  # a reviewer is just undoing the others
            .filter(state=Waiting.State.REJECTED)
            .order_by("id")
            .values_list("id", "receipt_hash", "spoken_hash")
        )
        for chunk in in_chunks(list(rows)):
            Receipt.objects.bulk_create(
                Receipt(hash=receipt_hash, spoken_hash=spoken_hash, state=Receipt.State.REJECTED)
                for _, receipt_hash, spoken_hash in chunk
            )
            Waiting.objects.filter(id__in=[row[0] for row in chunk]).delete()
        # A crash before the commit leaves them rejected and waiting; the next run finishes them.


def _note_publication(today: date) -> None:
    """Note that today's publication is done, lest who comes later today be published in a thin batch."""
    # A crash before this line leaves today's publication to be done again: it draws nobody else.
    Head.objects.filter(id=1).update(published=publication_day(today, open_log().published))


def _destroy_keys(today: date) -> None:
    """Destroy the keys of past days of which nothing waits any more, and counts of texts made with them."""
    keys = KeyFolder(options().keys)
    for day in keys.days():
        if day < today:
            with transaction.atomic():
                # Nobody can insert a statement now; who finds the key gone then seals it under a new one.
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute("LOCK TABLE register_waiting IN SHARE MODE")
                if not Waiting.objects.filter(day=day).exists():
                    keys.destroy_day_key(day)
    # A crash before this line leaves counts that nobody can read any more; the next run deletes them.
    TextCount.objects.filter(day__lt=today).exclude(day__in=keys.days()).delete()
