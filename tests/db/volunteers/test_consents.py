"""What takes two people is done by two, once, within a day; and no row joins an account and a statement."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tuidang.base.audit.queries import newest_entries, verify_chain
from tuidang.volunteers.actions import create_volunteer, set_roles
from tuidang.volunteers.actions.consents import (
    Granted,
    Kind,
    NotConsented,
    SamePerson,
    ask_consent,
    asked_consents,
    carry_out,
    find_consent,
    grant_consent,
    refuse_consent,
    use_consent,
)
from tuidang.volunteers.models import Consent, Role, User

NOW = datetime(2026, 11, 28, 9, 41, tzinfo=UTC)
LIST = "a hash of a list"


@pytest.fixture
def three(db: None, house: object) -> tuple[User, User, User]:
    """Give three coordinators."""
    return tuple(create_volunteer(name, [Role.COORDINATOR]) for name in ("oak", "elm", "ash"))  # type: ignore[return-value]


def ask(volunteer: User, thing: str = LIST, now: datetime = NOW) -> uuid.UUID:
    return ask_consent(Kind.LOAD_LIST, thing, volunteer, now, count=40)


def may_use(volunteer: User, thing: str = LIST, now: datetime = NOW) -> bool:
    with suppress(NotConsented), use_consent(Kind.LOAD_LIST, thing, volunteer, now):
        return True
    return False


def test_one_asks_another_consents_and_it_is_done_once(three: tuple[User, User, User]) -> None:
    oak, elm, ash = three
    key = ask(oak)
    assert not may_use(oak)
    assert grant_consent(key, oak, NOW) is Granted.SAME_PERSON
    assert grant_consent(key, elm, NOW) is Granted.DONE
    assert grant_consent(key, ash, NOW) is Granted.GONE
    assert not may_use(ash)  # it is the two's
    assert not may_use(oak, "another list")
    assert may_use(oak)
    assert not may_use(oak)
    assert not may_use(elm)
    acts = [(entry.who, entry.act) for entry in reversed(newest_entries())]
    assert acts == [("oak", "ask-consent"), ("elm", "grant-consent"), ("oak", "use-consent")]
    assert len({entry.thing for entry in newest_entries()}) == 1


def test_what_fails_uses_nothing_up(three: tuple[User, User, User]) -> None:
    oak, elm, _ = three
    grant_consent(ask(oak), elm, NOW)
    with pytest.raises(ZeroDivisionError), use_consent(Kind.LOAD_LIST, LIST, elm, NOW):
        raise ZeroDivisionError
    assert may_use(elm)


def test_after_a_day_it_is_gone_and_can_be_asked_anew(three: tuple[User, User, User]) -> None:
    oak, elm, _ = three
    key = ask(oak)
    late = NOW + timedelta(hours=25)
    assert grant_consent(key, elm, NOW + timedelta(hours=24)) is Granted.DONE
    assert not may_use(oak, now=late)
    assert grant_consent(key, elm, late) is Granted.GONE
    assert asked_consents(elm, late) == []
    assert ask(elm, now=late) != key
    assert Consent.objects.get().asked_by == "elm"


def test_the_hour_is_kept_and_the_minute_is_not(three: tuple[User, User, User]) -> None:
    ask(three[0])
    assert Consent.objects.get().until == datetime(2026, 11, 29, 10, tzinfo=UTC)


def test_asked_again_it_is_the_one_that_waits(three: tuple[User, User, User]) -> None:
    oak, elm, _ = three
    assert ask(oak) == ask(oak) == ask(elm)
    assert Consent.objects.get().asked_by == "oak"


def test_it_is_refused_or_taken_back(three: tuple[User, User, User]) -> None:
    oak, elm, ash = three
    key = ask(oak)
    assert refuse_consent(key, elm, NOW)
    assert not refuse_consent(key, oak, NOW)
    key = ask(oak)
    grant_consent(key, elm, NOW)
    assert refuse_consent(key, oak, NOW)
    assert not may_use(oak)
    assert grant_consent(key, ash, NOW) is Granted.GONE


def test_who_has_another_role_neither_sees_it_nor_has_a_word_in_it(three: tuple[User, User, User]) -> None:
    oak, elm, _ = three
    key = ask(oak)
    birch = create_volunteer("birch", [role for role in Role if role is not Role.COORDINATOR])
    assert asked_consents(birch, NOW) == []
    assert find_consent(key, birch, NOW) is None
    assert grant_consent(key, birch, NOW) is Granted.GONE
    assert not refuse_consent(key, birch, NOW)
    grant_consent(key, elm, NOW)
    set_roles("oak", [Role.LISTENER], by="elm", now=NOW)
    assert not may_use(User.objects.get(pseudonym="oak"))


def test_by_one_press_it_is_consented_to_and_done(three: tuple[User, User, User]) -> None:
    oak, elm, ash = three
    key = ask(oak)
    with pytest.raises(SamePerson), carry_out(key, oak, NOW):
        raise AssertionError("nothing is done")
    with carry_out(key, elm, NOW):
        pass
    with pytest.raises(NotConsented), carry_out(key, ash, NOW):
        raise AssertionError("nothing is done")
    assert [entry.act for entry in newest_entries(limit=2)] == ["use-consent", "grant-consent"]


def test_what_is_to_be_done_lies_sealed(three: tuple[User, User, User]) -> None:
    oak, elm, _ = three
    key = ask_consent(Kind.LOAD_LIST, LIST, oak, NOW, count=1, order=b"what exactly")
    assert b"what exactly" not in bytes(Consent.objects.get().order)
    found = find_consent(key, elm, NOW)
    assert found is not None
    assert found[1] == b"what exactly"


PRESSES = st.lists(
    st.tuples(
        st.sampled_from(["ask", "grant", "refuse", "use", "do"]), st.integers(0, 2), st.integers(0, 26)
    ),
    max_size=12,
)


@pytest.mark.usefixtures("house_for_cases")
class InAnyOrder(TestCase):
    """Whatever is pressed, by whom and when, what is done has two people behind it."""

    @given(presses=PRESSES)
    @settings(max_examples=40)
    def test_whatever_is_pressed_nothing_is_done_by_one_alone(
        self, presses: list[tuple[str, int, int]]
    ) -> None:
        people = [create_volunteer(name, [Role.COORDINATOR]) for name in ("oak", "elm", "ash")]
        now, key, done = NOW, uuid.uuid4(), 0
        for what, who, hours in presses:
            now += timedelta(hours=hours / 4)
            match what:
                case "ask":
                    key = ask(people[who], now=now)
                case "grant":
                    grant_consent(key, people[who], now)
                case "refuse":
                    refuse_consent(key, people[who], now)
                case "use":
                    done += may_use(people[who], now=now)
                case "do":
                    with suppress(NotConsented), carry_out(key, people[who], now):
                        done += 1
        acts = list(reversed(newest_entries(limit=1000)))
        used = [place for place, entry in enumerate(acts) if entry.act == "use-consent"]
        assert len(used) == done
        for place in used:
            before = acts[:place]
            asked = max(n for n, entry in enumerate(before) if entry.act == "ask-consent")
            granted = max(n for n, entry in enumerate(before) if entry.act == "grant-consent")
            assert asked < granted
            assert acts[asked].who != acts[granted].who
        assert verify_chain() == []


@pytest.fixture
def house_for_cases(house: object) -> None:
    """Let test cases have a data folder of their own."""


# Where an account is named beside something else, and why that leads from nobody who helped to nobody helped.
NAMED = {
    "register.Lease": "which held statement a reviewer has before him; ten minutes",
    "register.Erasure": "which two reviewers had a published record destroyed",
    "register.HideRequest": "which reviewer would refuse to hide a published name, until another does",
    "register.CanaryRound": "which auditor sent test statements; nobody's own",
    "register.Decision": "a reviewer, and a keyed hash",
    "base.AuditEntry": "a pseudonym, and a keyed hash",
    "volunteers.Consent": "two pseudonyms, and a keyed hash",
    "phone.Duty": "who is on duty now",
    "phone.CallBack": "who has a call back on loan",
}
ACCOUNT = {
    "reviewer",
    "asked_by",
    "consented_by",
    "granted_by",
    "refused_by",
    "volunteer",
    "who",
    "taker",
    "holder",
    "lent_to",
    "by_whom",
}


def test_no_key_joins_accounts_and_statements() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, (models.ForeignKey, models.ManyToManyField)):
                ends = {model._meta.app_label, field.related_model._meta.app_label}  # type: ignore[union-attr]
                assert not ("register" in ends and len(ends) > 1), (model, field)
                assert not ("phone" in ends and ends - {"phone"}), (model, field)


def test_every_table_that_names_an_account_beside_the_register_or_the_telephone_is_known() -> None:
    found = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in {"register", "phone", "base"} or model is Consent
        if any(
            field.name in ACCOUNT or (isinstance(field, models.UUIDField) and not field.primary_key)
            for field in model._meta.get_fields()
        )
    }
    assert found <= NAMED.keys()


@pytest.mark.parametrize("name", ["Waiting", "Receipt", "Draft"])
def test_no_column_of_a_statement_could_name_who_took_it_down(name: str) -> None:
    columns = {field.name: field for field in apps.get_model("register", name)._meta.get_fields()}
    assert not columns.keys() & ACCOUNT
    assert not [column for column, field in columns.items() if isinstance(field, models.UUIDField)]
