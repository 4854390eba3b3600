"""What the telephone's page calls languages, kinds of calls and states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuidang.desk.call_back_words import NOTES
from tuidang.phone.duty_rules import NO_TRUNK, NOT_LENT, REFUSED

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

LANGUAGES: Final[Mapping[str, _StrPromise]] = {
    "zh": _("Mandarin"),
    "yue": _("Cantonese"),
    "en": pgettext_lazy("spoken", "English"),
}
KINDS: Final[Mapping[str, _StrPromise]] = {
    "hotline": _("hotline"),
    "key-8": _("pressed 8 in a machine’s call"),
    "call-back": _("called back"),
    "personal": _("personal call"),
    "transfer": _("handed on by a colleague"),
    "test": _("test call"),
}
# Of the desks of others.
STATES: Final[Mapping[str, _StrPromise]] = {
    "ready": _("free"),
    "ringing": _("being rung"),
    "talking": _("in a call"),
    "held": _("in a call"),
    "gone": _("in a call"),
    "wrap-up": _("after a call"),
    "away": _("away"),
}
# What the page says, by its state, and what it notes under that.
SAYS: Final[Mapping[str, _StrPromise]] = {
    "signing-in": _("Your telephone is connecting"),
    "ready": _("You are on duty: it will ring"),
    "away": _("You are away: it does not ring"),
    "ringing": _("It rings: {about}"),
    "rings": _("It rings"),
    "talking": _("In a call"),
    "held": _("On hold: the caller hears recordings, and not you"),
    "gone": _("Your line was lost: open the telephone, and you are brought back"),
    "back": _("Your line was lost, and is being brought back: the caller hears that you are coming back"),
    "cut": _("The telephone system stopped: you and the caller do not hear each other"),
    "wrap-up": _("The call is over. Take the time you need"),
    "down": _("The hotline is not running: nobody can be put through to you"),
    "closed": _("The page of your telephone is closed: it does not ring"),
    "deaf": _("The server cannot be reached: we keep trying"),
    "loose": _("The connection was lost and is coming back: go on talking, as long as you hear each other"),
    "elsewhere": _("Your telephone is open in another tab or window: close that one to have it here"),
    "together": _("With you in the call: {names}"),
    "touch": _("Press anywhere on this page once, or your browser will not let it ring"),
    "microphone": _("Your browser gives no microphone: look at the sign beside the address of this page"),
    "missed": _("It rang, and you were not there. Say so when you are back"),
    "nobody-answered": _("Nobody could come: the call is still yours"),
    "lost": _("The call is kept for you for a minute"),
    "starting": _("It is being started again. What you write is kept; the call is probably over"),
    "broke": _(
        "The telephone system stopped and ended the call, neither you nor the caller did."
        " What you wrote is kept and can still be confirmed"
    ),
    "not-answered": _("Whom you called did not answer"),
    **{why: NOTES[why] for why in (NO_TRUNK, NOT_LENT, REFUSED)},
    "not-reached": _("Your telephone was not to be found when it should have rung"),
    "too-often": _("That was pressed very often: wait a moment, then press again"),
    "refused": _("That could not be done: it may have changed meanwhile"),
}
# What it says otherwise to who is rung at his own telephone.
OWN_SAYS: Final[Mapping[str, _StrPromise]] = {
    "ready": _("You are on duty: your own telephone will ring"),
    "ringing": _("Answer your telephone, and press 1: {about}"),
    "rings": _("Answer your telephone, and press 1"),
    "lost": _("Your line broke: we ring you again, and keep the call for a minute"),
    "not-reached": _("Your telephone could not be called when it should have rung"),
    "not-taken": _("Your telephone rang, and nobody pressed 1"),
    "missed": _("Your telephone rang twice, and nobody pressed 1. Say so when you are back"),
}
STRIP_SAYS: Final = (
    "ready",
    "away",
    "ringing",
    "rings",
    "talking",
    "held",
    "gone",
    "cut",
    "wrap-up",
    "down",
    "closed",
    "deaf",
)  # on other screens
