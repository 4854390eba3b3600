"""The commands around Asterisk, as a person types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_sounds import tone
from town_cast import free_port, free_range

from tuidang.phone.asterisk import install
from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
from tuidang.phone.prompts import PROMPTS


@pytest.fixture
def shell(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment of somebody whose data folder has Asterisk, on ports of his own."""
    folder = tmp_path_factory.mktemp("d")
    (folder / "phone").mkdir(mode=0o700)
    install.root(folder).symlink_to(install.root(kept))
    low, high = free_range(52000)
    return {
        **os.environ,
        "TUIDANG_DATA": str(folder),
        "TUIDANG_PHONE_SIP": f"127.0.0.1:{free_port()}",
        "TUIDANG_PHONE_HTTP": str(free_port(socket.SOCK_STREAM)),
        "TUIDANG_PHONE_RTP": f"{low}-{high}",
        "TUIDANG_PHONE_LAB": str(free_port()),
    }


def tuidang(shell: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tuidang", *words], env=shell, capture_output=True, text=True, check=False
    )


def test_without_asterisk_each_command_names_the_one_that_fetches_it(tmp_path: Path) -> None:
    for words in (("lab",), ("sounds",), ("sound", "a.wav", "message/a"), ("asterisk",)):
        ran = tuidang({**os.environ, "TUIDANG_DATA": str(tmp_path)}, "phone", *words)
        assert ran.returncode == 1
        assert "tuidang phone install-asterisk" in ran.stderr


def test_a_recording_takes_its_place_among_the_sounds(
    shell: dict[str, str], data: Path, tmp_path: Path, kept: Path
) -> None:
    given = tone(data, tmp_path / "hello.mp3", volume=0.3)
    for name in ("prompt/menu", "message/hello"):
        ran = tuidang(shell, "phone", "sound", str(given), name)
        assert f"{name} is your recording now" in ran.stdout, ran.stderr
    listed = tuidang(shell, "phone", "sounds", "--json")
    rows = {row["name"]: row["is"] for row in json.loads(listed.stdout)}
    assert {name for name, what in rows.items() if what == "recording"} == {"prompt/menu", "message/hello"}
    messages = {"message/hello", "message/sample-1", "message/sample-2"}
    assert rows.keys() == PROMPTS.keys() | HOTLINE_PROMPTS.keys() | messages


def test_whoever_replaces_a_message_must_listen_again_whether_it_says_who_is_calling(
    shell: dict[str, str], data: Path, tmp_path: Path
) -> None:
    live = {**shell, "TUIDANG_PHONE_LIVE": "yes"}
    given = str(tone(data, tmp_path / "hello.mp3", volume=0.3))

    def missing() -> bool:
        return "listen to every message" in tuidang(live, "phone", "campaign", "start", "c").stderr

    for words in (
        ("sound", given, "message/hello"),
        ("trunk", "save", "out", "192.0.2.1:5060", "--live", "--caller", "85230000000"),
        ("campaign", "create", "c", "--title", "C"),
        ("campaign", "messages", "c", "a=message/hello", "--they-name-the-caller"),
        ("campaign", "trunks", "c", "out"),
    ):
        ran = tuidang(live, "phone", *words)
        assert ran.returncode == 0, ran.stderr
    assert not missing()
    tuidang(live, "phone", "sound", given, "message/hello")
    assert missing()


@pytest.mark.parametrize(
    "name", ["prompt/nothing", "../../etc/passwd", "message/../x", "message/A B", "/abs"]
)
def test_a_sound_that_there_is_not_is_refused(shell: dict[str, str], tmp_path: Path, name: str) -> None:
    ran = tuidang(shell, "phone", "sound", str(tmp_path / "a.wav"), name)
    assert ran.returncode == 1
    assert "is no sound" in ran.stderr


def test_a_bad_recording_is_refused_in_a_sentence(shell: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"words")
    for file in ("a.wav", "gone.wav"):
        ran = tuidang(shell, "phone", "sound", str(tmp_path / file), "message/a")
        assert ran.returncode == 1
        assert "Traceback" not in ran.stderr


def test_the_carrier_and_asterisk_run_until_they_are_stopped(shell: dict[str, str]) -> None:
    folder = Path(shell["TUIDANG_DATA"])
    for command, words, left in (
        ("lab", "listens on", []),
        ("asterisk", "Asterisk is up.", [folder / "phone" / "run" / "asterisk.ctl"]),
    ):
        running = subprocess.Popen(
            [sys.executable, "-u", "-m", "tuidang", "phone", command],
            env=shell,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert running.stdout is not None
        heard = ""
        deadline = time.monotonic() + 120
        while words not in heard and time.monotonic() < deadline and (line := running.stdout.readline()):
            heard += line
        assert words in heard
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=90)
        assert running.returncode == 0
        assert not any(path.exists() for path in left)
    shutil.rmtree(folder, ignore_errors=True)
