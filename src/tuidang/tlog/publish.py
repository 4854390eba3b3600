"""How a log grows: stage the batch, swap the head, apply the batch to the store, publish the checkpoint last.

The order is what makes a crash harmless. The head (a few bytes that can be compared and swapped) decides
which batch is the next one; until the swap nothing outside has changed, and after it the batch is kept
beside the checkpoint that commits to it, so whoever starts next applies it again by the same code. A
checkpoint is seen outside only when everything under it is durable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tuidang.tlog.checkpoint import (
    Checkpoint,
    CheckpointError,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from tuidang.tlog.note import NoteError, SigningKey, split_note
from tuidang.tlog.store import CHECKPOINT, Store
from tuidang.tlog.tiles import (
    HEIGHT,
    WIDTH,
    TileError,
    bundle_path,
    edge_root,
    pack_bundle,
    read_bundle,
    right_edge,
    tile_path,
    unpack_bundle,
)
from tuidang.tlog.tree import EMPTY_TREE, HASH_SIZE, Tree, leaf_hashes, perfect_root


class RaceLost(Exception):  # noqa: N818 - it is an outcome that the caller expects, as StopIteration is
    """Another writer has advanced the log meanwhile. Nothing was changed; load the head and begin again."""


class PublishError(Exception):
    """The head, the staged batch and the store contradict each other. Nothing was published."""


@dataclass(frozen=True)
class HeadState:
    """The newest signed checkpoint ("" before the first), and the batch that led to it."""

    checkpoint: str
    staged: bytes | None


class Head(Protocol):
    """The one place that says which checkpoint is the newest.

    Every method may raise OSError, or a database error.
    """

    def checkpoint(self) -> str:
        """Return the newest checkpoint alone: a batch may be large."""

    def load(self) -> HeadState:
        """Return the newest checkpoint and its batch."""

    def swap(self, old_checkpoint: str, new_checkpoint: str, staged: Iterable[bytes]) -> None:
        """Durably replace checkpoint and batch, both or neither, if the checkpoint still is the old one.

        The batch comes in pieces, to be joined. Raises RaceLost if the checkpoint is another.
        """


@dataclass(frozen=True)
class Growth:
    """What a batch changes: the tree before and after, and the files to write, by their paths."""

    old: Tree
    new: Tree
    tiles: Mapping[str, bytes]
    bundles: Mapping[str, bytes]
    packed: Sequence[bytes]  # the new entries, as in a bundle


def grow(store: Store, old: Tree, entries: Sequence[bytes]) -> Growth:
    """Work out what it takes to append these entries to the old tree in this store. Writes nothing.

    Reads the right edge of the tree and checks it against the old root; raises TileError if it does not fit,
    ValueError for an entry of more than 65,535 bytes. Time and memory go with the batch, not with the tree.
    """
    edge = right_edge(store, old)
    started = read_bundle(store, old.size // WIDTH, old.size) if old.size % WIDTH else []
    if leaf_hashes(started) != (edge[0] if started else b""):
        raise TileError(
            f"{bundle_path(old.size // WIDTH, len(started))}: its entries are not those of the tree. Nothing "
            "was written. Restore the folder from a copy; `tuidang log verify` finds every altered file"
        )
    tiles, root = _hash(old.size, edge, entries)
    bundles, packed = _pack(old.size, started, entries)
    return Growth(old, Tree(old.size + len(entries), root), tiles, bundles, packed)


def apply_growth(store: Store, growth: Growth) -> None:
    """Write the files of a growth, and return when they are durable. Doing it again changes nothing.

    A crash leaves files that no checkpoint needs yet; recovery writes the same ones again.
    """
    for path, data in (*growth.tiles.items(), *growth.bundles.items()):
        store.add(path, data)
    store.sync()


def publish_checkpoint(store: Store, signed: str) -> None:
    """Show a signed checkpoint to the world, durably. Call it only after `apply_growth` has returned.

    A smaller checkpoint than the published one is not written: a slow writer must not turn the log back.
    Raises PublishError for one that contradicts the published one.
    """
    new = parse_checkpoint(split_note(signed)[0])
    old = _published(store)
    if old is not None:
        if old.origin != new.origin or (old.size == new.size and old.root != new.root):
            raise PublishError(
                f"the published checkpoint ({old.origin}, {old.size} entries) contradicts the new "
                f"one ({new.origin}, {new.size} entries). Nothing was published. Either two logs share this "
                "folder or it was altered: give each log its own folder, or restore this one from a copy"
            )
        if old.size > new.size:
            return
    # A crash before or in this line leaves the old checkpoint; recovery publishes the new one.
    store.write(CHECKPOINT, signed.encode())


def append(head: Head, store: Store, key: SigningKey, entries: Sequence[bytes]) -> Checkpoint:
    """Append a batch to the log, durably, and return its new checkpoint.

    With no entries it begins an empty log, or returns the checkpoint there is. Raises RaceLost, and
    whatever head and store raise; then `recover` or the next `append` completes what was swapped in, or
    nothing has happened.
    """
    newest = head.checkpoint()
    _complete(head, newest, store)
    old = open_checkpoint(newest, key.verifier) if newest else None
    if old is not None and not entries:
        return old
    growth = grow(store, old.tree if old else EMPTY_TREE, entries)
    checkpoint = Checkpoint(key.name, growth.new.size, growth.new.root)
    signed = sign_checkpoint(checkpoint, key)
    # A crash before or in this line leaves the log as it was; the batch is still with the caller.
    head.swap(newest, signed, _encode_batch(growth))
    # From here on the batch belongs to the log. A crash leaves the rest to `recover`.
    apply_growth(store, growth)
    publish_checkpoint(store, signed)
    return checkpoint


def recover(head: Head, store: Store) -> None:
    """Complete what a crash interrupted. Call it at every start, before anything else writes to the store."""
    store.tidy()
    _complete(head, head.checkpoint(), store)


def _published(store: Store) -> Checkpoint | None:
    """Read the published checkpoint, unverified; a damaged one counts as none, and will be written anew."""
    try:
        return parse_checkpoint(split_note(store.read(CHECKPOINT) or b"")[0])
    except (NoteError, CheckpointError):
        return None


def _complete(head: Head, newest: str, store: Store) -> None:
    """Apply and publish the staged batch, unless its checkpoint is published already."""
    if not newest or store.read(CHECKPOINT) == newest.encode():
        return
    state = head.load()
    wanted = parse_checkpoint(split_note(state.checkpoint)[0]).tree
    growth = grow(store, *_decode_batch(state.staged or b""))
    if growth.new != wanted:
        raise PublishError(
            f"the staged batch leads to a tree of {growth.new.size} entries that is not the one of "
            f"{wanted.size} entries in its checkpoint. Nothing was published. The head was altered: restore "
            "it from a copy"
        )
    apply_growth(store, growth)
    publish_checkpoint(store, state.checkpoint)


def _pack(
    old_size: int, started: Sequence[bytes], entries: Sequence[bytes]
) -> tuple[dict[str, bytes], list[bytes]]:
    """Return the bundles that new entries make, and the new entries alone, packed."""
    bundles: dict[str, bytes] = {}
    packed: list[bytes] = []
    number, first = old_size // WIDTH, 0
    while first < len(entries):
        last = min(first + WIDTH - len(started), len(entries))
        packed.append(pack_bundle(entries[first:last]))
        bundles[bundle_path(number, len(started) + last - first)] = pack_bundle(started) + packed[-1]
        number, first, started = number + 1, last, ()
    return bundles, packed


def _hash(old_size: int, edge: Sequence[bytes], entries: Sequence[bytes]) -> tuple[dict[str, bytes], bytes]:
    """Return the tiles that new entries make, level by level, and the root over all."""
    tiles: dict[str, bytes] = {}
    new_edge = list(edge)
    level, hashes = 0, leaf_hashes(entries)
    while hashes:
        new_edge += [b""] * (level + 1 - len(new_edge))
        row = new_edge[level] + hashes
        number = (old_size >> HEIGHT * level) // WIDTH
        parents = []
        for start in range(0, len(row), WIDTH * HASH_SIZE):
            tile = row[start : start + WIDTH * HASH_SIZE]
            tiles[tile_path(level, number, len(tile) // HASH_SIZE)] = tile
            number += 1
            if len(tile) == WIDTH * HASH_SIZE:
                parents.append(perfect_root(tile))
        new_edge[level] = row[len(parents) * WIDTH * HASH_SIZE :]
        level, hashes = level + 1, b"".join(parents)
    return tiles, edge_root(new_edge)


def _encode_batch(growth: Growth) -> list[bytes]:
    """Return the old tree's size (8 bytes) and root (32 bytes) and the new entries (as in a bundle)."""
    return [growth.old.size.to_bytes(8, "big"), growth.old.root, *growth.packed]


def _decode_batch(staged: bytes) -> tuple[Tree, list[bytes]]:
    start = 8 + HASH_SIZE
    if len(staged) < start:
        raise PublishError("the head has a checkpoint but no batch that leads to it: restore it from a copy")
    return Tree(int.from_bytes(staged[:8], "big"), staged[8:start]), unpack_bundle(staged[start:])
