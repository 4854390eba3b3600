"""Giving by a provider: from our page to his, back again, and what he tells us meanwhile."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Final

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base.clock import china_today
from tuidang.base.http import (
    BodyTooLargeError,
    UnreadableBodyError,
    came_from_elsewhere,
    content_security,
    read_body,
    read_form,
)
from tuidang.base.limits import Budget
from tuidang.base.visitors import visitor_network
from tuidang.giving.actions.checkouts import ask_to_end, begin_checkout, is_proof, proof_of
from tuidang.giving.actions.hearing import keep_notice
from tuidang.giving.checkout_form import CheckoutForm
from tuidang.giving.models import Checkout
from tuidang.giving.organisation import asks_for_gifts
from tuidang.giving.providers import provider_of, providers_set
from tuidang.giving.rules.checkouts import NotGenuine, Refused, Standing, Unreachable
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.register.queries import log_is_sample

_MOST: Final = 8 << 10  # bytes of the form
_MOST_TOLD: Final = 256 << 10  # bytes of what a provider tells
_SIGNATURES: Final = {Account.STRIPE: "Stripe-Signature", Account.BTCPAY: "BTCPay-Sig"}
_BUDGET: Final = Budget(
    burst=10, per_hour=10
)  # gifts that a network may begin: stolen cards are tried in crowds
SHOWN: Final = timedelta(days=2)  # so long its page shows the link that ends a monthly gift
_AT_ONCE: Final = BoundedSemaphore(2)  # threads that may wait for a provider; the others serve the register


def ways() -> list[Account]:
    """List the providers by which may be given here; on a sample nobody gives."""
    return [] if log_is_sample() else list(providers_set())


def let_go_on(response: HttpResponse) -> HttpResponse:
    """Let the page's form lead to the providers' pages, and to nobody else's."""
    pages = []
    for name in ways():
        try:
            pages.append(provider_of(name).page)
        except Refused:  # the doctor says what is wrong with its file
            continue
    if pages:
        action = " ".join(["'self'", *dict.fromkeys(pages)])
        response.headers["Content-Security-Policy"] = content_security(form_action=action)
    return response


def begin(request: HttpRequest) -> HttpResponse | CheckoutForm:
    """Lead a donor on to his provider; or give the form back with what is wrong."""
    try:
        form = CheckoutForm.read(read_form(request, _MOST))
    except (BodyTooLargeError, UnreadableBodyError):
        form = CheckoutForm()
    choice = form.choice(ways())
    if choice is None:
        return form
    if came_from_elsewhere(request) or not _BUDGET.spend(visitor_network(request), time.time()):
        form.errors["provider"] = "busy"
        return form
    if not _AT_ONCE.acquire(blocking=False):
        form.errors["provider"] = "busy"
        return form
    language = get_language() or "en"

    def addresses(key: uuid.UUID) -> tuple[str, str]:
        thanks, leave = reverse("give_thanks", args=[key]), reverse("give")
        return request.build_absolute_uri(thanks), request.build_absolute_uri(leave)

    try:
        url = begin_checkout(choice, language, china_today(), addresses, provider_of(choice.provider).begin)
    except Unreachable:
        form.errors["provider"] = "silent"
    except Refused:
        form.errors["provider"] = "refused"
    else:
        return let_go_on(HttpResponseRedirect(url, status=303))
    finally:
        _AT_ONCE.release()
    return form


@require_safe
def thanks(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Say what we have heard of a gift, which may be nothing yet."""
    found = Checkout.objects.filter(pk=key).first()
    if found is None or not asks_for_gifts():
        raise Http404
    # Its address stands in a history, so whoever finds it later learns no amount, and can end nothing.
    is_new = found.day >= china_today() - SHOWN
    context = {
        "standing": found.standing,
        "is_new": is_new,
        "monthly": found.monthly,
        "amount": write_amount(found.cents, Currency(found.currency)),
        "provider": NAMES[Account(found.provider)],
        "end": _end_link(request, key) if is_new and found.standing == Standing.RUNNING else "",
    }
    return render(request, "giving/thanks.html", context)


@csrf_exempt  # there is no session that a foreign page could ride on; the link is signed
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: uuid.UUID, proof: str) -> HttpResponse:
    """End a monthly gift, by the link that who gives it has."""
    if not is_proof(key, proof):
        raise Http404
    found = Checkout.objects.filter(pk=key).first()
    asked = False
    if request.method == "POST" and not came_from_elsewhere(request):
        asked = ask_to_end(key, china_today())
    if found is None:
        return render(request, "giving/end.html", {"ended": True})
    context = {
        "asked": asked or hasattr(found, "order"),
        "ended": found.standing == Standing.ENDED,
        "amount": write_amount(found.cents, Currency(found.currency)),
    }
    return render(request, "giving/end.html", context)


@csrf_exempt  # it is signed
@require_POST
def hear(request: HttpRequest, provider: str) -> HttpResponse:
    """Take what a provider tells: kept before it is answered; what is not signed by him changes nothing."""
    name = next((one for one in providers_set() if one == provider), None)
    if name is None:
        raise Http404
    try:
        told = read_body(request, _MOST_TOLD)
        notice = provider_of(name).hear(told, request.headers.get(_SIGNATURES[name], ""), time.time())
        if notice is not None:
            keep_notice(name, notice, china_today())
    except BodyTooLargeError:
        return HttpResponse(status=413)
    except NotGenuine:
        return HttpResponse(status=400)
    except (Error, Refused):  # he tells it again
        return HttpResponse(status=503)
    return HttpResponse(status=200)


NAMES: Final = {Account.STRIPE: "Stripe", Account.BTCPAY: "BTCPay"}


def _end_link(request: HttpRequest, key: uuid.UUID) -> str:
    return request.build_absolute_uri(reverse("give_end", args=[key, proof_of(key)]))
