"""What of the library is heard, laid beside the telephone's other sounds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from django.conf import settings

from tuidang.library.audio.queries import phone_file, public_codes
from tuidang.phone.asterisk.sounds import ENDING

FOLDER: Final = "library"  # of the sounds; a sound of it is library/<code>


def place_library_sounds() -> None:
    """Lay every recording that readers can hear where Asterisk plays it, and take others away. Repeatable.

    A recording keeps its name and its bytes; another one of the same chapter has another name. So a campaign
    never plays other words than those that somebody has listened to: it halts when they are gone.
    """
    folder: Path = settings.TUIDANG.data / "phone" / "sounds" / FOLDER
    wanted = {code: phone_file(code) for code in public_codes()}
    wanted = {code: path for code, path in wanted.items() if path.is_file()}
    if not wanted and not folder.is_dir():
        return  # and no folder of the telephone where there is no telephone
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.stem not in wanted:
            path.unlink(missing_ok=True)
    for code, path in wanted.items():
        target = folder / f"{code}{ENDING}"
        if not target.exists():
            # A crash leaves some of them; the next look lays the others there.
            try:
                os.link(path, target)
            except FileExistsError:
                continue
