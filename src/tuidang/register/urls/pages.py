"""Addresses of the pages, under a language."""

from django.urls import URLPattern, URLResolver, include, path

from tuidang.register.views import owner, posting

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tuidang.register.urls.reading")),
    path("write/", posting.write, name="write"),
    path("write/for-others/", posting.write_for_others, name="write_for_others"),
    path("my-statement/", owner.own, name="own"),
    path("my-statement/correct/", owner.correct, name="correct"),
    path("hide/", owner.hide, name="hide"),
]
