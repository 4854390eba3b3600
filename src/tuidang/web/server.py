"""The web server: granian, WSGI, no access log."""

from __future__ import annotations

import socket

from granian import Granian
from granian.constants import Interfaces

from tuidang.base.options import Options


def is_port_free(options: Options) -> bool:
    """Tell whether the server could listen where the settings say."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((options.host, options.port))
        except OSError:
            return False
    return True


def serve(options: Options) -> None:
    """Serve until stopped; of a request nothing is logged."""
    Granian(
        target="tuidang.web.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        backpressure=options.threads * 16,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]  # an enum of strings
        respawn_failed_workers=True,
    ).serve()
