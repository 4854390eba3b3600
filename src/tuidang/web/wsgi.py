"""The WSGI application that granian serves."""

import logging
import os
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuidang.web.settings")
application = get_wsgi_application()

_EVERY = 60  # seconds


def _let_go() -> None:
    """Close every minute what was erased meanwhile, though nobody looks anything up."""
    from tuidang.register.views.reading import reader  # noqa: PLC0415 - after Django was set up

    while True:
        time.sleep(_EVERY)
        try:
            reader().let_go()
        except Exception:
            logging.getLogger("tuidang.web").exception("the public folder could not be looked at")


threading.Thread(target=_let_go, daemon=True).start()
