"""The web server: granian, WSGI, no access log."""

from __future__ import annotations

from granian import Granian
from granian.constants import Interfaces

from tuidang.base.options import Options


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
