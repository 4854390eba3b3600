"""The reading of a text behind the masks: aligned, whatever characters are in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.shadow import Shadow

ODD = st.text(st.sampled_from("退a１⑫㎏\u200bİΣΑσ〔電話〕 \u0301"), max_size=12)


@given(ODD | st.text(max_size=12))
def test_each_character_is_read_as_it_would_be_alone(text: str) -> None:
    shadow = Shadow(text, ())
    alone = [Shadow(character, ()) for character in text]
    assert shadow.cased == "".join(one.cased for one in alone)
    assert shadow.plain == "".join(one.plain for one in alone)
    assert len(shadow.digits) == len(shadow.cased)


@given(ODD)
def test_what_is_taken_is_the_character_it_was_read_from_and_the_unseen_ones_behind_it(text: str) -> None:
    read = [Shadow(character, ()).cased for character in text]
    for start in (place for place, own in enumerate(read) if own):
        end = next((place for place in range(start + 1, len(text)) if read[place]), len(text))
        before = len("".join(read[:start]))
        found = Mark(before, before + len(read[start]), MarkKind.NUMBER)
        assert Shadow(text, ()).take([found]) == [Mark(start, end, MarkKind.NUMBER)]


@pytest.mark.parametrize("text", ["call 〔电话〕!", "call ︹電話︺!"])
def test_what_was_masked_before_is_blank(text: str) -> None:
    assert Shadow(text, ("〔电话〕",)).cased == "call 〓〓〓〓!"
