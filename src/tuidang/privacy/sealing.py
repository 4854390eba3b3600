"""Sealing what waits for publication: the database alone tells nothing, not even how long a text is."""

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

PADDED_TO = 256


class CannotOpenError(ValueError):
    """What was sealed was changed, or another key sealed it."""


def seal(key: bytes, content: bytes) -> bytes:
    """Encrypt `content`, padded to a multiple of 256 bytes, under a 32-byte key.

    XSalsa20-Poly1305 with a random nonce (NaCl's secretbox), padding as in ISO/IEC 7816-4. Gives nonce
    (24 bytes), tag (16), ciphertext.
    """
    return bytes(SecretBox(key).encrypt(sodium_pad(content, PADDED_TO)))


def open_sealed(key: bytes, sealed: bytes) -> bytes:
    """Return what `seal` was given; raises CannotOpenError for another key or altered bytes."""
    try:
        return sodium_unpad(SecretBox(key).decrypt(sealed), PADDED_TO)
    except (CryptoError, ValueError, TypeError) as error:
        raise CannotOpenError("this cannot be opened with this key") from error
