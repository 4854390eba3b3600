"""Recordings at the desk: brought within bounds by editors alone, heard, replaced, taken away."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from calls_cast import Enter, typed
from django.http import HttpResponse
from django.test import Client

from library_cast import publish_all, write_work
from markup import read
from sound_cast import speech
from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import utc_now
from tuidang.desk import library_audio
from tuidang.library.audio.actions import bring_recording, lay_out_audio, make_next, place_to_bring
from tuidang.library.audio.queries import private_folder
from tuidang.library.models import Recording, Text
from tuidang.phone.actions.library_sounds import place_library_sounds
from tuidang.phone.models import Campaign
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def hazel(enter: Enter) -> Client:
    """Give the browser of an editor."""
    return enter("hazel", Role.EDITOR)


@pytest.fixture
def text(db: None, house: Path) -> Text:
    """Give a book that is read."""
    return publish_all(write_work())


@pytest.fixture
def voice(tmp_path: Path) -> bytes:
    """Give a recording as somebody has it."""
    return speech(tmp_path / "voice.wav", 1).read_bytes()


def page(text: Text) -> str:
    return f"/desk/library/{text.pk}/1/audio/"


def bring(client: Client, text: Text, content: bytes, name: str = "MARKED-me.wav") -> HttpResponse:
    file = BytesIO(content)
    file.name = name
    return client.post(page(text), {"move": "bring", "file": file})


def words(response: HttpResponse) -> str:
    return " ".join(" ".join(main.words for main in read(response).find("main")).split())


def kept() -> list[str]:
    """Name what lies in the folder of recordings."""
    return sorted(path.name for path in private_folder().glob("*.*"))


def test_a_recording_is_brought_made_heard_and_taken_away(hazel: Client, text: Text, voice: bytes) -> None:
    assert f'href="{page(text)}"' in hazel.get(f"/desk/library/{text.pk}/1/").content.decode()
    assert "No recording yet." in words(hazel.get(page(text)))
    assert bring(hazel, text, voice).headers["Location"] == f"{page(text)}?done=brought"
    assert "waits" in words(hazel.get(page(text)))
    while make_next(utc_now):
        pass
    lay_out_audio(utc_now())
    shown = hazel.get(page(text))
    assert "can be heard" in words(shown)
    assert "1 s · 2.1 KB" in words(shown)
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    (player,) = read(shown).find("audio")
    heard = hazel.get(player.attributes["src"], headers={"Range": "bytes=0-71"})
    assert (heard.status_code, len(b"".join(heard.streaming_content))) == (206, 72)  # type: ignore[attr-defined]
    code = Recording.objects.get().code
    hazel.post(page(text), {"move": "take-away", "code": code})
    assert not Recording.objects.exists()
    assert hazel.get(f"{page(text)}heard/").status_code == 404
    acts = [entry.act for entry in AuditEntry.objects.order_by("ordinal")]
    assert acts == ["publish-text", "publish-text"]


def test_of_an_english_chapter_no_script_and_no_telephone_is_promised(
    hazel: Client, house: Path, voice: bytes
) -> None:
    english = publish_all(write_work("a-book", language="en"))
    bring(hazel, english, voice)
    assert make_next(utc_now)
    lay_out_audio(utc_now())
    assert "Readers hear it on the page of the chapter. " in words(hazel.get(page(english)))


def test_of_two_files_the_first_is_taken(hazel: Client, text: Text, voice: bytes) -> None:
    files = [BytesIO(voice), BytesIO(b"and more")]
    for number, file in enumerate(files):
        file.name = f"{number}.wav"
    assert hazel.post(page(text), {"move": "bring", "file": files}).status_code == 302
    (brought,) = private_folder().glob("*.brought")
    assert brought.read_bytes() == voice


def test_its_name_is_nowhere_afterwards(hazel: Client, text: Text, voice: bytes, house: Path) -> None:
    bring(hazel, text, voice)
    while make_next(utc_now):
        pass
    for path in house.rglob("*"):
        assert "MARKED" not in path.name
        assert not path.is_file() or b"MARKED" not in path.read_bytes()


def test_what_is_no_sound_is_refused_with_a_sentence_and_can_be_brought_anew(
    hazel: Client, text: Text, voice: bytes
) -> None:
    bring(hazel, text, b"just words " * 100)
    while make_next(utc_now):
        pass
    assert "There is no sound in it that can be read" in words(hazel.get(page(text)))
    bring(hazel, text, voice)
    assert "There is no sound" not in words(hazel.get(page(text)))


def test_nothing_and_what_is_too_large_are_refused_at_once_and_leave_nothing(
    hazel: Client, text: Text, voice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No file has come" in words(bring(hazel, text, b""))
    nothing = hazel.post(page(text), {"move": "bring"})
    assert (nothing.status_code, "No file has come" in words(nothing)) == (422, True)
    monkeypatch.setattr(library_audio, "LARGEST", 1000)
    assert "It is too large" in words(bring(hazel, text, voice[:2000]))  # seen while it comes
    large = bring(hazel, text, bytes(library_audio._BESIDE + 2000))  # seen before it comes
    assert (large.status_code, "It is too large" in words(large)) == (422, True)
    monkeypatch.setattr(library_audio, "has_room", lambda _: False)
    assert "The disk is nearly full" in words(bring(hazel, text, voice[:500]))
    assert (kept(), Recording.objects.count(), AuditEntry.objects.count()) == ([], 0, 0)


def test_who_is_no_editor_and_a_form_of_another_site_bring_nothing(
    enter: Enter, hazel: Client, text: Text, voice: bytes
) -> None:
    assert bring(Client(), text, voice).status_code == 302
    assert bring(enter("maple", Role.LISTENER), text, voice).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = hazel.cookies
    assert bring(strict, text, voice).status_code == 403
    assert (kept(), Recording.objects.count()) == ([], 0)
    tokens = read(strict.get(page(text))).find("input", name="csrfmiddlewaretoken")
    file = BytesIO(voice)
    file.name = "a.wav"
    sent = {"csrfmiddlewaretoken": tokens[0].attributes["value"], "move": "bring", "file": file}
    assert strict.post(page(text), sent).status_code == 302
    assert Recording.objects.count() == 1


def test_nobody_reads_what_no_chapter_has(hazel: Client, text: Text) -> None:
    assert hazel.get(f"/desk/library/{text.pk}/2/audio/").status_code == 404
    assert hazel.get("/desk/library/999999/1/audio/").status_code == 404


def test_without_ffmpeg_the_screen_says_what_to_install(
    hazel: Client, text: Text, voice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_audio, "find_ffmpeg", lambda: None)
    bring(hazel, text, voice)
    shown = words(hazel.get(page(text)))
    assert "apt-get install ffmpeg" in shown
    assert "waits" in shown


def test_who_starts_calls_hears_a_chapter_and_takes_it_as_a_message(enter: Enter, text: Text) -> None:
    row = bring_recording(text.chapters.get(), speech(place_to_bring(), 1))
    while make_next(utc_now):
        pass
    lay_out_audio(utc_now())
    place_library_sounds()
    maple = enter("maple", Role.OPERATOR)
    shown = maple.get("/desk/campaigns/new/")
    assert f"library/{row.code}" in shown.content.decode()
    assert "一本书 1. 第1章" in words(shown)
    heard = maple.get(f"/desk/sound/library/{row.code}/")
    assert (heard.status_code, heard.content[:4]) == (200, b"RIFF")
    form = typed(**{"sound-0": f"library/{row.code}", "language": "zh-hant"})
    form["trunks"] = []
    assert maple.post("/desk/campaigns/new/", form).status_code == 302
    campaign = Campaign.objects.get()
    assert campaign.language == "zh-hant"
    assert f"library/{row.code}" in [message.sound for message in campaign.messages.all()]
    wrong = maple.post("/desk/campaigns/new/", {**form, "name": "other", "language": "xx"})
    assert (wrong.status_code, Campaign.objects.count()) == (422, 1)
