"""What every test with a database stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django.fixtures import Settings

from giving_provider_cast import Cashier, open_cashier


@pytest.fixture(autouse=True)
def plain_static(settings: Settings) -> None:
    """Serve static files under their own names, as before they are collected."""
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(scope="session")
def providers() -> Iterator[Cashier]:
    """Run the providers, in a process of their own."""
    with open_cashier() as cashier:
        yield cashier


@pytest.fixture
def cashier(providers: Cashier, settings: Settings, house: object) -> Cashier:
    """Give the providers with nothing on their books, and be their customer."""
    providers.do("clear")
    files = providers.write_secrets(settings.TUIDANG.data)
    settings.TUIDANG = replace(settings.TUIDANG, giving_stripe=files["stripe"], giving_btcpay=files["btcpay"])
    return providers
