"""Stripe as its documentation describes it: what it keeps, and what people, cards and banks do to that.

Written from docs.stripe.com/api (2025-03-31.basil). The library `stripe` is its judge.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import time
from decimal import Decimal
from typing import Any

STRIPE_KEY = "rk_test_of_the_cast"
STRIPE_SIGNS = "whsec_of_the_cast"
ACCOUNT = "usd"  # what the account is held in
RATES = {  # cents of ours for one of theirs
    "usd": Decimal(1),
    "jpy": Decimal("0.67"),
    "krw": Decimal("0.07"),
    "eur": Decimal("1.1"),
}

Thing = dict[str, Any]


class NotFound(LookupError):  # noqa: N818
    """There is no such thing."""


class BadRequest(ValueError):  # noqa: N818
    """That cannot be done."""


class StripeCast:
    """What Stripe keeps, and what happens to it."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.things: dict[str, Thing] = {}
        self.events: list[Thing] = []
        self.known: dict[
            str, tuple[Thing, Thing]
        ] = {}  # by idempotency key: what was asked, what was answered
        self.count = 0

    # What its API does.

    def make_session(self, asked: Thing) -> Thing:
        item = asked["line_items"]["0"]
        price = item["price_data"]
        monthly = asked["mode"] == "subscription"
        if asked.get("submit_type") and monthly:
            raise BadRequest("submit_type is for payments")
        if monthly and price["recurring"]["interval"] != "month":
            raise BadRequest("interval")
        name = self._new("cs", "checkout.session")
        session = self.things[name]
        session |= {
            "mode": asked["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "currency": price["currency"],
            "amount_total": int(price["unit_amount"]) * int(item["quantity"]),
            "url": f"{self.at}/pay/{name}",
            "metadata": asked.get("metadata", {}),
            "client_reference_id": asked.get("client_reference_id"),
            "success_url": asked["success_url"],
            "cancel_url": asked["cancel_url"],
            "payment_intent": None,
            "subscription": None,
            "_inner": asked.get("subscription_data" if monthly else "payment_intent_data", {}).get(
                "metadata", {}
            ),
        }
        return session

    def make_refund(self, asked: Thing) -> Thing:
        return self.refund(asked["payment_intent"], int(asked["amount"]))

    def cancel(self, name: str) -> Thing:
        found = self.get(name, "subscription")
        if found["status"] == "canceled":
            raise NotFound(name)
        found |= {"status": "canceled", "canceled_at": _now()}
        self._tell("customer.subscription.deleted", found)
        return found

    def get(self, name: str, kind: str) -> Thing:
        found = self.things.get(name)
        if found is None or found["object"] != kind:
            raise NotFound(name)
        return found

    def list(self, kind: str, **wanted: object) -> list[Thing]:
        found = [one for one in self.things.values() if one["object"] == kind]
        return [
            one
            for one in reversed(found)
            if all(one.get(key) == value for key, value in wanted.items() if value)
        ]

    # What people, cards and banks do.

    def pay(self, name: str) -> Thing:
        session = self.get(name, "checkout.session")
        if session["status"] != "open":
            raise BadRequest("it is not open")
        session |= {"status": "complete", "payment_status": "paid"}
        if session["mode"] == "payment":
            intent = self._charge(session["amount_total"], session["currency"], session["_inner"])
            session["payment_intent"] = intent
        else:
            subscription = self._new("sub", "subscription")
            self.things[subscription] |= {"status": "active", "metadata": session["_inner"]}
            self.things[subscription] |= {"_price": (session["amount_total"], session["currency"])}
            session["subscription"] = subscription
            self.renew(subscription)
        self._tell("checkout.session.completed", session)
        return session

    def expire(self, name: str) -> Thing:
        session = self.get(name, "checkout.session")
        session["status"] = "expired"
        self._tell("checkout.session.expired", session)
        return session

    def renew(self, subscription: str) -> Thing:
        of = self.get(subscription, "subscription")
        cents, currency = of["_price"]
        intent = self._charge(cents, currency, {})
        name = self._new("in", "invoice")
        paid = self._new("inpay", "invoice_payment")
        self.things[paid] |= {
            "invoice": name,
            "amount_paid": cents,
            "status": "paid",
            "payment": {"type": "payment_intent", "payment_intent": intent},
        }
        self.things[name] |= {
            "status": "paid",
            "currency": currency,
            "amount_paid": cents,
            "subscription": None,  # not of this version: `parent` has it
            "_subscription": subscription,
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": subscription, "metadata": of["metadata"]},
            },
            "_payments": [paid],
        }
        self._tell("invoice.paid", self.things[name])
        return self.things[name]

    def refund(self, intent: str, cents: int) -> Thing:
        charge = self._charge_of(intent)
        if not 0 < cents <= charge["amount"] - charge["amount_refunded"]:
            raise BadRequest("more than is left")
        charge["amount_refunded"] += cents
        name = self._new("re", "refund")
        moved = self._move(-self._changed(cents, charge["currency"]), 0, "refund", name)
        self.things[name] |= {
            "payment_intent": intent,
            "charge": charge["id"],
            "amount": cents,
            "currency": charge["currency"],
            "status": "succeeded",
            "balance_transaction": moved,
        }
        self._tell("refund.created", self.things[name])
        self._tell("charge.refunded", charge)
        return self.things[name]

    def garble(self, intent: str) -> Thing:
        """Say of a payment what cannot be: no clock has this second."""
        self._charge_of(intent)["created"] = 10**30
        return self.things[intent]

    def fail_refund(self, name: str) -> Thing:
        refund = self.get(name, "refund")
        refund["status"] = "failed"
        self._move(-self.things[refund["balance_transaction"]]["amount"], 0, "refund_failure", name)
        self._tell("refund.failed", refund)
        return refund

    def dispute(self, intent: str, cents: int = 0) -> Thing:
        charge = self._charge_of(intent)
        cents = cents or charge["amount"]
        name = self._new("dp", "dispute")
        moved = self._move(-self._changed(cents, charge["currency"]), 1500, "adjustment", name)
        self.things[name] |= {
            "charge": charge["id"],
            "payment_intent": intent,
            "amount": cents,
            "currency": charge["currency"],
            "status": "needs_response",
            "_moves": [moved],
        }
        self._tell("charge.dispute.created", self.things[name])
        self._tell("charge.dispute.funds_withdrawn", self.things[name])
        return self.things[name]

    def win(self, name: str) -> Thing:
        dispute = self.get(name, "dispute")
        taken = self.things[dispute["_moves"][0]]
        dispute["_moves"].append(self._move(-taken["amount"], 0, "adjustment", name))
        dispute["status"] = "won"
        self._tell("charge.dispute.funds_reinstated", dispute)
        self._tell("charge.dispute.closed", dispute)
        return dispute

    def lose(self, name: str) -> Thing:
        dispute = self.get(name, "dispute")
        dispute["status"] = "lost"
        self._tell("charge.dispute.closed", dispute)
        return dispute

    def pay_out(self) -> Thing:
        self._move(-200, 0, "stripe_fee", None)
        waiting = [one for one in self.list("balance_transaction") if one["_payout"] is None]
        cents = sum(one["net"] for one in waiting)
        name = self._new("po", "payout")
        for one in waiting:
            one["_payout"] = name
        self.things[name] |= {"amount": cents, "currency": ACCOUNT, "status": "paid", "arrival_date": _now()}
        self._tell("payout.paid", self.things[name])
        return self.things[name]

    def fail_payout(self, name: str) -> Thing:
        payout = self.get(name, "payout")
        payout["status"] = "failed"
        self._tell("payout.failed", payout)
        return payout

    # Inside.

    def shown(self, thing: Thing, expand: list[str]) -> Thing:
        """Write a thing as the API does: without what is ours, and with what was asked to be expanded."""
        out = {key: copy.deepcopy(value) for key, value in thing.items() if not key.startswith("_")}
        if thing["object"] == "dispute":
            out["balance_transactions"] = [self.shown(self.things[one], []) for one in thing["_moves"]]
        if thing["object"] == "invoice" and "payments" in expand:
            data = [self.shown(self.things[one], []) for one in thing["_payments"]]
            out["payments"] = {
                "object": "list",
                "data": data,
                "has_more": False,
                "url": "/v1/invoice_payments",
            }
        if "balance_transaction" in expand and out.get("balance_transaction"):
            out["balance_transaction"] = self.shown(self.things[out["balance_transaction"]], [])
        return out

    def _charge(self, cents: int, currency: str, metadata: Thing) -> str:
        intent, charge = self._new("pi", "payment_intent"), self._new("ch", "charge")
        came = self._changed(cents, currency)
        moved = self._move(came, came * 29 // 1000 + 30, "charge", charge)
        self.things[intent] |= {
            "status": "succeeded",
            "amount": cents,
            "currency": currency,
            "metadata": metadata,
        }
        self.things[intent] |= {"latest_charge": charge}
        self.things[charge] |= {
            "status": "succeeded",
            "amount": cents,
            "amount_captured": cents,
            "amount_refunded": 0,
            "currency": currency,
            "payment_intent": intent,
            "metadata": metadata,
            "balance_transaction": moved,
        }
        self._tell("payment_intent.created", self.things[intent])
        self._tell("charge.succeeded", self.things[charge])
        self._tell("payment_intent.succeeded", self.things[intent])
        return intent

    def _charge_of(self, intent: str) -> Thing:
        return self.list("charge", payment_intent=intent)[0]

    def _changed(self, cents: int, currency: str) -> int:
        return int(cents * RATES[currency])

    def _move(self, cents: int, fee: int, kind: str, source: str | None) -> str:
        name = self._new("txn", "balance_transaction")
        self.things[name] |= {"amount": cents, "fee": fee, "net": cents - fee, "currency": ACCOUNT}
        self.things[name] |= {"type": kind, "source": source, "_payout": None}
        return name

    def _new(self, prefix: str, kind: str) -> str:
        self.count += 1
        name = f"{prefix}_{self.count:08}"
        self.things[name] = {"id": name, "object": kind, "created": _now(), "livemode": False}
        return name

    def _tell(self, kind: str, thing: Thing) -> None:
        self.count += 1
        self.events.append(
            {
                "id": f"evt_{self.count:08}",
                "object": "event",
                "api_version": "2025-03-31.basil",
                "created": _now(),
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
                "type": kind,
                "data": {"object": self.shown(thing, [])},
            }
        )


def _now() -> int:
    return int(time.time())


def sign_stripe(body: bytes, at: int, key: str = STRIPE_SIGNS) -> str:
    """Sign an event as Stripe does."""
    return f"t={at},v1={hmac.new(key.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"
