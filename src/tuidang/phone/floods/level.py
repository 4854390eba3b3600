"""How the whole hotline stands: calls beyond what volunteers can take raise the level, time lowers it."""

from __future__ import annotations

import math

from tuidang.phone.floods import limits
from tuidang.phone.floods.values import Level, Room

_RISES = {Level.WATCHFUL: limits.WATCHFUL, Level.FLOODED: limits.FLOODED, Level.STORM: limits.STORM}


class Pressure:
    """A leaking bucket of arrivals.

    It leaks as fast as the volunteers take calls, and besides by itself, so that any level ends within an
    hour after the flood. It knows nobody: calls that their own source's score stops are not counted, so that
    one number cannot make everybody be challenged.
    """

    def __init__(self) -> None:
        self._beyond = 0.0
        self._at = -math.inf
        self._level = Level.CALM

    def arrive(self, room: Room, now: float) -> Level:
        """Count a call (Unix time, seconds), and give the level it makes."""
        self._leak(room, now)
        self._beyond = min(self._beyond + 1, 2 * _rises_at(Level.STORM, room))
        return self._settle(room)

    def level(self, room: Room, now: float) -> Level:
        """Give the level as it stands now."""
        self._leak(room, now)
        return self._settle(room)

    def _leak(self, room: Room, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._at = max(self._at, now)
        if self._beyond:
            left = self._beyond * math.exp(-passed / limits.BEYOND_FADES)
            self._beyond = max(0.0, left - passed / 3600 * _capacity(room))

    def _settle(self, room: Room) -> Level:
        while self._level < Level.STORM and self._beyond >= _rises_at(Level(self._level + 1), room):
            self._level = Level(self._level + 1)
        while self._level > Level.CALM and self._beyond < limits.FALLS_AT * _rises_at(self._level, room):
            self._level = Level(self._level - 1)
        return self._level


def _capacity(room: Room) -> float:
    """Give the calls an hour that raise nothing: what can be taken, or what is usual up to twice of that.

    Whoever calls for weeks to make a flood usual gains no more than this.
    """
    can = max(1, room.desks) * limits.CALLS_A_DESK
    return max(can, min(room.usual, limits.USUAL_COUNTS * can))


def _rises_at(level: Level, room: Room) -> float:
    a_desk, least = _RISES[level]
    return max(least, a_desk * room.desks)
