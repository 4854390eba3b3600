"""Look-up in the register's public folder, newest first."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """What became of a published statement."""

    PUBLISHED = "published"
    ERASED = "erased"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it stands in the register; an erased one has no name, place, text and lang."""

    leaf: int
    day: date
    orgs: tuple[str, ...]
    region: str
    name: str
    place: str
    text: str
    lang: str
    state: State
    counted: bool
    notices: tuple[int, ...]  # leaves that say so


@dataclass(frozen=True, slots=True)
class Notice:
    """A leaf that says what became of an earlier one."""

    leaf: int
    kind: str
    target: int
    reason: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement in a list: an excerpt stands for its text."""

    leaf: int
    day: date
    orgs: tuple[str, ...]
    region: str
    name: str
    place: str
    lang: str
    excerpt: str
    whole: bool
    state: State


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits, newest first, and the leaf before which the next page begins (None: there is no more)."""

    hits: tuple[Hit, ...]
    next: int | None


class NoWords(ValueError):
    """The query has no word of two or more characters."""


class Reader:
    """Look-up in one folder; cheap to make, shared between threads, aware of new publications."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def size(self) -> int:
        """Give the size of the published log."""
        raise NotImplementedError

    def by_leaf(self, leaf: int) -> Entry | Notice | None:
        """Give what stands at a leaf; None beyond the log."""
        raise NotImplementedError

    def by_name(
        self,
        name: str,
        *,
        region: str | None = None,
        first: date | None = None,
        last: date | None = None,
        before: int | None = None,
        limit: int = 20,
    ) -> Page:
        """Give statements under exactly this name (folded), in a region and between days if wanted."""
        raise NotImplementedError

    def by_day(self, day: date, *, before: int | None = None, limit: int = 20) -> Page:
        """Give a day's statements."""
        raise NotImplementedError

    def newest(self, *, before: int | None = None, limit: int = 20) -> Page:
        """Give the newest statements."""
        raise NotImplementedError

    def by_words(self, query: str, *, before: int | None = None, limit: int = 20) -> Page:
        """Give statements whose text has all the words, after a bounded amount of work."""
        raise NotImplementedError

    def days(self, *, before: date | None = None, limit: int = 31) -> list[tuple[date, int]]:
        """Give days of publication and how many statements each has, newest first."""
        raise NotImplementedError
