"""Checkpoints: the size and root of a log at one moment, signed by the log.

Specification: c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from tuidang.tlog.note import NoteError, SigningKey, VerifierKey, open_note
from tuidang.tlog.tree import HASH_SIZE, Tree

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(ValueError):
    """A checkpoint is not well formed, not signed as it should be, or of another log."""


@dataclass(frozen=True)
class Checkpoint:
    """A log's name for itself (`origin`), how many leaves it has, and the root hash (32 bytes) over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def tree(self) -> Tree:
        return Tree(self.size, self.root)

    @property
    def text(self) -> str:
        """The text that is signed: one line each, in the order of the fields."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(line + "\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint (without signatures). Raises CheckpointError."""
    origin, *lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 2 or not origin or not all(lines):
        raise CheckpointError(
            "a checkpoint has at least three lines, none empty: the log's origin, a size, a root"
        )
    size, encoded, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise CheckpointError(
            f"the second line of a checkpoint is the tree size, a decimal number: {size[:40]!r}"
        )
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != HASH_SIZE or base64.b64encode(root).decode() != encoded:
        raise CheckpointError(
            f"the third line of a checkpoint is the root hash, base64 of 32 bytes: {encoded[:60]!r}"
        )
    return Checkpoint(origin, int(size), root, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """Return the checkpoint as a signed note. The key's name is the log's origin."""
    if key.name != checkpoint.origin:
        raise CheckpointError(f"the key of {key.name} cannot sign for the log {checkpoint.origin}")
    return key.sign(checkpoint.text)


def open_checkpoint(signed: str | bytes, verifier: VerifierKey, *witnesses: VerifierKey) -> Checkpoint:
    """Return what a signed checkpoint says, if the log's own key has signed it. Raises CheckpointError.

    A wrong signature of a witness that is given makes the whole invalid; a missing one does not.
    """
    try:
        note = open_note(signed, verifier, *witnesses)
    except NoteError as error:
        raise CheckpointError(str(error)) from None
    if verifier.key_id not in [
        signature.key_id for signature in note.signatures if signature.name == verifier.name
    ]:
        raise CheckpointError(
            f"the log itself ({verifier.name}) has not signed this checkpoint, only witnesses have"
        )
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != verifier.name:
        raise CheckpointError(
            f"this is the checkpoint of {checkpoint.origin}, and the key is that of {verifier.name}"
        )
    return checkpoint
