"""The way a statement is posted: what is typed is kept, what is shown will be public, once is once."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

import tuidang
from intake_cast import content_of
from markup import weight
from tuidang.register.models import Waiting
from tuidang.register.rules.content import Channel
from visitor_cast import FORM_TYPE, Visitor, database_away, forget_measurements, is_within

TEXTS = Path(tuidang.__file__).parent / "web/templates/web/texts/zh-hans"  # enough prose for a long statement
TYPED = {
    "name": "金福",
    "orgs": ["party", "pioneers"],
    "region": "CN-SC",
    "place": "成都",
    "text": "我退出。\r\n电话 13812345678",
    "consent": "own",
}


def digits_on(visitor: Visitor) -> str:
    return visitor.page.find("p", class_="receipt")[0].words


def test_three_presses_lead_from_the_form_to_a_receipt(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **TYPED)
    assert visitor.status == 200
    visitor.press("step", "post")
    assert visitor.status == 200
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", digits_on(visitor))
    content = content_of(Waiting.objects.get())
    assert (content.name, content.orgs, content.region) == ("金福", ("party", "pioneers"), "CN-SC")
    assert (content.place, content.text, content.lang) == ("成都", "我退出。\n电话 〔电话〕", "zh-hans")
    assert content.channel is Channel.WEB


def test_no_page_of_the_way_sets_a_cookie_or_puts_anything_into_an_address(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    for step, typed in (("preview", TYPED), ("change", {}), ("preview", {}), ("post", {})):
        visitor.press("step", step, **typed)
        assert not visitor.response.cookies
        assert visitor.response.headers["Cache-Control"] == "no-store"
        assert visitor.response.headers["Referrer-Policy"] == "no-referrer"
        assert visitor.address == "/en/write/"
        for form in visitor.page.find("form"):
            assert form.attributes["method"] == "post"
            assert form.attributes["autocomplete"] == "off"
        assert visitor.page.find("aside", class_="exit")
        assert not [a for a in visitor.page.find("a") if "?" in a.attributes["href"]]


def test_the_preview_is_what_will_be_public_with_what_is_hidden_marked(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **TYPED)
    (letter,) = visitor.page.find("article", class_="letter")
    assert "金福" in letter.words
    assert "四川 · 成都" in letter.words
    assert "13812345678" not in letter.words
    assert [mark.words for mark in visitor.page.find("mark")] == ["〔电话〕"]
    assert "电话。" in visitor.words()
    visitor.press("step", "post")
    published = content_of(Waiting.objects.get())
    assert published.text.replace("\n", "") in letter.words.replace("\n", "")


def test_other_peoples_names_are_pointed_out_and_stay(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **{**TYPED, "text": "是李建华劝我的。"})
    assert [mark.words for mark in visitor.page.find("mark")] == ["李建华"]
    visitor.press("step", "post")
    assert "李建华" in content_of(Waiting.objects.get()).text


def test_a_rare_name_is_shown_shortened_and_another_can_be_chosen_by_a_press(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **{**TYPED, "name": "欧阳璟雯"})
    assert "欧阳某" in visitor.page.find("article")[0].words
    alias = visitor.page.find("button", class_="alias")[0].attributes["value"]
    visitor.press("alias.0", alias)
    assert alias in visitor.page.find("article")[0].words
    assert dict(visitor.kept("step"))["name"] == alias
    visitor.press("step", "post")
    assert alias in visitor.words()
    assert content_of(Waiting.objects.get()).name == alias


def test_changing_something_brings_back_every_field(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **TYPED)
    key = dict(visitor.kept("step"))["key"]
    visitor.press("step", "change")
    assert visitor.status == 200
    expected = {"name": "金福", "region": "CN-SC", "place": "成都", "consent": "own", "key": key}
    assert dict(visitor.kept("step")).items() >= expected.items()
    assert [value for name, value in visitor.kept("step") if name == "orgs"] == ["party", "pioneers"]
    assert dict(visitor.kept("step"))["text"] == "我退出。\n电话 13812345678"


def test_each_wrong_field_has_its_sentence_beside_it_and_a_link_at_the_top(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    wrong = {"name": "", "orgs": [], "text": "字" * 5001, "place": "地" * 61, "region": "XX", "consent": []}
    visitor.press("step", "preview", **wrong)
    assert visitor.status == 422
    (summary,) = visitor.page.find("div", class_="errors")
    links = [link.attributes["href"] for link in visitor.page.find("a") if is_within(link, summary)]
    assert links == ["#name", "#orgs", "#region", "#place", "#text", "#consent"]
    for link in links:
        assert visitor.page.find("p", class_="error", id=f"{link[1:]}-error")
        assert [e for e in visitor.page.all if e.attributes.get("id") == link[1:]]
    assert dict(visitor.kept("step"))["text"] == "字" * 5001
    assert dict(visitor.kept("step"))["place"] == "地" * 61
    assert not Waiting.objects.exists()


def test_the_same_press_twice_counts_once_and_gives_the_same_receipt(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **TYPED)
    fields = [*visitor.kept("step"), ("step", "post")]
    visitor.send(fields)
    first = digits_on(visitor)
    visitor.send(fields)
    assert visitor.status == 200
    assert digits_on(visitor) == first
    assert Waiting.objects.count() == 1


def test_nothing_is_posted_without_a_preview(visitor: Visitor) -> None:
    visitor.open("/zh-hans/write/")
    for key in ("", "short", "0" * 33, "Z" * 32):
        visitor.send([*_flat(TYPED), ("key", key), ("step", "post")])
        assert visitor.status == 200
        assert not Waiting.objects.exists()
        assert re.fullmatch("[0-9a-f]{32}", dict(visitor.kept("step"))["key"])


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_has_a_browser_send_is_shown_to_the_person_and_not_taken(
    visitor: Visitor, site: str
) -> None:
    body = "name=%E9%87%91%E7%A6%8F&orgs=party&consent=own&step=post&key=" + "a" * 32
    foreign = visitor.client.post(
        "/zh-hans/write/", body, content_type=FORM_TYPE, headers={"Sec-Fetch-Site": site}
    )
    assert "金福" in foreign.content.decode()
    assert not Waiting.objects.exists()
    own = visitor.client.post(
        "/zh-hans/write/", body, content_type=FORM_TYPE, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert own.status_code == 200
    assert Waiting.objects.count() == 1


def test_two_previews_never_have_the_same_key(visitor: Visitor) -> None:
    keys = set()
    for _ in range(5):
        visitor.open("/zh-hans/write/")
        visitor.press("step", "preview", **TYPED)
        keys.add(dict(visitor.kept("step"))["key"])
    assert len(keys) == 5


def test_a_full_queue_answers_503_and_keeps_the_form_for_another_try(
    visitor: Visitor, settings: Settings
) -> None:
    visitor.open("/zh-hans/write/")
    visitor.press("step", "preview", **TYPED)
    before = visitor.kept("step")
    open_house = django_settings.TUIDANG
    settings.TUIDANG = replace(open_house, free_disk=100)
    forget_measurements()
    visitor.press("step", "post")
    assert visitor.status == 503
    assert int(visitor.response.headers["Retry-After"]) > 0
    assert visitor.kept("step") == before
    assert not Waiting.objects.exists()
    settings.TUIDANG = open_house
    forget_measurements()
    visitor.press("step", "post")
    assert visitor.status == 200
    assert digits_on(visitor)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_loses_no_form(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    visitor.press("step", "preview", **TYPED)
    before = visitor.kept("step")
    with database_away():
        visitor.press("step", "post")
        assert visitor.status == 503
        assert visitor.kept("step") == before
        visitor.press("step", "change")
        assert "come back" in visitor.page.find("div", class_="warning")[0].words
    visitor.press("step", "preview")
    visitor.press("step", "post")
    assert visitor.status == 200


def test_near_the_bound_the_form_says_so_before_anything_is_typed(
    visitor: Visitor, settings: Settings
) -> None:
    assert not visitor.open("/en/write/").find("div", class_="warning")
    house = django_settings.TUIDANG
    for number in range(95):
        Waiting.objects.create(
            day="2026-11-21", state="accepted", payload=b"x", receipt_hash=number.to_bytes(18, "big")
        )
    settings.TUIDANG = replace(house, queue_bound=100, free_disk=0)
    forget_measurements()
    assert "Very many" in visitor.open("/en/write/").find("div", class_="warning")[0].words
    settings.TUIDANG = replace(house, queue_bound=90)
    forget_measurements()
    assert "come back" in visitor.open("/en/write/").find("div", class_="warning")[0].words


def test_a_country_that_is_not_offered_is_kept_all_the_same(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    visitor.press("step", "preview", **{**TYPED, "region": "IS"})
    visitor.press("step", "change")
    assert dict(visitor.kept("step"))["region"] == "IS"
    codes = [option.attributes["value"] for option in visitor.page.find("option")]
    assert len(codes) == len(set(codes))


def test_chinese_words_on_the_english_page_are_kept_as_chinese(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    visitor.press("step", "preview", **TYPED)
    visitor.press("step", "post")
    assert content_of(Waiting.objects.get()).lang == "zh-hans"


def test_a_visitor_by_the_onion_is_counted_as_one(visitor: Visitor, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    visitor.client.defaults["HTTP_HOST"] = "abc.onion"
    visitor.open("/en/write/")
    visitor.press("step", "preview", **TYPED)
    visitor.press("step", "post")
    assert content_of(Waiting.objects.get()).channel is Channel.ONION


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_no_page_of_the_way_weighs_more_than_a_slow_network_carries(visitor: Visitor, language: str) -> None:
    visitor.open(f"/{language}/write/")
    visitor.press("step", "preview", name="", orgs=[])
    assert weight(visitor.response) <= 14 * 1024
    prose = "".join(
        re.sub(r"<[^>]+>|[ -~\s]+", "", text.read_text()) for text in sorted(TEXTS.glob("*.html"))
    )
    assert len(prose) > 3000
    visitor.press("step", "preview", **{**TYPED, "text": prose[:5000]})
    assert weight(visitor.response) <= 14 * 1024
    visitor.press("step", "change")
    assert weight(visitor.response) <= 14 * 1024
    visitor.press("step", "preview")
    visitor.press("step", "post")
    assert weight(visitor.response) <= 14 * 1024


def _flat(typed: dict[str, str | list[str]]) -> list[tuple[str, str]]:
    return [(n, v) for n, values in typed.items() for v in ([values] if isinstance(values, str) else values)]
