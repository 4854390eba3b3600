"""Where secrets of a provider may go: by TLS, or to this machine, and nowhere that only looks like it."""

from __future__ import annotations

import pytest

from tuidang.giving.providers.secrets import is_safe_address


@pytest.mark.parametrize("at", ["https://pay.example/", "http://127.0.0.1:23000", "http://localhost:1/x"])
def test_tls_and_this_machine_are_safe(at: str) -> None:
    assert is_safe_address(at)


@pytest.mark.parametrize(
    "at",
    [
        "http://127.0.0.1:80@evil.example/",
        "https://user:word@pay.example/",
        "http://localhost.evil.example/",
        "http://pay.example/",
        "https://",
        "file:///etc/passwd",
        "http://[",
    ],
)
def test_what_only_looks_like_it_is_not(at: str) -> None:
    assert not is_safe_address(at)
