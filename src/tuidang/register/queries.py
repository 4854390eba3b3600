"""What views read of the private side: whether the log is a sample, name statistics, and how much waits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as memory

from tuidang.privacy.names import NameTable
from tuidang.register.models import Head
from tuidang.register.rules.publication import is_sample


def log_is_sample() -> bool:
    """Tell whether the log holds invented statements; its origin then ends in .invalid."""
    return bool(memory.get_or_set("register.log_is_sample", _read_is_sample, timeout=5))


def _read_is_sample() -> bool:
    head = Head.objects.values_list("origin", flat=True).first()
    return head is not None and is_sample(head)


def name_table() -> NameTable:
    """Give the name statistics of the settings; read once."""
    return _name_table(settings.TUIDANG.names)


@cache
def _name_table(folder: Path | None) -> NameTable:
    return NameTable.default() if folder is None else NameTable.load(folder)
