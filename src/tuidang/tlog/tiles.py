"""Which file holds which hash: the paths of tiles and entry bundles, their bytes, and reading from them.

Specification: c2sp.org/tlog-tiles. A tile is up to 256 hashes of one level, a bundle the entries under one
tile of level 0. Level L of the tiles holds the tree's hashes of height 8·L.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuidang.tlog.tree import HASH_SIZE, Tree, join_roots, perfect_root, perfect_subtrees

if TYPE_CHECKING:
    from tuidang.tlog.store import ReadableStore

WIDTH = 256
HEIGHT = 8
MAX_ENTRY = 0xFFFF


class TileError(Exception):
    """A file of the tree is missing, or is not what its place in the tree asks for."""


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile, such as `tile/1/x001/234` or, for a partial one, `tile/0/003.p/17`."""
    return f"tile/{level}/{_number_path(number)}{_width_suffix(width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Return the path of an entry bundle, such as `tile/entries/x001/234.p/17`."""
    return f"tile/entries/{_number_path(number)}{_width_suffix(width)}"


def tile_width(level: int, number: int, size: int) -> int:
    """Return how many hashes (0 to 256) this tile has in a tree of `size` leaves."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def levels(size: int) -> int:
    """Return how many levels of tiles a tree of `size` leaves has."""
    return (size.bit_length() + HEIGHT - 1) // HEIGHT


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """Join entries into a bundle: each after its length as a big-endian uint16.

    Raises ValueError for an entry of more than 65,535 bytes.
    """
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise ValueError(
                f"an entry of {len(entry)} bytes does not fit a bundle, whose entries have at most 65535"
            )
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def unpack_bundle(bundle: bytes) -> list[bytes]:
    """Split a bundle into its entries. Raises TileError when the lengths do not add up."""
    entries = []
    position, end = 0, len(bundle)
    while position < end:
        start = position + 2
        position = start + (bundle[position] << 8 | bundle[start - 1]) if start <= end else end + 1
        entries.append(bundle[start:position])
    if position != end:
        raise TileError("the lengths in the bundle do not add up to its size: it was cut short or altered")
    return entries


def read_tile(store: ReadableStore, level: int, number: int, size: int) -> bytes:
    """Return the hashes of a tile, end to end, as the tree of `size` leaves has it. They are not checked yet.

    A log may drop a partial tile once the full one exists (tlog-tiles, "Partial Tiles"), so that one serves
    too.
    """
    width = tile_width(level, number, size)
    path = tile_path(level, number, width)
    tile = store.read(path)
    if tile is None and width < WIDTH:
        full = store.read(tile_path(level, number))
        tile = None if full is None else full[: width * HASH_SIZE]
    if tile is None:
        raise TileError(f"{path}: this file is missing, and a tree of {size} leaves needs it")
    if len(tile) != width * HASH_SIZE:
        raise TileError(f"{path}: has {len(tile)} bytes, where {width} hashes are {width * HASH_SIZE}")
    return tile


def read_bundle(store: ReadableStore, number: int, size: int) -> list[bytes]:
    """Return the entries of a bundle as the tree of `size` leaves has it. They are not checked yet."""
    width = tile_width(0, number, size)
    path = bundle_path(number, width)
    bundle = store.read(path)
    pruned = bundle is None and width < WIDTH
    if pruned:
        bundle = store.read(bundle_path(number))
    if bundle is None:
        raise TileError(f"{path}: this file is missing, and a tree of {size} leaves needs it")
    try:
        entries = unpack_bundle(bundle)[: width if pruned else None]
    except TileError as error:
        raise TileError(f"{path}: {error}") from None
    if len(entries) != width:
        raise TileError(f"{path}: has {len(entries)} entries, where a tree of {size} leaves asks for {width}")
    return entries


def range_root(store: ReadableStore, start: int, end: int, size: int) -> bytes:
    """Return the root over the leaves from `start` up to `end`, from the tiles of a tree of `size` leaves."""
    roots = []
    for height, index in perfect_subtrees(start, end):
        level, inner = divmod(height, HEIGHT)
        number, first = divmod(index << inner, WIDTH)
        tile = read_tile(store, level, number, size)
        roots.append(perfect_root(tile[first * HASH_SIZE : (first + (1 << inner)) * HASH_SIZE]))
    return join_roots(roots)


def right_edge(store: ReadableStore, tree: Tree) -> list[bytes]:
    """Return the hashes of the last, partial tile of each level (empty where there is none), checked.

    From them alone the tree can be continued. Raises TileError when they do not lead to the tree's root.
    """
    edge = []
    for level in range(levels(tree.size)):
        number = (tree.size >> HEIGHT * level) // WIDTH
        partial = tile_width(level, number, tree.size) > 0
        edge.append(read_tile(store, level, number, tree.size) if partial else b"")
    if edge_root(edge) != tree.root:
        raise TileError(
            f"the partial tiles of the tree of {tree.size} leaves do not lead to the root in its checkpoint: "
            "a file under tile/ was altered or comes from another log. Nothing was written. Restore the "
            "folder from a copy; `tuidang log verify` finds every altered file"
        )
    return edge


def edge_root(edge: list[bytes]) -> bytes:
    """Return the root of the tree whose partial tiles, from level 0 up, are these."""
    roots = []
    for tile in reversed(edge):
        for height, index in perfect_subtrees(0, len(tile) // HASH_SIZE):
            first = (index << height) * HASH_SIZE
            roots.append(perfect_root(tile[first : first + (HASH_SIZE << height)]))
    return join_roots(roots)


def _number_path(number: int) -> str:
    path = f"{number % 1000:03d}"
    while number := number // 1000:
        path = f"x{number % 1000:03d}/{path}"
    return path


def _width_suffix(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
