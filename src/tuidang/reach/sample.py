"""The sample's sources: invented numbers, prints and addresses, and what they might have brought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from tuidang.reach.actions import create_source, keep_counts
from tuidang.reach.models import Source
from tuidang.reach.rules import Door, Entry, How, Kind, State, Way
from tuidang.reach.tally import Counted

_SOURCES: Final = (
    Entry("toronto", Kind.NUMBER, "多伦多热线（样本）", "001 416 555 0123", State.LIVE, Door.HOME),
    Entry("pier-cards", Kind.PRINT, "码头卡片（样本）", "Flushing, invented", State.LIVE, Door.WRITE),
    Entry("notes-1", Kind.BANKNOTE, "纸币第一批（样本）", "", State.RETIRED, Door.WRITE),
    Entry("mirror-1", Kind.MIRROR, "镜像一（样本）", "https://mirror.example/", State.BLOCKED, Door.HOME),
)
_OPENED: Final = {"toronto": 130, "pier-cards": 85, "notes-1": 40, "mirror-1": 210}
_TOLD: Final = {Way.CALL: 90, Way.PRINT: 30, Way.BANKNOTE: 20, Way.PERSON: 60}


def stock_sources(today: date) -> None:
    """Keep the sample's sources where there is none."""
    if Source.objects.exists():
        return
    for entry in _SOURCES:
        create_source(entry, today)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    keep_counts((Counted(month, How.OPENED, code), count) for code, count in _OPENED.items())
    keep_counts((Counted(month, How.TOLD, way), count) for way, count in _TOLD.items())
