"""Calling back: lent one at a time, masked, in the hours somebody named, and shredded when it is done."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection

from call_back_cast import BIRCH, LINDEN, NOON, TODAY, ask, at, call, counts, forms_of, number_of
from tuidang.phone.actions.call_backs import (
    LEASE,
    Attempt,
    begin_try,
    extend_lease,
    give_back,
    lease_call_back,
    leased_call_back,
    put_on_never_list,
    settle_call_back,
    take_back_try,
    tidy_call_backs,
)
from tuidang.phone.actions.choices import call_back_keys, forget_choices
from tuidang.phone.actions.duty import go_off_duty
from tuidang.phone.actions.never import is_never, never_call
from tuidang.phone.call_back_rules import MOST_TRIES, Outcome
from tuidang.phone.models import CallBack
from tuidang.phone.rules import Refusal
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.web.worker import cover_tracks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
ALL = ("zh", "yue", "en")


def lend(who: object = LINDEN, now: object = NOON) -> int:
    """Lend the next one, and give its key; 0 if there is none."""
    leased = lease_call_back(who, ALL, now)  # type: ignore[arg-type]
    return leased.key if leased else 0


# Who is next.


def test_the_urgent_come_first_then_those_who_have_waited_longest() -> None:
    today, yesterday = ask(1), ask(2, day=TODAY - timedelta(days=1))
    urgent, last_week = ask(3, urgent=True), ask(4, day=TODAY - timedelta(days=7))
    order = []
    for _ in range(4):
        order.append(key := lend())
        call(LINDEN, key)
        assert settle_call_back(LINDEN, key, Outcome.DONE, NOON)
    assert order == [urgent, last_week, yesterday, today]
    assert lend() == 0


@pytest.mark.parametrize(
    ("region", "hours", "clock", "is_lent"),
    [
        ("CN-HA", "morning", 9, True),
        ("CN-HA", "morning", 11.99, True),
        ("CN-HA", "morning", 12, False),
        ("CN-HA", "any", 8.99, False),
        ("CN-HA", "any", 21, False),
        ("CN-HA", "evening", 18, True),
        ("CN-XJ", "morning", 10.5, False),
        ("CN-XJ", "morning", 13.5, True),
        ("CN-XJ", "evening", 20.5, True),
        ("CN-XJ", "evening", 21.5, False),
        ("", "morning", 10, False),
        ("", "morning", 11.5, True),
        ("", "afternoon", 13, False),
    ],
)
def test_somebody_is_lent_in_the_hours_he_named_by_the_clock_of_his_place(
    region: str, hours: str, clock: float, is_lent: bool
) -> None:
    ask(1, region, hours)
    assert bool(lend(now=at(clock))) is is_lent


def test_a_volunteer_has_one_at_a_time_and_asking_again_gives_the_same() -> None:
    ask(1), ask(2)
    first = lend()
    assert lend() == first
    assert lend(BIRCH) not in {0, first}
    assert CallBack.objects.filter(leased_by=LINDEN).count() == 1


def test_he_is_lent_whom_he_can_talk_with() -> None:
    cantonese = ask(1, language="yue", day=TODAY - timedelta(days=2))
    unknown = ask(2)
    leased = lease_call_back(LINDEN, ["zh"], NOON)
    assert leased is not None
    assert leased.key == unknown
    assert lend(BIRCH) == cantonese


def test_what_he_is_told_holds_no_part_of_the_number() -> None:
    ask(1, "CN-HA", "any")
    leased = lease_call_back(LINDEN, ALL, NOON)
    assert leased is not None
    told = repr(leased)
    assert "CN-HA" in told
    assert not any(
        number_of(1)[start : start + 4] in told.replace(str(leased.key), "") for start in range(2, 10)
    )


def test_a_lease_runs_out_and_the_next_volunteer_has_it() -> None:
    key = ask(1)
    assert lend() == key
    assert lend(BIRCH, NOON + LEASE - timedelta(seconds=1)) == 0
    assert lend(BIRCH, NOON + LEASE) == key
    assert leased_call_back(LINDEN) is None
    assert not settle_call_back(LINDEN, key, Outcome.DONE, NOON + LEASE)


def test_a_lease_goes_on_while_they_talk() -> None:
    key = ask(1)
    lend()
    call(LINDEN, key)
    now = NOON
    for _ in range(10):
        now += LEASE / 2
        assert extend_lease(LINDEN, key, now)
        assert not extend_lease(BIRCH, key, now)
        assert lend(BIRCH, now) == 0


def test_what_is_given_back_another_has_at_once_and_he_himself_is_lent_another() -> None:
    first, second = ask(1, day=TODAY - timedelta(days=1)), ask(2)
    assert lend() == first
    assert give_back(LINDEN, first)
    assert not give_back(LINDEN, first)
    leased = lease_call_back(LINDEN, ALL, NOON, besides=first)
    assert leased is not None
    assert leased.key == second
    assert lend(BIRCH) == first


def test_who_goes_off_duty_gives_back_whom_he_has_not_called() -> None:
    first, second = ask(1), ask(2)
    lend(), lend(BIRCH)
    called = leased_call_back(BIRCH)
    assert called is not None
    call(BIRCH, called.key)
    for who in (LINDEN, BIRCH):
        go_off_duty(who)
    assert leased_call_back(LINDEN) is None
    assert settle_call_back(BIRCH, called.key, Outcome.DONE, NOON)  # he still says what became of it
    assert lend(BIRCH) == ({first, second} - {called.key}).pop()


# What becomes of it.


def test_who_was_talked_with_is_shredded_and_counted() -> None:
    key = ask(1)
    lend()
    assert not settle_call_back(LINDEN, key, Outcome.DONE, NOON)  # nobody was called yet
    assert call(LINDEN, key) == number_of(1)
    assert not settle_call_back(BIRCH, key, Outcome.DONE, NOON)
    assert settle_call_back(LINDEN, key, Outcome.DONE, NOON)
    assert not settle_call_back(LINDEN, key, Outcome.DONE, NOON)
    assert CallBack.objects.count() == 0
    assert counts() == {"done": 1}


def test_a_wrong_number_is_shredded() -> None:
    key = ask(1)
    lend()
    call(LINDEN, key)
    assert settle_call_back(LINDEN, key, Outcome.WRONG_NUMBER, NOON)
    assert (CallBack.objects.count(), counts()) == (0, {"wrong-number": 1})


def test_who_was_not_reached_rests_four_hours_then_a_day_and_is_let_be_after_four_tries() -> None:
    forget_choices(today=TODAY)
    key, now, begun = ask(1), at(9.1), []
    while lend(LINDEN, now) == key:
        begun.append(now)
        assert call(LINDEN, key, now) == number_of(1)
        assert settle_call_back(LINDEN, key, Outcome.NOT_REACHED, now)
        # Looked at every ten minutes by another, he is lent to nobody before his time.
        while now < begun[-1] + timedelta(days=2) and not CallBack.objects.filter(leased_by=BIRCH).exists():
            now += timedelta(minutes=10)
            lend(BIRCH, now)
        give_back(BIRCH, key)
    assert len(begun) == MOST_TRIES == 4
    rests = [after - before for before, after in pairwise(begun)]
    assert timedelta(hours=4) <= rests[0] <= timedelta(hours=6)
    assert all(timedelta(days=1) <= rest <= timedelta(days=1, hours=2) for rest in rests[1:])
    assert CallBack.objects.count() == 0
    assert counts() == {"not-reached": 4, "worn-out": 1}


def test_a_line_that_broke_is_next_in_the_list() -> None:
    key, _ = ask(1), ask(2, day=TODAY - timedelta(days=3))
    CallBack.objects.exclude(pk=key).update(hours="evening")
    lend()
    call(LINDEN, key)
    CallBack.objects.exclude(pk=key).update(hours="any")
    assert settle_call_back(LINDEN, key, Outcome.CUT_OFF, NOON)
    assert lend() == key
    assert CallBack.objects.get(pk=key).tries == 1


def test_one_lease_has_one_call() -> None:
    key = ask(1)
    lend()
    assert call(LINDEN, key) == number_of(1)
    assert call(LINDEN, key) == "None"
    assert CallBack.objects.get().tries == 1


def test_a_call_that_never_reached_the_carrier_does_not_count() -> None:
    key = ask(1)
    lend()
    attempt = begin_try(LINDEN, key, NOON, simulated=False)
    assert isinstance(attempt, Attempt)
    take_back_try(attempt)
    assert call(LINDEN, key) == number_of(1)
    assert CallBack.objects.get().tries == 1


def test_a_volunteer_who_comes_late_still_says_what_became_of_it() -> None:
    key = ask(1)
    lend()
    call(LINDEN, key)
    later = NOON + 3 * LEASE
    tidy_call_backs(later)
    leased = lease_call_back(LINDEN, ALL, later)
    assert leased is not None
    assert (leased.key, leased.called) == (key, True)
    assert settle_call_back(LINDEN, key, Outcome.DONE, later)


def test_leases_that_somebody_left_behind_name_him_no_longer() -> None:
    first, second = ask(1), ask(2)
    call(LINDEN, lend())
    lend(BIRCH)
    tidy_call_backs(NOON + LEASE)
    assert list(CallBack.objects.filter(leased_by=BIRCH)) == []
    tidy_call_backs(NOON + timedelta(hours=6))
    assert list(CallBack.objects.filter(leased_by__isnull=False)) == []
    assert set(CallBack.objects.values_list("pk", flat=True)) == {first, second}


def test_who_was_left_after_the_last_try_is_shredded_with_a_count() -> None:
    key = ask(1)
    CallBack.objects.filter(pk=key).update(tries=MOST_TRIES - 1)
    lend()
    call(LINDEN, key)
    tidy_call_backs(NOON + timedelta(hours=23))
    assert counts() == {}
    tidy_call_backs(NOON + timedelta(hours=25))
    assert (CallBack.objects.count(), counts()) == (0, {"worn-out": 1})


# Never again.


def test_never_again_is_put_on_the_list_by_the_process_that_opens_numbers() -> None:
    key = ask(1)
    lend()
    call(LINDEN, key)
    assert settle_call_back(LINDEN, key, Outcome.NEVER, NOON)
    assert lend() == lend(BIRCH) == 0  # from now on, not from then on
    assert put_on_never_list() == 1
    assert is_never([number_of(1)]) == {number_of(1)}
    assert (CallBack.objects.count(), counts()) == (0, {"never": 1})
    assert put_on_never_list() == 0


def test_who_said_never_elsewhere_is_not_called_back_but_shredded() -> None:
    key = ask(1)
    lend()
    never_call(number_of(1))
    assert call(LINDEN, key) == Refusal.NEVER
    assert (CallBack.objects.count(), counts()) == (0, {"never": 1})


def test_when_a_key_of_the_list_is_lost_nobody_is_called_and_nothing_is_lost(house: Path) -> None:
    key = ask(1)
    never_call(number_of(2))
    lend()
    (house / "keys" / "do-not-call.1.key").unlink()
    assert call(LINDEN, key) == Refusal.NEVER_KEY
    row = CallBack.objects.get()
    assert (row.tries, row.leased_by) == (0, None)
    CallBack.objects.update(never=True)
    with pytest.raises(KeyMissingError):
        put_on_never_list()
    assert CallBack.objects.count() == 1


def test_the_rules_are_asked_at_the_moment_of_the_call() -> None:
    key = ask(1, hours="morning")
    lend(now=at(11.9))
    assert call(LINDEN, key, at(12)) == Refusal.HOURS
    assert CallBack.objects.get().tries == 0
    assert lend(now=at(12)) == 0


def test_the_hours_he_named_hold_on_a_simulated_trunk_too() -> None:
    key = ask(1, hours="morning")
    lend(now=at(11.9))
    assert begin_try(LINDEN, key, at(12), simulated=True) is Refusal.HOURS


def test_a_number_that_cannot_be_opened_here_rests_and_is_not_lost(house: Path) -> None:
    key, other = ask(1, day=TODAY - timedelta(days=1)), ask(2)
    lend()
    call_back_keys().private.rename(house / "elsewhere")
    assert call(LINDEN, key) == Refusal.SEALED
    assert lend() == other
    assert CallBack.objects.count() == 2


# Two weeks, and the keys.


def test_what_was_called_by_nobody_expires_with_a_count_and_its_key_goes() -> None:
    forget_choices(today=TODAY)
    ask(1), ask(2)
    last = TODAY + timedelta(days=14)
    forget_choices(today=last)
    assert lend(now=at(12.5, last)) != 0
    assert lend(BIRCH, at(12.5, last + timedelta(days=1))) == 0
    forget_choices(today=last + timedelta(days=1))
    assert (CallBack.objects.count(), counts()) == (0, {"expired": 2})
    with pytest.raises(KeyMissingError):
        call_back_keys().private_key(TODAY)


def test_the_key_of_a_day_goes_when_the_last_of_that_day_is_done() -> None:
    forget_choices(today=TODAY)
    first, second = ask(1), ask(2)
    sealed = {row.pk: bytes(row.sealed) for row in CallBack.objects.all()}
    later = at(12.5, TODAY + timedelta(days=2))
    for key, there in ((first, True), (second, False)):
        assert lend(now=later) in {first, second}
        held = leased_call_back(LINDEN)
        assert held is not None
        call(LINDEN, held.key, later)
        assert settle_call_back(LINDEN, held.key, Outcome.DONE, later)
        forget_choices(today=TODAY + timedelta(days=2))
        assert (TODAY in call_back_keys().days()) is there
        assert key in sealed
    with pytest.raises(KeyMissingError):
        call_back_keys().public_key(TODAY)


def test_the_key_of_yesterday_stays_for_what_was_sealed_before_midnight() -> None:
    forget_choices(today=TODAY)
    forget_choices(today=TODAY + timedelta(days=1))
    assert TODAY in call_back_keys().days()
    forget_choices(today=TODAY + timedelta(days=2))
    assert TODAY not in call_back_keys().days()


# What is written anywhere.


def written_anywhere(house: Path) -> bytes:
    """Read every file of the house and of the database as they lie on the disk."""
    paths = [path for path in house.rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        paths += database.parent.glob(f"{database.name}*")
    # By another process: were we to close a file that SQLite has open here, its locks would be gone.
    written = subprocess.run(["cat", *paths], capture_output=True, check=True).stdout
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            for table in ("phone_callback", "phone_donotcall", "phone_callbackcount"):
                cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s))", [table])
                written += bytes(cursor.fetchone()[0])
    return written


@pytest.mark.django_db(transaction=True)
def test_what_is_done_is_shredded_from_the_files_and_no_number_ever_lies_in_one(
    house: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forget_choices(today=TODAY)
    keys = [ask(person) for person in range(6)]
    cover_tracks(TODAY)
    sealed = {row.pk: bytes(row.sealed) for row in CallBack.objects.all()}
    before = written_anywhere(house)
    assert all(one in before for one in sealed.values())  # so the search can find them
    ends = (Outcome.DONE, Outcome.WRONG_NUMBER, Outcome.NEVER, Outcome.NOT_REACHED, Outcome.CUT_OFF)
    stays = set(keys)
    for outcome in ends:
        held = lease_call_back(LINDEN, ALL, NOON)
        assert held is not None
        call(LINDEN, held.key)
        assert settle_call_back(LINDEN, held.key, outcome, NOON)
        if outcome not in {Outcome.NOT_REACHED, Outcome.CUT_OFF}:
            stays.remove(held.key)
    put_on_never_list()
    cover_tracks(TODAY)
    written = written_anywhere(house)
    assert {key for key, one in sealed.items() if one in written} == stays
    assert {key for key, one in sealed.items() if one[32:] in written} == stays
    for person in range(6):
        assert not any(shape in before + written for shape in forms_of(number_of(person)))
        assert number_of(person)[2:] not in caplog.text


def test_the_keys_of_numbers_are_in_a_folder_of_their_own(house: Path) -> None:
    """Who loads lists and shows them reads the public halves; the private ones can be kept from him."""
    ask(1)
    assert call_back_keys().private.parent == KeyFolder(house / "keys").path
    assert call_back_keys().private.stat().st_mode & 0o077 == 0
