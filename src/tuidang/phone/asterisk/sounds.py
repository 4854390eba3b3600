"""Sounds as Asterisk plays them without any work: A-law, 8 kHz, one channel, as loud as each other.

Whatever an operator records is converted; what nobody has recorded yet is spoken by espeak-ng, and marked as
a sample. A recording is never overwritten by a sample.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tuidang.phone.asterisk.install import command, root
from tuidang.phone.asterisk.mirror import architecture

ENDING = ".alaw"
RATE = 8000  # samples a second, and bytes: A-law takes one each
SHORTEST = 0.1  # seconds of sound that is left when silence is cut off
LONGEST = 1800.0  # seconds: longer than any message
_READ = 2 * LONGEST  # seconds of a file that are read, silence and all: a megabyte can hold a week of it
SAMPLES = "samples.json"  # which sounds are samples, and what was said in them
_PEAK_DB = -3.0  # how loud the loudest moment is
_PACE = ("-s", "150", "-g", "4")  # a little slower than espeak-ng's own
_VOICES = {"hotline/yue/": "yue", "hotline/en/": "en"}  # by the beginning of a sound's name; else Mandarin
# A telephone carries 300 to 3400 Hz. Silence before and after is cut, at one percent of the loudest, and a
# fifth of a second is put back, so that sounds played one after another do not run together.
_SHAPE = (
    *("highpass", "200", "lowpass", "3600"),
    *("silence", "1", "0.02", "1%", "reverse", "silence", "1", "0.02", "1%", "reverse"),
    *("norm", str(_PEAK_DB), "pad", "0.05", "0.2"),
)
# sox goes by a name's ending, and what a playlist (m3u, pls) names it would fetch by a shell.
_ENDINGS = frozenset({".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aif", ".aiff", ".au"})
_RAW = ("-t", "al", "-r", str(RATE), "-c", "1")


class BadSoundError(Exception):
    """Say in a sentence what is wrong with a file that should become a sound."""


def path_of(sounds: Path, name: str) -> Path:
    """Name the file of a sound, as in prompt/menu."""
    return sounds / f"{name}{ENDING}"


def seconds(path: Path) -> float:
    """Return how long a sound takes."""
    return path.stat().st_size / RATE


def recorded_at(path: Path) -> int:
    """Tell when a sound was made, in nanoseconds of the machine's clock; 0 of one that is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def last_recorded(sounds: Path) -> int:
    """Tell when a sound of the folder was made last; 0 where there is none."""
    return max(map(recorded_at, sounds.rglob(f"*{ENDING}")), default=0)


def convert(data: Path, source: Path, target: Path) -> float:
    """Make a sound of any common audio file; return its length in seconds. Raises BadSoundError."""
    if not source.is_file():
        raise BadSoundError(f"There is no file {source}.")
    if source.suffix.lower() not in _ENDINGS:
        raise BadSoundError(f"{source.name} is no WAV, MP3, FLAC, OGG or M4A file by its name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(target.name + ".new")
    first = ("remix", "-", "trim", "0", str(_READ), "rate", str(RATE))
    done = _sox(data, [str(source.absolute()), *_RAW, str(new), *first, *_SHAPE])
    try:
        if done.returncode:
            raise BadSoundError(
                f"{source.name} cannot be read as sound. A WAV, MP3, FLAC, OGG or M4A file can; "
                f"this one: {_reason(done.stderr)}."
            )
        length = seconds(new)
        if length < SHORTEST + 0.25:
            raise BadSoundError(f"{source.name} holds nothing to be heard.")
        if length > LONGEST:
            raise BadSoundError(
                f"{source.name} takes {length / 60:.0f} minutes; {LONGEST / 60:.0f} is the most."
            )
        # A crash before this leaves the old sound, and a file ending in .new that nobody plays.
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    return length


def record(data: Path, sounds: Path, source: Path, name: str) -> float:
    """Put a recording in the place of a sound; from then on it is nobody's sample. Raises BadSoundError."""
    with _alone(sounds):
        length = convert(data, source, path_of(sounds, name))
        samples = read_samples(sounds)
        if samples.pop(name, None) is not None:
            _write_samples(sounds, samples)
        return length


def prepare_sounds(
    data: Path,
    sounds: Path,
    words: Mapping[str, str],
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Speak every sound that is missing, or whose words have changed; return how many. Recordings stay."""
    with _alone(sounds):
        samples = read_samples(sounds)
        wanted = [name for name, text in words.items() if _is_wanted(sounds, samples, name, text)]
        if not wanted:
            return 0
        say(f"Preparing {len(wanted)} sample sounds in a synthetic voice.")
        # A crash from here on leaves samples without a mark, which are spoken anew.
        _write_samples(sounds, samples | dict.fromkeys(wanted, ""))
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for _ in pool.map(lambda name: _speak(data, name, words[name], path_of(sounds, name)), wanted):
                pass
        _write_samples(sounds, samples | {name: _mark(name, words[name]) for name in wanted})
        return len(wanted)


def read_samples(sounds: Path) -> dict[str, str]:
    """Return which sounds are samples still."""
    try:
        found = json.loads((sounds / SAMPLES).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): str(mark) for name, mark in found.items()}


def missing(sounds: Path, names: Iterable[str]) -> list[str]:
    """Return the sounds that are not there."""
    return [name for name in names if not path_of(sounds, name).is_file()]


def _is_wanted(sounds: Path, samples: Mapping[str, str], name: str, text: str) -> bool:
    if not path_of(sounds, name).is_file():
        return True
    return name in samples and samples[name] != _mark(name, text)


def _voice_of(name: str) -> tuple[str, ...]:
    voices = (voice for begin, voice in _VOICES.items() if name.startswith(begin))
    return ("-v", next(voices, "cmn"), *_PACE)


def _mark(name: str, text: str) -> str:
    return hashlib.sha256("\0".join((text, *_voice_of(name), *_SHAPE)).encode()).hexdigest()[:16]


def speak(data: Path, text: str, target: Path, name: str = "") -> None:
    """Write a WAV file of a text in the synthetic voice, in Mandarin or as the `name` of a sound says."""
    folder = root(data) / "usr/lib" / architecture()[1]
    words = [*command(data, "espeak-ng"), f"--path={folder}", *_voice_of(name), "-w", str(target), "--stdin"]
    subprocess.run(words, input=text.encode(), check=True, capture_output=True)  # noqa: S603 -- our own words


def _speak(data: Path, name: str, text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    spoken = target.with_name(target.name + ".wav")
    try:
        speak(data, text, spoken, name)
        convert(data, spoken, target)
    finally:
        spoken.unlink(missing_ok=True)


def _sox(data: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    line = [*command(data, "sox"), "-V1", "-D", *words]
    return subprocess.run(line, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 -- ours


def _reason(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "it holds no sound")
    return line.rpartition(": ")[2].strip().rstrip(".") or "it holds no sound"


@contextmanager
def _alone(sounds: Path) -> Iterator[None]:
    sounds.mkdir(parents=True, exist_ok=True)
    with (sounds / "sounds.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a recording comes in while samples are spoken
        yield


def _write_samples(sounds: Path, samples: Mapping[str, str]) -> None:
    new = sounds / f"{SAMPLES}.new"
    new.write_text(json.dumps(dict(sorted(samples.items())), ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(sounds / SAMPLES)
