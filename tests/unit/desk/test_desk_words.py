"""What the desk calls the reasons of the diallers."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from tuidang.desk.calls import reason_words
from tuidang.desk.words import REFUSALS
from tuidang.phone.rules import Refusal


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_reason_for_which_nothing_is_dialled_has_words_of_its_own(language: str) -> None:
    assert set(REFUSALS) == set(Refusal)
    with override(language):
        words = [reason_words(refusal.value) for refusal in Refusal]
    with override("en"):
        english = [reason_words(refusal.value) for refusal in Refusal]
    assert len(set(words)) == len(Refusal)
    assert not set(words) & {refusal.value for refusal in Refusal}
    assert language == "en" or not set(words) & set(english)
