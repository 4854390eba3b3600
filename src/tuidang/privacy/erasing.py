"""Removing a file so that the disk's free blocks do not keep what it held."""

from __future__ import annotations

import os
from pathlib import Path


def erase_file(path: Path) -> None:
    """Overwrite a file with zeros, durably, and remove it; without effect if it is gone.

    It does not reach what solid-state disks, copy-on-write file systems, snapshots and backups keep.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        os.write(descriptor, bytes(os.fstat(descriptor).st_size))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A crash here leaves a file of zeros.
    path.unlink()
