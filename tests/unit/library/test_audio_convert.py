"""Whatever is brought becomes small speech or is refused with a reason; nothing else is read."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sound_cast import KINDS, as_kind, ffmpeg, probe, speech, with_picture
from tuidang.library.audio import cage, convert
from tuidang.library.audio.convert import RefusedError
from tuidang.library.audio.rules import LONGEST, Refused, is_whole, milliseconds_of

LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"


def make(source: Path, name: str = "made") -> tuple[Path, Path]:
    """Convert into files beside the source."""
    made, phone = source.with_name(f"{name}.mp3"), source.with_name(f"{name}.alaw")
    convert.convert(source, made, phone)
    return made, phone


def refusal(source: Path) -> Refused:
    """Say why something is refused; and nothing is left of it."""
    before = set(source.parent.iterdir())
    with pytest.raises(RefusedError) as caught:
        make(source)
    assert set(source.parent.iterdir()) == before
    return caught.value.why


@pytest.mark.parametrize("kind", [*KINDS, "mp4"])
def test_every_common_kind_becomes_the_same_small_speech_with_nothing_but_sound_in_it(
    tmp_path: Path, kind: str
) -> None:
    wav = speech(tmp_path / "in.wav")
    source = with_picture(wav) if kind == "mp4" else wav if kind == "wav" else as_kind(wav, kind)
    made, phone = make(source)
    found = probe(made)
    (stream,) = found["streams"]
    assert (stream["codec_name"], stream["sample_rate"], stream["channels"]) == ("mp3", "16000", 1)
    assert stream["bit_rate"] == "16000"
    assert "tags" not in found["format"]
    assert float(found["format"]["duration"]) == pytest.approx(2, abs=0.2)
    assert milliseconds_of(made.stat().st_size) / 1000 == pytest.approx(float(stream["duration"]), abs=0.001)
    assert phone.stat().st_size / 8000 == pytest.approx(2, abs=0.1)
    again, phone_again = make(source, "again")
    assert (again.read_bytes(), phone_again.read_bytes()) == (made.read_bytes(), phone.read_bytes())


def test_titles_names_and_cover_pictures_do_not_come_along(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", "1", str(cover))
    tagged = tmp_path / "tagged.mp3"
    wav = str(speech(tmp_path / "in.wav"))
    marks = ("-metadata", "artist=MARKED", "-metadata", "comment=MARKED", "-metadata", "encoded_by=MARKED")
    ffmpeg("-i", wav, "-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy", *marks, str(tagged))
    assert b"MARKED" in tagged.read_bytes()
    made, phone = make(tagged)
    assert b"MARKED" not in made.read_bytes() + phone.read_bytes()
    assert is_whole(made.read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        "Not a sound at all.\n" * 500,
        LIST.format("file:///etc/passwd"),
        LIST.format("http://127.0.0.1:{port}/a.mp3"),
        "[playlist]\nFile1=http://127.0.0.1:{port}/a.mp3\nNumberOfEntries=1\n",
        "ffconcat version 1.0\nfile other.wav\n",
        "<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>",
    ],
)
@pytest.mark.parametrize("ending", ["mp3", "m3u8"])
def test_a_text_and_a_list_of_other_files_are_refused_and_nobody_is_asked_for_anything(
    tmp_path: Path, words: str, ending: str
) -> None:
    speech(tmp_path / "other.wav", 1)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        source = tmp_path / f"in.{ending}"
        source.write_text(words.replace("{port}", str(listener.getsockname()[1])))
        assert refusal(source) is Refused.UNREADABLE
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_nothing_silence_a_moment_and_what_is_cut_off_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    assert refusal(tmp_path / "empty.mp3") is Refused.NOTHING
    assert refusal(speech(tmp_path / "moment.wav", 0.1)) is Refused.TOO_SHORT
    ffmpeg("-f", "lavfi", "-i", "anullsrc=d=5", str(tmp_path / "silent.flac"))
    assert refusal(tmp_path / "silent.flac") is Refused.SILENT
    film = tmp_path / "dumb.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-pix_fmt", "yuv420p", str(film))
    assert refusal(film) is Refused.UNREADABLE
    whole = as_kind(speech(tmp_path / "in.wav"), "m4a")
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert refusal(whole) is Refused.UNREADABLE


def test_a_small_file_that_holds_a_day_is_refused_and_makes_no_large_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "LONGEST", 60)
    day = tmp_path / "day.flac"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=d=7200:r=8000", "-compression_level", "0", str(day))
    assert refusal(day) is Refused.TOO_LONG
    assert cage.LARGEST < 1800 * 8000 * 5
    assert LONGEST * 2000 < cage.LARGEST


def test_what_takes_too_long_or_too_much_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = speech(tmp_path / "in.wav", 30)
    monkeypatch.setattr(convert, "PATIENCE", -1)
    monkeypatch.setattr(convert, "_BEAT", 0.001)
    assert refusal(source) is Refused.TOO_HEAVY
    monkeypatch.undo()
    small = tmp_path / "cage.py"
    small.write_text(Path(cage.__file__).read_text().replace("MEMORY = 1536", "MEMORY = 30"))
    monkeypatch.setattr(cage, "__file__", str(small))
    with pytest.raises((RefusedError, OSError)):
        make(source)


def caged(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program in the cage; it may read `in`, and write into the folder `out`."""
    (folder / "out").mkdir(exist_ok=True)
    read = folder / "in"
    read.touch()
    line = [sys.executable, "-I", cage.__file__, str(read), str(folder / "out"), *words]
    return subprocess.run(line, capture_output=True, check=False)


def test_the_cage_lets_a_program_read_one_file_and_write_into_one_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    (tmp_path / "in").write_text("OPEN")
    assert caged(tmp_path, "/bin/cat", str(tmp_path / "in")).stdout == b"OPEN"
    for path in (tmp_path / "secret", Path("/etc/passwd"), Path("/proc/self/environ")):
        done = caged(tmp_path, "/bin/cat", str(path))
        assert (done.returncode, done.stdout) == (1, b""), path
    assert caged(tmp_path, "/bin/cp", str(tmp_path / "in"), str(tmp_path / "out/it")).returncode == 0
    assert caged(tmp_path, "/bin/cp", str(tmp_path / "in"), str(tmp_path / "elsewhere")).returncode != 0
    os.truncate(tmp_path / "in", cage.LARGEST + 1)
    large = tmp_path / "out/large"
    assert caged(tmp_path, "/bin/cp", "--sparse=never", str(tmp_path / "in"), str(large)).returncode != 0
    assert large.stat().st_size <= cage.LARGEST


def test_what_is_in_the_cage_ends_with_whoever_started_it(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        f"words = [sys.executable, '-I', {cage.__file__!r}, *sys.argv[1:], '/bin/sleep', '600']\n"
        "p = subprocess.Popen(words)\n"
        "print(p.pid, flush=True)\ntime.sleep(600)"
    )
    (tmp_path / "in").touch()
    words = [sys.executable, "-c", script, str(tmp_path / "in"), str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip()
        deadline = time.monotonic() + 60
        while b"sleep" not in (child / "cmdline").read_bytes().split(b"\0")[0]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(parent.pid, signal.SIGKILL)
    while child.exists() and "Z" not in (child / "stat").read_text().rpartition(")")[2]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
