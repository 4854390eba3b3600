"""Storing together: one commit for all who wait, and each answered for himself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from folder_cast import TODAY
from tuidang.register.actions import together
from tuidang.register.actions.together import store_together
from tuidang.register.models import TextCount

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


class Refused(Exception):  # noqa: N818  a part in a play
    """What somebody's act raises."""


def store(number: int, by: set[int] | None = None) -> None:
    """Store a row of this number, and note which thread did."""
    TextCount.objects.create(day=TODAY, group=b"%d" % number, seen=number)
    if by is not None:
        by.add(threading.get_ident())


def store_and_refuse(number: int) -> None:
    store(number)
    raise Refused


def stored() -> set[int]:
    return set(TextCount.objects.values_list("seen", flat=True))


def line_up(acts: list[Callable[[], None]]) -> list[Future[None]]:
    """Have acts wait in line, each in a thread of its own, as while another is stored; then let them go."""

    def run(act: Callable[[], None]) -> None:
        try:
            store_together(act)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool, together._turn:
        futures = [pool.submit(run, act) for act in acts]
        until = time.monotonic() + 30
        while connection.vendor == "sqlite" and len(together._waiting) < len(acts):
            assert time.monotonic() < until
            time.sleep(0.001)
    return futures


def test_who_waited_is_stored_by_one_of_them() -> None:
    by: set[int] = set()
    for future in line_up([partial(store, number, by) for number in range(5)]):
        future.result()
    assert stored() == set(range(5))
    if connection.vendor == "sqlite":
        assert len(by) == 1


def test_what_one_raises_undoes_his_part_alone() -> None:
    ends = line_up([partial(store, 1), partial(store_and_refuse, 2), partial(store, 3)])
    assert [type(end.exception()) for end in ends] == [type(None), Refused, type(None)]
    assert stored() == {1, 3}


def test_a_transaction_that_sqlite_gives_up_is_told_to_all() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("each has a transaction of his own")

    def give_up() -> None:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")  # as SQLite does by itself when the disk is full
        raise Refused

    ends = line_up([partial(store, 1), give_up, partial(store, 3)])
    assert ends[1].exception() is not None
    assert [isinstance(end.exception(), DatabaseError) for end in (ends[0], ends[2])] == [True, True]
    assert stored() == set()
    store_together(partial(store, 4))
    assert stored() == {4}


def test_a_commit_that_fails_is_told_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OperationalError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "_commit", fail)
        ends = line_up([partial(store, 1), partial(store_and_refuse, 2), partial(store, 3)])
    assert [type(end.exception()) for end in ends] == [OperationalError, Refused, OperationalError]
    assert stored() == set()
    store_together(partial(store, 4))
    assert stored() == {4}
