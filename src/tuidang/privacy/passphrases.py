"""Keys made of what somebody remembers: slowly, so that nobody tries many."""

from __future__ import annotations

from typing import Final

from nacl.pwhash import argon2id
from nacl.secret import SecretBox

SALT_BYTES: Final = argon2id.SALTBYTES


def stretch(passphrase: str, salt: bytes) -> bytes:
    """Make a key of 32 bytes of a passphrase: Argon2id, a quarter of a gigabyte, about a second."""
    return bytes(
        argon2id.kdf(
            SecretBox.KEY_SIZE,
            passphrase.encode(),
            salt,
            opslimit=argon2id.OPSLIMIT_MODERATE,
            memlimit=argon2id.MEMLIMIT_MODERATE,
        )
    )
