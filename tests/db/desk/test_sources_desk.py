"""How people find us, at the desk: kept, noted, tried, counted, and printed."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from calls_cast import Enter
from django.test import Client

from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import china_today
from tuidang.phone.models import HotlineNumber, NumberTrial, Trunk
from tuidang.phone.test_calls.rules import Outcome
from tuidang.reach import printing
from tuidang.reach.actions import create_source, keep_counts, set_state
from tuidang.reach.models import Source
from tuidang.reach.posters.typeface import is_there
from tuidang.reach.rules import Door, Entry, How, Kind, State
from tuidang.reach.tally import Counted
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db
needs_typeface = pytest.mark.skipif(not is_there(), reason="needs Debian's fonts-noto-cjk")

NEW = {
    "code": "tp26",
    "kind": "print",
    "title": "Taipei, spring",
    "place": "",
    "state": "live",
    "door": "write",
}


@pytest.fixture
def juniper(enter: Enter) -> Client:
    """Give the browser of a coordinator."""
    return enter("juniper", Role.COORDINATOR)


@pytest.fixture
def batch(db: None) -> str:
    """Keep a batch of cards and a number; give the batch's code."""
    today = date(2026, 11, 28)
    create_source(Entry("tp26", Kind.PRINT, "Taipei", "", State.LIVE, Door.HOME), today)
    create_source(Entry("toronto", Kind.NUMBER, "Toronto", "0014165550123", State.LIVE, Door.HOME), today)
    create_source(Entry("m1", Kind.MIRROR, "M", "https://mirror.example/x", State.LIVE, Door.HOME), today)
    return "tp26"


def acts() -> list[str]:
    return [entry.act for entry in AuditEntry.objects.order_by("ordinal")]


def test_a_source_is_added_changed_and_noted(juniper: Client) -> None:
    assert juniper.post("/desk/sources/new/", NEW).headers["Location"] == "/desk/sources/?saved"
    change = {
        "title": "Taipei",
        "place": "the station",
        "state": "retired",
        "door": "home",
        "code": "x",
        "kind": "site",
    }
    juniper.post("/desk/source/tp26/", change)
    kept = Source.objects.get()
    assert (kept.code, kept.kind, kept.title, kept.place) == ("tp26", "print", "Taipei", "the station")
    assert (kept.state, kept.door, kept.since) == ("retired", "home", china_today())
    assert acts() == ["change-source"] * 2
    page = juniper.get("/desk/sources/").content.decode()
    assert "retired" in page
    assert "Make a poster" not in page, "of what is live alone"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_noted(juniper: Client) -> None:
    wrong = juniper.post("/desk/sources/new/", {**NEW, "kind": "number", "code": "A b", "title": ""})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert all(f'id="{field}-error"' in page for field in ("code", "title", "place"))
    juniper.post("/desk/sources/new/", NEW)
    assert juniper.post("/desk/sources/new/", NEW).status_code == 422
    assert acts() == ["change-source"]


def test_a_number_shows_what_became_of_the_calls_that_try_it(juniper: Client, batch: str) -> None:
    assert "Nobody tries whether it answers" in juniper.get("/desk/sources/").content.decode()
    trunk = Trunk.objects.create(name="out", host="carrier.example")
    HotlineNumber.objects.create(code="toronto", number="0014165550123", trunk=trunk)
    NumberTrial.objects.create(day=china_today(), code="toronto", outcome=Outcome.BUSY)
    page = juniper.get("/desk/sources/").content.decode()
    assert "was busy" in page
    assert "a voice heard on 0 of 1 day" in page
    assert "001 416 555 0123" in page


def test_what_sources_bring_is_shown_by_the_month_and_small_counts_are_not(
    juniper: Client, batch: str
) -> None:
    month = china_today().replace(day=1)
    keep_counts([(Counted(month, How.TOLD, "banknote"), 47), (Counted(month, How.OPENED, "tp26"), 9)])
    page = juniper.get("/desk/sources/brought/").content.decode()
    assert f"{month:%Y-%m}" in page
    assert ">40<" in page
    assert ">9<" not in page
    assert "Taipei" in page


@needs_typeface
def test_a_sheet_is_shown_as_a_picture_and_its_file_is_noted(juniper: Client, batch: str) -> None:
    where = "/desk/source/tp26/print/"
    query = "?sheet=a5&language=zh-hant&number=toronto&leads=m1&title=%E9%80%80%E9%BB%A8&words="
    page = juniper.get(where + query).content.decode()
    assert "/desk/source/tp26/picture/?sheet=a5&amp;language=zh-hant" in page
    picture = juniper.get(f"/desk/source/tp26/picture/{query}")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(picture.content).get("viewBox") == "0 0 148 210"
    assert acts() == []
    file = juniper.post(where + query)
    assert file.headers["Content-Disposition"] == 'attachment; filename="tp26-a5-zh-hant.pdf"'
    assert file.content.startswith(b"%PDF-")
    assert acts() == ["make-print"]


@needs_typeface
def test_the_page_begins_with_the_first_number_and_our_own_short_address(juniper: Client, batch: str) -> None:
    order = printing.order_of("tp26", printing.Choice(number="toronto"))
    assert (order.number, order.address) == ("001 416 555 0123", "http://localhost:8000/q/tp26/")
    page = juniper.get("/desk/source/tp26/print/").content.decode()
    assert '<option value="toronto" selected>' in page
    assert "<img" in page


@needs_typeface
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sheet=a0", "sheet"),
        ("language=fr", "language"),
        ("number=m1", "number"),
        ("number=gone", "number"),
        ("leads=toronto", "leads"),
        ("title=" + "x" * 61, "title"),
        ("words=" + "x" * 201, "words"),
        ("words=%F0%9F%98%80", "words"),
        ("number=&words=" + "%E9%80%80" * 200, "words"),
    ],
)
def test_what_cannot_be_printed_is_said_and_no_file_comes(
    juniper: Client, batch: str, query: str, field: str
) -> None:
    for ask in (juniper.get, juniper.post):
        refused = ask(f"/desk/source/tp26/print/?{query}")
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.content.decode()
    assert juniper.get(f"/desk/source/tp26/picture/?{query}").status_code == 404
    assert acts() == []


def test_of_banknotes_and_of_what_is_not_live_nothing_is_printed(juniper: Client, batch: str) -> None:
    create_source(Entry("notes", Kind.BANKNOTE, "N", "", State.LIVE, Door.HOME), date(2026, 11, 28))
    assert juniper.get("/desk/source/notes/print/").status_code == 404
    assert juniper.get("/desk/source/toronto/print/").status_code == 404
    set_state("tp26", State.BLOCKED, date(2026, 11, 28))
    assert juniper.post("/desk/source/tp26/print/").status_code == 422


def test_where_the_typeface_is_missing_the_page_says_how_to_mend_it(
    juniper: Client, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "is_there", lambda: False)
    page = juniper.get("/desk/source/tp26/print/")
    assert page.status_code == 422
    assert "apt-get install fonts-noto-cjk" in page.content.decode()
