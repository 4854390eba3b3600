"""Who presses 8 is handed over when somebody is free, and hardly anybody is abandoned."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tuidang.phone.asterisk.line import Line
from tuidang.phone.dialler.handing import Handing
from tuidang.phone.hotline_now import HotlineNow, write_now


def line(channel: str, *, met: bool = False, over: bool = False, returned: bool = False) -> Line:
    return cast(Line, SimpleNamespace(channel=channel, met_person=met, over=over, was_returned=returned))


def test_without_a_hotline_or_anybody_free_nobody_is_handed_over(tmp_path: Path) -> None:
    handing = Handing(tmp_path)
    assert not handing.may_reach("a")
    write_now(tmp_path, HotlineNow(free={"zh": 0, "en": 3}))
    assert not handing.may_reach("b")
    write_now(tmp_path, HotlineNow(free={"zh": 2}))
    assert handing.may_reach("c")
    assert handing.as_dict() == {"asked": 3, "reached": 0, "abandoned": 0}


def test_while_one_is_put_through_no_other_is_until_enough_have_asked(tmp_path: Path) -> None:
    handing = Handing(tmp_path)
    write_now(tmp_path, HotlineNow(free={"zh": 9}))
    assert handing.may_reach("a")
    assert not handing.may_reach("b")
    handing.see(line("a", met=True))
    assert handing.may_reach("c")
    handing.see(line("c", returned=True))  # the truth was told: nobody was abandoned
    assert handing.may_reach("d")
    assert handing.as_dict() == {"asked": 4, "reached": 1, "abandoned": 0}


@pytest.mark.parametrize(("asked", "may"), [(65, False), (67, True)])
def test_one_who_was_abandoned_is_made_up_for_by_many_who_were_not(
    tmp_path: Path, asked: int, may: bool
) -> None:
    handing = Handing(tmp_path)
    write_now(tmp_path, HotlineNow(free={"zh": 9}))
    assert handing.may_reach("a")
    handing.see(line("a", over=True))
    assert handing.as_dict()["abandoned"] == 1
    for _ in range(asked - 2):
        assert not handing.may_reach("b")
    assert handing.may_reach("c") is may
    handing.begin_day()
    handing.see(line("c", met=True))
    assert handing.may_reach("d")
