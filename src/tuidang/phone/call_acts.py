"""The conditions and acts of the call table; the first line of each is what the table in the docs says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tuidang.phone.call_sounds import PIECES, offers_pin, pin_pieces
from tuidang.phone.call_values import (
    ORGS,
    At,
    Call,
    Command,
    Hours,
    MakePin,
    Org,
    ReachPerson,
    StoreCallBack,
    StoreNever,
    Storing,
    Withdraw,
)

MAX_PEOPLE = 20  # in one call
READINGS = 4  # of the receipts, each of two
ATTEMPTS = 5  # at storing the same while the caller waits

Step = tuple[Call, tuple[Command, ...]]
Condition = Callable[[Call], bool]
Act = Callable[[Call], Step]


def more_messages(call: Call) -> bool:
    """There is another message."""
    return call.message + 1 < len(call.script.messages)


def room_for_people(call: Call) -> bool:
    """Fewer than twenty people were spoken for."""
    return call.withdrawn < _most(call)


def room_for_another(call: Call) -> bool:
    """This person is new, and a further one may follow."""
    return is_new(call) and call.withdrawn + len(call.people) + 1 < _most(call)


def may_reach(call: Call) -> bool:
    """Somebody may be there at once."""
    return call.script.persons


def can_offer(call: Call) -> bool:
    """A call-back or a PIN can be offered."""
    return call.script.call_back or offers_pin(call)


def can_call_back(call: Call) -> bool:
    """A call-back can be offered."""
    return call.script.call_back


def can_make_pin(call: Call) -> bool:
    """A PIN can be offered."""
    return offers_pin(call)


def completes(org: Org) -> Condition:
    """Make the condition that this organisation is the third."""

    def condition(call: Call) -> bool:
        return {*call.orgs, org} == set(ORGS)

    condition.__doc__ = "It is the third."
    return condition


def is_new(call: Call) -> bool:
    """This person is new."""
    return call.person == len(call.people)


def others_are_kept(call: Call) -> bool:
    """Somebody's name and choice are kept."""
    return bool(call.people)


def is_last(call: Call) -> bool:
    """It was the last person."""
    return call.person + 1 >= len(call.people)


def is_alone(call: Call) -> bool:
    """There is one person."""
    return len(call.people) == 1


def has_region(call: Call) -> bool:
    """A region would be written."""
    return bool(call.region)


def may_try_again(call: Call) -> bool:
    """It was tried fewer than five times."""
    return call.attempts < ATTEMPTS


def more_to_read(call: Call) -> bool:
    """Not all is read."""
    return call.piece + 1 < len(call.receipts) * PIECES


def more_of_pin(call: Call) -> bool:
    """Not all is read."""
    return call.pin_piece + 1 < len(pin_pieces(call))


def may_read_again(call: Call) -> bool:
    """They were read fewer than four times."""
    return call.readings < READINGS


def want_more(call: Call) -> Step:
    """Note key 1."""
    return _note(call, "1"), ()


def next_message(call: Call) -> Step:
    """Note key 1; take the next message."""
    return replace(_note(call, "1"), message=call.message + 1), ()


def want_out(call: Call) -> Step:
    """Note key 9."""
    return _note(call, "9"), ()


def begin_statement(call: Call) -> Step:
    """Note key 9; begin with the first person."""
    return replace(_note(call, "9"), people=(), orgs=(), person=0, region=call.script.region), ()


def want_person(call: Call) -> Step:
    """Note key 8."""
    return replace(_note(call, "8"), back=At.MENU), ()


def want_person_and_return(call: Call) -> Step:
    """Note key 8, and where to go on."""
    return replace(_note(call, "8"), back=call.at), ()


def reach_person(call: Call) -> Step:
    """Note key 8; command ReachPerson."""
    return want_person(call)[0], (ReachPerson(),)


def reach_person_and_return(call: Call) -> Step:
    """Note key 8, and where to go on; command ReachPerson."""
    return want_person_and_return(call)[0], (ReachPerson(),)


def will_return(call: Call) -> Step:
    """Note where to go on."""
    return replace(call, back=call.at), ()


def will_return_to_menu(call: Call) -> Step:
    """Go on in the menu afterwards."""
    return replace(call, back=At.MENU), ()


def begin_person(call: Call) -> Step:
    """Begin with a further person."""
    return replace(call, person=len(call.people), orgs=()), ()


def choose_anew(call: Call) -> Step:
    """Forget this person's choice."""
    return replace(call, orgs=()), ()


def choose(org: Org) -> Act:
    """Make the act that notes an organisation."""

    def act(call: Call) -> Step:
        others = tuple(chosen for chosen in call.orgs if chosen != org)
        return replace(call, orgs=(*others, org)), ()

    act.__doc__ = f"Note {org}."
    return act


def choose_all(call: Call) -> Step:
    """Note all three; propose a name."""
    return propose(replace(call, orgs=ORGS))


def propose(call: Call) -> Step:
    """Propose a name."""
    orgs = tuple(org for org in ORGS if org in call.orgs)
    return replace(call, orgs=orgs, alias=_free_alias(call, call.alias), proposed=1), ()


def propose_another(call: Call) -> Step:
    """Propose the next name that nobody in this call has; after the last the first again."""
    return replace(call, alias=_free_alias(call, call.alias + 1), proposed=call.proposed + 1), ()


def keep_person(call: Call) -> Step:
    """Keep name and choice."""
    entry = (call.script.aliases[call.alias], call.orgs)
    return replace(call, people=(*call.people[: call.person], entry, *call.people[call.person + 1 :])), ()


def keep_last(call: Call) -> Step:
    """Keep name and choice; begin to read with the first person."""
    return replace(keep_person(call)[0], person=0), ()


def read_from_first(call: Call) -> Step:
    """Begin with the first person."""
    return replace(call, person=0), ()


def read_next(call: Call) -> Step:
    """Go on to the next person."""
    return replace(call, person=call.person + 1), ()


def drop_region(call: Call) -> Step:
    """Write no region."""
    return replace(call, region=""), ()


def withdraw(call: Call) -> Step:
    """Command Withdraw."""
    return _store(call, Withdraw(call.people, call.region, call.round))


def store_never(call: Call) -> Step:
    """Note key 0; command StoreNever."""
    return _store(_note(call, "0"), StoreNever())


def store_call_back(hours: Hours) -> Act:
    """Make the act that commands a call-back."""

    def act(call: Call) -> Step:
        return _store(call, StoreCallBack(hours))

    act.__doc__ = f"Command StoreCallBack, {hours}."
    return act


def make_pin(call: Call) -> Step:
    """Command MakePin."""
    return _store(replace(call, pin_piece=0), MakePin())


def store_again(call: Call) -> Step:
    """Command the same again."""
    return replace(call, attempts=call.attempts + 1, overdue=False), call.pending


def read_receipts(call: Call) -> Step:
    """Begin with the first receipt."""
    return replace(call, piece=0, readings=call.readings + 1), ()


def read_on(call: Call) -> Step:
    """Take what comes next: the name, or four digits."""
    return replace(call, piece=call.piece + 1), ()


def read_pin_on(call: Call) -> Step:
    """Take what comes next."""
    return replace(call, pin_piece=call.pin_piece + 1), ()


def read_this_again(call: Call) -> Step:
    """Go back to the beginning of this receipt."""
    return replace(call, piece=call.piece - call.piece % PIECES), ()


def _note(call: Call, key: str) -> Call:
    return call if key in call.keys else replace(call, keys=call.keys + key)


def _most(call: Call) -> int:
    return min(MAX_PEOPLE, len(call.script.aliases))


def _free_alias(call: Call, first: int) -> int:
    aliases = call.script.aliases
    others = {alias for row, (alias, _) in enumerate(call.people) if row != call.person}
    numbers = (number % len(aliases) for number in range(first, first + len(aliases)))
    return next(number for number in numbers if aliases[number] not in others | set(call.taken))


def _store(call: Call, command: Storing) -> Step:
    others = tuple(other for other in call.pending if type(other) is not type(command))
    return replace(call, pending=(*others, command), attempts=1), (command,)
