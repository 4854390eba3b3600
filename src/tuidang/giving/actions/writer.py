"""One writer at a time: ordinals and serial numbers have no gap, and a balance is what it was when asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.sealing import open_sealed, seal

_LOCK: Final = 0x6769_7665  # any number that nobody else of this database takes


@contextmanager
def one_writer() -> Iterator[None]:
    """Open a transaction in which nobody else writes about gifts.

    SQLite's transactions are the only writer from their beginning; PostgreSQL has many, and its triggers take
    the same lock, for who writes past us.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        yield


def seal_text(text: str) -> bytes:
    """Seal words about a donor under the key of donors, which lies outside the database."""
    return seal(donors_key(), text.encode()) if text else b""


def open_text(sealed: bytes | memoryview) -> str:
    """Open what `seal_text` sealed."""
    return open_sealed(donors_key(), bytes(sealed)).decode() if sealed else ""


def donors_key() -> bytes:
    """Give the key of donors."""
    return KeyFolder(settings.TUIDANG.keys).donors_key()
