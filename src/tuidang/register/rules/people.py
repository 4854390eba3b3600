"""People whom a volunteer writes down, one row each: what was typed, and the forms that it makes.

A form of the register has one region, one place and one answer to "under 18" for all. Here each row may have
its own, so the rows become as many forms as differ; most often one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from random import Random
from typing import cast

from tuidang.privacy.names import NameTable
from tuidang.privacy.regions import NOT_SAID, REGIONS, Lang
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import (
    MAX_PEOPLE,
    ErrorCode,
    FieldError,
    Form,
    FormErrors,
    Person,
    RawForm,
    preview_form,
    read_form,
)

NOT_SAID_HERE = "-"  # in place of a region: this person does not say it, whatever the others say
BY_VOICE = frozenset(
    {Channel.VOLUNTEER, Channel.FIELD}
)  # the volunteer has spoken with the people themselves


@dataclass(frozen=True)
class TypedPerson:
    """One row as it was typed, whether right or wrong."""

    name: str = ""
    orgs: tuple[str, ...] = ()
    region: str = ""  # a code, or a name in any language of the pages; "": that of all
    place: str = ""  # shown only if nobody else came with it, and only with a region
    under_18: bool = False
    real_name: bool = False  # wants a rare real name to be public, and was warned

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed; such rows are left out."""
        return not self.name.strip() and not self.orgs and not self.place.strip()


@dataclass(frozen=True)
class TypedPeople:
    """Everything that was typed about the people of one call, or one letter."""

    people: tuple[TypedPerson, ...] = ()
    region: str = ""
    text: str = ""
    lang: str = "zh-hans"
    asked: bool = False  # each of them asked for it, aloud
    channel: Channel = Channel.VOLUNTEER

    @property
    def rows(self) -> tuple[int, ...]:
        """Name the rows that are not empty."""
        return tuple(row for row, person in enumerate(self.people) if not person.is_empty)


@dataclass(frozen=True)
class Part:
    """One form, and the rows whose people it declares, in its order."""

    form: Form
    rows: tuple[int, ...]
    spoken_with: bool  # their names are shown even if they are rare


@dataclass(frozen=True)
class People:
    """All forms that the people make; at least one."""

    parts: tuple[Part, ...]


def encode_typed(typed: TypedPeople) -> str:
    """Give what was typed as JSON."""
    return json.dumps(asdict(typed), ensure_ascii=False)


def decode_typed(text: str) -> TypedPeople:
    """Read what `encode_typed` wrote."""
    read = json.loads(text)
    people = tuple(TypedPerson(**{**row, "orgs": tuple(row["orgs"])}) for row in read.pop("people"))
    return TypedPeople(**{**read, "people": people, "channel": Channel(read["channel"])})


def encode_people(people: People) -> str:
    """Give forms as JSON, to be taken exactly so, whatever becomes of the name tables meanwhile."""
    return json.dumps([asdict(part) for part in people.parts], ensure_ascii=False)


def decode_people(text: str) -> People:
    """Read what `encode_people` wrote."""
    parts = (
        Part(
            Form(**{**part["form"], "people": tuple(_person(one) for one in part["form"]["people"])}),
            tuple(part["rows"]),
            part["spoken_with"],
        )
        for part in json.loads(text)
    )
    return People(tuple(parts))


def region_of(typed: TypedPeople, person: TypedPerson) -> str:
    """Give the code of a person's region; what nobody knows stays as it was typed."""
    own = person.region.strip()
    if own == NOT_SAID_HERE:
        return NOT_SAID
    return _codes().get(own.rstrip("省市").casefold(), own) if own else typed.region


def read_people(typed: TypedPeople, names: NameTable, *, threshold: int, rng: Random) -> People | FormErrors:
    """Check what was typed: the forms it makes, or every field's error: "people.3.name", "region", …

    `rng` draws whose the common text is. What is masked in it is masked for all, in whichever form each is.
    """
    rows = typed.rows
    if not rows:
        return (FieldError("people", ErrorCode.NO_PEOPLE),)
    if len(rows) > MAX_PEOPLE:
        return (FieldError("people", ErrorCode.TOO_MANY_PEOPLE),)
    errors: list[FieldError] = []
    read: list[tuple[int, Form, bool]] = []
    for row in rows:
        person = typed.people[row]
        form = read_form(_raw_row(typed, person))
        if isinstance(form, Form):
            read.append((row, form, person.real_name and typed.channel in BY_VOICE))
        else:
            errors += (replace(error, field=f"people.{row}.{error.field}") for error in form)
    for_all = _read_for_all(typed)
    if errors or not isinstance(for_all, Form):
        return (*errors, *(() if isinstance(for_all, Form) else for_all))
    return People(_with_text(_grouped(read), for_all.text, names, threshold, rng))


@cache
def _codes() -> dict[str, str]:
    named = {name.casefold(): code for code, region in REGIONS.items() for name in region.names.values()}
    return named | {code.casefold(): code for code in REGIONS}


def _raw_row(typed: TypedPeople, person: TypedPerson) -> RawForm:
    return RawForm(
        people=((person.name, person.orgs),),
        region=region_of(typed, person),
        place=person.place,
        lang=typed.lang,
        consent="asked",
        under_18=person.under_18,
    )


def _read_for_all(typed: TypedPeople) -> Form | FormErrors:
    """Check what is said once for all; one name stands for those that are checked row by row."""
    consent = "asked" if typed.asked else ""
    return read_form(RawForm((("某", ("party",)),), typed.region, "", typed.text, typed.lang, consent))


def _grouped(read: Sequence[tuple[int, Form, bool]]) -> list[Part]:
    groups: dict[object, list[tuple[int, Form, bool]]] = {}
    for row, form, spoken_with in read:
        groups.setdefault((form.region, form.place, form.under_18, spoken_with), []).append(
            (row, form, spoken_with)
        )
    return [
        Part(
            replace(members[0][1], people=tuple(form.people[0] for _, form, _ in members)),
            tuple(row for row, _, _ in members),
            members[0][2],
        )
        for members in groups.values()
    ]


def _with_text(
    parts: list[Part], text: str, names: NameTable, threshold: int, rng: Random
) -> tuple[Part, ...]:
    if text:
        for part in parts:  # who is shortened in one form must not stand in full in another's words
            text = preview_form(replace(part.form, text=text), names, threshold=threshold).text
        chosen = rng.choices(range(len(parts)), [len(part.rows) for part in parts])[0]
        parts[chosen] = replace(parts[chosen], form=replace(parts[chosen].form, text=text))
    return tuple(parts)


def _person(read: dict[str, object]) -> Person:
    return Person(cast(str, read["name"]), tuple(cast("list[str]", read["orgs"])))


def script_of(lang: Lang, text: str) -> Lang:
    """Say in which language the words are: a page in English is used for words in Chinese too."""
    return "zh-hans" if lang == "en" and any("\u3400" <= sign <= "\u9fff" for sign in text) else lang
