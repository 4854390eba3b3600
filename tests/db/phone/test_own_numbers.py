"""Our own numbers: kept, forgotten, told by the shell and the doctor; what became of calls to them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from tuidang.base.clock import CHINA, china_today
from tuidang.cli import main
from tuidang.phone.actions.campaigns import Mistake, save_trunk
from tuidang.phone.asterisk.doctor import _numbers
from tuidang.phone.models import NumberTrial
from tuidang.phone.test_calls.actions import forget_number, note_test_call, save_number
from tuidang.phone.test_calls.queries import all_numbers, standings, tried_on
from tuidang.phone.test_calls.rules import DAY_MINUTES, Outcome, minute_of
from tuidang.phone.test_calls.service import Failures, _look, try_number

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tables as the test has them: they are made."""
    for module in ("tuidang.cli_answers", "tuidang.cli_start"):
        monkeypatch.setattr(f"{module}.prepare", lambda: None)


def keep_number() -> None:
    save_trunk("lab", "127.0.0.1:5070")
    save_number("sample", "0012025550100", "lab")


def run(*arguments: str) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["phone", *arguments])
    return told.exit_code, told.output


def test_a_number_is_kept_listed_and_forgotten_by_the_shell() -> None:
    save_trunk("out", "sip.example.org:5060", live=True, caller="14165550123")
    assert run("number", "list") == (0, "There is no number of ours yet.\n")
    assert run("number", "save", "toronto", "0014165550123", "--trunk", "nowhere")[0] == 1
    assert run("number", "save", "toronto", "0014165550123", "--trunk", "out")[0] == 0
    note_test_call("toronto", Outcome.HEARD, china_today())
    (row,) = json.loads(run("number", "list", "--json")[1])
    assert row["last"] == "heard"
    assert "heard on 1 of 1 days" in run("number", "list")[1]
    assert run("number", "forget", "toronto") == (0, "toronto is forgotten.\n")
    assert run("number", "forget", "toronto") == (0, "toronto is not there.\n")
    assert not NumberTrial.objects.exists()


@pytest.mark.parametrize(
    ("code", "number"), [("To Ronto", "001416"), ("t" * 41, "001416"), ("t", "+1"), ("t", "1")]
)
def test_what_is_no_name_or_no_number_is_refused(code: str, number: str) -> None:
    save_trunk("out", "sip.example.org:5060")
    with pytest.raises(Mistake):
        save_number(code, number, "out")


def test_a_day_has_one_outcome_and_old_ones_go() -> None:
    keep_number()
    today = china_today()
    note_test_call("sample", Outcome.SILENT, today)
    note_test_call("sample", Outcome.HEARD, today)
    note_test_call("sample", Outcome.BUSY, today - timedelta(days=1))
    (one,) = standings(today)
    assert (one.last, one.last_day, one.tried, one.heard) == (Outcome.HEARD, today, 2, 1)
    assert tried_on(today) == {"sample"}
    note_test_call("sample", Outcome.HEARD, today + timedelta(days=90))
    assert NumberTrial.objects.count() == 2


def test_the_doctor_says_which_number_does_not_answer() -> None:
    keep_number()
    today = china_today()
    assert [level for level, _, _ in _numbers()] == ["advice"]
    note_test_call("sample", Outcome.SILENT, today)
    assert [(level, what) for level, what, _ in _numbers()] == [
        ("wrong", "the hotline's number sample did not answer with a voice: silent")
    ]
    note_test_call("sample", Outcome.HEARD, today)
    assert [level for level, _, _ in _numbers()] == ["good"]
    assert forget_number("sample")
    assert list(_numbers()) == []


def test_no_live_trunk_is_dialled_while_live_dialling_is_off(settings: Settings, tmp_path: Path) -> None:
    save_trunk("out", "sip.example.org:5060", live=True, caller="14165550123")
    save_number("toronto", "0014165550123", "out")
    options = replace(settings.TUIDANG, phone_live=False)
    assert asyncio.run(try_number(options, all_numbers()[0])) is Outcome.NOT_LIVE


def test_each_number_is_tried_once_a_day_after_its_minute(settings: Settings) -> None:
    save_trunk("out", "sip.example.org:5060", live=True, caller="14165550123")
    for code in ("toronto", "vancouver"):
        save_number(code, "0014165550123", "out")
    options, key = replace(settings.TUIDANG, phone_live=False), b"k" * 32
    midnight = datetime(2027, 5, 3, tzinfo=CHINA)
    first, second = sorted((minute_of(key, code, midnight.date()), code) for code in ("toronto", "vancouver"))
    for minute, tried in ((first[0] - 1, set()), (first[0], {first[1]}), (second[0], {first[1], second[1]})):
        asyncio.run(_look(options, key, midnight + timedelta(minutes=minute), Failures()))
        assert tried_on(midnight.date()) == tried
    NumberTrial.objects.update(outcome=Outcome.HEARD)
    asyncio.run(_look(options, key, midnight + timedelta(minutes=DAY_MINUTES - 1), Failures()))
    assert set(NumberTrial.objects.values_list("outcome", flat=True)) == {Outcome.HEARD}  # not tried again
