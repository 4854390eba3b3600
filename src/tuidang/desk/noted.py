"""What reviewers see and decide, each with its entry in the audit chain, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.db import transaction
from django.http import HttpRequest

from tuidang.base.audit import Act as Noted
from tuidang.base.audit import write_audits
from tuidang.base.clock import CHINA
from tuidang.desk.forms import Bulk
from tuidang.register.actions.leases import Leased, give_back, lease_statements
from tuidang.register.actions.review import (
    Act,
    Masking,
    OpenStatement,
    changed_by,
    mask_statements,
    open_statements,
)
from tuidang.volunteers.access import signed_in

NOTED: Final = {
    Act.ACCEPT: Noted.ACCEPT,
    Act.MASK: Noted.MASK,
    Act.REJECT: Noted.REJECT,
    Act.UNDO: Noted.UNDO,
}


@dataclass(frozen=True)
class AtWork:
    """Who is at the desk, and when: the account's key, the pseudonym that the audit chain has."""

    key: str
    pseudonym: str
    now: datetime

    @property
    def today(self) -> date:
        """Give the day in China."""
        return self.now.astimezone(CHINA).date()

    def note(self, act: Noted, things: Iterable[str]) -> None:
        """Write down that he did something. Call it last in the transaction of the act."""
        write_audits(self.pseudonym, act, things, self.now)


def reviewer_of(request: HttpRequest) -> AtWork:
    """Say who asks, and when."""
    volunteer = signed_in(request)
    return AtWork(str(volunteer.pk), volunteer.pseudonym, datetime.now(UTC))


def open_noted(ids: tuple[int, ...], at_work: AtWork) -> tuple[OpenStatement, ...]:
    """Open statements for a reviewer, leaving out what is gone."""
    with transaction.atomic():
        opened = open_statements(ids, at_work.key, at_work.today)
        at_work.note(Noted.OPEN, [_thing(one.id) for one in opened])
    return opened


def open_one(key: int, at_work: AtWork) -> tuple[OpenStatement | None, Leased | None]:
    """Open one statement, and lease it if nobody has decided about it; nothing if another has it in hand."""
    with transaction.atomic():
        leased = lease_statements((key,), 1, at_work.key, at_work.now) if _is_undecided(key) else None
        if leased is not None and not leased.mine:
            return None, leased
        return next(iter(open_noted((key,), at_work)), None), leased


def perform_noted(bulk: Bulk, at_work: AtWork) -> int:
    """Do a move with many statements, give them back, and say how many were changed."""
    with transaction.atomic():
        things = [_thing(key) for key in changed_by(bulk.ids, bulk.move.act)]
        changed = bulk.perform(at_work.key, at_work.today)
        give_back(at_work.key, bulk.ids)
        at_work.note(NOTED[bulk.move.act], things)
    return changed


def mask_noted(key: int, masking: Masking, at_work: AtWork) -> int:
    """Mask one statement and accept it; give 1, or 0 when somebody else decided about it."""
    with transaction.atomic():
        changed = mask_statements((key,), masking, at_work.key, at_work.today)
        give_back(at_work.key, (key,))
        at_work.note(Noted.MASK, [_thing(key)] * changed)
    return changed


def _is_undecided(key: int) -> bool:
    return bool(changed_by((key,), Act.ACCEPT))


def _thing(key: int) -> str:
    """Name a waiting statement as the house does: by the random key of its row."""
    return f"waiting {key}"
