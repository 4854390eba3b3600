"""Run the hotline in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import fcntl
import signal
from collections.abc import Callable

from tuidang.base.cores import forbid_cores
from tuidang.base.options import Options
from tuidang.phone.hotline.service import Hotline
from tuidang.phone.test_calls.service import keep_testing
from tuidang.privacy.keys import KeyFolder


class CannotServe(Exception):  # noqa: N818  an answer, not a mistake
    """Say why this machine cannot run the hotline."""


def serve(options: Options, *, examine: Callable[[], int]) -> None:
    """Serve until SIGTERM or Ctrl-C; `examine` counts the doctor's warnings. Raises CannotServe."""
    forbid_cores()
    path = options.data / "phone" / "run" / "hotline.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe("a hotline runs here already: each Asterisk has one") from None
        asyncio.run(_serve(options, examine))


async def _serve(options: Options, examine: Callable[[], int]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tests = asyncio.create_task(keep_testing(options))
    key = KeyFolder(options.keys).journal_key()
    try:
        hotline = Hotline(
            options.data, key, desks=options.phone_desks, phone_live=options.phone_live, examine=examine
        )
        await hotline.run(stop)
    finally:
        tests.cancel()
