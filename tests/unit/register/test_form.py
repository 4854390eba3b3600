"""The form: every field's rules, and what will be public of it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.names import NameTable
from tuidang.register.rules.content import Channel, decode_content, encode_content
from tuidang.register.rules.form import (
    MAX_PEOPLE,
    MAX_TEXT,
    ErrorCode,
    FieldError,
    Form,
    Person,
    RawForm,
    preview_form,
    public_contents,
    read_form,
)

GOOD = RawForm(
    people=(("金福", ("pioneers", "party")),),
    region="CN-SC",
    place="成都",
    text="我退出。",
    lang="zh-hans",
    consent="own",
)
HELPER = replace(GOOD, people=(("金福", ("party",)), ("万顺", ("league",))), consent="asked")

ANY_TEXT = st.text(max_size=60) | st.text(st.characters(codec=None), max_size=60)
ORGS = st.lists(st.sampled_from(["party", "league", "pioneers"]), min_size=1).map(tuple)
NAMES = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)
RAW_FORMS = st.builds(
    RawForm,
    people=st.lists(st.tuples(ANY_TEXT, st.lists(ANY_TEXT | st.just("party")).map(tuple)), max_size=4).map(
        tuple
    ),
    region=ANY_TEXT | st.just("CN-BJ"),
    place=ANY_TEXT,
    text=ANY_TEXT,
    lang=ANY_TEXT | st.just("en"),
    consent=ANY_TEXT | st.just("asked"),
    under_18=st.booleans(),
)
LIKELY_FORMS = st.builds(
    RawForm,
    people=st.lists(st.tuples(NAMES, ORGS), min_size=1, max_size=4).map(tuple),
    region=st.sampled_from(["", "CN", "CN-BJ", "cn-tw", "US"]),
    place=st.text(max_size=20),
    text=st.text(max_size=80),
    lang=st.sampled_from(["zh-hans", "zh-hant", "en"]),
    consent=st.just("asked"),
)


def read(raw: RawForm) -> Form:
    form = read_form(raw)
    assert isinstance(form, Form), form
    return form


def errors(raw: RawForm) -> dict[str, ErrorCode]:
    found = read_form(raw)
    assert not isinstance(found, Form)
    assert all(isinstance(error, FieldError) for error in found)
    return {error.field: error.code for error in found}


def named(name: str) -> RawForm:
    return replace(GOOD, people=((name, ("party",)),))


def test_a_good_form_is_read_as_it_was_typed() -> None:
    assert read(GOOD) == Form(
        people=(Person("金福", ("party", "pioneers")),),
        region="CN-SC",
        place="成都",
        text="我退出。",
        lang="zh-hans",
        consent="own",
        under_18=False,
    )


@pytest.mark.parametrize(
    "name",
    [
        "王",
        "买买提·吐尔逊",
        "བསྟན་འཛིན་རྒྱ་མཚོ",
        "مەمەت",
        "ᠪᠠᠲᠤ",
        "Nguyễn Thị Hương",
        "김철수",
        "สมชาย ใจดี",
        "𠮷田",
        "𮧵",
        "𰻝",
        "O'Neill-Smith",
        "☀️",
        "王" * 40,
        "é" * 40,
    ],
)
def test_a_name_may_be_in_any_script(name: str) -> None:
    assert read(named(name)).people[0].name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", ErrorCode.NAME_MISSING),
        (" \u3000\t", ErrorCode.NAME_MISSING),
        ("·", ErrorCode.NAME_MISSING),
        ("王" * 41, ErrorCode.NAME_TOO_LONG),
        ("e" + "\u0301" * 130, ErrorCode.NAME_TOO_LONG),
        ("e" + "\u0301\u0302" * 5, ErrorCode.FORBIDDEN_CHARACTER),
        ("王\x00五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\n五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\x1f五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\x85五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\u202e五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\u2066五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\u200b五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\u200d五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\ufeff五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\u3164五", ErrorCode.FORBIDDEN_CHARACTER),
        ("\u2800", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\ud800五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\ue000五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\U000f0000五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\u0378五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\uffff五", ErrorCode.FORBIDDEN_CHARACTER),
        ("王\U000e0041五", ErrorCode.FORBIDDEN_CHARACTER),
    ],
)
def test_a_name_nobody_can_read_is_refused(name: str, code: ErrorCode) -> None:
    assert errors(named(name)) == {"name": code}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"people": (("金福", ()),)}, "orgs", ErrorCode.NO_ORGANISATION),
        ({"people": (("金福", ("army",)),)}, "orgs", ErrorCode.UNKNOWN_ORGANISATION),
        ({"people": ()}, "people", ErrorCode.NO_PEOPLE),
        ({"region": "CN-ZZ"}, "region", ErrorCode.UNKNOWN_REGION),
        ({"place": "成" * 61}, "place", ErrorCode.PLACE_TOO_LONG),
        ({"place": "成\u202e都"}, "place", ErrorCode.FORBIDDEN_CHARACTER),
        ({"under_18": True}, "place", ErrorCode.PLACE_UNDER_18),
        ({"text": "长" * (MAX_TEXT + 1)}, "text", ErrorCode.TEXT_TOO_LONG),
        ({"text": " " * 30_000 + "x"}, "text", ErrorCode.TEXT_TOO_LONG),
        ({"text": "我\x00退出"}, "text", ErrorCode.FORBIDDEN_CHARACTER),
        ({"text": "我\u202e退出"}, "text", ErrorCode.FORBIDDEN_CHARACTER),
        ({"text": "我\udc00退出"}, "text", ErrorCode.FORBIDDEN_CHARACTER),
        ({"text": "我\x0b退出"}, "text", ErrorCode.FORBIDDEN_CHARACTER),
        ({"lang": "fr"}, "lang", ErrorCode.UNKNOWN_LANGUAGE),
        ({"consent": ""}, "consent", ErrorCode.NO_CONSENT),
        ({"consent": "yes"}, "consent", ErrorCode.NO_CONSENT),
    ],
)
def test_a_wrong_field_is_named_and_no_other(change: dict[str, object], field: str, code: ErrorCode) -> None:
    assert errors(replace(GOOD, **change)) == {field: code}  # type: ignore[arg-type]  # of mixed fields


def test_every_wrong_field_is_named_at_once_in_the_order_of_the_page() -> None:
    found = read_form(RawForm(people=(("", ()),), region="?", place="\0", text="\0", lang="", consent=""))
    assert not isinstance(found, Form)
    assert [error.field for error in found] == ["name", "orgs", "region", "place", "text", "lang", "consent"]


def test_rows_of_a_helper_are_named_by_their_number_and_empty_ones_left_out() -> None:
    rows = (("金福", ("party",)), (" ", ()), ("", ("league",)), ("万顺", ()))
    assert errors(replace(HELPER, people=rows)) == {
        "people.2.name": ErrorCode.NAME_MISSING,
        "people.3.orgs": ErrorCode.NO_ORGANISATION,
    }
    assert len(read(replace(HELPER, people=(*HELPER.people, ("", ())))).people) == 2


def test_a_hundred_people_fit_and_one_more_does_not() -> None:
    row = ("金福", ("party",))
    assert len(read(replace(HELPER, people=(row,) * MAX_PEOPLE)).people) == MAX_PEOPLE
    too_many = errors(replace(HELPER, people=(row,) * (MAX_PEOPLE + 1)))
    assert too_many == {"people": ErrorCode.TOO_MANY_PEOPLE}


def test_ones_own_wish_is_for_one_person() -> None:
    assert errors(replace(HELPER, consent="own")) == {"consent": ErrorCode.OWN_IS_ONE_PERSON}


def test_line_ends_become_one_and_stay() -> None:
    form = read(replace(GOOD, text="  一\r\n二\r三\u2028四\n\n五  \n"))
    assert form.text == "一\n二\n三\n四\n\n五"


def test_what_nobody_sees_in_a_text_is_left_out() -> None:
    assert read(replace(GOOD, text="我\u200b退\ufeff出\u00ad。")).text == "我退出。"


def test_a_picture_keeps_its_form() -> None:
    assert read(replace(GOOD, text="❤️ 自由")).text == "❤️ 自由"


def test_composed_and_decomposed_letters_are_one_form() -> None:
    apart = read(named(unicodedata.normalize("NFD", "Nguyễn")))
    assert apart.digest() == read(named("Nguyễn")).digest()


@given(RAW_FORMS)
def test_whatever_is_typed_gets_an_answer(raw: RawForm) -> None:
    answer = read_form(raw)
    if isinstance(answer, Form):
        answer.digest()
        assert 1 <= len(answer.people) <= MAX_PEOPLE
    else:
        assert answer


@given(LIKELY_FORMS)
def test_reading_a_form_again_changes_nothing(raw: RawForm) -> None:
    form = read_form(raw)
    if isinstance(form, Form):
        rows = tuple((person.name, person.orgs) for person in form.people)
        again = RawForm(rows, form.region, form.place, form.text, form.lang, form.consent, form.under_18)
        assert read_form(again) == form


@given(LIKELY_FORMS, LIKELY_FORMS)
def test_only_equal_forms_have_equal_digests(one: RawForm, other: RawForm) -> None:
    first, second = read_form(one), read_form(other)
    if isinstance(first, Form) and isinstance(second, Form):
        assert (first.digest() == second.digest()) == (first == second)


@given(LIKELY_FORMS, st.integers())
def test_a_shared_reason_appears_with_one_person(raw: RawForm, seed: int) -> None:
    form = read_form(raw)
    if isinstance(form, Form):
        table = NameTable.default()
        contents = public_contents(form, table, Channel.WEB, threshold=1000, rng=Random(seed))
        assert sorted(content.text for content in contents)[:-1] == [""] * (len(contents) - 1)
        preview = preview_form(form, table)
        assert max(content.text for content in contents) == preview.text
        assert {content.place for content in contents} == {preview.place}
        assert [c.name for c in contents] == [person.published_name for person in preview.people]


def test_who_has_the_shared_reason_is_drawn() -> None:
    form = read(HELPER)
    rng = Random(7)
    rows = {
        [c.text for c in public_contents(form, NameTable.default(), Channel.WEB, threshold=1, rng=rng)].index(
            form.text
        )
        for _ in range(40)
    }
    assert rows == {0, 1}


@given(LIKELY_FORMS, st.sampled_from(Channel))
def test_content_comes_back_from_its_bytes(raw: RawForm, channel: Channel) -> None:
    form = read_form(raw)
    if isinstance(form, Form):
        for content in public_contents(form, NameTable.default(), channel, threshold=1000, rng=Random(0)):
            assert decode_content(encode_content(content)) == content


RARE = "欧阳雪莹"  # to the built-in table, as nearly every full name


def test_a_rare_real_name_is_published_as_surname_and_mou() -> None:
    form = read(named(RARE))
    table = NameTable.default()
    (content,) = public_contents(form, table, Channel.WEB, threshold=1000, rng=Random(0))
    assert content.name == "欧阳某"
    assert preview_form(form, table).people[0].published_name == "欧阳某"


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        (RARE, f"我退出。{RARE}", "我退出。〔姓名〕"),
        (RARE, "我叫歐陽雪瑩，住在人民路12号。", "我叫〔姓名〕，住在〔住址〕。"),
        ("欧 阳 雪 莹", f"声明人：{RARE}", "声明人：〔姓名〕"),
        (f"{RARE}老师", f"{RARE}声明退出", "〔姓名〕声明退出"),
        (f"{RARE}（小雪）", f"{RARE}，小名小雪", "〔姓名〕，小名小雪"),
        ("金福", "金福退出，欧阳雪莹知道。", "金福退出，欧阳雪莹知道。"),
    ],
)
def test_a_name_that_is_shortened_does_not_stand_in_the_text(name: str, text: str, shown: str) -> None:
    form = read(replace(named(name), text=text))
    table = NameTable.default()
    (content,) = public_contents(form, table, Channel.WEB, threshold=1000, rng=Random(0))
    assert content.text == preview_form(form, table).text == shown


def test_a_name_stands_in_the_text_when_a_volunteer_has_spoken_with_its_bearer() -> None:
    form = read(replace(named(RARE), text=RARE))
    (content,) = public_contents(
        form, NameTable.default(), Channel.HOTLINE, threshold=1000, rng=Random(0), spoken_with=True
    )
    assert content.text == RARE


def test_a_rare_name_stands_when_a_volunteer_has_spoken_with_its_bearer() -> None:
    (content,) = public_contents(
        read(named(RARE)),
        NameTable.default(),
        Channel.HOTLINE,
        threshold=1000,
        rng=Random(0),
        spoken_with=True,
    )
    assert content.name == RARE


def test_under_18_no_real_full_name_is_published_however_common() -> None:
    table = NameTable.default()
    common = table.common_names("CN-SC", 1000)[0]
    child = read(replace(named(common), place="", under_18=True))
    adult = read(named(common))

    def published(form: Form, *, spoken_with: bool) -> str:
        rng = Random(0)
        (content,) = public_contents(
            form, table, Channel.FIELD, threshold=100, rng=rng, spoken_with=spoken_with
        )
        return content.name

    assert published(adult, spoken_with=False) == common
    assert published(child, spoken_with=False) == published(child, spoken_with=True) == common[0] + "某"


def test_a_preview_proposes_different_aliases() -> None:
    aliases = preview_form(read(GOOD), NameTable.default()).people[0].aliases
    assert len(set(aliases)) == len(aliases) > 0


def test_a_place_is_shown_beside_a_province_or_another_country_only() -> None:
    names = NameTable.default()
    for region, shown in {"CN-SC": "成都", "US": "成都", "CN": "", "": ""}.items():
        assert preview_form(read(replace(GOOD, region=region)), names).place == shown


def test_a_place_does_not_join_the_statements_of_a_helper() -> None:
    form = read(HELPER)
    contents = public_contents(form, NameTable.default(), Channel.WEB, threshold=1000, rng=Random(1))
    assert {content.place for content in contents} == {""}
    assert preview_form(form, NameTable.default()).place == ""


@pytest.mark.parametrize("name", ["次仁卓玛", "Tenzin Dolma"])
def test_under_18_a_name_of_which_we_cannot_tell_is_not_shown(name: str) -> None:
    child = read(replace(GOOD, people=((name, ("pioneers",)),), place="", under_18=True))
    assert preview_form(child, NameTable.default()).people[0].published_name == "某某"
