"""What is heard of the library: of a chapter, of a work, and one after the other by telephone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from tuidang.library.audio.rules import CODE_LENGTH, milliseconds_of
from tuidang.library.models import Reading, Recording, Text
from tuidang.library.queries import work_titles
from tuidang.library.rules import CODE_LETTERS


@dataclass(frozen=True)
class Sound:
    """A file that readers can hear."""

    name: str  # under /audio/
    size: int  # bytes
    milliseconds: int

    @property
    def seconds(self) -> int:
        """Give its length in whole seconds."""
        return round(self.milliseconds / 1000)


@dataclass(frozen=True)
class Heard:
    """A chapter that can be heard, in one language."""

    code: str  # of the recording
    name: str  # of the work
    number: int
    title: str
    size: int
    reading: int


@dataclass(frozen=True)
class Item:
    """A recording with the words that people at the desk know it by."""

    code: str
    title: str
    seconds: int


@dataclass(frozen=True)
class Recorded:
    """What an editor sees of a chapter's recordings: one that waits, the one heard, the one refused."""

    waiting: Recording | None
    ready: Recording | None
    refused: Recording | None

    @property
    def seconds(self) -> int:
        """Give the length of the one that is heard."""
        return round(milliseconds_of(self.ready.size) / 1000) if self.ready else 0


def private_folder() -> Path:
    """Name the folder of all recordings, published or not."""
    folder: Path = settings.TUIDANG.data / "recordings"
    return folder


def public_folder() -> Path:
    """Name the folder that is served under /audio/: what can be heard, and nothing else."""
    folder: Path = settings.TUIDANG.data / "audio"
    return folder


def speech_file(code: str) -> Path:
    """Name the MP3 of a recording."""
    return private_folder() / f"{code}.mp3"


def phone_file(code: str) -> Path:
    """Name a recording as Asterisk plays it; there is none of one that is too long for a call."""
    return private_folder() / f"{code}.alaw"


def recorded(text: Text, number: int) -> Recorded:
    """Give what there is of a chapter."""
    found = {one.state: one for one in Recording.objects.filter(chapter__text=text, chapter__number=number)}
    states = Recording.State
    return Recorded(found.get(states.WAITING), found.get(states.READY), found.get(states.REFUSED))


def sound_of(name: str, language: str, number: int) -> Sound | None:
    """Give what is heard of a chapter in a language; None where nothing is yet."""
    found = (
        Recording.objects.filter(
            is_public=True,
            chapter__versions__readings__work__name=name,
            chapter__versions__readings__language=language,
            chapter__versions__readings__number=number,
        )
        .values_list("code", "size")
        .first()
    )
    return Sound(f"{found[0]}.mp3", found[1], milliseconds_of(found[1])) if found else None


def heard_of(name: str, language: str) -> list[Heard]:
    """List the chapters of a work that can be heard in a language."""
    return _heard(Reading.objects.filter(work__name=name, language=language).order_by("number"))


def heard_in(language: str) -> list[Heard]:
    """List what can be heard in a language: news, the newest first, then the books, chapter by chapter."""
    readings = Reading.objects.filter(language=language)
    news = readings.filter(work__day__isnull=False).order_by("-work__day", "-work_id")
    return [*_heard(news), *_heard(readings.filter(work__day=None).order_by("work_id", "number"))]


def items_in(language: str) -> list[Item]:
    """List all that can be heard in a language as people at the desk know it."""
    found = heard_in(language)
    titles = work_titles({one.name for one in found}, language)
    return [
        Item(
            one.code,
            titles[one.name]
            if titles[one.name] == one.title
            else f"{titles[one.name]} {one.number}. {one.title}",
            round(milliseconds_of(one.size) / 1000),
        )
        for one in found
    ]


def edition_of(name: str, language: str) -> Sound | None:
    """Give the one file of all that is heard of a work; None where it has not been made yet."""
    found = heard_of(name, language)
    if len(found) < 2:
        return None
    file = edition_name(found)
    try:
        size = (public_folder() / file).stat().st_size
    except FileNotFoundError:
        return None
    return Sound(file, size, sum(milliseconds_of(one.size) for one in found))


def edition_name(chapters: Sequence[Heard]) -> str:
    """Name the file of these chapters; the name says nothing, and is another when one of them is."""
    seen = "\n".join(f"{one.code} {one.reading}" for one in chapters)
    number = int.from_bytes(hashlib.sha256(seen.encode()).digest()[:8], "big")
    letters = []
    for _place in range(CODE_LENGTH):
        number, letter = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[letter])
    return f"{''.join(letters)}.mp3"


def public_codes() -> list[str]:
    """List the recordings that readers can hear."""
    return list(Recording.objects.filter(is_public=True).values_list("code", flat=True))


def has_any() -> bool:
    """Tell whether anything was ever brought that is still here."""
    return Recording.objects.exists()


def _heard(readings: QuerySet[Reading, Reading]) -> list[Heard]:
    found = readings.filter(version__chapter__recordings__is_public=True).values_list(
        "version__chapter__recordings__code",
        "work__name",
        "number",
        "title",
        "version__chapter__recordings__size",
        "pk",
    )
    return [Heard(*row) for row in found]
