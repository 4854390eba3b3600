"""Django's word for this room."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """Register the room of sites and their teams."""

    name = "tuidang.field.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
