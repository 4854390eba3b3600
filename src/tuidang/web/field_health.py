"""What the doctor says of sites: whether phones have keys to seal with, and what waits to be opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tuidang.base.clock import CHINA
from tuidang.base.options import Options
from tuidang.field.keys import sealing_keys
from tuidang.field.models import Entry, Site
from tuidang.field.queries import entries_by_week
from tuidang.field.rules import KEPT_WEEKS, is_over
from tuidang.privacy.weekly import monday_of, week_of

_FEW_WEEKS: Final = 4
_OVERDUE_WEEKS: Final = 3  # so long after a week began, somebody should have opened what came of it
_HOW: Final = "docs/how-to/keep-the-sealing-keys.md"


def examine_field(options: Options, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Say what is wrong: level, what, mend. Nothing where no site is open and nothing waits."""
    today = now.astimezone(CHINA).date()
    if Site.objects.filter(is_open=True).exists():
        weeks = sealing_keys(options.trust, now)
        if week_of(today) not in weeks:
            yield "wrong", "phones are given no key for this week, and can seal nothing", f"{_HOW}: make keys"
        elif len(weeks) < _FEW_WEEKS:
            yield "advice", f"phones are given keys for {len(weeks)} weeks only", f"{_HOW}: make more"
        else:
            yield "good", f"phones are given keys for {len(weeks)} weeks", ""
    for row in entries_by_week():
        if row.state != Entry.State.SEALED:
            continue
        if is_over(row.week, today):
            what = f"{row.entries} entries of {row.week} were never opened, and its key may be destroyed now"
            yield "wrong", what, f"do not destroy it: {_HOW}, open what came"
        elif monday_of(row.week) + timedelta(weeks=_OVERDUE_WEEKS) <= today:
            what = f"{row.entries} entries of {row.week} wait to be opened"
            yield "advice", what, f"{_HOW}; its key is kept for {KEPT_WEEKS} weeks after its end"
