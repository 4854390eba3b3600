"""Erasure: a record is destroyed everywhere we control; its leaf stays, and a notice follows in a week."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from random import Random

from django.db import transaction

from tuidang.base.audit.queries import chain_head
from tuidang.register.actions.head import (
    append_batch,
    in_chunks,
    only_writer,
    open_log,
    options,
    recover,
    sweep_database,
)
from tuidang.register.folder.batch import Batch, decode_batch, encode_batch, without_records
from tuidang.register.folder.folder import erase_records, is_statement
from tuidang.register.folder.records import AuditHead, Erased, Uncounted, UncountedReason, encode_leaf
from tuidang.register.folder.search import Entry, Reader
from tuidang.register.models import Erasure, Head, HideRequest, Receipt

logger = logging.getLogger("tuidang.register")


def apply_erasures(today: date) -> int:
    """Destroy every record whose erasure is decided, and give how many these were.

    The staged batch goes first, for whoever applies it later must not bring a record back; then day files
    and index; the rows of the database last. Each step is done again when a crash came before the last one.
    Raises CannotWrite, and LookupError when no log was begun.
    """
    with only_writer():
        recover()
        log = open_log()
        leaves = _decided(log.tree.size)
        if leaves:
            _scrub_staged(leaves)
            # A crash before this line leaves the folder as it was; after it, records are gone that the
            # database still takes for published. Doing it again changes nothing in the folder.
            erase_records(options().log, log.key.verifier, leaves)
            _mark_erased(leaves, today)
        sweep_database()
        return len(leaves)


def log_notices(today: date, *, rng: Random | None = None) -> int:
    """Log what was erased since the last notices, together and shuffled; give how many notices these were.

    Behind them goes the head of the audit chain, if there is one: nobody writes it anew from then on. It
    may run as often as one likes: notices are logged in the first run of a calendar week (ISO 8601).
    Raises CannotWrite, and LookupError when no log was begun.
    """
    with only_writer():
        recover()
        log = open_log()
        if log.noticed is not None and _week(today) <= _week(log.noticed):
            return 0
        leaves = list(Erasure.objects.filter(state=Erasure.State.DONE).values_list("leaf", flat=True))
        (rng or secrets.SystemRandom()).shuffle(leaves)
        entries = [encode_leaf(Erased(leaf)) for leaf in leaves]
        if (head := chain_head()) is not None:
            entries.append(encode_leaf(AuditHead(head)))
        if entries:
            batch = Batch(log.tree.size, entries, [])
            append_batch(log, batch, partial(_mark_noticed, leaves, today), noticed=today)
        else:
            # What is erased later this week waits for the next, so that it is not noticed alone.
            Head.objects.filter(id=1).update(noticed=today)
        sweep_database()
        return len(leaves)


def take_out_of_count(reasons: Mapping[int, UncountedReason], *, rng: Random | None = None) -> int:
    """Log that statements, by leaf, count no longer, and why; give how many did until now.

    Raises CannotWrite, and LookupError for a leaf that is no statement: nothing was changed then.
    """
    with only_writer():
        recover()
        log = open_log()
        counted = [leaf for leaf in reasons if _is_counted(Reader(options().log), leaf)]
        (rng or secrets.SystemRandom()).shuffle(counted)
        if counted:
            entries = [encode_leaf(Uncounted(leaf, reasons[leaf])) for leaf in counted]
            append_batch(log, Batch(log.tree.size, entries, []), lambda: None)
            sweep_database()
        return len(counted)


def _decided(size: int) -> frozenset[int]:
    """Give the leaves whose erasure is decided; a decision about a leaf that is no statement is dropped."""
    asked = list(Erasure.objects.filter(state=Erasure.State.CONSENTED).values_list("leaf", flat=True))
    leaves = frozenset(leaf for leaf in asked if is_statement(options().log, size, leaf))
    mistaken = [leaf for leaf in asked if leaf not in leaves]
    for some in in_chunks(mistaken):
        logger.warning("there is no statement to erase at %s", some)
        Erasure.objects.filter(leaf__in=some).delete()
    return leaves


def _scrub_staged(leaves: Collection[int]) -> None:
    staged = Head.objects.get()
    batch = decode_batch(bytes(staged.batch))
    kept = without_records(batch, leaves)
    if len(kept.lines) < len(batch.lines):
        # A crash before the commit leaves the staged batch whole; its records are then scrubbed again.
        Head.objects.filter(id=1, checkpoint=staged.checkpoint).update(batch=encode_batch(kept))


def _mark_erased(leaves: Collection[int], today: date) -> None:
    with transaction.atomic():
        for some in in_chunks(leaves):
            Receipt.objects.filter(leaf__in=some).update(state=Receipt.State.ERASED)
            Erasure.objects.filter(leaf__in=some).update(state=Erasure.State.DONE, day=today)
            HideRequest.objects.filter(leaf__in=some).delete()


def _mark_noticed(leaves: Collection[int], today: date) -> None:
    for some in in_chunks(leaves):
        Erasure.objects.filter(leaf__in=some).update(state=Erasure.State.NOTICED, day=today)


def _is_counted(reader: Reader, leaf: int) -> bool:
    match reader.by_leaf(leaf):
        case Entry(counted=counted):
            return counted
        case _:
            raise LookupError(f"leaf {leaf} is not a statement of this log")


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week
