"""What editions are made of: everything published, as light fingerprints first, then as whole books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db.models import Count, Max

from tuidang.library.editions.values import Book, Chapter, signs_of
from tuidang.library.made import make_flow
from tuidang.library.models import Override, Part, Reading, Text, Work
from tuidang.library.queries import Shown, find_work, reviewed_overrides
from tuidang.library.rules import LANGUAGES


@dataclass(frozen=True)
class Source:
    """A work in one language, by the fingerprints of what it says."""

    name: str
    language: str
    is_news: bool
    whole: str
    chapters: tuple[tuple[int, str], ...]  # number, and fingerprint


def library_mark() -> str:
    """Give a mark that changes whenever something is published, taken down or headed otherwise. Light."""
    readings = Reading.objects.aggregate(
        newest=Max("pk"), count=Count("pk")
    )  # one made anew has a key of its own
    headings = Text.objects.order_by("pk").values_list("pk", "title", "author", "about")
    works = Work.objects.order_by("pk").values_list("pk", "name", "day", "is_sample")
    phrases = Override.objects.exclude(reviewed_by="").order_by("pk").values_list("to", "phrase", "becomes")
    return _digest(readings, list(headings), list(works), list(phrases))


def read_sources() -> list[Source]:
    """List every work in every language in which it can be read."""
    chapters = _fingerprints()
    return [
        Source(work.name, language, work.is_news, *_whole(work, language, chapters[work.name, language]))
        for language in LANGUAGES
        for work in _works(language)
        if (work.name, language) in chapters
    ]


def load_book(name: str, language: str) -> Book | None:
    """Give a work as it is read in a language; None where nothing of it can be read any more."""
    work = find_work(name, language)
    if work is None:
        return None
    readings = (
        Reading.objects.select_related("version__chapter__text")
        .defer("plain", "folded")
        .filter(work__name=name, language=language)
        .order_by("number")
    )
    overrides = reviewed_overrides(language)
    chapters = tuple(
        Chapter(
            reading.number,
            reading.title,
            reading.version.published or reading.version.saved,
            make_flow(
                reading.version.body,
                written=reading.version.chapter.text.language,
                language=language,
                overrides=overrides,
            ),
        )
        for reading in readings
    )
    book = Book(name, language, work.title, work.author, work.about, work.day, work.is_sample, chapters)
    return replace(book, signs=signs_of(book))


def _works(language: str) -> Iterator[Shown]:
    names = Work.objects.filter(readings__language=language).distinct().order_by("pk")
    for name in names.values_list("name", flat=True):
        work = find_work(name, language)
        if work is not None:  # it may be taken down meanwhile
            yield work


def _whole(
    work: Shown, language: str, chapters: list[tuple[int, str]]
) -> tuple[str, tuple[tuple[int, str], ...]]:
    heading = (work.name, language, work.title, work.author, work.about, work.day, work.is_sample)
    alone = tuple((number, _digest(heading, number, said)) for number, said in chapters)
    return _digest(alone), alone


def _fingerprints() -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Give a fingerprint of all that readers have of each chapter, in the order of numbers."""
    said: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    place = ("reading__work__name", "reading__language", "reading__number")
    parts = Part.objects.order_by("reading__number", "number").values_list(
        *place, "reading__title", "reading__version__published", "html"
    )
    for name, language, number, title, published, html in parts.iterator(chunk_size=200):
        said[name, language, number].append(_digest(title, published, html))
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for (name, language, number), texts in said.items():
        found[name, language].append((number, _digest(texts)))
    return found


def _digest(*said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()[:32]
