"""What was just published can be read and found, heavy texts and long lists too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django.test import Client
from pages_cast import HEAVIEST, content, noise, numbers, search, walk

from markup import read, weight

DAY = date(2026, 11, 22)


def test_a_full_day_of_heavy_statements_is_paged_by_weight(
    client: Client, publish: Callable[..., int]
) -> None:
    heavy = [content(noise(n, 40), noise(1000 + n, 300), place=noise(2000 + n, 60)) for n in range(90)]
    first = publish(*heavy)
    assert walk(client, f"/en/register/day/{DAY}/") == [*range(first + 89, first - 1, -1)]


def test_a_statement_stands_as_it_was_written(client: Client, publish: Callable[..., int]) -> None:
    leaf = publish(content("老<孙>", "第一行\n\n& 第二行", place="济南"))
    page = read(client.get(f"/en/statement/{leaf}/"))
    letter = page.find("article", class_="letter")[0]
    words = page.find("div", class_="words")[0]
    assert words.words == "第一行\n\n& 第二行"
    assert words.attributes["lang"] == "zh-hans"
    assert all(
        part in letter.words for part in ("老<孙>", "济南", "Shandong", "Youth League", "Young Pioneers")
    )
    assert "22 November 2026" in letter.words


def test_a_long_text_goes_on_over_pages_and_nothing_of_it_is_lost(
    client: Client, publish: Callable[..., int]
) -> None:
    text = noise(5, 5000)
    leaf = publish(content(noise(6, 40), text, place=noise(7, 60)))
    address, read_so_far = f"/zh-hans/statement/{leaf}/", ""
    pages = 0
    while address:
        response = client.get(address)
        assert weight(response) <= HEAVIEST
        page = read(response)
        read_so_far += page.find("div", class_="words")[0].words
        onward = page.find("a", rel="next")
        address = onward[0].attributes["href"] if onward else ""
        pages += 1
    assert read_so_far == text
    assert pages > 1
    assert client.get(f"/zh-hans/statement/{leaf}/{pages + 1}/").status_code == 404
    assert client.get(f"/zh-hans/statement/{leaf}/0/").status_code == 404


def test_a_name_is_found_in_its_region_and_days(client: Client, publish: Callable[..., int]) -> None:
    leaf = publish(content("無雙之名", "words", region="CN-HA"))
    assert numbers(search(client, by="name", name="无双之名")) == [leaf]
    assert numbers(search(client, by="name", name="無雙之名", region="CN-HA", first="2026-11-22")) == [leaf]
    assert not numbers(search(client, by="name", name="無雙之名", region="CN-SD"))
    assert not numbers(search(client, by="name", name="無雙之名", last="2026-11-21"))
    assert "Nothing was found" in search(client, by="name", name="无此人").find("main")[0].words


def test_an_excerpt_says_where_it_leaves_something_out(client: Client, publish: Callable[..., int]) -> None:
    publish(content(text="驟雨" * 100 + "澄明" + "初歇" * 100))
    (excerpt,) = search(client, by="words", words="澄明").find("p", class_="words")
    assert re.fullmatch("….*澄明.*…", excerpt.words)
    publish(content(text="澄明" + "初歇" * 100))
    assert search(client, by="words", words="澄明").find("p", class_="words")[0].words.startswith("澄明")


def test_words_are_found_in_texts(client: Client, publish: Callable[..., int]) -> None:
    leaf = publish(content(text="今日驟雨初歇，心中一片澄明"))
    assert numbers(search(client, by="words", words="澄明")) == [leaf]


def test_many_hits_are_paged_without_a_word_in_any_address(
    client: Client, publish: Callable[..., int]
) -> None:
    first = publish(*(content("萬眾同名", noise(n, 300)) for n in range(70)))
    fields, found = {"by": "name", "name": "萬眾同名"}, []
    while fields:
        page = search(client, **fields)
        found += numbers(page)
        assert not [
            link
            for link in page.find("a")
            if "萬" in link.attributes["href"] or "%" in link.attributes["href"]
        ]
        assert all(form.attributes["method"] == "post" for form in page.find("form"))
        fields = {e.attributes["name"]: e.attributes["value"] for e in page.find("input", type="hidden")}
    assert found == [*range(first + 69, first - 1, -1)]
