"""The words of the voice: complete, plain, sayable, and true to what the machine does."""

from __future__ import annotations

import re
from random import Random

import pypinyin
import pytest

from tuidang.phone.call_table import TABLE
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.prompts import PROMPTS, SPOKEN_ALIASES, draw_aliases
from tuidang.privacy.frozen import read_rows
from tuidang.privacy.names import NameKind, NameTable, published_name
from tuidang.privacy.pinyin import spoken
from tuidang.privacy.regions import PROVINCES, REGIONS

WORDS = {hans for hans, _ in read_rows("aliases.txt")}
DEFAULT = NameTable.default()
NUMERALS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "八": "8", "九": "9", "零": "0"}


def test_every_id_is_of_a_known_folder_and_every_prompt_has_words() -> None:
    assert {sound.split("/")[0] for sound in PROMPTS} == {"prompt", "digit", "province", "alias"}
    assert all(words and words.strip() == words for words in PROMPTS.values())
    assert all(re.fullmatch(r"(prompt|digit|province|alias)/[\w-]+", sound) for sound in PROMPTS)


def test_there_is_a_sound_for_each_digit_and_each_province() -> None:
    assert {f"digit/{digit}" for digit in range(10)} <= set(PROMPTS)
    assert {f"province/{province.code}" for province in PROVINCES} <= set(PROMPTS)
    assert PROMPTS["province/CN-HA"] == "河南"


def test_no_two_digits_sound_alike() -> None:
    assert len({spoken(PROMPTS[f"digit/{digit}"]) for digit in range(10)}) == 10


def test_the_words_are_simplified_and_hold_nothing_a_voice_cannot_say() -> None:
    for words in PROMPTS.values():
        assert not re.search(r"[^\u4e00-\u9fff，。；：、？]", words), words


def test_a_breath_is_never_longer_than_an_old_man_remembers() -> None:
    for sound, words in PROMPTS.items():
        assert max(len(part) for part in re.split(r"[，。；：、？]", words)) <= 20, sound


@pytest.mark.parametrize(
    ("prompt", "at"),
    [
        ("orgs", "organisations"),
        ("orgs-next", "organisations"),
        ("alias-keys", "alias"),
        ("more", "more people"),
        ("confirm", "confirm"),
        ("stored", "stored"),
        ("receipts-end", "receipts end"),
        ("hours", "hours"),
        ("never-sure", "never sure"),
        ("menu-leave", "menu"),
        ("menu-person", "menu"),
        ("menu-never", "menu"),
        ("menu-more", "menu"),
        ("who", "message"),
        ("region-keys", "confirm"),
        ("person-call-back", "person"),
        ("person-pin", "person"),
        ("person-back", "person"),
    ],
)
def test_a_key_that_the_voice_names_is_a_key_of_the_table(prompt: str, at: str) -> None:
    named = {
        NUMERALS[key]
        for key in re.findall("按(?:了)?([一二三四五八九零])(?![个次])", PROMPTS[f"prompt/{prompt}"])
    }
    known = {row.on for row in TABLE if row.at == at}
    assert named
    assert named <= known


def test_nothing_offers_key_9_but_the_menu_which_says_first_that_a_phone_can_be_listened_to() -> None:
    words = {**PROMPTS, **SAMPLE_MESSAGES}
    assert [sound for sound in words if re.search("按(?:了)?九", words[sound])] == ["prompt/menu-leave"]


def test_the_questions_name_every_key_they_have() -> None:
    spoken_keys = {"orgs": "1234", "alias-keys": "123", "more": "12", "hours": "12345", "receipts-end": "12"}
    for prompt, keys in spoken_keys.items():
        words = PROMPTS[f"prompt/{prompt}"]
        assert {NUMERALS[key] for key in re.findall("按([一二三四五])", words)} == set(keys)


def test_sixty_aliases_have_a_sound_and_no_two_can_be_confused_by_ear() -> None:
    assert len(SPOKEN_ALIASES) == len(set(SPOKEN_ALIASES)) == 60
    assert set(SPOKEN_ALIASES) <= WORDS
    assert len({spoken(alias) for alias in SPOKEN_ALIASES}) == 60
    assert {"金福", "万顺"} <= set(SPOKEN_ALIASES)


def test_no_spoken_alias_has_a_second_reading() -> None:
    for alias in SPOKEN_ALIASES:
        assert spoken(alias) == "".join(pypinyin.lazy_pinyin(alias))


def test_every_spoken_alias_is_known_as_an_alias_and_as_nobodys_name() -> None:
    assert {DEFAULT.estimate(alias, "CN").kind for alias in SPOKEN_ALIASES} == {NameKind.ALIAS}


def test_aliases_are_drawn_differently_and_the_same_again_for_the_same_draw() -> None:
    once = draw_aliases(Random(7))
    assert once == draw_aliases(Random(7))
    assert once != draw_aliases(Random(8))
    assert set(once) == set(SPOKEN_ALIASES)
    assert {draw_aliases(Random(seed))[0] for seed in range(600)} == set(SPOKEN_ALIASES)


def test_no_spoken_alias_is_ever_hidden_in_any_region() -> None:
    for region in REGIONS:
        for alias in SPOKEN_ALIASES:
            assert published_name(alias, region, DEFAULT, 10**9) == alias
