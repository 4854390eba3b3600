"""The library by telephone: a chapter is the message, key 1 goes on with the next; 9 is heard meanwhile."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import dialler_cast
import pytest
from dialler_cast import HANGS_UP, answers, country, dialling, keys, make_campaign, pause, records
from fetched import fetch

from library_cast import NOW, publish_all, write_work
from sound_cast import probe, speech
from tuidang.phone.asterisk.wave import as_wave

pytestmark = pytest.mark.django_db(transaction=True)

TONES = (400, 800, 1600)  # hertz, of the chapters
# After keys sent as INFO, the number of a request must be a later one than theirs.
LEAVES = HANGS_UP.replace("CSeq: 7 BYE", "CSeq: [clock_tick] BYE")
SECONDS = 12.0  # of each, longer than anybody here listens


def stock_library() -> list[str]:
    """Publish a book of three chapters that are heard, each with a tone of its own; give their codes."""
    from tuidang.library.audio.actions import bring_recording, lay_out_audio, make_next, place_to_bring
    from tuidang.library.models import Recording
    from tuidang.phone.actions.library_sounds import place_library_sounds

    text = publish_all(write_work("a-book", "zh-hans", "一。", "二。", "三。"))
    for number, tone in enumerate(TONES, 1):
        bring_recording(text.chapters.get(number=number), speech(place_to_bring(), SECONDS, tone))
    while make_next(lambda: NOW + timedelta(minutes=1)):
        pass
    lay_out_audio(NOW)
    place_library_sounds()
    return list(Recording.objects.order_by("chapter__number").values_list("code", flat=True))


class Ear:
    """The far end of a call: what tone arrives, twenty milliseconds at a time."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.port = int(self._socket.getsockname()[1])
        self._heard: list[bytes] = []
        self._done = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while not self._done.is_set():
            try:
                packet = self._socket.recv(2048)
            except TimeoutError:
                continue
            if packet[1] & 0x7F == 8:
                self._heard.append(packet[12:])

    def close(self) -> None:
        self._done.set()

    def tones(self) -> list[int]:
        """Name the tones that were heard for a while, in their order; silence is none."""
        near = [_near(_frequency(as_wave(packet)[44:])) for packet in list(self._heard)]
        return [tone for tone, run in groupby(one for one in near if one) if len(list(run)) > 10]


def _frequency(samples: bytes) -> float:
    values = [int.from_bytes(samples[at : at + 2], "little", signed=True) for at in range(0, len(samples), 2)]
    if not values or max(map(abs, values)) < 1500:
        return 0
    crossings = sum((one < 0) != (other < 0) for one, other in pairwise(values))
    return crossings / 2 / (len(values) / 8000)


def _near(frequency: float) -> int:
    return next((tone for tone in TONES if abs(frequency - tone) < 0.2 * tone), 0)


@contextmanager
def far_end() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.close()


def listens(ear: Ear, *then: str) -> str:
    """Let somebody answer whose sound goes to that ear."""
    return answers(*then).replace("[auto_media_port]", str(ear.port))


def test_key_1_plays_chapter_after_chapter_and_9_is_heard_in_the_middle_of_one(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuidang.phone.models import Message

    # As INFO: sound from elsewhere than the ear would be a stranger's.
    monkeypatch.setattr(dialler_cast, "can_send_rfc4733", lambda: False)
    played: list[Sequence[str]] = []

    async def over(dialler: Any) -> str:
        ask = dialler._exchange._ari.request

        async def request(method: str, path: str, body: Any = None, **more: Any) -> Any:
            if "/play/" in path:
                played.append([media.partition("/sounds/")[2] for media in body["media"]])
            return await ask(method, path, body, **more)

        dialler._exchange._ari.request = request
        while not dialler._exchange.lines:
            await asyncio.sleep(0.05)
        (line,) = dialler._exchange.lines.values()
        while not line.over:
            await asyncio.sleep(0.05)
        return str(line.call.at)

    with far_end() as ear:
        person = listens(
            ear, keys("1", after=2, apart=2.5), keys("1", apart=2.5), keys("9"), pause(1), LEAVES
        )
        with country(house, person=person) as switch:
            codes = stock_library()
            make_campaign(house, switch, calls=1)
            Message.objects.update(sound=f"library/{codes[0]}")
            at = dialling(house, over)
    assert at == "organisations"
    sounds = [f"library/{code}" for code in codes]
    assert [one for one in played if one[-1].startswith("library/")] == [
        ["prompt/who", sounds[0]],
        [sounds[1]],
        [sounds[2]],
    ]
    assert played[3][0] == "prompt/warning"
    assert ear.tones() == list(TONES)
    (record,) = records(house)
    assert (record["keys"], record["message"], record["people"]) == ("19", "a", 0)
    assert not [code for code in codes if code in str(record)]


def test_chapters_of_the_sample_are_spoken_once_where_nothing_else_was_brought(house: Path) -> None:
    from tuidang.library.audio.queries import private_folder
    from tuidang.library.models import Recording
    from tuidang.library.sample import stock_sample
    from tuidang.phone.asterisk.install import root
    from tuidang.phone.sample import READ_ALOUD, speak_sample_audio

    (house / "phone").mkdir()
    root(house).symlink_to(root(fetch()))
    assert speak_sample_audio(house) == 0  # there is nothing to read
    stock_sample(NOW)
    assert speak_sample_audio(house) == READ_ALOUD + 1  # and the news
    assert speak_sample_audio(house) == 0
    assert Recording.objects.filter(state="waiting").count() == READ_ALOUD + 1
    for path in private_folder().glob("*.brought"):
        assert float(probe(path)["format"]["duration"]) > 20
