"""A full disk, a read-only folder, a locked database: a clear error, and recovery without hand work."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from folder_cast import DEMONSTRATION, TODAY, put, read_leaves, read_records
from kill_cast import FAMILIES, Nursery
from kill_cast import check as check_everything
from kill_nursery import read_acknowledged
from tuidang.register.actions.erasure import apply_erasures
from tuidang.register.actions.head import CannotWrite, begin_log
from tuidang.register.actions.publication import Published, publish
from tuidang.register.folder.audit import audit_folder
from tuidang.register.models import Erasure, Receipt, Waiting

pytestmark = pytest.mark.django_db(transaction=True)


def mount(*arguments: str | Path) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"only who may mount can make a small disk: {done.stderr.strip()}")


@pytest.fixture
def small_disk(house: Path) -> Iterator[Path]:
    """Put the public folder of a log with three statements on a disk of four megabytes of its own."""
    folder = house / "log"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", folder)
    begin_log(DEMONSTRATION, TODAY)
    for number in range(3):
        put(number)
    publish(TODAY)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk to the last byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        while True:
            try:
                if not file.write(bytes(4096)):
                    break
            except OSError:
                break
    return filler


def check(folder: Path, leaves: int) -> None:
    assert len(read_leaves(folder)) == leaves
    assert len(read_records(folder)) == Receipt.objects.filter(state="published").count()
    assert audit_folder(folder, progress=lambda _: None).problems == ()


def test_a_full_disk_stops_publication_and_the_next_run_completes_it(small_disk: Path) -> None:
    filler = fill(small_disk)
    put(5)
    with pytest.raises(CannotWrite, match="No space left on device"):
        publish(TODAY)
    check_before = read_leaves(small_disk)
    assert len(check_before) == 3
    filler.unlink()
    assert publish(TODAY) == Published(0, 4)
    check(small_disk, 4)


def test_a_full_disk_stops_an_erasure_and_the_next_run_completes_it(small_disk: Path) -> None:
    Erasure.objects.create(leaf=1, by="owner", state="consented", day=TODAY)
    filler = fill(small_disk)
    with pytest.raises(CannotWrite, match="No space left on device"):
        apply_erasures(TODAY)
    assert len(read_leaves(small_disk)) == 3
    filler.unlink()
    assert apply_erasures(TODAY) == 1
    check(small_disk, 3)
    assert sorted(read_records(small_disk)) == [0, 2]


def test_a_read_only_folder_stops_publication_and_the_next_run_completes_it(small_disk: Path) -> None:
    put(5)
    mount("-o", "remount,ro", small_disk)
    try:
        with pytest.raises(CannotWrite, match="Read-only file system"):
            publish(TODAY)
    finally:
        mount("-o", "remount,rw", small_disk)
    assert publish(TODAY) == Published(0, 4)
    check(small_disk, 4)


def test_a_folder_of_another_user_stops_publication_and_the_next_run_completes_it(house: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; the read-only disk above stands for this")
    begin_log(DEMONSTRATION, TODAY)
    put(1)
    (house / "log").chmod(0o500)
    with pytest.raises(CannotWrite, match="Permission denied"):
        publish(TODAY)
    (house / "log").chmod(0o700)
    assert publish(TODAY) == Published(0, 1)
    check(house / "log", 1)


def test_a_locked_database_stops_publication_and_the_next_run_begins_again(house: Path) -> None:
    begin_log(DEMONSTRATION, TODAY)
    put(1)
    other = connection.copy()
    patience, lock = {
        "sqlite": ("PRAGMA busy_timeout = 100", "BEGIN IMMEDIATE"),
        "postgresql": ("SET lock_timeout = 100", "BEGIN; LOCK TABLE register_head IN ACCESS EXCLUSIVE MODE"),
    }[connection.vendor]
    with connection.cursor() as cursor, other.cursor() as holder:
        cursor.execute(patience)
        holder.execute(lock)
        with pytest.raises(CannotWrite, match="the database refused"):
            publish(TODAY)
        holder.execute("ROLLBACK")
    other.close()
    assert Waiting.objects.count() == 1
    assert read_leaves(house / "log") == []
    assert publish(TODAY) == Published(1, 1)
    check(house / "log", 1)
    connection.close()


@pytest.mark.skipif(
    os.environ.get("TUIDANG_DATABASE", "") != "", reason="PostgreSQL's disk is PostgreSQL's affair"
)
def test_a_full_disk_under_the_database_takes_nothing_in_and_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "disk"
    data.mkdir(mode=0o700)
    mount("-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", data)
    nursery = Nursery(data, "")
    try:
        for command in ("begin", "intake-once 东", "intake-once 西"):
            nursery.finish(command)
        filler = fill(data)
        assert not nursery.succeeds("intake-once 东")
        assert not nursery.succeeds("settle")
        assert [len(read_acknowledged(data, family)) for family in FAMILIES] == [1, 1]
        filler.unlink()
        check_everything(nursery)
    finally:
        nursery.close()
        subprocess.run(["umount", "--lazy", data], check=True)
