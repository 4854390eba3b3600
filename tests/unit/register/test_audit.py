"""The audit: an untouched folder passes, and every alteration of a record is named."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reading_cast import DAY, Register, Statement
from tuidang.register.folder.audit import Audit, audit_folder
from tuidang.register.folder.dayfiles import day_path, erase_lines
from tuidang.register.folder.records import Erased, Uncounted, UncountedReason

NEXT_DAY = DAY + timedelta(1)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Two days and three bundles; leaf 301 and leaf 302 are notices."""
    register = Register(tmp_path / "log")
    register.publish(*(Statement(f"王{n}", f"第{n}号退党") for n in range(300)))
    register.publish(
        Statement("金福", "退团", NEXT_DAY),
        Erased(7),
        Uncounted(8, UncountedReason.FORGED),
        Statement(day=NEXT_DAY),
    )
    register.erase(7)
    return register


def audit(folder: Path, workers: int = 1) -> Audit:
    return audit_folder(folder, progress=lambda _: None, workers=workers)


def test_an_untouched_folder_has_no_problems(register: Register) -> None:
    assert audit(register.folder) == Audit(304, 302, 301, (), ())


def test_an_empty_folder_has_no_problems(tmp_path: Path) -> None:
    assert audit(tmp_path) == Audit(0, 0, 0, (), ())


def test_a_leaf_with_neither_record_nor_notice_is_named(register: Register) -> None:
    erase_lines(register.folder, DAY, {5, 290})
    found = audit(register.folder)
    assert (found.bare, found.problems, found.records) == ((5, 290), (), 299)


def test_a_missing_day_file_leaves_its_leaves_bare(register: Register) -> None:
    day_path(register.folder, NEXT_DAY).unlink()
    assert audit(register.folder).bare == (300, 303)


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of the first day, kept in members of 256 leaves."""
    path = day_path(folder, DAY)
    lines = change(gzip.decompress(path.read_bytes()).splitlines(keepends=True))
    path.write_bytes(b"".join(map(gzip.compress, (b"".join(lines[:255]), b"".join(lines[255:])))))


def replace_first(old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [lines[0].replace(old, new), *lines[1:]]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            replace_first("退党".encode(), "退團".encode()),
            "leaf 0: the record is not the one its leaf commits to",
        ),
        (replace_first(b'"salt":"', b'"salt":"*'), "leaf 0: not a line of a day file"),
        (replace_first(b'"salt":"', b'"salt":"BBBB'), "leaf 0: a salt has 32 bytes"),
        (replace_first(b'"salt"', b'"note":"x","salt"'), "leaf 0: the line is not in its canonical form"),
        (replace_first(b'{"leaf":0,', b'{"leaf":2,'), "leaf 1: it is not in order"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "leaf 0: it is not in order"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], "leaf 0: it is not in order"),
        (
            lambda lines: [*lines, lines[-1].replace(b'":299', b'":300')],
            "leaf 300: the leaf is of 2026-11-21",
        ),
        (lambda lines: [*lines, lines[-1].replace(b'":299', b'":301')], "leaf 301: the leaf is a notice"),
        (lambda lines: [*lines, lines[-1].replace(b'":299', b'":304')], "leaf 304: the log has no such leaf"),
        (
            lambda lines: [*lines, lines[-1].replace(b'":299', b'":999999')],
            "leaf 999999: the log has no such leaf",
        ),
        (lambda lines: [*lines, b"rubbish\n"], "20.jsonl.gz cannot be read to its end"),
    ],
)
def test_every_alteration_of_a_day_file_is_named(
    register: Register, change: Callable[[list[bytes]], list[bytes]], named: str
) -> None:
    rewrite(register.folder, lambda lines: lines)
    assert audit(register.folder).problems == ()
    rewrite(register.folder, change)
    assert any(named in problem for problem in audit(register.folder).problems), audit(register.folder)


def test_a_torn_day_file_is_named_and_the_others_are_checked(register: Register) -> None:
    path = day_path(register.folder, DAY)
    path.write_bytes(path.read_bytes()[:-20])
    found = audit(register.folder)
    assert "20.jsonl.gz cannot be read to its end" in found.problems[0]
    assert 300 not in found.bare
    assert 299 in found.bare


def test_an_erased_record_that_is_still_there_is_named(register: Register) -> None:
    register.publish(Erased(9))
    assert audit(register.folder).problems == ("leaf 9 was erased, but its record is in its day file",)


def test_a_notice_about_what_is_no_earlier_statement_is_named(register: Register) -> None:
    register.publish(Erased(301), Erased(305), Erased(10**12))
    assert audit(register.folder).problems == (
        "leaf 304 is a notice about 301, which is no statement before it",
        "leaf 305 is a notice about 305, which is no statement before it",
        "leaf 306 is a notice about 1000000000000, which is no statement before it",
    )


def test_a_day_that_falls_is_named(register: Register) -> None:
    register.publish(Statement(day=DAY - timedelta(1)))
    assert "leaf 304 is of 2026-11-19, after leaves of 2026-11-21" in audit(register.folder).problems


def test_a_stray_file_among_the_day_files_is_named(register: Register) -> None:
    for name in ("2026/11/20.jsonl.gz.new", "2026/11/20x.jsonl.gz", "notes.txt"):
        (register.folder / "statements" / name).write_bytes(b"")
    assert audit(register.folder).problems == (
        "statements/2026/11/20.jsonl.gz.new is no day file",
        "statements/2026/11/20x.jsonl.gz is no day file",
        "statements/notes.txt is no day file",
    )


def test_a_missing_entry_bundle_is_named_and_the_rest_is_checked(register: Register) -> None:
    (register.folder / "tile/entries/000").unlink()
    found = audit(register.folder)
    assert any(
        "the leaves from 0 to" in problem and "tile/entries/000" in problem for problem in found.problems
    )


def test_two_processes_find_what_one_finds_and_progress_adds_up(register: Register, many_hands: None) -> None:
    erase_lines(register.folder, DAY, {66})
    told: list[int] = []
    found = audit_folder(register.folder, progress=told.append, workers=2)
    assert found == audit(register.folder)
    assert found.bare == (66,)
    assert sum(told) == found.size
