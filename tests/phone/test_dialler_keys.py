"""Keys that people press in real calls, and what is stored, said and recorded of each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import HANGS_UP, answers, country, dialling, keys, make_campaign, pause, records
from django.conf import settings

from tuidang.phone.call_table import PLACES
from tuidang.phone.call_values import At
from tuidang.phone.sample import HOTLINE

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = 0.2  # seconds between two breaths of a PIN: those of the call itself are in tests/unit/phone


class Heard:
    """What Asterisk is asked to play, by trunk."""

    def __init__(self, dialler: Any) -> None:
        self.sounds: dict[str, list[str]] = {}
        self._dialler = dialler
        self._request = dialler._exchange._ari.request
        dialler._exchange._ari.request = self._note

    async def _note(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        answer = await self._request(method, path, body, **query)
        if "/play/" in path:
            call = self._dialler._calls.get(path.split("/")[1])
            played = self.sounds.setdefault(call.trunk.name, []) if call else []
            played += [media.partition("/sounds/")[2] for media in body["media"]]
        return answer


def test_whoever_presses_8_and_2_hears_a_pin_and_our_number_twice(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuidang.phone.models import Pin
    from tuidang.privacy.calls import pin_hash
    from tuidang.privacy.keys import KeyFolder

    monkeypatch.setitem(PLACES, At.PIN_READ, replace(PLACES[At.PIN_READ], silence=QUICK))

    async def over(dialler: Any) -> list[str]:
        heard = Heard(dialler)
        while "sample" not in dialler._figures or not dialler._figures["sample"].outcomes:
            await asyncio.sleep(0.05)
        return heard.sounds["pin"]

    with country(house, pin=answers(keys("82"), pause(12), HANGS_UP)) as switch:
        make_campaign(house, switch, calls=1)
        sounds = dialling(house, over, hotline=HOTLINE)
    reading = sounds[sounds.index("prompt/pin") : sounds.index("prompt/pin-how")]
    digits = "".join(sound.removeprefix("digit/") for sound in reading if sound.startswith("digit/"))
    pin = digits[:6]
    assert digits == (pin + HOTLINE) * 2
    key = KeyFolder(settings.TUIDANG.keys).call_key()
    assert [bytes(row.hash) for row in Pin.objects.all()] == [pin_hash(key, pin)]
    (record,) = records(house)
    assert (record["keys"], record["people"]) == ("8", 0)
