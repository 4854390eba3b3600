"""Log lines that name no visitor: no path, no address, no agent, no message of an exception."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    """Write level, logger and message; of a request only its status; of an exception its type and places.

    What a visitor sent can stand in a path and in an exception's message, so neither is written.
    No time is written either: an exact time beside an error would date a visit.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and the stack under it when there was an exception."""
        if hasattr(record, "request") or record.name.startswith("django."):
            status = getattr(record, "status_code", "")
            message = f"a request was answered with an error {status}".strip()
        else:
            message = record.getMessage()
        line = f"{record.levelname.lower()}: {record.name}: {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 -- the name is logging's
        """Return the exception's type and the places it passed, without its message."""
        kind, _, trace = ei
        places = [f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(trace)]
        return "\n".join([*places, f"  {kind.__name__ if kind else 'no exception'}"])
