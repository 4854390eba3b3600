"""Passkeys (WebAuthn): what the browser is asked, and whether what its device signed is right. No database.

What a device tells beside its key, its make and how often it signed, is not kept.
"""

from __future__ import annotations

import json
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST = 20_000  # characters of what a browser answers
_MISTAKES = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    struct.error,
    OverflowError,
    RecursionError,
)
_NAME = "Desk"  # shown by the device; it says nothing to whoever looks over a shoulder


class WrongPasskeyError(ValueError):
    """What the browser answered is not what was asked for, or not signed by whom it should be."""


@dataclass(frozen=True)
class Site:
    """Whom a passkey belongs to: a host name, and the origin a browser states."""

    host: str
    origin: str


@dataclass(frozen=True)
class Asked:
    """What the browser is to do, as JSON, and what is needed to check its answer."""

    options: str
    challenge: str


def ask_to_make(site: Site, volunteer: uuid.UUID, pseudonym: str, known: Sequence[bytes]) -> Asked:
    """Ask a device to make a passkey for a volunteer, unless it has one of those known."""
    options, state = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=volunteer.bytes, name=pseudonym, display_name=pseudonym),
        [AttestedCredentialData(credential) for credential in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(json.dumps(dict(options)["publicKey"]), state["challenge"])


def read_made(site: Site, challenge: str, answer: str) -> bytes:
    """Give the passkey that was made, as it is kept. Raises WrongPasskeyError."""
    try:
        made = _server(site).register_complete(_state(challenge), _parse(answer)).credential_data
        if made is None:
            raise WrongPasskeyError
        return bytes(AttestedCredentialData.create(bytes(16), made.credential_id, made.public_key))
    except _MISTAKES as error:
        raise WrongPasskeyError from error


def ask_to_sign(site: Site) -> Asked:
    """Ask for any passkey of this site; who it belongs to is said by the device."""
    options, state = _server(site).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return Asked(json.dumps(dict(options)["publicKey"]), state["challenge"])


def read_owner(answer: str) -> uuid.UUID:
    """Read whose passkey has signed, as the device says. Raises WrongPasskeyError."""
    try:
        return uuid.UUID(bytes=websafe_decode(_parse(answer)["response"]["userHandle"]))
    except _MISTAKES as error:
        raise WrongPasskeyError from error


def check_signed(site: Site, challenge: str, answer: str, kept: Sequence[bytes]) -> int:
    """Give the place, among those kept, of the passkey that has signed. Raises WrongPasskeyError."""
    try:
        known = [AttestedCredentialData(credential) for credential in kept]
        return known.index(_server(site).authenticate_complete(_state(challenge), known, _parse(answer)))
    except _MISTAKES as error:
        raise WrongPasskeyError from error


def _server(site: Site) -> Fido2Server:
    # To the letter: a page of another port or scheme of this host is another page.
    return Fido2Server(
        PublicKeyCredentialRpEntity(name=_NAME, id=site.host),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == site.origin,
    )


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}


def _parse(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise WrongPasskeyError
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise WrongPasskeyError
    return parsed
