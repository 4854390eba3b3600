"""The do-not-call list: who said "never again" is never called again, in any campaign, and no number is kept.

A row holds a keyed hash of a number, for good. A new key serves new entries, look-up tries every key, none is
retired. With a key all numbers of China are soon tried one by one: this is hygiene, not secrecy.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tuidang.phone.models import DoNotCall, random_key
from tuidang.phone.rules import mobile_pattern
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.receipts import KeyRing, NumberedKey

_VERSION = 1
_NUMBER = b"tuidang/never/v1\n"
_MARK = b"tuidang/never/mark/v1\n"
_MARK_BYTES = 2  # of a key, so that a lost key is noticed even where another got its id
_HASH_BYTES = 16
_INSERT = "INSERT INTO phone_donotcall (id, hash) VALUES (%s, %s) ON CONFLICT (hash) DO NOTHING"
_FIND = "SELECT hash FROM phone_donotcall WHERE hash IN ({})"
_KEYS = "SELECT DISTINCT substr(hash, 1, %s) FROM phone_donotcall"


def never_call(number: str) -> None:
    """Put a number (E.164 digits) on the list, durably; without effect if it is there.

    Raises KeyMissingError if a key of the list is gone.
    """
    if is_never([number]):
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_INSERT, (random_key(), hash_number(never_keys().newest, number)))
    # A crash before the commit leaves the number off the list: the goodbye is spoken after this returns.


def is_never(numbers: Sequence[str]) -> set[str]:
    """Tell which of these numbers (E.164 digits) are on the list.

    Raises KeyMissingError if a key of the list is gone: then nobody can tell, and nobody may be called.
    """
    hashes = {hash_number(key, number): number for key in never_keys().keys for number in numbers}
    if not hashes:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(", ".join(["%s"] * len(hashes))), list(hashes))
        return {hashes[bytes(row[0])] for row in cursor.fetchall()}


def count_never() -> int:
    """Tell how many numbers are on the list. Raises KeyMissingError if a key of the list is gone."""
    never_keys()
    return DoNotCall.objects.count()


def read_number(typed: str) -> str:
    """Read a Chinese mobile as people write it ("+86 138 0013 8001", "13800138001"): E.164 digits.

    ValueError, which does not repeat it, for anything else.
    """
    digits = re.sub(r"[\s().–-]", "", typed)
    national = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
    if mobile_pattern().fullmatch(national) is None:
        raise ValueError(
            "this is no Chinese mobile number: eleven digits that begin with 1, after +86 or alone"
        )
    return f"86{national}"


def never_keys() -> KeyRing:
    """Give the keys of the list, newest first; a new one is seen at once. Raises KeyMissingError."""
    folder = settings.TUIDANG.keys
    return _checked_keys(folder, folder.stat().st_mtime_ns)


def hash_number(key: NumberedKey, number: str) -> bytes:
    """Return what is stored in place of a number: 20 bytes."""
    return _head(key) + hmac.digest(key.secret, _NUMBER + number.encode(), "sha256")[:_HASH_BYTES]


@lru_cache(maxsize=1)
def _checked_keys(folder: Path, _changed: int) -> KeyRing:
    """Read the keys, and see that none is missing with which an entry was made."""
    keys = KeyFolder(folder).never_keys()
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, (2 + _MARK_BYTES,))
        used = {bytes(row[0]) for row in cursor.fetchall()}
    if lost := used - {_head(key) for key in keys.keys}:
        ids = ", ".join(str(head[1]) for head in sorted(lost))
        raise KeyMissingError(
            f"a key is gone with which entries of the do-not-call list were made: restore"
            f" do-not-call.{ids}.key in {folder} from its backup; nobody is called meanwhile"
        )
    return keys


def _head(key: NumberedKey) -> bytes:
    return bytes((_VERSION, key.id)) + hmac.digest(key.secret, _MARK, "sha256")[:_MARK_BYTES]
