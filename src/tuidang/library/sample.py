"""The sample of the library: a short book of our own, and an item of news that says it is one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tuidang.base.audit.chain import AT_SHELL
from tuidang.library.actions.importing import import_works
from tuidang.library.folder import read_works
from tuidang.library.queries import is_empty

SAMPLE = Path(__file__).parent / "sample"


def stock_sample(now: datetime) -> None:
    """Publish the sample where the library is empty; a library that holds anything is left as it is."""
    if is_empty():
        import_works(read_works(SAMPLE), now, publish=True, by=AT_SHELL)
