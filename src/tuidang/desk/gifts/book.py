"""The book on the treasurer's screens: what came, what waits, one entry, and entering another."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, noted, write_audit
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.gifts.forms import NEW, GiftForm, OtherForm, read_event
from tuidang.desk.gifts.giving_back import give_back
from tuidang.desk.gifts.words import ACCOUNTS, FAULTS, KINDS, LANGUAGES, MISSING, MOVEMENTS, PURPOSES, WAYS
from tuidang.giving.actions.book import enter, enter_gift, refund_gift, void_entry
from tuidang.giving.actions.donors import find_donor
from tuidang.giving.actions.orders import GIVES_BACK
from tuidang.giving.actions.receipts import NotWritten, issue_gift_receipt
from tuidang.giving.actions.writer import open_text
from tuidang.giving.models import Entry, Notice, Payment
from tuidang.giving.organisation import organisation
from tuidang.giving.queries import (
    GiftNow,
    balances,
    gifts_now,
    open_lines,
    ordinal_of,
    unmatched_entries,
    waiting_gifts,
)
from tuidang.giving.rules.ledger import OWNED, Account, Kind, Refused, Way, way_of
from tuidang.giving.rules.money import Currency, read_amount, write_amount
from tuidang.giving.rules.receipts import receipt_due
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role, User

ON_A_PAGE: Final = 50
MOST_WAITING: Final = 8  # gifts without their receipt that are named

treasurers = role_required(Role.TREASURER)


@treasurers
@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """Show what is there, what waits, and the newest entries; nobody is named."""
    before = request.GET.get("before", "")
    rows = Entry.objects.order_by("-ordinal")
    if before.isascii() and before.isdecimal() and len(before) < 16:
        rows = rows.filter(ordinal__lt=int(before))
    found = list(rows[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    now = {gift.row.ordinal: gift for gift in gifts_now(Entry.objects.filter(pk__in=[r.pk for r in shown]))}
    held = [
        (ACCOUNTS[account], write_amount(cents, currency))
        for (account, currency), cents in sorted(balances().items())
        if account in OWNED
    ]
    today, waiting = china_today(), waiting_gifts()
    context = {
        "held": held,
        "waiting": len(waiting),
        "longest": [_waits(gift, today) for gift in waiting[:MOST_WAITING]],
        "lines": open_lines().count(),
        "stuck": Notice.objects.filter(state="stuck").count(),
        "disputed": Payment.objects.filter(disputed="open").count(),
        "unmatched": sum(unmatched_entries(currency).count() for currency in Currency),
        "entries": [
            (row, KINDS[Kind(row.kind)], _amount(row), _way(row), now.get(row.ordinal)) for row in shown
        ],
        "voided": set(Entry.objects.filter(kind=Kind.VOID).values_list("about_id", flat=True)),
        "next": shown[-1].ordinal if len(found) > ON_A_PAGE else None,
        "is_set": organisation() is not None,
        "year": today.year,
    }
    return render(request, "desk/gifts/gifts.html", context)


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def new_gift(request: HttpRequest) -> HttpResponse:
    """Enter a gift that came by bank or as a cheque."""
    volunteer, now = signed_in(request), utc_now()
    form = GiftForm.read(request.POST)
    if request.method != "POST":
        form.day, form.chosen = china_today().isoformat(), request.GET.get("donor", "")[:40]
        form.choose()
        note_seen(form, volunteer, now)
        return render(request, "desk/gifts/new_gift.html", gift_context(form))
    before = ordinal_of(f"desk {form.event}")
    if before is not None:  # pressed twice: he is known by now, and is not to be asked about
        return HttpResponseRedirect(reverse("desk:entry", args=[before]))
    made = form.entry(china_today())
    note_seen(form, volunteer, now)
    if made is not None:
        try:
            with transaction.atomic():
                entered = enter_gift(made, form.person(), form.note)
                write_audit(volunteer.pseudonym, Act.ENTER_MONEY, f"entry {entered.ordinal}", now)
        except Refused as refused:
            form.errors["amount"] = str(FAULTS[refused.fault])
        else:
            return HttpResponseRedirect(reverse("desk:entry", args=[entered.ordinal]))
    return render(request, "desk/gifts/new_gift.html", gift_context(form), status=422)


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def other_money(request: HttpRequest) -> HttpResponse:
    """Enter a cost, cheques that were paid in, or what there was when the book began."""
    form, now = OtherForm.read(request.POST), utc_now()
    context = {"form": form, "movements": MOVEMENTS, "currencies": list(Currency)}
    if request.method != "POST":
        form.day = china_today().isoformat()
        return render(request, "desk/gifts/other_money.html", context)
    made = form.entry(china_today())
    if made is not None:
        try:
            with transaction.atomic():
                entered = enter(made, form.note)
                write_audit(signed_in(request).pseudonym, Act.ENTER_MONEY, f"entry {entered.ordinal}", now)
        except Refused as refused:
            form.errors["amount"] = str(FAULTS[refused.fault])
        else:
            return HttpResponseRedirect(reverse("desk:entry", args=[entered.ordinal]))
    return render(request, "desk/gifts/other_money.html", context, status=422)


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, ordinal: int) -> HttpResponse:
    """Show one entry; write its receipt, give a gift back, or void what was a mistake."""
    row = Entry.objects.filter(pk=ordinal).first() if ordinal < 2**53 else None
    if row is None:
        raise Http404
    if request.method != "POST":
        return _show(request, row)
    who, now, today = signed_in(request).pseudonym, utc_now(), china_today()
    money = Currency(row.currency)
    event, note = f"desk {read_event(request.POST)}", " ".join(request.POST.get("note", "").split())[:200]
    try:
        match request.POST.get("move"):
            case "receipt":
                return _write_receipt(request, row)
            case "refund":
                cents = read_amount(request.POST.get("amount", ""), money) or 0
                with noted(who, Act.REFUND_GIFT, f"entry {ordinal}", now):
                    refund_gift(ordinal, cents, event, today, note)
            case "back":
                return give_back(request, row, read_amount(request.POST.get("amount", ""), money) or 0, now)
            case "void":
                with noted(who, Act.VOID_MONEY, f"entry {ordinal}", now):
                    void_entry(ordinal, event, today, note)
            case _:
                raise Http404
    except Refused as refused:
        return _show(request, row, fault=str(FAULTS[refused.fault]), status=422)
    return HttpResponseRedirect(request.path)


def gift_context(form: GiftForm) -> dict[str, object]:
    """Give what the form of a gift shows."""
    return {
        "form": form,
        "new": NEW,
        "ways": WAYS,
        "purposes": PURPOSES,
        "languages": LANGUAGES,
        "currencies": list(Currency),
    }


def note_seen(form: GiftForm, volunteer: User, now: datetime) -> None:
    """Note whom a form has named to the treasurer."""
    for key, _ in form.known:
        write_audit(volunteer.pseudonym, Act.OPEN_DONOR, f"donor {key}", now)


def note_donor(request: HttpRequest, key: uuid.UUID) -> None:
    """Note that the treasurer sees who somebody is."""
    write_audit(signed_in(request).pseudonym, Act.OPEN_DONOR, f"donor {key}", utc_now())


def _show(request: HttpRequest, row: Entry, *, fault: str = "", status: int = 200) -> HttpResponse:
    person = find_donor(row.donor) if row.donor else None
    if person is not None and row.donor is not None:
        note_donor(request, row.donor)
    gift: GiftNow | None = next(iter(gifts_now(Entry.objects.filter(pk=row.pk))), None)
    later = list(Entry.objects.filter(about=row).order_by("ordinal"))
    context = {
        "row": row,
        "kind": KINDS[Kind(row.kind)],
        "amount": _amount(row),
        "into": ACCOUNTS[Account(row.debit)],
        "out_of": ACCOUNTS[Account(row.credit)],
        "note": open_text(row.note),
        "person": person,
        "gift": gift,
        "left": write_amount(gift.left, Currency(row.currency)) if gift else "",
        "benefit": write_amount(row.benefit_cents, Currency(row.currency)) if row.benefit else "",
        "later": [(one, KINDS[Kind(one.kind)], _amount(one)) for one in later],
        "voided": any(one.kind == Kind.VOID for one in later),
        "matched": hasattr(row, "match"),
        "payment": _payment(row),
        "gives_back": row.debit in GIVES_BACK and hasattr(row, "payment"),
        "orders": [
            (one, write_amount(one.cents, Currency(row.currency))) for one in row.orders.exclude(state="done")
        ],
        "is_set": organisation() is not None,
        "event": read_event(request.POST),
        "fault": fault,
    }
    return render(request, "desk/gifts/entry.html", context, status=status)


def _write_receipt(request: HttpRequest, row: Entry) -> HttpResponse:
    of = organisation()
    if of is None:
        raise Http404
    try:
        with transaction.atomic():
            serial = issue_gift_receipt(row.pk, of, china_today())
            write_audit(signed_in(request).pseudonym, Act.WRITE_RECEIPT, f"receipt {serial}", utc_now())
    except NotWritten as refused:
        return _show(request, row, fault=str(MISSING[refused.why]), status=422)
    return HttpResponseRedirect(reverse("desk:receipt", args=[serial]))


def _payment(row: Entry) -> dict[str, str]:
    """Give what the provider calls it, and whether its giver's bank disputes it."""
    payment = getattr(row, "payment", None)
    return {} if payment is None else {"name": open_text(payment.payload), "disputed": payment.disputed}


def _way(row: Entry) -> Way:
    return way_of(Account(row.debit), Account(row.credit))


def _amount(row: Entry) -> str:
    """Write what an entry moved: what went out with a minus."""
    return write_amount(-row.cents if _way(row) is Way.OUT else row.cents, Currency(row.currency))


def _waits(gift: GiftNow, today: date) -> tuple[int, int, date, bool]:
    """Say of a gift without its receipt: which, its days, when it is due, and whether that is past."""
    due = receipt_due(gift.row.day, gift.row.benefit_cents)
    return gift.row.ordinal, (today - gift.row.day).days, due, due < today
