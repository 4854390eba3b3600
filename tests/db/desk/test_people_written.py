"""People whom a volunteer writes down at the desk: typed, kept, shown, confirmed once, read aloud."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calls_cast import Enter
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from intake_cast import content_of
from markup import read
from tuidang.base.limits import Budget
from tuidang.desk.words import END_KEYS
from tuidang.phone.actions.duty import go_on_duty
from tuidang.phone.duty_rules import DISPOSITIONS
from tuidang.phone.hotline_now import DeskNow, HotlineNow, path_of, write_now
from tuidang.phone.models import DeskOrder
from tuidang.phone.queries import OnDuty, duty_of
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions import drafts
from tuidang.register.models import Draft, Waiting
from tuidang.register.rules.content import Channel
from tuidang.volunteers.models import Role, User

PEOPLE = [("金福", "party"), ("慕容雪松", "league"), ("万顺", "pioneers")]
BEGIN = "/desk/people/"


class Sheet:
    """One volunteer's page for one call, sent as a browser would send it."""

    def __init__(self, client: Client, address: str = "", way: str = "field") -> None:
        self.client = client
        begun = "" if address else str(client.post(BEGIN, {"channel": way}).url)  # type: ignore[attr-defined]
        self.address = address or begun
        self.answer: HttpResponse = client.get(self.address)  # type: ignore[assignment]

    @property
    def words(self) -> str:
        return self.answer.content.decode()

    def fields(self) -> dict[str, str]:
        page = read(self.answer)
        hidden = {}
        for name in ("draft", "known"):
            found = page.find("input", name=name)
            hidden[name] = found[-1].attributes["value"] if found else ""
        return hidden

    def press(self, step: str, **fields: object) -> HttpResponse:
        sent = {**self.fields(), "step": step, **fields}
        self.answer = self.client.post(self.address, sent, follow=True)  # type: ignore[assignment]
        return self.answer

    def type(self, rows: list[tuple[str, str]], step: str = "preview", **more: object) -> HttpResponse:
        typed = {
            f"people.{n}.{field}": value
            for n, (name, org) in enumerate(rows)
            for field, value in (("name", name), ("orgs", org))
        }
        return self.press(step, **typed, asked="yes", **more)

    def receipts(self) -> list[str]:
        return re.findall(
            r"(?m)<li>((?:\d{4} ){3}\d{4})</li>", self.words.partition('class="receipts paper"')[2]
        )


@pytest.fixture
def listener(enter: Enter) -> Client:
    """Give the browser of a volunteer who talks with people."""
    return enter("aspen", Role.LISTENER)


def test_people_are_typed_shown_confirmed_and_each_has_a_receipt(listener: Client) -> None:
    sheet = Sheet(listener)
    sheet.type(PEOPLE, region="CN-BJ", text="我们退出。")
    assert "慕容某" in sheet.words
    sheet.press("confirm")
    assert len(set(sheet.receipts())) == 3
    contents = [content_of(row) for row in Waiting.objects.all()]
    assert {(c.name, c.orgs) for c in contents} == {
        ("金福", ("party",)),
        ("慕容某", ("league",)),
        ("万顺", ("pioneers",)),
    }
    assert {c.channel for c in contents} == {Channel.FIELD}
    assert sorted(c.text for c in contents) == ["", "", "我们退出。"]


def test_what_was_typed_is_kept_sealed_and_comes_back_with_the_same_page(listener: Client) -> None:
    sheet = Sheet(listener)
    sheet.type(PEOPLE, "save")
    row = Draft.objects.get()
    for name, _ in PEOPLE:
        assert name.encode() not in bytes(row.payload)
    again = Sheet(listener, sheet.address)
    assert all(f'value="{name}"' in again.words for name, _ in PEOPLE)
    again.press("leave")
    assert not Draft.objects.exists()


def test_our_script_saves_and_is_advised_on_the_rows_it_asks_about(listener: Client) -> None:
    sheet = Sheet(listener)
    sent = {**sheet.fields(), "step": "save", "quiet": "yes", "revision": "0123456789abcdef", "advise": "1 7"}
    typed = {"people.0.name": "金福", "people.1.name": "慕容雪松", "people.1.region": "河南"}
    answer = listener.post(sheet.address, {**sent, **typed}).json()
    assert list(answer["advice"]) == ["1"]
    assert "慕容某" in answer["advice"]["1"]
    assert "ropose another" not in answer["advice"]["1"]  # it is shortened, so it warns of nothing
    later = {**sent, "known": "0123456789abcdef", "revision": "fedcba9876543210"}
    assert listener.post(sheet.address, later).status_code == 200
    # The answer to the first was lost, so both are known; of a third nothing is.
    known = {**sent, "known": "0123456789abcdef fedcba9876543210", "revision": "00000000"}
    assert listener.post(sheet.address, known).status_code == 200
    assert listener.post(sheet.address, {**sent, "known": "fedcba9876543210"}).status_code == 409


def test_one_volunteer_cannot_fill_the_disk_and_a_full_call_of_another_is_kept(
    listener: Client, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "_WRITTEN_BY", Budget(burst=2_000_000, per_hour=1))
    whole, answers = "字" * 100_000, []
    for _ in range(12):
        sheet = Sheet(listener)
        answers.append(sheet.press("save", text=whole).status_code)
    assert set(answers) == {200, 429}
    assert whole in sheet.words, "what was typed stays on the page"
    assert sheet.press("save", text=whole, quiet="yes", revision="0123456789abcdef").status_code == 429
    kept = sum(len(bytes(row.payload)) for row in Draft.objects.all())
    assert 1_500_000 < kept <= 2_000_000
    assert Sheet(enter("birch", Role.LISTENER)).type(PEOPLE * 30, "save").status_code == 200


def test_two_pages_of_the_same_people_do_not_overwrite_each_other(listener: Client) -> None:
    first = Sheet(listener)
    second = Sheet(listener, first.address)
    assert first.type(PEOPLE, "save").status_code == 200
    assert second.type([("平安", "party")], "save").status_code == 409
    assert "平安" in second.words
    assert "慕容雪松" in Sheet(listener, first.address).words
    third = Sheet(listener, first.address)
    third.type([*PEOPLE, ("平安", "party")], "save")
    assert first.press("preview", **{"people.0.name": "如意"}).status_code == 409


def test_nobody_else_sees_what_one_has_begun(listener: Client, enter: Enter) -> None:
    sheet = Sheet(listener)
    sheet.type(PEOPLE, "save")
    for other in (enter("birch", Role.LISTENER), enter("rowan", Role.REVIEWER)):
        assert other.get(sheet.address).status_code == 403
        assert other.post(sheet.address, {"step": "save"}).status_code == 403
        other.cookies["people"] = listener.cookies["people"].value
        assert other.get(sheet.address).status_code == 403
    assert enter("willow", Role.OPERATOR).get(BEGIN).status_code == 403
    assert Client().get(sheet.address).status_code == 302


def test_every_mistake_stands_beside_its_row(listener: Client) -> None:
    sheet = Sheet(listener)
    sent = {
        "people.0.name": "金福",
        "people.2.orgs": "party",
        "people.4.name": "万顺",
        "people.4.orgs": "league",
    }
    sheet.press("preview", **sent, **{"people.4.region": "Atlantis", "people.4.under_18": "1"})
    assert sheet.answer.status_code == 422
    links = [e.attributes["href"] for e in read(sheet.answer).find("a") if "href" in e.attributes]
    wanted = ["#people.0.orgs", "#people.2.name", "#people.4.region", "#consent"]
    assert [link for link in links if link in wanted] == wanted
    assert not Waiting.objects.exists()


def test_a_pasted_list_becomes_rows_with_what_each_leaves(listener: Client) -> None:
    sheet = Sheet(listener)
    sheet.press(
        "list", **{"people.0.name": "平安", "at": "0", "list": "1. 金福 13\n万顺 团队、如意 4\n\n老孙"}
    )
    page = read(sheet.answer)
    names = [
        e.attributes["value"] for e in page.find("input") if e.attributes.get("name", "").endswith(".name")
    ]
    assert names[:5] == ["平安", "金福", "万顺", "如意", "老孙"]
    for row, orgs in enumerate(
        [[], ["party", "pioneers"], ["league", "pioneers"], ["party", "league", "pioneers"], []]
    ):
        boxes = page.find("input", name=f"people.{row}.orgs")
        assert [box.attributes["value"] for box in boxes if "checked" in box.attributes] == orgs


def test_an_alias_pressed_without_script_takes_the_name_s_place(listener: Client) -> None:
    sheet = Sheet(listener)
    sheet.type([("慕容雪松", "party")], "save")
    alias = next(e for e in read(sheet.answer).find("button") if e.attributes.get("name") == "alias.0")
    sheet.type([("慕容雪松", "party")], "", **{"alias.0": alias.attributes["value"]})
    assert f'value="{alias.attributes["value"]}" autocomplete' in sheet.words


def test_a_rare_real_name_is_public_only_where_the_person_wants_it_and_was_heard(listener: Client) -> None:
    wish = {"people.1.real_name": "yes"}
    for way, shown in (("field", "慕容雪松"), ("mail", "慕容某")):
        Waiting.objects.all().delete()
        sheet = Sheet(listener, way=way)
        sheet.type(PEOPLE, text="我和慕容雪松一起退。", **wish)
        assert ("Propose another" in sheet.words) == (way == "field")
        assert ("published shortened" in sheet.words) == (way == "mail")
        sheet.press("confirm")
        contents = [content_of(row) for row in Waiting.objects.all()]
        assert {content.name for content in contents} == {"金福", shown, "万顺"}
        assert not [content.text for content in contents if "慕容雪松" in content.text]
        assert len(sheet.receipts()) == 3


def test_somebody_under_18_shows_neither_name_nor_place_and_the_others_stay(listener: Client) -> None:
    sheet = Sheet(listener)
    own = {"people.1.under_18": "yes", "people.2.region": "四川", "people.2.place": "成都"}
    sheet.type([("张伟", "party"), ("李娜", "pioneers"), ("万顺", "league")], region="CN-SD", **own)
    sheet.press("confirm")
    contents = {content.name: content for content in map(content_of, Waiting.objects.all())}
    assert set(contents) == {"张伟", "李某", "万顺"}
    assert [contents[n].region for n in ("张伟", "李某", "万顺")] == ["CN-SD", "CN-SD", "CN-SC"]
    assert [contents[n].place for n in ("张伟", "李某", "万顺")] == ["", "", "成都"]


def test_receipts_are_read_one_by_one_and_put_away_for_good(listener: Client) -> None:
    sheet = Sheet(listener)
    sheet.type(PEOPLE)
    sheet.press("confirm")
    receipts = sheet.receipts()
    for number, receipt in enumerate(receipts):
        digits = [e.words for e in read(sheet.answer).find("span", class_="digits")]
        assert " ".join(digits) == receipt
        draft = read(sheet.answer).find("input", name="draft")[0].attributes["value"]
        sheet.press("said", draft=draft, said=str(number + 1))
    assert not read(sheet.answer).find("span", class_="digits")
    assert Sheet(listener, sheet.address).receipts() == receipts
    sheet.press("away", draft=draft)
    assert not sheet.receipts()
    assert not Draft.objects.exists()


def test_who_joins_later_is_a_further_form_and_nobody_is_taken_twice(listener: Client) -> None:
    sheet = Sheet(listener)
    sheet.type(PEOPLE)
    stale = Sheet(listener, sheet.address)
    stale.type(PEOPLE, known=sheet.fields()["known"])
    sheet.answer = listener.get(sheet.address)  # type: ignore[assignment]
    sheet.type(PEOPLE)
    old = sheet.fields()
    sheet.press("confirm")
    first = sheet.receipts()
    for _ in range(2):  # the same press again, from a page that stood open
        sheet.press("confirm", **old)
        assert sheet.receipts() == first
    assert stale.press("confirm").status_code == 409
    sheet = Sheet(listener, sheet.address)
    sheet.press(
        "preview", **{**sheet.fields(), "people.0.name": "平安", "people.0.orgs": "party", "asked": "yes"}
    )
    assert Waiting.objects.count() == 3


def test_the_list_on_paper_names_nobody_and_the_keys_lie_outside_the_database(
    listener: Client, house: object
) -> None:
    sheet = Sheet(listener)
    sheet.type(PEOPLE)
    sheet.press("confirm")
    assert not [name for name, _ in PEOPLE if name in sheet.words]
    row = Draft.objects.get()
    assert row.state == Draft.State.TAKEN
    keys = KeyFolder(house / "keys" / "drafts")  # type: ignore[operator]
    assert len(keys.days()) == 1


@pytest.fixture
def hotline(house: Path) -> Callable[..., str]:
    """Give a function by which the hotline says who is at which desk: in the call, or not."""

    def say(state: str = "talking", **desks: str) -> str:
        now = {duty.desk: DeskNow(state, desks[name]) for name, duty in duties().items() if name in desks}
        write_now(house, HotlineNow(desks=now))
        return next(iter(desks.values()), "")

    return say


def duties() -> dict[str, OnDuty]:
    """Put everybody on duty, and say where each sits."""
    found = {}
    for user in User.objects.order_by("pseudonym"):
        go_on_duty(user.pk, ["zh"], False, datetime.now(UTC))
        duty = duty_of(user.pk, datetime.now(UTC))
        assert duty
        found[user.pseudonym] = duty
    return found


CALL = "5af0" * 8
Hotline = Callable[..., str]


@pytest.mark.usefixtures("desks")
def test_who_is_in_the_call_goes_on_where_a_colleague_left_it(
    listener: Client, enter: Enter, hotline: Hotline
) -> None:
    birch, address = enter("birch", Role.LISTENER), f"/desk/people/{CALL}/"
    hotline(aspen=CALL)
    assert birch.get(address).status_code == 403
    sheet = Sheet(listener, address)
    sheet.type(PEOPLE, "save")
    hotline(birch=CALL)  # handed over: it is his now, and no longer hers
    assert listener.get(address).status_code == 403
    taken_over = Sheet(birch, f"/desk/beside/{CALL}/")
    assert "慕容雪松" in taken_over.words
    taken_over.press("preview", **{"people.0.name": "如意", "people.0.orgs": "party", "asked": "yes"})
    taken_over.press("confirm")
    assert len(taken_over.receipts()) == 1
    assert {content_of(row).channel for row in Waiting.objects.all()} == {Channel.VOLUNTEER}
    assert Waiting.objects.exclude(spoken_hash=None).count() == 1
    hotline()  # the call is over, and nobody else is in it: who had it open may finish
    assert birch.get(address).status_code == 200
    assert enter("rowan", Role.LISTENER).get(address).status_code == 403


@pytest.mark.usefixtures("desks")
def test_who_handed_a_call_on_reads_nothing_of_it_when_it_is_over(
    listener: Client, enter: Enter, hotline: Hotline, house: Path
) -> None:
    birch, address = enter("birch", Role.LISTENER), f"/desk/people/{CALL}/"
    hotline(aspen=CALL)
    Sheet(listener, address).type(PEOPLE[:1], "save")
    hotline(birch=CALL)
    sheet = Sheet(birch, address)
    sheet.type(PEOPLE)
    sheet.press("confirm")
    receipts = sheet.receipts()
    assert len(receipts) == 3
    hotline()  # it is over; birch still reads them aloud to nobody, and writes
    assert Sheet(birch, address).receipts() == receipts
    old = listener.cookies["people"].value
    for _ in range(2):
        seen = listener.get(address)
        assert seen.status_code == 403
        assert not any(digits in seen.content.decode() for digits in receipts)
        listener.cookies["people"] = old  # a copy of the lease opens no more than the lease
    os.utime(path_of(house), (0, 0))  # the hotline fell silent
    assert birch.get(address).status_code == 503
    assert "does not say at this moment" in birch.get(address).content.decode()
    path_of(house).unlink()  # as the worker does after an hour
    assert birch.get(address).status_code == 200
    assert listener.get(address).status_code == 403


@pytest.mark.usefixtures("desks")
def test_who_talks_in_one_call_together_may_finish_it_together(
    listener: Client, enter: Enter, hotline: Hotline
) -> None:
    birch, address = enter("birch", Role.LISTENER), f"/desk/people/{CALL}/"
    hotline(aspen=CALL, birch=CALL)
    Sheet(listener, address).type(PEOPLE, "save")
    assert birch.get(address).status_code == 200
    hotline()
    assert [one.get(address).status_code for one in (listener, birch)] == [200, 200]


@pytest.mark.usefixtures("desks")
def test_a_call_that_only_rings_is_nobody_s_yet(listener: Client, hotline: Hotline) -> None:
    hotline("ringing", aspen=CALL)
    closed = listener.get(f"/desk/people/{CALL}/")
    assert closed.status_code == 403
    assert "To the telephone" in closed.content.decode()
    # In the frame the page around it has menu, telephone and ribbon already.
    framed = listener.get(f"/desk/beside/{CALL}/").content.decode()
    assert "To the telephone" not in framed
    assert "framed" in framed


@pytest.mark.usefixtures("desks")
@pytest.mark.parametrize("what", DISPOSITIONS)
def test_how_a_call_ended_is_told_to_the_hotline_at_one_press(
    listener: Client, hotline: Hotline, what: str
) -> None:
    hotline("talking", aspen=CALL)
    sheet = Sheet(listener, f"/desk/beside/{CALL}/")
    assert "No recording of this call exists" in sheet.words
    sheet.press("ended", what=what)
    order = DeskOrder.objects.get()
    assert (order.verb, order.argument, order.desk) == ("wrapped", what, duties()["aspen"].desk)
    sheet.press("ended", what="slept")
    assert DeskOrder.objects.count() == 1


@pytest.mark.usefixtures("desks")
def test_after_the_call_it_is_said_on_the_telephone_s_page_and_nothing_else_pretends_to_take_it(
    listener: Client, hotline: Hotline
) -> None:
    hotline("talking", aspen=CALL)
    sheet = Sheet(listener, f"/desk/beside/{CALL}/")
    hotline("wrap-up", aspen="")  # what the hotline says of a call that is over
    assert sheet.press("ended", what="withdrew").status_code == 409
    assert not DeskOrder.objects.exists()
    assert "not noted" in sheet.words
    assert 'name="what"' not in sheet.words
    page = read(listener.get("/desk/line/"))
    ends = [one.attributes for one in page.find("button") if one.attributes.get("data-order") == "wrapped"]
    assert [one["value"] for one in ends] == list(DISPOSITIONS)
    assert [one["aria-keyshortcuts"] for one in ends] == list(END_KEYS.values())


@pytest.fixture
def desks(settings: Settings) -> None:
    """Let there be telephones for three."""
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=3)


def test_every_key_of_a_page_is_one_thing_s_alone(listener: Client) -> None:
    sheet = Sheet(listener)
    pages = [sheet.answer, sheet.type(PEOPLE), sheet.press("confirm")]
    for page in map(read, pages):
        keys = [e.attributes["aria-keyshortcuts"] for e in page.all if e.attributes.get("aria-keyshortcuts")]
        assert len(keys) == len(set(keys)), keys
        assert not set(keys) & {*"jkxm", *END_KEYS.values()}
