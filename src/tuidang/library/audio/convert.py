"""Any common recording made into small speech, and into a sound of the telephone, by ffmpeg in a cage."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from tuidang.base.disk import sync
from tuidang.library.audio import cage
from tuidang.library.audio.rules import (
    BITRATE,
    LONGEST,
    LONGEST_ON_PHONE,
    PHONE_RATE,
    RATE,
    SHORTEST,
    Refused,
    is_whole,
    milliseconds_of,
)

PATIENCE: Final = 3600  # seconds of the clock
_BEAT: Final = 1.0
_SILENCE: Final = b"\x55\xd5"  # A-law of nothing
# Containers and codecs of speech; a playlist, a picture, a script that names other files is none of them. The
# picture of a film is not decoded either.
_FORMATS: Final = (
    *("mp3", "wav", "w64", "aiff", "au", "flac", "ogg", "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "aac"),
    *("amr", "asf", "avi", "caf", "mpegts", "mpeg"),
)
_CODECS: Final = (
    *("mp3float", "mp3", "mp2float", "mp2", "aac", "aac_latm", "alac", "flac", "vorbis", "libvorbis", "opus"),
    *("libopus", "amrnb", "amrwb", "ac3", "eac3", "wmav1", "wmav2", "wmapro", "speex", "libspeex", "gsm"),
    *("gsm_ms", "adpcm_ms", "adpcm_ima_wav", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be"),
    *("pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_u8", "pcm_s8", "pcm_alaw"),
    "pcm_mulaw",
)
# One channel, no rumble, and as loud as speech should be, evenly; for the telephone what its band carries.
_FILTERS: Final = (
    f"[0:a:0]aformat=channel_layouts=mono,aresample={RATE},highpass=f=80,dynaudnorm=p=0.7:m=6,asplit[all][band];"
    f"[band]highpass=f=200,lowpass=f=3600,aresample={PHONE_RATE}[phone]"
)


class RefusedError(Exception):
    """What was brought cannot be heard; `why` says what is wrong with it."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why)
        self.why = why


def find_ffmpeg() -> str | None:
    """Give the path of ffmpeg; None where it is not installed."""
    return shutil.which("ffmpeg")


def convert(source: Path, speech: Path, phone: Path, beat: Callable[[], None] = lambda: None) -> int:
    """Make `speech` (MP3) of a recording, and `phone` (A-law); return how many bytes the speech has.

    What is too long for the telephone is not made for it. `beat` is called about once a second. Raises
    RefusedError, and OSError where the machine is at fault: no ffmpeg, or no room.
    """
    program = find_ffmpeg()
    if program is None:
        raise OSError("ffmpeg is not installed")
    if not source.stat().st_size:
        raise RefusedError(Refused.NOTHING)
    with TemporaryDirectory(dir=speech.parent, prefix=f"{speech.stem}.", suffix=".work") as name:
        made = Path(name) / "speech.mp3"
        band = Path(name) / "phone.al"
        _run(program, source, made, band, beat)
        size = _judge(made, band)
        sync(made)
        sync(band)
        # A crash between any of these leaves files that the next conversion puts there anew, byte for byte.
        if milliseconds_of(size) <= LONGEST_ON_PHONE * 1000:
            band.replace(phone)
        made.replace(speech)
        sync(speech.parent)
    return size


def _run(program: str, source: Path, made: Path, band: Path, beat: Callable[[], None]) -> None:
    plain = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    words = [
        *(sys.executable, "-I", cage.__file__, str(source), str(made.parent), program),
        *("-hide_banner", "-nostdin", "-loglevel", "error", "-threads", "1", "-filter_threads", "1"),
        *("-protocol_whitelist", "file", "-format_whitelist", ",".join(_FORMATS)),
        *("-codec_whitelist", ",".join(_CODECS), "-t", str(LONGEST + 1), "-i", f"file:{source}"),
        *("-filter_complex", _FILTERS),
        *("-map", "[all]", *plain, "-c:a", "libmp3lame", "-b:a", str(BITRATE), "-write_xing", "0"),
        *("-id3v2_version", "0", "-write_id3v1", "0", "-f", "mp3", f"file:{made}"),
        *("-map", "[phone]", *plain, "-t", str(LONGEST_ON_PHONE + 1), "-c:a", "pcm_alaw", "-f", "alaw"),
        f"file:{band}",
    ]
    said = made.parent / "said"
    with said.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 -- our own words; names of files are ours too
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={"LC_ALL": "C", "PATH": os.defpath},
            cwd="/",
        )
        try:
            _wait(process, beat)
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        _refuse(process.returncode, said.read_bytes()[-4000:].decode(errors="replace"))


def _wait(process: subprocess.Popen[bytes], beat: Callable[[], None]) -> None:
    deadline = monotonic() + PATIENCE
    while True:
        try:
            process.wait(_BEAT)
        except subprocess.TimeoutExpired:
            beat()
            if monotonic() > deadline:
                raise RefusedError(Refused.TOO_HEAVY) from None
        else:
            return


def _refuse(code: int, said: str) -> None:
    if "No space left on device" in said:
        raise OSError(said.rpartition("\n")[2] or "no space left on device")
    if code < 0 or "Cannot allocate memory" in said or "File too large" in said:
        raise RefusedError(Refused.TOO_HEAVY)
    raise RefusedError(Refused.UNREADABLE)


def _judge(made: Path, band: Path) -> int:
    """Look at what came out; raise RefusedError where nobody could listen to it."""
    try:
        speech = made.read_bytes()
    except FileNotFoundError:
        raise RefusedError(Refused.UNREADABLE) from None
    seconds = milliseconds_of(len(speech)) / 1000
    if seconds < SHORTEST:
        raise RefusedError(Refused.TOO_SHORT)
    if seconds > LONGEST:
        raise RefusedError(Refused.TOO_LONG)
    if not band.read_bytes().strip(_SILENCE):
        raise RefusedError(Refused.SILENT)
    if not is_whole(speech):
        raise RefusedError(Refused.UNREADABLE)
    return len(speech)
