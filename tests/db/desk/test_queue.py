"""The desk: what is held is read, decided one by one or together after a preview, and undone."""

from __future__ import annotations

import pytest
from desk_cast import Hold
from django.test import Client

from tuidang.base.clock import china_today
from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.sealing import open_sealed
from tuidang.register.actions.head import begin_log
from tuidang.register.actions.publication import publish
from tuidang.register.models import Decision, Waiting
from tuidang.register.rules.content import Content, decode_content
from tuidang.volunteers.actions import create_volunteer
from tuidang.volunteers.models import User
from volunteer_cast import enter as enter_desk

pytestmark = pytest.mark.django_db

PRAISE = "共产党万岁" * 10
SCREENS = [
    "/desk/",
    "/desk/held/advertising/",
    "/desk/held/advertising/00ff/",
    "/desk/statement/1/",
    "/desk/chosen/",
    "/desk/decided/",
    "/desk/give-back/",
    "/desk/requests/",
    "/desk/published/0/",
    "/desk/keys/",
]


def state(key: int) -> str:
    return Waiting.objects.get(pk=key).state


def content(settings_data: object, key: int) -> Content:
    row = Waiting.objects.get(pk=key)
    day_key = KeyFolder(settings_data / "keys").day_key(row.day)  # type: ignore[operator]
    return decode_content(open_sealed(day_key, bytes(row.payload)))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_screen_asks_strangers_to_sign_in_and_refuses_who_is_no_reviewer(
    client: Client, house: object, screen: str, method: str
) -> None:
    response = getattr(client, method)(screen)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/desk/sign-in/")
    enter_desk(client, create_volunteer("guest", []))
    refused = {"/desk/": "/desk/account/", "/desk/keys/": "/desk/keys/"}  # these are everybody's
    response = getattr(client, method)(screen)
    if screen in refused:
        assert response.status_code in {200, 302, 405}
        assert response.headers.get("Location", refused[screen]) == refused[screen]
    else:
        assert response.status_code == 403


def test_the_queue_tells_patterns_from_single_statements(linden: Client, hold: Hold) -> None:
    for name in ("金福", "万顺", "如意"):
        hold(name)
    hold("老孙", "共产党万岁")
    hold("老李", "永远跟党走")
    page = linden.get("/desk/").content.decode()
    assert "5 statements wait" in page
    assert "The same text" not in page
    assert page.count("One text, from one region on one day") == 1
    assert "/desk/held/praise/" in page
    assert "/desk/held/advertising/" not in page.replace("/desk/held/advertising/" + _group(), "")


def _group() -> str:
    return bytes(Waiting.objects.filter(reasons="advertising").first().group).hex()


def test_a_pattern_shows_its_text_once_and_everybody_who_sent_it(linden: Client, hold: Hold) -> None:
    for name in ("金福", "万顺", "如意"):
        hold(name)
    page = linden.get(f"/desk/held/advertising/{_group()}/").content.decode()
    assert page.count("代开发票") == 1
    assert all(name in page for name in ("金福", "万顺", "如意"))


def test_a_list_shows_only_what_it_is_about_and_the_next_when_these_are_decided(
    linden: Client, hold: Hold
) -> None:
    for n in range(27):
        hold("金福", PRAISE + "啊" * n)
    hold("老孙")
    first = linden.get("/desk/held/praise/")
    assert first.content.decode().count('name="id"') == 25
    assert "The next come when these are decided" in first.content.decode()
    assert "All 27" not in first.content.decode(), "single statements are decided by who has read them"
    shown = " ".join(str(one.id) for one in first.context["statements"])
    linden.post("/desk/chosen/", {"chosen": shown, "move": "accept", "confirmed": "yes"})
    second = linden.get("/desk/held/praise/").content.decode()
    assert second.count('name="id"') == 2
    assert "老孙" not in first.content.decode() + second


@pytest.mark.parametrize("path", ["nonsense/", "advertising/xyz/", "advertising-nonsense/", "-/"])
def test_an_address_that_names_no_list_leads_nowhere(linden: Client, path: str) -> None:
    assert linden.get(f"/desk/held/{path}").status_code == 404


def test_a_bulk_move_is_shown_first_and_changes_nothing_until_confirmed(linden: Client, hold: Hold) -> None:
    keys = [hold(name) for name in ("金福", "万顺", "如意")]
    chosen = {"id": keys[:2], "move": "reject", "rejection": "advertising"}
    page = linden.post("/desk/chosen/", chosen).content.decode()
    assert "<dd>2</dd>" in page
    assert "It advertises something" in page
    assert {state(key) for key in keys} == {"held"}
    confirmed = {"chosen": f"{keys[0]} {keys[1]}", "move": "reject", "rejection": "advertising"}
    linden.post("/desk/chosen/", {**confirmed, "confirmed": "yes"})
    assert [state(key) for key in keys] == ["rejected", "rejected", "held"]


def test_the_whole_pile_is_chosen_also_beyond_the_page(linden: Client, hold: Hold) -> None:
    keys = [hold("金福", PRAISE) for _ in range(27)]
    group = bytes(Waiting.objects.filter(reasons="praise").first().group).hex()
    assert "All 27" in linden.get(f"/desk/held/praise/{group}/").content.decode()
    chosen = {"whole": "yes", "reasons": "praise", "group": group, "move": "accept"}
    response = linden.post("/desk/chosen/", chosen)
    assert "<dd>27</dd>" in response.content.decode()
    late = hold("老孙", "共产党好")
    linden.post("/desk/chosen/", {"chosen": response.context["chosen"], "move": "accept", "confirmed": "yes"})
    assert {state(key) for key in keys} == {"accepted"}
    assert state(late) == "held", "only what was previewed is decided"


def test_what_somebody_else_decided_meanwhile_is_told_and_left_alone(
    linden: Client, birch: Client, hold: Hold
) -> None:
    keys = [hold("金福"), hold("万顺")]
    birch.post(f"/desk/statement/{keys[0]}/", {"move": "reject", "rejection": "forged"})
    page = linden.post("/desk/chosen/", {"id": keys, "move": "accept"}).content.decode()
    assert "Stay as they are" in page
    linden.post("/desk/chosen/", {"chosen": f"{keys[0]} {keys[1]}", "move": "accept", "confirmed": "yes"})
    assert [state(key) for key in keys] == ["rejected", "accepted"]


def test_bulk_masks_hide_names_or_texts(linden: Client, hold: Hold, house: object) -> None:
    keys = [hold("王建国"), hold("李明")]
    shown = linden.post("/desk/chosen/", {"id": keys, "move": "hide-text"}).content.decode()
    assert "代开发票" not in shown
    linden.post("/desk/chosen/", {"id": keys[:1], "move": "hide-text", "confirmed": "yes"})
    linden.post("/desk/chosen/", {"id": keys[1:], "move": "hide-name", "confirmed": "yes"})
    assert content(house, keys[0]).text == ""
    assert content(house, keys[1]).name == "某某"
    assert content(house, keys[1]).text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"move": "accept"},
        {"move": "accept", "id": "x"},
        {"move": "accept", "id": "-1"},
        {"move": "accept", "id": str(2**70), "confirmed": "yes"},
        {"move": "accept", "chosen": "1\0"},
        {"move": "explode", "id": "1"},
        {"move": "reject", "id": "1"},
        {"move": "reject", "id": "1", "rejection": "whim", "confirmed": "yes"},
        {"move": "accept", "whole": "yes", "reasons": "whim"},
        {"move": "accept", "whole": "yes", "reasons": "advertising", "group": ""},
    ],
)
def test_a_form_that_lacks_something_is_answered_with_what_is_missing(
    linden: Client, hold: Hold, form: dict[str, str]
) -> None:
    key = hold()
    response = linden.post("/desk/chosen/", form)
    assert response.status_code == 422
    assert "Nothing happened" in response.content.decode()
    assert state(key) == "held"


def test_one_statement_is_accepted_and_undone(linden: Client, birch: Client, hold: Hold) -> None:
    key = hold()
    done = linden.post(f"/desk/statement/{key}/", {"move": "accept", "back": "/desk/held/advertising/"})
    assert 'href="/desk/held/advertising/"' in done.content.decode()
    assert state(key) == "accepted"
    assert "1 decision" in birch.get("/desk/decided/").content.decode()
    birch.post("/desk/chosen/", {"chosen": str(key), "move": "undo", "confirmed": "yes"})
    assert state(key) == "held"


def test_a_rejection_needs_a_reason(linden: Client, hold: Hold) -> None:
    key = hold()
    response = linden.post(f"/desk/statement/{key}/", {"move": "reject"})
    assert response.status_code == 422
    assert "Choose a reason" in response.content.decode()
    assert state(key) == "held"
    linden.post(f"/desk/statement/{key}/", {"move": "reject", "rejection": "not_a_statement"})
    assert state(key) == "rejected"


def test_chosen_passages_are_shown_masked_and_then_masked(linden: Client, hold: Hold, house: object) -> None:
    key = hold("金福", "代开发票，找李秀英，李秀英在。")
    form = {"move": "mask", "passages": "李秀英\n代开发票"}
    shown = linden.post(f"/desk/statement/{key}/", form)
    assert "〔…〕，找〔…〕，〔…〕在。" in shown.content.decode()
    assert state(key) == "held"
    linden.post(f"/desk/statement/{key}/", {**form, "confirmed": "yes"})
    assert content(house, key).text == "〔…〕，找〔…〕，〔…〕在。"
    assert state(key) == "accepted"
    linden.post(f"/desk/statement/{key}/", {"move": "undo"})
    assert content(house, key).text == "代开发票，找李秀英，李秀英在。"


def test_a_passage_that_does_not_stand_there_is_named_and_nothing_is_lost(linden: Client, hold: Hold) -> None:
    key = hold()
    response = linden.post(
        f"/desk/statement/{key}/", {"move": "mask", "passages": "代开发票\n张三", "name": "yes"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "“张三” does not stand in the text" in page
    assert "代开发票\n张三</textarea>" in page
    assert state(key) == "held"


def test_masking_nothing_is_not_accepting(linden: Client, hold: Hold) -> None:
    key = hold()
    assert linden.post(f"/desk/statement/{key}/", {"move": "mask", "confirmed": "yes"}).status_code == 422
    assert state(key) == "held"


def test_who_opened_what_is_noted_without_what_it_says(linden: Client, hold: Hold) -> None:
    key = hold("王建国")
    linden.get(f"/desk/statement/{key}/")
    (note,) = Decision.objects.all()
    assert (note.act, note.reviewer, note.day) == ("open", str(User.objects.get().pk), china_today())
    assert bytes(note.object) not in {b"", str(key).encode()}


@pytest.mark.django_db(transaction=True)  # publication sweeps the database
def test_what_is_published_cannot_be_opened_or_undone_any_more(linden: Client, hold: Hold) -> None:
    begin_log("desk.invalid", china_today())
    key = hold()
    linden.post(f"/desk/statement/{key}/", {"move": "accept"})
    publish(china_today())
    assert linden.get(f"/desk/statement/{key}/").status_code == 404
    gone = linden.post("/desk/chosen/", {"chosen": str(key), "move": "undo", "confirmed": "yes"})
    assert "Nothing was changed" in gone.content.decode()


@pytest.mark.parametrize("key", [0, 2**63 - 1, 2**63, 10**30])
def test_a_key_of_nothing_is_answered_calmly(linden: Client, key: int) -> None:
    assert linden.get(f"/desk/statement/{key}/").status_code == 404


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_way_back_stays_at_the_desk(linden: Client, hold: Hold, back: str) -> None:
    key = hold()
    assert back not in linden.get(f"/desk/statement/{key}/", {"back": back}).content.decode()


def test_no_form_of_the_desk_is_taken_without_its_token(linden: Client, hold: Hold) -> None:
    key = hold()
    strict = Client(enforce_csrf_checks=True)
    enter_desk(strict, User.objects.get())
    for screen in ("/desk/chosen/", f"/desk/statement/{key}/", "/desk/published/0/", "/desk/keys/"):
        assert strict.post(screen, {"move": "accept", "id": str(key), "confirmed": "yes"}).status_code == 403
    assert state(key) == "held"


def test_keys_can_be_switched_off_and_on(linden: Client) -> None:
    assert (
        "keys.js" in linden.get("/desk/").content.decode() or "keys." in linden.get("/desk/").content.decode()
    )
    linden.post("/desk/keys/", {"off": "yes"})
    assert "<script" not in linden.get("/desk/").content.decode()
    linden.post("/desk/keys/", {"on": "yes"})
    assert "<script" in linden.get("/desk/").content.decode()
