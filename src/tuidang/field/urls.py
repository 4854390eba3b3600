"""Addresses of the field app, all under /field/: its worker may keep nothing beside them."""

from django.urls import path

from tuidang.field import views

app_name = "field"

urlpatterns = [
    path("", views.choose, name="choose"),
    path("worker.js", views.worker, name="worker"),
    path("names.json", views.names, name="names"),
    path("keys.json", views.keys, name="keys"),
    path("site", views.site, name="site"),
    path("send", views.send, name="send"),
    path("<slug:language>/", views.app, name="app"),
    path("<slug:language>/app.webmanifest", views.manifest, name="manifest"),
]
