"""The auditor's sealed file: which canaries he sent, and their receipts. It is never with us."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from tuidang.privacy.sealing import CannotOpenError, open_sealed, seal

SHORTEST = 12  # characters of a passphrase
_MAGIC = b"tuidang canaries v1\n"


class FileError(ValueError):
    """The file cannot be opened; the message says the mend."""


@dataclass
class Canary:
    """One statement of an auditor's."""

    channel: str
    sent: str  # day
    name: str
    orgs: tuple[str, ...]
    region: str = ""
    text: str = ""
    key: str = ""  # of the form, 32 hexadecimal digits: sent once more, it is the same statement
    receipt: str = ""  # empty: it was about to be sent when the program ended
    leaf: int | None = None  # where it was found in the register
    state: str = "sent"  # or found, other (the register has something else there), rejected, lost
    told: int | None = None  # in which round it was reported


@dataclass
class Canaries:
    """What the file holds."""

    site: str  # address; empty when all was sent by people
    canaries: list[Canary] = field(default_factory=list)

    @property
    def open(self) -> list[Canary]:
        """Give those that no round has reported yet."""
        return [canary for canary in self.canaries if canary.told is None]


def open_file(path: Path, passphrase: str) -> Canaries:
    """Open a sealed file. Raises FileError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from error
    if not data.startswith(_MAGIC):
        raise FileError(f"{path} is no file of canaries")
    start = len(_MAGIC) + argon2id.SALTBYTES
    try:
        content = json.loads(open_sealed(_key(passphrase, data[len(_MAGIC) : start]), data[start:]))
    except (CannotOpenError, CryptoError) as error:
        raise FileError(f"{path} does not open: another passphrase, or it was altered") from error
    canaries = [Canary(**one | {"orgs": tuple(one["orgs"])}) for one in content["canaries"]]
    return Canaries(content["site"], canaries)


def save_file(path: Path, passphrase: str, canaries: Canaries) -> None:
    """Seal and write it durably, under a new salt; only its owner may read it."""
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    content = json.dumps(asdict(canaries), ensure_ascii=False).encode()
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_MAGIC + salt + seal(_key(passphrase, salt), content))
        file.flush()
        # A crash before the next line leaves the old file; the half-written one the next save overwrites.
        os.fsync(file.fileno())
    fresh.replace(path)


def channels_of(canaries: Iterable[Canary]) -> dict[str, int]:
    """Count canaries by channel."""
    counts: dict[str, int] = {}
    for canary in canaries:
        counts[canary.channel] = counts.get(canary.channel, 0) + 1
    return dict(sorted(counts.items()))


def _key(passphrase: str, salt: bytes) -> bytes:
    return argon2id.kdf(
        SecretBox.KEY_SIZE,
        passphrase.encode(),
        salt,
        opslimit=argon2id.OPSLIMIT_INTERACTIVE,
        memlimit=argon2id.MEMLIMIT_INTERACTIVE,
    )
