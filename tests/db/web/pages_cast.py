"""Reading as these tests do it: invented statements, lists walked from page to page, searches."""

from __future__ import annotations

import random
from urllib.parse import urlencode, urljoin

from django.http import HttpResponse
from django.test import Client

from markup import Markup, read, weight
from tuidang.register.rules.content import Channel, Content

HEAVIEST = 14 * 1024
HAN = [chr(code) for code in range(0x4E00, 0x9FA5)]


def noise(seed: int, length: int) -> str:
    """Return a text that cannot be compressed much."""
    return "".join(random.Random(seed).choices(HAN, k=length))


def content(name: str = "金福", text: str = "", **more: str) -> Content:
    fields = {"region": "CN-SD", "place": "", "lang": "zh-hans"} | more
    return Content(name=name, orgs=("league", "pioneers"), text=text, channel=Channel.WEB, **fields)


def numbers(page: Markup) -> list[int]:
    """Return the numbers of the statements in a list."""
    links = [li.children[0].children[0] for ol in page.find("ol", class_="hits") for li in ol.children]
    return [int(link.attributes["href"].rstrip("/").rpartition("/")[2]) for link in links]


def walk(client: Client, address: str) -> list[int]:
    """Follow a list from page to page and return all the numbers it shows, in order."""
    found = []
    while address:
        response = client.get(address)
        assert weight(response) <= HEAVIEST
        page = read(response)
        found += numbers(page)
        onward = page.find("a", rel="next")
        address = urljoin(address, onward[0].attributes["href"]) if onward else ""
    return found


def ask(client: Client, fields: dict[str, str], language: str = "en") -> HttpResponse:
    """Send the search form as a browser sends it."""
    kind = "application/x-www-form-urlencoded"
    return client.post(f"/{language}/register/search/", urlencode(fields), content_type=kind)


def search(client: Client, **fields: str) -> Markup:
    response = ask(client, fields)
    assert weight(response) <= HEAVIEST
    return read(response)
