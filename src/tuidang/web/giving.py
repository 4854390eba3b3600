"""The public pages of giving: how, and what came of it. They join the book with how many calls were made."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.clock import china_today
from tuidang.giving.checkout_form import CheckoutForm
from tuidang.giving.organisation import asks_for_gifts
from tuidang.giving.queries import public_totals
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.giving.rules.totals import hours_for, quarter_of
from tuidang.phone.queries import calls_made
from tuidang.web.giving_by_provider import begin, let_go_on, ways

EXAMPLES: Final = (20_00, 50_00, 100_00)  # cents
QUARTERS: Final = 4  # of which the calls are told


@csrf_exempt  # there is no session that a foreign page could ride on
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Say what a gift does, who learns of it, and how it is given; or lead on to the provider who was chosen.

    Written in each language by itself.
    """
    _only_if_asked()
    form = CheckoutForm()
    if request.method == "POST":
        went = begin(request)
        if isinstance(went, HttpResponse):
            return went
        form = went
    options = settings.TUIDANG
    context = {
        "form": form,
        "ways": ways(),
        "currencies": list(Currency),
        "name": options.giving_name,
        "address": options.giving_address,
        "ein": options.giving_ein,
        "bank": options.giving_bank,
        "contact": options.contact,
        "hour": options.giving_hour and _price(*options.giving_hour),
        "examples": options.giving_hour and _examples(*options.giving_hour),
    }
    page = render(request, f"giving/{get_language()}/give.html", context, status=422 if form.errors else 200)
    return let_go_on(page)


@require_safe
def totals(request: HttpRequest) -> HttpResponse:
    """Show what came, what calls cost, and how many machines made; of finished quarters."""
    _only_if_asked()
    today = china_today()
    rows = [
        {
            "period": total.period,
            "received": write_amount(total.received, total.currency),
            "calls": write_amount(total.calls, total.currency),
            "others": write_amount(total.others, total.currency),
        }
        for total in public_totals(today)
    ]
    return render(request, "giving/totals.html", {"totals": rows, "calls": _calls(_records(), today)})


def _only_if_asked() -> None:
    if not asks_for_gifts():
        raise Http404


def _price(currency: str, cents: int) -> str:
    return write_amount(cents, Currency(currency))


def _examples(currency: str, price: int) -> list[tuple[str, int]]:
    return [(write_amount(cents, Currency(currency)), hours_for(cents, price)) for cents in EXAMPLES]


def _records() -> Path:
    folder: Path = settings.TUIDANG.data
    return folder / "phone/records"


@lru_cache(maxsize=2)
def _calls(records: Path, today: date) -> list[tuple[date, date, int]]:
    """Count the calls of the last finished quarters, newest first; once a day, for whoever asks."""
    found = []
    last = quarter_of(today) - timedelta(days=1)
    for _ in range(QUARTERS):
        first = quarter_of(last)
        if made := calls_made(records, first, last):
            found.append((first, last, made))
        last = first - timedelta(days=1)
    return found
