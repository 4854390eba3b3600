"""A mirror that answers so as to crash the one who verifies it, or to fill his memory."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tuidang.tlog.remote import HttpStore

BOMB = gzip.compress(bytes(1 << 26))


def answer(packed: bytes, encoding: str = "gzip") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(packed)}\r\n\r\n"
    return head.encode() + packed


ANSWERS = {
    "bomb": answer(BOMB),
    "twice": answer(gzip.compress(b"one") + gzip.compress(b"two")),
    "not-http": b"HELLO\r\n\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this",
    "endless-header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * (1 << 17) + b"\r\n\r\n",
    "no-chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    "large": answer(bytes(20_000_001), "identity"),
}


DRIPPING = {
    "drips": answer(bytes(10_000), "identity"),
    "drips-its-header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000,
}


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a server that says whatever the path asks for."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    visitor, _ = server.accept()
                except OSError:
                    return
                with visitor:
                    path = visitor.recv(4096).split(b" ")[1].decode().removeprefix("/")
                    if path in ANSWERS:
                        visitor.sendall(ANSWERS[path])
                    with suppress(OSError):
                        for byte in DRIPPING.get(path, b""):
                            visitor.sendall(bytes([byte]))
                            time.sleep(0.05)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("path", sorted(ANSWERS.keys() - {"twice"}))
def test_whatever_a_mirror_answers_ends_in_a_sentence(url: str, path: str) -> None:
    with pytest.raises(OSError, match=f"{url}/{path}: "):
        HttpStore(url).read(path)


@pytest.mark.parametrize("path", sorted(DRIPPING))
def test_a_mirror_that_never_ends_is_left(url: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuidang.tlog.remote._PATIENCE", 0.5)
    began = time.monotonic()
    with pytest.raises(OSError, match=f"{url}/{path}: "):
        HttpStore(url).read(path)
    assert time.monotonic() - began < 60  # it would go on for ever


def test_a_file_of_several_gzip_members_is_read_whole(url: str) -> None:
    assert HttpStore(url).read("twice") == b"onetwo"
