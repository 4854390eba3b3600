"""Template tags of the desk: links of its menu, and the names of reasons and moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from tuidang.desk.calls import percent
from tuidang.desk.forms import Move
from tuidang.desk.words import MOVES, REASONS, REJECTIONS
from tuidang.register.rules.screening import Reason, Rejection
from tuidang.volunteers.models import Role, User

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_link(context: template.Context, name: str, text: str, key: str) -> SafeString:
    """Return a link of the desk's menu, with its key; the page one is on is marked."""
    match = context["request"].resolver_match
    here = SafeString(' aria-current="page"') if match and match.view_name == name else ""
    return format_html('<a href="{}" aria-keyshortcuts="{}"{}>{}</a>', reverse(name), key, here, text)


@register.simple_tag
def error(errors: Mapping[str, str], field: str) -> SafeString:
    """Return the sentence on what is wrong with a field, to stand beside it; nothing when it is right."""
    if field not in errors:
        return SafeString("")
    return format_html('<p class="error" id="{}-error">{}</p>', field, errors[field])


@register.simple_tag
def described(errors: Mapping[str, str], field: str, hint: str = "") -> SafeString:
    """Return the attributes that join a field with its hint and with what is wrong with it."""
    wrong = field in errors
    ids = " ".join(one for one in (hint, f"{field}-error" if wrong else "") if one)
    parts = format_html(' aria-describedby="{}"', ids) if ids else SafeString("")
    return parts + SafeString(' aria-invalid="true"') if wrong else parts


@register.filter
def percent_of(part: int, whole: int) -> str:
    """Write a share with one decimal; nothing of nothing."""
    return percent(part, whole)


@register.filter
def may(volunteer: User, role: str) -> bool:
    """Tell whether a volunteer has a role."""
    return volunteer.has_role(Role(role))


@register.filter
def reason_names(reasons: Sequence[Reason]) -> str:
    """Name why something is held."""
    return pgettext("between reasons", ", ").join(str(REASONS[reason]) for reason in reasons)


@register.filter
def rejection_name(rejection: Rejection) -> str:
    """Name why something is rejected."""
    return str(REJECTIONS[rejection])


@register.filter
def move_name(move: Move) -> str:
    """Name a move, as its button does."""
    return str(MOVES[move].name)


@register.filter
def move_question(move: Move) -> str:
    """Ask whether a move is meant."""
    return str(MOVES[move].question)


@register.filter
def move_done(move: Move) -> str:
    """Say that a move was done."""
    return str(MOVES[move].done)


@register.filter
def move_effect(move: Move) -> str:
    """Say what happens next."""
    return str(MOVES[move].effect)
