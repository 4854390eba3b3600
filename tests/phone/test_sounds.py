"""Sounds: made of whatever is given, as loud as each other, and a recording is nobody's sample again."""

from __future__ import annotations

import io
import math
import subprocess
import wave
from pathlib import Path

import pytest

from tuidang.phone.asterisk import sounds
from tuidang.phone.asterisk.install import command
from tuidang.phone.asterisk.sounds import (
    BadSoundError,
    convert,
    missing,
    path_of,
    prepare_sounds,
    read_samples,
    record,
    seconds,
)
from tuidang.phone.asterisk.wave import as_wave

PROMPTS = {"prompt/menu": "您现在可以按一个键。", "digit/7": "七", "alias/金福": "金福"}


def sox(data: Path, *words: str) -> bytes:
    return subprocess.run([*command(data, "sox"), "-V1", *words], capture_output=True, check=True).stdout


def tone(data: Path, path: Path, *, volume: float, rate: int = 44100, channels: int = 2) -> Path:
    """Write a second of a tone between two seconds of silence."""
    form = ("-n", "-r", str(rate), "-c", str(channels), str(path))
    sox(data, *form, "synth", "1", "sine", "1000", "vol", str(volume), "pad", "1", "1")
    return path


def loudest(data: Path, path: Path) -> float:
    """Measure the loudest moment, in decibels below the most there is."""
    raw = sox(data, "-t", "al", "-r", "8000", "-c", "1", str(path), "-t", "s16", "-")
    return 20 * math.log10(
        max(abs(int.from_bytes(raw[i : i + 2], "little", signed=True)) for i in range(0, len(raw), 2)) / 32768
    )


@pytest.mark.parametrize("form", ["wav", "mp3", "flac", "ogg", "aiff"])
@pytest.mark.parametrize("volume", [0.02, 0.9])
def test_any_common_file_becomes_a_sound_that_asterisk_plays_as_it_lies(
    data: Path, tmp_path: Path, form: str, volume: float
) -> None:
    source = tone(data, tmp_path / f"in.{form}", volume=volume)
    target = tmp_path / "out.alaw"
    length = convert(data, source, target)
    assert 1.0 < length < 1.6  # the silence before and after is gone
    assert length == seconds(target)
    assert -4 < loudest(data, target) < -2


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("words.wav", b"no sound at all" * 100, "cannot be read as sound"),
        ("empty.mp3", b"", "cannot be read as sound"),
        ("short.wav", b"RIFF", "cannot be read as sound"),
    ],
)
def test_what_is_no_sound_is_refused_in_a_sentence(
    data: Path, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    target = tmp_path / "out.alaw"
    target.write_bytes(b"the sound that was here")
    with pytest.raises(BadSoundError, match=told) as refused:
        convert(data, tmp_path / name, target)
    assert str(tmp_path) not in str(refused.value)
    assert target.read_bytes() == b"the sound that was here"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []


def test_silence_is_no_message(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSoundError, match="nothing to be heard"):
        convert(data, tone(data, tmp_path / "in.wav", volume=0), tmp_path / "out.alaw")


def test_a_small_file_that_lasts_for_hours_fills_no_disk(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in.flac"
    form = ("-n", "-r", "8000", "-c", "1", "-b", "8", str(source))
    sox(data, "-D", *form, "synth", "1", "sine", "1000", "pad", "0", "10000")
    assert source.stat().st_size < 500_000
    command_of = sounds.command

    def bounded(data: Path, program: str) -> list[str]:
        return [
            "prlimit",
            "--fsize=200000000",
            *command_of(data, program),
        ]  # what it keeps aside lies in files

    monkeypatch.setattr(sounds, "command", bounded)
    assert 1.0 < convert(data, source, tmp_path / "out.alaw") < 1.6


def test_a_file_whose_name_would_be_a_command_is_a_file(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSoundError, match="There is no file"):
        convert(data, Path(f"|touch {tmp_path}/was-run"), tmp_path / "out.alaw")
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize("form", ["m3u", "PLS"])
def test_a_list_of_songs_runs_no_command_and_fetches_nothing(data: Path, tmp_path: Path, form: str) -> None:
    hostile = tmp_path / f"song.{form}"
    entry = f'http://127.0.0.1:9/";touch {tmp_path}/was-run;"'
    hostile.write_text(f"[playlist]\nFile1={entry}\n" if form == "PLS" else f"{entry}\n")
    with pytest.raises(BadSoundError, match="is no WAV, MP3"):
        convert(data, hostile, tmp_path / "out.alaw")
    assert [path.name for path in tmp_path.iterdir()] == [hostile.name]


def test_samples_are_spoken_once_and_again_when_their_words_change(data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    assert missing(tmp_path, PROMPTS) == list(PROMPTS)
    assert prepare_sounds(data, tmp_path, PROMPTS, said.append) == 3
    assert missing(tmp_path, PROMPTS) == []
    assert read_samples(tmp_path).keys() == PROMPTS.keys()
    assert 0.4 < seconds(path_of(tmp_path, "digit/7")) < seconds(path_of(tmp_path, "prompt/menu"))
    assert prepare_sounds(data, tmp_path, PROMPTS, said.append) == 0
    assert prepare_sounds(data, tmp_path, PROMPTS | {"digit/7": "七七七七"}, said.append) == 1
    assert len(said) == 2


def test_a_recording_takes_a_samples_place_for_good(data: Path, tmp_path: Path) -> None:
    prepare_sounds(data, tmp_path, PROMPTS)
    record(data, tmp_path, tone(data, tmp_path / "in.wav", volume=0.5), "prompt/menu")
    recording = path_of(tmp_path, "prompt/menu").read_bytes()
    assert "prompt/menu" not in read_samples(tmp_path)
    prepare_sounds(data, tmp_path, PROMPTS | {"prompt/menu": "别的话"})
    assert path_of(tmp_path, "prompt/menu").read_bytes() == recording


def test_samples_whose_speaking_was_interrupted_are_spoken_again(data: Path, tmp_path: Path) -> None:
    class CutError(Exception):
        pass

    def interrupt(_: str) -> None:
        raise CutError

    prepare_sounds(data, tmp_path, {"digit/7": "七"})
    path_of(tmp_path, "digit/7").unlink()
    with pytest.raises(CutError):
        prepare_sounds(data, tmp_path, PROMPTS, interrupt)
    assert prepare_sounds(data, tmp_path, PROMPTS) == 3


def test_every_sample_is_heard_at_the_desk_as_sox_hears_it(data: Path, tmp_path: Path) -> None:
    codes = bytes(range(256))
    (tmp_path / "all.al").write_bytes(codes)
    wanted = sox(data, "-t", "al", "-r", "8000", "-c", "1", str(tmp_path / "all.al"), "-t", "s16", "-")
    with wave.open(io.BytesIO(as_wave(codes))) as file:
        assert file.readframes(256) == wanted
