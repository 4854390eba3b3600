"""Every durable write × {failed, failed but persisted, killed}: the next run ends whole, once and for all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.utils import CursorWrapper

from folder_cast import (
    DEMONSTRATION,
    REGISTER,
    TODAY,
    check_commitments,
    put,
    read_leaves,
    read_records,
    receipt_of,
)
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.erasure import apply_erasures, log_notices
from tuidang.register.actions.head import CannotWrite, begin_log, init_log, open_log
from tuidang.register.actions.publication import publish
from tuidang.register.folder.audit import audit_folder
from tuidang.register.folder.figures import compare_figures, load_figures, recount
from tuidang.register.folder.records import Erased
from tuidang.register.folder.search import Reader
from tuidang.register.models import Erasure, Head, Receipt, Waiting

pytestmark = pytest.mark.django_db(transaction=True)

NEXT_WEEK = TODAY.replace(day=27)
TABLES = (Erasure, Receipt, Waiting, Head)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Spare the disk: nothing here loses power, and every sync is still counted as a write."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous = OFF")
    yield
    connection.close()


class Fault(Enum):
    """What happens to one write."""

    FAILED = "failed"
    PERSISTED = "failed, but persisted"
    KILLED = "killed"


@dataclass
class Saboteur:
    """Counts durable writes, and lets the one numbered `at` fail as told."""

    fault: Fault
    at: int
    seen: int = 0

    def stand_in(self, act: Callable[..., Any], error: Exception, *args: Any, **kwargs: Any) -> Any:
        self.seen += 1
        if self.seen - 1 != self.at:
            return act(*args, **kwargs)
        if self.fault is Fault.KILLED:
            os._exit(9)
        if self.fault is Fault.PERSISTED:
            act(*args, **kwargs)
        raise error


@contextmanager
def sabotage(saboteur: Saboteur) -> Iterator[None]:
    """Put the saboteur between us and the disk: renames, links, removals, syncs, commits, lone statements."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("rename", "replace", "link", "unlink", "fsync"):
            broken = OSError(errno.EIO, "the disk is gone")
            patch.setattr(os, name, partial(saboteur.stand_in, getattr(os, name), broken))
        away = OperationalError("the database is gone")
        patch.setattr(connection, "_commit", partial(saboteur.stand_in, connection._commit, away))
        execute = CursorWrapper.execute

        def watched(self: CursorWrapper, sql: str, params: Any = None) -> Any:
            if connection.in_atomic_block or not sql.startswith(("INSERT", "UPDATE", "DELETE")):
                return execute(self, sql, params)
            return saboteur.stand_in(execute, away, self, sql, params)

        patch.setattr(CursorWrapper, "execute", watched)
        yield


def run_sabotaged(act: Callable[[], object], saboteur: Saboteur) -> bool:
    """Run with the fault, in a process of its own when it is to be killed; tell whether the fault came."""
    if saboteur.fault is not Fault.KILLED:
        with sabotage(saboteur), suppress(CannotWrite):
            act()
        return saboteur.seen > saboteur.at
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with sabotage(saboteur):
                act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@dataclass(frozen=True)
class Scene:
    """What is there before, what is done while a write fails and once more after it, and what then holds."""

    prepare: Callable[[], None]
    act: Callable[[], object]
    check: Callable[[], None]


def each_write(fault: Fault, scene: Scene, house: Path, settings: Any) -> int:
    """Play the scene again and again, the n-th write failing each time; give how many writes there are."""
    for number in range(200):
        for table in TABLES:
            table.objects.all().delete()
        data = house / f"{number}"
        settings.TUIDANG = replace(settings.TUIDANG, data=data)
        data.mkdir()
        KeyFolder(data / "keys").ensure()
        scene.prepare()
        came = run_sabotaged(scene.act, Saboteur(fault, number))
        look(data / "log")
        scene.act()
        scene.check()
        shutil.rmtree(data)
        if not came:
            return number
    raise AssertionError("there is no end to the writes")


def look(folder: Path) -> None:
    """See what any reader sees between the fault and the repair: nothing, or a log that is whole."""
    if (folder / "checkpoint").exists():
        read_leaves(folder)


def check_folder(folder: Path) -> None:
    """See that the folder is whole in itself, and agrees with the head and the receipts."""
    leaves = read_leaves(folder)
    assert len(leaves) == open_log().tree.size
    check_commitments(folder, leaves)
    audit = audit_folder(folder, progress=lambda _: None)
    assert (audit.problems, audit.size) == ((), len(leaves))
    assert compare_figures(folder, recount(folder, lambda _: None)) == []
    published = Receipt.objects.filter(state="published").values_list("leaf", flat=True)
    assert set(read_records(folder)) == set(published)
    assert {hit.leaf for hit in Reader(folder).by_name("金福", limit=100).hits} == set(published)


@pytest.mark.parametrize("fault", Fault)
def test_publication_survives_a_fault_at_every_write(fault: Fault, house: Path, settings: Any) -> None:
    def prepare() -> None:
        begin_log(DEMONSTRATION, TODAY)
        for number in range(3):
            put(number, today=TODAY)
        publish(TODAY)
        for number in range(3, 6):
            put(number, today=TODAY)
        put(6, state="rejected")

    def check() -> None:
        folder = settings.TUIDANG.log
        check_folder(folder)
        assert load_figures(folder).total == 6
        assert not Waiting.objects.exists()
        kept = {bytes(found): state for found, state in Receipt.objects.values_list("hash", "state")}
        assert kept == {receipt_of(n): "published" if n < 6 else "rejected" for n in range(7)}
        assert KeyFolder(settings.TUIDANG.keys).days() == ()

    writes = each_write(fault, Scene(prepare, partial(publish, NEXT_WEEK), check), house, settings)
    assert writes > 15


@pytest.mark.parametrize("fault", Fault)
def test_erasure_and_its_notices_survive_a_fault_at_every_write(
    fault: Fault, house: Path, settings: Any
) -> None:
    def prepare() -> None:
        begin_log(DEMONSTRATION, TODAY)
        for number in range(5):
            put(number, today=TODAY, text="要删的话")
        publish(TODAY)
        for leaf in (1, 3):
            Erasure.objects.create(leaf=leaf, by="owner", state="consented", day=TODAY)

    def act() -> None:
        apply_erasures(NEXT_WEEK)
        log_notices(NEXT_WEEK)

    def check() -> None:
        folder = settings.TUIDANG.log
        check_folder(folder)
        assert sorted(read_records(folder)) == [0, 2, 4]
        leaves = read_leaves(folder)
        assert sorted(leaf.index for leaf in leaves[5:] if isinstance(leaf, Erased)) == [1, 3]
        assert len(leaves) == 7
        assert set(Erasure.objects.values_list("state", flat=True)) == {"noticed"}
        assert Receipt.objects.filter(state="erased").count() == 2
        assert load_figures(folder).total == 5

    writes = each_write(fault, Scene(prepare, act, check), house, settings)
    assert writes > 15


@pytest.mark.parametrize("fault", Fault)
def test_a_beginning_survives_a_fault_at_every_write(fault: Fault, house: Path, settings: Any) -> None:
    def act() -> None:
        if not Head.objects.exists():
            init_log(REGISTER, TODAY)
        publish(TODAY)

    def check() -> None:
        assert read_leaves(settings.TUIDANG.log) == []
        assert open_log().key.name == REGISTER

    assert each_write(fault, Scene(lambda: None, act, check), house, settings) > 3
