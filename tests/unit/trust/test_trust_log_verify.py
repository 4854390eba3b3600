"""`tuidang log verify --trust`: key and policy as the trust root names them, on the clock of this machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tlog_cast import KEY, make_entries
from trust_cast import SAID, SmallTrust, make_trust
from tuidang.cli_log import log
from tuidang.tlog.head import FileHead
from tuidang.tlog.note import SigningKey, split_note
from tuidang.tlog.publish import append
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.says import POLICY
from witness_cast import EAST, WEST, policy_text

TWO = "\n".join(policy_text().splitlines()[1:]) + "\n"  # without its line `log`


@pytest.fixture
def trust(tmp_path: Path) -> SmallTrust:
    append(FileHead(tmp_path / "head"), DirectoryStore(tmp_path / "log"), KEY, make_entries(10))
    return make_trust(tmp_path, {**SAID, POLICY: TWO.encode()}, datetime.now(UTC))


def verify(trust: SmallTrust, *more: str, source: str = "log") -> Result:
    where = ["--trust", str(trust.folder), "--root", trust.root]
    return CliRunner().invoke(log, ["verify", str(trust.folder.parent / source), *where, *more])


def cosign(trust: SmallTrust, *witnesses: SigningKey) -> None:
    path = trust.folder.parent / "log" / "checkpoint"
    signed = path.read_text()
    path.write_text(signed + "".join(one.cosign(split_note(signed)[0], 1_790_000_000) for one in witnesses))


def test_as_many_witnesses_as_the_trust_root_asks_for_must_have_signed(trust: SmallTrust) -> None:
    cosign(trust, EAST)
    told = verify(trust)
    assert (told.exit_code, "NOT VERIFIED: cosigned by 1 of the 2" in told.stdout) == (1, True)
    cosign(trust, WEST)
    told = verify(trust, "--json")
    found = json.loads(told.stdout)
    assert (told.exit_code, found["verified"], found["key_given"]) == (0, True, True)
    assert found["parts"] == {KEY.name: 10}


def test_a_proof_is_checked_by_the_key_that_the_trust_root_names(trust: SmallTrust) -> None:
    cosign(trust, EAST, WEST)
    folder = trust.folder.parent
    made = CliRunner().invoke(log, ["proof", str(folder / "log"), "3", "--vkey", KEY.verifier.text])
    (folder / "mine.tlog-proof").write_text(made.stdout)
    told = verify(trust, source="mine.tlog-proof")
    assert (told.exit_code, "Proven: this is entry 3 of the 10" in told.stdout) == (0, True)


def test_a_log_of_somebody_else_is_refused_in_a_sentence(trust: SmallTrust) -> None:
    stranger = SigningKey("example.org/other", bytes(range(9, 41)))
    append(
        FileHead(trust.folder.parent / "h"), DirectoryStore(trust.folder.parent / "theirs"), stranger, [b"x"]
    )
    told = verify(trust, "--json", source="theirs")
    assert told.exit_code == 1
    assert "no log that the trust root names" in json.loads(told.stdout)["problems"][0]


def test_half_a_question_is_wrong_usage_and_no_trust_root_cannot_be_told(trust: SmallTrust) -> None:
    folder = str(trust.folder.parent / "log")
    half = CliRunner().invoke(log, ["verify", folder, "--trust", str(trust.folder)])
    assert (half.exit_code, "give both" in half.output) == (2, True)
    both = verify(trust, "--vkey", KEY.verifier.text)
    assert (both.exit_code, "leave --vkey and --policy away" in both.output) == (2, True)
    none = CliRunner().invoke(log, ["verify", folder, "--trust", "nowhere", "--root", trust.root])
    assert (none.exit_code, "neither a folder nor an address" in none.output) == (3, True)
    wrong = CliRunner().invoke(log, ["verify", folder, "--trust", str(trust.folder), "--root", "00" * 32])
    assert (wrong.exit_code, "NOT TRUSTED" in wrong.output) == (1, True)
