"""Taking away what tells in which order people asked for something on the telephone."""

from __future__ import annotations

from tuidang.register.actions.queue import mix_table

# By table: a column, and about how many bytes a row has.
_TABLES = {
    "phone_callback": ("urgent", "200 + length(sealed)"),
    "phone_donotcall": ("hash", "100"),
    "phone_pin": ("hash", "100"),
}


def mix_choices() -> None:
    """Lay call-backs, PINs and the do-not-call list anew, in the order of their random keys.

    In the order in which they came, beside a carrier's list of who answered when, they would say who pressed
    8 or 0. To be repeated every minute, before SQLite's log is emptied.
    """
    for name, (column, weight) in _TABLES.items():
        mix_table(name, column, weight)
