"""Whose checkpoint is it: a log that grows, one that was sealed and ends there, or a thief's. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from tuidang.tlog.note import NoteError, VerifierKey, split_note
from tuidang.tlog.proof import consistency_proof
from tuidang.tlog.store import ReadableStore
from tuidang.tlog.tiles import TileError
from tuidang.tlog.tree import ProofError
from tuidang.trust.reading import NotTrustedError
from tuidang.trust.says import TrustedLog


@dataclass(frozen=True)
class Belief:
    """The key by which a checkpoint is believed, and where the logs before it were sealed."""

    key: VerifierKey
    earlier: tuple[VerifierKey, ...] = ()  # keys of the logs before it
    ends: tuple[Checkpoint, ...] = ()
    is_sealed: bool = False  # the checkpoint is the last one of a log that another has gone on from


def find_log(logs: Sequence[TrustedLog], signed: str | bytes) -> Belief:
    """Say by which key of ours this checkpoint is believed. Raises NotTrustedError.

    A sealed log is believed at its end alone. What its key signs beyond may be a thief's; and what it signed
    before, nobody can tell from another history without the leaves up to the end.
    """
    try:
        signers = {(name, raw[:4]) for name, raw in split_note(signed)[1]}
    except NoteError as error:
        raise NotTrustedError(f"the checkpoint is not well formed: {error}") from None
    for number, log in reversed([*enumerate(logs)]):
        if (log.key.name, log.key.key_id) not in signers:
            continue
        earlier = tuple(one.key for one in logs[:number])
        ends = tuple(end for end in (one.end for one in logs[:number]) if end)
        if log.end is None:
            return Belief(log.key, earlier, ends)
        try:
            found = open_checkpoint(signed, log.key)
        except CheckpointError as error:
            raise NotTrustedError(str(error)) from None
        if found.tree != log.end.tree:
            raise NotTrustedError(_why_not(found, log.end, logs[-1].key.name))
        return Belief(log.key, earlier, ends, is_sealed=True)
    raise NotTrustedError("no log that the trust root names has signed this checkpoint")


def check_ends(store: ReadableStore, newest: Checkpoint, belief: Belief) -> list[str]:
    """Name every sealed log whose leaves this log does not begin with. Raises OSError."""
    problems = []
    for end in belief.ends:
        try:
            consistency_proof(store, end.tree, newest.tree)
        except (ProofError, TileError) as error:
            problems.append(
                f"this log does not go on from {end.origin}, sealed at {end.size} leaves: {error}"
            )
    return problems


def parts(newest: Checkpoint, belief: Belief) -> list[tuple[str, int]]:
    """Say how many leaves were signed under each name, in their order; together they are the whole log."""
    sizes = [*((end.origin, end.size) for end in belief.ends), (newest.origin, newest.size)]
    before = [0, *(size for _, size in sizes)]
    return [(origin, size - old) for (origin, size), old in zip(sizes, before, strict=False)]


def _why_not(found: Checkpoint, end: Checkpoint, newest: str) -> str:
    if found.size > end.size:
        return (
            f"{found.origin} was sealed at {end.size} leaves, and this checkpoint has {found.size}: whoever "
            f"signed it is not believed. {newest} goes on from there"
        )
    if found.size == end.size:
        return f"{found.origin} was sealed with another tree of {end.size} leaves: this one is a forgery"
    return (
        f"this is an older copy of {found.origin}, which was sealed at {end.size} leaves: fetch a newer "
        f"one, of {newest}"
    )
