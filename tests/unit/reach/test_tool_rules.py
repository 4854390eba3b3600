"""What may be said of a tool, and how a size is written and read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.reach.tools.rules import LANGUAGES, Tool, faults_of, read_size, size_words

WORDS = dict.fromkeys(LANGUAGES, "words")
TOOL = Tool("t", "Sample tool", WORDS, WORDS, place="https://tool.example/", sha256="a" * 64, signed_by="S")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"does": WORDS | {"en": ""}}, "does-en"),
        ({"risk": WORDS | {"zh-hant": "x" * 161}}, "risk-zh-hant"),
        ({"risk": {}}, "risk-zh-hans"),
        ({"place": "tool.example"}, "place"),
        ({"size": -1}, "size"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"signed_by": ""}, "signed_by"),
        ({"sha256": ""}, "signed_by"),
    ],
)
def test_what_cannot_be_is_said_by_its_field(changed: dict[str, object], field: str) -> None:
    assert not faults_of(TOOL)
    assert field in {name for name, _ in faults_of(replace(TOOL, **changed))}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 0),
        ("7.5 MB", 7_864_320),
        ("640KB", 655_360),
        ("1234", 1234),
        ("2 GiB", 2**31),
        ("0,5 mb", 524_288),
        ("big", -1),
        ("-3", -1),
        ("7 TB", -1),
    ],
)
def test_a_size_is_read_as_people_type_it(text: str, size: int) -> None:
    assert read_size(text) == size


@given(st.integers(1, 10**11))
def test_a_size_that_was_written_is_read_as_nearly_the_same(size: int) -> None:
    assert read_size(size_words(size)) == pytest.approx(size, rel=0.06, abs=1024)
