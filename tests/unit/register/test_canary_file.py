"""An auditor's file: sealed, whole, and no canary in two rounds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from tuidang.cli import main
from tuidang.register.canary.file import Canaries, Canary, FileError, open_file, save_file
from tuidang.register.canary.rounds import close_round
from tuidang.register.canary.words import compose, make_canary

TODAY = date(2026, 11, 28)
WORDS = "我从今天起退出。"


def made(state: str, sent: str = "2026-11-01", channel: str = "web", receipt: str = "1" * 16) -> Canary:
    return Canary(channel, sent, "金福", ("league",), receipt=receipt, leaf=7, state=state)


def test_a_sealed_file_opens_with_its_passphrase_alone_and_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    held = Canaries("https://example.org", [make_canary("web", "2026-11-28", WORDS, Random(1))])
    save_file(path, "eleven quiet herons", held)
    assert open_file(path, "eleven quiet herons") == held
    for shown in (WORDS.encode(), b"example.org", held.canaries[0].name.encode()):
        assert shown not in path.read_bytes()
    assert path.stat().st_mode & 0o77 == 0
    with pytest.raises(FileError, match="another passphrase"):
        open_file(path, "twelve quiet herons")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FileError, match="altered"):
        open_file(path, "eleven quiet herons")


def test_a_round_reports_each_canary_once_and_waits_for_those_that_may_come() -> None:
    held = Canaries(
        "https://example.org",
        [
            made("found"),
            made("found", channel="api"),
            made("lost", channel="machine-call"),
            made("sent", sent="2026-11-20"),  # may still come
            made("sent", receipt=""),  # the site never took it
        ],
    )
    closed = close_round(held, TODAY)
    assert closed.sent == {"machine-call": 1, "web": 2}
    assert closed.found == {"web": 2}
    assert [one["leaf"] for one in closed.canaries] == [7, 7]
    with pytest.raises(ValueError, match="nothing can be reported"):
        close_round(held, TODAY)
    held.canaries[3].state = "found"
    assert close_round(held, TODAY).sent == {"web": 1}


def test_words_of_ones_own_come_before_those_of_others() -> None:
    rng = Random(1)
    assert compose(["甲", "乙"], [], rng, 2) in (["甲", "乙"], ["乙", "甲"])
    mixed = compose(["甲"], ["我退党。我要过平安的日子。", "三退保平安。"], rng, 3)
    assert mixed[0] == "甲"
    assert len(set(mixed)) == 3
    with pytest.raises(ValueError, match="one a line"):
        compose(["甲"], ["只有一句"], rng, 2)


def test_what_is_given_wrongly_is_said(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(
            main, ["canary", *arguments], env={"CANARY_PASSPHRASE": "eleven quiet herons"}
        )
        assert done.exit_code in {1, 2, 3}
        return done.output

    file = str(tmp_path / "file")
    assert "an address like" in run("begin", file, "--site", "example.org")
    assert "characters or more" in run(
        "begin", file, "--site", "https://example.org", "--passphrase", "short"
    )
    assert "cannot be read" in run("show", file)
    CliRunner().invoke(
        main,
        ["canary", "begin", file, "--site", "https://example.org"],
        env={"CANARY_PASSPHRASE": "eleven quiet herons"},
    )
    assert "not overwritten" in run("begin", file, "--site", "https://example.org")
    assert "not the digits of a receipt" in run(
        *("note", file, "--channel", "mail", "--name", "金福", "--org", "party", "--receipt", "123")
    )
    assert "does not open" in run("show", file, "--passphrase", "twelve quiet herons")
    assert "nothing can be reported" in run("close", file, "--out", str(tmp_path / "round.json"))
