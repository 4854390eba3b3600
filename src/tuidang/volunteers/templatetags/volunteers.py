"""Template filters of the volunteers' screens."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext, pgettext

from tuidang.volunteers.models import Role
from tuidang.volunteers.words import ROLES

register = template.Library()


@register.filter
def role_names(roles: Sequence[Role]) -> str:
    """Name roles in a row; all of them in one word."""
    if len(roles) == len(Role):
        return gettext("everything")
    return pgettext("between roles", ", ").join(str(ROLES[role].name) for role in roles) or gettext("nothing")
