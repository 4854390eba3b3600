"""What is said at each place of a call."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tuidang.phone.call_values import At, Call, Org, Storing, Withdraw

Sounds = tuple[str, ...]

GROUP = 4  # digits that are read in one breath, at most
PIECES = 10  # of one receipt's reading: whose it is, four groups, "once more", four groups


def prompts(*names: str) -> Sounds:
    """Give the sounds of prompts."""
    return tuple(f"prompt/{name}" for name in names)


def digits(text: str) -> Sounds:
    """Give the sounds of digits, one by one."""
    return tuple(f"digit/{digit}" for digit in text)


def _breaths(text: str) -> tuple[Sounds, ...]:
    count = -(-len(text) // GROUP)
    cuts = [len(text) * number // count for number in range(count + 1)]
    return tuple(digits(text[begin:end]) for begin, end in pairwise(cuts))


def _message(call: Call) -> Sounds:
    """Say `who` before the first, then the message."""
    who = prompts("who") if call.message == 0 else ()
    return (*who, call.script.messages[call.message])


def _menu(call: Call) -> Sounds:
    """Say `menu`, `menu-more` if any, `menu-listened`, `menu-leave`, `-person`, `-never`, `-none`.

    That a telephone can be listened to is said before key 9 is offered: afterwards it is too late to choose.
    """
    more = ("menu-more",) if call.message + 1 < len(call.script.messages) else ()
    keys = ("menu-listened", "menu-leave", "menu-person", "menu-never", "menu-none")
    return prompts("menu", *more, *keys)


def _closing(call: Call) -> Sounds:
    """Say `too-long`, `unsure` if a statement is not known to be stored, `goodbye`."""
    return prompts("too-long", *(("unsure",) if awaits(call, Withdraw) else ()), "goodbye")


def _orgs(call: Call) -> Sounds:
    """Say `warning` before the first person until it was heard, and `orgs`; for others `orgs-next`."""
    if call.people or call.withdrawn:
        return prompts("orgs-next")
    return prompts("orgs") if call.heard else prompts("warning", "orgs")


def _chosen(call: Call) -> Sounds:
    """Say the organisation chosen last."""
    return prompts(call.orgs[-1])


def _alias(call: Call) -> Sounds:
    """Say `leaving`, the organisations, `alias`, the name, `alias-keys`; for another name `alias-another`."""
    name = f"alias/{call.script.aliases[call.alias]}"
    if call.proposed > 1:
        return (*prompts("alias-another"), name, *prompts("alias-keys"))
    return (*prompts("leaving"), *_names(call.orgs), *prompts("alias"), name, *prompts("alias-keys"))


def _read_back(call: Call) -> Sounds:
    """Say `read-back` or `read-back-many` before the first; name, `leaves`, organisations."""
    many = len(call.people) > 1
    opening = prompts("read-back-many" if many else "read-back") if call.person == 0 else ()
    alias, orgs = call.people[call.person]
    return (*opening, f"alias/{alias}", *prompts("leaves"), *_names(orgs))


def _confirm(call: Call) -> Sounds:
    """Say `region`, the province, `region-keys`, if there is one; `confirm`."""
    region = (*prompts("region"), f"province/{call.region}", *prompts("region-keys")) if call.region else ()
    return (*region, *prompts("confirm"))


def _unfinished(call: Call) -> Sounds:
    """Say `unfinished`, or `unfinished-rest` if somebody was stored before; `goodbye`."""
    return prompts("unfinished-rest" if call.withdrawn else "unfinished", "goodbye")


def _receipt(call: Call) -> Sounds:
    """Say whose it is, `receipt`; four digits a time; `receipt-again`; four digits a time."""
    number, piece = divmod(call.piece, PIECES)
    alias, receipt = call.receipts[number]
    if piece == 0:
        return (f"alias/{alias}", *prompts("receipt"))
    if piece == PIECES // 2:
        return prompts("receipt-again")
    group = piece % (PIECES // 2) - 1
    return digits(receipt[group * GROUP : (group + 1) * GROUP])


def _person(call: Call) -> Sounds:
    """Say `person`, `person-call-back` and `person-pin` where there are, `person-back`."""
    offers = (("person-call-back", call.script.call_back), ("person-pin", offers_pin(call)))
    return prompts("person", *(name for name, offered in offers if offered), "person-back")


def _pin(call: Call) -> Sounds:
    """Say `pin`; the PIN, `pin-call`, our number; `pin-again`; all that again; `pin-how`; a breath a time."""
    return pin_pieces(call)[call.pin_piece]


def pin_pieces(call: Call) -> tuple[Sounds, ...]:
    """Give what is said to somebody who will call us, breath by breath."""
    once = (*_breaths(call.pin), prompts("pin-call"), *_breaths(call.script.hotline))
    return (prompts("pin"), *once, prompts("pin-again"), *once, prompts("pin-how"))


def awaits(call: Call, what: type[Storing]) -> bool:
    """Tell whether something of this kind was commanded and is not known to be stored."""
    return any(isinstance(command, what) for command in call.pending)


def offers_pin(call: Call) -> bool:
    """Tell whether a PIN can be offered: it helps only somebody who knows where to call."""
    return call.script.pin and call.script.hotline.isdigit()


def _names(orgs: tuple[Org, ...]) -> Sounds:
    return prompts(*orgs)


def _plain(*names: str) -> Callable[[Call], Sounds]:
    def say(_: Call) -> Sounds:
        return prompts(*names)

    say.__doc__ = f"Say {', '.join(f'`{name}`' for name in names)}."
    return say


SAYS: dict[At, Callable[[Call], Sounds]] = {
    At.MESSAGE: _message,
    At.NO_MORE: _plain("no-more"),
    At.MENU: _menu,
    At.GOODBYE: _plain("goodbye"),
    At.CLOSING: _closing,
    At.ORGS: _orgs,
    At.CHOSEN: _chosen,
    At.ALIAS: _alias,
    At.MORE: _plain("more"),
    At.FULL: _plain("full"),
    At.READ_BACK: _read_back,
    At.CONFIRM: _confirm,
    At.STORING_LATE: _plain("late"),
    At.STORING_UNSURE: _plain("unsure", "goodbye"),
    At.STORED: _plain("stored"),
    At.RECEIPT: _receipt,
    At.RECEIPTS_END: _plain("receipts-end"),
    At.UNFINISHED: _unfinished,
    At.PERSON: _person,
    At.NOBODY: _plain("nobody"),
    At.HOURS: _plain("hours"),
    At.CALL_BACK_LATE: _plain("late"),
    At.CALL_BACK_DONE: _plain("call-back-done"),
    At.CALL_BACK_UNSURE: _plain("call-back-unsure"),
    At.PIN_LATE: _plain("late"),
    At.PIN_READ: _pin,
    At.PIN_UNSURE: _plain("pin-unsure"),
    At.NEVER_SURE: _plain("never-sure"),
    At.NEVER_LATE: _plain("late"),
    At.NEVER_DONE: _plain("never-done"),
    At.NEVER_UNSURE: _plain("never-unsure"),
}


def says(call: Call) -> Sounds:
    """Give the sounds with which a call arrives where it stands; none where it only waits."""
    speak = SAYS.get(call.at)
    return speak(call) if speak else ()
