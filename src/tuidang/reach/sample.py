"""The sample's sources and mirrors: invented numbers, prints, addresses, and what they might have brought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from tuidang.reach.actions import create_source, keep_counts
from tuidang.reach.lists.actions import create_set, keep_measured, renew_canary
from tuidang.reach.lists.measured import Measured, Network, Thing
from tuidang.reach.models import MirrorPlace, MirrorSet, Source, ToolEntry
from tuidang.reach.rules import Door, Entry, How, Kind, State, Way
from tuidang.reach.tally import Counted

_SOURCES: Final = (
    Entry("toronto", Kind.NUMBER, "多伦多热线（样本）", "001 416 555 0123", State.LIVE, Door.HOME),
    Entry("pier-cards", Kind.PRINT, "码头卡片（样本）", "Flushing, invented", State.LIVE, Door.WRITE),
    Entry("notes-1", Kind.BANKNOTE, "纸币第一批（样本）", "", State.RETIRED, Door.WRITE),
)
_MIRRORS: Final = (
    Entry("mirror-1", Kind.MIRROR, "镜像一（样本）", "https://mirror.example/", State.BLOCKED, Door.HOME),
    Entry("mirror-2", Kind.MIRROR, "镜像二（样本）", "https://second.example/", State.LIVE, Door.HOME),
    Entry("mirror-3", Kind.MIRROR, "镜像三（样本）", "https://third.example/", State.LIVE, Door.HOME),
    Entry("mirror-4", Kind.MIRROR, "镜像四（样本）", "https://fourth.example/", State.LIVE, Door.HOME),
)
_SETS: Final = {
    "e-mail": ("写信来的人（样本）", ("mirror-2", "mirror-3")),
    "posters": ("海报上（样本）", ("mirror-1", "mirror-4")),
}
_CANARY: Final = (
    "样本：这是程序说的；真的名册上，只能由人来说。A sample: a program says this, elsewhere only a person."
)
_CANARY_DAYS: Final = 14
# What somebody might have tried: how many days ago, and whether it worked.
_TRIED: Final = (
    (Thing.MIRROR, "mirror-1", Network.CHINA_MOBILE, 2, False),
    (Thing.MIRROR, "mirror-1", Network.ABROAD, 1, True),
    (Thing.MIRROR, "mirror-2", Network.CHINA_MOBILE, 1, True),
    (Thing.MIRROR, "mirror-2", Network.CHINA_TELECOM, 3, True),
    (Thing.MIRROR, "mirror-3", Network.CHINA_MOBILE, 1, True),
    (Thing.MIRROR, "mirror-3", Network.CHINA_UNICOM, 2, False),
    (Thing.MIRROR, "mirror-4", Network.CHINA_TELECOM, 2, True),
    (Thing.TOOL, "sample-a", Network.CHINA_MOBILE, 1, True),
    (Thing.TOOL, "sample-a", Network.CHINA_UNICOM, 3, False),
    (Thing.TOOL, "sample-b", Network.CHINA_TELECOM, 2, True),
)
_OPENED: Final = {"toronto": 130, "pier-cards": 85, "notes-1": 40, "mirror-1": 210}
_TOLD: Final = {Way.CALL: 90, Way.PRINT: 30, Way.BANKNOTE: 20, Way.PERSON: 60}


def stock_sources(today: date) -> None:
    """Keep the sample's sources where there is none, and its mirrors where there is no set of them."""
    if not Source.objects.exists():
        for entry in (*_SOURCES, *_MIRRORS):
            create_source(entry, today)
        month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        keep_counts((Counted(month, How.OPENED, code), count) for code, count in _OPENED.items())
        keep_counts((Counted(month, How.TOLD, way), count) for way, count in _TOLD.items())
    if not MirrorSet.objects.exists():
        _stock_sets(today)
    for name in MirrorSet.objects.filter(name__in=_SETS, canary__in=("", _CANARY)).values_list(
        "name", flat=True
    ):
        renew_canary(name, _CANARY, _CANARY_DAYS, today)  # what a person has said instead is his to renew


def _stock_sets(today: date) -> None:
    there = set(Source.objects.values_list("code", flat=True))
    for entry in _MIRRORS:
        if entry.code not in there:
            create_source(entry, today)
    for name, (title, mirrors) in _SETS.items():
        create_set(name, title)
        MirrorPlace.objects.bulk_create(MirrorPlace(mirror_id=code, set_id=name) for code in mirrors)
    tools = set(ToolEntry.objects.values_list("code", flat=True))
    keep_measured(
        Measured(thing, code, network, today - timedelta(days=ago), works)
        for thing, code, network, ago, works in _TRIED
        if thing is Thing.MIRROR or code in tools
    )
