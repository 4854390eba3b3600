"""Requests to hide and erasures: two different reviewers, or one for an owner who asked by phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_cast import Hold
from django.test import Client

from tuidang.base.clock import china_today
from tuidang.register.actions.erasure import apply_erasures
from tuidang.register.actions.head import begin_log
from tuidang.register.actions.owner import ask_to_hide
from tuidang.register.actions.publication import publish
from tuidang.register.models import Erasure, HideRequest
from tuidang.volunteers.models import User

pytestmark = pytest.mark.django_db(transaction=True)  # publication sweeps the database


@pytest.fixture
def published(hold: Hold) -> int:
    """Give the leaf of a published statement whose name somebody asks to hide."""
    begin_log("desk.invalid", china_today())
    hold("金福", "我退出。")
    publish(china_today())
    ask_to_hide(0, china_today())
    return 0


def test_a_request_to_hide_becomes_an_erasure_by_two_reviewers(
    linden: Client, birch: Client, published: int
) -> None:
    address = f"/desk/published/{published}/"
    assert "1 request to hide" in linden.get("/desk/").content.decode()
    assert "金福" in linden.get(address).content.decode()
    linden.post(address, {"move": "ask"})
    assert ">you<" in linden.get("/desk/requests/").content.decode()
    assert "another reviewer" in birch.get("/desk/requests/").content.decode()
    same = linden.post(address, {"move": "consent"})
    assert "another reviewer has to consent" in same.content.decode()
    assert Erasure.objects.get().state == "asked"
    birch.post(address, {"move": "consent"})
    assert Erasure.objects.get().state == "consented"
    apply_erasures(china_today())
    assert "金福" not in linden.get(address).content.decode()
    assert "No requests" in linden.get("/desk/").content.decode()


def test_a_reviewer_whose_account_a_link_opened_just_now_consents_to_no_erasure(
    linden: Client, birch: Client, published: int
) -> None:
    address = f"/desk/published/{published}/"
    User.objects.filter(pseudonym="birch").update(opened=china_today())
    linden.post(address, {"move": "ask"})
    assert "Consent to erase" not in birch.get(address).content.decode()
    assert "somebody who has been here longer" in birch.post(address, {"move": "consent"}).content.decode()
    assert Erasure.objects.get().state == "asked"
    assert "until another reviewer" in birch.post(address, {"move": "refuse"}).content.decode()
    assert Erasure.objects.get().state == "asked"


def test_a_request_that_waits_for_consent_is_listed_once(linden: Client, published: int) -> None:
    linden.post(f"/desk/published/{published}/", {"move": "ask"})
    page = linden.get("/desk/requests/").content.decode()
    assert page.count(f'href="/desk/published/{published}/"') == 1


def test_a_request_that_two_refused_is_gone_and_the_statement_stays(
    linden: Client, birch: Client, published: int
) -> None:
    address = f"/desk/published/{published}/"
    assert "until another reviewer" in linden.post(address, {"move": "refuse-hide"}).content.decode()
    assert "refused it already" in linden.post(address, {"move": "refuse-hide"}).content.decode()
    assert "refused by you" in linden.get("/desk/requests/").content.decode()
    assert 'value="refuse-hide"' not in linden.get(address).content.decode()
    assert not HideRequest.objects.get().refused
    assert "refused by another" in birch.get("/desk/requests/").content.decode()
    assert "If you refuse it too" in birch.get(address).content.decode()
    birch.post(address, {"move": "refuse-hide"})
    assert HideRequest.objects.get().refused
    assert "金福" in linden.get(address).content.decode()
    assert "No requests" in linden.get("/desk/").content.decode()


def test_an_account_that_a_link_opened_just_now_is_not_the_second_to_refuse(
    linden: Client, birch: Client, published: int
) -> None:
    address = f"/desk/published/{published}/"
    User.objects.filter(pseudonym="birch").update(opened=china_today())
    yesterday = china_today() - timedelta(1)
    HideRequest.objects.bulk_create(HideRequest(leaf=leaf, day=yesterday) for leaf in range(1, 300))
    linden.post(address, {"move": "refuse-hide"})
    answer = birch.post(address, {"move": "refuse-hide"}).content.decode()
    assert "somebody who has been here longer" in answer
    assert not HideRequest.objects.get(leaf=published).refused


def test_who_asked_may_take_it_back(linden: Client, published: int) -> None:
    linden.post(f"/desk/published/{published}/", {"move": "ask"})
    assert "Take it back" in linden.get(f"/desk/published/{published}/").content.decode()
    answer = linden.post(f"/desk/published/{published}/", {"move": "refuse"})
    assert "What others ask stays open" in answer.content.decode()
    assert not Erasure.objects.exists()
    assert not HideRequest.objects.get().refused


def test_an_owner_who_asked_by_phone_needs_one_reviewer(linden: Client, published: int) -> None:
    Erasure.objects.create(leaf=published, by="phone", state="asked", day=china_today())
    assert "its owner, by phone" in linden.get("/desk/requests/").content.decode()
    linden.post(f"/desk/published/{published}/", {"move": "consent"})
    assert Erasure.objects.get().state == "consented"


def test_any_published_statement_is_found_by_its_number(linden: Client, published: int) -> None:
    found = linden.get("/desk/requests/", {"number": " 0 "})
    assert found.headers["Location"] == "/desk/published/0/"
    assert linden.get("/desk/requests/", {"number": "x"}).status_code == 200


@pytest.mark.parametrize("leaf", [1, 2**53, 2**64, 10**30])
def test_a_number_beyond_the_log_leads_nowhere(linden: Client, published: int, leaf: int) -> None:
    assert linden.get(f"/desk/published/{leaf}/").status_code == 404
    assert linden.post(f"/desk/published/{leaf}/", {"move": "ask"}).status_code == 404


def test_an_unknown_button_does_nothing(linden: Client, published: int) -> None:
    assert linden.post(f"/desk/published/{published}/", {"move": "explode"}).status_code == 404
    assert not Erasure.objects.exists()
