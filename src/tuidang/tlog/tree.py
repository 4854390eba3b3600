"""The Merkle tree: hashes of leaves and nodes, and the checking of inclusion and consistency proofs.

Specification: RFC 6962, section 2.1 (the tree and its proofs); RFC 9162, section 2.1 (the checking
algorithms).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

_PAIRS = Struct("64s")


class ProofError(ValueError):
    """A proof does not lead where it should."""


@dataclass(frozen=True)
class Tree:
    """A tree of `size` leaves, known by its root hash (32 bytes)."""

    size: int
    root: bytes


EMPTY_TREE = Tree(0, EMPTY_ROOT)


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry: SHA-256(00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent: SHA-256(01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """Hash many entries, and return their hashes end to end."""
    hashes = bytearray()
    for entry in entries:
        hashes += sha256(b"\x00" + entry).digest()
    return bytes(hashes)


def perfect_root(hashes: bytes) -> bytes:
    """Return the root above a power of two of hashes that lie end to end."""
    while len(hashes) > HASH_SIZE:
        # Written out, not calling node_hash: this line is half of the time that a large publication takes.
        hashes = b"".join([sha256(b"\x01" + pair).digest() for (pair,) in _PAIRS.iter_unpack(hashes)])
    return hashes


def join_roots(roots: Sequence[bytes]) -> bytes:
    """Return the root above perfect subtrees that lie side by side, the largest first (RFC 6962, section
    2.1).
    """
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def perfect_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split the leaves from `start` up to `end` into the largest perfect subtrees: (height, index there).

    Each is aligned to its own size, as every range that occurs in a proof is.
    """
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """List the ranges of leaves whose roots make the inclusion proof of a leaf, from the leaf up.

    Source: RFC 6962, section 2.1.1 (PATH).
    """
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old_size: int, size: int) -> list[tuple[int, int]]:
    """List the ranges of leaves whose roots make the consistency proof between two sizes, from the lowest up.

    Source: RFC 6962, section 2.1.2 (SUBPROOF). Empty when either tree is empty or both are the same.
    """
    if old_size in (0, size):
        return []
    ranges = []
    start, end = 0, size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def check_inclusion(leaf: bytes, index: int, tree: Tree, proof: Sequence[bytes]) -> None:
    """Check that the leaf with this hash is in the tree at this index; raise ProofError if that is not
    proven.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < tree.size:
        raise ProofError(f"a tree of {tree.size} leaves has no leaf {index}")
    expected = len(inclusion_ranges(index, tree.size))
    if len(proof) != expected:
        raise ProofError(
            f"the proof has {len(proof)} hashes, where leaf {index} of {tree.size} needs {expected}"
        )
    node, last = index, tree.size - 1
    root = leaf
    for sibling in proof:
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    if root != tree.root:
        raise ProofError(
            f"the proof of leaf {index} leads to another root than that of the tree of {tree.size} leaves"
        )


def check_consistency(old: Tree, new: Tree, proof: Sequence[bytes]) -> None:
    """Check that the new tree continues the old one unchanged; raise ProofError if that is not proven.

    Source: RFC 9162, section 2.1.4.2. Every tree continues the empty one.
    """
    if old.size > new.size:
        raise ProofError(f"a tree of {new.size} leaves cannot continue one of {old.size}")
    expected = len(consistency_ranges(old.size, new.size))
    if len(proof) != expected:
        raise ProofError(
            f"the proof has {len(proof)} hashes, where sizes {old.size} and {new.size} need {expected}"
        )
    if old.size == 0:
        old_root, new_root = EMPTY_ROOT, new.root
    elif old.size == new.size:
        old_root = new_root = old.root
    else:
        old_root, new_root = _roots_of_consistency(old, new, proof)
    if old_root != old.root:
        raise ProofError(f"the proof leads to another root than that of the old tree of {old.size} leaves")
    if new_root != new.root:
        raise ProofError(
            f"the tree of {new.size} leaves does not continue the tree of {old.size}: it was rewritten"
        )


def _roots_of_consistency(old: Tree, new: Tree, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Compute both roots from a proof of the right length (RFC 9162, section 2.1.4.2, steps 2 to 6)."""
    node, last = old.size - 1, new.size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    # When the old size is a power of two its root is itself the first hash of the path.
    path = list(proof) if node else [old.root, *proof]
    old_root = new_root = path[0]
    for sibling in path[1:]:
        if node & 1 or node == last:
            old_root = node_hash(sibling, old_root)
            new_root = node_hash(sibling, new_root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_root = node_hash(new_root, sibling)
        node, last = node >> 1, last >> 1
    return old_root, new_root


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1
