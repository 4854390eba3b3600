"""The whole way by commands, as an operator types them on two machines; the import is killed on its way."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from field_cast import content
from tuidang import cli_field, cli_field_key
from tuidang.base.clock import china_today
from tuidang.cli import main
from tuidang.field.batches import return_key_of
from tuidang.field.queries import site_of_team
from tuidang.privacy.weekly import seal_entry, week_of
from tuidang.trust.says import read_sealing

PEOPLE = 100


@dataclass(frozen=True)
class Machine:
    """A computer with a data folder of its own."""

    data: Path

    def begin(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Begin a command."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUIDANG_")}
        return subprocess.Popen(
            [sys.executable, "-m", "tuidang", *arguments],
            env={**kept, "TUIDANG_DATA": str(self.data)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str | Path) -> str:
        """Carry a command out, and return what it says."""
        process = self.begin(*arguments)
        said = process.communicate()[0]
        assert process.returncode == 0, said
        return said

    def count(self, what: str) -> int:
        """Count rows of its database, as they are on the disk."""
        with closing(sqlite3.connect(f"file:{self.data}/private.sqlite3?mode=ro", uri=True)) as database:
            return int(database.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def here(*arguments: str | Path, fails: bool = False) -> str:
    """Carry a command out in this process, and return what it says."""
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert (done.exit_code != 0) is fails, done.output
    return done.output


@pytest.fixture
def server(tmp_path: Path) -> Machine:
    """Begin a real register."""
    found = Machine(tmp_path / "server")
    found.run("init", "register.example/of-tests")
    return found


def hand_over(keys: Path, file: Path) -> None:
    week = week_of(china_today())
    public = read_sealing((keys / "public" / f"{week}.json").read_bytes(), week)
    lines: list[object] = [{"v": 1, "kind": "handed-over"}]
    for number in range(PEOPLE):
        data = json.dumps(content(number)).encode()
        sealed = b64encode(seal_entry(public, data)).decode()
        lines.append({"uuid": str(uuid4()), "week": week, "sealed": sealed})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_entries_are_carried_to_the_keys_and_back_and_a_killed_import_counts_each_once(
    server: Machine, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    assert "2 pairs were made" in here("field", "key", "make", "--weeks", "2", keys)
    assert "0 pairs were made" in here("field", "key", "make", "--weeks", "2", keys)
    site = json.loads(server.run("field", "site", "add", "Pier", "--region", "TW", "--json"))["code"]
    handed, sealed, opened = (tmp_path / name for name in ("handed", "sealed", "opened"))
    hand_over(keys, handed)
    assert f"{PEOPLE} are kept" in server.run("field", "take-in", handed, "--site", site)
    told = json.loads(server.run("field", "export", sealed, "--json"))
    assert told["entries"] == PEOPLE
    way = ("field", "open", "--keys", keys, sealed, opened)
    assert "changed on its way" in here(*way, "--fingerprint", "0 1 2", fails=True)
    # The key machine has no data folder, and needs none.
    elsewhere = Machine(tmp_path / "nowhere")
    said = elsewhere.run(*way, "--fingerprint", told["fingerprint"])
    assert f"{PEOPLE} are opened" in said
    assert not elsewhere.data.exists()

    back = ("field", "import", opened, "--fingerprint", said.splitlines()[-1].strip())
    _whoever_carries_it_back_can_change_nothing(server, sealed, opened, back[-1])
    killed = server.begin(*back)
    patience = time.monotonic() + 60
    while server.count("field_entry WHERE state = 'taken'") < 3:
        assert killed.poll() is None
        assert time.monotonic() < patience
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert server.count("field_entry WHERE state = 'taken'") < PEOPLE
    told = json.loads(server.run(*back, "--json"))
    assert told["taken"] + told["before"] == PEOPLE
    assert server.count("register_waiting") == server.count("field_entry WHERE state = 'taken'") == PEOPLE


def _whoever_carries_it_back_can_change_nothing(
    server: Machine, sealed: Path, opened: Path, print_: str | Path
) -> None:
    """Seal other words for the way back, by the key that stands in the file that went."""
    head, first, *others = opened.read_bytes().splitlines(keepends=True)
    his = seal_entry(return_key_of(sealed), json.dumps(content(99)).encode())
    line = {**json.loads(first), "opened": b64encode(his).decode()}
    forged = opened.with_name("forged")
    forged.write_bytes(b"".join([head, json.dumps(line).encode() + b"\n", *others]))
    asked = server.begin("field", "import", forged, "--fingerprint", print_)
    assert asked.wait(60) == 1
    assert server.count("register_waiting") == 0


@pytest.fixture
def prepared(house: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what a command does first to a data folder: the test has its own database."""
    for module in (cli_field, cli_field_key):
        monkeypatch.setattr(module, "prepare", lambda: None)
        monkeypatch.setattr(module, "start_django", lambda: None)


@pytest.mark.usefixtures("prepared")
def test_an_operator_opens_sites_and_revokes_codes() -> None:
    site = json.loads(here("field", "site", "add", "Pier", "--region", "TW", "--json"))["code"]
    code = here("field", "team", "make", site, "mornings").split()[-1]
    assert site_of_team(code) is not None
    listed = json.loads(here("field", "site", "list", "--json"))[0]
    assert listed["name"] == "Pier"
    (number,) = listed["teams"]
    here("field", "team", "revoke", number)
    assert site_of_team(code) is None
    assert "team" not in here("field", "site", "list")
    here("field", "site", "set", site, "closed")
    assert "no open site" in here("field", "team", "make", site, "evenings", fails=True)
    assert here("field", "state") == "Nothing came yet.\n"


@pytest.mark.usefixtures("prepared")
def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing").write_text("")
    for words, *command in (
        ("no site", "site", "set", "NOSITE", "closed"),
        ("is no region", "site", "add", "Pier", "--region", "XX"),
        ("no (register was begun|trust root)", "key", "publish", tmp_path / "empty"),
        ("a line cannot be read", "import", tmp_path / "nothing"),
        ("Name a file, or a folder", "import"),
        ("names no week", "key", "make", "--weeks", "1", "--from", "now", tmp_path / "k"),
    ):
        assert re.search(words, here("field", *command, fails=True))
    assert "0 were overwritten" in here("field", "key", "destroy", tmp_path / "empty")


def test_keys_whose_time_is_over_are_destroyed_and_one_at_once_when_asked(tmp_path: Path) -> None:
    here("field", "key", "make", "--weeks", "60", "--from", "2026-W01", tmp_path)
    here("field", "key", "make", "--weeks", "3", tmp_path)
    week = week_of(china_today())
    here("field", "key", "destroy", tmp_path)
    assert (tmp_path / f"{week}.key").exists()
    assert not (tmp_path / "2026-W01.key").exists()
    assert "1 were overwritten" in here("field", "key", "destroy", "--week", week, tmp_path)
    assert not (tmp_path / f"{week}.key").exists()
