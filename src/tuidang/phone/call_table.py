"""The table of a call: at a place, on an event, if a condition holds, what is done, and where it goes.

`docs/reference/call-machine.md` shows it to people; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from tuidang.phone import call_acts as act
from tuidang.phone.call_values import At, Hours, Org


@dataclass(frozen=True)
class Place:
    """How it is asked: seconds of silence after the question, how often in all, the longest sound in seconds.

    `strict`: a key without meaning is answered, and the question asked again; else it is passed over.
    """

    silence: float = 0
    times: int = 1
    strict: bool = False
    longest: float = 90


@dataclass(frozen=True)
class Row:
    """One line of the table; among those of a place and an event the first whose condition holds is taken."""

    at: At
    on: str  # a key, or an event in small letters
    to: At
    do: act.Act | None = None
    when: act.Condition | None = None


_QUESTION = Place(silence=7, times=3, strict=True)
_STORING = Place(silence=6)  # so long a silence is borne, before somebody is told that it takes longer
_LATE = Place(silence=5)

PLACES: dict[At, Place] = {
    At.MESSAGE: Place(longest=1830),  # the longest sound there is, and a breath
    At.MENU: Place(silence=7, times=2, strict=True),
    At.ORGS: _QUESTION,
    At.CHOSEN: Place(silence=3),
    At.ALIAS: _QUESTION,
    At.MORE: Place(silence=7, times=2, strict=True),
    At.CONFIRM: _QUESTION,
    At.STORING: _STORING,
    At.STORING_LATE: _LATE,
    At.STORED: Place(silence=12),
    At.RECEIPT: Place(silence=1.5),
    At.RECEIPTS_END: Place(silence=7, times=2, strict=True),
    At.REACHING: _STORING,
    At.PERSON: _QUESTION,
    At.HOURS: _QUESTION,
    At.CALL_BACK: _STORING,
    At.CALL_BACK_LATE: _LATE,
    At.PIN: _STORING,
    At.PIN_LATE: _LATE,
    At.PIN_READ: Place(silence=1.5),
    At.NEVER_SURE: Place(silence=5),
    At.NEVER: _STORING,
    At.NEVER_LATE: _LATE,
}
_PLAIN = Place()


def place(at: At) -> Place:
    """Give how it is asked at a place."""
    return PLACES.get(at, _PLAIN)


def _menu_keys(at: At) -> tuple[Row, ...]:
    """Give the keys that mean the same wherever no question is open."""
    return (
        Row(at, "1", At.MESSAGE, act.next_message, act.more_messages),
        Row(at, "1", At.NO_MORE, act.want_more),
        Row(at, "9", At.ORGS, act.begin_statement, act.room_for_people),
        Row(at, "9", At.FULL, act.want_out),
        Row(at, "8", At.REACHING, act.reach_person, act.may_reach),
        Row(at, "8", At.PERSON, act.want_person, act.can_offer),
        Row(at, "8", At.NOBODY, act.want_person),
        Row(at, "0", At.NEVER_SURE, act.will_return_to_menu),
    )


def _aside(at: At) -> tuple[Row, ...]:
    """Give keys 8 and 0 within a statement: it goes on afterwards."""
    return (
        Row(at, "8", At.REACHING, act.reach_person_and_return, act.may_reach),
        Row(at, "8", At.PERSON, act.want_person_and_return, act.can_offer),
        Row(at, "8", At.NOBODY, act.want_person_and_return),
        Row(at, "0", At.NEVER_SURE, act.will_return),
    )


_ORG_KEYS: tuple[tuple[str, Org], ...] = (("1", "party"), ("2", "league"), ("3", "pioneers"))


def _org_keys(at: At) -> tuple[Row, ...]:
    rows = (Row(at, key, At.CHOSEN, act.choose(org)) for key, org in _ORG_KEYS)
    return (*rows, Row(at, "4", At.ALIAS, act.choose_all))


def _storing(at: At, late: At, unsure: At, on: str, done: At) -> tuple[Row, ...]:
    """Give what happens until something is stored: the truth is told, and it is tried again."""
    return (
        Row(at, on, done),
        Row(at, "failed", late),
        Row(at, "silence", late),
        Row(late, on, done),
        Row(late, "silence", at, act.store_again, act.may_try_again),
        Row(late, "silence", unsure, act.store_again),
        Row(unsure, on, done),
    )


def _nobody(at: At, on: str) -> tuple[Row, ...]:
    """Give what follows when nobody can talk: the truth, and what can be offered."""
    return Row(at, on, At.PERSON, when=act.can_offer), Row(at, on, At.NOBODY)


def _hours_keys() -> tuple[Row, ...]:
    keys: tuple[tuple[str, Hours], ...] = (
        ("1", "morning"),
        ("2", "afternoon"),
        ("3", "evening"),
        ("4", "any"),
    )
    return tuple(Row(At.HOURS, key, At.CALL_BACK, act.store_call_back(hours)) for key, hours in keys)


# Where no question is open, and within a statement that is not finished, or not read out.
OPEN = (At.MESSAGE, At.NO_MORE, At.MENU, At.FULL, At.UNFINISHED, At.GOODBYE)
STATEMENT = (
    *(At.ORGS, At.CHOSEN, At.ALIAS, At.MORE, At.READ_BACK, At.CONFIRM),
    *(At.STORED, At.RECEIPT, At.RECEIPTS_END),
)

TABLE: tuple[Row, ...] = (
    *chain.from_iterable(_menu_keys(at) for at in OPEN),
    *chain.from_iterable(_aside(at) for at in STATEMENT),
    # The message and the menu.
    Row(At.RINGING, "answered", At.MESSAGE),
    Row(At.RINGING, "too long", At.ENDED),
    Row(At.MESSAGE, "played", At.MENU),
    Row(At.NO_MORE, "played", At.MENU),
    Row(At.MENU, "unanswered", At.GOODBYE),
    Row(At.GOODBYE, "played", At.ENDED),
    Row(At.CLOSING, "played", At.ENDED),
    # Key 9.
    *_org_keys(At.ORGS),
    Row(At.ORGS, "9", At.STAY),  # pressed again, out of impatience: the warning goes on
    Row(At.ORGS, "unanswered", At.READ_BACK, act.read_from_first, act.others_are_kept),
    Row(At.ORGS, "unanswered", At.UNFINISHED),
    *(Row(At.CHOSEN, key, At.ALIAS, act.choose_all, act.completes(org)) for key, org in _ORG_KEYS),
    *_org_keys(At.CHOSEN),
    Row(At.CHOSEN, "#", At.ALIAS, act.propose),
    Row(At.CHOSEN, "silence", At.ALIAS, act.propose),
    Row(At.ALIAS, "1", At.MORE, act.keep_person, act.room_for_another),
    Row(At.ALIAS, "1", At.READ_BACK, act.keep_last, act.is_new),
    Row(At.ALIAS, "1", At.READ_BACK, act.keep_person),
    Row(At.ALIAS, "2", At.ALIAS, act.propose_another),
    Row(At.ALIAS, "3", At.ORGS, act.choose_anew),
    Row(At.ALIAS, "unanswered", At.READ_BACK, act.read_from_first, act.others_are_kept),
    Row(At.ALIAS, "unanswered", At.UNFINISHED),
    Row(At.MORE, "1", At.ORGS, act.begin_person),
    Row(At.MORE, "2", At.READ_BACK, act.read_from_first),
    Row(At.MORE, "unanswered", At.READ_BACK, act.read_from_first),
    Row(At.FULL, "played", At.MENU),
    Row(At.READ_BACK, "2", At.ORGS, act.choose_anew),
    Row(At.READ_BACK, "played", At.CONFIRM, when=act.is_last),
    Row(At.READ_BACK, "played", At.READ_BACK, act.read_next),
    Row(At.READ_BACK, "unplayed", At.UNFINISHED),  # nobody confirms what he may not have heard
    Row(At.CONFIRM, "1", At.STORING, act.withdraw),
    Row(At.CONFIRM, "2", At.ORGS, act.choose_anew, act.is_alone),
    Row(At.CONFIRM, "2", At.READ_BACK, act.read_from_first),
    Row(At.CONFIRM, "3", At.CONFIRM, act.drop_region, act.has_region),
    Row(At.CONFIRM, "unanswered", At.UNFINISHED),
    Row(At.UNFINISHED, "played", At.ENDED),
    *_storing(At.STORING, At.STORING_LATE, At.STORING_UNSURE, "withdrawn", At.STORED),
    Row(At.STORING_UNSURE, "played", At.ENDED),
    Row(At.STORED, "1", At.RECEIPT, act.read_receipts),
    Row(At.STORED, "2", At.MENU),
    Row(At.STORED, "unanswered", At.RECEIPT, act.read_receipts),
    Row(At.RECEIPT, "silence", At.RECEIPT, act.read_on, act.more_to_read),
    Row(At.RECEIPT, "silence", At.RECEIPTS_END),
    Row(At.RECEIPT, "1", At.RECEIPT, act.read_this_again),
    Row(At.RECEIPT, "2", At.RECEIPTS_END),
    Row(At.RECEIPTS_END, "1", At.RECEIPT, act.read_receipts, act.may_read_again),
    Row(At.RECEIPTS_END, "2", At.MENU),
    Row(At.RECEIPTS_END, "unanswered", At.GOODBYE),
    # Key 8.
    Row(At.REACHING, "person reached", At.WITH_PERSON),
    *_nobody(At.REACHING, "nobody free"),
    *_nobody(At.REACHING, "silence"),
    *_nobody(At.WITH_PERSON, "nobody free"),
    Row(At.PERSON, "1", At.HOURS, when=act.can_call_back),
    Row(At.PERSON, "2", At.PIN, act.make_pin, act.can_make_pin),
    Row(At.PERSON, "3", At.BACK),
    Row(At.PERSON, "0", At.NEVER_SURE),  # whoever takes it back goes on where he pressed 8
    Row(At.PERSON, "unanswered", At.BACK),
    Row(At.NOBODY, "played", At.BACK),
    *_hours_keys(),
    Row(At.HOURS, "5", At.BACK),
    Row(At.HOURS, "0", At.NEVER_SURE),
    Row(At.HOURS, "unanswered", At.BACK),
    *_storing(At.CALL_BACK, At.CALL_BACK_LATE, At.CALL_BACK_UNSURE, "call-back stored", At.CALL_BACK_DONE),
    Row(At.CALL_BACK_UNSURE, "played", At.BACK),
    Row(At.CALL_BACK_DONE, "played", At.BACK),
    *_storing(At.PIN, At.PIN_LATE, At.PIN_UNSURE, "pin made", At.PIN_READ),
    Row(At.PIN_UNSURE, "played", At.BACK),
    Row(At.PIN_READ, "silence", At.PIN_READ, act.read_pin_on, act.more_of_pin),
    Row(At.PIN_READ, "silence", At.BACK),
    Row(At.PIN_READ, "0", At.NEVER_SURE),
    # Key 0. Whoever wants peace presses once: silence and hanging up confirm it. Who slipped has all others.
    Row(At.NEVER_SURE, "0", At.NEVER, act.store_never),
    Row(At.NEVER_SURE, "other key", At.BACK),
    Row(At.NEVER_SURE, "unanswered", At.NEVER, act.store_never),
    Row(At.NEVER_SURE, "hung up", At.ENDED, act.store_never),
    Row(At.NEVER_SURE, "too long", At.CLOSING, act.store_never),
    *_storing(At.NEVER, At.NEVER_LATE, At.NEVER_UNSURE, "never stored", At.NEVER_DONE),
    Row(At.NEVER_UNSURE, "played", At.ENDED),
    Row(At.NEVER_DONE, "played", At.ENDED),
)

ROWS: dict[tuple[At, str], tuple[Row, ...]] = {
    key: tuple(row for row in TABLE if (row.at, row.on) == key) for key in {(row.at, row.on) for row in TABLE}
}
