"""Addresses of the library: pages under a language; short links and files to keep, which have none."""

from django.urls import URLPattern, URLResolver, path

from tuidang.library import edition_views, views

pages: list[URLPattern | URLResolver] = [
    path("library/", views.library, name="library"),
    path("library/news/", views.news, name="library_news"),
    path("library/search/", views.search, name="library_search"),
    path("library/<slug:name>/", views.work, name="work"),
    path("library/<slug:name>/<int:number>/", views.chapter, name="chapter"),
    path("library/<slug:name>/<int:number>/<int:part>/", views.chapter, name="chapter_part"),
    path("library/<slug:name>/<int:number>/pass-on/", views.pass_on, name="pass_on"),
    path("library/<slug:name>/<int:number>/file/", views.file, name="chapter_file"),
]

files: list[URLPattern | URLResolver] = [path("editions/<path:path>", edition_views.edition, name="edition")]

short_links: list[URLPattern | URLResolver] = [path("c/<str:code>", views.follow, name="short_link")]
