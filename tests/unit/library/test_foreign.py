"""Books of others' making: what is text comes in whole, and nothing else does."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuidang.library.book_html import Block, read_html, split_chapters
from tuidang.library.flow import as_html, as_plain, read_markdown
from tuidang.library.foreign import read_book
from tuidang.library.rules import Mistake

# HTML, and the words of it.
words = st.text(st.sampled_from("退出心安，。“”ab1. -+#>*_[]()`~!=|\\:"), min_size=1, max_size=12)
plain = words.map(lambda text: (text.replace(">", "&gt;"), text))


def within(tag: str, inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    name = tag.split(maxsplit=1)[0]
    return inner.map(lambda one: (f"<{tag}>{one[0]}</{name}>", one[1]))


def several(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    return st.lists(inner, min_size=1, max_size=4).map(
        lambda all_: ("".join(one[0] for one in all_), "".join(one[1] for one in all_))
    )


inline = st.recursive(
    st.one_of(plain, st.just(("<br>", "")), st.just(("<img src=x onerror=y>", "")), st.just(("\n", ""))),
    lambda more: st.one_of(
        *(within(tag, several(more)) for tag in ("b", "em", "i", 'a href="https://a.example/(b)"', "font")),
        within('a href="javascript:x"', several(more)),
    ),
    max_leaves=6,
)
block = st.recursive(
    st.one_of(
        *(within(tag, several(inline)) for tag in ("p", "h1", "h3", "div", "td", "pre")),
        st.just(("<script>evil()</script><style>p{}</style><!-- no -->", "")),
        several(inline),
    ),
    lambda more: st.one_of(
        *(within(tag, several(more)) for tag in ("div", "blockquote", "section")),
        several(within("li", several(more))).map(lambda one: (f"<ul>{one[0]}</ul>", one[1])),
        several(within("li", several(more))).map(lambda one: (f"<ol>{one[0]}</ol>", one[1])),
    ),
    max_leaves=6,
)


def bare(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=80)
@given(several(block))
def test_every_word_of_a_page_comes_in_and_nothing_else(made: tuple[str, str]) -> None:
    html, said = made
    markdown = "\n\n".join(one.markdown for one in read_html(html))
    assert bare(as_plain(read_markdown(markdown))) == bare(said)


def test_a_page_is_read_as_its_marks_say() -> None:
    blocks = read_html(
        "<h2>题</h2><p>一<b>二</b>，<a href='https://a.example'>三</a>。<blockquote>四<br>五</blockquote>"
        "<ol><li>六<li><p>七<p>八</ol>"
    )
    assert as_html(read_markdown("\n\n".join(block.markdown for block in blocks))) == (
        '<h2>题</h2><p>一<strong>二</strong>，<a href="https://a.example" rel="noreferrer">三</a>。</p>'
        "<blockquote><p>四<br>五</p></blockquote><ol><li><p>六</p></li><li><p>七</p><p>八</p></li></ol>"
    )


def test_a_text_is_parted_at_the_highest_headings_of_which_there_are_several() -> None:
    blocks = [
        Block("# 书", 1),
        Block("前言"),
        Block("# 甲", 2),
        Block("一"),
        Block("# 乙", 2),
        Block("# 丙", 3),
    ]
    assert split_chapters([*blocks, Block("二")], "x") == (
        "书",
        [("书", "前言"), ("甲", "一"), ("乙", "# 丙\n\n二")],
    )
    assert split_chapters([Block("一"), Block("# 甲", 2)], "x") == ("甲", [("甲", "一")])


def write_epub(file: Path, **documents: str) -> Path:
    """Write a small EPUB, each document a chapter."""
    items = "".join(f'<item id="{name}" href="t/{name}.xhtml"/>' for name in documents)
    spine = "".join(f'<itemref idref="{name}"/>' for name in documents)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="O/b.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "O/b.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>一本书</dc:title><dc:creator>某人</dc:creator><dc:language>zh-TW</dc:language>"
            f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, html in documents.items():
            archive.writestr(f"O/t/{name}.xhtml", html)
    return file


def test_an_epub_is_read_chapter_by_chapter(tmp_path: Path) -> None:
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>{0}</title></head><body>{1}</body></html>"
    file = write_epub(
        tmp_path / "my-book.epub",
        cover=page.format("", "<img src='x.jpg'/>"),
        one=page.format("x", "<h1>第一章</h1><p>一。</p><script>evil()</script>"),
        two=page.format("第二章", "<p>二。</p>"),
        three=page.format("x", "<h2>三</h2><p>甲</p><h2>四</h2><p>乙</p>"),
    )
    work = read_book(file)
    (text,) = work.texts
    assert (work.name, text.language, text.heading.title, text.heading.author) == (
        *("my-book", "zh-hant", "一本书", "某人"),
    )
    assert [(one.title, one.body) for one in text.chapters] == [
        *(("第一章", "一。\n"), ("第二章", "二。\n"), ("三", "甲\n"), ("四", "乙\n")),
    ]


def test_a_page_says_its_language_or_is_told_it(tmp_path: Path) -> None:
    file = tmp_path / "A page.html"
    file.write_text("<html lang='x'><title>Of leaving</title><p>I leave.")
    with pytest.raises(Mistake, match="language"):
        read_book(file, name="a-page")
    work = read_book(file, name="a-page", language="en")
    assert work.texts[0].heading.title == "Of leaving"
    file.write_text('<html lang="en-GB"><title>Of leaving</title><p>I leave.')
    assert read_book(file, name="a-page").texts[0].language == "en"
    with pytest.raises(Mistake, match="A page"):
        read_book(file)


def test_what_is_no_book_is_told_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.epub"
    for content in (b"", b"PK\x03\x04", b"x" * 1000):
        broken.write_bytes(content)
        with pytest.raises(Mistake, match=r"broken\.epub"):
            read_book(broken, language="en")
    empty = write_epub(tmp_path / "empty.epub", one="<p></p>")
    with pytest.raises(Mistake, match="chapters"):
        read_book(empty)
    large = write_epub(tmp_path / "large.epub", one="<p>" + "退" * 2_000_000)
    with pytest.raises(Mistake, match="too large"):
        read_book(large)
    bytes_ = tmp_path / "bytes.html"
    bytes_.write_bytes(b"\xff\xfe")
    with pytest.raises(Mistake, match=r"bytes\.html"):
        read_book(bytes_, language="en")
