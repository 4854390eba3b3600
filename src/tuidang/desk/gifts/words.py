"""What the treasurer's screens call accounts, entries, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuidang.giving.actions.receipts import Missing
from tuidang.giving.rules.ledger import Account, Fault, Kind
from tuidang.giving.rules.receipts import Mark, Paper

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

ACCOUNTS: Final[Mapping[Account, _StrPromise]] = {
    Account.BANK: _("At the bank"),
    Account.CHEQUES: _("Cheques in hand"),
    Account.STRIPE: _("At Stripe"),
    Account.BTCPAY: _("At BTCPay"),
    Account.GIFTS: _("Gifts"),
    Account.GIFTS_FOR_CALLS: _("Gifts for calls"),
    Account.CALLS: _("Machine calls"),
    Account.FEES: _("Fees of bank and providers"),
    Account.OTHER: _("Other costs"),
    Account.EXCHANGE: _("Changed into another currency or value"),
    Account.OPENING: _("There when the book began"),
}

KINDS: Final[Mapping[Kind, _StrPromise]] = {
    Kind.GIFT: _("Gift"),
    Kind.COST: _("Cost"),
    Kind.BANKED: _("Cheques paid in"),
    Kind.OPENING: _("Opening balance"),
    Kind.REFUND: _("Refund"),
    Kind.PAYOUT: _("Paid out by a provider"),
    Kind.EXCHANGE: pgettext_lazy("entry", "Changed"),
    Kind.VOID: _("Void"),
}

PAPERS: Final[Mapping[Paper, _StrPromise]] = {
    Paper.GIFT: _("Receipt for a gift"),
    Paper.YEAR: _("Summary of a year"),
    Paper.EXPENSES: _("A volunteer’s expenses"),
    Paper.SKIPPED: _("No receipt"),
}

MARKS: Final[Mapping[Mark, _StrPromise]] = {
    Mark.FIRST: _("handed out"),
    Mark.AGAIN: _("handed out again"),
    Mark.VOID: _("void"),
}

# Why a receipt became void on its own; a treasurer's own reason stands as he wrote it.
REASONS_VOID: Final[Mapping[str, _StrPromise]] = {
    "refund": _("Money was given back."),
    "mistake": _("An entry was a mistake."),
}

FAULTS: Final[Mapping[Fault, _StrPromise]] = {
    Fault.AMOUNT: _("An amount is a number above zero, as in 250 or 1,250.50."),
    Fault.ACCOUNTS: _("Money does not move between these accounts."),
    Fault.ABOUT: _("There is no such entry, or it is none that can be given back."),
    Fault.VOIDED: _("The entry was voided already."),
    Fault.REFUNDED: _("Something was given back of this gift: void the refund first."),
    Fault.TOO_MUCH: _("That is more than is left of the gift."),
    Fault.NEGATIVE: _("There is not so much money: enter first where it came from."),
    Fault.BENEFIT: _("What was given in return needs words and a value, less than the gift."),
}

MISSING: Final[Mapping[Missing, _StrPromise]] = {
    Missing.NO_DONOR: _("Nobody is known to whom it could be written."),
    Missing.NOTHING_LEFT: _("Nothing is left of what it would be for."),
    Missing.HAS_ONE: _("There is one already: make that void first."),
}

UNREADABLE: Final[Mapping[str, _StrPromise]] = {
    "heading": _(
        "No line names a column for the date and one for the amount: copy the file with its heading."
    ),
    "too-long": _("It has more than 2000 lines: copy a part of it."),
    "day": _("The date in line %(line)s cannot be read."),
    "amount": _("The amount in line %(line)s cannot be read."),
}

WAYS: Final = (
    (Account.BANK, _("Bank transfer")),
    (Account.CHEQUES, pgettext_lazy("way of giving", "Cheque")),
)
PURPOSES: Final = ((Account.GIFTS, _("As it is needed")), (Account.GIFTS_FOR_CALLS, _("For calls alone")))
MOVEMENTS: Final = (
    ("banked", _("Cheques paid in")),
    ("calls", _("Cost: machine calls")),
    ("fees", _("Cost: fees of the bank")),
    ("other", _("Cost: anything else")),
    ("coins-sold", _("Coins of BTCPay’s sold, and paid in")),
    ("coins-more", _("Coins of BTCPay’s are worth more than when they were given")),
    ("coins-less", _("Coins of BTCPay’s are worth less than when they were given")),
    ("opening", _("What was at the bank when the book began")),
)
LANGUAGES: Final = (("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文"))

# Why what a provider told, or was asked, waits for a person.
STUCK: Final[Mapping[str, _StrPromise]] = {
    "foreign": _("It did not begin on our page. Use the account for gifts alone; enter what it was by hand."),
    "refused": _("The provider does not know it, or does not do it: look in his own screens."),
    Fault.NEGATIVE: _("The bank would fall below zero: enter first where the money came from."),
    Fault.VOIDED: _("The gift was voided by hand before."),
    Fault.REFUNDED: _("Something was given back of this gift: void the refund first."),
}
