"""Mistakes that nobody caught, told without the words that could quote a number."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

_log = logging.getLogger(__name__)


def say_kind(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the kind of a mistake: asyncio's own words quote what was called, and with what."""
    _log.error("a mistake that nobody caught: %s", type(context.get("exception")).__name__)
