"""The walk leaves no public page out: whoever adds a page adds it to the walk."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import URLPattern, resolve
from django.utils import translation
from walk import Own, stations

from conftest import Visit
from tuidang.register.urls import pages, reading
from tuidang.web import pages as home_pages

NO_PAGES = {
    "feed_news",
    "feed_days",
    "counter_picture",
}  # for programs; looked at in tests/db/web/test_told_to_others.py


def test_every_public_page_is_walked(visit: Visit, own: Own) -> None:
    page = visit()
    paths = {urlsplit(page.url).path for name in stations(page, "zh-hans", own) if "nothing" not in name}
    with translation.override("zh-hans"):
        walked = {resolve(path).url_name for path in paths}
    patterns = [*pages.urlpatterns, *reading.urlpatterns, *home_pages.urlpatterns]
    assert {pattern.name for pattern in patterns if isinstance(pattern, URLPattern)} - NO_PAGES <= walked
