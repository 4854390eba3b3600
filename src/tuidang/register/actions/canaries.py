"""Rounds of canaries: one auditor asks, another grants, and the worker takes them out of the count."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from django.db import transaction

from tuidang.base.audit import Act, write_audit
from tuidang.base.clock import CHINA
from tuidang.privacy.calls import withdrawal_key
from tuidang.privacy.receipts import is_wellformed
from tuidang.register.actions.erasure import take_out_of_count
from tuidang.register.actions.head import only_writer, options
from tuidang.register.actions.intake import receipts_of
from tuidang.register.actions.owner import OwnState, find_statement
from tuidang.register.actions.removal import Consent
from tuidang.register.folder.canaries import Round, write_rounds
from tuidang.register.folder.records import UncountedReason
from tuidang.register.folder.search import Entry, Reader
from tuidang.register.models import CanaryRound
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import call_form

MOST = 500  # canaries of a round
MOST_BYTES = 200_000  # of what an auditor hands in


class RoundFault(Enum):
    """What is wrong with a round that is handed in."""

    TOO_LONG = auto()
    UNREADABLE = auto()
    IMPOSSIBLE = auto()  # days or numbers
    TOO_MANY = auto()
    UNEVEN = auto()  # a canary twice, or not as many as it says were found
    ASKED_ALREADY = auto()
    NOT_OWN = auto()  # a receipt does not lead to its statement


class RoundRefused(ValueError):  # noqa: N818  an answer, for whoever handed it in
    """A round cannot be asked for."""

    def __init__(self, fault: RoundFault) -> None:
        """Say what is wrong with it."""
        super().__init__(fault.name)
        self.fault = fault


@dataclass(frozen=True)
class Auditor:
    """Who acts: the account's key, and the pseudonym that the audit chain has."""

    key: str
    pseudonym: str


@dataclass(frozen=True)
class _Found:
    """A canary in the register; `is_proved`: it is the auditor's, whoever heard its receipt."""

    leaf: int
    is_proved: bool


def ask_round(handed_in: str, auditor: Auditor, now: datetime) -> int:
    """Ask that the canaries of a round be taken out of the count; give how many were found.

    `handed_in`: what `tuidang canary close` wrote. Each canary is shown to be the auditor's own by its
    receipt, which is not kept: nobody can have somebody else's statement taken out. A receipt that was read
    aloud a carrier has too; so what it leads to stays in the count, unless whoever hands it in has the call's
    own key as well. Raises RoundRefused.
    """
    today = now.astimezone(CHINA).date()
    read = _read(handed_in, today)
    found = [_own(canary) for canary in _list(read, "canaries")]
    if len({one.leaf for one in found}) < len(found) or len(found) != sum(read["found"].values()):
        raise RoundRefused(RoundFault.UNEVEN)
    leaves = sorted(one.leaf for one in found if one.is_proved)
    heard = sorted(one.leaf for one in found if not one.is_proved)
    with transaction.atomic():
        if _is_reported({*leaves, *heard}):
            raise RoundRefused(RoundFault.ASKED_ALREADY)
        CanaryRound.objects.create(
            state=CanaryRound.State.ASKED,
            day=today,
            asked_by=auditor.key,
            first=date.fromisoformat(read["first"]),
            last=date.fromisoformat(read["last"]),
            sent=read["sent"],
            found=read["found"],
            leaves=leaves,
            heard=heard,
        )
        write_audit(auditor.pseudonym, Act.CANARY, f"ask {leaves}", now)
    return len(found)


def grant_round(key: int, auditor: Auditor, now: datetime) -> Consent:
    """Grant a round that another auditor has asked for; the next run takes its canaries out of the count."""
    with transaction.atomic():
        row = _asked(key)
        if row is None:
            return Consent.NOT_ASKED
        if row.asked_by == auditor.key:
            return Consent.SAME_PERSON
        row.state, row.granted_by = CanaryRound.State.GRANTED, auditor.key
        row.day = now.astimezone(CHINA).date()
        row.save()
        write_audit(auditor.pseudonym, Act.CANARY, f"grant {row.leaves}", now)
    return Consent.DONE


def refuse_round(key: int, auditor: Auditor, now: datetime) -> Consent:
    """Refuse a round, or take one's own back; its canaries go on counting, and it may be asked for again."""
    with transaction.atomic():
        row = _asked(key)
        if row is None:
            return Consent.NOT_ASKED
        write_audit(auditor.pseudonym, Act.CANARY, f"refuse {row.leaves}", now)
        row.delete()
    return Consent.DONE


def asked_rounds() -> list[CanaryRound]:
    """List the rounds that wait for a second auditor, or for the next publication, oldest first."""
    return list(CanaryRound.objects.exclude(state=CanaryRound.State.DONE).order_by("day", "id"))


def done_rounds() -> list[CanaryRound]:
    """List the rounds that are in the folder, oldest first."""
    return list(CanaryRound.objects.filter(state=CanaryRound.State.DONE).order_by("last", "first", "id"))


def take_out_canaries(today: date) -> int:
    """Take the canaries of granted rounds out of the count, and show the rounds; give how many these were.

    Raises as `take_out_of_count` does.
    """
    granted = list(CanaryRound.objects.filter(state=CanaryRound.State.GRANTED))
    leaves = {leaf for row in granted for leaf in row.leaves}
    if leaves:
        # A crash after this line leaves rounds that are granted still; done again, nothing counts any more.
        take_out_of_count(dict.fromkeys(leaves, UncountedReason.CANARY))
    for row in granted:
        row.state, row.leaves, row.day = CanaryRound.State.DONE, [], today
        row.save()
    with only_writer():
        # Written in every run, if it is another one: a crash before this line leaves a folder without them.
        rounds = [Round(str(row.first), str(row.last), row.sent, row.found) for row in done_rounds()]
        if rounds:
            write_rounds(options().log, rounds)
    return len(leaves)


def _is_reported(leaves: Collection[int]) -> bool:
    """Tell whether one of them is in a round already: reported twice, it would count as two that arrived."""
    reader = Reader(options().log)
    if any(isinstance(entry := reader.by_leaf(leaf), Entry) and not entry.counted for leaf in leaves):
        return True
    rounds = CanaryRound.objects.select_for_update()
    return any(not {*row.leaves, *row.heard}.isdisjoint(leaves) for row in rounds)


def _asked(key: int) -> CanaryRound | None:
    asked = CanaryRound.objects.select_for_update().filter(id=key, state=CanaryRound.State.ASKED)
    return asked.first()


def _read(handed_in: str, today: date) -> Mapping[str, Any]:
    if len(handed_in) > MOST_BYTES:
        raise RoundRefused(RoundFault.TOO_LONG)
    try:
        read = json.loads(handed_in)
        first, last = date.fromisoformat(read["first"]), date.fromisoformat(read["last"])
        sent, found = _counts(read["sent"]), _counts(read["found"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RoundRefused(RoundFault.UNREADABLE) from error
    if (
        not first <= last <= today
        or not sent
        or any(n > sent.get(channel, 0) for channel, n in found.items())
    ):
        raise RoundRefused(RoundFault.IMPOSSIBLE)
    if len(_list(read, "canaries")) > MOST or sum(sent.values()) > 100 * MOST:
        raise RoundRefused(RoundFault.TOO_MANY)
    return {**read, "sent": sent, "found": found}


def _counts(read: Any) -> dict[str, int]:
    counts = {Channel(channel).value: count for channel, count in read.items()}
    if any(type(count) is not int or count < 0 for count in counts.values()):
        raise ValueError("a number of canaries is a whole one")
    return counts


def _list(read: Mapping[str, Any], name: str) -> list[Any]:
    found = read.get(name)
    return found if isinstance(found, list) else []


def _own(canary: Any) -> _Found:
    """Give the leaf of a canary, if its receipt and name lead there."""
    try:
        receipt, name, leaf = str(canary["receipt"]), str(canary["name"]), canary["leaf"]
    except (KeyError, TypeError) as error:
        raise RoundRefused(RoundFault.UNREADABLE) from error
    found = find_statement(receipt, name)
    if found is None or found.leaf != leaf or found.state not in {OwnState.PUBLISHED, OwnState.ERASED}:
        raise RoundRefused(RoundFault.NOT_OWN)
    return _Found(int(leaf), not found.only_shows or _has_call(canary, receipt, name))


def _has_call(canary: Mapping[str, Any], receipt: str, name: str) -> bool:
    """Tell whether a receipt is that of a call whose key was handed in too; nobody who listened has it."""
    try:
        call, orgs, region = bytes.fromhex(canary["call"]), tuple(canary["orgs"]), str(canary["region"])
        made = receipts_of(call_form([(name, orgs)], region), withdrawal_key(call, 0))
    except (KeyError, TypeError, ValueError):
        return False
    return any(is_wellformed(receipt) == digits for (digits,) in made)
