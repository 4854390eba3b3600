"""Who asks: nobody, unless both factors were shown and the session goes on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from tuidang.volunteers.actions.sessions import is_session
from tuidang.volunteers.models import User

CARRIED = "session"  # where its cookie has the token of the session

_Handler = Callable[[HttpRequest], HttpResponseBase]


def know_volunteers(get_response: _Handler) -> _Handler:
    """Let a request have its volunteer; one whose session was ended, or who was disabled, is nobody."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: _volunteer(request))  # type: ignore[assignment]
        return get_response(request)

    return handle


def _volunteer(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if isinstance(user, User) and is_session(user, str(request.session.get(CARRIED, ""))):
        return user
    return AnonymousUser()
