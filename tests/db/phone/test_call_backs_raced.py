"""Many volunteers at once, and processes killed at any moment: each row is lent to one, and none is lost."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from uuid import UUID

import pytest
from django.db import connection, connections

from call_back_cast import LINDEN, NOON, TODAY, ask, counts
from tuidang.phone.actions import call_backs
from tuidang.phone.actions.call_backs import Attempt, begin_try, lease_call_back, settle_call_back
from tuidang.phone.actions.choices import call_back_keys, forget_choices
from tuidang.phone.call_back_rules import MOST_TRIES, Outcome
from tuidang.phone.models import CallBack
from tuidang.privacy.sealing import open_sealed_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
PEOPLE, THREADS = 24, 8


def test_many_volunteers_who_ask_at_once_are_lent_a_row_each() -> None:
    forget_choices(today=TODAY)
    keys = {ask(person) for person in range(PEOPLE)}

    def take(who: int) -> int:
        try:
            leased = lease_call_back(UUID(int=who), ["zh"], NOON)
            return leased.key if leased else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        taken = list(threads.map(take, range(PEOPLE + 6)))
    assert Counter(taken) == Counter(keys) + Counter({0: 6})


def test_a_volunteer_with_many_windows_is_lent_one_row() -> None:
    forget_choices(today=TODAY)
    for person in range(6):
        ask(person)

    def take(_: int) -> int:
        try:
            leased = lease_call_back(LINDEN, ["zh"], NOON)
            return leased.key if leased else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        taken = set(threads.map(take, range(2 * THREADS)))
    assert len(taken) == 1
    assert CallBack.objects.filter(leased_by=LINDEN).count() == 1


def test_a_row_is_called_once_however_many_presses_come_at_once() -> None:
    forget_choices(today=TODAY)
    key = ask(1)
    lease_call_back(LINDEN, ["zh"], NOON)

    def press(_: int) -> bool:
        try:
            return isinstance(begin_try(LINDEN, key, NOON, simulated=False), Attempt)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        assert sum(threads.map(press, range(2 * THREADS))) == 1
    assert CallBack.objects.get().tries == 1


@pytest.fixture
def noon_all_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be safe to call, and let leases and rests be short: the children of this test live seconds."""
    monkeypatch.setattr(call_backs, "LEASE", timedelta(seconds=0.3))
    monkeypatch.setattr(call_backs, "rest_until", lambda _tries, now: now)
    monkeypatch.setattr(call_backs, "is_safe", lambda *_: True)
    monkeypatch.setattr(call_backs, "may_call", lambda *_, **__: None)
    everywhere = tuple((hours, zone) for hours in ("any",) for zone in call_backs.Zone)
    monkeypatch.setattr(call_backs, "safe_wishes", lambda _: everywhere)


def start(who: int, notes: Path) -> int:
    """Fork a volunteer, who calls and says what became of it until nobody is left; give the process id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work(who, notes)
        except BaseException as error:  # noqa: BLE001  a child says it, and ends
            (notes / f"failed-{who}").write_text(f"{type(error).__name__}: {error}")
        finally:
            os._exit(0)
    return child


def work(who: int, notes: Path) -> None:
    """Take the next, call, talk a little, and settle it; each call and each end is noted when it is known."""
    dice = Random(who)
    with (notes / f"notes-{who}").open("a", buffering=1) as file:
        while not (notes / "stop").exists():
            leased = lease_call_back(UUID(int=who), ["zh"], datetime.now(UTC))
            if leased is None:
                if not CallBack.objects.filter(tries__lt=MOST_TRIES).exists():
                    return
                time.sleep(0.02)
                continue
            if not leased.called:
                attempt = begin_try(UUID(int=who), leased.key, datetime.now(UTC), simulated=False)
                if not isinstance(attempt, Attempt):
                    continue
                file.write(f"called {leased.key}\n")
            time.sleep(dice.uniform(0, 0.05))
            done = dice.random() < 0.4
            outcome = Outcome.DONE if done else Outcome.NOT_REACHED
            if settle_call_back(UUID(int=who), leased.key, outcome, datetime.now(UTC)) and done:
                file.write(f"done {leased.key}\n")


def test_killed_at_any_moment_nobody_is_called_too_often_and_nobody_is_lost(
    tmp_path: Path, noon_all_day: None
) -> None:
    today = datetime.now(call_backs.CHINA).date()
    forget_choices(today=today)
    keys = {ask(person, day=today) for person in range(PEOPLE)}
    dice, kills, volunteers = SystemRandom(), 0, 4
    children = {n: start(n + 1, tmp_path) for n in range(volunteers)}
    for turn in range(1, 9):
        time.sleep(dice.uniform(0.05, 0.3))
        n = dice.randrange(volunteers)
        os.kill(children[n], signal.SIGKILL)
        _, status = os.waitpid(children[n], 0)
        kills += os.WIFSIGNALED(status)
        children[n] = start(100 * turn + n, tmp_path)
    for child in children.values():
        os.waitpid(child, 0)
    assert not [file.read_text() for file in tmp_path.glob("failed-*")]
    lines = [line.split() for file in tmp_path.glob("notes-*") for line in file.read_text().splitlines()]
    called = Counter(int(line[1]) for line in lines if line[0] == "called")
    done = {int(line[1]) for line in lines if line[0] == "done"}
    assert max(called.values()) <= MOST_TRIES
    left = {row.pk: row for row in CallBack.objects.all()}
    assert done.isdisjoint(left)
    for key, row in left.items():  # the last call of a killed volunteer, of whom nobody said what became
        assert called[key] <= row.tries
        assert open_sealed_to(call_back_keys().private_key(row.day), bytes(row.sealed))
    ended = counts()
    gone = ended.get("done", 0) + ended.get("worn-out", 0)
    assert gone == len(keys - left.keys())
    assert len(done) <= ended["done"] <= len(done) + kills
