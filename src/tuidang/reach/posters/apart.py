"""Sheets made in a process of their own: a typeface takes hundreds of megabytes, which go when it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from threading import Lock
from typing import Final, Literal

from tuidang.reach.posters.values import NoGlyph, Order, TooLong

_PATIENCE: Final = 300.0  # seconds; one takes three
_REFUSED: Final = 3
_one_at_a_time = Lock()


def make_apart(order: Order, form: Literal["check", "svg", "pdf"]) -> bytes:
    """Make a sheet as a picture or a print file, or only see that it fits. Raises TooLong and NoGlyph."""
    with _one_at_a_time:
        done = subprocess.run(  # noqa: S603 -- our own module
            [sys.executable, "-m", "tuidang.reach.posters", form],
            input=json.dumps(asdict(order)).encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    if done.returncode == _REFUSED:
        why = json.loads(done.stdout)
        raise TooLong(why["long"]) if "long" in why else NoGlyph(why["sign"])
    done.check_returncode()
    return done.stdout
