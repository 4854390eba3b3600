"""Kinds, states and ways in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from tuidang.reach.rules import Door, Kind, State, Way

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

KINDS: Final[Mapping[Kind, _StrPromise]] = {
    Kind.NUMBER: gettext_lazy("Hotline number"),
    Kind.PRINT: gettext_lazy("Posters or cards"),
    Kind.BANKNOTE: gettext_lazy("Banknotes"),
    Kind.SITE: pgettext_lazy("source", "Site"),
    Kind.MIRROR: gettext_lazy("Mirror"),
}
STATES: Final[Mapping[State, tuple[_StrPromise, str]]] = {
    State.LIVE: (pgettext_lazy("of a number or address", "live"), "good"),
    State.BLOCKED: (pgettext_lazy("of a number or address", "blocked"), "bad"),
    State.RETIRED: (pgettext_lazy("of a number or address", "retired"), "held"),
}
DOORS: Final[Mapping[Door, _StrPromise]] = {
    Door.HOME: gettext_lazy("the home page"),
    Door.WRITE: gettext_lazy("the page where a statement is written"),
}
WAYS: Final[Mapping[Way, _StrPromise]] = {
    Way.BANKNOTE: gettext_lazy("On a banknote"),
    Way.PRINT: gettext_lazy("On a poster or card"),
    Way.CALL: gettext_lazy("You called me"),
    Way.PERSON: gettext_lazy("Somebody told me"),
    Way.SITE: gettext_lazy("On another website"),
    Way.PROGRAM: gettext_lazy("In a program that gets past the firewall"),
    Way.OTHER: gettext_lazy("Another way"),
}
