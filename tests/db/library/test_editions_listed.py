"""Editions as a reader meets them: listed on light pages, saved under names that say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from library_cast import NOW, publish_heaviest
from markup import Markup, read, weight
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
    return [e.attributes["href"] for e in page.find("a") if "download" in e.attributes]


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
    for path in (
        "library/",
        f"library/{name}/",
        f"library/{name}/{chapter}/",
        f"library/{name}/{chapter}/2/",
    ):
        response = client.get(f"/{language}/{path}?type=largest")
        if response.status_code == 200:
            assert weight(response) <= HEAVIEST, path


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh-hans",
            ["纯文本，1\xa0KB", "网页，2\xa0KB", "EPUB，12\xa0KB", "PDF，86\xa0KB", "小册子，1.2\xa0MB"],
        ),
        (
            "zh-hant",
            ["純文字，1\xa0KB", "網頁，2\xa0KB", "EPUB，12\xa0KB", "PDF，86\xa0KB", "小冊子，1.2\xa0MB"],
        ),
        (
            "en",
            [
                "Plain text, 1\xa0KB",
                "Web page, 2\xa0KB",
                "EPUB, 12\xa0KB",
                "PDF, 86\xa0KB",
                "Booklet, 1.2\xa0MB",
            ],
        ),
    ],
)
def test_what_there_is_is_listed_with_its_size_and_what_is_not_is_not(
    client: Client, house: Path, language: str, said: list[str]
) -> None:
    stock_sample(NOW)
    name = "taking-back-an-oath"
    sizes = (900, 1025, 12_000, 88_000, 1_258_291)
    forms = [form for form in ENDINGS if form is not Format.ZIM]
    for form, size in zip(forms, sizes, strict=True):
        put(house, path_of(name, language, 3, form), bytes(size))
        put(house, path_of(name, language, None, form), bytes(size))
    for path in (f"{name}/3/", f"{name}/"):
        page = read(client.get(f"/{language}/library/{path}"))
        assert [e.words for e in page.find("a") if "download" in e.attributes] == said
        assert all(client.get(address).status_code == 200 for address in taken(page))
    assert not taken(read(client.get(f"/{language}/library/{name}/4/")))
    assert not taken(read(client.get(f"/{language}/library/")))
    put(house, shelf_path(language), bytes(200))
    assert taken(read(client.get(f"/{language}/library/"))) == [f"/editions/library-{language}.zim"]


def test_a_file_is_saved_under_a_name_that_says_nothing_and_stays_in_no_browser(
    client: Client, house: Path
) -> None:
    kinds = {
        "a-book/en/book.epub": "application/epub+zip",
        "a-book/en/3.html": "text/html; charset=utf-8",
        "a-book/en/3-booklet.pdf": "application/pdf",
        "a-book/en/3.txt": "text/plain; charset=utf-8",
        "library-en.zim": "application/x-zim",
    }
    for path, kind in kinds.items():
        response = client.get(put(house, path))
        assert response.status_code == 200
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Disposition"] == f'attachment; filename="{path.rpartition("/")[2]}"'
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["CDN-Cache-Control"] == "public, max-age=300"
        assert "Last-Modified" not in response.headers
        assert "Content-Encoding" not in response.headers
        assert b"".join(response) == b"words"
    part = client.get("/editions/library-en.zim", headers={"Range": "bytes=1-2"})
    assert (part.status_code, b"".join(part)) == (206, b"or")
    assert "Content-Disposition" not in client.get(put(house, "manifest.txt")).headers


@pytest.mark.parametrize(
    "path",
    [
        ".made.json",
        ".new/manifest.txt",
        "../keys/files.key",
        "a-book",
        "a//b.txt",
        "x/../key.txt",
        "K.txt",
        "no.txt",
    ],
)
def test_nothing_else_is_given(client: Client, house: Path, path: str) -> None:
    put(house, ".made.json")
    put(house, ".new/manifest.txt")
    put(house, "a-book/en/1.txt")
    assert client.get(f"/editions/{path}").status_code == 404
    assert client.post("/editions/a-book/en/1.txt").status_code == 405
