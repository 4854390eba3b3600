"""Signed notes: a text, and under it lines that each carry one key's signature. Keys, signing and opening.

Specification: c2sp.org/signed-note (Ed25519, type 01) and c2sp.org/tlog-cosignature (timestamped Ed25519,
type 04). The text form of keys is that of Go's golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

import nacl.exceptions
import nacl.signing

MAX_NOTE = 1_000_000  # bytes; a checkpoint has a few hundred
MAX_SIGNATURES = 100
_DASH = "\N{EM DASH} "
_NO_TIME = 1 << 63  # POSIX seconds, from which on nothing is a time (c2sp.org/tlog-cosignature, "Format")


class NoteError(ValueError):
    """A note or a key is not well formed, or no trusted key has signed the note."""


class KeyKind(IntEnum):
    """The signature types that we know (c2sp.org/signed-note, "Signature types")."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True)
class Signature:
    """One verified signature. `timestamp` (POSIX seconds) is said by cosigners only."""

    name: str
    key_id: bytes
    timestamp: int | None = None


@dataclass(frozen=True)
class Note:
    """The text of a note, and who has verifiably signed it."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name: what someone must have from a trusted source to believe a note."""

    name: str
    public: bytes
    kind: KeyKind = KeyKind.ED25519

    @property
    def key_id(self) -> bytes:
        return _key_id(self.name, bytes([self.kind]) + self.public)

    @property
    def text(self) -> str:
        """The key as `name+hash+base64`, the form that Go's note.NewVerifier reads."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a key from its text form. Raises NoteError and says what is wrong."""
        name, key_id, key = _split_key(text.strip(), "verifier key", "name+hash+base64")
        if key[0] not in list(KeyKind) or len(key) != 33:
            raise NoteError(
                f"the verifier key of {name} is of type {key[0]} with {len(key) - 1} bytes; "
                "we know Ed25519 keys (types 1 and 4) of 32 bytes"
            )
        verifier = cls(name, key[1:], KeyKind(key[0]))
        if verifier.key_id.hex() != key_id:
            raise NoteError(
                f"the verifier key of {name} is damaged: its own hash says {key_id}, "
                f"but its bytes give {verifier.key_id.hex()}. Copy the whole line again from its source"
            )
        return verifier

    def check(self, text: str, signature: bytes) -> Signature | None:
        """Return who signed if these bytes (without the key id) are this key's signature of the text, else
        None.
        """
        timestamp: int | None = None
        message = text.encode()
        if self.kind is KeyKind.COSIGNATURE:
            timestamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            if timestamp >= _NO_TIME:
                return None
            message = _cosigned(text, timestamp)
        try:
            nacl.signing.VerifyKey(self.public).verify(message, signature)
        except (nacl.exceptions.BadSignatureError, ValueError):
            return None
        return Signature(self.name, self.key_id, timestamp)


@dataclass(frozen=True)
class SigningKey:
    """A private key under a name, of a log or a witness. Its text form is a secret, which `repr` hides."""

    name: str
    seed: bytes = field(repr=False)
    kind: KeyKind = KeyKind.ED25519

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, bytes(nacl.signing.SigningKey(self.seed).verify_key), self.kind)

    @property
    def text(self) -> str:
        """The key as `PRIVATE+KEY+name+hash+base64`, the form that Go's note.NewSigner reads."""
        key = bytes([self.kind]) + self.seed
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{_encode(key)}"

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read a key from its text form. Raises NoteError, which never repeats the key."""
        form = "PRIVATE+KEY+name+hash+base64"
        if not text.startswith("PRIVATE+KEY+"):
            raise NoteError(
                f"a signing key begins with PRIVATE+KEY+ and has the form {form}; this text does not"
            )
        name, key_id, key = _split_key(text.strip().removeprefix("PRIVATE+KEY+"), "signing key", form)
        if key[0] not in list(KeyKind) or len(key) != 33:
            raise NoteError(f"the signing key of {name} is not an Ed25519 key (type 1 or 4) of 32 bytes")
        signer = cls(name, key[1:], KeyKind(key[0]))
        if signer.verifier.key_id.hex() != key_id:
            raise NoteError(f"the signing key of {name} is damaged: its hash does not fit its bytes")
        return signer

    def sign(self, text: str) -> str:
        """Return the text as a note signed by this key of a log."""
        if not text.endswith("\n") or not _is_clean(text):
            raise NoteError("the text of a note ends in a newline and has no control characters but newlines")
        return f"{text}\n{self._line(KeyKind.ED25519, text.encode())}"

    def cosign(self, text: str, timestamp: int) -> str:
        """Return the line by which this key of a witness says, at this time, that it saw this checkpoint."""
        if not 0 <= timestamp < _NO_TIME:
            raise NoteError(f"{timestamp} is no time in POSIX seconds")
        return self._line(KeyKind.COSIGNATURE, _cosigned(text, timestamp), timestamp.to_bytes(8, "big"))

    def _line(self, kind: KeyKind, message: bytes, before: bytes = b"") -> str:
        if self.kind is not kind:  # a key of both would say, as a witness, what it only said as a log
            raise NoteError(
                f"the key of {self.name} is of type {self.kind}, and this takes one of type {kind}"
            )
        signature = nacl.signing.SigningKey(self.seed).sign(message).signature
        return signature_line(self.name, self.verifier.key_id + before + signature)


def generate_key(name: str, kind: KeyKind = KeyKind.ED25519) -> tuple[SigningKey, VerifierKey]:
    """Make a new key pair. The name is best a schema-less URL: `example.org/log`."""
    _check_name(name)
    key = SigningKey(name, bytes(nacl.signing.SigningKey.generate()), kind)
    return key, key.verifier


def signature_line(name: str, raw: bytes) -> str:
    """Write a signature, or one that `split_note` gave, as its line of a note."""
    return f"{_DASH}{name} {_encode(raw)}\n"


def split_note(signed: str | bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Split a note into its text and its (name, key id and signature) pairs, trusting nothing. Raises
    NoteError.
    """
    if len(signed) > MAX_NOTE:
        raise NoteError(f"the note has {len(signed)} bytes; more than {MAX_NOTE} are not read")
    try:
        signed = (signed.encode() if isinstance(signed, str) else signed).decode()
    except UnicodeError:
        raise NoteError("the note is not valid UTF-8") from None
    if not _is_clean(signed):
        raise NoteError("the note has a control character other than newline")
    text, blank, lines = signed.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError(
            "the note has no signatures: it should end in a blank line and lines that begin with a dash"
        )
    signatures = [_split_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > MAX_SIGNATURES:
        raise NoteError(f"the note has {len(signatures)} signatures; more than {MAX_SIGNATURES} are not read")
    return text + "\n", signatures


def open_note(signed: str | bytes, *verifiers: VerifierKey) -> Note:
    """Return the note if at least one of these keys has signed it and none of their signatures is wrong.

    Signatures by other keys are ignored. Raises NoteError. Source: c2sp.org/signed-note, "Signatures".
    """
    text, lines = split_note(signed)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signatures: dict[tuple[str, bytes], Signature] = {}
    for name, raw in lines:
        key = (name, raw[:4])
        if key not in known:
            continue
        signature = known[key].check(text, raw[4:])
        if signature is None:
            raise NoteError(
                f"the signature of {name} is wrong: the text or the signature was altered after signing. "
                "Fetch it again; if it stays wrong, do not trust this source"
            )
        signatures[key] = signature
    if not signatures:
        wanted = ", ".join(f"{name}+{key_id.hex()}" for name, key_id in known) or "(no key given)"
        found = ", ".join(f"{name}+{raw[:4].hex()}" for name, raw in lines)
        raise NoteError(
            f"no trusted key has signed this note: it is signed by {found}, and we trust {wanted}. "
            "Check that the verifier key belongs to this log"
        )
    return Note(text, tuple(signatures.values()))


def _split_signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteError(f"this line of the note is not a signature: {line[:80]!r}")
    _check_name(name)
    raw = _decode(encoded)
    if raw is None or len(raw) < 5:
        raise NoteError(f"the signature of {name} is not base64 of a key id and a signature")
    return name, raw


def _split_key(text: str, what: str, form: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decode(encoded)
    if not name or len(key_id) != 8 or not key:
        raise NoteError(f"the {what} is not of the form {form}. Copy the whole line again from its source")
    _check_name(name)
    return name, key_id, key


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name) or not _is_clean(name):
        raise NoteError(
            f"a key's name is not empty and has no spaces, plus signs or control characters: {name!r}"
        )


def _cosigned(text: str, timestamp: int) -> bytes:
    """Return what a cosignature signs (c2sp.org/tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _is_clean(text: str) -> bool:
    return all(character >= " " or character == "\n" for character in text)


def _key_id(name: str, key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + key).digest()[:4]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes | None:
    """Decode base64 strictly: some bytes have one text only, so that no altered character passes unseen."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encode(raw) == text else None
