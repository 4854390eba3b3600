"""Keys of the trust root: Ed25519, named after who holds them, sealed under a passphrase, read out in groups.

A public key is a line of text, as those of logs are (`name+hash+base64`). A private one lies in a file of one
line, which fits into a QR code for paper.
"""

from __future__ import annotations

import binascii
import re
import secrets
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.exceptions import CryptoError
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from tuidang.base import disk
from tuidang.privacy.passphrases import SALT_BYTES, stretch
from tuidang.privacy.sealing import CannotOpenError, open_sealed, seal
from tuidang.tlog.note import NoteError, SigningKey, VerifierKey

SHORTEST = 12  # characters of a passphrase
NAME = "x-tuidang-name"  # field of a key in the metadata: who holds it
_SEALED, _PLAIN = "tuidang-trust-key-v1 ", "PRIVATE+KEY+"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class KeyFileError(ValueError):
    """A file of a key cannot be used; the message says the mend."""


def tuf_key(key: VerifierKey) -> Key:
    """Return a public key as the metadata has it."""
    plain = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(key.public))
    return SSlibKey(plain.keyid, plain.keytype, plain.scheme, plain.keyval, {NAME: key.name})


def tuf_signer(key: SigningKey) -> CryptoSigner:
    """Return what signs metadata with this private key."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(key.seed))


def holder_of(key: Key) -> str:
    """Say who holds a key of the metadata, as far as it says that."""
    return str(key.unrecognized_fields.get(NAME, "somebody"))


def fingerprint(data: bytes) -> str:
    """Return the fingerprint of bytes: SHA-256, 64 hexadecimal digits."""
    return sha256(data).hexdigest()


def read_fingerprint(text: str) -> str:
    """Read a fingerprint as people write it down, in groups or not. Raises ValueError."""
    found = re.sub(r"[\s:.-]", "", text).lower()
    if not _FINGERPRINT.fullmatch(found):
        raise ValueError("a fingerprint has 64 digits, 0 to 9 and a to f, best in groups of four")
    return found


def in_groups(digits: str) -> tuple[str, ...]:
    """Write a fingerprint as four lines of four groups, for two people at the telephone."""
    groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    return tuple(" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))


def seal_key(key: SigningKey, passphrase: str) -> str:
    """Write a private key as the line of its file, sealed under a passphrase (Argon2id, NaCl's secretbox)."""
    salt = secrets.token_bytes(SALT_BYTES)
    sealed = seal(stretch(passphrase, salt), key.text.encode())
    return f"{_SEALED}{b64encode(salt + sealed).decode()}\n"


def is_sealed(text: str) -> bool:
    """Tell whether a passphrase opens the line of a key's file."""
    return text.startswith(_SEALED)


def open_key(text: str, passphrase: str = "") -> SigningKey:
    """Read the line of a private key's file. Raises KeyFileError."""
    try:
        if text.startswith(_PLAIN):
            return SigningKey.parse(text)
        if not is_sealed(text):
            raise KeyFileError("this is no private key of a trust root")
        data = b64decode(text.removeprefix(_SEALED).strip(), validate=True)
        opened = open_sealed(stretch(passphrase, data[:SALT_BYTES]), data[SALT_BYTES:])
        return SigningKey.parse(opened.decode())
    except (NoteError, binascii.Error, UnicodeDecodeError) as error:
        raise KeyFileError(f"the key is damaged: {error}. Take its copy") from None
    except (CannotOpenError, CryptoError):
        raise KeyFileError("the key does not open: another passphrase, or it was altered") from None


def save_key(path: Path, line: str) -> None:
    """Write the file of a private key, durably, for its owner only. Raises FileExistsError and OSError."""
    if path.exists():
        raise FileExistsError(f"{path} is there already, and no key is overwritten")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk.replace(path, line.strip().encode() + b"\n")


def load_plain_key(path: Path) -> SigningKey:
    """Read a private key that has no passphrase. Raises KeyFileError and OSError."""
    return open_key(path.read_text())
