"""A volunteer's own account: his passkeys, password, app and recovery codes, and where he is signed in."""

from __future__ import annotations

import time
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base.clock import china_today, utc_now
from tuidang.volunteers.access import fresh_sign_in, is_fresh, own_account, signed_in
from tuidang.volunteers.actions.sessions import end_one, end_others, label_session, sessions_of
from tuidang.volunteers.actions.ways import add_passkey, make_codes, remove_passkey, set_app
from tuidang.volunteers.challenges import offer, site_of, take_back
from tuidang.volunteers.joining import offer_app, read_app, show_codes, tidy_label
from tuidang.volunteers.middleware import CARRIED
from tuidang.volunteers.models import User
from tuidang.volunteers.passkeys import WrongPasskeyError, ask_to_make, read_made
from tuidang.volunteers.queries import passkeys_of, ways_of
from tuidang.volunteers.rules import second_from
from tuidang.volunteers.totp import matching_step, new_secret


@own_account
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, and where one is signed in."""
    return _show(request)


@fresh_sign_in
@require_POST
def passkey(request: HttpRequest) -> HttpResponseBase:
    """Add a passkey of a device."""
    user = signed_in(request)
    try:
        challenge = take_back(request.POST.get("challenge", ""), str(user.pk), time.time())
        credential = read_made(site_of(request), challenge, request.POST.get("credential", ""))
    except WrongPasskeyError:
        return _show(request, no_passkey=True)
    add_passkey(user, credential, tidy_label(request.POST.get("label", "")), utc_now())
    return HttpResponseRedirect(reverse("account"))


@fresh_sign_in
@require_POST
def forget_passkey(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Take a passkey away, unless no other way in would be left."""
    if not remove_passkey(signed_in(request), key, utc_now(), token=str(request.session[CARRIED])):
        return _show(request, last_way=True)
    return HttpResponseRedirect(reverse("account"))


@sensitive_post_parameters()
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def code_app(request: HttpRequest) -> HttpResponseBase:
    """Let an app make the codes; it shows with the first one that it has the secret."""
    user = signed_in(request)
    secret = read_app(user, request.POST.get("app", "")) if request.method == "POST" else None
    if secret is not None and matching_step(secret, request.POST.get("code", ""), time.time()) is not None:
        set_app(user, secret, utc_now())
        return HttpResponseRedirect(reverse("account"))
    context = {"app": offer_app(user, secret or new_secret()), "wrong_code": request.method == "POST"}
    return render(request, "volunteers/code_app.html", context)


@fresh_sign_in
@require_POST
def codes(request: HttpRequest) -> HttpResponseBase:
    """Make new recovery codes, which end the old ones."""
    user = signed_in(request)
    return show_codes(request, user, make_codes(user, utc_now()), joined=False)


@own_account
@require_POST
def session(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """End one of one's own sessions, or name it."""
    user = signed_in(request)
    if "label" in request.POST:
        label_session(user, key, request.POST["label"])
    else:
        end_one(user, key, utc_now())
    return HttpResponseRedirect(reverse("account"))


@own_account
@require_POST
def other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    end_others(signed_in(request), str(request.session[CARRIED]), utc_now())
    return HttpResponseRedirect(reverse("account"))


def _show(request: HttpRequest, **happened: bool) -> HttpResponse:
    user: User = signed_in(request)
    keys = passkeys_of(user.pk)
    asked = ask_to_make(site_of(request), user.pk, user.pseudonym, [bytes(key.credential) for key in keys])
    context = {
        "me": user.pseudonym,
        "passkeys": keys,
        "ways": ways_of(user),
        "sessions": sessions_of(user, str(request.session[CARRIED])),
        "fresh": is_fresh(request),
        "second_from": second_from(user.opened, china_today()),
        "passkey": asked.options,
        "challenge": offer(asked.challenge, str(user.pk)),
    }
    return render(request, "volunteers/account.html", {**context, **happened})
