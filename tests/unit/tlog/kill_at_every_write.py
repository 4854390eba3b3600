"""Kill a publishing process at every system call that writes, and check each time that the log recovers.

Run as a program with a scratch folder; prints how many processes it killed. A program of its own, because
forking is safe only where there are no threads.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tuidang.tlog.head import FileHead
from tuidang.tlog.note import SigningKey
from tuidang.tlog.publish import append, recover
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import WIDTH, read_bundle
from tuidang.tlog.verify import verify_log

KEY = SigningKey("example.org/register", bytes(32))
ENTRIES = [b"entry %d" % number for number in range(302)]
CALLS = ("open", "write", "fsync", "rename", "replace", "mkdir", "unlink")


def publish(folder: Path) -> None:
    """Recover, then append what is missing of two batches."""
    head, store = FileHead(folder / "head"), DirectoryStore(folder / "log")
    recover(head, store)
    for start, end in ((0, 250), (250, 302)):
        size = 0 if store.read("checkpoint") is None else check(store)
        if size == start:
            append(head, store, KEY, ENTRIES[start:end])


def check(store: DirectoryStore) -> int:
    """Verify the log, and check that its entries are ours, in order; return how many."""
    report = verify_log(store, KEY.verifier, workers=1, progress=lambda _: None)
    assert report.checkpoint, report
    assert not report.problems, report
    size = report.checkpoint.size
    bundles = [read_bundle(store, number, size) for number in range(-(-size // WIDTH))]
    assert [entry for bundle in bundles for entry in bundle] == ENTRIES[:size]
    return size


def kill_at(number: int) -> None:
    """Make the system call of this number, of those that write, the last thing this process does."""
    calls = 0

    def deadly(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **keywords: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **keywords)

        return counted

    for name in CALLS:
        setattr(os, name, deadly(getattr(os, name)))


def main(scratch: Path) -> int:
    """Kill at the first call, the second, and so on, until a process comes through."""
    number = 0
    while True:
        number += 1
        folder = scratch / str(number)
        child = os.fork()
        if child == 0:
            kill_at(number)
            publish(folder)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        publish(folder)
        assert check(DirectoryStore(folder / "log")) == len(ENTRIES)
        assert not list((folder / "log/.tmp").iterdir())
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            return number - 1


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))  # noqa: T201 - its result, for the test that runs it
