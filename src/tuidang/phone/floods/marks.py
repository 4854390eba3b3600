"""What volunteers said of callers today, by one key; a coordinator can undo each."""

from __future__ import annotations

import secrets
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from tuidang.phone.floods import limits
from tuidang.phone.floods.patterns import Trait
from tuidang.phone.floods.values import Mark, MarkNow


@dataclass(slots=True)
class Row:
    """One mark; everybody in it is a hash under the key of the day."""

    id: str
    volunteer: bytes
    source: bytes  # b"" of a withheld number
    traits: tuple[Trait, ...]  # against which it counts
    mark: Mark
    at: float
    undone: bool = False


class Marks:
    """The marks of today, bounded; the oldest is forgotten first, with what it did."""

    def __init__(self, bound: int = limits.MARKS) -> None:
        self._rows: OrderedDict[str, Row] = OrderedDict()
        self._by_source: defaultdict[bytes, list[Row]] = defaultdict(list)
        self._bound = bound

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, source: bytes) -> list[Row]:
        """List the marks on a source that stand."""
        return [row for row in self._by_source.get(source, ()) if not row.undone]

    def counting(self, volunteer: bytes, trait: Trait) -> int:
        """Count a volunteer's marks against a trait."""
        return sum(row.volunteer == volunteer and trait in row.traits for row in self._rows.values())

    def add(self, volunteer: bytes, source: bytes, traits: tuple[Trait, ...], mark: Mark, now: float) -> Row:
        """Note a mark under a random id."""
        row = Row(secrets.token_hex(8), volunteer, source, traits, mark, now)
        self._rows[row.id] = row
        if source:
            self._by_source[source].append(row)
        if len(self._rows) > self._bound:
            _, oldest = self._rows.popitem(last=False)
            if oldest.source:
                self._by_source[oldest.source].remove(oldest)
                if not self._by_source[oldest.source]:
                    del self._by_source[oldest.source]
        return row

    def undo(self, id_: str) -> Row | None:
        """Take a mark back; None if there is none, or it was taken back."""
        row = self._rows.get(id_)
        if row is None or row.undone:
            return None
        row.undone = True
        return row

    def listed(self) -> list[MarkNow]:
        """List all of today as a coordinator sees them, the newest first: no number, no volunteer."""
        return [
            MarkNow(row.id, row.mark, datetime.fromtimestamp(row.at // 3600 * 3600, UTC), row.undone)
            for row in reversed(self._rows.values())
        ]

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._by_source.clear()
