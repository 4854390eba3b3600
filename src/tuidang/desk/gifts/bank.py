"""The bank on the treasurer's screens: its file is pasted, and each line becomes one with an entry."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, noted, write_audit
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.gifts.book import gift_context, note_seen, treasurers
from tuidang.desk.gifts.forms import GiftForm, OtherForm
from tuidang.desk.gifts.words import FAULTS, KINDS, MOVEMENTS, UNREADABLE
from tuidang.giving.actions.bank import (
    NotThatLine,
    enter_line,
    find_line,
    likely_entries,
    load_lines,
    match_line,
    set_aside,
)
from tuidang.giving.models import BankLine
from tuidang.giving.queries import balance_of, open_lines, unmatched_entries
from tuidang.giving.rules.bank_csv import Unreadable
from tuidang.giving.rules.ledger import Account, Kind, Refused
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.volunteers.access import signed_in

SHOWN: Final = 200


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest) -> HttpResponse:
    """Show the lines that wait and the entries of which the bank has said nothing; take a file."""
    context: dict[str, object] = {"currencies": list(Currency), "currency": Currency.USD}
    status = 200
    if request.method == "POST":
        currency = next((one for one in Currency if one == request.POST.get("currency")), Currency.USD)
        typed = request.POST.get("file", "")
        context |= {"currency": currency, "typed": typed}
        try:
            with transaction.atomic():
                context["loaded"] = load_lines(typed, currency)
                write_audit(signed_in(request).pseudonym, Act.MATCH_BANK, "bank file", utc_now())
            context["typed"] = ""
        except Unreadable as wrong:
            context["fault"], status = str(UNREADABLE[wrong.reason]) % {"line": wrong.line}, 422
    waiting = list(open_lines()[: SHOWN + 1])
    context |= {
        "lines": [(row, write_amount(row.cents, Currency(row.currency))) for row in waiting[:SHOWN]],
        "more": len(waiting) > SHOWN,
        "entries": [
            (row, KINDS[Kind(row.kind)], write_amount(_at_bank(row.debit, row.cents), currency))
            for currency in Currency
            for row in unmatched_entries(currency).order_by("day", "ordinal")[:SHOWN]
        ],
        "balances": [
            write_amount(cents, currency)
            for currency in Currency
            if (cents := balance_of(Account.BANK, currency))
        ],
    }
    return render(request, "desk/gifts/bank.html", context, status=status)


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, key: int) -> HttpResponse:
    """Show one line that waits; say which entry it is, enter it, or set it aside."""
    found = find_line(key) if key < 2**53 else None
    if found is None:
        return render(request, "desk/gifts/line_gone.html", status=404)
    row, said = found
    gift, other = GiftForm.read(request.POST), OtherForm.read(request.POST)
    fault = ""
    if request.method == "POST":
        try:
            if (settle := _pressed(request, row, gift, other)) is not None:
                with noted(signed_in(request).pseudonym, Act.MATCH_BANK, f"bank line {key}", utc_now()):
                    settle()
                return HttpResponseRedirect(reverse("desk:bank"))
        except NotThatLine:
            return render(request, "desk/gifts/line_gone.html", status=404)
        except Refused as refused:
            fault = str(FAULTS[refused.fault])
        fault = fault or next(iter([*gift.errors.values(), *other.errors.values()]), "") or _("Say why.")
    else:
        write_audit(signed_in(request).pseudonym, Act.OPEN_DONOR, f"bank line {key}", utc_now())
    shown = [move for move in MOVEMENTS if (move[0] in {"banked", "opening"}) is (row.cents > 0)]
    context = {
        **gift_context(gift),
        "row": row,
        "said": said,
        "amount": write_amount(row.cents, Currency(row.currency)),
        "likely": [(one, KINDS[Kind(one.kind)]) for one in likely_entries(row)],
        "movements": shown,
        "fault": fault,
    }
    return render(request, "desk/gifts/line.html", context, status=422 if fault else 200)


def _pressed(
    request: HttpRequest, row: BankLine, gift: GiftForm, other: OtherForm
) -> Callable[[], object] | None:
    """Give what is to be done with a line; None where something is missing."""
    today = china_today()
    match request.POST.get("move"):
        case "match":
            typed = request.POST.get("entry", "")
            known = typed.isascii() and typed.isdecimal() and len(typed) < 16
            return partial(match_line, row.pk, int(typed)) if known else None
        case "gift" if row.cents > 0:
            made = gift.entry(today, row)
            note_seen(gift, signed_in(request), utc_now())
            return partial(enter_line, row.pk, made, gift.note, gift.person()) if made else None
        case "other":
            entry = other.entry(today, row)
            return partial(enter_line, row.pk, entry, other.note) if entry else None
        case "aside":
            reason = " ".join(request.POST.get("reason", "").split())[:120]
            return partial(set_aside, row.pk, reason) if reason else None
        case _:
            raise Http404


def _at_bank(debit: str, cents: int) -> int:
    return cents if debit == Account.BANK else -cents
