"""Receipts on the treasurer's screens: the series without a gap, and one to print, mail or void."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, noted, write_audit
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.gifts.book import note_donor, treasurers
from tuidang.desk.gifts.words import MARKS, PAPERS, REASONS_VOID
from tuidang.giving.actions.checkouts import proof_of
from tuidang.giving.actions.donors import find_donor
from tuidang.giving.actions.receipts import hand_out, read_receipt, skip_number, void_receipt
from tuidang.giving.actions.writer import open_text
from tuidang.giving.models import Receipt, ReceiptMark
from tuidang.giving.paper import FONT, make_pdf
from tuidang.giving.queries import marks_of, running_of
from tuidang.giving.rules.letter import as_text
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.giving.rules.receipts import Mark, Paper
from tuidang.volunteers.access import signed_in

ON_A_PAGE: Final = 100


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest) -> HttpResponse:
    """List the numbers and what became of each; let the next be no receipt, for a reason."""
    if request.method == "POST":
        reason = " ".join(request.POST.get("reason", "").split())[:120]
        if reason:
            with transaction.atomic():
                serial = skip_number(reason, china_today())
                write_audit(signed_in(request).pseudonym, Act.WRITE_RECEIPT, f"receipt {serial}", utc_now())
            return HttpResponseRedirect(request.path)
    rows = Receipt.objects.order_by("-serial")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 16:
        rows = rows.filter(serial__lt=int(before))
    found = list(rows[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    marks = marks_of(row.serial for row in shown)
    context = {
        "receipts": [
            (
                row,
                PAPERS[Paper(row.paper)],
                [(one, MARKS[Mark(one.mark)]) for one in marks[row.serial]],
                _why(row, marks[row.serial]),
            )
            for row in shown
        ],
        "next": shown[-1].serial if len(found) > ON_A_PAGE else None,
        "no_reason": request.method == "POST",
    }
    return render(request, "desk/gifts/series.html", context, status=422 if request.method == "POST" else 200)


@treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, serial: int) -> HttpResponse:
    """Show a receipt; hand it out as PDF or as the text of a mail, or make it void."""
    row = Receipt.objects.filter(pk=serial).exclude(paper=Paper.SKIPPED).first() if serial < 2**53 else None
    if row is None or row.donor is None:
        raise Http404
    who, now, today = signed_in(request).pseudonym, utc_now(), china_today()
    context: dict[str, object] = {}
    match request.POST.get("move") if request.method == "POST" else "look":
        case "look":
            note_donor(request, row.donor)
        case "pdf" if FONT.is_file():
            letter, _ = read_receipt(serial)
            assert letter is not None, "the row is there, and stays"
            make_pdf(letter)  # what fails here uses up no original
            with noted(who, Act.HAND_RECEIPT, f"receipt {serial}", now):
                handed = hand_out(serial, today)
            assert handed is not None
            headers = {"Content-Disposition": f'attachment; filename="receipt-{serial:06}.pdf"'}
            return HttpResponse(make_pdf(*handed), content_type="application/pdf", headers=headers)
        case "text":
            with noted(who, Act.HAND_RECEIPT, f"receipt {serial}", now):
                handed = hand_out(serial, today)
            assert handed is not None, "the row is there, and stays"
            context["mail"] = as_text(*handed) + _endings(request, row.donor)
        case "void":
            reason = " ".join(request.POST.get("reason", "").split())[:120]
            if reason:
                with noted(who, Act.VOID_RECEIPT, f"receipt {serial}", now):
                    void_receipt(serial, reason, today)
                return HttpResponseRedirect(request.path)
            context["no_reason"] = True
        case _:
            raise Http404
    letter, mark = read_receipt(serial)
    marks = marks_of([serial])[serial]
    context |= {
        "row": row,
        "paper": PAPERS[Paper(row.paper)],
        "letter": letter,
        "is_void": mark is Mark.VOID,
        "handed": mark is not None,
        "marks": [(one, MARKS[Mark(one.mark)]) for one in marks],
        "why": _why(row, marks),
        "gifts": row.gifts.order_by("entry_id"),
        "has_font": FONT.is_file(),
    }
    status = 422 if "no_reason" in context else 200
    return render(request, "desk/gifts/receipt.html", context, status=status)


def _endings(request: HttpRequest, donor: uuid.UUID) -> str:
    """Write the links by which a donor ends what he gives monthly, for the end of a mail to him."""
    person = find_donor(donor)
    language = person.language if person else "en"
    with override(language):
        return "".join(
            "\n{}\n{}\n".format(
                gettext("Your monthly gift of %(amount)s you can end at any time:")
                % {"amount": write_amount(one.cents, Currency(one.currency))},
                request.build_absolute_uri(reverse("give_end", args=[one.pk, proof_of(one.pk)])),
            )
            for one in running_of(donor)
        )


def _why(row: Receipt, marks: list[ReceiptMark]) -> str:
    """Say why a number is no receipt, or no longer."""
    if row.paper == Paper.SKIPPED:
        return open_text(row.payload)
    reason = next((one.reason for one in marks if one.mark == Mark.VOID), "")
    return str(REASONS_VOID.get(reason, reason))
