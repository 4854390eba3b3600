"""What stands on a sheet lies within its safe edge, the number is the largest, and too much is refused."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tuidang
from tuidang.base.drawings import BOAT
from tuidang.reach.posters.layout import BLEED, lay_out
from tuidang.reach.posters.picture import picture
from tuidang.reach.posters.typeface import is_there, width_of
from tuidang.reach.posters.values import Boxes, Ink, NoGlyph, Order, Sheet, Text, TooLong
from tuidang.reach.posters.words import WORDS

pytestmark = pytest.mark.skipif(
    not is_there(), reason="needs Debian's fonts-noto-cjk, as `make test` installs"
)

NUMBER = "001 416 555 0123"
EVERY = [(sheet, language) for sheet in Sheet for language in WORDS]
PAPER = 3.0  # millimetres from the edge within which a cut may fall


def order(sheet: Sheet = Sheet.CARD, language: str = "zh-hans", **other: str) -> Order:
    own = WORDS[language]
    usual = {
        "code": "tp26",
        "number": NUMBER,
        "address": "https://example.org/q/tp26/",
        "title": own.title,
        "words": own.words,
    }
    return Order(sheet, language, **{**usual, **other})


def texts(made: Order) -> list[Text]:
    return [mark for mark in lay_out(made) if isinstance(mark, Text)]


def right_of(text: Text, language: str) -> float:
    return text.x + width_of(text.text, text.face, language) * text.size


@pytest.mark.parametrize(("sheet", "language"), EVERY)
def test_number_words_address_and_code_stand_on_every_sheet_within_its_safe_edge(
    sheet: Sheet, language: str
) -> None:
    made = order(sheet, language)
    width, height = sheet.size
    found = texts(made)
    assert {NUMBER, "tp26", "example.org/q/tp26"} <= {one.text for one in found}
    said = "".join(one.text for one in found)
    assert all(re.sub(r"\s", "", words) in re.sub(r"\s", "", said) for words in (made.title, made.words))
    for one in found:
        assert one.x >= PAPER
        assert right_of(one, language) <= width - PAPER, one.text
        assert one.y - one.size * 0.75 >= PAPER
        assert one.y + one.size * 0.1 <= height - PAPER, one.text
    assert found[0].text == NUMBER
    assert max(found, key=lambda one: one.size).text == NUMBER
    assert min(one.size for one in found) >= 1.9, "smaller than can be read"


@pytest.mark.parametrize(("sheet", "language"), EVERY)
def test_no_two_things_overlap_and_the_code_has_its_quiet_border(sheet: Sheet, language: str) -> None:
    made = order(sheet, language)
    marks = lay_out(made)
    band, code = (mark for mark in marks if isinstance(mark, Boxes))
    left, top = min(x for x, *_ in code.boxes), min(y for _, y, *_ in code.boxes)
    right, bottom = max(x + w for x, _, w, _ in code.boxes), max(y + h for _, y, _, h in code.boxes)
    module = min(w for _, _, w, _ in code.boxes)
    assert module >= 0.4
    quiet = 2 * module  # 4 by ISO/IEC 18004; readers need 2, and only words come near, never a box
    for one in texts(made):
        if one.text != made.code:
            beside = right_of(one, language) <= left - quiet or one.x >= right + quiet
            assert beside or one.y <= top - quiet or one.y - one.size * 0.8 >= bottom + quiet, one.text
    assert band.boxes[0][1] >= bottom + quiet
    lines = sorted(texts(made), key=lambda one: one.y)
    for above, below in itertools.pairwise(lines):
        apart = right_of(above, language) <= below.x or right_of(below, language) <= above.x
        assert apart or above.y + above.size * 0.1 <= below.y - below.size * 0.72, (above.text, below.text)


def test_what_is_coloured_to_the_edge_goes_on_into_the_bleed() -> None:
    for sheet in Sheet:
        (x, _, w, _), *others = next(m for m in lay_out(order(sheet)) if isinstance(m, Boxes)).boxes
        assert not others
        assert x == pytest.approx(-BLEED)
        assert w == pytest.approx(sheet.size[0] + 2 * BLEED)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(Sheet)),
    st.from_regex(r"[0-9]{3,20}", fullmatch=True),
    st.text(alphabet="退出党团队，。可以用化名打这个电话 abcde\n", max_size=200),
)
def test_whatever_is_asked_for_fits_or_is_refused(sheet: Sheet, number: str, words: str) -> None:
    assume(words.strip())
    made = order(sheet, number=number, words=words.strip())
    try:
        found = texts(made)
    except TooLong:
        return
    assert all(right_of(one, "zh-hans") <= sheet.size[0] - PAPER + 0.001 for one in found)
    assert all(one.y <= sheet.size[1] - PAPER for one in found)


def test_a_sheet_without_a_number_says_to_scan() -> None:
    for language, words in WORDS.items():
        said = [one.text for one in texts(order(Sheet.A5, language, number=""))]
        assert words.without_number in said
        assert words.with_number not in said


def test_too_long_words_and_signs_that_the_typeface_lacks_are_refused() -> None:
    with pytest.raises(TooLong) as refused:
        lay_out(order(words="可以用化名。" * 33))
    assert refused.value.field == "words"
    with pytest.raises(TooLong) as refused:
        lay_out(order(address="https://example.org/" + "x" * 300))
    assert refused.value.field == "address"
    with pytest.raises(NoGlyph) as missing:
        lay_out(order(title="退党 \U0001f600"))
    assert missing.value.sign == "\U0001f600"


def test_a_line_never_begins_with_a_full_stop() -> None:
    said = texts(order(Sheet.CARD, words="可以用化名，没有人问，" * 6))
    assert not [one.text for one in said if one.text[0] in "，。"]


def test_the_picture_is_one_drawing_without_text_that_a_browser_would_set_in_another_face() -> None:
    drawn = picture(order(title="<b>&"), "<&>")
    root = ElementTree.fromstring(drawn)
    assert root.get("viewBox") == "0 0 85 54"
    assert root[0].text == "<&>"
    assert {one.tag.rpartition("}")[2] for one in root} == {"title", "rect", "path"}
    assert Ink.GREEN.screen in drawn


def test_the_boat_is_the_one_of_the_site_without_its_water() -> None:
    drawing = Path(tuidang.__file__).parent / "web/templates/web/drawings/boat.svg"
    assert f'd="{BOAT}M' in drawing.read_text()
