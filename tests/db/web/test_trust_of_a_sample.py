"""A sample has a trust root of its own, which the site shows and anybody can read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from folder_cast import TODAY
from tuidang.register.actions.head import SAMPLE_ORIGIN, begin_log, open_log
from tuidang.trust.keys import read_fingerprint
from tuidang.trust.reading import Targets, read_targets, root_fingerprint
from tuidang.web.trust import tend_trust

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(house: Path) -> Path:
    begin_log(SAMPLE_ORIGIN, TODAY)
    tend_trust(NOW)
    return house


class OverHttp:
    """The trust root as the site serves it."""

    def __init__(self) -> None:
        self.client = Client()

    def read(self, path: str) -> bytes | None:
        answer = self.client.get(f"/trust/{path}")
        return b"".join(answer.streaming_content) if answer.status_code == 200 else None


def read_it(now: datetime = NOW) -> Targets:
    root = (settings.TUIDANG.trust / "1.root.json").read_bytes()
    return read_targets(OverHttp(), root_fingerprint(root), now)


def test_the_site_shows_a_trust_root_that_names_its_log(sample: Path) -> None:
    found = read_it()
    assert found.log_key() == open_log().key.verifier
    assert found.files_key().name == f"{SAMPLE_ORIGIN}/files"
    assert found.is_sample


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_page_shows_the_digits_that_a_reader_believes_it_by(sample: Path, language: str) -> None:
    page = Client().get(f"/{language}/verify/").content.decode()
    assert len(re.findall(r"^(?:<pre>)?(?:[0-9a-f]{4} ?){4}$", page, re.MULTILINE)) == 4
    (digits,) = re.findall(r"--root &#x27;([0-9a-f ]+)&#x27;|--root '([0-9a-f ]+)'", page)
    assert read_targets(OverHttp(), read_fingerprint("".join(digits)), NOW).root == read_it().root


def test_the_worker_keeps_it_fresh(sample: Path) -> None:
    for day in range(0, 420, 6):  # longer than any role lasts
        tend_trust(NOW + timedelta(days=day))
        read_it(NOW + timedelta(days=day))


def test_caches_keep_all_but_the_newest_timestamp(sample: Path) -> None:
    client = Client()
    kept = client.get("/trust/1.root.json")
    assert "immutable" in kept["Cache-Control"]
    assert kept["Access-Control-Allow-Origin"] == "*"
    assert kept["Content-Type"] == "application/json"
    assert client.get("/trust/timestamp.json")["Cache-Control"] == "public, max-age=30"
    assert client.get("/trust/2.root.json")["Cache-Control"] == "no-store"  # tomorrow it may be there
    assert client.get("/trust/../keys/log.key").status_code == 404


def test_keys_lie_where_nobody_else_can_read_them(sample: Path) -> None:
    folder = sample / "keys" / "trust"
    assert folder.stat().st_mode & 0o077 == 0
    assert [key.stat().st_mode & 0o077 for key in folder.iterdir()] == [0] * 5
