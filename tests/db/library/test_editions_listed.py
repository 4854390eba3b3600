"""Editions as a reader meets them: listed on light pages, saved under names that say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from library_cast import NOW, publish_all, publish_heaviest, write_work
from markup import Markup, read, weight
from tuidang.library.edition_words import size_words
from tuidang.library.editions.formats import ENDINGS, Format, path_of, shelf_path
from tuidang.library.sample import stock_sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
HEAVIEST = 14 * 1024


def put(house: Path, path: str, content: bytes = b"words") -> str:
    """Put a file into the folder of editions, and give its address."""
    file = house / "editions" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return f"/editions/{path}"


def put_all(house: Path, name: str, language: str, number: int | None, size: int = 1_300_000) -> None:
    """Put every edition of a work, or of a chapter, as large as they are when they are large."""
    for form in ENDINGS:
        if form is not Format.ZIM:
            file = house / put(house, path_of(name, language, number, form)).lstrip("/")
            with file.open("wb") as opened:
                opened.truncate(size)


def taken(page: Markup) -> list[str]:
    """Return where the list of editions leads."""
    return [e.attributes["href"] for ul in page.find("ul", class_="take") for e in ul.all if e.tag == "a"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heaviest_pages_are_light_with_every_edition_on_them(
    client: Client, house: Path, language: str
) -> None:
    if language == "en":
        stock_sample(NOW)
        name, chapter = "taking-back-an-oath", 1
    else:
        publish_heaviest()
        name, chapter = "heaviest", 1
    put(house, shelf_path(language))
    for number in (None, chapter):
        put_all(house, name, language, number)
    for path in ("library/", f"library/{name}/", f"library/{name}/{chapter}/", f"library/{name}/{chapter}/2/"):
        response = client.get(f"/{language}/{path}?type=largest")
        if response.status_code == 200:
            print(path, weight(response))
            assert weight(response) <= HEAVIEST, path
