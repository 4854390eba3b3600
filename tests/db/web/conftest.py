"""A sample register to read: made once for all tests, copied for those that publish into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.head import append_batch, only_writer, open_log
from tuidang.register.models import Head
from tuidang.register.rules.content import Content
from tuidang.register.rules.publication import build_batch
from tuidang.register.sample import make_sample

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Made:
    """Hold the sample: its data folder, and the row of the database that stands for it."""

    data: Path
    head: dict[str, Any]


@pytest.fixture(scope="session")
def made(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    """Make the sample, and leave the database as empty as it was."""
    data = tmp_path_factory.mktemp("sample")
    KeyFolder(data / "keys").ensure()
    options = replace(django_settings.TUIDANG, data=data)
    with django_db_blocker.unblock(), override_settings(TUIDANG=options):
        make_sample(TODAY, count=1000)
        head = Head.objects.values().get()
        for model in apps.get_app_config("register").get_models():
            model._default_manager.all().delete()
    return Made(data, head)


@pytest.fixture
def sample(made: Made, db: None, settings: Settings) -> Iterator[date]:
    """Give the sample to read, and return its newest day."""
    settings.TUIDANG = replace(settings.TUIDANG, data=made.data)
    cache.clear()  # whether the log is a sample is remembered for some seconds
    Head.objects.create(**made.head)
    yield TODAY
    cache.clear()


@pytest.fixture
def publish(made: Made, transactional_db: None, settings: Settings, tmp_path: Path) -> Callable[..., int]:
    """Return a function that publishes statements at once, a day later, and gives the first one's number."""
    shutil.copytree(made.data, tmp_path / "copy")
    settings.TUIDANG = replace(settings.TUIDANG, data=tmp_path / "copy")
    cache.clear()
    Head.objects.create(**made.head)

    def publish_at_once(*contents: Content, day: date = TODAY + timedelta(days=1)) -> int:
        with only_writer():
            log = open_log()
            batch = build_batch(log.tree.size, [(day, content) for content in contents])
            append_batch(log, batch, lambda: None, published=day)
        return log.tree.size

    return publish_at_once
