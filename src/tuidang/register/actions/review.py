"""Review: a reviewer opens, accepts, masks or rejects what screening holds; undone until publication."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Min

from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.masks import Mark, find_names
from tuidang.privacy.sealing import open_sealed, seal
from tuidang.register.actions.intake import receipt_keys
from tuidang.register.models import Decision, Waiting
from tuidang.register.queries import name_table
from tuidang.register.rules.content import HIDDEN_NAME, Content, decode_content, encode_content
from tuidang.register.rules.screening import Reason, Rejection

BULK = 1000  # statements decided at once
OMITTED = "〔…〕"
_OBJECT = b"tuidang/decision/v1\n"


class Act(StrEnum):
    """What a reviewer does to a statement, or to a published record."""

    OPEN = "open"
    ACCEPT = "accept"
    MASK = "mask"
    REJECT = "reject"
    UNDO = "undo"
    ASK_ERASURE = "ask_erasure"
    CONSENT_ERASURE = "consent_erasure"
    REFUSE_ERASURE = "refuse_erasure"
    REFUSE_HIDE = "refuse_hide"


@dataclass(frozen=True)
class HeldGroup:
    """Held statements with the same reasons, and with the same text, day and region if they have a text."""

    reasons: tuple[Reason, ...]
    group: str  # hexadecimal; "" for those without a text
    count: int
    first: date
    last: date


@dataclass(frozen=True)
class OpenStatement:
    """A held or decided statement as a reviewer sees it: what would be public, and nothing more."""

    id: int
    day: date
    state: Waiting.State
    decided: bool
    reasons: tuple[Reason, ...]
    rejection: Rejection | None
    content: Content
    names: tuple[Mark, ...]  # what looks like other people's names in the text


@dataclass(frozen=True)
class Masking:
    """What to hide before a statement is accepted; spans are places in the text, for one statement only."""

    name: bool = False
    text: bool = False
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class BulkPreview:
    """What an act would do to the chosen statements."""

    changed: int
    unchanged: int  # in a state that the act does not change
    gone: int  # published, or withdrawn by their owner


def held_groups(limit: int = 200) -> list[HeldGroup]:
    """List what waits for a reviewer, the largest groups first."""
    rows = (
        Waiting.objects.filter(state=Waiting.State.HELD)
        .values("reasons", "group")
        .annotate(count=Count("pk"), first=Min("day"), last=Max("day"))
        .order_by("-count", "reasons", "group")[:limit]
    )
    return [
        HeldGroup(
            _reasons(row["reasons"]), bytes(row["group"]).hex(), row["count"], row["first"], row["last"]
        )
        for row in rows
    ]


def group_ids(reasons: Sequence[Reason], group: str, limit: int = BULK) -> tuple[int, ...]:
    """Name the held statements of a group, in the random order of their keys."""
    held = Waiting.objects.filter(
        state=Waiting.State.HELD, reasons=" ".join(reasons), group=bytes.fromhex(group)
    )
    return tuple(held.order_by("pk").values_list("pk", flat=True)[:limit])


def decided_ids(limit: int = BULK) -> tuple[int, ...]:
    """Name what was decided and is not published yet: it can be undone."""
    return tuple(Waiting.objects.filter(decided=True).order_by("pk").values_list("pk", flat=True)[:limit])


def open_statements(ids: Sequence[int], reviewer: str, today: date) -> tuple[OpenStatement, ...]:
    """Open held or decided statements for a reviewer, leaving out what is gone, and note that he saw them."""
    with transaction.atomic():
        rows = [row for row in _rows(ids) if row.state == Waiting.State.HELD or row.decided]
        _note(rows, Act.OPEN, reviewer, today)
    return tuple(
        OpenStatement(
            id=row.pk,
            day=row.day,
            state=Waiting.State(row.state),
            decided=row.decided,
            reasons=_reasons(row.reasons),
            rejection=Rejection(row.rejection) if row.rejection else None,
            content=(content := _open(row)),
            names=find_names(content.text, name_table()),
        )
        for row in rows
    )


def preview_act(ids: Sequence[int], act: Act) -> BulkPreview:
    """Say what accept, mask, reject or undo would do, without doing it."""
    rows = _rows(ids)
    changed = sum(_applies(act, row) for row in rows)
    return BulkPreview(changed, len(rows) - changed, len(set(ids)) - len(rows))


def changed_by(ids: Sequence[int], act: Act) -> tuple[int, ...]:
    """Name those of the statements that an act would change; nobody else changes them in this transaction."""
    return tuple(row.pk for row in _rows(ids, lock=True) if _applies(act, row))


def accept_statements(ids: Sequence[int], reviewer: str, today: date) -> int:
    """Let held statements into the pool; give how many these were."""

    def accept(row: Waiting) -> None:
        row.state, row.decided = Waiting.State.ACCEPTED, True

    return _decide(ids, Act.ACCEPT, accept, reviewer, today)


def mask_statements(ids: Sequence[int], masking: Masking, reviewer: str, today: date) -> int:
    """Hide what `masking` says and let the statements into the pool; give how many these were.

    Raises ValueError for spans that are not places in the text, or are given for several statements.
    """
    if masking.spans and len(set(ids)) > 1:
        raise ValueError("places in a text can be masked in one statement at a time")

    def mask(row: Waiting) -> None:
        key = KeyFolder(settings.TUIDANG.keys).day_key(row.day)
        masked = masked_content(decode_content(open_sealed(key, bytes(row.payload))), masking)
        row.undo, row.payload = row.payload, seal(key, encode_content(masked))
        row.state, row.decided = Waiting.State.ACCEPTED, True

    return _decide(ids, Act.MASK, mask, reviewer, today)


def reject_statements(ids: Sequence[int], rejection: Rejection, reviewer: str, today: date) -> int:
    """Reject held statements; the next publication makes it final. Give how many these were."""

    def reject(row: Waiting) -> None:
        row.state, row.decided, row.rejection = Waiting.State.REJECTED, True, rejection

    return _decide(ids, Act.REJECT, reject, reviewer, today)


def undo_decisions(ids: Sequence[int], reviewer: str, today: date) -> int:
    """Let decided statements be held again as they were; give how many were not yet published."""

    def undo(row: Waiting) -> None:
        row.state, row.decided, row.rejection = Waiting.State.HELD, False, ""
        row.payload, row.undo = row.undo or row.payload, b""

    return _decide(ids, Act.UNDO, undo, reviewer, today)


def masked_content(content: Content, masking: Masking) -> Content:
    """Give the content with what `masking` says hidden; raises ValueError for spans that cannot be."""
    text = "" if masking.text else content.text
    free = len(text)  # of other spans, from the end
    for start, end in sorted(masking.spans, reverse=True):
        if not 0 <= start < end <= free:
            raise ValueError("a place to mask lies in the text, and outside of other such places")
        text, free = text[:start] + OMITTED + text[end:], start
    return replace(content, text=text, name=HIDDEN_NAME if masking.name else content.name)


def note_act(objects: Iterable[bytes], act: Act, reviewer: str, today: date) -> None:
    """Write down who did what to which objects on a day, without what they say."""
    _, lookup_keys = receipt_keys()
    secret = lookup_keys.newest.secret
    Decision.objects.bulk_create(
        Decision(reviewer=reviewer, act=act, day=today, object=hmac.digest(secret, _OBJECT + named, "sha256"))
        for named in objects
    )


def _decide(
    ids: Sequence[int], act: Act, change: Callable[[Waiting], None], reviewer: str, today: date
) -> int:
    with transaction.atomic():
        rows = [row for row in _rows(ids, lock=True) if _applies(act, row)]
        for row in rows:
            change(row)
        Waiting.objects.bulk_update(
            rows, ["state", "decided", "rejection", "payload", "undo"], batch_size=100
        )
        _note(rows, act, reviewer, today)
    # A crash before the commit leaves every statement as it was.
    return len(rows)


def _applies(act: Act, row: Waiting) -> bool:
    return row.decided if act is Act.UNDO else row.state == Waiting.State.HELD


def _rows(ids: Sequence[int], *, lock: bool = False) -> list[Waiting]:
    if len(ids) > BULK:
        raise ValueError(f"at most {BULK} statements at once")
    rows = Waiting.objects.select_for_update() if lock else Waiting.objects
    # In the order of their keys, so that two reviewers never wait for each other in a circle.
    return list(rows.filter(pk__in=ids).order_by("pk"))


def _note(rows: Iterable[Waiting], act: Act, reviewer: str, today: date) -> None:
    note_act((bytes(row.receipt_hash) for row in rows), act, reviewer, today)


def _open(row: Waiting) -> Content:
    key = KeyFolder(settings.TUIDANG.keys).day_key(row.day)
    return decode_content(open_sealed(key, bytes(row.payload)))


def _reasons(codes: str) -> tuple[Reason, ...]:
    return tuple(Reason(code) for code in codes.split())
