"""Sealing what waits, statements and numbers: the database alone tells nothing, not even a length."""

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

PADDED_TO = 256
NUMBER_PADDED_TO = 64


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


def seal_to(public_key: bytes, number: str) -> bytes:
    """Encrypt a telephone number, padded to 64 bytes, for who has the private half of a 32-byte key.

    X25519 and XSalsa20-Poly1305 with a key pair made for this one number (NaCl's sealed box): who sealed
    cannot open. Gives that pair's public half (32 bytes), tag (16), ciphertext; 112 bytes for every number.
    Raises ValueError, which does not name it, for what is no number of 1 to 15 digits.
    """
    if not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise ValueError("a telephone number has 1 to 15 digits, and nothing else")
    padded = sodium_pad(number.encode(), NUMBER_PADDED_TO)
    return bytes(SealedBox(PublicKey(public_key)).encrypt(padded))


def open_sealed_to(private_key: bytes, sealed: bytes) -> str:
    """Return what `seal_to` was given; raises CannotOpenError for another key or altered bytes."""
    try:
        padded = SealedBox(PrivateKey(private_key)).decrypt(sealed)
        return sodium_unpad(padded, NUMBER_PADDED_TO).decode("ascii")
    except (CryptoError, ValueError, TypeError) as error:
        raise CannotOpenError("this cannot be opened with this key") from error
