"""What the editors' screens say of what cannot be taken, and of languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tuidang.library.audio.rules import Refused
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

RECORDING_FAULTS: Final[Mapping[Refused, _StrPromise]] = {
    Refused.UNREADABLE: _(
        "There is no sound in it that can be read: bring an MP3, M4A, WAV, OGG or FLAC file."
    ),
    Refused.SILENT: _("Nothing can be heard in it: it is silent from the beginning to the end."),
    Refused.TOO_SHORT: _("It is shorter than half a second."),
    Refused.TOO_LONG: _("It is longer than three hours: make several chapters of it."),
    Refused.TOO_HEAVY: _("It took more time or memory than speech does. Save it anew as MP3 or FLAC."),
    Refused.TOO_LARGE: _("It is too large: save it as MP3 or M4A first."),
    Refused.NOTHING: _("No file has come, or an empty one. Choose it once more."),
    Refused.NO_ROOM: _("The disk is nearly full: tell the operator."),
}


def said_of_recording(why: Refused) -> dict[str, str]:
    """Say what is wrong with a recording, under its field."""
    return {"file": str(RECORDING_FAULTS[why])}


def said(mistake: Mistake) -> dict[str, str]:
    """Say what is wrong, under the field where it stands."""
    return {mistake.field: str(FAULTS[mistake.fault])}
