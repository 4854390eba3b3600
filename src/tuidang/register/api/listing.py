"""Statements as programs read them: one, and a list by name, region and days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tuidang.register.folder.search import Entry, Hit, Page, Reader, State

LOOKED_AT = 200  # statements read for one page when no name narrows it down


@dataclass(frozen=True)
class Wanted:
    """Hold what a list is asked for; None and "" stand for any. A range of days may be empty."""

    name: str
    region: str
    first: date | None
    last: date | None
    before: int | None  # the cursor: a leaf
    limit: int


def describe_entry(entry: Entry) -> dict[str, object]:
    """Describe one statement; of an erased one name, place, text and language are null."""
    erased = entry.state is State.ERASED
    words = {"name": entry.name, "place": entry.place, "text": entry.text, "lang": entry.lang}
    return {
        "index": entry.leaf,
        "day": entry.day.isoformat(),
        "orgs": entry.orgs,
        "region": entry.region,
        **{field: None if erased else value for field, value in words.items()},
        "state": entry.state,
        "counted": entry.counted,
    }


def list_statements(reader: Reader, wanted: Wanted, days: Collection[date]) -> dict[str, object]:
    """List statements, newest first, with the cursor of the next page; a page may hold fewer than `limit`.

    `days` are those of publication.
    """
    page = _named(reader, wanted) if wanted.name else _of_days(reader, wanted, days)
    return {
        "statements": [_describe_hit(hit) for hit in page.hits],
        "next": None if page.next is None else str(page.next),
    }


def _named(reader: Reader, wanted: Wanted) -> Page:
    return reader.by_name(
        wanted.name,
        region=wanted.region or None,
        first=wanted.first,
        last=wanted.last,
        before=wanted.before,
        limit=wanted.limit,
    )


def _of_days(reader: Reader, wanted: Wanted, days: Collection[date]) -> Page:
    """Read on from the newest statement of the last day wanted, and keep those of the region."""
    before = wanted.before
    if before is None and wanted.last is not None:
        latest = max((day for day in days if day <= wanted.last), default=None)
        newest = reader.by_day(latest, limit=1).hits if latest else ()
        if not newest:
            return Page((), None)
        before = newest[0].leaf + 1
    page = reader.newest(before=before, limit=LOOKED_AT if wanted.region else wanted.limit)
    kept = [hit for hit in page.hits if wanted.first is None or hit.day >= wanted.first]
    done = len(kept) < len(page.hits)  # days never rise on the way back
    fitting = [hit for hit in kept if wanted.region in {"", hit.region}]
    if len(fitting) > wanted.limit:
        return Page(tuple(fitting[: wanted.limit]), fitting[wanted.limit - 1].leaf)
    return Page(tuple(fitting), None if done else page.next)


def _describe_hit(hit: Hit) -> dict[str, object]:
    return {
        "index": hit.leaf,
        "day": hit.day.isoformat(),
        "orgs": hit.orgs,
        "region": hit.region,
        "name": hit.name,
        "place": hit.place,
        "excerpt": hit.excerpt,
        "whole": hit.whole,
        "lang": hit.lang,
        "state": hit.state,
    }
