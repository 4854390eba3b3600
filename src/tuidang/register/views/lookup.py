"""Asking the register for a visitor: guessing slows down, and a database that is away is said to be."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tuidang.base.visitors import visitor_network
from tuidang.register.actions.owner import lookup_wait, note_lookup

T = TypeVar("T")

_AWAY_FOR = 30  # seconds: a lock is gone sooner, a restart takes as long
_log = logging.getLogger(__name__)


class NotNow(Exception):  # noqa: N818  an answer, not a mistake
    """Nothing was looked at or done; the same may be asked again after some seconds.

    `status` is 429 when a name was tried too often, 503 when the database could not be asked.
    """

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__()
        self.status = status
        self.seconds = math.ceil(seconds)

    @property
    def sentence(self) -> str:
        """Say so to a person."""
        seconds = {"seconds": self.seconds}
        if self.status == 429:
            return (
                _("This name was tried several times. Please wait %(seconds)s seconds, then press again.")
                % seconds
            )
        return _("We cannot look just now. Please wait %(seconds)s seconds, then press again.") % seconds


def look_up(request: HttpRequest, name: str, act: Callable[[], T], is_found: Callable[[T], bool]) -> T:
    """Do something that needs receipt and name, unless the name was tried too often. Raises NotNow."""
    network, now = visitor_network(request), time.time()
    if seconds := lookup_wait(name, network, now):
        raise NotNow(429, seconds)
    done = ask(act)
    note_lookup(name, network, now, found=is_found(done))
    return done


def ask(act: Callable[[], T]) -> T:
    """Do something that needs the database. Raises NotNow."""
    try:
        return act()
    except OperationalError as error:
        _log.exception("the database could not be asked")
        raise NotNow(503, _AWAY_FOR) from error
