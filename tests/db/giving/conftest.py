"""What every test of giving with a database stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from giving_provider_cast import Cashier, open_cashier


@pytest.fixture(autouse=True)
def _keys(house: object) -> None:
    """Give a data folder with keys."""


@pytest.fixture(scope="session")
def providers() -> Iterator[Cashier]:
    """Run the providers, in a process of their own."""
    with open_cashier() as cashier:
        yield cashier


@pytest.fixture
def cashier(providers: Cashier, settings: Settings, _keys: None) -> Cashier:
    """Give the providers with nothing on their books, and be their customer."""
    providers.do("clear")
    files = providers.write_secrets(settings.TUIDANG.data)
    settings.TUIDANG = replace(settings.TUIDANG, giving_stripe=files["stripe"], giving_btcpay=files["btcpay"])
    return providers
