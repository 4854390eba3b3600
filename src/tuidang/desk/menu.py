"""The desk's menu: its screens in order, each with its key; who sees which, its view's own guard says."""

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


MENU: Final = (
    Item("desk:queue", _("Held"), "1", guard="desk:decided"),
    Item("desk:decided", _("Decided"), "2"),
    Item("desk:requests", _("Requests"), "3"),
    Item("desk:line", _("Telephone"), "5"),
    Item("desk:calls-back", _("Calling back"), "6"),
    Item("desk:begin-people", _("People"), "9"),
    Item("desk:hours", _("My hours"), "7"),
    Item("desk:week", _("The week"), "8"),
    Item("desk:campaigns", _("Calls"), "4"),
    Item("desk:gifts", _("Gifts"), "0"),
    Item("volunteers", _("Volunteers")),
    Item("desk:floods", _("Floods")),
    Item("desk:consents", _("What takes two")),
    Item("desk:audit", _("Audit")),
    Item("desk:canaries", _("Canaries")),
    Item("desk:keys", _("Keys"), "?"),
    Item("account", _("Account")),
)


def menu_of(volunteer: User) -> list[Item]:
    """List the screens that a volunteer may see."""
    roles = volunteer.roles()
    return [item for item in MENU if may_see(roles, item.guard or item.view)]
