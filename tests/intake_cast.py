"""The cast of the tests of intake: a declarant, a helper, a day, and short ways to let them act."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from tuidang.privacy.keys import KeyFolder
from tuidang.privacy.sealing import open_sealed
from tuidang.register.actions.intake import Submitted, submit_form
from tuidang.register.models import Waiting
from tuidang.register.rules.content import Channel, Content, decode_content
from tuidang.register.rules.form import Form, Person

TODAY = date(2026, 11, 21)
KEY = bytes(range(16))
NAME = "金福"


def own_form(name: str = NAME, text: str = "我退出。", region: str = "CN-SC", place: str = "成都") -> Form:
    """Fill in the form of one declarant."""
    return Form((Person(name, ("party",)),), region, place, text, "zh-hans", "own", under_18=False)


def helper_form(names: tuple[str, ...] = ("金福", "万顺", "如意"), text: str = "我们退出。") -> Form:
    """Fill in the form of a helper."""
    people = tuple(Person(name, ("league", "pioneers")) for name in names)
    return Form(people, "CN-BJ", "", text, "zh-hans", "asked", under_18=False)


def submit(form: Form, key: bytes = KEY, *, channel: Channel = Channel.WEB, slow: bool = False) -> Submitted:
    """Hand in a form today."""
    return submit_form(form, key, channel=channel, today=TODAY, over_budget=slow)


def numbered(n: int) -> bytes:
    """Make a preview page's key."""
    return n.to_bytes(16, "big")


def content_of(row: Waiting) -> Content:
    """Open what waits."""
    key = KeyFolder(settings.TUIDANG.keys).day_key(row.day)
    return decode_content(open_sealed(key, bytes(row.payload)))
