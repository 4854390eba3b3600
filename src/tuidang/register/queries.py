"""What is read of the private side: whether the log is a sample, name statistics, and how much waits."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as memory
from django.db import Error
from django.db.models import Count, Q

from tuidang.privacy.names import NameTable
from tuidang.register.models import Head, Waiting
from tuidang.register.rules.publication import is_sample

_KEPT = 5  # seconds
_measured: dict[Path, tuple[float, Load]] = {}


@dataclass(frozen=True)
class Load:
    """What waits, and how full the queues are as shares of their bounds; the disk's free part in percent."""

    waiting: int
    held: int
    slow: int
    share: float  # of all that may wait
    held_share: float  # at most half of the queue may wait for reviewers,
    slow_share: float  # and a quarter may have come over budget: so neither closes the form to the others
    free_disk: float


def log_is_sample() -> bool:
    """Tell whether the log holds invented statements only; once begun, it stays so."""
    name = f"register.is_sample.{settings.TUIDANG.data}"
    known: bool | None = memory.get(name)
    if known is None:
        try:
            origin = Head.objects.values_list("origin", flat=True).first()
        except Error:
            return False  # the database is away: what is public can be read all the same
        if origin is None:
            return False
        known = is_sample(origin)
        memory.set(name, known, timeout=None)
    return known


def begun_as_sample() -> bool | None:
    """Tell whether the log was begun as a sample; None when none was begun."""
    origin = Head.objects.values_list("origin", flat=True).first()
    return None if origin is None else is_sample(origin)


def name_table() -> NameTable:
    """Give the name statistics of the settings; read once."""
    return _name_table(settings.TUIDANG.names)


def intake_load() -> Load:
    """Measure queues and disk, or give what was measured within the last seconds."""
    # Kept beside Django's cache, which takes longer to give it back than to take a statement's fingerprint.
    measured = _measured.get(settings.TUIDANG.data)
    if measured is None or time.monotonic() - measured[0] > _KEPT:
        measured = _measured[settings.TUIDANG.data] = (time.monotonic(), _measure())
    return measured[1]


@cache
def _name_table(folder: Path | None) -> NameTable:
    return NameTable.default() if folder is None else NameTable.load(folder)


def _measure() -> Load:
    counts = Waiting.objects.aggregate(
        waiting=Count("pk"),
        held=Count("pk", filter=Q(state=Waiting.State.HELD)),
        slow=Count("pk", filter=Q(slow=True)),
    )
    bound = settings.TUIDANG.queue_bound
    disk = shutil.disk_usage(settings.TUIDANG.data)
    return Load(
        **counts,
        share=counts["waiting"] / bound,
        held_share=counts["held"] / (bound / 2),
        slow_share=counts["slow"] / (bound / 4),
        free_disk=100 * disk.free / disk.total,
    )
