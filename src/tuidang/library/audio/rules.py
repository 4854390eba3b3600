"""What a recording may be, what is made of it, and why one is refused. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from tuidang.library.rules import CODE_LETTERS

LARGEST: Final = 512 * 1024 * 1024  # bytes of an upload: three quarters of an hour as a CD has it
LONGEST: Final = 3 * 3600  # seconds of one chapter
LONGEST_ON_PHONE: Final = 1800  # as long as any sound of the telephone
SHORTEST: Final = 0.5

# MPEG-2 layer III, 16,000 samples a second in one channel at 16 kbit/s: speech that is understood, on the
# cheapest player there is. Each frame is 576 samples and, as 72 bytes go into it evenly, never padded: so
# recordings are put together by putting their bytes together, and a size is a length.
BITRATE: Final = 16_000
RATE: Final = 16_000
FRAME: Final = 72  # bytes
FRAME_MILLISECONDS: Final = 36
PHONE_RATE: Final = 8000  # A-law, a byte each, as Asterisk plays it without work

CODE_LENGTH: Final = 7
_NAME = re.compile(rf"[{CODE_LETTERS}]{{{CODE_LENGTH}}}\.mp3")
_FRAME_HEADER = b"\xff\xf3\x28\xc0"  # of these frames, but for the bits that say nothing of their size
_FRAME_MASK = bytes((0xFF, 0xFE, 0xFE, 0xC0))


class Refused(StrEnum):
    """Why what was brought is no recording; the desk has a sentence for each."""

    UNREADABLE = "unreadable"
    SILENT = "silent"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    TOO_HEAVY = "too-heavy"  # it asked for more time or memory than any speech does
    TOO_LARGE = "too-large"
    NOTHING = "nothing"
    NO_ROOM = "no-room"  # on the disk; it is not even read


def is_name(name: str) -> bool:
    """Tell whether a file of the public folder of audio may be called so."""
    return _NAME.fullmatch(name) is not None


def milliseconds_of(size: int) -> int:
    """Give the length of so many bytes of a recording."""
    return size // FRAME * FRAME_MILLISECONDS


def is_whole(recording: bytes) -> bool:
    """Tell whether bytes are frames as we make them, from the first to the last."""
    if not recording or len(recording) % FRAME:
        return False
    heads = (recording[at : at + 4] for at in range(0, len(recording), FRAME))
    return all(_is_frame(head) for head in heads)


def _is_frame(head: bytes) -> bool:
    return all(
        byte & mask == sign & mask for byte, mask, sign in zip(head, _FRAME_MASK, _FRAME_HEADER, strict=True)
    )
