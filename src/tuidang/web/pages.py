"""Addresses of the home page and of the pages of text, under a language."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
