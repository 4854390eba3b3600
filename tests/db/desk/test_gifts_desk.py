"""The treasurer's screens: what they show and do, and that each look and act is noted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from calls_cast import Enter
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from giving_cast import MARGARET, TODAY, given
from tuidang.base.audit.queries import newest_entries, verify_chain
from tuidang.base.clock import china_today
from tuidang.giving.models import Donor, Entry, Receipt
from tuidang.giving.queries import balance_of, open_lines
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db

GIFT = {"amount": "300.00", "currency": "USD", "day": "2026-11-20", "way": "bank", "purpose": "gifts"}
WHO = {"name": "Margaret Lin", "address": "7 Elm Road", "email": "margaret@example.org", "language": "en"}


@pytest.fixture(autouse=True)
def _set(settings: Settings, house: object) -> None:
    """Set who receives gifts."""
    settings.TUIDANG = replace(
        settings.TUIDANG,
        giving_name="Lantern House",
        giving_address="1 Pier Street, Flushing, NY 11354",
        giving_ein="12-3456789",
    )


@pytest.fixture
def willow(enter: Enter) -> Client:
    """Give the browser of a treasurer."""
    return enter("willow", Role.TREASURER)


def text(response: HttpResponse) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def acts() -> Iterator[tuple[str, str]]:
    return ((entry.who, entry.act) for entry in reversed(newest_entries(limit=100)))


def enter_gift(client: Client, **more: str) -> int:
    place = client.post("/desk/gifts/new/", GIFT | WHO | more).headers["Location"]
    return int(place.split("/")[-2])


def test_a_treasurer_begins_at_the_book(willow: Client) -> None:
    assert willow.get("/desk/").headers["Location"] == "/desk/gifts/"
    page = text(willow.get("/desk/gifts/"))
    assert "There is no money in the book yet." in page
    assert 'aria-keyshortcuts="0"' in page


def test_from_a_gift_to_its_receipt_and_a_duplicate(willow: Client) -> None:
    ordinal = enter_gift(willow)
    place = f"/desk/gifts/entry/{ordinal}/"
    assert "The law of the United States asks for one." in text(willow.get(place))
    assert "waits" in text(willow.get("/desk/gifts/"))
    receipt = willow.post(place, {"move": "receipt"}).headers["Location"]
    page = text(willow.get(receipt))
    assert "Thank you for your cash contribution of USD 300.00, which Lantern House received on" in page
    assert "No goods or services were provided in exchange for your contribution." in page
    pdf = willow.post(receipt, {"move": "pdf"})
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert "*** DUPLICATE ***" in text(willow.post(receipt, {"move": "text"}))
    assert willow.post(receipt, {"move": "void"}).status_code == 422
    willow.post(receipt, {"move": "void", "reason": "the name is misspelt"})
    page = text(willow.get(receipt))
    assert "This receipt is void. the name is misspelt" in page
    assert "*** VOID ***" in text(willow.post(receipt, {"move": "text"}))
    assert "the name is misspelt" in text(willow.get("/desk/gifts/receipts/"))
    assert [act for _, act in acts()] == [
        *("enter-money", "open-donor", "write-receipt", "open-donor", "hand-receipt", "hand-receipt"),
        *("void-receipt", "open-donor", "hand-receipt"),
    ]
    assert {who for who, _ in acts()} == {"willow"}
    assert not verify_chain()


def test_the_book_s_list_names_nobody_and_notes_nobody(willow: Client) -> None:
    given()
    for page in ("/desk/gifts/", "/desk/gifts/receipts/", "/desk/gifts/bank/", "/desk/gifts/year/2026/"):
        assert "Margaret" not in text(willow.get(page))
    assert not list(acts())


def test_a_form_sent_twice_is_one_gift(willow: Client) -> None:
    page = text(willow.get("/desk/gifts/new/"))
    event = re.findall(r'name="event" value="(\w+)"', page)[0]
    first = enter_gift(willow, event=event)
    assert enter_gift(willow, event=event) == first
    assert Entry.objects.count() == 1
    assert Donor.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "0"}, "An amount is a number above zero"),
        ({"amount": "three"}, "An amount is a number above zero"),
        ({"day": "2999-01-01"}, "is not to come"),
        ({"day": "soon"}, "A day is written as"),
        ({"benefit": "a dinner"}, "What was given in return needs words and a value"),
        ({"benefit": "a dinner", "value": "300"}, "What was given in return needs words and a value"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_entered(
    willow: Client, typed: dict[str, str], sentence: str
) -> None:
    answer = willow.post("/desk/gifts/new/", GIFT | WHO | typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Margaret Lin" in text(answer)
    assert not Entry.objects.exists()
    assert not Donor.objects.exists()


def test_somebody_of_a_known_name_is_asked_about(willow: Client) -> None:
    _, donor = given()
    answer = willow.post("/desk/gifts/new/", GIFT | WHO)
    assert answer.status_code == 422
    assert "say whether it is he" in text(answer)
    assert MARGARET.address in text(answer)
    assert list(acts()) == [("willow", "open-donor")]
    ordinal = enter_gift(willow, chosen=str(donor))
    assert Entry.objects.get(pk=ordinal).donor == donor
    assert Entry.objects.get(pk=enter_gift(willow, chosen="new")).donor != donor
    assert Donor.objects.count() == 2


def test_a_gift_of_nobody_named_has_no_receipt(willow: Client) -> None:
    ordinal = enter_gift(willow, name="")
    page = text(willow.get(f"/desk/gifts/entry/{ordinal}/"))
    assert "nobody named" in page
    assert "Write the receipt" not in page
    assert willow.post(f"/desk/gifts/entry/{ordinal}/", {"move": "receipt"}).status_code == 422


def test_money_given_back_and_a_mistake(willow: Client) -> None:
    ordinal = enter_gift(willow)
    place = f"/desk/gifts/entry/{ordinal}/"
    willow.post(place, {"move": "receipt"})
    assert "more than is left" in text(willow.post(place, {"move": "refund", "amount": "300.01"}))
    assert willow.post(place, {"move": "refund", "amount": "100"}).status_code == 302
    page = text(willow.get(place))
    assert "USD 200.00" in page
    assert "Write the receipt" in page
    assert "Money was given back." in text(willow.get("/desk/gifts/receipts/"))
    answer = willow.post(place, {"move": "void"})
    assert "void the refund first" in text(answer)
    refund = Entry.objects.get(kind="refund").ordinal
    willow.post(f"/desk/gifts/entry/{refund}/", {"move": "void"})
    willow.post(place, {"move": "void", "note": "typed twice"})
    assert "This was a mistake" in text(willow.get(place))
    assert balance_of(Account.BANK, Currency.USD) == 0
    assert {act for _, act in acts()} >= {"refund-gift", "void-money"}


def test_costs_and_cheques(willow: Client) -> None:
    enter_gift(willow, way="cheques")
    other = {"amount": "300", "currency": "USD", "day": "2026-11-21"}
    answer = willow.post("/desk/gifts/other/", other | {"what": "calls"})
    assert answer.status_code == 422
    assert "There is not so much money" in text(answer)
    assert willow.post("/desk/gifts/other/", other | {"what": "banked"}).status_code == 302
    assert willow.post("/desk/gifts/other/", other | {"what": "calls", "amount": "120"}).status_code == 302
    year = text(willow.get("/desk/gifts/year/2026/"))
    assert re.findall(r"USD [\d,.]+", year)[-1] == "USD 180.00"
    assert "Machine calls" in year
    assert willow.get("/desk/gifts/year/1/").status_code == 404


def test_the_bank_s_file_is_reconciled(willow: Client) -> None:
    known = enter_gift(willow)
    file = "Date,Amount,Description\n11/21/2026,300.00,M LIN\n11/22/2026,50.00,W CHEN\n11/23/2026,-9.00,FEE\n"
    answer = willow.post("/desk/gifts/bank/", {"file": file, "currency": "USD"})
    assert "3 lines are new." in text(answer)
    assert "M LIN" not in text(answer)
    gift, small, fee = (f"/desk/gifts/bank/{row.pk}/" for row in open_lines())
    page = text(willow.get(gift))
    assert "M LIN" in page
    assert f'name="entry" value="{known}"' in page
    assert (
        willow.post(gift, {"move": "match", "entry": str(known)}).headers["Location"] == "/desk/gifts/bank/"
    )
    assert willow.post(gift, {"move": "match", "entry": str(known)}).status_code == 404
    assert willow.post(small, {"move": "gift", "name": "Wei Chen", "language": "zh-hans"}).status_code == 302
    assert willow.post(fee, {"move": "aside"}).status_code == 422
    assert willow.post(fee, {"move": "other", "what": "banked"}).status_code == 422
    assert willow.post(fee, {"move": "other", "what": "fees"}).status_code == 302
    page = text(willow.get("/desk/gifts/bank/"))
    assert "Book and bank say the same." in page
    assert "USD 341.00" in page
    assert "says so too" in text(willow.get(f"/desk/gifts/entry/{known}/"))
    wrong = willow.post("/desk/gifts/bank/", {"file": "Date,Amount\nsoon,1\n", "currency": "USD"})
    assert "The date in line 2 cannot be read." in text(wrong)


def test_a_donor_is_found_changed_written_to_and_forgotten(willow: Client) -> None:
    _, key = given(day=TODAY.replace(month=1))
    place = f"/desk/gifts/donors/{key}/"
    assert place in text(willow.post("/desk/gifts/donors/", {"words": "marg"}))
    assert "Nobody of this name" in text(willow.post("/desk/gifts/donors/", {"words": "xyz"}))
    assert willow.post(place, WHO | {"move": "change", "name": ""}).status_code == 422
    willow.post(place, WHO | {"move": "change", "name": "Margaret Chen"})
    assert "Margaret Chen" in text(willow.get(place))
    year = willow.post(place, {"move": "year", "year": "2026"}).headers["Location"]
    assert "In all: USD 300.00." in text(willow.get(year))
    assert "There is one already" in text(willow.post(place, {"move": "year", "year": "2026"}))
    served = {"move": "expenses", "services": "driving posters", "first": "2026-05-01", "last": "2026-09-30"}
    assert willow.post(place, served | {"last": "2026-04-01"}).status_code == 422
    assert willow.post(place, served | {"benefit": "lunch"}).status_code == 422
    letter = willow.post(place, served).headers["Location"]
    assert "driving posters" in text(willow.get(letter))
    assert willow.post(place, {"move": "forget"}).status_code == 422
    willow.post(place, {"move": "forget", "sure": "yes"})
    assert willow.get(place).status_code == 404
    assert {act for _, act in acts()} == {"open-donor", "change-donor", "write-receipt", "forget-donor"}


def test_a_number_that_became_no_receipt_says_why(willow: Client) -> None:
    assert willow.post("/desk/gifts/receipts/", {"reason": " "}).status_code == 422
    willow.post("/desk/gifts/receipts/", {"reason": "the sheet was torn"})
    assert "the sheet was torn" in text(willow.get("/desk/gifts/receipts/"))
    assert Receipt.objects.get().serial == 1
    assert willow.get("/desk/gifts/receipts/1/").status_code == 404


def test_the_book_leaves_the_house_with_two_treasurers_once_and_without_names(
    willow: Client, enter: Enter
) -> None:
    ash, elm = enter("ash", Role.TREASURER), enter("elm", Role.AUDITOR)
    ordinal = enter_gift(willow, benefit="a book", value="20")
    asked = willow.post("/desk/gifts/export/").headers["Location"]
    enter_gift(willow, name="")
    assert elm.get(asked).status_code == 404
    assert willow.post(asked, {"move": "do"}).headers["Location"] == asked
    assert "I consent" in text(ash.get(asked))
    ash.post(asked, {"move": "grant"})
    file = willow.post(asked, {"move": "do"})
    assert file.headers["Content-Disposition"] == 'attachment; filename="book.csv"'
    (row,) = csv.DictReader(io.StringIO(file.content.decode()))
    assert (row["entry"], row["amount"], row["debit"], row["credit"]) == (
        str(ordinal),
        "300.00",
        "bank",
        "gifts",
    )
    assert (row["donor"], row["in_return"], row["value_in_return"]) == ("1", "a book", "20.00")
    assert b"Margaret" not in file.content
    assert willow.post(asked, {"move": "do"}).status_code == 404
    assert [act for _, act in acts()][-2:] == ["export", "use-consent"]


def test_without_an_organisation_no_receipt_is_written(willow: Client, settings: Settings) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, giving_ein="")
    ordinal = enter_gift(willow)
    assert "Write the receipt" not in text(willow.get(f"/desk/gifts/entry/{ordinal}/"))
    assert willow.post(f"/desk/gifts/entry/{ordinal}/", {"move": "receipt"}).status_code == 404
    assert "Receipts can be written once" in text(willow.get("/desk/gifts/"))


def test_what_goes_out_has_a_minus_and_what_moves_between_accounts_is_said_to(willow: Client) -> None:
    gift = enter_gift(willow)
    enter_gift(willow, way="cheques", amount="80", event="2" * 32, name="")
    willow.post(f"/desk/gifts/entry/{gift}/", {"move": "refund", "amount": "100"})
    other = {"amount": "80", "currency": "USD", "day": "2026-11-21", "event": "3" * 32}
    willow.post("/desk/gifts/other/", other | {"what": "banked"})
    rows = {
        re.sub(r"<[^>]*>", "", kind).split()[1]: (look, re.sub(r"<[^>]*>", "", amount))
        for kind, look, amount in re.findall(
            r'<th scope="row">(.*?)</th>.*?<td class="number (\w+)">(.*?)</td>',
            text(willow.get("/desk/gifts/")),
            re.DOTALL,
        )
    }
    assert rows["Refund"] == ("out", "USD \N{MINUS SIGN}100.00")
    assert rows["Gift"] == ("in", "USD 300.00")
    assert rows["Cheques"] == ("within", "⇄ moved USD 80.00")
    refund = Entry.objects.get(kind="refund").ordinal
    assert "USD \N{MINUS SIGN}100.00" in text(willow.get(f"/desk/gifts/entry/{refund}/"))


def test_of_a_gift_whose_receipt_is_due_stands_how_long_it_waits_and_until_when(willow: Client) -> None:
    day = TODAY - timedelta(days=45)
    enter_gift(willow, day=day.isoformat())
    page = text(willow.get("/desk/gifts/"))
    assert f"waits {(china_today() - day).days} days" in page
    assert f"15 April {day.year + 1} at the latest" in page
