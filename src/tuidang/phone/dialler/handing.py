"""Handing people over to the hotline who press 8: when somebody is free, and so that few are abandoned."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tuidang.phone.asterisk.line import Line
from tuidang.phone.hotline_now import hotline_now
from tuidang.phone.rules import may_hand_over

_LANGUAGE: Final = "zh"  # of the machine's calls


class Handing:
    """Who was handed over today, and what became of it."""

    def __init__(self, data: Path) -> None:
        """Read in the data folder who is free at the hotline."""
        self._data = data
        self._asked = self._reached = self._abandoned = 0
        self._waiting: set[str] = set()  # channels that nobody has answered yet

    def may_reach(self, channel: str) -> bool:
        """Tell whether somebody who asks for a person is handed over; he counts as waiting then."""
        self._asked += 1
        hotline = hotline_now(self._data, datetime.now(UTC))
        free = hotline.free.get(_LANGUAGE, 0) if hotline else 0
        waiting = len(self._waiting)
        if free <= waiting or may_hand_over(asked=self._asked, abandoned=self._abandoned, waiting=waiting):
            return False
        self._waiting.add(channel)
        return True

    def see(self, line: Line) -> None:
        """Note what became of a line that was handed over, whenever something was heard of it."""
        if line.channel not in self._waiting or not (line.met_person or line.over or line.was_returned):
            return
        self._waiting.discard(line.channel)
        if line.met_person:
            self._reached += 1
        elif line.over:
            self._abandoned += 1

    def begin_day(self) -> None:
        """Count anew; who is being put through still is."""
        self._asked = self._reached = self._abandoned = 0

    def as_dict(self) -> dict[str, int]:
        """Lay the figures out as they are written."""
        return {"asked": self._asked, "reached": self._reached, "abandoned": self._abandoned}
