"""Addresses of the home page and of the pages of text, under a language."""

from django.urls import URLPattern, URLResolver, path

from tuidang.web import counter, feeds, views
from tuidang.web.styleguide import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("calendar/", views.leave, name="exit"),  # a neutral word: it stays in the browser's history
    path("styleguide/", styleguide, name="styleguide"),
    path("feed/news/", feeds.news, name="feed_news"),
    path("feed/days/", feeds.days, name="feed_days"),
    path("counter/", counter.page, name="counter"),
    path("counter.svg", counter.picture, name="counter_picture"),
    *(path(f"{name}/", views.text, {"name": name}, name=name) for name in views.TEXTS),
]
