"""How often a PIN may be asked for: a right one lets somebody go before others, and a million are soon tried.

With the limits here, of a thousand PINs that are good somebody who tries without a pause hits one in about
seventeen hours, and has won a place in a queue by it. What he can do is use up the tries of all: then
nobody is asked for a PIN for a while, and all wait in the order in which they came.
"""

from __future__ import annotations

from typing import Final

TRIES_A_CALL: Final = 3
WRONG_AN_HOUR: Final = 60  # of all calls together: as many at once, and as many an hour in the long run


class PinTries:
    """The tries of one hotline, in memory; `call` names a call, `at` is seconds of a steady clock."""

    def __init__(self) -> None:
        self._wrong, self._at = 0.0, 0.0
        self._of_call: dict[str, int] = {}

    def take(self, call: str, at: float) -> bool:
        """Take a try for a call that is about to be asked for a PIN; False: do not ask."""
        self._wrong = max(0.0, self._wrong - max(0.0, at - self._at) * WRONG_AN_HOUR / 3600)
        self._at = max(self._at, at)
        tries = self._of_call.get(call, 0)
        if tries >= TRIES_A_CALL or self._wrong > WRONG_AN_HOUR - 1:
            return False
        self._wrong += 1
        self._of_call[call] = tries + 1
        return True

    def was_right(self) -> None:
        """Give a try back to all: the PIN was right, or none was entered."""
        self._wrong = max(0.0, self._wrong - 1)

    def end(self, call: str) -> None:
        """Forget a call that is over."""
        self._of_call.pop(call, None)
