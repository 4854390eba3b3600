"""Addresses for programs: the public folder under /log/."""

from django.urls import path

from tuidang.register.views import log

urlpatterns = [
    path("log/<path:path>", log.serve_file, name="log"),
]
