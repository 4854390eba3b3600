"""Mistakes that nobody caught, told without the words that could quote a number."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


def say_kind(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the kind of a mistake: asyncio's own words quote what was called, and with what."""
    _log.error("a mistake that nobody caught: %s", type(context.get("exception")).__name__)


def told_briefly(error: BaseException) -> str:
    """Name a mistake's kind and where it was made; its words and its stack could quote a number."""
    places = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}{where}"
