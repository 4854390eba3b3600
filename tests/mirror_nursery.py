"""A small register that grows, for the tests of mirrors, in a process of its own.

It takes steps, one after the other: `begin`, `publish:DAY:COUNT`, `erase:LEAF`. Its folder is TUIDANG_DATA.
"""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"

START = date(2026, 11, 1)
ORIGIN = "mirrored.tuidang.invalid"


def text_of(number: int) -> str:
    """Give the words of a statement, which nobody else has."""
    return f"第{number:04}号退出，从此清清白白做人。" + "".join(
        "甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{number:06}"
    )


def begin() -> None:
    from tuidang.base.clock import utc_now
    from tuidang.library.sample import stock_sample
    from tuidang.register.actions.head import begin_log
    from tuidang.web import house

    house.prepare()
    begin_log(ORIGIN, START)
    stock_sample(utc_now())


def publish(day: int, count: int) -> None:
    """Publish so many statements on the day so many days after the first."""
    from folder_cast import put
    from tuidang.register.actions.publication import publish as publish_batch
    from tuidang.register.models import Receipt, Waiting

    today = START + timedelta(days=day)
    begun = Receipt.objects.count()
    for number in range(begun, begun + count):
        put(number, today=today - timedelta(days=1), text=text_of(number))
    publish_batch(today, rng=Random(1))
    assert not Waiting.objects.exists()


def erase(leaf: int) -> None:
    from tuidang.register.actions.erasure import apply_erasures
    from tuidang.register.models import Erasure

    today = START + timedelta(days=20)
    Erasure.objects.create(leaf=leaf, by="owner", state="consented", day=today)
    assert apply_erasures(today) == 1


if __name__ == "__main__":
    import django

    django.setup()
    for step in sys.argv[1:]:
        name, *numbers = step.split(":")
        {"begin": begin, "publish": publish, "erase": erase}[name](*map(int, numbers))
