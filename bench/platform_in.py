"""The platform, set up in a data folder of a benchmark's own."""

from __future__ import annotations

import os
from pathlib import Path


def set_up_platform(data: Path) -> None:
    """Point the settings at `data` and start Django; import nothing of the platform's tables before."""
    os.environ["TUIDANG_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
    import django

    django.setup()
