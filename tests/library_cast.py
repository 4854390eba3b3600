"""Works for tests of the library: short ones, and the heaviest there can be."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from tuidang.library.actions.publication import publish_version
from tuidang.library.actions.texts import create_work, save_chapter
from tuidang.library.models import Text, Version
from tuidang.library.rules import LONGEST_ABOUT, LONGEST_TITLE, Heading

NOW = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)
TODAY = date(2026, 11, 28)
HAN = [chr(code) for code in range(0x4E00, 0x9FA5)]


def noise(seed: int, length: int) -> str:
    """Return a text that cannot be compressed much."""
    return "".join(random.Random(seed).choices(HAN, k=length))


def write_work(
    name: str = "a-book",
    language: str = "zh-hans",
    *bodies: str,
    title: str = "一本书",
    day: date | None = None,
) -> Text:
    """Save a work with chapters, none of them published."""
    text = create_work(name, language, Heading(title, "某人", "说的是什么。"), day=day)
    for number, body in enumerate(bodies or ("今天退出，心安。",), 1):
        save_chapter(text, number, f"第{number}章" if language != "en" else f"Part {number}", body, TODAY)
    return text


def publish_all(text: Text, now: datetime = NOW) -> Text:
    """Publish the newest version of each chapter."""
    for chapter in text.chapters.order_by("number"):
        publish_version(newest(chapter.number, text).pk, now)
    return text


def newest(number: int, text: Text) -> Version:
    """Give the newest version of a chapter."""
    return Version.objects.filter(chapter__text=text, chapter__number=number).latest("number")


def publish_heaviest() -> tuple[Text, str]:
    """Publish the heaviest book there can be, and give the words of its first chapter."""
    heading = Heading(noise(1, LONGEST_TITLE), noise(2, LONGEST_TITLE), noise(3, LONGEST_ABOUT))
    text = create_work("heaviest", "zh-hans", heading)
    body = "\n\n".join(noise(n, 700) + "。" for n in range(10, 30))
    for number in range(1, 31):
        title = noise(40 + number, LONGEST_TITLE)
        save_chapter(text, number, title, body if number == 1 else "短。", TODAY)
    return publish_all(text), body
