"""Keeping a mirror of a mirror: fetched, checked whole, and only then shown. Pure.

It never goes back to an older log, never takes a log that does not continue the one it had, and what was
erased at the source goes from here with the mirror that had it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tuidang.base.manifest import Entry
from tuidang.reach.mirror.check import Bars, Found, Keys, check_mirror, files_key
from tuidang.reach.mirror.layout import ABOUT, CHECKPOINT_FILE, FILES_KEY, LOG, UNSIGNED, tile_files
from tuidang.reach.mirror.signed import About, MirrorError, read_about, read_lists
from tuidang.reach.mirror.source import Source, Wanted
from tuidang.reach.mirror.stage import Stage
from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from tuidang.tlog.note import MAX_NOTE, VerifierKey
from tuidang.tlog.proof import consistency_proof
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import TileError
from tuidang.tlog.tree import HASH_SIZE, ProofError

_MOST_BUNDLE = 16_800_000  # bytes; 256 entries of the greatest length
_KEPT = ("checkpoint", "about.json")  # of the newest mirror that was taken here
_REFUSED = "refused-checkpoint"


class Refused(Exception):  # noqa: N818 -- it says what was done, not that something of ours broke
    """What the source has is not taken; the message says why, `problems` what is wrong with it."""

    def __init__(self, why: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.problems = problems


@dataclass(frozen=True)
class Synced:
    """What was taken: how many files in all, how many of them had to be fetched."""

    found: Found
    files: int
    fetched: int


@dataclass(frozen=True)
class Watch:
    """Who is told how it goes: files to fetch, and so many more of them there."""

    begins: Callable[[int], None]
    done: Callable[[int], None]
    bars: Bars


def sync_mirror(source: Source, stage: Stage, keys: Keys, watch: Watch) -> Synced:
    """Take the source's mirror into this place, if it is whole and newer.

    Raises MirrorError and Refused for one that is not, Unreachable where it cannot be had.
    """
    synced = fetch_mirror(source, stage, keys, watch)
    if synced.found.problems:
        raise Refused(
            "what the source has is not whole, so the mirror here stays as it is", synced.found.problems
        )
    _keep(stage, synced.found)
    # A crash from here on leaves the old mirror; the next attempt finds all of the new one fetched.
    stage.show()
    return synced


def fetch_mirror(source: Source, stage: Stage, keys: Keys, watch: Watch) -> Synced:
    """Fetch the source's mirror into the place of the next one, and check it."""
    head: dict[str, bytes] = {}

    def read(path: str, most: int) -> bytes:
        head[path] = head[path] if path in head else source.read(path, most)
        return head[path]

    key = files_key(read, keys)
    if keys.files:
        read(FILES_KEY, MAX_NOTE)
    files = read_lists(read, keys.log.name, key, lambda sections: _expect(source, sections))
    signed = read(CHECKPOINT_FILE, MAX_NOTE)
    try:
        checkpoint = open_checkpoint(signed, keys.log)
    except CheckpointError as error:
        raise MirrorError(f"{CHECKPOINT_FILE}: {error}") from error
    about = read_about(read(ABOUT, MAX_NOTE))
    if about.size != checkpoint.size or files.get(CHECKPOINT_FILE) != Entry.of(signed):
        raise MirrorError(
            f"{CHECKPOINT_FILE}: the pages were made of another; if the source changed, try again"
        )
    last = _last(stage, keys)
    _refuse_older(stage, last, checkpoint, about, signed)
    offer = _Offer(files, head, [f"{LOG}/{path}" for path in tile_files(checkpoint.size)])
    fetched = _bring(source, stage, offer, watch, trust_old=True)
    _refuse_fork(stage, last, checkpoint, signed)
    found = check_mirror(stage.next, keys, watch.bars)
    if found.problems and fetched < offer.most:  # what was here already may be what is damaged
        fetched += _bring(source, stage, offer, watch, trust_old=False)
        found = check_mirror(stage.next, keys, watch.bars)
    return Synced(found, len(files) + len(UNSIGNED) + len(offer.tiles), fetched)


def _expect(source: Source, sections: Mapping[str, Entry]) -> None:
    source.expect([Wanted(path, min(entry.size, MAX_NOTE), entry) for path, entry in sections.items()])


@dataclass(frozen=True)
class _Offer:
    """What the source has: the listed files, those of them that were read already, and the tiles."""

    files: dict[str, Entry]
    head: dict[str, bytes]
    tiles: list[str]

    @property
    def most(self) -> int:
        """Count the files that are fetched where nothing is here yet."""
        return len(self.files.keys() - self.head.keys()) + len(self.tiles)


def _bring(source: Source, stage: Stage, offer: _Offer, watch: Watch, *, trust_old: bool) -> int:
    """Bring all into the place of the next mirror: from the old one what stays, the rest from the source."""
    wanted = [
        Wanted(path, entry.size, entry)
        for path, entry in offer.files.items()
        if path not in offer.head and not stage.reuse(path, entry)
    ]
    for path in offer.tiles:
        wanted += _tile(stage, path, trust_old=trust_old)
    room = shutil.disk_usage(stage.work).free
    if (need := sum(one.entry.size if one.entry else 0 for one in wanted)) > room:
        raise Refused(f"the mirror needs {need} bytes more, and the disk has {room}")
    watch.begins(len(wanted))
    source.fetch(wanted, stage.next, watch.done)
    for path, data in offer.head.items():
        stage.write(path, data)
    stage.drop_all_but({*offer.files, *UNSIGNED, *offer.tiles})
    return len(wanted)


def _tile(stage: Stage, path: str, *, trust_old: bool) -> list[Wanted]:
    """Say whether a tile must be fetched. One that is here is checked with the whole, before it is shown."""
    width = int(path.rpartition(".p/")[2]) if ".p/" in path else 256
    is_bundle = path.startswith(f"{LOG}/tile/entries/")
    if trust_old and stage.take_over(path, None if is_bundle else width * HASH_SIZE):
        return []
    (stage.next / path).unlink(missing_ok=True)
    return [Wanted(path, _MOST_BUNDLE if is_bundle else width * HASH_SIZE)]


def _last(stage: Stage, keys: Keys) -> tuple[Checkpoint, About] | None:
    """Give what was taken last; raises Refused where it is neither of this log nor of one before it."""
    places = [(stage.kept / _KEPT[0], stage.kept / _KEPT[1]), (stage.old(CHECKPOINT_FILE), stage.old(ABOUT))]
    for signed, about in places:
        if signed.is_file() and about.is_file():
            for key in (keys.log, *keys.earlier):
                with suppress(CheckpointError, MirrorError):
                    return open_checkpoint(signed.read_bytes(), key), read_about(about.read_bytes())
            raise Refused(f"the mirror here is of another log, or damaged: {signed}. Name another folder")
    return None


def _refuse_older(
    stage: Stage, last: tuple[Checkpoint, About] | None, new: Checkpoint, about: About, signed: bytes
) -> None:
    if last is None:
        return
    if new.size < last[0].size or about.made < last[1].made:
        raise Refused(
            f"the source is older (made on {about.day}, of {new.size} leaves) than the mirror here "
            f"(made on {last[1].day}, of {last[0].size})"
        )
    if new.size == last[0].size and new.root != last[0].root:
        _fork(stage, signed)


def _refuse_fork(stage: Stage, last: tuple[Checkpoint, About] | None, new: Checkpoint, signed: bytes) -> None:
    if last is None or last[0].size == new.size:
        return
    try:
        consistency_proof(DirectoryStore(stage.next / LOG), last[0].tree, new.tree)
    except ProofError:
        _fork(stage, signed)
    except TileError as error:
        raise MirrorError(f"{LOG}/{error}") from error


def _fork(stage: Stage, signed: bytes) -> None:
    stage.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    evidence = stage.kept / _REFUSED
    evidence.write_bytes(signed)
    raise Refused(
        "the log at the source does not continue the one here, and both are signed: the past was changed. "
        f"Keep {evidence} and {stage.kept / _KEPT[0]}, and show them to others"
    )


def _keep(stage: Stage, found: Found) -> None:
    """Note what is taken before it is shown: an older one is then refused, whatever becomes of the folder."""
    stage.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in zip(_KEPT, (found.signed, found.about.encode() if found.about else b""), strict=True):
        half = stage.kept / f"{name}.half"
        half.write_bytes(data)
        half.rename(stage.kept / name)


def remembered_key(stage: Stage, given: VerifierKey | None) -> VerifierKey | None:
    """Give the log's key: the one that is given, which is remembered, or the one that was."""
    path: Path = stage.kept / "key"
    if given is None:
        return VerifierKey.parse(path.read_text(encoding="utf-8")) if path.is_file() else None
    stage.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(f"{given.text}\n", encoding="utf-8")
    return given
