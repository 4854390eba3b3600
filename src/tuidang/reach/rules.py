"""What a source may be called and be, how people can say they found us, and which counts are shown. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tuidang.base.options import Options

FLOOR: Final = 10  # fewer in a month are not shown
STEP: Final = 10  # counts are shown cut down to a multiple
LONGEST_CODE: Final = 40
LONGEST_TITLE: Final = 80
LONGEST_PLACE: Final = 120
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile(r"\+?[0-9]+([ -][0-9]+)*")


class Kind(StrEnum):
    """What a source is."""

    NUMBER = "number"  # a telephone number of the hotline
    PRINT = "print"  # a batch of posters or cards
    BANKNOTE = "banknote"  # what volunteers write on banknotes; we make nothing to print on them
    SITE = "site"
    MIRROR = "mirror"


class State(StrEnum):
    """How a source stands."""

    LIVE = "live"
    BLOCKED = "blocked"
    RETIRED = "retired"


class Door(StrEnum):
    """Where the short address of a source leads."""

    HOME = "home"
    WRITE = "write"


class Way(StrEnum):
    """How somebody says he found us."""

    BANKNOTE = "banknote"
    PRINT = "print"
    CALL = "call"
    PERSON = "person"
    SITE = "site"
    PROGRAM = "program"  # one for getting past the national firewall
    OTHER = "other"


class How(StrEnum):
    """What is counted: a short address that was opened, or what people say themselves."""

    OPENED = "opened"
    TOLD = "told"


class Mistake(ValueError):  # noqa: N818 -- what somebody entered, and a sentence on how to mend it
    """Something that was entered cannot be; nothing was changed. `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Entry:
    """A source as it is entered."""

    code: str
    kind: Kind
    title: str  # for ourselves
    place: str  # the number or address as it is published; of a batch or of banknotes nothing need stand here
    state: State
    door: Door


def is_code(text: str) -> bool:
    """Tell whether a text can be the code of a source."""
    return len(text) <= LONGEST_CODE and _CODE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Tell whether a text is a telephone number as people read it: digits, spaced as it is printed."""
    digits = sum(c.isdigit() for c in text)
    return _NUMBER.fullmatch(text) is not None and 3 <= digits <= 20


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a site."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and bool(parts.hostname) and text.isascii() and text.isprintable()
        and " " not in text
    )  # fmt: skip


def site_of(options: Options) -> str:
    """Give the address of our site as it is printed, with a slash at its end."""
    name = options.hosts[0]
    return f"https://{name}/" if options.https else f"http://{name}:{options.port}/"


def shown(count: int) -> int | None:
    """Give a month's count as it is shown, cut down; None where it is so small that it is hidden."""
    return count // STEP * STEP if count >= FLOOR else None


def grouped(number: str) -> str:
    """Space the digits of a number for the eye, in groups of three and four; one that is spaced stays so."""
    if not number.isdigit():
        return number
    groups = -(-len(number) // 4)
    least, longer = divmod(len(number), groups)
    ends = [least * (n + 1) + max(0, n + 1 - (groups - longer)) for n in range(groups)]
    return " ".join(number[start:end] for start, end in zip([0, *ends], ends, strict=False))
