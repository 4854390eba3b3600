"""A mirror that answers so as to crash the one who verifies it, or to fill his memory."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator

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
                    visitor.sendall(ANSWERS[path])

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("path", sorted(ANSWERS.keys() - {"twice"}))
def test_whatever_a_mirror_answers_ends_in_a_sentence(url: str, path: str) -> None:
    with pytest.raises(OSError, match=f"{url}/{path}: "):
        HttpStore(url).read(path)


def test_a_file_of_several_gzip_members_is_read_whole(url: str) -> None:
    assert HttpStore(url).read("twice") == b"onetwo"
