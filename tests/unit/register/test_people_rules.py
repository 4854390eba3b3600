"""Rows of people become forms of the register: nobody is lost, nobody is shown more of than he may be."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.names import NameTable
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import ErrorCode, FieldError, public_contents
from tuidang.register.rules.people import (
    People,
    TypedPeople,
    TypedPerson,
    decode_people,
    decode_typed,
    encode_people,
    encode_typed,
    read_people,
    region_of,
)

NAMES = NameTable.default()
RARE = ("慕容雪松", "欧阳靖宇")
ROWS = st.builds(
    TypedPerson,
    name=st.sampled_from(["金福", "老孙", "张伟", "李娜", *RARE, "Anna", "  "]),
    orgs=st.sampled_from([("party",), ("league", "pioneers"), ()]),
    region=st.sampled_from(["", "", "-", "河南", "cn-sd", "四川省", "Atlantis"]),
    place=st.sampled_from(["", "", "成都"]),
    under_18=st.booleans(),
    real_name=st.booleans(),
)
PEOPLE = st.builds(
    TypedPeople,
    people=st.lists(ROWS, max_size=8).map(tuple),
    region=st.sampled_from(["", "CN-SC", "CN", "XX"]),
    text=st.sampled_from(["", "我们退出。", "我和慕容雪松、欧阳靖宇一起退，电话13800138000。"]),
    lang=st.sampled_from(["zh-hans", "zh-hant", "en"]),
    asked=st.booleans(),
    channel=st.sampled_from([Channel.VOLUNTEER, Channel.FIELD, Channel.MAIL]),
)


def read(typed: TypedPeople) -> object:
    return read_people(typed, NAMES, threshold=1000, rng=Random(1))


@given(PEOPLE)
def test_what_is_written_down_is_read_back(typed: TypedPeople) -> None:
    assert decode_typed(encode_typed(typed)) == typed
    people = read(typed)
    if isinstance(people, People):
        assert decode_people(encode_people(people)) == people


@given(PEOPLE)
def test_every_person_is_in_one_form_as_he_was_typed(typed: TypedPeople) -> None:
    people = read(typed)
    if not isinstance(people, People):
        assert people
        return
    assert sorted(row for part in people.parts for row in part.rows) == list(typed.rows)
    for part in people.parts:
        assert list(part.rows) == sorted(part.rows)
        for row, person in zip(part.rows, part.form.people, strict=True):
            wanted = typed.people[row]
            assert (person.name, person.orgs) == (wanted.name, wanted.orgs)
            assert (part.form.region, part.form.under_18) == (
                region_of(typed, wanted).upper(),
                wanted.under_18,
            )
            assert part.spoken_with is (wanted.real_name and typed.channel is not Channel.MAIL)


@given(PEOPLE)
def test_nobody_is_shown_more_of_than_he_may_be(typed: TypedPeople) -> None:
    people = read(typed)
    if not isinstance(people, People):
        return
    texts = [part.form.text for part in people.parts if part.form.text]
    assert len(texts) == (1 if typed.text else 0)
    for part in people.parts:
        shown = public_contents(
            part.form, NAMES, typed.channel, threshold=1000, rng=Random(2), spoken_with=part.spoken_with
        )
        for row, content in zip(part.rows, shown, strict=True):
            person = typed.people[row]
            hides = person.name in RARE and (
                not person.real_name or person.under_18 or typed.channel is Channel.MAIL
            )
            assert not hides or content.name != person.name
            assert not (person.under_18 or len(part.rows) > 1) or not content.place
            assert "13800138000" not in content.text
    hidden = {typed.people[row].name for row in typed.rows} & {*RARE}
    assert not [name for name in hidden for text in texts if name in text]


def test_each_mistake_names_its_row() -> None:
    rows = (TypedPerson("", ("party",)), TypedPerson(), TypedPerson("金福", (), region="Atlantis"))
    wrong = read(TypedPeople(rows, region="CN-SC", asked=False))
    assert wrong == (
        FieldError("people.0.name", ErrorCode.NAME_MISSING),
        FieldError("people.2.orgs", ErrorCode.NO_ORGANISATION),
        FieldError("people.2.region", ErrorCode.UNKNOWN_REGION),
        FieldError("consent", ErrorCode.NO_CONSENT),
    )
    assert read(TypedPeople((TypedPerson(),), asked=True)) == (FieldError("people", ErrorCode.NO_PEOPLE),)
    crowd = (TypedPerson("金福", ("party",)),) * 101
    assert read(TypedPeople(crowd, asked=True)) == (FieldError("people", ErrorCode.TOO_MANY_PEOPLE),)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *[
            ("", "CN-SC"),
            ("-", ""),
            ("河南", "CN-HA"),
            ("河南省", "CN-HA"),
            ("上海市", "CN-SH"),
            ("臺灣", "TW"),
        ],
        *[("sichuan", "CN-SC"), ("cn-gd", "CN-GD"), ("美国", "US"), ("Atlantis", "Atlantis")],
    ],
)
def test_a_region_of_one_s_own_is_read_by_code_or_name_in_any_language(typed: str, code: str) -> None:
    assert region_of(TypedPeople(region="CN-SC"), TypedPerson(region=typed)) == code
