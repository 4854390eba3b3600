"""The hotline of the tests, run until killed: `hotline_process.py DATABASE`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from random import Random
from typing import Any


class Known(Random):
    """Chance that draws 4 and 7, so that who is to press them can be told before he calls."""

    def sample(self, population: Sequence[Any], k: int, *, counts: object = None) -> list[Any]:
        """Draw what the test knows."""
        return list("47")


def main() -> None:
    """Serve with the database of the test."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from tuidang.phone.actions import call_backs
    from tuidang.phone.hotline import asking
    from tuidang.phone.hotline.run import serve

    call_backs.is_safe = lambda *_: True  # tests run at any hour
    asking.dice = Known()

    serve(settings.TUIDANG, examine=lambda: 0)


if __name__ == "__main__":
    main()
