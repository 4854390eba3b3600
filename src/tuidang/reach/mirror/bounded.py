"""Running a program that fills a folder with what a stranger sends, and stopping it when that is too much."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

_LOOK = 0.1  # seconds from one look at the folder to the next; more where a look takes long
_SHARE = 10  # a look may take one part in so many of the time
_LAST_WORDS = 10  # seconds in which a program that is told to stop takes away what it has half written
_SAID = 500  # characters of its errors that are kept


class TooMuchError(Exception):
    """More came than may; the program was stopped."""


def run_bounded(command: Sequence[str], given: bytes, into: Path, most: int, held: int) -> tuple[int, str]:
    """Run a program that writes below a folder, `given` to its input; return its code and its errors.

    It is stopped once the folder has grown by more than `most` bytes, whatever the program believes of what
    it is sent. `held` is a file that it holds open too. Raises TooMuchError.
    """
    before = _bytes_in(into)
    with TemporaryFile() as names:
        names.write(given)
        names.seek(0)
        with subprocess.Popen(  # noqa: S603 -- no shell; whoever calls sees to the arguments
            command, stdin=names, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=(held,)
        ) as running:
            said = bytearray()
            listening = threading.Thread(target=_listen, args=(running.stderr, said), daemon=True)
            listening.start()
            try:
                _watch(running, into, before + most)
            except BaseException:
                _stop(running)
                raise
            finally:
                listening.join(_LAST_WORDS)
    if _bytes_in(into) > before + most:
        raise TooMuchError
    return running.returncode, said.decode(errors="replace").strip()


def _watch(running: subprocess.Popen[bytes], into: Path, most: int) -> None:
    pause = _LOOK
    while True:
        with suppress(subprocess.TimeoutExpired):
            running.wait(pause)
            return
        begun = time.monotonic()
        if _bytes_in(into) > most:
            raise TooMuchError
        pause = max(_LOOK, _SHARE * (time.monotonic() - begun))


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.terminate()
    try:
        running.wait(_LAST_WORDS)
    except subprocess.TimeoutExpired:
        running.kill()


def _listen(errors: IO[bytes] | None, said: bytearray) -> None:
    """Keep the beginning of what a program says, and let the rest, which may have no end, go."""
    while errors and (more := os.read(errors.fileno(), 4096)):
        said += more[: _SAID - len(said)]


def _bytes_in(folder: Path) -> int:
    size = 0
    for place, _folders, files in os.walk(folder):
        for name in files:
            with suppress(FileNotFoundError):  # renamed a moment ago
                size += (Path(place) / name).lstat().st_size
    return size
