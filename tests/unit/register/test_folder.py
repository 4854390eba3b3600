"""The public folder: a batch applied twice is applied once, and what does not fit is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from folder_cast import read_leaves, read_records
from reading_cast import Register, Statement
from tuidang.register.folder import folder as folder_module
from tuidang.register.folder.folder import (
    FolderError,
    apply_batch,
    is_current,
    is_statement,
    published,
    read_statement,
)
from tuidang.register.folder.records import Erased
from tuidang.tlog.checkpoint import CheckpointError
from tuidang.tlog.note import generate_key
from tuidang.tlog.tree import Tree

LATER = date(2026, 11, 21)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Begin a register with three statements on two days."""
    register = Register(tmp_path / "log")
    register.publish(Statement(), Statement(text="退"), Statement(day=LATER))
    return register


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_batch_applied_again_changes_nothing(register: Register) -> None:
    before = shutil.copytree(register.folder, register.folder.with_name("before"))
    batch = register.publish(Statement(day=LATER), Erased(0))
    after = files(register.folder)
    apply_batch(register.folder, batch, register.checkpoint(), register.verifier)
    assert files(register.folder) == after
    assert len(read_leaves(register.folder)) == 5
    apply_batch(before, batch, register.checkpoint(), register.verifier)
    assert read_leaves(before) == read_leaves(register.folder)
    assert read_records(before) == read_records(register.folder)


def test_a_batch_is_applied_over_whatever_another_attempt_left(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "add_to_figures", fail)
        with pytest.raises(OSError, match="gone"):
            register.publish(Statement(text="这一次", day=LATER), Statement(day=LATER))
    assert len(read_leaves(register.folder)) == 3
    register.tree = published_tree(register)
    register.publish(Statement(text="第三次", day=LATER))
    assert [record.text for record in read_records(register.folder).values()] == ["", "退", "", "第三次"]


def published_tree(register: Register) -> Tree:
    checkpoint = published(register.folder, register.verifier)
    assert checkpoint is not None
    return checkpoint.tree


def test_a_batch_that_begins_elsewhere_is_refused(register: Register) -> None:
    batch = replace(register.stage(Statement()), start=2)
    before = files(register.folder)
    register.tree = replace(register.tree, size=4)
    with pytest.raises(FolderError, match="holds 3 leaves, but the staged batch begins at 2: the database"):
        apply_batch(register.folder, batch, register.checkpoint(), register.verifier)
    assert files(register.folder) == before


def test_a_batch_that_does_not_lead_to_its_checkpoint_is_refused(register: Register) -> None:
    batch = register.stage(Statement())
    before = files(register.folder)
    register.tree = replace(register.tree, size=4)
    with pytest.raises(FolderError, match="does not lead to the checkpoint of 4 leaves"):
        apply_batch(register.folder, batch, register.checkpoint(), register.verifier)
    assert files(register.folder) == before


def test_the_folder_of_another_log_is_refused(register: Register) -> None:
    _, other = generate_key("other.invalid")
    with pytest.raises(CheckpointError):
        is_current(register.folder, register.checkpoint(), other)


def test_an_empty_folder_shows_nothing(tmp_path: Path) -> None:
    assert published(tmp_path, generate_key("cast.invalid")[1]) is None


def test_a_statement_is_told_from_a_notice_and_from_nothing(register: Register) -> None:
    register.publish(Erased(0))
    assert read_statement(register.folder, 4, 2).day == LATER
    assert [is_statement(register.folder, 4, leaf) for leaf in (-1, 0, 2, 3, 4)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_erasing_what_has_no_record_changes_nothing(register: Register) -> None:
    register.publish(Erased(0))
    before = files(register.folder)
    with pytest.raises(LookupError, match="notice"):
        register.erase(1, 3)
    assert files(register.folder) == before
