"""A folder of Markdown, read as works. Pure: it reads files, and nothing else.

A work is a folder; its name is the work's. In it each language has a folder (zh-hans, zh-hant, en), with a
file `about.md`: title, author, and for news a date between two lines ---, then a sentence or two about the
work. Every other .md file is a chapter, in the order of the numbers that their names begin with; between two
lines --- stands its title, and then its words. A folder of works is read work by work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tuidang.library.rules import (
    LANGUAGES,
    MOST_CHAPTERS,
    Fault,
    Heading,
    Mistake,
    check_body,
    check_heading,
    check_name,
    check_title,
    read_day,
    read_front_matter,
)

_ABOUT = "about.md"
_YES = frozenset({"yes", "true"})


@dataclass(frozen=True)
class FoundChapter:
    """A chapter as a file has it."""

    title: str
    body: str


@dataclass(frozen=True)
class FoundText:
    """A work in one language, as a folder has it."""

    language: str
    heading: Heading
    chapters: tuple[FoundChapter, ...]


@dataclass(frozen=True)
class FoundWork:
    """A work as a folder has it."""

    name: str
    day: date | None
    is_sample: bool
    texts: tuple[FoundText, ...]


def read_works(folder: Path) -> list[FoundWork]:
    """Read a folder that is a work, or holds works. Raises Mistake, with the file in its message."""
    if not folder.is_dir():
        raise Mistake("folder", f"{folder}: there is no such folder", Fault.FILES)
    if _languages(folder):
        return [_read_work(folder)]
    works = [_read_work(inner) for inner in sorted(folder.iterdir()) if inner.is_dir() and _languages(inner)]
    if not works:
        raise Mistake(
            "folder", f"{folder}: a work has a folder for each language: {', '.join(LANGUAGES)}", Fault.FILES
        )
    return works


def _languages(folder: Path) -> list[str]:
    return [language for language in LANGUAGES if (folder / language).is_dir()]


def _read_work(folder: Path) -> FoundWork:
    with _Named(folder):
        name = check_name(folder.resolve().name)
    heads = {language: _head(folder / language / _ABOUT) for language in _languages(folder)}
    days = {head["date"] for head, _about in heads.values() if head.get("date")}
    with _Named(folder):
        if len(days) > 1:
            raise Mistake("date", "its languages give different dates", Fault.DAY)
        day = read_day(days.pop()) if days else None
    texts = tuple(
        _read_text(folder / language, language, head, about) for language, (head, about) in heads.items()
    )
    with _Named(folder):
        if day and any(len(text.chapters) > 1 for text in texts):
            raise Mistake("date", "an item of news is one chapter", Fault.NEWS)
    is_sample = any(head.get("sample", "").lower() in _YES for head, _about in heads.values())
    return FoundWork(name, day, is_sample, texts)


def _head(file: Path) -> tuple[dict[str, str], str]:
    head, about = read_front_matter(_text(file))
    return dict(head), about


def _read_text(folder: Path, language: str, head: dict[str, str], about: str) -> FoundText:
    with _Named(folder / _ABOUT):
        heading = check_heading(Heading(head.get("title", ""), head.get("author", ""), about))
    files = sorted((file for file in folder.glob("*.md") if file.name != _ABOUT), key=_place)
    with _Named(folder):
        if not 0 < len(files) <= MOST_CHAPTERS:
            raise Mistake("folder", f"a text has 1 to {MOST_CHAPTERS} chapters, a .md file each", Fault.FILES)
    return FoundText(language, heading, tuple(_read_chapter(file, heading.title) for file in files))


def _read_chapter(file: Path, title: str) -> FoundChapter:
    head, body = read_front_matter(_text(file))
    with _Named(file):
        return FoundChapter(check_title(head.get("title", title)), check_body(body))


def _place(file: Path) -> tuple[int, str]:
    number = re.match(r"\d+", file.name)
    return int(number.group()) if number else 0, file.name


def _text(file: Path) -> str:
    with _Named(file):
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise Mistake("folder", "there is no such file", Fault.FILES) from None
        except UnicodeDecodeError:
            raise Mistake("folder", "it is not UTF-8", Fault.FILES) from None


class _Named:
    """Puts the name of a file before what is wrong in it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Mistake):
            raise Mistake(error.field, f"{self._file}: {error}", error.fault) from None
