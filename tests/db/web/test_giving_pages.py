"""The public pages of giving: closed until they are set, and no figure on them tells of a single gift."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from calls_cast import call, keep
from django.test import Client
from pytest_django import Settings

from giving_cast import gift
from markup import weight
from tuidang.giving.actions.book import enter, refund_gift
from tuidang.giving.models import Checkout, Standing
from tuidang.giving.rules.ledger import Account, Entry, Kind
from tuidang.giving.rules.money import Currency
from tuidang.phone.records.outcomes import Outcome
from tuidang.web import giving, giving_by_provider

pytestmark = pytest.mark.django_db

PAGES = ("give/", "give/totals/")
SET = {
    "giving_name": "Lantern House",
    "giving_address": "1 Pier Street, Flushing, NY 11354",
    "giving_ein": "12-3456789",
    "giving_bank": ("First Bank of Flushing", "Account 0123 4567 89"),
    "giving_hour": ("USD", 120),
}
LONG_AGO = date(2025, 1, 15)


@pytest.fixture
def opened(settings: Settings, house: object) -> None:
    """Set who receives gifts and by what account."""
    settings.TUIDANG = replace(settings.TUIDANG, **SET)
    giving._calls.cache_clear()


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("missing", ["giving_name", "giving_address", "giving_ein", "giving_bank"])
def test_the_pages_are_closed_until_everything_is_set(
    client: Client, settings: Settings, house: object, missing: str
) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, **{**SET, missing: type(SET[missing])()})
    assert [client.get(f"/en/{page}").status_code for page in PAGES] == [404, 404]
    assert "/give/" not in client.get("/en/").content.decode()


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("language", "warning"),
    [
        ("en", "Do not give from inside China"),
        ("zh-hans", "请不要从中国境内捐款"),
        ("zh-hant", "請不要從中國境內捐款"),
    ],
)
def test_every_language_advises_first_and_then_says_where_to(
    client: Client, language: str, warning: str
) -> None:
    assert f"/{language}/give/" in client.get(f"/{language}/").content.decode()
    page = words(client, f"/{language}/give/")
    places = [
        page.index(part) for part in (warning, "USD 20.00 ÷ USD 1.20", "<b>16", "Account 0123", "501(c)(3)")
    ]
    assert places == sorted(places)
    assert "<script" not in page
    assert "<form" not in page


@pytest.mark.usefixtures("opened")
def test_without_a_price_nothing_is_reckoned(client: Client, settings: Settings) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, giving_hour=None)
    assert "÷" not in words(client, "/en/give/")


@pytest.mark.usefixtures("opened")
def test_totals_tell_what_came_and_went_and_how_many_calls_were_made(
    client: Client, settings: Settings
) -> None:
    for number in range(10):
        enter(gift(100_00, day=LONG_AGO, event=f"g{number}"))
    refund_gift(0, 50_00, "r", LONG_AGO)
    enter(Entry("c", Kind.COST, LONG_AGO, Currency.USD, 300_00, Account.CALLS, Account.BANK))
    enter(Entry("f", Kind.COST, LONG_AGO, Currency.USD, 7_00, Account.FEES, Account.BANK))
    enter(gift(77_77, day=date(2025, 4, 15)))  # alone in its quarter
    enter(gift(88_88, currency=Currency.EUR, day=LONG_AGO))
    page = words(client, "/en/give/totals/")
    for figure in ("1 January 2025 – 31 March 2025", "USD 950.00", "USD 300.00", "USD 7.00"):
        assert figure in page
    assert "77.77" not in page
    assert "88.88" not in page
    assert "Calls that machines made" not in page


@pytest.mark.usefixtures("opened")
def test_calls_are_counted_by_finished_quarters(settings: Settings) -> None:
    records = settings.TUIDANG.data / "phone/records"
    keep(records, [call(LONG_AGO, "CN-SD", Outcome.BUSY), call(LONG_AGO, "CN-HA", Outcome.REFUSED)] * 3)
    assert giving._calls(records, date(2025, 4, 2)) == [(date(2025, 1, 1), date(2025, 3, 31), 3)]
    assert giving._calls(records, date(2025, 3, 31)) == []


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_where_a_donor_comes_back_to_is_light(client: Client, language: str, standing: Standing) -> None:
    row = Checkout.objects.create(
        provider=Account.STRIPE.value,
        day=LONG_AGO,
        currency="USD",
        cents=2500,
        monthly=True,
        standing=standing.value,
        payload=b"",
    )
    for path in (f"thanks/{row.pk}/", f"end/{row.pk}/{giving_by_provider.proof_of(row.pk)}/"):
        response = client.get(f"/{language}/give/{path}")
        assert response.status_code == 200
        assert weight(response) <= 14 * 1024


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Transfer nothing."), ("zh-hans", "请不要转账。"), ("zh-hant", "請不要轉帳。")],
)
def test_on_a_sample_the_page_says_to_transfer_nothing_and_on_a_register_it_does_not(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    assert word not in words(client, f"/{language}/give/")
    monkeypatch.setattr("tuidang.web.context.log_is_sample", lambda: True)
    assert word in words(client, f"/{language}/give/")
