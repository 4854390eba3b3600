"""Proofs: made from the tiles of a log, and written as one text file that anyone can check without the log.

Specification: c2sp.org/tlog-proof (the file), RFC 6962, section 2.1 (the hashes in it).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from tuidang.tlog.checkpoint import Checkpoint, open_checkpoint
from tuidang.tlog.note import MAX_NOTE, VerifierKey
from tuidang.tlog.store import ReadableStore
from tuidang.tlog.tiles import WIDTH, range_root, read_bundle
from tuidang.tlog.tree import (
    HASH_SIZE,
    ProofError,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
)

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """That an entry is in a log: its index, the path of hashes to the root, and the signed checkpoint,
    verbatim.

    `extra` is not covered by the specification. Ours is the entry itself, so that the file needs nothing
    beside it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @property
    def text(self) -> str:
        """The proof as a `.tlog-proof` file."""
        extra = [] if self.extra is None else [f"extra {_encode(self.extra)}"]
        lines = [_HEADER, *extra, f"index {self.index}", *map(_encode, self.hashes), "", self.checkpoint]
        return "\n".join(lines)


def parse_proof(text: str) -> Proof:
    """Read a `.tlog-proof` file, trusting nothing in it. Raises ProofError and says what is wrong."""
    if len(text) > MAX_NOTE:
        raise ProofError(f"a proof of more than {MAX_NOTE} characters is not read")
    head, blank, checkpoint = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != _HEADER:
        raise ProofError(f"the file is not a proof: its first line is not {_HEADER}")
    if not blank:
        raise ProofError("the proof was cut short: a blank line and the checkpoint are missing")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _decode(lines.pop(0).removeprefix("extra "), "extra line")
    match = _INDEX.fullmatch(lines[0]) if lines else None
    if match is None:
        raise ProofError("the proof has no line with the index of its entry, such as: index 1234")
    hashes = tuple(_decode(line, "hash") for line in lines[1:])
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofError(f"a hash in the proof is not of {HASH_SIZE} bytes")
    return Proof(int(match[1]), hashes, checkpoint, extra)


def prove(store: ReadableStore, signed: str, verifier: VerifierKey, index: int) -> Proof:
    """Make the proof of an entry, with the entry itself as extra data.

    The checkpoint is the log's newest, or any older one whose partial tiles are still there. The proof is
    checked before it is returned. Raises CheckpointError, TileError for a missing file, ProofError for an
    altered one.
    """
    checkpoint = open_checkpoint(signed, verifier)
    if not 0 <= index < checkpoint.size:
        raise ProofError(f"the log has {checkpoint.size} entries, numbered from 0: there is no entry {index}")
    entry = read_bundle(store, index // WIDTH, checkpoint.size)[index % WIDTH]
    proof = Proof(index, inclusion_proof(store, checkpoint.tree, index), signed, entry)
    check_proof(proof, entry, verifier)
    return proof


def check_proof(proof: Proof, entry: bytes, verifier: VerifierKey, *witnesses: VerifierKey) -> Checkpoint:
    """Check that this entry is in the log of this key; return the checkpoint that says so.

    Raises CheckpointError for a wrong signature, ProofError for a proof that does not lead to the root.
    """
    checkpoint = open_checkpoint(proof.checkpoint, verifier, *witnesses)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.tree, proof.hashes)
    return checkpoint


def inclusion_proof(store: ReadableStore, tree: Tree, index: int) -> tuple[bytes, ...]:
    """Read the inclusion proof of a leaf from the tiles, unchecked. Raises TileError for a missing file."""
    ranges = inclusion_ranges(index, tree.size)
    return tuple(range_root(store, start, end, tree.size) for start, end in ranges)


def consistency_proof(store: ReadableStore, old: Tree, new: Tree) -> tuple[bytes, ...]:
    """Make the proof that the new tree continues the old one, and check it.

    Raises TileError for a missing file, ProofError if the new tree does not continue the old one.
    """
    # There is no way from a larger tree to a smaller one; the check says so.
    proof = consistency_hashes(store, old.size, new.size) if old.size <= new.size else ()
    check_consistency(old, new, proof)
    return proof


def consistency_hashes(store: ReadableStore, old_size: int, size: int) -> tuple[bytes, ...]:
    """Read the consistency proof between two sizes from the tiles, unchecked. Raises TileError for a missing
    file.
    """
    return tuple(range_root(store, start, end, size) for start, end in consistency_ranges(old_size, size))


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProofError(f"the {what} of the proof is not base64: {text[:60]!r}") from None
    if _encode(raw) != text:
        raise ProofError(f"the {what} of the proof is not base64 in its one right form: {text[:60]!r}")
    return raw
