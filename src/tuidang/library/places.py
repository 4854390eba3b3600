"""Where everything published stands, and since when: for maps, feeds, and reading without a network."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from tuidang.base.words import LANGUAGES
from tuidang.library.models import Reading


@dataclass(frozen=True)
class Place:
    """A work or one of its chapters: in which languages it can be read, and the day it was published last."""

    name: str
    number: int | None  # of the chapter; None: the work itself
    languages: tuple[str, ...]
    day: date | None


@dataclass(frozen=True)
class Kept:
    """What a device keeps of a work in one language: how long each chapter is, and a stamp of its state."""

    parts: tuple[tuple[int, int], ...]  # number of the chapter, and how many pages it has
    stamp: str


def places() -> list[Place]:
    """List every work, and every chapter of books; an item of news is its one chapter."""
    found: defaultdict[tuple[str, int | None], list[tuple[str, date | None]]] = defaultdict(list)
    rows = Reading.objects.order_by("work_id", "number").values_list(
        "work__name", "work__day", "number", "language", "version__published"
    )
    for name, of_news, number, language, day in rows:
        if not of_news:
            found[name, None].append((language, day))
        found[name, number].append((language, day))
    return [
        Place(
            name,
            number,
            tuple(one for one in LANGUAGES if one in {language for language, _ in states}),
            max((day for _, day in states if day), default=None),
        )
        for (name, number), states in found.items()
    ]


def last_published(names: Collection[str], language: str) -> dict[str, date]:
    """Say of works on which day what is read of them in a language was published last."""
    readings = Reading.objects.filter(work__name__in=names, language=language)
    rows = readings.values_list("work__name").annotate(day=Max("version__published")).order_by()
    return {name: day for name, day in rows if day}


def to_keep(name: str, language: str) -> Kept | None:
    """Say what a device that keeps a work has to fetch; None where nothing of it can be read."""
    readings = Reading.objects.filter(work__name=name, language=language).order_by("number")
    rows = list(readings.annotate(pages=Count("parts")).values_list("number", "pages", "version", "title"))
    if not rows:
        return None
    stamp = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
    return Kept(tuple((number, pages) for number, pages, _, _ in rows), stamp)
