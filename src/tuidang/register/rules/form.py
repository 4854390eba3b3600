"""The form: what one request may declare for one person or a hundred, and what will be public of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from random import Random, SystemRandom
from typing import Literal

from tuidang.privacy.aliases import propose
from tuidang.privacy.fold import fold
from tuidang.privacy.masks import Mark, find_marks, find_names, find_own, mask, mask_marks
from tuidang.privacy.names import NameKind, NameTable, Rarity, published_name
from tuidang.privacy.regions import CHINA, LANGS, NOT_SAID, Lang, parse_region
from tuidang.register.rules.characters import has_forbidden, seen_length, tidy_line, tidy_text
from tuidang.register.rules.content import HIDDEN_NAME, Channel, Content

ORGS = ("party", "league", "pioneers")
MAX_PEOPLE = 100
MAX_NAME = 40
MAX_NAME_CODE_POINTS = 120  # marks included
MAX_PLACE = 60
MAX_TEXT = 5000
ALIASES_PROPOSED = 6

Consent = Literal["own", "asked"]


class ErrorCode(StrEnum):
    """What is wrong with a field; `register.words` has a sentence for each."""

    NAME_MISSING = "name_missing"  # nothing, or nothing but marks and spaces
    NAME_TOO_LONG = "name_too_long"
    NO_ORGANISATION = "no_organisation"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    NO_PEOPLE = "no_people"
    TOO_MANY_PEOPLE = "too_many_people"
    UNKNOWN_REGION = "unknown_region"
    PLACE_TOO_LONG = "place_too_long"
    PLACE_UNDER_18 = "place_under_18"  # under 18, no place is published
    TEXT_TOO_LONG = "text_too_long"
    FORBIDDEN_CHARACTER = "forbidden_character"  # control, direction-turning, unseen, unassigned
    UNKNOWN_LANGUAGE = "unknown_language"
    NO_CONSENT = "no_consent"
    OWN_IS_ONE_PERSON = "own_is_one_person"  # "this is my own wish" for more than one person


@dataclass(frozen=True)
class FieldError:
    """What is wrong with a field: "name", "orgs", "people.3.name", "people.3.orgs", "people", "region", …"""

    field: str
    code: ErrorCode


FormErrors = tuple[FieldError, ...]


@dataclass(frozen=True)
class RawForm:
    """What was typed, unchecked. One row has the fields "name" and "orgs", more have "people.<row>.name" …"""

    people: tuple[tuple[str, tuple[str, ...]], ...]  # name, organisations; empty rows among many are left out
    region: str = ""
    place: str = ""
    text: str = ""
    lang: str = "zh-hans"
    consent: str = ""  # own or asked
    under_18: bool = False


@dataclass(frozen=True)
class Person:
    """One declarant, as he named himself."""

    name: str
    orgs: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A checked form; `people` has one to a hundred persons, exactly one for `own`."""

    people: tuple[Person, ...]
    region: str
    place: str
    text: str
    lang: Lang
    consent: Consent
    under_18: bool

    def digest(self) -> bytes:
        """Give the SHA-256 that receipts are made from: equal for equal forms only."""
        people = [[person.name, person.orgs] for person in self.people]
        rest = [self.region, self.place, self.text, self.lang, self.consent, self.under_18]
        return sha256(b"tuidang/form/v1\n" + json.dumps([people, *rest]).encode()).digest()


@dataclass(frozen=True)
class PersonPreview:
    """How one person will appear, how many people bear that name there, and other names to choose from."""

    name: str
    published_name: str
    rarity: Rarity
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """Exactly what will be public. A text shared by several people will appear with one of them.

    `marks` point into the form's text: what is masked, and (kind NAME) other people's names, which stay;
    `place_marks` into its place.
    """

    people: tuple[PersonPreview, ...]
    place: str
    text: str
    marks: tuple[Mark, ...]
    place_marks: tuple[Mark, ...]


def call_form(people: Iterable[tuple[str, Iterable[str]]], region: str) -> Form:
    """Make the form of what was confirmed by keys in a machine's call: alias and organisations of each."""
    persons = tuple(Person(alias, tuple(orgs)) for alias, orgs in people)
    consent: Consent = "own" if len(persons) == 1 else "asked"
    return Form(persons, region, "", "", "zh-hans", consent, under_18=False)


def read_form(raw: RawForm) -> Form | FormErrors:
    """Check what was typed: a form, or every field's error in the order of the page."""
    errors: list[FieldError] = []

    def wrong(field: str, code: ErrorCode) -> None:
        errors.append(FieldError(field, code))

    people = _read_people(raw, errors)
    region = parse_region(raw.region)
    if region is None:
        wrong("region", ErrorCode.UNKNOWN_REGION)
    place, text = tidy_line(raw.place[:_READ]), tidy_text(raw.text[:_READ])
    if code := _wrong_place(place, raw):
        wrong("place", code)
    if code := _wrong_text(text, raw):
        wrong("text", code)
    lang: Lang | None = next((lang for lang in LANGS if lang == raw.lang), None)
    if lang is None:
        wrong("lang", ErrorCode.UNKNOWN_LANGUAGE)
    consent: Consent | None = next((c for c in _CONSENTS if c == raw.consent), None)
    if consent is None:
        wrong("consent", ErrorCode.NO_CONSENT)
    elif consent == "own" and len(people) > 1:
        wrong("consent", ErrorCode.OWN_IS_ONE_PERSON)
    if errors or region is None or lang is None or consent is None:
        return tuple(errors)
    return Form(people, region, place, text, lang, consent, raw.under_18)


def preview_form(
    form: Form, names: NameTable, *, threshold: int = 1000, spoken_with: bool = False
) -> Preview:
    """Show what will be public of a form; `threshold` is the setting for rare names.

    `spoken_with`: a volunteer has spoken with the declarants, so that their names stay as they are.
    """
    # Not seeded by the form: who knows a published alias could otherwise try which name it was proposed to.
    rng = SystemRandom()
    persons = tuple(
        PersonPreview(
            person.name,
            _public_name(person.name, form, names, threshold, spoken_with=spoken_with),
            names.estimate(person.name, form.region),
            propose(form.region, ALIASES_PROPOSED, rng, table=names, script=_script(form.lang)),
        )
        for person in form.people
    )
    masked = _text_marks(form, names, threshold, spoken_with=spoken_with)
    own = {person.name for person in form.people}
    others = (m for m in find_names(form.text, names) if form.text[m.start : m.end] not in own)
    return Preview(
        people=persons,
        place=mask(_shown_place(form), form.lang),
        text=mask_marks(form.text, masked, form.lang),
        marks=tuple(sorted((*masked, *others), key=lambda mark: mark.start)),
        place_marks=find_marks(_shown_place(form)),
    )


def public_contents(
    form: Form,
    names: NameTable,
    channel: Channel,
    *,
    threshold: int,
    rng: Random,
    spoken_with: bool = False,
) -> tuple[Content, ...]:
    """Give what will be public of each person, as the preview showed it; `rng` draws whose the text is.

    `spoken_with`: a volunteer has spoken with the declarants, so a rare name may stand.
    """
    place = mask(_shown_place(form), form.lang)
    masked = _text_marks(form, names, threshold, spoken_with=spoken_with)
    text = mask_marks(form.text, masked, form.lang)
    with_text = rng.randrange(len(form.people))
    return tuple(
        Content(
            name=_public_name(person.name, form, names, threshold, spoken_with=spoken_with),
            orgs=person.orgs,
            region=form.region,
            place=place,
            text=text if row == with_text else "",
            lang=form.lang,
            channel=channel,
        )
        for row, person in enumerate(form.people)
    )


_READ = 4 * MAX_TEXT  # characters typed into one field: more is too long without a closer look
_CONSENTS: tuple[Consent, ...] = ("own", "asked")
_EVERYBODY = 10**10  # a threshold that no name reaches


def _read_people(raw: RawForm, errors: list[FieldError]) -> tuple[Person, ...]:
    many = len(raw.people) > 1
    rows = [(n, name, orgs) for n, (name, orgs) in enumerate(raw.people) if not many or name.strip() or orgs]
    if not rows:
        errors.append(FieldError("people", ErrorCode.NO_PEOPLE))
    if len(rows) > MAX_PEOPLE:
        errors.append(FieldError("people", ErrorCode.TOO_MANY_PEOPLE))
        return ()
    people = []
    for n, typed, orgs in rows:
        prefix = f"people.{n}." if many else ""
        name = tidy_line(typed[:_READ])
        if code := _wrong_name(name, typed):
            errors.append(FieldError(prefix + "name", code))
        if not orgs:
            errors.append(FieldError(prefix + "orgs", ErrorCode.NO_ORGANISATION))
        elif not set(orgs) <= set(ORGS):
            errors.append(FieldError(prefix + "orgs", ErrorCode.UNKNOWN_ORGANISATION))
        people.append(Person(name, tuple(org for org in ORGS if org in orgs)))
    return tuple(people)


def _wrong_name(name: str, typed: str) -> ErrorCode | None:
    if seen_length(name) > MAX_NAME or len(name) > MAX_NAME_CODE_POINTS or len(typed) > _READ:
        return ErrorCode.NAME_TOO_LONG
    if has_forbidden(name):
        return ErrorCode.FORBIDDEN_CHARACTER
    return None if fold(name) else ErrorCode.NAME_MISSING


def _wrong_place(place: str, raw: RawForm) -> ErrorCode | None:
    if len(place) > MAX_PLACE or len(raw.place) > _READ:
        return ErrorCode.PLACE_TOO_LONG
    if has_forbidden(place):
        return ErrorCode.FORBIDDEN_CHARACTER
    return ErrorCode.PLACE_UNDER_18 if place and raw.under_18 else None


def _wrong_text(text: str, raw: RawForm) -> ErrorCode | None:
    if len(text) > MAX_TEXT or len(raw.text) > _READ:
        return ErrorCode.TEXT_TOO_LONG
    return ErrorCode.FORBIDDEN_CHARACTER if has_forbidden(text, newlines=True) else None


def _shown_place(form: Form) -> str:
    """Give the place, or nothing where it would tell more than the person thinks.

    The same words would join the statements of a helper's form; and without a province the name was judged by
    how many bear it in the whole country, not in the village that the place may name.
    """
    return "" if len(form.people) > 1 or form.region in {NOT_SAID, CHINA} else form.place


def _public_name(name: str, form: Form, names: NameTable, threshold: int, *, spoken_with: bool) -> str:
    # A name is masked too: it may hold a phone number.
    return mask(_shortened(name, form, names, threshold, spoken_with=spoken_with), form.lang)


def _shortened(name: str, form: Form, names: NameTable, threshold: int, *, spoken_with: bool) -> str:
    # Under 18 every real full name is shortened, and a name of which we cannot tell is not shown at all.
    if form.under_18 and names.estimate(name, form.region).kind is NameKind.OTHER:
        return HIDDEN_NAME
    bound = _EVERYBODY if form.under_18 else threshold
    return published_name(name, form.region, names, bound, spoken_with=spoken_with and not form.under_18)


def _text_marks(form: Form, names: NameTable, threshold: int, *, spoken_with: bool) -> tuple[Mark, ...]:
    """Find what is masked in the text: what gives somebody away, and the names that are not shown in full."""
    if not form.text:
        return ()
    marks = find_marks(form.text)
    hidden = [
        written
        for person in form.people
        if _shortened(person.name, form, names, threshold, spoken_with=spoken_with) != person.name
        for written in (person.name, *_full_names(person.name, names))
    ]
    return tuple(sorted((*marks, *find_own(form.text, hidden, marks)), key=lambda mark: mark.start))


def _full_names(line: str, names: NameTable) -> list[str]:
    """Give the full names in what was typed as a name, bare: no title, nothing between the characters."""
    read = names.read_line(line)
    return [form.surname + form.given for _, _, form in read if form.kind is NameKind.FULL]


def _script(lang: Lang) -> Literal["hans", "hant"]:
    return "hant" if lang == "zh-hant" else "hans"
