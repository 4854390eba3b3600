"""A visitor's network is told from what cannot be forged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from tuidang.base.visitors import visitor_network


def network(address: str, forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return visitor_network(RequestFactory().get("/", REMOTE_ADDR=address, **headers))


@pytest.mark.parametrize("forged", [None, "198.51.100.7", "198.51.100.7, 192.0.2.1"])
def test_without_a_proxy_of_ours_a_forwarded_address_is_not_believed(
    settings: Settings, forged: str | None
) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, behind_proxy=False)
    assert network("203.0.113.9", forged) == "203.0.113.0/24"


def test_behind_our_proxy_only_the_address_it_wrote_last_is_believed(settings: Settings) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, behind_proxy=True)
    assert network("127.0.0.1", "198.51.100.7, 2001:db8:1:2ff::9") == "2001:db8:1:200::/56"


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "198.51.100.7,"])
def test_behind_our_proxy_a_header_that_names_nobody_gives_one_network_for_all(
    settings: Settings, forwarded: str | None
) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, behind_proxy=True)
    assert network("127.0.0.1", forwarded) == ""
