"""What we want of a provider: to give money back, to end a monthly gift. Kept first, then done once."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from tuidang.giving.actions.checkouts import read_kept, settle_checkout
from tuidang.giving.actions.hearing import Find, keep_notice
from tuidang.giving.actions.writer import one_writer, open_text
from tuidang.giving.models import Entry as Row
from tuidang.giving.models import Order
from tuidang.giving.queries import GiftNow, gifts_now
from tuidang.giving.rules.checkouts import Notice, Refused, Seen, Standing, Unreachable
from tuidang.giving.rules.ledger import Account, Fault
from tuidang.giving.rules.ledger import Refused as NotEntered

GIVES_BACK = frozenset({Account.STRIPE})  # by itself; a coin goes back by hand


def order_refund(ordinal: int, cents: int, today: date) -> Order:
    """Order that some of a gift is given back by who took it; raises ledger.Refused.

    No more than is left of the gift and of what was ordered before.
    """
    with one_writer():
        gift = find_refundable(ordinal, cents)
        return Order.objects.create(provider=gift.row.debit, day=today, entry=gift.row, cents=cents)


def find_refundable(ordinal: int, cents: int) -> GiftNow:
    """Give the gift of which something is to be given back; raises ledger.Refused where that cannot be."""
    gift = next(iter(gifts_now(Row.objects.filter(pk=ordinal))), None)
    if gift is None or gift.row.debit not in GIVES_BACK or not hasattr(gift.row, "payment"):
        raise NotEntered(Fault.ABOUT)
    waits = Order.objects.filter(entry=gift.row, state="waits").aggregate(sum=Sum("cents"))["sum"] or 0
    if cents <= 0:
        raise NotEntered(Fault.AMOUNT)
    if cents > gift.left - waits:
        raise NotEntered(Fault.TOO_MUCH)
    return gift


def ordered_of(gift: Row) -> int:
    """Add what was ordered back of a gift and not refused, in cents."""
    orders = Order.objects.filter(entry=gift).exclude(state="stuck")
    return orders.aggregate(sum=Sum("cents"))["sum"] or 0


def carry_out_orders(find: Find, today: date) -> int:
    """Do what was ordered, the oldest first; give how many were done.

    The order's name goes along, so that a provider who was asked already, before a crash, does it once.
    """
    done = 0
    for order in Order.objects.filter(state="waits").order_by("day", "pk"):
        do = _refund if order.entry_id is not None else _end
        try:
            do(order, find, today)
        except Unreachable:
            continue
        except Refused:
            Order.objects.filter(pk=order.pk).update(state="stuck", fault="refused")
        else:
            done += 1
    return done


def _refund(order: Order, find: Find, today: date) -> None:
    assert order.entry is not None
    payment = open_text(order.entry.payment.payload)
    find(order.provider).give_back(payment, order.cents, str(order.pk))
    with one_writer():
        # The provider tells it too; where that is lost, we look by ourselves.
        keep_notice(order.provider, Notice(f"order {order.pk}", payment), today)
        Order.objects.filter(pk=order.pk).update(state="done")


def _end(order: Order, find: Find, _today: date) -> None:
    assert order.checkout is not None
    find(order.provider).end(read_kept(order.checkout).subscription)
    with one_writer():
        settle_checkout(Seen(checkout=str(order.checkout_id), standing=Standing.ENDED), came=False)
        Order.objects.filter(pk=order.pk).update(state="done")
