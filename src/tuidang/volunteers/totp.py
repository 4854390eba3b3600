"""Codes of six digits that an app makes from a shared secret and the time (RFC 6238). Pure."""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import quote

SECRET_BYTES = 20
STEP = 30  # seconds
_DIGITS = 6
_AROUND = (0, -1, 1)  # steps by which a clock may be off


def new_secret() -> bytes:
    """Make a secret."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a step, the Unix time divided by 30 (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def matching_step(secret: bytes, typed: str, now: float) -> int | None:
    """Give the step around `now` (Unix time) whose code was typed; None when it is none."""
    digits = "".join(typed.split())
    if not digits.isascii():
        return None
    here = int(now) // STEP
    return next((here + n for n in _AROUND if hmac.compare_digest(code_at(secret, here + n), digits)), None)


def in_letters(secret: bytes) -> str:
    """Write a secret as it is typed into an app, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def app_address(secret: bytes, pseudonym: str, issuer: str) -> str:
    """Give what the QR code says to the app; `issuer` is the word under which the app lists it."""
    label = quote(f"{issuer}:{pseudonym}")
    return f"otpauth://totp/{label}?secret={base64.b32encode(secret).decode()}&issuer={quote(issuer)}"
