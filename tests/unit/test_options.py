"""Settings: read from one place, wrong ones named with their mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.options import read_options

VARIABLES = [
    "TUIDANG_HTTPS",
    "PORT",
    "TUIDANG_DATABASE",
    "TUIDANG_WORKERS",
    "TUIDANG_NAMES",
    "TUIDANG_PREFIXES",
    "TUIDANG_RARE_NAME",
    "TUIDANG_PHONE_SIP",
    "TUIDANG_PHONE_RTP",
    "TUIDANG_PHONE_HOTLINE",
    "TUIDANG_DATA",
    "TUIDANG_HOST",
    "TUIDANG_HOSTS",
]


def test_an_empty_environment_gives_defaults_that_listen_on_this_machine_only() -> None:
    options, problems = read_options({})
    assert not problems
    assert options.host == "127.0.0.1"
    assert options.database == ""
    assert options.rare_name == 1000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("TUIDANG_HTTPS", "maybe"),
        ("TUIDANG_NAMES", "/no/such/folder"),
        ("TUIDANG_PREFIXES", "/no/such/file"),
        ("TUIDANG_RARE_NAME", "1"),
        ("TUIDANG_PHONE_SIP", "5060"),
        ("TUIDANG_PHONE_SIP", "localhost:5060"),
        ("TUIDANG_PHONE_RTP", "10000"),
        ("TUIDANG_PHONE_RTP", "20000-10000"),
        ("TUIDANG_PHONE_HTTP", "0"),
        ("TUIDANG_PHONE_DESKS", "-1"),
        ("TUIDANG_PHONE_HOTLINE", "ask the office"),
        ("TUIDANG_PHONE_HOTLINE", "202 555 0100"),
        ("TUIDANG_PHONE_HOTLINE", "+86 10 6512 3456"),
        ("TUIDANG_PHONE_HOTLINE", "008613800138000"),
        ("TUIDANG_PHONE_HOTLINE", "+1 202"),
        ("TUIDANG_PHONE_HOTLINE", "+12025550100202555"),
        ("TUIDANG_DATA", "~nobody-of-this-name/var"),
        ("TUIDANG_DATA", __file__),
        ("TUIDANG_DATA", "/" + "long" * 100),
        ("TUIDANG_NAMES", "~nobody-of-this-name/tables"),
        ("TUIDANG_HOST", "example.org"),
        ("TUIDANG_HOST", "999.1.1.1"),
        ("TUIDANG_HOSTS", "https://example.org/"),
        ("TUIDANG_HOSTS", "example.org:8000"),
        ("TUIDANG_HOSTS", ","),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend_and_keeps_its_default(name: str, value: str) -> None:
    options, problems = read_options({name: value})
    assert [problem.name for problem in problems] == [name]
    assert problems[0].mend
    assert value in str(problems[0])
    assert options == read_options({})[0]


def test_a_wrong_database_is_named_without_its_password() -> None:
    _, problems = read_options({"TUIDANG_DATABASE": "mysql://user:secret@host/name"})
    assert [problem.name for problem in problems] == ["TUIDANG_DATABASE"]
    assert "secret" not in str(problems[0])


def test_addresses_and_names_of_the_site_are_taken_as_they_are() -> None:
    options, problems = read_options(
        {"TUIDANG_HOST": "::1", "TUIDANG_HOSTS": "example.org, www.example.org [2001:db8::1] 192.0.2.1"}
    )
    assert not problems
    assert options.host == "::1"
    assert options.hosts == ("example.org", "www.example.org", "[2001:db8::1]", "192.0.2.1")


@pytest.mark.parametrize("typed", ["+1 202 555-0100", "+1 (202) 555 0100", "0012025550100"])
def test_the_number_to_call_us_at_is_kept_as_it_is_dialled_in_china(typed: str) -> None:
    options, problems = read_options({"TUIDANG_PHONE_HOTLINE": typed})
    assert not problems
    assert options.phone_hotline == "0012025550100"


@given(st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=40).filter(lambda t: "\0" not in t)))
def test_whatever_is_set_reading_never_fails(environ: dict[str, str]) -> None:
    _, problems = read_options(environ)
    assert {problem.name for problem in problems} <= environ.keys()


def test_every_place_we_write_lies_in_the_data_folder(tmp_path: Path) -> None:
    options, _ = read_options({"TUIDANG_DATA": str(tmp_path)})
    assert all(path.is_relative_to(tmp_path) for path in (options.keys, options.log, options.sqlite))
