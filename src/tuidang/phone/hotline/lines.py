"""The browsers behind desk telephones: who signs in again comes back to his conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from tuidang.phone.asterisk.ari import AriError
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import Conversation, Leg, Role

_LOOKS: Final = (1.0, 2.0)  # seconds of two looks at whether sound still comes from a page that is gone


class Lines:
    """Where each desk telephone is, as far as we heard."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._pages: dict[int, str] = {}  # the one that signed in last

    def page_of(self, desk: int) -> str:
        """Name the page that a desk telephone is in; "" when none was heard of."""
        return self._pages.get(desk, "")

    def forget(self, desk: int) -> None:
        """Forget in which page a desk telephone was: it was signed out."""
        self._pages.pop(desk, None)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take what Asterisk says of a page that signs in or is gone (ContactStatusChange)."""
        contact = event["contact_info"]
        desk = _desk_of(str(contact["aor"]))
        page = str(contact["uri"])
        if not desk:
            return
        if contact["contact_status"] == "Removed":
            if self._pages.get(desk) == page:
                del self._pages[desk]
            self._is_gone(desk, page)
        elif self._pages.get(desk) != page:
            self._pages[desk] = page
            self._is_there(desk)

    def _is_there(self, desk: int) -> None:
        for conversation in self._board.calls.values():
            leg = conversation.leg_of(desk)
            if leg is not None and not leg.is_up:
                continue  # it rings already
            if desk in conversation.lost:
                self._board.ring(conversation, desk, Role.BACK)

    def _is_gone(self, desk: int, page: str) -> None:
        for conversation in self._board.calls.values():
            leg = conversation.leg_of(desk)
            if leg is not None and leg.is_up and not leg.is_own and leg.contact in {"", page}:
                self._board.wire.spawn(self._look(conversation, leg))

    async def _look(self, conversation: Conversation, leg: Leg) -> None:
        """Tell by the sound whether a line is over: the page may be cut off for a moment only."""
        heard: list[int] = []
        for seconds in _LOOKS:
            await asyncio.sleep(seconds)
            try:
                found = await self._board.wire.get(f"channels/{leg.channel}/rtp_statistics")
                heard.append(int(found["rxcount"]))
            except (AriError, LookupError, TypeError, ValueError):
                return  # gone meanwhile: that is heard
        if heard[0] == heard[-1] and leg.is_up and not leg.is_closing:
            self._board.end_leg(leg)
            self._board.lose(conversation, leg.desk)
            if self.page_of(leg.desk):
                self._board.ring(conversation, leg.desk, Role.BACK)


def _desk_of(name: str) -> int:
    """Give the number of a desk telephone by its name; 0 for another one."""
    number = name.removeprefix("desk.").partition("-")[0]
    return int(number) if name.startswith("desk.") and number.isdigit() else 0
