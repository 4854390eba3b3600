"""What the library accepts, and what is wrong with the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from unicodedata import category
from urllib.parse import quote_plus

LANGUAGES: Final = ("zh-hans", "zh-hant", "en")
LONGEST_TITLE: Final = 120
LONGEST_ABOUT: Final = 400
LONGEST_BODY: Final = 450_000  # bytes of one chapter as a form sends it: fifty thousand Chinese characters
LONGEST_PHRASE: Final = 40
MOST_CHAPTERS: Final = 500

# Of a short link: no letter or digit that is taken for another when it is read out or copied by hand.
CODE_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH: Final = 5

RESERVED: Final = frozenset(
    {"news", "offline", "search"}
)  # what stands in the place of a name in our addresses

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HEAD = re.compile(r"\ufeff?---\r?\n(.*?)\r?\n---\r?\n?", re.DOTALL)


class Fault(StrEnum):
    """What is wrong with something that was given; the desk has a sentence for each in its own words."""

    NAME = "name"
    NAME_TAKEN = "name-taken"
    LANGUAGE = "language"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    SAVED_SINCE = "saved-since"
    NOT_NEXT = "not-next"
    NEWS = "news"
    DAY = "day"
    PHRASE = "phrase"
    PHRASE_KNOWN = "phrase-known"
    OWN_PHRASE = "own-phrase"
    GONE = "gone"
    FILES = "files"


class Mistake(ValueError):  # noqa: N818 -- as the telephone's: a mistake is what it is
    """Something that was given cannot be taken; the message says how to mend it, `field` where it stands."""

    def __init__(self, field: str, message: str, fault: Fault) -> None:
        super().__init__(message)
        self.field = field
        self.fault = fault


@dataclass(frozen=True)
class Heading:
    """What stands above a text: its title, its author, and a sentence or two about it."""

    title: str
    author: str = ""
    about: str = ""


def check_name(name: str) -> str:
    """Return a work's name; raises Mistake where it is none."""
    if not _NAME.fullmatch(name) or len(name) > 60 or name in RESERVED:
        raise Mistake(
            "name",
            "small letters, digits and single hyphens, at most 60; not news, offline or search",
            Fault.NAME,
        )
    return name


def check_heading(heading: Heading) -> Heading:
    """Return a text's heading, tidied; raises Mistake where something is missing or too long."""
    about = _one_line(heading.about)
    if len(about) > LONGEST_ABOUT:
        raise Mistake("about", f"at most {LONGEST_ABOUT} characters", Fault.TOO_LONG)
    author = _one_line(heading.author)
    if len(author) > LONGEST_TITLE:
        raise Mistake("author", f"at most {LONGEST_TITLE} characters", Fault.TOO_LONG)
    return Heading(check_title(heading.title), author, about)


def check_title(title: str) -> str:
    """Return a title, tidied; raises Mistake where it is empty or too long."""
    tidied = _one_line(title)
    if not tidied:
        raise Mistake("title", "a title is needed", Fault.EMPTY)
    if len(tidied) > LONGEST_TITLE:
        raise Mistake("title", f"at most {LONGEST_TITLE} characters", Fault.TOO_LONG)
    return tidied


def check_body(body: str) -> str:
    """Return a chapter's Markdown, tidied; raises Mistake where it is empty or too long."""
    tidied = _without_controls(body.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if not tidied.strip():
        raise Mistake("body", "a chapter has words", Fault.EMPTY)
    if len(quote_plus(tidied)) > LONGEST_BODY:  # the desk has to take it, too
        raise Mistake("body", "it is too long: make two chapters of it", Fault.TOO_LONG)
    return tidied + "\n"


def _one_line(text: str) -> str:
    return " ".join(_without_controls(text).split())


def _without_controls(text: str) -> str:
    """Drop what cannot be seen, and what PostgreSQL cannot store, but for line ends and tabs."""
    return "".join(c for c in text if category(c) not in {"Cc", "Cs", "Cn", "Co"} or c in "\n\t")


def check_phrase(field: str, phrase: str) -> str:
    """Return a phrase of the other script, tidied; raises Mistake where it is empty, parted or too long."""
    tidied = _one_line(phrase)
    if not tidied or " " in tidied or len(tidied) > LONGEST_PHRASE:
        raise Mistake(field, f"1 to {LONGEST_PHRASE} characters without a space", Fault.PHRASE)
    return tidied


def read_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Part a file into what its head says (lines `name: value` between two lines ---) and the rest."""
    head = _HEAD.match(text)
    if head is None:
        return {}, text
    said = dict(line.split(":", 1) for line in head.group(1).splitlines() if ":" in line)
    return {name.strip().lower(): value.strip().strip('"') for name, value in said.items()}, text[
        head.end() :
    ]


def read_day(text: str) -> date:
    """Read a day, as year-month-day; raises Mistake where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(
            "date", f"{text} is no day: write year-month-day, as in 2026-11-20", Fault.DAY
        ) from None
