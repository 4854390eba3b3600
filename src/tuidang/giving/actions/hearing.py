"""What providers tell us: kept before it is answered, then looked at, and entered in the book, once each.

A notice waits until what it is about was asked for and entered. Both are one transaction, so that a kill at
any point leaves it waiting, with nothing entered. Who looks a second time finds every event in the book.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from tuidang.giving.actions.book import Entered, enter, refund_gift, void_entry
from tuidang.giving.actions.checkouts import settle_checkout
from tuidang.giving.actions.writer import donors_key, one_writer, open_text, seal_text
from tuidang.giving.models import Entry as Row
from tuidang.giving.models import Notice as NoticeRow
from tuidang.giving.models import Order, Payment
from tuidang.giving.providers import Provider
from tuidang.giving.queries import GiftNow, gifts_now, ordinal_of
from tuidang.giving.rules.checkouts import Fact, Notice, Refused, Seen, Unreachable, Unreadable, What
from tuidang.giving.rules.ledger import Account, Entry, Kind
from tuidang.giving.rules.ledger import Refused as NotEntered

FORGOTTEN_AFTER: Final = timedelta(days=40)
_STRANGE: Final = "foreign"  # a payment that did not begin on our page
_MOST_AT_ONCE: Final = 200

Find = Callable[[str], Provider]


def keep_notice(provider: str, notice: Notice, today: date) -> bool:
    """Keep what a provider told, before it is answered; False if it was told before."""
    told = f"notice {provider} {notice.event}"
    with one_writer():
        _, is_new = NoticeRow.objects.get_or_create(
            fingerprint=hmac.digest(donors_key(), told.encode(), "sha256"),
            defaults={"provider": provider, "day": today, "payload": seal_text(json.dumps(notice.thing))},
        )
    return is_new


def tend_notices(find: Find) -> int:
    """Look at what waits, the oldest first; give how many were settled. What cannot be reached waits on.

    The network is asked outside of any transaction. Two who look at the same enter it once.
    """
    settled = 0
    silent: set[str] = set()
    seen_now: dict[tuple[str, str], Seen] = {}
    for row in NoticeRow.objects.filter(state="waits").order_by("pk")[:_MOST_AT_ONCE]:
        if row.provider in silent:
            continue
        thing = json.loads(open_text(row.payload))
        try:
            known = seen_now.get((row.provider, thing))
            seen = known or find(row.provider).look(thing)
        except Unreadable:  # of this thing alone: it must not hold up what others gave
            continue
        except Unreachable:
            silent.add(row.provider)
            continue
        except Refused:
            settled += _settle(row, "refused")
            continue
        seen_now[row.provider, thing] = seen
        settled += _enter_seen(row, seen)
    return settled


def try_again(pk: int) -> bool:
    """Let a notice that is stuck wait again; False if it is not."""
    return bool(NoticeRow.objects.filter(pk=pk, state="stuck").update(state="waits", fault=""))


def set_notice_aside(pk: int) -> bool:
    """Say that a notice that is stuck needs no entry; False if it is not stuck."""
    return bool(NoticeRow.objects.filter(pk=pk, state="stuck").update(state="done"))


def forget_notices(today: date) -> None:
    """Forget notices and orders that were done weeks ago: a provider tells nothing again by then."""
    old = today - FORGOTTEN_AFTER
    NoticeRow.objects.filter(state="done", day__lt=old).delete()
    Order.objects.filter(state="done", day__lt=old, checkout=None).delete()


def enter_facts(provider: Account, seen: Seen) -> None:
    """Enter in the book all that happened to a thing, as far as it is not there; raises NotEntered, Refused.

    In one transaction, so that a payment never stands without its fee.
    """
    with one_writer():
        came = any(fact.what is What.PAID for fact in seen.facts)
        if came and not seen.checkout:
            raise Refused(_STRANGE)
        purpose, donor = settle_checkout(seen, came=came)
        for fact in seen.facts:
            if fact.what is What.BACK:
                _enter_back(provider, fact)
            elif fact.what is What.UNDONE:
                _enter_undone(provider, fact)
            else:
                _enter_moved(provider, fact, purpose, donor)
        for payment, how in seen.disputed:
            Payment.objects.filter(entry__event=event_of(provider, payment)).update(disputed=how)


def event_of(provider: Account, name: str) -> str:
    """Give the event under which the book has a fact; its provider's name of it cannot be read off it."""
    told = f"fact {provider} {name}"
    return f"{provider} {hmac.digest(donors_key(), told.encode(), 'sha256')[:20].hex()}"


def _enter_seen(row: NoticeRow, seen: Seen) -> int:
    try:
        with one_writer():
            if not NoticeRow.objects.filter(pk=row.pk, state="waits").update(state="done"):
                return 0  # somebody else was faster
            enter_facts(Account(row.provider), seen)
            return 1
        # A crash before the commit leaves the notice waiting and nothing entered; after it, both are done.
    except NotEntered as refused:
        return _settle(row, refused.fault)
    except Refused as refused:
        return _settle(row, _STRANGE if str(refused) == _STRANGE else "refused")


def _settle(row: NoticeRow, fault: str) -> int:
    return NoticeRow.objects.filter(pk=row.pk, state="waits").update(state="stuck", fault=fault)


def _enter_moved(provider: Account, fact: Fact, purpose: Account, donor: object) -> None:
    into, out_of, kind = _moved(provider, fact, purpose)
    entry = Entry(event_of(provider, fact.name), kind, fact.day, fact.currency, abs(fact.cents), into, out_of)
    if kind is not Kind.GIFT:
        enter(entry)
        return
    entered = enter(Entry(**{**vars(entry), "donor": donor}))
    if entered.is_new:
        Payment.objects.create(entry_id=entered.ordinal, payload=seal_text(fact.name))


def _moved(provider: Account, fact: Fact, purpose: Account) -> tuple[Account, Account, Kind]:
    match fact.what:
        case What.PAID:
            return provider, purpose, Kind.GIFT
        case What.FEE:
            return Account.FEES, provider, Kind.COST
        case What.GONE:
            return Account.EXCHANGE, provider, Kind.EXCHANGE
        case What.CAME:
            return provider, Account.EXCHANGE, Kind.EXCHANGE
        case What.PAYOUT if fact.cents > 0:
            return Account.BANK, provider, Kind.PAYOUT
        case What.PAYOUT:
            return provider, Account.BANK, Kind.PAYOUT
        case _:
            raise AssertionError(fact)


def _enter_back(provider: Account, fact: Fact) -> None:
    """Enter what went back of a gift; what goes beyond it, as where a bank takes the refunded, is a cost."""
    event = event_of(provider, fact.name)
    if any(ordinal_of(one) is not None for one in (event, _beyond(event))):
        return
    gift = _gift_of(provider, fact.about)
    back = min(fact.cents, gift.left)
    if back:
        refund_gift(gift.row.ordinal, back, event, fact.day, out_of=provider)
    if back < fact.cents:
        rest = fact.cents - back
        enter(Entry(_beyond(event), Kind.COST, fact.day, fact.currency, rest, Account.OTHER, provider))


def _enter_undone(provider: Account, fact: Fact) -> list[Entered]:
    was, event = event_of(provider, fact.about), event_of(provider, fact.name)
    known = [(ordinal_of(was), event), (ordinal_of(_beyond(was)), _beyond(event))]
    return [void_entry(ordinal, name, fact.day) for ordinal, name in known if ordinal is not None]


def _beyond(event: str) -> str:
    return f"{event} beyond"


def _gift_of(provider: Account, payment: str) -> GiftNow:
    gift = next(iter(gifts_now(Row.objects.filter(event=event_of(provider, payment)))), None)
    if gift is None:
        raise Refused("unknown")
    return gift
