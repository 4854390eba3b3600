"""Verifying a whole log: every entry, every tile, every partial file, up to the signed root.

Each check is local. A level 0 tile holds the hashes of the entries in its bundle; the root over a full tile
of any level is the hash at the tile's place in its parent; the root over the partial tiles is the one in
the signed checkpoint. All of them together say that the whole tree is the signed one, and a failing one
names its files. So the work splits among processes freely, and none holds more than a few tiles.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.store import CHECKPOINT, ReadableStore
from tuidang.tlog.tiles import (
    HEIGHT,
    WIDTH,
    TileError,
    bundle_path,
    edge_root,
    levels,
    pack_bundle,
    read_bundle,
    read_tile,
    tile_path,
    tile_width,
)
from tuidang.tlog.tree import HASH_SIZE, leaf_hashes, perfect_root

_SPAN = 16  # tiles that one task checks; a divisor of a tile's width, so that they have one parent
_MANY = 1_000  # problems after which nothing more is looked for

Tally = Callable[[Sequence[bytes]], Counter[str]]


@dataclass(frozen=True)
class Report:
    """What a verification found. Without problems, the whole log is the one in the signed checkpoint."""

    checkpoint: Checkpoint | None
    problems: tuple[str, ...]
    broken_off: bool = False  # after too many problems: the log may be far smaller than its checkpoint says
    tally: Counter[str] = field(default_factory=Counter)  # of the entries; only without problems is it theirs
    signed: bytes = b""  # the checkpoint as it was read


@dataclass(frozen=True)
class _Span:
    """Consecutive tiles of one level, under one parent."""

    level: int
    numbers: range


@dataclass(frozen=True)
class _Finding:
    """What checking a span found: how many entries it has, and what is wrong with them or above them."""

    entries: int
    problems: list[str]
    tally: Counter[str] = field(default_factory=Counter)


def verify_log(
    store: ReadableStore,
    verifier: VerifierKey,
    *,
    workers: int,
    progress: Callable[[int], None],
    tally: Tally | None = None,
) -> Report:
    """Check everything in a log against its signed checkpoint.

    `progress` is told how many more entries have been checked; `tally` counts those of a bundle by what they
    say, and its counts are added up. Raises OSError if a file cannot be read for
    another reason than that it is missing. Memory does not grow with the log.
    """
    signed = store.read(CHECKPOINT)
    if signed is None:
        return Report(None, (f"{CHECKPOINT}: this file is missing; every log has one, even an empty one",))
    try:
        checkpoint = open_checkpoint(signed, verifier)
    except CheckpointError as error:
        return Report(None, (f"{CHECKPOINT}: {error}",))
    problems = _check_edge(store, checkpoint)
    spans = _spans(checkpoint.size)
    check = partial(_check_span, store, checkpoint.size, tally)
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        findings: Iterator[_Finding] = map(check, spans)
        if workers > 1 and checkpoint.size > _SPAN * WIDTH:
            findings = stack.enter_context(multiprocessing.Pool(workers)).imap(check, spans)
        for finding in findings:
            problems += finding.problems
            counts += finding.tally
            progress(finding.entries)
            if len(problems) > _MANY:
                problems.append(f"more than {_MANY} problems were found, and the rest was not looked at")
                break
    return Report(checkpoint, tuple(problems), broken_off=len(problems) > _MANY, tally=counts, signed=signed)


def _spans(size: int) -> Iterator[_Span]:
    for level in reversed(range(levels(size))):
        tiles = -(-(size >> HEIGHT * level) // WIDTH)
        for first in range(0, tiles, _SPAN):
            yield _Span(level, range(first, min(first + _SPAN, tiles)))


def _check_edge(store: ReadableStore, checkpoint: Checkpoint) -> list[str]:
    """Check that the partial tiles lead to the root."""
    edge, paths = [], []
    for level in range(levels(checkpoint.size)):
        number = (checkpoint.size >> HEIGHT * level) // WIDTH
        width = tile_width(level, number, checkpoint.size)
        try:
            edge.append(read_tile(store, level, number, checkpoint.size) if width else b"")
        except TileError as error:
            return [str(error)]
        if width:
            paths.append(tile_path(level, number, width))
    if edge_root(edge) == checkpoint.root:
        return []
    return [f"{', '.join(paths)}: together these do not lead to the root in the checkpoint; one was altered"]


def _check_span(store: ReadableStore, size: int, tally: Tally | None, span: _Span) -> _Finding:
    problems: list[str] = []
    counts: Counter[str] = Counter()
    entries = 0
    try:
        parent = _read_parent(store, size, span)
    except TileError as error:
        return _Finding(0, [str(error)])
    for number in span.numbers:
        try:
            tile = read_tile(store, span.level, number, size)
            problems += _check_place(size, span.level, number, tile, parent)
            problems += _check_older_tiles(store, span.level, number, tile)
            if span.level == 0:
                entries += tile_width(0, number, size)
                bundle = read_bundle(store, number, size)
                problems += _check_bundle(store, number, bundle, tile)
                counts += tally(bundle) if tally else Counter()
        except TileError as error:
            problems.append(str(error))
    return _Finding(entries, problems, counts)


def _read_parent(store: ReadableStore, size: int, span: _Span) -> bytes:
    """Return the tile above a span; nothing if there is none, because none of its tiles is full."""
    above = span.numbers.start // WIDTH
    return read_tile(store, span.level + 1, above, size) if tile_width(span.level + 1, above, size) else b""


def _check_place(size: int, level: int, number: int, tile: bytes, parent: bytes) -> list[str]:
    """Check that the root over a full tile is the hash at its place in the tile above."""
    if len(tile) < WIDTH * HASH_SIZE:
        return []  # partial tiles are checked together, against the checkpoint
    above, place = divmod(number, WIDTH)
    start = place * HASH_SIZE
    if perfect_root(tile) == parent[start : start + HASH_SIZE]:
        return []
    path = tile_path(level + 1, above, tile_width(level + 1, above, size))
    return [
        f"{tile_path(level, number)}: does not lead to hash {place} in {path}; one of the two was altered"
    ]


def _check_bundle(store: ReadableStore, number: int, entries: Sequence[bytes], tile: bytes) -> list[str]:
    """Check that the entries of a bundle are those whose hashes are in the tile."""
    hashes = leaf_hashes(entries)
    path = bundle_path(number, len(entries))
    if hashes != tile:
        wrong = [
            number * WIDTH + place
            for place in range(len(entries))
            if hashes[place * HASH_SIZE : (place + 1) * HASH_SIZE]
            != tile[place * HASH_SIZE : (place + 1) * HASH_SIZE]
        ]
        listed = ", ".join(map(str, wrong[:5])) + (" and more" if len(wrong) > 5 else "")
        return [f"{path}: entry {listed} does not have the hash in {tile_path(0, number, len(entries))}"]
    return [
        f"{bundle_path(number, width)}: is not the beginning of {path}, which is right"
        for width in store.partial_widths(bundle_path(number))
        if width < len(entries) and store.read(bundle_path(number, width)) != pack_bundle(entries[:width])
    ]


def _check_older_tiles(store: ReadableStore, level: int, number: int, tile: bytes) -> list[str]:
    """Check the partial tiles that earlier checkpoints left beside a tile: each is its beginning."""
    problems = []
    for width in store.partial_widths(tile_path(level, number)):
        path = tile_path(level, number, width)
        if width * HASH_SIZE < len(tile) and store.read(path) != tile[: width * HASH_SIZE]:
            problems.append(
                f"{path}: is not the beginning of {tile_path(level, number, len(tile) // HASH_SIZE)}"
            )
    return problems
