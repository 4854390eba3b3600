"""The library at the desk: what is written stays, what is published is read, a phrase takes two editors."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from calls_cast import Enter
from django.http import HttpResponse
from django.test import Client

from library_cast import newest, publish_all, write_work
from markup import read
from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import CHINA, utc_now
from tuidang.library.actions.publication import publish_due
from tuidang.library.models import Override, Text, Version, Work
from tuidang.library.queries import find_page
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def hazel(enter: Enter) -> Client:
    """Give the browser of an editor."""
    return enter("hazel", Role.EDITOR)


@pytest.fixture
def willow(enter: Enter) -> Client:
    """Give the browser of another editor."""
    return enter("willow", Role.EDITOR)


def words(language: str, name: str = "a-book") -> str:
    page = find_page(name, language, 1, 1)
    return page.html if page else ""


def address(text: Text, number: int = 1) -> str:
    return f"/desk/library/{text.pk}/{number}/"


def send(
    client: Client, text: Text, move: str, body: str = "新的话。", seen: int = 1, **more: str
) -> HttpResponse:
    """Press a button of the chapter's page."""
    return client.post(address(text), {"move": move, "title": "题", "body": body, "seen": str(seen), **more})


def errors(response: HttpResponse) -> set[str]:
    """Return the fields that a page says are wrong."""
    assert response.status_code == 422
    return {e.attributes["id"].removesuffix("-error") for e in read(response).find("p", class_="error")}


def test_an_editor_begins_at_the_library(hazel: Client) -> None:
    assert hazel.get("/desk/").headers["Location"] == "/desk/library/"
    assert "Nothing stands here yet." in hazel.get("/desk/library/").content.decode()


def test_a_book_is_begun_written_previewed_saved_and_published(hazel: Client) -> None:
    begun = {
        "name": "my-book",
        "language": "zh-hans",
        "kind": "book",
        "title": "书",
        "author": "人",
        "about": "",
    }
    text_page = hazel.post("/desk/library/new/", begun).headers["Location"]
    chapter = f"{text_page}1/"
    assert chapter in hazel.get(text_page).content.decode()
    typed = {"title": "第一章", "body": "这里**退出**。<b>", "seen": "0"}
    preview = hazel.post(chapter, {**typed, "move": "preview"})
    shown = [article.words for article in read(preview).find("article")]
    assert [" ".join(one.split()) for one in shown] == ["第一章 这里退出。<b>", "第一章 這裡退出。<b>"]
    assert not Version.objects.exists()
    assert hazel.post(chapter, {**typed, "move": "save"}).headers["Location"] == f"{chapter}?done=saved"
    assert words("zh-hans", "my-book") == ""
    hazel.post(chapter, {**typed, "seen": "1", "move": "publish"})
    assert words("zh-hant", "my-book") == "<p>這裡<strong>退出</strong>。&lt;b&gt;</p>"
    assert Version.objects.count() == 1
    assert [entry.act for entry in AuditEntry.objects.order_by("ordinal")] == [
        *("edit-text", "edit-text", "publish-text")
    ]


def test_news_are_begun_with_their_day(hazel: Client) -> None:
    begun = {"name": "news-1", "language": "en", "kind": "news", "title": "News", "day": "2026-11-27"}
    response = hazel.post("/desk/library/new/", begun)
    text = Text.objects.get()
    assert response.headers["Location"] == address(text)
    assert f"{text.work.day}" == "2026-11-27"
    send(hazel, text, "publish", seen=0)
    page = hazel.get(f"/desk/library/{text.pk}/")
    assert "Write chapter" not in page.content.decode()
    assert (
        hazel.get(address(text, 2)).status_code == 404
        or "one chapter"
        in hazel.post(
            address(text, 2), {"move": "save", "title": "x", "body": "x", "seen": "0"}
        ).content.decode()
    )


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": "My Book"}),
        ("name", {"name": "a-book"}),
        ("title", {"title": ""}),
        ("language", {"language": "xx"}),
        ("date", {"kind": "news", "day": "yesterday"}),
    ],
)
def test_what_is_wrong_with_a_new_work_is_said_and_what_was_typed_stays(
    hazel: Client, field: str, change: dict[str, str]
) -> None:
    write_work()
    typed = {
        "name": "my-book",
        "language": "en",
        "kind": "book",
        "title": "Kept",
        "about": "Kept too",
    } | change
    response = hazel.post("/desk/library/new/", typed | change)
    assert errors(response) == {field}
    assert "Kept too" in response.content.decode()
    assert Work.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_heading_is_changed_and_another_language_begun(hazel: Client) -> None:
    text = publish_all(write_work())
    path = f"/desk/library/{text.pk}/"
    hazel.post(path, {"move": "heading", "title": "新书名", "author": "", "about": ""})
    page = find_page("a-book", "zh-hant", 1, 1)
    assert page
    assert page.work.title == "新書名"
    assert errors(hazel.post(path, {"move": "heading", "title": ""})) == {"title"}
    begun = hazel.post(path, {"move": "language", "language": "en", "title": "A Book"})
    assert begun.headers["Location"] == f"/desk/library/{Text.objects.get(language='en').pk}/"
    assert errors(hazel.post(path, {"move": "language", "language": "xx", "title": "A Book"})) == {"language"}


def test_who_comes_second_loses_nothing(hazel: Client, willow: Client) -> None:
    text = write_work()
    send(hazel, text, "save", "榛子写的。")
    refused = send(willow, text, "publish", "柳树写的。")
    assert errors(refused) == {"body"}
    assert "柳树写的。" in refused.content.decode()
    assert newest(1, text).body == "榛子写的。\n"
    assert words("zh-hans") == ""


def test_a_chapter_is_published_at_its_time(hazel: Client) -> None:
    text = write_work()
    later = (utc_now() + timedelta(days=1)).astimezone(CHINA)
    for wrong in ("", "tomorrow", f"{later - timedelta(days=2):%Y-%m-%dT%H:%M}"):
        assert errors(send(hazel, text, "schedule", at=wrong)) == {"at"}
    assert Version.objects.count() == 1
    send(hazel, text, "schedule", at=f"{later:%Y-%m-%dT%H:%M}")
    at = newest(1, text).publish_at
    assert at == later.replace(second=0, microsecond=0)
    assert f"{later:%H:%M}" in hazel.get(address(text)).content.decode()
    publish_due(at - timedelta(minutes=1))
    assert words("zh-hans") == ""
    send(hazel, text, "unschedule")
    publish_due(at)
    assert words("zh-hans") == ""
    send(hazel, text, "schedule", seen=2, at=f"{later:%Y-%m-%dT%H:%M}")
    publish_due(at)
    assert words("zh-hans") == "<p>新的话。</p>"


def test_an_older_version_is_taken_up_again(hazel: Client) -> None:
    text = publish_all(write_work())
    send(hazel, text, "publish", "第二版。")
    old = hazel.get(f"{address(text)}?version=1")
    assert read(old).find("textarea", id="body")[0].words.strip() == "今天退出，心安。"
    seen = int(re.findall(r'name="seen" value="(\d+)"', old.content.decode())[0])
    send(hazel, text, "publish", "今天退出，心安。", seen=seen)
    assert words("zh-hans") == "<p>今天退出，心安。</p>"
    assert [version.number for version in Version.objects.order_by("number")] == [1, 2, 3]


def test_what_is_taken_down_is_read_no_more(hazel: Client, client: Client) -> None:
    text = publish_all(write_work())
    assert client.get("/zh-hans/library/a-book/1/").status_code == 200
    send(hazel, text, "take-down")
    assert client.get("/zh-hans/library/a-book/1/").status_code == 404
    assert newest(1, text).body == "今天退出，心安。\n"


def test_a_phrase_holds_when_another_editor_has_reviewed_it(hazel: Client, willow: Client) -> None:
    publish_all(write_work("a-book", "zh-hans", "皇后在后面。"))
    asked = {"move": "ask", "to": "zh-hant", "phrase": "后面", "becomes": "後邊"}
    hazel.post("/desk/library/phrases/", asked)
    assert errors(hazel.post("/desk/library/phrases/", asked)) == {"phrase"}
    key = Override.objects.get().pk
    review = {"move": "review", "key": str(key)}
    refused = hazel.post("/desk/library/phrases/", review)
    assert "another editor has to review it" in refused.content.decode()
    assert words("zh-hant") == "<p>皇后在後面。</p>"
    willow.post("/desk/library/phrases/", review)
    assert words("zh-hant") == "<p>皇后在後邊。</p>"
    assert words("zh-hans") == "<p>皇后在后面。</p>"
    assert willow.post("/desk/library/phrases/", review).status_code == 422
    hazel.post("/desk/library/phrases/", {"move": "remove", "key": str(key)})
    assert words("zh-hant") == "<p>皇后在後面。</p>"
    assert [entry.act for entry in AuditEntry.objects.order_by("ordinal")] == [
        *("edit-text", "review-phrase", "edit-text")
    ]


@pytest.mark.parametrize("wrong", [{"phrase": ""}, {"becomes": "两 个"}, {"phrase": "字" * 41}, {"to": "en"}])
def test_a_phrase_that_cannot_be_taken_is_told(hazel: Client, wrong: dict[str, str]) -> None:
    asked = {"move": "ask", "to": "zh-hans", "phrase": "裡", "becomes": "里"} | wrong
    assert errors(hazel.post("/desk/library/phrases/", asked)) <= set(wrong)
    assert not Override.objects.exists()


@pytest.mark.parametrize("path", ["99/", "99/1/", f"{10**30}/", f"{10**30}/1/"])
def test_what_is_not_there_leads_nowhere(hazel: Client, path: str) -> None:
    assert hazel.get(f"/desk/library/{path}").status_code == 404


def test_a_damaged_form_is_no_error(hazel: Client) -> None:
    text = write_work()
    for typed in (
        {},
        {"move": "review", "key": "x" * 50},
        {"move": "remove", "key": "9" * 30},
        {"move": "?"},
    ):
        assert hazel.post("/desk/library/phrases/", typed).status_code in {302, 422}
        assert hazel.post(address(text), {**typed, "seen": "x"}).status_code in {302, 422}
    assert hazel.get(f"{address(text)}?version={'9' * 40}").status_code == 200
    assert hazel.get(address(text, 3)).status_code == 404
    assert Version.objects.count() == 1
