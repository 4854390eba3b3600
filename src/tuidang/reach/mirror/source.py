"""Where a mirror is taken from: a folder, an address, or whatever rsync reaches. Pure.

Nothing that comes from there is believed: what is fetched is bounded, and checked by whoever asked for it.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from tuidang.base.manifest import Entry
from tuidang.reach.mirror.layout import CHECKPOINT_FILE, OWN
from tuidang.reach.mirror.signed import MirrorError
from tuidang.reach.mirror.stage import entry_of, is_plain

_TIMEOUT = 30  # seconds without a byte
_LEAST_SPEED = 2_000  # bytes a second, on the average of a file; what drips slower is given up
_PATIENCE = 120  # seconds, beyond what that speed takes
_CHUNK = 1 << 16
_REMOTE = re.compile(r"rsync://[^\s]+|(?:[A-Za-z0-9_.-]+@)?[A-Za-z0-9_.-]+::?[^\s]+")


class Unreachable(Exception):  # noqa: N818 -- it says what is so, not that something of ours broke
    """The source does not answer, or not as one that has a mirror; the message says how."""


@dataclass(frozen=True)
class Wanted:
    """A file that is to be fetched: of at most so many bytes; which, where a manifest lists it."""

    path: str
    most: int
    entry: Entry | None = None


class Source(Protocol):
    """A place that has a mirror. Both raise Unreachable, and MirrorError for what is not as it must be."""

    def read(self, path: str, most: int) -> bytes:
        """Return a file of at most so many bytes."""

    def fetch(self, wanted: Sequence[Wanted], into: Path, done: Callable[[int], None]) -> None:
        """Bring files into a folder, each whole or not at all; `done` is told how many more are there."""


def open_source(text: str, work: Path, held: int) -> Source:
    """Find out what kind of source is meant; `work` is a folder for what is half fetched, `held` its lock."""
    if text.startswith(("http://", "https://")):
        return HttpSource(text.rstrip("/"), work / "part")
    if _REMOTE.fullmatch(text):
        return RsyncSource(text.rstrip("/"), work / "rsync", held)
    return FolderSource(Path(text))


@dataclass(frozen=True)
class FolderSource:
    """A mirror that lies in a folder: on a stick, or beside."""

    root: Path

    def read(self, path: str, most: int) -> bytes:
        file = self._find(path)
        with file.open("rb") as lying:
            data = lying.read(most + 1)
        if len(data) > most:
            raise MirrorError(f"{path}: it is longer than any such file")
        return data

    def fetch(self, wanted: Sequence[Wanted], into: Path, done: Callable[[int], None]) -> None:
        for one in wanted:
            target = into / one.path
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.with_name(f"{target.name}.half")
            source = self._find(one.path)
            if source.stat().st_size > one.most:
                raise MirrorError(f"{one.path}: it is longer than any such file")
            shutil.copyfile(source, half)
            half.rename(target)
            done(1)

    def _find(self, path: str) -> Path:
        if not self.root.is_dir():
            raise Unreachable(f"{self.root} is neither a folder nor an address")
        file = self.root / path
        if not is_plain(file):
            raise MirrorError(f"{path}: this file is missing")
        return file


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follow a redirect only where it stays: a mirror must not send whoever keeps one to somewhere else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0917
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise Unreachable(f"{req.full_url} leads to another host, {newurl[:200]}; that is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True)
class HttpSource:
    """A mirror behind an address. What came before a connection broke is kept, and gone on with."""

    url: str
    part: Path
    _opener: Any = field(default_factory=lambda: urllib.request.build_opener(_SameHost()))

    def read(self, path: str, most: int) -> bytes:
        with self._open(path, 0) as answer:
            pieces, size, end = [], 0, _deadline(most)
            while chunk := self._chunk(answer, path, end):
                size += len(chunk)
                if size > most:
                    raise MirrorError(f"{path}: it is longer than any such file")
                pieces.append(chunk)
            if answer.length:
                raise Unreachable(f"{path}: the connection broke")
            return b"".join(pieces)

    def fetch(self, wanted: Sequence[Wanted], into: Path, done: Callable[[int], None]) -> None:
        self.part.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in wanted:
            half = self.part / sha256(f"{one.path} {one.entry}".encode()).hexdigest()
            self._bring(one, half)
            target = into / one.path
            target.parent.mkdir(parents=True, exist_ok=True)
            half.rename(target)
            done(1)

    def _bring(self, one: Wanted, half: Path) -> None:
        """Fetch a file, from where an earlier attempt came to if the manifest says which one it must be."""
        have = half.stat().st_size if one.entry and half.exists() else 0
        if not one.entry or have < one.most:
            with self._open(one.path, have) as answer:
                have = have if answer.status == 206 else 0
                end = _deadline(one.most)
                with half.open("ab" if have else "wb") as file:
                    while chunk := self._chunk(answer, one.path, end):
                        have += len(chunk)
                        if have > one.most:
                            break
                        file.write(chunk)
            if answer.length and have <= one.most:
                raise Unreachable(f"{one.path}: the connection broke; the next attempt goes on from there")
        if have > one.most or (one.entry and entry_of(half) != one.entry):
            half.unlink()
            raise MirrorError(
                f"{one.path}: it is not the one that the manifest lists; if the source changed just now, "
                "try again"
            )

    def _open(self, path: str, begin: int) -> Any:
        url = f"{self.url}/{quote(path)}"
        request = urllib.request.Request(url, headers={"Range": f"bytes={begin}-"} if begin else {})  # noqa: S310
        try:
            return self._opener.open(request, timeout=_TIMEOUT)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in {404, 410}:
                    raise MirrorError(f"{path}: this file is missing") from error
                raise Unreachable(f"{url}: the server answered {error.code} {error.reason}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unreachable(f"{url}: {getattr(error, 'reason', error)}") from error

    def _chunk(self, answer: Any, path: str, end: float) -> bytes:
        if time.monotonic() > end:
            raise Unreachable(f"{path}: it comes too slowly; the next attempt goes on from there")
        try:
            chunk: bytes = answer.read1(_CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{path}: the connection broke: {error}") from error
        return chunk


def _deadline(size: int) -> float:
    return time.monotonic() + _PATIENCE + size / _LEAST_SPEED


@dataclass(frozen=True)
class RsyncSource:
    """A mirror that rsync reaches. It is given the names of what it may bring, and brings nothing else."""

    url: str
    part: Path
    held: int  # rsync holds the lock too, and nobody else writes there as long as it lives

    def read(self, path: str, most: int) -> bytes:
        if not self.part.exists():
            self._run([f"--max-size={most}", "--recursive"], [OWN, CHECKPOINT_FILE], self.part)
        return FolderSource(self.part).read(path, most)

    def fetch(self, wanted: Sequence[Wanted], into: Path, done: Callable[[int], None]) -> None:
        if wanted:
            longest = max(one.most for one in wanted)
            self._run([f"--max-size={longest}"], [one.path for one in wanted], into)
        done(len(wanted))

    def _run(self, options: list[str], paths: list[str], into: Path) -> None:
        program = shutil.which("rsync")
        if program is None:
            raise Unreachable("rsync is not installed here")
        into.mkdir(parents=True, exist_ok=True)
        command = [
            program,
            "--files-from=-",
            "--from0",
            "--times",
            "--timeout=60",
            *options,
            "--",
            f"{self.url}/",
            str(into),
        ]
        ran = subprocess.run(  # noqa: S603 -- no shell, and the source cannot be read as an option
            command,
            input="\0".join(paths).encode(),
            capture_output=True,
            check=False,
            pass_fds=(self.held,),
        )
        if ran.returncode:
            said = ran.stderr.decode(errors="replace").strip()[:500]
            raise Unreachable(f"rsync ended with {ran.returncode}: {said}")
