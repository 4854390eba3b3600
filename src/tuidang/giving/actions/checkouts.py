"""Gifts that somebody begins on our page and goes on with at a provider; ending those that come monthly."""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Final

from tuidang.giving.actions.donors import Person, add_donor, search_donors
from tuidang.giving.actions.writer import donors_key, one_writer, open_text, seal_text
from tuidang.giving.models import Checkout, Order
from tuidang.giving.rules.checkouts import Begun, Seen, Standing, Wish, later_of
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency

FORGOTTEN_AFTER: Final = timedelta(days=40)
_PROOF_BYTES: Final = 10


@dataclass(frozen=True)
class Kept:
    """What is kept of a gift that was begun, sealed."""

    purpose: str
    language: str
    name: str = ""  # of who wants receipts, until the first gift has come
    address: str = ""
    email: str = ""
    reference: str = ""  # the provider's names of it
    subscription: str = ""

    @property
    def person(self) -> Person | None:
        """Give who wants receipts and is no donor yet."""
        return Person(self.name, self.address, self.email, self.language) if self.name else None


@dataclass(frozen=True)
class Choice:
    """What somebody chose on our page."""

    provider: Account
    currency: Currency
    cents: int
    monthly: bool
    purpose: Account
    person: Person | None  # None: nobody is named


def begin_checkout(
    choice: Choice,
    language: str,
    today: date,
    addresses: Callable[[uuid.UUID], tuple[str, str]],
    begin: Callable[[Wish], Begun],
) -> str:
    """Note what somebody is about to give, and give the provider's page on which he goes on.

    `addresses` gives where he comes back to, thankful or not. Raises what `begin` does; then nothing is kept.
    """
    key = uuid.uuid4()
    thanks, leave = addresses(key)
    wish = Wish(
        str(key), choice.currency, choice.cents, choice.monthly, choice.purpose, language, thanks, leave
    )
    who = asdict(choice.person) if choice.person else {}
    kept = Kept(choice.purpose, **{"language": language, **who})
    # Asked first, for the network takes its time: a crash here leaves a page that nobody was led to.
    begun = begin(wish)
    Checkout.objects.create(
        pk=key,
        provider=choice.provider,
        day=today,
        currency=choice.currency,
        cents=choice.cents,
        monthly=choice.monthly,
        payload=_seal(replace(kept, reference=begun.reference)),
    )
    return begun.url


def settle_checkout(seen: Seen, *, came: bool) -> tuple[Account, uuid.UUID | None]:
    """Note how a gift stands that began with us; give its purpose, and its donor once something `came`.

    Called within the transaction in which the book has it. Of one that was forgotten the provider has told
    the purpose, and nobody is named.
    """
    purpose = Account.GIFTS_FOR_CALLS if seen.is_for_calls else Account.GIFTS
    row = Checkout.objects.select_for_update().filter(pk=_key(seen.checkout)).first()
    if row is None:
        return purpose, None
    kept = read_kept(row)
    if seen.standing is not None:
        row.standing = later_of(Standing(row.standing), seen.standing)
    if came and row.donor is None and kept.person is not None:
        row.donor = _donor_of(kept.person)
        kept = replace(kept, name="", address="", email="")
    if seen.subscription:
        kept = replace(kept, subscription=seen.subscription)
    row.payload = _seal(kept)
    row.save()
    return Account(kept.purpose), row.donor


def ask_to_end(key: uuid.UUID, today: date) -> bool:
    """Have the provider end a monthly gift, once; False if none began under this name."""
    with one_writer():
        row = Checkout.objects.filter(pk=key, standing__in=[Standing.RUNNING, Standing.ENDED]).first()
        if row is None:
            return False
        if row.standing == Standing.RUNNING:
            Order.objects.get_or_create(checkout=row, defaults={"provider": row.provider, "day": today})
        return True


def forget_checkouts(today: date) -> None:
    """Forget who began to give and did not, and what is done; a monthly gift stays until it has ended."""
    old = Checkout.objects.filter(day__lt=today - FORGOTTEN_AFTER)
    old.exclude(standing=Standing.RUNNING).delete()


def read_kept(row: Checkout) -> Kept:
    """Open what is kept of a gift that was begun."""
    return Kept(**json.loads(open_text(row.payload)))


def proof_of(key: uuid.UUID) -> str:
    """Sign the link by which a monthly gift is ended: the name alone, seen in a history, ends nothing."""
    return hmac.digest(donors_key(), f"end {key}".encode(), "sha256")[:_PROOF_BYTES].hex()


def is_proof(key: uuid.UUID, proof: str) -> bool:
    """Tell whether a link was signed by us."""
    return proof.isascii() and hmac.compare_digest(proof, proof_of(key))


def _donor_of(person: Person) -> uuid.UUID:
    """Give the donor who is in every word the same, or a new one."""
    known = next((key for key, one in search_donors(person.name) if one == person), None)
    return known or add_donor(person)


def _seal(kept: Kept) -> bytes:
    return seal_text(json.dumps(asdict(kept), ensure_ascii=False))


def _key(name: str) -> uuid.UUID:
    """Read our name of a gift; of one that never began with us, a name that nothing has."""
    try:
        return uuid.UUID(name)
    except ValueError:
        return uuid.UUID(int=0)
