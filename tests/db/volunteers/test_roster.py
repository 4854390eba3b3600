"""Invitations, the coordinator's screens, one's own account and sessions."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.test import Client

from tuidang.base.audit.queries import newest_entries
from tuidang.base.clock import china_today, utc_now
from tuidang.volunteers.actions import create_volunteer, set_roles
from tuidang.volunteers.actions.invitations import (
    NotInvited,
    find_invited,
    forget_openings,
    invite_volunteer,
    join_with_password,
    recover_volunteer,
)
from tuidang.volunteers.actions.sessions import begin_session
from tuidang.volunteers.models import Invitation, Role, Session, User
from volunteer_cast import CHOSEN, Password, enter, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

PEOPLE = "/desk/volunteers/"


def browser(pseudonym: str, *roles: Role) -> Client:
    return enter(Client(headers={"Accept-Language": "en"}), create_volunteer(pseudonym, roles))


@pytest.fixture
def oak() -> Client:
    """Give the browser of a coordinator."""
    return browser("oak", Role.COORDINATOR)


def page_of(pseudonym: str) -> str:
    return f"{PEOPLE}{User.objects.get(pseudonym=pseudonym).pk}/"


def acts() -> list[tuple[str, str]]:
    return [(entry.who, entry.act) for entry in reversed(newest_entries())]


def test_a_coordinator_invites_and_the_link_is_shown_once_and_kept_as_a_hash(oak: Client) -> None:
    page = oak.post(PEOPLE, {"pseudonym": " Birch ", "role": ["listener", "editor"]}).content.decode()
    (link,) = re.findall(r"http://testserver(/desk/join/([\w-]{24})/)", page)
    assert find_invited(link[1], china_today()).pseudonym == "birch"
    assert link[1].encode() not in bytes(Invitation.objects.get().token_hash)
    assert link[1] not in oak.get(PEOPLE).content.decode()
    assert Client().get(link[0]).status_code == 200
    assert ("oak", "invite") in acts()


def test_the_day_a_link_opened_an_account_is_told_and_forgotten_once_its_word_counts(oak: Client) -> None:
    today, told = china_today(), "its word is not the second one"
    token = invite_volunteer("birch", [Role.REVIEWER], by="oak", now=utc_now())
    assert told not in oak.get(page_of("birch")).content.decode()
    join_with_password(token, CHOSEN, bytes(20), utc_now())
    assert User.objects.get(pseudonym="birch").opened == today
    assert told in oak.get(page_of("birch")).content.decode()
    forget_openings(today + timedelta(days=3))
    assert User.objects.get(pseudonym="birch").opened == today
    forget_openings(today + timedelta(days=4))
    assert User.objects.get(pseudonym="birch").opened is None
    assert told not in oak.get(page_of("birch")).content.decode()
    token = recover_volunteer("birch", by="oak", now=utc_now())
    join_with_password(token, CHOSEN, bytes(20), utc_now())
    assert User.objects.get(pseudonym="birch").opened == today


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pseudonym": "oak", "role": "listener"}, "called this already"),
        ({"pseudonym": "a@example.org", "role": "listener"}, "is no e-mail address"),
        ({"pseudonym": "birch"}, "Choose what the volunteer may do"),
        ({"pseudonym": "birch", "role": "coordinator"}, "Choose what the volunteer may do"),
        ({"pseudonym": "birch", "role": ["operator", "auditor", "x"]}, "Choose what the volunteer may do"),
    ],
)
def test_what_cannot_be_is_told_and_nobody_is_invited(
    oak: Client, fields: dict[str, object], sentence: str
) -> None:
    response = oak.post(PEOPLE, fields)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert User.objects.count() == 1


def test_a_link_opens_the_account_once_and_not_after_three_days() -> None:
    now = utc_now()
    token = invite_volunteer("birch", [Role.LISTENER], by="oak", now=now)
    assert find_invited(token, china_today() + timedelta(days=3))
    with pytest.raises(NotInvited):
        find_invited(token, china_today() + timedelta(days=4))
    user, codes = join_with_password(token, CHOSEN, bytes(20), now)
    assert user.pseudonym == "birch"
    assert len(set(codes)) == 10
    with pytest.raises(NotInvited):
        join_with_password(token, CHOSEN, bytes(20), now)
    assert Client().get(f"/desk/join/{token}/").status_code == 404
    assert not Invitation.objects.exists()


def test_looking_at_a_link_does_not_use_it_up() -> None:
    token = invite_volunteer("birch", [Role.LISTENER], by="oak", now=utc_now())
    for _ in range(3):
        assert Client().get(f"/desk/join/{token}/").status_code == 200


def test_a_short_password_or_a_wrong_code_sets_nothing_up_and_keeps_the_picture() -> None:
    token = invite_volunteer("birch", [Role.LISTENER], by="oak", now=utc_now())
    client, path = Client(headers={"Accept-Language": "en"}), f"/desk/join/{token}/"
    shown = client.get(path).content.decode()
    app = re.findall(r'name="app" value="([^"]+)"', shown)[0]
    letters = re.findall(r'id="secret">([^<]+)<', shown)[0]
    again = client.post(path, {"password": "short", "code": "000000", "app": app}).content.decode()
    assert letters in again
    assert "at least 12 characters" in again
    assert "not the one your app should show" in again
    assert client.get("/desk/").status_code == 302
    assert not User.objects.get().has_usable_password()
    other = invite_volunteer("hazel", [Role.LISTENER], by="oak", now=utc_now())
    assert (
        letters not in client.post(f"/desk/join/{other}/", {"password": CHOSEN, "app": app}).content.decode()
    )


def test_a_new_link_changes_nothing_until_it_is_used_and_then_ends_everything_old(
    oak: Client, password: Password
) -> None:
    linden = enter(Client(), User.objects.get(pseudonym="linden"))
    page = oak.post(page_of("linden"), {"move": "recover"}).content.decode()
    token = re.findall(r"/desk/join/([\w-]{24})/", page)[0]
    assert linden.get("/desk/").status_code == 200
    join_with_password(token, "another four words here", bytes(range(20)), utc_now())
    assert linden.get("/desk/").status_code == 302
    old = {"pseudonym": "linden", "password": password, "code": password.code()}
    assert Client().post("/desk/sign-in/", old).status_code == 200
    old |= {"password": "another four words here", "code": password.paper[0]}
    assert Client().post("/desk/sign-in/", old).status_code == 200
    assert ("oak", "recover") in acts()


def test_who_is_invited_again_has_one_link_that_works() -> None:
    first = invite_volunteer("birch", [Role.LISTENER], by="oak", now=utc_now())
    second = recover_volunteer("birch", by="oak", now=utc_now())
    assert find_invited(second, china_today())
    with pytest.raises(NotInvited):
        find_invited(first, china_today())


def test_a_coordinator_gives_roles_closes_and_opens_accounts(oak: Client, password: Password) -> None:
    linden = enter(Client(), User.objects.get(pseudonym="linden"))
    oak.post(page_of("linden"), {"move": "roles", "role": ["listener"]})
    assert linden.get("/desk/decided/").status_code == 403
    oak.post(page_of("linden"), {"move": "disable"})
    assert linden.get("/desk/account/").status_code == 302
    assert not Session.objects.filter(volunteer__pseudonym="linden").exists()
    assert oak.post(page_of("linden"), {"move": "recover"}).status_code == 404
    oak.post(page_of("linden"), {"move": "enable"})
    assert User.objects.get(pseudonym="linden").is_active
    done = [act for who, act in acts() if who == "oak"]
    assert done == ["roles", "disable", "enable"]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OPERATOR, Role.AUDITOR])
@pytest.mark.parametrize("move", ["roles", "disable", "enable", "recover"])
def test_nobody_takes_over_an_account_that_can_do_more_or_checks_him(
    oak: Client, role: Role, move: str
) -> None:
    create_volunteer("maple", [Role.LISTENER, role])
    before = (acts(), list(User.objects.values_list("pk", "is_active", "groups__name").order_by("pk")))
    assert oak.post(page_of("maple"), {"move": move, "role": "listener"}).status_code == 403
    assert oak.post(page_of("oak"), {"move": move, "role": "listener"}).status_code == 403
    assert before == (
        acts(),
        list(User.objects.values_list("pk", "is_active", "groups__name").order_by("pk")),
    )
    assert not Invitation.objects.exists()


def test_a_coordinator_cannot_give_what_he_may_not_even_to_an_account_he_may_change(oak: Client) -> None:
    create_volunteer("birch", [Role.LISTENER])
    oak.post(page_of("birch"), {"move": "roles", "role": ["auditor", "editor", "operator"]})
    user = User.objects.get(pseudonym="birch")
    assert [role for role in Role if user.has_role(role)] == [Role.EDITOR]


def test_sessions_are_listed_by_label_and_day_named_and_ended_one_by_one_or_all() -> None:
    user = create_volunteer("linden", [Role.REVIEWER])
    here, phone, library = (enter(Client(), user, label) for label in ("laptop", "phone", "library"))
    page = here.get("/desk/account/", headers={"Accept-Language": "en"}).content.decode()
    assert all(f'value="{label}"' in page for label in ("laptop", "phone", "library"))
    key = Session.objects.get(label="phone").pk
    here.post(f"/desk/account/session/{key}/", {"label": "  old   phone "})
    assert Session.objects.get(pk=key).label == "old phone"
    here.post(f"/desk/account/session/{key}/")
    assert [client.get("/desk/").status_code for client in (here, phone, library)] == [200, 302, 200]
    enter(phone, user, "phone")
    here.post("/desk/account/sessions/")
    assert [client.get("/desk/").status_code for client in (here, phone, library)] == [200, 302, 302]
    assert [act for who, act in acts() if who == "linden"] == ["end-sessions", "end-sessions"]


def test_nobody_names_or_ends_a_session_that_is_not_his() -> None:
    linden, birch = browser("linden", Role.REVIEWER), browser("birch", Role.REVIEWER)
    key = Session.objects.get(volunteer__pseudonym="birch").pk
    linden.post(f"/desk/account/session/{key}/")
    linden.post(f"/desk/account/session/{key}/", {"label": "mine"})
    assert birch.get("/desk/").status_code == 200
    assert Session.objects.get(pk=key).label == ""


def test_the_row_of_a_session_is_gone_on_the_day_after_the_next() -> None:
    user, today = create_volunteer("linden", [Role.REVIEWER]), china_today()
    begin_session(user, "", today - timedelta(days=2))
    begin_session(user, "", today - timedelta(days=1))
    begin_session(user, "", today)
    assert sorted(Session.objects.values_list("day", flat=True)) == [today - timedelta(days=1), today]


def test_a_session_s_cookie_is_worth_nothing_once_its_row_is_gone(password: Password) -> None:
    client = enter(Client(), User.objects.get())
    Session.objects.all().delete()
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        "account/passkey/",
        "account/app/",
        "account/codes/",
        "password/",
        f"account/passkey/{'1' * 8}-1111-4111-8111-{'1' * 12}/",
    ],
)
def test_ways_to_sign_in_are_changed_only_soon_after_signing_in(
    password: Password, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    client = enter(Client(), User.objects.get())
    late = time.time() + 601
    with monkeypatch.context() as later:
        later.setattr("tuidang.volunteers.access.time.time", lambda: late)
        response = client.post(f"/desk/{change}", {"old_password": CHOSEN, "label": "x"})
    assert response.headers["Location"] == "/desk/sign-in/?next=%2Fdesk%2Faccount%2F&again=yes"
    asked = client.get(response.headers["Location"], headers={"Accept-Language": "en"}).content.decode()
    assert "Show once more that it is you" in asked
    again = {"pseudonym": "linden", "password": password, "code": password.code(), "next": "/desk/account/"}
    assert client.post("/desk/sign-in/", again).headers["Location"] == "/desk/account/"


def test_new_recovery_codes_end_the_old_ones(password: Password) -> None:
    client = enter(Client(), User.objects.get())
    page = client.post("/desk/account/codes/").content.decode()
    new = re.findall(r"<li><code>([a-z2-9-]{19})</code></li>", page)
    assert len(new) == 10
    tried = {"pseudonym": "linden", "password": password, "code": password.paper[0]}
    assert Client().post("/desk/sign-in/", tried).status_code == 200
    assert Client().post("/desk/sign-in/", tried | {"code": new[0]}).status_code == 302


def test_an_app_takes_another_one_s_place_when_it_has_shown_a_code() -> None:
    client = enter(Client(), User.objects.get(pk=_settled()))
    shown = client.get("/desk/account/app/").content.decode()
    app = re.findall(r'name="app" value="([^"]+)"', shown)[0]
    before = bytes(User.objects.get().code_app.secret)
    assert client.post("/desk/account/app/", {"app": app, "code": "000000"}).status_code == 200
    assert bytes(User.objects.get().code_app.secret) == before


def _settled() -> object:
    settle("linden", Role.REVIEWER)
    return User.objects.get().pk


def test_roles_given_on_the_machine_are_noted_too(password: Password) -> None:
    set_roles("linden", [Role.OPERATOR], by="(shell)", now=utc_now())
    assert acts()[-1] == ("(shell)", "roles")
