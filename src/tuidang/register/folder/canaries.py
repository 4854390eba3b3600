"""The auditors' rounds of canaries as the folder shows them: how many were sent, how many found again."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor, sqrt
from pathlib import Path
from typing import Any

from tuidang.register.folder.records import canonical
from tuidang.tlog.store import DirectoryStore

CANARIES = "canaries.json"
_Z = 1.959964  # 95% of a bell curve lie within so many standard deviations


@dataclass(frozen=True, slots=True)
class Round:
    """A round: when its first and last canary was sent, and how many by channel were sent and found."""

    first: str  # days
    last: str
    sent: dict[str, int]
    found: dict[str, int]


def write_rounds(folder: Path, rounds: Sequence[Round]) -> None:
    """Show these rounds in the folder, and no others."""
    store, data = DirectoryStore(folder), canonical([asdict(one) for one in rounds]) + b"\n"
    if store.read(CANARIES) != data:
        store.write(CANARIES, data)


def read_rounds(folder: Path) -> list[Round]:
    """Read the rounds that the folder shows, in the order in which they were closed."""
    data = DirectoryStore(folder).read(CANARIES)
    return [] if data is None else [Round(**one) for one in json.loads(data)]


def found_canaries(folder: Path) -> dict[str, Any]:
    """Sum the rounds up: sent, found, and the limits of the share found; and so for each channel."""
    rounds = read_rounds(folder)
    sent: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for one in rounds:
        sent.update(one.sent)
        found.update(one.found)
    return {
        "rounds": len(rounds),
        "first": min((one.first for one in rounds), default=None),
        "last": max((one.last for one in rounds), default=None),
        "all": share(found.total(), sent.total()),
        "channels": {channel: share(found[channel], sent[channel]) for channel in sorted(sent)},
    }


def share(found: int, sent: int) -> dict[str, int]:
    """Give a share with its limits, in ten-thousandths: Wilson's interval, of 95%, rounded outwards.

    E. B. Wilson, Probable inference, JASA 22 (1927). It holds for few canaries and for shares near 1 too.
    """
    low, high = wilson(found, sent)
    return {"sent": sent, "found": found, "low": floor(low * 10_000), "high": ceil(high * 10_000)}


def wilson(found: int, sent: int) -> tuple[float, float]:
    """Give the limits of the true share, with 95%, when `found` of `sent` were found; of nothing, 0 and 1."""
    if not sent:
        return 0.0, 1.0
    part, square = found / sent, _Z * _Z / sent
    middle = part + square / 2
    wide = _Z * sqrt(part * (1 - part) / sent + square / sent / 4)
    low = 0.0 if not found else (middle - wide) / (1 + square)
    high = 1.0 if found == sent else (middle + wide) / (1 + square)
    return low, high
