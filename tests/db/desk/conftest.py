"""Two reviewers at the desk, and statements that screening holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from calls_cast import Enter
from desk_cast import ADVERTISING, Hold
from django.core.cache import cache as memory
from django.test import Client

from tuidang.base.clock import china_today
from tuidang.register.actions.intake import submit_form
from tuidang.register.models import Waiting
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import Form, Person
from tuidang.volunteers.actions import create_volunteer
from tuidang.volunteers.models import Role
from volunteer_cast import enter as enter_desk


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    memory.clear()
    yield
    memory.clear()


@pytest.fixture
def hold(db: None, house: object) -> Hold:
    """Give a function that posts one statement and returns its row's key; the text decides what holds it."""
    numbers = count()

    def post(name: str = "金福", text: str = ADVERTISING, region: str = "CN-SD") -> int:
        before = set(Waiting.objects.values_list("pk", flat=True))
        form = Form((Person(name, ("party", "league")),), region, "", text, "zh-hans", "own", under_18=False)
        key = next(numbers).to_bytes(16, "big")
        submit_form(form, key, channel=Channel.WEB, today=china_today())
        (new,) = set(Waiting.objects.values_list("pk", flat=True)) - before
        return new

    return post


def _signed_in(pseudonym: str, *roles: Role) -> Client:
    return enter_desk(Client(headers={"Accept-Language": "en"}), create_volunteer(pseudonym, roles))


@pytest.fixture
def enter(db: None, house: object) -> Enter:
    """Give a function that signs somebody in, with the roles he has."""
    return _signed_in


@pytest.fixture
def linden(db: None, house: object) -> Client:
    """Give the browser of a reviewer."""
    return _signed_in("linden", Role.REVIEWER)


@pytest.fixture
def birch(db: None, house: object) -> Client:
    """Give the browser of another reviewer."""
    return _signed_in("birch", Role.REVIEWER)
