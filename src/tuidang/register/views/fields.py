"""The fields of the form: what was typed, read from a request and written back into the page unchanged."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from tuidang.privacy.regions import Lang
from tuidang.register.rules.form import MAX_PEOPLE, ORGS, Form, FormErrors, RawForm
from tuidang.register.rules.people import script_of
from tuidang.register.words import sentence

FIRST_ROWS = 3
MORE_ROWS = 5
_ROW = re.compile(r"people\.(\d{1,3})\.(?:name|orgs)", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Typed:
    """What somebody has typed so far, whether right or wrong."""

    raw: RawForm
    several: bool  # the form of a helper, with rows
    key: str = ""  # of the preview: 32 hexadecimal digits
    receipt: str = ""  # of the statement that is corrected; its name then stays

    @property
    def rows(self) -> range:
        """Return the numbers of the rows."""
        return range(len(self.raw.people))

    def with_name(self, row: int, name: str) -> Typed:
        """Return the same with another name in one row."""
        people = list(self.raw.people)
        if row in self.rows and not self.receipt:
            people[row] = (name, people[row][1])
        return replace(self, raw=replace(self.raw, people=tuple(people)))

    def with_more_rows(self) -> Typed:
        """Return the same with empty rows below, up to a hundred."""
        missing = min(MORE_ROWS, max(0, MAX_PEOPLE - len(self.raw.people)))
        return replace(self, raw=replace(self.raw, people=(*self.raw.people, *[("", ())] * missing)))

    def with_key(self) -> Typed:
        """Return the same with a key of 128 random bits, if it has none: the same press twice counts once."""
        return self if self.key else replace(self, key=secrets.token_hex(16))


def empty(*, several: bool) -> Typed:
    """Return a form in which nothing has been typed."""
    return Typed(RawForm(people=(("", ()),) * (FIRST_ROWS if several else 1)), several)


def read_typed(data: QueryDict, *, several: bool, page_language: Lang) -> Typed:
    """Read what was typed; whatever is missing is empty, whatever is unknown is left out."""
    text = data.get("text", "")
    key = data.get("key", "")
    raw = RawForm(
        people=_people(data) if several else ((data.get("name", ""), tuple(data.getlist("orgs"))),),
        region=data.get("region", ""),
        place=data.get("place", ""),
        text=text,
        lang=script_of(page_language, text),
        consent=data.get("consent", ""),
        under_18="under_18" in data,
    )
    return Typed(raw, several, key if _KEY.fullmatch(key) else "", data.get("receipt", ""))


def typed_again(form: Form, typed: Typed) -> Typed:
    """Return what the preview carries: the checked form, as it will be read once more when it is posted."""
    people = [(person.name, person.orgs) for person in form.people]
    if typed.several and len(people) == 1:
        people.append(("", ()))  # a row of a helper's form is named by its number, even if there is only one
    raw = RawForm(
        people=tuple(people),
        region=form.region,
        place=form.place,
        text=form.text,
        lang=form.lang,
        consent=form.consent,
        under_18=form.under_18,
    )
    return replace(typed, raw=raw)


def hidden_fields(typed: Typed) -> Iterator[tuple[str, str]]:
    """Yield name and value of each field that a page carries along unseen."""
    for row, (name, orgs) in enumerate(typed.raw.people):
        yield field_of(typed, row, "name"), name
        yield from ((field_of(typed, row, "orgs"), org) for org in orgs)
    yield "region", typed.raw.region
    yield "place", typed.raw.place
    yield "text", typed.raw.text
    yield "consent", typed.raw.consent
    if typed.raw.under_18:
        yield "under_18", "yes"
    if typed.key:
        yield "key", typed.key
    if typed.receipt:
        yield "receipt", typed.receipt


def field_of(typed: Typed, row: int, name: str) -> str:
    """Name a field of one row as the rules do."""
    return f"people.{row}.{name}" if typed.several else name


@dataclass(frozen=True)
class Row:
    """One person's part of the page, with what is wrong in it."""

    number: int
    name_field: str
    name: str
    name_error: str
    orgs_field: str
    orgs: tuple[str, ...]
    orgs_error: str


def rows_of(typed: Typed, errors: Mapping[str, str]) -> list[Row]:
    """Return every person's part of the page."""
    rows = []
    for number, (name, orgs) in enumerate(typed.raw.people):
        name_field, orgs_field = field_of(typed, number, "name"), field_of(typed, number, "orgs")
        rows.append(
            Row(
                number + 1,
                name_field,
                name,
                errors.get(name_field, ""),
                orgs_field,
                tuple(org for org in orgs if org in ORGS),
                errors.get(orgs_field, ""),
            )
        )
    return rows


def sentences_of(errors: FormErrors) -> dict[str, str]:
    """Return one sentence for each wrong field, in the order of the page."""
    return {error.field: sentence(error.code) for error in errors}


def _people(data: QueryDict) -> tuple[tuple[str, tuple[str, ...]], ...]:
    numbers = [int(found.group(1)) for name in data if (found := _ROW.fullmatch(name))]
    # One row more than may be sent says that they are too many; a row 999 makes no thousand of them.
    rows = range(min(max(numbers, default=FIRST_ROWS - 1), MAX_PEOPLE) + 1)
    people = [(data.get(f"people.{n}.name", ""), tuple(data.getlist(f"people.{n}.orgs"))) for n in rows]
    return tuple(people) if len(people) > 1 else (*people, ("", ()))
