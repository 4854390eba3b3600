"""Who may sign in at each desk telephone: whoever is on duty there, and nobody who was."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from tuidang.phone.hotline.lines import Lines
from tuidang.phone.hotline.wire import Wire


class Seats:
    """What Asterisk was told of the desk telephones, since we are connected with it."""

    def __init__(self, wire: Wire, lines: Lines, desks: int) -> None:
        """Look after the telephones 1 to `desks`."""
        self._wire, self._lines, self._desks = wire, lines, desks
        self._told: dict[int, UUID | None] = {}
        self._watched: set[int] = set()

    def forget(self) -> None:
        """Tell all anew: Asterisk may have been started again."""
        self._told.clear()
        self._watched.clear()

    def settle(self, on_duty: Mapping[int, UUID]) -> None:
        """Let in who is on duty at each desk, and hear of his page; whoever was before is signed out.

        A conversation goes on.
        """
        for desk in on_duty.keys() - self._watched:
            self._wire.watch(desk)
        self._watched |= on_duty.keys()
        for desk in range(1, self._desks + 1):
            sits = on_duty.get(desk)
            was = self._told.get(desk, sits)
            if desk not in self._told or was != sits:
                self._told[desk] = sits
                self._wire.let_in(desk, sits, partial(self._was_not_told, desk))
            # After the new secret, or the old one would sign the page in again.
            if (sits is None or was != sits) and (page := self._lines.page_of(desk)):
                self._wire.sign_out(desk, page)
                self._lines.forget(desk)

    def _was_not_told(self, desk: int) -> None:
        self._told.pop(desk, None)  # and is, at the next look
