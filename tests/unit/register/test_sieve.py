"""Sieves: what was put in passes for certain, most of the rest does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.register.folder.sieve import Sieve, make_key, make_sieve


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sieve") / "2026-11.sieve"


@given(st.sets(st.binary(), max_size=300), st.integers(0, 300))
def test_every_key_that_was_put_in_passes(path: Path, keys: set[bytes], count: int) -> None:
    path.write_bytes(make_sieve(keys, count))
    sieve = Sieve(path)
    assert all(sieve.may_have(make_key(key)) for key in keys)


def test_about_one_key_in_a_hundred_passes_that_was_not_put_in(path: Path) -> None:
    path.write_bytes(make_sieve((b"in %d" % n for n in range(20_000)), 20_000))
    sieve = Sieve(path)
    assert sum(sieve.may_have(make_key(b"out %d" % n)) for n in range(20_000)) < 200


def test_an_empty_sieve_passes_nothing(path: Path) -> None:
    path.write_bytes(make_sieve((), 0))
    assert not Sieve(path).may_have(make_key(b"x"))


def test_the_tag_names_the_content(path: Path) -> None:
    tags = set()
    for keys in ([], [b"a"], [b"b"], [b"b"]):
        path.write_bytes(make_sieve(keys, 10))
        tags.add(Sieve(path).tag)
    assert len(tags) == 3


@pytest.mark.parametrize("data", [b"", b"x" * 16, b"x" * 100])
def test_what_is_no_sieve_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"sieve|empty"):
        Sieve(path)
