"""Who takes gifts for us: each behind the same few functions, and off until its file of secrets is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from django.conf import settings

from tuidang.giving.providers.btcpay import BtcPay
from tuidang.giving.providers.secrets import read_secrets
from tuidang.giving.providers.stripe import Stripe
from tuidang.giving.rules.checkouts import Begun, Notice, Refused, Seen, Wish
from tuidang.giving.rules.ledger import Account


class Provider(Protocol):
    """What we ask of a provider. All but `hear` go over the network, and raise Unreachable or Refused."""

    @property
    def page(self) -> str:
        """Give the origin of the page on which a donor goes on."""

    def begin(self, wish: Wish) -> Begun:
        """Begin a gift; asked again with the same name, it is the same."""

    def hear(self, body: bytes, signature: str, now: float) -> Notice | None:
        """Read what it told us; None for what we need not know. Raises NotGenuine."""

    def look(self, thing: str) -> Seen:
        """Ask how a thing stands, and for all that happened to it."""

    def missed(self, since: date) -> list[Notice]:
        """List what it told since a day, or would have."""

    def give_back(self, payment: str, cents: int, key: str) -> None:
        """Give some of a payment back, once for a key."""

    def end(self, subscription: str) -> None:
        """End a monthly gift; one that has ended stays so."""


def provider_of(name: str) -> Provider:
    """Give a provider; raises Refused where none of this name is set."""
    options = settings.TUIDANG
    try:
        if name == Account.STRIPE and options.giving_stripe:
            return Stripe(read_secrets(options.giving_stripe, Stripe.NEEDS))
        if name == Account.BTCPAY and options.giving_btcpay:
            return BtcPay(read_secrets(options.giving_btcpay, BtcPay.NEEDS))
    except (OSError, ValueError) as error:
        raise Refused(str(error)) from error
    raise Refused(f"{name} is not set")


def providers_set() -> Mapping[Account, Path]:
    """Give those that are set, with their files of secrets."""
    options = settings.TUIDANG
    files = {Account.STRIPE: options.giving_stripe, Account.BTCPAY: options.giving_btcpay}
    return {name: file for name, file in files.items() if file is not None}
