"""The hotline of the tests, run until killed: `hotline_process.py DATABASE`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Serve with the database of the test."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from tuidang.phone.actions import call_backs
    from tuidang.phone.hotline.run import serve

    call_backs.is_safe = lambda *_: True  # tests run at any hour

    serve(settings.TUIDANG, examine=lambda: 0)


if __name__ == "__main__":
    main()
