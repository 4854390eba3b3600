"""How statements leave the pool: the daily draw, a batch's order and day, regions too thin to show."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from tuidang.register.folder.batch import Batch, DayLine
from tuidang.register.folder.records import (
    SALT_BYTES,
    Line,
    Record,
    StatementLeaf,
    commitment,
    encode_leaf,
    encode_line,
)
from tuidang.register.rules.content import HIDDEN_NAME, Content
from tuidang.register.rules.screening import Reason

SAMPLE_SUFFIX = ".invalid"  # RFC 6761: no such host can ever exist
_DRAW = b"tuidang/draw/v1"


@dataclass(frozen=True)
class PoolRules:
    """How a log mixes the statements of different days and groups before it shows them."""

    chance: float  # of being drawn from the pool on a day
    region_floor: int  # fewer statements than this of one region in a batch: the region is not shown
    longest_wait: int = (
        14  # days after intake by which every accepted statement is drawn, and a held one given up
    )
    slow_allowance: int = 1000  # of statements taken over budget, so many a batch, or as many as the others


REAL = PoolRules(chance=0.5, region_floor=10)
DEMONSTRATION = PoolRules(chance=1.0, region_floor=1)


class Candidate(NamedTuple):
    """An accepted statement in the pool, as far as the draw needs to know it."""

    id: int
    day: date  # of intake
    slow: bool
    size: int  # bytes of its sealed payload


def is_sample(origin: str) -> bool:
    """Tell whether a log of this origin holds invented statements only."""
    return origin.endswith(SAMPLE_SUFFIX)


def rules_for(origin: str) -> PoolRules:
    """Give the rules of a log: a demonstration shows at once what a real register mixes first."""
    return DEMONSTRATION if is_sample(origin) else REAL


def publication_day(today: date, last: date | None) -> date:
    """Give the day the leaves will say. It never falls, even when a clock was set back."""
    return today if last is None else max(today, last)


def is_drawn(candidate: Candidate, today: date, rules: PoolRules) -> bool:
    """Draw once a day for a statement: asked again on the same day, the answer is the same.

    The lot is a hash (BLAKE2b) over the day and the row's random key, which nobody outside ever sees: so the
    draw needs no note of what was drawn before, however often publication runs on a day.
    """
    return _overdue(candidate, today, rules) or _lot(candidate, today) < rules.chance * 2**64


def draw(pool: Iterable[Candidate], today: date, rules: PoolRules) -> list[Candidate]:
    """Choose from the pool what is published now.

    Of what came over budget only as many as of the rest, or `slow_allowance`, until the longest wait is over.
    """
    drawn = [candidate for candidate in pool if is_drawn(candidate, today, rules)]
    waits = [candidate for candidate in drawn if candidate.slow and not _overdue(candidate, today, rules)]
    allowed = max(rules.slow_allowance, len(drawn) - len(waits))
    waits.sort(key=lambda candidate: _lot(candidate, today))
    late = {candidate.id for candidate in waits[allowed:]}
    return [candidate for candidate in drawn if candidate.id not in late]


def split_batches(
    drawn: Sequence[Candidate], rng: Random, *, most: int, most_bytes: int
) -> Iterable[list[Candidate]]:
    """Shuffle what was drawn, and cut it into batches of at most `most` that fit in memory."""
    shuffled = list(drawn)
    rng.shuffle(shuffled)
    batch: list[Candidate] = []
    filled = 0
    for candidate in shuffled:
        if batch and (len(batch) == most or filled + candidate.size > most_bytes):
            yield batch
            batch, filled = [], 0
        batch.append(candidate)
        filled += candidate.size
    if batch:
        yield batch


def thin_regions(regions: Mapping[str, int], floor: int) -> frozenset[str]:
    """Name the regions borne by fewer than `floor` statements of a batch; "" and CN say little enough."""
    return frozenset(
        region for region, bearers in regions.items() if bearers < floor and region not in {"", "CN"}
    )


def spread_region(content: Content, thin: frozenset[str]) -> Content:
    """Take a thin region and the place off a statement: a Chinese province becomes CN, another country ''."""
    if content.region not in thin:
        return content
    return replace(content, region="CN" if content.region.startswith("CN-") else "", place="")


def without_words(content: Content, reasons: str) -> Content:
    """Take the text off a statement that was given up, and name and place too unless it is only a flood's.

    `reasons`: for which it was held, separated by spaces; any but a flood may lie in the name.
    """
    if reasons == Reason.FLOOD:
        return replace(content, text="")
    return replace(content, name=HIDDEN_NAME, place="", text="")


def spread_regions(batch: Sequence[Content], floor: int) -> list[Content]:
    """Take every thin region off a batch."""
    thin = thin_regions(Counter(content.region for content in batch), floor)
    return [spread_region(content, thin) for content in batch]


def build_batch(
    start: int, statements: Iterable[tuple[date, Content]], withheld: Mapping[date, int] | None = None
) -> Batch:
    """Make leaves from index `start` on, and their lines with fresh salts, of statements in this order."""
    entries, lines = [], []
    channels: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for leaf, (day, content) in enumerate(statements, start):
        record = Record(content.name, content.place, content.text, content.lang).encode()
        salt = secrets.token_bytes(SALT_BYTES)
        bound = commitment(salt, record)
        entries.append(encode_leaf(StatementLeaf(day, content.orgs, content.region, bound)))
        lines.append(DayLine(leaf, day, encode_line(Line(leaf, record, salt))))
        channels[day][content.channel.value] += 1
    return Batch(start, entries, lines, channels, withheld or {})


def _overdue(candidate: Candidate, today: date, rules: PoolRules) -> bool:
    return (today - candidate.day).days >= rules.longest_wait


def _lot(candidate: Candidate, today: date) -> int:
    row = candidate.id.to_bytes(8, "big", signed=True)
    return int.from_bytes(
        blake2b(row, digest_size=8, key=today.isoformat().encode(), person=_DRAW).digest(), "big"
    )
