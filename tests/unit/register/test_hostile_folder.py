"""A folder made by somebody who wants the verifier to crash, to hang, or to eat the machine's memory."""

from __future__ import annotations

import gzip
import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from reading_cast import DAY, Register, Statement
from tuidang.register.folder.audit import Audit, audit_folder
from tuidang.register.folder.dayfiles import day_path, read_members
from tuidang.register.folder.records import parse_leaf, parse_line, parse_record

NESTED = b"[" * 60_000
PATIENCE = 60.0  # seconds; the audit of three statements takes a hundredth of one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A register of three statements of one day."""
    register = Register(tmp_path / "log")
    register.publish(*(Statement(f"王{n}", "退党") for n in range(3)))
    return register.folder


def audit(folder: Path) -> Audit:
    return audit_folder(folder, progress=lambda _: None, workers=1)


def _audit_within(answer: Queue[Audit], folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    answer.put(audit(folder))


def audit_in_time(folder: Path) -> Audit:
    """Audit in a process that may be stopped, with two gigabytes at most."""
    context = multiprocessing.get_context("spawn")  # a fork has the room that this process took already
    answer: Queue[Audit] = context.Queue()
    process = context.Process(target=_audit_within, args=(answer, folder))
    process.start()
    try:
        return answer.get(timeout=PATIENCE)
    finally:
        process.kill()
        process.join()


@pytest.mark.parametrize("leaf", [b"-1", b"-300", b"+1", b" 1", b"1_0", b"007", b"9" * 5000])
def test_a_line_whose_leaf_is_no_plain_number_is_named_and_read_no_further(folder: Path, leaf: bytes) -> None:
    day_path(folder, DAY).write_bytes(gzip.compress(b'{"leaf":%s,"record":"","salt":""}\n' % leaf))
    assert audit_in_time(folder).problems


def test_a_member_with_nothing_in_it_is_named(folder: Path) -> None:
    path = day_path(folder, DAY)
    path.write_bytes(path.read_bytes() + gzip.compress(b""))
    assert any("empty" in problem for problem in audit(folder).problems)


@pytest.mark.parametrize("place", ["2026/13/40", "2026/02/30", "20x6/01/01", "99999/01/01", "2026/01/7q"])
def test_a_day_file_of_a_day_that_never_was_is_named(folder: Path, place: str) -> None:
    path = folder / "statements" / f"{place}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    assert f"statements/{place}.jsonl.gz is no day file" in audit(folder).problems


def test_a_member_that_unpacks_to_more_than_any_256_lines_is_refused_before_it_is_unpacked(
    folder: Path,
) -> None:
    bomb = gzip.compress(b'{"leaf":0,"record":"' + b"a" * (1 << 26))
    path = day_path(folder, DAY)
    path.write_bytes(bomb)
    with pytest.raises(ValueError, match="unpacks to more"):
        list(read_members(path))
    assert any("unpacks to more" in problem for problem in audit(folder).problems)


@pytest.mark.parametrize("read", [parse_leaf, parse_line, parse_record])
def test_json_nested_without_end_is_refused_as_any_other_that_does_not_fit(
    read: Callable[[bytes], object],
) -> None:
    with pytest.raises(ValueError, match="JSON"):
        read(NESTED)
