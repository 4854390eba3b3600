"""Who drafts what comes next copies what is public: just what was verified, and nowhere but in his folder."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from trust_cast import ANNA, BELA, CARL, DORA, NOW, SERVER, Ceremonies, hold_first, key_of, make_trust
from tuidang.tlog.note import SigningKey
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.drafts import Drafts
from tuidang.trust.keys import tuf_signer
from tuidang.trust.reading import NotTrustedError, root_fingerprint
from tuidang.trust.roles import AnyMetadata

THIEF = key_of("thief")


@pytest.fixture
def held(tmp_path: Path) -> Ceremonies:
    return hold_first(tmp_path / "home" / "srv")


@dataclass
class TwoFaced:
    """A server that is seized: it shows the truth once, and something else to whoever asks again."""

    store: DirectoryStore
    lies: dict[str, bytes]
    asked: Counter[str] = field(default_factory=Counter)

    def read(self, path: str) -> bytes | None:
        self.asked[path] += 1
        return self.lies[path] if path in self.lies and self.asked[path] > 1 else self.store.read(path)


def resign(held: Ceremonies, role: str, metadata: AnyMetadata, key: SigningKey = SERVER) -> None:
    """Sign a role with a stolen key, and what belongs to it with the stolen key of the server."""
    metadata.sign(tuf_signer(key))
    held.store.add(f"{metadata.signed.version}.{role}.json", metadata.to_bytes())
    snapshot = Metadata[Snapshot].from_file(str(held.public / "1.snapshot.json"))
    snapshot.signed.meta[f"{role}.json"] = MetaFile(metadata.signed.version)
    resign_snapshot(held, snapshot)


def resign_snapshot(held: Ceremonies, snapshot: Metadata[Snapshot]) -> None:
    snapshot.signed.version = 2
    snapshot.sign(tuf_signer(SERVER))
    timestamp = Metadata[Timestamp].from_file(str(held.public / "timestamp.json"))
    timestamp.signed.version = 2
    timestamp.signed.snapshot_meta = MetaFile(2)
    timestamp.sign(tuf_signer(SERVER))
    held.store.add("2.snapshot.json", snapshot.to_bytes())
    held.store.write("timestamp.json", timestamp.to_bytes())


def fetch(held: Ceremonies, source: DirectoryStore | TwoFaced | None = None, root: int = 1) -> Drafts:
    drafts = Drafts(held.folder.parent / "ceremony")
    drafts.fetch(source or held.store, held.root(root), NOW)
    return drafts


def test_what_is_drafted_from_is_what_was_verified_though_the_server_shows_another(held: Ceremonies) -> None:
    lie = Metadata[Targets].from_file(str(held.public / "1.targets.json"))
    lie.signed.targets.clear()
    turning = TwoFaced(held.store, {"1.targets.json": lie.to_bytes()})
    assert fetch(held, turning).file("log.json") == held.store.read(
        f"targets/{_hashed(held, '1.targets.json', 'log.json')}"
    )


def test_a_server_that_was_seized_writes_nothing_beside_the_folder(held: Ceremonies) -> None:
    snapshot = json.loads((held.public / "1.snapshot.json").read_bytes())
    snapshot["signed"]["meta"] = {"bashrc": {"version": "../../../"}}
    turning = TwoFaced(held.store, {"1.snapshot.json": json.dumps(snapshot).encode()})
    turning.lies["../../../.bashrc"] = b"evil"
    fetch(held, turning)
    assert {path.name for path in held.folder.parent.iterdir()} == {"srv", "ceremony"}
    assert "../../../.bashrc" not in turning.asked


def test_nor_does_one_that_signs_with_the_server_s_own_key(held: Ceremonies) -> None:
    snapshot = Metadata[Snapshot].from_file(str(held.public / "1.snapshot.json"))
    snapshot.signed.meta["/../../../evil"] = MetaFile(1)
    resign_snapshot(held, snapshot)
    (held.public / "1.").mkdir()
    (held.folder.parent / "evil").write_bytes((held.public / "1.mirrors.json").read_bytes())
    fetch(held)
    assert not (held.folder.parent / "ceremony" / "shown" / "1.").exists()


@pytest.mark.parametrize("path", ["../../../evil", "sealing/../../../../evil", "log.json"])
def test_who_signs_one_role_can_name_no_file_of_another_or_elsewhere(held: Ceremonies, path: str) -> None:
    listed = Metadata[Targets].from_file(str(held.public / "1.sealing.json"))
    listed.signed.version = 2
    listed.signed.targets[path] = TargetFile.from_data(path, b"evil", ["sha256"])
    resign(held, "sealing", listed)
    with pytest.raises(NotTrustedError):
        fetch(held)
    assert {path.name for path in held.folder.parent.iterdir()} == {"srv"}


def test_nobody_drafts_from_what_its_keepers_did_not_sign(held: Ceremonies) -> None:
    listed = Metadata[Targets].from_file(str(held.public / "1.mirrors.json"))
    listed.signed.version = 2
    resign(held, "mirrors", listed, THIEF)
    with pytest.raises(NotTrustedError, match="mirrors"):
        fetch(held)


def test_nobody_drafts_from_a_root_before_the_one_he_trusts(held: Ceremonies, tmp_path: Path) -> None:
    held.replace(CARL, DORA, ANNA, BELA)
    trusted = held.root(2)
    other = make_trust(tmp_path / "other")
    for version, root in ((2, (other.folder / "1.root.json").read_bytes()), (1, _renumbered(held.root(1)))):
        was = held.root(version)
        (held.public / f"{version}.root.json").write_bytes(root)
        with pytest.raises(NotTrustedError):
            Drafts(tmp_path / "ceremony").fetch(held.store, trusted, NOW)
        (held.public / f"{version}.root.json").write_bytes(was)
    fetched = fetch(held, root=2)
    assert root_fingerprint((fetched.folder / "shown" / "2.root.json").read_bytes()) == root_fingerprint(
        trusted
    )


def _hashed(held: Ceremonies, listed: str, path: str) -> str:
    target = Metadata[Targets].from_file(str(held.public / listed)).signed.targets[path]
    return target.get_prefixed_paths()[0]


def _renumbered(root: bytes) -> bytes:
    changed = json.loads(root)
    changed["signed"]["version"] = 50
    return json.dumps(changed).encode()
