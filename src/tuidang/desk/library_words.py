"""What the editors' screens say of what cannot be taken, and of languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tuidang.library.rules import Fault, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise  # known to the type checker alone

LANGUAGES: Final = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}

FAULTS: Final[Mapping[Fault, _StrPromise]] = {
    Fault.NAME: _("Small letters, digits and single hyphens, at most 60; not “news” or “search”."),
    Fault.NAME_TAKEN: _("Another work has this name."),
    Fault.LANGUAGE: _("Choose one of the languages."),
    Fault.EMPTY: _("It cannot be empty."),
    Fault.TOO_LONG: _("It is too long."),
    Fault.SAVED_SINCE: _(
        "Somebody has saved another version since you opened this page. Yours stands below: copy it, open the"
        " chapter anew, and bring both together."
    ),
    Fault.NOT_NEXT: _("Somebody has begun this chapter since: open the list again."),
    Fault.NEWS: _("An item of news is one chapter."),
    Fault.DAY: _("Give the day as year-month-day, for example 2026-11-20."),
    Fault.PHRASE: _("A phrase has 1 to 40 characters, and no space."),
    Fault.PHRASE_KNOWN: _("It is written down already. Take that one away first."),
    Fault.OWN_PHRASE: _("You wrote it down yourself: another editor has to review it."),
    Fault.GONE: _("It was reviewed or taken away before."),
    Fault.FILES: _("These files cannot be read."),
}


def said(mistake: Mistake) -> dict[str, str]:
    """Say what is wrong, under the field where it stands."""
    return {mistake.field: str(FAULTS[mistake.fault])}
