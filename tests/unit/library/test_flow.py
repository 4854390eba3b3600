"""Markdown becomes the pieces of a text, and nothing else; whatever is typed."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from markup import Markup
from tuidang.library.flow import as_html, as_plain, read_markdown, with_words

ALLOWED = {"p", "h2", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "br", "hr"}
SCRAPS = [
    *("<script>alert(1)</script>", "<img src=x onerror=y>", "![words](https://a.example/b.png)", "&lt;"),
    *("[here](javascript:alert(1))", "[there](https://a.example/?a=1&b=2)", "<https://b.example>", "\\"),
    *(
        "[x](data:text/html;base64,AAAA)",
        "# 一\n",
        "### 三\n",
        "> 说\n",
        "- 一\n",
        "3. 三\n",
        "```\n<b>\n```\n",
    ),
    *(
        "**重**",
        "*轻*",
        "`码`",
        "  \n",
        "\n\n",
        "退出，",
        "心安。",
        "words ",
        "---\n",
        '"',
        "'",
        "<",
        "    x\n",
    ),
]
markdown = st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=5)), max_size=20).map("".join)


@given(markdown)
@example("".join(SCRAPS))
def test_whatever_is_typed_a_page_has_only_what_a_text_is_made_of(text: str) -> None:
    page = Markup(f"<div>{as_html(read_markdown(text))}</div>")
    assert {e.tag for e in page.all[1:]} <= ALLOWED
    for element in page.all:
        assert set(element.attributes) <= {"href", "rel", "start"}
        assert re.match("https?://|mailto:|$", element.attributes.get("href", ""))


@given(markdown)
@example("".join(SCRAPS))
def test_the_plain_words_are_the_words_of_the_page(text: str) -> None:
    flow = read_markdown(text)
    shown = Markup(f"<div>{as_html(flow)}</div>").all[0].words
    assert "".join(as_plain(flow).split()) == "".join(shown.split())


def test_raw_html_is_read_as_words() -> None:
    assert as_html(read_markdown("<b>退</b>")) == "<p>&lt;b&gt;退&lt;/b&gt;</p>"


def test_a_link_leads_to_the_web_or_a_mailbox_or_nowhere() -> None:
    assert as_html(read_markdown("[站](https://a.example/?a&b)")) == (
        '<p><a href="https://a.example/?a&amp;b" rel="noreferrer">站</a></p>'
    )
    assert as_html(read_markdown("[站](javascript:x) [页](/desk/)")) == "<p>[站](javascript:x) 页</p>"


def test_a_picture_is_what_stands_in_for_it() -> None:
    assert as_html(read_markdown("![一只船](https://a.example/b.png)")) == "<p>一只船</p>"


def test_a_chinese_line_goes_on_without_a_gap_and_an_english_one_with_it() -> None:
    assert as_plain(read_markdown("今天\n退出。")) == "今天退出。"
    assert as_html(read_markdown("I\nleave")) == "<p>I\nleave</p>"


def test_stress_is_read_between_chinese_signs_and_letters() -> None:
    assert as_html(read_markdown("他说**“退出。”**然后*，*走**《书》**了")) == (
        "<p>他说<strong>“退出。”</strong>然后<em>，</em>走<strong>《书》</strong>了</p>"
    )
    assert as_html(read_markdown("[甲](https://a.example/。*乙) 2*3")) == (
        '<p><a href="https://a.example/%E3%80%82*%E4%B9%99" rel="noreferrer">甲</a> 2*3</p>'
    )


def test_headings_of_any_level_are_one_kind() -> None:
    assert as_html(read_markdown("# 一\n\n#### 二")) == "<h2>一</h2><h2>二</h2>"


def test_words_are_changed_wherever_they_stand_and_addresses_are_not() -> None:
    flow = with_words(read_markdown("**a** [a](https://a.example)"), str.upper)
    assert as_html(flow).count("A") == 2
    assert 'href="https://a.example"' in as_html(flow)
