"""What comes by the field app is published as the website would have published the same words."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from field_cast import content
from tuidang.base.words import LANGUAGES
from tuidang.field.rules import NoEntryError, read_entry
from tuidang.privacy.names import NameTable
from tuidang.privacy.regions import Lang
from tuidang.register.rules.content import Channel, Content, encode_content
from tuidang.register.rules.form import Form, public_contents, read_form
from tuidang.register.views.fields import read_typed

NAMES = ("金福", "周吴郑王甲", "王伟", "欧阳震华", "John", "138 0013 8000", "  王  偉 ", "小王老师")
PARTS = (
    "电话 13800138000", "打 138-0013-8000 找我", "固话 010-62345678", "信箱 wang.wei@example.com",
    "QQ 12345678", "微信号 abc12345", "身份证 11010519491231002X", "我的车京A12345停在外面",
    "見 https://example.org/a?b=1 。", "住北京市海淀区中关村大街27号", "卡号 6222021234567890123",
    "我是王伟", "欧阳震华这个名字是真的", "我退出。", "I leave the party. Call 13800138000", "Mail a@b.org",
    "壹叁捌零零壹叁捌零零零", "〔号码〕", "〔number〕 〔手机〕", "\r\n", "\n", "  ", "\t", "三十年前", "龘",
    "qq：12345678",
)  # fmt: skip
TABLE = NameTable.default()


def published(form: Form, channel: Channel) -> Content:
    """Give what the register will hold of a form of one person."""
    [made] = public_contents(form, TABLE, channel, threshold=1000, rng=Random(1))
    return replace(made, channel=Channel.WEB)


def by_website(name: str, text: str, language: Lang, *, under_18: bool) -> Content | None:
    data = QueryDict(mutable=True)
    data.update({"name": name, "text": text, "region": "CN-SC", "consent": "own"})
    data.setlist("orgs", ["pioneers", "league"])
    if under_18:
        data["under_18"] = "yes"
    form = read_form(read_typed(data, several=False, page_language=language).raw)
    return published(form, Channel.WEB) if isinstance(form, Form) else None


def by_field(name: str, text: str, language: Lang, *, under_18: bool) -> Content | None:
    # As `person.js` seals it: the words as they were typed.
    sealed = content(
        1, name=name.strip(), text=text.strip(), lang=language, under_18=under_18, orgs=["league", "pioneers"]
    )
    try:
        return published(read_entry(json.dumps(sealed).encode()).form, Channel.FIELD)
    except NoEntryError:
        return None


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60)
@given(
    name=st.sampled_from(NAMES),
    parts=st.lists(st.sampled_from(PARTS) | st.text(max_size=8), max_size=5),
    under_18=st.booleans(),
)
@example(name="金福", parts=["电话 13800138000，QQ 12345678，身份证 11010519491231002X"], under_18=False)
@example(name="欧阳震华", parts=["我是欧阳震华"], under_18=False)
@example(name="金福", parts=[], under_18=False)
def test_a_statement_is_published_the_same_by_either_way(
    language: Lang, name: str, parts: list[str], under_18: bool
) -> None:
    text = "".join(parts)
    mine = by_field(name, text, language, under_18=under_18)
    theirs = by_website(name, text, language, under_18=under_18)
    assert mine == theirs
    assert mine is None or theirs is None or encode_content(mine) == encode_content(theirs)


def test_brackets_say_in_the_words_own_language_what_stood_there() -> None:
    text = "电话 13800138000，QQ 12345678，身份证 11010519491231002X"
    made = by_field("金福", text, "en", under_18=False)
    assert made
    assert (made.lang, made.text) == ("zh-hans", "电话 〔电话〕，QQ 〔QQ号〕，身份证 〔身份证号〕")
