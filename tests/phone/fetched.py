"""Asterisk and SIPp, fetched once and kept under build/ between runs; what was fetched is shared by all."""

from __future__ import annotations

import fcntl
from pathlib import Path

from tuidang.phone.asterisk.install import install, installed

KEPT = Path(__file__).parents[2] / "build/asterisk"


def fetch() -> Path:
    """Give the folder in which they are installed, fetching them if they are not; one process at a time."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed(KEPT):
            install(KEPT)
    return KEPT
