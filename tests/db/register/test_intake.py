"""Intake: taken once, durably, sealed, joined by nothing; held for a reason; closed honestly."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_cast import KEY, TODAY, content_of, helper_form, numbered, own_form, submit
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.receipts import is_wellformed
from tuidang.register import queries
from tuidang.register.actions import intake, queue
from tuidang.register.actions.intake import IntakeClosed, IntakeState, intake_state, submit_form
from tuidang.register.actions.queue import Placing, Sealed
from tuidang.register.models import Head, Receipt, TextCount, Waiting
from tuidang.register.queries import log_is_sample
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import Form, Person
from tuidang.register.rules.screening import DEFAULT_RULES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

LONG_TEXT = "那一年村里的干部把我家的粮食拿走了，父亲在冬天里饿死，我从此再不相信他们说的任何一句话。" * 4
FORMS = st.builds(
    Form,
    people=st.lists(
        st.builds(Person, st.text("金福万顺王", min_size=1, max_size=4), st.just(("party",))),
        min_size=1,
        max_size=3,
    ).map(tuple),
    region=st.sampled_from(["", "CN-SC"]),
    place=st.just(""),
    text=st.text("退党", max_size=2),
    lang=st.just("zh-hans"),
    consent=st.just("asked"),
    under_18=st.booleans(),
)

KEYS = st.sampled_from([KEY, numbered(1)])
EXAMPLES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


def test_a_statement_is_taken_sealed_with_a_receipt_for_each_person() -> None:
    submitted = submit(helper_form())
    assert not submitted.repeated
    assert len(submitted.receipts) == len(set(submitted.receipts)) == 3
    assert all(is_wellformed(digits) == digits for digits in submitted.receipts)
    rows = list(Waiting.objects.all())
    assert {row.state for row in rows} == {Waiting.State.ACCEPTED}
    assert sorted(content_of(row).name for row in rows) == sorted(["金福", "万顺", "如意"])
    assert sorted(content_of(row).text for row in rows) == ["", "", "我们退出。"]
    assert {content_of(row).channel for row in rows} == {Channel.WEB}


def test_no_column_holds_a_word_of_the_statement_or_joins_a_form() -> None:
    submit(helper_form(text="这句话不得出现"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM register_waiting")
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    raw = b"".join(bytes(cell) for row in rows for cell in row if isinstance(cell, bytes | memoryview))
    assert "这句话".encode() not in raw
    assert not any("金福" in cell for row in rows for cell in row if isinstance(cell, str))
    shared = {n for n, name in enumerate(names) if len({repr(row[n]) for row in rows}) == 1}
    assert {names[n] for n in shared} <= {
        "day", "state", "slow", "reasons", "undo", "decided", "rejection", "spoken_hash"
    }  # fmt: skip


def test_rows_lie_in_a_random_order() -> None:
    for n in range(40):
        submit(own_form(text=""), numbered(n))
    keys = list(Waiting.objects.values_list("id", flat=True))
    assert len({key >> 56 for key in keys}) > 5
    if connection.vendor == "sqlite":  # the key is the place in the file
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM register_waiting WHERE rowid <> id")
            assert cursor.fetchone() == (0,)


@EXAMPLES
@given(form=FORMS, key=st.binary(min_size=16, max_size=16))
def test_the_same_form_twice_is_one_with_the_same_receipts(form: Form, key: bytes) -> None:
    Waiting.objects.all().delete()
    first = submit(form, key)
    assert submit(form, key) == replace(first, repeated=True)
    assert Waiting.objects.count() == len(form.people)


@EXAMPLES
@given(one=st.tuples(FORMS, KEYS), other=st.tuples(FORMS, KEYS))
def test_another_form_or_key_never_gets_the_same_receipt(
    one: tuple[Form, bytes], other: tuple[Form, bytes]
) -> None:
    if one != other:
        Waiting.objects.all().delete()
        assert not set(submit(*one).receipts) & set(submit(*other).receipts)


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "published"])
def test_a_form_that_no_longer_waits_is_still_known(state: str) -> None:
    first = submit(own_form())
    row = Waiting.objects.get()
    Receipt.objects.create(hash=row.receipt_hash, state=state, leaf=0 if state == "published" else None)
    row.delete()
    assert submit(own_form()) == replace(first, repeated=True)
    assert not Waiting.objects.exists()
    assert TextCount.objects.get().seen == 1, "what was rolled back is not counted"


@pytest.mark.parametrize("added", [("digits",), ("lookup",), ("digits", "lookup")])
def test_a_form_taken_before_a_key_was_added_keeps_its_receipt(house: Path, added: tuple[str, ...]) -> None:
    first = submit(own_form())
    for purpose in added:
        KeyFolder(house / "keys").add_receipt_key(purpose)
    intake._receipt_keys.cache_clear()
    assert submit(own_form()) == replace(first, repeated=True)
    assert not submit(own_form(text="")).repeated


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        submit(own_form(), bytes(length))


def test_identifiers_are_masked_whatever_was_sent() -> None:
    submit(own_form(name="金福13800138000", text="打13800138000找我", place="13800138000"))
    content = content_of(Waiting.objects.get())
    assert not any("138" in field for field in (content.name, content.text, content.place))


def test_a_spoken_receipt_is_also_known_by_its_sound() -> None:
    submit(own_form(), channel=Channel.MACHINE)
    submit(own_form(), channel=Channel.WEB, key=numbered(1))
    assert Waiting.objects.filter(spoken_hash__isnull=False).count() == 1


def test_who_is_over_budget_is_taken_into_the_slower_queue() -> None:
    submit(own_form(), slow=True)
    assert Waiting.objects.get().slow


@pytest.mark.parametrize(("text", "usual"), [(LONG_TEXT, DEFAULT_RULES.usual_long), ("退党" * 30, 100)])
def test_a_text_that_comes_too_often_is_held_and_still_gets_receipts(
    text: str, usual: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = iter([*range(usual - 1, usual + 3)])
    monkeypatch.setattr(queue, "_count", lambda _day, _group: next(counted))
    for n in range(4):
        assert not submit(own_form(text=text), numbered(n)).repeated
    assert Waiting.objects.filter(state="held", reasons="flood").count() == 2
    assert Waiting.objects.filter(state="accepted").count() == 2


def test_a_flood_is_counted_by_text_region_and_day() -> None:
    for n in range(3):
        submit(own_form(text=f"我退出！第{n}次"), numbered(n))
    submit(own_form(region="CN-BJ"))
    submit_form(own_form(), KEY, channel=Channel.WEB, today=TODAY + timedelta(days=1))
    submit(own_form(text="另一句话"))
    submit(own_form(text=""))
    counts = {(count.day, count.seen) for count in TextCount.objects.all()}
    assert sorted(TextCount.objects.values_list("seen", flat=True)) == [1, 1, 1, 3]
    assert (TODAY + timedelta(days=1), 1) in counts
    assert Waiting.objects.filter(group=b"").count() == 1


def test_what_one_statement_of_a_form_is_held_for_all_are() -> None:
    submit(helper_form(text="退党的去死"))
    assert set(Waiting.objects.values_list("state", "reasons")) == {("held", "hostile")}
    assert Waiting.objects.exclude(group=b"").count() == 1


def test_nothing_is_taken_when_any_statement_of_the_form_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    real = intake.store_statements

    def break_one(rows: list[Sealed], placing: Placing) -> None:
        real([*rows[:-1], rows[-1]._replace(day=None)], placing)  # type: ignore[arg-type]  # on purpose

    monkeypatch.setattr(intake, "store_statements", break_one)
    with pytest.raises(IntakeClosed):
        submit(helper_form())
    assert not Waiting.objects.exists()


def bound(settings: object, bound: int) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, queue_bound=bound)  # type: ignore[attr-defined]  # Django's
    queries._measured.clear()


def test_near_the_bound_the_form_says_so_and_at_it_closes_keeping_repeats(settings: object) -> None:
    first = submit(own_form(), numbered(0))
    bound(settings, 20)
    assert intake_state() is IntakeState.OPEN
    for n in range(1, 18):
        submit(own_form(), numbered(n))
    queries._measured.clear()
    assert intake_state() is IntakeState.NEARLY_FULL
    bound(settings, 18)
    assert intake_state() is IntakeState.CLOSED
    with pytest.raises(IntakeClosed):
        submit(own_form(), numbered(99))
    assert submit(own_form(), numbered(0)) == replace(first, repeated=True)
    assert Waiting.objects.count() == 18


def test_a_full_slower_queue_closes_to_its_own_only(settings: object) -> None:
    for n in range(10):
        submit(own_form(), numbered(n), slow=True)
    bound(settings, 40)
    with pytest.raises(IntakeClosed):
        submit(own_form(), numbered(99), slow=True)
    assert intake_state() is IntakeState.OPEN
    submit(own_form(), numbered(99))


def test_a_full_review_queue_closes_to_what_would_be_held_only(settings: object) -> None:
    for n in range(10):
        submit(own_form(text="退党的去死"), numbered(n))
    bound(settings, 20)
    with pytest.raises(IntakeClosed):
        submit(own_form(text="退党的去死"), numbered(99))
    submit(own_form(), numbered(99))


def test_a_nearly_full_disk_closes_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    free = 15
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100, 100 - free, free))
    assert intake_state() is IntakeState.OPEN
    for free, state in ((14, IntakeState.NEARLY_FULL), (9, IntakeState.CLOSED)):  # noqa: B007  read by the lambda
        queries._measured.clear()
        assert intake_state() is state
    with pytest.raises(IntakeClosed):
        submit(own_form())
    assert not Waiting.objects.exists()


@pytest.mark.parametrize("error", [DatabaseError("locked"), OSError("read-only")])
def test_a_database_or_disk_that_fails_closes_the_form_and_the_next_try_succeeds(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(intake, "store_statements", fail)
        with pytest.raises(IntakeClosed):
            submit(own_form())
    assert not submit(own_form()).repeated


def test_a_database_that_is_away_closes_the_form_and_leaves_reading_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(Waiting.objects, "aggregate", fail)
    monkeypatch.setattr(Head.objects, "values_list", fail)
    assert intake_state() is IntakeState.CLOSED
    assert not log_is_sample()


@pytest.mark.parametrize(("origin", "sample"), [("test.invalid", True), ("log.example.org/tuidang", False)])
def test_a_sample_log_is_known_by_its_origin(origin: str, sample: bool) -> None:
    assert not log_is_sample()
    Head.objects.create(origin=origin)
    assert log_is_sample() is sample


def test_a_statement_is_sealed_anew_when_its_days_key_was_destroyed_meanwhile(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.seal
    keys = KeyFolder(house / "keys")

    def destroy_once(key: bytes, content: bytes) -> bytes:
        monkeypatch.setattr(intake, "seal", real)
        keys.destroy_day_key(TODAY)
        return real(key, content)

    monkeypatch.setattr(intake, "seal", destroy_once)
    submit(own_form())
    assert content_of(Waiting.objects.get()).name == "金福"


def test_another_days_key_does_not_open_a_statement(house: Path) -> None:
    submit(own_form())
    KeyFolder(house / "keys").destroy_day_key(TODAY)
    with pytest.raises(KeyMissingError):
        content_of(Waiting.objects.get())


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "unknown"},
        {"state": "held", "reasons": ""},
        {"state": "rejected", "rejection": ""},
        {"state": "accepted", "rejection": "hostile"},
    ],
)
def test_the_database_refuses_states_that_cannot_be(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiting.objects.create(**{"day": TODAY, "payload": b"x", "receipt_hash": b"y", **wrong})
    assert not Waiting.objects.exists()


@pytest.mark.parametrize(("state", "leaf"), [("published", None), ("erased", None), ("withdrawn", 3)])
def test_a_receipt_has_a_leaf_exactly_when_it_was_published(state: str, leaf: int | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(hash=b"x", state=state, leaf=leaf)
