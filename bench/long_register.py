"""Build the register that `bench.lookups` asks: millions of invented statements in 240 monthly files.

Entry bundles, day files, index and figures are written by the project's own code. The tree's hashes are
left out: no look-up reads them.
"""

from __future__ import annotations

import calendar
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple

from tuidang.privacy.regions import PROVINCES
from tuidang.register.folder.batch import Batch
from tuidang.register.folder.dayfiles import extend_day
from tuidang.register.folder.figures import add_to_figures
from tuidang.register.folder.harvest import Work, harvest
from tuidang.register.folder.leaves import read_entries
from tuidang.register.folder.parallel import pieces
from tuidang.register.folder.segment import write_segment
from tuidang.register.folder.shelf import index_folder
from tuidang.register.rules.content import Channel, Content
from tuidang.register.rules.publication import build_batch
from tuidang.register.sampletexts import JOINED
from tuidang.tlog.checkpoint import Checkpoint, sign_checkpoint
from tuidang.tlog.note import generate_key
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import WIDTH, bundle_path, pack_bundle

MONTHS = 240
NEWEST = (2026, 11)
ANONYMOUS = "王某"  # what rare names become: the commonest name of all
REGIONS = ("", "CN", *(province.code for province in PROVINCES))

_SENTENCES = [sentence for sentences in JOINED["zh-hans"].values() for sentence in sentences]
ALPHABET = [chr(code) for code in range(0x4E00, 0x4E00 + 4000)]
_COMMON = list(accumulate(1 / (rank + 20) for rank in range(len(ALPHABET))))  # about as characters are used
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
_ORGS = [("party", "league", "pioneers"), ("league", "pioneers"), ("pioneers",), ("party",)]


class Month(NamedTuple):
    """A month to be written: its number, its first leaf, and how many leaves it has."""

    folder: Path
    number: int
    first: int
    leaves: int


def build(folder: Path, statements: int) -> int:
    """Build the register in `folder`, once, and give its exact size; a finished one is left as it is."""
    leaves = -(-statements // MONTHS // WIDTH) * WIDTH
    size = leaves * MONTHS
    if (folder / "checkpoint").exists():
        return size
    months = [Month(folder, number, number * leaves, leaves) for number in range(MONTHS)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for done, _ in enumerate(pool.map(write_month, months), 1):
            print(f"\rbuilding {size:,} statements: {100 * done // MONTHS}%", end="", file=sys.stderr)
    for month in months:
        entries = [entry for _, entry in read_entries(folder, size, month.first, month.first + leaves)]
        add_to_figures(folder, Batch(month.first, entries, []))
    print(file=sys.stderr)
    key, verifier = generate_key("bench.invalid/lookups")
    store = DirectoryStore(folder)
    store.write("vkey", verifier.text.encode() + b"\n")
    store.write("checkpoint", sign_checkpoint(Checkpoint(key.name, size, bytes(32)), key).encode())
    return size


def write_month(month: Month) -> None:
    """Write the bundles, day files and index of a month, unless its index, which comes last, is there."""
    year, place = divmod(NEWEST[0] * 12 + NEWEST[1] - 1 - (MONTHS - 1) + month.number, 12)
    path = index_folder(month.folder) / f"{year}-{place + 1:02}.sqlite"
    if path.exists():
        return
    days = calendar.monthrange(year, place + 1)[1]
    rng = Random(month.number)
    dated = [
        (date(year, place + 1, 1 + days * number // month.leaves), invent(rng))
        for number in range(month.leaves)
    ]
    batch = build_batch(month.first, dated)
    store = DirectoryStore(month.folder)
    for start in range(0, month.leaves, WIDTH):
        bundle = pack_bundle(batch.entries[start : start + WIDTH])
        store.add(bundle_path((month.first + start) // WIDTH), bundle)
    for day in sorted({line.day for line in batch.lines}):
        lines = [(line.leaf, line.data) for line in batch.lines if line.day == day]
        extend_day(month.folder, day, lines[0][0], lines)
    past = month.first + month.leaves
    works = (Work(month.folder, past, *piece) for piece in pieces(month.first, past))
    write_segment(path, month.first, past, map(harvest, works))


def invent(rng: Random) -> Content:
    """Invent a statement: a few of the same sentences, and words as rare as words are."""
    said = rng.sample(_SENTENCES, rng.choice((0, 1, 1, 2, 3)))
    said += ["".join(characters(rng, rng.randint(2, 9))) + "。" for _ in range(rng.randint(0, 3))]
    return Content(
        name=invent_name(rng),
        orgs=rng.choice(_ORGS),
        region=rng.choice(REGIONS),
        place="",
        text="".join(said),
        lang="zh-hans",
        channel=Channel.WEB,
    )


def invent_name(rng: Random) -> str:
    """Invent a name; one in twenty is anonymous."""
    if rng.random() < 0.05:
        return ANONYMOUS
    surname = _SURNAMES[min(int(rng.expovariate(0.08)), len(_SURNAMES) - 1)]
    return surname + "".join(characters(rng, rng.choice((1, 2, 2, 2))))


def characters(rng: Random, count: int) -> list[str]:
    """Draw characters, each as often as its rank lets one expect."""
    return rng.choices(ALPHABET, cum_weights=_COMMON, k=count)
