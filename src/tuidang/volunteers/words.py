"""What roles are called, and what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tuidang.volunteers.models import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone


@dataclass(frozen=True)
class RoleWords:
    """A role's name, and what who has it does."""

    name: _StrPromise
    does: _StrPromise


ROLES: Final[Mapping[Role, RoleWords]] = {
    Role.REVIEWER: RoleWords(_("reviewer"), _("Reviewer: decides about statements that are held")),
    Role.LISTENER: RoleWords(_("listener"), _("Listener: talks with people on the telephone")),
    Role.FIELD_LEAD: RoleWords(_("field lead"), _("Field lead: leads a team where travellers pass")),
    Role.EDITOR: RoleWords(_("editor"), _("Editor: brings what people read and hear")),
    Role.TREASURER: RoleWords(_("treasurer"), _("Treasurer: keeps the book of gifts")),
    Role.COORDINATOR: RoleWords(
        _("coordinator"), _("Coordinator: invites volunteers, and sees to it that somebody is on duty")
    ),
    Role.OPERATOR: RoleWords(_("operator"), _("Operator: starts and stops machine calls")),
    Role.AUDITOR: RoleWords(_("auditor"), _("Auditor: checks what the others did")),
}
