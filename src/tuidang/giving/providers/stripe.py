"""Stripe: Checkout on its own page, and everything that happens to a payment, as its API says.

docs.stripe.com/api, version 2025-03-31.basil, which each of our questions names: what the account is set to
changes nothing. What a webhook says is not believed but for what it is about; how that stands we ask.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from tuidang.giving.providers.http import ask
from tuidang.giving.providers.secrets import Secrets
from tuidang.giving.rules.checkouts import (
    CANNOT_READ,
    Begun,
    Fact,
    NotGenuine,
    Notice,
    Refused,
    Seen,
    Standing,
    Unreadable,
    What,
    Wish,
    day_of,
)
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency

VERSION: Final = "2025-03-31.basil"
TOLERANCE: Final = 300  # seconds, as Stripe's own libraries
API: Final = "https://api.stripe.com"
PAGE: Final = "https://checkout.stripe.com"
HEARD: Final = frozenset(
    {
        *("checkout.session.completed", "checkout.session.expired"),
        *("checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"),
        *("payment_intent.succeeded", "charge.succeeded", "charge.refunded", "charge.updated"),
        *("refund.created", "refund.updated", "refund.failed"),
        *("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"),
        *("charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"),
        *("invoice.paid", "customer.subscription.deleted", "payout.paid", "payout.failed"),
    }
)
_LANGUAGES: Final = {"en": "en", "zh-hans": "zh", "zh-hant": "zh-TW"}
_GIFT: Final = {"en": "Gift", "zh-hans": "捐款", "zh-hant": "捐款"}
_FEES: Final = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee"})  # that belong to no payment
_DISPUTES: Final = {"won": "won", "lost": "lost", "warning_closed": "won", "prevented": "won"}
_MOST_PAGES: Final = 50

Thing = Mapping[str, Any]


class Stripe:
    """Stripe, as its file of secrets says: `key`, `webhook` (one, or two while they change), maybe `at`."""

    NEEDS: ClassVar = ("key", "webhook")

    def __init__(self, secrets: Secrets) -> None:
        self._key = secrets["key"][-1]
        self._signs = secrets["webhook"]
        self._api = secrets.get("at", (API,))[-1].rstrip("/")
        self.page = PAGE if self._api == API else self._api

    @property
    def is_test(self) -> bool:
        """Tell whether no money moves."""
        return "_test_" in self._key

    def begin(self, wish: Wish) -> Begun:
        """Begin a gift; asked again with the same name, it is the same. Raises Unreachable, Refused."""
        named = {"gift": wish.checkout, "for": wish.purpose}
        item = {
            "quantity": "1",
            "price_data": {
                "currency": wish.currency.lower(),
                "unit_amount": str(wish.cents),
                "product_data": {"name": _GIFT[wish.language]},
                **({"recurring": {"interval": "month"}} if wish.monthly else {}),
            },
        }
        fields: dict[str, object] = {
            "mode": "subscription" if wish.monthly else "payment",
            "line_items": {"0": item},
            # Cards alone: wallets of China would be offered too, and nobody should give by them.
            "payment_method_types": {"0": "card"},
            "client_reference_id": wish.checkout,
            "metadata": named,
            "subscription_data" if wish.monthly else "payment_intent_data": {"metadata": named},
            "locale": _LANGUAGES[wish.language],
            "success_url": wish.thanks,
            "cancel_url": wish.leave,
        }
        if not wish.monthly:
            fields["submit_type"] = "donate"
        begun = self._post("/v1/checkout/sessions", fields, wish.checkout)
        if not str(begun["url"]).startswith(f"{self.page}/"):
            raise Refused("its page is somewhere else")
        return Begun(begun["id"], begun["url"])

    def hear(self, body: bytes, signature: str, now: float) -> Notice | None:
        """Read an event that Stripe has signed; None for one that we need not know. Raises NotGenuine."""
        self._verify(body, signature, now)
        try:
            event = json.loads(body)
            return _notice(event)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotGenuine("it is no event") from error

    def look(self, thing: str) -> Seen:
        """Ask how a session, payment, invoice, subscription or payout stands. Raises Unreachable, Refused."""
        kind = thing.partition("_")[0]
        looks = {
            "cs": self._session,
            "pi": self._intent,
            "in": self._invoice,
            "sub": self._subscription,
            "po": self._payout,
        }
        if kind not in looks:
            raise Refused("it is nothing that we look at")
        try:
            return looks[kind](thing)
        except Refused:
            raise
        except CANNOT_READ as error:
            raise Unreadable(f"its answer cannot be read ({error!r})") from error

    def missed(self, since: date) -> list[Notice]:
        """List the events since a day, newest first. Raises Unreachable, Refused."""
        began = int(datetime.combine(since, time(), UTC).timestamp())
        found = (_notice(event) for event in self._all("/v1/events", {"created": {"gte": str(began)}}))
        return [notice for notice in found if notice is not None]

    def give_back(self, payment: str, cents: int, key: str) -> None:
        """Give some of a payment back, once for a key. Raises Unreachable, Refused."""
        self._post("/v1/refunds", {"payment_intent": payment, "amount": str(cents)}, key)

    def end(self, subscription: str) -> None:
        """End a monthly gift; one that has ended stays so. Raises Unreachable, Refused."""
        if self._get(f"/v1/subscriptions/{subscription}")["status"] != "canceled":
            self._ask("DELETE", f"/v1/subscriptions/{subscription}")

    def _verify(self, body: bytes, signature: str, now: float) -> None:
        parts = [part.partition("=") for part in signature.split(",")]
        at = next((value for name, _, value in parts if name.strip() == "t"), "")
        if not (at.isascii() and at.isdecimal() and len(at) < 16):
            raise NotGenuine("it is not signed")
        signed = at.encode() + b"." + body
        ours = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in self._signs]
        theirs = [value for name, _, value in parts if name.strip() == "v1" and value.isascii()]
        if not any(hmac.compare_digest(one, other) for one in ours for other in theirs):
            raise NotGenuine("the signature is not theirs")
        if abs(now - int(at)) > TOLERANCE:
            raise NotGenuine("it was signed at another time")

    def _session(self, name: str) -> Seen:
        session = self._get(f"/v1/checkout/sessions/{name}")
        checkout, is_for_calls = _named(session)
        facts: list[Fact] = []
        standing: Standing | None = None
        disputed: tuple[tuple[str, str], ...] = ()
        if session["status"] == "expired":
            standing = Standing.EXPIRED
        if subscription := session.get("subscription"):
            running = self._subscription(subscription)
            standing = running.standing
            for invoice in self._all("/v1/invoices", {"subscription": subscription}):
                seen = self._invoice(invoice["id"])
                facts += seen.facts
                disputed += seen.disputed
        elif intent := session.get("payment_intent"):
            seen = self._intent(intent)
            facts, standing, disputed = list(seen.facts), seen.standing or standing, seen.disputed
        return Seen(tuple(facts), checkout, is_for_calls, standing, subscription or "", disputed)

    def _subscription(self, name: str) -> Seen:
        found = self._get(f"/v1/subscriptions/{name}")
        checkout, is_for_calls = _named(found)
        ended = found["status"] in {"canceled", "incomplete_expired"}
        begun = found["status"] in {"active", "past_due", "trialing", "unpaid"}
        standing = Standing.ENDED if ended else Standing.RUNNING if begun else None
        return Seen((), checkout, is_for_calls, standing, name)

    def _invoice(self, name: str) -> Seen:
        invoice = self._get(f"/v1/invoices/{name}", {"expand": {"0": "payments"}})
        details = ((invoice.get("parent") or {}).get("subscription_details")) or {}
        checkout, is_for_calls = _named(details)
        facts: list[Fact] = []
        disputed: tuple[tuple[str, str], ...] = ()
        for one in invoice["payments"]["data"]:
            if intent := one["payment"].get("payment_intent"):
                seen_facts, seen_disputed = self._happened(intent)
                facts += seen_facts
                disputed += seen_disputed
        subscription = details.get("subscription") or ""
        standing = Standing.RUNNING if facts and subscription else None
        return Seen(tuple(facts), checkout, is_for_calls, standing, subscription, disputed)

    def _intent(self, name: str) -> Seen:
        intent = self._get(f"/v1/payment_intents/{name}")
        checkout, is_for_calls = _named(intent)
        if not checkout:  # of a monthly gift: its invoice knows
            asked = {"payment": {"type": "payment_intent", "payment_intent": name}}
            for one in self._all("/v1/invoice_payments", asked):
                return self._invoice(one["invoice"])
        facts, disputed = self._happened(name)
        return Seen(tuple(facts), checkout, is_for_calls, Standing.PAID if facts else None, "", disputed)

    def _happened(self, intent: str) -> tuple[list[Fact], tuple[tuple[str, str], ...]]:
        """List all that happened to a payment, and how what was disputed of it stands."""
        of = {"payment_intent": intent, "expand": {"0": "data.balance_transaction"}}
        facts: list[Fact] = []
        disputed: list[tuple[str, str]] = []
        for charge in self._all("/v1/charges", of):
            if charge["status"] != "succeeded" or not charge["balance_transaction"]:
                continue
            facts += _paid(intent, charge)
            later: list[tuple[int, str, list[Fact]]] = []
            later += [
                (refund["created"], refund["id"], self._refund(intent, refund))
                for refund in self._all("/v1/refunds", of)
            ]
            for dispute in self._all("/v1/disputes", {"charge": charge["id"]}):
                later.append((dispute["created"], dispute["id"], _dispute(intent, dispute)))
                disputed.append((intent, _DISPUTES.get(dispute["status"], "open")))
            facts += [fact for _, _, found in sorted(later) for fact in found]
        return facts, tuple(disputed)

    def _refund(self, intent: str, refund: Thing) -> list[Fact]:
        moved = refund["balance_transaction"]
        if not moved:  # it waits for something, or never came to be
            return []
        facts = _back(refund["id"], intent, refund["amount"], refund["currency"], moved)
        if refund["status"] in {"failed", "canceled"}:
            facts += [_undone(fact, day_of(refund["created"])) for fact in reversed(facts)]
        return facts

    def _payout(self, name: str) -> Seen:
        payout = self._get(f"/v1/payouts/{name}")
        if payout["status"] not in {"paid", "failed"}:
            return Seen()
        facts = [
            _fact(moved["id"], What.FEE, moved["created"], moved["currency"], -moved["amount"])
            for moved in self._all("/v1/balance_transactions", {"payout": name})
            if moved["type"] in _FEES and moved["amount"] < 0
        ]
        paid = _fact(name, What.PAYOUT, payout["arrival_date"], payout["currency"], payout["amount"])
        facts.append(paid)
        if payout["status"] == "failed":
            facts.append(_undone(paid, paid.day))
        return Seen(tuple(facts))

    def _get(self, path: str, fields: Mapping[str, object] | None = None) -> Any:
        return self._ask("GET", f"{path}?{urlencode(list(_flat(fields)))}" if fields else path)

    def _all(self, path: str, fields: Mapping[str, object]) -> Iterator[Thing]:
        """Go through all pages of a list."""
        after: dict[str, object] = {}
        for _ in range(_MOST_PAGES):
            page = self._get(path, {**fields, "limit": "100", **after})
            yield from page["data"]
            if not page["has_more"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}
        raise Unreadable("it has too many pages")

    def _post(self, path: str, fields: Mapping[str, object], key: str) -> Any:
        return self._ask("POST", path, urlencode(list(_flat(fields))).encode(), {"Idempotency-Key": key})

    def _ask(
        self, method: str, path: str, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Stripe-Version": VERSION, **(more or {})}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return ask(method, self._api + path, headers, body)


def _notice(event: Thing) -> Notice | None:
    """Say what an event is about: a session, an invoice, a subscription, a payout, or else a payment."""
    if event["type"] not in HEARD:
        return None
    about = event["data"]["object"]
    thing = about["id"] if about["object"] in _THEMSELVES else about.get("payment_intent")
    return Notice(event["id"], thing) if thing else None


_THEMSELVES: Final = frozenset({"checkout.session", "payment_intent", "invoice", "subscription", "payout"})


def _named(thing: Thing) -> tuple[str, bool]:
    metadata = thing.get("metadata") or {}
    return metadata.get("gift", ""), metadata.get("for") == Account.GIFTS_FOR_CALLS


def _fact(name: str, what: What, at: int, currency: str, cents: int, *, about: str = "") -> Fact:
    try:
        money = Currency(currency.upper())
    except ValueError as error:
        raise Refused(f"{currency} is no currency of ours") from error
    return Fact(name, what, day_of(at), money, cents, about)


def _paid(intent: str, charge: Thing) -> list[Fact]:
    moved = charge["balance_transaction"]
    at, currency, cents = charge["created"], charge["currency"], charge["amount_captured"]
    facts = [_fact(intent, What.PAID, at, currency, cents)]
    facts += _exchanged(intent, at, (currency, cents), (moved["currency"], moved["amount"]))
    if moved["fee"]:
        facts.append(_fact(f"{intent} fee", What.FEE, at, moved["currency"], moved["fee"]))
    return facts


def _back(name: str, intent: str, cents: int, currency: str, moved: Thing) -> list[Fact]:
    """Say that money left us again: changed first, where the account has another currency."""
    at = moved["created"]
    facts = _exchanged(name, at, (moved["currency"], -moved["amount"]), (currency, cents))
    facts.append(_fact(name, What.BACK, at, currency, cents, about=intent))
    if moved["fee"]:
        facts.append(_fact(f"{name} fee", What.FEE, at, moved["currency"], moved["fee"]))
    return facts


def _dispute(intent: str, dispute: Thing) -> list[Fact]:
    """Say what a giver's bank took back, and whether it came back to us after all."""
    moves: Sequence[Thing] = sorted(
        dispute["balance_transactions"], key=lambda one: (one["created"], one["id"])
    )
    taken = next((one for one in moves if one["amount"] < 0), None)
    if taken is None:  # a question, no more
        return []
    name = dispute["id"]
    facts = _back(name, intent, dispute["amount"], dispute["currency"], taken)
    returned = next((one for one in moves if one["amount"] > 0), None)
    if returned is not None:
        day = day_of(returned["created"])
        fee = f"{name} fee"
        facts += [_undone(fact, day) for fact in reversed(facts) if fact.name != fee or returned["fee"] < 0]
    return facts


def _exchanged(name: str, at: int, went: tuple[str, int], came: tuple[str, int]) -> list[Fact]:
    if went[0] == came[0]:
        return []
    return [
        _fact(f"{name} went", What.GONE, at, *went),
        _fact(f"{name} came", What.CAME, at, *came),
    ]


def _undone(fact: Fact, day: date) -> Fact:
    return Fact(f"{fact.name} undone", What.UNDONE, day, fact.currency, fact.cents, about=fact.name)


def _flat(fields: Mapping[str, object] | None, within: str = "") -> Iterator[tuple[str, str]]:
    """Write fields within fields as Stripe reads them: a[b][0]=c."""
    for name, value in (fields or {}).items():
        place = f"{within}[{'' if name.isdecimal() and within == 'expand' else name}]" if within else name
        if isinstance(value, Mapping):
            yield from _flat(value, place)
        else:
            yield place, str(value)
