"""Run a dialling machine in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import fcntl
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tuidang.base.cores import forbid_cores
from tuidang.base.options import Options
from tuidang.phone.actions.blocks import MACHINE_LENGTH
from tuidang.phone.dialler.service import RING_SECONDS, Dialler
from tuidang.privacy.keys import KeyFolder


class CannotDial(Exception):  # noqa: N818  an answer, not a mistake
    """Say why this machine cannot dial."""


def dial(
    options: Options, machine: str, *, examine: Callable[[], int], ring_seconds: float = RING_SECONDS
) -> None:
    """Dial as `machine` until SIGTERM or Ctrl-C; `examine` counts warnings. Raises CannotDial."""
    forbid_cores()
    if not re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,{MACHINE_LENGTH - 1}}}", machine):
        raise CannotDial(f"a machine's name has 1 to {MACHINE_LENGTH} small letters, digits and hyphens")
    with _alone(options.data / "phone" / "run" / "dial.lock"):
        asyncio.run(_dial(options, machine, examine, ring_seconds))


async def _dial(options: Options, machine: str, examine: Callable[[], int], ring_seconds: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    dialler = Dialler(
        machine,
        options.data,
        KeyFolder(options.keys).journal_key(),
        phone_live=options.phone_live,
        examine=examine,
        hotline=options.phone_hotline,
        ring_seconds=ring_seconds,
    )
    await dialler.run(stop)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no second dialler run beside one Asterisk: both would take the same calls for theirs."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotDial(
                "a dialler runs here already: each needs a data folder and an Asterisk"
            ) from None
        yield
