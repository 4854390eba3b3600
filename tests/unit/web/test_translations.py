"""Every sentence has its two Chinese, each in its own characters."""

from __future__ import annotations

import io
import re
from pathlib import Path

import opencc
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import tuidang

HOUSE = Path(tuidang.__file__).parent
LANGUAGES = ["zh_Hans", "zh_Hant"]
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# It stands in both scripts, though the simplified one has taken over a traditional one’s place.
SHARED = {"台"}

Message = tuple[str | None, str]  # context and sentence


def asked_for() -> dict[Message, str]:
    """Return every sentence of the templates and views, with the first file that says it."""
    found: dict[Message, str] = {}
    for file in [*HOUSE.rglob("*.html"), *HOUSE.rglob("*.py")]:
        text = file.read_text()
        source = templatize(text, origin=str(file)) if file.suffix == ".html" else text
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            sentence = message if isinstance(message, str) else message[0]
            found.setdefault((context, sentence), str(file.relative_to(HOUSE)))
    return found


def catalogs(language: str) -> list[Catalog]:
    files = sorted(HOUSE.rglob(f"locale/{language}/LC_MESSAGES/django.po"))
    return [read_po(io.BytesIO(file.read_bytes())) for file in files]


def said(language: str) -> dict[Message, str]:
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): (
            message.string if isinstance(message.string, str) else message.string[0]
        )
        for catalog in catalogs(language)
        for message in catalog
        if message.id and not message.fuzzy
    }


def prose(folder: str) -> list[tuple[str, str]]:
    texts, scripts = HOUSE / "web/templates/web/texts", HOUSE / "desk/scripts"
    files = [*sorted((texts / folder).glob("*.html")), *sorted((scripts / folder).glob("*.md"))]
    return [(file.name, file.read_text()) for file in files]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    translated = said(language)
    assert not {sentence: where for sentence, where in asked_for().items() if not translated.get(sentence)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    assert not said(language).keys() - asked_for().keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    slots = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")
    wrong = [
        sentence
        for (_context, sentence), translation in said(language).items()
        if sorted(slots.findall(sentence)) != sorted(slots.findall(translation))
    ]
    assert not wrong


def test_a_sentence_in_two_catalogs_is_the_same_in_both() -> None:
    for language in LANGUAGES:
        seen: dict[Message, object] = {}
        for catalog in catalogs(language):
            for message in catalog:
                key = (message.context, str(message.id))
                assert seen.setdefault(key, message.string) == message.string or not message.id, key


def test_simplified_chinese_has_no_traditional_characters() -> None:
    simplify = opencc.OpenCC("t2s").convert
    for where, text in [*prose("zh-hans"), *((s, t) for (_, s), t in said("zh_Hans").items())]:
        assert {c for c in text if simplify(c) != c} == set(), where


def test_traditional_chinese_has_no_simplified_characters() -> None:
    to_traditional = opencc.OpenCC("s2t").convert
    for where, text in [*prose("zh-hant"), *((s, t) for (_, s), t in said("zh_Hant").items())]:
        assert {c for c in text if to_traditional(c) != c} - SHARED == set(), where


def test_every_long_text_is_written_in_every_language() -> None:
    names = {folder: [name for name, _ in prose(folder)] for folder in ("zh-hans", "zh-hant", "en")}
    assert names["zh-hans"] == names["zh-hant"] == names["en"] != []


def test_nothing_shouts() -> None:
    texts = [text for folder in ("zh-hans", "zh-hant", "en") for _, text in prose(folder)]
    texts += [t for language in LANGUAGES for t in said(language).values()]
    texts += [sentence for _, sentence in asked_for()]
    assert not [text for text in texts if re.search(r"[!！]", text)]
