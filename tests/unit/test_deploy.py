"""What the files for operators promise, as far as it can be read off them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tuidang.cli import main
from tuidang.phone.asterisk.install import IMAGE, MAJOR, version
from tuidang.phone.dialler.service import FAREWELL
from tuidang.reach.onion import SOCKET

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
TELEPHONE = (DEPLOY / "nginx-telephone.conf").read_text(encoding="utf-8")
ONION = (DEPLOY / "nginx-onion.conf").read_text(encoding="utf-8")
UNITS = sorted(DEPLOY.glob("*.service"))
WITNESS = DEPLOY / "tuidang-witness.service"
CONTAINERFILE = (DEPLOY / "asterisk" / "Containerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
REGISTER = (ROOT / "docs/how-to/run-a-real-register.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_a_service_has_in_memory_is_neither_swapped_out_nor_left_in_a_core(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert {"MemorySwapMax=0", "LimitCORE=1", "UMask=0077"} <= set(lines)


def test_the_web_server_in_front_tells_no_more_of_the_folder_than_we_do() -> None:
    folder = NGINX[NGINX.index("location /log/ {") : NGINX.index("location / {")]
    assert "etag off;" in folder
    # A location with one add_header of its own inherits none of the outer ones (nginx, add_header).
    with_headers = [part for part in re.split(r"location ", folder)[1:] if "add_header" in part]
    assert len(with_headers) == 4
    assert all('add_header Last-Modified "";' in part for part in with_headers)
    assert re.search(r"location ~ (\S+) \{\s*return 404;", folder)


def test_whoever_comes_by_the_onion_is_told_no_more_of_the_folder_and_no_address_is_passed_on() -> None:
    folder = NGINX[NGINX.index("location /log/ {") : NGINX.index("# Volunteers' telephones")]
    assert folder in ONION
    assert 'proxy_set_header X-Forwarded-For "";' in ONION
    assert re.search(r"location /desk/ \{\s*return 404;", ONION)
    assert all(f"listen unix:{SOCKET}{words};" in ONION for words in ("", " default_server"))


def test_the_web_server_in_front_takes_a_form_whole_in_memory_before_it_passes_it_on() -> None:
    assert re.search(r"proxy_request_buffering\s+on;", NGINX)
    most, held = (re.search(rf"{name}\s+(\w+);", NGINX) for name in ("max_body_size", "body_buffer_size"))
    assert most
    assert held
    assert most[1] == held[1]


def test_the_web_server_in_front_passes_on_one_address_that_a_visitor_cannot_write() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto https;" in NGINX


def test_of_asterisk_the_web_server_in_front_passes_on_sip_for_our_own_pages_and_only_if_asked() -> None:
    assert "8088" not in NGINX
    assert "include /etc/nginx/tuidang-telephone.conf*;" in NGINX  # none: nginx starts without it
    to_asterisk = [line.strip() for line in TELEPHONE.splitlines() if "8088" in line]
    assert to_asterisk == ["proxy_pass http://127.0.0.1:8088/ws;"]
    guarded = TELEPHONE[TELEPHONE.index("location = /desk/telephone {") : TELEPHONE.index("8088")]
    assert 'if ($http_origin != "https://$http_host") { return 403; }' in guarded
    assert 'if ($http_sec_websocket_protocol != "sip") { return 403; }' in guarded


def test_the_web_server_of_debian_12_knows_every_word_of_its_settings() -> None:
    assert "http2 on;" not in NGINX  # a directive of nginx 1.25.1; older ones refuse the whole file
    assert NGINX.count("ssl http2;") == 2


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_service_starts_a_command_that_there_is_and_writes_where_settings_say(unit: Path) -> None:
    words = _service(unit)["ExecStart"].split()
    assert words[0] == "/opt/tuidang/.venv/bin/tuidang"
    command: click.Command = main
    for word in words[1:]:
        if isinstance(command, click.Group):
            command = command.commands[word]
        else:
            assert word == _service(unit)["ReadWritePaths"]
    assert not isinstance(command, click.Group)
    if unit != WITNESS:
        assert f"TUIDANG_DATA={_service(unit)['ReadWritePaths']}\n" in REGISTER


def test_every_service_is_shut_in_as_the_others_are() -> None:
    own = {"ExecStart", "LimitNOFILE", "TimeoutStopSec"}
    # Of a witness nothing is the register's: no user, no settings, no folder.
    whose = ("User", "EnvironmentFile", "ReadWritePaths")
    (register,) = {tuple(_service(unit)[name] for name in whose) for unit in UNITS if unit != WITNESS}
    assert not set(register) & set(_service(WITNESS).values())
    own |= set(whose)
    # The worker shuts ffmpeg in.
    more = " landlock_create_ruleset landlock_add_rule landlock_restrict_self"
    alike = {
        tuple((name, words.removesuffix(more)) for name, words in _service(unit).items() if name not in own)
        for unit in UNITS
    }
    assert _service(DEPLOY / "tuidang-work.service")["SystemCallFilter"].endswith(more)
    assert len(alike) == 1


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_service_is_started_again_however_often_it_ends(unit: Path) -> None:
    # A service that ends five times in ten seconds is given up (systemd.unit, StartLimitBurst), and a
    # database that comes up later than we do ends it as often.
    assert _service(unit)["Restart"] == "always"
    assert int(_service(unit)["RestartSec"]) * 5 > 10


def test_the_dialler_may_take_as_long_to_stop_as_it_gives_calls_to_end() -> None:
    assert int(_service(DEPLOY / "tuidang-dial.service")["TimeoutStopSec"]) > FAREWELL + 3


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_knows_every_word_of_a_service_and_finds_it_shut_in(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    here.write_text(
        re.sub("(?m)^ExecStart=.*", f"ExecStart={sys.executable}", unit.read_text("utf-8")), "utf-8"
    )
    verified = _systemd_analyze("verify", "--man=no", str(here))
    assert (verified.returncode, verified.stderr) == (0, "")
    # In tenths of its ten points of exposure; 7.2 is what a service has that is only kept from the disk.
    exposed = _systemd_analyze("security", "--offline=true", "--threshold=20", str(here))
    assert exposed.returncode == 0, exposed.stdout


def test_the_image_is_made_of_what_is_named_and_of_no_data_or_key_that_lies_beside_it() -> None:
    first, *rest = [line for line in IGNORED.splitlines() if not line.startswith("#")]
    assert first == "*"  # everything is left out but what follows
    let_in = {line[1:] for line in rest if line.startswith("!")}
    assert let_in == {"LICENSE", "README.md", "pyproject.toml", "requirements.lock", "scripts", "src"}
    assert all((ROOT / name).exists() for name in let_in)


def test_the_image_is_not_built_of_an_asterisk_that_we_do_not_speak_to() -> None:
    versions = re.findall(r"'(asterisk\S*)=1:(\d+)\.\*'", CONTAINERFILE)
    assert dict(versions) == {"asterisk": MAJOR, "asterisk-modules": MAJOR}


def test_the_image_says_which_packages_it_holds_as_a_fetched_asterisk_does(tmp_path: Path) -> None:
    names = re.search(
        r"dpkg-query -W -f (\S+ \S+) (.*) \\\n\s*\| (sed .*) > /opt/asterisk/packages.json", CONTAINERFILE
    )
    assert names
    lines = "".join(f'"{name}": "1:22.10.1+dfsg-1",\n' for name in names[2].split())
    told = subprocess.run(["sh", "-c", names[3]], input=lines, capture_output=True, text=True, check=True)
    (tmp_path / "phone" / "asterisk").mkdir(parents=True)
    (tmp_path / "phone" / "asterisk" / "packages.json").write_text(told.stdout, "utf-8")
    assert version(tmp_path) == "22.10.1"
    assert f"ln -sfnT {IMAGE} " in CONTAINERFILE.splitlines()[-1]


def test_no_service_leaves_a_core_with_a_program_that_collects_them_either() -> None:
    # One byte: a limit of nought is passed over by Linux where core_pattern is a program.
    assert all(_service(unit)["LimitCORE"] == "1" for unit in UNITS)


def _service(unit: Path) -> dict[str, str]:
    section = unit.read_text(encoding="utf-8").partition("[Service]\n")[2].partition("\n\n")[0]
    return {name: words for name, _, words in (line.partition("=") for line in section.splitlines())}


def _systemd_analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
