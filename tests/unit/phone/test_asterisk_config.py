"""Asterisk's configuration: made of ours, for us alone to read, and what operators are shown is true."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.asterisk.config import Desk, Line, Ports, Setup, desk_of, render, write_config
from tuidang.phone.asterisk.config.modules import DESK_MODULES
from tuidang.phone.asterisk.install import PACKAGES
from tuidang.phone.asterisk.process import strike_out

EXAMPLE = Path(__file__).parents[3] / "deploy" / "asterisk" / "example"


def example() -> Setup:
    trunk = Line("carrier-a", "192.0.2.10:5060", "account", "the-trunks-password", "85230000000")
    return Setup(
        Path("/srv/tuidang"), (trunk,), Ports(), "192.0.2.2", password="random-at-each-start", desks=1
    )


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


@pytest.mark.parametrize("address", ["203.0.113.77", "2001:db8::1f", "fe80::1"])
def test_no_address_reaches_the_log_for_it_may_be_a_volunteer_s(address: str) -> None:
    said = f"[05:00] WARNING[1]: res_rtp_asterisk.c:123 ice: 0x55 {address}:1234 is not reached"
    struck = strike_out(said)
    assert "[05:00] WARNING[1]: res_rtp_asterisk.c:123 ice: 0x55 #" in struck
    assert address not in struck


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


def test_without_desk_telephones_nothing_of_them_is_in_any_file() -> None:
    none = render(replace(example(), desks=0))
    text = "\n".join(none.values())
    assert not any(word in text for word in (*DESK_MODULES, "[ws]", "webrtc", "endpoint_identifier_order"))
    assert none["sorcery.conf"] == ""
    assert "ice_" not in none["rtp.conf"]
    assert "icesupport = no\n" in none["rtp.conf"]


def test_a_desk_telephone_dials_nobody_and_has_one_browser_and_sealed_sound() -> None:
    text = render(example())["pjsip.conf"]
    (desk,) = example().desk_names
    ours = text[text.index(f"[{desk}]\ntype = endpoint") :]
    assert "context = nowhere\n" in ours
    assert re.findall(r"^allow = (.*)$", ours, re.MULTILINE) == ["opus,alaw"]
    assert {"webrtc = yes", "max_contacts = 1", f"auth = {desk}"} <= set(ours.splitlines())
    assert "type = auth" not in ours, "who may sign in is said while somebody is on duty, and written nowhere"
    assert "endpoint_identifier_order = username,ip\n" in text


def test_a_desk_telephone_has_a_name_that_no_trunk_can_have_and_a_secret_of_its_own() -> None:
    password, linden, birch = example().password, UUID(int=1), UUID(int=2)
    first, second, hers = (
        desk_of(1, password, linden),
        desk_of(2, password, linden),
        desk_of(1, password, birch),
    )
    again = desk_of(1, "of the next start", linden)
    assert len({first.secret, second.secret, hers.secret, again.secret}) == 4
    assert first.name == hers.name
    assert len({first.name, second.name, again.name}) == 3
    assert replace(example(), desks=2).desk_names == (first.name, second.name)
    assert desk_of(1, password, linden) == first
    for desk in (first, second):
        with pytest.raises(ValidationError):
            validate_slug(desk.name)  # which trunks' names are
    assert first.secret not in repr(first)
    assert "secret" not in repr(Desk("desk.1", "secret"))


def test_browsers_are_told_one_address_of_the_machine_unless_it_is_one_that_they_do_not_take() -> None:
    assert "ice_permit = 192.0.2.2\n" in render(example())["rtp.conf"]
    assert "icesupport = no" not in render(example())["rtp.conf"]
    assert "ice_" not in render(replace(example(), address="127.0.0.1"))["rtp.conf"]


@pytest.mark.parametrize(
    ("host", "match"),
    [
        ("192.0.2.10:5060", "192.0.2.10"),
        ("sip.example", "sip.example"),
        ("127.0.0.1:5070", "127.0.0.1:5070"),
        ("127.0.0.1", "127.0.0.1:5060"),
        ("localhost:5070", "127.0.0.1:5070"),
    ],
)
def test_of_this_machine_s_own_programs_only_the_one_at_its_port_is_a_carrier(host: str, match: str) -> None:
    text = render(Setup(Path("/srv/tuidang"), (Line("lab", host),)))["pjsip.conf"]
    assert re.findall(r"^match = (.*)$", text, re.MULTILINE) == [match]


def test_what_comes_in_is_bounded_by_what_trunks_and_desk_telephones_ask_for() -> None:
    lines = (Line("a", "192.0.2.10:5060", channels=30), Line("b", "192.0.2.11:5060", channels=12))
    assert "maxcalls = 44\n" in render(Setup(Path("/srv/tuidang"), lines, desks=2))["asterisk.conf"]
    assert "maxcalls = 1\n" in render(Setup(Path("/srv/tuidang")))["asterisk.conf"]  # 0 would be no bound


def test_every_bound_says_in_the_file_why_it_is_there() -> None:
    bounds = {
        "asterisk.conf": ("maxcalls",),
        "http.conf": ("sessionlimit", "session_inactivity"),
        "logger.conf": ("logger_queue_limit",),
        "rtp.conf": ("rtpstart",),
        "pjsip.conf": ("keep_alive_interval", "rtp_timeout", "rtp_timeout_hold", "timers", "max_contacts"),
    }
    files = render(example())
    for file, names in bounds.items():
        for name in names:
            assert re.search(rf"^; .*[^\n]\n{name} = ", files[file], re.MULTILINE), name


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
