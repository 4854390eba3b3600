"""What changes the library: versions stay, what is published is read at its time, bad input is told."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from library_cast import NOW, TODAY, newest, publish_all, write_work
from tuidang.base.audit.chain import AT_SHELL
from tuidang.base.audit.models import AuditEntry
from tuidang.library.actions import publication
from tuidang.library.actions.importing import import_works
from tuidang.library.actions.publication import (
    publish_due,
    publish_version,
    schedule_version,
    take_down_chapter,
    unschedule_chapter,
)
from tuidang.library.actions.texts import create_work, save_chapter, save_heading
from tuidang.library.folder import read_works
from tuidang.library.models import Gram, Reading, Version, Work
from tuidang.library.queries import books, contents, find_page, languages_of, stock
from tuidang.library.rules import Heading, Mistake
from tuidang.library.sample import SAMPLE, stock_sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def words(language: str, number: int = 1, name: str = "a-book") -> str:
    """Return what is read of a chapter; nothing where it is not."""
    page = find_page(name, language, number, 1)
    return page.html if page else ""


def test_what_is_saved_is_read_only_when_it_is_published_in_both_scripts() -> None:
    text = write_work()
    assert (books("zh-hans"), words("zh-hans")) == ([], "")
    publish_all(text)
    assert (words("zh-hans"), words("zh-hant")) == ("<p>今天退出，心安。</p>", "<p>今天退出，心安。</p>")
    assert [work.chapters for work in books("zh-hant")] == [1]
    assert books("en") == []


def test_versions_stay_and_the_same_words_are_no_new_version() -> None:
    text = write_work()
    for body in ("一。", "二。", "二。\n\n", "一。"):
        save_chapter(text, 1, "第1章", body, TODAY)
    assert [v.body for v in Version.objects.order_by("number")] == [
        "今天退出，心安。\n",
        "一。\n",
        "二。\n",
        "一。\n",
    ]


def test_who_began_with_an_older_version_is_told() -> None:
    text = write_work()
    save_chapter(text, 1, "第1章", "我的。", TODAY, seen=1)
    with pytest.raises(Mistake, match="version 2"):
        save_chapter(text, 1, "第1章", "你的。", TODAY, seen=1)
    assert newest(1, text).body == "我的。\n"


def test_a_chapter_is_published_at_its_time_and_not_before() -> None:
    text = write_work()
    at = NOW + timedelta(hours=2)
    schedule_version(newest(1, text).pk, at)
    assert publish_due(at - timedelta(seconds=1)) == 0
    assert not words("zh-hans")
    assert publish_due(at) == 1
    assert words("zh-hans")
    assert publish_due(at + timedelta(days=1)) == 0
    assert newest(1, text).published == date(2026, 11, 28)


def test_one_time_stands_for_a_chapter_the_one_set_last() -> None:
    text = write_work()
    first = newest(1, text)
    second = save_chapter(text, 1, "第1章", "新的。", TODAY)
    schedule_version(second.pk, NOW)
    schedule_version(first.pk, NOW + timedelta(hours=1))
    assert publish_due(NOW) == 0
    unschedule_chapter(first.chapter_id)
    assert publish_due(NOW + timedelta(days=1)) == 0


def test_one_chapter_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    text = write_work("a-book", "zh-hans", "坏。", "好。")
    for number in (1, 2):
        schedule_version(newest(number, text).pk, NOW)
    broken, publish = newest(1, text).pk, publish_version

    def fail(key: int, now: object) -> None:
        if key == broken:
            raise IntegrityError
        publish(key, NOW)

    monkeypatch.setattr(publication, "publish_version", fail)
    assert publish_due(NOW) == 1
    assert (words("zh-hans", 1), words("zh-hans", 2)) == ("", "<p>好。</p>")
    monkeypatch.undo()
    assert publish_due(NOW) == 1
    assert words("zh-hans", 1)


def test_a_new_version_takes_the_place_of_the_old_one_and_leaves_nothing_of_it_in_the_index() -> None:
    text = publish_all(write_work())
    save_chapter(text, 1, "第1章", "完全不同。", TODAY)
    assert "退出" in words("zh-hans")
    publish_all(text)
    assert words("zh-hans") == "<p>完全不同。</p>"
    assert Reading.objects.count() == 2
    assert not Gram.objects.filter(gram="退出").exists()


def test_what_is_taken_down_is_read_no_more_and_its_versions_stay() -> None:
    text = publish_all(write_work("a-book", "zh-hans", "一。", "二。"))
    schedule_version(newest(1, text).pk, NOW)
    take_down_chapter(newest(1, text).chapter_id)
    assert publish_due(NOW) == 0
    assert [number for number, _title in contents("a-book", "zh-hant")] == [2]
    page = find_page("a-book", "zh-hans", 2, 1)
    assert page
    assert (page.earlier, page.later) == (None, None)
    assert Version.objects.count() == 2


def test_who_writes_the_other_script_himself_is_read_in_his_own_words() -> None:
    text = publish_all(write_work())
    own = save_heading(text.work, "zh-hant", Heading("我的書"))
    assert words("zh-hant") == "<p>今天退出，心安。</p>"
    save_chapter(own, 1, "第一章", "今日退出，心裡平安。", TODAY)
    publish_all(own)
    publish_all(text)  # what is made of the simplified one does not take its place again
    assert words("zh-hant") == "<p>今日退出，心裡平安。</p>"
    assert words("zh-hans") == "<p>今天退出，心安。</p>"
    assert [work.title for work in books("zh-hant")] == ["我的書"]


def test_an_english_text_is_made_into_nothing_else() -> None:
    publish_all(write_work("a-book", "en", "I leave."))
    assert languages_of("a-book") == ["en"]


def test_what_is_written_in_traditional_characters_is_read_in_simplified_ones() -> None:
    publish_all(write_work("a-book", "zh-hant", "這裡的誓言，我收回。", title="一本書"))
    assert words("zh-hans") == "<p>这里的誓言，我收回。</p>"
    assert [work.title for work in books("zh-hans")] == ["一本书"]


def test_a_chapter_is_as_long_as_the_desk_can_take(settings: Settings) -> None:
    text = write_work()
    for longest in ("退" * 49_900, "a" * 449_000):
        body = save_chapter(text, 1, "题", longest, TODAY).body
        form = urlencode({"body": body, "title": "退" * 120})
        assert len(form) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 500
        with pytest.raises(Mistake, match="two chapters"):
            save_chapter(text, 1, "题", longest + longest[:2_000], TODAY)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": "A b"}),
        ("name", {"name": "search"}),
        ("name", {"name": "a" * 61}),
        ("title", {"heading": Heading(" \n ")}),
        ("title", {"heading": Heading("字" * 121)}),
        ("author", {"heading": Heading("书", author="字" * 121)}),
        ("about", {"heading": Heading("书", about="字" * 401)}),
        ("language", {"language": "de"}),
    ],
)
def test_what_cannot_be_taken_is_told_and_leaves_nothing(field: str, change: dict[str, object]) -> None:
    given = {"name": "a-book", "language": "en", "heading": Heading("A Book")} | change
    with pytest.raises(Mistake) as told:
        create_work(**given)  # type: ignore[arg-type]  # one of them is wrong
    assert told.value.field == field
    assert not Work.objects.exists()


def test_chapters_follow_one_another_and_news_have_one() -> None:
    text = write_work("a-book", "zh-hans", "一。")
    for number in (0, 3, 501):
        with pytest.raises(Mistake, match="next chapter"):
            save_chapter(text, number, "题", "文。", TODAY)
    item = write_work("news-1", "zh-hans", "一。", day=TODAY)
    with pytest.raises(Mistake, match="one chapter"):
        save_chapter(item, 2, "题", "文。", TODAY)


def test_two_works_do_not_share_a_name_nor_two_chapters_a_place() -> None:
    text = write_work()
    with pytest.raises(Mistake, match="another work"):
        write_work()
    chapter = text.chapters.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        text.chapters.create(number=1, code="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        chapter.versions.create(number=1, title="x", body="x", saved=TODAY)


def test_what_no_eye_sees_is_not_kept() -> None:
    text = write_work("a-book", "zh-hans", "退\x00出\x07。\r\n\r\n心安。\ud800")
    assert newest(1, text).body == "退出。\n\n心安。\n"


def test_a_folder_comes_in_and_comes_in_again_only_where_it_changed(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    first = import_works(read_works(folder), NOW, publish=False, by=AT_SHELL)
    assert sum(one.changed for one in first) == 20
    assert not Reading.objects.exists()
    assert [(entry.who, entry.act) for entry in AuditEntry.objects.all()] == [(AT_SHELL, "edit-text")] * 2
    again = import_works(read_works(folder), NOW, publish=True, by=AT_SHELL)
    assert sum(one.changed for one in again) == 0
    assert {one.language: one.read for one in stock() if not one.day} == {"en": 9, "zh-hans": 9}
    file = folder / "taking-back-an-oath" / "en" / "3.md"
    file.write_text(file.read_text() + "\nOne more.\n")
    third = import_works(read_works(folder), NOW, publish=True, by=AT_SHELL)
    assert {(one.name, one.language): one.changed for one in third if one.changed} == {
        ("taking-back-an-oath", "en"): 1
    }
    assert "One more." in words("en", 3, "taking-back-an-oath")


def test_of_a_folder_with_a_mistake_nothing_comes_in_and_the_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    book = folder / "taking-back-an-oath"
    for file, text in (
        (book / "en" / "about.md", "no head"),
        (book / "zh-hans" / "4.md", "---\ntitle:\n---\n"),
    ):
        before = file.read_text()
        file.write_text(text)
        with pytest.raises(Mistake, match=str(file.name)):
            import_works(read_works(folder), NOW, publish=True, by=AT_SHELL)
        file.write_text(before)
    (book / "en" / "2.md").write_bytes(b"\xff")
    with pytest.raises(Mistake, match="UTF-8"):
        read_works(folder)
    for wrong in (tmp_path / "nothing", tmp_path):
        with pytest.raises(Mistake, match="folder"):
            read_works(wrong)
    assert not Work.objects.exists()


def test_the_sample_is_stocked_once_and_never_beside_a_real_text() -> None:
    write_work()
    stock_sample(NOW)
    assert [one.name for one in stock()] == ["a-book"]
    Work.objects.all().delete()
    stock_sample(NOW)
    stock_sample(NOW)
    assert Work.objects.count() == 2
    assert all(work.is_sample for work in Work.objects.all())
