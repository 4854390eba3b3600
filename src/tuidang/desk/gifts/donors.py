"""Donors on the treasurer's screens: found by name, with what they gave and what is written to them."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, noted, write_audit, write_audits
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.gifts.book import note_donor, treasurers
from tuidang.desk.gifts.forms import DonorForm
from tuidang.desk.gifts.words import LANGUAGES, MISSING, PAPERS
from tuidang.giving.actions.donors import change_donor, find_donor, forget_donor, search_donors
from tuidang.giving.actions.receipts import NotWritten, acknowledge_expenses, issue_year_summary
from tuidang.giving.models import Entry, Receipt
from tuidang.giving.organisation import organisation
from tuidang.giving.queries import gifts_now
from tuidang.giving.rules.ledger import Kind
from tuidang.giving.rules.letter import Organisation, Service
from tuidang.giving.rules.money import Currency, read_amount, write_amount
from tuidang.giving.rules.receipts import Paper
from tuidang.volunteers.access import signed_in


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find donors by name. What is looked for stands in no address."""
    words = " ".join(request.POST.get("words", "").split())[:80]
    found = search_donors(words) if words else []
    if found:
        who = signed_in(request).pseudonym
        write_audits(who, Act.OPEN_DONOR, [f"donor {key}" for key, _ in found], utc_now())
    return render(request, "desk/gifts/donors.html", {"words": words, "found": found})


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def donor(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show a donor, what he gave, what was written to him; change that, and write more."""
    person = find_donor(key)
    if person is None:
        raise Http404
    if request.method != "POST":
        note_donor(request, key)
        return _show(request, key, DonorForm.of(person))
    who, now = signed_in(request).pseudonym, utc_now()
    match request.POST.get("move"):
        case "change":
            form = DonorForm.read(request.POST)
            if not form.name:
                form.errors["name"] = _("A donor has a name.")
                return _show(request, key, form, status=422)
            with noted(who, Act.CHANGE_DONOR, f"donor {key}", now):
                change_donor(key, form.person())
            return HttpResponseRedirect(request.path)
        case "forget" if "sure" in request.POST:
            with noted(who, Act.FORGET_DONOR, f"donor {key}", now):
                forget_donor(key)
            return HttpResponseRedirect(reverse("desk:donors"))
        case "forget":
            return _show(
                request, key, DonorForm.of(person), fault=_("Tick first that you are sure."), status=422
            )
        case ("year" | "expenses") as move:
            return _write(request, key, DonorForm.of(person), move)
        case _:
            raise Http404


def _write(request: HttpRequest, key: uuid.UUID, form: DonorForm, move: str) -> HttpResponse:
    """Write the summary of a year, or acknowledge what a volunteer spent."""
    of, today = organisation(), china_today()
    if of is None:
        raise Http404
    try:
        with transaction.atomic():
            serial = _year(request, key, of, today) if move == "year" else _expenses(request, key, of, today)
            if serial is not None:
                who = signed_in(request).pseudonym
                write_audit(who, Act.WRITE_RECEIPT, f"receipt {serial}", utc_now())
    except NotWritten as refused:
        return _show(request, key, form, fault=str(MISSING[refused.why]), status=422)
    if serial is None:
        fault = _("Say what he did, and from when to when; what was given in return needs words and a value.")
        return _show(request, key, form, fault=fault, status=422)
    return HttpResponseRedirect(reverse("desk:receipt", args=[serial]))


def _year(request: HttpRequest, key: uuid.UUID, of: Organisation, today: date) -> int:
    typed = request.POST.get("year", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) == 4):
        raise Http404
    return issue_year_summary(key, int(typed), of, today)


def _expenses(request: HttpRequest, key: uuid.UUID, of: Organisation, today: date) -> int | None:
    what, benefit = (" ".join(request.POST.get(n, "").split())[:200] for n in ("services", "benefit"))
    value = read_amount(request.POST.get("value", ""), Currency.USD)
    try:
        first, last = (date.fromisoformat(request.POST.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return None
    if not what or not first <= last <= today or bool(benefit) != bool(value):
        return None
    return acknowledge_expenses(key, Service(what, first, last, benefit, value or 0), of, today)


def _show(
    request: HttpRequest, key: uuid.UUID, form: DonorForm, *, fault: str = "", status: int = 200
) -> HttpResponse:
    rows = Entry.objects.filter(donor=key, kind=Kind.GIFT).order_by("-day", "-ordinal")
    gifts = gifts_now(rows)
    written = Receipt.objects.filter(donor=key).order_by("-serial")
    context = {
        "key": key,
        "form": form,
        "gifts": [(gift, write_amount(gift.left, Currency(gift.row.currency))) for gift in gifts],
        "years": sorted({gift.row.day.year for gift in gifts if gift.left}, reverse=True),
        "written": [(row, PAPERS[Paper(row.paper)]) for row in written],
        "languages": LANGUAGES,
        "is_set": organisation() is not None,
        "services": request.POST.get("services", "")[:200],
        "fault": fault,
    }
    return render(request, "desk/gifts/donor.html", context, status=status)
