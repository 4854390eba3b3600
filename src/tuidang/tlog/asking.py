"""How a log asks a witness for its cosignature (c2sp.org/tlog-witness)."""

from __future__ import annotations

from tuidang.tlog.note import split_note
from tuidang.tlog.policy import Witness
from tuidang.tlog.proof import consistency_hashes
from tuidang.tlog.remote import post
from tuidang.tlog.store import ReadableStore
from tuidang.tlog.tree import Tree
from tuidang.tlog.witness import PATH, Request, read_cosignature, read_size


class NotCosigned(Exception):  # noqa: N818 - an outcome; the message says why, perhaps in a stranger's words
    """A witness did not cosign, or could not be asked."""


def ask_witness(store: ReadableStore, signed: str, tree: Tree, witness: Witness, seconds: float) -> str:
    """Return the line by which a witness cosigns this checkpoint of the log in the store.

    It is asked twice at most, `seconds` each: first it says which size it has seen, since a note of ours of
    that could be lost or wrong. Raises NotCosigned, and TileError for a missing file.
    """
    url = f"{witness.url.rstrip('/')}/{PATH}"
    old_size = 0
    for _ in range(2):
        request = Request(old_size, consistency_hashes(store, old_size, tree.size), signed)
        try:
            status, answer = post(url, request.text.encode(), seconds)
        except OSError as error:
            raise NotCosigned(str(error)) from None
        body = answer.decode(errors="replace")
        if status == 200:
            line = read_cosignature(body, split_note(signed)[0], witness.key)
            if line is None:
                raise NotCosigned("it answered without a cosignature by the key that we have of it")
            return line
        seen = read_size(body) if status == 409 else None
        if status == 409 and 0 < old_size == tree.size and seen in {None, old_size}:
            raise NotCosigned(
                f"it has cosigned another tree of {old_size} leaves: this log has two histories. Find out why"
            )
        if seen is None:
            raise NotCosigned(f"it answered {status}: {body[:200].strip()!r}")
        if seen > tree.size:
            raise NotCosigned(
                f"it has cosigned {seen} leaves of this log, which has {tree.size}: the log was set back"
            )
        old_size = seen
    raise NotCosigned(f"it says that it has cosigned {old_size} leaves, and takes no proof from there")
