"""Our own numbers, and what became of the calls to them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.db import transaction

from tuidang.phone.actions.campaigns import Mistake
from tuidang.phone.models import HotlineNumber, NumberTrial, Trunk
from tuidang.phone.test_calls.rules import Outcome

KEPT = timedelta(days=90)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]{3,20}")


def save_number(code: str, number: str, trunk: str) -> None:
    """Keep one of our numbers, as `trunk` dials it, under a short name. Raises Mistake."""
    if len(code) > 40 or not _CODE.fullmatch(code):
        raise Mistake(
            "code", "a number's name has small letters, digits and single hyphens, 40 signs at most"
        )
    if not _NUMBER.fullmatch(number):
        raise Mistake("number", "a number is 3 to 20 digits, as the trunk dials it")
    with transaction.atomic():
        way = Trunk.objects.filter(name=trunk).first()
        if way is None:
            raise Mistake("trunk", f"there is no trunk {trunk}: `tuidang phone trunk list` shows them")
        HotlineNumber.objects.update_or_create(code=code, defaults={"number": number, "trunk": way})


def forget_number(code: str) -> bool:
    """Forget one of our numbers, and what became of calls to it; False where there was none."""
    with transaction.atomic():
        NumberTrial.objects.filter(code=code).delete()
        return bool(HotlineNumber.objects.filter(code=code).delete()[0])


def note_test_call(code: str, outcome: Outcome, day: date) -> None:
    """Keep what became of a day's call to a number; the last of several counts. What is old is deleted."""
    with transaction.atomic():
        NumberTrial.objects.update_or_create(day=day, code=code, defaults={"outcome": outcome})
        NumberTrial.objects.filter(day__lt=day - KEPT).delete()
