"""Canaries from end to end: sent to a running site as visitors send, found, one lost, and published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from served import Served, serve_still
from tuidang.register.canary.file import Canary, open_file, save_file

PASSPHRASE = "eleven quiet herons"
SHELL = """
from datetime import UTC, datetime
from tuidang.register.actions.canaries import Auditor, ask_round, asked_rounds, grant_round
now = datetime.now(UTC)
ask_round(open({path!r}).read(), Auditor("1", "alder"), now)
print(grant_round(asked_rounds()[0].pk, Auditor("2", "birch"), now).name)
"""
SPEAK = """
from datetime import UTC, datetime
from tuidang.base.clock import china_today
from tuidang.register.actions.drafts import confirm_draft, new_id, save_draft
from tuidang.register.rules.content import Channel
from tuidang.register.rules.people import TypedPeople, TypedPerson
people = (TypedPerson("老孙头", ("league",)),)
typed = TypedPeople(people, text={text!r}, asked=True, channel=Channel({channel!r}))
draft = new_id()
now = datetime.now(UTC)
save_draft({channel!r}, draft, known=(), revision="a1b2c3d4", typed=typed, now=now, writer="aspen")
print(confirm_draft({channel!r}, draft, "a1b2c3d4", china_today()).receipts[0])
"""
DROP = """
from tuidang.register.actions.owner import _find_waiting
_find_waiting({receipt!r}, {name!r}).delete()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve_still(tmp_path_factory.mktemp("canaries")) as running:
        yield running


def canary(site: Served, *arguments: str, code: int = 0) -> str:
    """Run a command of an auditor's, who has the passphrase in his environment."""
    command = [sys.executable, "-m", "tuidang", "canary", *arguments]
    environ = {**site.environ, "CANARY_PASSPHRASE": PASSPHRASE}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def sent(file: Path) -> list[Canary]:
    return open_file(file, PASSPHRASE).canaries


def three_weeks_later(file: Path) -> None:
    """Have the file say that everything was sent three weeks ago."""
    held = open_file(file, PASSPHRASE)
    for one in held.canaries:
        one.sent = str(date.fromisoformat(one.sent) - timedelta(21))
    save_file(file, PASSPHRASE, held)


def test_what_was_sent_is_found_and_a_statement_that_was_dropped_is_shown_as_lost(
    site: Served, tmp_path: Path
) -> None:
    file, out = tmp_path / "mine.canaries", tmp_path / "round.json"
    canary(site, "begin", str(file), "--site", site.address)
    canary(site, "send", str(file), "--count", "3", "--pause", "0")
    canary(site, "send", str(file), "--count", "2", "--pause", "0", "--channel", "api")
    canary(site, "send", str(file), "--count", "1", "--pause", "0", "--channel", "machine-call")
    for channel, text in (("volunteer-call", ""), ("mail", "我写信来，从今天起退出。")):
        spoken = site.run("manage", "shell", "-c", SPEAK.format(text=text, channel=channel)).split()[-1]
        by_hand = ("--channel", channel, "--name", "老孙头", "--org", "league", "--text", text)
        canary(site, "note", str(file), *by_hand, "--receipt", spoken)
    dropped = sent(file)[1]
    site.run("manage", "shell", "-c", DROP.format(receipt=dropped.receipt, name=dropped.name))
    # Nothing in the platform's files says which statements are an auditor's.
    assert not list(site.data.rglob("*canar*"))

    site.publish()
    vkey = (site.data / "log/vkey").read_text().strip()
    found = json.loads(canary(site, "find", str(file), "--vkey", vkey, "--json"))
    assert (found["found"], found["lost"], found["waiting"]) == (7, 0, 1)

    three_weeks_later(file)
    found = json.loads(canary(site, "find", str(file), "--vkey", vkey, "--json", code=1))
    assert (found["found"], found["lost"], found["waiting"]) == (7, 1, 0)
    assert f"lost: sent {sent(file)[1].sent} by web" in canary(site, "show", str(file))

    canary(site, "close", str(file), "--out", str(out))
    assert "nothing can be reported" in _stderr(
        site, "close", str(file), "--out", str(tmp_path / "again.json")
    )
    site.publish()  # whatever else waited
    before = json.loads((site.data / "log/figures.json").read_bytes())["total"]
    assert "DONE" in site.run("manage", "shell", "-c", SHELL.format(path=str(out)))
    site.publish()

    after = json.loads((site.data / "log/figures.json").read_bytes())
    assert (
        after["total"] == before - 6
    )  # what came by telephone goes on counting: a carrier heard its receipt
    report = json.loads((site.data / "log/integrity.json").read_bytes())
    assert report["uncounted"]["canary"] == 6
    assert (report["canaries"]["all"]["sent"], report["canaries"]["all"]["found"]) == (8, 7)
    assert report["canaries"]["channels"].keys() == {"web", "machine-call", "volunteer-call", "mail"}
    assert "Of 8 canaries 7 were found" in site.run("integrity", str(site.data / "log"))
    assert "Sound" in site.run("log", "verify", str(site.data / "log"))


def _stderr(site: Served, *arguments: str) -> str:
    environ = {**os.environ, **site.environ, "CANARY_PASSPHRASE": PASSPHRASE}
    command = [sys.executable, "-m", "tuidang", "canary", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def test_another_log_than_the_one_of_the_key_is_not_believed(site: Served, tmp_path: Path) -> None:
    file = tmp_path / "mine.canaries"
    canary(site, "begin", str(file), "--site", site.address)
    canary(site, "send", str(file), "--count", "1", "--pause", "0", "--channel", "api")
    site.publish()
    other = site.run("log", "keygen", "sample.tuidang.invalid", "--out", str(tmp_path / "other.key")).strip()
    found = json.loads(canary(site, "find", str(file), "--vkey", other, "--json", code=1))
    assert (found["found"], found["other"]) == (0, 1)


def test_what_was_broken_off_is_sent_once(site: Served, tmp_path: Path) -> None:
    file = tmp_path / "mine.canaries"
    canary(site, "begin", str(file), "--site", site.address)
    for channel in ("web", "api"):
        canary(site, "send", str(file), "--count", "1", "--pause", "0", "--channel", channel)
    before = [one.receipt for one in sent(file)]
    held = open_file(file, PASSPHRASE)
    for one in held.canaries:
        one.receipt, one.state = "", "pressed"  # as a crash leaves it that came before the answer
    save_file(file, PASSPHRASE, held)
    for channel in ("web", "api"):
        canary(site, "send", str(file), "--count", "1", "--pause", "0", "--channel", channel)
    assert [one.receipt for one in sent(file)[:2]] == before
