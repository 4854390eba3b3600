"""A BTCPay Server as its Greenfield documentation describes it: its invoices, and the coins that come."""

from __future__ import annotations

import copy
import hashlib
import hmac
import time
from decimal import Decimal
from typing import Any

BTCPAY_KEY = "token-of-the-cast"
BTCPAY_SIGNS = "webhook-of-the-cast"
STORE = "Store1"
COIN = Decimal(80_000)  # dollars

Thing = dict[str, Any]


class BtcPayCast:
    """What a BTCPay Server keeps, and what happens to it."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.invoices: dict[str, Thing] = {}
        self.payments: dict[str, list[Thing]] = {}
        self.events: list[Thing] = []

    def make(self, asked: Thing) -> Thing:
        name = f"Inv{len(self.invoices) + 1:08}"
        self.invoices[name] = {
            "id": name,
            "storeId": STORE,
            "amount": asked["amount"],
            "currency": asked["currency"],
            "type": "Standard",
            "checkoutLink": f"{self.at}/i/{name}",
            "createdTime": _now(),
            "expirationTime": _now() + 900,
            "monitoringExpiration": _now() + 90_000,
            "status": "New",
            "additionalStatus": "None",
            "availableStatusesForManualMarking": ["Settled", "Invalid"],
            "archived": False,
            "metadata": asked.get("metadata", {}),
            "checkout": asked.get("checkout", {}),
        }
        self.payments[name] = []
        self._tell("InvoiceCreated", name)
        return self.invoices[name]

    def send(self, name: str, percent: int = 100) -> Thing:
        """A coin is on its way: a part of what was asked, or more."""
        invoice = self.invoices[name]
        value = Decimal(invoice["amount"]) * percent / 100 / COIN
        late = invoice["status"] == "Expired"
        payment = {
            "id": f"{len(self.payments[name])}-{name}",
            "receivedDate": _now(),
            "value": f"{value:.8f}",
            "fee": "0.0",
            "status": "Processing",
            "destination": "bc1qcast",
        }
        self.payments[name].append(payment)
        more = {"afterExpiration": late, "paymentMethodId": "BTC-CHAIN", "payment": payment}
        self._tell("InvoiceReceivedPayment", name, **more)
        if not late and self._paid(name) >= 100:
            invoice["status"] = "Processing"
            invoice["additionalStatus"] = "PaidOver" if self._paid(name) > 100 else "None"
            self._tell("InvoiceProcessing", name, overPaid=self._paid(name) > 100)
        return invoice

    def settle(self, name: str) -> Thing:
        """Blocks were found."""
        invoice = self.invoices[name]
        for payment in self.payments[name]:
            if payment["status"] == "Processing":
                payment["status"] = "Settled"
                self._tell("InvoicePaymentSettled", name, payment=payment, afterExpiration=False)
        if invoice["status"] == "Processing":
            invoice["status"] = "Settled"
            self._tell("InvoiceSettled", name, manuallyMarked=False, overPaid=self._paid(name) > 100)
        elif invoice["status"] == "Expired":
            invoice["additionalStatus"] = "PaidLate"
        return invoice

    def expire(self, name: str) -> Thing:
        invoice = self.invoices[name]
        if invoice["status"] == "New":
            partly = bool(self.payments[name])
            invoice |= {"status": "Expired", "additionalStatus": "PaidPartial" if partly else "None"}
            self._tell("InvoiceExpired", name, partiallyPaid=partly)
        return invoice

    def spend_twice(self, name: str) -> Thing:
        """The giver sent the coins to somebody else after all."""
        invoice = self.invoices[name]
        for payment in self.payments[name]:
            payment["status"] = "Invalid"
        invoice["status"] = "Invalid"
        self._tell("InvoiceInvalid", name, manuallyMarked=False)
        return invoice

    def methods(self, name: str, *, all_of_them: bool) -> list[Thing]:
        paid = [one for one in self.payments[name] if all_of_them or one["status"] != "Invalid"]
        return [{"paymentMethodId": "BTC-CHAIN", "currency": "BTC", "rate": str(COIN), "payments": paid}]

    def _paid(self, name: str) -> Decimal:
        asked = Decimal(self.invoices[name]["amount"])
        came = sum((Decimal(one["value"]) for one in self.payments[name]), Decimal(0)) * COIN
        return (came / asked * 100).quantize(Decimal("0.1"))

    def _tell(self, kind: str, name: str, **more: object) -> None:
        delivery = f"Dlv{len(self.events) + 1:08}"
        event = {
            "deliveryId": delivery,
            "webhookId": "Wh1",
            "originalDeliveryId": delivery,
            "isRedelivery": False,
        }
        event |= {"type": kind, "timestamp": _now(), "storeId": STORE, "invoiceId": name}
        self.events.append(copy.deepcopy(event | more))


def _now() -> int:
    return int(time.time())


def sign_btcpay(body: bytes, key: str = BTCPAY_SIGNS) -> str:
    """Sign an event as BTCPay Server does."""
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
