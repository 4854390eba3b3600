"""The folder beside a mirror where the next one is made, and how one takes the other's place. Pure.

`DIR` is a whole mirror at any moment. The next one is made in `.DIR.work/next`, of hard links where a file
stays as it is; then the two names are exchanged in one step (renameat2), and what was shown before is
removed.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import filecmp
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tuidang.base.disk import sync
from tuidang.base.manifest import Entry

_EXCHANGE = 2  # RENAME_EXCHANGE, linux/fs.h
_HERE = -100  # AT_FDCWD, fcntl.h
_CHUNK = 1 << 20
_FOLDER, _FILE = 0o755, 0o644  # what lies here is public, and a web server of another user reads it


class StageError(Exception):
    """A mirror cannot be made there; the message says why."""


@dataclass(frozen=True)
class Stage:
    """A mirror's place, and the place where the next one is made."""

    shown: Path
    work: Path
    held: int  # the lock, for a program that works for us: it ends no sooner than that

    @property
    def next(self) -> Path:
        """Name the folder in which the next mirror is made."""
        return self.work / "next"

    @property
    def kept(self) -> Path:
        """Name the folder of what is known from one time to the next: never shown, never served."""
        return self.work / "kept"

    def old(self, path: str) -> Path:
        """Name a file of the mirror that is shown now."""
        return self.shown / path

    def new(self, path: str) -> Path:
        """Name a file of the next mirror, whose folder is made."""
        file = self.next / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def write(self, path: str, data: bytes) -> None:
        """Write a file of the next mirror; of one that is the same already nothing is written."""
        if not self.reuse(path, Entry.of(data)):
            self.put(path, data)

    def put(self, path: str, data: bytes) -> None:
        """Write a file of the next mirror, never into what has another name in the one that is shown."""
        file = self.new(path)
        file.unlink(missing_ok=True)
        file.write_bytes(data)

    def reuse(self, path: str, wanted: Entry) -> bool:
        """Take a file from the mirror that is shown, or from an interrupted attempt, if it is this one."""
        fresh, shown = self.next / path, self.old(path)
        if is_plain(fresh) and entry_of(fresh) == wanted:
            return True
        fresh.unlink(missing_ok=True)
        if not is_plain(shown) or entry_of(shown) != wanted:
            return False
        link_or_copy(shown, self.new(path))
        return True

    def take_over(self, path: str, size: int | None) -> bool:
        """Take a file of this size as `reuse` does, unseen: the whole is checked before it is shown."""
        fresh, shown = self.next / path, self.old(path)
        if is_plain(fresh) and size in {None, fresh.stat().st_size}:
            return True
        if not is_plain(shown) or size not in {None, shown.stat().st_size}:
            return False
        fresh.unlink(missing_ok=True)
        link_or_copy(shown, self.new(path))
        return True

    def bring(self, path: str, source: Path) -> None:
        """Take a file from elsewhere on this machine: as a link, or as a copy unless we have one."""
        fresh, shown = self.new(path), self.old(path)
        fresh.unlink(missing_ok=True)
        if is_plain(shown) and not _same_device(source, self.work) and filecmp.cmp(source, shown, False):
            source = shown
        link_or_copy(source, fresh)

    def drop_all_but(self, wanted: set[str]) -> None:
        """Remove from the next mirror what does not belong to it, as an interrupted attempt leaves it."""
        for path in all_files(self.next):
            if path not in wanted:
                (self.next / path).unlink()
        for folder, folders, files in os.walk(self.next, topdown=False):
            if not folders and not files and Path(folder) != self.next:
                with suppress(OSError):
                    Path(folder).rmdir()

    def show(self) -> None:
        """Put the next mirror into the place of the one that is shown, and remove that one."""
        for folder, _folders, files in os.walk(self.next):
            Path(folder).chmod(_FOLDER)
            for name in files:
                (Path(folder) / name).chmod(_FILE)
        _sync_all(self.next)
        if not self.shown.exists():
            # A crash before this line leaves no mirror, as before; the next attempt goes on from here.
            self.next.rename(self.shown)
        elif not _exchange(self.next, self.shown):
            # On a file system that cannot exchange (a stick's) a crash between the two lines leaves the old
            # mirror under another name; the next attempt puts it back.
            self.shown.rename(self.work / "old")
            self.next.rename(self.shown)
        sync(self.shown.parent)
        # A crash from here on leaves the old mirror in the work folder; the next attempt removes it.
        self.tidy()

    def tidy(self) -> None:
        """Remove what is no longer needed beside the mirror; all of it may hold what was erased since."""
        for name in ("old", "next", "part", "rsync"):
            if (self.work / name).exists():
                shutil.rmtree(self.work / name)


@contextmanager
def open_stage(folder: Path, *, resume: bool) -> Iterator[Stage]:
    """Open the place beside a mirror for one maker at a time; `resume` keeps what an attempt has made."""
    shown = folder.absolute()
    if shown.is_symlink() or (shown.exists() and not shown.is_dir()):
        raise StageError(f"{folder} is no folder: name one, there already or not")
    work = shown.parent / f".{shown.name}.work"
    try:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (work / "lock").open("w") as lock:
            stage = Stage(shown, work, lock.fileno())
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StageError(f"{folder} is being made already, by another tuidang") from None
            _recover(stage, resume=resume)
            yield stage
    except OSError as error:
        raise StageError(f"{folder} cannot be written: {error}") from error


def _recover(stage: Stage, *, resume: bool) -> None:
    old = stage.work / "old"
    if old.exists() and not stage.shown.exists():
        old.rename(stage.shown)
    for leftover in (old, stage.work / "rsync", *(() if resume else (stage.next, stage.work / "part"))):
        if leftover.exists():
            shutil.rmtree(leftover)


def entry_of(path: Path) -> Entry:
    """Describe a file."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Entry(size, digest.hexdigest())


def is_plain(path: Path) -> bool:
    """Tell whether this is a file, and no link to one."""
    return path.is_file() and not path.is_symlink()


def all_files(folder: Path) -> Iterator[str]:
    """List everything below a folder that is no folder: files, and links of any kind."""
    for place, folders, files in os.walk(folder):
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*files, *linked):
            yield (Path(place) / name).relative_to(folder).as_posix()


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; where that cannot be, copy it."""
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EACCES}:
            raise
        shutil.copyfile(source, target)


def _same_device(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _sync_all(folder: Path) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if library.syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, f"cannot sync: {os.strerror(number)}", str(folder))
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system or its file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    if library.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number), str(other))
