"""A chapter read aloud, in a real browser: brought at the desk, heard by a reader, from the middle too."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from looks import wrong_at
from playwright.sync_api import Page
from test_desk import LOCALES
from walk import go

from conftest import Visit
from served import Served
from sound_cast import ffmpeg
from volunteer_cast import Password

BOOK = "library/taking-back-an-oath"
MINUTES = 20
WORK = (
    "from tuidang.cli_start import start_django; start_django()\n"
    "from tuidang.web.worker import look_at_audio; look_at_audio()"
)
PATIENCE = 300  # seconds


@pytest.fixture(scope="module")
def password(site: Served) -> Password:
    return site.add_volunteer("cedar", "editor")


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a recording that is longer than what a browser takes at once."""
    path = tmp_path_factory.mktemp("voice") / "voice.flac"
    ffmpeg("-f", "lavfi", "-i", f"sine=f=440:d={60 * MINUTES}:r=16000", str(path))
    return path


def wait_for(page: Page, expression: str) -> None:
    """Wait until something is so; a page without script has no timers to wait with."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        time.sleep(0.1)


def make_audio(site: Served) -> None:
    """Do now what the worker does every few seconds."""
    done = subprocess.run([sys.executable, "-c", WORK], env=site.environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def stations(page: Page, site: Served, voice: Path, bad: Path) -> Iterator[str]:
    """Lead an editor from the list of works to a recording that can be heard."""
    page.goto("/desk/library/")
    go(page, 'tr:has-text("taking-back-an-oath") a[lang="zh-hans"]')
    go(page, "main th a >> nth=0")
    go(page, 'main a[aria-keyshortcuts="a"]')
    yield "nothing yet"
    page.set_input_files("#file", bad)
    go(page, "main .actions button")
    make_audio(site)
    page.goto(page.url.partition("?")[0])
    assert page.locator("main .state.bad").count()
    yield "refused"
    page.set_input_files("#file", voice)
    go(page, "main .actions button")
    make_audio(site)
    page.goto(page.url.partition("?")[0])
    assert page.locator("main .state.good").count()
    yield "heard"


def test_an_editor_brings_a_recording_and_a_reader_hears_it_from_the_middle(
    site: Served, visit: Visit, password: Password, voice: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_text("no sound")
    desk = visit(locale=LOCALES["zh-hans"], script=True, width=390)
    site.enter(desk, "cedar", password)
    assert not wrong_at(desk, stations(desk, site, voice, bad), "zh-hans")
    reader = visit(locale=LOCALES["zh-hant"], script=True, width=390)
    reader.goto(f"/zh-hant/{BOOK}/1/")
    answers: list[int] = []
    reader.on(
        "response",
        lambda response: answers.append(response.status) if "/audio/" in response.url else None,
    )
    assert not wrong_at(reader, iter(["chapter"]), "zh-hant")
    assert not answers  # nothing is fetched before somebody wants to hear it
    reader.evaluate("{ const a = document.querySelector('audio'); a.muted = true; a.play(); }")
    wait_for(reader, "document.querySelector('audio').currentTime > 0.2")
    length = reader.evaluate("document.querySelector('audio').duration")
    assert length == pytest.approx(60 * MINUTES, abs=1)
    reader.evaluate(f"document.querySelector('audio').currentTime = {60 * MINUTES - 30}")
    wait_for(reader, f"document.querySelector('audio').currentTime > {60 * MINUTES - 29.5}")
    assert set(answers) == {206}
    assert reader.context.cookies() == []
