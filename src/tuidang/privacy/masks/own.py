"""The declarant's own name in his text, where it is not published in full: a signature must not undo that."""

import re
from collections.abc import Iterable, Sequence

from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.shadow import Shadow


def find_own(text: str, names: Iterable[str], taken: Sequence[Mark] = ()) -> tuple[Mark, ...]:
    """Return where one of `names` is written in `text`, in order, beside what other marks have taken.

    In either script, in capitals or not, and through invisible characters. A name of one character is a word
    like others and stays.
    """
    sought = {Shadow(name, ()).plain for name in names}
    shadow = Shadow(text, ())
    found = [
        Mark(place.start(), place.end(), MarkKind.OWN_NAME)
        for name in sought
        if len(name) > 1
        for place in re.finditer(re.escape(name), shadow.plain)
    ]
    return tuple(
        own
        for own in sorted(shadow.take(found), key=lambda mark: mark.start)
        if all(own.end <= mark.start or mark.end <= own.start for mark in taken)
    )
