"""Addresses: the short ones that are printed, and the page that asks, under a language."""

from django.urls import path

from tuidang.reach import views

short = [path("q/<str:code>/", views.short, name="short")]
pages = [path("how/", views.tell, name="tell"), path("tools/", views.tools, name="tools")]
