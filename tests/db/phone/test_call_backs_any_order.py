"""After any sequence of leases, calls, outcomes and time nobody was called who may not be; none is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from call_back_cast import BIRCH, LINDEN, MAPLE, ask, at, counts, number_of
from tuidang.base.clock import CHINA
from tuidang.phone.actions.call_backs import (
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
from tuidang.phone.actions.choices import KEPT_DAYS, call_back_keys, forget_choices
from tuidang.phone.actions.never import is_never, never_call
from tuidang.phone.call_back_rules import MOST_TRIES, Outcome, is_safe
from tuidang.phone.models import CallBack, CallBackCount, DoNotCall
from tuidang.phone.rules import zone_of
from tuidang.privacy.keys import KeyMissingError
from tuidang.privacy.sealing import CannotOpenError, open_sealed_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
VOLUNTEERS = st.sampled_from([LINDEN, BIRCH, MAPLE])
SAID = st.sampled_from(
    [*[Outcome.NOT_REACHED] * 2, Outcome.DONE, Outcome.CUT_OFF, Outcome.NEVER, Outcome.WRONG_NUMBER]
)


class People(RuleBasedStateMachine):
    """Three volunteers, whoever asks, a clock that runs for weeks, and a model of what may happen."""

    def __init__(self) -> None:
        super().__init__()
        for table in (CallBack, CallBackCount, DoNotCall):
            table.objects.all().delete()
        self.now = at(12.5)
        self.people = 0
        self.row_of: dict[int, int] = {}  # person by key
        self.sealed: dict[int, tuple[object, bytes]] = {}
        self.begun: dict[int, list[datetime]] = {}
        self.wants_never: set[int] = set()
        self.ended: set[int] = set()  # keys whose end somebody or something has said
        self.attempts: dict[UUID, Attempt] = {}
        forget_choices(today=self.today)

    @property
    def today(self) -> object:
        return self.now.astimezone(CHINA).date()

    @rule(
        region=st.sampled_from(["CN-HA", "CN-XJ", ""]), hours=st.sampled_from(["morning", "evening", "any"])
    )
    def somebody_asks(self, region: str, hours: str) -> None:
        self.people += 1
        key = ask(self.people, region, hours, day=self.today)  # type: ignore[arg-type]
        row = CallBack.objects.get(pk=key)
        self.row_of[key], self.begun[key] = self.people, []
        self.sealed[key] = (row.day, bytes(row.sealed))

    @rule(who=VOLUNTEERS)
    def a_volunteer_takes_the_next(self, who: UUID) -> None:
        had = leased_call_back(who)
        leased = lease_call_back(who, ["zh"], self.now)
        if leased is None:
            return
        if had is not None and had.key == leased.key and had.called:
            return  # he is asked what became of it
        row = CallBack.objects.get(pk=leased.key)
        assert is_safe(row.hours, zone_of(row.region), self.now)
        assert leased.until > self.now
        assert len(self.begun[leased.key]) == row.tries < MOST_TRIES

    @rule(who=VOLUNTEERS, reaches_the_carrier=st.sampled_from([True, True, True, False]))
    def he_presses_call(self, who: UUID, reaches_the_carrier: bool) -> None:
        held = leased_call_back(who)
        if held is None:
            return
        found = begin_try(who, held.key, self.now, simulated=False)
        if not isinstance(found, Attempt):
            if not CallBack.objects.filter(pk=held.key).exists():
                assert self.row_of[held.key] in self.wants_never
                self.ended.add(held.key)
            return
        person = self.row_of[held.key]
        assert found.number == number_of(person)
        assert person not in self.wants_never
        assert is_safe(held.hours, zone_of(held.region), self.now)
        if not reaches_the_carrier:
            take_back_try(found)
            return
        self.begun[held.key].append(self.now)
        assert len(self.begun[held.key]) <= MOST_TRIES

    @rule(who=VOLUNTEERS, outcome=SAID)
    def he_says_what_became_of_it(self, who: UUID, outcome: Outcome) -> None:
        held = leased_call_back(who)
        if held is None:
            return
        last = len(self.begun[held.key]) == MOST_TRIES
        if not settle_call_back(who, held.key, outcome, self.now):
            assert not held.called
            return
        if outcome is Outcome.NEVER:
            self.wants_never.add(self.row_of[held.key])
        if outcome in {Outcome.DONE, Outcome.WRONG_NUMBER} or (last and outcome is not Outcome.NEVER):
            self.ended.add(held.key)
        if outcome is Outcome.CUT_OFF:
            self.begun[held.key] = [when - timedelta(days=2) for when in self.begun[held.key]]

    @rule(who=VOLUNTEERS, outcome=SAID)
    def he_calls_from_beginning_to_end(self, who: UUID, outcome: Outcome) -> None:
        self.a_volunteer_takes_the_next(who)
        self.he_presses_call(who, reaches_the_carrier=True)
        self.he_says_what_became_of_it(who, outcome)

    @rule(who=VOLUNTEERS, nights=st.sampled_from([0, 1, 1]))
    def somebody_is_not_reached_and_a_day_goes_by(self, who: UUID, nights: int) -> None:
        self.he_calls_from_beginning_to_end(who, Outcome.NOT_REACHED)
        self.now += timedelta(hours=nights * 25)
        if not 11 <= self.now.astimezone(CHINA).hour < 20:
            self.now += timedelta(hours=13)

    @rule(who=VOLUNTEERS)
    def he_gives_it_back(self, who: UUID) -> None:
        if held := leased_call_back(who):
            assert give_back(who, held.key)

    @rule(who=VOLUNTEERS)
    def they_talk_on(self, who: UUID) -> None:
        if held := leased_call_back(who):
            assert extend_lease(who, held.key, self.now)

    @rule(who=st.integers(0, 10**6))
    def somebody_presses_zero_in_a_campaign(self, who: int) -> None:
        if self.people:
            person = who % self.people + 1
            never_call(number_of(person))
            self.wants_never.add(person)

    @rule()
    def the_telephone_looks(self) -> None:
        put_on_never_list()
        for key, person in self.row_of.items():
            if person in self.wants_never and not CallBack.objects.filter(pk=key).exists():
                self.ended.add(key)

    @rule()
    def the_worker_makes_its_round(self) -> None:
        put_on_never_list()
        tidy_call_backs(self.now)
        forget_choices(today=self.today)  # type: ignore[arg-type]
        for key in self.row_of.keys() - self.ended:
            if not CallBack.objects.filter(pk=key).exists():
                old = self.sealed[key][0] < self.today - timedelta(days=KEPT_DAYS)  # type: ignore[operator]
                worn_out = len(self.begun[key]) == MOST_TRIES
                assert old or worn_out or self.row_of[key] in self.wants_never
                self.ended.add(key)

    @rule(minutes=st.sampled_from([1, 19, 20, 61, 241, 301, 1500, 5 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_lost_before_somebody_or_something_ended_it(self) -> None:
        there = set(CallBack.objects.values_list("pk", flat=True))
        assert there == self.row_of.keys() - self.ended

    @invariant()
    def he_is_left_in_peace_between_two_tries(self) -> None:
        for begun in self.begun.values():
            for number, (first, second) in enumerate(pairwise(begun)):
                assert second - first >= (timedelta(days=1) if number else timedelta(hours=4))

    @invariant()
    def everybody_has_one_at_most(self) -> None:
        held = [who for who in CallBack.objects.values_list("leased_by", flat=True) if who]
        assert len(held) == len(set(held))

    def teardown(self) -> None:
        self.now += timedelta(days=KEPT_DAYS + 1)
        self.the_worker_makes_its_round()
        assert not CallBack.objects.exists()
        for person in self.wants_never:
            numbers = [number_of(person)]
            assert is_never(numbers) == set(numbers)
        for day, sealed in self.sealed.values():
            with pytest.raises((KeyMissingError, CannotOpenError)):
                open_sealed_to(call_back_keys().private_key(day), sealed)  # type: ignore[arg-type]
        ends = {name: count for name, count in counts().items() if name not in {"not-reached", "cut-off"}}
        assert sum(ends.values()) >= len(self.ended)


def test_whatever_happens_nobody_is_called_who_may_not_be_and_nothing_is_lost() -> None:
    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=60, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
