"""Day files: written anew, extended and erased from without changing any other line's bytes."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.register.folder.dayfiles import (
    MEMBER_LEAVES,
    day_files,
    day_path,
    erase_lines,
    extend_day,
    read_line,
    read_member,
    read_members,
)
from tuidang.register.folder.records import Line, Record, encode_line

DAY = date(2026, 11, 20)


def line(leaf: int) -> tuple[int, bytes]:
    record = Record("王某", "", f"第{leaf}号\n", "zh-Hans").encode()
    return leaf, encode_line(Line(leaf, record, leaf.to_bytes(32, "big")))


def lines(first: int, end: int) -> list[tuple[int, bytes]]:
    return [line(leaf) for leaf in range(first, end)]


def content(folder: Path) -> bytes:
    path = day_path(folder, DAY)
    return gzip.decompress(path.read_bytes()) if path.exists() else b""


@pytest.fixture(autouse=True, scope="module")
def quick_disk() -> Iterator[None]:
    """Spare the disk: nothing here loses power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_any_gzip_reader_reads_a_day_file(tmp_path: Path) -> None:
    extend_day(tmp_path, DAY, 3, lines(3, 700))
    assert day_path(tmp_path, DAY) == tmp_path / "statements/2026/11/20.jsonl.gz"
    assert content(tmp_path) == b"".join(data for _, data in lines(3, 700))


def test_a_member_holds_the_lines_of_one_entry_bundle(tmp_path: Path) -> None:
    extend_day(tmp_path, DAY, 3, lines(3, 700))
    members = list(read_members(day_path(tmp_path, DAY)))
    assert [(m.lines[0][0], m.lines[-1][0]) for m in members] == [(3, 255), (256, 511), (512, 699)]
    for member in members:
        assert gzip.decompress(member.packed) == b"".join(data for _, data in member.lines)
        assert read_member(day_path(tmp_path, DAY), member.offset) == member


@given(st.integers(0, 600), st.lists(st.integers(0, 400), max_size=4))
def test_a_day_written_in_parts_is_the_day_written_at_once(start: int, parts: list[int]) -> None:
    with scratch() as at_once, scratch() as in_parts:
        end = start
        for part in parts:
            extend_day(in_parts, DAY, end, lines(end, end + part))
            end += part
        extend_day(at_once, DAY, start, lines(start, end))
        assert content(in_parts) == content(at_once)
        path = day_path(in_parts, DAY)
        assert all(len({leaf // MEMBER_LEAVES for leaf, _ in m.lines}) == 1 for m in read_members(path))


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_extending_again_repairs_what_another_attempt_left(old: int, tried: int, final: int) -> None:
    with scratch() as folder:
        extend_day(folder, DAY, 0, lines(0, old))
        extend_day(folder, DAY, old, lines(old, old + tried))
        extend_day(folder, DAY, old, lines(old, old + final))
        assert content(folder) == b"".join(data for _, data in lines(0, old + final))


@given(st.integers(0, 600), st.integers(1, 600), st.data())
def test_erasing_any_leaves_keeps_the_bytes_of_all_other_lines(
    start: int, count: int, data: st.DataObject
) -> None:
    erased = data.draw(st.sets(st.integers(start - 1, start + count), max_size=count))
    with scratch() as folder:
        extend_day(folder, DAY, start, lines(start, start + count))
        erase_lines(folder, DAY, erased)
        kept = b"".join(d for leaf, d in lines(start, start + count) if leaf not in erased)
        assert content(folder) == kept
        erase_lines(folder, DAY, erased)
        assert content(folder) == kept


def test_a_day_without_lines_has_no_file(tmp_path: Path) -> None:
    extend_day(tmp_path, DAY, 0, lines(0, 2))
    erase_lines(tmp_path, DAY, {0, 1})
    erase_lines(tmp_path, DAY, {0, 1})
    assert list(day_files(tmp_path)) == []
    assert list(day_path(tmp_path, DAY).parent.iterdir()) == []


@pytest.mark.parametrize("step", [0, 1])
def test_a_day_that_loses_its_last_line_in_a_crash_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    extend_day(tmp_path, DAY, 0, lines(0, 2))
    unlink, steps = Path.unlink, iter(range(9))

    def unlink_until_the_crash(path: Path, missing_ok: bool = False) -> None:
        if next(steps) == step:
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink_until_the_crash)
        with pytest.raises(KeyboardInterrupt):
            erase_lines(tmp_path, DAY, {0, 1})
    erase_lines(tmp_path, DAY, {0, 1})
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_line_is_found_by_its_leaf(tmp_path: Path) -> None:
    extend_day(tmp_path, DAY, 100, lines(100, 600))
    assert read_line(day_path(tmp_path, DAY), 599) == line(599)[1]
    assert read_line(day_path(tmp_path, DAY), 600) is None
    assert read_line(day_path(tmp_path, date(2020, 1, 1)), 1) is None


def test_day_files_come_oldest_first(tmp_path: Path) -> None:
    days = [date(2025, 12, 31), date(2026, 1, 2), date(2026, 11, 1)]
    for leaf, day in enumerate(days):
        extend_day(tmp_path, day, leaf, [line(leaf)])
    assert [day for day, _ in day_files(tmp_path)] == days


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_day_file_is_named(tmp_path: Path, damage: str) -> None:
    extend_day(tmp_path, DAY, 0, lines(0, 300))
    path = day_path(tmp_path, DAY)
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(
        data[:-10] if damage == "cut" else data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]
    )
    with pytest.raises(ValueError, match=r"20\.jsonl\.gz"):
        list(read_members(path))


def test_there_is_no_member_past_the_end(tmp_path: Path) -> None:
    extend_day(tmp_path, DAY, 0, lines(0, 3))
    path = day_path(tmp_path, DAY)
    with pytest.raises(ValueError, match="no member"):
        read_member(path, path.stat().st_size)
