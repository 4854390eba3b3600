"""Two witnesses in processes of their own cosign the register: killed, hung, shown two histories."""

from __future__ import annotations

import json
import logging
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from pages_cast import content
from pytest_django import Settings

from markup import read
from tlog_cast import OTHER_KEY
from tuidang.cli import main
from tuidang.register.actions import cosignatures
from tuidang.register.actions.cosignatures import Cosigned, gather_cosignatures
from tuidang.register.models import Head
from tuidang.tlog.note import VerifierKey, split_note
from tuidang.web import doctor, worker
from tuidang.witness.folder import WitnessFolder
from tuidang.witness.service import Answer, Witness
from witness_cast import served

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 120.0  # seconds: conditions come true in this time, however busy the machine


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Outsider:
    """A witness that somebody else runs: a folder, a port, and a process while it is up."""

    folder: WitnessFolder
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.port = self.port or free_port()
        command = ["witness", "serve", str(self.folder.root), "--port", str(self.port)]
        self.process = subprocess.Popen([sys.executable, "-m", "tuidang", *command])

    def answers(self) -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(PATIENCE)


@dataclass
class Cast:
    """The register's folder, how something is published in it, and the witnesses that it asks."""

    folder: Path
    publish: Callable[..., int]
    policy: Path
    outsiders: dict[str, Outsider] = field(default_factory=dict)

    @property
    def signed(self) -> str:
        return (self.folder / "checkpoint").read_text()

    @property
    def vkey(self) -> str:
        return (self.folder / "vkey").read_text().strip()

    def ask_for(self, count: str, **urls: str) -> Path:
        """Write a policy of these witnesses, and how many are enough."""
        keys = {name: self.outsiders[name].folder.key().verifier.text for name in urls}
        witnesses = "".join(f"witness {name} {keys[name]} {url}\n" for name, url in urls.items())
        self.policy.write_text(f"log {self.vkey}\n{witnesses}group g {count} {' '.join(urls)}\nquorum g\n")
        return self.policy

    def verify(self, count: str = "all", folder: Path | None = None) -> Result:
        """Verify the log as a stranger would, who asks for so many of the two."""
        path = self.policy.with_name(f"{count}-of-two")
        path.write_text(self.policy.read_text().replace("group g all", f"group g {count}"))
        return CliRunner().invoke(main, ["log", "verify", str(folder or self.folder), "--policy", str(path)])


@pytest.fixture
def cast(publish: Callable[..., int], settings: Settings, tmp_path: Path) -> Iterator[Cast]:
    one = Cast(settings.TUIDANG.log, publish, tmp_path / "policy")
    for name in ("east", "west"):
        folder = WitnessFolder.init(tmp_path / name, f"witness.example/{name}")
        folder.add_log(VerifierKey.parse(one.vkey))
        one.outsiders[name] = Outsider(folder)
    settings.TUIDANG = replace(settings.TUIDANG, witnesses=one.policy)
    yield one
    for outsider in one.outsiders.values():
        if outsider.process and outsider.process.poll() is None:
            outsider.kill()


@pytest.fixture
def up(cast: Cast) -> Cast:
    """Give the cast with both witnesses up."""
    for outsider in cast.outsiders.values():
        outsider.start()
    for outsider in cast.outsiders.values():
        wait_for(outsider.answers)
    cast.ask_for("all", **{name: f"http://127.0.0.1:{o.port}/" for name, o in cast.outsiders.items()})
    return cast


@pytest.fixture
def near(cast: Cast) -> Iterator[Cast]:
    """Give the cast with both witnesses up in threads of this process."""
    witnesses = {name: Witness(outsider.folder) for name, outsider in cast.outsiders.items()}
    with served(witnesses["east"]) as east, served(witnesses["west"]) as west:
        ports = {"east": east.server_address[1], "west": west.server_address[1]}
        cast.ask_for("all", **{name: f"http://127.0.0.1:{port}" for name, port in ports.items()})
        yield cast


def test_two_witnesses_cosign_and_one_that_was_killed_makes_up_for_it_later(up: Cast) -> None:
    up.publish(content())
    text = split_note(up.signed)[0]
    assert "NOT VERIFIED: cosigned by 0 of the 2" in up.verify().stdout
    found = gather_cosignatures()
    assert found
    assert (found.count, found.witnesses, found.refusals) == (2, 2, {})
    assert split_note(up.signed)[0] == text
    assert up.verify().exit_code == 0

    up.outsiders["east"].kill()
    up.publish(content())
    text = split_note(up.signed)[0]
    found = gather_cosignatures()
    assert found
    assert (found.count, set(found.refusals)) == (1, {"east"})
    assert up.verify().exit_code == 1
    assert up.verify("1").exit_code == 0

    up.outsiders["east"].start()
    wait_for(up.outsiders["east"].answers)
    found = gather_cosignatures()
    assert found
    assert (found.count, found.refusals) == (2, {})
    assert split_note(up.signed)[0] == text
    assert up.verify().exit_code == 0
    before = up.signed
    for outsider in up.outsiders.values():
        outsider.kill()
    assert gather_cosignatures() == Cosigned(2, 2, {})  # nobody is left to be asked
    assert up.signed == before


def test_killed_again_and_again_while_it_cosigns_a_witness_stays_with_one_history(up: Cast) -> None:
    dice, east = SystemRandom(), up.outsiders["east"]
    with ThreadPoolExecutor(1) as pool:
        for _ in range(6):
            up.publish(content())
            asking = pool.submit(gather_cosignatures)
            time.sleep(dice.uniform(0, 0.03))
            east.kill()
            asking.result(PATIENCE)
            east.start()
            wait_for(east.answers)
    found = gather_cosignatures()
    assert found
    assert (found.count, found.refusals) == (2, {})
    assert up.verify().exit_code == 0


def test_a_second_history_gets_no_cosignature(
    near: Cast, made: Any, settings: Settings, tmp_path: Path
) -> None:
    near.publish(content(), content())
    gather_cosignatures()
    shutil.copytree(made.data, tmp_path / "other")
    settings.TUIDANG = replace(settings.TUIDANG, data=tmp_path / "other")
    Head.objects.update(**made.head)
    near.publish(content(), content())  # the same number, of other salts
    found = gather_cosignatures()
    assert found
    assert found.count == 0
    assert all("two histories" in why for why in found.refusals.values())
    near.publish(content())
    found = gather_cosignatures()
    assert found
    assert all("422" in why for why in found.refusals.values())
    told = near.verify("any", settings.TUIDANG.log)
    assert told.exit_code == 1
    assert "NOT VERIFIED: cosigned by 0 of the 2" in told.stdout
    for outsider in near.outsiders.values():
        assert len(list((outsider.folder.root / "contradictions").iterdir())) == 1


class Slow(Witness):
    """A witness that answers when it is let."""

    def __init__(self, folder: WitnessFolder) -> None:
        super().__init__(folder)
        self.asked, self.let = threading.Event(), threading.Event()

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        self.asked.set()
        assert self.let.wait(PATIENCE)
        return super().add_checkpoint(body, now)


def test_while_a_witness_does_not_answer_the_register_publishes_and_the_late_answer_harms_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosignatures, "SECONDS", PATIENCE)
    slow = Slow(cast.outsiders["east"].folder)
    with served(slow) as server, ThreadPoolExecutor(1) as pool:
        cast.ask_for("all", east=f"http://127.0.0.1:{server.server_address[1]}")
        asking = pool.submit(gather_cosignatures)
        assert slow.asked.wait(PATIENCE)
        cast.publish(content())
        newer = cast.signed
        slow.let.set()
        found = asking.result(PATIENCE)
        assert found
        assert found.count == 0
        assert cast.signed == newer  # what it signed belongs to an older checkpoint
        found = gather_cosignatures()
        assert found
        assert found.count == 1


def test_a_witness_that_never_answers_costs_the_others_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosignatures, "SECONDS", 1.0)
    with socket.socket() as silent, served(Witness(cast.outsiders["west"].folder)) as west:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        ports = {"east": silent.getsockname()[1], "west": west.server_address[1]}
        cast.ask_for("all", **{name: f"http://127.0.0.1:{port}" for name, port in ports.items()})
        found = gather_cosignatures()
    assert found
    assert (found.count, set(found.refusals)) == (1, {"east"})


def test_the_worker_asks_after_each_round_and_writes_a_reason_once(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    looked = threading.Event()
    with served(Witness(cast.outsiders["west"].folder)) as west:
        urls = {"east": "http://127.0.0.1:1", "west": f"http://127.0.0.1:{west.server_address[1]}"}
        cast.ask_for("all", **urls)
        with caplog.at_level(logging.WARNING, "tuidang.worker"):
            threading.Thread(target=worker.ask_witnesses, args=(looked,), daemon=True).start()
            for count in (1, 2):
                cast.publish(content())
                looked.set()
                wait_for(lambda: " witness.example/west " in cast.signed)
                wait_for(lambda: "no cosignature of the witness east" in caplog.text)
                assert caplog.text.count("no cosignature of the witness east") == 1, count


def test_the_command_publish_asks_once_and_says_who_did_not_cosign(cast: Cast) -> None:
    with served(Witness(cast.outsiders["east"].folder)) as server:
        urls = {"east": f"http://127.0.0.1:{server.server_address[1]}", "west": "http://127.0.0.1:1"}
        cast.ask_for("all", **urls)
        told = CliRunner().invoke(main, ["publish", "--json"])
    assert told.exit_code == 0, told.output
    assert set(json.loads(told.stdout)) == {"published", "size"}
    assert told.stderr.startswith("No cosignature of the witness west: it cannot be reached")
    assert " witness.example/east " in cast.signed


def test_the_doctor_says_who_has_not_cosigned_and_keeps_no_call_from_being_made(
    near: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        return [f"{one.level} {one.what}" for one in doctor._witnesses(settings.TUIDANG)]

    missing = "advice the witness {} has not cosigned the newest checkpoint"
    assert told() == [missing.format("east"), missing.format("west")]
    gather_cosignatures()
    assert told() == ["good the newest checkpoint is cosigned by 2 of 2 witnesses, as the policy asks"]
    near.policy.write_text(f"log {OTHER_KEY.verifier.text}\nquorum none\n")
    assert told()[0].startswith(f"wrong {near.policy} is a policy for another log")
    near.policy.write_text("quorum nobody\n")
    assert told()[0].startswith("wrong line 1 of the policy")
    settings.TUIDANG = replace(settings.TUIDANG, witnesses=None)
    assert told() == []  # a sample needs none
    real = near.outsiders["east"].folder.key().verifier.text  # of a name that is no sample's
    (near.folder / "vkey").write_text(real)
    assert told()[0].startswith("advice nobody outside cosigns the log")
    monkeypatch.setenv("TUIDANG_DATA", str(near.folder.parent))
    assert "nobody outside" in "".join(map(str, doctor.examine()))
    assert "nobody outside" not in "".join(map(str, doctor.examine(outside=False)))


WORDS = {
    "en": ("Until outside witnesses sign", "None has cosigned the newest", "cosigned by 2: east, west."),
    "zh-hans": ("在有外面的见证人一起签字以前", "目前还没有人签字", "已有 2 位签了字：east、west。"),
    "zh-hant": ("在有外面的見證人一起簽字以前", "目前還沒有人簽字", "已有 2 位簽了字：east、west。"),
}


def test_the_page_says_truthfully_how_many_have_cosigned(
    near: Cast, client: Client, settings: Settings
) -> None:
    def page(language: str) -> str:
        return read(client.get(f"/{language}/verify/")).find("main")[0].words

    asked, none = settings.TUIDANG, replace(settings.TUIDANG, witnesses=None)
    for language, (until, nobody, _) in WORDS.items():
        settings.TUIDANG = none
        assert until in page(language)
        assert nobody not in page(language)
        settings.TUIDANG = asked
        assert until in page(language)
        assert nobody in page(language)
    gather_cosignatures()
    for language, (until, nobody, both) in WORDS.items():
        assert both in page(language)
        assert until not in page(language)
        assert nobody not in page(language)
    shown = [pre.words.strip() for pre in read(client.get("/en/verify/")).find("pre")]
    near.policy.write_text(shown[3] + "\n")  # what the page shows is a policy
    assert near.verify().exit_code == 0
    near.policy.write_text("nonsense\n")
    assert WORDS["en"][0] in page("en")
