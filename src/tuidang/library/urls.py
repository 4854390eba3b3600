"""Addresses of the library: pages under a language; short links, sound and files to keep, which have none."""

from django.urls import URLPattern, URLResolver, path

from tuidang.library import edition_views, offline, views
from tuidang.library.audio import views as audio

pages: list[URLPattern | URLResolver] = [
    path("library/", views.library, name="library"),
    path("library/news/", views.news, name="library_news"),
    path("library/search/", views.search, name="library_search"),
    path("library/offline/", offline.offline, name="offline"),
    path("library/worker.js", offline.worker, name="offline_worker"),
    path("library/<slug:name>/pages.json", offline.pages, name="offline_pages"),
    path("library/<slug:name>/", views.work, name="work"),
    path("library/<slug:name>/<int:number>/", views.chapter, name="chapter"),
    path("library/<slug:name>/<int:number>/<int:part>/", views.chapter, name="chapter_part"),
    path("library/<slug:name>/<int:number>/pass-on/", views.pass_on, name="pass_on"),
    path("library/<slug:name>/<int:number>/file/", views.file, name="chapter_file"),
]

sounds: list[URLPattern | URLResolver] = [path("audio/<str:name>", audio.sound, name="sound")]
files: list[URLPattern | URLResolver] = [path("editions/<path:path>", edition_views.edition, name="edition")]

short_links: list[URLPattern | URLResolver] = [path("c/<str:code>", views.follow, name="short_link")]
