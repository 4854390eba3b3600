"""Where a mirror is taken from: a folder, an address, or whatever rsync reaches. Pure.

Nothing that comes from there is believed: what is fetched is bounded, and checked by whoever asked for it.
"""

from __future__ import annotations

import http.client
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

from tuidang.base.manifest import Entry
from tuidang.reach.mirror.bounded import TooMuchError, run_bounded
from tuidang.reach.mirror.layout import ABOUT, CHECKPOINT_FILE, FILES_KEY, MANIFEST
from tuidang.reach.mirror.signed import MirrorError
from tuidang.reach.mirror.stage import entry_of, is_plain
from tuidang.tlog.note import MAX_NOTE

_TIMEOUT = 30  # seconds without a byte
_LEAST_SPEED = 2_000  # bytes a second, on the average of a file; what drips slower is given up
_PATIENCE = 120  # seconds, beyond what that speed takes
_CHUNK = 1 << 16
_MOST_HOPS = 3
_HEAD = (CHECKPOINT_FILE, FILES_KEY, MANIFEST, ABOUT)
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

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Take note of what will be read next: some get it all at once sooner than one by one."""

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

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Take note of what will be read next; it lies here."""

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


class HttpSource:
    """A mirror behind an address, over one connection. What came before it broke is kept, and gone on with.

    Nobody is led to another host: who keeps a mirror would be shown there, and fetch what he did not ask for.
    """

    def __init__(self, url: str, part: Path) -> None:
        parts = urlsplit(url)
        self._host, self._path = parts[:2], parts.path
        self._part = part
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)

    def read(self, path: str, most: int) -> bytes:
        pieces: list[bytes] = []
        with self._open(path, 0) as answer:
            if self._pour(answer, path, most, pieces.append) > most:
                raise MirrorError(f"{path}: it is longer than any such file")
        return b"".join(pieces)

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Take note of what will be read next; one connection carries it all."""

    def fetch(self, wanted: Sequence[Wanted], into: Path, done: Callable[[int], None]) -> None:
        self._part.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in wanted:
            half = self._part / sha256(f"{one.path} {one.entry}".encode()).hexdigest()
            self._bring(one, half)
            target = into / one.path
            target.parent.mkdir(parents=True, exist_ok=True)
            half.rename(target)
            done(1)

    def _bring(self, one: Wanted, half: Path) -> None:
        """Fetch a file, from where an earlier attempt came to if the manifest says which one it must be."""
        have = half.stat().st_size if one.entry and half.exists() else 0
        if not one.entry or have < one.most or not have:
            with self._open(one.path, have) as answer:
                have = have if answer.status == 206 else 0
                with half.open("ab" if have else "wb") as file:
                    have += self._pour(answer, one.path, one.most - have, file.write)
        if have > one.most or (one.entry and entry_of(half) != one.entry):
            half.unlink()
            raise MirrorError(
                f"{one.path}: it is not the one that the manifest lists; if the source changed, try again"
            )

    def _pour(
        self, answer: http.client.HTTPResponse, path: str, most: int, put: Callable[[bytes], object]
    ) -> int:
        """Hand on what is answered, as far as it may be long; return how long it is, or that it is longer."""
        end, size = time.monotonic() + _PATIENCE + most / _LEAST_SPEED, 0
        try:
            while chunk := answer.read1(_CHUNK):
                size += len(chunk)
                if size > most:
                    return size
                put(chunk)
                if time.monotonic() > end:
                    raise TimeoutError("it comes too slowly")
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{path}: {error}; the next attempt goes on from there") from error
        if answer.length:
            raise Unreachable(f"{path}: the connection broke; the next attempt goes on from there")
        return size

    @contextmanager
    def _open(self, path: str, begin: int) -> Iterator[http.client.HTTPResponse]:
        """Ask for a file from a byte on."""
        asked = f"{self._path}/{quote(path)}"
        for _ in range(_MOST_HOPS):
            answer = self._ask(asked, {"Range": f"bytes={begin}-"} if begin else {})
            try:
                if answer.status in {200, 206}:
                    yield answer
                    return
                if answer.status in {404, 410}:
                    raise MirrorError(f"{path}: this file is missing")
                if answer.status not in {301, 302, 307, 308}:
                    raise Unreachable(f"{path}: the server answered {answer.status} {answer.reason}")
                there = urljoin(
                    f"{self._host[0]}://{self._host[1]}{asked}", answer.headers.get("Location", "")
                )
                if urlsplit(there)[:2] != self._host:
                    raise Unreachable(f"{path} leads to another host, {there[:200]}; that is not followed")
                asked = urlsplit(there)._replace(scheme="", netloc="", fragment="").geturl()
            finally:
                if not answer.isclosed():  # not read to its end: what comes next would be the rest of it
                    self._connection.close()
        raise Unreachable(f"{path} leads from one address to the next")

    def _ask(self, asked: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        was_open = self._connection.sock is not None
        try:
            self._connection.request("GET", asked, headers=headers)
            return self._connection.getresponse()
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._connection.close()
            if not was_open:
                raise Unreachable(f"{self._host[1]} does not answer: {error}") from error
        return self._ask(asked, headers)  # what was open may have been closed there since the last file


@dataclass(frozen=True)
class RsyncSource:
    """A mirror that rsync reaches. It is given the names of what it may bring, and brings nothing else.

    Sizes are what the other end says they are, so nobody relies on them: what comes is measured here.
    """

    url: str
    part: Path
    held: int  # rsync holds the lock too, and nobody else writes there as long as it lives

    def read(self, path: str, most: int) -> bytes:
        if not self.part.exists():  # the few files by which it is seen whose mirror this is, and no more
            self._run([Wanted(name, MAX_NOTE) for name in _HEAD], self.part)
        return FolderSource(self.part).read(path, most)

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Fetch what will be read next, at once."""
        self._run(wanted, self.part)

    def fetch(self, wanted: Sequence[Wanted], into: Path, done: Callable[[int], None]) -> None:
        self._run(wanted, into)
        done(len(wanted))

    def _run(self, wanted: Sequence[Wanted], into: Path) -> None:
        if not wanted:
            return
        program = shutil.which("rsync")
        if program is None:
            raise Unreachable("rsync is not installed here")
        into.mkdir(parents=True, exist_ok=True)
        options = ["--files-from=-", "--from0", "--times", "--timeout=60"]
        longest, most = max(one.most for one in wanted), sum(one.most for one in wanted)
        command = [program, *options, f"--max-size={longest}", "--", f"{self.url}/", str(into)]
        names = "\0".join(one.path for one in wanted).encode()
        try:
            code, said = run_bounded(command, names, into, most, self.held)
        except TooMuchError:
            raise MirrorError(
                f"{self.url} sends more than the {most} bytes that it was asked for, and was stopped"
            ) from None
        if code:
            raise Unreachable(f"rsync ended with {code}: {said}")
