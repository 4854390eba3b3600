"""One desk telephone that dials all the time takes no line of those who call us; fails on main of today."""

from __future__ import annotations

from line_cast import Line
from sip_cast import Browser
from test_desks import desks, line, page

from tuidang.phone.asterisk.config import Setup, desk_of

__all__ = ["desks", "line", "page"]


def test_who_dials_from_a_desk_keeps_nobody_else_from_calling(
    desks: Setup, page: Browser, line: Line
) -> None:
    planted, colleague = desk_of(1, desks.password), desk_of(2, desks.password)
    assert page.register(planted).code == 200
    for number in range(desks.calls):
        page.begin("INVITE", f"sip:{number}@desk.invalid", planted)
        line.seen.remove(line.first("StasisStart", 20))
    assert page.dial("3", colleague).code != 503  # and so is whoever calls by a trunk
