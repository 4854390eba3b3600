"""What is read of the audit chain: its end, its newest entries, and whether it is whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.conf import settings

from tuidang.base.audit.chain import Entry, find_fault, hash_thing
from tuidang.base.audit.models import AuditEntry
from tuidang.privacy.keys import KeyFolder


def chain_head() -> bytes | None:
    """Give the hash of the last entry; None while there is none."""
    head = AuditEntry.objects.order_by("-ordinal").values_list("hash", flat=True).first()
    return None if head is None else bytes(head)


def newest_entries(
    *, who: str = "", acts: Collection[str] = (), thing: str = "", before: int | None = None, limit: int = 50
) -> list[Entry]:
    """List entries, newest first: somebody's, of some acts, about a thing, before an ordinal."""
    rows = AuditEntry.objects.order_by("-ordinal")
    if who:
        rows = rows.filter(who=who)
    if acts:
        rows = rows.filter(act__in=acts)
    if thing:
        rows = rows.filter(thing=hash_thing(KeyFolder(settings.TUIDANG.keys).audit_key(), thing))
    if before is not None:
        rows = rows.filter(ordinal__lt=before)
    return [as_entry(row) for row in rows[:limit]]


def entries_from(first: int, past: int) -> Iterator[Entry]:
    """Give the entries from ordinal `first` up to `past`, in their order."""
    rows = AuditEntry.objects.filter(ordinal__gte=first, ordinal__lt=past).order_by("ordinal")
    for row in rows.iterator(chunk_size=2000):
        yield as_entry(row)


def verify_chain(heads: Sequence[bytes] = ()) -> list[str]:
    """Name what is wrong with the chain; `heads` are those that were made public, oldest first.

    Every one must be the hash of an entry, in the same order: else the chain was written anew since.
    """
    left = list(heads)

    def entries() -> Iterator[Entry]:
        for entry in entries_from(0, count_entries()):
            while left and left[0] == entry.hash:  # a week without an act repeats its head
                del left[0]
            yield entry

    fault = find_fault(entries())
    if fault:
        return [fault]
    return [f"the head {left[0].hex()} was made public, and is not in the chain"] if left else []


def count_entries() -> int:
    """Count the entries."""
    last = AuditEntry.objects.order_by("-ordinal").values_list("ordinal", flat=True).first()
    return 0 if last is None else last + 1


def as_entry(row: AuditEntry) -> Entry:
    """Give a row as a value."""
    return Entry(
        row.ordinal, row.who, row.act, row.hour, bytes(row.thing), bytes(row.previous), bytes(row.hash)
    )
