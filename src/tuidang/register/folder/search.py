"""Look-up in the register's public folder, newest first.

The index says where to look; what is shown is read from the day files and must fit the question. So an
index that is behind may miss something, and never shows what is not there. Work is bounded in every
look-up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import assert_never

from tuidang.privacy.fold import fold
from tuidang.privacy.folded_text import fold_text
from tuidang.register.folder.harvest import NO_TARGET, NoticeRow, pack_orgs, unpack_orgs
from tuidang.register.folder.lines import read_lines
from tuidang.register.folder.records import (
    AuditHead,
    Erased,
    Record,
    StatementLeaf,
    Uncounted,
    parse_leaf,
    parse_line,
    parse_record,
)
from tuidang.register.folder.segment import name_in_region_key, name_key, notice_key, term_key
from tuidang.register.folder.shelf import Found, Segment
from tuidang.register.folder.sieve import Key
from tuidang.register.folder.terms import find_word, has_words, split_query, text_terms
from tuidang.register.folder.view import View, Viewer
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import WIDTH, read_bundle

EXCERPT = 120  # characters
_EFFORT = 256  # texts read before a search for words stops and says where to go on
_WINDOW = 1 << 16  # leaves that a text index is asked about at once, for it cannot be interrupted
_WINDOW_EFFORT = 4  # texts that could be read in the time

Range = tuple[Segment, int, int]
_NO_RECORD = Record("", "", "", "")


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
    """A leaf that says what became of an earlier one, or carries the head of the audit chain."""

    leaf: int
    kind: str
    target: int | None
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
    begins: bool  # the excerpt begins where the text does
    whole: bool  # the excerpt is the whole text
    state: State


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits, newest first, and the leaf before which the next page begins; None when there is no more."""

    hits: tuple[Hit, ...]
    next: int | None


class NoWords(ValueError):  # noqa: N818  it says what a query lacks, not that something broke
    """The query has no word of two or more characters."""


class Reader:
    """Look-up in one folder; threads share it, it notices publications, and opens nothing until asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._viewer = Viewer(folder)

    @property
    def size(self) -> int:
        """Give the size of the published log."""
        return self._viewer.view().size

    def let_go(self) -> None:
        """Close files that were replaced since they were opened: so long they last on the disk.

        Call it now and then; a look-up does it too, but there may be none.
        """
        self._viewer.let_go()

    def by_leaf(self, leaf: int) -> Entry | Notice | None:
        """Give what stands at a leaf; None beyond the log."""
        view = self._viewer.view()
        if not 0 <= leaf < view.size:
            return None
        part = view.part_with(leaf)
        rows = part.segment.statements(leaf, leaf + 1, 1) if part else []
        if part and not rows and (notice := part.segment.notice_at(leaf)):
            target = None if notice.target == NO_TARGET else notice.target
            return Notice(leaf, notice.kind, target, notice.reason)
        found = rows[0] if rows else _from_tiles(self._folder, view.size, leaf)
        if isinstance(found, Notice):
            return found
        (entry,) = self._read(view, [found])
        return entry

    def audit_heads(self) -> list[tuple[int, bytes]]:
        """Give the published heads of the audit chain, each with its leaf, oldest first."""
        notices = _notices_about(self._viewer.view(), NO_TARGET)
        return [(notice.leaf, bytes.fromhex(notice.reason)) for notice in notices]

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
        """Give statements under exactly this name, folded, in a region ('': not said), between two days."""
        folded = fold(name)
        try:
            folded.encode()
        except UnicodeEncodeError:  # half of a surrogate pair: no record has such a name
            return Page((), None)
        keys = [name_key(folded) if region is None else name_in_region_key(folded, region)]

        def ask(segment: Segment, low: int, high: int, limit: int) -> list[Found]:
            return segment.named(folded, region, low, high, limit)

        def fits(entry: Entry) -> bool:
            return entry.state != State.ERASED and fold(entry.name) == folded

        view = self._viewer.view()
        return self._page(view, ask, limit, _ranges(view, keys, before, first, last), fits)

    def by_day(self, day: date, *, before: int | None = None, limit: int = 20) -> Page:
        """Give a day's statements, erased ones too."""
        view = self._viewer.view()
        return self._page(view, Segment.statements, limit, _ranges(view, [], before, day, day))

    def newest(self, *, before: int | None = None, limit: int = 20) -> Page:
        """Give the newest statements, erased ones too."""
        view = self._viewer.view()
        return self._page(view, Segment.statements, limit, _ranges(view, [], before))

    def by_words(self, query: str, *, before: int | None = None, limit: int = 20) -> Page:
        """Give statements whose text has all words of the query. Raises NoWords.

        After a bounded amount of work the page is given as it is, even empty, with where to go on.
        """
        words = split_query(query)
        if not words:
            raise NoWords
        view = self._viewer.view()
        terms = sorted({term for word in words for term in text_terms(word)})
        effort = _EFFORT
        hits: list[Hit] = []
        for rows, reached in _candidates(view, terms, before, limit):
            for entry in self._read(view, rows):
                if has_words(fold_text(entry.text), words):
                    hits.append(_hit(entry, words[0]))
                    if len(hits) == limit:
                        return Page(tuple(hits), entry.leaf)
            effort -= _WINDOW_EFFORT + len(rows)
            if effort <= 0:
                return Page(tuple(hits), reached)
        return Page(tuple(hits), None)

    def _page(
        self,
        view: View,
        ask: Callable[[Segment, int, int, int], list[Found]],
        limit: int,
        ranges: Iterable[Range],
        fits: Callable[[Entry], bool] = lambda _: True,
    ) -> Page:
        rows: list[Found] = []
        for segment, low, high in ranges:
            rows += ask(segment, low, high, limit + 1 - len(rows))
            if len(rows) > limit:
                break
        further = rows[limit - 1].leaf if len(rows) > limit else None
        return Page(tuple(_hit(entry) for entry in self._read(view, rows[:limit]) if fits(entry)), further)

    def _read(self, view: View, rows: Sequence[Found]) -> list[Entry]:
        """Read what stands at rows of the index."""
        lines = read_lines(self._folder, rows)
        return [_entry(view, row, lines.get(row.leaf)) for row in rows]


@lru_cache(maxsize=4)
def shared_reader(folder: Path) -> Reader:
    """Give the process's one reader of a folder."""
    return Reader(folder)


def _ranges(
    view: View,
    keys: Sequence[Key],
    before: int | None,
    first: date | None = None,
    last: date | None = None,
) -> Iterator[Range]:
    """Give the segments that may have all keys, and the leaves in them before a leaf and between days."""
    for part in view.parts:
        low, high = part.low, part.high if before is None else min(part.high, before)
        if first or last:
            inside = part.segment.leaves_between(first or date.min, last or date.max)
            low, high = max(low, inside[0]), min(high, inside[1])
        if low < high and part.segment.may_have(keys):
            yield part.segment, low, high


def _candidates(
    view: View, terms: Sequence[str], before: int | None, limit: int
) -> Iterator[tuple[list[Found], int]]:
    """Give statements with all the terms, some at a time, and down to which leaf this is all of them."""
    for segment, low, high in _ranges(view, [term_key(term) for term in terms], before):
        reached = high
        while reached > low:
            bottom = max(low, reached - _WINDOW)
            rows = segment.with_terms(terms, bottom, reached, limit)
            reached = rows[-1].leaf if len(rows) == limit else bottom
            yield rows, reached


def _entry(view: View, row: Found, line: bytes | None) -> Entry:
    """Join a row of the index, its line in the day file if there is one, and the notices about it."""
    notices = _notices_about(view, row.leaf)
    counted = all(notice.kind != "uncounted" for notice in notices)
    if line is None or any(notice.kind == "erased" for notice in notices):  # a copy may keep what was erased
        record, state = _NO_RECORD, State.ERASED
    else:
        record, state = parse_record(parse_line(line).record), State.PUBLISHED if counted else State.UNCOUNTED
    return Entry(
        row.leaf, date.fromordinal(row.day), unpack_orgs(row.orgs), row.region,
        record.name, record.place, record.text, record.lang,
        state, counted, tuple(notice.leaf for notice in notices),
    )  # fmt: skip


def _notices_about(view: View, leaf: int) -> list[NoticeRow]:
    key = [notice_key(leaf)]
    return [
        notice
        for part in reversed(view.with_notices)
        if part.high > leaf and part.segment.may_have(key)
        for notice in part.segment.notices_about(leaf)
        if notice.leaf < view.size
    ]


def _from_tiles(folder: Path, size: int, leaf: int) -> Found | Notice:
    """Read a leaf that the index does not have."""
    match parse_leaf(read_bundle(DirectoryStore(folder), leaf // WIDTH, size)[leaf % WIDTH]):
        case StatementLeaf(day, orgs, region):
            return Found(leaf, True, region, pack_orgs(orgs), day.toordinal(), None)
        case Erased(target):
            return Notice(leaf, "erased", target, "")
        case Uncounted(target, reason):
            return Notice(leaf, "uncounted", target, reason.value)
        case AuditHead(head):
            return Notice(leaf, "audit", None, head.hex())
        case other:
            assert_never(other)


def _hit(entry: Entry, word: str = "") -> Hit:
    excerpt = _excerpt(entry.text, word)
    return Hit(
        entry.leaf, entry.day, entry.orgs, entry.region, entry.name, entry.place, entry.lang,
        excerpt, entry.text.startswith(excerpt), len(excerpt) == len(entry.text), entry.state,
    )  # fmt: skip


def _excerpt(text: str, word: str) -> str:
    """Cut a text to the characters from a little before the word."""
    if len(text) <= EXCERPT:
        return text
    start = max(0, min(find_word(text, word) - EXCERPT // 4, len(text) - EXCERPT)) if word else 0
    return text[start : start + EXCERPT]
