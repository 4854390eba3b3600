"""Who may be on duty in which words, and what a desk may order: pure decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

LANGUAGES: Final = ("zh", "yue", "en")  # of the hotline, in the order of their keys
UNSEEN: Final = timedelta(seconds=60)  # a page that was silent for so long is not rung
ABSENT: Final = timedelta(minutes=5)  # likewise, and its telephone may be another's
STALE: Final = timedelta(seconds=10)  # an order nobody took by then is not carried out any more
MOST_ORDERS: Final = 20  # of a desk, that wait to be taken

_BUSY: Final = frozenset({"ringing", "talking", "held"})

KINDS: Final = ("hotline", "key-8", "call-back", "personal", "transfer", "test")
DISPOSITIONS: Final = (
    *("withdrew", "thinking", "asked-to-read", "hostile", "frequent", "wrong-number"),
    "handed-on",
)

NO_DESK: Final = 0  # an order that is about no desk
# What a desk is told when a call that its volunteer ordered is not made.
NO_TRUNK: Final = "no-trunk"  # no trunk may be used, or none has room
NOT_LENT: Final = "not-lent"  # nobody is lent to him any more, or he was called already
REFUSED: Final = "refused-"  # begins the name of the rule that refused it: `rules.Refusal`

_DESK = r"desk:[1-9][0-9]{0,2}"
_ARGUMENTS: Final = {
    "hold": "",
    "resume": "",
    "transfer": rf"{_DESK}|language:(?:{'|'.join(LANGUAGES)})",
    "conference": rf"{_DESK}|coordinator",
    "leave": "",
    "end": "",
    "keys": r"[0-9*#]{1,20}",
    "wrapped": rf"(?:{'|'.join(DISPOSITIONS)})?",
    "more-time": "",
    "mark": r"hostile|frequent|unmark",
    "unmark": r"[0-9a-f]{16}",  # a mark of today, by a coordinator
    "call": r"[0-9]{1,19}",
    "refuse": "",
}


def tidy_languages(languages: Iterable[str]) -> str:
    """Write languages down as they are kept, each once; raises ValueError for none, or an unknown one."""
    found = list(dict.fromkeys(languages))
    if not found or not set(found) <= set(LANGUAGES):
        raise ValueError(f"languages are some of {', '.join(LANGUAGES)}")
    return " ".join(found)


def is_busy(state: str, call: str) -> bool:
    """Tell whether a desk telephone belongs to a conversation, whatever its volunteer's page does."""
    return bool(call) or state in _BUSY


def ten_seconds(moment: datetime) -> datetime:
    """Cut a moment to whole ten seconds: as finely as it is kept when a page was heard of."""
    return moment.replace(second=moment.second // 10 * 10, microsecond=0)


def check_order(verb: str, argument: str) -> None:
    """Raise ValueError for an order that nobody could carry out."""
    if verb not in _ARGUMENTS or not re.fullmatch(_ARGUMENTS[verb], argument):
        raise ValueError("no such order can be given")
