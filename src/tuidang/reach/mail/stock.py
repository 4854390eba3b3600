"""What letters are answered with: editions of the library, the tools, and the mirrors of the set "e-mail"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from tuidang.base.words import day_words
from tuidang.reach.lists.measured import Measured, Thing
from tuidang.reach.lists.queries import find_set, last_measured, list_bytes
from tuidang.reach.lists.words import measured_words
from tuidang.reach.mail.answer import MOST, File, Stock
from tuidang.reach.mail.question import Topic
from tuidang.reach.tools.queries import shown_tools
from tuidang.reach.tools.rules import LANGUAGES, Tool, size_words

SET: Final = "e-mail"  # the name of the set of mirrors that letters are answered with
_KINDS: Final = {".html": "text/html", ".txt": "text/plain"}  # of books, the one that is rather sent first


def stock_of(editions: Path, language: str, today: date) -> Stock:
    """Gather what there is to send in a language."""
    with override(language):
        books = list(_editions(editions, language))
        tests = last_measured(Thing.TOOL)
        words = {
            Topic.BOOKS: _books_words(books),
            Topic.TOOLS: _tools_words(
                [_tool_words(one, language, tests.get(one.code, []), today) for one in shown_tools()]
            ),
        }
        words[Topic.MIRRORS], mirrors = _mirrors(language, today)
    return Stock(words, {Topic.BOOKS: books, Topic.TOOLS: (), Topic.MIRRORS: mirrors}, _help())


def subject_of(language: str) -> str:
    """Give the subject of an answer: what nobody who passes it on is told anything by."""
    with override(language):
        return _("Answer to your letter")


def _help() -> str:
    parts = []
    for language in LANGUAGES:
        with override(language):
            parts.append(
                _(
                    "This is a robot. Write one of these words into the subject, and it answers:\n"
                    "books: what there is to read\n"
                    "tools: ways past the firewall\n"
                    "mirrors: addresses under which this site can be opened\n"
                    "It keeps neither your letter nor your address. Your mail provider sees both."
                )
            )
    return "\n\n".join(parts)


def _editions(folder: Path, language: str) -> Iterator[File]:
    """Give each book in a language as one page, or as text where that is too large; the smallest first.

    Their names say nothing of what is in them. They may be made anew meanwhile: what is gone is left out.
    """
    found = []
    for place in sorted(folder.glob(f"*/{language}")):
        forms = [(_size_of(place / f"book{ending}"), place / f"book{ending}") for ending in _KINDS]
        found += [(size, path) for size, path in forms if 0 < size <= MOST // 4][:1]
    for number, (_size, path) in enumerate(sorted(found), 1):
        with suppress(OSError):
            yield File(f"{number}{path.suffix}", _KINDS[path.suffix], path.read_bytes())


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _books_words(books: list[File]) -> str:
    if not books:
        return _("There is nothing to read by letter at the moment.")
    return _("What there is to read is attached. Whoever is found with it in China can be punished for it.")


def _tools_words(tools: list[str]) -> str:
    if not tools:
        return _("No tool is on our list at the moment.")
    return "\n\n".join([_("Ways past the firewall"), *tools])


def _tool_words(tool: Tool, language: str, tests: list[Measured], today: date) -> str:
    code = _("yes: anybody can look how it is made")
    hidden = _("yes: sites do not learn who you are")
    if not tool.open_source:
        code = _("no: nobody outside can look how it is made")
    if not tool.anonymity:
        hidden = _("no: who runs it can see where you go")
    lines = [
        tool.name + (" (" + _("sample, invented") + ")" if tool.sample else ""),
        tool.does[language],
        _("Open source") + ": " + code,
        _("Anonymity") + ": " + hidden,
        f"{tool.place} ({size_words(tool.size)})" if tool.size else tool.place,
    ]
    if tool.sha256:
        lines += [f"SHA-256: {tool.sha256}", _("signed by %(name)s") % {"name": tool.signed_by}]
    lines += [measured_words(one, today) for one in tests]
    return "\n".join([*lines, _("What remains:") + " " + tool.risk[language]])


def _mirrors(language: str, today: date) -> tuple[str, tuple[File, ...]]:
    found = find_set(SET)
    if found is None or not found.live:
        return _("No mirror is told by letter at the moment."), ()
    lines = [_("Addresses under which this site can be opened")]
    for one in found.live:
        tests = [measured_words(test, today) for test in one.tests]
        lines.append("\n".join([one.address, *tests]))
    if found.canary:
        until = day_words(found.canary.until, language)
        lines.append(found.canary.words + "\n" + _("To be believed until %(day)s.") % {"day": until})
    return "\n\n".join(lines), (File("mirrors.json", "application/json", list_bytes(found)),)
