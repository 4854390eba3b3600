"""The web server: granian, WSGI, no access log."""

from __future__ import annotations

import errno
import socket

from granian import Granian
from granian.constants import Interfaces

from tuidang.base.options import Options


def why_not_listen(options: Options) -> str:
    """Say why the server cannot listen where the settings say, and the mend; nothing when it can."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((options.host, options.port))
        except OSError as error:
            where = address(options).removeprefix("http://").rstrip("/")
            if error.errno == errno.EADDRINUSE:
                return (
                    f"{where} is taken, perhaps by another tuidang. "
                    f"Stop that one, or take another port: PORT={options.port + 1} make run"
                )
            return f"Nothing can listen on {where}: {error.strerror}. Change TUIDANG_HOST or PORT"
    return ""


def address(options: Options) -> str:
    """Give the address to click on, on this machine."""
    if options.host in {"127.0.0.1", "0.0.0.0", "::", "localhost"}:  # noqa: S104 -- compared
        return f"http://localhost:{options.port}/"
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"http://{host}:{options.port}/"


def public_address(options: Options) -> str:
    """Give the address under which others know the site, without a slash at its end."""
    return f"https://{options.hosts[0]}" if options.https else address(options).rstrip("/")


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
