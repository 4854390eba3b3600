"""Editions of the library, made behind the worker: in a process of its own, one at a time."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final, TypeAlias

from tuidang.library.edition_sources import library_mark
from tuidang.library.editions import typeface
from tuidang.library.editions.folder import is_listed_by, read_made
from tuidang.library.editions.formats import MANIFEST
from tuidang.library.queries import is_empty
from tuidang.register.actions.head import CannotWrite, NotBegun, options
from tuidang.tlog.note import VerifierKey
from tuidang.web.house import files_key

_State: TypeAlias = tuple[str, VerifierKey]  # the library's mark, and the key that signs its list
_REST: Final = 3600.0  # seconds after which a build that failed is tried again

logger = logging.getLogger("tuidang.worker")


def examine_key() -> Iterator[tuple[str, str, str]]:
    """Say so while the editions here are signed by a key that is not today's, as after a succession."""
    folder = options().data / "editions"
    try:
        key = files_key().verifier
    except (NotBegun, CannotWrite):  # what is wrong with the log was said
        return
    if (folder / MANIFEST).exists() and not is_listed_by(folder, key):
        yield (
            "wrong",
            "the editions of the library are signed by another key than today's: they look like a stranger's",
            "`tuidang work` makes them anew by itself, in some minutes; at once: tuidang library build",
        )


def examine_editions() -> Iterator[tuple[str, str, str]]:
    """Say what editions of the library cannot be made here, and the mend."""
    if not is_empty() and not typeface.is_there():
        yield (
            "advice",
            "the library has no PDF and no booklets: the typeface for them is missing",
            f"apt-get install {typeface.PACKAGE}, then tuidang library build",
        )


class Builder:
    """Starts `tuidang library build` when something was published since the last one was complete.

    And when another key signs lists of files than signed the one that is there: another log has gone on.

    A typeface of Chinese takes a hundred megabytes and more, which go when the process ends; it yields to
    everything else that runs. A kill of either leaves what was made before, and the next look begins again.
    """

    def __init__(self) -> None:
        self._build: subprocess.Popen[bytes] | None = None
        self._failed: tuple[_State, float] | None = None  # at which state, and when

    def look(self) -> None:
        """Start a build if one is due and none runs; say in the log when one has failed."""
        try:
            key = files_key().verifier
        except (NotBegun, CannotWrite):
            return  # there is nothing to sign with yet, or no more
        now = library_mark(), key
        if self._build is not None:
            if self._build.poll() is None:
                return
            if self._build.returncode:
                logger.warning("the editions of the library were not made: `tuidang library build` says why")
                self._failed = now, time.monotonic()
            self._build = None
        folder = options().data / "editions"
        is_made = read_made(folder).mark == now[0] and is_listed_by(folder, key)
        if is_made or self._is_resting(now):
            return
        words = ["setpriv", "--pdeathsig", "TERM", "nice", "-n", "10"]  # told to stop whatever becomes of us
        ours = [sys.executable, "-m", "tuidang", "library", "build", "--json"]
        self._build = subprocess.Popen([*words, *ours], stdout=subprocess.DEVNULL)  # noqa: S603 -- ourselves

    def stop(self) -> None:
        """End a build that is under way."""
        if self._build is not None and self._build.poll() is None:
            self._build.terminate()
            self._build.wait()

    def _is_resting(self, now: _State) -> bool:
        return bool(self._failed and self._failed[0] == now and time.monotonic() < self._failed[1] + _REST)
