"""Paths of tiles, their bytes, and reading hashes out of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tlog_cast import grow_log, published
from tuidang.tlog.tiles import (
    TileError,
    bundle_path,
    levels,
    pack_bundle,
    range_root,
    read_bundle,
    read_tile,
    right_edge,
    tile_path,
    tile_width,
    unpack_bundle,
)
from tuidang.tlog.tree import EMPTY_ROOT, Tree, leaf_hash

ENTRIES = st.lists(st.binary(max_size=300), max_size=20)


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 1234067, 256, "tile/1/x001/x234/067"),  # the example of c2sp.org/tlog-tiles
        (3, 999, 1, "tile/3/999.p/1"),
        (0, 1000, 255, "tile/0/x001/000.p/255"),
        (5, 123456078, 2, "tile/5/x123/x456/078.p/2"),  # an example of Go's sumdb/tlog
    ],
)
def test_paths_are_as_specified(level: int, number: int, width: int, path: str) -> None:
    assert tile_path(level, number, width) == path


def test_bundles_have_the_same_paths_under_entries() -> None:
    assert bundle_path(1234067) == "tile/entries/x001/x234/067"
    assert bundle_path(273, 112) == "tile/entries/273.p/112"


def test_a_tree_of_70000_leaves_has_the_tiles_of_the_specification() -> None:
    size = 70_000  # c2sp.org/tlog-tiles, "Partial Tiles"
    assert [tile_width(0, 272, size), tile_width(0, 273, size), tile_width(0, 274, size)] == [256, 112, 0]
    assert [tile_width(1, 0, size), tile_width(1, 1, size)] == [256, 17]
    assert tile_width(2, 0, size) == 1
    assert levels(size) == 3


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3)])
def test_a_level_begins_when_the_one_below_has_a_full_tile(size: int, count: int) -> None:
    assert levels(size) == count


@given(ENTRIES)
@example([b"", b"x" * 65_535])
def test_bundles_give_back_their_entries(entries: list[bytes]) -> None:
    assert unpack_bundle(pack_bundle(entries)) == entries


def test_an_entry_longer_than_its_length_field_is_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        pack_bundle([b"x" * 65_536])


@given(ENTRIES.filter(any), st.data())
def test_a_bundle_cut_short_inside_an_entry_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    bundle = pack_bundle(entries)
    ends = {len(pack_bundle(entries[:count])) for count in range(len(entries) + 1)}
    cut = data.draw(st.integers(0, len(bundle)).filter(lambda length: length not in ends))
    with pytest.raises(TileError, match="cut short"):
        unpack_bundle(bundle[:cut])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=3).map(sorted), st.data())
def test_every_range_has_the_root_of_a_tree_of_its_own(sizes: list[int], data: st.DataObject) -> None:
    log = grow_log(*sizes)
    size = sizes[-1]
    assert range_root(log.store, 0, size, size) == published(log.store).root
    if size:
        index = data.draw(st.integers(0, size - 1))
        entry = read_bundle(log.store, index // 256, size)[index % 256]
        assert range_root(log.store, index, index + 1, size) == leaf_hash(entry)


def test_a_full_tile_serves_for_a_partial_one_that_was_pruned() -> None:
    log = grow_log(100, 300)
    tile, entries = read_tile(log.store, 0, 0, 100), read_bundle(log.store, 0, 100)
    del log.store.files[tile_path(0, 0, 100)], log.store.files[bundle_path(0, 100)]
    assert read_tile(log.store, 0, 0, 100) == tile
    assert read_bundle(log.store, 0, 100) == entries


def test_a_missing_file_is_named() -> None:
    log = grow_log(300)
    del log.store.files["tile/entries/001.p/44"]
    with pytest.raises(TileError, match=r"tile/entries/001\.p/44: this file is missing"):
        read_bundle(log.store, 1, 300)
    with pytest.raises(TileError, match=r"tile/0/000\.p/5: this file is missing"):
        read_tile(grow_log().store, 0, 0, 5)


def test_a_tile_or_bundle_of_the_wrong_size_is_named() -> None:
    log = grow_log(300)
    log.store.files["tile/0/000"] += b"x"
    log.store.files["tile/entries/001.p/44"] += b"\0\0"
    with pytest.raises(TileError, match="tile/0/000: has 8193 bytes, where 256 hashes are 8192"):
        read_tile(log.store, 0, 0, 300)
    with pytest.raises(TileError, match="has 45 entries, where a tree of 300 leaves asks for 44"):
        read_bundle(log.store, 1, 300)


def test_the_right_edge_is_read_only_when_it_leads_to_the_root() -> None:
    log = grow_log(300)
    tree = published(log.store).tree
    assert [len(tile) // 32 for tile in right_edge(log.store, tree)] == [44, 1]
    with pytest.raises(TileError, match="Nothing was written"):
        right_edge(log.store, Tree(300, EMPTY_ROOT))


def test_the_right_edge_of_an_empty_tree_is_empty() -> None:
    assert right_edge(grow_log().store, Tree(0, EMPTY_ROOT)) == []
