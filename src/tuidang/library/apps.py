"""The library as a Django application."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Name the application; its tables are called library_…"""

    name = "tuidang.library"
    label = "library"
