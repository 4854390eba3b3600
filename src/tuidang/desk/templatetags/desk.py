"""Template tags of the desk: links of its menu, and the names of reasons and moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from tuidang.base.words import spaced
from tuidang.desk.calls import percent
from tuidang.desk.forms import Move
from tuidang.desk.line_state import strip_of
from tuidang.desk.line_words import SAYS, STRIP_SAYS
from tuidang.desk.menu import menu_of
from tuidang.desk.words import CONSENTS, MOVES, REASONS, REJECTIONS
from tuidang.phone.queries import duty_of, hotline_now
from tuidang.register.rules.screening import Reason, Rejection
from tuidang.volunteers.access import may_see
from tuidang.volunteers.actions.consents import Asked, Kind
from tuidang.volunteers.models import Role, User

register = template.Library()


@register.inclusion_tag("desk/menu.html", takes_context=True)
def desk_menu(context: template.Context) -> dict[str, object]:
    """Show the menu of whoever is signed in; the place one is at is marked."""
    request = context["request"]
    match = request.resolver_match
    here = match.view_name if match else ""
    groups = menu_of(request.user)
    items = (item for group in groups for item in group)
    place = next((item for item in items if here == item.view or here in item.inner), None)
    return {"groups": groups, "here": here, "place": place, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("desk/line/strip.html", takes_context=True)
def line_strip(context: template.Context) -> dict[str, object]:
    """Show who is on duty what his telephone does, on every screen but the telephone's own."""
    request = context["request"]
    talks = isinstance(request.user, User) and request.user.has_role(Role.LISTENER, Role.COORDINATOR)
    match = request.resolver_match
    if not talks or (match and match.view_name == "desk:line"):
        return {}
    now = datetime.now(UTC)
    duty = duty_of(request.user.pk, now)
    if duty is None:
        return {}
    state = strip_of(duty, hotline_now(settings.TUIDANG.data, now))
    says = {name: str(SAYS[name]) for name in STRIP_SAYS}
    # Who calls is told by the script, which follows the state.
    return {"says": says, "now": says["rings" if state == "ringing" else state]}


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
def has(errors: Mapping[str, str], field: str) -> bool:
    """Tell whether something is wrong with a field whose name has a hyphen."""
    return field in errors


@register.filter
def percent_of(part: int, whole: int) -> str:
    """Write a share with one decimal; nothing of nothing."""
    return percent(part, whole)


@register.filter
def total(numbers: Iterable[int]) -> int:
    """Add numbers up."""
    return sum(numbers)


@register.filter
def may(volunteer: User, role: str) -> bool:
    """Tell whether a volunteer has a role."""
    return volunteer.has_role(Role(role))


@register.filter
def sees(volunteer: User, name: str) -> bool:
    """Tell whether a volunteer may see the screen of this name."""
    return may_see(volunteer.roles(), name)


@register.filter
def at(things: Mapping[int, object], key: int) -> object:
    """Return what stands under a number; None where nothing does."""
    return things.get(key)


@register.filter
def consent_words(asked: Asked) -> str:
    """Say what somebody asks consent for."""
    words = str(CONSENTS[asked.kind]) % {"count": spaced(asked.count), "detail": asked.detail}
    return f"{MOVES[Move(asked.detail)].name} · {words}" if asked.kind is Kind.BULK else words


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
