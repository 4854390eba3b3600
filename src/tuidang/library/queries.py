"""What is read of the library: works, chapters, parts, and what a search finds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tuidang.library.hanzi import OTHER, Overrides, convert
from tuidang.library.made import Made, make_reading
from tuidang.library.models import Chapter, Gram, Override, Part, Reading, Text, Version, Work
from tuidang.library.rules import Heading
from tuidang.library.search import excerpt, fold_words, grams_of

MOST_FOUND = 200  # chapters of a search that are looked at; a longer word finds fewer


@dataclass(frozen=True)
class Shown:
    """A work as it is shown in one language."""

    name: str
    title: str
    author: str
    about: str
    day: date | None
    is_sample: bool
    chapters: int  # that can be read in it

    @property
    def is_news(self) -> bool:
        """Tell whether it is an item of news."""
        return self.day is not None


@dataclass(frozen=True)
class Stocked:
    """A work in one language in which it was written, and how far its chapters are."""

    key: int
    name: str
    language: str
    title: str
    day: date | None
    is_sample: bool
    chapters: int
    read: int  # published
    waiting: int  # for a set time


@dataclass(frozen=True)
class ChapterState:
    """A chapter as an editor sees it: its versions, the newest first."""

    number: int
    versions: Sequence[Version]

    @property
    def newest(self) -> Version:
        """Give the version that was saved last."""
        return self.versions[0]

    @property
    def read(self) -> Version | None:
        """Give the version that readers have."""
        return next((one for one in self.versions if vars(one)["is_read"]), None)

    @property
    def waiting(self) -> Version | None:
        """Give the version that waits for its time."""
        return next((one for one in self.versions if one.publish_at), None)


@dataclass(frozen=True)
class Page:
    """One part of a chapter, and what lies around it."""

    work: Shown
    number: int
    title: str
    part: int
    parts: int
    html: str
    code: str
    earlier: tuple[int, str] | None  # chapters: number and title
    later: tuple[int, str] | None


@dataclass(frozen=True)
class Found:
    """A chapter that a search found."""

    key: int
    name: str
    work: str
    number: int
    title: str
    day: date | None  # of an item of news


def books(language: str, first: int = 0) -> list[Shown]:
    """List the books that can be read in a language, from the `first` on, the newest work last."""
    return _shown(_readable(language).filter(day=None).order_by("pk")[first:], language)


def news(language: str, first: int = 0, limit: int | None = None) -> list[Shown]:
    """List the items of news that can be read in a language, the newest first."""
    found = _readable(language).filter(day__isnull=False).order_by("-day", "-pk")
    return _shown(found[first : None if limit is None else first + limit], language)


def find_work(name: str, language: str) -> Shown | None:
    """Give a work as it is shown in a language; None where nothing of it can be read in it."""
    found = _shown(_readable(language).filter(name=name), language)
    return found[0] if found else None


def languages_of(name: str, number: int | None = None) -> list[str]:
    """Say in which languages a work, or one chapter of it, can be read."""
    readings = Reading.objects.filter(work__name=name)
    if number is not None:
        readings = readings.filter(number=number)
    return sorted(set(readings.values_list("language", flat=True)), reverse=True)


def contents(name: str, language: str) -> list[tuple[int, str]]:
    """List the chapters of a work: number and title."""
    readings = Reading.objects.filter(work__name=name, language=language).order_by("number")
    return list(readings.values_list("number", "title"))


def find_page(name: str, language: str, number: int, part: int) -> Page | None:
    """Give one part of a chapter; None where there is none."""
    work = find_work(name, language)
    reading = (
        Reading.objects.select_related("version__chapter")
        .defer("plain", "folded", "version__body")
        .filter(work__name=name, language=language, number=number)
        .first()
    )
    if work is None or reading is None:
        return None
    # By its place, not by its key: it may be published anew between two questions.
    parts = Part.objects.filter(reading__work__name=name, reading__language=language, reading__number=number)
    html = parts.filter(number=part).values_list("html", flat=True).first()
    if html is None:
        return None
    around = Reading.objects.filter(work__name=name, language=language)
    titles = around.order_by("number").values_list("number", "title")
    return Page(
        work,
        number,
        reading.title,
        part,
        parts.count(),
        html,
        reading.version.chapter.code,
        titles.filter(number__lt=number).last(),
        titles.filter(number__gt=number).first(),
    )


def whole_chapter(name: str, language: str, number: int) -> tuple[Page, str] | None:
    """Give a chapter's first part, and the HTML of its parts, each in its place."""
    page = find_page(name, language, number, 1)
    if page is None:
        return None
    parts = Part.objects.filter(
        reading__work__name=name, reading__language=language, reading__number=number
    ).order_by("number")
    return page, "".join(parts.values_list("html", flat=True))


def find_code(code: str) -> tuple[str, int, list[str]] | None:
    """Say where a short link leads: the work, the chapter, and its languages, its own first."""
    chapter = Chapter.objects.select_related("text__work").filter(code=code).first()
    if chapter is None:
        return None
    readings = Reading.objects.filter(version__chapter=chapter).values_list("language", flat=True)
    own = chapter.text.language
    return chapter.text.work.name, chapter.number, sorted(readings, key=lambda one: one != own)


def work_titles(names: Collection[str], language: str) -> dict[str, str]:
    """Give the titles of works, by their names, as they are read in a language."""
    works = dict(Work.objects.filter(name__in=names).values_list("name", "pk"))
    texts = _texts(works.values(), language)
    return {name: _shown_text(texts[key], language).title for name, key in works.items() if key in texts}


def search(words: Sequence[str], language: str) -> list[Found]:
    """Find the chapters that have all the folded words; those whose title has them come first."""
    grams = set[str]().union(*(grams_of(word) for word in words))
    candidates = (
        Gram.objects.filter(gram__in=grams, reading__language=language)
        .values("reading")
        .annotate(grams=Count("pk"))
        .filter(grams=len(grams))
        .values("reading")
    )
    readings = Reading.objects.filter(pk__in=candidates)
    for word in words:  # the pairs are there; whether they stand beside each other, the text says
        readings = readings.filter(folded__contains=word)
    found = list(
        readings.select_related("work").defer("plain", "folded").order_by("work_id", "number")[:MOST_FOUND]
    )
    texts = _texts({reading.work_id for reading in found}, language)
    found.sort(key=lambda reading: not all(word in fold_words(reading.title) for word in words))
    return [
        Found(
            reading.pk,
            reading.work.name,
            _shown_text(texts[reading.work_id], language).title,
            reading.number,
            reading.title,
            reading.work.day,
        )
        for reading in found
    ]


def excerpt_of(found: Found, words: Sequence[str]) -> tuple[str, str, str]:
    """Give a piece of what a search found, around the first of the words: before it, the word, after it."""
    plain = Reading.objects.filter(pk=found.key).values_list("plain", flat=True).first()
    return excerpt(plain or "", words)  # it may have been published anew a moment ago


def stock() -> list[Stocked]:
    """List every text there is, published or not, in the order in which works came."""
    texts = (
        Text.objects.select_related("work")
        .order_by("work_id", "language")
        .annotate(
            count=Count("chapters", distinct=True),
            read=Count(
                "chapters", filter=Q(chapters__versions__readings__language=F("language")), distinct=True
            ),
            waiting=Count("chapters", filter=Q(chapters__versions__publish_at__isnull=False), distinct=True),
        )
    )
    return [
        Stocked(
            text.pk,
            text.work.name,
            text.language,
            text.title,
            text.work.day,
            text.work.is_sample,
            text.count,
            text.read,
            text.waiting,
        )
        for text in texts
    ]


def is_work(name: str) -> bool:
    """Tell whether there is a work of this name, published or not."""
    return Work.objects.filter(name=name).exists()


def find_text(key: int) -> Text | None:
    """Give a text by its key."""
    return Text.objects.select_related("work").filter(pk=key).first()


def other_texts(text: Text) -> list[Text]:
    """List the other languages in which a work was written."""
    return list(Text.objects.filter(work_id=text.work_id).exclude(pk=text.pk).order_by("-language"))


def chapters_of(text: Text) -> list[ChapterState]:
    """List the chapters of a text as an editor sees them."""
    return [
        ChapterState(number, versions_of(text, number))
        for number in text.chapters.order_by("number").values_list("number", flat=True)
    ]


def versions_of(text: Text, number: int) -> list[Version]:
    """List the versions of a chapter, the newest first; `is_read` says of each whether readers have it."""
    read = Reading.objects.filter(version=OuterRef("pk"), language=text.language)
    versions = Version.objects.filter(chapter__text=text, chapter__number=number)
    return list(versions.annotate(is_read=Exists(read)).order_by("-number"))


def preview(text: Text, title: str, body: str) -> list[Made]:
    """Make what would be read of a chapter: as it is written, and in the other script."""
    other = OTHER.get(text.language)
    return [
        make_reading(
            title, body, written=text.language, language=language, overrides=reviewed_overrides(language)
        )
        for language in (text.language, *([other] if other else []))
    ]


def phrases(to: str) -> list[Override]:
    """List the phrases of a script that editors here wrote down, those that wait for a second one first."""
    return sorted(Override.objects.filter(to=to).order_by("phrase"), key=lambda one: bool(one.reviewed_by))


def is_empty() -> bool:
    """Tell whether there is no work here, published or not."""
    return not Work.objects.exists()


def reviewed_overrides(to: str) -> Overrides:
    """Give the phrases that editors here have reviewed."""
    rows = Override.objects.filter(to=to).exclude(reviewed_by="").order_by("pk")
    return tuple(rows.values_list("phrase", "becomes"))


def _readable(language: str) -> QuerySet[Work, Work]:
    return Work.objects.filter(readings__language=language).annotate(chapters=Count("readings"))


def _shown(works: Iterable[Work], language: str) -> list[Shown]:
    listed = list(works)
    texts = _texts({work.pk for work in listed}, language)
    shown = []
    for work in listed:
        head = _shown_text(texts[work.pk], language)
        chapters: int = vars(work)["chapters"]  # counted by the query
        shown.append(
            Shown(work.name, head.title, head.author, head.about, work.day, work.is_sample, chapters)
        )
    return shown


def _texts(works: Iterable[int], language: str) -> dict[int, Text]:
    """Give for each work the text that is read in a language: written in it, or in the other script."""
    other = OTHER.get(language, language)
    texts = Text.objects.filter(work__in=works, language__in=(language, other))
    return {text.work_id: text for text in sorted(texts, key=lambda text: text.language == language)}


def _shown_text(text: Text, language: str) -> Heading:
    heading = Heading(text.title, text.author, text.about)
    if text.language == language:
        return heading
    overrides = reviewed_overrides(language)
    return Heading(*(convert(words, language, overrides) for words in vars(heading).values()))
