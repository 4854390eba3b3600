"""Signing in: what lets one in, what slows a guesser down, and that nothing of it is kept."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tuidang.base.limits import Budget, Slowdown
from tuidang.volunteers import views
from tuidang.volunteers.actions import create_volunteer
from tuidang.volunteers.models import Role, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house", "fresh_limits")]

SIGN_IN = "/desk/sign-in/"


@pytest.fixture
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_tries_of_network", Budget(burst=20, per_hour=120))
    monkeypatch.setattr(views, "_failures_of_pseudonym", Slowdown(free=5, longest=60, forgiven=600))


def sign_in(client: Client, password: str, pseudonym: str = "linden", onward: str = "") -> HttpResponse:
    return client.post(SIGN_IN, {"pseudonym": pseudonym, "password": password, "next": onward})


def test_a_reviewer_comes_in_with_the_password_that_was_shown_once(client: Client) -> None:
    password = create_volunteer(" Linden", [Role.REVIEWER])
    response = sign_in(client, password)
    assert response.status_code == 302
    assert response.headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_a_password_is_kept_as_an_argon2id_hash_only() -> None:
    password = create_volunteer("linden", [Role.REVIEWER])
    user = User.objects.get()
    assert user.password.startswith("argon2$argon2id$")
    assert password not in user.password
    assert user.has_role(Role.REVIEWER)


def test_two_passwords_are_never_alike_and_hold_no_sign_that_looks_like_another() -> None:
    passwords = {create_volunteer(f"linden{n}", [Role.REVIEWER]) for n in range(5)}
    assert len(passwords) == 5
    assert all(len(p) == 23 and not set(p) & set("01ilouO") for p in passwords)


@pytest.mark.parametrize("pseudonym", ["linden", "LINDEN", "x", "a@example.org"])
def test_a_pseudonym_that_is_taken_or_cannot_be_used_is_refused_with_a_sentence(pseudonym: str) -> None:
    create_volunteer("linden", [Role.REVIEWER])
    with pytest.raises(ValueError, match="pseudonym"):
        create_volunteer(pseudonym, [Role.REVIEWER])
    assert User.objects.count() == 1


def test_an_account_has_no_field_for_who_somebody_is_or_when_he_came() -> None:
    columns = {field.name for field in User._meta.get_fields()}
    assert columns == {"id", "pseudonym", "password", "groups"}


@pytest.mark.parametrize("pseudonym", ["linden", "nobody", "x", "lin\0den", "z" * 100_000])
def test_a_wrong_pair_is_answered_alike_whether_the_pseudonym_exists_or_not(
    client: Client, pseudonym: str
) -> None:
    create_volunteer("linden", [Role.REVIEWER])
    response = sign_in(client, "wrong", pseudonym)
    assert response.status_code == 200
    assert b'role="alert"' in response.content
    assert client.get("/desk/").status_code == 302


def test_a_failed_try_writes_no_line_and_no_byte(
    client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    create_volunteer("linden", [Role.REVIEWER])
    before = _all_rows()
    sign_in(client, "wrong")
    assert _all_rows() == before
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_who_signs_in_changes_no_row(client: Client) -> None:
    password = create_volunteer("linden", [Role.REVIEWER])
    before = _all_rows()
    assert sign_in(client, password).status_code == 302
    assert _all_rows() == before


def test_after_five_failures_a_pseudonym_has_to_wait_even_with_the_right_password(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = create_volunteer("linden", [Role.REVIEWER])
    now = time.time()  # the pause is a second, and a busy machine takes longer for what follows
    monkeypatch.setattr("tuidang.volunteers.views.time.time", lambda: now)
    for _ in range(6):
        assert sign_in(client, "wrong").status_code == 200
    response = sign_in(client, password)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    other = create_volunteer("birch", [Role.REVIEWER])
    assert sign_in(client, other, "birch").status_code == 302


def test_a_network_that_tries_many_pseudonyms_has_to_wait_and_others_do_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A try comes back only after an hour, however slow the machine is that hashes the passwords.
    monkeypatch.setattr(views, "_tries_of_network", Budget(burst=5, per_hour=1))
    password = create_volunteer("linden", [Role.REVIEWER])
    for n in range(5):
        client.post(SIGN_IN, {"pseudonym": f"n{n}", "password": "x"}, REMOTE_ADDR="127.66.77.88")
    tried = {"pseudonym": "linden", "password": password}
    assert client.post(SIGN_IN, tried, REMOTE_ADDR="127.66.77.89").status_code == 429
    assert client.post(SIGN_IN, tried, REMOTE_ADDR="127.66.99.1").status_code == 302


def test_signing_out_ends_the_session_and_empties_the_browser(client: Client) -> None:
    sign_in(client, create_volunteer("linden", [Role.REVIEWER]))
    response = client.post("/desk/sign-out/")
    assert response.status_code == 302
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get("/desk/").status_code == 302


def test_the_session_is_a_cookie_of_the_desk_alone_that_scripts_cannot_read(client: Client) -> None:
    response = sign_in(client, create_volunteer("linden", [Role.REVIEWER]))
    cookie = response.cookies["sessionid"]
    assert cookie["path"] == "/desk/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["max-age"]
    assert not cookie["expires"]


def test_a_session_ends_after_eight_hours_whatever_the_browser_says(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, create_volunteer("linden", [Role.REVIEWER]))
    start = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: start + 8 * 3600 - 60)
    assert client.get("/desk/").status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: start + 8 * 3600 + 60)
    assert client.get("/desk/").status_code == 302


def test_nothing_one_does_at_the_desk_prolongs_a_session_that_was_copied(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, create_volunteer("linden", [Role.REVIEWER]))
    start = time.time()
    for hours in range(1, 8):
        now = start + hours * 3600
        monkeypatch.setattr("django.core.signing.time.time", lambda now=now: now)
        assert client.post("/desk/keys/", {"off" if hours % 2 else "on": "yes"}).status_code == 302
    monkeypatch.setattr("django.core.signing.time.time", lambda: start + 8 * 3600 + 60)
    assert client.get("/desk/").status_code == 302


def test_changing_the_password_ends_every_other_session(client: Client) -> None:
    password = create_volunteer("linden", [Role.REVIEWER])
    elsewhere = Client()
    sign_in(client, password)
    sign_in(elsewhere, password)
    new = "seven quiet herons by the lake"
    fields = {"old_password": password, "new_password1": new, "new_password2": new}
    assert client.post("/desk/password/", fields).status_code == 200
    assert client.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert sign_in(elsewhere, new).status_code == 302


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/desk/", "/en/"])
def test_signing_in_never_leads_to_another_site(client: Client, onward: str) -> None:
    response = sign_in(client, create_volunteer("linden", [Role.REVIEWER]), onward=onward)
    assert response.headers["Location"] == "/desk/"


def test_signing_in_leads_on_to_the_screen_that_was_asked_for(client: Client) -> None:
    password = create_volunteer("linden", [Role.REVIEWER])
    asked = client.get("/desk/requests/")
    assert asked.headers["Location"] == "/desk/sign-in/?next=/desk/requests/"
    response = sign_in(client, password, onward="/desk/requests/")
    assert response.headers["Location"] == "/desk/requests/"


def test_forms_of_the_desk_are_refused_without_their_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(SIGN_IN, {"pseudonym": "linden", "password": "x"})
    assert response.status_code == 403


def test_who_is_in_no_group_is_refused_at_every_screen_of_review(client: Client) -> None:
    create_volunteer("linden", [Role.REVIEWER])
    Group.objects.get(name=Role.REVIEWER).volunteers.clear()
    client.force_login(User.objects.get())
    assert client.get("/desk/").status_code == 403


def _all_rows() -> dict[str, list[tuple[object, ...]]]:
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            rows[table] = cursor.fetchall()
    return rows
