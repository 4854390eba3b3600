"""Programs that are not ours open print files: faces, words, boxes, and the QR code read off the page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tuidang.reach.posters.printfile import SLUG, print_file
from tuidang.reach.posters.values import Order, Sheet
from tuidang.reach.posters.words import WORDS

POINT = 72 / 25.4
MADE = [(Sheet.CARD, "zh-hans"), (Sheet.A1, "zh-hant")]


def run(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def ordered(sheet: Sheet, language: str) -> Order:
    own = WORDS[language]
    address = "https://example.org/q/taipei-2026/"
    return Order(sheet, language, "taipei-2026", "001 416 555 0123", address, own.title, own.words)


@pytest.fixture(scope="module", params=MADE, ids=lambda made: f"{made[0]}-{made[1]}")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Order]:
    order = ordered(*request.param)
    file = tmp_path_factory.mktemp("print") / "sheet.pdf"
    file.write_bytes(print_file(order))
    return file, order


def test_every_face_is_embedded_subset_and_can_be_read_as_text(made: tuple[Path, Order]) -> None:
    faces = run("pdffonts", made[0]).splitlines()[2:]
    assert len(faces) == 4
    for face in faces:
        assert re.search(r"\+Noto(Sans|Serif)CJK", face)
        assert face.split()[-5:-2] == ["yes", "yes", "yes"], "embedded, subset, with Unicode"
    assert made[0].stat().st_size < 80_000


def test_number_words_and_batch_can_be_found_in_it(made: tuple[Path, Order]) -> None:
    file, order = made
    said = run("pdftotext", "-raw", file, "-")
    assert "001 416 555 0123" in said.splitlines()
    assert order.code in said.split()
    tight = re.sub(r"\s", "", said)
    for words in (order.title, order.words, WORDS[order.language].caution, WORDS[order.language].with_number):
        assert re.sub(r"\s", "", words) in tight


def test_it_says_where_to_cut_and_how_far_colour_goes_and_nothing_of_who_made_it(
    made: tuple[Path, Order],
) -> None:
    file, order = made
    told = dict(line.split(":", 1) for line in run("pdfinfo", "-box", file).splitlines())
    width, height = (side * POINT for side in order.sheet.size)

    def box(name: str) -> list[float]:
        return [float(one) for one in told[name].split()]

    edge, bleed = SLUG * POINT, (SLUG - 3) * POINT
    assert box("MediaBox") == pytest.approx([0, 0, width + 2 * edge, height + 2 * edge], abs=0.02)
    assert box("TrimBox") == pytest.approx([edge, edge, edge + width, edge + height], abs=0.02)
    assert box("BleedBox") == pytest.approx(
        [bleed, bleed, width + 2 * edge - bleed, height + 2 * edge - bleed], abs=0.02
    )
    assert told["Pages"].strip() == "1"
    assert "Producer" not in told
    assert "Author" not in told
    assert "2000" in told["CreationDate"]


def test_a_decoder_reads_the_address_off_the_printed_page(made: tuple[Path, Order]) -> None:
    file, order = made
    dots = 200 if order.sheet is Sheet.CARD else 40  # a card as a phone sees it, a poster from far away
    picture = file.with_suffix("")
    run("pdftoppm", "-r", str(dots), "-png", "-singlefile", file, picture)
    told = run("zbarimg", "-q", "--raw", picture.with_suffix(".png"))
    assert told.strip() == order.address


def test_there_is_colour_in_the_bleed_and_there_are_marks_outside_of_it(made: tuple[Path, Order]) -> None:
    file, _ = made
    picture = file.with_name("marks")
    run("pdftoppm", "-r", "72", "-gray", "-singlefile", file, picture)
    head, pixels = picture.with_suffix(".pgm").read_bytes().split(b"\n255\n", 1)
    width, height = (int(one) for one in head.split()[1:3])
    edge, bleed = round(SLUG * POINT), round((SLUG - 2) * POINT)

    def dark(x: int, y: int) -> int:
        return min(pixels[(y + dy) * width + x + dx] for dx in (-1, 0, 1) for dy in (-1, 0, 1))

    assert dark(bleed, height - edge - 6) < 140, "the band goes on beyond the cut"
    assert dark(edge, round(2.5 * POINT)) < 160, "a mark above the left edge"
    assert dark(round(2.5 * POINT), height - edge) < 160, "a mark left of the lower edge"
    assert dark(width - 3, 3) > 250, "nothing in the corner"


def test_the_same_order_gives_the_same_bytes(made: tuple[Path, Order]) -> None:
    file, order = made
    if order.sheet is Sheet.CARD:
        assert print_file(order) == file.read_bytes()
