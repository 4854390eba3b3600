"""A register for the tests that read: a folder written as publication does, and what it should hold."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tuidang.register.folder.batch import Batch, DayLine
from tuidang.register.folder.folder import apply_batch, erase_records
from tuidang.register.folder.records import (
    Erased,
    Line,
    Record,
    StatementLeaf,
    Uncounted,
    commitment,
    encode_leaf,
    encode_line,
)
from tuidang.register.folder.shelf import choose_cover, find_gaps, open_segments
from tuidang.tlog.checkpoint import Checkpoint, sign_checkpoint
from tuidang.tlog.note import generate_key
from tuidang.tlog.publish import grow
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tree import EMPTY_TREE

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Statement:
    """A statement as the tests write it down."""

    name: str = "金福"
    text: str = ""
    day: date = DAY
    region: str = ""
    orgs: tuple[str, ...] = ("party",)


Item = Statement | Erased | Uncounted


@dataclass
class Register:
    """A folder with a log, what stands at each of its leaves, and which records were erased."""

    folder: Path
    items: list[Item] = field(default_factory=list)
    erased: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.key, self.verifier = generate_key("cast.invalid")
        self.tree = EMPTY_TREE
        self.folder.mkdir(parents=True, exist_ok=True)

    def publish(self, *items: Item, channel: str = "web") -> Batch:
        """Publish a batch; the days must not fall."""
        batch = self.stage(*items, channel=channel)
        self.tree = grow(DirectoryStore(self.folder), self.tree, batch.entries).new
        apply_batch(self.folder, batch, self.checkpoint(), self.verifier)
        self.items += items
        return batch

    def stage(self, *items: Item, channel: str = "web") -> Batch:
        """Give the batch that publishing these would apply."""
        start = len(self.items)
        entries, lines = [], []
        channels: dict[date, dict[str, int]] = {}
        for leaf, item in enumerate(items, start):
            if not isinstance(item, Statement):
                entries.append(encode_leaf(item))
                continue
            record = Record(item.name, "", item.text, "zh-hans").encode()
            salt = hashlib.sha256(b"salt %d" % leaf).digest()
            entries.append(
                encode_leaf(StatementLeaf(item.day, item.orgs, item.region, commitment(salt, record)))
            )
            lines.append(DayLine(leaf, item.day, encode_line(Line(leaf, record, salt))))
            channels.setdefault(item.day, {}).setdefault(channel, 0)
            channels[item.day][channel] += 1
        return Batch(start, entries, lines, channels)

    def checkpoint(self) -> str:
        """Give the signed checkpoint of the log as it is."""
        return sign_checkpoint(Checkpoint(self.key.name, self.tree.size, self.tree.root), self.key)

    def erase(self, *leaves: int) -> None:
        """Destroy records."""
        erase_records(self.folder, self.verifier, leaves)
        self.erased |= set(leaves)


def index_content(folder: Path) -> dict[str, object]:
    """Give what an index says, however it is cut into segments: two of the same content answer alike."""
    rows: list[object] = []
    notices: list[object] = []
    members: set[object] = set()
    terms: set[object] = set()
    days: Counter[int] = Counter()
    cover = choose_cover(open_segments(folder))
    for part in cover:
        base = sqlite3.connect(part.segment.path)
        assert base.execute("SELECT first, past FROM about").fetchone() == (part.low, part.high)
        rows += base.execute("SELECT * FROM rows ORDER BY leaf")
        notices += base.execute("SELECT * FROM notices ORDER BY leaf")
        members |= set(base.execute("SELECT * FROM members"))
        days.update(dict(base.execute("SELECT day, statements FROM days")))
        base.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, words, instance)")
        terms |= set(base.execute("SELECT term, doc FROM temp.terms"))
        base.close()
    return {
        "reaches": cover[-1].high if cover else 0,
        "gaps": find_gaps(cover, cover[-1].high if cover else 0),
        "rows": rows,
        "notices": notices,
        "members": members,
        "days": days,
        "terms": terms,
    }
