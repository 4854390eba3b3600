"""Kill a witness at every system call that writes, and check each time that it stays with one history.

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

sys.path.insert(0, str(Path(__file__).parents[2]))

from tlog_cast import KEY
from tuidang.witness.folder import WitnessFolder
from tuidang.witness.service import Witness
from witness_cast import TwoHistories

CALLS = ("open", "write", "fsync", "rename", "replace", "mkdir", "unlink")
BEFORE, AFTER, LATER = 200, 300, 400


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


def ask(folder: WitnessFolder, history: int, old_size: int, size: int) -> tuple[int, str]:
    """Ask a witness that has just been started for a cosignature."""
    request = TwoHistories(BEFORE).request(history, old_size, size)
    answer = Witness(folder).add_checkpoint(request.text.encode(), 1)
    return answer.status, answer.body


def cosign_until_killed(folder: WitnessFolder, number: int) -> tuple[str, bool]:
    """Let a process cosign and be killed at a call; return what left it, and whether it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        kill_at(number)
        os.write(writer, ask(folder, 0, BEFORE, AFTER)[1].encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        left = pipe.read()
    _, status = os.waitpid(child, 0)
    return left, os.WIFSIGNALED(status)


def main(scratch: Path) -> int:
    """Kill at the first call, the second, and so on, until a process comes through."""
    number = 0
    while True:
        number += 1
        folder = WitnessFolder.init(scratch / str(number), "witness.example/killed")
        folder.add_log(KEY.verifier)
        assert ask(folder, 0, 0, BEFORE)[0] == 200
        left, killed = cosign_until_killed(folder, number)
        size = folder.last(KEY.name).size
        assert size in {BEFORE, AFTER}
        assert not left or size == AFTER, "a cosignature left before it was durably known"
        if number % 2:  # the other history comes first after the kill, and then the honest one
            other, _ = ask(folder, 1, size, AFTER)
            assert other == (200 if size == BEFORE else 409)
            assert ask(folder, int(other == 200), AFTER, LATER)[0] == 200
        else:
            assert ask(folder, 0, size, LATER)[0] == 200
            assert ask(folder, 1, LATER, LATER)[0] == 409
        if not killed:
            assert left
            return number - 1


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))  # noqa: T201 - its result, for the test that runs it
