"""A device that makes passkeys and signs with them, as browsers hand it on; wrongly where a test says so."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from playwright.sync_api import Page

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
MAKE = bytes.fromhex("c0ffee00c0ffee00c0ffee00c0ffee00")  # which says who built the device


@dataclass
class Device:
    """One device with one passkey for one site."""

    origin: str = "http://testserver"
    host: str = "testserver"
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"a-passkey-of-linden"
    owner: bytes = b""
    counter: int = 41

    def make(self, options: str) -> str:
        """Make the passkey that a page asks for."""
        asked = json.loads(options)
        self.owner = websafe_decode(asked["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        about = MAKE + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(self.flags | HAS_KEY) + about
        response = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
            "attestationObject": websafe_encode(
                cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
            ),
        }
        return self._answer(response)

    def sign(self, options: str) -> str:
        """Sign what a page asks for."""
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._data(self.flags)
        signed = data + hashlib.sha256(websafe_decode(client)).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": websafe_encode(self.owner),
        }
        return self._answer(response)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _client(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _answer(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def give_device(page: Page, *, verifies: bool = True) -> None:
    """Plug in a device that keeps passkeys, and knows its owner, or does not."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verifies,
                "automaticPresenceSimulation": True,
            }
        },
    )
