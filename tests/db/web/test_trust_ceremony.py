"""A ceremony from the first key to the day on which the log's key is stolen, by the commands alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tlog_cast import KEY
from trust_cast import ANNA, BELA, CARL, DORA
from tuidang.cli_log import log
from tuidang.cli_trust import trust
from tuidang.reach.lists.document import Listed, write_list

PASSPHRASE = "six words that nobody guesses"


class Desk:
    """One table with several people's sticks, and the server beside it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.data = folder, folder / "srv"
        monkeypatch.chdir(folder)
        monkeypatch.setenv("TUIDANG_DATA", str(self.data))
        (folder / "passphrase").write_text(PASSPHRASE + "\n")
        for key in (ANNA, BELA, CARL, DORA):
            (folder / f"{key.name}.key").write_text(key.text)
            (folder / f"{key.name}.pub").write_text(key.verifier.text)

    def trust(self, line: str, *more: str, answer: str = "") -> Result:
        return CliRunner().invoke(trust, [*line.split(), *more], input=answer)

    def serve(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command that needs the database, as the server does."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TUIDANG_")}
        environment["TUIDANG_DATA"] = str(self.data)
        return subprocess.run(
            [sys.executable, "-m", "tuidang", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )

    def sign_and_publish(self, folder: str, *names: str) -> Result:
        for name in names:
            told = self.trust(f"sign {folder} {name}.key --yes")
            assert told.exit_code == 0, told.output
        return self.trust(f"publish {folder}")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def draft_first(desk: Desk, vkey: str) -> None:
    (desk.folder / "server.pub").write_text(desk.trust("key server").stdout)
    (desk.folder / "policy").write_text("quorum none\n")
    (desk.folder / "sites").write_text("# for the poster\nhttps://one.example/\n")
    listed = [Listed("m1", "https://two.example/", ())]
    (desk.folder / "letters.json").write_bytes(write_list("letters", None, listed))
    holders = "--holder anna.pub --holder bela.pub --holder carl.pub --server server.pub --mirrors dora.pub"
    for line in (
        f"init first {holders}",
        f"set log-key first {vkey}",
        "set policy first policy",
        "set mirrors first sites --name poster",
        "set mirrors first letters.json --name letters",
    ):
        assert desk.trust(line).exit_code == 0, line


def verify_log(desk: Desk, root: str) -> Result:
    options = ["--trust", str(desk.data / "trust"), "--root", root]
    return CliRunner().invoke(log, ["verify", str(desk.data / "log"), *options])


def test_a_register_is_believed_by_its_root_until_its_key_is_stolen_and_after(desk: Desk) -> None:
    assert desk.serve("init", "example.org/register").returncode == 0
    draft_first(desk, "srv/log/vkey")
    (desk.folder / "files.vkey").write_text(desk.trust("key files").stdout)
    assert desk.trust("set log-key first srv/log/vkey --files files.vkey").exit_code == 0
    assert "root wants 1 more signatures, of bela, carl" in desk.sign_and_publish("first", "anna").output
    assert "mirrors wants 1 more signatures, of dora" in desk.sign_and_publish("first", "bela").output
    told = desk.sign_and_publish("first", "dora")
    assert told.exit_code == 0, told.output
    paper = " ".join(re.findall(r"line \d:  ([0-9a-f ]+)", told.stdout))
    assert json.loads(desk.trust("verify srv/trust --json --root-fingerprint", paper).stdout)["files"][
        "log.json"
    ].count("example.org/register/files")
    assert "Its key is the one that the trust root names" in verify_log(desk, paper).stdout

    shown = desk.trust("verify srv/trust --paper root.svg --root-fingerprint", paper)
    assert (shown.exit_code, "<svg" in (desk.folder / "root.svg").read_text()) == (0, True)

    plan = desk.serve("register", "succeed", "--prepare", "example.org/register-2", "--json")
    assert plan.returncode == 0, plan.stderr
    said = json.loads(plan.stdout)
    early = desk.serve("register", "succeed")
    assert (early.returncode, "does not name example.org/register-2 yet" in early.stderr) == (1, True)

    assert desk.trust("fetch second srv/trust --root-fingerprint", paper).exit_code == 0
    words = ["--sealed", "sealed-checkpoint", "--files", said["files"]]
    told = desk.trust("set successor second", said["key"], *words)
    assert "example.org/register is sealed at 0 leaves" in told.stdout
    assert "targets, version 2" in desk.trust("show second").stdout
    assert desk.sign_and_publish("second", "carl", "anna").exit_code == 0
    assert desk.serve("register", "succeed").returncode == 0
    told = verify_log(desk, paper)
    assert told.exit_code == 0, told.output
    assert "0 under example.org/register, 0 under example.org/register-2; 0 in all" in told.stdout
    assert "NOT TRUSTED" in verify_log(desk, "00" * 32).output


def test_a_holder_is_asked_for_the_digits_before_the_passphrase(desk: Desk) -> None:
    draft_first(desk, KEY.verifier.text)
    made = desk.trust("key new emil --passphrase-file passphrase --paper emil.svg")
    assert made.exit_code == 0, made.output
    digits = re.findall(r"line \d:  ([0-9a-f ]+)", made.stdout)
    assert len(digits) == 4
    assert "<svg" in (desk.folder / "emil.svg").read_text()
    shown = desk.trust("key show emil.key", answer=f"{PASSPHRASE}\n")
    assert digits == re.findall(r"line \d:  ([0-9a-f ]+)", shown.stdout)
    assert desk.trust("rotate first --out carl --in emil.pub").exit_code == 0
    refused = desk.trust("sign first emil.key", answer="n\n")
    assert (refused.exit_code, "Passphrase" in refused.output) == (1, False)
    assert "does not open" in desk.trust("sign first emil.key", answer="y\nanother passphrase\n").output
    told = desk.trust("sign first emil.key", answer=f"y\n{PASSPHRASE}\n")
    assert "Signed: root, targets" in told.stdout
    assert PASSPHRASE not in told.output


def test_what_cannot_be_is_told_in_a_sentence(desk: Desk) -> None:
    draft_first(desk, KEY.verifier.text)
    for line, why in (
        ("init second --holder anna.pub --server server.pub", "2 of 1 keys cannot sign"),
        ("init first --holder anna.pub --server server.pub --threshold 1", "is not empty"),
        ("set log-key first dora.pub", "is named already"),
        ("set policy first sites", "line 2 of the policy"),
        ("set nothing first mirrors/letter.json", "is not named"),
        ("rotate first --out zoe --in dora.pub", "0 keys here are 'zoe'"),
        ("rotate first --out carl", "Name the old key by --out"),
        ("key new zoe", "too short"),
        ("key new anna --passphrase-file passphrase", "no key is overwritten"),
        ("publish nowhere", "nothing is drafted"),
        ("fetch second first/draft --root-fingerprint 12", "neither a file nor a fingerprint"),
        ("verify first/draft --root-fingerprint anna.pub", "NOT TRUSTED"),
        ("verify nowhere --root-fingerprint anna.pub", "neither a folder nor an address"),
    ):
        told = desk.trust(line, answer="short\nshort\n")
        assert told.exit_code in {1, 2}, line
        assert why in told.output, line
        assert told.exception is None or isinstance(told.exception, SystemExit), line
