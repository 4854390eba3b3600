"""How often PINs may be tried in all: a right one lets somebody go before others; a million are soon tried.

A call has three tries besides (`reception.PIN_TRIES`). With the limit here, of a thousand PINs that are good
somebody who tries around the clock hits one in about seventeen hours, and has won a place in a queue by it.
What he can do is use up the tries of all: then no PIN is looked at for a while, and all wait in the order in
which they came.
"""

from __future__ import annotations

from typing import Final

WRONG_AN_HOUR: Final = 60  # as many at once, and as many an hour in the long run


class PinTries:
    """The tries of all calls of one hotline, in memory; `at` is seconds of a steady clock."""

    def __init__(self) -> None:
        self._wrong, self._at = 0.0, 0.0

    def take(self, at: float) -> bool:
        """Take a try for a PIN that was entered; False: do not look at it."""
        self._wrong = max(0.0, self._wrong - max(0.0, at - self._at) * WRONG_AN_HOUR / 3600)
        self._at = max(self._at, at)
        if self._wrong > WRONG_AN_HOUR - 1:
            return False
        self._wrong += 1
        return True

    def was_right(self) -> None:
        """Give a try back: the PIN was right."""
        self._wrong = max(0.0, self._wrong - 1)
