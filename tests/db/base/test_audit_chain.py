"""The audit chain: one chain whoever writes, nothing in it that says what was seen, and no change unseen."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.audit import Act, write_audit, write_audits
from tuidang.base.audit.chain import NOTHING, Entry, find_fault, hash_thing, next_entry
from tuidang.base.audit.models import AuditEntry
from tuidang.base.audit.queries import chain_head, count_entries, newest_entries, verify_chain
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.erasure import log_notices
from tuidang.register.actions.head import begin_log
from tuidang.register.folder.audit import audit_folder
from tuidang.register.folder.figures import load_figures
from tuidang.register.folder.index import rebuild_index
from tuidang.register.folder.records import AuditHead, encode_leaf, parse_leaf
from tuidang.register.folder.search import Notice, Reader

NOW = datetime(2026, 11, 28, 9, 41, 7, 5, tzinfo=UTC)
WRITERS, EACH = 4, 25


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_an_entry_has_the_pseudonym_the_act_the_hour_and_a_keyed_hash_and_nothing_else() -> None:
    write_audit("linden", Act.OPEN, "waiting 4711", NOW)
    (entry,) = newest_entries()
    assert (entry.ordinal, entry.who, entry.act, entry.previous) == (0, "linden", "open", NOTHING)
    assert entry.hour == datetime(2026, 11, 28, 9, tzinfo=UTC)
    assert entry.thing == hash_thing(KeyFolder(settings.TUIDANG.keys).audit_key(), "waiting 4711")
    assert {field.name for field in AuditEntry._meta.get_fields()} == {
        *("ordinal", "who", "act", "hour", "thing", "previous", "hash")
    }
    assert newest_entries(thing="waiting 4711") == [entry]
    assert newest_entries(thing="waiting 4712") == newest_entries(who="birch") == []


def test_the_hash_of_an_entry_is_the_one_that_is_documented() -> None:
    # Written out by hand, so that whoever builds a second verifier has something to compare with.
    zeros = "00" * 32
    text = (
        '{"act":"open","hour":"2026-11-28T09:00Z","ordinal":0,'
        f'"previous":"{zeros}","thing":"{zeros}","who":"菩提"}}'
    )
    entry = next_entry(None, "菩提", Act.OPEN, bytes(32), NOW)
    assert entry.hash == hashlib.sha256(b"tuidang/audit/v1\n" + text.encode()).digest()


@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["linden", "birch"]), st.sampled_from(Act)), min_size=2, max_size=9
    ),
    data=st.data(),
)
def test_whatever_is_altered_taken_out_or_moved_is_found(
    acts: list[tuple[str, Act]], data: st.DataObject
) -> None:
    chain: list[Entry] = []
    for n, (who, act) in enumerate(acts):
        chain.append(next_entry(chain[-1] if chain else None, who, act, bytes([n]) * 32, NOW))
    assert find_fault(chain) == ""
    place = data.draw(st.integers(0, len(chain) - 2))  # of the last one only a published head tells
    altered = list(chain)
    match data.draw(st.sampled_from(["take", "swap", "who", "thing"])):
        case "take":
            del altered[place]
        case "swap":
            altered[place : place + 2] = altered[place + 1], altered[place]
        case "who":
            altered[place] = _with(altered[place], who="oak")
        case "thing":
            altered[place] = _with(altered[place], thing=b"\1" * 31 + b"\xff")
    assert find_fault(altered) != ""


def _with(entry: Entry, who: str | None = None, thing: bytes | None = None) -> Entry:
    return Entry(
        entry.ordinal,
        who or entry.who,
        entry.act,
        entry.hour,
        thing or entry.thing,
        entry.previous,
        entry.hash,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house")
def test_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    KeyFolder(settings.TUIDANG.keys).audit_key()
    connections.close_all()
    children = []
    for writer in range(WRITERS):
        child = os.fork()
        if child == 0:
            try:
                for n in range(EACH):
                    with transaction.atomic():
                        write_audit(f"writer{writer}", Act.OPEN, f"thing {n}", NOW + timedelta(hours=n))
                (tmp_path / f"done{writer}").touch()
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert len(list(tmp_path.glob("done*"))) == WRITERS
    assert verify_chain() == []
    written = Counter(entry.who for entry in newest_entries(limit=1000))
    assert written == {f"writer{n}": EACH for n in range(WRITERS)}


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_an_act_that_is_undone_leaves_no_entry() -> None:
    write_audit("linden", Act.ACCEPT, "waiting 1", NOW)

    def act_that_fails() -> None:
        with transaction.atomic():
            write_audit("linden", Act.ACCEPT, "waiting 2", NOW)
            AuditEntry.objects.create(ordinal=-1, who="birch", act="open", hour=NOW)

    with pytest.raises(IntegrityError):
        act_that_fails()
    write_audits("birch", Act.REJECT, ["waiting 3", "waiting 4"], NOW)
    assert verify_chain() == []
    assert count_entries() == 3


@pytest.mark.django_db(transaction=True)
def test_the_head_is_public_once_a_week_and_then_the_chain_cannot_be_written_anew(house: Path) -> None:
    monday = NOW.date() + timedelta(days=2)
    begin_log("example.org/register", NOW.date())
    folder = settings.TUIDANG.log
    log_notices(monday)
    assert Reader(folder).size == 0  # nothing was done: nothing is said
    write_audits("linden", Act.OPEN, [f"waiting {n}" for n in range(5)], NOW)
    first = chain_head()
    assert first
    assert log_notices(monday + timedelta(days=7)) == 0
    assert log_notices(monday + timedelta(days=8)) == 0  # a week has one
    write_audit("birch", Act.REJECT, "waiting 2", NOW)
    log_notices(monday + timedelta(days=14))
    log_notices(monday + timedelta(days=21))  # a week in which nothing was done repeats it
    second = chain_head()
    assert second
    heads = [(0, first), (1, second), (2, second)]
    assert Reader(folder).audit_heads() == heads
    assert Reader(folder).by_leaf(0) == Notice(0, "audit", None, first.hex())
    assert audit_folder(folder, progress=lambda _: None).problems == ()
    assert load_figures(folder).total == 0
    rebuild_index(folder, lambda _: None)
    assert Reader(folder).audit_heads() == heads
    public = [head for _, head in heads]
    assert verify_chain(public) == []
    with connection.cursor() as cursor:  # somebody takes out what he did, and hashes the rest anew
        cursor.execute("DELETE FROM base_auditentry")
    write_audits("linden", Act.OPEN, [f"waiting {n}" for n in range(4)], NOW)
    assert verify_chain() == []
    assert verify_chain(public) == [f"the head {first.hex()} was made public, and is not in the chain"]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_row_that_was_altered_in_the_database_is_named() -> None:
    write_audits("linden", Act.OPEN, [f"waiting {n}" for n in range(3)], NOW)
    AuditEntry.objects.filter(ordinal=1).update(who="birch")
    assert verify_chain() == ["entry 1 was altered"]
    AuditEntry.objects.filter(ordinal=1).delete()
    assert verify_chain() == ["entry 1 is missing"]


def test_a_head_is_a_leaf_in_canonical_form() -> None:
    leaf = encode_leaf(AuditHead(bytes(32)))
    assert leaf == b'{"head":"%s=","kind":"audit","v":1}' % (b"A" * 43)
    assert parse_leaf(leaf) == AuditHead(bytes(32))
    for wrong in (leaf.replace(b"AAAA", b"AAA", 1), leaf.replace(b'"v":1', b'"v":2')):
        with pytest.raises(ValueError, match="not a leaf"):
            parse_leaf(wrong)
    assert json.loads(leaf)["kind"] == "audit"
