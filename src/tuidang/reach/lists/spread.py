"""Which mirror is in which set: each in one, sets of equal size, and as few as can be ever moved. Pure.

A mirror that is moved is known to the learners of two sets. So nothing moves by itself: not when a mirror is
blocked or taken out of use, or whoever blocks one set would be handed the next. New mirrors fill what is
smallest; only a person, who is told how many it costs, evens sets out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from hashlib import sha256


def hand_out(sets: Collection[str], mirrors: Collection[str], before: Mapping[str, str]) -> dict[str, str]:
    """Give each mirror its set: the one it has, and to those that have none the smallest in its turn.

    `before` and the result: set by mirror. What is none of `sets`, or none of `mirrors`, is left out.
    """
    found = {mirror: before[mirror] for mirror in sorted(mirrors) if before.get(mirror) in sets}
    if not sets:
        return found
    sizes = Counter(found.values())
    for mirror in sorted(mirrors):
        if mirror not in found:
            found[mirror] = min(sets, key=lambda one: (sizes[one], _by_lot(one, mirror)))
            sizes[found[mirror]] += 1
    return found


def even_out(sets: Collection[str], mirrors: Collection[str], before: Mapping[str, str]) -> dict[str, str]:
    """Give each mirror its set so that no set has two more than another, and the fewest are moved."""
    kept = {mirror: before[mirror] for mirror in sorted(mirrors) if before.get(mirror) in sets}
    if not sets:
        return kept
    sizes = Counter(kept.values())
    least, more = divmod(len(set(mirrors)), len(sets))
    fullest = sorted(sets, key=lambda one: (-sizes[one], one))
    room = {one: least + (place < more) for place, one in enumerate(fullest)}
    for mirror in sorted(kept, key=lambda one: _by_lot(kept[one], one)):
        if sizes[kept[mirror]] > room[kept[mirror]]:
            sizes[kept.pop(mirror)] -= 1
    return hand_out(sets, mirrors, kept)


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """Count the mirrors that go from one set to another."""
    return sum(mirror in before and before[mirror] != one for mirror, one in after.items())


def _by_lot(one: str, mirror: str) -> bytes:
    return sha256(f"{one}\n{mirror}".encode()).digest()
