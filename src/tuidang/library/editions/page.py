"""A book, or a chapter, as one file of HTML that needs nothing else: no network, no script. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from tuidang.library.editions.values import Book
from tuidang.library.editions.words import WORDS, above
from tuidang.library.flow import as_html

STYLE: Final = """\
:root{color-scheme:light dark;--p:#fbf9f4;--i:#1f2328;--q:#565b60;--g:#1e6b4a;--l:#ddd7c9}
@media(prefers-color-scheme:dark){:root{--p:#17191b;--i:#ebe6db;--q:#b2afa6;--g:#7fc8a3;--l:#3a3d40}}
html{background:var(--p);color:var(--i);font:112.5%/1.9 "Songti SC","Noto Serif CJK SC",SimSun,Georgia,serif}
html:lang(zh-hant){font-family:"Songti TC","Noto Serif CJK TC",PMingLiU,Georgia,serif}
html:lang(en){font-family:Georgia,"Liberation Serif","Songti SC","Noto Serif CJK SC",SimSun,serif}
html:lang(en){line-height:1.65}
body{max-width:34em;margin:0 auto;padding:1em 1em 3em;overflow-wrap:break-word}
h1,h2,h3{line-height:1.35;margin:.6em 0 .3em}
h2{font-size:1.4em;margin-top:2.4em}h3{font-size:1.15em;margin-top:1.8em}
a{color:var(--g)}.quiet{color:var(--q);font-size:.85em}
blockquote{margin:1.2em 0;padding:.1em 1em;border-left:3px solid var(--g)}
pre{white-space:pre-wrap}hr{border:0;border-top:1px solid var(--l);margin:2em auto;width:4em}
.cover{margin:1em 0 2em;padding:1.2em 0;border:solid var(--l);border-width:1px 0;text-align:center}
nav ol{padding-left:1.6em}nav a{display:inline-block;min-height:2.4em}
@media print{nav{display:none}section{break-before:page}}"""


def write_page(book: Book, address: str = "") -> bytes:
    """Write it as one page; `address`, where to find it, stands at its end."""
    main = _chapter_alone(book) if book.alone else _whole(book)
    foot = f'<hr>\n<p class="quiet">{escape(address)}</p>\n' if address else ""
    text = (
        f'<!doctype html>\n<html lang="{book.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(book.heading)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n<main>\n{main}{foot}</main>\n</body>\n</html>\n"
    )
    return text.encode()


def _chapter_alone(book: Book) -> str:
    chapter = book.chapters[0]
    return (
        f'<p class="quiet">{escape(above(book))}</p>\n<h1>{escape(chapter.title)}</h1>\n'
        f"{_sample(book)}{as_html(chapter.flow)}\n"
    )


def _whole(book: Book) -> str:
    words = WORDS[book.language]
    said = "".join(
        f"<p{mark}>{escape(text)}</p>\n"
        for mark, text in ((' class="quiet"', book.author), ("", book.about))
        if text
    )
    entries = "".join(
        f'<li value="{chapter.number}"><a href="#c{chapter.number}">{escape(chapter.title)}</a></li>\n'
        for chapter in book.chapters
    )
    chapters = "".join(
        f'<section id="c{chapter.number}">\n<h2>{escape(chapter.title)}</h2>\n'
        f"{deeper(as_html(chapter.flow))}\n</section>\n"
        for chapter in book.chapters
    )
    return (
        f'<header class="cover">\n<h1>{escape(book.title)}</h1>\n{said}</header>\n{_sample(book)}'
        f'<nav aria-labelledby="contents">\n<h2 id="contents">{words.contents}</h2>\n'
        f"<ol>\n{entries}</ol>\n</nav>\n{chapters}"
    )


def _sample(book: Book) -> str:
    return f'<p class="quiet">{WORDS[book.language].sample}</p>\n' if book.is_sample else ""


def deeper(html: str) -> str:
    """Put the headings within a chapter below the chapter's own. What we write has no other `<h2>`."""
    return html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
