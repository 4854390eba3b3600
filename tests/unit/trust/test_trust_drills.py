"""Drills: keys that are lost, keys that are stolen, and what a mirror or a thief could show instead."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from tlog_cast import KEY, OTHER_KEY
from trust_cast import (
    ANNA,
    BELA,
    CARL,
    DORA,
    EMIL,
    KEEPER,
    NOW,
    SERVER,
    Ceremonies,
    hold_first,
    key_of,
    make_trust,
    replace_key,
)
from tuidang.tlog.note import SigningKey
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.drafts import DraftError
from tuidang.trust.keys import tuf_signer
from tuidang.trust.publishing import CannotPublish, publish_sealing, refresh
from tuidang.trust.reading import NotTrustedError, read_targets, root_fingerprint
from tuidang.trust.roles import Holders
from tuidang.trust.says import LOG, TrustedLog, mirrors_path, write_logs, write_mirrors

THIEFS_LOG = write_logs([TrustedLog(OTHER_KEY.verifier)])
DAY = timedelta(days=1)


@pytest.fixture
def held(tmp_path: Path) -> Ceremonies:
    return hold_first(tmp_path)


def test_two_of_three_carry_on_when_one_has_lost_his_key_again_and_again(
    held: Ceremonies, tmp_path: Path
) -> None:
    first, memory = root_fingerprint(held.root()), tmp_path / "memory"
    held.read(first, memory=memory)
    held.replace(CARL, DORA, ANNA, BELA)
    held.replace(ANNA, EMIL, BELA, DORA)  # of the first three, one is left
    for found in (held.read(first), held.read(first, memory=memory), held.read(held.root(2))):
        assert found.root_version == 3
        assert found.log_key() == KEY.verifier
    assert held.read(first).root == root_fingerprint(held.root(3))


def test_one_of_three_cannot_carry_on_alone(held: Ceremonies) -> None:
    drafts = held.draft()
    replace_key(drafts, CARL, DORA)
    with pytest.raises(CannotPublish, match="too few"):
        held.publish(drafts, ANNA)
    assert held.read(held.root()).root_version == 1


def test_new_holders_alone_cannot_put_themselves_in(held: Ceremonies) -> None:
    drafts = held.draft()
    replace_key(drafts, CARL, DORA)
    replace_key(drafts, BELA, EMIL)
    with pytest.raises(CannotPublish, match="too few"):
        held.publish(drafts, DORA, EMIL, ANNA)  # enough for what they drafted, not for what was before


def test_whoever_holds_no_key_here_signs_nothing(held: Ceremonies) -> None:
    drafts = held.draft()
    drafts.renew("root", NOW)
    with pytest.raises(DraftError, match="no draft here is for emil"):
        drafts.sign(EMIL)


def test_changing_a_draft_takes_the_signatures_off_it(held: Ceremonies) -> None:
    drafts = held.draft()
    drafts.say(mirrors_path("poster"), write_mirrors(["https://one.example/"]), NOW)
    drafts.sign(KEEPER)
    drafts.say(mirrors_path("letter"), write_mirrors(["https://two.example/"]), NOW)
    (standing,) = drafts.standing()
    assert (standing.signed, standing.missing) == ((), 1)
    assert standing.changes == ("mirrors/letter.json is new", "mirrors/poster.json is new")
    held.publish(drafts, KEEPER)
    assert held.read(held.root()).mirror_sets() == ("letter", "poster")


def test_two_ceremonies_at_once_do_not_undo_each_other(held: Ceremonies) -> None:
    one, other = held.draft(), held.draft()
    one.say(mirrors_path("poster"), write_mirrors(["https://one.example/"]), NOW)
    other.say(mirrors_path("letter"), write_mirrors(["https://two.example/"]), NOW)
    held.publish(one, KEEPER)
    with pytest.raises(CannotPublish, match="begin again"):
        held.publish(other, KEEPER)


def test_what_the_keeper_of_mirrors_signs_counts_for_mirrors_alone(held: Ceremonies) -> None:
    thief = Thief(held, KEEPER)
    thief.list_file("mirrors", LOG, THIEFS_LOG)
    found = held.read(held.root())
    assert found.log_key() == KEY.verifier


def test_a_stolen_key_of_two_that_must_sign_moves_nothing(tmp_path: Path) -> None:
    held = hold_first(tmp_path, targets=Holders((DORA.verifier, EMIL.verifier, CARL.verifier), 2))
    thief = Thief(held, DORA)
    thief.list_file("targets", LOG, THIEFS_LOG)
    with pytest.raises(NotTrustedError, match="too few"):
        held.read(held.root())


def test_the_root_takes_back_what_thieves_of_enough_keys_have_signed(tmp_path: Path) -> None:
    held = hold_first(tmp_path, targets=Holders((DORA.verifier, EMIL.verifier), 2))
    memory = tmp_path / "memory"
    ours = shutil.copytree(held.public, tmp_path / "ours")
    Thief(held, DORA, EMIL).list_file("targets", LOG, THIEFS_LOG)  # and he has the server's key, too
    assert held.read(held.root(), memory=memory).log_key() == OTHER_KEY.verifier  # until somebody notices
    shutil.rmtree(held.public)
    ours.rename(held.public)
    drafts = held.draft()
    fred, gina, server = map(key_of, ("fred", "gina", "server-2"))
    for old, new in ((DORA, fred), (EMIL, gina), (SERVER, server)):
        replace_key(drafts, old, new)
    held.publish(drafts, ANNA, BELA, fred, gina, server, server=server)
    # Without a new key of the server, whoever saw the thief's would take ours for something older.
    for seen in (None, memory):
        assert held.read(held.root(), memory=seen).log_key() == KEY.verifier
    Thief(held, DORA, EMIL).list_file("targets", LOG, THIEFS_LOG)
    with pytest.raises(NotTrustedError, match="too few"):
        held.read(held.root())


def test_who_has_the_servers_key_cannot_name_another_log(held: Ceremonies) -> None:
    Thief(held, SERVER).list_file("targets", LOG, THIEFS_LOG)
    with pytest.raises(NotTrustedError, match="too few"):
        held.read(held.root())


def test_who_has_the_servers_key_can_show_something_older_to_newcomers_only(
    held: Ceremonies, tmp_path: Path
) -> None:
    memory = tmp_path / "memory"
    drafts = held.draft()
    drafts.renew("targets", NOW)
    held.publish(drafts, ANNA, CARL)
    held.read(held.root(), memory=memory)
    Thief(held, SERVER).belong_together({"targets": 1})
    assert held.read(held.root()).log_key() == KEY.verifier  # it was true once, and lasts until it expires
    with pytest.raises(NotTrustedError, match="older than what was shown before"):
        held.read(held.root(), memory=memory)


def test_a_mirror_that_freezes_is_believed_for_a_week_and_no_longer(held: Ceremonies, tmp_path: Path) -> None:
    frozen = DirectoryStore(shutil.copytree(held.public, tmp_path / "frozen"))
    for day in range(1, 15):
        refresh(held.store, SERVER, NOW + day * DAY)
    read_targets(frozen, held.root(), NOW + 6 * DAY)
    with pytest.raises(NotTrustedError, match="somebody keeps newer from you"):
        read_targets(frozen, held.root(), NOW + 7 * DAY)
    held.read(held.root(), NOW + 14 * DAY)


def test_a_new_server_key_is_for_the_holders_to_give(held: Ceremonies) -> None:
    with pytest.raises(CannotPublish, match="not the one that the root names"):
        refresh(held.store, EMIL, NOW + DAY)
    drafts = held.draft()
    replace_key(drafts, SERVER, EMIL)
    for signer in (ANNA, BELA, EMIL):
        drafts.sign(signer)
    held.publish(drafts, server=EMIL)
    publish_sealing(held.store, {"2026-W48": bytes(32)}, EMIL, NOW)
    assert held.read(held.root()).sealing("2026-W48") == bytes(32)


def test_a_thief_cannot_put_a_root_of_his_own_after_ours(held: Ceremonies) -> None:
    root = json.loads(held.root())
    root["signed"]["version"] = 2
    forged = Metadata.from_bytes(json.dumps(root).encode())
    forged.signatures.clear()
    for signer in (CARL, EMIL, DORA):  # one that counts, and two that do not
        forged.sign(tuf_signer(signer), append=True)
    (held.public / "2.root.json").write_bytes(forged.to_bytes())
    with pytest.raises(NotTrustedError, match="too few"):
        held.read(held.root())


class Crash(BaseException):
    """The machine stops here."""


class Dying:
    """A folder's way to write a file, which works so many times."""

    def __init__(self, times: int) -> None:
        self.left, self._put = times, DirectoryStore._put

    def put(self, store: DirectoryStore, path: str, data: bytes, *, durable: bool) -> None:
        if not self.left:
            raise Crash
        self.left -= 1
        self._put(store, path, data, durable=durable)


def test_a_publication_that_was_killed_anywhere_is_finished_by_doing_it_again(tmp_path: Path) -> None:
    for writes in range(20):
        held = hold_first(tmp_path / str(writes))
        drafts = held.draft()
        replace_key(drafts, SERVER, EMIL)  # the hardest: the new root does not take the old timestamp
        replace_key(drafts, CARL, DORA)
        drafts.say(mirrors_path("poster"), write_mirrors(["https://one.example/"]), NOW)
        for signer in (ANNA, BELA, KEEPER, EMIL):
            drafts.sign(signer)
        dying = Dying(writes)
        with patch.object(DirectoryStore, "_put", lambda *file, dying=dying, **how: dying.put(*file, **how)):
            try:
                held.publish(drafts, server=EMIL)
            except Crash:
                pass
            else:
                break
        if not (held.public / "2.root.json").exists():
            assert held.read(held.root()).mirror_sets() == ()  # what was before is whole
        held.publish(drafts, server=EMIL)
        assert held.read(held.root()).mirror_sets() == ("poster",)
    assert 5 < writes < 19


def test_a_sample_that_was_killed_while_it_began_begins_again(tmp_path: Path) -> None:
    for writes in range(20):
        dying = Dying(writes)
        with patch.object(DirectoryStore, "_put", lambda *file, dying=dying, **how: dying.put(*file, **how)):
            try:
                make_trust(tmp_path / str(writes))
            except Crash:
                pass
            else:
                break
        trust = make_trust(tmp_path / str(writes), now=NOW + DAY)
        assert trust.read(NOW + DAY).log_key() == KEY.verifier
    assert 5 < writes < 19


people = st.lists(st.sampled_from(["p1", "p2", "p3", "p4", "p5"]), unique=True)


@settings(max_examples=12)
@given(holders=people.filter(bool), signers=people, data=st.data())
def test_so_many_as_must_sign_and_no_fewer_change_the_root(
    tmp_path_factory: pytest.TempPathFactory, holders: list[str], signers: list[str], data: Any
) -> None:
    threshold = data.draw(st.integers(1, len(holders)))
    held = hold_first(tmp_path_factory.mktemp("trust"))
    drafts = held.draft()
    drafts.set_keys("targets", lambda keys: (keys.clear(), keys.update(_keys(holders)))[0], threshold, NOW)
    for signer in (ANNA, BELA):
        drafts.sign(signer)
    enough = len(set(holders) & set(signers)) >= threshold
    for name in signers:
        if name in holders:
            drafts.sign(key_of(name))
    if enough:
        held.publish(drafts)
        assert held.read(held.root()).log_key() == KEY.verifier
    else:
        with pytest.raises(CannotPublish):
            held.publish(drafts)
        assert held.read(held.root()).root_version == 1


def _keys(names: list[str]) -> dict[str, Any]:
    return {name: key_of(name).verifier for name in names}


@settings(max_examples=40)
@given(data=st.data())
def test_no_altered_byte_is_believed(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    held = _shared(tmp_path_factory)
    true = held.read(root_fingerprint(held.root()))
    files = sorted(path for path in held.public.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    try:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
        found = held.read(root_fingerprint(held.root()) if path.name != "1.root.json" else true.root)
    except NotTrustedError:
        return
    finally:
        path.write_bytes(whole)
    # Where it is a signature that nobody needs, or white space, what is said is the same.
    assert found.files.items() <= true.files.items()
    assert (found.root, found.expires.items() <= true.expires.items()) == (true.root, True)


_made: list[Ceremonies] = []


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Ceremonies:
    if not _made:
        _made.append(hold_first(tmp_path_factory.mktemp("shared")))
    return _made[0]


class Thief:
    """Somebody with some keys who serves the folder, and the server's key beside."""

    def __init__(self, held: Ceremonies, *keys: SigningKey) -> None:
        self.held, self.keys = held, keys

    def list_file(self, role: str, path: str, content: bytes) -> None:
        """List a file under a role, signed by the keys there are, and show that."""
        snapshot = self._snapshot()
        version = snapshot.meta[f"{role}.json"].version
        found = Metadata[Targets].from_bytes((self.held.public / f"{version}.{role}.json").read_bytes())
        found.signed.version += 1
        found.signed.targets[path] = TargetFile.from_data(path, content, ["sha256"])
        found.signatures.clear()
        for key in self.keys:
            found.sign(tuf_signer(key), append=True)
        (self.held.public / f"{version + 1}.{role}.json").write_bytes(found.to_bytes())
        (place,) = found.signed.targets[path].get_prefixed_paths()
        (self.held.public / "targets" / place).write_bytes(content)
        self.belong_together({role: version + 1})

    def belong_together(self, versions: dict[str, int]) -> None:
        """Sign, as the server, which versions belong together."""
        snapshot = self._snapshot()
        snapshot.version += 1
        for role, version in versions.items():
            snapshot.meta[f"{role}.json"] = MetaFile(version)
        shown = Metadata(snapshot)
        shown.sign(tuf_signer(SERVER))
        (self.held.public / f"{snapshot.version}.snapshot.json").write_bytes(shown.to_bytes())
        path = self.held.public / "timestamp.json"
        timestamp = Metadata[Timestamp].from_bytes(path.read_bytes())
        timestamp.signed.version += 1
        timestamp.signed.snapshot_meta = MetaFile(snapshot.version)
        timestamp.sign(tuf_signer(SERVER))
        path.write_bytes(timestamp.to_bytes())

    def _snapshot(self) -> Snapshot:
        timestamp = Metadata[Timestamp].from_bytes((self.held.public / "timestamp.json").read_bytes())
        version = timestamp.signed.snapshot_meta.version
        data = (self.held.public / f"{version}.snapshot.json").read_bytes()
        return Metadata[Snapshot].from_bytes(data).signed
