"""The integrity report as a page: what is strange is said in words, and what nobody can know too."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from pages_cast import HEAVIEST, content

from markup import read, weight
from tuidang.register.folder.canaries import Round, write_rounds
from tuidang.register.folder.integrity import REPORT, refresh_integrity

LANGUAGES = ("en", "zh-hans", "zh-hant")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_flood_is_named_with_what_is_usual_and_the_page_stays_light(
    client: Client, publish: Callable[..., int], language: str
) -> None:
    publish(*(content(text="退出") for _ in range(400)))
    refresh_integrity(settings.TUIDANG.log)
    write_rounds(settings.TUIDANG.log, [Round("2026-10-01", "2026-10-05", {"web": 9}, {"web": 9})] * 3)
    refresh_integrity(settings.TUIDANG.log)
    response = client.get(f"/{language}/integrity/")
    assert weight(response) <= HEAVIEST
    page = read(response)
    outside = page.find("table")[1].words
    assert {"en": "more statements", "zh-hans": "声明多了", "zh-hant": "聲明變多"}[language] in outside
    assert "400" in outside
    assert "◆" in page.find("svg")[0].words
    assert "27" in page.find("table", **{"aria-labelledby": "canaries"})[0].words


def test_the_figures_lead_to_it_and_it_leads_to_its_numbers(client: Client, sample: object) -> None:
    assert "/en/integrity/" in [a.attributes.get("href") for a in read(client.get("/en/figures/")).find("a")]
    page = client.get("/en/integrity/").content.decode()
    assert f'href="/log/{REPORT}"' in page
    assert "how many are lost is not known" in page
    served = b"".join(client.get(f"/log/{REPORT}").streaming_content)  # type: ignore[arg-type]
    assert json.loads(served)["size"] > 0


def test_a_register_without_a_report_says_when_there_will_be_one(
    client: Client, publish: Callable[..., int]
) -> None:
    (settings.TUIDANG.log / REPORT).unlink()
    assert b"no report yet" in client.get("/en/integrity/").content
