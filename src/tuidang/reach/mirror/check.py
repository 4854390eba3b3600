"""Checking a mirror that lies in a folder: every file of it, and that there is no other. Pure.

What is checked by what: pages, static files, editions, day files, index, figures and reports by the manifest,
which the key of the files signs and the log's key vouches for; tiles and leaves by the checkpoint; records by
the leaves; figures are counted again from the leaves. The index is not made again: it is what the manifest
says it is.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tuidang.base.manifest import Entry
from tuidang.reach.mirror.layout import (
    ABOUT,
    CHECKPOINT_FILE,
    FILES_KEY,
    LOG,
    UNSIGNED,
    tile_files,
)
from tuidang.reach.mirror.signed import About, MirrorError, read_about, read_files_key, read_lists
from tuidang.reach.mirror.source import FolderSource, Unreachable
from tuidang.reach.mirror.stage import all_files, entry_of, is_plain
from tuidang.register.folder.audit import audit_folder
from tuidang.register.folder.figures import compare_figures, recount
from tuidang.register.folder.leaves import count_kinds
from tuidang.tlog.checkpoint import Checkpoint, CheckpointError
from tuidang.tlog.note import MAX_NOTE, VerifierKey
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import TileError
from tuidang.tlog.verify import verify_log

_MANY = 1_000  # problems of a kind that are named


@dataclass(frozen=True)
class Found:
    """What checking a mirror found; without problems it is what the two keys say it is."""

    about: About | None
    checkpoint: Checkpoint | None
    signed: bytes  # the checkpoint as it lies there
    files: int
    counted: int  # statements, less those that were taken out of the count
    records: int
    withheld: tuple[int, ...]  # leaves with neither record nor notice
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Keys:
    """Whom to believe: the log's key, and the key of the files where it is known from elsewhere."""

    log: VerifierKey
    files: VerifierKey | None = None
    earlier: tuple[VerifierKey, ...] = ()  # of logs that this one goes on from


@dataclass(frozen=True)
class Bars:
    """Who is told how it goes: by so many more files, entries, records."""

    files: Callable[[int], None] = lambda _: None
    entries: Callable[[int], None] = lambda _: None
    records: Callable[[int], None] = lambda _: None


def files_key(read: Callable[[str, int], bytes], keys: Keys) -> VerifierKey:
    """Give the key of the files: the one that is known, or the one that the log's key names in the mirror."""
    return keys.files or read_files_key(read(FILES_KEY, MAX_NOTE), keys.log)


def check_mirror(folder: Path, keys: Keys, bars: Bars) -> Found:
    """Check everything in a mirror. Raises OSError where it cannot be read."""
    source = FolderSource(folder)
    try:
        files = read_lists(source.read, keys.log.name, files_key(source.read, keys))
        about = read_about(source.read(ABOUT, MAX_NOTE))
    except (MirrorError, Unreachable) as error:
        return Found(None, None, b"", 0, 0, 0, (), (str(error),))
    problems = list(_compare(folder, files, bars.files))
    store, log = DirectoryStore(folder / LOG), folder / LOG
    cores = len(os.sched_getaffinity(0))
    report = verify_log(store, keys.log, workers=cores, progress=bars.entries, tally=count_kinds)
    problems += [f"{LOG}/{problem}" for problem in report.problems]
    if report.checkpoint is None:
        return Found(about, None, b"", len(files), 0, 0, (), tuple(problems))
    problems += _compare_about(about, report.checkpoint)
    tiles = {f"{LOG}/{path}" for path in tile_files(report.checkpoint.size)}
    problems += _foreign(folder, {*files, *UNSIGNED, *tiles})
    counted = report.tally["statement"] - report.tally["uncounted"]
    withheld: tuple[int, ...] = ()
    records = 0
    if not report.broken_off:
        try:
            audit = audit_folder(log, progress=bars.records, workers=cores)
            problems += [f"{LOG}/{problem}" for problem in audit.problems]
            withheld, records = audit.bare, audit.records
            problems += [
                f"{LOG}/figures: {line}" for line in compare_figures(log, recount(log, lambda _: None))
            ]
        except (CheckpointError, TileError, LookupError, ValueError, TypeError) as error:
            problems.append(f"{LOG}/figures: they cannot be compared with the leaves: {error}")
    return Found(
        about, report.checkpoint, report.signed, len(files), counted, records, withheld, tuple(problems)
    )


def _compare(folder: Path, files: dict[str, Entry], done: Callable[[int], None]) -> Iterable[str]:
    for path, entry in sorted(files.items()):
        file = folder / path
        if not is_plain(file):
            yield f"{path}: this file is missing"
        elif entry_of(file) != entry:
            yield f"{path}: this file was altered"
        done(1)


def _compare_about(about: About, checkpoint: Checkpoint) -> Iterable[str]:
    said = (about.log, about.size, about.root)
    if said != (checkpoint.origin, checkpoint.size, base64.b64encode(checkpoint.root).decode()):
        yield (
            f"{CHECKPOINT_FILE}: it is of {checkpoint.size} leaves, and the pages were made of {about.size} "
            f"of {about.log}: they are not of one mirror"
        )


def _foreign(folder: Path, known: set[str]) -> list[str]:
    strange = sorted(path for path in all_files(folder) if path not in known)
    named = [f"{path}: this does not belong here, and nobody signed it" for path in strange[:_MANY]]
    return named + ([f"{len(strange) - _MANY} more files do not belong here"] if len(strange) > _MANY else [])
