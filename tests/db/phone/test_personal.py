"""Lists for personal calls: read line by line, sealed at once, and readable to nobody who loads them."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from call_back_cast import LINDEN, NOON, TODAY, call, forms_of, number_of
from tuidang.phone.actions.blocks import load_blocks
from tuidang.phone.actions.call_backs import lease_call_back, tidy_call_backs
from tuidang.phone.actions.choices import call_back_keys, forget_choices
from tuidang.phone.actions.never import never_call
from tuidang.phone.actions.personal import MOST, Entry, drop_list, load_list, read_list, release_list
from tuidang.phone.models import CallBack
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.privacy.keys import KeyMissingError
from tuidang.web.worker import cover_tracks

LIST = """\ufeffnumber, province, language
13837100001
+86 138 3710 0002, Henan
86-13837100003，新疆，yue
13837100004;CN-GD;zh
13837100005\ten

138-3710-0001, 河南
"""


def test_a_list_is_read_as_people_write_it() -> None:
    read = read_list(LIST)
    assert [(entry.number[-1], entry.region, entry.language) for entry in read.entries] == [
        ("1", "", ""),
        ("2", "CN-HA", ""),
        ("3", "CN-XJ", "yue"),
        ("4", "CN-GD", "zh"),
        ("5", "", "en"),
    ]
    assert {len(entry.number) for entry in read.entries} == {13}
    assert (read.bad, read.doubles) == ((), 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("1383710000", "no Chinese mobile number"),
        ("+1 416 555 0123", "no Chinese mobile number"),
        ("+44 7700 900123", "no Chinese mobile number"),
        ("110", "no Chinese mobile number"),
        ("13800138000", "a carrier’s own"),
        ("13837100001, Atlantis", "Nobody knows this province"),
        ("13837100001, TW", "Nobody knows this province"),
        ("13837100001, jp", "A language is zh, yue or en"),
        ("13837100001, 河南, zh, 张三", "no name, no note"),
        ("13837100001 张三", "no name, no note"),
        ("13837100001," + "x" * 100, "no name, no note"),
        ("张三, 13837100001", "no Chinese mobile number"),
    ],
)
def test_a_line_that_is_not_taken_is_named_with_what_to_do_and_the_others_are_taken(
    line: str, says: str
) -> None:
    read = read_list(f"13837100009\n{line}\n13837100008")
    assert [entry.number[-1] for entry in read.entries] == ["9", "8"]
    (bad,) = read.bad
    assert bad.line == 2
    with override("en"):
        assert says in str(bad.sentence)
    assert bad.typed == line[:80]


def test_a_thousand_are_read_and_the_rest_named() -> None:
    read = read_list("\n".join(number_of(person) for person in range(MOST + 2)))
    assert len(read.entries) == MOST
    assert [bad.line for bad in read.bad] == [MOST + 1, MOST + 2]


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_and_every_line_answered(text: str) -> None:
    read = read_list(text)
    assert len(read.entries) + len(read.bad) + read.doubles <= len(text.splitlines())
    for entry in read.entries:
        assert entry.number.startswith("861")
        assert entry.number not in repr(entry)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_list_is_sealed_and_those_never_called_are_left_out() -> None:
    forget_choices(today=TODAY)
    never_call(number_of(2))
    load_blocks([NumberBlock("1383710", "CN-XJ")])
    entries = [Entry(number_of(1), "CN-HA", "yue"), Entry(number_of(2), "", ""), Entry(number_of(3), "", "")]
    loaded = load_list(entries, NOON)
    assert (loaded.count, loaded.left_out) == (2, 1)
    rows = CallBack.objects.order_by("-language").values_list("kind", "region", "language", "hours", "day")
    assert list(rows) == [
        ("personal", "CN-HA", "yue", "any", TODAY),
        ("personal", "CN-XJ", "", "any", TODAY),  # where its block lies
    ]
    assert lease_call_back(LINDEN, ["yue"], NOON) is None  # nobody has consented yet
    assert release_list(loaded.batch, "cedar", NOON) == 2
    leased = lease_call_back(LINDEN, ["yue"], NOON)
    assert leased is not None
    assert leased.kind == "personal"
    assert call(LINDEN, leased.key) in {number_of(1), number_of(3)}


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_list_to_which_nobody_consents_is_shredded_without_a_call() -> None:
    forget_choices(today=TODAY)
    refused = load_list([Entry(number_of(1), "", "")], NOON)
    load_list([Entry(number_of(2), "", "")], NOON)
    drop_list(refused.batch)
    assert CallBack.objects.count() == 1
    tidy_call_backs(NOON + timedelta(days=1))
    assert CallBack.objects.count() == 1
    tidy_call_backs(NOON + timedelta(days=2))
    assert CallBack.objects.count() == 0


@pytest.mark.django_db
def test_who_loads_a_list_needs_the_public_half_alone_and_the_list_is_gone_in_two_weeks(house: Path) -> None:
    forget_choices(today=TODAY)
    aside = call_back_keys().private
    aside.rename(house / "elsewhere")
    load_list([Entry(number_of(1), "", "")], NOON)
    with pytest.raises(KeyMissingError):
        call_back_keys().private_key(TODAY)
    (house / "elsewhere").rename(aside)
    forget_choices(today=TODAY + timedelta(days=14))
    assert CallBack.objects.count() == 1
    forget_choices(today=TODAY + timedelta(days=15))
    assert CallBack.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_loaded_when_nobody_can_tell_who_is_never_called(house: Path) -> None:
    never_call(number_of(9))
    (house / "keys" / "do-not-call.1.key").unlink()
    with pytest.raises(KeyMissingError):
        load_list([Entry(number_of(1), "", "")], NOON)
    with pytest.raises(ValueError, match="at most 1000"):
        load_list([Entry(number_of(1), "", "")] * (MOST + 1), NOON)
    assert CallBack.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_no_file_holds_a_number_of_a_list(house: Path) -> None:
    forget_choices(today=TODAY)
    load_list([Entry(number_of(person), "", "") for person in range(50)], NOON)
    cover_tracks(TODAY)
    paths = [path for path in house.rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        paths += database.parent.glob(f"{database.name}*")
    written = subprocess.run(["cat", *paths], capture_output=True, check=True).stdout
    for person in range(50):
        assert not any(shape in written for shape in forms_of(number_of(person)))
