"""Drafts of people, whatever happens in which order: everybody confirmed is taken once, nobody else ever."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions import drafts
from tuidang.register.actions.drafts import (
    Stale,
    Taken,
    confirm_draft,
    new_id,
    open_work,
    put_away,
    save_draft,
    say_receipts,
    tend_drafts,
)
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.owner import find_statement
from tuidang.register.models import Draft, Waiting
from tuidang.register.rules.people import TypedPeople, TypedPerson

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)  # twelve o'clock in China
TODAY = NOON.date()
CALL = "5af0" * 8

ROWS = st.builds(
    TypedPerson,
    name=st.sampled_from(["金福", "万顺", "老孙", "张伟", "慕容雪松"]),
    orgs=st.sampled_from([("party",), ("league", "pioneers")]),
    region=st.sampled_from(["", "", "河南"]),
    under_18=st.sampled_from([False, False, True]),
    real_name=st.booleans(),
)
PEOPLE = st.builds(
    TypedPeople,
    people=st.lists(ROWS, min_size=1, max_size=4).map(tuple),
    region=st.sampled_from(["", "CN-SD"]),
    text=st.sampled_from(["", "我们退出。"]),
    asked=st.just(True),
)


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed(after: int) -> Iterator[None]:
    """End the process at a durable step: just before (even) or after (odd) a form is handed in."""
    real, steps = drafts.submit_form, iter(range(100))

    def submit(*args: object, **more: object) -> object:
        step = next(steps)
        if 2 * step == after:
            raise Killed
        submitted = real(*args, **more)  # type: ignore[arg-type]
        if 2 * step + 1 == after:
            raise Killed
        return submitted

    drafts.submit_form = submit  # type: ignore[assignment]
    try:
        yield
    finally:
        drafts.submit_form = real


class Page:
    """What one browser shows: the form as it was when it was last looked at, or saved from here."""

    def __init__(self) -> None:
        self.draft, self.revision, self.rows = 0, "", 0

    def look(self) -> None:
        typing = open_work(CALL).typing
        self.draft, self.revision = (typing.id, typing.revision) if typing else (new_id(), "")
        self.rows = len(typing.typed.rows) if typing else 0


class Call(RuleBasedStateMachine):
    """Two colleagues at one call, a worker, a clock; each may stop at any step, and act from an old page."""

    def __init__(self) -> None:
        super().__init__()
        Draft.objects.all().delete()
        Waiting.objects.all().delete()
        self.pages = [Page(), Page()]
        self.now = NOON
        self.frozen: dict[int, int] = {}  # draft: how many people it confirms
        self.taken: dict[int, tuple[str, ...]] = {}
        for page in self.pages:
            page.look()

    @rule(who=st.integers(0, 1))
    def somebody_looks(self, who: int) -> None:
        self.pages[who].look()

    @rule(who=st.integers(0, 1), typed=PEOPLE)
    def somebody_types(self, who: int, typed: TypedPeople) -> None:
        page, revision = self.pages[who], f"{SystemRandom().getrandbits(64):016x}"
        there = open_work(CALL).typing
        mine = there is None or (there.id, there.revision) == (page.draft, page.revision)
        known = [page.revision] if page.revision else []
        try:
            save_draft(
                CALL,
                page.draft,
                known=known,
                revision=revision,
                typed=typed,
                now=self.now,
                writer=str(page.draft),
            )
        except Stale:
            assert not mine or page.draft in self.frozen or (there is None and known)
            return
        assert mine
        page.revision, page.rows = revision, len(typed.rows)

    @rule(who=st.integers(0, 1), crash=st.integers(0, 12))
    def somebody_confirms(self, who: int, crash: int) -> None:
        page = self.pages[who]
        typing = open_work(CALL).typing
        shown = typing is not None and (typing.id, typing.revision) == (page.draft, page.revision)
        try:
            with killed(crash):
                done = confirm_draft(CALL, page.draft, page.revision, self.now.date())
        except Stale:
            assert not shown
            return
        except Killed:
            self.frozen.setdefault(page.draft, page.rows)
            return
        assert isinstance(done, Taken)
        self.frozen.setdefault(page.draft, page.rows)
        assert len(done.receipts) == self.frozen[page.draft]
        assert self.taken.setdefault(page.draft, done.receipts) == done.receipts

    @rule()
    def the_worker_tends(self) -> None:
        tend_drafts(self.now)
        assert not Draft.objects.filter(state=Draft.State.CONFIRMED).exists()
        for one in open_work(CALL).taken:
            self.taken.setdefault(one.id, one.receipts)

    @rule(said=st.integers(0, 5))
    def somebody_reads_aloud(self, said: int) -> None:
        for one in open_work(CALL).taken:
            say_receipts(CALL, one.id, said)

    @rule()
    def receipts_are_put_away(self) -> None:
        for draft in self.taken:
            put_away(CALL, draft)

    @rule()
    def half_a_day_passes(self) -> None:
        self.now += timedelta(hours=12)

    @invariant()
    def nobody_is_taken_twice_or_unasked(self) -> None:
        assert Draft.objects.filter(state=Draft.State.TYPING).count() <= 1
        assert Waiting.objects.count() <= sum(self.frozen.values())

    def teardown(self) -> None:
        tend_drafts(self.now)
        assert Waiting.objects.count() == sum(self.frozen.values())
        tend_drafts(self.now + timedelta(days=1))
        assert not Draft.objects.exists()


@pytest.mark.usefixtures("house")
def test_whatever_two_colleagues_do_everybody_confirmed_is_taken_once() -> None:
    chosen = settings(
        max_examples=15,
        stateful_step_count=12,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    run_state_machine_as_test(Call, settings=chosen)


def begun(people: int = 5) -> tuple[int, str]:
    """Type people, and give the draft and its revision."""
    draft = new_id()
    rows = tuple(TypedPerson("金福", ("party",), region="河南" if n % 2 else "") for n in range(people))
    typed = TypedPeople(rows, asked=True)
    save_draft(CALL, draft, known=(), revision="a1b2c3d4", typed=typed, now=NOON, writer="aspen")
    return draft, "a1b2c3d4"


def test_a_confirmation_pressed_by_many_at_once_is_one() -> None:
    draft, revision = begun()
    gate, found = threading.Barrier(5), []

    def press() -> None:
        gate.wait()
        with suppress(Stale):
            found.append(confirm_draft(CALL, draft, revision, TODAY))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.receipts for one in found if isinstance(one, Taken)}) == 1
    assert len(found) == 5
    assert Waiting.objects.count() == 5


def test_who_begins_at_the_same_moment_as_another_is_told() -> None:
    gate, told = threading.Barrier(4), []

    def save(name: str) -> None:
        gate.wait()
        typed = TypedPeople((TypedPerson(name, ("party",)),))
        try:
            save_draft(CALL, new_id(), known=(), revision="a1b2c3d4", typed=typed, now=NOON, writer="aspen")
        except Stale:
            told.append(name)
        connection.close()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("金福", "万顺", "平安", "如意")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 3
    assert Draft.objects.count() == 1


def test_a_process_killed_in_the_middle_leaves_neither_two_nor_none(house: Path) -> None:
    dice, total = SystemRandom(), 0
    for _ in range(8):
        draft, revision = begun()
        connections.close_all()
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                confirm_draft(CALL, draft, revision, TODAY)
            os._exit(0)
        time.sleep(dice.random() * 0.06)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        done = confirm_draft(CALL, draft, revision, TODAY)
        assert isinstance(done, Taken)
        total += 5
        assert Waiting.objects.count() == total
        for digits in done.receipts:
            assert find_statement(digits, "金福") is not None
        put_away(CALL, draft)


def test_a_confirmation_that_cannot_be_stored_is_kept_and_finished_later(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, revision = begun()
    monkeypatch.setattr("tuidang.register.actions.intake._is_full", lambda *, slow: True)
    with pytest.raises(IntakeClosed):
        confirm_draft(CALL, draft, revision, TODAY)
    tend_drafts(NOON + timedelta(days=3))  # it is not forgotten, however long that takes
    assert open_work(CALL).unfinished == (draft,)
    assert not Waiting.objects.exists()
    monkeypatch.undo()
    tend_drafts(NOON + timedelta(days=3))
    assert Waiting.objects.count() == 5


@pytest.mark.parametrize(("hour", "hours"), [(0, 24), (11, 13), (12, 24), (23, 13)])
def test_what_is_typed_is_gone_within_a_day_and_its_key_a_day_later(
    house: Path, hour: int, hours: int
) -> None:
    now = datetime(2026, 11, 27, 16, tzinfo=UTC) + timedelta(hours=hour)  # from midnight in China
    typed = TypedPeople((TypedPerson("慕容雪松", ("party",)),))
    save_draft(CALL, new_id(), known=(), revision="a1b2c3d4", typed=typed, now=now, writer="aspen")
    tend_drafts(now + timedelta(hours=hours) - timedelta(seconds=1))
    assert open_work(CALL).typing
    tend_drafts(now + timedelta(hours=hours))
    assert not Draft.objects.exists()
    keys = KeyFolder(house / "keys" / "drafts")
    tend_drafts(now + timedelta(hours=48))
    assert min(keys.days()) > now.date()


def test_a_call_s_name_and_what_was_typed_are_nowhere_in_the_database() -> None:
    draft, _ = begun()
    row = Draft.objects.get(pk=draft)
    assert CALL.encode() not in bytes(row.call) + bytes(row.payload)
    assert bytes.fromhex(CALL) not in bytes(row.call)
    assert "金福".encode() not in bytes(row.payload)
    assert open_work("ab" * 16).typing is None
    with pytest.raises(Stale):
        confirm_draft("ab" * 16, draft, "a1b2c3d4", TODAY)
