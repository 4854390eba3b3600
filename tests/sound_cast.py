"""Sounds for tests of what is heard: made by ffmpeg, short, and of every kind that is brought."""

from __future__ import annotations

import json
import math
import struct
import subprocess
import wave
from pathlib import Path
from typing import Any

KINDS = ("mp3", "m4a", "wav", "ogg", "flac", "opus")


def ffmpeg(*words: str) -> None:
    """Run ffmpeg."""
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *words], check=True)


def speech(path: Path, seconds: float = 2, tone: int = 440) -> Path:
    """Write a WAV file that sounds like a tone that comes and goes, as speech does."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        samples = (
            round(9000 * math.sin(2 * math.pi * tone * at / 16000) * (at // 3200 % 4 != 0))
            for at in range(round(16000 * seconds))
        )
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


def as_kind(source: Path, kind: str) -> Path:
    """Give a sound as a file of another kind."""
    target = source.with_suffix(f".{kind}")
    codec = ("-c:a", "libvorbis") if kind == "ogg" else ()
    ffmpeg("-i", str(source), *codec, str(target))
    return target


def with_picture(source: Path, kind: str = "mp4") -> Path:
    """Give a film with this sound."""
    target = source.with_name(f"film.{kind}")
    picture = "testsrc=d=2:s=64x64:r=5"
    ffmpeg("-f", "lavfi", "-i", picture, "-i", str(source), "-pix_fmt", "yuv420p", str(target))
    return target


def probe(path: Path) -> dict[str, Any]:
    """Say what ffprobe, who is not ours, finds in a file."""
    words = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json"]
    done = subprocess.run([*words, str(path)], capture_output=True, check=True)
    assert not done.stderr, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
