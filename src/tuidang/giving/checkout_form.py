"""What a donor chooses on our page before he goes on to a provider, as it was sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import get_language

from tuidang.giving.actions.checkouts import Choice
from tuidang.giving.actions.donors import Person
from tuidang.giving.rules.checkouts import is_giveable
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency, read_amount


@dataclass
class CheckoutForm:
    """The form as typed; of `errors` the page says each beside its field."""

    amount: str = "50"
    currency: str = Currency.USD
    monthly: bool = False
    for_calls: bool = False
    receipt: bool = False
    name: str = ""
    address: str = ""
    email: str = ""
    provider: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict) -> CheckoutForm:
        """Read what was sent."""

        def typed(name: str, longest: int) -> str:
            return " ".join(data.get(name, "").split())[:longest]

        return cls(
            typed("amount", 20),
            typed("currency", 3),
            data.get("often") == "monthly",
            data.get("purpose") == Account.GIFTS_FOR_CALLS,
            data.get("who") == "receipt",
            typed("name", 120),
            typed("address", 200),
            typed("email", 120),
            typed("provider", 10),
        )

    def choice(self, ways: Collection[Account]) -> Choice | None:
        """Give what was chosen; None, with what is wrong."""
        provider = next((one for one in ways if one == self.provider), None)
        currency = next((one for one in Currency if one == self.currency), Currency.USD)
        cents = read_amount(self.amount, currency)
        if cents is None or not is_giveable(cents):
            self.errors["amount"] = "amount"
        if provider is Account.BTCPAY and self.monthly:
            self.errors["often"] = "monthly"
        if provider is Account.BTCPAY and self.receipt:
            self.errors["who"] = "coin"
        if self.receipt and not self.name:
            self.errors["name"] = "name"
        if provider is None:
            self.errors["provider"] = "none"
        if self.errors or provider is None or cents is None:
            return None
        purpose = Account.GIFTS_FOR_CALLS if self.for_calls else Account.GIFTS
        return Choice(provider, currency, cents, self.monthly, purpose, self._person())

    def _person(self) -> Person | None:
        if not self.receipt:
            return None
        return Person(self.name, self.address, self.email, get_language() or "en")
