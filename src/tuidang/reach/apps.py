"""How people find us, as a Django application."""

from django.apps import AppConfig


class ReachConfig(AppConfig):
    """Name the application; its tables are called reach_…"""

    name = "tuidang.reach"
    label = "reach"
