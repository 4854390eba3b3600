"""The page an invitation leads to: a passkey, or a password with an app, and then the recovery codes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tuidang.base.clock import china_today, utc_now
from tuidang.base.limits import Budget
from tuidang.base.visitors import visitor_network
from tuidang.volunteers.actions.invitations import (
    NotInvited,
    find_invited,
    join_with_passkey,
    join_with_password,
)
from tuidang.volunteers.challenges import offer, site_of, take_back
from tuidang.volunteers.models import User
from tuidang.volunteers.passkeys import WrongPasskeyError, ask_to_make, read_made
from tuidang.volunteers.totp import app_address, in_letters, matching_step, new_secret
from tuidang.volunteers.views import let_in

LABEL = 40
_ISSUER = "Desk"  # what the app shows; it says nothing to whoever looks over a shoulder
_SALT = "tuidang.volunteers.app"
_HOUR = 3600
_tries_of_network = Budget(burst=30, per_hour=60)


@dataclass(frozen=True)
class OfferedApp:
    """A secret that waits for the first code made with it; the form carries it, signed for its owner."""

    carried: str
    letters: str
    picture: str  # SVG


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let who was invited set up how he will sign in, and show his recovery codes once."""
    if not _tries_of_network.spend(visitor_network(request), time.time()):
        response = render(request, "volunteers/not_invited.html", {"too_often": True}, status=429)
        response.headers["Retry-After"] = "60"
        return response
    try:
        user = find_invited(token, china_today())
        if request.method != "POST":
            return _show(request, user, {}, new_secret())
        if "credential" in request.POST:
            return _join_with_passkey(request, token, user)
        return _join_with_password(request, token, user)
    except NotInvited:
        return render(request, "volunteers/not_invited.html", status=404)


def show_codes(request: HttpRequest, user: User, codes: tuple[str, ...], *, joined: bool) -> HttpResponse:
    """Show recovery codes, which nobody will show again."""
    context = {"codes": codes, "joined": joined, "password": user.has_usable_password()}
    return render(request, "volunteers/codes.html", context)


def tidy_label(typed: str) -> str:
    """Return what somebody calls a device, as it is kept."""
    return " ".join(typed.split())[:LABEL]


def offer_app(user: User, secret: bytes) -> OfferedApp:
    """Offer a secret to an app."""
    address = app_address(secret, user.pseudonym, _ISSUER)
    picture = segno.make(address, error="m").svg_inline(
        scale=4, border=2, svgclass=None, lineclass=None, omitsize=True
    )
    return OfferedApp(signing.dumps([secret.hex(), str(user.pk)], salt=_SALT), in_letters(secret), picture)


def read_app(user: User, carried: str) -> bytes | None:
    """Read the secret that a form has carried; None when it is old, or another's."""
    try:
        secret, owner = signing.loads(carried, salt=_SALT, max_age=_HOUR)
    except (signing.BadSignature, ValueError):
        return None
    return bytes.fromhex(secret) if owner == str(user.pk) else None


def password_faults(password: str, user: User) -> list[str]:
    """Say what is wrong with a password."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def _join_with_passkey(request: HttpRequest, token: str, user: User) -> HttpResponse:
    label = tidy_label(request.POST.get("label", ""))
    try:
        challenge = take_back(request.POST.get("challenge", ""), str(user.pk), time.time())
        credential = read_made(site_of(request), challenge, request.POST["credential"])
    except WrongPasskeyError:
        return _show(request, user, {"no_passkey": True}, new_secret())
    user, codes = join_with_passkey(token, credential, label, utc_now())
    let_in(request, user, label)
    return show_codes(request, user, codes, joined=True)


def _join_with_password(request: HttpRequest, token: str, user: User) -> HttpResponse:
    password = request.POST.get("password", "")
    secret = read_app(user, request.POST.get("app", ""))
    if secret is None:
        return _show(request, user, {"wrong_code": True}, new_secret())
    faults = password_faults(password, user)
    wrong_code = matching_step(secret, request.POST.get("code", ""), time.time()) is None
    if faults or wrong_code:
        return _show(request, user, {"faults": faults, "wrong_code": wrong_code}, secret)
    user, codes = join_with_password(token, password, secret, utc_now())
    let_in(request, user, "")
    return show_codes(request, user, codes, joined=True)


def _show(request: HttpRequest, user: User, wrong: Mapping[str, Any], secret: bytes) -> HttpResponse:
    asked = ask_to_make(site_of(request), user.pk, user.pseudonym, ())
    context = {
        "invited": user.pseudonym,
        "passkey": asked.options,
        "challenge": offer(asked.challenge, str(user.pk)),
        "app": offer_app(user, secret),
        "label": tidy_label(request.POST.get("label", "")),
    }
    return render(request, "volunteers/join.html", {**context, **wrong})
