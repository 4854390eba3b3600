"""What a volunteer is shown of the people he writes down: advice on each name, and what will be public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, cast

from django.conf import settings
from django.utils.safestring import SafeString

from tuidang.desk.name_words import SHORTENED, advice_words
from tuidang.privacy.names import NameKind
from tuidang.privacy.regions import Lang, parse_region
from tuidang.register.queries import name_table
from tuidang.register.rules.form import Form, Person, Preview, preview_form
from tuidang.register.rules.people import BY_VOICE, People, TypedPeople, region_of
from tuidang.register.views.appearance import Letter, appearance_of

_OFFERED: Final = 4  # other names, to one person
# Read aloud: 幺 for one and 零 for none, as every telephone number in China is said.
_SPOKEN: Final = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_PINYIN: Final = dict(
    zip("0123456789", ("líng", "yāo", "èr", "sān", "sì", "wǔ", "liù", "qī", "bā", "jiǔ"), strict=True)
)


@dataclass(frozen=True)
class Advice:
    """What one name gives away, how it would be published, and others to choose from."""

    row: int
    words: str
    shown: str  # "": as it was typed
    aliases: tuple[str, ...]
    lang: str


@dataclass(frozen=True)
class Seen:
    """How one person will appear."""

    number: int  # from 1, as on the list of receipts
    row: int
    letter: Letter
    words: str
    shortened: bool
    full_by_wish: bool  # rare, and shown in full because he wants it
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """Exactly what will be public of everybody."""

    people: tuple[Seen, ...]
    text: str
    lang: str
    masked: str  # kinds of things that were hidden, in words
    names: str  # what look like other people's names


@dataclass(frozen=True)
class Group:
    """Four digits of a receipt, and how they are said."""

    digits: str
    spoken: str
    pinyin: str


def advise(typed: TypedPeople, rows: Iterable[int], language: Lang) -> list[Advice]:
    """Say of the names in these rows what they give away; rows without a name are passed over."""
    advice = []
    for row in rows:
        person = typed.people[row]
        region = parse_region(region_of(typed, person))
        if not person.name.strip() or len(person.name) > 2 * 40 or region is None:
            continue
        form = _form(typed, ((person.name, ("party",)),), region, under_18=person.under_18)
        seen = _seen(form, typed, row, language, by_wish=person.real_name)
        shown = seen.letter.name if seen.letter.name != person.name else ""
        # Of a name that is shortened, nothing is to be warned of.
        words = str(SHORTENED) if seen.shortened else seen.words
        advice.append(Advice(row, words, shown, seen.aliases, typed.lang))
    return advice


def outlook_of(people: People, typed: TypedPeople, language: Lang) -> Outlook:
    """Show what will be public of checked people."""
    order = {row: number for number, row in enumerate(typed.rows, 1)}
    seen: list[Seen] = []
    for part in people.parts:
        for n, row in enumerate(part.rows):
            # One by one: a form of several has no place, and neither has any of its people.
            alone = replace(part.form, text="", people=(part.form.people[n],))
            alone = alone if len(part.rows) == 1 else replace(alone, place="")
            seen.append(
                replace(_seen(alone, typed, row, language, by_wish=part.spoken_with), number=order[row])
            )
    everybody = tuple((person.name, person.orgs) for part in people.parts for person in part.form.people)
    whole = _form(typed, everybody, people.parts[0].form.region, text=typed.text)
    hidden = appearance_of(whole, _preview(whole), settings.TUIDANG.rare_name, language)
    text = "".join(part.form.text for part in people.parts)
    return Outlook(
        tuple(sorted(seen, key=lambda one: one.number)), text, typed.lang, hidden.masked, hidden.names
    )


def groups_of(digits: str) -> list[Group]:
    """Part a receipt into four groups, with what is said of each in Chinese."""
    return [
        Group(
            digits[start : start + 4],
            " ".join(_SPOKEN[digit] for digit in digits[start : start + 4]),
            " ".join(_PINYIN[digit] for digit in digits[start : start + 4]),
        )
        for start in range(0, len(digits), 4)
    ]


def _seen(form: Form, typed: TypedPeople, row: int, language: Lang, *, by_wish: bool) -> Seen:
    by_wish = by_wish and typed.channel in BY_VOICE and not form.under_18
    preview = _preview(form, spoken_with=by_wish)
    rare = settings.TUIDANG.rare_name
    person = appearance_of(form, preview, rare, language).people[0]
    rarity = preview.people[0].rarity
    is_telling = rarity.is_rare(rare) or rarity.kind is NameKind.OTHER
    return Seen(
        row=row,
        number=row + 1,
        letter=replace(person.letter, text=SafeString("")),
        words=advice_words(rarity, form.region, rare, language),
        shortened=person.shortened,
        full_by_wish=by_wish and rarity.is_rare(rare),
        aliases=preview.people[0].aliases[:_OFFERED] if is_telling else (),
    )


def _preview(form: Form, *, spoken_with: bool = False) -> Preview:
    return preview_form(form, name_table(), threshold=settings.TUIDANG.rare_name, spoken_with=spoken_with)


def _form(
    typed: TypedPeople,
    people: Iterable[tuple[str, tuple[str, ...]]],
    region: str,
    *,
    text: str = "",
    under_18: bool = False,
) -> Form:
    persons = tuple(Person(name, orgs) for name, orgs in people)
    return Form(persons, region, "", text, cast(Lang, typed.lang), "asked", under_18)
