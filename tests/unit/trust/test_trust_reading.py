"""Reading a trust root: what is signed is believed, and what is not is refused in a sentence."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tlog_cast import KEY
from trust_cast import FILES_KEY, NOW, SAID, SmallTrust, make_trust
from tuidang.privacy.keys import KeyFolder
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.publishing import ensure_server_key
from tuidang.trust.reading import NotTrustedError, read_targets
from tuidang.trust.says import mirrors_path, write_mirrors

WEEK, SEALING = "2026-W48", bytes(range(32))
SITES = ("https://one.example/", "https://two.example/tuidang/")


@pytest.fixture
def trust(tmp_path: Path) -> SmallTrust:
    return make_trust(tmp_path)


def read_sentence(trust: SmallTrust, **when: object) -> str:
    with pytest.raises(NotTrustedError) as refused:
        trust.read(**when)  # type: ignore[arg-type]
    return str(refused.value)


def test_who_has_the_fingerprint_reads_what_is_signed(trust: SmallTrust) -> None:
    trust.say({mirrors_path("poster"): write_mirrors(SITES)})
    trust.say_sealing({WEEK: SEALING})
    found = trust.read()
    assert (found.log_key(), found.files_key()) == (KEY.verifier, FILES_KEY.verifier)
    assert found.policy().quorum == "none"
    assert (found.mirror_sets(), found.mirrors("poster")) == (("poster",), SITES)
    assert (found.sealing_weeks(), found.sealing(WEEK)) == ((WEEK,), SEALING)
    assert found.is_sample
    assert not found.faults


def test_anybody_can_reckon_the_fingerprint_without_our_program(trust: SmallTrust) -> None:
    signed = json.loads((trust.folder / "1.root.json").read_text())["signed"]
    canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"))
    assert sha256(canonical.encode()).hexdigest() == trust.root


def test_who_has_the_root_itself_reads_the_same(trust: SmallTrust) -> None:
    root = (trust.folder / "1.root.json").read_bytes()
    assert read_targets(DirectoryStore(trust.folder), root, NOW) == trust.read()


def test_what_nobody_signed_is_not_there(trust: SmallTrust) -> None:
    for ask in (lambda: trust.read().sealing(WEEK), lambda: trust.read().mirrors("poster")):
        with pytest.raises(NotTrustedError, match="says nothing of"):
            ask()


def test_a_week_that_is_named_no_more_is_believed_no_more(trust: SmallTrust) -> None:
    trust.say_sealing({WEEK: SEALING})
    trust.say_sealing({"2026-W49": SEALING})
    assert trust.read().sealing_weeks() == ("2026-W49",)


def test_another_root_is_refused_by_its_fingerprint(trust: SmallTrust, tmp_path: Path) -> None:
    other = make_trust(tmp_path / "thief")
    with pytest.raises(NotTrustedError, match="another trust root"):
        read_targets(DirectoryStore(other.folder), trust.root, NOW)


def test_an_empty_folder_is_no_trust_root(tmp_path: Path) -> None:
    with pytest.raises(NotTrustedError, match="no trust root here"):
        read_targets(DirectoryStore(tmp_path), "00" * 32, NOW)


@pytest.mark.parametrize(("days", "role"), [(8, "timestamp"), (366, "root")])
def test_what_was_not_signed_again_in_time_is_refused(trust: SmallTrust, days: int, role: str) -> None:
    assert f"{role}.json is expired" in read_sentence(trust, now=NOW + timedelta(days=days))


def test_mirrors_that_nobody_tended_are_refused_alone(trust: SmallTrust) -> None:
    trust.say({mirrors_path("poster"): write_mirrors(SITES)})
    later = NOW + timedelta(days=36)
    keep_all_but_mirrors(trust, later)
    found = trust.read(later)
    assert found.log_key() == KEY.verifier
    with pytest.raises(NotTrustedError, match="New mirrors is expired"):
        found.mirrors("poster")


def keep_all_but_mirrors(trust: SmallTrust, now: object) -> None:
    """Do what a server does whose keeper of mirrors is away."""
    from tuidang.trust import publishing

    server = publishing.ensure_server_key(trust.keys, "sample-server")
    publishing.publish_sealing(DirectoryStore(trust.folder), {}, server, NOW + timedelta(days=20))
    publishing.refresh(DirectoryStore(trust.folder), server, NOW + timedelta(days=35))


def test_a_file_that_was_altered_is_refused_by_its_name(trust: SmallTrust) -> None:
    (found,) = (trust.folder / "targets").glob("*.log.json")
    found.write_bytes(found.read_bytes().replace(b"example.org", b"example.com"))
    with pytest.raises(NotTrustedError, match=r"log\.json: a file is not the one that was signed"):
        trust.read().log_key()


def test_what_was_left_out_is_named(trust: SmallTrust) -> None:
    (trust.folder / "1.snapshot.json").unlink()
    assert "no file 1.snapshot.json" in read_sentence(trust)


def test_altered_metadata_is_refused(trust: SmallTrust) -> None:
    path = trust.folder / "timestamp.json"
    said = json.loads(path.read_text())
    said["signed"]["expires"] = "2036-01-01T00:00:00Z"
    path.write_text(json.dumps(said))
    assert "too few" in read_sentence(trust)


def test_who_remembers_is_shown_nothing_older(trust: SmallTrust, tmp_path: Path) -> None:
    shutil.copytree(trust.folder, tmp_path / "old")
    trust.say({"log.json": SAID["log.json"] + b" "})
    memory = tmp_path / "memory"
    trust.read(memory=memory)
    old = SmallTrust(tmp_path / "old", trust.keys, trust.root)
    assert old.read().root == trust.root  # whoever remembers nothing cannot know
    assert "older than what was shown before" in read_sentence(old, memory=memory)


def test_parts_of_two_moments_are_refused(trust: SmallTrust, tmp_path: Path) -> None:
    old = (trust.folder / "1.targets.json").read_bytes()
    trust.say({"log.json": SAID["log.json"] + b" "})
    (trust.folder / "2.targets.json").write_bytes(old)
    assert "not the one that was signed" in read_sentence(trust)


def test_a_source_that_cannot_be_read_is_another_matter(trust: SmallTrust) -> None:
    class Broken:
        def read(self, path: str) -> bytes | None:
            if path.endswith("root.json"):
                return DirectoryStore(trust.folder).read(path)
            raise OSError("the line is down")

    with pytest.raises(OSError, match="the line is down"):
        read_targets(Broken(), trust.root, NOW)


def test_the_servers_key_may_be_the_first_key_of_all(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    made = ensure_server_key(keys / "trust", "server")
    assert ensure_server_key(keys / "trust", "server") == made
    KeyFolder(keys).ensure()  # it takes a folder that others cannot look into
