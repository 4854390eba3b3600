"""`tuidang log verify --policy`: who has cosigned, whether that is enough, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tlog_cast import KEY, OTHER_KEY, make_entries
from tuidang.cli_log import log
from tuidang.tlog.head import FileHead
from tuidang.tlog.note import split_note
from tuidang.tlog.publish import append
from tuidang.tlog.store import DirectoryStore
from witness_cast import EAST, WEST, policy_text

NOON = 1_795_867_200  # 2026-11-28 12:00 UTC


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = DirectoryStore(tmp_path / "log")
    append(FileHead(tmp_path / "head"), store, KEY, make_entries(300))
    (store.root / "vkey").write_text(KEY.verifier.text + "\n")
    (tmp_path / "policy").write_text(policy_text())
    (tmp_path / "any").write_text(policy_text().replace("both all", "both any"))
    return store.root


def cosign(folder: Path, *lines: str) -> None:
    with (folder / "checkpoint").open("a") as file:
        file.writelines(lines)


def lines_of(folder: Path) -> tuple[str, str]:
    text = split_note((folder / "checkpoint").read_bytes())[0]
    return EAST.cosign(text, NOON), WEST.cosign(text, NOON + 60)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(log, [str(argument) for argument in arguments])


def test_without_a_policy_a_log_is_said_to_be_signed_by_itself_only(folder: Path) -> None:
    assert "Signed by the log only" in run("verify", folder).stdout
    cosign(folder, *lines_of(folder))
    told = run("verify", folder)
    assert told.exit_code == 0
    assert "2 more signatures under it were not looked at" in told.stdout
    assert json.loads(run("verify", folder, "--json").stdout)["verified"] is None


def test_a_log_that_the_policys_witnesses_have_cosigned_is_verified(folder: Path) -> None:
    cosign(folder, *lines_of(folder))
    told = run("verify", folder, "--policy", folder.parent / "policy")
    assert told.exit_code == 0
    assert "Verified: cosigned by 2 of the 2 witnesses that the policy says others run" in told.stdout
    assert "  east, at 2026-11-28 12:00 UTC\n  west, at 2026-11-28 12:01 UTC\n" in told.stdout
    assert told.stderr == ""  # the key is from the policy, not from the folder
    found = json.loads(run("verify", folder, "--policy", folder.parent / "policy", "--json").stdout)
    assert (found["sound"], found["verified"], found["key_given"]) == (True, True, True)
    assert found["cosigned"] == {"east": NOON, "west": NOON + 60}
    assert found["witnesses"] == ["east", "west"]


def test_one_of_two_is_too_few_for_who_asks_for_two_and_enough_for_who_asks_for_any(folder: Path) -> None:
    cosign(folder, lines_of(folder)[0])
    told = run("verify", folder, "--policy", folder.parent / "policy")
    assert told.exit_code == 1
    assert "Sound. Every one of the 300 entries" in told.stdout
    assert "NOT VERIFIED: cosigned by 1 of the 2 witnesses" in told.stdout
    found = json.loads(run("verify", folder, "--policy", folder.parent / "policy", "--json").stdout)
    assert (found["sound"], found["verified"]) == (True, False)
    assert run("verify", folder, "--policy", folder.parent / "any").exit_code == 0


def test_a_policy_may_ask_for_none(folder: Path) -> None:
    (folder.parent / "none").write_text("quorum none\n")
    told = run("verify", folder, "--policy", folder.parent / "none")
    assert told.exit_code == 0
    assert "the policy asks for no witness" in told.stdout
    assert "compare it with a copy from elsewhere" in told.stderr  # such a policy has no key of the log


def test_a_wrong_cosignature_makes_the_log_unsound_for_who_knows_the_witness(folder: Path) -> None:
    cosign(folder, EAST.cosign("another\n1\ntext\n", NOON))
    assert run("verify", folder).exit_code == 0
    told = run("verify", folder, "--policy", folder.parent / "any")
    assert told.exit_code == 1
    assert "NOT SOUND" in told.stdout
    assert "east is wrong" in told.stdout


def test_an_altered_log_is_not_verified_whoever_has_cosigned(folder: Path) -> None:
    cosign(folder, *lines_of(folder))
    entries = folder / "tile/entries/000"
    entries.write_bytes(entries.read_bytes()[:-1] + b"!")
    told = run("verify", folder, "--policy", folder.parent / "policy", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["verified"] is False
    assert "Verified" not in run("verify", folder, "--policy", folder.parent / "policy").stdout


def test_a_log_that_the_policy_does_not_name_cannot_be_told_of(folder: Path) -> None:
    (folder.parent / "other").write_text(policy_text(log=OTHER_KEY.verifier.text))
    told = run("verify", folder, "--policy", folder.parent / "other")
    assert told.exit_code == 3
    assert "No log that the policy names" in told.stderr
    told = run("verify", folder, "--policy", folder.parent / "other", "--vkey", KEY.verifier.text)
    assert told.exit_code == 2
    assert (
        run("verify", folder, "--policy", folder.parent / "any", "--vkey", KEY.verifier.text).exit_code == 1
    )


def test_what_is_no_policy_is_wrong_usage(folder: Path) -> None:
    told = run("verify", folder, "--policy", folder / "checkpoint")
    assert told.exit_code == 2
    assert "line 1 of the policy" in told.stderr


def test_a_proof_carries_its_cosignatures_and_is_verified_without_the_log(folder: Path) -> None:
    cosign(folder, *lines_of(folder))
    proof = folder.parent / "mine.tlog-proof"
    proof.write_text(run("proof", folder, 7, "--vkey", KEY.verifier.text).stdout)
    told = run("verify", proof, "--policy", folder.parent / "policy")
    assert told.exit_code == 0
    assert "Proven: this is entry 7" in told.stdout
    assert "Verified: cosigned by 2 of the 2" in told.stdout
    proof.write_text(proof.read_text().replace(lines_of(folder)[1], ""))
    told = run("verify", proof, "--policy", folder.parent / "policy")
    assert told.exit_code == 1
    assert "NOT VERIFIED: cosigned by 1 of the 2" in told.stdout
    assert json.loads(run("verify", proof, "--policy", folder.parent / "any", "--json").stdout)["verified"]
    (folder.parent / "other").write_text(policy_text(log=OTHER_KEY.verifier.text))
    assert run("verify", proof, "--policy", folder.parent / "other").exit_code == 3
    (folder.parent / "none").write_text("quorum none\n")
    assert run("verify", proof, "--policy", folder.parent / "none").exit_code == 2
