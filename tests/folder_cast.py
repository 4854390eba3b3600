"""The cast of the register's tests: people who post, and an auditor who believes nothing but the folder."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.conf import settings

from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.sealing import seal
from tuidang.register.actions.intake import Submitted, submit_form
from tuidang.register.folder.dayfiles import day_files
from tuidang.register.folder.records import (
    Leaf,
    Record,
    StatementLeaf,
    commitment,
    parse_leaf,
    parse_line,
    parse_record,
)
from tuidang.register.models import Waiting
from tuidang.register.rules.content import Channel, Content, encode_content
from tuidang.register.rules.form import Form, Person
from tuidang.tlog.checkpoint import open_checkpoint
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import read_bundle
from tuidang.tlog.tree import leaf_hashes

TODAY = date(2026, 11, 20)
DEMONSTRATION = "cast.invalid"
REGISTER = "log.example.org/register"
WANG = "王建国"
CONTENT = Content("金福", ("league", "pioneers"), "CN-SD", "", "退", "zh-hans", Channel.WEB)


def key_of(number: int) -> bytes:
    """Give the idempotency key of a form, by its number."""
    return hashlib.sha256(f"form {number}".encode()).digest()[:16]


def post(
    number: int, name: str = "金福", *, text: str = "", today: date = TODAY, region: str = "CN-SD"
) -> Submitted:
    """Send the form of one person, as the web does."""
    form = Form((Person(name, ("league", "pioneers")),), region, "", text, "zh-hans", "own", under_18=False)
    return submit_form(form, key_of(number), channel=Channel.WEB, today=today)


def put(
    number: int, *, today: date = TODAY, state: str = "accepted", reasons: str = "", **content: object
) -> int:
    """Put a statement into the queue as intake does, and give its row's key."""
    key = KeyFolder(settings.TUIDANG.keys).day_key(today, create=True)
    row = Waiting.objects.create(
        day=today,
        state=state,
        reasons=reasons,
        rejection="forged" if state == "rejected" else "",
        payload=seal(key, encode_content(replace(CONTENT, **content))),
        receipt_hash=hashlib.sha256(f"receipt {number}".encode()).digest()[:18],
    )
    return row.id


def receipt_of(number: int) -> bytes:
    """Give the hash under which `put` stores a receipt."""
    return hashlib.sha256(f"receipt {number}".encode()).digest()[:18]


def read_records(folder: Path) -> dict[int, Record]:
    """Read every record of the day files, by leaf."""
    lines = (
        parse_line(data)
        for _, path in day_files(folder)
        for data in gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    )
    return {line.leaf: parse_record(line.record) for line in lines}


def read_leaves(folder: Path) -> list[Leaf]:
    """Read every leaf below the folder's checkpoint, checking root, commitments and the order of days."""
    store = DirectoryStore(folder)
    verifier = VerifierKey.parse((folder / "vkey").read_text())
    tree = open_checkpoint((folder / "checkpoint").read_text(), verifier).tree
    entries = [
        entry for number in range(-(-tree.size // 256)) for entry in read_bundle(store, number, tree.size)
    ]
    assert _root(entries) == tree.root
    leaves = [parse_leaf(entry) for entry in entries]
    days = [leaf.day for leaf in leaves if isinstance(leaf, StatementLeaf)]
    assert days == sorted(days)
    check_commitments(folder, leaves)
    return leaves


def check_commitments(folder: Path, leaves: list[Leaf]) -> None:
    """See that each line belongs to its leaf, on the day of its leaf, in order.

    Lines of leaves beyond the checkpoint are those of a publication under way.
    """
    last = -1
    for day, path in day_files(folder):
        for data in gzip.decompress(path.read_bytes()).splitlines(keepends=True):
            line = parse_line(data)
            assert line.leaf > last
            last = line.leaf
            if line.leaf >= len(leaves):
                continue
            leaf = leaves[line.leaf]
            assert isinstance(leaf, StatementLeaf)
            assert (leaf.day, leaf.commitment) == (day, commitment(line.salt, line.record))


def find_bytes(folder: Path, needles: Iterable[bytes]) -> list[str]:
    """Name every file below a folder that has one of the byte strings, as it lies there or unpacked."""
    needles = list(needles)
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name.endswith((".gz", ".gz.new")):
                data += gzip.decompress(data)
            if any(needle in data for needle in needles):
                found.append(str(path.relative_to(folder)))
    return found


def _root(entries: list[bytes]) -> bytes:
    """Hash as RFC 6962, section 2.1, says it, in other words than ours."""

    def root(hashes: list[bytes]) -> bytes:
        if len(hashes) == 1:
            return hashes[0]
        split = 1 << (len(hashes) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()

    if not entries:
        return hashlib.sha256(b"").digest()
    joined = leaf_hashes(entries)
    return root([joined[i : i + 32] for i in range(0, len(joined), 32)])
