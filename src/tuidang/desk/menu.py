"""The desk's menu: its screens in groups, each with its key; who sees which, its view's own guard says."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuidang.volunteers.access import may_see
from tuidang.volunteers.models import User


class Item(NamedTuple):
    """One screen of the menu."""

    view: str
    words: Promise
    key: str = ""
    guard: str = ""  # the screen whose guard decides, where this one leads others on
    inner: tuple[str, ...] = ()  # screens that one comes to from this one


_OF_HELD: Final = ("desk:held", "desk:pattern", "desk:statement", "desk:bulk")
_OF_CALLS: Final = (
    "desk:new-campaign",
    "desk:campaign",
    "desk:campaign-messages",
    "desk:campaign-complaint",
    "desk:campaign-settings",
    "desk:campaign-move",
)
_OF_LIBRARY: Final = (
    "desk:library-new",
    "desk:library-phrases",
    "desk:library-text",
    "desk:library-chapter",
    "desk:library-audio",
)
_OF_SOURCES: Final = (
    *("desk:new-source", "desk:source", "desk:brought", "desk:print"),
    *("desk:mirror-lists", "desk:mirror-set", "desk:measurements"),
)
_OF_SITES: Final = ("desk:new-site", "desk:site", "desk:site-settings", "desk:site-year")
_OF_GIFTS: Final = (
    *("desk:new-gift", "desk:other-money", "desk:entry", "desk:bank", "desk:bank-line"),
    "desk:gift-providers",
    *("desk:receipts", "desk:receipt", "desk:donors", "desk:donor", "desk:gifts-year"),
)
# What is done in one sitting stands together.
MENU: Final = (
    (
        Item("desk:queue", _("Held"), "1", guard="desk:decided", inner=_OF_HELD),
        Item("desk:decided", _("Decided"), "2"),
        Item("desk:requests", _("Requests"), "3", inner=("desk:published",)),
    ),
    (
        Item("desk:line", _("Telephone"), "5"),
        Item("desk:calls-back", _("Calling back"), "6", inner=("desk:call-lists",)),
        Item("desk:begin-people", _("People"), "9", inner=("desk:people", "desk:paper")),
    ),
    (
        Item("desk:hours", _("My hours"), "7", inner=("desk:hours-about", "desk:hours-pledge")),
        Item("desk:week", _("The week"), "8", inner=("desk:week-holes",)),
    ),
    (
        Item("desk:campaigns", _("Calls"), "4", inner=_OF_CALLS),
        Item("desk:floods", _("Floods")),
        Item("desk:sources", _("Found by"), inner=_OF_SOURCES),
        Item("desk:sites", _("Sites"), inner=_OF_SITES),
    ),
    (
        Item("desk:library", _("Library"), inner=_OF_LIBRARY),
        Item("desk:tools", _("Tools"), inner=("desk:new-tool", "desk:tool")),
    ),
    (Item("desk:gifts", _("Gifts"), "0", inner=_OF_GIFTS),),
    (
        Item("volunteers", _("Volunteers"), inner=("volunteer",)),
        Item("desk:consents", _("What takes two"), inner=("desk:consent",)),
        Item("desk:audit", _("Audit")),
        Item("desk:canaries", _("Canaries")),
    ),
    (
        Item("desk:keys", _("Keys"), "?"),
        Item("account", _("Account"), inner=("password", "code-app")),
    ),
)


def menu_of(volunteer: User) -> list[list[Item]]:
    """List the screens that a volunteer may see, in groups."""
    roles = volunteer.roles()
    groups = [[item for item in group if may_see(roles, item.guard or item.view)] for group in MENU]
    return [group for group in groups if group]
