"""What the desk reads of the register: held statements in piles, and what is asked about published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings

from tuidang.register.actions.removal import AskedErasure, AskedHide, asked_erasures, hide_requests
from tuidang.register.actions.review import BULK, HeldGroup, group_ids, held_groups
from tuidang.register.folder.search import Entry, Reader
from tuidang.register.rules.screening import Reason

MOST_GROUPS = 5000  # looked at for one screen; what lies beyond comes when these are decided


@dataclass(frozen=True)
class Pile:
    """What is held for the same reasons: patterns (one text, one region, one day), and single statements."""

    reasons: tuple[Reason, ...]
    patterns: tuple[HeldGroup, ...]  # largest first
    singles: int
    first: date
    last: date

    @property
    def count(self) -> int:
        """Give the number of statements."""
        return self.singles + sum(pattern.count for pattern in self.patterns)


def held_piles() -> list[Pile]:
    """Pile up what waits for a reviewer, the largest pile first."""

    def reasons_of(group: HeldGroup) -> tuple[Reason, ...]:
        return group.reasons

    groups = sorted(held_groups(MOST_GROUPS), key=reasons_of)
    piles = [_pile(reasons, list(held)) for reasons, held in groupby(groups, key=reasons_of)]
    return sorted(piles, key=lambda pile: -pile.count)


def single_ids(reasons: Sequence[Reason], limit: int = BULK) -> tuple[int, ...]:
    """Name the held statements of a pile that belong to no pattern: without a text, or alone with it."""
    ids: list[int] = []
    for group in held_groups(MOST_GROUPS):
        if group.reasons == tuple(reasons) and not _is_pattern(group):
            ids += group_ids(reasons, group.group, limit - len(ids))
        if len(ids) == limit:
            break
    return tuple(ids)


@dataclass(frozen=True)
class Asked:
    """What waits for a decision about published statements."""

    hide: tuple[AskedHide, ...]  # somebody asks that a name be hidden
    erasures: tuple[AskedErasure, ...]  # a reviewer or an owner by phone has asked: consent is missing


def asked() -> Asked:
    """List what is asked; a request to hide that has become an erasure stands among the erasures only."""
    erasures = asked_erasures()
    leaves = {erasure.leaf for erasure in erasures}
    return Asked(tuple(one for one in hide_requests() if one.leaf not in leaves), tuple(erasures))


def published_entry(leaf: int) -> Entry | None:
    """Read a published statement from the public folder; None for a notice, or beyond the log."""
    found = Reader(settings.TUIDANG.log).by_leaf(leaf)
    return found if isinstance(found, Entry) else None


def _pile(reasons: tuple[Reason, ...], groups: list[HeldGroup]) -> Pile:
    return Pile(
        reasons=reasons,
        patterns=tuple(group for group in groups if _is_pattern(group)),
        singles=sum(group.count for group in groups if not _is_pattern(group)),
        first=min(group.first for group in groups),
        last=max(group.last for group in groups),
    )


def _is_pattern(group: HeldGroup) -> bool:
    return bool(group.group) and group.count > 1
