"""The form for people whom a volunteer writes down: read from a request, and laid out in rows again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from tuidang.privacy.regions import Lang
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import MAX_PEOPLE, ORGS
from tuidang.register.rules.people import TypedPeople, TypedPerson, script_of

FIRST_ROWS: Final = 3
MORE_ROWS: Final = 5
_ROW = re.compile(r"people\.(\d{1,3})\.[a-z_0-9]+", re.ASCII)
_REVISION = re.compile(r"[0-9a-f]{8,32}", re.ASCII)
_KEY = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_MOST_KNOWN = 200  # revisions a page may have sent without an answer
_LINES = re.compile(r"[\n\r、，,;；]+")
_MARKS: Final = {
    **dict.fromkeys(("1", "党", "黨"), ("party",)),
    **dict.fromkeys(("2", "团", "團"), ("league",)),
    **dict.fromkeys(("3", "队", "隊"), ("pioneers",)),
    "4": ORGS,
}
_NAME_AND_MARKS = re.compile(rf"(.*?)[\s:：]+([{''.join(_MARKS)}\s]+)")
_NUMBERED = re.compile(r"^\s*\d{1,3}\s*[.．)）]\s*")


@dataclass(frozen=True)
class Sent:
    """What a page sends beside what was typed."""

    draft: int  # 0: it names none
    known: tuple[str, ...]  # revisions it has seen or sent
    revision: str  # what it wants this one to be called

    @property
    def shown(self) -> str:
        """Name the revision that the page shows."""
        return self.known[-1] if self.known else ""


@dataclass(frozen=True)
class Row:
    """One person's part of the page, with what is wrong in it."""

    number: int  # from 0
    person: TypedPerson
    errors: Mapping[str, str]  # by the field's last word

    @property
    def has_more(self) -> bool:
        """Tell whether anything beyond name and organisations was said, or is wrong."""
        person = self.person
        own = person.region or person.place or person.under_18 or person.real_name
        return bool(own) or bool(self.errors.keys() - {"name", "orgs"})


def read_sent(data: QueryDict) -> Sent:
    """Read which draft a page shows; what is no such thing is left out."""
    draft = data.get("draft", "")
    known = tuple(word for word in data.get("known", "").split()[-_MOST_KNOWN:] if _REVISION.fullmatch(word))
    revision = data.get("revision", "")
    return Sent(
        int(draft) if _KEY.fullmatch(draft) else 0,
        known,
        revision if _REVISION.fullmatch(revision) else "",
    )


def read_typed(data: QueryDict, channel: Channel, language: Lang) -> TypedPeople:
    """Read what was typed; whatever is missing is empty."""
    numbers = [int(found.group(1)) for name in data if (found := _ROW.fullmatch(name))]
    # One row more than may be sent says that they are too many; a row 999 makes no thousand of them.
    rows = range(min(max(numbers, default=-1), MAX_PEOPLE) + 1)
    people = tuple(
        TypedPerson(
            data.get(f"people.{n}.name", ""),
            tuple(org for org in data.getlist(f"people.{n}.orgs") if org in ORGS),
            data.get(f"people.{n}.region", ""),
            data.get(f"people.{n}.place", ""),
            f"people.{n}.under_18" in data,
            f"people.{n}.real_name" in data,
        )
        for n in rows
    )
    text = data.get("text", "")
    words = text + "".join(person.name for person in people)
    return TypedPeople(
        people, data.get("region", ""), text, script_of(language, words), "asked" in data, channel
    )


def with_list(typed: TypedPeople, pasted: str, at: int) -> TypedPeople:
    """Return the same with a row for each name of a list, in the empty rows from `at` on and below.

    A line is a name, and after a space what that person leaves: 1, 2, 3, 4 or 党, 团, 队.
    """
    people = list(typed.people)
    row = at
    for line in _LINES.split(pasted):
        name = _NUMBERED.sub("", line).strip()
        if not name or len(people) > MAX_PEOPLE:
            continue
        marked = _NAME_AND_MARKS.fullmatch(name)
        orgs = {org for mark in marked.group(2) for org in _MARKS.get(mark, ())} if marked else set()
        while row < len(people) and not people[row].is_empty:
            row += 1
        people += [TypedPerson()] * (row + 1 - len(people))
        chosen = tuple(org for org in ORGS if org in orgs)
        people[row] = replace(people[row], name=marked.group(1) if marked else name, orgs=chosen)
    return replace(typed, people=tuple(people))


def with_name(typed: TypedPeople, row: int, name: str) -> TypedPeople:
    """Return the same with another name in one row."""
    people = list(typed.people)
    if row < len(people):
        people[row] = replace(people[row], name=name, real_name=False)
    return replace(typed, people=tuple(people))


def with_rows(typed: TypedPeople, more: int = 0) -> TypedPeople:
    """Return the same with at least a few empty rows to type in, and `more` below; up to a hundred."""
    wanted = max(FIRST_ROWS, len(typed.people) + more)
    missing = max(0, min(wanted, MAX_PEOPLE) - len(typed.people))
    return replace(typed, people=(*typed.people, *[TypedPerson()] * missing))


def rows_of(typed: TypedPeople, errors: Mapping[str, str]) -> list[Row]:
    """Return every person's part of the page."""
    rows = []
    for number, person in enumerate(typed.people):
        start = f"people.{number}."
        own = {field.removeprefix(start): words for field, words in errors.items() if field.startswith(start)}
        rows.append(Row(number, person, own))
    return rows
