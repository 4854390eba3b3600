"""Files that say what goes on at this moment: put in place whole, read while fresh, forgotten in an hour."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")

KEPT: Final = timedelta(hours=1)  # what a process that stopped has left


def write_live(path: Path, content: object) -> None:
    """Put the file in place whole; a crash leaves the one before, perhaps with a draft."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
    draft.rename(path)


def read_live(path: Path, fresh: timedelta, read: Callable[[Any], T], now: datetime) -> T | None:
    """Read what was written last; None when nobody writes any more, or it cannot be read at this moment."""
    try:
        if now - datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo) > fresh:
            return None
        return read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def forget_live(path: Path, now: datetime) -> None:
    """Remove what a process that stopped an hour ago has left, its draft too."""
    for left in (path, path.with_suffix(".new")):
        with suppress(FileNotFoundError):
            if now - datetime.fromtimestamp(left.stat().st_mtime, tz=now.tzinfo) > KEPT:
                left.unlink()
