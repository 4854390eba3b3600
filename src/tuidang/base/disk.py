"""What must last on the disk: all of it written, and there to stay."""

from __future__ import annotations

import os
from pathlib import Path


def write(descriptor: int, data: bytes) -> None:
    """Write all of it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync(path: Path) -> None:
    """Make durable what a file holds, or which files a folder has."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put a file in the place of another, durably: a crash leaves the old one or the new one, whole.

    One writer at a time: what is half written has a fixed name beside it.
    """
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A crash before this line leaves the old file; the sync below makes the new one last.
    new.replace(path)
    sync(path.parent)
