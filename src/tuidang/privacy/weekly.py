"""A key pair a week: whoever has its public half seals, and the private half lies away from the web server.

What is sealed has one length: it tells nobody whether much or little was said. A sealed box is libsodium's:
X25519 and XSalsa20-Poly1305 with a key pair made for this one message, so who sealed cannot open.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from tuidang.privacy.passphrases import SALT_BYTES, stretch
from tuidang.privacy.sealing import CannotOpenError

ENTRY_BYTES: Final = 2048  # of what is sealed, padded
SEALED_BYTES: Final = ENTRY_BYTES + 48  # and the sealing pair's public half, and the tag
KEY_BYTES: Final = 32
_WEEK: Final = re.compile(r"([0-9]{4})-W([0-9]{2})")  # and no digits of other scripts, which int() reads too
_MOST_BYTES: Final = 4096  # of a key's file
_FOR_OTHERS: Final = 0o077


class WeekKeyError(ValueError):
    """A file holds no key of a week, or it cannot be opened; the message says which and why."""


class PassphraseNeededError(WeekKeyError):
    """The key is sealed under a passphrase, and none was given, or another."""


@dataclass(frozen=True)
class WeekKey:
    """The private half of a week's pair."""

    week: str
    secret: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """Give the public half."""
        return bytes(PrivateKey(self.secret).public_key)


def week_of(day: date) -> str:
    """Name the week of a day as ISO 8601 does: 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(week: str) -> date:
    """Give the first day of a week; raises ValueError for what names none."""
    found = _WEEK.fullmatch(week)
    if found is None:
        raise ValueError(f"{week!r} names no week")
    return date.fromisocalendar(int(found[1]), int(found[2]), 1)


def weeks_from(day: date, count: int) -> tuple[str, ...]:
    """Name `count` weeks, beginning with that of a day."""
    return tuple(week_of(day + timedelta(weeks=number)) for number in range(count))


def make_week_key(week: str) -> WeekKey:
    """Make the pair of a week."""
    monday_of(week)
    return WeekKey(week, bytes(PrivateKey.generate()))


def seal_entry(public: bytes, content: bytes) -> bytes:
    """Seal up to 2,047 bytes, padded as in ISO/IEC 7816-4; gives 2,096 bytes. Raises ValueError for more."""
    if len(content) >= ENTRY_BYTES:
        raise ValueError(f"{len(content)} bytes do not fit in {ENTRY_BYTES - 1}")
    return bytes(SealedBox(PublicKey(public)).encrypt(sodium_pad(content, ENTRY_BYTES)))


def open_entry(secret: bytes, sealed: bytes) -> bytes:
    """Return what was sealed; raises CannotOpenError for another key, altered bytes, another length."""
    if len(sealed) != SEALED_BYTES:
        raise CannotOpenError("this has not the length of what is sealed")
    try:
        return sodium_unpad(SealedBox(PrivateKey(secret)).decrypt(sealed), ENTRY_BYTES)
    except (CryptoError, ValueError, TypeError) as error:
        raise CannotOpenError("this cannot be opened with this key") from error


def write_week_key(folder: Path, key: WeekKey, passphrase: str = "") -> Path:
    """Write a private half as <week>.key, for its owner alone; raises FileExistsError rather than replace."""
    named = {"v": 1, "week": key.week}
    if passphrase:
        salt = os.urandom(SALT_BYTES)
        sealed = bytes(SecretBox(stretch(passphrase, salt)).encrypt(key.secret))
        named |= {"salt": b64encode(salt).decode(), "sealed": b64encode(sealed).decode()}
    else:
        named |= {"secret": b64encode(key.secret).decode()}
    path = folder / f"{key.week}.key"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(named, separators=(",", ":")).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def read_week_key(path: Path, passphrase: str = "") -> WeekKey:
    """Read a private half; raises WeekKeyError, and PassphraseNeededError."""
    if path.stat().st_mode & _FOR_OTHERS:
        raise WeekKeyError(
            f"{path} is open to others: run chmod 0600 on it, and consider who may have read it"
        )
    try:
        named = json.loads(path.read_bytes()[:_MOST_BYTES])
        key = WeekKey(str(named["week"]), _secret_of(named, passphrase))
    except CryptoError as error:
        raise PassphraseNeededError(f"the passphrase does not open {path}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise WeekKeyError(f"{path} holds no private key of a week") from error
    if path.stem != key.week or len(key.secret) != KEY_BYTES:
        raise WeekKeyError(f"{path} holds another week's key, or none")
    return key


def _secret_of(named: dict[str, str], passphrase: str) -> bytes:
    if "secret" in named:
        return b64decode(named["secret"], validate=True)
    salt, sealed = (b64decode(named[name], validate=True) for name in ("salt", "sealed"))
    return bytes(SecretBox(stretch(passphrase, salt)).decrypt(sealed))
