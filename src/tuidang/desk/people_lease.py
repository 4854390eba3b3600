"""Whose people a volunteer may see: those of the call he is in, and those he began to write down himself.

Nothing of it names anybody: who is in which call is what the hotline says right now, and what one has begun
stands in a signed cookie of one's own browser, until it is closed or one signs out. What is kept of a call
knows the last browser that had it.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from tuidang.desk.calls_now import Place
from tuidang.register.actions.drafts import may_go_on
from tuidang.register.rules.content import Channel
from tuidang.volunteers.access import signed_in
from tuidang.volunteers.middleware import CARRIED
from tuidang.volunteers.models import Role

CALL: Final = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
ON_PAPER: Final = (Channel.MAIL, Channel.FIELD)  # how people come that nobody telephones with
WRITERS: Final = (Role.LISTENER, Role.FIELD_LEAD, Role.REVIEWER, Role.COORDINATOR)
_COOKIE: Final = "people"
_SALT: Final = "tuidang.desk.people"
_MOST: Final = 8  # of the newest


def new_call() -> str:
    """Name a letter, or a meeting, as a call is named."""
    return secrets.token_hex(16)


def channel_of(request: HttpRequest, call: str, place: Place) -> Channel | None:
    """Say how these people came; None when this volunteer may not see them.

    He may as long as he is in the call. When he is in it no longer, and nobody else is, he may finish what he
    had open; once somebody else has had the call, it is theirs for good. While the hotline does not say who
    is in it, nobody may.
    """
    if place.desk:
        return Channel.VOLUNTEER
    channel = None if place.others else _leases(request).get(call)
    if channel is Channel.VOLUNTEER and (place.unknown or not may_go_on(call, holder_of(request, call))):
        return None
    return channel


def holder_of(request: HttpRequest, call: str) -> str:
    """Name this browser's session to what is kept of a call: the cookie alone can tell which one it is."""
    return salted_hmac(_SALT, f"{request.session[CARRIED]} {call}").hexdigest()[:16]


def lease(request: HttpRequest, response: HttpResponse, call: str, channel: Channel) -> None:
    """Let this browser go on with these people, as long as it is open and he is signed in."""
    leases = _leases(request)
    if leases.get(call) != channel:
        _keep(request, response, {**leases, call: channel})


def release(request: HttpRequest, response: HttpResponse, call: str) -> None:
    """Forget that these people were begun here."""
    _keep(request, response, {known: how for known, how in _leases(request).items() if known != call})


def begun_here(request: HttpRequest) -> list[tuple[str, Channel]]:
    """List what this browser has begun, the newest first."""
    return list(reversed(_leases(request).items()))


def _keep(request: HttpRequest, response: HttpResponse, leases: dict[str, Channel]) -> None:
    response.set_cookie(
        _COOKIE,
        dumps([*leases.items()][-_MOST:], salt=_salt(request)),
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _leases(request: HttpRequest) -> dict[str, Channel]:
    try:
        read = loads(request.COOKIES.get(_COOKIE, ""), salt=_salt(request))
        return {call: Channel(channel) for call, channel in read}
    except (BadSignature, ValueError):
        return {}


def _salt(request: HttpRequest) -> str:
    """Bind a cookie to the volunteer: whoever signs in after him on the same machine has none of it."""
    return f"{_SALT}.{signed_in(request).pk}"
