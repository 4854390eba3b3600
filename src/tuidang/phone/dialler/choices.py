"""What a choice on the telephone becomes: from the call machine's command to the database and back."""

from __future__ import annotations

from typing import assert_never

from tuidang.base.clock import china_today
from tuidang.phone.actions.choices import make_pin, store_call_back, withdraw
from tuidang.phone.actions.never import never_call
from tuidang.phone.asterisk.line import Choice
from tuidang.phone.call import (
    CallBackStored,
    Event,
    MakePin,
    NeverStored,
    PinMade,
    StoreCallBack,
    StoreNever,
    Withdraw,
    Withdrawn,
)
from tuidang.phone.dialler.journal import Pending


def pending_of(choice: Choice, call: bytes, number: str, region: str) -> Pending:
    """Write a command of the call to `number` down with all that is needed to carry it out later."""
    match choice:
        case Withdraw(people, where, turn):
            return Pending(call, "withdraw", {"people": people, "region": where, "round": turn})
        case StoreNever():
            return Pending(call, "never", {"number": number})
        case StoreCallBack(hours):
            return Pending(call, "call-back", {"number": number, "region": region, "hours": hours})
        case MakePin():
            return Pending(call, "pin", {})
        case _:
            assert_never(choice)


def store(pending: Pending) -> Event:
    """Store a choice in the database, once however often it is asked, and give the call machine's event.

    On whatever day that is: the day of the call may be over, and its keys with it.
    """
    words, today = pending.words, china_today()
    match pending.kind:
        case "withdraw":
            people = tuple((alias, tuple(orgs)) for alias, orgs in words["people"])
            receipts = withdraw(pending.call, people, words["region"], round=words["round"], today=today)
            return Withdrawn(receipts)
        case "never":
            never_call(words["number"])
            return NeverStored()
        case "call-back":
            number, region, hours = words["number"], words["region"], words["hours"]
            language = words.get("language", "")  # a machine's call knows none
            store_call_back(pending.call, number, region, hours, today=today, language=language)
            return CallBackStored()
        case "pin":
            return PinMade(make_pin(pending.call, today=today))
        case _:
            assert_never(pending.kind)
