"""A year of the book: what came, went and is left; and the book as a file, which takes two."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tuidang.base.audit import Act, write_audit
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.gifts.book import treasurers
from tuidang.desk.gifts.words import ACCOUNTS
from tuidang.giving.models import Entry
from tuidang.giving.queries import balances
from tuidang.giving.rules.ledger import COSTS, INCOME, OWNED, Account
from tuidang.giving.rules.money import Currency, plain_amount, write_amount
from tuidang.volunteers.access import signed_in
from tuidang.volunteers.actions.consents import Asked, Kind, NotConsented, ask_consent, use_consent
from tuidang.volunteers.models import User

COLUMNS: Final = (
    *("entry", "kind", "day", "currency", "amount", "debit", "credit", "about", "donor"),
    *("in_return", "value_in_return"),
)


@treasurers
@require_safe
def statement(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year by currency: what there was, what came, what went, what is left."""
    if not 2000 <= year <= 2999:
        raise Http404
    first, last = date(year, 1, 1), date(year, 12, 31)
    moved, before, after = (
        balances(first, last),
        balances(last=first - timedelta(days=1)),
        balances(last=last),
    )
    found = {currency for _, currency in (*moved, *before, *after)}
    context = {
        "year": year,
        "is_over": year < china_today().year,
        "later": year + 1 if year < china_today().year else None,
        "currencies": [
            {
                "name": currency,
                "before": _total(before, OWNED, currency),
                "income": list(_lines(moved, INCOME, currency, -1)),
                "costs": list(_lines(moved, COSTS, currency, 1)),
                "opening": write_amount(-moved[Account.OPENING, currency], currency)
                if moved[Account.OPENING, currency]
                else "",
                "changed": write_amount(-moved[Account.EXCHANGE, currency], currency)
                if moved[Account.EXCHANGE, currency]
                else "",
                "came": _total(moved, INCOME, currency, -1),
                "went": _total(moved, COSTS, currency),
                "held": list(_lines(after, OWNED, currency, 1)),
                "after": _total(after, OWNED, currency),
            }
            for currency in Currency
            if currency in found
        ],
    }
    return render(request, "desk/gifts/year.html", context)


@treasurers
@require_POST
def ask_export(request: HttpRequest) -> HttpResponse:
    """Ask another treasurer whether the book may leave the house as a file."""
    count = Entry.objects.count()
    asked = ask_consent(Kind.EXPORT_BOOK, _thing(count), signed_in(request), utc_now(), count=count)
    return HttpResponseRedirect(reverse("desk:consent", args=[asked]))


def export_book(volunteer: User, asked: Asked, now: datetime) -> HttpResponse:
    """Give the book, as far as was asked for, as CSV. It names no donor: each has a number of this file."""
    try:
        with use_consent(Kind.EXPORT_BOOK, _thing(asked.count), volunteer, now):
            file = _write(Entry.objects.filter(ordinal__lt=asked.count).order_by("ordinal"))
            write_audit(volunteer.pseudonym, Act.EXPORT, _thing(asked.count), now)
    except NotConsented:
        return HttpResponseRedirect(reverse("desk:consent", args=[asked.key]))
    headers = {"Content-Disposition": 'attachment; filename="book.csv"'}
    return HttpResponse(file.encode(), content_type="text/csv; charset=utf-8", headers=headers)


def _write(rows: Iterable[Entry]) -> str:
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\n")
    out.writerow(COLUMNS)
    numbers: dict[object, int] = {}
    for row in rows:
        currency = Currency(row.currency)
        donor = numbers.setdefault(row.donor, len(numbers) + 1) if row.donor else ""
        out.writerow(
            [
                *(row.ordinal, row.kind, row.day, currency, plain_amount(row.cents, currency)),
                *(row.debit, row.credit, "" if row.about_id is None else row.about_id, donor),
                *(row.benefit, plain_amount(row.benefit_cents, currency) if row.benefit else ""),
            ]
        )
    return file.getvalue()


def _thing(count: int) -> str:
    return f"book of gifts, {count} entries"


def _total(
    found: dict[tuple[Account, Currency], int],
    accounts: frozenset[Account],
    currency: Currency,
    sign: int = 1,
) -> str:
    return write_amount(sum(sign * found.get((account, currency), 0) for account in accounts), currency)


def _lines(
    found: dict[tuple[Account, Currency], int], accounts: frozenset[Account], currency: Currency, sign: int
) -> Iterator[tuple[object, str]]:
    for account in Account:
        if account in accounts and found.get((account, currency)):
            yield ACCOUNTS[account], write_amount(sign * found[account, currency], currency)
