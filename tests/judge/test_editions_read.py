"""Programs that are not ours open editions: epubcheck, Kiwix, Poppler, Info-ZIP."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from editions_cast import a_book
from served import free_port
from tuidang.library.editions.booklet import impose
from tuidang.library.editions.epub import write_epub
from tuidang.library.editions.paragraphs import read_paragraphs
from tuidang.library.editions.pdf import write_booklet, write_pdf
from tuidang.library.editions.values import Shelf
from tuidang.library.editions.zim import write_zim

EPUBCHECK = (
    "/usr/share/java/epubcheck.jar"  # started as such where the kernel does not know what to do with it
)


def run(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def tight(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("language", "alone"), [("zh-hant", False), ("en", True)])
def test_epubcheck_has_nothing_to_say(tmp_path: Path, language: str, alone: bool) -> None:
    book = a_book(language)
    file = tmp_path / "book.epub"
    file.write_bytes(write_epub(book.only(2) if alone else book))
    done = subprocess.run(["java", "-jar", EPUBCHECK, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Messages: 0 fatals / 0 errors / 0 warnings / 0 infos" in done.stdout + done.stderr


def test_zipinfo_finds_one_time_and_the_type_first_and_unpacked(tmp_path: Path) -> None:
    (tmp_path / "book.epub").write_bytes(write_epub(a_book()))
    members = [line.split() for line in run("zipinfo", "-T", tmp_path / "book.epub").splitlines()[2:-1]]
    assert members[0][-1] == "mimetype"
    assert members[0][5] == "stor"
    assert {member[6] for member in members} == {"19800101.000000"}


@pytest.fixture(scope="module", params=["zh-hans", "zh-hant", "en"])
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("print")
    book = a_book(request.param)
    (folder / "book.pdf").write_bytes(write_pdf(book))
    (folder / "booklet.pdf").write_bytes(write_booklet(book))
    return folder, request.param


def test_both_faces_are_embedded_subset_and_can_be_read_as_text(printed: tuple[Path, str]) -> None:
    folder, _language = printed
    for name in ("book.pdf", "booklet.pdf"):
        faces = run("pdffonts", folder / name).splitlines()[2:]
        assert len(faces) == 2
        for face in faces:
            assert re.search(r"\+NotoSerifCJK", face)
            assert face.split()[-5:-2] == ["yes", "yes", "yes"], "embedded, subset, with Unicode"
        assert (folder / name).stat().st_size < 200_000


def test_every_word_is_found_in_it_in_order_and_each_chapter_in_its_outline(
    printed: tuple[Path, str],
) -> None:
    folder, language = printed
    book = a_book(language)
    pages = run("pdftotext", "-raw", folder / "book.pdf", "-").split("\f")
    said = tight("".join(re.sub(r"\n\d+\n*$", "\n", page) for page in pages))
    for chapter in book.chapters:
        for paragraph in read_paragraphs(chapter.flow):
            assert tight("".join(run.text for run in paragraph.runs)) in said
    told = dict(line.split(":", 1) for line in run("pdfinfo", folder / "book.pdf").splitlines())
    assert told["Title"].strip() == book.title
    assert told["CreationDate"].strip().startswith("Sat Jan  1 00:00:00 2000")
    assert "Producer" not in told
    assert "420 x 595" in re.sub(r"\.\d+", "", told["Page size"].replace("419.5", "420.5"))
    outline = run("pdftohtml", "-xml", "-stdout", "-i", folder / "book.pdf").partition("<outline>")[2]
    assert len(re.findall(r"<item page=", outline)) == 1 + len(book.chapters)


def test_pages_of_a_booklet_stand_beside_each_other_as_they_are_folded(printed: tuple[Path, str]) -> None:
    folder, _language = printed
    words = [tight(page) for page in run("pdftotext", "-raw", folder / "book.pdf", "-").split("\f")[:-1]]
    sides = impose(len(words))
    told = dict(line.split(":", 1) for line in run("pdfinfo", folder / "booklet.pdf").splitlines())
    assert int(told["Pages"]) == len(sides)
    assert re.match(r"\s*839.\d* x 595.\d* pts", told["Page size"])
    half = 419
    for number, side in enumerate(sides, 1):
        for page, left in zip(side, (0, half), strict=True):
            crop = ("-x", str(left), "-y", "0", "-W", str(half), "-H", "570", "-r", "72")
            place = ("-f", str(number), "-l", str(number))
            seen = tight(run("pdftotext", "-raw", *place, *crop, folder / "booklet.pdf", "-"))
            assert seen == (words[page - 1] if page else "")


@pytest.fixture(scope="module")
def kiwix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a library in two languages by Kiwix, and give its address."""
    folder, port = tmp_path_factory.mktemp("zim"), free_port()
    news = replace(a_book(chapters=1, day=date(2026, 11, 20)), name="an-item")
    write_zim(Shelf("zh-hans", (a_book(), news)), folder / "library-zh-hans.zim")
    write_zim(Shelf("en", (a_book("en"),)), folder / "library-en.zim")
    words = ["kiwix-serve", "--address", "127.0.0.1", "--port", str(port), *sorted(folder.glob("*.zim"))]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    urllib.request.urlopen(address, timeout=10).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


def search(address: str, content: str, words: str) -> list[str]:
    found = get(f"{address}/search?content={content}&pattern={urllib.parse.quote(words)}")
    return re.findall(rf'<a href="/{content}/([^"]+)"', found)


def test_kiwix_opens_the_library_and_every_link_in_it_leads_somewhere(kiwix: str) -> None:
    waiting, seen = ["library-zh-hans/index.html"], set[str]()
    assert "书库" in get(f"{kiwix}/library-zh-hans/")
    while waiting:
        path = waiting.pop()
        seen.add(path)
        page = get(f"{kiwix}/{path}")
        body = page[page.index("<main>") : page.index("</main>")]
        for link in re.findall(r'<a href="([^":]+)"', body):
            target = urllib.parse.urljoin(path, link)
            if target not in seen and target not in waiting:
                waiting.append(target)
    assert len(seen) == 1 + 1 + 3 + 1  # the index, a book with three chapters, an item of news


def test_kiwix_finds_a_chinese_word_of_two_characters_and_nothing_that_is_not_there(kiwix: str) -> None:
    found = search(kiwix, "library-zh-hans", "誓言")
    assert {"a-book/1.html", "a-book/2.html", "a-book/3.html", "an-item/1.html"} <= set(found)
    assert search(kiwix, "library-zh-hans", "骆驼") == []
    assert "a-book/1.html" in search(kiwix, "library-en", "oath")
