"""Providers on the treasurer's screens: what waits, what is disputed, what was ordered, what was paid out."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, noted
from tuidang.base.clock import utc_now
from tuidang.desk.gifts.book import treasurers
from tuidang.desk.gifts.words import ACCOUNTS, STUCK
from tuidang.giving.actions.hearing import set_notice_aside, try_again
from tuidang.giving.models import Entry, Notice, Order, Payment
from tuidang.giving.providers import providers_set
from tuidang.giving.queries import balances, provider_now
from tuidang.giving.rules.ledger import PROVIDERS, Account, Kind
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.volunteers.access import signed_in

SHOWN: Final = 50


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def providers(request: HttpRequest) -> HttpResponse:
    """Show how things stand with each provider, and what waits for a person."""
    if request.method == "POST":
        return _move(request)
    used = {account for account, _ in balances()} & PROVIDERS  # or was, and is not set any more
    shown = [one for one in Account if one in used | set(providers_set())]
    context = {
        "providers": [_row(name) for name in shown],
        "stuck": [
            (row, ACCOUNTS[Account(row.provider)], STUCK.get(row.fault, row.fault))
            for row in Notice.objects.filter(state="stuck").order_by("-pk")[:SHOWN]
        ],
        "disputes": [
            (one.entry, _amount(one.entry))
            for one in Payment.objects.filter(disputed="open").select_related("entry").order_by("-pk")
        ],
        "orders": [
            (order, order.entry, write_amount(order.cents, Currency(order.entry.currency)))
            for order in Order.objects.exclude(state="done").select_related("entry").order_by("day", "pk")
            if order.entry is not None
        ],
        "payouts": [
            (row, ACCOUNTS[Account(row.credit)], _amount(row), hasattr(row, "match"))
            for row in Entry.objects.filter(kind=Kind.PAYOUT, debit=Account.BANK)
            .select_related("match")
            .order_by("-ordinal")[:SHOWN]
        ],
    }
    return render(request, "desk/gifts/providers.html", context)


def _move(request: HttpRequest) -> HttpResponse:
    moves = {"again": try_again, "aside": set_notice_aside}
    move, typed = request.POST.get("move", ""), request.POST.get("notice", "")
    if move not in moves or not (typed.isascii() and typed.isdecimal() and len(typed) < 16):
        raise Http404
    with noted(signed_in(request).pseudonym, Act.ENTER_MONEY, f"notice {typed}", utc_now()):
        moves[move](int(typed))
    return HttpResponseRedirect(request.path)


def _row(name: Account) -> dict[str, object]:
    now = provider_now(name)
    return {
        "words": ACCOUNTS[name],
        "held": [write_amount(cents, money) for money, cents in now.held],
        "now": now,
        "is_set": name in providers_set(),
    }


def _amount(row: Entry) -> str:
    return write_amount(row.cents, Currency(row.currency))
