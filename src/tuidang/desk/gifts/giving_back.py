"""Money of a gift is given back by the provider who took it; above a sum it takes two treasurers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tuidang.base.audit import Act, noted
from tuidang.base.clock import china_today
from tuidang.giving.actions.orders import find_refundable, order_refund, ordered_of
from tuidang.giving.models import Entry
from tuidang.giving.rules.checkouts import takes_two
from tuidang.giving.rules.ledger import Refused
from tuidang.giving.rules.money import Currency, write_amount
from tuidang.volunteers.access import signed_in
from tuidang.volunteers.actions.consents import Kind, ask_consent

NotTaken: Final = Refused  # what was asked for cannot be any more


def give_back(request: HttpRequest, row: Entry, cents: int, now: datetime) -> HttpResponse:
    """Have the provider give back, or ask another treasurer; raises Refused."""
    volunteer = signed_in(request)
    if not takes_two(cents + ordered_of(row)):  # in parts it is as much
        with noted(volunteer.pseudonym, Act.REFUND_GIFT, f"entry {row.pk}", now):
            order_refund(row.pk, cents, china_today())
        return HttpResponseRedirect(request.path)
    find_refundable(row.pk, cents)
    order = json.dumps([row.pk, cents])
    asked = ask_consent(
        Kind.GIVE_BACK,
        f"refund {order}",
        volunteer,
        now,
        count=row.pk,
        detail=write_amount(cents, Currency(row.currency)),
        order=order.encode(),
    )
    return HttpResponseRedirect(reverse("desk:consent", args=[asked]))


def give_back_as_asked(order: bytes, who: str, now: datetime) -> int:
    """Have the provider give back what a second one has consented to; give the gift. Raises Refused."""
    ordinal, cents = json.loads(order)
    with noted(who, Act.REFUND_GIFT, f"entry {ordinal}", now):
        order_refund(ordinal, cents, china_today())
    return int(ordinal)
