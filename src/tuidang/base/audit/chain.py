"""The bytes of the audit chain: what an entry says, how it is hashed, and where a chain is broken. Pure.

An entry's hash is SHA-256("tuidang/audit/v1" LF, JSON), where JSON is the canonical form (RFC 8785) of

    {"act":"open","hour":"2026-11-28T09:00Z","ordinal":0,"previous":"<hex>","thing":"<hex>","who":"linden"}

`previous` is the hash of the entry before, and 32 zero bytes for the first. `thing` is the HMAC-SHA256,
under a key that lies in the folder of keys, of what the act was done to; its text and its name are nowhere.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

CONTEXT = b"tuidang/audit/v1\n"
THING = b"tuidang/audit/thing/v1\n"
NOTHING = bytes(32)  # what the first entry follows
AT_SHELL = "(shell)"  # who acts by the commands, on the machine itself; no pseudonym has brackets


class Act(StrEnum):
    """What somebody did; add to it what is missing, and rename nothing: the words are hashed."""

    OPEN = "open"  # saw a held statement
    ACCEPT = "accept"
    MASK = "mask"
    REJECT = "reject"
    UNDO = "undo"
    ASK_ERASURE = "ask-erasure"
    CONSENT_ERASURE = "consent-erasure"
    REFUSE_ERASURE = "refuse-erasure"
    REFUSE_HIDE = "refuse-hide"
    INVITE = "invite"
    JOIN = "join"  # took up an invitation
    ROLES = "roles"
    DISABLE = "disable"
    ENABLE = "enable"
    RECOVER = "recover"  # a new invitation for an account that is there
    SIGN_IN_WAY = "sign-in-way"  # added or removed a passkey, a password, an authenticator, recovery codes
    END_SESSIONS = "end-sessions"
    ASK_CONSENT = "ask-consent"
    GRANT_CONSENT = "grant-consent"
    REFUSE_CONSENT = "refuse-consent"
    USE_CONSENT = "use-consent"
    EXPORT = "export"
    LOAD_LIST = "load-list"  # of people to be called one by one
    START_CAMPAIGN = "start-campaign"
    STOP_CAMPAIGN = "stop-campaign"
    CHANGE_CAMPAIGN = "change-campaign"
    UNMARK_CALLER = "unmark-caller"
    GIVE_SHIFT = "give-shift"  # an offered one, to somebody who had agreed
    CHANGE_SOURCE = "change-source"  # a published number or address
    CHANGE_MIRRORS = "change-mirrors"  # a set of mirrors, or which mirror is in which
    RENEW_CANARY = "renew-canary"  # of a set of mirrors
    CHANGE_TOOL = "change-tool"  # of the page of circumvention tools
    CHANGE_SITE = "change-site"  # where volunteers stand: its plan, teams, codes, stock
    TAKE_ENTRIES = "take-entries"  # sealed ones, out of a file that a phone of a site handed over
    MAKE_PRINT = "make-print"  # a poster or card
    ENTER_MONEY = "enter-money"  # a gift, a cost, cheques that were paid in, what there was
    REFUND_GIFT = "refund-gift"
    VOID_MONEY = "void-money"  # said that an entry was a mistake
    MATCH_BANK = "match-bank"  # settled a line of the bank's
    OPEN_DONOR = "open-donor"  # saw who gave something
    CHANGE_DONOR = "change-donor"
    FORGET_DONOR = "forget-donor"
    WRITE_RECEIPT = "write-receipt"  # or let a number be none
    HAND_RECEIPT = "hand-receipt"  # printed or mailed it, the first time or again
    VOID_RECEIPT = "void-receipt"
    EDIT_TEXT = "edit-text"  # of the library: a heading, a version of a chapter, a phrase
    PUBLISH_TEXT = "publish-text"  # at once or at a set time; or let it be read no more
    REVIEW_PHRASE = "review-phrase"  # another editor's, for the other script
    CANARY = "canary"  # sent, found, or taken out of the count


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, as the chain holds it."""

    ordinal: int
    who: str
    act: str
    hour: datetime  # UTC, whole
    thing: bytes
    previous: bytes
    hash: bytes


def next_entry(last: Entry | None, who: str, act: Act, thing: bytes, now: datetime) -> Entry:
    """Make the entry that follows `last`; `thing` is its keyed hash, and of `now` the hour is kept."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    ordinal, previous = (last.ordinal + 1, last.hash) if last else (0, NOTHING)
    entry = Entry(ordinal, who, act, hour, thing, previous, b"")
    return replace(entry, hash=hash_entry(entry))


def hash_entry(entry: Entry) -> bytes:
    """Give the hash of an entry, of whose own hash nothing is asked."""
    fields = {
        "act": str(entry.act),
        "hour": f"{entry.hour.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        "ordinal": entry.ordinal,
        "previous": entry.previous.hex(),
        "thing": entry.thing.hex(),
        "who": entry.who,
    }
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(CONTEXT + text.encode()).digest()


def hash_thing(key: bytes, thing: str) -> bytes:
    """Give the keyed hash under which a thing stands in the chain."""
    return hmac.digest(key, THING + thing.encode(), "sha256")


def find_fault(entries: Iterable[Entry]) -> str:
    """Say where a chain, given from its first entry on, is broken; nothing where it is whole."""
    last: Entry | None = None
    for entry in entries:
        ordinal, previous = (last.ordinal + 1, last.hash) if last else (0, NOTHING)
        if entry.ordinal != ordinal:
            return f"entry {ordinal} is missing"
        if entry.previous != previous:
            return f"entry {ordinal} does not follow the one before it"
        if entry.hash != hash_entry(entry):
            return f"entry {ordinal} was altered"
        last = entry
    return ""
