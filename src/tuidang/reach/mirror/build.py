"""Making a mirror: the log as files, the pages of the site, and last of all what signs them."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from tuidang.base.manifest import Entry, files_signer
from tuidang.base.options import Options
from tuidang.privacy.keys import KeyFolder
from tuidang.reach.mirror.crawl import Crawl, bring_static, load_made, save_made
from tuidang.reach.mirror.layout import (
    ABOUT,
    FILES_KEY,
    FOLDERS,
    LOG,
    MANIFEST,
    SCRIPT,
    Scope,
    tile_files,
)
from tuidang.reach.mirror.render import Own, Site, check_script, dress
from tuidang.reach.mirror.signed import About, name_files_key, write_lists
from tuidang.reach.mirror.stage import Stage, StageError, all_files, entry_of, is_plain, open_stage
from tuidang.reach.mirror.window import look
from tuidang.register.actions.head import only_writer, open_log
from tuidang.register.folder.folder import published
from tuidang.register.views.reading import reader
from tuidang.tlog.checkpoint import Checkpoint
from tuidang.tlog.note import SigningKey
from tuidang.tlog.store import CHECKPOINT


@dataclass(frozen=True)
class Built:
    """What was made: pages (and how many of them were written), files in all, and their bytes."""

    size: int
    pages: int
    written: int
    files: int
    bytes: int


@dataclass(frozen=True)
class Watch:
    """Who is told how it goes: statements looked at, and pages made of so many."""

    looked: Callable[[int], None]
    made: Callable[[int, int], None]


def build_mirror(folder: Path, *, days: int, most: int, today: date, watch: Watch) -> Built:
    """Make the mirror of the site here, or bring it up to date.

    Raises StageError where it cannot be made there, CannotWrite and ValueError where the register is not
    ready for it.
    """
    options: Options = settings.TUIDANG
    key = SigningKey.parse(KeyFolder(options.keys).log_key())
    signer = files_signer(key.name, KeyFolder(options.keys).files_key())
    with _for_everybody(), open_stage(folder, resume=False) as stage:
        with only_writer():  # neither publication nor erasure changes the folder meanwhile
            checkpoint = published(options.log, open_log().key.verifier)
            if checkpoint is None:
                raise StageError("nothing was published yet: there is nothing to be a mirror of")
            unsigned, log = _bring_log(stage, options.log, checkpoint)
            files = _bring_folders(stage, options.data)
            window = look(options.log, reader(), days, most, watch.looked)
        if window.size != checkpoint.size:
            raise StageError("the register grew while it was looked at: try again")
        files |= {f"{LOG}/{path}": entry_of(stage.next / LOG / path) for path in log}
        listed = {*files, *(f"{LOG}/{path}" for path in unsigned)}
        scope = Scope(window.days.keys(), window.newest, window.first, window.size, listed)
        site = Site(options)
        about = _about(checkpoint, site.origin, options.onion, today)
        crawl = Crawl(
            stage,
            site,
            Own(
                site,
                options,
                today=today,
                vkey=key.verifier.text,
                checkpoint=checkpoint,
                oldest=date.fromisoformat(min(window.days)) if window.days else None,
            ),
            scope,
            window,
            dress(options),
            load_made(stage.kept / "made.json"),
            watch.made,
        )
        crawl.walk()
        files |= crawl.files
        files |= bring_static(stage, Path(settings.STATIC_ROOT), crawl.static)
        for path, data in ((ABOUT, about.encode()), (SCRIPT, check_script())):
            stage.write(path, data)
            files[path] = Entry.of(data)
        lists = write_lists(key.name, files, signer)
        for path, data in lists.items():
            stage.write(path, data)
        stage.write(FILES_KEY, name_files_key(key, signer.verifier).encode())
        save_made(stage.kept / "made.json", crawl.now)
        total = sum(entry.size for entry in files.values()) + sum(map(len, lists.values()))
        total += sum((stage.next / LOG / path).stat().st_size for path in unsigned)
        stage.show()
        count = len(files) + len(lists) + len(unsigned) + 1
        return Built(checkpoint.size, len(crawl.files), crawl.written, count, total)


def _bring_log(stage: Stage, folder: Path, checkpoint: Checkpoint) -> tuple[list[str], list[str]]:
    """Take the public folder: the files that its checkpoint signs, and the others."""
    tiles = list(tile_files(checkpoint.size))
    others = [path for path in all_files(folder) if _is_public(path) and not path.startswith("tile/")]
    for path in tiles:
        stage.bring(f"{LOG}/{path}", folder / path)
    for path in sorted(others):
        stage.bring(f"{LOG}/{path}", folder / path)
    if CHECKPOINT not in others:
        raise StageError(f"{folder} has no checkpoint")
    return tiles, others


def _is_public(path: str) -> bool:
    return not path.endswith(".new") and not any(step.startswith(".") for step in path.split("/"))


def _bring_folders(stage: Stage, data: Path) -> dict[str, Entry]:
    """Take what else is read as files: editions of the library, and what is listened to."""
    files: dict[str, Entry] = {}
    for name in FOLDERS:
        for path in sorted(all_files(data / name)):
            source = data / name / path
            if is_plain(source) and _is_public(path):
                stage.bring(f"{name}/{path}", source)
                files[f"{name}/{path}"] = entry_of(source)
    return files


def _about(checkpoint: Checkpoint, origin: str, onion: str, today: date) -> About:
    root = base64.b64encode(checkpoint.root).decode()
    return About(checkpoint.origin, checkpoint.size, root, today.isoformat(), origin, onion)


@contextmanager
def _for_everybody() -> Iterator[None]:
    """Make folders and files that a web server of another user can read: all of it is public."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


__all__ = ["MANIFEST", "Built", "Watch", "build_mirror"]
