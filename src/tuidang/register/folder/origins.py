"""From which provinces statements came by network, as the folder shows it: our own word."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuidang.register.folder.records import canonical
from tuidang.tlog.store import DirectoryStore

ORIGINS = "origins.json"


def write_origins(folder: Path, days: Mapping[str, Mapping[str, int]]) -> None:
    """Show these totals: by day, then by province."""
    store, data = DirectoryStore(folder), canonical(days) + b"\n"
    if store.read(ORIGINS) != data:
        store.write(ORIGINS, data)


def read_origins(folder: Path) -> dict[str, dict[str, int]]:
    """Read what the folder shows; nothing when it shows none."""
    data = DirectoryStore(folder).read(ORIGINS)
    found: dict[str, Any] = {} if data is None else json.loads(data)
    return found
