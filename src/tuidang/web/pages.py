"""Addresses of the home page and of the pages of text, under a language."""

from django.urls import URLPattern, URLResolver, path

from tuidang.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("calendar/", views.leave, name="exit"),  # a neutral word: it stays in the browser's history
    *(path(f"{name}/", views.text, {"name": name}, name=name) for name in views.TEXTS),
]
