"""What the desk calls the hours somebody named, why he is called, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuidang.phone.call_back_rules import Outcome
from tuidang.phone.duty_rules import NO_TRUNK, NOT_LENT, REFUSED

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

HOURS: Final[Mapping[str, _StrPromise]] = {
    "morning": _("in the morning"),
    "afternoon": _("in the afternoon"),
    "evening": _("in the evening"),
    "any": _("at any time of the day"),
}

KINDS: Final[Mapping[str, _StrPromise]] = {
    "call-back": _("He asked to be called back"),
    "personal": _("A personal call: he did not ask for it"),
}

LIKELY: Final = _("not known; Mandarin is likely")

# What a volunteer can say, each with its key; none that a script, a list or the menu has.
ENDS: Final[Mapping[Outcome, tuple[_StrPromise, str]]] = {
    Outcome.DONE: (pgettext_lazy("call back", "We talked"), "d"),
    Outcome.NOT_REACHED: (pgettext_lazy("call back", "Not reached"), "n"),
    Outcome.CUT_OFF: (pgettext_lazy("call back", "The line broke"), "i"),
    Outcome.WRONG_NUMBER: (pgettext_lazy("call back", "Somebody else’s number"), "w"),
    Outcome.NEVER: (pgettext_lazy("call back", "Never call again"), "v"),
}

NEXT: Final[Mapping[Outcome, _StrPromise]] = {
    Outcome.DONE: _("Noted. His number is destroyed."),
    Outcome.NOT_REACHED: _("Noted. He is left in peace for some hours, and is tried four times at most."),
    Outcome.CUT_OFF: _("Noted. He is at the top of the list again."),
    Outcome.WRONG_NUMBER: _("Noted. That number is destroyed."),
    Outcome.NEVER: _("Noted. Nobody here ever calls him again, and his number is destroyed."),
}

# Why the hotline did not call, by what it says of the desk.
NOTES: Final[Mapping[str, _StrPromise]] = {
    NO_TRUNK: _("No line leads outside right now. Try again in a minute, or tell an operator."),
    NOT_LENT: _("He is not lent to you any more, or was called already."),
    REFUSED: _("He is not called now: his hours are over, or he asked never to be called."),
    "not-reached": _("You did not answer your own telephone, so nobody was called."),
}

BECAME: Final[Mapping[str, _StrPromise]] = {
    **{outcome: words for outcome, (words, _key) in ENDS.items()},
    Outcome.WORN_OUT: _("Tried four times, and let be"),
    Outcome.EXPIRED: _("Called by nobody in fourteen days"),
}
