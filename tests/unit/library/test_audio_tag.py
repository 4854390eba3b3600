"""What is written before the sound is what a reader that we did not write finds there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sound_cast import probe, speech
from tuidang.library.audio.convert import convert
from tuidang.library.audio.tag import Mark, write_tag


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a recording without a tag."""
    folder = tmp_path_factory.mktemp("sound")
    convert(speech(folder / "in.wav", 3), folder / "out.mp3", folder / "out.alaw")
    return folder / "out.mp3"


@pytest.mark.parametrize("count", [1, 9, 255, 256, 500])
def test_ffprobe_finds_every_chapter_with_its_title_and_times(sound: Path, count: int) -> None:
    marks = [Mark(f"第{n}章", n * 10, n * 10 + 10) for n in range(count)]
    whole = sound.with_name("whole.mp3")
    whole.write_bytes(write_tag("一本书", "某人", "zh-hans", marks, "心安。\n" * 1000) + sound.read_bytes())
    found = probe(whole)
    seen = [
        (one["tags"]["title"], round(1000 * float(one["start_time"])), round(1000 * float(one["end_time"])))
        for one in found["chapters"]
    ]
    assert seen == [(mark.title, mark.begin, mark.end) for mark in marks]
    tags = found["format"]["tags"]
    assert (tags["title"], tags["artist"]) == ("一本书", "某人")
    assert ("心安。\n" * 1000).strip() in {value.replace("\r\n", "\n").strip() for value in tags.values()}
    assert float(found["format"]["duration"]) == pytest.approx(3, abs=0.2)


@given(st.lists(st.text(max_size=20), max_size=600), st.text(max_size=300))
def test_the_tables_of_contents_name_every_chapter_once_and_the_size_is_the_tags(
    titles: list[str], words: str
) -> None:
    titles = [title.encode("utf-16-le", "ignore").decode("utf-16-le") for title in titles]
    words = words.encode("utf-16-le", "ignore").decode("utf-16-le")
    tag = write_tag("t", "", "en", [Mark(title, 0, 1) for title in titles], words)
    size = sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:10], (21, 14, 7, 0), strict=True))
    assert size == len(tag) - 10
    at, listed, chapters = 10, [], []
    while at < len(tag):
        key, length = tag[at : at + 4], int.from_bytes(tag[at + 4 : at + 8], "big")
        content = tag[at + 10 : at + 10 + length]
        if key == b"CTOC":
            _name, _, rest = content.partition(b"\0")
            entries = rest[2:].split(b"\0")[:-1]
            assert rest[1] == len(entries)
            listed += [entry for entry in entries if entry.startswith(b"chp")]
        elif key == b"CHAP":
            chapters.append(content.partition(b"\0")[0])
        at += 10 + length
    assert at == len(tag)
    assert listed == chapters == [b"chp%d" % number for number in range(1, len(titles) + 1)]
