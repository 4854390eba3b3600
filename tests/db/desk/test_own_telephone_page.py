"""Going on duty with one's own telephone: the warning, which numbers are taken, and that none is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from call_back_cast import forms_of
from tuidang.desk.leaving import disable_volunteer
from tuidang.phone.actions.campaigns import save_trunk
from tuidang.phone.actions.choices import forget_choices
from tuidang.phone.actions.duty import clear_absent, go_on_duty
from tuidang.phone.actions.never import never_call
from tuidang.phone.actions.own_numbers import open_own_number
from tuidang.phone.models import Duty
from tuidang.phone.test_calls.actions import save_number
from tuidang.volunteers.models import Role, User

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Client]
LINE, OWN = "/desk/line/", "/desk/line/own/"
NUMBER = "12025550142"
TYPED = "+1 (202) 555-0142"


@pytest.fixture
def maple(enter: Enter, house: Path, settings: Settings) -> Client:
    """Give the browser of somebody who talks with people."""
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=2)
    return enter("maple", Role.LISTENER)


def me() -> User:
    return User.objects.get(pseudonym="maple")


def test_he_is_warned_and_goes_on_duty_and_the_number_is_sealed_and_not_shown(maple: Client) -> None:
    assert OWN in maple.get(LINE).content.decode()
    page = maple.get(OWN).content.decode()
    assert "The telephone in the browser is better" in page
    assert "not rung: it may be listened to" in page
    answer = maple.post(OWN, {"number": TYPED, "best": "yue", "also": ["zh"]})
    assert (answer.status_code, answer.headers["Location"]) == (302, LINE)
    duty = Duty.objects.get()
    assert (duty.languages, len(bytes(duty.sealed))) == ("yue zh", 112)
    assert open_own_number(me().pk) == NUMBER
    page = maple.get(LINE).content.decode()
    assert "own.js" in page
    assert "main.js" not in page
    assert 'id="mute"' not in page
    assert "Answer your telephone, and press 1" in page
    seen = [page, *(maple.get(path).content.decode() for path in (f"{LINE}state/", OWN, "/desk/keys/"))]
    assert not any(NUMBER[-8:] in one or TYPED in one or "555-0142" in one for one in seen)


def test_the_telephone_of_browsers_and_the_microphone_are_not_his(maple: Client) -> None:
    maple.post(OWN, {"number": TYPED, "best": "zh"})
    headers = maple.get(LINE).headers
    assert "microphone=()" in headers["Permissions-Policy"]
    assert "frame-src 'self'" in headers["Content-Security-Policy"]
    assert "connect-src 'self';" in headers["Content-Security-Policy"]
    assert maple.post(f"{LINE}telephone/").status_code == 409
    assert maple.get(f"{LINE}door/").status_code == 401
    assert maple.post(f"{LINE}here/").status_code == 200
    assert maple.post(f"{LINE}order/", {"verb": "hold"}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("+86 138 3714 5926", "A telephone in China may be listened to"),
        ("138 3714 5926", "This is no whole telephone number"),
        ("+1 900 234 5678", "This number cannot be rung"),
        ("+1 202 555 0199", "This number cannot be rung"),  # asked never to be called again
        ("+1 202 555 0198", "This number cannot be rung"),  # ours
    ],
)
def test_what_is_not_rung_is_refused_with_a_sentence_and_not_shown_again(
    maple: Client, typed: str, said: str
) -> None:
    never_call("12025550199")
    save_trunk("loop", "127.0.0.1:5070")
    save_number("one", "12025550198", "loop")
    answer = maple.post(OWN, {"number": typed, "best": "zh"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert typed not in page
    assert not Duty.objects.exists()


def test_a_number_put_on_the_list_meanwhile_is_not_rung(maple: Client) -> None:
    maple.post(OWN, {"number": TYPED, "best": "zh"})
    never_call(NUMBER)
    assert open_own_number(me().pk) is None


def test_who_types_number_after_number_has_to_wait(maple: Client) -> None:
    for _ in range(6):
        assert maple.post(OWN, {"number": TYPED, "best": "zh"}).status_code == 302
        maple.post(LINE, {"off": "yes"})
    answer = maple.post(OWN, {"number": TYPED, "best": "zh"})
    assert (answer.status_code, Duty.objects.count()) == (422, 0)
    assert "try again in an hour" in answer.content.decode()


@pytest.mark.parametrize("how", ["off", "disabled", "absent", "replaced", "browser"])
def test_however_his_duty_ends_the_number_is_gone_from_the_database(maple: Client, how: str) -> None:
    now = datetime.now(UTC)
    maple.post(OWN, {"number": TYPED, "best": "zh"})
    sealed, volunteer = bytes(Duty.objects.get().sealed), me().pk
    match how:
        case "off":
            maple.post(LINE, {"off": "yes"})
        case "disabled":
            disable_volunteer("maple", by="oak", now=now)
        case "absent":
            clear_absent(now + timedelta(minutes=6))
        case "replaced":
            for other in (uuid4(), uuid4()):
                go_on_duty(other, ["zh"], False, now + timedelta(minutes=6))
        case "browser":
            go_on_duty(volunteer, ["zh"], False, now)
    assert open_own_number(volunteer) is None
    assert not Duty.objects.filter(sealed_on__isnull=False).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        folder = Path(connection.settings_dict["NAME"]).parent
        written = b"".join(path.read_bytes() for path in folder.glob("*") if path.is_file())
        assert sealed not in written
        assert not any(shape in written for shape in forms_of(NUMBER))


def test_the_key_of_who_is_on_duty_for_days_is_kept_and_goes_after_him(maple: Client) -> None:
    maple.post(OWN, {"number": TYPED, "best": "zh"})
    day = Duty.objects.get().sealed_on
    assert day is not None
    forget_choices(today=day + timedelta(days=3))
    assert open_own_number(me().pk) == NUMBER
    volunteer, sealed = me().pk, bytes(Duty.objects.get().sealed)
    maple.post(LINE, {"off": "yes"})
    forget_choices(today=day + timedelta(days=3))
    go_on_duty(volunteer, ["zh"], False, datetime.now(UTC))
    Duty.objects.update(sealed=sealed, sealed_on=day)  # as a stolen copy would have it
    assert open_own_number(volunteer) is None
