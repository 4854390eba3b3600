"""Signing in: what lets one in, what slows a guesser down, and that nothing of it is kept."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import china_today, utc_now
from tuidang.base.limits import Budget
from tuidang.volunteers import views
from tuidang.volunteers.actions import create_volunteer, set_roles, ways
from tuidang.volunteers.actions.accounts import disable_volunteer, enable_volunteer
from tuidang.volunteers.models import Role, Session, User
from tuidang.volunteers.totp import STEP, code_at, matching_step
from volunteer_cast import CHOSEN, Password, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

SIGN_IN = "/desk/sign-in/"


def sign_in(
    client: Client, password: str, pseudonym: str = "linden", onward: str = "", code: str | None = None
) -> HttpResponse:
    if code is None:
        code = password.code() if isinstance(password, Password) else "123456"
    return client.post(SIGN_IN, {"pseudonym": pseudonym, "password": password, "code": code, "next": onward})


def test_a_reviewer_comes_in_with_password_and_code(client: Client, password: Password) -> None:
    response = sign_in(client, password, " Linden")
    assert response.status_code == 302
    assert response.headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_a_password_is_kept_as_an_argon2id_hash_and_the_app_s_secret_sealed(password: Password) -> None:
    user = User.objects.get()
    assert user.password.startswith("argon2$argon2id$")
    assert password not in user.password
    assert user.has_role(Role.REVIEWER)
    sealed = bytes(user.code_app.secret)
    assert password.secret not in sealed
    assert len(sealed) > 256
    paper = "".join(password.paper).encode()
    assert not any(bytes(kept.hash) in paper for kept in user.recovery_codes.all())


@pytest.mark.parametrize("code", ["", "000000", "12345", "１２３４５６", "z" * 10_000, "2345-2345-2345-2345"])
def test_the_password_alone_opens_nothing(client: Client, password: Password, code: str) -> None:
    assert sign_in(client, str(password), code=code).status_code == 200
    assert client.get("/desk/").status_code == 302
    assert not Session.objects.exists()


def test_an_account_without_a_second_way_is_opened_by_nothing(client: Client) -> None:
    user = create_volunteer("linden", [Role.REVIEWER])
    ways.set_password(user, CHOSEN, utc_now())
    assert sign_in(client, CHOSEN, code="").status_code == 200
    client.force_login(user)  # a session that came about by one factor, however it did
    assert client.get("/desk/").headers["Location"] == "/desk/sign-in/?next=/desk/"


def test_a_code_does_once(client: Client, password: Password) -> None:
    code = password.code()
    assert sign_in(client, password, code=code).status_code == 302
    other = Client()
    assert sign_in(other, password, code=code).status_code == 200
    assert other.get("/desk/").status_code == 302


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_half_a_minute_and_no_more(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch, steps: int, opens: bool
) -> None:
    now = 1_900_000_000 // STEP * STEP + 7
    monkeypatch.setattr("tuidang.volunteers.views.time.time", lambda: float(now))
    code = code_at(password.secret, now // STEP + steps)
    assert (sign_in(client, password, code=code).status_code == 302) is opens


def test_a_new_sign_in_ends_the_session_that_the_browser_had(client: Client, password: Password) -> None:
    sign_in(client, password)
    before = client.cookies["sessionid"].value
    (first,) = Session.objects.all()
    sign_in(client, password, code=password.paper[0])
    (second,) = Session.objects.all()
    assert second.pk != first.pk
    client.cookies["sessionid"] = before
    assert client.get("/desk/account/").status_code == 302


def test_a_recovery_code_stands_in_the_place_of_the_app_once(client: Client, password: Password) -> None:
    code = password.paper[0]
    assert sign_in(client, "wrong", code=code).status_code == 200  # a guesser uses up nobody's codes
    assert sign_in(client, password, code=f" {code.upper().replace('-', ' ')} ").status_code == 302
    assert User.objects.get().recovery_codes.count() == 9
    assert sign_in(Client(), password, code=code).status_code == 200
    other = settle("birch", Role.REVIEWER)
    assert sign_in(Client(), other, "birch", code=password.paper[1]).status_code == 200


def test_who_has_left_comes_in_by_no_way_and_his_sessions_end_at_the_next_press(
    client: Client, password: Password
) -> None:
    sign_in(client, password)
    disable_volunteer("linden", by="oak", now=utc_now())
    assert client.get("/desk/").status_code == 302
    assert sign_in(Client(), password).status_code == 200
    enable_volunteer("linden", by="oak", now=utc_now())
    assert client.get("/desk/").status_code == 302
    assert sign_in(Client(), password).status_code == 302


@pytest.mark.parametrize("pseudonym", ["linden", "LINDEN", "x", "a@example.org"])
def test_a_pseudonym_that_is_taken_or_cannot_be_used_is_refused_with_a_sentence(pseudonym: str) -> None:
    create_volunteer("linden", [Role.REVIEWER])
    with pytest.raises(ValueError, match="pseudonym"):
        create_volunteer(pseudonym, [Role.REVIEWER])
    assert User.objects.count() == 1


def test_an_account_has_no_field_for_who_somebody_is_or_when_he_came() -> None:
    columns = {field.name for field in User._meta.get_fields()}
    own = {"id", "pseudonym", "password", "groups", "is_active", "opened"}
    assert columns == own | {"invitation", "passkeys", "code_app", "recovery_codes", "sessions"}


@pytest.mark.parametrize("pseudonym", ["linden", "nobody", "x", "lin\0den", "z" * 100_000])
def test_a_wrong_pair_is_answered_alike_whether_the_pseudonym_exists_or_not(
    client: Client, password: Password, pseudonym: str
) -> None:
    response = sign_in(client, "wrong", pseudonym)
    assert response.status_code == 200
    assert b'role="alert"' in response.content
    assert client.get("/desk/").status_code == 302


def test_a_failed_try_writes_no_line_and_no_byte(
    client: Client,
    password: Password,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = _all_rows()
    sign_in(client, "wrong")
    sign_in(client, str(password), code="000000")
    client.post("/desk/sign-in/passkey/", {"credential": "{}", "challenge": "x"})
    client.get("/desk/join/wrong/")
    assert _all_rows() == before
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_of_who_signs_in_the_day_is_kept_for_his_own_list_and_nothing_else(
    client: Client, password: Password
) -> None:
    before = _all_rows()
    assert sign_in(client, password).status_code == 302
    after = _all_rows()
    (row,) = after.pop("volunteers_session")
    assert before.pop("volunteers_session") == []
    assert after == before
    session = Session.objects.get()
    assert (session.label, session.day, len(row)) == ("", china_today(), 5)
    assert {type(field).__name__ for field in Session._meta.get_fields()} == {
        *("UUIDField", "ForeignKey", "BinaryField", "CharField", "DateField")
    }


def test_after_five_failures_a_pseudonym_has_to_wait_even_with_the_right_password(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()  # the pause is a second, and a busy machine takes longer for what follows
    monkeypatch.setattr("tuidang.volunteers.views.time.time", lambda: now)
    for _ in range(6):
        assert sign_in(client, "wrong").status_code == 200
    response = sign_in(client, password)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    other = settle("birch", Role.REVIEWER)
    assert sign_in(client, other, "birch").status_code == 302


def test_while_a_password_is_being_looked_at_no_other_try_slips_past_the_pause(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("tuidang.volunteers.views.time.time", lambda: now)
    for _ in range(5):
        sign_in(client, "wrong")
    meanwhile: list[int] = []

    def look(**typed: str) -> object:
        if not meanwhile:
            meanwhile.append(0)
            meanwhile[0] = sign_in(Client(), "wrong too").status_code
        return authenticate(**typed)

    monkeypatch.setattr(views, "authenticate", look)
    assert sign_in(client, "wrong").status_code == 200
    assert meanwhile == [429]


def test_of_many_who_try_at_once_two_are_looked_at_and_the_others_told_to_wait(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[int] = []

    def look(**typed: str) -> object:
        answers.append(sign_in(Client(), "wrong", f"somebody{len(answers)}").status_code)
        return authenticate(**typed)

    monkeypatch.setattr(views, "authenticate", look)
    assert sign_in(client, "wrong").status_code == 200
    assert answers == [429, 200], "each look begins with another one's try"
    monkeypatch.undo()
    assert sign_in(client, password).status_code == 302


def test_who_has_the_password_guesses_forty_codes_a_day_and_keeps_no_owner_out(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = (int(time.time()) // 86400 + 1) * 86400
    clock = {"now": float(midnight)}
    monkeypatch.setattr("tuidang.volunteers.views.time.time", lambda: clock["now"])
    looked_at: list[str] = []

    def look(secret: bytes, typed: str, now: float) -> int | None:
        looked_at.append(typed)
        return matching_step(secret, typed, now)

    monkeypatch.setattr(ways, "matching_step", look)
    user = User.objects.get()
    for tries in range(24 * 6):
        assert not ways.check_second(user, "000000", midnight + 600.0 * tries)
    assert 20 < len(looked_at) <= 40
    clock["now"] = midnight + 86_000.0
    app = code_at(password.secret, int(clock["now"]) // STEP)
    assert sign_in(client, str(password), code=app).status_code == 200
    assert "最多一小时" in sign_in(client, str(password), code=app).content.decode()
    assert sign_in(client, str(password), code=password.paper.pop()).status_code == 302
    assert sign_in(Client(), str(password), code=app).status_code == 302  # and the app's again


def test_a_network_that_tries_many_pseudonyms_has_to_wait_and_others_do_not(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A try comes back only after an hour, however slow the machine is that hashes the passwords.
    monkeypatch.setattr(views, "_tries_of_network", Budget(burst=5, per_hour=1))
    for n in range(4):
        client.post(SIGN_IN, {"pseudonym": f"n{n}", "password": "x"}, REMOTE_ADDR="127.66.77.88")
    by_passkey = {"credential": "{}", "challenge": "x"}
    client.post("/desk/sign-in/passkey/", by_passkey, REMOTE_ADDR="127.66.77.88")
    tried = {"pseudonym": "linden", "password": password, "code": password.code()}
    assert client.post(SIGN_IN, tried, REMOTE_ADDR="127.66.77.89").status_code == 429
    blocked = client.post("/desk/sign-in/passkey/", by_passkey, REMOTE_ADDR="127.66.77.89")
    assert blocked.status_code == 429
    assert client.post(SIGN_IN, tried, REMOTE_ADDR="127.66.99.1").status_code == 302


def test_signing_out_ends_the_session_and_empties_the_browser(client: Client, password: Password) -> None:
    sign_in(client, password)
    response = client.post("/desk/sign-out/")
    assert response.status_code == 302
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get("/desk/").status_code == 302
    assert not Session.objects.exists()


def test_the_session_is_a_cookie_of_the_desk_alone_that_scripts_cannot_read(
    client: Client, password: Password
) -> None:
    response = sign_in(client, password)
    cookie = response.cookies["sessionid"]
    assert cookie["path"] == "/desk/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["max-age"]
    assert not cookie["expires"]


def test_a_session_ends_after_eight_hours_whatever_the_browser_says(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, password)
    start = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: start + 8 * 3600 - 60)
    assert client.get("/desk/").status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: start + 8 * 3600 + 60)
    assert client.get("/desk/").status_code == 302


def test_nothing_one_does_at_the_desk_prolongs_a_session_that_was_copied(
    client: Client, password: Password, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, password)
    start = time.time()
    for hours in range(1, 8):
        now = start + hours * 3600
        monkeypatch.setattr("django.core.signing.time.time", lambda now=now: now)
        assert client.post("/desk/keys/", {"off" if hours % 2 else "on": "yes"}).status_code == 302
    monkeypatch.setattr("django.core.signing.time.time", lambda: start + 8 * 3600 + 60)
    assert client.get("/desk/").status_code == 302


def test_changing_the_password_ends_every_other_session(client: Client, password: Password) -> None:
    elsewhere = Client()
    sign_in(client, password)
    sign_in(elsewhere, password)
    new = "seven quiet herons by the lake"
    fields = {"old_password": password, "new_password1": new, "new_password2": new}
    assert client.post("/desk/password/", fields).status_code == 200
    assert client.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert sign_in(elsewhere, new, code=password.paper[0]).status_code == 302


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/desk/", "/en/"])
def test_signing_in_never_leads_to_another_site(client: Client, password: Password, onward: str) -> None:
    response = sign_in(client, password, onward=onward)
    assert response.headers["Location"] == "/desk/"


def test_signing_in_leads_on_to_the_screen_that_was_asked_for(client: Client, password: Password) -> None:
    asked = client.get("/desk/requests/")
    assert asked.headers["Location"] == "/desk/sign-in/?next=/desk/requests/"
    response = sign_in(client, password, onward="/desk/requests/")
    assert response.headers["Location"] == "/desk/requests/"


def test_forms_of_the_desk_are_refused_without_their_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(SIGN_IN, {"pseudonym": "linden", "password": "x"})
    assert response.status_code == 403


def test_who_lost_his_roles_is_refused_at_every_screen_of_review(client: Client, password: Password) -> None:
    sign_in(client, password)
    set_roles("linden", [], by="oak", now=utc_now())
    assert client.get("/desk/").headers["Location"] == "/desk/account/"
    assert client.get("/desk/decided/").status_code == 403


def test_nothing_of_signing_in_stands_in_the_audit_chain(client: Client, password: Password) -> None:
    before = AuditEntry.objects.count()
    sign_in(client, password)
    client.post("/desk/sign-out/")
    assert AuditEntry.objects.count() == before


def _all_rows() -> dict[str, list[tuple[object, ...]]]:
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            rows[table] = cursor.fetchall()
    return rows
