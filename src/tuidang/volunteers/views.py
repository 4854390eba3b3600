"""Signing in and out, the password and the language of staff screens; nothing of it is stored or logged."""

from __future__ import annotations

import time

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuidang.base.limits import Budget, Slowdown
from tuidang.base.visitors import visitor_network
from tuidang.volunteers.access import signed_in
from tuidang.volunteers.rules import pseudonym_fault, tidy_pseudonym

# A password costs us 50 ms of work to check, so a network has a budget of them; a pseudonym, whose password
# somebody may be guessing from many networks, is never asked more often than once a minute in the long run.
_tries_of_network = Budget(burst=20, per_hour=120)
_failures_of_pseudonym = Slowdown(free=5, longest=60, forgiven=600)
_LONGEST_INPUT = 200


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for pseudonym and password. A failure is answered without saying which of the two was wrong."""
    onward = _onward(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(onward)
        return _ask(request, onward)
    now = time.time()
    pseudonym = tidy_pseudonym(request.POST.get("pseudonym", "")[:_LONGEST_INPUT])
    wait = _failures_of_pseudonym.wait(pseudonym, now)
    if wait > 0 or not _tries_of_network.spend(visitor_network(request), now):
        response = _ask(request, onward, pseudonym, too_often=True)
        response.status_code = 429
        response.headers["Retry-After"] = "60"
        return response
    password = request.POST.get("password", "")
    user = None if pseudonym_fault(pseudonym) else authenticate(username=pseudonym, password=password)
    if user is None:
        _failures_of_pseudonym.failed(pseudonym, now)
        # Answered with 200: any other status would write a line to the log, and date the failure.
        return _ask(request, onward, pseudonym, wrong=True)
    _failures_of_pseudonym.succeeded(pseudonym, now)
    login(request, user)
    return HttpResponseRedirect(onward)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and have the browser throw away what this site left in it."""
    logout(request)
    response = HttpResponseRedirect(reverse("sign-in"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of the account ends."""
    form = PasswordChangeForm(signed_in(request), request.POST or None)
    changed = form.is_valid()
    if changed:
        update_session_auth_hash(request, form.save())
    return render(request, "volunteers/password.html", {"form": form, "changed": changed})


def refuse_foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Answer a form of a staff screen that did not come from one, or that stood open too long."""
    return render(request, "volunteers/foreign_form.html", status=403)


def _ask(
    request: HttpRequest,
    onward: str,
    pseudonym: str = "",
    *,
    wrong: bool = False,
    too_often: bool = False,
) -> HttpResponse:
    context = {"onward": onward, "pseudonym": pseudonym, "wrong": wrong, "too_often": too_often}
    return render(request, "volunteers/sign_in.html", context)


def _onward(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    # Our own staff screens only: a link must not lead who signs in somewhere else.
    if asked.startswith("/desk/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("desk:queue")
