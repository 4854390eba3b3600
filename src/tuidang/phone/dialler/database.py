"""The database from a thread of the dialler's, whose connection may have failed since it was used last."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import Error, close_old_connections, connection

P = ParamSpec("P")
T = TypeVar("T")


def in_database(work: Callable[P, T]) -> Callable[P, T]:
    """Let `work` have a sound connection, and let go of one that failed it."""

    def run(*arguments: P.args, **named: P.kwargs) -> T:
        close_old_connections()
        try:
            return work(*arguments, **named)
        except Error:
            connection.close()
            raise

    return run
