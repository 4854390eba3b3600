"""A witness over HTTP (c2sp.org/tlog-witness): one process, which keeps nothing of who asks."""

from __future__ import annotations

import logging
import re
import socket
import sys
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock
from typing import Any, cast

from tuidang.base.limits import Budget, network_of
from tuidang.tlog.note import split_note
from tuidang.tlog.witness import (
    MAX_REQUEST,
    PATH,
    Contradiction,
    Refusal,
    Request,
    examine_request,
    parse_request,
)
from tuidang.witness.folder import WitnessError, WitnessFolder

_PATIENCE = 10  # seconds without a byte from who asks
_AT_ONCE = 64  # connections; more are closed unanswered
_BURST, _PER_HOUR = 60, 1200  # requests of one network; a log needs two for each of its checkpoints
_LENGTH = re.compile(r"[0-9]{1,6}")
_LOCAL = {"127.0.0.1", "::1"}

logger = logging.getLogger("tuidang.witness")


@dataclass(frozen=True)
class Answer:
    """A status, and a body of this type."""

    status: int
    body: str
    content_type: str = "text/plain; charset=utf-8"


class Witness:
    """What answers requests, one at a time."""

    def __init__(self, folder: WitnessFolder) -> None:
        self._folder = folder
        self._key = folder.key()
        self._lock = Lock()

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        """Cosign a checkpoint at `now` (POSIX seconds), or refuse. Raises WitnessError and OSError."""
        try:
            request = parse_request(body)
            with self._lock:
                return self._cosign(request, now)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body, refusal.content_type)

    def _cosign(self, request: Request, now: int) -> Answer:
        try:
            checkpoint = examine_request(request, self._folder.logs(), self._folder.last)
        except Contradiction:
            self._convict(request.checkpoint)
            raise
        # A crash before or in this line leaves the last checkpoint or this one, and no cosignature of it.
        self._folder.keep(checkpoint.origin, request.checkpoint)
        # A crash from here on loses the cosignature: the log asks again, from the size that is kept now.
        return Answer(200, self._key.cosign(split_note(request.checkpoint)[0], now))

    def _convict(self, signed: str) -> None:
        origin = signed.partition("\n")[0]
        kept = self._folder.keep_contradiction(origin, signed)
        if kept:
            logger.error(
                "the log %s has signed two trees of one size. Publish both checkpoints: %s", origin, kept
            )


class Server(ThreadingHTTPServer):
    """A witness that listens."""

    daemon_threads = True
    request_queue_size = _AT_ONCE

    def __init__(self, witness: Witness, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.witness = witness
        self.budget = Budget(burst=_BURST, per_hour=_PER_HOUR)
        self._places = BoundedSemaphore(_AT_ONCE)
        super().__init__((host, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the request a thread, if there is a place for it."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and free the place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - whose is not written
        """Pass over connections that broke; of a fault of ours write where it was."""
        fault = sys.exception()
        if not isinstance(fault, OSError):
            logger.error("a request was not answered", exc_info=fault)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "tuidang-witness"
    sys_version = ""
    timeout = _PATIENCE
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(message)s\n"

    def do_POST(self) -> None:
        server = cast(Server, self.server)
        now = time.time()
        length = self.headers.get("Content-Length", "")
        if self.path.strip("/") != PATH:
            self.send_error(404, "there is nothing here")
        elif not _LENGTH.fullmatch(length) or int(length) > MAX_REQUEST:
            self.send_error(413, f"a request has a Content-Length of at most {MAX_REQUEST} bytes")
        elif not server.budget.spend(self._source(), now):
            self.send_error(429, "too many requests; try again in a minute")
        else:
            self._answer(server.witness, self.rfile.read(int(length)), int(now))

    def _answer(self, witness: Witness, body: bytes, now: int) -> None:
        try:
            answer = witness.add_checkpoint(body, now)
        except (WitnessError, OSError) as error:
            logger.error("%s", error)  # noqa: TRY400 - the sentence says where
            self.send_error(500, "this witness cannot keep what it sees, so it cosigns nothing")
            return
        data = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _source(self) -> str:
        """Return the network of who asks; behind a proxy on this machine it is what that proxy says."""
        address = str(self.client_address[0])
        if address in _LOCAL:
            address = self.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
        return network_of(address)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Write nothing about anybody."""


def serve(folder: WitnessFolder, host: str, port: int) -> None:
    """Answer until stopped. It can be killed at any moment. Raises OSError when nothing can listen there."""
    with Server(Witness(folder), host, port) as server:
        server.serve_forever()
