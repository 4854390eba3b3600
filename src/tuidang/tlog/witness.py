"""What a log and a witness say to each other: a checkpoint with its proof, a cosignature or a refusal.

Specification: c2sp.org/tlog-witness, "add-checkpoint". Bytes only: who carries and keeps them is elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from tuidang.tlog.note import NoteError, VerifierKey, open_note, signature_line, split_note
from tuidang.tlog.tree import EMPTY_ROOT, HASH_SIZE, ProofError, Tree, check_consistency

PATH = "add-checkpoint"
MAX_REQUEST = 64 << 10  # bytes; a proof has some 4,000, a checkpoint with signatures a few hundred
SIZE_TYPE = "text/x.tlog.size"
_MAX_PROOF = 63  # hashes
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


class Refusal(Exception):  # noqa: N818 - it is an outcome: an answer without a cosignature
    """A witness does not cosign: the status of its answer, and the body that says why."""

    def __init__(self, status: int, body: str, content_type: str = "text/plain; charset=utf-8") -> None:
        super().__init__(f"{status}: {body.strip()}")
        self.status = status
        self.body = body
        self.content_type = content_type


class Contradiction(Refusal):
    """A log has signed two trees of one size: whoever shows both checkpoints convicts it."""


@dataclass(frozen=True)
class Request:
    """A signed checkpoint, verbatim, and the proof that it continues the tree of an older size."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The request as the body of a POST."""
        hashes = (base64.b64encode(value).decode() for value in self.proof)
        return "\n".join((f"old {self.old_size}", *hashes, "", self.checkpoint))


def parse_request(body: bytes) -> Request:
    """Read the body of a request, trusting nothing in it. Raises Refusal."""
    try:
        head, blank, checkpoint = body.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise _malformed("it is not UTF-8") from None
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or not blank:
        raise _malformed("it is a line `old SIZE`, the hashes of a proof, an empty line, and a checkpoint")
    if len(lines) > _MAX_PROOF:
        raise _malformed(f"a proof of more than {_MAX_PROOF} hashes")
    return Request(int(old[1]), tuple(map(_hash, lines)), checkpoint)


def examine_request(
    request: Request, logs: Mapping[str, Sequence[VerifierKey]], last: Callable[[str], Tree]
) -> Checkpoint:
    """Return the checkpoint if a witness may cosign it. Raises Refusal.

    `logs` has the keys that are trusted for each origin; `last` gives the tree last cosigned for one, which
    is the empty one before the first. Whoever calls lets nobody else in until the new tree is kept in its
    place, or two requests at once might roll it back.
    """
    try:
        new = parse_checkpoint(split_note(request.checkpoint)[0])
    except (NoteError, CheckpointError) as error:
        raise _malformed(str(error)) from None
    keys = logs.get(new.origin)
    if keys is None:
        raise Refusal(404, f"this witness does not know the log {new.origin}\n")
    try:
        open_note(request.checkpoint, *keys)
    except NoteError:
        raise Refusal(403, "it is not signed by a key that this witness trusts for that log\n") from None
    old = last(new.origin)
    if request.old_size > new.size:
        raise _malformed("its old size is greater than that of its checkpoint")
    if request.old_size != old.size:
        raise Refusal(409, f"{old.size}\n", SIZE_TYPE)
    if 0 < old.size == new.size and old.root != new.root:
        raise Contradiction(409, f"this witness has cosigned another tree of {old.size} leaves\n")
    if not new.size and new.root != EMPTY_ROOT:
        raise Refusal(422, "the root is not that of an empty tree\n")
    try:
        check_consistency(old, new.tree, request.proof)
    except ProofError as error:
        raise Refusal(422, f"{error}\n") from None
    return new


def read_size(body: str) -> int | None:
    """Return the size that a witness names in a 409; None when it names none."""
    named = _SIZE.fullmatch(body)
    return int(named[1]) if named else None


def read_cosignature(body: str, text: str, witness: VerifierKey) -> str | None:
    """Return the line by which this witness cosigns the text of a checkpoint; None if there is none.

    Lines of other keys, and wrong ones, are passed over.
    """
    try:
        _, lines = split_note(f"{text}\n{body}")
    except NoteError:
        return None
    for name, raw in lines:
        if (name, raw[:4]) == (witness.name, witness.key_id) and witness.check(text, raw[4:]):
            return signature_line(name, raw)
    return None


def _hash(line: str) -> bytes:
    try:
        raw = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != HASH_SIZE or base64.b64encode(raw).decode() != line:
        raise _malformed(f"a line of its proof is not base64 of {HASH_SIZE} bytes")
    return raw


def _malformed(why: str) -> Refusal:
    return Refusal(400, f"the request cannot be read: {why}\n")
