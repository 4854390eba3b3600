"""What a reviewer's forms say: which statements, what to do with them, and what to mask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self, assert_never

from django.http import QueryDict

from tuidang.desk.queries import single_ids
from tuidang.desk.rules import find_passages
from tuidang.register.actions.review import (
    BULK,
    Act,
    Masking,
    accept_statements,
    group_ids,
    mask_statements,
    reject_statements,
    undo_decisions,
)
from tuidang.register.rules.screening import Reason, Rejection

BEYOND_ANY_KEY = 2**63  # a database refuses to compare with more


class Move(StrEnum):
    """A button of the desk: what a reviewer wants done with one statement or many."""

    ACCEPT = "accept"
    REJECT = "reject"
    HIDE_NAME = "hide-name"
    HIDE_TEXT = "hide-text"
    UNDO = "undo"

    @property
    def act(self) -> Act:
        """Name the act of the register that this is."""
        match self:
            case Move.ACCEPT:
                return Act.ACCEPT
            case Move.REJECT:
                return Act.REJECT
            case Move.HIDE_NAME | Move.HIDE_TEXT:
                return Act.MASK
            case Move.UNDO:
                return Act.UNDO
            case _:
                assert_never(self)

    @property
    def masking(self) -> Masking:
        """Say what of every chosen statement is hidden."""
        return Masking(name=self is Move.HIDE_NAME, text=self is Move.HIDE_TEXT)


@dataclass(frozen=True)
class Pile:
    """The address of held statements: their reasons, and the pattern's fingerprint ("" for single ones)."""

    reasons: tuple[Reason, ...]
    group: str

    @classmethod
    def read(cls, reasons: str, group: str) -> Self | None:
        """Read an address of the desk; None when it is none."""
        try:
            bytes.fromhex(group)
            return cls(tuple(Reason(code) for code in reasons.split("-")), group)
        except ValueError:
            return None

    @property
    def slug(self) -> str:
        """Write the reasons as the address has them."""
        return "-".join(self.reasons)

    def ids(self, limit: int = BULK) -> tuple[int, ...]:
        """Name what is in it."""
        if self.group:
            return group_ids(self.reasons, self.group, limit)
        return single_ids(self.reasons, limit)


@dataclass(frozen=True)
class Bulk:
    """A move with many statements."""

    move: Move
    ids: tuple[int, ...]
    rejection: Rejection | None

    @classmethod
    def read(cls, data: QueryDict) -> Self | None:
        """Read the form of a list, or of its preview; None when no button of ours was pressed."""
        try:
            move = Move(data.get("move", ""))
            ids = [int(n) for n in (*data.getlist("id"), *data.get("chosen", "").split())]
        except ValueError:
            return None
        # The whole of a pattern, which is one text; single statements are decided by who has read them.
        if data.get("whole") and (pile := Pile.read(data.get("reasons", ""), data.get("group", ""))):
            ids = list(pile.ids()) if pile.group else []
        known = tuple(dict.fromkeys(n for n in ids if 0 <= n < BEYOND_ANY_KEY))
        return cls(move, known[:BULK], read_rejection(data))

    def without(self, ids: Collection[int]) -> Self:
        """Give the same with fewer statements."""
        return replace(self, ids=tuple(key for key in self.ids if key not in ids))

    def perform(self, reviewer: str, today: date) -> int:
        """Do it, and give how many statements were changed."""
        match self.move:
            case Move.ACCEPT:
                return accept_statements(self.ids, reviewer, today)
            case Move.REJECT:
                assert self.rejection is not None, "the view has asked for the reason"
                return reject_statements(self.ids, self.rejection, reviewer, today)
            case Move.HIDE_NAME | Move.HIDE_TEXT:
                return mask_statements(self.ids, self.move.masking, reviewer, today)
            case Move.UNDO:
                return undo_decisions(self.ids, reviewer, today)
            case _:
                assert_never(self.move)


@dataclass(frozen=True)
class MaskForm:
    """What a reviewer wants hidden in one statement, as typed, and what it comes to."""

    passages: str  # one a line
    names: tuple[str, ...]  # ticked among those pointed out
    name: bool
    text: bool
    masking: Masking
    missing: tuple[str, ...]  # passages that do not stand in the text

    @classmethod
    def read(cls, data: QueryDict, text: str) -> Self:
        """Read the form against the text of the statement."""
        names = data.getlist("names")
        spans, missing = find_passages(text, [*data.get("passages", "").splitlines(), *names])
        whole = "text" in data
        masking = Masking(name="name" in data, text=whole, spans=() if whole else spans)
        return cls(data.get("passages", ""), tuple(names), "name" in data, whole, masking, missing)

    @property
    def hides(self) -> bool:
        """Say whether anything would be hidden."""
        return self.masking != Masking()


def read_rejection(data: QueryDict) -> Rejection | None:
    """Read the reason of a rejection; None when none was chosen."""
    code = data.get("rejection", "")
    return next((rejection for rejection in Rejection if rejection == code), None)


def page_of(ids: Sequence[int], number: int, size: int) -> tuple[tuple[int, ...], bool]:
    """Give one page (from 1) of a list, and whether there is a next."""
    start = (number - 1) * size
    return tuple(ids[start : start + size]), len(ids) > start + size
