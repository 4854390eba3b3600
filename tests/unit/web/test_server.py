"""Where the server listens: what is in the way is named as it is, and the address can be clicked on."""

from __future__ import annotations

import socket

import pytest

from tuidang.base.options import Options, read_options
from tuidang.web.server import address, why_not_listen


def options(host: str, port: int = 8000) -> Options:
    read, problems = read_options({"TUIDANG_HOST": host, "PORT": str(port)})
    assert not problems
    return read


def test_a_port_that_another_has_is_taken_and_a_free_one_is_not() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert "is taken" in why_not_listen(options("127.0.0.1", port))
        assert f"PORT={port + 1}" in why_not_listen(options("127.0.0.1", port))
    assert why_not_listen(options("127.0.0.1", port)) == ""


def test_an_address_of_another_machine_is_not_called_taken() -> None:
    why = why_not_listen(options("192.0.2.1"))
    assert "Nothing can listen on 192.0.2.1:8000" in why
    assert "taken" not in why


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://localhost:8000/"),
        ("0.0.0.0", "http://localhost:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("192.0.2.1", "http://192.0.2.1:8000/"),
    ],
)
def test_the_address_shown_leads_to_the_server(host: str, shown: str) -> None:
    assert address(options(host)) == shown
