"""How commands that need the database begin."""

from __future__ import annotations

import os

import click

from tuidang.base.options import Options, read_options


def start_django() -> Options:
    """Set Django up, or end with the settings that are wrong."""
    options, problems = read_options()
    if problems:
        raise click.ClickException("\n".join(map(str, problems)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuidang.web.settings")
    import django

    django.setup()
    return options
