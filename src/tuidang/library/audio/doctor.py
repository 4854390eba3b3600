"""What `tuidang doctor` looks at where recordings are made: level, what is wrong, and the mend."""

from __future__ import annotations

from collections.abc import Iterator

from tuidang.library.audio.cage import landlock
from tuidang.library.audio.convert import find_ffmpeg


def examine_audio() -> Iterator[tuple[str, str, str]]:
    """Say whether recordings can be made, and whether ffmpeg is shut in meanwhile."""
    if find_ffmpeg() is None:
        yield "advice", "there is no ffmpeg: what editors bring to be heard waits", "apt-get install ffmpeg"
    elif landlock() < 1:
        yield (
            "advice",
            "this kernel has no Landlock: ffmpeg could read all that we can, should a recording deceive it",
            "a kernel from 5.13 on, as in Debian 12",
        )
    else:
        yield "good", "recordings can be made, and ffmpeg is shut in while it makes them", ""
