"""Totals of provinces: right for every network, nothing small, nothing of a day that was not seen whole."""

from __future__ import annotations

from datetime import date, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.limits import network_of
from tuidang.base.origins import FLOOR, Origins, Prefixes, load_prefixes

DAY = date(2026, 11, 28)
NEXT = DAY + timedelta(1)
LATER = DAY + timedelta(2)


def table(path: Path, *lines: str) -> Prefixes:
    (path / "prefixes").write_text("\n".join(["# a table", "", *lines]))
    return Prefixes.load(path / "prefixes")


def test_the_narrowest_network_counts(tmp_path: Path) -> None:
    found = table(
        tmp_path, "192.0.0.0/16,CN-SD", "192.0.2.0/24,CN-GD", "2001:db8::/32,CN-HA", "10.0.0.0/30,CN-BJ"
    )
    asked = {
        "192.0.2.7": "CN-GD",
        "192.0.3.7": "CN-SD",
        "::ffff:192.0.2.7": "CN-GD",
        "2001:db8:1::1": "CN-HA",
        "198.51.100.1": "",
        "10.0.0.1": "",  # narrower than what is looked at
        "nonsense": "",
    }
    assert {address: found.province_of(network_of(address)) for address in asked} == asked


@given(
    st.lists(st.tuples(st.integers(0, 2**24 - 1), st.integers(8, 24)), min_size=1, max_size=20),
    st.integers(0, 2**32 - 1),
)
def test_it_finds_what_looking_at_every_line_finds(lines: list[tuple[int, int]], number: int) -> None:
    networks = {ip_network((start << 8, length), strict=False) for start, length in lines}
    codes = ["CN-SD", "CN-GD", "CN-HA", "CN-BJ"]
    provinces = {network: codes[n % 4] for n, network in enumerate(sorted(networks, key=str))}
    found: dict[tuple[int, int], dict[int, str]] = {}
    for network, province in provinces.items():
        place = found.setdefault((4, network.prefixlen), {})
        place[int(network.network_address) >> 32 - network.prefixlen] = province
    address = ip_address(number)
    holding = [network for network in networks if address in network]
    widest = max(holding, key=lambda network: network.prefixlen, default=None)
    assert Prefixes(found).province_of(network_of(str(address))) == (provinces[widest] if widest else "")


@pytest.mark.parametrize(
    "line", ["192.0.2.0/24", "192.0.2.1/24,CN-SD", "nonsense,CN-SD", "192.0.2.0/24,SD", "::/0,US"]
)
def test_a_wrong_line_is_named_and_counts_nothing(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="line 3"):
        table(tmp_path, line)
    assert load_prefixes(tmp_path / "prefixes").province_of("192.0.2.0/24") == ""


def test_small_totals_are_thrown_away_and_the_others_cut_down_to_tens() -> None:
    origins = Origins(DAY)
    origins.count("CN-SD", FLOOR - 1, NEXT)
    origins.count("CN-GD", FLOOR + 9, NEXT)
    origins.count("", 1000, NEXT)
    assert origins.take_finished(NEXT) == {}, "a day is told when it is over"
    assert origins.take_finished(LATER) == {NEXT: {"CN-GD": 50}}
    assert origins.take_finished(LATER) == {}


def test_a_day_that_was_not_seen_whole_is_thrown_away() -> None:
    origins = Origins(DAY)
    origins.count("CN-SD", 1000, DAY)
    assert origins.take_finished(NEXT) == {}
