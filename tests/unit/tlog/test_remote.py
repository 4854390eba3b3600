"""A log over HTTP: read, verified, and every failure said in a sentence."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tlog_cast import KEY, grow_log
from tuidang.tlog import remote
from tuidang.tlog.remote import HttpStore, post
from tuidang.tlog.verify import verify_log

FILES = grow_log(300).store.files


class Server(BaseHTTPRequestHandler):
    """Serves a log; bundles gzipped, as a server may (c2sp.org/tlog-tiles, "Log entries")."""

    def do_GET(self) -> None:
        path = self.path.removeprefix("/log/")
        if path == "broken":
            self.send_error(503)
        elif path == "damaged":
            self._answer(b"not gzip", "gzip")
        elif path not in FILES:
            self.send_error(404)
        elif "entries" in path:
            assert "gzip" in self.headers["Accept-Encoding"]
            self._answer(gzip.compress(FILES[path]), "gzip")
        else:
            self._answer(FILES[path], "identity")

    def _answer(self, data: bytes, encoding: str) -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/log/"
    server.shutdown()
    server.server_close()


def test_a_log_on_a_web_server_is_verified(url: str) -> None:
    report = verify_log(HttpStore(url), KEY.verifier, workers=1, progress=lambda _: None)
    assert report.problems == ()
    assert report.checkpoint
    assert report.checkpoint.size == 300


def test_a_missing_file_reads_as_nothing(url: str) -> None:
    assert HttpStore(url).read("tile/0/007") is None
    assert HttpStore(url).partial_widths("tile/0/000") == []


@pytest.mark.parametrize(("path", "reason"), [("broken", "answered 503"), ("damaged", "came damaged")])
def test_a_failing_server_is_told_from_a_missing_file(url: str, path: str, reason: str) -> None:
    with pytest.raises(OSError, match=reason):
        HttpStore(url).read(path)


def test_an_address_where_nobody_answers_is_named() -> None:
    with pytest.raises(OSError, match=r"http://127\.0\.0\.1:1/checkpoint: cannot be fetched"):
        HttpStore("http://127.0.0.1:1").read("checkpoint")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org", "example.org"])
def test_only_web_addresses_are_read(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        HttpStore(url)


def drip(listening: socket.socket, stop: threading.Event) -> None:
    """Answer one request byte by byte, until stopped."""
    connection, _ = listening.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not stop.wait(0.01):
            connection.sendall(b"x")


def test_an_answer_that_never_ends_is_waited_for_by_one_thread_only() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/add-checkpoint"
        dripping = threading.Thread(target=drip, args=(listening, stop))
        dripping.start()
        with pytest.raises(OSError, match="not there after"):
            post(url, b"x", 0.5)
        with pytest.raises(OSError, match="has not ended its answer"):
            post(url, b"x", 0.5)
        stop.set()
        dripping.join()
    deadline = time.monotonic() + 60
    while url in remote._waiting:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises(OSError, match="cannot be reached"):  # it is asked again
        post(url, b"x", 5)
