"""Names: what they are read as, how many bear them, and which are published whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.names import NameKind, NameTable, NameTableError, Rarity, published_name

DEFAULT = NameTable.default()
FULL, NICKNAME, ANONYMOUS = NameKind.FULL, NameKind.NICKNAME, NameKind.ANONYMOUS
ALIAS, OTHER = NameKind.ALIAS, NameKind.OTHER


@pytest.mark.parametrize(
    ("name", "kind", "surname", "given"),
    [
        ("王伟", FULL, "王", "伟"),
        ("王建国", FULL, "王", "建国"),
        ("張　偉", FULL, "张", "伟"),
        ("歐陽娜娜", FULL, "欧阳", "娜娜"),
        ("诸葛亮", FULL, "诸葛", "亮"),
        ("陈林秀英", FULL, "陈林", "秀英"),
        ("买买提·艾力", FULL, "买买提", ""),
        ("约翰•史密斯", FULL, "约翰", ""),
        ("肖伟", FULL, "肖", "伟"),
        ("亓官", FULL, "亓", "官"),
        ("王建国局长", FULL, "王", "建国"),
        ("老孙", NICKNAME, "", ""),
        ("小王", NICKNAME, "", ""),
        ("阿强", NICKNAME, "", ""),
        ("明明", NICKNAME, "", ""),
        ("老王头", NICKNAME, "", ""),
        ("李姐", NICKNAME, "", ""),
        ("王老师", NICKNAME, "", ""),
        ("老师", NICKNAME, "", ""),
        ("红梅", NICKNAME, "", ""),
        ("欧阳", NICKNAME, "", ""),
        ("明", NICKNAME, "", ""),
        ("王某某", ANONYMOUS, "", ""),
        ("王某", ANONYMOUS, "", ""),
        ("李XX", ANONYMOUS, "", ""),
        ("张×", ANONYMOUS, "", ""),
        ("匿名", ANONYMOUS, "", ""),
        ("王某局长", ANONYMOUS, "", ""),
        ("金福", ALIAS, "", ""),
        ("萬 順", ALIAS, "", ""),
        ("平安", ALIAS, "", ""),
        ("万事如意", OTHER, "", ""),
        ("黄金时代", OTHER, "", ""),
        ("高兴吗", OTHER, "", ""),
        ("次仁卓玛", OTHER, "", ""),
        ("John Smith", OTHER, "", ""),
        ("自由人", OTHER, "", ""),
        ("", OTHER, "", ""),
        ("\ud800", OTHER, "", ""),
    ],
)
def test_a_name_is_read_as_what_it_looks_like(name: str, kind: NameKind, surname: str, given: str) -> None:
    rarity = DEFAULT.estimate(name, "CN")
    assert (rarity.kind, rarity.surname, rarity.given) == (kind, surname, given)


@pytest.mark.parametrize(
    ("name", "region", "bearers"),
    [
        ("王伟", "CN", 2000),  # 8% of the 25,000 named so
        ("王伟", "", 2000),
        ("王伟", "CN-AH", 160),
        ("李秀英", "CN-AH", 3),
        ("李秀英", "CN-SD", round(0.07 * 0.02 * 101_527_453)),  # no count there: the share of all
        ("欧阳伟", "CN", 12),
        ("王建国", "CN", round(0.08 * 0.04 * 0.03 / 4 * 1_411_778_724)),  # by its characters
        ("王建", "CN", round(0.08 * 0.04 / 7 * 1_411_778_724)),
        ("王娜", "CN", 0),
        ("柴伟", "CN", 10),
        ("戚伟", "CN", None),  # a surname the table does not know
        ("王伟", "US", None),  # nobody counted them there
        ("王伟", "nowhere", None),
        ("老孙", "CN", None),
    ],
)
def test_bearers_are_surname_share_times_people_of_that_given_name(
    table: NameTable, name: str, region: str, bearers: int | None
) -> None:
    assert table.estimate(name, region).bearers == bearers


@pytest.mark.parametrize(
    ("bearers", "about"), [(None, None), (7, 7), (99, 99), (12_345, 12_000), (996, 1000), (104, 100)]
)
def test_a_number_is_said_no_more_exactly_than_it_is_known(bearers: int | None, about: int | None) -> None:
    assert Rarity(FULL, bearers).about == about


@pytest.mark.parametrize(
    ("name", "region", "published"),
    [
        ("王伟", "CN", "王伟"),
        ("王伟", "CN-AH", "王某"),
        ("王 伟", "CN-AH", "王某"),
        ("歐陽偉", "CN", "歐陽某"),
        ("戚继光", "CN", "戚某"),
        ("买买提·艾力", "CN-XJ", "买买提·某"),
        ("李秀英老师", "CN-AH", "李某老师"),
        ("欧阳伟（安徽）", "CN", "欧阳某（安徽）"),
        ("欧阳伟、王伟", "CN", "欧阳某、王伟"),
        ("欧阳伟 王伟", "CN-AH", "欧阳某 王某"),
        ("欧*阳_伟", "CN", "欧阳某"),
        ("戚继光X", "CN", "戚某"),
        ("戚继X光", "CN", "戚某"),
        ("我是戚继光", "CN", "我是戚某"),
        ("戚继光本人", "CN", "戚某本人"),
        ("党员戚继光全家", "CN", "党员戚某全家"),
        ("戚继光和欧阳伟", "CN", "戚某和欧阳某"),
        ("高兴和平安", "CN", "高兴和平安"),
        ("我是中国人", "CN", "我是中国人"),
        ("王 (安徽) 伟", "CN-AH", "王 (安徽) 伟"),
        ("王1伟", "CN-AH", "王某"),
        ("王\u200b伟", "CN-AH", "王某"),
        ("王伟 Wang Wei", "CN-AH", "王某"),
        ("⽺伟", "CN-AH", "⽺某"),  # a Kangxi radical for 羊
        ("金福", "CN-AH", "金福"),
        ("萬順", "CN-AH", "萬順"),
        ("老孙", "CN-AH", "老孙"),
        ("王某某", "CN-AH", "王某某"),
        ("心安", "CN-AH", "心安"),
        ("心之所向", "CN-AH", "心之所向"),
        ("John Smith", "US", "John Smith"),
    ],
)
def test_a_rare_full_name_becomes_surname_and_mou_and_nothing_else_changes(
    table: NameTable, name: str, region: str, published: str
) -> None:
    assert published_name(name, region, table) == published


def test_the_threshold_is_a_setting_and_a_conversation_lifts_it(table: NameTable) -> None:
    assert published_name("王伟", "CN-AH", table, 160) == "王伟"
    assert published_name("王伟", "CN-AH", table, 161) == "王某"
    assert published_name("欧阳伟", "CN-AH", table, spoken_with=True) == "欧阳伟"


def test_an_unknown_given_name_is_rare_to_the_small_built_in_table() -> None:
    assert published_name("王伟", "CN", DEFAULT) == "王伟"
    assert published_name("王翀霄", "CN", DEFAULT) == "王某"
    assert DEFAULT.estimate("王翀霄", "CN").bearers is None


def test_of_two_spellings_of_a_surname_the_newer_is_the_common_one() -> None:
    now, before = DEFAULT.estimate("肖伟", "CN").bearers, DEFAULT.estimate("萧伟", "CN").bearers
    assert now is not None
    assert before is not None
    assert now > 10 * before


NAMES = st.text("王李张欧阳诸葛秀英建国伟某老小阿局长老师金福·（）、 买提XJohn", max_size=12)


@given(NAMES, st.sampled_from(["", "CN", "CN-AH", "US"]))
def test_publishing_again_changes_nothing_more(table: NameTable, name: str, region: str) -> None:
    published = published_name(name, region, table)
    assert published_name(published, region, table) == published


@given(NAMES)
def test_a_published_name_never_holds_a_rare_one(table: NameTable, name: str) -> None:
    published = table.estimate(published_name(name, "CN-AH", table), "CN-AH")
    assert not published.is_rare() or published.given == ""  # the first part of a dotted name stays


@given(st.text(max_size=40))
def test_any_text_can_be_estimated_and_published(name: str) -> None:
    assert DEFAULT.estimate(name, "CN").kind in NameKind
    assert len(published_name(name, "CN", DEFAULT)) <= len(name) + 40


def test_the_commonest_names_of_a_region_come_first(table: NameTable) -> None:
    assert table.common_names("CN-AH", 30) == ("尹伟", "王伟", "李伟", "尹秀英")
    assert table.common_names("CN-AH", 141) == ("尹伟", "王伟")
    assert table.common_names("US", 1) == ()


def test_a_table_without_characters_is_read(name_folder: Path, tmp_path: Path) -> None:
    for name in ("surnames.csv", "given_names_by_region.csv"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + (name_folder / name).read_bytes())
    small = NameTable.load(tmp_path)
    assert small.estimate("王伟", "CN").bearers == 2000
    assert small.estimate("王建国", "CN").bearers is None


@pytest.mark.parametrize(
    "content",
    [b"", b"surname\n\xff\n", b"name,people\nx,1\n", b"surname,people\nx,many\n", b"surname,people\n"],
)
def test_a_damaged_table_is_named(name_folder: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "given_names_by_region.csv").write_bytes(
        (name_folder / "given_names_by_region.csv").read_bytes()
    )
    (tmp_path / "surnames.csv").write_bytes(content)
    with pytest.raises(NameTableError, match="cannot be read"):
        NameTable.load(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(NameTableError, match=r"surnames\.csv"):
        NameTable.load(tmp_path)
