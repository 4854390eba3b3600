"""Addresses of the reading pages, under a language."""

from django.urls import URLPattern, URLResolver, path

from tuidang.register.views import figures, reading
from tuidang.register.views.integrity import integrity
from tuidang.register.views.search import search

urlpatterns: list[URLPattern | URLResolver] = [
    path("register/", reading.newest, name="register"),
    path("register/day/<str:day>/", reading.day, name="register_day"),
    path("register/search/", search, name="search"),
    path("statement/<int:leaf>/", reading.statement, name="statement"),
    path("statement/<int:leaf>/<int:part>/", reading.statement, name="statement_part"),
    path("figures/", figures.overview, name="figures"),
    path("figures/days/<int:year>/", figures.days, name="figures_days"),
    path("figures/regions/", figures.regions, name="figures_regions"),
    path("figures/organisations/", figures.organisations, name="figures_organisations"),
    path("figures/channels/", figures.channels, name="figures_channels"),
    path("integrity/", integrity, name="integrity"),
]
