"""Who may see a staff screen, and who has shown only just now that it is he."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils.http import urlencode

from tuidang.volunteers.models import Role, User

FRESH = 600  # seconds after signing in during which the ways to sign in may be changed
CAME = "came"  # when that was: in the signed cookie, and nowhere on our side

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let volunteers of these roles see a view; others are refused, and who has not signed in is asked to."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not signed_in(request).has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        entrance = login_required(guarded)
        vars(entrance)["roles"] = frozenset(roles)
        return entrance

    return decorate


def may_see(roles: Collection[Role], name: str) -> bool:
    """Tell whether somebody with these roles may see a screen, given by name; its view's own guard says."""
    needed = getattr(resolve(reverse(name)).func, "roles", None)
    return needed is None or not needed.isdisjoint(roles)


def own_account(view: View[P]) -> View[P]:
    """Let every volunteer see a view, whatever his roles: it shows and changes only what is his."""
    return login_required(view)


def fresh_sign_in(view: View[P]) -> View[P]:
    """Ask who changes how he signs in to sign in first, so that an open desk lends nobody the account."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and not is_fresh(request):
            return HttpResponseRedirect(
                f"{reverse('sign-in')}?{urlencode({'next': reverse('account'), 'again': 'yes'})}"
            )
        return view(request, *args, **kwargs)

    return own_account(guarded)


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the volunteer has signed in within the last ten minutes."""
    return 0 <= time.time() - float(request.session.get(CAME, 0)) < FRESH


def signed_in(request: HttpRequest) -> User:
    """Return the volunteer of a request that has signed in."""
    assert isinstance(request.user, User), "only guarded views ask"
    return request.user
