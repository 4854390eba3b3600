"""Asterisk's configuration: made of ours, for us alone to read, and what operators are shown is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.asterisk.config import Line, Ports, Setup, render, write_config
from tuidang.phone.asterisk.install import PACKAGES
from tuidang.phone.asterisk.process import strike_out

EXAMPLE = Path(__file__).parents[3] / "deploy" / "asterisk" / "example"


def example() -> Setup:
    trunk = Line("carrier-a", "192.0.2.10:5060", "account", "the-trunks-password", "85230000000")
    return Setup(Path("/srv/tuidang"), (trunk,), Ports(), "192.0.2.2", password="random-at-each-start")


def test_the_example_in_deploy_is_what_is_written() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in EXAMPLE.iterdir()}
    assert written == dict(render(example()))


def test_the_image_for_production_holds_what_is_fetched_elsewhere_but_for_the_simulated_carrier() -> None:
    image = (EXAMPLE.parent / "Containerfile").read_text(encoding="utf-8")
    assert "\nFROM docker.io/library/debian:sid-slim\n" in image
    words = set(re.findall(r"[a-z0-9-]+", image[: image.index("COPY")]))
    assert set(PACKAGES) - {"sip-tester"} <= words
    assert "tuidang phone asterisk" in image.splitlines()[-1]


def test_neither_a_number_nor_a_call_s_own_name_reaches_the_log() -> None:
    call = "0f" * 16
    said = f"[05:00] WARNING[1]: Channel dial-{call} to 8613812345678 was gone (dial-{call}-3)"
    assert strike_out(said) == "[05:00] WARNING[1]: Channel dial-# to # was gone (dial-#-3)"


def test_nothing_loads_by_itself_and_no_call_is_recorded() -> None:
    files = render(example())
    assert "autoload = no" in files["modules.conf"]
    assert "enable = no" in files["cdr.conf"]
    assert "enable = no" in files["cel.conf"]
    assert "queue_log = no" in files["logger.conf"]
    assert "bindaddr = 127.0.0.1" in files["http.conf"]


def test_a_law_comes_first_so_that_nothing_is_transcoded() -> None:
    assert "allow = alaw," in render(example())["pjsip.conf"]


def test_a_trunk_shows_its_one_caller_and_signs_in_only_where_it_has_an_account() -> None:
    with_account = render(example())["pjsip.conf"]
    assert "from_user = 85230000000" in with_account
    assert "type = registration" in with_account
    without = render(Setup(Path("/srv/tuidang"), (Line("lab", "127.0.0.1:5070"),)))["pjsip.conf"]
    assert "type = registration" not in without
    assert "type = auth" not in without


def test_whatever_a_carrier_gave_as_password_is_read_whole_and_cannot_write_another_line() -> None:
    trunk = Line("carrier-a", "sip.example", "account", "a;b#c=[d]")
    assert "password = a\\;b#c=[d]\n" in render(Setup(Path("/srv/tuidang"), (trunk,)))["pjsip.conf"]
    for bad in ("a\nallow = all", "a\r", " a", "a\0"):
        with pytest.raises(ValueError, match="printable"):
            render(Setup(Path("/srv/tuidang"), (Line("carrier-a", "sip.example", "account", bad),)))


def test_every_start_has_a_password_of_its_own_and_shows_none(tmp_path: Path) -> None:
    first, second = Setup(tmp_path), Setup(tmp_path)
    assert first.password != second.password
    assert first.password not in repr(first)
    assert "secret" not in repr(Line("a", "b:1", "c", "secret"))


def test_what_is_written_is_for_us_alone_and_can_be_written_again(tmp_path: Path) -> None:
    setup = Setup(tmp_path)
    write_config(setup)
    write_config(setup)
    for path in setup.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert setup.run.stat().st_mode & 0o077 == 0
    assert (setup.run / "data" / "sounds").resolve() == setup.sounds


def test_a_folder_whose_name_is_too_long_for_a_socket_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        write_config(Setup(tmp_path / ("long" * 20)))


@given(st.integers(10_000, 10**15), st.text(), st.text())
def test_no_number_passes_into_the_log_whatever_stands_around_it(
    number: int, before: str, after: str
) -> None:
    assert str(number) not in strike_out(f"{before}{number}{after}")
