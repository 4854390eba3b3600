"""BTCPay Server: its invoices, each payment of which is a gift once it is settled (Greenfield API).

docs.btcpayserver.org/API/Greenfield/v1. A webhook says no amount; what came, and at which rate, we ask. The
server is somebody's own: who gives leaves a transaction there, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

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
from tuidang.giving.rules.money import MOST, Currency, plain_amount

HEARD: Final = frozenset(
    {
        *("InvoiceReceivedPayment", "InvoicePaymentSettled", "InvoiceProcessing"),
        *("InvoiceSettled", "InvoiceInvalid", "InvoiceExpired"),
    }
)
OLDEST: Final = 30 * 86400  # seconds: it tries a delivery for an hour, a person by hand later
_LANGUAGES: Final = {"en": "en", "zh-hans": "zh-SG", "zh-hant": "zh-TW"}
_TAKE: Final = 100
_MOST_PAGES: Final = 50

Thing = Mapping[str, Any]


class BtcPay:
    """A BTCPay Server, as its file of secrets says: `at`, `store`, `key`, `webhook`."""

    NEEDS: ClassVar = ("at", "store", "key", "webhook")

    def __init__(self, secrets: Secrets) -> None:
        self.page = secrets["at"][-1].rstrip("/")
        self._store = secrets["store"][-1]
        self._key = secrets["key"][-1]
        self._signs = secrets["webhook"]

    def begin(self, wish: Wish) -> Begun:
        """Begin a gift: make an invoice, or find the one that was made. Raises Unreachable, Refused."""
        if wish.monthly:
            raise Refused("it takes nothing monthly")
        known = self._get(f"?{urlencode({'orderId': wish.checkout})}")
        invoice = known[0] if known else self._make(wish)
        link = str(invoice["checkoutLink"])
        if not link.startswith(f"{self.page}/"):
            raise Refused("its page is somewhere else")
        return Begun(invoice["id"], link)

    def hear(self, body: bytes, signature: str, now: float) -> Notice | None:
        """Read what the server has signed; None for what we need not know. Raises NotGenuine."""
        ours = ["sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest() for key in self._signs]
        if not signature.isascii() or not any(hmac.compare_digest(one, signature) for one in ours):
            raise NotGenuine("the signature is not theirs")
        try:
            event = json.loads(body)
            if event["type"] not in HEARD or event.get("storeId") != self._store:
                return None
            if abs(now - int(event["timestamp"])) > OLDEST:
                raise NotGenuine("it was signed at another time")
            return Notice(str(event["originalDeliveryId"] or event["deliveryId"]), str(event["invoiceId"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, NotGenuine):
                raise
            raise NotGenuine("it is no event") from error

    def look(self, thing: str) -> Seen:
        """Ask how an invoice stands, and what was paid on it. Raises Unreachable, Refused."""
        place = f"/{quote(thing, safe='')}"
        try:
            invoice = self._get(place)
            facts = []
            for method in self._get(f"{place}/payment-methods?onlyAccountedPayments=false"):
                for payment in method["payments"]:
                    facts += _paid(invoice, method, payment)
        except Refused:
            raise
        except CANNOT_READ as error:
            raise Unreadable(f"its answer cannot be read ({error!r})") from error
        facts.sort(key=lambda fact: (fact.what is What.UNDONE, fact.day, fact.name))
        came = {fact.name for fact in facts if fact.what is What.PAID} - {fact.about for fact in facts}
        left = invoice["status"] in {"Expired", "Invalid"}
        standing = Standing.PAID if came else Standing.EXPIRED if left else None
        metadata = invoice.get("metadata") or {}
        is_for_calls = metadata.get("for") == Account.GIFTS_FOR_CALLS
        return Seen(tuple(facts), str(metadata.get("orderId") or ""), is_for_calls, standing)

    def missed(self, since: date) -> list[Notice]:
        """List the invoices since a day, each under a name of how it stands. Raises Unreachable, Refused."""
        began = int(datetime.combine(since, time(), UTC).timestamp())
        found: list[Notice] = []
        for number in range(_MOST_PAGES):
            asked = {"startDate": str(began), "take": str(_TAKE), "skip": str(number * _TAKE)}
            page = self._get(f"?{urlencode(asked)}")
            found += [
                Notice(f"{one['id']} {one['status']} {one['additionalStatus']}", one["id"])
                for one in page
                if one["status"] != "New" or one["additionalStatus"] != "None"
            ]
            if len(page) < _TAKE:
                break
        return found

    def give_back(self, payment: str, cents: int, key: str) -> None:  # noqa: ARG002
        """Refuse: a coin is given back by hand, to an address that only the giver knows."""
        raise Refused("it gives nothing back by itself")

    def end(self, subscription: str) -> None:  # noqa: ARG002
        """Refuse: nothing here is monthly."""
        raise Refused("it has nothing monthly")

    def _make(self, wish: Wish) -> Any:
        body = {
            "amount": plain_amount(wish.cents, wish.currency),
            "currency": wish.currency,
            "metadata": {"orderId": wish.checkout, "for": wish.purpose},
            "checkout": {
                "redirectURL": wish.thanks,
                "redirectAutomatically": False,
                "defaultLanguage": _LANGUAGES[wish.language],
            },
            "receipt": {"enabled": False},
        }
        return self._ask("POST", "", json.dumps(body).encode())

    def _get(self, path: str) -> Any:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        headers = {"Authorization": f"token {self._key}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        store = f"{self.page}/api/v1/stores/{quote(self._store, safe='')}/invoices"
        return ask(method, store + path, headers, body)


def _paid(invoice: Thing, method: Thing, payment: Thing) -> list[Fact]:
    """Say that a payment came, at the invoice's rate; and, if it is void now, that it did not after all.

    One that is not settled yet is nothing yet; one that never settled nets to nothing, and is left out.
    """
    if payment["status"] not in {"Settled", "Invalid"}:
        return []
    try:
        currency = Currency(invoice["currency"])
    except ValueError as error:
        raise Refused(f"{invoice['currency']} is no currency of ours") from error
    value = Decimal(payment["value"]) * Decimal(method["rate"])
    cents = int((value * 10**currency.digits).quantize(Decimal(1), ROUND_HALF_EVEN))
    if not 0 < cents <= MOST:  # dust
        return []
    name = f"{invoice['id']} {payment['id']}"
    came = Fact(name, What.PAID, day_of(payment["receivedDate"]), currency, cents)
    if payment["status"] == "Settled":
        return [came]
    return [Fact(f"{name} undone", What.UNDONE, came.day, currency, cents, about=name)]
