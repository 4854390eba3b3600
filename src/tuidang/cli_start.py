"""How commands that need the database begin."""

from __future__ import annotations

import os

import click

from tuidang.base.options import Options, read_options


def start_options() -> Options:
    """Read the settings, or end with those that are wrong."""
    options, problems = read_options()
    if problems:
        raise click.ClickException("\n".join(map(str, problems)))
    return options


def start_django() -> Options:
    """Set Django up, or end with the settings that are wrong."""
    options = start_options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuidang.web.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from None
    return options


def prepare() -> None:
    """Make tables and static files, or end with what stands in the way."""
    from django.db import Error as DatabaseFault

    from tuidang.web import house

    try:
        house.prepare()
    except (DatabaseFault, OSError) as error:
        raise click.ClickException(f"Database or data folder cannot be used: {error}") from None
