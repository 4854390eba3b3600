"""A ceremony from the first key to the day on which the log's key is stolen, by the commands alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tlog_cast import KEY
from trust_cast import ANNA, BELA, CARL, DORA
from tuidang.cli_log import log
from tuidang.cli_trust import trust
from tuidang.reach.lists.document import Listed, write_list
from tuidang.trust.keys import seal_key

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
        with self.start(*words) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def start(self, *words: str) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TUIDANG_")}
        environment["TUIDANG_DATA"] = str(self.data)
        command = [sys.executable, "-m", "tuidang", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=environment, stdout=pipe, stderr=pipe, text=True, cwd=self.folder
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
    told = desk.sign_and_publish("first", "anna")
    assert "signatures are missing: bela or carl for root and targets; dora for mirrors" in told.output
    assert "signatures are missing: dora for mirrors" in desk.sign_and_publish("first", "bela").output
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
    assert said["sealed"] == str(desk.data / "sealed-checkpoint")  # wherever the operator stood
    words = ["--sealed", said["sealed"], "--files", said["files"]]
    told = desk.trust("set successor second", said["key"], *words)
    assert "example.org/register is sealed at 0 leaves" in told.stdout
    assert "targets, version 2" in desk.trust("show second").stdout
    assert desk.sign_and_publish("second", "carl", "anna").exit_code == 0
    assert desk.serve("register", "succeed").returncode == 0
    told = verify_log(desk, paper)
    assert told.exit_code == 0, told.output
    assert "0 under example.org/register, 0 under example.org/register-2; 0 in all" in told.stdout
    assert "NOT TRUSTED" in verify_log(desk, "00" * 32).output


def test_editions_are_made_anew_when_another_key_signs_them(desk: Desk) -> None:
    assert desk.serve("init", "example.org/register").returncode == 0
    assert desk.serve("library", "build").returncode == 0
    plan = desk.serve("register", "succeed", "--prepare", "example.org/register-2", "--json", "--out", "mine")
    said = json.loads(plan.stdout)
    assert Path(said["sealed"]).read_text() == (desk.data / "log/checkpoint").read_text()

    def is_said() -> bool:
        return "signed by another key" in desk.serve("doctor").stdout

    def is_theirs() -> bool:
        return desk.serve("library", "check", "srv/editions", "--key", said["files"]).returncode == 0

    assert desk.serve("register", "succeed").returncode == 0
    assert (is_said(), is_theirs()) == (True, False)
    with desk.start("work") as worker:
        try:
            deadline = time.monotonic() + 600
            while "register-2/files" not in (desk.data / "editions/manifest.txt").read_text():
                assert time.monotonic() < deadline
                time.sleep(0.2)
        finally:
            worker.terminate()
    assert (is_said(), is_theirs()) == (False, True)


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


def test_each_is_shown_what_his_key_signs_and_one_who_signs_alone_is_asked_for_no_digits(desk: Desk) -> None:
    draft_first(desk, KEY.verifier.text)
    shown = desk.trust("show first")
    assert (shown.exit_code, shown.stdout.count("read these four lines aloud")) == (0, 2)
    assert "Still missing: 2 of anna, bela and carl for root and targets; dora for mirrors" in shown.stdout
    alone = desk.trust("sign first dora.key")
    assert (alone.exit_code, "[y/N]" in alone.output, "line 1:" in alone.output) == (0, False, False)
    assert "root, version" not in alone.stdout
    told = desk.trust("sign first anna.key", answer="y\n")
    assert (told.exit_code, "[y/N]" in told.output, told.stdout.count("line 1:")) == (0, True, 2)
    assert "mirrors, version" not in told.stdout
    assert (
        "Still missing: bela or carl for root and targets; the server signs sealing by itself." in told.stdout
    )
    assert desk.sign_and_publish("first", "bela").exit_code == 0


def test_nobody_signs_what_he_was_not_shown(desk: Desk) -> None:
    draft_first(desk, KEY.verifier.text)
    (desk.folder / "emil.key").write_text(seal_key(ANNA, PASSPHRASE))
    (desk.folder / "emil.pub").write_text(DORA.verifier.text)  # another's: he is shown what she signs
    told = desk.trust("sign first emil.key --yes --passphrase-file passphrase")
    assert (told.exit_code, "is not the key of the .pub beside it" in told.output) == (1, True)
    (desk.folder / "emil.pub").unlink()  # nobody knows whose it is before it is opened: he is shown all
    told = desk.trust("sign first emil.key --yes --passphrase-file passphrase")
    assert "mirrors, version 1" in told.output
    assert "Signed: root, targets." in told.output


def test_whoever_is_taken_out_is_asked_only_where_the_old_root_lacks_keys_without_him(desk: Desk) -> None:
    draft_first(desk, KEY.verifier.text)
    assert "Believed" in desk.sign_and_publish("first", "anna", "bela", "dora").output
    fetched = desk.trust("fetch next srv/trust --root-fingerprint srv/trust/1.root.json")
    assert fetched.stdout.startswith("Nothing is drafted: this is what is shown today.")
    for folder in ("next", "srv/trust"):
        shown = desk.trust(f"show {folder}")
        assert (shown.exit_code, shown.stdout.startswith("Nothing is drafted: this is")) == (0, True)
        assert "root, version 1, lasts until" in shown.stdout
    told = desk.trust("rotate next --out carl --in dora.pub").stdout
    assert "2 of anna, bela and dora for root" in told
    assert "anna and bela for the root before it, which counts by the keys that it names itself" in told
    assert "carl" not in told
    told = desk.trust("rotate next --out bela --in server.pub").stdout
    assert "anna, bela and carl for the root before it" in told
    assert "(bela and carl too, though taken out)" in told


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
        ("show nowhere", "neither a draft nor a trust root is in nowhere"),
        ("fetch second first/draft --root-fingerprint 12", "neither a file nor a fingerprint"),
        ("verify first/draft --root-fingerprint anna.pub", "NOT TRUSTED"),
        ("verify nowhere --root-fingerprint anna.pub", "neither a folder nor an address"),
    ):
        told = desk.trust(line, answer="short\nshort\n")
        assert told.exit_code in {1, 2}, line
        assert why in told.output, line
        assert told.exception is None or isinstance(told.exception, SystemExit), line
