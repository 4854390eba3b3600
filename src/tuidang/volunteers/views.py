"""Signing in and out, the password and the language of staff screens; where from and when is kept nowhere."""

from __future__ import annotations

import time
from threading import BoundedSemaphore

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuidang.base.clock import china_today, utc_now
from tuidang.base.limits import Budget, Slowdown
from tuidang.base.visitors import visitor_network
from tuidang.volunteers.access import CAME, fresh_sign_in, signed_in
from tuidang.volunteers.actions.sessions import begin_session, end_others, end_session
from tuidang.volunteers.actions.ways import check_second, set_password
from tuidang.volunteers.challenges import SIGN, offer, site_of, take_back
from tuidang.volunteers.middleware import CARRIED
from tuidang.volunteers.models import Passkey, User
from tuidang.volunteers.passkeys import (
    WrongPasskeyError,
    ask_to_sign,
    check_signed,
    read_owner,
)
from tuidang.volunteers.queries import passkeys_of
from tuidang.volunteers.rules import pseudonym_fault, tidy_pseudonym

# A password costs us 50 ms of work to check, so a network has a budget of tries, passkeys among them; a
# pseudonym, whose password and code somebody may be guessing from many networks, is never asked more often
# than once a minute in the long run.
_tries_of_network = Budget(burst=20, per_hour=120)
_failures_of_pseudonym = Slowdown(free=5, longest=60, forgiven=600)
# Each look at a password takes 100 MB for its moment (Argon2id). Who sends many at once, from many networks,
# has neither the machine's memory nor every thread of the site.
_looks_at_once = BoundedSemaphore(2)
_LONGEST_INPUT = 200
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class _Busy(Exception):  # noqa: N818  an answer, not a mistake
    """So many passwords are looked at already, or were in this name, that this one was not."""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey; or for pseudonym, password and code, without saying which of them was wrong."""
    onward = _onward(request)
    if request.method != "POST":
        if request.user.is_authenticated and "again" not in request.GET:
            return HttpResponseRedirect(onward)
        return _ask(request, onward)
    now = time.time()
    pseudonym = tidy_pseudonym(request.POST.get("pseudonym", "")[:_LONGEST_INPUT])
    wait = _failures_of_pseudonym.wait(pseudonym, now)
    if wait > 0 or not _tries_of_network.spend(visitor_network(request), now):
        return _too_often(request, onward, pseudonym)
    try:
        user = _look(pseudonym, request.POST.get("password", ""), now)
    except _Busy:
        return _too_often(request, onward, pseudonym)
    # Only behind the right password: else whoever guesses would use up somebody's codes.
    if user is None or not check_second(user, request.POST.get("code", ""), now):
        # Answered with 200: any other status would write a line to the log, and date the failure.
        return _ask(request, onward, pseudonym, wrong=True)
    _failures_of_pseudonym.succeeded(pseudonym, now)
    let_in(request, user, "")
    return HttpResponseRedirect(onward)


@require_POST
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Let somebody in by a passkey alone: the device has asked its owner for finger, face or PIN."""
    onward = _onward(request)
    now = time.time()
    if not _tries_of_network.spend(visitor_network(request), now):
        return _too_often(request, onward, "")
    try:
        used = _check_passkey(request, now)
    except WrongPasskeyError:
        return _ask(request, onward, no_passkey=True)
    let_in(request, used.volunteer, used.label)
    return HttpResponseRedirect(onward)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and have the browser throw away what this site left in it."""
    if isinstance(request.user, User):
        end_session(str(request.session[CARRIED]))
    logout(request)
    response = HttpResponseRedirect(reverse("sign-in"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@sensitive_post_parameters()
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's own password, or set the first one; every other session of the account ends."""
    user = signed_in(request)
    kind = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = kind(user, request.POST or None)
    changed = form.is_valid()
    if changed:
        set_password(user, form.cleaned_data["new_password1"], utc_now())
        update_session_auth_hash(request, user)
        end_others(user, str(request.session[CARRIED]), utc_now())
    return render(request, "volunteers/password.html", {"form": form, "changed": changed})


def let_in(request: HttpRequest, user: User, label: str) -> None:
    """Begin a session of somebody who has shown both factors; the one that this browser had ends."""
    end_session(str(request.session.get(CARRIED, "")))
    login(request, user, _BACKEND)
    request.session[CARRIED] = begin_session(user, label, china_today())
    request.session[CAME] = int(time.time())


def refuse_foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Answer a form of a staff screen that did not come from one, or that stood open too long."""
    return render(request, "volunteers/foreign_form.html", status=403)


def _look(pseudonym: str, password: str, now: float) -> User | None:
    """Give whose password this is. Raises _Busy while as many are looked at as may be at once."""
    if not _looks_at_once.acquire(blocking=False):
        raise _Busy
    try:
        # A failure before the password is looked at: else many who try at once would all be let try.
        if _failures_of_pseudonym.attempt(pseudonym, now) > 0:
            raise _Busy
        user = None if pseudonym_fault(pseudonym) else authenticate(username=pseudonym, password=password)
    finally:
        _looks_at_once.release()
    return user if isinstance(user, User) else None


def _check_passkey(request: HttpRequest, now: float) -> Passkey:
    """Give the passkey that has signed. Raises WrongPasskeyError."""
    answer = request.POST.get("credential", "")
    challenge = take_back(request.POST.get("challenge", ""), SIGN, now)
    keys = passkeys_of(read_owner(answer))
    return keys[check_signed(site_of(request), challenge, answer, [bytes(key.credential) for key in keys])]


def _too_often(request: HttpRequest, onward: str, pseudonym: str) -> HttpResponse:
    response = _ask(request, onward, pseudonym, too_often=True)
    response.status_code = 429
    response.headers["Retry-After"] = "60"
    return response


def _ask(request: HttpRequest, onward: str, pseudonym: str = "", **happened: bool) -> HttpResponse:
    asked = ask_to_sign(site_of(request))
    context = {
        "onward": onward,
        "pseudonym": pseudonym,
        "passkey": asked.options,
        "challenge": offer(asked.challenge, SIGN),
        "again": "again" in request.GET,
    }
    return render(request, "volunteers/sign_in.html", {**context, **happened})


def _onward(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    # Our own staff screens only: a link must not lead who signs in somewhere else.
    if asked.startswith("/desk/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("desk:queue")
