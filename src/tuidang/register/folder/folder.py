"""The public folder: how a staged batch is applied to it, and how records are taken out of it again."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tuidang.register.folder.batch import Batch
from tuidang.register.folder.dayfiles import erase_lines, extend_day
from tuidang.register.folder.figures import add_to_figures
from tuidang.register.folder.index import add_segment, erase_from_index, merge_segments
from tuidang.register.folder.parallel import Hands, many_hands
from tuidang.register.folder.records import StatementLeaf, parse_leaf
from tuidang.tlog.checkpoint import Checkpoint, open_checkpoint
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.publish import Growth, apply_growth, grow, publish_checkpoint
from tuidang.tlog.store import CHECKPOINT, DirectoryStore
from tuidang.tlog.tiles import WIDTH, read_bundle
from tuidang.tlog.tree import EMPTY_TREE, Tree

VKEY = "vkey"


class FolderError(Exception):
    """The folder does not fit the batch that is to be applied to it; the message says the mend."""


def published(folder: Path, verifier: VerifierKey) -> Checkpoint | None:
    """Read the folder's checkpoint; None when nothing was published in it. Raises CheckpointError."""
    signed = DirectoryStore(folder).read(CHECKPOINT)
    return None if signed is None else open_checkpoint(signed, verifier)


def is_current(folder: Path, signed: str, verifier: VerifierKey) -> bool:
    """Tell whether the folder shows the tree of this signed checkpoint. Raises CheckpointError."""
    at = published(folder, verifier)
    return at is not None and at.tree == open_checkpoint(signed, verifier).tree


@dataclass(frozen=True)
class Prepared:
    """A batch, what it changes in the tree, and hands that wait to index it."""

    batch: Batch
    growth: Growth
    hands: Hands


@contextmanager
def prepare_batch(folder: Path, tree: Tree, batch: Batch) -> Iterator[Prepared]:
    """Work out what a batch changes in the folder of this tree, and have processes start that will index it.

    Writes nothing. Raises TileError when the folder is not that of the tree.
    """
    with many_hands(len(batch.entries)) as hands:
        yield Prepared(batch, grow(DirectoryStore(folder), tree, batch.entries), hands)


def apply_batch(folder: Path, batch: Batch, signed: str, verifier: VerifierKey) -> None:
    """Bring the folder to the signed checkpoint; does nothing when it is there already.

    Raises FolderError when the folder is neither at the start of the batch nor at its end, and as
    `apply_prepared` does.
    """
    if is_current(folder, signed, verifier):
        return
    with prepare_batch(folder, find_start(folder, batch, verifier), batch) as prepared:
        apply_prepared(folder, prepared, signed, verifier)


def apply_prepared(folder: Path, prepared: Prepared, signed: str, verifier: VerifierKey) -> None:
    """Bring the folder to the signed checkpoint, which is shown only when everything under it is durable.

    Whatever an interrupted attempt left, doing all steps again makes it whole. Raises FolderError when the
    batch does not lead to this checkpoint, OSError when the folder cannot be written.
    """
    batch, growth = prepared.batch, prepared.growth
    wanted = open_checkpoint(signed, verifier).tree
    if growth.new != wanted:
        raise FolderError(
            f"the staged batch does not lead to the checkpoint of {wanted.size} leaves: the database was "
            "altered; restore it from a copy"
        )
    store = DirectoryStore(folder)
    store.tidy()
    # A crash after any of these leaves files that no checkpoint needs yet; the next attempt writes them anew.
    apply_growth(store, growth)
    _extend_days(folder, batch)
    add_segment(folder, batch, prepared.hands)
    add_to_figures(folder, batch)
    store.write(VKEY, verifier.text.encode() + b"\n")
    # A crash before or in this line leaves the old checkpoint over a folder that has more, which nobody sees.
    publish_checkpoint(store, signed)
    # A crash before or in this line leaves more segments than need be; the next publication merges them.
    merge_segments(folder)


def find_start(folder: Path, batch: Batch, verifier: VerifierKey) -> Tree:
    """Read the tree that the batch continues. Raises FolderError when the folder is not at its start."""
    old = _tree(folder, verifier)
    if old.size != batch.start:
        mend = (
            "copy the newest folder from another machine or a mirror, then start again"
            if old.size < batch.start
            else "the database is older than the folder; restore a newer copy of the database"
        )
        raise FolderError(
            f"the folder {folder} holds {old.size} leaves, "
            f"but the staged batch begins at {batch.start}: {mend}"
        )
    return old


def read_statement(folder: Path, size: int, index: int) -> StatementLeaf:
    """Read the leaf of one statement in a log of `size` leaves, from its entry bundle.

    Raises TileError when the bundle is damaged, LookupError when no statement has this leaf.
    """
    if not 0 <= index < size:
        raise LookupError(f"the log has {size} leaves; there is no leaf {index}")
    match parse_leaf(read_bundle(DirectoryStore(folder), index // WIDTH, size)[index % WIDTH]):
        case StatementLeaf() as leaf:
            return leaf
        case _:
            raise LookupError(f"leaf {index} is a notice, not a statement")


def is_statement(folder: Path, size: int, index: int) -> bool:
    """Tell whether leaf `index` of a log of `size` leaves is a statement."""
    try:
        read_statement(folder, size, index)
    except LookupError:
        return False
    return True


def erase_records(folder: Path, verifier: VerifierKey, leaves: Collection[int]) -> None:
    """Destroy the records of `leaves` in day files and index; what is left keeps its bytes. The leaves stay.

    Raises LookupError when no statement has one of these leaves; nothing was changed then.
    A crash between the two leaves an index that points into older day files; doing it again mends that.
    """
    size = _tree(folder, verifier).size
    days: defaultdict[date, set[int]] = defaultdict(set)
    for index in leaves:
        days[read_statement(folder, size, index).day].add(index)
    for day, chosen in sorted(days.items()):
        erase_lines(folder, day, chosen)
    erase_from_index(folder, leaves)
    # A file lasts on the disk as long as it is open, and a connection of sqlite3, which refers to itself, is
    # open until somebody notices that nobody needs it.
    gc.collect()


def _tree(folder: Path, verifier: VerifierKey) -> Tree:
    at = published(folder, verifier)
    return at.tree if at else EMPTY_TREE


def _extend_days(folder: Path, batch: Batch) -> None:
    days: defaultdict[date, list[tuple[int, bytes]]] = defaultdict(list)
    for line in batch.lines:
        days[line.day].append((line.leaf, line.data))
    for day, lines in sorted(days.items()):
        extend_day(folder, day, batch.start, lines)
