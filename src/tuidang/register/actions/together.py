"""One transaction for all who wait: SQLite lets one write at a time, and every commit waits for the disk.

Who comes while a transaction is under way waits for its end. The first of those who waited then stores what
all of them have brought, in one transaction; each is answered when that is on the disk. What one of them
raises undoes his part alone, down to his savepoint.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock

from django.db import OperationalError, connection, transaction


class _Parcel:
    """What one thread wants to be stored, and how that ended."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.carried = False
        self.error: BaseException | None = None


_turn = Lock()
_waiting: deque[_Parcel] = deque()


def take_turn() -> AbstractContextManager[object]:
    """Let this process's threads line up for SQLite's one writer; SQLite has them sleep, and ask again."""
    return _turn if connection.vendor == "sqlite" else nullcontext()


def store_together(act: Callable[[], None]) -> None:
    """Do `act` in a transaction, and return when it is on the disk; what it raises undoes it, and is raised.

    Another thread of this process may do it, over its own connection. PostgreSQL has many writers, and joins
    their commits by itself.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic(durable=True):
            act()
        return
    parcel = _Parcel(act)
    _waiting.append(parcel)
    with _turn:
        if not parcel.carried:
            _carry([_waiting.popleft() for _ in range(len(_waiting))])
    if parcel.error is not None:
        raise parcel.error


def _carry(parcels: list[_Parcel]) -> None:
    try:
        with transaction.atomic(durable=True):
            if len(parcels) == 1:  # as nearly always: what it raises undoes the transaction
                parcels[0].act()
            else:
                _do_each(parcels)
        # A crash before the commit leaves nothing of them, after it everything.
    except BaseException as error:
        for parcel in parcels:
            parcel.error = parcel.error or error
        raise
    finally:
        for parcel in parcels:
            parcel.carried = True


def _do_each(parcels: list[_Parcel]) -> None:
    for parcel in parcels:
        try:
            with transaction.atomic():
                parcel.act()
        except Exception as error:  # noqa: BLE001  raised where it belongs
            parcel.error = error
    if transaction.get_rollback():  # on a full disk SQLite may give up the whole transaction at one's error
        raise OperationalError("the transaction was rolled back")
