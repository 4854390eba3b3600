"""What is stored in place of a call: keyed hashes that only the same call, or the same PIN, gives again."""

from __future__ import annotations

import hmac
from hashlib import sha256

CALL_ID_BYTES = 16
PIN_DIGITS = 6
_VERSION = 1
_KEY_ID = 1


def withdrawal_key(call_id: bytes, round_: int) -> bytes:
    """Return the idempotency key, 16 bytes, of a call's confirmation number `round_`, from 0.

    The call's id is random and stored nowhere: afterwards nobody can make this key again.
    """
    message = b"tuidang/withdrawal/v1\n" + _checked(call_id) + round_.to_bytes(4, "big")
    return sha256(message).digest()[:16]


def call_hash(key: bytes, call_id: bytes) -> bytes:
    """Return the 32 bytes by which a call is known again that asks for the same a second time."""
    return hmac.digest(key, b"tuidang/call/v1\n" + _checked(call_id), "sha256")


def draft_hash(key: bytes, call: str) -> bytes:
    """Return the 32 bytes by which what is typed during a call is found again while the call lasts."""
    return hmac.digest(key, b"tuidang/draft/v1\n" + call.encode(), "sha256")


def make_pin(key: bytes, call_id: bytes) -> str:
    """Return the PIN of a call: six digits, always the same. Two calls may have the same one.

    256 bits taken modulo a million are uneven by less than 2^-236.
    """
    number = int.from_bytes(hmac.digest(key, b"tuidang/pin/v1\n" + _checked(call_id), "sha256"), "big")
    return f"{number % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def pin_hash(key: bytes, pin: str) -> bytes:
    """Return what is stored in place of a PIN, 18 bytes: version, key id, and 128 bits of HMAC-SHA256.

    With the key, a million PINs are soon tried: this keeps a copy of the database alone from telling them.
    """
    digest = hmac.digest(key, b"tuidang/pin-lookup/v%d\n%s" % (_VERSION, pin.encode()), "sha256")
    return bytes((_VERSION, _KEY_ID)) + digest[:16]


def _checked(call_id: bytes) -> bytes:
    if len(call_id) != CALL_ID_BYTES:
        raise ValueError(f"a call's id has {CALL_ID_BYTES} bytes, not {len(call_id)}")
    return call_id
