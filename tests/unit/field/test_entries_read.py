"""What was opened is read strictly, and files of entries carry nothing that can be read or changed unseen."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_cast import KEY, TODAY, WEEK, content, digits_of, sealed
from tuidang.field.batches import (
    NotABatchError,
    OpenedEntry,
    fingerprint,
    open_batch,
    opened_day,
    read_handed_over,
    read_opened,
    return_key_of,
    write_sealed,
)
from tuidang.field.codes import hash_team_code, in_groups, random_team_code, read_team_code
from tuidang.field.offline_names import offline_names
from tuidang.field.rules import NoEntryError, read_entry
from tuidang.privacy.names import NameTable
from tuidang.privacy.weekly import WeekKey, make_week_key

BACK = make_week_key(WEEK)


def read(**others: object) -> str:
    opened = read_entry(json.dumps(content(1, **others)).encode())
    return opened.form.lang


def test_an_entry_becomes_a_form_of_one_person() -> None:
    opened = read_entry(json.dumps(content(7, text="我退出。")).encode())
    assert opened.digits == digits_of(7)
    assert [person.name for person in opened.form.people] == ["金福"]
    assert opened.form.consent == "own"
    assert opened.form.place == ""


def test_chinese_words_are_chinese_though_the_app_was_english() -> None:
    assert read(lang="en", text="我退出。") == "zh-hans"
    assert read(lang="en", text="I leave.") == "en"


@pytest.mark.parametrize(
    "others",
    [
        {"own": False}, {"own": "yes"}, {"orgs": []}, {"orgs": ["army"]}, {"name": " "}, {"region": "XX-YY"},
        {"digits": "1234"}, {"digits": digits_of(1)[:-1] + str((int(digits_of(1)[-1]) + 1) % 10)},
        {"v": 2}, {"lang": "fr"}, {"name": "a" * 200}, {"more": 1}, {"orgs": 3}, {"text": "\u202e"},
    ],
)  # fmt: skip
def test_what_no_phone_of_ours_seals_makes_no_statement(others: dict[str, object]) -> None:
    with pytest.raises(NoEntryError):
        read(**others)


def test_a_form_whose_age_is_unclear_is_taken_for_a_childs() -> None:
    opened = read_entry(json.dumps(content(1, under_18=None)).encode())
    assert opened.form.under_18


@given(st.binary(max_size=300))
def test_garbage_is_refused_with_a_word(data: bytes) -> None:
    with pytest.raises(NoEntryError):
        read_entry(data)


def test_a_batch_goes_to_the_keys_and_back_and_can_be_read_on_neither_way(tmp_path: Path) -> None:
    entries = [sealed(1), sealed(2), sealed(3, week="2026-W47")]
    there, back = tmp_path / "sealed", tmp_path / "opened"
    assert write_sealed(there, entries, TODAY, BACK.public) == 3
    found = open_batch(there, back, {WEEK: KEY})
    assert (found.opened, found.unreadable, found.left) == (2, 0, {"2026-W47": 1})
    assert return_key_of(there) == BACK.public
    assert opened_day(back) == TODAY
    opened = list(read_opened(back, BACK.secret))
    assert [one.uuid for one in opened] == [entries[0].uuid, entries[1].uuid]
    assert json.loads(opened[0].content or b"")["name"] == "金福"
    for file in (there, back):
        assert b"league" not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600


def test_what_another_key_sealed_is_said_to_be_unreadable(tmp_path: Path) -> None:
    entry = sealed()
    write_sealed(tmp_path / "sealed", [entry], TODAY, BACK.public)
    found = open_batch(
        tmp_path / "sealed", tmp_path / "opened", {WEEK: WeekKey(WEEK, make_week_key(WEEK).secret)}
    )
    assert found.unreadable == 1
    assert list(read_opened(tmp_path / "opened", BACK.secret)) == [OpenedEntry(entry.uuid, None)]


def test_a_file_that_is_none_leaves_nothing_behind(tmp_path: Path) -> None:
    for number, text in enumerate(
        (b"", b"x", b'{"v":1,"kind":"opened","day":"2026-11-25"}', b'{"v":1,"kind":"sealed","day":"x"}',
         b'{"v":1,"kind":"sealed","day":"2026-11-25","return":"eA=="}')
    ):  # fmt: skip
        (tmp_path / f"{number}").write_bytes(text)
        with pytest.raises(NotABatchError):
            open_batch(tmp_path / f"{number}", tmp_path / "out", {})
    write_sealed(tmp_path / "cut", [sealed()], TODAY, BACK.public)
    whole = (tmp_path / "cut").read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-100])
    with pytest.raises(NotABatchError):
        open_batch(tmp_path / "cut", tmp_path / "out", {WEEK: KEY})
    assert not (tmp_path / "out").exists()


def test_a_file_changed_on_its_way_back_is_refused(tmp_path: Path) -> None:
    write_sealed(tmp_path / "sealed", [sealed()], TODAY, BACK.public)
    open_batch(tmp_path / "sealed", tmp_path / "opened", {WEEK: KEY})
    with pytest.raises(NotABatchError):
        list(read_opened(tmp_path / "opened", make_week_key(WEEK).secret))


def test_two_keys_have_two_fingerprints() -> None:
    assert fingerprint(BACK.public) != fingerprint(KEY.public)
    assert len(fingerprint(BACK.public).split()) == 5


def test_a_file_that_a_phone_hands_over_is_read_strictly() -> None:
    one = sealed()
    head = b'{"v":1,"kind":"handed-over"}\n'
    line = json.dumps(
        {"uuid": str(one.uuid), "week": one.week, "sealed": b64encode(one.sealed).decode()}
    ).encode()
    assert read_handed_over(head + line + b"\n") == [one]
    odd, *others = read_handed_over(head + line.replace(b"W48", b"W99") + b"\n" + line)
    assert (odd.week, others) == ("2026-W99", [one])  # late, as everywhere, and holds no other up
    for wrong in (b"", line, head + b"{}", head + b"[" * 2000, head + line[:-9] + b'"}'):
        with pytest.raises(NotABatchError):
            read_handed_over(wrong)


def test_a_team_code_is_understood_as_people_type_it() -> None:
    code = random_team_code()
    shown = in_groups(code)
    assert len(shown) == 29
    for typed in (shown, shown.lower(), shown.replace("-", " "), f" {code} "):
        assert read_team_code(typed) == code
    for wrong in ("", code[:-1], code + "A", "O" * 24, "x" * 5000):
        assert read_team_code(wrong) is None
    assert hash_team_code(code) != hash_team_code(random_team_code())


def test_the_table_of_names_for_phones_is_small_and_never_shows_more_bearers_than_there_are() -> None:
    table = offline_names(NameTable.default(), 1000)
    assert len(json.dumps(table, ensure_ascii=False).encode()) < 9000
    shares = NameTable.default().lists.surnames
    for people, names in table["surnames"]:  # type: ignore[attr-defined]
        assert all(people <= shares[name] * 10_000_000 for name in names.split())
