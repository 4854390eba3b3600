"""The onion's configuration, as tor itself reads it; and its name."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b32encode
from hashlib import sha3_256
from pathlib import Path

import pytest

from tuidang.base.options import read_options
from tuidang.reach.onion import write_configuration


def onion_of(key: bytes) -> str:
    """Make the name of a key, as tor does."""
    total = sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    return b32encode(key + total + b"\x03").decode().lower() + ".onion"


NAME = onion_of(bytes(range(32)))


@pytest.mark.skipif(shutil.which("tor") is None, reason="needs Debian's tor")
def test_tor_takes_the_configuration_with_debian_s_own_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    file, debian = tmp_path / "torrc", tmp_path / "defaults"
    file.write_text(write_configuration(str(tmp_path / "onion"), str(tmp_path / "web.sock")))
    # What /usr/share/tor/tor-service-defaults-torrc says of what we say otherwise.
    debian.write_text("SocksPort 9050\nLog notice syslog\n")
    asked = [
        "tor",
        "-f",
        str(file),
        "--defaults-torrc",
        str(debian),
        "--DataDirectory",
        str(tmp_path / "data"),
    ]
    checked = subprocess.run([*asked, "--verify-config"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "Configuration was valid" in checked.stdout
    dumped = subprocess.run([*asked, "--dump-config", "short"], capture_output=True, text=True, check=True)
    says = set(dumped.stdout.splitlines())
    assert {
        f"HiddenServiceDir {tmp_path}/onion",
        f"HiddenServicePort 80 unix:{tmp_path}/web.sock",
        "HiddenServicePoWDefensesEnabled 1",
        "HiddenServiceMaxStreamsCloseCircuit 1",
        "SocksPort 0",
        "Log err syslog",
    } <= says
    assert not [line for line in says if line.startswith("Log ") and "notice" in line]
    assert not [line for line in says if "SingleHop" in line and line.endswith("1")]


@pytest.mark.parametrize(
    "path", ["relative/web.sock", "/run/a b", '/run/"', "/run/x\nHiddenServiceDir /", "/a#b"]
)
def test_a_path_that_would_say_something_else_to_tor_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no whole path"):
        write_configuration(socket=path)


@pytest.mark.parametrize("text", [NAME, ""])
def test_the_name_of_an_onion_is_taken(text: str) -> None:
    options, problems = read_options({"TUIDANG_ONION": text})
    assert (options.onion, problems) == (text, ())


@pytest.mark.parametrize(
    "text",
    [
        "a" * 56 + ".onion",
        NAME.replace(NAME[10], "q" if NAME[10] != "q" else "w", 1),
        "short.onion",
        f"x.{NAME}",
    ],
)
def test_a_name_that_is_mistyped_is_refused(text: str) -> None:
    options, problems = read_options({"TUIDANG_ONION": text})
    assert options.onion == ""
    assert [one.name for one in problems] == ["TUIDANG_ONION"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("imaps://books@mail.example", ("books", "mail.example", 993)),
        ("imaps://books@lantern.example@mail.example:1993/", ("books@lantern.example", "mail.example", 1993)),
    ],
)
def test_a_mail_server_is_read(text: str, read: tuple[str, str, int]) -> None:
    assert read_options({"TUIDANG_MAIL_IMAP": text})[0].mail_imap == read


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TUIDANG_MAIL_IMAP", "imap://books@mail.example"),
        ("TUIDANG_MAIL_IMAP", "imaps://mail.example"),
        ("TUIDANG_MAIL_IMAP", "imaps://books:secret@mail.example"),
        ("TUIDANG_MAIL_IMAP", "imaps://books@mail.example:99999"),
        ("TUIDANG_MAIL_SMTP", "imaps://books@mail.example"),
        ("TUIDANG_MAIL_ADDRESS", "books"),
        ("TUIDANG_MAIL_SERVER", "mx example"),
    ],
)
def test_what_would_go_unencrypted_or_bears_a_password_is_refused(name: str, text: str) -> None:
    assert [one.name for one in read_options({name: text})[1]] == [name]
