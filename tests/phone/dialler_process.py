"""The dialler of the kill tests, run until killed: `dialler_process.py DATABASE RING_SECONDS`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Dial as m1 with the database of the test."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from tuidang.phone.dialler import run

    run.dial(settings.TUIDANG, "m1", examine=lambda: 0, ring_seconds=float(sys.argv[2]))


if __name__ == "__main__":
    main()
