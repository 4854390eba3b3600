"""The one thing that changes the audit chain: an entry is added at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from tuidang.base.audit.chain import Act, hash_thing, next_entry
from tuidang.base.audit.models import AuditEntry
from tuidang.base.audit.queries import as_entry
from tuidang.privacy.keys import KeyFolder

_LOCK = 0x7475_6964  # any number that nobody else of this database takes


def write_audit(who: str, act: Act, thing: str, now: datetime) -> None:
    """Add one act to the chain. Call it last in the transaction of the act itself.

    `who`: a pseudonym, or `chain.AT_SHELL`. `thing`: what names the object within the house ("leaf 7"); only
    its keyed hash is kept, and of `now` the hour. Others who write wait from here until the transaction ends.
    """
    write_audits(who, act, (thing,), now)


@contextmanager
def noted(who: str, act: Act, thing: str, now: datetime) -> Iterator[None]:
    """Do an act and add it to the chain, in one transaction: both, or neither where it raises."""
    with transaction.atomic():
        yield
        write_audit(who, act, thing, now)


def write_audits(who: str, act: Act, things: Iterable[str], now: datetime) -> None:
    """Add one act for each of several things."""
    key = KeyFolder(settings.TUIDANG.keys).audit_key()
    with transaction.atomic():
        # SQLite's transactions are the only writer from their beginning (`transaction_mode`); PostgreSQL has
        # many, and who reads the end after the lock sees what the one before him has committed.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        row = AuditEntry.objects.order_by("-ordinal").first()
        last = as_entry(row) if row else None
        added = []
        for thing in things:
            last = next_entry(last, who, act, hash_thing(key, thing), now)
            added.append(last)
        AuditEntry.objects.bulk_create(
            AuditEntry(
                ordinal=entry.ordinal,
                who=entry.who,
                act=entry.act,
                hour=entry.hour,
                thing=entry.thing,
                previous=entry.previous,
                hash=entry.hash,
            )
            for entry in added
        )
    # A crash before the commit leaves neither the act nor its entry.
