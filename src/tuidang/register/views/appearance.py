"""How a checked form will look when it is published, with what was hidden marked at its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tuidang.base.words import rounded
from tuidang.privacy.masks import Mark, MarkKind, find_marks, mask, mask_word
from tuidang.privacy.names import NameKind, Rarity
from tuidang.privacy.regions import CHINA, REGIONS, Lang
from tuidang.register.rules.form import Form, PersonPreview, Preview

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

_THINGS: Final[dict[MarkKind, _StrPromise]] = {
    MarkKind.IDENTITY_CARD: gettext_lazy("identity card number"),
    MarkKind.PHONE: gettext_lazy("telephone number"),
    MarkKind.BANK_CARD: gettext_lazy("bank card number"),
    MarkKind.EMAIL: gettext_lazy("e-mail address"),
    MarkKind.WECHAT: gettext_lazy("WeChat name"),
    MarkKind.QQ: gettext_lazy("QQ number"),
    MarkKind.PLATE: gettext_lazy("licence plate"),
    MarkKind.ADDRESS: gettext_lazy("street address"),
    MarkKind.LINK: gettext_lazy("link"),
    MarkKind.NUMBER: gettext_lazy("long number"),
    MarkKind.OWN_NAME: gettext_lazy("name"),
}


@dataclass(frozen=True)
class Letter:
    """What the published page shows of one person; no day yet."""

    name: str
    region: str
    place: SafeString
    orgs: tuple[str, ...]
    text: SafeString
    lang: str


@dataclass(frozen=True)
class PersonAppearance:
    """One person's letter, and what his name gives away."""

    letter: Letter
    shortened: bool
    rarity: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Appearance:
    """Everything a preview shows."""

    people: tuple[PersonAppearance, ...]
    region: str
    place: SafeString
    text: SafeString
    script: str
    masked: str  # kinds of things that were hidden, in words
    names: str  # what look like other people's names


def appearance_of(form: Form, preview: Preview, rare: int, language: Lang) -> Appearance:
    """Return what the preview of a form shows; a name borne by fewer than `rare` people is rare."""
    place = _marked(form.place if preview.place else "", preview.place_marks, form.lang)
    text = _marked(form.text, preview.marks, form.lang)
    several = len(form.people) > 1
    people = tuple(
        PersonAppearance(
            Letter(shown.published_name, form.region, place, person.orgs, text, form.lang),
            shown.published_name != mask(shown.name, form.lang),
            rarity_words(shown.rarity, form.region, rare, language),
            _aliases(shown, several=several),
        )
        for person, shown in zip(form.people, preview.people, strict=True)
    )
    marks = (
        *(mark for person in form.people for mark in find_marks(person.name)),
        *preview.place_marks,
        *preview.marks,
    )
    kinds = dict.fromkeys(mark.kind for mark in marks if mark.kind is not MarkKind.NAME)
    names = [form.text[mark.start : mark.end] for mark in preview.marks if mark.kind is MarkKind.NAME]
    return Appearance(
        people,
        form.region,
        place,
        text,
        form.lang,
        _listed(str(_THINGS[kind]) for kind in kinds),
        _listed(dict.fromkeys(names)),
    )


def _listed(things: Iterable[str]) -> str:
    return pgettext("list", ", ").join(things)


def _marked(text: str, marks: Sequence[Mark], lang: Lang) -> SafeString:
    """Return a text as it is published, with marks on what is hidden and on other people's names."""
    parts, done = [], 0
    for mark in marks:
        if mark.start < done:
            continue  # a name inside of what is hidden anyway
        found = text[mark.start : mark.end]
        shown = found if mark.kind is MarkKind.NAME else mask_word(mark.kind, lang)
        parts.append((text[done : mark.start], format_html("<mark>{}</mark>", shown)))
        done = mark.end
    return format_html("{}{}", format_html_join("", "{}{}", parts), text[done:])


def _aliases(shown: PersonPreview, *, several: bool) -> tuple[str, ...]:
    """Return the names to offer: to a helper only where a name points at somebody, and fewer."""
    if not several:
        return shown.aliases
    return shown.aliases[:3] if shown.rarity.kind is NameKind.FULL else ()


def rarity_words(rarity: Rarity, region: str, rare: int, language: Lang) -> str:
    """Say how many people bear a name; one borne by fewer than `rare` is rare."""
    if rarity.kind in {NameKind.NICKNAME, NameKind.ANONYMOUS, NameKind.ALIAS}:
        return _("This name points at nobody. Good.")
    if rarity.kind is NameKind.OTHER:
        return _("We cannot tell how many people bear this name. If people know you by it, choose another.")
    where = REGIONS[region or CHINA].name(language)
    about = rarity.about
    if about is None:
        return _(
            "We do not find this name among common ones, so it may point at one person. Another is safer."
        )
    if about < 10:
        return _("Fewer than ten people in %(region)s bear this name. Choose another.") % {"region": where}
    words = {"number": rounded(about, language), "region": where}
    if rarity.is_rare(rare):
        return (
            _("About %(number)s people in %(region)s bear this name. That is few: another is safer.") % words
        )
    return _("About %(number)s people in %(region)s bear this name.") % words
