"""Measurements as files, and mirror lists as bytes."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.reach.lists.document import Canary, Listed, write_list
from tuidang.reach.lists.measured import (
    Measured,
    Network,
    Thing,
    Unreadable,
    newest,
    read_measured,
    write_measured,
)
from tuidang.trust.says import read_mirrors

TODAY = date(2026, 11, 28)
DAYS = st.dates(date(2026, 1, 1), TODAY)
MEASURED = st.builds(
    Measured,
    st.just(Thing.MIRROR),
    st.sampled_from(["m1", "m2"]),
    st.sampled_from(Network),
    DAYS,
    st.booleans(),
)


@given(st.lists(MEASURED, min_size=1))
def test_what_was_measured_comes_back_from_its_file_in_both_forms(found: list[Measured]) -> None:
    assert read_measured(write_measured(found), TODAY) == found
    rows = [
        {"mirror": one.code, "network": one.network, "day": one.day.isoformat(), "works": one.works}
        for one in found
    ]
    assert read_measured(json.dumps(rows), TODAY) == found


@given(st.lists(MEASURED))
def test_of_each_on_each_network_the_newest_counts_and_of_one_day_the_no(found: list[Measured]) -> None:
    last = newest(found)
    assert len({(one.code, one.network) for one in last}) == len(last)
    for one in last:
        rivals = [each for each in found if (each.code, each.network) == (one.code, one.network)]
        assert one.day == max(each.day for each in rivals)
        assert one.works == all(each.works for each in rivals if each.day == one.day)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mirror,network,day,works\nm1,cn-mobile,2026-11-26,perhaps\n", "Measurement 1: works is yes or no"),
        (
            "mirror,network,day,works\nm1,cn-mobile,2026-11-26,yes\nm1,moon,2026-11-26,yes",
            "Measurement 2: a network",
        ),
        ("mirror,network,day,works\nm1,cn-mobile,26.11.,yes\n", "a day is written"),
        ("mirror,network,day,works\nm1,cn-mobile,2026-11-29,yes\n", "has not come yet"),
        ("mirror,network,day,works\nM 1,cn-mobile,2026-11-26,yes\n", "a code has"),
        ("mirror,network,day,works,who\nm1,cn-mobile,2026-11-26,yes,Li\n", "nothing else"),
        ("mirror,network,day\nm1,cn-mobile,2026-11-26\n", "nothing else"),
        ("mirror,network,day,works\nm1,cn-mobile,2026-11-26\n", "works is yes or no"),
        ('mirror,network,day,works\n"m1,cn-mobile', "as CSV"),
        ('[{"mirror": "m1"}]', "nothing else"),
        ("", "no measurement in it"),
        ("[]", "no measurement in it"),
        ("mirror,network\n", "no measurement in it"),
        ("[1]", "an array of objects"),
        ("[" * 100_000, "as JSON"),
        ("mirror,network,day,works\n" + "m1,abroad,2026-11-26,yes\n" * 10_001, "at most 10000"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_the_place_and_the_reason(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_measured(text, TODAY)


def test_a_list_is_the_same_bytes_however_it_was_gathered_and_canonical() -> None:
    tests = (
        Measured(Thing.MIRROR, "m1", Network.CHINA_TELECOM, date(2026, 11, 20), works=False),
        Measured(Thing.MIRROR, "m1", Network.CHINA_MOBILE, date(2026, 11, 26), works=True),
    )
    mirrors = [
        Listed("m1", "https://mirror.example/", tests),
        Listed("m0", f"http://{'a' * 56}.onion/", ()),
    ]
    canary = Canary("今天下雨。", TODAY, date(2026, 12, 12))
    made = write_list("e-mail", canary, mirrors)
    assert made == write_list(
        "e-mail", canary, [Listed("m1", mirrors[0].address, tests[::-1]), mirrors[1]][::-1]
    )
    assert made.decode() == (
        '{"canary":{"day":"2026-11-28","until":"2026-12-12","words":"今天下雨。"},"mirrors":['
        f'{{"code":"m0","onion":true,"tests":[],"url":"http://{"a" * 56}.onion/"}},'
        '{"code":"m1","onion":false,"tests":[{"day":"2026-11-26","network":"cn-mobile","works":true},'
        '{"day":"2026-11-20","network":"cn-telecom","works":false}],"url":"https://mirror.example/"}],'
        '"set":"e-mail","v":1}\n'
    )
    assert read_mirrors(made) == (f"http://{'a' * 56}.onion/", "https://mirror.example/"), "as the trust root"
    assert json.loads(write_list("e-mail", None, []))["canary"] is None
