"""What is brought is made once and heard with its chapter, whoever is killed when; nothing else stays."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from library_cast import NOW, TODAY, publish_all, write_work
from markup import read, weight
from sound_cast import probe, speech
from tuidang.library.actions.publication import take_down_chapter
from tuidang.library.actions.texts import save_chapter
from tuidang.library.audio import actions, convert
from tuidang.library.audio.actions import (
    CLAIM,
    bring_recording,
    lay_out_audio,
    make_next,
    place_to_bring,
    take_recording_away,
)
from tuidang.library.audio.editions import make_audio_edition
from tuidang.library.audio.queries import (
    edition_of,
    heard_in,
    private_folder,
    public_folder,
    recorded,
    sound_of,
)
from tuidang.library.models import Chapter, Recording, Text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def clock() -> datetime:
    return NOW


def chapter_of(text: Text, number: int = 1) -> Chapter:
    return text.chapters.get(number=number)


def bring(text: Text, number: int = 1, seconds: float = 1, tone: int = 440) -> Recording:
    """Bring somebody's voice."""
    return bring_recording(chapter_of(text, number), speech(place_to_bring(), seconds, tone))


def make_all(now: datetime = NOW) -> None:
    """Do what the worker does in a round."""
    while make_next(lambda: now):
        pass
    lay_out_audio(now)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def test_a_recording_waits_is_made_and_is_heard_in_both_scripts_with_its_chapter() -> None:
    text = write_work()
    row = bring(text)
    assert recorded(text, 1).waiting == row
    assert row.code not in str(text.chapters.get().code)
    make_all()
    ready = recorded(text, 1).ready
    assert ready is not None
    assert files(private_folder()) == [f"{row.code}.alaw", f"{row.code}.mp3"]
    assert (files(public_folder()), ready.is_public) == ([], False)  # nobody reads the chapter yet
    publish_all(text)
    lay_out_audio(NOW)
    assert files(public_folder()) == [f"{row.code}.mp3"]
    for language in ("zh-hans", "zh-hant"):
        sound = sound_of("a-book", language, 1)
        assert sound is not None
        assert (sound.name, sound.size) == (f"{row.code}.mp3", ready.size)
    assert sound_of("a-book", "en", 1) is None
    take_down_chapter(chapter_of(text).pk)
    assert sound_of("a-book", "zh-hans", 1) is None
    lay_out_audio(NOW)
    assert files(public_folder()) == []
    assert not Recording.objects.get().is_public


def test_another_takes_its_place_only_when_it_is_ready_and_one_that_is_refused_takes_none() -> None:
    text = publish_all(write_work())
    first = bring(text)
    make_all()
    second = bring(text, tone=900)
    lay_out_audio(NOW)
    assert files(public_folder()) == [f"{first.code}.mp3"]
    third = bring(text, tone=700)  # somebody thought better of it
    assert not Recording.objects.filter(pk=second.pk).exists()
    make_all()
    assert files(public_folder()) == [f"{third.code}.mp3"]
    bad = place_to_bring()
    bad.write_text("no sound")
    bring_recording(chapter_of(text), bad)
    make_all(NOW + timedelta(days=9999))
    found = recorded(text, 1)
    assert (found.waiting, found.refused and found.refused.why) == (None, "unreadable")
    assert files(public_folder()) == [f"{third.code}.mp3"]
    assert files(private_folder()) == [f"{third.code}.alaw", f"{third.code}.mp3"]


def test_what_is_taken_away_is_gone_with_its_files() -> None:
    text = publish_all(write_work())
    row = bring(text)
    make_all()
    assert take_recording_away(chapter_of(text), row.code)
    assert not take_recording_away(chapter_of(text), row.code)
    lay_out_audio(NOW)
    assert (files(public_folder()), files(private_folder())) == ([], [])
    late = bring(text)
    take_recording_away(chapter_of(text), late.code)
    lay_out_audio(NOW + timedelta(days=9999))
    assert files(private_folder()) == []


def test_no_name_of_a_file_no_clock_and_nobody_who_brought_it_is_kept() -> None:
    text = publish_all(write_work())
    row = bring(text)
    make_all()
    assert {field.name for field in Recording._meta.fields} == {
        *("id", "chapter", "code", "state", "why", "claim", "claimed_until", "size", "is_public")
    }
    row.refresh_from_db()
    assert (row.claim, row.claimed_until) == ("", None)
    for path in (*private_folder().iterdir(), *public_folder().iterdir()):
        assert path.name == "lock" or path.stat().st_mtime == 0
    assert public_folder().stat().st_mode & 0o777 == 0o755
    assert private_folder().stat().st_mode & 0o777 == 0o700


def test_without_ffmpeg_it_waits_and_of_two_workers_one_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = write_work()
    bring(text)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "find_ffmpeg", lambda: None)
        assert not make_next(clock)
    seen = []

    def meanwhile(*words: object) -> int:
        seen.append(make_next(clock))  # the other one
        return convert.convert(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "convert", meanwhile)
    assert make_next(clock)
    assert (seen, recorded(text, 1).waiting) == ([False], None)


def test_where_the_machine_is_at_fault_it_waits_on(monkeypatch: pytest.MonkeyPatch) -> None:
    text = write_work()
    bring(text)

    def fails(*_: object) -> int:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "convert", fails)
        with pytest.raises(OSError, match="no space"):
            make_next(clock)
    make_all()
    assert recorded(text, 1).ready


POINTS: list[tuple[object, str]] = [
    (actions, "_make"),
    (convert, "_judge"),
    (convert, "sync"),
    (actions, "_finish"),
    (Path, "unlink"),
    (actions, "lay_out_audio"),
    (os, "link"),
    (actions, "_lay_out_editions"),
    (actions, "_tidy"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("where", "what"), POINTS, ids=[what for _where, what in POINTS])
def test_whoever_is_killed_at_whatever_step_the_next_one_goes_on_to_the_same_files(
    where: object, what: str, after: bool
) -> None:
    text = publish_all(write_work())
    row = bring(text)
    connection.close()
    child = os.fork()
    if not child:
        step: Callable[..., object] = getattr(where, what)

        def killed(*words: object, **more: object) -> object:
            if after:
                step(*words, **more)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        setattr(where, what, killed)
        make_next(clock)
        actions.lay_out_audio(NOW)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    make_all(NOW + 2 * CLAIM)
    lay_out_audio(NOW + timedelta(days=9999))  # when nobody can still be at it
    found = recorded(text, 1)
    assert (found.waiting, found.refused, found.ready and found.ready.is_public) == (None, None, True)
    assert files(private_folder()) == [f"{row.code}.alaw", f"{row.code}.mp3"]
    assert files(public_folder()) == [f"{row.code}.mp3"]
    other = private_folder() / "other.mp3"
    convert.convert(speech(private_folder() / "in", 1), other, private_folder() / "other.alaw")
    assert (public_folder() / f"{row.code}.mp3").read_bytes() == other.read_bytes()


def test_a_work_is_one_file_with_chapters_titles_and_words_and_the_same_bytes_each_time(
    tmp_path: Path,
) -> None:
    text = publish_all(write_work("a-book", "zh-hans", "退党。", "心里安宁。", "没有声音的一章。"))
    bring(text, 1, 2)
    make_all()
    assert edition_of("a-book", "zh-hans") is None  # of one chapter there is no other file
    bring(text, 2, 3, 700)
    make_all()
    sound = edition_of("a-book", "zh-hant")
    assert sound is not None
    found = probe(public_folder() / sound.name)
    assert [one["tags"]["title"] for one in found["chapters"]] == ["第1章", "第2章"]
    begins = [float(one["start_time"]) for one in found["chapters"]]
    assert begins == pytest.approx([0, 2], abs=0.15)
    assert float(found["chapters"][1]["end_time"]) == pytest.approx(sound.milliseconds / 1000, abs=0.001)
    assert float(found["format"]["duration"]) == pytest.approx(sound.milliseconds / 1000, abs=0.1)
    assert "心裡安寧。" in str(found["format"]["tags"])
    made = tmp_path / "once.mp3"
    edition = make_audio_edition("a-book", "zh-hant", made)
    assert edition is not None
    assert (edition.size, edition.milliseconds) == (sound.size, sound.milliseconds)
    assert made.read_bytes() == (public_folder() / sound.name).read_bytes()
    assert make_audio_edition("a-book", "en", tmp_path / "none.mp3") is None
    save_chapter(text, 2, "另一个题目", "心里安宁。", TODAY)
    publish_all(text)
    assert edition_of("a-book", "zh-hant") is None  # until it is made anew
    make_all()
    newer = edition_of("a-book", "zh-hant")
    assert newer is not None
    assert newer.name != sound.name
    assert len(files(public_folder())) == 4  # two chapters, one edition in each script


def test_news_come_before_books_and_each_chapter_in_its_place() -> None:
    book = publish_all(write_work("a-book", "zh-hans", "一。", "二。"))
    old = publish_all(write_work("old-news", day=TODAY - timedelta(days=1), title="旧"))
    new = publish_all(write_work("new-news", day=TODAY, title="新"))
    for text, number in ((book, 2), (old, 1), (new, 1), (book, 1)):
        bring(text, number)
    make_all()
    heard = [(one.name, one.number) for one in heard_in("zh-hant")]
    assert heard == [("new-news", 1), ("old-news", 1), ("a-book", 1), ("a-book", 2)]
    bring(book, 1)  # what waits is not heard, and what is heard is heard once
    assert [(one.name, one.number) for one in heard_in("zh-hant")] == heard
    assert heard_in("en") == []


@pytest.fixture
def heard() -> str:
    """Give the address of what is heard of a chapter."""
    bring(publish_all(write_work()), seconds=4)
    make_all()
    return f"/audio/{files(public_folder())[0]}"


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_file_is_given_whole_and_in_parts_and_nothing_on_a_phone_keeps_it(
    client: Client, heard: str
) -> None:
    whole = client.get(heard)
    sound = body(whole)
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, "audio/mpeg")
    assert whole.headers["Content-Length"] == str(len(sound))
    assert whole.headers["Cache-Control"] == "no-store"
    assert {"Last-Modified", "Set-Cookie", "Content-Encoding"}.isdisjoint(whole.headers)
    for asked, first, last in (
        ("0-99", 0, 99),
        ("4000-", 4000, len(sound) - 1),
        ("-72", len(sound) - 72, None),
    ):
        part = client.get(heard, headers={"Range": f"bytes={asked}", "Accept-Encoding": "gzip"})
        end = len(sound) if last is None else last + 1
        assert (part.status_code, body(part)) == (206, sound[first:end])
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(sound)}"
    assert client.get(heard, headers={"Range": f"bytes={len(sound)}-"}).status_code == 416
    for name in ("nothing.mp3", "../private.sqlite3", "lock", "abcdefg.mp3", "ABCDEFG.mp3"):
        assert client.get(f"/audio/{name}").status_code == 404
    assert client.post(heard).status_code == 405


def test_the_page_of_a_chapter_has_a_player_and_a_link_and_stays_light(client: Client, heard: str) -> None:
    response = client.get("/zh-hant/library/a-book/1/")
    page = read(response)
    (player,) = page.find("audio")
    assert player.attributes["src"] == heard
    assert player.attributes["preload"] == "none"
    assert "controls" in player.attributes
    assert any(link.attributes["href"] == heard for link in page.find("a"))
    assert "media-src 'self'" in response.headers["Content-Security-Policy"]
    assert weight(response) <= 14 * 1024
    assert not read(client.get("/en/library/")).find("audio")


def test_the_public_folder_holds_no_file_that_may_not_be_heard(heard: str) -> None:
    (public_folder() / "left.mp3").write_bytes(b"x")
    Recording.objects.all().delete()
    lay_out_audio(NOW)
    assert files(public_folder()) == []
    assert settings.TUIDANG.data in public_folder().parents
