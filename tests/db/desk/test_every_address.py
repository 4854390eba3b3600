"""Every address of the desk against every role, and against who has not signed in, or by one factor only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from access_table import ACCESS, EVERYBODY, Rule
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tuidang.base.clock import utc_now
from tuidang.volunteers.actions import create_volunteer
from tuidang.volunteers.actions.accounts import disable_volunteer
from tuidang.volunteers.models import Role, User
from volunteer_cast import enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

METHODS = ("get", "post", "put", "delete")


def addresses(
    patterns: list[URLPattern | URLResolver], path: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Walk the resolver: every path with the name of its pattern."""
    for one in patterns:
        where = path + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, where, inner)
        else:
            yield where, f"{space}{one.name}"


def of_the_desk() -> set[str]:
    return {name for path, name in addresses(get_resolver().url_patterns) if path.startswith("desk/")}


def lets_in(client: Client, method: str, path: str) -> bool:
    """Tell whether the view itself answers, and neither the door nor a refusal."""
    client.raise_request_exception = True
    response = getattr(client, method)(path)
    asked = response.status_code == 302 and response.headers["Location"].startswith("/desk/sign-in/?next=")
    return not asked and response.status_code != 403


def test_every_address_of_the_desk_has_a_row_and_no_row_is_left_over() -> None:
    assert of_the_desk() == set(ACCESS)


def test_outside_the_desk_no_page_knows_volunteers() -> None:
    outside = [path for path, _ in addresses(get_resolver().url_patterns) if not path.startswith("desk/")]
    assert outside
    assert not [path for path in outside if "desk" in path or "account" in path]


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_who_has_not_shown_both_factors_sees_what_is_everybody_s_and_nothing_else(name: str) -> None:
    rule = ACCESS[name]
    path = reverse(name, kwargs=dict(rule.filled))
    one_factor, gone = Client(), Client()
    one_factor.force_login(
        create_volunteer("guest", Role)
    )  # every role, by a session without a second factor
    left = create_volunteer("gone", Role)
    enter(gone, left)
    disable_volunteer("gone", by="oak", now=utc_now())
    for client in (Client(), one_factor, gone):
        for method in METHODS:
            assert lets_in(client, method, path) is (rule.seen_by == EVERYBODY), method


@pytest.mark.parametrize("name", sorted(name for name, rule in ACCESS.items() if rule.seen_by != EVERYBODY))
def test_each_role_sees_what_is_its_own_and_nothing_else(name: str) -> None:
    rule: Rule = ACCESS[name]
    path = reverse(name, kwargs=dict(rule.filled))
    for role in Role:
        client = enter(Client(), create_volunteer(f"a {role}", [role]))
        for method in METHODS:
            assert lets_in(client, method, path) is (role in rule.seen_by), (role, method)
    nothing = enter(Client(), create_volunteer("guest", []))
    assert lets_in(nothing, "get", path) is (rule.seen_by == frozenset(Role))


def test_a_row_for_nobody_would_be_a_mistake() -> None:
    assert all(rule.seen_by for rule in ACCESS.values())
    assert User.objects.count() == 0
