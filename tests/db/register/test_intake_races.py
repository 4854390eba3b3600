"""Races: the same form from many places at once, against publication, withdrawal, correction and midnight."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection

from intake_cast import NAME, TODAY, content_of, helper_form, numbered, own_form, submit
from tuidang.privacy.sealing import seal
from tuidang.register.actions import intake
from tuidang.register.actions.head import begin_log
from tuidang.register.actions.intake import Submitted
from tuidang.register.actions.leases import IN_HAND, lease_statements
from tuidang.register.actions.owner import Outcome, correct_statement, find_statement, withdraw_statement
from tuidang.register.actions.publication import publish
from tuidang.register.actions.queue import mix_waiting
from tuidang.register.actions.review import accept_statements
from tuidang.register.folder.search import Reader
from tuidang.register.models import Lease, Receipt, TextCount, Waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]

T = TypeVar("T")
THREADS = 6


def at_once(acts: Iterable[Callable[[], T]]) -> list[T]:
    """Run all acts at the same moment, each in a thread with a connection of its own; give their answers."""
    acts = list(acts)
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


PLACE = {"sqlite": "rowid", "postgresql": "ctid"}  # of a row in its table's file


def marks_of_waiting() -> set[str]:
    """Read the transactions that PostgreSQL has marked the waiting rows with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM register_waiting")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def log(house: Path) -> Path:
    begin_log("test.invalid", TODAY)
    return house / "log"


@pytest.mark.parametrize("form", [own_form(), helper_form()])
def test_the_same_form_from_many_places_at_once_is_taken_once(form: object) -> None:
    for n in range(5):
        answers = at_once([lambda n=n: submit(form, numbered(n))] * THREADS)  # type: ignore[misc,arg-type]  # bound now
        assert len({answer.receipts for answer in answers}) == 1
        assert sorted(answer.repeated for answer in answers) == [False, *[True] * (THREADS - 1)]
    assert Waiting.objects.count() == 5 * len(form.people)  # type: ignore[attr-defined]  # a Form
    assert TextCount.objects.get().seen == 5


def test_texts_of_different_forms_at_once_are_all_counted() -> None:
    at_once([lambda n=n: submit(own_form(), numbered(n)) for n in range(12)])  # type: ignore[misc]  # likewise
    assert Waiting.objects.count() == TextCount.objects.get().seen == 12


def test_a_form_sent_again_while_it_is_published_stays_one(log: Path) -> None:
    for n in range(6):
        first = submit(own_form(), numbered(n))
        published = threading.Event()

        def send_again(n: int = n, published: threading.Event = published) -> list[Submitted]:
            answers = []
            while not published.is_set():
                answers.append(submit(own_form(), numbered(n)))
            return [*answers, submit(own_form(), numbered(n))]

        def run(published: threading.Event = published) -> list[Submitted]:
            try:
                publish(TODAY)
            finally:
                published.set()
            return []

        for answers in at_once([send_again, send_again, send_again, run]):
            assert {(one.receipts, one.repeated) for one in answers} <= {(first.receipts, True)}
        assert Waiting.objects.count() + Receipt.objects.count() == n + 1
    assert Reader(log).size == Receipt.objects.filter(state="published").count() == 6


def test_a_statement_is_withdrawn_or_published_and_never_both(log: Path) -> None:
    receipts = [submit(own_form(text=""), numbered(n)).receipts[0] for n in range(24)]
    outcomes: dict[str, Outcome] = {}

    def withdraw(some: list[str]) -> None:
        for receipt in some:
            outcomes[receipt] = withdraw_statement(receipt, NAME)

    at_once(
        [lambda: withdraw(receipts[:12]), lambda: withdraw(receipts[12:]), lambda: publish(TODAY)]  # type: ignore[list-item,return-value]
    )
    publish(TODAY)
    assert set(outcomes.values()) <= {Outcome.DONE, Outcome.TOO_LATE}
    for receipt, outcome in outcomes.items():
        found = find_statement(receipt, NAME)
        assert found is not None
        assert found.state == ("withdrawn" if outcome is Outcome.DONE else "published")
    published = sum(outcome is Outcome.TOO_LATE for outcome in outcomes.values())
    assert Reader(log).size == published


def test_a_correction_that_was_confirmed_is_what_is_published(log: Path) -> None:
    receipts = [submit(own_form(), numbered(n)).receipts[0] for n in range(16)]
    outcomes: dict[str, Outcome] = {}

    def correct(some: list[str]) -> None:
        for receipt in some:
            outcomes[receipt] = correct_statement(receipt, NAME, own_form(text="改过的。"))

    at_once([lambda: correct(receipts[:8]), lambda: correct(receipts[8:]), lambda: publish(TODAY)])  # type: ignore[list-item,return-value]
    publish(TODAY)
    reader = Reader(log)
    for receipt, outcome in outcomes.items():
        found = find_statement(receipt, NAME)
        assert found is not None
        assert found.leaf is not None
        entry = reader.by_leaf(found.leaf)
        assert entry is not None
        assert entry.text == ("改过的。" if outcome is Outcome.DONE else "我退出。")  # type: ignore[union-attr]


def test_once_mixed_nothing_tells_which_rows_came_together() -> None:
    for n in range(5):
        submit(helper_form(), numbered(n))
    if connection.vendor == "postgresql":
        assert len(marks_of_waiting()) == 5
        mix_waiting()
        assert len(marks_of_waiting()) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM register_waiting ORDER BY {PLACE[connection.vendor]}")
        keys = [row[0] for row in cursor.fetchall()]
    assert keys == sorted(keys)


def test_two_reviewers_at_once_decide_each_statement_once() -> None:
    for n in range(20):
        submit(own_form(text="死全家"), numbered(n))
    ids = tuple(Waiting.objects.values_list("pk", flat=True))
    decided = at_once(
        [
            lambda: accept_statements(ids, "linden", TODAY),
            lambda: accept_statements(ids[::-1], "willow", TODAY),
        ]
    )
    assert sorted(decided) == [0, 20]


def test_no_statement_is_lost_when_its_days_key_is_destroyed_at_midnight(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late forms of a day come in while publication destroys that day's key again and again."""
    tomorrow = TODAY + timedelta(days=1)
    done = [threading.Event(), threading.Event()]

    def seal_slowly(key: bytes, content: bytes) -> bytes:
        sealed = seal(key, content)
        time.sleep(0.003)  # the key may be destroyed now
        return sealed

    monkeypatch.setattr(intake, "seal", seal_slowly)

    def submit_late(half: int) -> None:
        try:
            for n in range(25):
                submit(own_form(text=""), numbered(25 * half + n))
        finally:
            done[half].set()

    def publish_often() -> None:
        while not all(half.is_set() for half in done):
            publish(tomorrow)
            time.sleep(0.01)

    at_once([lambda: submit_late(0), lambda: submit_late(1), publish_often])
    for row in Waiting.objects.all():
        assert content_of(row).name == NAME
    publish(tomorrow)
    assert Receipt.objects.filter(state="published").count() == Reader(log).size == 50


def test_a_reviewer_who_asks_from_many_pages_at_once_has_no_more_in_hand_than_one_may() -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    pages = [range(25 * page, 25 * page + 25) for page in range(THREADS)]
    given = at_once([partial(lease_statements, page, 25, "linden", now) for page in pages])
    assert sum(len(leased.mine) for leased in given) == IN_HAND == Lease.objects.count()
    assert {len(leased.mine) for leased in given} == {0, 25}
