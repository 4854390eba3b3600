"""A work as one sound: what is heard of it, chapter upon chapter, with titles and words in the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tuidang.library.audio.queries import heard_of, speech_file
from tuidang.library.audio.rules import FRAME, FRAME_MILLISECONDS
from tuidang.library.audio.tag import Mark, write_tag
from tuidang.library.models import Reading
from tuidang.library.queries import find_work


@dataclass(frozen=True)
class AudioEdition:
    """A work in one file."""

    chapters: tuple[Mark, ...]
    size: int  # bytes
    milliseconds: int


def make_audio_edition(name: str, language: str, target: Path) -> AudioEdition | None:
    """Write a work's chapters that can be heard into one MP3 at `target`; None where there are none.

    Every recording is whole frames of one kind, the first of which needs none before it, so they are joined
    as they are. The same recordings, titles and words give the same bytes. Raises OSError.
    """
    work = find_work(name, language)
    found = heard_of(name, language)
    if work is None or not found:
        return None
    marks, at = [], 0
    for one in found:
        end = at + one.size // FRAME * FRAME_MILLISECONDS
        marks.append(Mark(one.title, at, end))
        at = end
    plain = dict(Reading.objects.filter(pk__in=[one.reading for one in found]).values_list("pk", "plain"))
    words = "\n\n".join(f"{one.title}\n\n{plain.get(one.reading, '')}".strip() for one in found)
    tag = write_tag(work.title, work.author, language, marks, words)
    new = target.with_name(f"{target.name}.new")
    try:
        with new.open("wb") as file:
            file.write(tag)
            for one in found:
                file.write(speech_file(one.code).read_bytes())
        # A crash before this leaves a file ending in .new, which nobody is given.
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    return AudioEdition(tuple(marks), len(tag) + sum(one.size for one in found), at)
